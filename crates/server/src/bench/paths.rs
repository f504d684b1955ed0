//! Markov attribution of grouped paths: the question that the benchmark asks of ChannelAttribution, too.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use attribution::paths::{Attribution, GroupedPaths, Order, PathModel, Resampling, attribute, parse};
use serde::Serialize;

#[derive(Clone, Debug, Serialize)]
pub(super) struct PathsReport {
    distinct_paths: usize,
    journeys: u64,
    /// Of every repetition: reading and parsing the file.
    read_seconds: Vec<f64>,
    /// From parsed paths to credits of conversions and value.
    order_1_seconds: Vec<f64>,
    order_3_seconds: Vec<f64>,
    /// The same as order 1 with 300 refits.
    resample_seconds: Vec<f64>,
    /// Conversions and value by channel, order 1.
    credits: BTreeMap<String, [f64; 2]>,
}

pub(super) fn paths(file: &Path, times: usize) -> Result<PathsReport> {
    let read = || {
        let text = std::fs::read_to_string(file).with_context(|| format!("--file: {} cannot be read", file.display()))?;
        Ok(parse(&text)?)
    };
    let (read_seconds, paths) = repeat(times, read)?;
    let (order_1_seconds, answer) = repeat(times, || markov(&paths, 1, None))?;
    let (order_3_seconds, _) = repeat(times, || markov(&paths, 3, None))?;
    let (resample_seconds, _) = repeat(times.min(5), || markov(&paths, 1, Some(&Resampling::default())))?;
    let credits = answer
        .credits
        .into_iter()
        .map(|credit| (credit.channel, [credit.conversions, credit.value]));
    Ok(PathsReport {
        distinct_paths: paths.len(),
        journeys: paths.total_conversions() + paths.total_nulls(),
        read_seconds,
        order_1_seconds,
        order_3_seconds,
        resample_seconds,
        credits: credits.collect(),
    })
}

fn markov(paths: &GroupedPaths, order: usize, resampling: Option<&Resampling>) -> Result<Attribution> {
    let model = PathModel::Markov {
        order: Order::Fixed(order),
        with_nulls: true,
    };
    attribute(paths, &[model], resampling)?.pop().context("one model has one answer")
}

/// Runs `work` so many times, at least once, and gives the seconds of each run with the last answer.
fn repeat<T>(times: usize, mut work: impl FnMut() -> Result<T>) -> Result<(Vec<f64>, T)> {
    let mut seconds = Vec::with_capacity(times);
    loop {
        let started = Instant::now();
        let answer = work()?;
        seconds.push(started.elapsed().as_secs_f64());
        if seconds.len() >= times {
            return Ok((seconds, answer));
        }
    }
}
