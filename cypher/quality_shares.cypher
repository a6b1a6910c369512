// title.en: Data quality: shares that exceed the whole
// title.zh: 数据质量：持股合计超过 100%
// answers.en: Of which companies do the known shareholders hold more than all?
// answers.zh: 哪些企业的已知股东持股合计超过 100%
// param: top integer = 200
MATCH ()-[o:OWNS]->(c)
WITH c, count(*) AS owners, sum(toInteger(round(coalesce(o.share, 0.0) * 1000000))) AS millionths
WHERE millionths > 1000000
RETURN c AS company, c.name AS company_name, owners, millionths / 1000000.0 AS share
ORDER BY share DESC, c.customer_id, c.company_id, c.employee_id, c.counterparty_id LIMIT $top
