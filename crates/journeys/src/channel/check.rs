//! What a set of rules must be to be saved.

use std::collections::HashSet;

use super::click_id::CLICK_IDS;
use super::rule::{Condition, Field, Operator, RuleSet};
use super::sites::SiteKind;

/// What is wrong, and where: a JSON pointer into the rules as the API spells them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    pub pointer: String,
    pub message: String,
}

const RULES_MAX: usize = 200;
const CONDITIONS_MAX: usize = 20;
const VALUES_MAX: usize = 200;
const HOSTS_MAX: usize = 500;
const TEXT_BYTES_MAX: usize = 200;

impl RuleSet {
    /// Everything that is wrong with the rules; none if they can be saved.
    pub fn complaints(&self) -> Vec<Complaint> {
        let mut complaints = Complaints(Vec::new());
        for (field, hosts) in [("own_hosts", &self.own_hosts), ("payment_hosts", &self.payment_hosts)] {
            if hosts.len() > HOSTS_MAX {
                complaints.add(format!("/{field}"), format!("{} hosts are too many: at most {HOSTS_MAX}", hosts.len()));
            }
            for (index, host) in hosts.iter().enumerate() {
                if !is_host(host) {
                    let message = format!("`{host}` is not a host: write it as shop.example.com, without https:// and path, in lower case");
                    complaints.add(format!("/{field}/{index}"), message);
                }
            }
        }
        if self.rules.is_empty() {
            complaints.add("/rules".to_owned(), "there is no rule: every touch would be without a channel".to_owned());
        }
        if self.rules.len() > RULES_MAX {
            complaints.add(
                "/rules".to_owned(),
                format!("{} rules are too many: at most {RULES_MAX}", self.rules.len()),
            );
        }
        let mut ids = HashSet::new();
        for (index, rule) in self.rules.iter().enumerate() {
            let at = |part: &str| format!("/rules/{index}{part}");
            if !is_id(&rule.id) {
                complaints.add(
                    at("/id"),
                    format!(
                        "`{}` is not an id: use lower-case letters, digits and `-`, at most 64, beginning with a letter",
                        rule.id
                    ),
                );
            } else if !ids.insert(rule.id.as_str()) {
                complaints.add(at("/id"), format!("an earlier rule has the id `{}`: every rule needs its own", rule.id));
            }
            complaints.text(at("/name"), &rule.name, "a name");
            complaints.text(at("/channel"), &rule.channel, "the channel that it gives");
            if let Some(source) = &rule.source {
                complaints.text(at("/source"), source, "the key of a source, or no `source` at all");
            }
            if rule.conditions.is_empty() {
                complaints.add(
                    at("/conditions"),
                    "a rule without a condition would never hold or always: add one".to_owned(),
                );
            }
            if rule.conditions.len() > CONDITIONS_MAX {
                complaints.add(
                    at("/conditions"),
                    format!("{} conditions are too many: at most {CONDITIONS_MAX}", rule.conditions.len()),
                );
            }
            for (number, condition) in rule.conditions.iter().enumerate() {
                check(condition, &at(&format!("/conditions/{number}")), &mut complaints);
            }
        }
        complaints.0
    }
}

struct Complaints(Vec<Complaint>);

impl Complaints {
    fn add(&mut self, pointer: String, message: String) {
        self.0.push(Complaint { pointer, message });
    }

    fn text(&mut self, pointer: String, text: &str, what: &str) {
        if text.trim().is_empty() || text.trim().len() != text.len() {
            self.add(pointer, format!("a rule needs {what}, without spaces around it"));
        } else if text.len() > TEXT_BYTES_MAX {
            self.add(pointer, format!("longer than {TEXT_BYTES_MAX} bytes: shorten it"));
        }
    }
}

fn check(condition: &Condition, at: &str, complaints: &mut Complaints) {
    let values = &condition.values;
    let operator = condition.operator.as_str();
    if !condition.operator.takes_values() {
        if !values.is_empty() {
            complaints.add(format!("{at}/values"), format!("`{operator}` compares with nothing: leave `values` out"));
        }
        return;
    }
    if values.is_empty() {
        complaints.add(format!("{at}/values"), format!("`{operator}` needs at least one value"));
    }
    if values.len() > VALUES_MAX {
        complaints.add(
            format!("{at}/values"),
            format!("{} values are too many: at most {VALUES_MAX}", values.len()),
        );
    }
    if condition.operator == Operator::Within && !matches!(condition.field, Field::Referrer | Field::Source | Field::UtmSource | Field::LandingHost) {
        let message = format!("`within` compares hosts, and `{}` is none: use `is` or `like`", condition.field.as_str());
        complaints.add(format!("{at}/operator"), message);
    }
    for (index, value) in values.iter().enumerate() {
        let place = format!("{at}/values/{index}");
        if value.trim().is_empty() || value.len() > TEXT_BYTES_MAX {
            complaints.add(
                place,
                format!("a value is a text of 1 to {TEXT_BYTES_MAX} bytes; for a field without a value use `is_empty`"),
            );
            continue;
        }
        // Other words would never hold, and nobody would notice.
        let known: Option<Vec<&str>> = match (condition.field, condition.operator) {
            (Field::ClickId, Operator::Is | Operator::IsNot) => Some(CLICK_IDS.to_vec()),
            (Field::ReferrerKind | Field::SourceKind, Operator::Is | Operator::IsNot) => {
                Some(SiteKind::ALL.iter().map(|kind| kind.as_str()).collect())
            }
            _ => None,
        };
        if let Some(known) = known.filter(|known| !known.iter().any(|known| known.eq_ignore_ascii_case(value))) {
            let suggestion = did_you_mean(value, &known);
            complaints.add(
                place,
                format!("`{value}` is no {}{suggestion}: use {}", condition.field.as_str(), known.join(", ")),
            );
        }
    }
}

fn is_id(id: &str) -> bool {
    id.len() <= 64
        && id.starts_with(|first: char| first.is_ascii_lowercase())
        && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn is_host(host: &str) -> bool {
    host.len() <= TEXT_BYTES_MAX
        && host.contains('.')
        && !host.starts_with(['.', '-'])
        && !host.ends_with('.')
        && host
            .chars()
            .all(|letter| letter.is_alphanumeric() && !letter.is_uppercase() || matches!(letter, '.' | '-'))
}

fn did_you_mean(value: &str, known: &[&str]) -> String {
    types::suggest::nearest(value, known.iter().copied())
        .map(|name| format!(" (did you mean `{name}`?)"))
        .unwrap_or_default()
}
