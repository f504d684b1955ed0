//! Figures by cohort, source and month since the first order, and what of it is ripe: a month counts only where every customer of the
//! cohort was watched to its end.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use types::TimeGrain;

use super::{Acquired, MONTH_SECONDS, MONTHS_MAX, Source};

/// Numbers of sources, and which of them are shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources {
    known: Vec<Source>,
}

impl Sources {
    /// The source's number. Of several names of one key, the last in alphabetical order stays.
    pub(crate) fn number(&mut self, source: Source) -> usize {
        let found = self
            .known
            .iter()
            .position(|known| known.key == source.key && known.is_unattributed == source.is_unattributed && known.is_rest == source.is_rest);
        match found {
            Some(at) => {
                self.known[at].name = self.known[at].name.take().max(source.name);
                at
            }
            None => {
                self.known.push(source);
                self.known.len() - 1
            }
        }
    }

    /// The sources as they are shown, by size from the largest, then what is left over, then what is unattributed; and for every number its
    /// new one.
    pub(crate) fn shown(self, sizes: &[i128], max: usize) -> (Vec<Source>, Vec<usize>) {
        let size = |at: usize| sizes.get(at).copied().unwrap_or(0);
        let mut order: Vec<usize> = (0..self.known.len()).filter(|at| !self.known[*at].is_unattributed).collect();
        order.sort_by(|left, right| size(*right).cmp(&size(*left)).then_with(|| self.known[*left].cmp(&self.known[*right])));
        let rest = order.split_off(order.len().min(max));
        let mut new = vec![0; self.known.len()];
        let mut shown = Vec::new();
        for at in order {
            new[at] = shown.len();
            shown.push(self.known[at].clone());
        }
        if !rest.is_empty() {
            for at in rest {
                new[at] = shown.len();
            }
            shown.push(Source {
                key: None,
                name: None,
                is_unattributed: false,
                is_rest: true,
            });
        }
        if let Some(at) = self.known.iter().position(|source| source.is_unattributed) {
            new[at] = shown.len();
            shown.push(self.known[at].clone());
        }
        (shown, new)
    }
}

/// `N` figures in millionths for every cohort, source and month.
#[derive(Clone, Debug, Default)]
pub(crate) struct Grid<const N: usize> {
    cells: BTreeMap<(Date, usize), Vec<[i128; N]>>,
}

/// What is asked of a grid.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    /// All cohorts if None.
    pub(crate) cohort: Option<Date>,
    /// All sources if None.
    pub(crate) source: Option<usize>,
}

impl<const N: usize> Grid<N> {
    pub(crate) fn add(&mut self, cohort: Date, source: usize, month: usize, figures: [i128; N]) {
        let months = self.cells.entry((cohort, source)).or_default();
        if months.len() <= month {
            months.resize(month + 1, [0; N]);
        }
        for (sum, figure) in months[month].iter_mut().zip(figures) {
            *sum += figure;
        }
    }

    /// The same with new numbers of sources.
    pub(crate) fn renumbered(self, new: &[usize]) -> Self {
        let mut grid = Self::default();
        for ((cohort, source), months) in self.cells {
            for (month, figures) in months.into_iter().enumerate() {
                grid.add(cohort, new[source], month, figures);
            }
        }
        grid
    }

    /// Sizes of sources by number: their sum of one figure over all cohorts and months.
    pub(crate) fn sizes(&self, figure: usize) -> Vec<i128> {
        let mut sizes = Vec::new();
        for ((_, source), months) in &self.cells {
            if sizes.len() <= *source {
                sizes.resize(*source + 1, 0);
            }
            sizes[*source] += months.iter().map(|figures| figures[figure]).sum::<i128>();
        }
        sizes
    }

    /// Cohorts, each once, the earliest first.
    pub(crate) fn cohorts(&self) -> Vec<Date> {
        let mut cohorts: Vec<Date> = self.cells.keys().map(|(cohort, _)| *cohort).collect();
        cohorts.dedup();
        cohorts
    }

    /// Cohorts and their months' figures in a part.
    pub(crate) fn of(&self, part: Part) -> impl Iterator<Item = (Date, &[[i128; N]])> {
        self.cells
            .iter()
            .filter(move |((cohort, source), _)| part.cohort.is_none_or(|asked| asked == *cohort) && part.source.is_none_or(|asked| asked == *source))
            .map(|((cohort, _), months)| (*cohort, months.as_slice()))
    }
}

/// Months since the first order that all customers of the cohort were watched through, up to `through`; at most [`MONTHS_MAX`].
pub(crate) fn ripe_months(acquired: &Acquired, cohort: Date, through: Option<Timestamp>) -> usize {
    let zone = types::date_range::parse_zone(&acquired.zone).unwrap_or(TimeZone::UTC);
    let next = cohort.saturating_add(match acquired.grain {
        TimeGrain::Week => 7.days(),
        TimeGrain::Quarter => 3.months(),
        TimeGrain::FifteenMinutes | TimeGrain::Hour | TimeGrain::Day | TimeGrain::Month | TimeGrain::Year | TimeGrain::Total => 1.month(),
    });
    let (Some(through), Ok(end)) = (through, next.to_zoned(zone)) else {
        return 0;
    };
    let watched = through.as_second() - end.timestamp().as_second();
    usize::try_from(watched / MONTH_SECONDS).unwrap_or(0).min(MONTHS_MAX)
}

/// Shares of an exact total by largest remainder, in whole `unit`s; what the total has beyond whole units goes to the largest part. The
/// parts are estimates that sum to about the total.
pub(crate) fn allot(parts: &[f64], total: i128, unit: i128) -> Vec<i128> {
    if parts.is_empty() {
        return Vec::new();
    }
    let in_units = |part: &f64| part * 1_000_000.0 / unit as f64;
    let mut shares: Vec<i128> = parts.iter().map(|part| in_units(part).floor() as i128 * unit).collect();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    let rest = |at: &usize| in_units(&parts[*at]) - in_units(&parts[*at]).floor();
    order.sort_by(|left, right| rest(right).total_cmp(&rest(left)));
    let mut left = total - shares.iter().sum::<i128>();
    for at in order.iter().cycle() {
        let step = left.clamp(-unit, unit);
        shares[*at] += step;
        left -= step;
        if left == 0 {
            break;
        }
    }
    shares
}
