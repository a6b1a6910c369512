// title.en: People with office in many companies
// title.zh: 在多家企业任职的人
// answers.en: Who is legal representative or director of several companies?
// answers.zh: 哪些人在多家企业担任法定代表人或董事
// param: min_companies integer = 3
// param: top integer = 100
MATCH (p)-[o:OFFICER_OF]->(c)
WITH p, count(DISTINCT c) AS companies,
     count(DISTINCT CASE WHEN o.role = 'legal_representative' THEN c END) AS represented
WHERE companies >= $min_companies
RETURN p AS officer, p.name AS officer_name, companies, represented
ORDER BY companies DESC, p.customer_id, p.company_id, p.employee_id, p.counterparty_id LIMIT $top
