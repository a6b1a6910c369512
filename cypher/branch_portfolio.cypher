// title.en: A branch's portfolio
// title.zh: 机构概览
// answers.en: What do the branch and each branch below it look after: customers, clients, assets, opportunities?
// answers.zh: 本机构及各下级机构管理多少客户、企业、资产与商机
// param: branch_id string required
MATCH path = (:Branch {branch_id: $branch_id})<-[:PART_OF*0..5]-(b:Branch)
WITH b, min(length(path)) AS depth
CALL (b) {
  MATCH (b)<-[:AT_BRANCH]-(k:Customer)
  RETURN count(k) AS customers, sum(toInteger(round(coalesce(k.aum, 0.0) * 100))) AS fen
}
RETURN depth, b.branch_id AS branch_id, b.name AS branch_name, b.level AS level,
       COUNT { (b)<-[:AT_BRANCH]-(:Manager) } AS managers, customers, fen / 100.0 AS aum,
       COUNT { MATCH (b)<-[:AT_BRANCH]-(c:Company) WHERE c.client_since IS NOT NULL } AS client_companies,
       COUNT { MATCH (b)<-[:AT_BRANCH]-(c:Company) WHERE c.client_since IS NULL } AS other_companies,
       COUNT { MATCH (b)<-[:AT_BRANCH]-()<-[:FOR]-(o:Opportunity) RETURN DISTINCT o } AS opportunities
ORDER BY depth, branch_id
