// title.en: Product gaps of a company
// title.zh: 企业的产品缺口
// answers.en: Which corporate products does the company not hold, and how many clients of its industry do?
// answers.zh: 该企业尚未持有哪些对公产品，同行业客户中有多少家持有
// param: company_id string required
// param: as_of date = today
MATCH (c:Company {company_id: $company_id})
CALL (c) {
  MATCH (peer:Company) WHERE peer.industry = c.industry AND peer.client_since IS NOT NULL AND peer <> c
  RETURN collect(peer) AS peers
}
MATCH (p:Product)
WHERE p.line = 'corporate' AND NOT EXISTS { MATCH (c)-[h:HOLDS]->(p) WHERE h.closed_on IS NULL OR h.closed_on > $as_of }
RETURN p.product_id AS product_id, p.name AS product_name, p.category AS category, p.annual_value AS annual_value,
       p.prerequisite_id IS NULL OR EXISTS {
         MATCH (c)-[h:HOLDS]->(q:Product)
         WHERE q.product_id = p.prerequisite_id AND (h.closed_on IS NULL OR h.closed_on > $as_of)
       } AS prerequisite_held,
       COUNT {
         UNWIND peers AS peer
         MATCH (peer)-[h:HOLDS]->(p) WHERE h.closed_on IS NULL OR h.closed_on > $as_of
         RETURN DISTINCT peer
       } AS peers_holding,
       size(peers) AS peers
ORDER BY peers_holding DESC, product_id
