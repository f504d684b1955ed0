//! Rules, and the first of them that holds.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::facts::Facts;
use super::sites::{self, SiteKind};

/// The channel of touches that no rule knows.
pub const UNASSIGNED: &str = "Unassigned";

/// An organisation's rules, in the order in which they are asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSet {
    /// Hosts of the organisation's own pages beyond the landing page's: visits between them are no touches.
    #[serde(default)]
    pub own_hosts: Vec<String>,
    /// Payment pages beyond those known: a bank's page, a local provider.
    #[serde(default)]
    pub payment_hosts: Vec<String>,
    pub rules: Vec<Rule>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Stays the same when the rule is renamed or moved: touches store it.
    pub id: String,
    pub name: String,
    pub channel: String,
    /// Key of the source that reports the channel's spend, where there is one: a campaign id in the address is an id of this source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(rename = "match", default)]
    pub matches: Match,
    pub conditions: Vec<Condition>,
}

/// Whether all conditions must hold, or one is enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Match {
    #[default]
    All,
    Any,
}

/// A comparison of one field. It holds if one of the values fits (for `is_not`: none). Case never matters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    pub field: Field,
    pub operator: Operator,
    #[serde(default)]
    pub values: Vec<String>,
}

macro_rules! named_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

named_enum!(
    /// What a condition looks at.
    Field {
        /// Key of the source that the touch came from.
        DataSource = "data_source",
        UtmSource = "utm_source",
        UtmMedium = "utm_medium",
        UtmCampaign = "utm_campaign",
        UtmContent = "utm_content",
        UtmTerm = "utm_term",
        /// Kind of the click id: `gclid`, `fbclid` …
        ClickId = "click_id",
        /// Host of the referrer.
        Referrer = "referrer",
        /// What the referrer is: `search`, `social`, `video`, `shopping`, `email`, `ai`, `payment` or `own`.
        ReferrerKind = "referrer_kind",
        /// `utm_source`, or the referrer where there is none.
        Source = "source",
        /// What that is, in the words of `referrer_kind`.
        SourceKind = "source_kind",
        LandingHost = "landing_host",
        LandingPath = "landing_path",
    }
);

named_enum!(
    /// How a condition compares.
    Operator {
        Is = "is",
        IsNot = "is_not",
        Contains = "contains",
        BeginsWith = "begins_with",
        /// With `*` for any text: `*cp*`, `paid*`.
        Like = "like",
        /// A host: the value itself or a subdomain of it.
        Within = "within",
        IsEmpty = "is_empty",
        IsFilled = "is_filled",
    }
);

impl Operator {
    pub const fn takes_values(self) -> bool {
        match self {
            Self::Is | Self::IsNot | Self::Contains | Self::BeginsWith | Self::Like | Self::Within => true,
            Self::IsEmpty | Self::IsFilled => false,
        }
    }
}

/// What a rule says of a touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision<'r> {
    pub channel: &'r str,
    pub source: Option<&'r str>,
    /// None where no rule holds and the channel is [`UNASSIGNED`].
    pub rule: Option<&'r Rule>,
    /// The rule's place in the order, from 0.
    pub place: Option<usize>,
}

impl RuleSet {
    /// The channel of a touch: the first rule that holds says it.
    pub fn decide(&self, facts: &Facts<'_>) -> Decision<'_> {
        let subject = Subject::new(self, facts);
        let place = self.rules.iter().position(|rule| rule.holds(&subject));
        let rule = place.and_then(|place| self.rules.get(place));
        Decision {
            place,
            channel: rule.map_or(UNASSIGNED, |rule| &rule.channel),
            source: rule.and_then(|rule| rule.source.as_deref()),
            rule,
        }
    }
}

impl RuleSet {
    /// For channels that have one: the key of the source whose spend they are. Where rules of a channel differ, the first counts.
    pub fn channel_sources(&self) -> BTreeMap<String, String> {
        let mut sources = BTreeMap::new();
        for rule in &self.rules {
            if let Some(source) = &rule.source {
                sources.entry(rule.channel.clone()).or_insert_with(|| source.clone());
            }
        }
        sources
    }
}

/// Facts as this organisation sees them: it may know sites of its own.
#[derive(Debug)]
pub(super) struct Subject<'f> {
    facts: &'f Facts<'f>,
    referrer_kind: Option<SiteKind>,
    source_kind: Option<SiteKind>,
}

impl<'f> Subject<'f> {
    pub(super) fn new(rules: &RuleSet, facts: &'f Facts<'f>) -> Self {
        let listed = |hosts: &[String], host: &str| hosts.iter().any(|known| sites::is_within(host, known));
        let referrer_kind = match facts.referrer.as_deref() {
            Some(host) if listed(&rules.own_hosts, host) => Some(SiteKind::Own),
            Some(host) if listed(&rules.payment_hosts, host) => Some(SiteKind::Payment),
            Some(_) | None => facts.referrer_kind,
        };
        let source_kind = match facts.utm_source.as_deref() {
            Some(source) if rules.payment_hosts.iter().any(|known| known.eq_ignore_ascii_case(source)) => Some(SiteKind::Payment),
            Some(_) => facts.utm_source_kind,
            None => referrer_kind,
        };
        Self {
            facts,
            referrer_kind,
            source_kind,
        }
    }

    /// The value that a condition looks at.
    pub(super) fn value(&self, field: Field) -> Option<&str> {
        let facts = self.facts;
        match field {
            Field::DataSource => Some(facts.data_source).filter(|text| !text.is_empty()),
            Field::UtmSource => facts.utm_source.as_deref(),
            Field::UtmMedium => facts.utm_medium.as_deref(),
            Field::UtmCampaign => facts.utm_campaign.as_deref(),
            Field::UtmContent => facts.utm_content.as_deref(),
            Field::UtmTerm => facts.utm_term.as_deref(),
            Field::ClickId => facts.click_id_kind,
            Field::Referrer => facts.referrer.as_deref(),
            Field::ReferrerKind => self.referrer_kind.map(SiteKind::as_str),
            Field::Source => facts.utm_source.as_deref().or(facts.referrer.as_deref()),
            Field::SourceKind => self.source_kind.map(SiteKind::as_str),
            Field::LandingHost => facts.landing_host.as_deref(),
            Field::LandingPath => facts.landing_path.as_deref(),
        }
    }
}

impl Rule {
    pub(super) fn holds(&self, subject: &Subject<'_>) -> bool {
        let mut conditions = self.conditions.iter();
        match self.matches {
            Match::All => conditions.all(|condition| condition.holds(subject)),
            Match::Any => conditions.any(|condition| condition.holds(subject)),
        }
    }
}

impl Condition {
    pub(super) fn holds(&self, subject: &Subject<'_>) -> bool {
        let value = subject.value(self.field);
        match self.operator {
            Operator::IsEmpty => value.is_none(),
            Operator::IsFilled => value.is_some(),
            Operator::IsNot => value.is_none_or(|value| !self.values.iter().any(|known| same(known, value))),
            Operator::Is | Operator::Contains | Operator::BeginsWith | Operator::Like | Operator::Within => {
                let Some(value) = value else { return false };
                let value = lower(value);
                self.values.iter().any(|known| fits(self.operator, &lower(known), &value))
            }
        }
    }
}

/// Lower case; borrowed where it is already.
fn lower(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii()) {
        Cow::Owned(text.to_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

fn same(one: &str, other: &str) -> bool {
    lower(one) == lower(other)
}

/// Both texts are lower case.
fn fits(operator: Operator, known: &str, value: &str) -> bool {
    match operator {
        Operator::Is => value == known,
        Operator::Contains => value.contains(known),
        Operator::BeginsWith => value.starts_with(known),
        Operator::Like => is_like(known, value),
        Operator::Within => sites::is_within(value, known.strip_prefix("www.").unwrap_or(known)),
        Operator::IsNot | Operator::IsEmpty | Operator::IsFilled => false,
    }
}

/// Whether a text fits a pattern in which `*` stands for any text. The parts between the stars must come in their order, the first at the
/// beginning and the last at the end.
fn is_like(pattern: &str, value: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == value;
    };
    let Some(mut left) = value.strip_prefix(first) else { return false };
    let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    for part in middle.split('*').filter(|part| !part.is_empty()) {
        match left.find(part) {
            Some(at) => left = &left[at + part.len()..],
            None => return false,
        }
    }
    left.ends_with(last)
}
