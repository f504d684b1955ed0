-- The small side (conversions) is the hash table, the touches stream past it; arrays a conversion instead of window functions.
WITH
conversions AS (
    SELECT rowNumberInAllBlocks() AS conversion, customer_id, toUnixTimestamp64Micro(recorded_at) AS converted_at, toFloat64(revenue_reporting) AS revenue
    FROM {files} WHERE record_kind = 'order' AND conversion_type = 'purchase'
),
touches AS (
    SELECT customer_id, toUnixTimestamp64Micro(recorded_at) AS touched_at, sequence, campaign_id FROM {files} WHERE record_kind = 'touch'
),
journeys AS (
    SELECT any(c.revenue) AS revenue,
           arraySort(groupArray((t.touched_at, t.sequence, t.campaign_id, exp2((t.touched_at - c.converted_at) / 604800e6)))) AS list,
           length(list) AS n,
           arraySum(t -> t.4, list) AS decays_sum
    FROM touches t JOIN conversions c ON t.customer_id = c.customer_id
    WHERE t.touched_at <= c.converted_at AND t.touched_at >= c.converted_at - 2592000000000
    GROUP BY c.conversion
),
credits AS (
    SELECT touch.3 AS campaign_id, revenue,
           if(position = 1, 1., 0.) AS first_touch,
           if(position = n, 1., 0.) AS last_touch,
           1. / n AS linear,
           touch.4 / decays_sum AS time_decay,
           multiIf(n = 1, 1., n = 2, 0.5, position = 1 OR position = n, 0.4, 0.2 / (n - 2)) AS position_based
    FROM journeys ARRAY JOIN list AS touch, arrayEnumerate(list) AS position
)
SELECT lower(hex(campaign_id)) AS campaign, {sums} FROM credits GROUP BY campaign_id
