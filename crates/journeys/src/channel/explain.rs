//! Why a touch has its channel, in words.

use super::facts::Facts;
use super::rule::{Condition, Decision, Field, Match, Operator, Rule, RuleSet, Subject};

/// A decision and the way to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation<'r> {
    pub decision: Decision<'r>,
    /// Every rule that was asked, in order; the last one decided, unless none did.
    pub steps: Vec<Step<'r>>,
}

/// A rule that was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step<'r> {
    pub rule: &'r Rule,
    pub holds: bool,
    /// What held, or what did not.
    pub why: String,
}

impl RuleSet {
    /// The same decision as [`RuleSet::decide`], with what every rule up to it saw.
    pub fn explain(&self, facts: &Facts<'_>) -> Explanation<'_> {
        let subject = Subject::new(self, facts);
        let mut steps = Vec::new();
        for rule in &self.rules {
            let holds = rule.holds(&subject);
            steps.push(Step {
                rule,
                holds,
                why: why(rule, holds, &subject),
            });
            if holds {
                break;
            }
        }
        Explanation {
            decision: self.decide(facts),
            steps,
        }
    }
}

/// The conditions that settled it: all that held, or those that did not.
fn why(rule: &Rule, holds: bool, subject: &Subject<'_>) -> String {
    let told: Vec<String> = rule
        .conditions
        .iter()
        .filter(|condition| condition.holds(subject) == holds)
        .map(|condition| tell(condition, holds, subject.value(condition.field)))
        .collect();
    match (holds, rule.matches) {
        // One condition that fails is enough to pass over a rule that needs all.
        (false, Match::All) => told.into_iter().next().unwrap_or_default(),
        (true, Match::All | Match::Any) | (false, Match::Any) => told.join("; "),
    }
}

fn tell(condition: &Condition, holds: bool, value: Option<&str>) -> String {
    let field = label(condition.field);
    let Some(value) = value else {
        return format!("there is no {field}");
    };
    let known = condition.values.join(", ");
    let many = condition.values.len() > 1;
    let not = if holds { "" } else { "not " };
    match condition.operator {
        Operator::Is if many => format!("{field} `{value}` is {not}one of {known}"),
        Operator::Is => format!("{field} `{value}` is {not}{known}"),
        Operator::IsNot if holds => format!("{field} `{value}` is none of {known}"),
        Operator::IsNot => format!("{field} is `{value}`"),
        Operator::Contains => format!("{field} `{value}` does {not}contain {known}").replace("does contain", "contains"),
        Operator::BeginsWith => format!("{field} `{value}` does {not}begin with {known}").replace("does begin", "begins"),
        Operator::Like => format!("{field} `{value}` is {not}like {known}"),
        Operator::Within => format!("{field} `{value}` does {not}belong to {known}").replace("does belong", "belongs"),
        Operator::IsEmpty | Operator::IsFilled => format!("there is a {field}: `{value}`"),
    }
}

const fn label(field: Field) -> &'static str {
    match field {
        Field::DataSource => "data source",
        Field::UtmSource => "UTM source",
        Field::UtmMedium => "UTM medium",
        Field::UtmCampaign => "UTM campaign",
        Field::UtmContent => "UTM content",
        Field::UtmTerm => "UTM term",
        Field::ClickId => "click id",
        Field::Referrer => "referrer",
        Field::ReferrerKind => "kind of referrer",
        Field::Source => "UTM source or referrer",
        Field::SourceKind => "kind of source",
        Field::LandingHost => "landing host",
        Field::LandingPath => "landing path",
    }
}
