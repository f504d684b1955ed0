//! Times the attribution pass over a lake: five models in one pass, credit summed by campaign.
//!
//! `attribution_bench DATA_DIR ORGANIZATION_ID [RUNS]` prints `{"seconds": [...], "peak_rss_bytes": N, "rows": N, "version": N}`.
//! `attribution_bench --generate TOUCHES DATA_DIR ORGANIZATION_ID` first fills an empty lake with journeys of geometric length (mean 8),
//! an order after 3 % of the touches.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use attribution::{Model, Settings};
use authz::OrgContext;
use engine::{Engine, KnownCurrencies, Limits};
use jiff::Timestamp;
use semantic::engine::RawTable;
use semantic::{CreditSource, Plan};
use types::{CampaignId, Clock, Currency, CustomerId, InteractionType, ManualClock, OrganizationId, RecordKind, SourceCategory, UnifiedRow};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1).collect::<Vec<_>>();
    let generate = match arguments.first().map(String::as_str) {
        Some("--generate") => {
            arguments.remove(0);
            Some(arguments.remove(0).parse::<u64>()?)
        }
        _ => None,
    };
    let [folder, organization, rest @ ..] = arguments.as_slice() else {
        return Err("usage: attribution_bench DATA_DIR ORGANIZATION_ID [RUNS]".into());
    };
    let runs = rest.first().map_or(Ok(5), |runs| runs.parse())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(bench(Path::new(folder), organization.parse()?, runs, generate))
}

async fn bench(folder: &Path, organization: OrganizationId, runs: usize, generate: Option<u64>) -> Outcome<()> {
    let lakes = lake::Lakes::new(folder, lake::Catalogue::Sqlite);
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::new(Timestamp::from_second(1_750_000_000)?));
    if let Some(touches) = generate {
        fill(&lakes.open(&organization, Arc::clone(&clock)).await?, organization, touches).await?;
    }
    let context = OrgContext::system(organization);
    let currencies = Arc::new(KnownCurrencies(HashMap::from([(organization, Currency::EUR)])));
    let mut seconds = Vec::new();
    let mut answer = None;
    for _ in 0..runs {
        // A new engine for every run: no answer is kept.
        let engine = Engine::new(
            lakes.clone(),
            Arc::<KnownCurrencies>::clone(&currencies) as _,
            Limits {
                seconds: 600,
                ..Limits::default()
            },
            Arc::clone(&clock),
        );
        let started = Instant::now();
        let table = semantic::QueryEngine::query(&engine, &context, &question()).await?;
        seconds.push(started.elapsed().as_secs_f64());
        answer = Some(table);
    }
    let RawTable { rows, data_version, .. } = answer.ok_or("no runs")?;
    println!(
        "{}",
        serde_json::json!({ "seconds": seconds, "peak_rss_bytes": peak_rss_bytes()?, "rows": rows.len(), "version": data_version })
    );
    Ok(())
}

fn question() -> Plan {
    let models = Model::ALL[..5].to_vec();
    let sums = models.iter().map(|model| format!("sum(revenue_{model})")).collect::<Vec<_>>().join(", ");
    Plan {
        sql: format!("SELECT campaign_id, {sums} FROM credits GROUP BY campaign_id ORDER BY campaign_id"),
        params: Vec::new(),
        credits: vec![CreditSource::new("credits", &models, &Settings::default())],
        ..Plan::default()
    }
}

fn peak_rss_bytes() -> Outcome<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .ok_or("no VmHWM in /proc/self/status")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1024)
}

/// SplitMix64: enough for made-up journeys, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

const YEAR_SECONDS: u64 = 365 * 86_400;
const CHUNK_ROWS: usize = 200_000;

async fn fill(lake: &lake::Lake, organization: OrganizationId, touches: u64) -> Outcome<()> {
    let mut random = Random(7);
    let ingested = Timestamp::from_second(1_750_000_000)?;
    let campaigns = (0..300)
        .map(|at| CampaignId::derive(organization, "ads", &at.to_string()))
        .collect::<Vec<_>>();
    let channels: Vec<Arc<str>> = ["Search", "Social", "Display", "Video", "E-mail", "Direct"].map(Arc::from).to_vec();
    let (ads, shop): (Arc<str>, Arc<str>) = ("ads".into(), "shop".into());
    let mut transaction = lake.transaction();
    let (mut rows, mut made, mut customer) = (Vec::with_capacity(CHUNK_ROWS), 0, 0_u64);
    while made < touches {
        let id = CustomerId::derive(organization, &customer.to_string());
        customer += 1;
        let mut at = 1_710_000_000 + random.below(YEAR_SECONDS);
        loop {
            let instant = Timestamp::from_second(i64::try_from(at)?)?;
            let mut touch = UnifiedRow::new(
                organization,
                Arc::clone(&ads),
                SourceCategory::PlatformNative,
                RecordKind::Touch,
                format!("t{made}").into(),
                instant,
                ingested,
            );
            let campaign = random.below(300) as usize;
            (touch.customer_id, touch.campaign_id) = (Some(id), Some(campaigns[campaign]));
            (touch.channel, touch.interaction_type) = (Some(Arc::clone(&channels[campaign % 6])), Some(InteractionType::Click));
            rows.push(touch);
            made += 1;
            if random.below(100) < 3 {
                let sold = Timestamp::from_second(i64::try_from(at + 60)?)?;
                let mut order = UnifiedRow::new(
                    organization,
                    Arc::clone(&shop),
                    SourceCategory::ExternalRevenue,
                    RecordKind::Order,
                    format!("o{made}").into(),
                    sold,
                    ingested,
                );
                let micros = i64::try_from(1_000 + random.below(20_000))? * 10_000;
                (order.customer_id, order.conversion_type, order.order_id) = (Some(id), Some("purchase".into()), Some(format!("o{made}").into()));
                (order.revenue, order.revenue_reporting) = (Some(micros), Some(micros));
                rows.push(order);
            }
            if random.below(8) == 0 {
                break;
            }
            at += 60 + random.below(6 * 86_400);
        }
        if rows.len() >= CHUNK_ROWS {
            transaction
                .append_rows(std::mem::replace(&mut rows, Vec::with_capacity(CHUNK_ROWS)))
                .await?;
        }
    }
    transaction.append_rows(rows).await?;
    let commit = transaction.commit("made-up journeys").await?;
    lake.compact().await?;
    eprintln!("{} rows in version {}", commit.rows, commit.version);
    Ok(())
}
