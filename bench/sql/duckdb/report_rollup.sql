-- The same, with the total added up from the groups instead of from the rows.
WITH days AS MATERIALIZED (
    SELECT civil_date, campaign_id, max(campaign_name) AS campaign, sum(spend_reporting) AS spend, sum(clicks) AS clicks, sum(impressions) AS impressions
    FROM read_parquet({files})
    WHERE record_kind = 'spend' AND civil_date BETWEEN DATE '2025-01-01' AND DATE '2025-12-31'
    GROUP BY civil_date, campaign_id
), stitched AS (
    SELECT * FROM days
    UNION ALL
    SELECT NULL, NULL, NULL, sum(spend), sum(clicks), sum(impressions) FROM days
)
SELECT *, clicks / nullif(impressions, 0) AS ctr, spend::DOUBLE / nullif(clicks, 0) AS cpc FROM stitched
