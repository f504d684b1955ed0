//! Prints what the demo company's world is like: `cargo run --release -p demo --example summary [SCALE]`.

use std::collections::BTreeMap;
use std::time::Instant;

use demo::{Channel, Config, World};
use jiff::Timestamp;
use types::{OrganizationId, RecordKind};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let scale = std::env::args().nth(1).map_or(Ok(1.0), |text| text.parse())?;
    let started = Instant::now();
    let world = World::generate(
        &Config {
            scale,
            ..Config::new(OrganizationId::from_bytes([1; 16]))
        },
        Timestamp::UNIX_EPOCH,
    )?;
    let generated = started.elapsed();
    let mut rows = BTreeMap::<RecordKind, u64>::new();
    let mut by_channel = BTreeMap::<String, [f64; 4]>::new();
    for row in world.chunks().flatten() {
        *rows.entry(row.record_kind).or_default() += 1;
        if let (RecordKind::Spend, Some(channel)) = (row.record_kind, &row.channel) {
            let sums = by_channel.entry(channel.to_string()).or_default();
            sums[0] += row.spend_reporting.unwrap_or(0) as f64 / 1e6;
            sums[1] += row.clicks.unwrap_or(0) as f64;
            sums[2] += row.platform_conversions.unwrap_or(0) as f64 / 1e6;
        } else if let (RecordKind::Touch, Some(channel)) = (row.record_kind, &row.channel) {
            by_channel.entry(channel.to_string()).or_default()[3] += f64::from(row.interaction_type == Some(types::InteractionType::Click));
        }
    }
    println!(
        "{} rows; simulated in {generated:.2?}, written in {:.2?}",
        rows.values().sum::<u64>(),
        started.elapsed() - generated
    );
    println!("{rows:?}");
    let truth = world.truth();
    let euro = |micros: i64| micros as f64 / 1e6;
    println!(
        "{} orders, {:.0} EUR, average {:.2}, refunds {:.1} % ({:.0} EUR)",
        truth.orders,
        euro(truth.revenue_micros),
        euro(truth.revenue_micros) / truth.orders as f64,
        truth.refunds as f64 / truth.orders as f64 * 100.0,
        euro(truth.refunded_micros)
    );
    println!(
        "{:16} {:>9} {:>9} {:>8} {:>8} {:>9} {:>9} {:>8} {:>8} {:>6}",
        "", "spend", "clicks", "touches", "followed", "true", "drawn", "claimed", "revenue", "iROAS"
    );
    for channel in Channel::ALL {
        let (effect, sums) = (truth.channel(channel), by_channel.get(channel.name()).copied().unwrap_or_default());
        println!(
            "{:16} {:9.0} {:9.0} {:8} {:8.0} {:9.1} {:9} {:8.0} {:8.0} {:6.2}",
            channel.name(),
            sums[0],
            sums[1],
            effect.touches,
            sums[3],
            effect.orders,
            effect.orders_drawn,
            sums[2],
            euro(effect.revenue_micros),
            euro(effect.revenue_micros) / sums[0]
        );
    }
    let spend: f64 = by_channel.values().map(|sums| sums[0]).sum();
    println!(
        "baseline {:.1} orders, {:.0} EUR; spend {spend:.0}, MER {:.2}",
        truth.baseline.orders,
        euro(truth.baseline.revenue_micros),
        euro(truth.revenue_micros) / spend
    );
    Ok(())
}
