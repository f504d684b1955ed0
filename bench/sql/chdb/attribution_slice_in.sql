-- Like attribution_slice, but the customers that bought are found first, so that the others are never grouped.
WITH
customers AS (
    SELECT arraySort(groupArrayIf((toUnixTimestamp64Micro(recorded_at), sequence, campaign_id), record_kind = 'touch')) AS touches,
           arrayMap(t -> t.1, touches) AS times,
           arrayMap(t -> t.3, touches) AS campaigns,
           groupArrayIf((toUnixTimestamp64Micro(recorded_at), toFloat64(revenue_reporting)), record_kind = 'order' AND conversion_type = 'purchase') AS conversions
    FROM {files}
    WHERE customer_id IN (SELECT customer_id FROM {files} WHERE record_kind = 'order' AND conversion_type = 'purchase')
    GROUP BY customer_id
),
journeys AS (
    SELECT conversion.1 AS converted_at, conversion.2 AS revenue,
           arrayCount(t -> t < converted_at - 2592000000000, times) AS too_old,
           arrayCount(t -> t <= converted_at, times) - too_old AS n,
           arraySlice(campaigns, too_old + 1, n) AS own,
           arrayMap(t -> exp2((t - converted_at) / 604800e6), arraySlice(times, too_old + 1, n)) AS decays,
           arraySum(decays) AS decays_sum
    FROM customers ARRAY JOIN conversions AS conversion
),
credits AS (
    SELECT campaign_id, revenue,
           if(position = 1, 1., 0.) AS first_touch,
           if(position = n, 1., 0.) AS last_touch,
           1. / n AS linear,
           decay / decays_sum AS time_decay,
           multiIf(n = 1, 1., n = 2, 0.5, position = 1 OR position = n, 0.4, 0.2 / (n - 2)) AS position_based
    FROM journeys ARRAY JOIN own AS campaign_id, decays AS decay, arrayEnumerate(own) AS position
)
SELECT lower(hex(campaign_id)) AS campaign, {sums} FROM credits GROUP BY campaign_id
