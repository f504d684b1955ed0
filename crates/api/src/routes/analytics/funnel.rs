//! From impression to revenue, or from one step of customers to the next.

mod body;

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use semantic::funnel::ordered::{OrderedQuestion, prepare};
use semantic::funnel::{Compare, FunnelQuestion, Next, start};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::answer::Conditional;
use crate::ask::{Defaults, ask};
use crate::attribution_body::{DateBasisBody, ModelBody, SettingsBody};
use crate::gate::Caller;
use crate::problem::Problem;
use crate::request::Parameters;
use crate::state::Shared;
use crate::{comma_list, day_range};
use body::{FunnelBody, MarketingFunnelBody, OrderedFunnelBody};

/// Window of an ordered funnel that names none.
const WINDOW_DEFAULT: &str = "30d";

/// Which funnel.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FunnelKind)]
pub(crate) enum KindBody {
    /// Impressions, clicks, visits, leads, orders, revenue: counts of the same days.
    #[default]
    Marketing,
    /// The steps that `steps` names, done one after another by the same customer within the window.
    Ordered,
}

/// What the range is compared with.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Compare)]
pub(crate) enum CompareBody {
    /// As many days before it.
    #[default]
    Previous,
    /// The same weekdays a year before: 364 days earlier.
    Year,
    None,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FunnelParameters {
    /// `marketing` if absent.
    #[param(inline)]
    kind: Option<KindBody>,
    /// First day, included, as YYYY-MM-DD. Without days: the last 28 full days. Of an ordered funnel, the days of the first step.
    from: Option<String>,
    /// Last day, included.
    to: Option<String>,
    /// IANA zone in which days are cut; the organisation's own if absent.
    zone: Option<String>,
    /// Breakdown of a marketing funnel: `channel` (if absent), `campaign`, `data_source`, `asset`, `country` or `device`.
    by: Option<String>,
    /// Model that shares leads, orders and revenue among touches; linear if absent.
    #[param(inline)]
    model: Option<ModelBody>,
    /// Days that leads, orders and revenue count on.
    #[param(inline)]
    date_basis: Option<DateBasisBody>,
    /// Conversion types that are leads, separated by commas; all that are no orders if absent.
    goals: Option<String>,
    #[param(inline)]
    compare: Option<CompareBody>,
    /// Marketing: longest age of a credited touch, the organisation's own if absent. Ordered: longest time from the first step to the last,
    /// `30d` if absent.
    window: Option<String>,
    /// Steps of an ordered funnel, separated by commas: `visit`, `touch`, `purchase`, or names of channels, goals and stages.
    steps: Option<String>,
}

/// The way from an impression to revenue by channel, campaign, country or device, each step with who counted it; or, with `kind=ordered`,
/// how many customers did one step after another. What a channel does not have is null, never 0.
#[utoipa::path(
    get, path = "/api/analytics/funnel", operation_id = "funnel", tag = "analytics", params(FunnelParameters),
    responses((status = 200, description = "The funnel", body = FunnelBody), (status = 304, description = "The client has this answer"))
)]
pub(crate) async fn handler(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    Parameters(parameters): Parameters<FunnelParameters>,
    conditional: Conditional,
) -> Result<Response, Problem> {
    let defaults = Defaults::load(&shared, &caller.context).await?;
    let (from, to) = day_range::resolve(parameters.from.clone(), parameters.to.clone(), &defaults.zone, shared.app.clock.now())?;
    let tag = conditional.tag(&caller, &defaults, &format!("{from} {to}"));
    if let Some(response) = tag.not_modified(shared.app.engine.data_version(&caller.context).await?) {
        return Ok(response);
    }
    let (data_version, body) = match parameters.kind.unwrap_or_default() {
        KindBody::Marketing => {
            let question = parameters.marketing(from, to, &defaults)?;
            let mut asking = start(question, &defaults.organization())?;
            let funnel = loop {
                let raw = ask(&shared, &caller.context, &asking.plan()).await?;
                match asking.answer(raw)? {
                    Next::Ask(next) => asking = *next,
                    Next::Done(funnel) => break *funnel,
                }
            };
            (funnel.data_version, FunnelBody::Marketing(Box::new(MarketingFunnelBody::from(funnel))))
        }
        KindBody::Ordered => {
            let prepared = prepare(parameters.ordered(from, to)?, &defaults.organization())?;
            let raw = ask(&shared, &caller.context, &prepared.plan).await?;
            let funnel = prepared.finish(&raw);
            (funnel.data_version, FunnelBody::Ordered(OrderedFunnelBody::from(funnel)))
        }
    };
    Ok(tag.answer(data_version, body))
}

impl FunnelParameters {
    fn marketing(self, from: String, to: String, defaults: &Defaults) -> Result<FunnelQuestion, Problem> {
        if self.steps.is_some() {
            return Err(only(
                "/steps",
                "`steps` belong to an ordered funnel: add `kind=ordered`, or leave them out",
            ));
        }
        let settings = match &self.window {
            None => None,
            Some(window) => Some(
                SettingsBody::default()
                    .with_durations(Some(window), None)?
                    .over(&defaults.attribution, "")?,
            ),
        };
        Ok(FunnelQuestion {
            from,
            to,
            zone: self.zone,
            by: self.by.unwrap_or_else(|| "channel".to_owned()),
            model: self.model.unwrap_or(ModelBody::Linear).into(),
            attribution: settings,
            date_basis: self.date_basis.unwrap_or_default().into(),
            goals: comma_list::read(self.goals.as_deref()),
            compare: match self.compare.unwrap_or_default() {
                CompareBody::Previous => Compare::Previous,
                CompareBody::Year => Compare::Year,
                CompareBody::None => Compare::None,
            },
        })
    }

    fn ordered(self, from: String, to: String) -> Result<OrderedQuestion, Problem> {
        let of_marketing = [
            ("/by", self.by.is_some()),
            ("/model", self.model.is_some()),
            ("/date_basis", self.date_basis.is_some()),
            ("/goals", self.goals.is_some()),
            ("/compare", self.compare.is_some()),
        ];
        if let Some((pointer, _)) = of_marketing.into_iter().find(|(_, is_given)| *is_given) {
            return Err(only(pointer, "this belongs to a marketing funnel: leave it out of an ordered one"));
        }
        let window = SettingsBody::default().with_durations(Some(self.window.as_deref().unwrap_or(WINDOW_DEFAULT)), None)?;
        Ok(OrderedQuestion {
            from,
            to,
            zone: self.zone,
            steps: comma_list::read(self.steps.as_deref()),
            window_seconds: window.window_seconds.unwrap_or_default(),
        })
    }
}

fn only(pointer: &str, message: &str) -> Problem {
    Problem::invalid_field(pointer, "unknown-field", message)
}
