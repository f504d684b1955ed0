//! Credit by channel, as the answer.

use serde::Serialize;

use super::bootstrap::draw;
use super::fitted::{Counts, Estimate, Fitted};
use super::{Error, GroupedPaths, PathModel, Resampling};

/// The middle share of the resamples, 95 % unless another level was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}

/// What one channel, or one channel at one position, gets.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChannelCredit {
    pub channel: String,
    /// From 1; only under the ordered Shapley value.
    pub position: Option<u32>,
    pub conversions: f64,
    pub value: f64,
    /// Share of the conversions, or of their value, that are lost without the channel; only of Markov chains.
    pub removal_effect: Option<f64>,
    pub removal_effect_value: Option<f64>,
    /// None without [`Resampling`].
    pub conversions_interval: Option<Interval>,
    pub value_interval: Option<Interval>,
    pub removal_effect_interval: Option<Interval>,
}

/// One model's answer. Credits sum to the totals less what is unattributed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Attribution {
    pub model: &'static str,
    /// Of a Markov chain; the chosen one where that was left open.
    pub order: Option<usize>,
    /// By channel and position.
    pub credits: Vec<ChannelCredit>,
    pub conversions: f64,
    pub value: f64,
    /// What no channel gets: nothing, unless the model finds nothing that could earn it.
    pub unattributed_conversions: f64,
    pub unattributed_value: f64,
}

/// Shares the conversions of the paths under each model; with `resampling`, intervals as well, from the same draws for all models.
pub fn attribute(paths: &GroupedPaths, models: &[PathModel], resampling: Option<&Resampling>) -> Result<Vec<Attribution>, Error> {
    let mut fitted: Vec<Fitted> = models.iter().map(|model| Fitted::new(paths, model)).collect::<Result<_, _>>()?;
    let observed = Counts::observed(paths);
    let mut estimates = Vec::with_capacity(models.len());
    for model in &mut fitted {
        let mut estimate = Estimate::default();
        model.evaluate(&observed, &mut estimate)?;
        estimates.push(estimate);
    }
    let draws = resampling.map(|resampling| draw(paths, &mut fitted, resampling)).transpose()?;
    let mut answers = Vec::with_capacity(models.len());
    for (at, (model, estimate)) in models.iter().zip(&estimates).enumerate() {
        let interval = |figure, row| {
            draws
                .as_ref()
                .zip(resampling)
                .and_then(|(draws, of)| draws[at].interval(figure, row, of.level))
        };
        let credit = |(row, key): (usize, &super::fitted::RowKey)| ChannelCredit {
            channel: paths.channels()[key.channel as usize].clone(),
            position: key.position,
            conversions: estimate.conversions[row],
            value: estimate.values[row],
            removal_effect: estimate.removal_effects.get(row).map(|effects| effects[0]),
            removal_effect_value: estimate.removal_effects.get(row).map(|effects| effects[1]),
            conversions_interval: interval(0, row),
            value_interval: interval(1, row),
            removal_effect_interval: interval(2, row),
        };
        let (conversions, value) = (paths.total_conversions() as f64, paths.total_value());
        let is_shared = |shares: &[f64]| shares.iter().any(|share| *share > 0.0);
        answers.push(Attribution {
            model: model.name(),
            order: fitted[at].order(),
            credits: fitted[at].rows().iter().enumerate().map(credit).collect(),
            conversions,
            value,
            unattributed_conversions: if is_shared(&estimate.conversions) { 0.0 } else { conversions },
            unattributed_value: if is_shared(&estimate.values) { 0.0 } else { value },
        });
    }
    Ok(answers)
}
