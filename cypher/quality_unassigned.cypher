// title.en: Data quality: customers without branch, manager or product
// title.zh: 数据质量：无机构、无经理或无产品的客户
// answers.en: How many customers of each segment have no branch, no manager, or no open product?
// answers.zh: 各客群中没有归属机构、客户经理或在用产品的客户有多少
// param: as_of date = today
MATCH (c:Customer)
RETURN c.segment AS segment, count(*) AS customers,
       count(CASE WHEN NOT EXISTS { (c)-[:AT_BRANCH]->() } THEN 1 END) AS without_branch,
       count(CASE WHEN NOT EXISTS { (c)-[:MANAGED_BY]->() } THEN 1 END) AS without_manager,
       count(CASE WHEN NOT EXISTS {
         MATCH (c)-[h:HOLDS]->() WHERE h.closed_on IS NULL OR h.closed_on > $as_of
       } THEN 1 END) AS without_product
ORDER BY segment
