// title.en: Results of a campaign
// title.zh: 营销活动结果
// answers.en: How many were reached or held out by each channel, how many accepted, and at what cost?
// answers.zh: 各渠道触达与对照各多少人，多少人接受，成本多少
// param: campaign_id string required
MATCH (:Campaign {campaign_id: $campaign_id})<-[k:CONTACTED]-(c:Customer)
WITH k.arm AS arm, k.channel AS channel, count(*) AS contacts, count(DISTINCT c) AS customers,
     count(CASE WHEN k.outcome = 'accepted' THEN 1 END) AS accepted,
     count(CASE WHEN k.outcome IN ['refused', 'complained'] THEN 1 END) AS refused,
     sum(toInteger(round(coalesce(k.cost, 0.0) * 100))) AS fen
RETURN arm, channel, contacts, customers, accepted, round(toFloat(accepted) / contacts, 4) AS rate, refused,
       fen / 100.0 AS cost
ORDER BY arm, channel
