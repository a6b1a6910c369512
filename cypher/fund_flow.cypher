// title.en: Money in and out of a company by month
// title.zh: 企业资金流入流出（按月）
// answers.en: How much money went in and out of the company each month, from and to how many parties?
// answers.zh: 该企业每月流入、流出多少资金，涉及多少对手方
// param: company_id string required
// param: from_month integer = 190001
// param: to_month integer = 999912
MATCH (c:Company {company_id: $company_id})
CALL (c) {
  MATCH (c)<-[m:PAID]-()
  UNWIND range(0, size(m.months) - 1) AS i
  RETURN m.months[i] AS month, toInteger(round(m.amounts[i] * 100)) AS fen_in, 0 AS fen_out, 1 AS payer, 0 AS payee
  UNION ALL
  MATCH (c)-[m:PAID]->()
  UNWIND range(0, size(m.months) - 1) AS i
  RETURN m.months[i] AS month, 0 AS fen_in, toInteger(round(m.amounts[i] * 100)) AS fen_out, 0 AS payer, 1 AS payee
}
WITH * WHERE $from_month <= month <= $to_month
WITH month, sum(fen_in) AS fen_in, sum(fen_out) AS fen_out, sum(payer) AS payers, sum(payee) AS payees
RETURN month, fen_in / 100.0 AS money_in, fen_out / 100.0 AS money_out, (fen_in - fen_out) / 100.0 AS net,
       payers, payees
ORDER BY month
