// title.en: Opportunities of a branch
// title.zh: 机构商机
// answers.en: Which opportunities of the branch and those below it are worth most?
// answers.zh: 本机构（含下级）价值最高的商机有哪些
// param: branch_id string required
// param: kind string = null
// param: min_value float = 0
// param: top integer = 100
MATCH (:Branch {branch_id: $branch_id})<-[:PART_OF*0..5]-(b:Branch)
WITH DISTINCT b
MATCH (o:Opportunity)
WHERE o.branch_id = b.branch_id AND ($kind IS NULL OR o.kind = $kind) AND o.expected_value >= $min_value
WITH o ORDER BY o.expected_value DESC, o.opportunity_id LIMIT $top
MATCH (o)-[:FOR]->(s)
OPTIONAL MATCH (o)-[:OFFERS]->(p:Product)
RETURN o.opportunity_id AS opportunity_id, o.kind AS kind, s AS subject, s.name AS subject_name,
       p.product_id AS product_id, p.name AS product_name, o.probability AS probability,
       o.expected_value AS expected_value, o.branch_id AS branch_id, o.manager_id AS manager_id,
       o.reason_zh AS reason_zh, o.reason_en AS reason_en
ORDER BY expected_value DESC, opportunity_id
