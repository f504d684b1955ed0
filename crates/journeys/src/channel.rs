//! The channel of a touch, from what is known of it: source, UTM parameters, click id, referrer, landing page.
//!
//! [`Raw`] facts, as a file or an event has them, become [`Facts`]: parameters read from the address, texts lower-cased, sites told apart.
//! A [`RuleSet`] is asked in its order; the first rule whose conditions hold decides ([`Decision`]), and [`RuleSet::explain`] also says why
//! each rule before it was passed over. [`RuleSet::standard`] is what an organisation has until it changes something.
//!
//! Two decisions are channels in name only: [`PAYMENT_PROVIDER`] (somebody comes back from paying) and [`INTERNAL`] (somebody goes from
//! page to page of the shop). Neither brought the customer, so neither is ever given credit: [`IGNORED`].

mod check;
mod click_id;
mod defaults;
mod explain;
mod facts;
mod rule;
mod sites;

pub use check::Complaint;
pub use click_id::{CLICK_IDS, split_click_id};
pub use explain::{Explanation, Step};
pub use facts::{Facts, Raw};
pub use rule::{Condition, Decision, Field, Match, Operator, Rule, RuleSet, UNASSIGNED};
pub use sites::SiteKind;

/// The name of the channel of touches that come back from a payment page.
pub const PAYMENT_PROVIDER: &str = "(payment provider)";
/// The name of the channel of touches that come from the shop's own pages.
pub const INTERNAL: &str = "(internal)";
/// Channels that are never given credit.
pub const IGNORED: [&str; 2] = [PAYMENT_PROVIDER, INTERNAL];

#[cfg(test)]
mod tests;
