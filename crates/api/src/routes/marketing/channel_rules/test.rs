//! Trying out channel rules: on one touch, and on the touches of the last four weeks.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use journeys::channel::{CLICK_IDS, Facts, Raw, RuleSet, split_click_id};
use semantic::campaign_audit;
use semantic::channel_effect::{self, ChannelEffect};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ask::{Defaults, ask};
use crate::channel_rules::{RuleSetBody, Version};
use crate::day_range;
use crate::gate::Caller;
use crate::problem::Problem;
use crate::request::Body;
use crate::state::Shared;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TestChannelRules)]
pub(crate) struct TestBody {
    /// The touch; everything is optional, an empty one is a direct visit.
    #[serde(default)]
    touch: TouchBody,
    /// Rules to try; the organisation's own if absent.
    set: Option<RuleSetBody>,
    /// Also count the touches of the last 28 full days that these rules would give another channel.
    #[serde(default)]
    with_effect: bool,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TestTouch)]
pub(crate) struct TouchBody {
    data_source: Option<String>,
    utm_source: Option<String>,
    utm_medium: Option<String>,
    utm_campaign: Option<String>,
    utm_content: Option<String>,
    utm_term: Option<String>,
    /// Kind and value: `gclid:Cj0K`.
    click_id: Option<String>,
    /// Address or host.
    referrer: Option<String>,
    /// Its parameters stand in for those that are not given otherwise.
    landing_page: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChannelDecision)]
pub(crate) struct DecisionBody {
    channel: String,
    /// Whether touches of this channel are credited by default: return visits from payment pages and steps within the own site are not.
    is_ignored: bool,
    /// Key of the source that reports the channel's spend.
    source: Option<String>,
    /// The rule that decided; absent where none holds.
    rule_id: Option<String>,
    /// Every rule that was asked, in order.
    steps: Vec<StepBody>,
    facts: FactsBody,
    effect: Option<EffectBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChannelStep)]
struct StepBody {
    rule_id: String,
    name: String,
    holds: bool,
    /// What held, or what did not.
    why: String,
}

/// What was read from the touch.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChannelFacts)]
struct FactsBody {
    utm_source: Option<String>,
    utm_medium: Option<String>,
    utm_campaign: Option<String>,
    utm_content: Option<String>,
    utm_term: Option<String>,
    /// Kind of the click id.
    click_id: Option<String>,
    /// The campaign's id at its platform, if the address has it.
    campaign_key: Option<String>,
    /// Host, without `www.`.
    referrer: Option<String>,
    landing_host: Option<String>,
    landing_path: Option<String>,
}

/// Touches of the last 28 full days whose channel the rules gave.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChannelEffect)]
struct EffectBody {
    from: String,
    to: String,
    touches: i64,
    /// Those that would get another channel.
    changed: i64,
    /// Most touches first.
    moves: Vec<MoveBody>,
    /// True where the touches differ in more ways than were read.
    is_truncated: bool,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChannelMove)]
struct MoveBody {
    from: String,
    to: String,
    touches: i64,
}

/// Which channel a touch would get, and why each rule before was passed over. Nothing is saved.
#[utoipa::path(
    post, path = "/api/marketing/channel-rules/test", operation_id = "test_channel_rules", tag = "marketing", request_body = TestBody,
    responses((status = 200, description = "The decision and the way to it", body = DecisionBody))
)]
pub(crate) async fn handler(State(shared): State<Arc<Shared>>, caller: Caller, Body(body): Body<TestBody>) -> Result<Json<DecisionBody>, Problem> {
    let rules = match body.set {
        Some(set) => set.check("/set")?,
        None => Version::newest(&shared.app.metastore, &caller.context).await?.rules,
    };
    let touch = &body.touch;
    let click_id = touch.click_id.as_deref().filter(|text| !text.trim().is_empty());
    if let Some(text) = click_id
        && split_click_id(text).is_none()
    {
        let message = format!(
            "`{text}` is no click id: write its kind and its value, such as gclid:Cj0K; known are {}",
            CLICK_IDS.join(", ")
        );
        return Err(Problem::invalid_field("/touch/click_id", "unknown-value", message));
    }
    let effect = if body.with_effect {
        Some(effect(&shared, &caller, &rules).await?)
    } else {
        None
    };
    let facts = Facts::of(&Raw {
        data_source: touch.data_source.as_deref().unwrap_or("collector"),
        utm_source: touch.utm_source.as_deref(),
        utm_medium: touch.utm_medium.as_deref(),
        utm_campaign: touch.utm_campaign.as_deref(),
        utm_content: touch.utm_content.as_deref(),
        utm_term: touch.utm_term.as_deref(),
        click_id: click_id.and_then(split_click_id),
        referrer: touch.referrer.as_deref(),
        landing_page: touch.landing_page.as_deref(),
    });
    Ok(Json(DecisionBody::new(&rules, &facts, effect)))
}

async fn effect(shared: &Shared, caller: &Caller, rules: &RuleSet) -> Result<EffectBody, Problem> {
    let defaults = Defaults::load(shared, &caller.context).await?;
    let (from, to) = day_range::resolve(None, None, &defaults.zone, shared.app.clock.now())?;
    let range = campaign_audit::range(&from, &to, &defaults.zone)?;
    let raw = ask(shared, &caller.context, &channel_effect::plan(&range)).await?;
    let ChannelEffect {
        touches,
        changed,
        moves,
        is_truncated,
        ..
    } = channel_effect::finish(&raw, rules);
    Ok(EffectBody {
        from,
        to,
        touches,
        changed,
        moves: moves
            .into_iter()
            .map(|step| MoveBody {
                from: step.from,
                to: step.to,
                touches: step.touches,
            })
            .collect(),
        is_truncated,
    })
}

impl DecisionBody {
    fn new(rules: &RuleSet, facts: &Facts<'_>, effect: Option<EffectBody>) -> Self {
        let explanation = rules.explain(facts);
        let decision = explanation.decision;
        let owned = |text: &Option<std::borrow::Cow<'_, str>>| text.as_deref().map(str::to_owned);
        Self {
            channel: decision.channel.to_owned(),
            is_ignored: journeys::channel::IGNORED.contains(&decision.channel),
            source: decision.source.map(str::to_owned),
            rule_id: decision.rule.map(|rule| rule.id.clone()),
            steps: explanation
                .steps
                .into_iter()
                .map(|step| StepBody {
                    rule_id: step.rule.id.clone(),
                    name: step.rule.name.clone(),
                    holds: step.holds,
                    why: step.why,
                })
                .collect(),
            facts: FactsBody {
                utm_source: owned(&facts.utm_source),
                utm_medium: owned(&facts.utm_medium),
                utm_campaign: owned(&facts.utm_campaign),
                utm_content: owned(&facts.utm_content),
                utm_term: owned(&facts.utm_term),
                click_id: facts.click_id_kind.map(str::to_owned),
                campaign_key: owned(&facts.campaign_key),
                referrer: facts.referrer.clone(),
                landing_host: facts.landing_host.clone(),
                landing_path: facts.landing_path.clone(),
            },
            effect,
        }
    }
}
