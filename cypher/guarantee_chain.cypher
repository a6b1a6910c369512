// title.en: Guarantee chains of a party
// title.zh: 某方的担保链
// answers.en: Whom does a party guarantee, and who guarantees it, directly or through up to five others?
// answers.zh: 某方为谁担保、谁为其担保（直接或至多五层）
// param: party_type string = company
// param: party_id string required
// param: top integer = 200
CALL () {
  MATCH (p:Customer {customer_id: $party_id}) WHERE toLower($party_type) = 'customer' RETURN p AS a
  UNION
  MATCH (p:Company {company_id: $party_id}) WHERE toLower($party_type) = 'company' RETURN p AS a
  UNION
  MATCH (p:Employee {employee_id: $party_id}) WHERE toLower($party_type) = 'employee' RETURN p AS a
  UNION
  MATCH (p:Counterparty {counterparty_id: $party_id}) WHERE toLower($party_type) = 'counterparty' RETURN p AS a
}
CALL (a) {
  MATCH path = (a)-[:GUARANTEES*1..5]->(p) WHERE all(n IN nodes(path) WHERE single(m IN nodes(path) WHERE m = n))
  RETURN 'guarantees' AS direction, p, nodes(path) AS chain
  UNION
  MATCH path = (p)-[:GUARANTEES*1..5]->(a) WHERE all(n IN nodes(path) WHERE single(m IN nodes(path) WHERE m = n))
  RETURN 'guaranteed_by' AS direction, p, nodes(path) AS chain
}
RETURN direction, size(chain) - 1 AS depth, p AS party, p.name AS party_name, chain
ORDER BY direction, depth, [n IN chain | [n.customer_id, n.company_id, n.employee_id, n.counterparty_id]] LIMIT $top
