// title.en: A customer's household
// title.zh: 客户的家庭
// answers.en: Who belongs to the customer's household within three steps, and what do they have at the bank?
// answers.zh: 三层亲属与共同账户关系内，客户的家庭成员有谁，在本行有什么
// param: customer_id string required
// param: as_of date = today
MATCH path = (c:Customer {customer_id: $customer_id})-[:RELATED_TO*0..3]-(m)
WHERE all(r IN relationships(path) WHERE r.kind IN ['spouse', 'parent', 'sibling', 'joint_account'])
WITH m, min(length(path)) AS distance
CALL (m) {
  OPTIONAL MATCH (m)-[h:HOLDS]->(p:Product) WHERE h.closed_on IS NULL OR h.closed_on > $as_of
  WITH DISTINCT p ORDER BY p.product_id
  RETURN collect(p.product_id) AS products
}
RETURN distance, m AS member, m.name AS member_name, m.segment AS segment, m.aum AS aum, products
ORDER BY distance, m.customer_id, m.company_id, m.employee_id, m.counterparty_id
