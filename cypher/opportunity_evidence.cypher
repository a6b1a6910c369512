// title.en: Evidence of an opportunity
// title.zh: 商机的依据
// answers.en: What is the opportunity about, and which nodes of the graph does it rest on?
// answers.zh: 该商机针对谁、推荐什么，依据图中的哪些节点
// param: opportunity_id string required
MATCH (o:Opportunity {opportunity_id: $opportunity_id})
CALL (o) {
  MATCH (o)-[:FOR]->(n) RETURN 1 AS place, 'subject' AS role, null AS family, n
  UNION ALL
  MATCH (o)-[:OFFERS]->(n) RETURN 2 AS place, 'product' AS role, null AS family, n
  UNION ALL
  MATCH (o)-[s:SUPPORTED_BY]->(n) RETURN 3 AS place, 'evidence' AS role, s.family AS family, n
}
RETURN role, family, n AS item, n.name AS item_name
ORDER BY place, family, n.customer_id, n.company_id, n.employee_id, n.counterparty_id, n.product_id
