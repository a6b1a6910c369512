// title.en: Supply chain of a company
// title.zh: 企业供应链
// answers.en: Who supplies the company and whom does it supply, up to three tiers, and which of them are not clients?
// answers.zh: 谁向该企业供货、该企业向谁供货（各至三层），其中哪些不是本行客户
// param: company_id string required
// param: non_clients_only boolean = false
MATCH (c:Company {company_id: $company_id})
CALL (c) {
  MATCH path = (c)<-[:SUPPLIES*1..3]-(p) WHERE p <> c
  RETURN 'up' AS direction, p, min(length(path)) AS tier
  UNION
  MATCH path = (c)-[:SUPPLIES*1..3]->(p) WHERE p <> c
  RETURN 'down' AS direction, p, min(length(path)) AS tier
}
WITH direction, tier, p, p:Customer OR (p:Company AND p.client_since IS NOT NULL) AS client
WHERE NOT ($non_clients_only AND client)
RETURN direction, tier, p AS party, p.name AS party_name, client
ORDER BY direction DESC, tier, p.customer_id, p.company_id, p.employee_id, p.counterparty_id
