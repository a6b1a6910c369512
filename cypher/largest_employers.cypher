// title.en: The largest employers
// title.zh: 员工最多的企业
// answers.en: Which companies have the most people on their staff list, and are they clients?
// answers.zh: 哪些企业的员工名单最长，它们是否为本行客户
// param: top integer = 20
MATCH (c:Company)
WITH c, COUNT { (c)<-[:WORKS_AT]-() } AS staff
WHERE staff > 0
RETURN c.company_id AS company_id, c.name AS company_name, c.industry AS industry,
       c.client_since IS NOT NULL AS client, staff
ORDER BY staff DESC, company_id LIMIT $top
