// title.en: Payroll coverage by company
// title.zh: 企业代发工资覆盖率
// answers.en: Of each client company's staff: how many bank here, how many are paid into an account here, and is payroll sold?
// answers.zh: 各客户企业的员工中：多少人是本行客户、多少人工资发到本行，该企业是否已签代发
// param: branch_id string = null
// param: min_staff integer = 3
// param: as_of date = today
// param: top integer = 100
CALL () {
  MATCH (c:Company) WHERE $branch_id IS NULL AND c.client_since IS NOT NULL RETURN c
  UNION
  MATCH (:Branch {branch_id: $branch_id})<-[:PART_OF*0..5]-(:Branch)<-[:AT_BRANCH]-(c:Company)
  WHERE c.client_since IS NOT NULL
  RETURN c
}
WITH c, COUNT { (c)<-[:WORKS_AT]-() } AS listed
WHERE listed >= $min_staff
CALL (c) {
  MATCH (c)<-[w:WORKS_AT]-(e:Employee) WHERE w.left_on IS NULL OR w.left_on > $as_of
  RETURN count(e) AS staff, count(CASE WHEN EXISTS {
    (e) (()-[l:IS_CUSTOMER|SAME_AS WHERE coalesce(l.probability, 1.0) >= 0.5]-()){1,3} (:Customer)
  } THEN 1 END) AS customers
}
WITH c, staff, customers
WHERE staff >= $min_staff
RETURN c.company_id AS company_id, c.name AS company_name, staff, customers,
       round(toFloat(customers) / staff, 4) AS coverage,
       COUNT { (c)-[:PAYS_SALARY]->(:Customer) } AS paid_here,
       COUNT { (c)-[:PAYS_SALARY]->(:Employee|Counterparty) } AS paid_elsewhere,
       EXISTS {
         MATCH (c)-[h:HOLDS]->(p:Product) WHERE p.category = 'payroll' AND (h.closed_on IS NULL OR h.closed_on > $as_of)
       } AS payroll_sold
ORDER BY staff - customers DESC, company_id LIMIT $top
