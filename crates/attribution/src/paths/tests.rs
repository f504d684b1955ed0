mod bad_files;
mod bootstrap;
mod laws;
mod reference;
mod sentences;

use super::*;

/// Paths from `path;conversions;value;null` lines.
pub(super) fn paths(lines: &str) -> GroupedPaths {
    parse(&format!("path;total_conversions;total_conversion_value;total_null\n{lines}")).unwrap()
}

fn markov(order: usize, with_nulls: bool) -> PathModel {
    PathModel::Markov {
        order: Order::Fixed(order),
        with_nulls,
    }
}

fn all() -> Vec<PathModel> {
    let direct = "a";
    let mut models = PathModel::parse_list("all", direct, &markov(1, true)).unwrap();
    models.extend([markov(1, false), markov(2, true), markov(2, false), markov(3, true), markov(4, true)]);
    models
}

fn one(paths: &GroupedPaths, model: PathModel) -> Attribution {
    attribute(paths, &[model], None).unwrap().remove(0)
}

/// Conversions by channel, positions added up.
fn conversions(attribution: &Attribution, channel: &str) -> f64 {
    attribution
        .credits
        .iter()
        .filter(|credit| credit.channel == channel)
        .map(|credit| credit.conversions)
        .sum()
}
