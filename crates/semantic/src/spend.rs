//! Spend rows: platforms repeat their figures at several levels, and one level is counted.
//!
//! For every (source, account, campaign, day) the finest level that has a row counts, so that a campaign type that is only reported by
//! campaign (and days before ads were synced) keep their cost. An account's own row counts on days without any finer row. The choice
//! does not look at the question: however a question is cut and filtered, the parts add up to one total. So it is made below the plans, as
//! the relation [`COUNTED`]; this file says what is in it, and the engine makes it.

/// Name of the relation in plans: those rows of `unified_marketing_data` with `record_kind = 'spend'` and a civil date, with all columns,
/// that no finer level repeats.
pub const COUNTED: &str = "counted_spend";

/// Rank of the finest level. Its rows always count.
pub const RANK_MAX: u8 = 4;

/// Finer levels have larger numbers.
pub fn rank(level: Option<&str>) -> u8 {
    match level {
        Some("ad") => RANK_MAX,
        Some("ad_set") => 3,
        Some("campaign") => 2,
        Some(_) | None => 1,
    }
}

/// The levels that are repeated by finer ones, from the day `$1` to the day `$2`, both included: `source`, `account`, `campaign`,
/// `level_rank`, `day`, one row each, in this order.
pub const REPEATED: &str = "\
SELECT source, account, campaign, level_rank, day
FROM (
SELECT *, MAX(level_rank) OVER (PARTITION BY source, account, day, campaign) AS finest_of_campaign,
  MAX(level_rank) OVER (PARTITION BY source, account, day) AS finest_of_account
FROM (
SELECT data_source AS source, account_id AS account, campaign_id AS campaign, civil_date AS day,
  CASE level WHEN 'ad' THEN 4 WHEN 'ad_set' THEN 3 WHEN 'campaign' THEN 2 ELSE 1 END AS level_rank
FROM unified_marketing_data
WHERE record_kind = 'spend' AND civil_date >= $1 AND civil_date <= $2
GROUP BY 1, 2, 3, 4, 5
) AS cells
) AS levels
WHERE level_rank < finest_of_campaign OR (level_rank = 1 AND finest_of_account > 1)
ORDER BY source, account, campaign, level_rank, day";
