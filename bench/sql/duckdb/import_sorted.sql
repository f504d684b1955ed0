-- The same, sorted as the product's files are: by customer and time.
COPY (
    SELECT event_id::VARCHAR AS source_row_key, occurred_at::TIMESTAMPTZ AS recorded_at, kind::VARCHAR AS record_kind, customer::VARCHAR AS customer_key,
           channel::VARCHAR AS channel, campaign::VARCHAR AS campaign_key, interaction::VARCHAR AS interaction_type, device::VARCHAR AS device,
           country::VARCHAR AS country, order_id::VARCHAR AS order_id, revenue::DECIMAL(18, 6) AS revenue
    FROM read_csv('{csv}', header = true, all_varchar = true)
    ORDER BY customer_key, recorded_at
) TO '{parquet}' (FORMAT parquet, COMPRESSION zstd)
