-- No window function: one aggregate a conversion (first and last touch by arg_min and arg_max, count, sum of decays), joined back to the
-- credits for the models that share.
WITH conversions AS MATERIALIZED (
    SELECT row_number() OVER () AS conversion, customer_id, recorded_at, revenue_reporting::DOUBLE AS revenue
    FROM read_parquet({files})
    WHERE record_kind = 'order' AND conversion_type = 'purchase'
), journeys AS MATERIALIZED (
    SELECT c.conversion, c.revenue, t.campaign_id, (epoch_us(t.recorded_at)::HUGEINT << 63) + t.sequence AS place,
           exp((epoch_us(t.recorded_at) - epoch_us(c.recorded_at)) * 1.146076687433772e-12) AS decay
    FROM conversions c JOIN (SELECT customer_id, recorded_at, sequence, campaign_id FROM read_parquet({files}) WHERE record_kind = 'touch') t
      ON t.customer_id = c.customer_id AND t.recorded_at <= c.recorded_at AND t.recorded_at >= c.recorded_at - INTERVAL 720 HOUR
), summed AS MATERIALIZED (
    SELECT conversion, min(place) AS first_place, max(place) AS last_place, count(*) AS touches, sum(decay) AS decays FROM journeys GROUP BY conversion
), credits AS (
    SELECT j.campaign_id, j.revenue,
           CASE WHEN j.place = s.first_place THEN 1.0 ELSE 0.0 END AS first_touch,
           CASE WHEN j.place = s.last_place THEN 1.0 ELSE 0.0 END AS last_touch,
           1.0 / s.touches AS linear,
           j.decay / s.decays AS time_decay,
           CASE WHEN s.touches = 1 THEN 1.0 WHEN s.touches = 2 THEN 0.5 WHEN j.place IN (s.first_place, s.last_place) THEN 0.4
                ELSE 0.2 / (s.touches - 2) END AS position_based
    FROM journeys j JOIN summed s USING (conversion)
)
SELECT campaign_id::VARCHAR AS campaign_id, {sums} FROM credits GROUP BY campaign_id
