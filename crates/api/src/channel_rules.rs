//! The organisation's channel rules, as they are stored and as the API writes them.

use authz::OrgContext;
use axum::http::HeaderValue;
use journeys::channel::{Complaint, Condition, Field, Match, Operator, Rule, RuleSet};
use metastore::{ChannelRules, Metastore};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::problem::{FieldError, Problem};

/// A version of the rules; 0 is what holds before anybody changed something.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    pub(crate) number: i64,
    pub(crate) rules: RuleSet,
    /// None for version 0.
    pub(crate) saved: Option<ChannelRules>,
}

impl Version {
    /// The rules that hold.
    pub(crate) async fn newest(metastore: &Metastore, context: &OrgContext) -> Result<Self, Problem> {
        match metastore.channel_rules(context).await? {
            Some(saved) => Self::of(saved),
            None => Ok(Self::standard()),
        }
    }

    /// Every version, newest first, version 0 included.
    pub(crate) async fn all(metastore: &Metastore, context: &OrgContext) -> Result<Vec<Self>, Problem> {
        let saved = metastore.channel_rules_history(context).await?;
        saved.into_iter().map(Self::of).chain([Ok(Self::standard())]).collect()
    }

    fn standard() -> Self {
        Self {
            number: 0,
            rules: RuleSet::standard(),
            saved: None,
        }
    }

    fn of(saved: ChannelRules) -> Result<Self, Problem> {
        Ok(Self {
            number: saved.version,
            rules: serde_json::from_str(&saved.json).map_err(|error| Problem::internal(&error))?,
            saved: Some(saved),
        })
    }

    /// Strong: it is compared when the rules are saved.
    pub(crate) fn tag(&self) -> HeaderValue {
        HeaderValue::from_str(&format!("\"channel-rules-{}\"", self.number)).expect("letters and digits")
    }
}

/// The number in a tag that [`Version::tag`] made.
pub(crate) fn version_of_tag(tag: &str) -> Option<i64> {
    tag.trim().strip_prefix("\"channel-rules-")?.strip_suffix('"')?.parse().ok()
}

/// Rules in the order in which they are asked: the first one that holds gives the touch its channel.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChannelRuleSet)]
pub(crate) struct RuleSetBody {
    /// Hosts of the organisation's own pages beyond the landing page's: visits between them are no touches.
    #[serde(default)]
    own_hosts: Vec<String>,
    /// Payment pages beyond those known: a bank's page, a local provider.
    #[serde(default)]
    payment_hosts: Vec<String>,
    rules: Vec<RuleBody>,
}

#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChannelRule)]
pub(crate) struct RuleBody {
    /// Lower-case letters, digits and `-`. It stays the same when the rule is renamed or moved: touches store it.
    id: String,
    name: String,
    /// `(payment provider)` and `(internal)` are never given credit.
    channel: String,
    /// Key of the source that reports the channel's spend: a campaign id in the address is an id of this source.
    source: Option<String>,
    #[serde(default, rename = "match")]
    matches: MatchBody,
    conditions: Vec<ConditionBody>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChannelRuleMatch)]
pub(crate) enum MatchBody {
    /// All conditions must hold.
    #[default]
    All,
    /// One is enough.
    Any,
}

/// A comparison of one field. It holds if one of the values fits (`is_not`: none). Case never matters.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChannelCondition)]
pub(crate) struct ConditionBody {
    field: FieldBody,
    operator: OperatorBody,
    #[serde(default)]
    values: Vec<String>,
}

macro_rules! mirror {
    ($(#[$doc:meta])* $body:ident as $schema:ident = $domain:ident { $($(#[$vdoc:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        #[schema(as = $schema)]
        pub(crate) enum $body { $($(#[$vdoc])* $variant),+ }

        impl From<$domain> for $body {
            fn from(value: $domain) -> Self {
                match value { $($domain::$variant => Self::$variant),+ }
            }
        }

        impl From<$body> for $domain {
            fn from(value: $body) -> Self {
                match value { $($body::$variant => Self::$variant),+ }
            }
        }
    };
}

mirror!(
    /// What a condition looks at.
    FieldBody as ChannelField = Field {
        /// Key of the source that the touch came from.
        DataSource,
        UtmSource,
        UtmMedium,
        UtmCampaign,
        UtmContent,
        UtmTerm,
        /// Kind of the click id: `gclid`, `fbclid` …
        ClickId,
        /// Host of the referrer, without `www.`.
        Referrer,
        /// `search`, `social`, `video`, `shopping`, `email`, `ai`, `payment` or `own`.
        ReferrerKind,
        /// `utm_source`, or the referrer where there is none.
        Source,
        /// What that is, in the words of `referrer_kind`.
        SourceKind,
        LandingHost,
        LandingPath,
    }
);

mirror!(
    /// How a condition compares.
    OperatorBody as ChannelOperator = Operator {
        Is,
        IsNot,
        Contains,
        BeginsWith,
        /// With `*` for any text: `*cp*`, `paid*`.
        Like,
        /// A host: the value itself or a subdomain of it.
        Within,
        IsEmpty,
        IsFilled,
    }
);

impl RuleSetBody {
    /// The rules, if they can be saved; `at` is the pointer of this object in the body.
    pub(crate) fn check(self, at: &str) -> Result<RuleSet, Problem> {
        let rules = RuleSet::from(self);
        let complaints = rules.complaints();
        if complaints.is_empty() {
            return Ok(rules);
        }
        let error = |complaint: Complaint| FieldError {
            pointer: format!("{at}{}", complaint.pointer),
            code: "invalid-rule".to_owned(),
            message: complaint.message,
            suggestion: None,
        };
        Err(Problem::invalid(complaints.into_iter().map(error).collect()))
    }
}

impl From<RuleSetBody> for RuleSet {
    fn from(body: RuleSetBody) -> Self {
        let condition = |condition: ConditionBody| Condition {
            field: condition.field.into(),
            operator: condition.operator.into(),
            values: condition.values,
        };
        let rule = |rule: RuleBody| Rule {
            id: rule.id,
            name: rule.name,
            channel: rule.channel,
            source: rule.source,
            matches: match rule.matches {
                MatchBody::All => Match::All,
                MatchBody::Any => Match::Any,
            },
            conditions: rule.conditions.into_iter().map(condition).collect(),
        };
        Self {
            own_hosts: body.own_hosts,
            payment_hosts: body.payment_hosts,
            rules: body.rules.into_iter().map(rule).collect(),
        }
    }
}

impl From<RuleSet> for RuleSetBody {
    fn from(rules: RuleSet) -> Self {
        let condition = |condition: Condition| ConditionBody {
            field: condition.field.into(),
            operator: condition.operator.into(),
            values: condition.values,
        };
        let rule = |rule: Rule| RuleBody {
            id: rule.id,
            name: rule.name,
            channel: rule.channel,
            source: rule.source,
            matches: match rule.matches {
                Match::All => MatchBody::All,
                Match::Any => MatchBody::Any,
            },
            conditions: rule.conditions.into_iter().map(condition).collect(),
        };
        Self {
            own_hosts: rules.own_hosts,
            payment_hosts: rules.payment_hosts,
            rules: rules.rules.into_iter().map(rule).collect(),
        }
    }
}
