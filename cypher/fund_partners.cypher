// title.en: Largest payment partners of a company
// title.zh: 企业的主要资金往来方
// answers.en: From whom and to whom did most money flow, in the months given?
// answers.zh: 在给定月份内，资金主要从谁流入、流向谁
// param: company_id string required
// param: from_month integer = 190001
// param: to_month integer = 999912
// param: top integer = 20
MATCH (c:Company {company_id: $company_id})
CALL (c) {
  MATCH (c)<-[m:PAID]-(p) RETURN 'in' AS direction, p, m
  UNION ALL
  MATCH (c)-[m:PAID]->(p) RETURN 'out' AS direction, p, m
}
WITH direction, p, m, [i IN range(0, size(m.months) - 1) WHERE $from_month <= m.months[i] <= $to_month] AS places
WHERE size(places) > 0
RETURN direction, p AS party, p.name AS party_name,
       reduce(fen = 0, i IN places | fen + toInteger(round(m.amounts[i] * 100))) / 100.0 AS amount,
       reduce(n = 0, i IN places | n + m.counts[i]) AS payments, size(places) AS months, m.purpose AS purpose
ORDER BY amount DESC, direction, p.customer_id, p.company_id, p.employee_id, p.counterparty_id LIMIT $top
