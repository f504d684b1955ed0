-- Conversions joined to the touches of their customer within 30 days; ranks, counts and sums by window functions.
WITH
conversions AS (
    SELECT rowNumberInAllBlocks() AS conversion, customer_id, toUnixTimestamp64Micro(recorded_at) AS converted_at, toFloat64(revenue_reporting) AS revenue
    FROM {files} WHERE record_kind = 'order' AND conversion_type = 'purchase'
),
touches AS (
    SELECT customer_id, toUnixTimestamp64Micro(recorded_at) AS touched_at, sequence, campaign_id FROM {files} WHERE record_kind = 'touch'
),
journeys AS (
    SELECT c.conversion AS conversion, c.revenue AS revenue, t.campaign_id AS campaign_id, t.touched_at AS touched_at, t.sequence AS sequence,
           exp2((t.touched_at - c.converted_at) / 604800e6) AS decay
    FROM touches t JOIN conversions c ON t.customer_id = c.customer_id
    WHERE t.touched_at <= c.converted_at AND t.touched_at >= c.converted_at - 2592000000000
),
ranked AS (
    SELECT campaign_id, revenue, decay,
           row_number() OVER (PARTITION BY conversion ORDER BY touched_at, sequence) AS position,
           count(*) OVER (PARTITION BY conversion) AS touches,
           sum(decay) OVER (PARTITION BY conversion) AS decays
    FROM journeys
),
credits AS (
    SELECT campaign_id, revenue,
           if(position = 1, 1., 0.) AS first_touch,
           if(position = touches, 1., 0.) AS last_touch,
           1. / touches AS linear,
           decay / decays AS time_decay,
           multiIf(touches = 1, 1., touches = 2, 0.5, position = 1 OR position = touches, 0.4, 0.2 / (touches - 2)) AS position_based
    FROM ranked
)
SELECT lower(hex(campaign_id)) AS campaign, {sums} FROM credits GROUP BY campaign_id
