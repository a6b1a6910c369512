// title.en: Data quality: staff linked to several customers
// title.zh: 数据质量：对应多个客户的员工
// answers.en: Which employees are linked to more than one customer record, or to another one than the source says?
// answers.zh: 哪些员工对应多条客户记录，或与来源给出的客户号不一致
// param: top integer = 200
MATCH (e:Employee)-[i:IS_CUSTOMER]->(c:Customer)
WHERE coalesce(i.probability, 1.0) >= 0.5
WITH e, c ORDER BY c.customer_id
WITH e, collect(c.customer_id) AS customer_ids
WHERE size(customer_ids) > 1 OR NOT coalesce(e.customer_id, customer_ids[0]) IN customer_ids
RETURN e.employee_id AS employee_id, e.name AS employee_name, e.customer_id AS given_customer_id, customer_ids
ORDER BY employee_id LIMIT $top
