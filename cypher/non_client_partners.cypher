// title.en: Payment partners that are not clients
// title.zh: 非本行客户的资金往来方
// answers.en: Which companies that pay the company or are paid by it are not clients of the bank?
// answers.zh: 与该企业有资金往来的企业中，哪些不是本行客户
// param: company_id string required
// param: top integer = 50
MATCH (c:Company {company_id: $company_id})-[:PAID]-(p)
WHERE (p:Company AND p.client_since IS NULL)
   OR (p:Counterparty AND coalesce(p.kind, 'company') = 'company' AND NOT EXISTS {
        MATCH (p)-[l:SAME_AS]->(q:Company)
        WHERE coalesce(l.probability, 1.0) >= 0.5 AND q.client_since IS NOT NULL
      })
WITH DISTINCT c, p
CALL (c, p) {
  OPTIONAL MATCH (p)-[m:PAID]->(c) RETURN coalesce(m.amount, 0.0) AS pays
}
CALL (c, p) {
  OPTIONAL MATCH (c)-[m:PAID]->(p) RETURN coalesce(m.amount, 0.0) AS receives
}
RETURN p AS party, p.name AS party_name, pays, receives
ORDER BY pays + receives DESC, p.customer_id, p.company_id, p.employee_id, p.counterparty_id LIMIT $top
