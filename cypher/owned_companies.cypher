// title.en: What a party owns
// title.zh: 某方持有的企业
// answers.en: Which companies does a party own, directly or through others, with what share in all?
// answers.zh: 某方直接或间接持有哪些企业，合计持股多少
// param: party_type string = customer
// param: party_id string required
// param: min_share float = 0
CALL () {
  MATCH (p:Customer {customer_id: $party_id}) WHERE toLower($party_type) = 'customer' RETURN p AS o
  UNION
  MATCH (p:Company {company_id: $party_id}) WHERE toLower($party_type) = 'company' RETURN p AS o
  UNION
  MATCH (p:Employee {employee_id: $party_id}) WHERE toLower($party_type) = 'employee' RETURN p AS o
  UNION
  MATCH (p:Counterparty {counterparty_id: $party_id}) WHERE toLower($party_type) = 'counterparty' RETURN p AS o
}
MATCH path = (o)-[:OWNS*1..6]->(c)
WHERE all(n IN nodes(path) WHERE single(m IN nodes(path) WHERE m = n))
WITH c, length(path) AS depth, reduce(share = 1.0, r IN relationships(path) | share * r.share) AS share
WITH c, count(*) AS paths, min(depth) AS nearest, round(sum(share), 6) AS share
WHERE share >= $min_share
RETURN c AS company, c.name AS company_name, share, paths, nearest
ORDER BY share DESC, c.customer_id, c.company_id, c.employee_id, c.counterparty_id
