// title.en: Owners and executives without a wealth product
// title.zh: 未持有理财产品的企业主与高管
// answers.en: Which owners (25 % or more) and officers of the branch's client companies hold no wealth product, fund or gold here?
// answers.zh: 本机构客户企业的股东（25% 及以上）与高管中，谁在本行没有理财、基金或黄金产品
// param: branch_id string required
// param: as_of date = today
// param: top integer = 200
MATCH (:Branch {branch_id: $branch_id})<-[:PART_OF*0..5]-(:Branch)<-[:AT_BRANCH]-(f:Company)
WHERE f.client_since IS NOT NULL
MATCH (x)-[t:OWNS|OFFICER_OF]->(f)
WHERE type(t) = 'OFFICER_OF' OR t.share >= 0.25
MATCH (x) (()-[l:IS_CUSTOMER|SAME_AS WHERE coalesce(l.probability, 1.0) >= 0.5]-()){0,3} (c:Customer)
WITH c, count(DISTINCT f) AS companies, max(t.share) AS largest_share, collect(DISTINCT t.role) AS roles
WHERE NOT EXISTS {
  MATCH (c)-[h:HOLDS]->(p:Product)
  WHERE p.category IN ['wealth', 'fund', 'gold'] AND (h.closed_on IS NULL OR h.closed_on > $as_of)
}
UNWIND CASE WHEN roles = [] THEN [null] ELSE roles END AS role
WITH c, companies, largest_share, role ORDER BY role
RETURN c.customer_id AS customer_id, c.name AS customer_name, c.segment AS segment, c.aum AS aum, companies,
       largest_share, collect(role) AS roles
ORDER BY companies DESC, customer_id LIMIT $top
