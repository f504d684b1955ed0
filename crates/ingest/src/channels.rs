//! The organisation's channel rules, put to touches as they come in.

use std::borrow::Cow;

use authz::OrgContext;
use journeys::channel::{Facts, Raw, RuleSet, UNASSIGNED, split_click_id};
use metastore::Metastore;

use crate::error::{Error, Result};

/// The rules and the version that touches store.
#[derive(Debug)]
pub(crate) struct Channels {
    rules: RuleSet,
    /// What the column `channel_rule` says of each rule, then of none.
    labels: Vec<String>,
}

/// What a decision gives a touch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Given<'r> {
    pub(crate) channel: &'r str,
    pub(crate) rule: Option<&'r str>,
}

/// What is known of a touch.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Evidence<'a> {
    pub(crate) data_source: &'a str,
    /// Whether the source names the channel: then the rules are not asked for it.
    pub(crate) has_channel: bool,
    /// Source, medium, campaign, content, term.
    pub(crate) utm: [Option<&'a str>; 5],
    /// As the column has it: `gclid:Cj0K`.
    pub(crate) click_id: Option<&'a str>,
    /// From a field of its own.
    pub(crate) click_id_parts: Option<(&'static str, &'a str)>,
    pub(crate) referrer: Option<&'a str>,
    pub(crate) landing_page: Option<&'a str>,
}

/// What the evidence says beyond what it holds literally. Kept from row to row, so that a row that says nothing costs nothing.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) utm: [Option<String>; 5],
    pub(crate) click_id: Option<String>,
    /// The campaign's id at the platform.
    pub(crate) campaign_key: Option<String>,
    /// The rule that gives the channel, by place; the inner None is no rule. The outer None where the source names the channel.
    pub(crate) decision: Option<Option<usize>>,
    /// The rule whose source's campaigns the address names.
    pub(crate) source_place: Option<usize>,
}

impl Channels {
    /// The organisation's rules, or those that hold until it changes something.
    pub(crate) async fn load(metastore: &Metastore, context: &OrgContext) -> Result<Self> {
        match metastore.channel_rules(context).await? {
            None => Ok(Self::standard()),
            Some(saved) => match serde_json::from_str(&saved.json) {
                Ok(rules) => Ok(Self::new(rules, saved.version)),
                Err(source) => Err(Error::ChannelRules {
                    version: saved.version,
                    source,
                }),
            },
        }
    }

    pub(crate) fn standard() -> Self {
        Self::new(RuleSet::standard(), 0)
    }

    fn new(rules: RuleSet, version: i64) -> Self {
        let labels = rules.rules.iter().map(|rule| format!("{}@{version}", rule.id));
        Self {
            labels: labels.chain([format!("-@{version}")]).collect(),
            rules,
        }
    }

    /// Reads the evidence.
    pub(crate) fn tell(&self, evidence: &Evidence<'_>, told: &mut Told) {
        let [utm_source, utm_medium, utm_campaign, utm_content, utm_term] = evidence.utm;
        let facts = Facts::of(&Raw {
            data_source: evidence.data_source,
            utm_source,
            utm_medium,
            utm_campaign,
            utm_content,
            utm_term,
            click_id: evidence.click_id.and_then(split_click_id).or(evidence.click_id_parts),
            referrer: evidence.referrer,
            landing_page: evidence.landing_page,
        });
        let place = self.rules.decide(&facts).place;
        told.decision = (!evidence.has_channel).then_some(place);
        told.source_place = place;
        told.click_id = match (evidence.click_id, facts.click_id_kind, &facts.click_id) {
            (None, Some(kind), Some(value)) => Some(format!("{kind}:{value}")),
            (None, None | Some(_), _) | (Some(_), _, _) => None,
        };
        told.campaign_key = facts.campaign_key.map(Cow::into_owned);
        let read = [facts.utm_source, facts.utm_medium, facts.utm_campaign, facts.utm_content, facts.utm_term];
        for (slot, text) in told.utm.iter_mut().zip(read) {
            // What the row has already is borrowed from it.
            *slot = text.and_then(|text| match text {
                Cow::Owned(text) => Some(text),
                Cow::Borrowed(_) => None,
            });
        }
    }

    pub(crate) fn given(&self, place: Option<usize>) -> Given<'_> {
        let rule = place.and_then(|place| self.rules.rules.get(place));
        let label = place.unwrap_or(self.rules.rules.len());
        Given {
            channel: rule.map_or(UNASSIGNED, |rule| &rule.channel),
            rule: self.labels.get(label).map(String::as_str),
        }
    }

    /// Key of the source that reports the spend of the rule's channel.
    pub(crate) fn source(&self, place: usize) -> Option<&str> {
        self.rules.rules.get(place).and_then(|rule| rule.source.as_deref())
    }
}
