// title.en: Data quality: dates that cannot be
// title.zh: 数据质量：不合理的日期
// answers.en: Which holdings close before they open, staff leave before they are hired, or pay flows long after leaving?
// answers.zh: 哪些持有关系先关闭后开立、员工先离职后入职，或离职很久后仍有工资流入
// param: grace_days integer = 62
// param: top integer = 200
CALL () {
  MATCH (c)-[h:HOLDS]->(p) WHERE h.closed_on < h.opened_on
  RETURN 'closed_before_opened' AS rule, c AS party, p AS other, h.opened_on AS first, h.closed_on AS second
  UNION ALL
  MATCH (e:Employee)-[w:WORKS_AT]->(f) WHERE w.left_on < w.hired_on
  RETURN 'left_before_hired' AS rule, e AS party, f AS other, w.hired_on AS first, w.left_on AS second
  UNION ALL
  MATCH (e:Employee)-[w:WORKS_AT]->(f:Company) WHERE w.left_on IS NOT NULL
  MATCH (e) (()-[l:IS_CUSTOMER|SAME_AS WHERE coalesce(l.probability, 1.0) >= 0.5]-()){0,3} (same)<-[:PAYS_SALARY]-(f)
  MATCH (same)<-[m:PAID]-(f) WHERE m.last_on > w.left_on + duration({days: $grace_days})
  WITH DISTINCT e, f, w.left_on AS first, m.last_on AS second
  RETURN 'paid_after_leaving' AS rule, e AS party, f AS other, first, second
}
RETURN rule, party, party.name AS party_name, other, other.name AS other_name, first, second
ORDER BY rule, party.customer_id, party.company_id, party.employee_id, party.counterparty_id,
         other.product_id, other.company_id, first, second LIMIT $top
