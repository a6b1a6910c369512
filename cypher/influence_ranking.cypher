// title.en: Most influential companies
// title.zh: 影响力最大的企业
// answers.en: Which companies are closest to the bank's clients over all ties, and where does money gather?
// answers.zh: 综合各类关系，哪些企业离本行客户最近，资金又向哪里汇集
// param: prospects_only boolean = false
// param: top integer = 50
MATCH (n:Company|Counterparty)
WHERE n.influence IS NOT NULL AND (n:Company OR coalesce(n.kind, 'company') = 'company')
  AND NOT ($prospects_only AND n.client_since IS NOT NULL)
RETURN n AS party, n.name AS party_name, n.client_since IS NOT NULL AS client, n.influence AS influence,
       n.fund_rank AS fund_rank
ORDER BY influence DESC, n.customer_id, n.company_id, n.employee_id, n.counterparty_id LIMIT $top
