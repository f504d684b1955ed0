//! Why platforms claim more than was sold: from each platform's claim, step by step, to what a model of ours gives it, and on to the orders.
//!
//! Platforms claim sums, not orders. So for each platform the orders are found that it *could* claim under the rule that its rows state
//! (`7d_click_1d_view`): those with a touch of its channel whose age lies in its window for the touch's interaction. For every order o and
//! platform p, `claimable` is o's value (of a platform that shares conversions, the part of its touches on days of the range), `own` is
//! what our model gives p under our window. Then, summed over orders:
//!
//! ```text
//!   claimed by the platform                                              its own rows
//! − unknown orders        (claimed − claimable conversions) × mean value of a claimable one
//! − view-through          claimable − own, of orders with views of p only (no click that p counts)
//! − window difference     claimable − own, of other orders whose touches of p all lie outside our window
//! − overlap               claimable − own, of other orders that a second platform can claim as well
//! − other channels        claimable − own, of all other orders: what our model gives to channels that claim nothing
//! − other days            what our model gives p of these orders on days outside the range (only by day of touch)
//! + our longer window     own, of orders that p's rule does not reach
//! − refunds               platforms claim what was sold; ours is net
//! − unexplained           what is left: the platform values conversions otherwise than our orders do
//! = own attributed        as the attribution table shows it
//! ```
//!
//! Each order is in one class for each platform, so the steps are disjoint and add up by construction; what is not known is a step with a
//! name. Levels are rounded to whole minor units (conversions to hundredths), and steps are differences of levels: they add up exactly.
//!
//! **Worked example.** Ada clicks Meta Ads, then Google Ads, and orders for 100.00. Bo sees (does not click) Meta Ads and orders for 40.00. Meta
//! (`7d_click_1d_view`) claims 3 conversions worth 210.00, Google (`30d_click`) 1 worth 100.00; our model is linear. Meta could claim Ada's and
//! Bo's orders, 140.00 in 2 conversions, 70.00 each: 210.00 − 70.00 unknown (1 conversion) − 0.00 view-through (Bo had no other touch: our
//! model gives Meta all) − 50.00 overlap (Google's half of Ada) = 90.00. Google: 100.00 − 50.00 overlap = 50.00. Claims of 310.00 stand against
//! 140.00 of orders: over-claim 2.33 and 2.00 by platform, 2.21 together.
//!
//! Which of a platform's own touches it counts an order on is the last that it could claim: its rows are dated by touch. Rows of a platform
//! without a channel or without a readable rule are not explained: all of the difference is `unexplained`.

mod claims;
mod orders;
mod rule;
mod waterfall;

use attribution::{Model, Settings, Variant};
use serde::Serialize;
use types::DateRange;

use crate::attribution_table::{AttributionQuestion, AttributionTable, PreparedAttribution, attribution_table};
use crate::engine::{Plan, RawTable};
use crate::plan::{self, Organization, Prepared};
use crate::problem::{Problem, ProblemCode, QueryError};
use crate::query::{DateBasis, Query};
use crate::result::ResultTable;

pub use claims::Claim;
pub use rule::Rule;
pub use waterfall::{Bar, BarKind, Figure, PlatformWaterfall};

/// What is asked: `GET /api/analytics/reconciliation`, `tributary reconcile`.
#[derive(Clone, Debug, PartialEq)]
pub struct ReconciliationQuestion {
    /// First and last day, both included.
    pub from: String,
    pub to: String,
    pub zone: Option<String>,
    /// The organisation's own if absent.
    pub settings: Option<Settings>,
    pub model: Model,
    /// Platforms date most of their claims by touch, so that basis compares like with like.
    pub date_basis: DateBasis,
}

/// Claims, credit and orders of a range side by side.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reconciliation {
    /// By revenue claimed, the largest first.
    pub platforms: Vec<PlatformWaterfall>,
    /// All platforms together, then the other channels, and what nobody earned: from claims to orders.
    pub overall: Vec<Bar>,
    /// All claims over all orders; none without orders.
    pub over_claim: OverClaim,
    /// Orders of the range by how many platforms can claim them, from one.
    pub claimers: Vec<Claimers>,
    pub warnings: Vec<String>,
    pub from: String,
    pub to: String,
    pub zone: String,
    pub currency: String,
    pub data_version: i64,
}

/// Claimed over attributed (of all platforms: over orders). None where that is not positive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct OverClaim {
    pub revenue: Option<f64>,
    pub conversions: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Claimers {
    pub platforms: i64,
    pub orders: i64,
}

/// The plans that depend on nothing; [`PreparedReconciliation::orders_plan`] is the one that depends on the claims.
#[derive(Clone, Debug)]
pub struct PreparedReconciliation {
    question: ReconciliationQuestion,
    settings: Settings,
    history: Vec<Variant>,
    range: DateRange,
    currency: types::Currency,
    claims: Plan,
    attributed: PreparedAttribution,
    sold: Prepared,
}

/// Prepares the question. Problems point into it: `/from`, `/settings`, `/zone`.
pub fn reconciliation(question: &ReconciliationQuestion, organization: &Organization<'_>) -> Result<PreparedReconciliation, QueryError> {
    let attributed = attribution_table(
        &AttributionQuestion {
            by: vec!["channel".to_owned()],
            models: vec![question.model],
            settings: question.settings.clone(),
            from: Some(question.from.clone()),
            to: Some(question.to.clone()),
            zone: question.zone.clone(),
            filters: Vec::new(),
            date_basis: question.date_basis,
            variants: Vec::new(),
        },
        organization,
    )?;
    let sold = plan::plan(
        &Query {
            metrics: vec!["revenue".to_owned(), "conversions".to_owned()],
            dimensions: Vec::new(),
            filters: Vec::new(),
            from: question.from.clone(),
            to: question.to.clone(),
            grain: types::TimeGrain::Total,
            zone: question.zone.clone(),
            attribution: question.settings.clone(),
            date_basis: question.date_basis,
            sort: Vec::new(),
            limit: None,
        },
        organization,
    )?;
    let zone = question.zone.as_deref().unwrap_or(organization.zone);
    let range = DateRange::parse(&question.from, &question.to, zone).map_err(|error| QueryError {
        problems: vec![Problem::new("/to", ProblemCode::InvalidRange, error.to_string())],
    })?;
    Ok(PreparedReconciliation {
        settings: question.settings.clone().unwrap_or_else(|| organization.attribution.clone()),
        history: if question.settings.is_some() {
            Vec::new()
        } else {
            organization.history.to_vec()
        },
        claims: claims::plan(&range, organization.currency),
        question: question.clone(),
        range,
        currency: organization.currency,
        attributed,
        sold,
    })
}

impl PreparedReconciliation {
    /// Claims, credit and orders.
    pub fn plans(&self) -> [&Plan; 3] {
        [&self.claims, self.attributed.plan(), &self.sold.plan]
    }

    /// What the platforms could claim, given what they claim. None where there is nothing to ask.
    pub fn orders_plan(&self, claims: &RawTable) -> Option<Plan> {
        let question = &self.question;
        orders::plan(
            &claims::finish(claims),
            &self.range,
            question.date_basis,
            question.model,
            &self.settings,
            &self.history,
        )
    }

    /// `raw` in the order of [`PreparedReconciliation::plans`]; `orders` is the answer to the orders' plan of the same claims.
    pub fn finish(self, raw: [RawTable; 3], orders: Option<&RawTable>) -> Reconciliation {
        let [claims, attributed, sold] = raw;
        let (data_version, claims) = (claims.data_version, claims::finish(&claims));
        let orders = orders.map(orders::finish).unwrap_or_default();
        let attributed: AttributionTable = self.attributed.finish(attributed);
        let sold: ResultTable = self.sold.finish(sold);
        let mut answer = waterfall::reconcile(&claims, &orders, &attributed, &sold.totals, self.currency);
        answer.from = self.range.start().to_string();
        answer.to = self.range.last().to_string();
        answer.zone = sold.meta.zone;
        answer.data_version = data_version;
        answer
    }
}

#[cfg(test)]
mod tests;
