-- No join: one list of touches and one of conversions a customer; conversions are unnested, their touches filtered from the list. The order
-- of the touches in the list is made by list_sort, once a customer.
WITH customers AS (
    SELECT list((epoch_us(recorded_at), sequence, campaign_id)) FILTER (record_kind = 'touch') AS touches,
           list((epoch_us(recorded_at), revenue_reporting::DOUBLE)) FILTER (record_kind = 'order' AND conversion_type = 'purchase') AS conversions
    FROM read_parquet({files})
    GROUP BY customer_id
    HAVING count(*) FILTER (record_kind = 'order') > 0
), conversions AS (
    SELECT list_sort(touches) AS touches, unnest(conversions) AS conversion FROM customers
), journeys AS (
    SELECT conversion[2] AS revenue, conversion[1] AS instant,
           list_filter(touches, lambda t: t[1] <= conversion[1] AND t[1] >= conversion[1] - 2592000000000) AS touches
    FROM conversions
), unnested AS (
    SELECT revenue, len(touches) AS n, list_sum(list_transform(touches, lambda t: exp((t[1] - instant) * 1.146076687433772e-12))) AS decays, instant,
           unnest(touches) AS touch, generate_subscripts(touches, 1) AS position
    FROM journeys
), credits AS (
    SELECT touch[3] AS campaign_id, revenue,
           CASE WHEN position = 1 THEN 1.0 ELSE 0.0 END AS first_touch,
           CASE WHEN position = n THEN 1.0 ELSE 0.0 END AS last_touch,
           1.0 / n AS linear,
           exp((touch[1] - instant) * 1.146076687433772e-12) / decays AS time_decay,
           CASE WHEN n = 1 THEN 1.0 WHEN n = 2 THEN 0.5 WHEN position IN (1, n) THEN 0.4 ELSE 0.2 / (n - 2) END AS position_based
    FROM unnested
)
SELECT campaign_id::VARCHAR AS campaign_id, {sums} FROM credits GROUP BY campaign_id
