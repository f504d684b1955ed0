use super::*;

fn generate(touches: usize) -> Touches {
    let organization_id = OrganizationId::from_bytes([7; 16]);
    let config = Config {
        seed: 1,
        organization_id,
        touches,
        first_day: jiff::civil::date(2025, 1, 1),
    };
    Touches::generate(&config, Timestamp::UNIX_EPOCH)
}

#[test]
fn paths_have_a_mean_of_eight_and_three_orders_in_a_hundred_touches() {
    let world = generate(40_000);
    assert_eq!(world.touches(), 40_000);
    let mean = world.touches() as f64 / world.customers() as f64;
    assert!((mean - 8.0).abs() < 0.4, "{mean}");
    let share = world.orders() as f64 / world.touches() as f64;
    assert!((share - 0.03).abs() < 0.004, "{share}");
}

#[test]
fn rows_come_in_the_order_of_time_and_within_the_year() {
    let world = generate(20_000);
    let rows: Vec<_> = world.chunks().flatten().collect();
    assert_eq!(rows.len(), world.touches() + world.orders());
    assert!(rows.is_sorted_by_key(|row| row.recorded_at));
    let year = "2025-01-01T00:00:00Z".parse::<Timestamp>().unwrap()..="2026-01-01T00:00:00Z".parse().unwrap();
    assert!(rows.iter().all(|row| year.contains(&row.recorded_at)));
    let ids: std::collections::HashSet<_> = rows.iter().map(|row| row.id).collect();
    assert_eq!(ids.len(), rows.len());
}

#[test]
fn every_campaign_spends_on_every_day() {
    let world = generate(10_000);
    let rows: Vec<_> = world.spend_chunks().flatten().collect();
    assert_eq!(rows.len(), CAMPAIGNS * 365);
    let ids: std::collections::HashSet<_> = rows.iter().map(|row| row.id).collect();
    assert_eq!(ids.len(), rows.len());
}
