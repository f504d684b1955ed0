//! The statements behind a pipeline. Instants become microseconds, so that they can be subtracted.
//!
//! One row a lead with the time of its first entry into every stage is enough: stage k is a record high of the lead's path exactly where
//! it was first entered no later than any stage after it.

use jiff::Timestamp;
use journeys::stages::Stages;
use types::DateRange;

use super::{Cohort, GROUPS_MAX};
use crate::engine::{Param, Plan, RowOrder};
use crate::plan::Statement;

/// What the first touch says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Split {
    Channel,
    Campaign,
    DataSource,
    Country,
    Device,
}

impl Split {
    pub(super) const NAMES: [&'static str; 5] = ["channel", "campaign", "data_source", "country", "device"];

    pub(super) fn parse(text: &str) -> Option<Self> {
        let all = [Self::Channel, Self::Campaign, Self::DataSource, Self::Country, Self::Device];
        all.into_iter().zip(Self::NAMES).find(|(_, name)| *name == text).map(|(split, _)| split)
    }

    /// Columns of the touch: key and name.
    const fn columns(self) -> (&'static str, &'static str) {
        match self {
            Self::Channel => ("channel", "channel"),
            Self::Campaign => ("campaign_id", "campaign_name"),
            Self::DataSource => ("data_source", "data_source"),
            Self::Country => ("country", "country"),
            Self::Device => ("device", "device"),
        }
    }
}

/// Whose path is followed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leads<'a> {
    pub(super) stages: &'a Stages,
    pub(super) range: &'a DateRange,
    pub(super) cohort: Cohort,
    pub(super) split: Option<Split>,
    pub(super) end: Timestamp,
}

fn plan(sql: String, statement: Statement) -> Plan {
    Plan {
        sql,
        params: statement.into_params(),
        credits: Vec::new(),
        paths: Vec::new(),
        totals: Vec::new(),
        order: RowOrder::Wanted,
    }
}

/// Names of stages with their leads, the most frequent first, and in a row without a name everything else that is known of customers:
/// `stage`, `leads`, rows without a customer, newest instant.
pub(super) fn names(end: Timestamp, names_max: usize) -> Plan {
    let mut statement = Statement::default();
    let end = statement.bind(Param::Instant(end));
    let sql = format!(
        "SELECT stage, leads, nobody, newest\nFROM (\n\
         SELECT stage, COUNT(customer_id) AS leads, COUNT(*) - COUNT(customer_id) AS nobody, MAX(recorded_at) AS newest\n\
         FROM unified_marketing_data\nWHERE record_kind = 'stage' AND stage IS NOT NULL AND recorded_at < {end}\nGROUP BY stage\n\
         UNION ALL\n\
         SELECT CAST(NULL AS VARCHAR), CAST(0 AS BIGINT), CAST(0 AS BIGINT), MAX(recorded_at)\n\
         FROM unified_marketing_data\nWHERE record_kind IN ('touch', 'conversion', 'order', 'refund') AND recorded_at < {end}\n\
         ) AS names\nORDER BY stage IS NOT NULL, leads DESC, stage\nLIMIT {}",
        names_max + 1
    );
    plan(sql, statement)
}

/// For every two steps, how many leads entered one before the other.
pub(super) fn precedences(steps: &[String], end: Timestamp) -> Plan {
    let mut statement = Statement::default();
    let names = texts(&mut statement, steps);
    let end = statement.bind(Param::Instant(end));
    let firsts = format!(
        "SELECT customer_id, stage, MIN(recorded_at) AS first_at\nFROM unified_marketing_data\n\
         WHERE record_kind = 'stage' AND customer_id IS NOT NULL AND recorded_at < {end} AND stage IN ({names})\nGROUP BY customer_id, stage"
    );
    let sql = format!(
        "SELECT earlier.stage AS earlier, later.stage AS later, COUNT(*) AS leads\nFROM (\n{firsts}\n) AS earlier\nJOIN (\n{firsts}\n) AS later\n\
         ON earlier.customer_id = later.customer_id\nWHERE earlier.first_at < later.first_at\nGROUP BY earlier.stage, later.stage\nORDER BY 1, 2"
    );
    plan(sql, statement)
}

/// One row for every (stage, group) and one for every stage; stage 0 is the whole way from the first stage to being won. Columns: `stage`,
/// `is_total`, `key`, `name`, `entered`, `progressed`, `lost`, `skipped`, `went_back`, median, mean and 90th percentile of the microseconds
/// until progress, `won_value`, `open_value`.
pub(super) fn figures(leads: &Leads<'_>) -> Plan {
    let mut statement = Statement::default();
    let entries = entries(leads, &mut statement);
    let grouping = if leads.split.is_some() {
        "GROUP BY GROUPING SETS ((step, key), (step))"
    } else {
        "GROUP BY step"
    };
    let (is_total, key, name) = if leads.split.is_some() {
        ("GROUPING(key)", "key", "MAX(name)")
    } else {
        ("1", "CAST(NULL AS VARCHAR)", "CAST(NULL AS VARCHAR)")
    };
    // Only then may 64 bits hold what the caller reads: (groups + total) × stages rows.
    let rows_max = (GROUPS_MAX + 1) * (leads.stages.steps.len() + 1);
    let sql = format!(
        "SELECT step, {is_total} AS is_total, {key} AS key, {name} AS name, COUNT(entered_at) AS entered,\n\
         \x20 COUNT(CASE WHEN next_at IS NOT NULL THEN entered_at END) AS progressed,\n\
         \x20 COUNT(CASE WHEN next_at IS NULL AND is_lost THEN entered_at END) AS lost,\n\
         \x20 COUNT(CASE WHEN is_skipped THEN 1 END) AS skipped, COUNT(CASE WHEN went_back THEN entered_at END) AS went_back,\n\
         \x20 percentile_cont(0.5) WITHIN GROUP (ORDER BY took) AS median_took, AVG(took) AS mean_took,\n\
         \x20 percentile_cont(0.9) WITHIN GROUP (ORDER BY took) AS p90_took,\n\
         \x20 SUM(CASE WHEN entered_at IS NOT NULL THEN won_value END) AS won_value,\n\
         \x20 SUM(CASE WHEN entered_at IS NOT NULL AND next_at IS NULL AND NOT is_lost THEN amount END) AS open_value\n\
         FROM (\n\
         SELECT *, CAST(CASE WHEN entered_at IS NOT NULL AND next_at IS NOT NULL THEN next_at - entered_at END AS DOUBLE) AS took\n\
         FROM (\n{entries}\n) AS entries\n{}\n\
         ) AS counted\n{grouping}\nORDER BY is_total DESC, step, entered DESC, key\nLIMIT {}",
        counted(leads, &mut statement),
        // A group that never entered a late stage is still a row of it.
        rows_max.max(50_000)
    );
    plan(sql, statement)
}

/// Open leads whose time in their stage is beyond its limit in seconds; stages without a limit have none. Columns: `stage`, `customer_id`,
/// `customer_key`, `key`, `entered_at` in microseconds, `age` in seconds, `amount`, and how many the stage has.
pub(super) fn stuck(leads: &Leads<'_>, limits: &[Option<f64>], as_of: Timestamp, stuck_max: usize) -> Plan {
    let mut statement = Statement::default();
    let entries = entries(leads, &mut statement);
    let counted = counted(leads, &mut statement);
    let as_of = statement.bind(Param::Integer(as_of.as_microsecond()));
    let limits: String = limits
        .iter()
        .enumerate()
        .filter_map(|(at, limit)| {
            let limit = statement.bind(Param::Float((*limit)? * 1e6));
            Some(format!(" WHEN {} THEN {limit}", at + 1))
        })
        .collect();
    let sql = format!(
        "SELECT step, customer_id, customer_key, key, entered_at, age / 1000000.0 AS age, amount, stuck\nFROM (\n\
         SELECT *, COUNT(*) OVER (PARTITION BY step) AS stuck, ROW_NUMBER() OVER (PARTITION BY step ORDER BY entered_at, customer_id) AS place\n\
         FROM (\n\
         SELECT step, customer_id, customer_key, key, entered_at, amount, CAST({as_of} - entered_at AS DOUBLE) AS age\n\
         FROM (\n{entries}\n) AS entries\n{counted} AND step > 0 AND entered_at IS NOT NULL AND next_at IS NULL AND NOT is_lost\n\
         ) AS open_leads\nWHERE age > CASE step{limits} END\n\
         ) AS stuck_leads\nWHERE place <= {stuck_max}\nORDER BY step, place"
    );
    plan(sql, statement)
}

/// Where entries are counted: of the stage cohort, only those in the range; a skipped stage counts when it was skipped.
fn counted(leads: &Leads<'_>, statement: &mut Statement) -> String {
    match leads.cohort {
        Cohort::Lead => "WHERE TRUE".to_owned(),
        Cohort::Stage => {
            let [from, to] = bounds(leads.range, statement);
            format!("WHERE COALESCE(entered_at, next_at) >= {from} AND COALESCE(entered_at, next_at) < {to}")
        }
    }
}

fn bounds(range: &DateRange, statement: &mut Statement) -> [String; 2] {
    [range.start_instant(), range.end_instant()].map(|instant| statement.bind(Param::Integer(instant.as_microsecond())))
}

/// One row for every lead and step, and step 0: `entered_at` (null where the stage is no record high of the lead's path), `next_at`.
fn entries(leads: &Leads<'_>, statement: &mut Statement) -> String {
    let steps = leads.stages.steps.len();
    let paths = paths(leads, statement);
    let later = |step: usize| list("LEAST", (step + 1..=steps).map(|later| format!("t{later}")).chain(["won_at".to_owned()]));
    let earlier = |step: usize| list("LEAST", (1..step).map(|earlier| format!("t{earlier}")));
    let newest_earlier = |step: usize| list("GREATEST", (1..step).map(|earlier| format!("m{earlier}")));
    let mut case = Cases::default();
    case.add(0, "lead_at", "won_at", "FALSE", "FALSE");
    for step in 1..=steps {
        let next = later(step);
        let is_entered = format!("t{step} <= COALESCE({next}, t{step})");
        let is_skipped = if step == 1 {
            "FALSE".to_owned()
        } else {
            format!("COALESCE({} <= {next}, FALSE) AND NOT COALESCE({is_entered}, FALSE)", earlier(step))
        };
        let went_back = if step == 1 {
            "FALSE".to_owned()
        } else {
            // The furthest step that the lead reached, and a row of an earlier one after it.
            let no_later_step = (step + 1..=steps).map(|later| format!(" AND t{later} IS NULL")).collect::<String>();
            format!("COALESCE({} > t{step}, FALSE){no_later_step}", newest_earlier(step))
        };
        case.add(step, &format!("CASE WHEN {is_entered} THEN t{step} END"), &next, &is_skipped, &went_back);
    }
    let numbers = (0..=steps).map(|step| format!("({step})")).collect::<Vec<_>>().join(", ");
    format!(
        "SELECT step, customer_id, customer_key, key, name, CASE step{} END AS entered_at, CASE step{} END AS next_at,\n\
         \x20 CASE step{} END AS is_skipped, CASE step{} END AS went_back,\n\
         \x20 won_at IS NULL AND COALESCE(lost_at >= active_at, FALSE) AS is_lost, won_value, amount\n\
         FROM (\n{paths}\n) AS paths\nCROSS JOIN (VALUES {numbers}) AS steps(step)",
        case.entered, case.next, case.skipped, case.back
    )
}

/// Branches of the CASE expressions over the steps.
#[derive(Debug, Default)]
struct Cases {
    entered: String,
    next: String,
    skipped: String,
    back: String,
}

impl Cases {
    fn add(&mut self, step: usize, entered: &str, next: &str, skipped: &str, back: &str) {
        for (case, value) in [
            (&mut self.entered, entered),
            (&mut self.next, next),
            (&mut self.skipped, skipped),
            (&mut self.back, back),
        ] {
            case.push_str(&format!(" WHEN {step} THEN {value}"));
        }
    }
}

/// One row a lead: `lead_at`, first entry `t…` and newest entry `m…` of every step, `won_at`, `lost_at`, `active_at`, `won_value`, `amount`,
/// `key` and `name` of the split.
fn paths(leads: &Leads<'_>, statement: &mut Statement) -> String {
    let marks = marks(leads, statement);
    let end = statement.bind(Param::Instant(leads.end));
    let orders = format!(
        "SELECT sales.customer_id AS buyer, MIN(CAST(sales.recorded_at AS BIGINT)) AS ordered_at,\n\
         \x20 FIRST_VALUE(sales.revenue_reporting ORDER BY sales.recorded_at, sales.sequence) AS order_value\n\
         FROM unified_marketing_data AS sales\nJOIN (\n{marks}\n) AS buyers ON sales.customer_id = buyers.customer_id\n\
         WHERE sales.record_kind = 'order' AND sales.recorded_at < {end} AND CAST(sales.recorded_at AS BIGINT) >= buyers.lead_at\n\
         GROUP BY sales.customer_id"
    );
    let (touches, key, name) = match leads.split {
        None => (String::new(), "CAST(NULL AS VARCHAR)", "CAST(NULL AS VARCHAR)"),
        Some(split) => {
            let (key, name) = split.columns();
            let touches = format!(
                "\nLEFT JOIN (\n\
                 SELECT met.customer_id AS guest, FIRST_VALUE(met.{key} ORDER BY met.recorded_at, met.sequence) AS key,\n\
                 \x20 FIRST_VALUE(met.{name} ORDER BY met.recorded_at, met.sequence) AS name\n\
                 FROM unified_marketing_data AS met\nJOIN (\n{marks}\n) AS guests ON met.customer_id = guests.customer_id\n\
                 WHERE met.record_kind = 'touch' AND met.recorded_at < {end} AND CAST(met.recorded_at AS BIGINT) <= guests.lead_at\n\
                 GROUP BY met.customer_id\n) AS touched ON marked.customer_id = touched.guest"
            );
            (touches, "touched.key", "touched.name")
        }
    };
    format!(
        "SELECT marked.*, {key} AS key, {name} AS name, LEAST(marked.won_row_at, bought.ordered_at) AS won_at,\n\
         \x20 CASE WHEN bought.ordered_at IS NOT NULL THEN bought.order_value WHEN marked.won_row_at IS NOT NULL THEN marked.won_amount END AS won_value\n\
         FROM (\n{marks}\n) AS marked\nLEFT JOIN (\n{orders}\n) AS bought ON marked.customer_id = bought.buyer{touches}"
    )
}

/// The leads by their stages' rows alone.
fn marks(leads: &Leads<'_>, statement: &mut Statement) -> String {
    let stages = leads.stages;
    let active: Vec<String> = stages.steps.iter().chain(&stages.won).cloned().collect();
    let (active, won, lost) = (texts(statement, &active), texts(statement, &stages.won), texts(statement, &stages.lost));
    let end = statement.bind(Param::Instant(leads.end));
    let at = "CAST(recorded_at AS BIGINT)";
    let among = |names: &str| {
        if names.is_empty() {
            "FALSE".to_owned()
        } else {
            format!("stage IN ({names})")
        }
    };
    let mut select = vec![
        "customer_id".to_owned(),
        "MAX(customer_key) AS customer_key".to_owned(),
        format!("MIN(CASE WHEN {} THEN {at} END) AS lead_at", among(&active)),
        format!("MIN(CASE WHEN {} THEN {at} END) AS won_row_at", among(&won)),
        format!("MAX(CASE WHEN {} THEN {at} END) AS lost_at", among(&lost)),
        format!("MAX(CASE WHEN {} THEN {at} END) AS active_at", among(&active)),
        format!("MAX(CASE WHEN {} THEN revenue_reporting END) AS won_amount", among(&won)),
        "LAST_VALUE(revenue_reporting ORDER BY revenue_reporting IS NOT NULL, recorded_at, sequence) AS amount".to_owned(),
    ];
    for (at_step, name) in stages.steps.iter().enumerate() {
        let (step, name) = (at_step + 1, statement.bind_text(name));
        select.push(format!("MIN(CASE WHEN stage = {name} THEN {at} END) AS t{step}"));
        select.push(format!("MAX(CASE WHEN stage = {name} THEN {at} END) AS m{step}"));
    }
    let having = match leads.cohort {
        Cohort::Stage => format!("MIN(CASE WHEN {} THEN {at} END) IS NOT NULL", among(&active)),
        Cohort::Lead => {
            let [from, to] = bounds(leads.range, statement);
            let lead_at = format!("MIN(CASE WHEN {} THEN {at} END)", among(&active));
            format!("{lead_at} >= {from} AND {lead_at} < {to}")
        }
    };
    format!(
        "SELECT {}\nFROM unified_marketing_data\n\
         WHERE record_kind = 'stage' AND customer_id IS NOT NULL AND recorded_at < {end} AND ({} OR {})\nGROUP BY customer_id\nHAVING {having}",
        select.join(",\n  "),
        among(&active),
        among(&lost)
    )
}

fn texts(statement: &mut Statement, names: &[String]) -> String {
    statement.bind_list(names.iter().map(|name| Param::Text(name.clone())))
}

/// `LEAST(a, b)`; of one, itself.
fn list(function: &str, columns: impl Iterator<Item = String>) -> String {
    let columns: Vec<String> = columns.collect();
    match columns.as_slice() {
        [one] => one.clone(),
        several => format!("{function}({})", several.join(", ")),
    }
}
