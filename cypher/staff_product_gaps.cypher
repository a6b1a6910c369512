// title.en: Product gaps of a company's staff
// title.zh: 企业员工的产品缺口
// answers.en: Of the company's staff who bank here, how many lack each retail product, and what would it be worth?
// answers.zh: 该企业员工中的本行客户，各零售产品有多少人尚未持有，潜在价值多大
// param: company_id string required
// param: as_of date = today
MATCH (c:Company {company_id: $company_id})
CALL (c) {
  MATCH (c)<-[w:WORKS_AT]-(e:Employee) WHERE w.left_on IS NULL OR w.left_on > $as_of
  MATCH (e) (()-[l:IS_CUSTOMER|SAME_AS WHERE coalesce(l.probability, 1.0) >= 0.5]-()){1,3} (k:Customer)
  RETURN collect(DISTINCT k) AS staff
}
CALL (staff) {
  UNWIND staff AS k
  MATCH (k)-[h:HOLDS]->(p:Product) WHERE h.closed_on IS NULL OR h.closed_on > $as_of
  WITH p, count(DISTINCT k) AS holders
  RETURN collect({product: p, holders: holders}) AS held
}
MATCH (p:Product) WHERE p.line = 'retail'
WITH p, size(staff) AS customers, coalesce(head([x IN held WHERE x.product = p | x.holders]), 0) AS holders
RETURN p.product_id AS product_id, p.name AS product_name, p.category AS category, customers, holders,
       customers - holders AS lacking, round((customers - holders) * p.annual_value, 2) AS value
ORDER BY value DESC, product_id
