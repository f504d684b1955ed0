-- Relies on the files' order like attribution_row_number, and needs neither a second join nor an ordered window: first and last place,
-- count and sum over the partition of a conversion.
WITH conversions AS (
    SELECT row_number() OVER () AS conversion, customer_id, recorded_at, revenue_reporting::DOUBLE AS revenue
    FROM read_parquet({files})
    WHERE record_kind = 'order' AND conversion_type = 'purchase'
), journeys AS (
    SELECT c.conversion, c.revenue, t.campaign_id, t.place,
           exp((epoch_us(t.recorded_at) - epoch_us(c.recorded_at)) * 1.146076687433772e-12) AS decay
    FROM conversions c
    JOIN (SELECT customer_id, recorded_at, file_row_number AS place, campaign_id FROM read_parquet({files}, file_row_number = true) WHERE record_kind = 'touch') t
      ON t.customer_id = c.customer_id AND t.recorded_at <= c.recorded_at AND t.recorded_at >= c.recorded_at - INTERVAL 720 HOUR
), ranked AS (
    SELECT campaign_id, revenue, decay, place,
           min(place) OVER journey AS first_place, max(place) OVER journey AS last_place,
           count(*) OVER journey AS touches, sum(decay) OVER journey AS decays
    FROM journeys
    WINDOW journey AS (PARTITION BY conversion)
), credits AS (
    SELECT campaign_id, revenue,
           CASE WHEN place = first_place THEN 1.0 ELSE 0.0 END AS first_touch,
           CASE WHEN place = last_place THEN 1.0 ELSE 0.0 END AS last_touch,
           1.0 / touches AS linear,
           decay / decays AS time_decay,
           CASE WHEN touches = 1 THEN 1.0 WHEN touches = 2 THEN 0.5 WHEN place IN (first_place, last_place) THEN 0.4 ELSE 0.2 / (touches - 2) END AS position_based
    FROM ranked
)
SELECT campaign_id::VARCHAR AS campaign_id, {sums} FROM credits GROUP BY campaign_id
