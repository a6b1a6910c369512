// title.en: A customer's whole picture
// title.zh: 客户全景
// answers.en: Everything the graph knows of one customer: other records, jobs, household, products, money, companies, offers
// answers.zh: 图中关于一位客户的一切：同一人的其他记录、任职、家庭、产品、资金往来、关联企业与商机
// param: customer_id string required
// param: payments integer = 20
MATCH (c:Customer {customer_id: $customer_id})
CALL (c) {
  RETURN 1 AS place, 'customer' AS section, c AS item, c.segment AS detail, c.aum AS amount, c.since AS since
  UNION ALL
  MATCH (c) (()-[l:IS_CUSTOMER|SAME_AS WHERE coalesce(l.probability, 1.0) >= 0.5]-()){1,3} (r) WHERE r <> c
  WITH DISTINCT r
  RETURN 2 AS place, 'same_person' AS section, r AS item, null AS detail, null AS amount, null AS since
  UNION ALL
  MATCH (c) (()-[l:IS_CUSTOMER|SAME_AS WHERE coalesce(l.probability, 1.0) >= 0.5]-()){0,3} (e)-[w:WORKS_AT]->(f:Company)
  WITH DISTINCT e, w, f
  RETURN 3 AS place, 'employer' AS section, f AS item, e.title AS detail, e.monthly_salary AS amount,
         w.hired_on AS since
  UNION ALL
  MATCH (c)-[r:RELATED_TO]-(m)
  RETURN 4 AS place, 'related' AS section, m AS item, r.kind AS detail, null AS amount, r.since AS since
  UNION ALL
  MATCH (c)-[h:HOLDS]->(p)
  RETURN 5 AS place, 'product' AS section, p AS item,
         CASE WHEN h.closed_on IS NULL THEN 'open' ELSE 'closed' END AS detail, h.balance AS amount,
         h.opened_on AS since
  UNION ALL
  MATCH (c)<-[m:PAID]-(o)
  RETURN 6 AS place, 'money_in' AS section, o AS item, m.purpose AS detail, m.amount AS amount, m.first_on AS since
  ORDER BY amount DESC, o.customer_id, o.company_id, o.employee_id, o.counterparty_id LIMIT $payments
  UNION ALL
  MATCH (c)-[m:PAID]->(o)
  RETURN 7 AS place, 'money_out' AS section, o AS item, m.purpose AS detail, m.amount AS amount, m.first_on AS since
  ORDER BY amount DESC, o.customer_id, o.company_id, o.employee_id, o.counterparty_id LIMIT $payments
  UNION ALL
  MATCH (c)-[o:OWNS]->(f)
  RETURN 8 AS place, 'owns' AS section, f AS item, toString(o.share) AS detail, null AS amount, o.since AS since
  UNION ALL
  MATCH (c)-[o:OFFICER_OF]->(f)
  RETURN 9 AS place, 'officer' AS section, f AS item, o.role AS detail, null AS amount, o.since AS since
  UNION ALL
  MATCH (c)-[g:GUARANTEES]->(f)
  RETURN 10 AS place, 'guarantees' AS section, f AS item, null AS detail, null AS amount, g.since AS since
  UNION ALL
  MATCH (c)<-[g:GUARANTEES]-(f)
  RETURN 11 AS place, 'guaranteed_by' AS section, f AS item, null AS detail, null AS amount, g.since AS since
  UNION ALL
  MATCH (c)-[k:CONTACTED]->(f)
  RETURN 12 AS place, 'campaign' AS section, f AS item, coalesce(k.outcome, k.arm) AS detail, null AS amount,
         k.contacted_on AS since
  UNION ALL
  MATCH (c)<-[:FOR]-(o)
  RETURN 13 AS place, 'opportunity' AS section, o AS item, o.kind AS detail, o.expected_value AS amount,
         o.as_of AS since
}
RETURN section, item, item.name AS item_name, detail, amount, since
ORDER BY place, item.customer_id, item.company_id, item.employee_id, item.counterparty_id,
         item.product_id, item.campaign_id, item.opportunity_id, since, detail, amount
