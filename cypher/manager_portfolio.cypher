// title.en: A manager's portfolio
// title.zh: 客户经理名下客户
// answers.en: Whom does the manager look after, what do they hold, and which opportunities do they have?
// answers.zh: 客户经理名下有哪些客户，持有几种产品，有哪些商机
// param: manager_id string required
// param: as_of date = today
// param: top integer = 500
MATCH (:Manager {manager_id: $manager_id})<-[:MANAGED_BY]-(c)
CALL (c) {
  OPTIONAL MATCH (c)<-[:FOR]-(o:Opportunity)
  RETURN count(o) AS opportunities, max(o.expected_value) AS best_value
}
RETURN c AS client, c.name AS client_name, coalesce(c.segment, c.size) AS segment, c.aum AS aum,
       COUNT {
         MATCH (c)-[h:HOLDS]->(p:Product) WHERE h.closed_on IS NULL OR h.closed_on > $as_of RETURN DISTINCT p
       } AS products,
       opportunities, best_value
ORDER BY coalesce(best_value, 0.0) DESC, c.customer_id, c.company_id, c.employee_id, c.counterparty_id LIMIT $top
