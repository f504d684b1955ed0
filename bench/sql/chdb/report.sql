-- Spend by day and campaign with ratios after aggregation, and the total.
SELECT civil_date, campaign_id, max(campaign_name) AS campaign, sum(spend_reporting) AS spend, sum(clicks) AS clicks, sum(impressions) AS impressions,
       clicks / nullIf(impressions, 0) AS ctr, toFloat64(spend) / nullIf(clicks, 0) AS cpc
FROM {files}
WHERE record_kind = 'spend' AND civil_date BETWEEN '2025-01-01' AND '2025-12-31'
GROUP BY GROUPING SETS ((civil_date, campaign_id), ())
