use expect_test::expect;

use super::world::World;

#[tokio::test]
async fn single_touch() {
    let world = World::load("single_touch").await;
    world.run().await.unwrap();
    expect![""].assert_eq(
        &world
            .credits(&["first_touch", "last_touch", "linear", "time_decay", "position_based", "custom"])
            .await,
    );
    expect![""].assert_eq(&world.journeys().await);
}

#[tokio::test]
async fn refund_after_window() {
    let world = World::load("refund_after_window").await;
    world.run().await.unwrap();
    expect![""].assert_eq(&world.credits(&["linear", "position_based"]).await);
    expect![""].assert_eq(&world.journeys().await);
    // Nothing is left of the order at any touch.
    let left = "SELECT channel FROM revenue_attribution GROUP BY channel, attribution_model HAVING SUM(revenue_amount) <> 0";
    assert_eq!(world.select(left).await, "");
}

#[tokio::test]
async fn two_currencies() {
    let world = World::load("two_currencies").await;
    world.run().await.unwrap();
    expect![""].assert_eq(&world.credits(&["linear"]).await);
    expect![""].assert_eq(&world.journeys().await);
}

#[tokio::test]
async fn dst_forward() {
    let world = World::load("dst_forward").await;
    world.run().await.unwrap();
    expect![""].assert_eq(&world.credits(&["linear"]).await);
    // The day of 23 hours has two touches (Ada's at its first instant, Ben's in its last second), so each cost half of 12.00.
    expect![""].assert_eq(&world.journeys().await);
}

#[tokio::test]
async fn restated_spend() {
    let world = World::empty().await;
    let mut imports = world.imports("restated_spend").into_values();
    world.import(imports.next().unwrap()).await;
    world.run().await.unwrap();
    let credits = world.credits(&["linear"]).await;
    expect![""].assert_eq(&world.journeys().await);
    world.import(imports.next().unwrap()).await;
    world.run().await.unwrap();
    expect![""].assert_eq(&world.journeys().await);
    assert_eq!(world.credits(&["linear"]).await, credits);
}

#[tokio::test]
async fn late_conversion() {
    let at_once = World::load("late_conversion").await;
    at_once.run().await.unwrap();
    let in_steps = World::empty().await;
    for rows in in_steps.imports("late_conversion").into_values() {
        in_steps.import(rows).await;
        assert!(in_steps.run().await.unwrap().is_changed);
    }
    let all = ["linear", "time_decay"];
    expect![""].assert_eq(&in_steps.credits(&all).await);
    assert_eq!(in_steps.credits(&all).await, at_once.credits(&all).await);
    assert_eq!(in_steps.journeys().await, at_once.journeys().await);
}
