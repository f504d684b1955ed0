//! Which orders each platform could claim under its own rule, and what our model gives it of them: one statement, added up in the engine,
//! whatever the number of orders.

use std::collections::BTreeMap;

use attribution::{Direct, Model, Settings, Variant};
use types::DateRange;

use super::claims::Claim;
use super::rule::Rule;
use crate::engine::{CreditSource, Param, Plan, RawTable};
use crate::longest_window::longest_seconds;
use crate::plan::{CREDITS, Statement, conversions_column, revenue_column};
use crate::query::DateBasis;
use crate::row::Reader;

/// Relation of the touches in the longest of the platforms' windows, whatever ours is.
const REACH: &str = "reach";
/// It wants a model; this one is the cheapest, and each order's shares add up to its value under any.
const MODEL_OF_REACH: Model = Model::LastTouch;

/// Why what a platform could claim of an order is not what our model gives it. Each order has one class for each platform; the first that
/// fits counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// It has no touch that the platform counts.
    NotClaimable,
    /// Views only, no click that the platform counts.
    ViewThrough,
    /// No touch of the platform lies in our window.
    OutsideOurs,
    /// Another platform can claim it as well.
    Overlap,
    /// Nobody else claims it.
    Others,
}

/// Sums over orders of one class. Money in millionths of the reporting currency, conversions in millionths.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Sums {
    pub(super) revenue: Parts,
    pub(super) conversions: Parts,
    /// Orders that the platform could claim on a day of the range.
    pub(super) orders: i64,
    /// Refunds of what the platform was given.
    pub(super) refunded: i128,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Parts {
    /// What the platform could claim on days of the range.
    pub(super) claimable: i128,
    /// What our model gives others of that.
    pub(super) to_others: i128,
    /// What our model gives the platform, but on days outside the range; negative: on days of the range, of orders that the platform
    /// counts on other days.
    pub(super) other_days: i128,
    /// What our model gives the platform on days of the range, before refunds. Always claimable − to others − other days.
    pub(super) credited: i128,
}

/// The sums by channel and class, and how many orders of the range's days so many platforms can claim.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Orders {
    pub(super) by_channel: BTreeMap<String, BTreeMap<Class, Sums>>,
    pub(super) by_claimers: BTreeMap<i64, i64>,
}

/// Credit is by `history` where there is any, else by `settings`. None where no platform says by which rule it counts.
pub(super) fn plan(claims: &[Claim], range: &DateRange, basis: DateBasis, model: Model, settings: &Settings, history: &[Variant]) -> Option<Plan> {
    let platforms: Vec<(&str, &Rule)> = claims.iter().filter_map(Claim::reproducible).collect();
    let reach_seconds = platforms.iter().map(|(_, rule)| rule.longest_seconds()).max()?;
    let mut statement = Statement::default();
    let longest = reach_seconds.max(longest_seconds(settings, history));
    let sql = sql(&platforms, range, basis, model, longest, &mut statement);
    let reach = Settings {
        window_seconds: reach_seconds,
        windows: Vec::new(),
        calendar_days_in: None,
        // Platforms do not know our other orders, nor which channels we leave out.
        journey: attribution::Journey::Rolling,
        direct: Direct::Counts,
        ignored_channels: Vec::new(),
        ..settings.clone()
    };
    Some(Plan {
        sql,
        params: statement.into_params(),
        credits: vec![
            CreditSource::new(REACH, &[MODEL_OF_REACH], &reach),
            CreditSource {
                variants: history.to_vec(),
                ..CreditSource::new(CREDITS, &[model], settings)
            },
        ],
        ..Plan::default()
    })
}

fn sql(platforms: &[(&str, &Rule)], range: &DateRange, basis: DateBasis, model: Model, longest: i64, statement: &mut Statement) -> String {
    let start = range.start_instant();
    let end = range.end_instant();
    // What is dated in the range was converted from its start on, and not later than the longest window after its end.
    let until = match basis {
        DateBasis::Conversion => end,
        DateBasis::Touch => end.saturating_add(jiff::SignedDuration::from_secs(longest)).unwrap_or(end),
    };
    let bound = |statement: &mut Statement, instant: jiff::Timestamp| statement.bind(Param::Instant(instant));
    let (first, last) = (bound(statement, start), bound(statement, end));
    let sales = format!(
        "entry = 'sale' AND converted_at >= {first} AND converted_at < {}",
        bound(statement, until)
    );
    let date = match basis {
        DateBasis::Conversion => "converted_at",
        DateBasis::Touch => "touched_at",
    };
    let in_range = format!("{date} >= {first} AND {date} < {last}");
    let claims = claims_sql(platforms, statement);
    let names: Vec<Param> = platforms.iter().map(|(channel, _)| Param::Text((*channel).to_owned())).collect();
    let shared: Vec<Param> = platforms
        .iter()
        .filter(|(_, rule)| rule.is_shared)
        .map(|(channel, _)| Param::Text((*channel).to_owned()))
        .collect();
    let is_shared = if shared.is_empty() {
        "1 = 0".to_owned()
    } else {
        format!("channel IN ({})", statement.bind_list(shared))
    };
    let names = statement.bind_list(names);
    let (revenue, conversions, reached) = (revenue_column(model), conversions_column(model), revenue_column(MODEL_OF_REACH));
    let micros = |instant: jiff::Timestamp, statement: &mut Statement| statement.bind(Param::Integer(instant.as_microsecond()));
    // Of a platform that gives the last of its touches everything, that touch's day decides; of one that shares, each touch's own.
    let counts_in =
        |column: &str, statement: &mut Statement| format!("{column} >= {} AND {column} < {}", micros(start, statement), micros(end, statement));
    let claimed_in = match basis {
        DateBasis::Conversion => counts_in("converted", statement),
        DateBasis::Touch => counts_in("claimed_at", statement),
    };
    let ordered_in = counts_in("converted", statement);
    format!(
        "SELECT channel, class, CASE WHEN {ordered_in} THEN claimers ELSE 0 END AS claimers,\n\
         \x20 CAST(SUM(claimable) AS BIGINT) AS claimable, CAST(SUM(to_others) AS BIGINT) AS to_others, CAST(SUM(claimable - own_in - to_others) AS BIGINT) AS other_days,\n\
         \x20 CAST(SUM(own_in) AS BIGINT) AS credited, CAST(SUM(claimable_count) AS BIGINT) AS claimable_count, CAST(SUM(to_others_count) AS BIGINT) AS to_others_count,\n\
         \x20 CAST(SUM(claimable_count - share_in - to_others_count) AS BIGINT) AS other_days_count, CAST(SUM(share_in) AS BIGINT) AS credited_count,\n\
         \x20 COUNT(CASE WHEN parts_in > 0 THEN 1 END) AS orders, CAST(SUM(refunded) AS BIGINT) AS refunded, COUNT(CASE WHEN parts > 0 THEN 1 END) AS claims\n\
         FROM (\n\
         SELECT *, CASE WHEN parts = 0 THEN 0 ELSE order_value * parts_in / parts END AS claimable,\n\
         \x20 CASE WHEN parts = 0 THEN 0 ELSE (order_value - own) * parts_in / parts END AS to_others,\n\
         \x20 CASE WHEN parts = 0 THEN 0 ELSE 1000000 * parts_in / parts END AS claimable_count,\n\
         \x20 CASE WHEN parts = 0 THEN 0 ELSE (1000000 - share) * parts_in / parts END AS to_others_count,\n\
         \x20 CASE WHEN parts = 0 THEN 0 WHEN clicked = 0 THEN 1 WHEN own_touches = 0 THEN 2 WHEN claimers > 1 THEN 3 ELSE 4 END AS class\n\
         FROM (\n\
         SELECT *, CASE WHEN eligible = 0 THEN 0 WHEN {is_shared} THEN eligible ELSE 1 END AS parts,\n\
         \x20 CASE WHEN eligible = 0 THEN 0 WHEN {is_shared} THEN eligible_in WHEN {claimed_in} THEN 1 ELSE 0 END AS parts_in\n\
         FROM (\n\
         SELECT *, SUM(reached) OVER (PARTITION BY conversion_id) AS order_value,\n\
         \x20 SUM(CASE WHEN eligible > 0 THEN 1 ELSE 0 END) OVER (PARTITION BY conversion_id) AS claimers\n\
         FROM (\n\
         SELECT conversion_id, channel, MAX(converted) AS converted, SUM(reached) AS reached, SUM(eligible) AS eligible, SUM(eligible_in) AS eligible_in,\n\
         \x20 MAX(clicked) AS clicked, MAX(claimed_at) AS claimed_at, SUM(own_touches) AS own_touches,\n\
         \x20 SUM(own) AS own, SUM(own_in) AS own_in, CAST(ROUND(SUM(share) * 1000000) AS BIGINT) AS share, CAST(ROUND(SUM(share_in) * 1000000) AS BIGINT) AS share_in,\n\
         \x20 SUM(refunded) AS refunded\n\
         FROM (\n\
         SELECT conversion_id, channel, CAST(converted_at AS BIGINT) AS converted, CAST({reached} * 1000000 AS BIGINT) AS reached, claimed AS eligible,\n\
         \x20 CASE WHEN claimed = 1 AND {in_range} THEN 1 ELSE 0 END AS eligible_in, CASE WHEN claimed = 1 AND is_click = 1 THEN 1 ELSE 0 END AS clicked,\n\
         \x20 CASE WHEN claimed = 1 THEN CAST(touched_at AS BIGINT) END AS claimed_at, 0 AS own_touches, 0 AS own, 0 AS own_in, 0.0 AS share, 0.0 AS share_in,\n\
         \x20 0 AS refunded\n\
         FROM (\n\
         SELECT *, CASE WHEN {claims} THEN 1 ELSE 0 END AS claimed,\n\
         \x20 CASE WHEN COALESCE(interaction_type, 'click') IN ('view', 'engaged_view', 'send', 'open') THEN 0 ELSE 1 END AS is_click\n\
         FROM {REACH}\nWHERE {sales}\n\
         ) AS reached\n\
         UNION ALL\n\
         SELECT conversion_id, channel, CASE WHEN entry = 'sale' THEN CAST(converted_at AS BIGINT) END AS converted, 0 AS reached, 0 AS eligible,\n\
         \x20 0 AS eligible_in, 0 AS clicked, CAST(NULL AS BIGINT) AS claimed_at, CASE WHEN entry = 'sale' THEN 1 ELSE 0 END AS own_touches,\n\
         \x20 CASE WHEN entry = 'sale' THEN CAST({revenue} * 1000000 AS BIGINT) ELSE 0 END AS own,\n\
         \x20 CASE WHEN entry = 'sale' AND {in_range} THEN CAST({revenue} * 1000000 AS BIGINT) ELSE 0 END AS own_in,\n\
         \x20 {conversions} AS share, CASE WHEN {in_range} THEN {conversions} ELSE 0.0 END AS share_in,\n\
         \x20 CASE WHEN entry = 'refund' THEN CAST({revenue} * -1000000 AS BIGINT) ELSE 0 END AS refunded\n\
         FROM {CREDITS}\nWHERE \"position\" > 0 AND (({sales}) OR (entry = 'refund' AND {in_range}))\n\
         ) AS pieces\n\
         GROUP BY conversion_id, channel\n\
         ) AS by_channel\n\
         ) AS by_order\nWHERE channel IN ({names})\n\
         ) AS claimed\n\
         ) AS classed\n\
         GROUP BY 1, 2, 3\n\
         ORDER BY 1, 2, 3"
    )
}

/// The condition under which a platform counts a touch: by channel, interaction and age, to the microsecond, both ends included.
fn claims_sql(platforms: &[(&str, &Rule)], statement: &mut Statement) -> String {
    let age = "CAST(converted_at AS BIGINT) - CAST(touched_at AS BIGINT)";
    let mut branches = Vec::with_capacity(platforms.len());
    for (channel, rule) in platforms {
        let channel = statement.bind_text(channel);
        let mut within = |seconds: Option<i64>| match seconds {
            Some(seconds) => format!("{age} <= {}", statement.bind(Param::Integer(seconds.saturating_mul(1_000_000)))),
            None => "1 = 0".to_owned(),
        };
        branches.push(format!(
            "WHEN channel = {channel} THEN CASE COALESCE(interaction_type, 'click') WHEN 'view' THEN {} WHEN 'engaged_view' THEN {} WHEN 'open' THEN {}\
             \x20 WHEN 'send' THEN 1 = 0 ELSE {} END",
            within(rule.view_seconds),
            within(rule.engaged_view_seconds),
            within(rule.open_seconds),
            within(rule.click_seconds),
        ));
    }
    format!("CASE {} ELSE 1 = 0 END", branches.join(" "))
}

pub(super) fn finish(raw: &RawTable) -> Orders {
    let mut orders = Orders::default();
    for cells in &raw.rows {
        let mut row = Reader::new(cells);
        let (Some(channel), class, claimers) = (row.text(), class(row.integer()), row.integer()) else {
            continue;
        };
        let mut parts = || Parts {
            claimable: row.integer().into(),
            to_others: row.integer().into(),
            other_days: row.integer().into(),
            credited: row.integer().into(),
        };
        let added = Sums {
            revenue: parts(),
            conversions: parts(),
            orders: row.integer(),
            refunded: row.integer().into(),
        };
        orders.by_channel.entry(channel).or_default().entry(class).or_default().add(&added);
        if claimers > 0 {
            *orders.by_claimers.entry(claimers).or_default() += row.integer();
        }
    }
    // Each order was counted once for each of its claimers.
    for (claimers, count) in &mut orders.by_claimers {
        *count /= claimers;
    }
    orders
}

const fn class(code: i64) -> Class {
    match code {
        1 => Class::ViewThrough,
        2 => Class::OutsideOurs,
        3 => Class::Overlap,
        4 => Class::Others,
        _ => Class::NotClaimable,
    }
}

impl Sums {
    fn add(&mut self, other: &Self) {
        for (mine, theirs) in [(&mut self.revenue, &other.revenue), (&mut self.conversions, &other.conversions)] {
            mine.claimable += theirs.claimable;
            mine.to_others += theirs.to_others;
            mine.other_days += theirs.other_days;
            mine.credited += theirs.credited;
        }
        self.orders += other.orders;
        self.refunded += other.refunded;
    }
}
