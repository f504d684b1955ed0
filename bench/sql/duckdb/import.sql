-- CSV to Parquet with the types and the compression that the product stores, in the order of the file.
COPY (
    SELECT event_id::VARCHAR AS source_row_key, occurred_at::TIMESTAMPTZ AS recorded_at, kind::VARCHAR AS record_kind, customer::VARCHAR AS customer_key,
           channel::VARCHAR AS channel, campaign::VARCHAR AS campaign_key, interaction::VARCHAR AS interaction_type, device::VARCHAR AS device,
           country::VARCHAR AS country, order_id::VARCHAR AS order_id, revenue::DECIMAL(18, 6) AS revenue
    FROM read_csv('{csv}', header = true, all_varchar = true)
) TO '{parquet}' (FORMAT parquet, COMPRESSION zstd)
