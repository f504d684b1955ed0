-- Spend by day and campaign with ratios after aggregation, and the total as a grouping set of its own: what the product answers.
SELECT civil_date, campaign_id, max(campaign_name) AS campaign, sum(spend_reporting) AS spend, sum(clicks) AS clicks, sum(impressions) AS impressions,
       sum(clicks) / nullif(sum(impressions), 0) AS ctr, sum(spend_reporting)::DOUBLE / nullif(sum(clicks), 0) AS cpc
FROM read_parquet({files})
WHERE record_kind = 'spend' AND civil_date BETWEEN DATE '2025-01-01' AND DATE '2025-12-31'
GROUP BY GROUPING SETS ((civil_date, campaign_id), ())
