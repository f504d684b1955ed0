//! What platforms say about themselves. Each claims every order that follows one of its own touches within its own window, and a few that
//! it only models: together they claim more than was sold.

use types::InteractionType;

use crate::channel::Channel;
use crate::media::Media;
use crate::people::{Order, Person, Touch};

const DAY: i64 = 86_400_000_000;

/// How a platform counts.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) setting: &'static str,
    click_window: i64,
    view_window: i64,
    /// Share of modelled conversions on top.
    modelled: f64,
    /// Whether a conversion is shared among the touches (data-driven) instead of given to the last one.
    shared: bool,
}

#[rustfmt::skip]
const RULES: [Rule; Channel::ADVERTISING] = [
    Rule { setting: "7d_click_1d_view",          click_window: 7 * DAY,  view_window: DAY,     modelled: 0.42, shared: false },
    Rule { setting: "30d_click_data_driven",     click_window: 30 * DAY, view_window: 0,       modelled: 0.05, shared: true },
    Rule { setting: "7d_click_1d_engaged_view",  click_window: 7 * DAY,  view_window: DAY,     modelled: 0.38, shared: false },
    Rule { setting: "30d_click_7d_view",         click_window: 30 * DAY, view_window: 7 * DAY, modelled: 0.30, shared: false },
];

/// Conversions in micros and their value in micros of the reporting currency.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Claim {
    pub(crate) conversions: i64,
    pub(crate) revenue: i64,
}

/// Claims by ad and day of the touch.
#[derive(Debug)]
pub(crate) struct Claims(Vec<Claim>, usize);

impl Claims {
    pub(crate) fn new(media: &Media) -> Self {
        Self(vec![Claim::default(); media.ads.len() * media.days()], media.days())
    }

    pub(crate) fn of(&self, ad: usize, day: usize) -> Claim {
        self.0[ad * self.1 + day]
    }

    pub(crate) fn record(&mut self, person: &Person) {
        for order in &person.orders {
            for (channel, rule) in Channel::ALL.into_iter().zip(&RULES) {
                self.claim(channel, rule, person, order);
            }
        }
    }

    fn claim(&mut self, channel: Channel, rule: &Rule, person: &Person, order: &Order) {
        let eligible = |touch: &&Touch| {
            let age = order.micros - touch.micros;
            let window = if touch.interaction == InteractionType::Click {
                rule.click_window
            } else {
                rule.view_window
            };
            touch.channel == channel && touch.ad.is_some() && (0..=window).contains(&age)
        };
        let touches = person.touches.iter().filter(eligible);
        let count = if rule.shared {
            touches.clone().count()
        } else {
            touches.clone().count().min(1)
        };
        let times = if order.modelled < rule.modelled { 2 } else { 1 };
        let count = i64::try_from(count).unwrap_or(1);
        let part = |whole: i64, index: i64| whole * (index + 1) / count - whole * index / count;
        for (index, touch) in (0..count).zip(touches.rev()) {
            let ad = usize::from(touch.ad.unwrap_or_default());
            let claim = &mut self.0[ad * self.1 + usize::from(touch.day)];
            claim.conversions += times * part(1_000_000, index);
            claim.revenue += times * part(order.reporting.micros, index);
        }
    }
}

pub(crate) fn rule(channel: Channel) -> Option<&'static Rule> {
    RULES.get(channel.index())
}
