// title.en: Shortest connection between two parties
// title.zh: 两方之间的最短关联
// answers.en: How are two parties connected, in the fewest steps? Parties with over max_links ties are not passed through
// answers.zh: 两方之间经过最少步数的关联是什么？联系超过 max_links 条的节点不作中转
// param: from_type string = customer
// param: from_id string required
// param: to_type string = customer
// param: to_id string required
// param: max_links integer = 2000
// param: top integer = 10
CALL () {
  MATCH (p:Customer {customer_id: $from_id}) WHERE toLower($from_type) = 'customer' RETURN p AS a
  UNION
  MATCH (p:Company {company_id: $from_id}) WHERE toLower($from_type) = 'company' RETURN p AS a
  UNION
  MATCH (p:Employee {employee_id: $from_id}) WHERE toLower($from_type) = 'employee' RETURN p AS a
  UNION
  MATCH (p:Counterparty {counterparty_id: $from_id}) WHERE toLower($from_type) = 'counterparty' RETURN p AS a
}
CALL () {
  MATCH (p:Customer {customer_id: $to_id}) WHERE toLower($to_type) = 'customer' RETURN p AS b
  UNION
  MATCH (p:Company {company_id: $to_id}) WHERE toLower($to_type) = 'company' RETURN p AS b
  UNION
  MATCH (p:Employee {employee_id: $to_id}) WHERE toLower($to_type) = 'employee' RETURN p AS b
  UNION
  MATCH (p:Counterparty {counterparty_id: $to_id}) WHERE toLower($to_type) = 'counterparty' RETURN p AS b
}
MATCH path = ALL SHORTEST (a)
  ((x)-[:PAID|PAYS_SALARY|WORKS_AT|IS_CUSTOMER|SAME_AS|OWNS|OFFICER_OF|GUARANTEES|SUPPLIES|RELATED_TO]-(y)
   WHERE y = b OR COUNT { (y)--() } <= $max_links){1,6} (b)
WITH DISTINCT nodes(path) AS parties, [tie IN relationships(path) | type(tie)] AS ties
RETURN size(ties) AS steps, parties, ties
ORDER BY [n IN parties | [n.customer_id, n.company_id, n.employee_id, n.counterparty_id]], ties LIMIT $top
