// title.en: Guarantee rings
// title.zh: 担保圈
// answers.en: Where do guarantees run in a ring of two to six parties? Each ring once, from its smallest key
// answers.zh: 哪里存在两方至六方的循环担保？每个担保圈只列一次，自最小键起
// param: top integer = 100
MATCH (a)-[:GUARANTEES]->()
WITH DISTINCT a
MATCH path = (a)-[:GUARANTEES*2..6]->(a)
WITH nodes(path)[0..-1] AS members
WHERE all(n IN members WHERE single(m IN members WHERE m = n))
WITH members, [n IN members | CASE
  WHEN n:Customer THEN 'Customer:' + n.customer_id
  WHEN n:Company THEN 'Company:' + n.company_id
  WHEN n:Employee THEN 'Employee:' + n.employee_id
  ELSE 'Counterparty:' + n.counterparty_id END] AS ring
WHERE all(key IN ring WHERE ring[0] <= key)
WITH DISTINCT members, ring
RETURN size(ring) AS parties, ring, [n IN members | {party: n, party_name: n.name}] AS names
ORDER BY parties, ring LIMIT $top
