// title.en: What the graph holds
// title.zh: 图的规模
// answers.en: How many nodes of each label and relationships of each type are there?
// answers.zh: 各类节点与关系各有多少
CALL () {
  RETURN 'node' AS kind, 'Customer' AS of, COUNT { (:Customer) } AS number
  UNION ALL
  RETURN 'node' AS kind, 'Company' AS of, COUNT { (:Company) } AS number
  UNION ALL
  RETURN 'node' AS kind, 'Employee' AS of, COUNT { (:Employee) } AS number
  UNION ALL
  RETURN 'node' AS kind, 'Product' AS of, COUNT { (:Product) } AS number
  UNION ALL
  RETURN 'node' AS kind, 'Branch' AS of, COUNT { (:Branch) } AS number
  UNION ALL
  RETURN 'node' AS kind, 'Manager' AS of, COUNT { (:Manager) } AS number
  UNION ALL
  RETURN 'node' AS kind, 'Counterparty' AS of, COUNT { (:Counterparty) } AS number
  UNION ALL
  RETURN 'node' AS kind, 'Campaign' AS of, COUNT { (:Campaign) } AS number
  UNION ALL
  RETURN 'node' AS kind, 'Opportunity' AS of, COUNT { (:Opportunity) } AS number
  UNION ALL
  RETURN 'relationship' AS kind, 'WORKS_AT' AS of, COUNT { ()-[:WORKS_AT]->() } AS number
  UNION ALL
  RETURN 'relationship' AS kind, 'IS_CUSTOMER' AS of, COUNT { ()-[:IS_CUSTOMER]->() } AS number
  UNION ALL
  RETURN 'relationship' AS kind, 'SAME_AS' AS of, COUNT { ()-[:SAME_AS]->() } AS number
  UNION ALL
  RETURN 'relationship' AS kind, 'HOLDS' AS of, COUNT { ()-[:HOLDS]->() } AS number
  UNION ALL
  RETURN 'relationship' AS kind, 'PAID' AS of, COUNT { ()-[:PAID]->() } AS number
  UNION ALL
  RETURN 'relationship' AS kind, 'PAYS_SALARY' AS of, COUNT { ()-[:PAYS_SALARY]->() } AS number
  UNION ALL
  RETURN 'relationship' AS kind, 'OWNS' AS of, COUNT { ()-[:OWNS]->() } AS number
  UNION ALL
  RETURN 'relationship' AS kind, 'OFFICER_OF' AS of, COUNT { ()-[:OFFICER_OF]->() } AS number
  UNION ALL
  RETURN 'relationship' AS kind, 'GUARANTEES' AS of, COUNT { ()-[:GUARANTEES]->() } AS number
  UNION ALL
  RETURN 'relationship' AS kind, 'SUPPLIES' AS of, COUNT { ()-[:SUPPLIES]->() } AS number
  UNION ALL
  RETURN 'relationship' AS kind, 'RELATED_TO' AS of, COUNT { ()-[:RELATED_TO]->() } AS number
  UNION ALL
  RETURN 'relationship' AS kind, 'CONTROLS' AS of, COUNT { ()-[:CONTROLS]->() } AS number
  UNION ALL
  RETURN 'relationship' AS kind, 'OWNS_EFFECTIVELY' AS of, COUNT { ()-[:OWNS_EFFECTIVELY]->() } AS number
  UNION ALL
  RETURN 'relationship' AS kind, 'BENEFICIAL_OWNER_CANDIDATE' AS of, COUNT { ()-[:BENEFICIAL_OWNER_CANDIDATE]->() } AS number
  UNION ALL
  RETURN 'relationship' AS kind, 'AT_BRANCH' AS of, COUNT { ()-[:AT_BRANCH]->() } AS number
  UNION ALL
  RETURN 'relationship' AS kind, 'PART_OF' AS of, COUNT { ()-[:PART_OF]->() } AS number
  UNION ALL
  RETURN 'relationship' AS kind, 'MANAGED_BY' AS of, COUNT { ()-[:MANAGED_BY]->() } AS number
  UNION ALL
  RETURN 'relationship' AS kind, 'REQUIRES' AS of, COUNT { ()-[:REQUIRES]->() } AS number
  UNION ALL
  RETURN 'relationship' AS kind, 'PROMOTES' AS of, COUNT { ()-[:PROMOTES]->() } AS number
  UNION ALL
  RETURN 'relationship' AS kind, 'CONTACTED' AS of, COUNT { ()-[:CONTACTED]->() } AS number
  UNION ALL
  RETURN 'relationship' AS kind, 'FOR' AS of, COUNT { ()-[:FOR]->() } AS number
  UNION ALL
  RETURN 'relationship' AS kind, 'OFFERS' AS of, COUNT { ()-[:OFFERS]->() } AS number
  UNION ALL
  RETURN 'relationship' AS kind, 'SUPPORTED_BY' AS of, COUNT { ()-[:SUPPORTED_BY]->() } AS number
}
RETURN kind, of, number
ORDER BY kind, of
