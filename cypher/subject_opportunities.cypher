// title.en: Opportunities of a party
// title.zh: 某方的商机
// answers.en: What should a customer, employee, company or counterparty be offered, and why?
// answers.zh: 应向某客户、员工、企业或对手方推荐什么，理由是什么
// param: party_type string = customer
// param: party_id string required
CALL () {
  MATCH (p:Customer {customer_id: $party_id}) WHERE toLower($party_type) = 'customer' RETURN p AS s
  UNION
  MATCH (p:Company {company_id: $party_id}) WHERE toLower($party_type) = 'company' RETURN p AS s
  UNION
  MATCH (p:Employee {employee_id: $party_id}) WHERE toLower($party_type) = 'employee' RETURN p AS s
  UNION
  MATCH (p:Counterparty {counterparty_id: $party_id}) WHERE toLower($party_type) = 'counterparty' RETURN p AS s
}
MATCH (s)<-[:FOR]-(o:Opportunity)
OPTIONAL MATCH (o)-[:OFFERS]->(p:Product)
RETURN o.opportunity_id AS opportunity_id, o.kind AS kind, p.product_id AS product_id, p.name AS product_name,
       o.rank AS rank, o.probability AS probability, o.expected_value AS expected_value,
       o.reason_zh AS reason_zh, o.reason_en AS reason_en
ORDER BY expected_value DESC, opportunity_id
