//! A model as shares of each path's steps, to allot every order's money by.

use super::fitted::{Counts, Estimate, Fitted};
use super::leave_one_out::LeaveOneOut;
use super::rake::rake;
use super::{Error, GroupedPaths, PathModel, rules};

/// What a channel should get under the model, and what the steps' weights give it.
#[derive(Clone, Debug, PartialEq)]
pub struct Margin {
    pub wanted: f64,
    pub reached: f64,
}

/// Weights that sum to 1 over the steps of each path.
#[derive(Clone, Debug, PartialEq)]
pub struct StepWeights {
    /// Those of path `p` lie at [`GroupedPaths::step_range`].
    pub weights: Vec<f64>,
    /// Value of each channel, or conversions where nothing has a value.
    pub margins: Vec<Margin>,
}

impl StepWeights {
    pub fn of<'a>(&'a self, paths: &GroupedPaths, path: usize) -> &'a [f64] {
        &self.weights[paths.step_range(path)]
    }

    /// How far the worst channel is from its model's total, in relation to the sum of all. Above 1e-9 the model asks for what no shares of
    /// these paths can give, such as less for a channel than journeys brought that touched nothing else.
    pub fn residual(&self) -> f64 {
        let total: f64 = self.margins.iter().map(|margin| margin.wanted).sum();
        let worst = self
            .margins
            .iter()
            .map(|margin| (margin.wanted - margin.reached).abs())
            .fold(0.0, f64::max);
        if total > 0.0 { worst / total } else { 0.0 }
    }
}

/// Weights under which each path's value sums to itself and each channel's to the model's total. For most models these are the model's own
/// weights; removal effects say nothing about single paths, so they are raked.
pub fn step_weights(paths: &GroupedPaths, model: &PathModel) -> Result<StepWeights, Error> {
    let counts = Counts::observed(paths);
    let by_value = paths.total_value() > 0.0;
    let amount = |path: usize| if by_value { paths.value(path) } else { paths.conversions(path) as f64 };
    let mut weights = Vec::with_capacity(paths.step_count());
    let mut wanted = None;
    match model {
        PathModel::Markov { .. } => {
            let mut estimate = Estimate::default();
            Fitted::new(paths, model)?.evaluate(&counts, &mut estimate)?;
            let totals = if by_value { estimate.values } else { estimate.conversions };
            let raked = rake(paths, amount, &totals, &totals);
            for path in 0..paths.len() {
                rules::append_by_channel(paths.steps(path), |channel| raked.weights[channel as usize], &mut weights);
            }
            wanted = Some(totals);
        }
        PathModel::LeaveOneOut => {
            let model = LeaveOneOut::new(paths);
            let merged = model.merge(&counts);
            for path in 0..paths.len() {
                append_runs(&model, &merged, paths.steps(path), model.place[path], &mut weights);
            }
        }
        rule => {
            let direct = match rule {
                PathModel::LastNonDirect { direct } => paths.channel(direct),
                _ => None,
            };
            for path in 0..paths.len() {
                rules::append(rule, direct, paths.steps(path), &mut weights);
            }
        }
    }
    let mut reached = vec![0.0; paths.channels().len()];
    for path in 0..paths.len() {
        for (step, weight) in paths.steps(path).iter().zip(&weights[paths.step_range(path)]) {
            reached[*step as usize] += amount(path) * weight;
        }
    }
    let wanted = wanted.unwrap_or_else(|| reached.clone());
    let margins = wanted
        .into_iter()
        .zip(reached)
        .map(|(wanted, reached)| Margin { wanted, reached })
        .collect();
    Ok(StepWeights { weights, margins })
}

/// The weight of a step that was taken as one is shared equally by the touches behind it.
fn append_runs(model: &LeaveOneOut, merged: &Counts, steps: &[u32], collapsed: usize, weights: &mut Vec<f64>) {
    let mut of_runs = Vec::new();
    model.append_weights(collapsed, merged, &mut of_runs);
    for (run, weight) in steps.chunk_by(|a, b| a == b).zip(of_runs) {
        weights.extend(run.iter().map(|_| weight / run.len() as f64));
    }
}
