//! The rule by which a platform counts, read from what its rows say: `7d_click_1d_view`.

use serde::Serialize;

const DAY_SECONDS: i64 = 86_400;
/// Longest window that a platform may state; beyond it the text means something else.
const DAYS_MAX: i64 = 400;

/// Longest age of a touch that a platform still claims, by interaction; none where it claims nothing of the kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Clicks, and visits that name no interaction.
    pub click_seconds: Option<i64>,
    pub view_seconds: Option<i64>,
    /// The view window where the platform states none of its own.
    pub engaged_view_seconds: Option<i64>,
    /// Opened messages.
    pub open_seconds: Option<i64>,
    /// A conversion is shared among the platform's own touches (data-driven); otherwise the last of them has it whole.
    pub is_shared: bool,
}

impl Rule {
    /// Reads an attribution setting. Words are separated by anything but letters and digits, in any case: `7d_click_1d_view`,
    /// `7d_click,1d_view`, `30d_click_data_driven`, `1d_engaged_view`, `1d_ev`, `12h_view`, `5d_open`. None for anything else, such as
    /// `default`: a rule that is guessed would explain differences that nobody knows.
    pub fn parse(setting: &str) -> Option<Self> {
        let lower = setting.to_lowercase();
        let mut words = lower
            .split(|letter: char| !letter.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .peekable();
        let mut rule = Self::default();
        while let Some(word) = words.next() {
            if let Some(seconds) = seconds(word) {
                let (window, is_new) = match words.next()? {
                    "click" | "clicks" => (&mut rule.click_seconds, true),
                    "view" | "views" => (&mut rule.view_seconds, true),
                    "ev" => (&mut rule.engaged_view_seconds, true),
                    "engaged" => (&mut rule.engaged_view_seconds, words.next().is_some_and(|word| word.starts_with("view"))),
                    "open" | "opens" => (&mut rule.open_seconds, true),
                    _ => return None,
                };
                if !is_new || window.replace(seconds).is_some() {
                    return None;
                }
            } else if word == "dda" || (word == "data" && words.next_if_eq(&"driven").is_some()) {
                rule.is_shared = true;
            } else if word != "last" || words.next_if(|word| ["click", "touch"].contains(word)).is_none() {
                return None;
            }
        }
        if rule.engaged_view_seconds.is_none() {
            rule.engaged_view_seconds = rule.view_seconds;
        }
        (rule.longest_seconds() > 0).then_some(rule)
    }

    /// The longest of the windows.
    pub fn longest_seconds(&self) -> i64 {
        [self.click_seconds, self.view_seconds, self.engaged_view_seconds, self.open_seconds]
            .into_iter()
            .flatten()
            .max()
            .unwrap_or(0)
    }
}

/// `7d` or `12h`.
fn seconds(word: &str) -> Option<i64> {
    let (number, unit) = match (word.strip_suffix('d'), word.strip_suffix('h')) {
        (Some(number), _) => (number, DAY_SECONDS),
        (None, Some(number)) => (number, 3_600),
        (None, None) => return None,
    };
    let number: i64 = number.parse().ok()?;
    let seconds = number.checked_mul(unit)?;
    (0..=DAYS_MAX * DAY_SECONDS).contains(&seconds).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    const D: i64 = DAY_SECONDS;

    fn rule(click: Option<i64>, view: Option<i64>, engaged: Option<i64>, open: Option<i64>, is_shared: bool) -> Option<Rule> {
        Some(Rule {
            click_seconds: click,
            view_seconds: view,
            engaged_view_seconds: engaged,
            open_seconds: open,
            is_shared,
        })
    }

    #[test]
    fn settings_are_read_as_platforms_write_them() {
        let table = [
            ("7d_click_1d_view", rule(Some(7 * D), Some(D), Some(D), None, false)),
            ("7d_click, 1d_view", rule(Some(7 * D), Some(D), Some(D), None, false)),
            ("30d_click_data_driven", rule(Some(30 * D), None, None, None, true)),
            ("7d_click_1d_engaged_view", rule(Some(7 * D), None, Some(D), None, false)),
            ("7D_CLICK_1D_EV_12H_VIEW", rule(Some(7 * D), Some(D / 2), Some(D), None, false)),
            ("5d_click_2d_open", rule(Some(5 * D), None, None, Some(2 * D), false)),
            ("30d_click_last_click", rule(Some(30 * D), None, None, None, false)),
            ("28d_click_dda", rule(Some(28 * D), None, None, None, true)),
        ];
        for (text, expected) in table {
            assert_eq!(Rule::parse(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_a_rule_is_not_guessed() {
        for text in [
            "",
            "default",
            "7d",
            "7d_like",
            "0d_click",
            "999d_click",
            "7d_click_7d_click",
            "data",
            "last",
            "-1d_click x",
            "skan",
            "7d_engaged",
        ] {
            assert_eq!(Rule::parse(text), None, "{text}");
        }
    }
}
