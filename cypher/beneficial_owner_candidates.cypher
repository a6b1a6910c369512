// title.en: Candidate beneficial owners
// title.zh: 候选受益所有人
// answers.en: Which natural persons have 25 % or more of the company, directly or through others? To be verified, never settled
// answers.zh: 哪些自然人直接或间接持有该企业 25% 及以上（仅为候选，须核实）
// param: company_id string required
// param: min_share float = 0.25
MATCH (o)-[b:BENEFICIAL_OWNER_CANDIDATE]->(c:Company {company_id: $company_id})
WHERE b.share >= $min_share
OPTIONAL MATCH (o)-[d:OWNS]->(c)
RETURN o AS owner, o.name AS owner_name, b.share AS share, d.share AS direct_share,
       EXISTS { (o)-[:CONTROLS]->(c) } AS controls
ORDER BY share DESC, o.customer_id, o.company_id, o.employee_id, o.counterparty_id
