// title.en: Staff of a company
// title.zh: 企业员工及其中的本行客户
// answers.en: Who works at the company, who of them banks here, and how many products each holds
// answers.zh: 谁在该企业工作，其中谁是本行客户，各持有几种产品
// param: company_id string required
// param: as_of date = today
MATCH (c:Company {company_id: $company_id})<-[w:WORKS_AT]-(e:Employee)
WHERE w.left_on IS NULL OR w.left_on > $as_of
CALL (e) {
  OPTIONAL MATCH (e) (()-[l:IS_CUSTOMER|SAME_AS WHERE coalesce(l.probability, 1.0) >= 0.5]-()){1,3} (p:Customer)
  RETURN p ORDER BY p.customer_id LIMIT 1
}
RETURN e.employee_id AS employee_id, e.name AS employee_name, e.title AS title, w.hired_on AS hired_on,
       p IS NOT NULL AS banks_here, p.customer_id AS customer_id, p.segment AS segment,
       COUNT { MATCH (p)-[h:HOLDS]->(q:Product) WHERE h.closed_on IS NULL OR h.closed_on > $as_of RETURN DISTINCT q }
         AS products
ORDER BY employee_id
