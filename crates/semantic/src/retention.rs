//! Retention: how many of the customers that were won come back, month by month, and how many have gone quiet.

mod finish;

use serde::Serialize;
use types::TimeGrain;

use crate::acquired::{self, Acquired, AcquisitionQuestion, PURCHASES, Source};
use crate::engine::{Param, Plan, RawTable};
use crate::plan::{Organization, Statement};
use crate::problem::{Problem, ProblemCode, QueryError};

/// Days without an order after which a customer counts as churned, unless the question says otherwise.
pub const QUIET_DAYS_DEFAULT: i64 = 90;
pub const QUIET_DAYS_MAX: i64 = 3_660;

/// The questions behind the page, to be answered on one data version.
#[derive(Clone, Debug, PartialEq)]
pub struct RetentionPlans {
    /// Customers who ordered or were met, by cohort, source and month.
    pub activity: Plan,
    /// Customers, those with a second order and those who went quiet, by cohort and source.
    pub customers: Plan,
    pub through: Plan,
    acquired: Acquired,
    quiet_days: i64,
}

/// Every row is of one cohort, of one source, or of all customers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Retention {
    pub by: &'static str,
    pub model: attribution::Model,
    pub grain: TimeGrain,
    pub zone: String,
    /// Latest purchase or refund that is known: months that were not over by then are null.
    pub through: Option<String>,
    /// Churned is who has not ordered in this many days before `through`, of those whose first order is at least as old.
    pub quiet_days: i64,
    pub total: RetentionRow,
    pub cohorts: Vec<RetentionRow>,
    pub sources: Vec<RetentionRow>,
    pub notes: Vec<String>,
    pub data_version: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RetentionRow {
    /// First day of the cohort; null for all cohorts.
    pub cohort: Option<String>,
    /// Null for all sources.
    pub source: Option<Source>,
    pub customers: f64,
    /// Share of customers with at least two orders.
    pub repeat_rate: Option<f64>,
    /// Share of customers without an order in the last `quiet_days` days, of those whose first order is at least as old; null where
    /// nobody's is.
    pub churn_rate: Option<f64>,
    /// By month since the first order, from 0; null where some customer was not watched to the month's end.
    pub months: Vec<Option<RetentionMonth>>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RetentionMonth {
    /// Customers of the cohorts that are ripe.
    pub customers: f64,
    /// Share that ordered in the month; in month 0 everybody did.
    pub ordered: f64,
    /// Share that was met in the month: any touch at or after the first order.
    pub engaged: f64,
}

/// `quiet_days`: the default if None.
pub fn plans(question: &AcquisitionQuestion, quiet_days: Option<i64>, organization: &Organization<'_>) -> Result<RetentionPlans, QueryError> {
    let quiet_days = quiet_days.unwrap_or(QUIET_DAYS_DEFAULT);
    let mut error = match Acquired::resolve(question, organization) {
        Ok(acquired) if (1..=QUIET_DAYS_MAX).contains(&quiet_days) => {
            return Ok(RetentionPlans {
                activity: activity(&acquired),
                customers: customers(&acquired, quiet_days),
                through: acquired::through_plan(),
                acquired,
                quiet_days,
            });
        }
        Ok(_) => QueryError { problems: Vec::new() },
        Err(error) => error,
    };
    if !(1..=QUIET_DAYS_MAX).contains(&quiet_days) {
        let message = format!("`quiet_days` is {quiet_days}: use a number from 1 to {QUIET_DAYS_MAX}");
        error.problems.push(Problem::new("/quiet_days", ProblemCode::LimitExceeded, message));
    }
    Err(error)
}

impl RetentionPlans {
    /// The answers stand in the order of the fields.
    pub fn finish(self, answers: [&RawTable; 3]) -> Retention {
        finish::finish(&self.acquired, self.quiet_days, answers)
    }
}

/// `cohort`, `is_unattributed`, `source_key`, `source_name`, `month`, `ordered`, `engaged`.
fn activity(acquired: &Acquired) -> Plan {
    let mut statement = Statement::default();
    let relation = acquired.relation(true, &mut statement);
    let cohort = acquired.cohort(&mut statement);
    let sql = format!(
        "SELECT cohort, is_unattributed, source_key, MAX(source_name) AS source_name, month,\n\
         \x20 SUM(share * is_sale) AS ordered, SUM(share * (1 - is_only_sale)) AS engaged\n\
         FROM (\nSELECT customer, {cohort} AS cohort, is_unattributed, source_key, MAX(source_name) AS source_name, MAX(share) AS share, month,\n\
         \x20 MAX(is_sale) AS is_sale, MIN(is_sale) AS is_only_sale\n\
         FROM (\nSELECT acquired.*, {} AS month, events.is_sale\nFROM (\n{relation}\n) AS acquired\n\
         JOIN (\nSELECT customer_id AS buyer, recorded_at AS met_at, CASE WHEN record_kind = 'touch' THEN 0 ELSE 1 END AS is_sale\n\
         FROM unified_marketing_data\n\
         WHERE (record_kind = 'touch' OR (record_kind IN ('order', 'conversion') AND {PURCHASES})) AND customer_id IS NOT NULL\n\
         ) AS events ON acquired.customer = events.buyer\nWHERE met_at >= first_at\n) AS met\n\
         GROUP BY customer, first_at, is_unattributed, source_key, month\n) AS months\n\
         GROUP BY cohort, is_unattributed, source_key, month\nORDER BY cohort, month, is_unattributed, source_key",
        acquired::month_since("met_at")
    );
    acquired.plan(sql, statement)
}

/// `cohort`, `is_unattributed`, `source_key`, `source_name`, `customers`, `repeaters`, `old`, `quiet`.
fn customers(acquired: &Acquired, quiet_days: i64) -> Plan {
    let mut statement = Statement::default();
    let relation = acquired.relation(true, &mut statement);
    let cohort = acquired.cohort(&mut statement);
    let quiet = statement.bind(Param::Integer(quiet_days * 86_400_000_000));
    let sql = format!(
        "SELECT {cohort} AS cohort, is_unattributed, source_key, MAX(source_name) AS source_name, SUM(share) AS customers,\n\
         \x20 SUM(CASE WHEN orders > 1 THEN share ELSE 0 END) AS repeaters,\n\
         \x20 SUM(CASE WHEN through_at - CAST(first_at AS BIGINT) >= {quiet} THEN share ELSE 0 END) AS old,\n\
         \x20 SUM(CASE WHEN through_at - CAST(first_at AS BIGINT) >= {quiet} AND through_at - CAST(last_at AS BIGINT) >= {quiet} THEN share ELSE 0 END) AS quiet\n\
         FROM (\n{relation}\n) AS acquired\n\
         JOIN (\nSELECT buyer, SUM(is_sale) AS orders, MAX(CASE WHEN is_sale = 1 THEN sold_at END) AS last_at\nFROM (\n{sales}\n) AS sales\nGROUP BY buyer\n\
         ) AS bought ON acquired.customer = bought.buyer\n\
         CROSS JOIN (\nSELECT CAST(MAX(sold_at) AS BIGINT) AS through_at\nFROM (\n{sales}\n) AS sales\n) AS known\n\
         GROUP BY 1, is_unattributed, source_key\nORDER BY cohort, is_unattributed, source_key",
        sales = acquired::sales()
    );
    acquired.plan(sql, statement)
}

#[cfg(test)]
mod tests;
