//! `tributary accuracy`: how far each model is from what really caused the orders of a simulated company.

use std::collections::HashMap;
use std::process::ExitCode;

use anyhow::{Result, bail};
use attribution::Model;
use demo::{Channel, Comparison, Distance, OrderTruth, Shares, World};
use jiff::ToSpan;
use jiff::civil::Date;
use semantic::data_driven::{self, Asked, ModelCredit};
use semantic::{QueryEngine, order_shares};
use serde_json::{Value, json};
use types::DateRange;

use super::demo::CURSOR;
use super::question::{Credit, refusal};
use crate::cli::Global;
use crate::output;

/// Orders are compared some days at a time, so that neither side is ever held whole.
const DAYS_AT_ONCE: i32 = 14;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Name of the organisation; it must hold the demo company, whose truth is known.
    #[arg(long, value_name = "NAME", default_value = "demo")]
    org: String,
    /// `all`, which includes models that learn from paths, or rules separated by commas.
    #[arg(long, value_name = "MODELS", default_value = "all")]
    model: String,
    /// First day of orders, included (YYYY-MM-DD); the whole history without it.
    #[arg(long, value_name = "DAY")]
    from: Option<Date>,
    /// Last day, included.
    #[arg(long, value_name = "DAY")]
    to: Option<Date>,
    #[command(flatten)]
    credit: Credit,
}

/// A model and how far it is from the truth.
struct Measured {
    model: String,
    distance: Distance,
}

pub(crate) async fn run(global: Global, arguments: Arguments) -> Result<ExitCode> {
    let models = Model::parse_list(&arguments.model)?;
    let installation = global.open().await?;
    let (organization, context) = installation.organization(&arguments.org).await?;
    if installation.lake(&context).await?.cursor(CURSOR).await?.is_none() {
        bail!(
            "what really caused the orders of `{}` is not known: only the demo company's truth is (load it with `tributary demo --load-only`)",
            arguments.org
        );
    }
    let (own, history) = installation.settings(&context).await?;
    let (settings, history) = match arguments.credit.settings(&own)? {
        Some(settings) => (settings, Vec::new()),
        None => (own, history),
    };
    let config = demo::Config::new(organization.id);
    let now = installation.clock.now();
    let world = tokio::task::spawn_blocking(move || World::generate(&config, now)).await??;
    let first = arguments.from.unwrap_or(world.first_day()).max(world.first_day());
    let last = arguments.to.unwrap_or(world.last_day()).min(world.last_day());
    let zone = types::date_range::parse_zone(demo::ZONE)?;
    let all = DateRange::inclusive(first, last, zone.clone())?;
    let mut truths: HashMap<String, OrderTruth> = tokio::task::spawn_blocking(move || {
        let is_asked = |truth: &OrderTruth| (all.start_instant()..all.end_instant()).contains(&truth.recorded_at);
        world
            .order_truths()
            .filter(is_asked)
            .map(|truth| (truth.order_id.clone(), truth))
            .collect()
    })
    .await?;
    let mut comparisons = vec![Comparison::default(); models.len()];
    let mut day = first;
    while day <= last {
        let end = day.saturating_add((DAYS_AT_ONCE - 1).days()).min(last);
        let range = DateRange::inclusive(day, end, zone.clone())?;
        let raw = installation
            .engine
            .query(&context, &order_shares::plan(&range, &models, &settings, &history))
            .await?;
        compare(&mut comparisons, &order_shares::finish(&raw, models.len()), &mut truths)?;
        day = end.saturating_add(1.day());
    }
    if let Some(order) = truths.keys().min() {
        bail!(
            "{} orders of the demo company are not in the lake, such as {order}: load it into an empty data directory",
            truths.len()
        );
    }
    let measured = models.iter().zip(&comparisons).filter_map(|(model, comparison)| {
        Some(Measured {
            model: model.to_string(),
            distance: comparison.finish()?,
        })
    });
    let mut measured: Vec<Measured> = measured.collect();
    if arguments.model.trim() == "all" {
        let all = DateRange::inclusive(first, last, zone)?;
        let asked = Asked {
            models: LEARNED.map(str::to_owned).to_vec(),
            ..Asked::default()
        };
        let prepared = data_driven::question(&asked, &settings, Some(all)).map_err(|error| refusal(&error))?;
        let raw = installation.engine.query(&context, &prepared.plan()).await?;
        let answer = prepared.finish(&raw, organization.currency).map_err(|error| refusal(&error))?;
        for model in &answer.models {
            let distance = comparisons.first().and_then(|comparison| comparison.in_all(&shares_of(model)));
            measured.extend(distance.map(|distance| Measured {
                model: model.model.to_owned(),
                distance,
            }));
        }
    }
    // Models that credit no channel too little are equally far from the truth, which lies with nobody: then the mix tells them apart.
    let rank = |measured: &Measured| (rounded(measured.distance.total), rounded(measured.distance.mix));
    measured.sort_by(|left, right| {
        let ((total, mix), (other_total, other_mix)) = (rank(left), rank(right));
        total.total_cmp(&other_total).then(mix.total_cmp(&other_mix))
    });
    output::print(global.format, &body(&measured, first, last), |_| text(&measured, first, last))?;
    Ok(ExitCode::SUCCESS)
}

/// Models that learn from paths; they share all orders at once, so they have no distance by order.
const LEARNED: [&str; 3] = ["markov", "shapley", "leave_one_out"];

/// What channels and nobody have of all revenue under a model that learned from paths.
fn shares_of(model: &ModelCredit) -> Shares {
    let amount = |text: &str| types::money::parse_micros(text).unwrap_or(0) as f64;
    let mut shares = Shares::default();
    shares.add(None, amount(&model.unattributed_revenue));
    for row in &model.rows {
        // A channel that the demo company does not know cannot be: orders were compared before.
        shares.add(Some(&row.step), amount(&row.revenue));
    }
    shares
}

/// Adds orders whose shares lie together in `shares`, and takes each out of `truths`.
fn compare(comparisons: &mut [Comparison], shares: &[order_shares::OrderShare], truths: &mut HashMap<String, OrderTruth>) -> Result<()> {
    for order in shares.chunk_by(|left, right| left.order_id == right.order_id) {
        let id = &order[0].order_id;
        let Some(truth) = truths.remove(id) else {
            bail!("order {id} is not one of the demo company's: other data was imported beside it");
        };
        for (at, comparison) in comparisons.iter_mut().enumerate() {
            let mut credit = Shares::default();
            for share in order {
                if !credit.add(share.channel.as_deref(), share.weights[at]) {
                    bail!("the demo company has no channel `{}`", share.channel.as_deref().unwrap_or_default());
                }
            }
            comparison.add(&truth, &credit);
        }
    }
    Ok(())
}

fn body(measured: &[Measured], first: Date, last: Date) -> Value {
    let shares = |shares: &Shares| {
        let channels: serde_json::Map<String, Value> = Channel::ALL
            .iter()
            .zip(shares.channels)
            .map(|(channel, share)| (channel.name().to_owned(), json!(rounded(share))))
            .collect();
        json!({ "channels": channels, "nobody": rounded(shares.nobody) })
    };
    let models = measured.iter().map(|Measured { model, distance }| {
        json!({
            "model": model,
            "distance": rounded(distance.total),
            "distance_of_mix": rounded(distance.mix),
            "mean_error": rounded(distance.mean_error),
            "distance_per_order": distance.per_order.map(rounded),
            "unseen": rounded(distance.unseen),
            "shares": shares(&distance.credit),
        })
    });
    json!({
        "from": first.to_string(),
        "to": last.to_string(),
        "orders": measured.first().map_or(0, |measured| measured.distance.orders),
        "truth": measured.first().map(|measured| shares(&measured.distance.truth)),
        "models": models.collect::<Vec<_>>(),
    })
}

/// Sums of shares are estimates of nobody's: nine digits, so that equal data prints alike.
fn rounded(number: f64) -> f64 {
    (number * 1e9).round() / 1e9
}

fn text(measured: &[Measured], first: Date, last: Date) -> String {
    let Some(Measured { distance: any, .. }) = measured.first() else {
        return format!("No orders from {first} to {last}.");
    };
    let percent = |share: f64| format!("{:.1}%", share * 100.0);
    let rows: Vec<Vec<String>> = measured
        .iter()
        .map(|Measured { model, distance }| {
            vec![
                model.clone(),
                percent(distance.total),
                percent(distance.mix),
                percent(distance.mean_error),
                distance.per_order.map_or_else(|| "—".to_owned(), percent),
            ]
        })
        .collect();
    let mut header = vec!["Share of revenue", "truth"];
    header.extend(measured.iter().map(|measured| measured.model.as_str()));
    let right: Vec<bool> = (0..header.len()).map(|column| column > 0).collect();
    let line = |name: &str, share: &dyn Fn(&Shares) -> f64| {
        let mut cells = vec![name.to_owned(), percent(share(&any.truth))];
        cells.extend(measured.iter().map(|measured| percent(share(&measured.distance.credit))));
        cells
    };
    let mut shares: Vec<Vec<String>> = Channel::ALL
        .iter()
        .enumerate()
        .map(|(at, channel)| line(channel.name(), &|shares| shares.channels[at]))
        .collect();
    shares.push(line("Nobody", &|shares| shares.nobody));
    format!(
        "{} orders from {first} to {last}; distances are parts of the money (of an order) at the wrong place\n\n{}\n\n{}\n\n\
         {} of the revenue would have come anyway; {} is left unattributed. The rest no model of touches can see: every model gives it to a channel.",
        any.orders,
        output::table(
            &["Model", "Distance", "of the mix", "Mean error", "Per order"],
            &[false, true, true, true, true],
            &rows
        ),
        output::table(&header, &right, &shares),
        percent(any.truth.nobody),
        percent(any.credit.nobody),
    )
}
