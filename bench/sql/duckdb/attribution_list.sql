-- One list of touches a conversion, ordered; positions and weights by list functions.
WITH conversions AS (
    SELECT row_number() OVER () AS conversion, customer_id, recorded_at, revenue_reporting::DOUBLE AS revenue
    FROM read_parquet({files})
    WHERE record_kind = 'order' AND conversion_type = 'purchase'
), journeys AS (
    SELECT c.conversion, any_value(c.revenue) AS revenue,
           list(t.campaign_id ORDER BY t.recorded_at, t.sequence) AS campaigns,
           list(exp((epoch_us(t.recorded_at) - epoch_us(c.recorded_at)) * 1.146076687433772e-12) ORDER BY t.recorded_at, t.sequence) AS decays
    FROM conversions c JOIN (SELECT customer_id, recorded_at, sequence, campaign_id FROM read_parquet({files}) WHERE record_kind = 'touch') t
      ON t.customer_id = c.customer_id AND t.recorded_at <= c.recorded_at AND t.recorded_at >= c.recorded_at - INTERVAL 720 HOUR
    GROUP BY c.conversion
), unnested AS (
    SELECT revenue, len(campaigns) AS touches, list_sum(decays) AS sum_decays,
           unnest(campaigns) AS campaign_id, unnest(decays) AS decay, generate_subscripts(campaigns, 1) AS position
    FROM journeys
), credits AS (
    SELECT campaign_id, revenue,
           CASE WHEN position = 1 THEN 1.0 ELSE 0.0 END AS first_touch,
           CASE WHEN position = touches THEN 1.0 ELSE 0.0 END AS last_touch,
           1.0 / touches AS linear,
           decay / sum_decays AS time_decay,
           CASE WHEN touches = 1 THEN 1.0 WHEN touches = 2 THEN 0.5 WHEN position IN (1, touches) THEN 0.4 ELSE 0.2 / (touches - 2) END AS position_based
    FROM unnested
)
SELECT campaign_id::VARCHAR AS campaign_id, {sums} FROM credits GROUP BY campaign_id
