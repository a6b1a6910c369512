// title.en: Ownership chain of a company
// title.zh: 企业股权链
// answers.en: Through which chains of up to six steps do owners hold the company, with what share along each?
// answers.zh: 股东经由哪些（至多六层）链条持有该企业，沿每条链的持股比例是多少
// param: company_id string required
// param: min_share float = 0
MATCH (c:Company {company_id: $company_id})
MATCH path = (o)-[:OWNS*1..6]->(c)
WHERE all(n IN nodes(path) WHERE single(m IN nodes(path) WHERE m = n))
WITH o, nodes(path) AS chain, reduce(share = 1.0, r IN relationships(path) | share * r.share) AS share
WHERE share IS NULL OR share >= $min_share
RETURN o AS owner, o.name AS owner_name, size(chain) - 1 AS depth, round(share, 6) AS share, chain
ORDER BY depth, share DESC, [n IN chain | [n.customer_id, n.company_id, n.employee_id, n.counterparty_id]]
