//! Which decisions depend on the model or the window.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use semantic::stability::{ChannelStability, Dependence, Stability, StabilityCell, StabilityQuestion, Verdict, WINDOW_DAYS, stability};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::answer::Conditional;
use crate::ask::{Defaults, ask};
use crate::attribution_body::{DateBasisBody, JourneyBody, ModelBody, SettingsBody};
use crate::day_range;
use crate::gate::Caller;
use crate::problem::Problem;
use crate::request::Parameters;
use crate::state::Shared;

/// How often the windows are asked for anew because data arrived in between.
const ATTEMPTS_MAX: usize = 4;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StabilityParameters {
    /// First day, included, as YYYY-MM-DD. Without days: the last 28 full days.
    from: Option<String>,
    /// Last day, included.
    to: Option<String>,
    /// IANA zone in which days are cut; the organisation's own if absent.
    zone: Option<String>,
    /// The model that decisions are made by now; linear if absent.
    #[param(inline)]
    model: Option<ModelBody>,
    /// The window that decisions are made by now: `30d`; the organisation's own if absent.
    window: Option<String>,
    /// Windows to compare, separated by commas; `1d,7d,14d,30d,60d,90d` if absent.
    windows: Option<String>,
    #[param(inline)]
    journey: Option<JourneyBody>,
    /// ROAS from which a channel pays; 1.0 if absent.
    break_even: Option<f64>,
    /// Date that credit is counted on; the order's if absent.
    #[param(inline)]
    date_basis: Option<DateBasisBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Stability)]
pub(crate) struct StabilityBody {
    /// By spend from the largest, then by revenue.
    channels: Vec<ChannelBody>,
    models: Vec<ModelBody>,
    /// In seconds, ascending.
    windows: Vec<i64>,
    model: ModelBody,
    window_seconds: i64,
    break_even: f64,
    from: String,
    to: String,
    zone: String,
    currency: String,
    data_version: i64,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChannelStability)]
struct ChannelBody {
    channel: String,
    /// Null where no source reports spend.
    spend: Option<String>,
    verdict: VerdictBody,
    /// Its ROAS is at or above break-even here and below it there.
    crosses_break_even: DependenceBody,
    /// Its rank moves by two places or more.
    moves_rank: DependenceBody,
    rank_best: usize,
    rank_worst: usize,
    /// Every model under every window.
    cells: Vec<CellBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StabilityCell)]
struct CellBody {
    window_seconds: i64,
    model: ModelBody,
    revenue: String,
    /// Null without spend.
    roas: Option<f64>,
    /// By ROAS among the channels with spend; without spend by revenue among all. 1 is best.
    rank: usize,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Dependence)]
struct DependenceBody {
    on_model: bool,
    on_window: bool,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = StabilityVerdict)]
enum VerdictBody {
    Stable,
    DependsOnModel,
    DependsOnWindow,
    DependsOnBoth,
}

/// Revenue, ROAS and rank of every channel under all rule-based models and several windows, with a verdict.
#[utoipa::path(
    get, path = "/api/analytics/stability", operation_id = "stability", tag = "analytics",
    params(StabilityParameters),
    responses((status = 200, description = "The channels", body = StabilityBody), (status = 304, description = "The client has this answer"))
)]
pub(crate) async fn handler(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    Parameters(parameters): Parameters<StabilityParameters>,
    conditional: Conditional,
) -> Result<Response, Problem> {
    let defaults = Defaults::load(&shared, &caller.context).await?;
    let (from, to) = day_range::resolve(parameters.from, parameters.to, &defaults.zone, shared.app.clock.now())?;
    let tag = conditional.tag(&caller, &defaults, &format!("{from} {to}"));
    let (settings, _) = SettingsBody::of_page(parameters.journey, parameters.window.as_deref(), None, &defaults.attribution)?;
    let windows = windows(parameters.windows.as_deref())?;
    if let Some(response) = tag.not_modified(shared.app.engine.data_version(&caller.context).await?) {
        return Ok(response);
    }
    let question = StabilityQuestion {
        from,
        to,
        zone: parameters.zone,
        settings: Some(settings),
        model: parameters.model.unwrap_or(ModelBody::Linear).into(),
        windows,
        break_even: parameters.break_even.unwrap_or(1.0),
        date_basis: parameters.date_basis.unwrap_or_default().into(),
    };
    let prepared = stability(&question, &defaults.organization())?;
    let mut raw = Vec::new();
    for _ in 0..ATTEMPTS_MAX {
        raw.clear();
        for plan in prepared.plans() {
            raw.push(ask(&shared, &caller.context, plan).await?);
        }
        // Windows of one data version are comparable; what was answered already comes from the cache.
        if raw.iter().all(|table| table.data_version == raw[0].data_version) {
            break;
        }
    }
    let answer = prepared.finish(raw);
    let data_version = answer.data_version;
    Ok(tag.answer(data_version, StabilityBody::from(answer)))
}

fn windows(text: Option<&str>) -> Result<Vec<i64>, Problem> {
    let Some(text) = text else {
        return Ok(WINDOW_DAYS.map(|days| days * 86_400).to_vec());
    };
    let parsed = text.split(',').map(attribution::parse_duration);
    parsed
        .collect::<Result<_, _>>()
        .map_err(|error| Problem::invalid_field("/windows", "invalid-settings", error.to_string()))
}

impl From<Stability> for StabilityBody {
    fn from(answer: Stability) -> Self {
        Self {
            channels: answer.channels.into_iter().map(ChannelBody::from).collect(),
            models: answer.models.into_iter().map(ModelBody::from).collect(),
            windows: answer.windows,
            model: answer.model.into(),
            window_seconds: answer.window_seconds,
            break_even: answer.break_even,
            from: answer.from,
            to: answer.to,
            zone: answer.zone,
            currency: answer.currency,
            data_version: answer.data_version,
        }
    }
}

impl From<ChannelStability> for ChannelBody {
    fn from(channel: ChannelStability) -> Self {
        Self {
            channel: channel.channel,
            spend: channel.spend,
            verdict: channel.verdict.into(),
            crosses_break_even: channel.crosses_break_even.into(),
            moves_rank: channel.moves_rank.into(),
            rank_best: channel.rank_best,
            rank_worst: channel.rank_worst,
            cells: channel.cells.into_iter().map(CellBody::from).collect(),
        }
    }
}

impl From<StabilityCell> for CellBody {
    fn from(cell: StabilityCell) -> Self {
        Self {
            window_seconds: cell.window_seconds,
            model: cell.model.into(),
            revenue: cell.revenue,
            roas: cell.roas,
            rank: cell.rank,
        }
    }
}

impl From<Dependence> for DependenceBody {
    fn from(dependence: Dependence) -> Self {
        Self {
            on_model: dependence.on_model,
            on_window: dependence.on_window,
        }
    }
}

impl From<Verdict> for VerdictBody {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Stable => Self::Stable,
            Verdict::DependsOnModel => Self::DependsOnModel,
            Verdict::DependsOnWindow => Self::DependsOnWindow,
            Verdict::DependsOnBoth => Self::DependsOnBoth,
        }
    }
}
