//! Platforms' claims, credit and orders side by side.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use semantic::reconciliation::{
    Bar, BarKind, OverClaim, PlatformWaterfall, PreparedReconciliation, Reconciliation, ReconciliationQuestion, Rule, reconciliation,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::answer::Conditional;
use crate::ask::{Defaults, ask_all};
use crate::attribution_body::{DateBasisBody, JourneyBody, ModelBody, SettingsBody, UsedSettingsBody};
use crate::day_range;
use crate::gate::Caller;
use crate::problem::Problem;
use crate::request::Parameters;
use crate::state::Shared;

/// How often the orders are asked for anew because the claims changed in between.
const ATTEMPTS_MAX: usize = 3;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReconciliationParameters {
    /// First day, included, as YYYY-MM-DD. Without days: the last 28 full days.
    from: Option<String>,
    /// Last day, included.
    to: Option<String>,
    /// IANA zone in which days are cut; the organisation's own if absent.
    zone: Option<String>,
    /// Model of our credit; linear if absent.
    #[param(inline)]
    model: Option<ModelBody>,
    /// Longest age of a touch that is still credited: `30d`; the organisation's own if absent.
    window: Option<String>,
    #[param(inline)]
    journey: Option<JourneyBody>,
    /// Half-life of the time-decay model: `7d`.
    half_life: Option<String>,
    /// Date that our credit is counted on. Platforms date most of their claims by touch, and so does this if absent.
    #[param(inline)]
    date_basis: Option<DateBasisBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reconciliation)]
pub(crate) struct ReconciliationBody {
    /// By claimed revenue, the largest first.
    platforms: Vec<PlatformBody>,
    /// All platforms together, then the other channels and what nobody earned: from claims to orders. The steps add up exactly.
    overall: Vec<BarBody>,
    /// All claims over all orders.
    over_claim: OverClaimBody,
    /// Orders of the days by how many platforms can claim them, from one.
    claimers: Vec<ClaimersBody>,
    warnings: Vec<String>,
    from: String,
    to: String,
    zone: String,
    currency: String,
    model: ModelBody,
    date_basis: DateBasisBody,
    settings: UsedSettingsBody,
    data_version: i64,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlatformWaterfall)]
struct PlatformBody {
    /// The channel, or the source where its rows name no channel.
    platform: String,
    has_channel: bool,
    sources: Vec<String>,
    /// Attribution settings as the platform's rows state them, the one with most conversions first.
    attribution_settings: Vec<String>,
    /// What was read from the first of them; null where it cannot be read, and then nothing is explained.
    rule: Option<RuleBody>,
    /// From claimed to attributed. The steps add up exactly.
    bars: Vec<BarBody>,
    /// Claimed over attributed.
    over_claim: OverClaimBody,
    /// Steps that make the claim larger than our credit, the largest first.
    reasons: Vec<BarKindBody>,
    /// Orders that the platform could claim on these days.
    claimable_orders: i64,
}

/// Longest age of a touch that a platform claims, by interaction; null where it claims nothing of the kind.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClaimRule)]
struct RuleBody {
    click_seconds: Option<i64>,
    view_seconds: Option<i64>,
    engaged_view_seconds: Option<i64>,
    open_seconds: Option<i64>,
    /// The platform shares a conversion among its own touches.
    is_shared: bool,
}

/// A level (`claimed`, `attributed`, `orders`) or a step between two; steps that take away are negative.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReconciliationBar)]
struct BarBody {
    kind: BarKindBody,
    is_level: bool,
    /// In whole minor units of the reporting currency; null where the platform states no value.
    revenue: Option<String>,
    /// To the hundredth.
    conversions: f64,
}

#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ReconciliationBarKind)]
enum BarKindBody {
    Claimed,
    UnknownOrders,
    ViewThrough,
    WindowDifference,
    Overlap,
    OtherChannels,
    OtherDays,
    LongerWindow,
    Refunds,
    Unexplained,
    Attributed,
    OtherCredit,
    Unattributed,
    OrdersOfOtherDays,
    Orders,
}

/// Null where what is divided by is not positive.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OverClaim)]
struct OverClaimBody {
    revenue: Option<f64>,
    conversions: Option<f64>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Claimers)]
struct ClaimersBody {
    platforms: i64,
    orders: i64,
}

/// What each platform claims, step by step to what a model of ours gives it, and on to the orders.
#[utoipa::path(
    get, path = "/api/analytics/reconciliation", operation_id = "reconciliation", tag = "analytics",
    params(ReconciliationParameters),
    responses((status = 200, description = "The waterfalls", body = ReconciliationBody), (status = 304, description = "The client has this answer"))
)]
pub(crate) async fn handler(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    Parameters(parameters): Parameters<ReconciliationParameters>,
    conditional: Conditional,
) -> Result<Response, Problem> {
    let defaults = Defaults::load(&shared, &caller.context).await?;
    let (from, to) = day_range::resolve(parameters.from, parameters.to, &defaults.zone, shared.app.clock.now())?;
    let tag = conditional.tag(&caller, &defaults, &format!("{from} {to}"));
    let (window, half_life) = (parameters.window.as_deref(), parameters.half_life.as_deref());
    let (settings, changed) = SettingsBody::of_page(parameters.journey, window, half_life, &defaults.attribution)?;
    if let Some(response) = tag.not_modified(shared.app.engine.data_version(&caller.context).await?) {
        return Ok(response);
    }
    let model = parameters.model.unwrap_or(ModelBody::Linear);
    let date_basis = parameters.date_basis.unwrap_or(DateBasisBody::Touch);
    let question = ReconciliationQuestion {
        from,
        to,
        zone: parameters.zone,
        settings: changed.then(|| settings.clone()),
        model: model.into(),
        date_basis: date_basis.into(),
    };
    let prepared = reconciliation(&question, &defaults.organization())?;
    let answer = ask(&shared, &caller, prepared).await?;
    let data_version = answer.data_version;
    Ok(tag.answer(data_version, ReconciliationBody::new(answer, model, date_basis, settings.into())))
}

/// Which orders are asked for depends on the claims; both are read from one data version.
async fn ask(shared: &Shared, caller: &Caller, prepared: PreparedReconciliation) -> Result<Reconciliation, Problem> {
    let [claims, attributed, sold] = prepared.plans();
    let mut known = crate::ask::ask(shared, &caller.context, claims).await?;
    for _ in 1..ATTEMPTS_MAX {
        let Some(orders) = prepared.orders_plan(&known) else { break };
        let [again, attributed, sold, orders] = ask_all(shared, &caller.context, [claims, attributed, sold, &orders]).await?;
        if again.rows == known.rows {
            return Ok(prepared.finish([again, attributed, sold], Some(&orders)));
        }
        known = again;
    }
    let orders = prepared.orders_plan(&known);
    let [attributed, sold] = ask_all(shared, &caller.context, [attributed, sold]).await?;
    let orders = match &orders {
        Some(plan) => Some(crate::ask::ask(shared, &caller.context, plan).await?),
        None => None,
    };
    Ok(prepared.finish([known, attributed, sold], orders.as_ref()))
}

impl ReconciliationBody {
    fn new(answer: Reconciliation, model: ModelBody, date_basis: DateBasisBody, settings: UsedSettingsBody) -> Self {
        Self {
            platforms: answer.platforms.into_iter().map(PlatformBody::from).collect(),
            overall: answer.overall.into_iter().map(BarBody::from).collect(),
            over_claim: answer.over_claim.into(),
            claimers: answer
                .claimers
                .into_iter()
                .map(|claimers| ClaimersBody {
                    platforms: claimers.platforms,
                    orders: claimers.orders,
                })
                .collect(),
            warnings: answer.warnings,
            from: answer.from,
            to: answer.to,
            zone: answer.zone,
            currency: answer.currency,
            model,
            date_basis,
            settings,
            data_version: answer.data_version,
        }
    }
}

impl From<PlatformWaterfall> for PlatformBody {
    fn from(platform: PlatformWaterfall) -> Self {
        Self {
            platform: platform.platform,
            has_channel: platform.has_channel,
            sources: platform.sources,
            attribution_settings: platform.settings,
            rule: platform.rule.map(RuleBody::from),
            bars: platform.bars.into_iter().map(BarBody::from).collect(),
            over_claim: platform.over_claim.into(),
            reasons: platform.reasons.into_iter().map(BarKindBody::from).collect(),
            claimable_orders: platform.claimable_orders,
        }
    }
}

impl From<Rule> for RuleBody {
    fn from(rule: Rule) -> Self {
        Self {
            click_seconds: rule.click_seconds,
            view_seconds: rule.view_seconds,
            engaged_view_seconds: rule.engaged_view_seconds,
            open_seconds: rule.open_seconds,
            is_shared: rule.is_shared,
        }
    }
}

impl From<Bar> for BarBody {
    fn from(bar: Bar) -> Self {
        Self {
            kind: bar.kind.into(),
            is_level: bar.kind.is_level(),
            revenue: bar.figure.revenue,
            conversions: bar.figure.conversions,
        }
    }
}

impl From<OverClaim> for OverClaimBody {
    fn from(over_claim: OverClaim) -> Self {
        Self {
            revenue: over_claim.revenue,
            conversions: over_claim.conversions,
        }
    }
}

impl From<BarKind> for BarKindBody {
    fn from(kind: BarKind) -> Self {
        match kind {
            BarKind::Claimed => Self::Claimed,
            BarKind::UnknownOrders => Self::UnknownOrders,
            BarKind::ViewThrough => Self::ViewThrough,
            BarKind::WindowDifference => Self::WindowDifference,
            BarKind::Overlap => Self::Overlap,
            BarKind::OtherChannels => Self::OtherChannels,
            BarKind::OtherDays => Self::OtherDays,
            BarKind::LongerWindow => Self::LongerWindow,
            BarKind::Refunds => Self::Refunds,
            BarKind::Unexplained => Self::Unexplained,
            BarKind::Attributed => Self::Attributed,
            BarKind::OtherCredit => Self::OtherCredit,
            BarKind::Unattributed => Self::Unattributed,
            BarKind::OrdersOfOtherDays => Self::OrdersOfOtherDays,
            BarKind::Orders => Self::Orders,
        }
    }
}
