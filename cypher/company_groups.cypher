// title.en: Company groups
// title.zh: 企业集团
// answers.en: Which companies are under one control (over 50 % of votes, a family's together), and how much of each group banks here?
// answers.zh: 哪些企业同受一方控制（表决权过半，家族持股合并计算），各集团有多少企业与员工在本行
// param: min_companies integer = 2
// param: top integer = 100
MATCH (c:Company) WHERE c.group_id IS NOT NULL
WITH c ORDER BY c.controller
WITH c.group_id AS group_id, count(c) AS companies, count(c.client_since) AS clients,
     sum(coalesce(c.staff, 0)) AS staff, sum(coalesce(c.staff_banking, 0)) AS staff_banking,
     collect(DISTINCT c.controller) AS controllers
WHERE companies >= $min_companies
RETURN group_id, companies, clients, staff, staff_banking, controllers
ORDER BY companies DESC, group_id LIMIT $top
