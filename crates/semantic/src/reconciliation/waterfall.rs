//! From sums to bars that add up in whole minor units.

use serde::Serialize;
use types::Currency;
use types::money::{format_amount, parse_micros, round_half_even};

use super::claims::Claim;
use super::orders::{Class, Orders, Parts, Sums};
use super::{Claimers, OverClaim, Reconciliation};
use crate::attribution_table::AttributionTable;
use crate::result::Cell;

/// Conversions are shown in hundredths.
const CONVERSION_UNIT: i128 = 10_000;

/// What a bar is. Levels stand on the ground, steps lead from one level to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BarKind {
    /// Level: what platforms claim.
    Claimed,
    /// Claims of which no order of ours is known: modelled, untracked, or not ours.
    UnknownOrders,
    /// Orders that follow a view without a click.
    ViewThrough,
    /// The platform looks back further than we do.
    WindowDifference,
    /// A second platform can claim the order as well.
    Overlap,
    /// Given to channels that claim nothing: e-mail, organic search, direct …
    OtherChannels,
    /// Given to the platform on days outside the range.
    OtherDays,
    /// We look back further than the platform does.
    LongerWindow,
    Refunds,
    /// What none of the other steps explains.
    Unexplained,
    /// Level: what our model gives the platforms.
    Attributed,
    /// What our model gives channels whose platforms claim nothing.
    OtherCredit,
    /// Nobody earned it.
    Unattributed,
    /// Orders of the range whose credit is dated on other days, less credit of the range for orders of other days.
    OrdersOfOtherDays,
    /// Level: orders and conversions of the range, net of refunds.
    Orders,
}

impl BarKind {
    pub const fn is_level(self) -> bool {
        matches!(self, Self::Claimed | Self::Attributed | Self::Orders)
    }

    /// In a marketer's words.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Claimed => "Claimed by platforms",
            Self::UnknownOrders => "Orders we do not know",
            Self::ViewThrough => "View-through",
            Self::WindowDifference => "Longer platform window",
            Self::Overlap => "Claimed by two or more",
            Self::OtherChannels => "Given to channels that claim nothing",
            Self::OtherDays => "Credited on other days",
            Self::LongerWindow => "Our longer window",
            Self::Refunds => "Refunds",
            Self::Unexplained => "Unexplained",
            Self::Attributed => "Attributed to platforms",
            Self::OtherCredit => "Attributed to other channels",
            Self::Unattributed => "Unattributed",
            Self::OrdersOfOtherDays => "Dated on other days",
            Self::Orders => "Orders",
        }
    }
}

/// One bar. A step's figures are what it adds; what it takes away is negative.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bar {
    pub kind: BarKind,
    #[serde(flatten)]
    pub figure: Figure,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// Decimal text in whole minor units of the reporting currency; none where the platform states no value.
    pub revenue: Option<String>,
    /// To the hundredth.
    pub conversions: f64,
}

/// One platform's way from its claim to our credit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlatformWaterfall {
    /// The channel, or the source where its rows name no channel.
    pub platform: String,
    /// Whether the platform's rows name a channel.
    pub has_channel: bool,
    pub sources: Vec<String>,
    /// As its rows state them, the one with most conversions first.
    pub settings: Vec<String>,
    /// The rule that was read from the first setting.
    pub rule: Option<super::Rule>,
    /// From claimed to attributed; the steps between add up exactly.
    pub bars: Vec<Bar>,
    /// Claimed over attributed.
    pub over_claim: OverClaim,
    /// The steps that make the claim larger than our credit, the largest first.
    pub reasons: Vec<BarKind>,
    /// Orders that the platform could claim on days of the range.
    pub claimable_orders: i64,
}

/// One measure of a waterfall, in whole units: a level, the steps, a level.
#[derive(Clone, Debug, Default)]
struct Steps {
    claimed: i128,
    steps: Vec<(BarKind, i128)>,
    attributed: i128,
}

const STEPS: [BarKind; 9] = [
    BarKind::UnknownOrders,
    BarKind::ViewThrough,
    BarKind::WindowDifference,
    BarKind::Overlap,
    BarKind::OtherChannels,
    BarKind::OtherDays,
    BarKind::LongerWindow,
    BarKind::Refunds,
    BarKind::Unexplained,
];

/// Everything but the question's own words.
pub(super) fn reconcile(claims: &[Claim], orders: &Orders, attributed: &AttributionTable, sold: &[Cell], currency: Currency) -> Reconciliation {
    let unit = i128::from(currency.micros_per_minor_unit());
    let nothing = std::collections::BTreeMap::new();
    let mut warnings = Vec::new();
    let mut all = Vec::with_capacity(claims.len());
    for claim in claims {
        let classes = claim
            .channel
            .as_ref()
            .and_then(|channel| orders.by_channel.get(channel))
            .unwrap_or(&nothing);
        let of_class = |class: Class| classes.get(&class).copied().unwrap_or_default();
        let (credit, share) = credited(attributed, claim.channel.as_deref());
        let is_explained = claim.reproducible().is_some();
        let measure = |claimed: i128, parts: fn(&Sums) -> Parts, refunded: i128, credit: i128, unit: i128, is_money: bool| {
            let sums = |class| parts(&of_class(class));
            let total = [Class::ViewThrough, Class::OutsideOurs, Class::Overlap, Class::Others].map(sums);
            let claimable: i128 = total.iter().map(|part| part.claimable).sum();
            let unknown = match (is_explained, is_money) {
                (false, _) => 0,
                (true, false) => claimed - claimable,
                (true, true) => unknown_value(claim, classes.values(), claimed, claimable),
            };
            let taken = [
                (BarKind::UnknownOrders, unknown),
                (BarKind::ViewThrough, total[0].to_others),
                (BarKind::WindowDifference, total[1].to_others),
                (BarKind::Overlap, total[2].to_others),
                (BarKind::OtherChannels, total[3].to_others),
                (BarKind::OtherDays, total.iter().map(|part| part.other_days).sum()),
                (BarKind::LongerWindow, sums(Class::NotClaimable).other_days),
                (BarKind::Refunds, refunded),
            ];
            settle(claimed, &taken, credit, unit)
        };
        let refunded = classes.values().map(|sums| sums.refunded).sum();
        let revenue = claim
            .revenue
            .map(|claimed| measure(claimed, |sums| sums.revenue, refunded, credit, unit, true));
        let conversions = measure(claim.conversions, |sums| sums.conversions, 0, share, CONVERSION_UNIT, false);
        warnings.extend(warnings_of(claim));
        all.push(Entry {
            claim,
            revenue,
            conversions,
            orders: classes.values().map(|sums| sums.orders).sum(),
        });
    }
    all.sort_by_key(|entry| std::cmp::Reverse((entry.revenue.as_ref().map(|revenue| revenue.claimed), entry.conversions.claimed)));
    let (overall, over_claim) = overall(&all, attributed, sold, currency);
    Reconciliation {
        platforms: all.into_iter().map(|entry| entry.waterfall(currency)).collect(),
        overall,
        over_claim,
        claimers: orders
            .by_claimers
            .iter()
            .map(|(platforms, orders)| Claimers {
                platforms: *platforms,
                orders: *orders,
            })
            .collect(),
        warnings,
        from: String::new(),
        to: String::new(),
        zone: String::new(),
        currency: currency.as_str().to_owned(),
        data_version: attributed.meta.data_version,
    }
}

struct Entry<'a> {
    claim: &'a Claim,
    revenue: Option<Steps>,
    conversions: Steps,
    orders: i64,
}

/// The value of claims without an order: at the mean of those that have one, all of the claim where none has.
fn unknown_value<'a>(claim: &Claim, classes: impl Iterator<Item = &'a Sums>, claimed: i128, claimable: i128) -> i128 {
    let conversions: i128 = classes.map(|sums| sums.conversions.claimable).sum();
    if conversions <= 0 {
        return claimed;
    }
    match (claim.conversions - conversions).checked_mul(claimable) {
        Some(product) => round_half_even(product, conversions),
        None => 0,
    }
}

/// Rounds levels to whole units and takes steps as their differences. The last step is what the others leave.
fn settle(claimed: i128, taken: &[(BarKind, i128)], attributed: i128, unit: i128) -> Steps {
    let units = |micros: i128| round_half_even(micros, unit);
    let mut level = claimed;
    let mut steps = Vec::with_capacity(STEPS.len());
    for (kind, amount) in taken {
        let next = level - amount;
        steps.push((*kind, units(next) - units(level)));
        level = next;
    }
    steps.push((BarKind::Unexplained, units(attributed) - units(level)));
    Steps {
        claimed: units(claimed),
        steps,
        attributed: units(attributed),
    }
}

/// Credit of a channel in the attribution table, in micros and millionths: its own figures, so that two pages show one number.
fn credited(table: &AttributionTable, channel: Option<&str>) -> (i128, i128) {
    let Some(channel) = channel else { return (0, 0) };
    let rows = table.rows.iter().filter(|row| !row.is_unattributed);
    let named = rows.filter(|row| matches!(row.dimensions.first(), Some(Cell::Text(name)) if &**name == channel));
    named.fold((0, 0), |(revenue, conversions), row| {
        (revenue + micros(&row.revenue), conversions + millionths(row.conversions))
    })
}

fn micros(text: &str) -> i128 {
    i128::from(parse_micros(text).unwrap_or(0))
}

fn millionths(number: f64) -> i128 {
    (number * 1e6).round() as i128
}

fn warnings_of(claim: &Claim) -> Vec<String> {
    let name = claim.name();
    let mut warnings = Vec::new();
    if claim.channel.is_none() {
        warnings.push(format!(
            "Rows of `{name}` name no channel, so that their claims cannot be compared with touches: map the source's channel"
        ));
    }
    match (claim.settings.as_slice(), &claim.rule) {
        ([], _) => warnings.push(format!(
            "`{name}` does not say by which windows it counts: none of its difference is explained"
        )),
        ([first, ..], None) => warnings.push(format!(
            "`{name}` counts by `{first}`, which is not a rule of the kind 7d_click_1d_view: none of its difference is explained"
        )),
        ([first, others @ ..], Some(_)) if !others.is_empty() => warnings.push(format!(
            "`{name}` counts by several rules; all of its claims are compared with {first}, not with {}",
            others.join(", ")
        )),
        (_, Some(_)) => {}
    }
    if claim.rows_without_rate > 0 {
        warnings.push(format!(
            "{} rows of `{name}` claim money in a currency without an exchange rate: it is missing from the claim",
            claim.rows_without_rate
        ));
    }
    warnings
}

impl Entry<'_> {
    fn waterfall(self, currency: Currency) -> PlatformWaterfall {
        let main = self.revenue.as_ref().unwrap_or(&self.conversions);
        let mut reasons: Vec<(BarKind, i128)> = main.steps.iter().filter(|(_, added)| *added < 0).copied().collect();
        reasons.sort_by_key(|(kind, added)| (*added, *kind));
        let over_claim = OverClaim {
            revenue: self.revenue.as_ref().and_then(|revenue| ratio(revenue.claimed, revenue.attributed)),
            conversions: ratio(self.conversions.claimed, self.conversions.attributed),
        };
        PlatformWaterfall {
            platform: self.claim.name().to_owned(),
            has_channel: self.claim.channel.is_some(),
            sources: self.claim.sources.clone(),
            settings: self.claim.settings.clone(),
            rule: self.claim.rule.clone(),
            reasons: reasons.into_iter().map(|(kind, _)| kind).collect(),
            over_claim,
            claimable_orders: self.orders,
            bars: bars(self.revenue.as_ref(), &self.conversions, currency),
        }
    }
}

fn ratio(claimed: i128, of: i128) -> Option<f64> {
    (of > 0).then(|| claimed as f64 / of as f64)
}

fn figure(revenue: Option<i128>, conversions: i128, currency: Currency) -> Figure {
    let money = |units: i128| {
        let micros = units.saturating_mul(i128::from(currency.micros_per_minor_unit()));
        format_amount(i64::try_from(micros).unwrap_or(i64::MAX), currency)
    };
    Figure {
        revenue: revenue.map(money),
        conversions: conversions as f64 / (1_000_000 / CONVERSION_UNIT) as f64,
    }
}

/// Bars of both measures, step by step.
fn bars(revenue: Option<&Steps>, conversions: &Steps, currency: Currency) -> Vec<Bar> {
    let bar = |kind, money: Option<i128>, count| Bar {
        kind,
        figure: figure(money, count, currency),
    };
    let mut bars = vec![bar(BarKind::Claimed, revenue.map(|steps| steps.claimed), conversions.claimed)];
    for (at, (kind, count)) in conversions.steps.iter().enumerate() {
        bars.push(bar(*kind, revenue.and_then(|steps| Some(steps.steps.get(at)?.1)), *count));
    }
    bars.push(bar(BarKind::Attributed, revenue.map(|steps| steps.attributed), conversions.attributed));
    bars
}

/// Platforms added up, then what others earned, what nobody earned, and what is dated otherwise: the orders. A platform that claims no
/// value has no part in the claims' money; its credit is among that of the other channels.
fn overall(all: &[Entry<'_>], attributed: &AttributionTable, sold: &[Cell], currency: Currency) -> (Vec<Bar>, OverClaim) {
    let unit = i128::from(currency.micros_per_minor_unit());
    let add = |mut sum: Steps, steps: &Steps| {
        sum.claimed += steps.claimed;
        sum.attributed += steps.attributed;
        for ((_, sum), (_, added)) in sum.steps.iter_mut().zip(&steps.steps) {
            *sum += added;
        }
        sum
    };
    let empty = || Steps {
        steps: STEPS.map(|kind| (kind, 0)).to_vec(),
        ..Steps::default()
    };
    let money = all.iter().filter_map(|entry| entry.revenue.as_ref()).fold(empty(), add);
    let count = all.iter().map(|entry| &entry.conversions).fold(empty(), add);
    let mut bars = bars(Some(&money), &count, currency);

    let (mut credit, mut share) = ((0, 0), (0, 0));
    for row in &attributed.rows {
        let (revenue, conversions) = (micros(&row.revenue), millionths(row.conversions));
        if row.is_unattributed {
            (credit.1, share.1) = (credit.1 + revenue, share.1 + conversions);
        } else {
            (credit.0, share.0) = (credit.0 + revenue, share.0 + conversions);
        }
    }
    let of_sold = |at: usize| match sold.get(at) {
        Some(Cell::Decimal(decimal)) => decimal.micros(),
        Some(Cell::Integer(number)) => i128::from(*number) * 1_000_000,
        Some(Cell::Null | Cell::Text(_) | Cell::Number(_) | Cell::Bool(_)) | None => 0,
    };
    let money_levels = levels([credit.0, credit.0 + credit.1, of_sold(0)], money.attributed, unit);
    let count_levels = levels([share.0, share.0 + share.1, of_sold(1)], count.attributed, CONVERSION_UNIT);
    for (at, kind) in [BarKind::OtherCredit, BarKind::Unattributed, BarKind::OrdersOfOtherDays]
        .into_iter()
        .enumerate()
    {
        bars.push(Bar {
            kind,
            figure: figure(Some(money_levels[at].0), count_levels[at].0, currency),
        });
    }
    bars.push(Bar {
        kind: BarKind::Orders,
        figure: figure(Some(money_levels[2].1), count_levels[2].1, currency),
    });
    let over_claim = OverClaim {
        revenue: ratio(money.claimed, money_levels[2].1),
        conversions: ratio(count.claimed, count_levels[2].1),
    };
    (bars, over_claim)
}

/// Each level in whole units, with the step that leads to it from the one before.
fn levels(micros: [i128; 3], first: i128, unit: i128) -> [(i128, i128); 3] {
    let mut before = first;
    micros.map(|micros| {
        let level = round_half_even(micros, unit);
        let step = level - before;
        before = level;
        (step, level)
    })
}
