// title.en: Data quality: one ID number, several customers
// title.zh: 数据质量：证件号重复的客户
// answers.en: Which ID numbers stand at more than one customer record?
// answers.zh: 哪些证件号码出现在多条客户记录上
// param: top integer = 200
MATCH (c:Customer) WHERE c.id_number IS NOT NULL
WITH c.id_number AS id_number, count(*) AS records, min(c.customer_id) AS first
WHERE records > 1
WITH id_number, records, first ORDER BY records DESC, first LIMIT $top
MATCH (c:Customer) WHERE c.id_number = id_number
WITH id_number, records, first, c ORDER BY c.customer_id
WITH id_number, records, first, collect(c) AS all
RETURN id_number, records, [c IN all | c.customer_id] AS customer_ids,
       EXISTS { UNWIND all AS one MATCH (one)-[:SAME_AS]-() } AS linked
ORDER BY records DESC, first
