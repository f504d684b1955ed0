-- Conversions joined to the touches of their customer within 30 days; ranks, counts and sums by window functions, one row a credit.
WITH conversions AS (
    SELECT row_number() OVER () AS conversion, customer_id, recorded_at, revenue_reporting::DOUBLE AS revenue
    FROM read_parquet({files})
    WHERE record_kind = 'order' AND conversion_type = 'purchase'
), touches AS (
    SELECT customer_id, recorded_at, sequence, campaign_id FROM read_parquet({files}) WHERE record_kind = 'touch'
), journeys AS (
    SELECT c.conversion, c.revenue, t.campaign_id, t.recorded_at, t.sequence,
           exp((epoch_us(t.recorded_at) - epoch_us(c.recorded_at)) * 1.146076687433772e-12) AS decay
    FROM conversions c JOIN touches t
      ON t.customer_id = c.customer_id AND t.recorded_at <= c.recorded_at AND t.recorded_at >= c.recorded_at - INTERVAL 720 HOUR
), ranked AS (
    SELECT campaign_id, revenue, decay,
           row_number() OVER journey AS position,
           count(*) OVER (PARTITION BY conversion) AS touches,
           sum(decay) OVER (PARTITION BY conversion) AS decays
    FROM journeys
    WINDOW journey AS (PARTITION BY conversion ORDER BY recorded_at, sequence)
), credits AS (
    SELECT campaign_id, revenue,
           CASE WHEN position = 1 THEN 1.0 ELSE 0.0 END AS first_touch,
           CASE WHEN position = touches THEN 1.0 ELSE 0.0 END AS last_touch,
           1.0 / touches AS linear,
           decay / decays AS time_decay,
           CASE WHEN touches = 1 THEN 1.0 WHEN touches = 2 THEN 0.5 WHEN position IN (1, touches) THEN 0.4 ELSE 0.2 / (touches - 2) END AS position_based
    FROM ranked
)
SELECT campaign_id::VARCHAR AS campaign_id, {sums} FROM credits GROUP BY campaign_id
