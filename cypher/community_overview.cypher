// title.en: Communities
// title.zh: 客群社区
// answers.en: Which communities of people and companies are largest, and how many in each are not clients yet?
// answers.zh: 人与企业构成的社区中哪些最大，各有多少尚非本行客户
// param: min_members integer = 3
// param: top integer = 50
MATCH (n:Customer|Company|Employee|Counterparty)
WHERE n.community IS NOT NULL
WITH n.community AS community, count(n) AS members,
     count(CASE WHEN n:Customer THEN 1 END) AS customers,
     count(CASE WHEN n:Company AND n.client_since IS NOT NULL THEN 1 END) AS client_companies,
     count(CASE WHEN n:Company AND n.client_since IS NULL THEN 1 END) AS other_companies,
     count(CASE WHEN n:Employee AND NOT EXISTS {
       (n)-[l:IS_CUSTOMER|SAME_AS WHERE coalesce(l.probability, 1.0) >= 0.5]-(:Customer)
     } THEN 1 END) AS staff_without_account
WHERE members >= $min_members
RETURN community, members, customers, client_companies, other_companies, staff_without_account
ORDER BY members DESC, community LIMIT $top
