// title.en: Non-clients close to a branch's clients
// title.zh: 机构客户身边的潜在企业客户
// answers.en: Which companies that are not clients deal with most clients of the branch and the branches below it?
// answers.zh: 哪些尚未开户的企业与本机构（含下级）的客户往来最多
// param: branch_id string required
// param: min_clients integer = 2
// param: top integer = 50
MATCH (:Branch {branch_id: $branch_id})<-[:PART_OF*0..5]-(:Branch)<-[:AT_BRANCH]-(c:Company)
WHERE c.client_since IS NOT NULL
MATCH (c)-[t:PAID|OWNS|SUPPLIES]-(p)
WHERE (p:Company AND p.client_since IS NULL)
   OR (p:Counterparty AND coalesce(p.kind, 'company') = 'company' AND NOT EXISTS {
        MATCH (p)-[l:SAME_AS]->(q:Company)
        WHERE coalesce(l.probability, 1.0) >= 0.5 AND q.client_since IS NOT NULL
      })
WITH p, count(DISTINCT c) AS clients,
     sum(CASE WHEN type(t) = 'PAID' THEN toInteger(round(t.amount * 100)) ELSE 0 END) AS fen,
     count(CASE WHEN type(t) <> 'PAID' THEN 1 END) AS other_ties
WHERE clients >= $min_clients
RETURN p AS party, p.name AS party_name, clients, fen / 100.0 AS money, other_ties
ORDER BY clients DESC, money DESC, p.customer_id, p.company_id, p.employee_id, p.counterparty_id LIMIT $top
