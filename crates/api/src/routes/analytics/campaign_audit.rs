//! The audit of campaigns: spend without touches, touches without spend, and how the rest found each other.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use journeys::campaign_match::Status;
use semantic::campaign_audit::{self, Amounts, AuditedCampaign, AuditedTouches, CampaignAudit, Candidate, Part};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::answer::Conditional;
use crate::ask::{Defaults, ask_all};
use crate::channel_rules::Version;
use crate::day_range;
use crate::gate::Caller;
use crate::problem::Problem;
use crate::request::Parameters;
use crate::state::Shared;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditParameters {
    /// First day, included (YYYY-MM-DD); without days the last 28 full days.
    from: Option<String>,
    /// Last day, included.
    to: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CampaignAudit)]
pub(crate) struct AuditBody {
    from: String,
    to: String,
    zone: String,
    /// The reporting currency.
    currency: String,
    /// One for every status; they add up to the total.
    parts: Vec<PartBody>,
    total: AmountsBody,
    /// All spend by campaign, the largest first.
    campaigns: Vec<AuditedCampaignBody>,
    /// Touches that name a campaign which cannot be told, or which spent nothing; most first.
    touches: Vec<AuditedTouchesBody>,
    data_version: i64,
    /// True where there are more campaigns than an answer holds.
    is_truncated: bool,
}

/// How spend and touches found each other.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CampaignMatch)]
pub(crate) enum StatusBody {
    ById,
    ByName,
    /// Several campaigns of the channel have the name: nothing is guessed.
    Ambiguous,
    /// Spend that no touch names, or touches of a campaign that spent nothing.
    Unmatched,
    /// Touches that name no campaign, and spend that is of none.
    NoCampaign,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CampaignAuditPart)]
struct PartBody {
    status: StatusBody,
    /// Campaigns with spend.
    campaigns: i64,
    #[serde(flatten)]
    amounts: AmountsBody,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CampaignAuditAmounts)]
struct AmountsBody {
    spend: String,
    touches: i64,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditedCampaign)]
struct AuditedCampaignBody {
    status: StatusBody,
    source: String,
    /// Absent for spend that is of no campaign, such as an account's own row.
    campaign_id: Option<Uuid>,
    /// The source's own id.
    key: Option<String>,
    name: Option<String>,
    channel: Option<String>,
    #[serde(flatten)]
    amounts: AmountsBody,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditedTouches)]
struct AuditedTouchesBody {
    status: StatusBody,
    source: String,
    channel: Option<String>,
    campaign_id: Option<Uuid>,
    /// What the touches call their campaign.
    campaign: Option<String>,
    touches: i64,
    /// Campaigns with that name: of the channel where it is ambiguous, of other channels where it is unmatched.
    candidates: Vec<CandidateBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CampaignCandidate)]
struct CandidateBody {
    source: String,
    campaign_id: Option<Uuid>,
    key: Option<String>,
    name: Option<String>,
}

/// Which spend has touches and which touches have spend: matched by id first, by name within the channel second, never by a guess.
#[utoipa::path(
    get, path = "/api/analytics/campaign-audit", operation_id = "campaign_audit", tag = "analytics", params(AuditParameters),
    responses((status = 200, description = "The audit", body = AuditBody), (status = 304, description = "The client has this answer"))
)]
pub(crate) async fn handler(
    State(shared): State<Arc<Shared>>,
    caller: Caller,
    Parameters(parameters): Parameters<AuditParameters>,
    conditional: Conditional,
) -> Result<Response, Problem> {
    let defaults = Defaults::load(&shared, &caller.context).await?;
    let (from, to) = day_range::resolve(parameters.from, parameters.to, &defaults.zone, shared.app.clock.now())?;
    let range = campaign_audit::range(&from, &to, &defaults.zone)?;
    let rules = Version::newest(&shared.app.metastore, &caller.context).await?;
    let tag = conditional.tag(&caller, &defaults, &format!("{from} {to} {}", rules.number));
    if let Some(response) = tag.not_modified(shared.app.engine.data_version(&caller.context).await?) {
        return Ok(response);
    }
    let plans = campaign_audit::plans(&range);
    let [spend, touches] = ask_all(&shared, &caller.context, [&plans.spend, &plans.touches]).await?;
    let sources: BTreeMap<String, String> = rules.rules.channel_sources();
    let audit = campaign_audit::finish(&spend, &touches, &sources, defaults.currency);
    let data_version = audit.data_version;
    Ok(tag.answer(data_version, AuditBody::new(audit, from, to, defaults)))
}

impl AuditBody {
    fn new(audit: CampaignAudit, from: String, to: String, defaults: Defaults) -> Self {
        Self {
            from,
            to,
            zone: defaults.zone,
            currency: defaults.currency.as_str().to_owned(),
            parts: audit.parts.into_iter().map(PartBody::from).collect(),
            total: audit.total.into(),
            campaigns: audit.campaigns.into_iter().map(AuditedCampaignBody::from).collect(),
            touches: audit.touches.into_iter().map(AuditedTouchesBody::from).collect(),
            data_version: audit.data_version,
            is_truncated: audit.is_truncated,
        }
    }
}

impl From<Status> for StatusBody {
    fn from(status: Status) -> Self {
        match status {
            Status::ById => Self::ById,
            Status::ByName => Self::ByName,
            Status::Ambiguous => Self::Ambiguous,
            Status::Unmatched => Self::Unmatched,
            Status::NoCampaign => Self::NoCampaign,
        }
    }
}

impl From<Part> for PartBody {
    fn from(part: Part) -> Self {
        Self {
            status: part.status.into(),
            campaigns: part.campaigns,
            amounts: part.amounts.into(),
        }
    }
}

impl From<Amounts> for AmountsBody {
    fn from(amounts: Amounts) -> Self {
        Self {
            spend: amounts.spend.to_string(),
            touches: amounts.touches,
        }
    }
}

impl From<AuditedCampaign> for AuditedCampaignBody {
    fn from(campaign: AuditedCampaign) -> Self {
        Self {
            status: campaign.status.into(),
            source: campaign.source,
            campaign_id: campaign.campaign_id.map(|id| id.0),
            key: campaign.key,
            name: campaign.name,
            channel: campaign.channel,
            amounts: campaign.amounts.into(),
        }
    }
}

impl From<AuditedTouches> for AuditedTouchesBody {
    fn from(touches: AuditedTouches) -> Self {
        Self {
            status: touches.status.into(),
            source: touches.source,
            channel: touches.channel,
            campaign_id: touches.campaign_id.map(|id| id.0),
            campaign: touches.campaign,
            touches: touches.touches,
            candidates: touches.candidates.into_iter().map(CandidateBody::from).collect(),
        }
    }
}

impl From<Candidate> for CandidateBody {
    fn from(candidate: Candidate) -> Self {
        Self {
            source: candidate.source,
            campaign_id: candidate.campaign_id.map(|id| id.0),
            key: candidate.key,
            name: candidate.name,
        }
    }
}
