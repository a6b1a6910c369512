// title.en: Ultimate owners of a company
// title.zh: 企业最终股东
// answers.en: Who stands at the top of the ownership chains, with what share in all? 25 % or more: candidate beneficial owner
// answers.zh: 股权链顶端是谁，合计持股多少？达到 25% 者为候选受益所有人（仅供核实）
// param: company_id string required
// param: min_share float = 0
MATCH (c:Company {company_id: $company_id})
MATCH path = (o)-[:OWNS*1..6]->(c)
WHERE all(n IN nodes(path) WHERE single(m IN nodes(path) WHERE m = n)) AND NOT EXISTS { ()-[:OWNS]->(o) }
WITH o, length(path) AS depth, reduce(share = 1.0, r IN relationships(path) | share * r.share) AS share
WITH o, count(*) AS paths, min(depth) AS nearest, round(sum(share), 6) AS share
WHERE share >= $min_share
RETURN o AS owner, o.name AS owner_name, share, share >= 0.25 AS candidate, paths, nearest
ORDER BY share DESC, o.customer_id, o.company_id, o.employee_id, o.counterparty_id
