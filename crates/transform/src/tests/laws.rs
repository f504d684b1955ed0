//! What holds for every world: parts add up, ids are unique, and how the rows came in changes nothing.

use types::{CampaignId, CustomerId, RecordKind, SourceCategory, UnifiedRow, digest};

use super::world::World;

/// Customers with touches, orders, partial and full refunds, in a reproducible disorder.
fn many(world: &World, customers: u64) -> Vec<UnifiedRow> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut below = move |bound: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) % bound
    };
    let organization = world.organization();
    let mut rows = Vec::new();
    for customer in 0..customers {
        let mut orders: Vec<i64> = Vec::new();
        for at in 0..below(14) {
            let kind = match below(10) {
                0..7 => RecordKind::Touch,
                7 | 8 => RecordKind::Order,
                _ if orders.is_empty() => RecordKind::Stage,
                _ => RecordKind::Refund,
            };
            let micros = 1_700_000_000_000_000 + below(90 * 86_400) as i64 * 1_000_000;
            let order = below(orders.len().max(1) as u64);
            let recorded_at = if kind == RecordKind::Refund {
                micros + 90 * 86_400_000_000
            } else {
                micros
            };
            let recorded_at = jiff::Timestamp::from_microsecond(recorded_at).unwrap();
            let key = format!("{customer}-{at}");
            let mut row = UnifiedRow::new(
                organization,
                "shop".into(),
                SourceCategory::ExternalRevenue,
                kind,
                key.as_str().into(),
                recorded_at,
                "2024-07-01T00:00:00Z".parse().unwrap(),
            );
            row.customer_id = Some(CustomerId::derive(organization, &customer.to_string()));
            row.channel = Some(format!("Channel {}", below(5)).into());
            row.campaign_id = Some(CampaignId::derive(organization, "shop", &below(9).to_string()));
            match kind {
                RecordKind::Order => {
                    let cents = below(20_000) as i64;
                    row.conversion_type = Some("purchase".into());
                    row.order_id = Some(format!("{customer}/{}", orders.len()).into());
                    row.revenue_reporting = Some(cents * 10_000);
                    orders.push(cents);
                }
                RecordKind::Refund => {
                    row.order_id = Some(format!("{customer}/{order}").into());
                    row.refund_reporting = Some(below(orders[order as usize] as u64 * 3 / 2 + 1) as i64 * 10_000);
                }
                _ => {}
            }
            row.sequence = digest::sequence(kind, None, &row);
            rows.push(row);
        }
    }
    rows
}

const BY_MODEL: &str =
    "SELECT attribution_model, CAST(SUM(revenue_amount) AS VARCHAR), COUNT(*) FROM revenue_attribution GROUP BY attribution_model ORDER BY 1";

#[tokio::test]
async fn for_every_conversion_and_model_the_amounts_add_up_to_the_order() {
    let world = World::empty().await;
    world.import(many(&world, 400)).await;
    assert!(world.run().await.unwrap().credits > 5_000);
    let wrong_sales = "SELECT r.conversion_id, r.attribution_model FROM revenue_attribution r JOIN unified_marketing_data u ON u.id = r.conversion_id
         WHERE r.entry = 'sale' GROUP BY r.conversion_id, r.attribution_model, u.revenue_reporting
         HAVING SUM(r.revenue_amount) <> u.revenue_reporting OR ABS(SUM(r.weight) - 1) > 1e-12";
    assert_eq!(world.select(wrong_sales).await, "");
    let totals = world
        .select("SELECT CAST(SUM(COALESCE(revenue_reporting, 0)) - SUM(COALESCE(refund_reporting, 0)) AS VARCHAR) FROM unified_marketing_data")
        .await;
    let by_model = world.select(BY_MODEL).await;
    assert_eq!(by_model.lines().count(), 6);
    assert!(
        by_model.lines().all(|line| line.split(" | ").nth(1) == Some(totals.trim())),
        "{totals}{by_model}"
    );
    // The journeys know the same money.
    assert_eq!(
        world
            .select("SELECT CAST(SUM(lifetime_value) AS VARCHAR) FROM customer_journey_tracking")
            .await,
        totals
    );
}

#[tokio::test]
async fn every_row_has_an_id_of_its_own() {
    let world = World::empty().await;
    world.import(many(&world, 400)).await;
    world.run().await.unwrap();
    assert_eq!(
        world.select("SELECT id FROM revenue_attribution GROUP BY id HAVING COUNT(*) > 1").await,
        ""
    );
}

#[tokio::test]
async fn how_the_rows_were_split_into_imports_changes_nothing() {
    let at_once = World::empty().await;
    let rows = many(&at_once, 150);
    at_once.import(rows.clone()).await;
    at_once.run().await.unwrap();
    let split = World::empty().await;
    let mut rows = many(&split, 150);
    rows.reverse();
    for part in rows.chunks(200) {
        split.import(part.to_vec()).await;
    }
    split.run().await.unwrap();
    let shown = "SELECT order_id, entry, transaction_date, attribution_model, touchpoint_sequence, channel, CAST(revenue_amount AS VARCHAR), weight
         FROM revenue_attribution ORDER BY order_id, entry, transaction_date, attribution_model, touchpoint_sequence, 7";
    assert_eq!(at_once.select(shown).await, split.select(shown).await);
}
