//! Histories told in any order and in pieces of any size: deriving what changed must end where deriving everything ends, to the byte.

use attribution::{Journey, Settings};
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use types::money::FxRate;
use types::{AssetId, CampaignId, Currency, CustomerId, OrganizationId, RecordKind, SourceCategory, UnifiedRow, digest};

use super::world::World;
use crate::run_whole;

const CUSTOMERS: u64 = 150;
const CAMPAIGNS: u64 = 5;
const DAYS: u64 = 40;
const FIRST_DAY: Date = date(2024, 3, 1);

struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % bound
    }

    fn chance(&mut self, one_in: u64) -> bool {
        self.below(one_in) == 0
    }
}

fn day(number: u64) -> Date {
    FIRST_DAY.checked_add((number as i64).days()).unwrap()
}

fn campaign(organization: OrganizationId, number: u64) -> CampaignId {
    CampaignId::derive(organization, "ads", &number.to_string())
}

fn new_row(organization: OrganizationId, source: &str, kind: RecordKind, key: &str, at: Timestamp) -> UnifiedRow {
    let category = SourceCategory::ExternalRevenue;
    UnifiedRow::new(
        organization,
        source.into(),
        category,
        kind,
        key.into(),
        at,
        "2024-07-01T00:00:00Z".parse().unwrap(),
    )
}

/// The journey rows of everybody: touches, goals, orders, refunds of some, stages.
fn history(organization: OrganizationId, random: &mut Random) -> Vec<UnifiedRow> {
    let mut rows = Vec::new();
    for customer in 0..CUSTOMERS {
        let mut orders = 0;
        for at in 0..random.below(12) {
            let kind = match random.below(12) {
                0..7 => RecordKind::Touch,
                7 => RecordKind::Conversion,
                8 | 9 => RecordKind::Order,
                10 if orders > 0 => RecordKind::Refund,
                _ => RecordKind::Stage,
            };
            // Seconds, so that some things happen at the same instant.
            let seconds = FIRST_DAY.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp().as_second() + random.below(DAYS * 96) as i64 * 900;
            let key = format!("{customer}-{at}");
            let mut row = new_row(organization, "shop", kind, &key, Timestamp::from_second(seconds).unwrap());
            row.customer_id = Some(CustomerId::derive(organization, &customer.to_string()));
            row.customer_key = Some(customer.to_string().into());
            match kind {
                RecordKind::Touch => {
                    let number = random.below(CAMPAIGNS + 1);
                    row.channel = Some(format!("Channel {}", random.below(4)).into());
                    if number < CAMPAIGNS {
                        row.campaign_id = Some(campaign(organization, number));
                        row.campaign_name = Some(format!("Campaign {number}").into());
                        row.asset_id = Some(AssetId::derive(organization, &number.to_string()));
                    }
                }
                RecordKind::Order | RecordKind::Conversion => {
                    let micros = random.below(30_000) as i64 * 10_000;
                    row.order_id = Some(format!("{customer}-{orders}").into());
                    row.conversion_type = (kind == RecordKind::Conversion).then(|| "lead".into());
                    (row.revenue, row.revenue_reporting) = (Some(micros), Some(micros));
                    orders += u64::from(kind == RecordKind::Order);
                }
                RecordKind::Refund => {
                    let micros = random.below(9_000) as i64 * 10_000;
                    row.order_id = Some(format!("{customer}-{}", random.below(orders)).into());
                    (row.refund, row.refund_reporting) = (Some(micros), Some(micros));
                }
                _ => row.stage = Some(["lead", "opportunity", "won"][random.below(3) as usize].into()),
            }
            row.currency = Some(Currency::EUR);
            row.fx_rate = Some(FxRate { billionths: 1_000_000_000 });
            row.sequence = digest::sequence(kind, None, &row);
            rows.push(row);
        }
    }
    rows
}

/// What the platform says was spent on a day; restated by its revision.
fn spend(organization: OrganizationId, number: u64, revision: u64) -> Vec<UnifiedRow> {
    let zone = types::date_range::parse_zone("Europe/Berlin").unwrap();
    let rows = (0..CAMPAIGNS).map(|campaign_number| {
        let at = day(number).to_zoned(zone.clone()).unwrap().timestamp();
        let mut row = new_row(organization, "ads", RecordKind::Spend, &format!("{number}-{campaign_number}"), at);
        row.campaign_id = Some(campaign(organization, campaign_number));
        row.civil_date = Some(day(number));
        row.account_zone = Some("Europe/Berlin".into());
        row.level = Some("campaign".into());
        let micros = ((number * 7 + campaign_number * 3 + revision * 11) % 50) as i64 * 1_230_000;
        (row.spend, row.spend_reporting) = (Some(micros), Some(micros));
        row.currency = Some(Currency::EUR);
        row.sequence = digest::sequence(RecordKind::Spend, None, &row);
        row
    });
    rows.collect()
}

/// Every column of every derived row.
async fn dump(world: &World) -> Vec<String> {
    let mut tables = Vec::new();
    for (table, order) in [
        ("revenue_attribution", "id, touchpoint_sequence"),
        ("customer_journey_tracking", "id"),
        ("touch_costs", "campaign_id, civil_date"),
    ] {
        tables.push(world.select(&format!("SELECT * FROM {table} ORDER BY {order}")).await);
    }
    tables
}

/// Plays one history and tells how many runs derived some customers only.
async fn replay(seed: u64) -> usize {
    let mut random = Random(seed);
    let world = World::empty().await;
    let organization = world.organization();
    let mut rows = history(organization, &mut random);
    let all = rows.clone();
    // Half of it comes as it happened, as a history that was imported does; the rest in disorder, some of it twice.
    rows.sort_by_key(|row| row.recorded_at);
    let mut late = rows.split_off(rows.len() / 2);
    late.extend((0..40).map(|at| rows[at * rows.len() / 40].clone()));
    for at in (1..late.len()).rev() {
        late.swap(at, random.below(at as u64 + 1) as usize);
    }
    let mut revisions = vec![0; DAYS as usize];
    world.import(rows).await;
    for number in 0..DAYS / 2 {
        world.import(spend(organization, number, 0)).await;
    }
    let (mut days_known, mut partial) = (DAYS / 2, 0);
    while !late.is_empty() {
        let count = (1 + random.below(30) as usize).min(late.len());
        world.import(late.drain(..count).collect()).await;
        if random.chance(6) && days_known < DAYS {
            world.import(spend(organization, days_known, 0)).await;
            days_known += 1;
        }
        if random.chance(8) {
            let number = random.below(days_known);
            revisions[number as usize] += 1;
            world.import(spend(organization, number, revisions[number as usize])).await;
        }
        if random.chance(14) {
            let settings = Settings {
                window_seconds: 86_400 * (1 + random.below(20) as i64),
                journey: if random.chance(2) { Journey::Closed } else { Journey::Rolling },
                ..Settings::default()
            };
            let json = serde_json::to_string(&settings).unwrap();
            world.save_settings(&json).await;
        }
        if random.chance(4) {
            world.lake.compact().await.unwrap();
        }
        if random.chance(2) {
            let report = world.run().await.unwrap();
            partial += usize::from(report.is_changed && report.customers.is_some());
        }
    }
    world.run().await.unwrap();
    let found = dump(&world).await;
    let whole = run_whole(&world.context, &world.metastore, &world.lake, &world.engine, world.clock.as_ref())
        .await
        .unwrap();
    assert_eq!(whole.customers, None);
    assert!(
        dump(&world).await == found,
        "seed {seed}: another result than deriving everything in the same lake"
    );

    let at_once = world.beside().await;
    at_once.import(all).await;
    for number in 0..days_known {
        at_once.import(spend(organization, number, revisions[number as usize])).await;
    }
    at_once.run().await.unwrap();
    assert!(
        dump(&at_once).await == found,
        "seed {seed}: another result than the same history in one piece"
    );
    assert!(found.iter().all(|table| table.lines().count() > 50));
    partial
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_the_order_of_a_history_its_derived_rows_are_the_same() {
    let mut partial = 0;
    for seed in [0x2545_f491_4f6c_dd1d, 0x9e37_79b9_7f4a_7c15] {
        partial += replay(seed).await;
    }
    assert!(partial > 8, "only {partial} runs derived some customers only");
}

#[tokio::test]
async fn rows_that_change_nobodys_journey_are_derived_for_nobody() {
    let world = World::empty().await;
    let mut random = Random(9);
    world.import(history(world.organization(), &mut random)).await;
    assert_eq!(world.run().await.unwrap().customers, None);
    // Laid out anew, and the same rows sent again.
    let rows = history(world.organization(), &mut Random(9));
    world.import(rows[..100].to_vec()).await;
    world.lake.compact().await.unwrap();
    let version = world.lake.version().await.unwrap();
    let report = world.run().await.unwrap();
    assert_eq!((report.is_changed, report.customers, report.version), (false, Some(0), version));
    assert_eq!(world.lake.version().await.unwrap(), version);
}

#[tokio::test]
async fn a_late_touch_is_derived_for_its_customer_and_for_those_who_share_its_cost() {
    let world = World::empty().await;
    let organization = world.organization();
    world.import(history(organization, &mut Random(5))).await;
    for number in 0..DAYS {
        world.import(spend(organization, number, 0)).await;
    }
    world.lake.compact().await.unwrap();
    world.run().await.unwrap();
    let costs = "SELECT COUNT(DISTINCT j.customer_id) FROM customer_journey_tracking j WHERE j.customer_id IN (
        SELECT u.customer_id FROM unified_marketing_data u JOIN (
            SELECT customer_id, MIN(recorded_at) AS first FROM unified_marketing_data WHERE record_kind = 'order' GROUP BY customer_id
        ) o ON o.customer_id = u.customer_id
        WHERE u.record_kind = 'touch' AND u.campaign_name = 'Campaign 2' AND u.recorded_at <= o.first
          AND u.recorded_at >= TIMESTAMP '2024-03-10 23:00:00' AND u.recorded_at < TIMESTAMP '2024-03-11 23:00:00')";
    let sharing: u64 = world.select(costs).await.trim().parse().unwrap();
    let mut row = new_row(organization, "shop", RecordKind::Touch, "late", "2024-03-11T12:00:00Z".parse().unwrap());
    row.customer_id = Some(CustomerId::derive(organization, "somebody new"));
    row.campaign_id = Some(campaign(organization, 2));
    row.sequence = digest::sequence(RecordKind::Touch, None, &row);
    world.import(vec![row]).await;
    let report = world.run().await.unwrap();
    assert_eq!((report.customers, report.journeys, report.credits), (Some(sharing + 1), sharing + 1, 0));
}
