//! Why each touch of a customer is, or is not, credited for a conversion. The same rules as [`crate::Pass`] applies to millions of touches,
//! written for one conversion at a time; a property test holds the two together.

use serde::Serialize;

use crate::window::Windows;
use crate::{Counted, Direct, Journey, Kind, Settings};

/// A row of a customer's journey, in order of (time, kind, sequence).
#[derive(Clone, Copy, Debug)]
pub struct Fact<'a> {
    /// UTC microseconds.
    pub time: i64,
    pub kind: Kind,
    pub channel: Option<&'a str>,
    pub interaction: Option<&'a str>,
    /// Of a conversion: `purchase` where there is none.
    pub conversion_type: Option<&'a str>,
}

/// What became of a touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
pub enum Reason {
    Credited,
    /// It came after the conversion.
    AfterConversion,
    /// It is older than its window.
    OutsideWindow {
        window_seconds: i64,
    },
    /// A rule gives its channel, interaction and conversion type no window at all.
    NoWindow,
    /// An earlier conversion closed the journey that it belongs to.
    EarlierJourney,
    /// Its channel is never credited, such as a payment provider's return visit.
    IgnoredChannel,
    /// A direct visit, and another touch is known.
    DirectNotAlone,
    /// The conversion is not counted under the settings.
    NotCounted,
}

/// The reason for every touch among the facts, by position, for the conversion at `conversion`.
pub fn explain(settings: &Settings, facts: &[Fact<'_>], conversion: usize) -> Vec<(usize, Reason)> {
    let sale = &facts[conversion];
    let kind = conversion_type(sale);
    let is_counted = settings.conversion_type_code(kind).is_some() && is_chosen(settings, facts, conversion);
    let closed = closed_at(settings, facts, conversion).filter(|_| settings.journey == Journey::Closed);
    let windows = Windows::new(settings);
    let mut reasons: Vec<(usize, Reason)> = Vec::new();
    for (at, touch) in facts.iter().enumerate().filter(|(_, fact)| fact.kind == Kind::Touch) {
        let window_seconds = settings.window(touch.channel, touch.interaction, kind);
        let reason = if !is_counted {
            Reason::NotCounted
        } else if touch.time > sale.time {
            Reason::AfterConversion
        } else if is_among(&settings.ignored_channels, touch.channel) {
            Reason::IgnoredChannel
        } else if window_seconds == 0 {
            Reason::NoWindow
        } else if touch.time < windows.earliest_within(sale.time, window_seconds) {
            Reason::OutsideWindow { window_seconds }
        } else if closed.is_some_and(|closed| touch.time <= closed) {
            Reason::EarlierJourney
        } else {
            Reason::Credited
        };
        reasons.push((at, reason));
    }
    let is_direct = |at: usize| is_among(&settings.direct_channels, facts[at].channel);
    let has_known = reasons.iter().any(|(at, reason)| *reason == Reason::Credited && !is_direct(*at));
    if settings.direct == Direct::OnlyAlone && has_known {
        for (at, reason) in &mut reasons {
            if *reason == Reason::Credited && is_direct(*at) {
                *reason = Reason::DirectNotAlone;
            }
        }
    }
    reasons
}

fn is_among(names: &[String], channel: Option<&str>) -> bool {
    channel.is_some_and(|channel| names.iter().any(|name| name == channel))
}

fn conversion_type<'a>(fact: &Fact<'a>) -> &'a str {
    fact.conversion_type.unwrap_or("purchase")
}

/// Positions of the conversions of the same type.
fn alike<'a>(facts: &'a [Fact<'a>], conversion: usize) -> impl DoubleEndedIterator<Item = usize> + 'a {
    let kind = conversion_type(&facts[conversion]);
    (0..facts.len()).filter(move |at| facts[*at].kind == Kind::Conversion && conversion_type(&facts[*at]) == kind)
}

fn is_chosen(settings: &Settings, facts: &[Fact<'_>], conversion: usize) -> bool {
    match settings.counted {
        Counted::Every => true,
        Counted::First => alike(facts, conversion).next() == Some(conversion),
        Counted::Last => alike(facts, conversion).next_back() == Some(conversion),
    }
}

/// Instant of the last counted conversion of the type at an earlier instant.
fn closed_at(settings: &Settings, facts: &[Fact<'_>], conversion: usize) -> Option<i64> {
    alike(facts, conversion)
        .filter(|at| is_chosen(settings, facts, *at))
        .map(|at| facts[at].time)
        .filter(|time| *time < facts[conversion].time)
        .max()
}

#[cfg(test)]
mod tests;
