//! From the answers to the table: shares settled, sources chosen, months ripened, predictions averaged.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use types::Currency;
use types::money::round_half_even;

use super::{CohortMonth, CohortRow, Cohorts, Predicted, instant};
use crate::acquired::{Acquired, Grid, MONTHS_MAX, Part, Source, Sources, allot, ripe_months};
use crate::catalogue::Fact;
use crate::customer_value::{Bought, Fit, SAMPLE_MAX, micros};
use crate::decimal::money_text as money;
use crate::engine::RawTable;
use crate::row::Reader;

/// Figures of a grid's month.
const CUSTOMERS: usize = 0;
const REVENUE: usize = 1;

/// Sums of shares and of predicted revenue of the customers that were predicted for, by cohort and source.
type Outlook = BTreeMap<(Date, usize), (f64, f64)>;

/// A source, and about how many customers and how much revenue of a cohort and month are its own.
type Share = (usize, f64, f64);

/// What rows are made from.
struct Table<'a> {
    grid: Grid<2>,
    /// Millionths by cohort and source; of sources that have a cost.
    spend: BTreeMap<(Date, usize), i128>,
    /// All spend by cohort, that of unknown sources included.
    all_spend: BTreeMap<Date, i128>,
    outlook: Outlook,
    sources: Vec<Source>,
    ripe: BTreeMap<Date, usize>,
    acquired: &'a Acquired,
}

pub(super) fn finish(acquired: &Acquired, [figures, totals, spend, through, prospects]: [&RawTable; 5], fit: &Fit) -> Cohorts {
    let mut numbers = Sources::default();
    let grid = read(acquired, figures, totals, &mut numbers);
    let costs = read_spend(spend, &mut numbers);
    let outlook = read_outlook(prospects, fit, &mut numbers);
    let (sources, new) = numbers.shown(&grid.sizes(CUSTOMERS), acquired.sources_max);
    let grid = grid.renumbered(&new);

    let (through_at, without_customer, lost) = read_through(through, acquired.currency);
    let cohorts = grid.cohorts();
    // Cost before the first customer or after the last belongs to no cohort.
    let mut all_spend = BTreeMap::new();
    let mut by_source = BTreeMap::new();
    for (cohort, source, cost) in costs.into_iter().filter(|(cohort, ..)| cohorts.contains(cohort)) {
        *all_spend.entry(cohort).or_default() += cost;
        if acquired.by.is_on(Fact::Spend) {
            *by_source.entry((cohort, new[source])).or_default() += cost;
        }
    }
    let mut folded = Outlook::new();
    for ((cohort, source), (share, next)) in outlook {
        let sum = folded.entry((cohort, new[source])).or_default();
        *sum = (sum.0 + share, sum.1 + next);
    }
    let ripe = cohorts
        .iter()
        .map(|cohort| (*cohort, ripe_months(acquired, *cohort, through_at)))
        .collect();
    let table = Table {
        grid,
        spend: by_source,
        all_spend,
        outlook: folded,
        sources,
        ripe,
        acquired,
    };
    let mut notes: Vec<String> = fit.note().into_iter().collect();
    if prospects.rows.len() >= SAMPLE_MAX {
        notes.push("Predicted from a fair sample of the customers.".to_owned());
    }
    if without_customer > 0 {
        notes.push(format!(
            "{without_customer} purchases and refunds worth {lost} name no customer: they belong to no cohort."
        ));
    }
    if figures.is_truncated || totals.is_truncated {
        notes.push("There are more combinations of cohort, source and month than an answer holds: choose fewer days or a coarser grain.".to_owned());
    }
    let of_sources = |cohort: Option<Date>| {
        (0..table.sources.len()).map(move |source| Part {
            cohort,
            source: Some(source),
        })
    };
    Cohorts {
        by: acquired.by.key,
        model: acquired.model,
        grain: acquired.grain,
        zone: acquired.zone.clone(),
        currency: acquired.currency.as_str().to_owned(),
        through: instant(through_at),
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
        sources: of_sources(None).map(|part| table.row(part)).collect(),
        cells: cohorts
            .iter()
            .flat_map(|cohort| of_sources(Some(*cohort)))
            .filter(|part| table.has(*part))
            .map(|part| table.row(part))
            .collect(),
        notes,
        data_version: figures.data_version,
    }
}

/// The grid of customers and revenue, in millionths. Shares of customers are settled to the exact totals of cohort and month.
fn read(acquired: &Acquired, figures: &RawTable, totals: &RawTable, numbers: &mut Sources) -> Grid<2> {
    let mut grid = Grid::default();
    let mut shared: BTreeMap<(Date, usize), Vec<Share>> = BTreeMap::new();
    for cells in &figures.rows {
        let mut row = Reader::new(cells);
        let Some(cohort) = row.date() else { continue };
        let source = numbers.number(Source::read(&mut row));
        let month = usize::try_from(row.integer()).unwrap_or(0);
        let customers = row.number();
        if acquired.is_whole() {
            grid.add(cohort, source, month, [millionths(customers), row.micros_or_zero()]);
        } else {
            shared.entry((cohort, month)).or_default().push((source, customers, row.number()));
        }
    }
    if acquired.is_whole() {
        return grid;
    }
    let unit = i128::from(acquired.currency.micros_per_minor_unit());
    for cells in &totals.rows {
        let mut row = Reader::new(cells);
        let Some(cohort) = row.date() else { continue };
        let _all_sources = Source::read(&mut row);
        let month = usize::try_from(row.integer()).unwrap_or(0);
        let (customers, revenue) = (millionths(row.number()), row.micros_or_zero());
        let parts = shared.remove(&(cohort, month)).unwrap_or_default();
        let estimates = |figure: fn(&Share) -> f64| parts.iter().map(figure).collect::<Vec<f64>>();
        let customers = allot(&estimates(|part| part.1), customers, 1);
        let revenue = allot(&estimates(|part| part.2), revenue, unit);
        for ((source, ..), (customers, revenue)) in parts.iter().zip(customers.into_iter().zip(revenue)) {
            grid.add(cohort, *source, month, [customers, revenue]);
        }
    }
    grid
}

fn read_spend(spend: &RawTable, numbers: &mut Sources) -> Vec<(Date, usize, i128)> {
    let mut costs = Vec::new();
    for cells in &spend.rows {
        let mut row = Reader::new(cells);
        let Some(cohort) = row.date() else { continue };
        let source = Source {
            key: row.text(),
            name: None,
            is_unattributed: false,
            is_rest: false,
        };
        costs.push((cohort, numbers.number(source), row.micros_or_zero()));
    }
    costs
}

fn read_outlook(prospects: &RawTable, fit: &Fit, numbers: &mut Sources) -> Outlook {
    let mut outlook = Outlook::new();
    for cells in &prospects.rows {
        let mut row = Reader::new(cells);
        let Some(cohort) = row.date() else { continue };
        let is_unattributed = row.integer() == 1;
        let source = numbers.number(Source {
            key: row.text(),
            name: None,
            is_unattributed,
            is_rest: false,
        });
        let share = row.number();
        let Some(next) = fit.next_12_months(&Bought::read(&mut row)) else {
            return Outlook::new();
        };
        let sum = outlook.entry((cohort, source)).or_default();
        *sum = (sum.0 + share, sum.1 + share * next);
    }
    outlook
}

fn read_through(through: &RawTable, currency: Currency) -> (Option<Timestamp>, i64, String) {
    let mut row = through.rows.first().map(|cells| Reader::new(cells));
    let through_at = row.as_mut().and_then(Reader::instant);
    let without_customer = row.as_mut().map_or(0, Reader::integer);
    let lost = row.as_mut().map_or(0, Reader::micros_or_zero);
    (through_at, without_customer, money(lost, currency))
}

impl Table<'_> {
    fn has(&self, part: Part) -> bool {
        let is_spent = matches!((part.cohort, part.source), (Some(cohort), Some(source)) if self.spend.contains_key(&(cohort, source)));
        is_spent || self.grid.of(part).next().is_some()
    }

    fn row(&self, part: Part) -> CohortRow {
        let currency = self.acquired.currency;
        let (mut customers, mut revenue) = (0, 0);
        let mut months = vec![[0_i128; 2]; MONTHS_MAX];
        let mut ripest = 0;
        for (cohort, figures) in self.grid.of(part) {
            let won: i128 = figures.iter().map(|figures| figures[CUSTOMERS]).sum();
            customers += won;
            revenue += figures.iter().map(|figures| figures[REVENUE]).sum::<i128>();
            let ripe = self.ripe.get(&cohort).copied().unwrap_or(0);
            ripest = ripest.max(ripe);
            let mut until = 0;
            for (month, sums) in months.iter_mut().enumerate().take(ripe) {
                until += figures.get(month).map_or(0, |figures| figures[REVENUE]);
                sums[CUSTOMERS] += won;
                sums[REVENUE] += until;
            }
        }
        let months: Vec<Option<CohortMonth>> = months
            .into_iter()
            .take(self.ripe.values().copied().max().unwrap_or(0))
            .enumerate()
            .map(|(month, [customers, revenue])| {
                let ltv = (month < ripest).then(|| per_customer(revenue, customers, currency)).flatten()?;
                Some(CohortMonth {
                    customers: whole(customers),
                    revenue: money(revenue, currency),
                    ltv: money(ltv, currency),
                })
            })
            .collect();
        let spend = self.spend_of(part);
        let ltv = per_customer(revenue, customers, currency);
        let cac = spend.and_then(|spend| per_customer(spend, customers, currency));
        CohortRow {
            cohort: part.cohort.map(|cohort| cohort.to_string()),
            source: part.source.map(|source| self.sources[source].clone()),
            customers: whole(customers),
            revenue: money(revenue, currency),
            ltv: ltv.map(|ltv| money(ltv, currency)),
            spend: spend.map(|spend| money(spend, currency)),
            cac: cac.map(|cac| money(cac, currency)),
            payback_month: self.payback(part, spend, customers),
            months,
            predicted: ltv.and_then(|ltv| self.predicted(part, ltv)),
        }
    }

    /// None where nothing is known to have been spent.
    fn spend_of(&self, part: Part) -> Option<i128> {
        let is_in = |cohort: Date| part.cohort.is_none_or(|asked| asked == cohort);
        let costs: Vec<i128> = match part.source {
            None => self
                .all_spend
                .iter()
                .filter(|(cohort, _)| is_in(**cohort))
                .map(|(_, cost)| *cost)
                .collect(),
            Some(asked) => self
                .spend
                .iter()
                .filter(|((cohort, source), _)| is_in(*cohort) && *source == asked)
                .map(|(_, cost)| *cost)
                .collect(),
        };
        (!costs.is_empty()).then(|| costs.into_iter().sum())
    }

    /// The first ripe month whose revenue per customer covers the cost per customer: revenue × all customers ≥ cost × ripe customers.
    fn payback(&self, part: Part, spend: Option<i128>, customers: i128) -> Option<usize> {
        let spend = spend.filter(|spend| *spend > 0 && customers > 0)?;
        (0..MONTHS_MAX).find(|month| {
            let (mut won, mut earned) = (0_i128, 0_i128);
            for (_, figures) in self
                .grid
                .of(part)
                .filter(|(cohort, _)| self.ripe.get(cohort).copied().unwrap_or(0) > *month)
            {
                won += figures.iter().map(|figures| figures[CUSTOMERS]).sum::<i128>();
                earned += figures.iter().take(month + 1).map(|figures| figures[REVENUE]).sum::<i128>();
            }
            won > 0 && earned as f64 * customers as f64 >= spend as f64 * won as f64
        })
    }

    fn predicted(&self, part: Part, ltv: i128) -> Option<Predicted> {
        let (mut share, mut next) = (0.0, 0.0);
        for ((cohort, source), (of_share, of_next)) in &self.outlook {
            if part.cohort.is_none_or(|asked| asked == *cohort) && part.source.is_none_or(|asked| asked == *source) {
                share += of_share;
                next += of_next;
            }
        }
        if share <= 0.0 {
            return None;
        }
        let currency = self.acquired.currency;
        let next = i128::from(micros(next / share, currency));
        Some(Predicted {
            next_12_months: money(next, currency),
            ltv: money(ltv + next, currency),
        })
    }
}

/// Both in millionths; in whole minor units.
fn per_customer(amount: i128, customers: i128, currency: Currency) -> Option<i128> {
    let unit = i128::from(currency.micros_per_minor_unit());
    (customers > 0).then(|| round_half_even(amount * 1_000_000, customers * unit) * unit)
}

/// Customers are whole, up to the last digits of a sum of shares.
fn millionths(customers: f64) -> i128 {
    (customers * 1_000_000.0).round() as i128
}

fn whole(millionths: i128) -> f64 {
    millionths as f64 / 1_000_000.0
}
