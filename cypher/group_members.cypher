// title.en: Companies under common control
// title.zh: 同一控制下的企业
// answers.en: Which companies belong to the company's group by majority holdings (over 50 % at each step)?
// answers.zh: 按逐级超过 50% 的控股关系，哪些企业与该企业同属一个集团
// param: company_id string required
MATCH (c:Company {company_id: $company_id})
MATCH (head) (()-[up:OWNS WHERE up.share > 0.5]->()){0,5} (c)
WITH DISTINCT head
WHERE NOT EXISTS { MATCH ()-[o:OWNS]->(head) WHERE o.share > 0.5 }
MATCH (head) (()-[down:OWNS WHERE down.share > 0.5]->()){0,5} (m:Company)
WITH DISTINCT head, m
RETURN head, head.name AS head_name, m.company_id AS company_id, m.name AS company_name,
       m.client_since IS NOT NULL AS client
ORDER BY head.customer_id, head.company_id, head.employee_id, head.counterparty_id, company_id
