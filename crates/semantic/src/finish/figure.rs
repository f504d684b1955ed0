//! A metric as a calculation over the leaves of one row: names are looked up once, not for every row.

use attribution::Model;

use crate::catalogue::{Catalogue, Definition, Metric, MetricUnit};
use crate::plan::LeafUse;
use crate::value::Value;

#[derive(Clone, Debug)]
pub(super) enum Figure {
    /// The leaf at this place.
    Leaf(usize),
    Quotient {
        /// To add up; those marked true are subtracted.
        terms: Vec<(Figure, bool)>,
        divisor: Box<Figure>,
        times: u32,
        unit: MetricUnit,
    },
}

impl Figure {
    pub(super) fn of(catalogue: &'static Catalogue, leaves: &[LeafUse], metric: &Metric, model: Option<Model>) -> Self {
        match &metric.definition {
            Definition::Leaf(_) => {
                let at = leaves.iter().position(|used| used.is(metric, model));
                Self::Leaf(at.expect("every leaf of a metric is in the plan"))
            }
            Definition::Formula(formula) => {
                let part = |key: &str| Self::of(catalogue, leaves, catalogue.part(key), model);
                Self::Quotient {
                    terms: formula.terms().map(|(key, is_negative)| (part(key), is_negative)).collect(),
                    divisor: Box::new(part(&formula.denominator)),
                    times: formula.times,
                    unit: metric.unit,
                }
            }
        }
    }

    /// The value in a row with these leaves.
    pub(super) fn value(&self, leaves: &[Value]) -> Value {
        match self {
            Self::Leaf(at) => leaves[*at],
            Self::Quotient { terms, divisor, times, unit } => {
                let mut dividend = Value::ZERO;
                for (term, is_negative) in terms {
                    let term = term.value(leaves);
                    dividend = dividend.plus(if *is_negative { term.negated() } else { term });
                }
                dividend.divided(divisor.value(leaves), *times, *unit)
            }
        }
    }
}
