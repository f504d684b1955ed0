//! Why a touch is not credited for a conversion.

use attribution::explain::{Fact, Reason, explain};
use attribution::{Kind, Settings, Variant};
use semantic::journey::JourneyEvent;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Pairs of touch and conversion that are explained at most.
const PAIRS_MAX: usize = 20_000;

/// A touch that a conversion does not credit, and why.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NotCredited)]
pub(super) struct NotCreditedBody {
    conversion_id: Uuid,
    touch_id: Uuid,
    /// `after_conversion`, `outside_window`, `no_window`, `earlier_journey`, `ignored_channel`, `direct_not_alone` or `not_counted`.
    reason: &'static str,
    /// The window that it is outside of.
    window_seconds: Option<i64>,
}

/// The touches that each conversion does not credit. `history` says which settings hold when; where it is empty, `settings` do.
pub(super) fn not_credited(events: &[JourneyEvent], settings: &Settings, history: &[Variant]) -> Vec<NotCreditedBody> {
    let facts: Vec<Fact<'_>> = events.iter().map(fact).collect();
    let mut found = Vec::new();
    for (at, sale) in facts.iter().enumerate().filter(|(_, fact)| fact.kind == Kind::Conversion) {
        let holds = history.iter().find(|variant| variant.interval.contains(&sale.time));
        for (touch, reason) in explain(holds.map_or(settings, |variant| &variant.settings), &facts, at) {
            let Some(name) = name(reason) else { continue };
            if found.len() >= PAIRS_MAX {
                return found;
            }
            found.push(NotCreditedBody {
                conversion_id: events[at].id.0,
                touch_id: events[touch].id.0,
                reason: name,
                window_seconds: match reason {
                    Reason::OutsideWindow { window_seconds } => Some(window_seconds),
                    _ => None,
                },
            });
        }
    }
    found
}

fn fact(event: &JourneyEvent) -> Fact<'_> {
    Fact {
        time: event.recorded_at.as_microsecond(),
        kind: match event.record_kind.as_str() {
            "touch" => Kind::Touch,
            "order" | "conversion" => Kind::Conversion,
            "refund" => Kind::Refund,
            _ => Kind::Other,
        },
        channel: event.channel.as_deref(),
        interaction: event.interaction_type.as_deref(),
        conversion_type: event.conversion_type.as_deref(),
    }
}

const fn name(reason: Reason) -> Option<&'static str> {
    match reason {
        Reason::Credited => None,
        Reason::AfterConversion => Some("after_conversion"),
        Reason::OutsideWindow { .. } => Some("outside_window"),
        Reason::NoWindow => Some("no_window"),
        Reason::EarlierJourney => Some("earlier_journey"),
        Reason::IgnoredChannel => Some("ignored_channel"),
        Reason::DirectNotAlone => Some("direct_not_alone"),
        Reason::NotCounted => Some("not_counted"),
    }
}
