// title.en: Data quality: completeness
// title.zh: 数据质量：字段完整率
// answers.en: How many customers, companies and employees have each of the properties that matter?
// answers.zh: 客户、企业与员工的关键字段各有多少已填写
CALL () {
  MATCH (n:Customer)
  WITH count(*) AS total, [
    ['name', count(n.name)], ['id_number', count(n.id_number)], ['phone', count(n.phone)],
    ['birth_date', count(n.birth_date)], ['city', count(n.city)], ['monthly_income', count(n.monthly_income)],
    ['segment', count(n.segment)], ['aum', count(n.aum)], ['risk_tolerance', count(n.risk_tolerance)],
    ['risk_assessed_on', count(n.risk_assessed_on)], ['branch_id', count(n.branch_id)],
    ['manager_id', count(n.manager_id)], ['marketing_consent', count(n.marketing_consent)]] AS fields
  RETURN 'Customer' AS label, total, fields
  UNION ALL
  MATCH (n:Company)
  WITH count(*) AS total, [
    ['credit_code', count(n.credit_code)], ['industry', count(n.industry)], ['size', count(n.size)],
    ['city', count(n.city)], ['branch_id', count(n.branch_id)], ['manager_id', count(n.manager_id)],
    ['client_since', count(n.client_since)]] AS fields
  RETURN 'Company' AS label, total, fields
  UNION ALL
  MATCH (n:Employee)
  WITH count(*) AS total, [
    ['name', count(n.name)], ['id_number', count(n.id_number)], ['phone', count(n.phone)],
    ['title', count(n.title)], ['monthly_salary', count(n.monthly_salary)], ['hired_on', count(n.hired_on)],
    ['customer_id', count(n.customer_id)]] AS fields
  RETURN 'Employee' AS label, total, fields
}
UNWIND fields AS field
WITH label, field[0] AS property, field[1] AS filled, total
WHERE total > 0
RETURN label, property, filled, total, round(toFloat(filled) / total, 4) AS share
ORDER BY label, property
