use expect_test::expect;

use super::world::World;

#[tokio::test]
async fn single_touch() {
    let world = World::load("single_touch").await;
    world.run().await.unwrap();
    expect![[r#"
        sale | 1001 | custom | 1 | Meta Ads | 49.99
        sale | 1002 | custom | 0 | - | 10.00
        sale | 1001 | first_touch | 1 | Meta Ads | 49.99
        sale | 1002 | first_touch | 0 | - | 10.00
        sale | 1001 | last_touch | 1 | Meta Ads | 49.99
        sale | 1002 | last_touch | 0 | - | 10.00
        sale | 1001 | linear | 1 | Meta Ads | 49.99
        sale | 1002 | linear | 0 | - | 10.00
        sale | 1001 | position_based | 1 | Meta Ads | 49.99
        sale | 1002 | position_based | 0 | - | 10.00
        sale | 1001 | time_decay | 1 | Meta Ads | 49.99
        sale | 1002 | time_decay | 0 | - | 10.00
    "#]]
    .assert_eq(
        &world
            .credits(&["first_touch", "last_touch", "linear", "time_decay", "position_based", "custom"])
            .await,
    );
    expect![[r#"
        ada | Meta Ads | 1 | - | 49.990000 | customer
        ben | - | 0 | - | 10.000000 | customer
    "#]]
    .assert_eq(&world.journeys().await);
}

#[tokio::test]
async fn refund_after_window() {
    let world = World::load("refund_after_window").await;
    world.run().await.unwrap();
    expect![[r#"
        sale | 1001 | linear | 1 | Meta Ads | 33.33
        sale | 1001 | linear | 2 | E-mail | 33.33
        sale | 1001 | linear | 3 | Google Ads | 33.33
        refund | 1001 | linear | 1 | Meta Ads | -11.11
        refund | 1001 | linear | 2 | E-mail | -11.11
        refund | 1001 | linear | 3 | Google Ads | -11.11
        refund | 1001 | linear | 1 | Meta Ads | -22.22
        refund | 1001 | linear | 2 | E-mail | -22.22
        refund | 1001 | linear | 3 | Google Ads | -22.22
        sale | 1001 | position_based | 1 | Meta Ads | 40.00
        sale | 1001 | position_based | 2 | E-mail | 20.00
        sale | 1001 | position_based | 3 | Google Ads | 40.00
        refund | 1001 | position_based | 1 | Meta Ads | -13.34
        refund | 1001 | position_based | 2 | E-mail | -6.67
        refund | 1001 | position_based | 3 | Google Ads | -13.34
        refund | 1001 | position_based | 1 | Meta Ads | -26.66
        refund | 1001 | position_based | 2 | E-mail | -13.33
        refund | 1001 | position_based | 3 | Google Ads | -26.66
    "#]]
    .assert_eq(&world.credits(&["linear", "position_based"]).await);
    expect![[r#"
        ada | Meta Ads | 4 | - | 0.000000 | customer
    "#]]
    .assert_eq(&world.journeys().await);
    // Nothing is left of the order at any touch.
    let left = "SELECT channel FROM revenue_attribution GROUP BY channel, attribution_model HAVING SUM(revenue_amount) <> 0";
    assert_eq!(world.select(left).await, "");
}

#[tokio::test]
async fn two_currencies() {
    let world = World::load("two_currencies").await;
    world.run().await.unwrap();
    expect![[r#"
        sale | 1001 | linear | 1 | Meta Ads | 3.08
        sale | 1001 | linear | 2 | E-mail | 3.08
        sale | 1001 | linear | 3 | Google Ads | 3.08
        sale | 1002 | linear | 1 | Meta Ads | 2.48
        sale | 1002 | linear | 2 | E-mail | 2.48
        sale | 1002 | linear | 3 | Google Ads | 2.48
        refund | 1001 | linear | 1 | Meta Ads | -3.08
        refund | 1001 | linear | 2 | E-mail | -3.08
        refund | 1001 | linear | 3 | Google Ads | -3.08
    "#]]
    .assert_eq(&world.credits(&["linear"]).await);
    expect![[r#"
        ada | Meta Ads | 3 | - | 7.430000 | customer
    "#]]
    .assert_eq(&world.journeys().await);
}

#[tokio::test]
async fn dst_forward() {
    let world = World::load("dst_forward").await;
    world.run().await.unwrap();
    expect![[r#"
        sale | 1001 | linear | 1 | Meta Ads | 45.00
        sale | 1001 | linear | 2 | Meta Ads | 45.00
        sale | 1002 | linear | 1 | Meta Ads | 30.00
        sale | 1003 | linear | 1 | Meta Ads | 30.00
    "#]]
    .assert_eq(&world.credits(&["linear"]).await);
    // The day of 23 hours has two touches (Ada's at its first instant, Ben's in its last second), so each cost half of 12.00.
    expect![[r#"
        ada | Meta Ads | 3 | 6.000000 | 90.000000 | customer
        ben | Meta Ads | 1 | 6.000000 | 30.000000 | customer
        cleo | Meta Ads | 1 | - | 30.000000 | customer
        dan | Meta Ads | 1 | - | 0.000000 | visitor
    "#]]
    .assert_eq(&world.journeys().await);
}

#[tokio::test]
async fn restated_spend() {
    let world = World::empty().await;
    let mut imports = world.imports("restated_spend").into_values();
    world.import(imports.next().unwrap()).await;
    world.run().await.unwrap();
    let credits = world.credits(&["linear"]).await;
    expect![[r#"
        ada | Meta Ads | 2 | 15.000000 | 50.000000 | customer
        ben | Meta Ads | 1 | - | 0.000000 | visitor
    "#]]
    .assert_eq(&world.journeys().await);
    world.import(imports.next().unwrap()).await;
    world.run().await.unwrap();
    expect![[r#"
        ada | Meta Ads | 2 | 12.750000 | 50.000000 | customer
        ben | Meta Ads | 1 | - | 0.000000 | visitor
    "#]]
    .assert_eq(&world.journeys().await);
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
    expect![[r#"
        sale | 1001 | linear | 1 | Meta Ads | 33.33
        sale | 1001 | linear | 2 | TikTok Ads | 33.33
        sale | 1001 | linear | 3 | Google Ads | 33.33
        sale | 1001 | time_decay | 1 | Meta Ads | 30.09
        sale | 1001 | time_decay | 2 | TikTok Ads | 33.22
        sale | 1001 | time_decay | 3 | Google Ads | 36.68
    "#]]
    .assert_eq(&in_steps.credits(&all).await);
    assert_eq!(in_steps.credits(&all).await, at_once.credits(&all).await);
    assert_eq!(in_steps.journeys().await, at_once.journeys().await);
}
