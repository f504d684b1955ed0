//! From the answers to the table: sources chosen, months ripened, rates from counts.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Retention, RetentionMonth, RetentionRow};
use crate::acquired::{Acquired, Grid, MONTHS_MAX, Part, Source, Sources, ripe_months};
use crate::cohorts::instant;
use crate::engine::RawTable;
use crate::row::Reader;

/// Figures of a month.
const ORDERED: usize = 0;
const ENGAGED: usize = 1;
/// Figures of customers, which have no month and stand in month 0.
const CUSTOMERS: usize = 0;
const REPEATERS: usize = 1;
const OLD: usize = 2;
const QUIET: usize = 3;

struct Table {
    activity: Grid<2>,
    customers: Grid<4>,
    sources: Vec<Source>,
    ripe: BTreeMap<Date, usize>,
}

pub(super) fn finish(acquired: &Acquired, quiet_days: i64, [activity, customers, through]: [&RawTable; 3]) -> Retention {
    let mut numbers = Sources::default();
    let counts = read(customers, &mut numbers, |row| (0, [(); 4].map(|()| millionths(row.number()))));
    let months = read(activity, &mut numbers, |row| {
        let month = usize::try_from(row.integer()).unwrap_or(0);
        (month, [(); 2].map(|()| millionths(row.number())))
    });
    let (sources, new) = numbers.shown(&counts.sizes(CUSTOMERS), acquired.sources_max);
    let (customers, activity_grid) = (counts.renumbered(&new), months.renumbered(&new));
    let through_at = through.rows.first().and_then(|cells| Reader::new(cells).instant());
    let cohorts = customers.cohorts();
    let table = Table {
        activity: activity_grid,
        customers,
        sources,
        ripe: cohorts
            .iter()
            .map(|cohort| (*cohort, ripe_months(acquired, *cohort, through_at)))
            .collect(),
    };
    let mut notes = Vec::new();
    if activity.is_truncated {
        notes.push("There are more combinations of cohort, source and month than an answer holds: choose fewer days or a coarser grain.".to_owned());
    }
    Retention {
        by: acquired.by.key,
        model: acquired.model,
        grain: acquired.grain,
        zone: acquired.zone.clone(),
        through: instant(through_at),
        quiet_days,
        total: table.row(Part { cohort: None, source: None }),
        cohorts: cohorts
            .iter()
            .map(|cohort| {
                table.row(Part {
                    cohort: Some(*cohort),
                    source: None,
                })
            })
            .collect(),
        sources: (0..table.sources.len())
            .map(|source| {
                table.row(Part {
                    cohort: None,
                    source: Some(source),
                })
            })
            .collect(),
        notes,
        data_version: activity.data_version,
    }
}

fn read<const N: usize>(raw: &RawTable, numbers: &mut Sources, figures: impl Fn(&mut Reader<'_>) -> (usize, [i128; N])) -> Grid<N> {
    let mut grid = Grid::default();
    for cells in &raw.rows {
        let mut row = Reader::new(cells);
        if let Some(cohort) = row.date() {
            let source = numbers.number(Source::read(&mut row));
            let (month, figures) = figures(&mut row);
            grid.add(cohort, source, month, figures);
        }
    }
    grid
}

impl Table {
    fn row(&self, part: Part) -> RetentionRow {
        let mut sums = [0; 4];
        let mut ripe_customers = [0_i128; MONTHS_MAX];
        for (cohort, figures) in self.customers.of(part) {
            for (sum, figure) in sums.iter_mut().zip(figures[0]) {
                *sum += figure;
            }
            for sum in ripe_customers.iter_mut().take(self.ripe_of(cohort)) {
                *sum += figures[0][CUSTOMERS];
            }
        }
        let mut active = [[0_i128; 2]; MONTHS_MAX];
        for (cohort, figures) in self.activity.of(part) {
            for (sums, figures) in active.iter_mut().zip(figures).take(self.ripe_of(cohort)) {
                sums[ORDERED] += figures[ORDERED];
                sums[ENGAGED] += figures[ENGAGED];
            }
        }
        let months = ripe_customers
            .into_iter()
            .zip(active)
            .take(self.ripe.values().copied().max().unwrap_or(0))
            .map(|(customers, active)| {
                Some(RetentionMonth {
                    customers: customers as f64 / 1_000_000.0,
                    ordered: rate(active[ORDERED], customers)?,
                    engaged: rate(active[ENGAGED], customers)?,
                })
            });
        RetentionRow {
            cohort: part.cohort.map(|cohort| cohort.to_string()),
            source: part.source.map(|source| self.sources[source].clone()),
            customers: sums[CUSTOMERS] as f64 / 1_000_000.0,
            repeat_rate: rate(sums[REPEATERS], sums[CUSTOMERS]),
            churn_rate: rate(sums[QUIET], sums[OLD]),
            months: months.collect(),
        }
    }

    fn ripe_of(&self, cohort: Date) -> usize {
        self.ripe.get(&cohort).copied().unwrap_or(0)
    }
}

/// None where there is nobody to be a share of.
fn rate(part: i128, whole: i128) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn millionths(number: f64) -> i128 {
    (number * 1_000_000.0).round() as i128
}
