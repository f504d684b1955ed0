//! One customer's journey: what happened, and which touch earned how much.

mod brief;
mod eligibility;
mod value;
mod why;

use std::sync::Arc;

use attribution::{Model, Settings, Variant};
use axum::extract::{Path, State};
use axum::response::Response;
use journeys::identity::person::Person;
use semantic::acquisition;
use semantic::journey::{self, Journey, JourneyEvent};
use serde::{Deserialize, Serialize};
use types::CustomerId;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::answer::Conditional;
use crate::ask::{Defaults, ask_all};
use crate::attribution_body::{JourneyBody as JourneyRule, ModelBody, SettingsBody, UsedSettingsBody};
use crate::channel_rules::Version;
use crate::gate::Caller;
use crate::problem::Problem;
use crate::request::Parameters;
use crate::routes::identities::body::IdentityBody;
use crate::state::Shared;
use crate::value_models::ValueModels;
use brief::BriefBody;
use eligibility::NotCreditedBody;
use value::ValueBody;
use why::WhyBody;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct JourneyParameters {
    /// Longest age of a touch that is still credited: `30d`; the organisation's own if absent.
    window: Option<String>,
    #[param(inline)]
    journey: Option<JourneyRule>,
    /// Half-life of the time-decay model: `7d`.
    half_life: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CustomerJourney)]
pub(crate) struct JourneyBody {
    customer: BriefBody,
    /// What the customer was worth and is predicted to be; null without a purchase.
    value: Option<ValueBody>,
    /// In order of time.
    timeline: Vec<EventBody>,
    /// One entry for every conversion or refund, touch and model; without a touch, what is unattributed.
    credits: Vec<CreditBody>,
    /// Why the other touches are not credited: payment providers, direct visits beside known ones, touches outside the window …
    not_credited: Vec<NotCreditedBody>,
    /// The reporting currency.
    currency: String,
    zone: String,
    settings: UsedSettingsBody,
    data_version: i64,
    /// True where the customer has more rows than a journey shows.
    is_truncated: bool,
    /// Why these events are one person's.
    identity: IdentityBody,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JourneyEvent)]
struct EventBody {
    id: Uuid,
    /// `touch`, `conversion`, `order`, `refund` or `stage`.
    kind: String,
    /// RFC 3339.
    recorded_at: String,
    source: String,
    channel: Option<String>,
    campaign_id: Option<Uuid>,
    campaign: Option<String>,
    ad: Option<String>,
    asset_id: Option<Uuid>,
    asset: Option<String>,
    interaction: Option<String>,
    conversion_type: Option<String>,
    order_id: Option<String>,
    /// What `credits` calls this conversion: its own id, and for a refund the id of its order.
    conversion_id: Option<Uuid>,
    stage: Option<String>,
    country: Option<String>,
    device: Option<String>,
    /// In the reporting currency.
    revenue: Option<String>,
    /// Money given back, positive, in the reporting currency.
    refund: Option<String>,
    /// Currency that the customer paid in.
    paid_currency: Option<String>,
    /// Why a touch has its channel; absent for what is no touch.
    why: Option<WhyBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = JourneyCredit)]
struct CreditBody {
    conversion_id: Uuid,
    /// `sale` or `refund`.
    entry: String,
    touch_id: Option<Uuid>,
    /// Place of the touch among the conversion's eligible ones, from 1; 0 for what is unattributed.
    position: i64,
    model: ModelBody,
    /// Share of the conversion.
    weight: f64,
    /// In the reporting currency; negative for a refund.
    revenue: String,
}

/// A customer's touches, orders and refunds in order of time, with the credit of every touch under every model.
#[utoipa::path(
    get, path = "/api/analytics/customer-journey/{customer_id}", operation_id = "customer_journey", tag = "analytics",
    params(("customer_id" = String, Path, description = "The customer's id, or the key that the sources use"), JourneyParameters),
    responses((status = 200, description = "The journey", body = JourneyBody), (status = 304, description = "The client has this answer"))
)]
pub(crate) async fn handler(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    Path(customer): Path<String>,
    Parameters(parameters): Parameters<JourneyParameters>,
    conditional: Conditional,
) -> Result<Response, Problem> {
    let defaults = Defaults::load(&shared, &caller.context).await?;
    let (window, half_life) = (parameters.window.as_deref(), parameters.half_life.as_deref());
    let (settings, is_changed) = SettingsBody::of_page(parameters.journey, window, half_life, &defaults.attribution)?;
    let history: &[Variant] = if is_changed { &[] } else { &defaults.history };
    let persons = persons(&shared, &caller, &customer).await?;
    // A decision may change the identity and no row.
    let tag = conditional.tag(&caller, &defaults, &format!("{persons:?}"));
    if let Some(response) = tag.not_modified(shared.app.engine.data_version(&caller.context).await?) {
        return Ok(response);
    }
    for person in persons {
        if let Some((journey, acquisition_cost)) = load(&shared, &caller, &defaults, person.customer, &settings, history).await? {
            let data_version = journey.data_version;
            let rules = rules_of(&shared, &caller, &journey).await?;
            let fit = ValueModels::load(&shared, &caller.context, &defaults).await?;
            let value = fit.outlook(&journey.events, &defaults.zone, defaults.currency).map(ValueBody::from);
            let shown = Shown {
                value,
                acquisition_cost,
                zone: defaults.zone,
                settings,
                history: history.to_vec(),
                person,
            };
            return Ok(tag.answer(data_version, JourneyBody::new(journey, shown, &rules)?));
        }
    }
    Err(Problem::not_found("customer"))
}

/// The persons whom an id of now or of before a merge, or a source's key, may name.
async fn persons(shared: &Shared, caller: &Caller, customer: &str) -> Result<Vec<Person>, Problem> {
    let by_key = CustomerId::derive(caller.context.organization_id(), customer);
    // A source's own key may look like an id of ours, so what is not found as one is looked for as the other.
    let by_id: Option<CustomerId> = customer.parse().ok();
    let mut persons = Vec::new();
    for candidate in by_id.into_iter().chain([by_key]) {
        persons.extend(shared.app.identities.person(&caller.context, candidate).await?);
    }
    Ok(persons)
}

async fn load(
    shared: &Shared,
    caller: &Caller,
    defaults: &Defaults,
    customer: CustomerId,
    settings: &Settings,
    history: &[Variant],
) -> Result<Option<(Journey, Option<String>)>, Problem> {
    let plans = journey::plans(customer, &Model::STANDARD, settings, history);
    let acquisition = acquisition::plan(customer);
    let [events, credits, cost] = ask_all(shared, &caller.context, [&plans.events, &plans.credits, &acquisition]).await?;
    let journey = plans.finish(customer, defaults.currency, &events, &credits);
    Ok(journey.map(|journey| (journey, acquisition::finish(&cost, defaults.currency))))
}

/// The versions of the channel rules that touches of the journey name; none where no rule decided.
async fn rules_of(shared: &Shared, caller: &Caller, journey: &Journey) -> Result<Vec<Version>, Problem> {
    if journey.events.iter().all(|event| event.evidence.channel_rule.is_none()) {
        return Ok(Vec::new());
    }
    Version::all(&shared.app.metastore, &caller.context).await
}

/// What is shown beside the journey itself.
struct Shown {
    value: Option<ValueBody>,
    acquisition_cost: Option<String>,
    zone: String,
    settings: Settings,
    history: Vec<Variant>,
    person: Person,
}

impl JourneyBody {
    fn new(journey: Journey, shown: Shown, rules: &[Version]) -> Result<Self, Problem> {
        let Shown {
            value,
            acquisition_cost,
            zone,
            settings,
            history,
            person,
        } = shown;
        let customer = BriefBody::new(&journey, acquisition_cost)?;
        let not_credited = eligibility::not_credited(&journey.events, &settings, &history);
        let orders = journey.events.clone();
        let timeline = journey.events.into_iter().map(|event| EventBody::new(event, &orders, rules)).collect();
        let credits = journey.credits.into_iter().flat_map(|credit| {
            credit.shares.into_iter().map(move |share| CreditBody {
                conversion_id: credit.conversion_id.0,
                entry: credit.entry.clone(),
                touch_id: credit.touch_id.map(|id| id.0),
                position: credit.position,
                model: share.model.into(),
                weight: share.weight,
                revenue: share.revenue,
            })
        });
        Ok(Self {
            customer,
            value,
            timeline,
            credits: credits.collect(),
            not_credited,
            currency: journey.currency.as_str().to_owned(),
            zone,
            settings: settings.into(),
            data_version: journey.data_version,
            is_truncated: journey.is_truncated,
            identity: person.into(),
        })
    }
}

impl EventBody {
    fn new(event: JourneyEvent, all: &[JourneyEvent], rules: &[Version]) -> Self {
        let why = (event.record_kind == "touch").then(|| WhyBody::new(&event, rules));
        let conversion_id = match event.record_kind.as_str() {
            "order" | "conversion" => Some(event.id),
            "refund" => order_of(&event, all),
            _ => None,
        };
        Self {
            id: event.id.0,
            kind: event.record_kind,
            recorded_at: event.recorded_at.to_string(),
            source: event.data_source,
            channel: event.channel,
            campaign_id: event.campaign_id.map(|id| id.0),
            campaign: event.campaign,
            ad: event.ad,
            asset_id: event.asset_id.map(|id| id.0),
            asset: event.asset,
            interaction: event.interaction_type,
            conversion_type: event.conversion_type,
            order_id: event.order_id,
            conversion_id: conversion_id.map(|id| id.0),
            stage: event.stage,
            country: event.country,
            device: event.device,
            revenue: event.revenue,
            refund: event.refund,
            paid_currency: event.paid_currency,
            why,
        }
    }
}

/// The order that a refund names.
fn order_of(refund: &JourneyEvent, all: &[JourneyEvent]) -> Option<types::RowId> {
    let order_id = refund.order_id.as_ref()?;
    all.iter()
        .find(|event| event.record_kind == "order" && event.order_id.as_ref() == Some(order_id))
        .map(|order| order.id)
}
