//! Cohorts: what the customers who were won in one month by one source have been worth since, month by month, against what winning them cost.

mod finish;

use jiff::Timestamp;
use serde::Serialize;
use types::TimeGrain;

use crate::acquired::{self, Acquired, AcquisitionQuestion, Source};
use crate::catalogue::Fact;
use crate::customer_value::{Fit, SAMPLE_MAX, buying};
use crate::engine::{Param, Plan, RawTable, RowOrder};
use crate::plan::{Organization, Statement};
use crate::problem::QueryError;
use crate::spend;

/// The questions behind the page, to be answered on one data version.
#[derive(Clone, Debug, PartialEq)]
pub struct CohortPlans {
    /// Customers and revenue by cohort, source and month.
    pub figures: Plan,
    /// The same without sources: exact totals that shares are settled to.
    pub totals: Plan,
    /// Cost by cohort and source.
    pub spend: Plan,
    pub through: Plan,
    /// Customers with their sources, to predict from.
    pub prospects: Plan,
    acquired: Acquired,
}

/// Every row is of one cohort and source, of one cohort, of one source, or of all customers. Customers and revenue of the finer rows add
/// up to those of the coarser ones.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cohorts {
    pub by: &'static str,
    pub model: attribution::Model,
    pub grain: TimeGrain,
    pub zone: String,
    pub currency: String,
    /// Latest purchase or refund that is known: months that were not over by then are null.
    pub through: Option<String>,
    pub total: CohortRow,
    pub cohorts: Vec<CohortRow>,
    pub sources: Vec<CohortRow>,
    pub cells: Vec<CohortRow>,
    pub notes: Vec<String>,
    pub data_version: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CohortRow {
    /// First day of the cohort; null for all cohorts.
    pub cohort: Option<String>,
    /// Null for all sources.
    pub source: Option<Source>,
    /// Customers whose first order lies in the cohort; with a fraction where a model shares them among sources.
    pub customers: f64,
    /// Their purchases to date, refunds deducted.
    pub revenue: String,
    /// Revenue to date per customer.
    pub ltv: Option<String>,
    /// Cost of the source in the cohort's days; null where the source has none that is known.
    pub spend: Option<String>,
    /// Cost per customer.
    pub cac: Option<String>,
    /// Month since the first order, from 0, in which the revenue per customer reached the cost per customer.
    pub payback_month: Option<usize>,
    /// By month since the first order, from 0; null where some customer was not watched to the month's end. Over several cohorts a month
    /// counts the cohorts that are ripe, and says how many customers these have.
    pub months: Vec<Option<CohortMonth>>,
    pub predicted: Option<Predicted>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CohortMonth {
    pub customers: f64,
    /// From the first order to the end of the month.
    pub revenue: String,
    pub ltv: String,
}

/// Means of a customer, by BG/NBD × Gamma-Gamma.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Predicted {
    /// Revenue of the next twelve months.
    pub next_12_months: String,
    /// Revenue to date and of the next twelve months.
    pub ltv: String,
}

pub fn plans(question: &AcquisitionQuestion, organization: &Organization<'_>) -> Result<CohortPlans, QueryError> {
    let acquired = Acquired::resolve(question, organization)?;
    Ok(CohortPlans {
        figures: figures(&acquired, true),
        totals: figures(&acquired, false),
        spend: spend(&acquired),
        through: acquired::through_plan(),
        prospects: prospects(&acquired),
        acquired,
    })
}

impl CohortPlans {
    /// The answers stand in the order of the fields.
    pub fn finish(self, answers: [&RawTable; 5], fit: &Fit) -> Cohorts {
        finish::finish(&self.acquired, answers, fit)
    }
}

/// `cohort`, `is_unattributed`, `source_key`, `source_name`, `month`, `customers` (in month 0, where everybody bought), `revenue`.
fn figures(acquired: &Acquired, has_sources: bool) -> Plan {
    let mut statement = Statement::default();
    let relation = acquired.relation(has_sources, &mut statement);
    let cohort = acquired.cohort(&mut statement);
    // Whole customers have exact revenue; shares of customers are settled to the exact totals afterwards.
    let revenue = if acquired.is_whole() || !has_sources {
        "CAST(SUM(revenue) AS DECIMAL(38, 6))"
    } else {
        "SUM(share * CAST(revenue AS DOUBLE))"
    };
    let sql = format!(
        "SELECT cohort, is_unattributed, source_key, MAX(source_name) AS source_name, month,\n\
         \x20 SUM(CASE WHEN month = 0 THEN share ELSE 0 END) AS customers, {revenue} AS revenue\n\
         FROM (\nSELECT customer, {cohort} AS cohort, is_unattributed, source_key, MAX(source_name) AS source_name, MAX(share) AS share, month, SUM(revenue) AS revenue\n\
         FROM (\nSELECT acquired.*, {} AS month, sales.revenue\nFROM (\n{relation}\n) AS acquired\n\
         JOIN (\n{}\n) AS sales ON acquired.customer = sales.buyer\n) AS bought\n\
         GROUP BY customer, first_at, is_unattributed, source_key, month\n) AS months\n\
         GROUP BY cohort, is_unattributed, source_key, month\nORDER BY cohort, month, is_unattributed, source_key",
        acquired::month_since("sold_at"),
        acquired::sales()
    );
    acquired.plan(sql, statement)
}

/// `cohort`, `source_key`, `spend`; one key where spend does not have the dimension.
fn spend(acquired: &Acquired) -> Plan {
    let key = if acquired.by.is_on(Fact::Spend) {
        acquired.columns().0
    } else {
        "CAST(NULL AS VARCHAR)"
    };
    let mut statement = Statement::default();
    let within = match &acquired.span {
        None => String::new(),
        Some(span) => format!(
            "\nWHERE civil_date >= {} AND civil_date < {}",
            statement.bind(Param::Date(span.start())),
            statement.bind(Param::Date(span.end()))
        ),
    };
    Plan {
        sql: format!(
            "SELECT cohort, source_key, CAST(SUM(spend) AS DECIMAL(38, 6)) AS spend\n\
             FROM (\nSELECT date_bucket('{}', civil_date) AS cohort, {key} AS source_key, spend_reporting AS spend\nFROM {}{within}\n) AS costs\n\
             GROUP BY cohort, source_key\nORDER BY cohort, source_key",
            acquired.grain,
            spend::COUNTED
        ),
        params: statement.into_params(),
        credits: Vec::new(),
        paths: Vec::new(),
        totals: Vec::new(),
        order: RowOrder::Wanted,
    }
}

/// `cohort`, `is_unattributed`, `source_key`, `share`, and what the customer bought.
fn prospects(acquired: &Acquired) -> Plan {
    let mut statement = Statement::default();
    let relation = acquired.relation(true, &mut statement);
    let cohort = acquired.cohort(&mut statement);
    let zone = statement.bind_text(&acquired.zone);
    let sql = format!(
        "SELECT {cohort} AS cohort, is_unattributed, source_key, share, repeats, first_day, last_day, repeat_revenue\n\
         FROM (\n{relation}\n) AS acquired\nJOIN (\n{}\n) AS bought ON acquired.customer = bought.buyer\n\
         ORDER BY customer, source_key\nLIMIT {SAMPLE_MAX}",
        buying(&zone)
    );
    acquired.plan(sql, statement)
}

/// RFC 3339, as the page says it.
pub(crate) fn instant(through: Option<Timestamp>) -> Option<String> {
    through.map(|through| through.to_string())
}

#[cfg(test)]
mod tests;
