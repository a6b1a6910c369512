// title.en: Shared legal representatives and directors
// title.zh: 共同法定代表人与董事
// answers.en: In which other companies do the officers of this one hold office, under any record of theirs?
// answers.zh: 该企业的法定代表人和董事还在哪些企业任职（含同一人的其他记录）
// param: company_id string required
MATCH (c:Company {company_id: $company_id})<-[here:OFFICER_OF]-(p)
MATCH (p) (()-[l:IS_CUSTOMER|SAME_AS WHERE coalesce(l.probability, 1.0) >= 0.5]-()){0,3} (same)
      -[there:OFFICER_OF]->(other)
WHERE other <> c
WITH DISTINCT p, here.role AS role, other, there.role AS other_role
RETURN p AS officer, p.name AS officer_name, role, other AS company, other.name AS company_name, other_role
ORDER BY p.customer_id, p.company_id, p.employee_id, p.counterparty_id,
         other.customer_id, other.company_id, other.employee_id, other.counterparty_id, role, other_role
