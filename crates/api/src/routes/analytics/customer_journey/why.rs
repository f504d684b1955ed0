//! Why a touch has its channel: the rule that decided, and what it saw.

use journeys::channel::{Facts, IGNORED, Raw, split_click_id};
use semantic::journey::JourneyEvent;
use serde::Serialize;
use utoipa::ToSchema;

use crate::channel_rules::Version;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WhyThisChannel)]
pub(super) struct WhyBody {
    /// In words.
    text: String,
    /// The rule that gave the channel; absent where the source named it.
    rule_id: Option<String>,
    /// The rule's name in the version that decided.
    rule_name: Option<String>,
    /// Version of the channel rules.
    rule_version: Option<i64>,
    utm_source: Option<String>,
    utm_medium: Option<String>,
    utm_campaign: Option<String>,
    utm_content: Option<String>,
    utm_term: Option<String>,
    referrer: Option<String>,
    landing_page: Option<String>,
    /// Kind and value.
    click_id: Option<String>,
}

impl WhyBody {
    pub(super) fn new(event: &JourneyEvent, versions: &[Version]) -> Self {
        let evidence = event.evidence.clone();
        let (rule_id, rule_version) = match evidence.channel_rule.as_deref().and_then(|label| label.rsplit_once('@')) {
            Some((id, version)) => (Some(id.to_owned()), version.parse().ok()),
            None => (None, None),
        };
        let (text, rule_name) = text(event, rule_id.as_deref(), rule_version, versions);
        Self {
            text,
            rule_name,
            rule_version,
            rule_id: rule_id.filter(|id| id != "-"),
            utm_source: evidence.utm_source,
            utm_medium: evidence.utm_medium,
            utm_campaign: evidence.utm_campaign,
            utm_content: evidence.utm_content,
            utm_term: evidence.utm_term,
            referrer: evidence.referrer,
            landing_page: evidence.landing_page,
            click_id: evidence.click_id,
        }
    }
}

/// The sentence, and the rule's name.
fn text(event: &JourneyEvent, rule_id: Option<&str>, rule_version: Option<i64>, versions: &[Version]) -> (String, Option<String>) {
    let Some(id) = rule_id else {
        return (format!("The source `{}` names the channel itself.", event.data_source), None);
    };
    if id == "-" {
        return ("No channel rule holds for what is known of this touch.".to_owned(), None);
    }
    let Some(version) = versions.iter().find(|version| Some(version.number) == rule_version) else {
        return (
            format!("The rule `{id}` gave the channel, in a version of the rules that is not known here."),
            None,
        );
    };
    let evidence = &event.evidence;
    let facts = Facts::of(&Raw {
        data_source: &event.data_source,
        utm_source: evidence.utm_source.as_deref(),
        utm_medium: evidence.utm_medium.as_deref(),
        utm_campaign: evidence.utm_campaign.as_deref(),
        utm_content: evidence.utm_content.as_deref(),
        utm_term: evidence.utm_term.as_deref(),
        click_id: evidence.click_id.as_deref().and_then(split_click_id),
        referrer: evidence.referrer.as_deref(),
        landing_page: evidence.landing_page.as_deref(),
    });
    let explanation = version.rules.explain(&facts);
    let name = version.rules.rules.iter().find(|rule| rule.id == id).map(|rule| rule.name.clone());
    let seen = explanation
        .steps
        .last()
        .filter(|step| step.holds && step.rule.id == id)
        .map(|step| step.why.clone());
    let channel = event.channel.as_deref().unwrap_or_default();
    let consequence = match channel {
        ignored if IGNORED.contains(&ignored) => " It is never given credit.",
        "Direct" => " It never takes the place of a known touch under the last non-direct model.",
        _ => "",
    };
    let sentence = match seen {
        Some(seen) => format!("{seen}."),
        None => format!("The rule `{id}` gave it."),
    };
    let mut letters = sentence.chars();
    let sentence: String = letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default();
    (sentence + consequence, name)
}
