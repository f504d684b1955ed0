use attribution::{Journey, Settings};

use super::world::World;
use crate::{Error, Report};

#[tokio::test]
async fn a_second_run_on_unchanged_data_writes_nothing() {
    let world = World::load("single_touch").await;
    let read = world.lake.version().await.unwrap();
    let first = world.run().await.unwrap();
    assert_eq!(
        first,
        Report {
            version: read,
            credits: 12,
            journeys: 2,
            customers: None,
            took_ms: 0,
            is_changed: true
        }
    );
    let version = world.lake.version().await.unwrap();
    assert_eq!(
        world.run().await.unwrap(),
        Report {
            credits: 0,
            journeys: 0,
            customers: Some(0),
            is_changed: false,
            ..first
        }
    );
    assert_eq!(world.lake.version().await.unwrap(), version);
    assert_eq!(world.lake.cursor("derived").await.unwrap(), Some(read.to_string()));
}

#[tokio::test]
async fn an_organisation_without_rows_has_empty_derived_tables() {
    let world = World::empty().await;
    let report = world.run().await.unwrap();
    assert_eq!((report.credits, report.journeys, report.is_changed), (0, 0, true));
    assert!(!world.run().await.unwrap().is_changed);
}

#[tokio::test]
async fn new_settings_derive_again_and_every_row_names_their_version() {
    let world = World::load("late_conversion").await;
    world.run().await.unwrap();
    let settings = Settings {
        window_seconds: 86_400,
        journey: Journey::Closed,
        ..Settings::default()
    };
    let version = world.save_settings(&serde_json::to_string(&settings).unwrap()).await;
    assert!(world.run().await.unwrap().is_changed);
    assert_eq!(
        world.select("SELECT DISTINCT settings_version FROM revenue_attribution").await,
        format!("{version}\n")
    );
    assert_eq!(world.credits(&["linear"]).await, "sale | 1001 | linear | 1 | Google Ads | 100.00\n");
}

#[tokio::test]
async fn settings_that_cannot_be_used_are_an_error_that_names_them_and_nothing_changes() {
    let half_life = Settings {
        half_life_seconds: 0,
        ..Settings::default()
    };
    for json in ["{\"window\": 3}", &serde_json::to_string(&half_life).unwrap()] {
        // An organisation of its own: every version that was ever saved is read.
        let world = World::load("single_touch").await;
        let saved = world.save_settings(json).await;
        let version = world.lake.version().await.unwrap();
        match world.run().await.unwrap_err() {
            Error::Settings { source, .. } => assert!(source.to_string().contains(&saved.to_string()), "{source}"),
            other => panic!("{other}"),
        }
        assert_eq!(world.lake.version().await.unwrap(), version);
    }
}

#[tokio::test]
async fn the_rows_of_a_table_are_in_the_order_that_it_promises() {
    let world = World::load("refund_after_window").await;
    world.run().await.unwrap();
    for table in [
        &types::tables::revenue_attribution::TABLE,
        &types::tables::customer_journey_tracking::TABLE,
    ] {
        let columns = table.sort.join(", ");
        let stored = world.select(&format!("SELECT {columns} FROM {}", table.name)).await;
        assert_eq!(
            stored,
            world.select(&format!("SELECT {columns} FROM {} ORDER BY {columns}", table.name)).await
        );
    }
}
