use expect_test::expect;
use types::Currency;
use types::money::FxRate;
use types::tables::ColumnType;

use super::{instant, organization};
use crate::database::sql;
use crate::{Field, Metastore, NewChannelRules, NewSettings, SavedSettings};

pub(super) async fn settings_are_versioned_and_concurrent_saves_get_versions_of_their_own(metastore: Metastore) {
    let (_, context) = organization(&metastore, "Alder").await;
    assert_eq!(metastore.attribution_settings(&context).await.unwrap(), []);
    let now = instant("2026-11-20T08:00:00Z");
    let mut saves = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let metastore = metastore.clone();
        saves.spawn(async move {
            metastore
                .save_attribution_settings(
                    &context,
                    NewSettings {
                        json: "{}",
                        ..NewSettings::default()
                    },
                    now,
                )
                .await
                .unwrap()
        });
    }
    let mut versions = saves.join_all().await;
    versions.sort_unstable();
    assert_eq!(versions, [1, 2, 3, 4, 5, 6, 7, 8]);
    let (_, other) = organization(&metastore, "Fell").await;
    let new = NewSettings {
        json: "{\"a\":1}",
        applies_from: Some(instant("2026-11-01T00:00:00Z")),
        note: Some("shorter window"),
        based_on: Some(0),
    };
    assert_eq!(metastore.save_attribution_settings(&other, new, now).await.unwrap(), 1);
    let saved = SavedSettings {
        version: 1,
        json: "{\"a\":1}".to_owned(),
        applies_from: new.applies_from,
        saved_by: Some("system".to_owned()),
        note: Some("shorter window".to_owned()),
        saved_at: now,
    };
    assert_eq!(metastore.attribution_settings(&other).await.unwrap(), [saved]);
    let late = metastore.save_attribution_settings(&other, new, now).await.unwrap_err();
    expect!["the settings were changed in the meantime: version 1 is the newest, not 0; load it and apply the change again"]
        .assert_eq(&late.to_string());
}

pub(super) async fn rates_are_replaced_by_day_and_currency(metastore: Metastore) {
    let (_, context) = organization(&metastore, "Alder").await;
    let rate = |text| FxRate::parse(text).unwrap();
    let monday = jiff::civil::date(2026, 11, 16);
    let tuesday = jiff::civil::date(2026, 11, 17);
    metastore
        .put_fx_rates(&context, &[(tuesday, Currency::USD, rate("0.92")), (monday, Currency::USD, rate("0.91"))])
        .await
        .unwrap();
    metastore
        .put_fx_rates(
            &context,
            &[(tuesday, Currency::USD, rate("0.925")), (tuesday, Currency::GBP, rate("1.17"))],
        )
        .await
        .unwrap();
    assert_eq!(
        metastore.fx_rates(&context).await.unwrap(),
        [
            (monday, Currency::USD, rate("0.91")),
            (tuesday, Currency::GBP, rate("1.17")),
            (tuesday, Currency::USD, rate("0.925"))
        ]
    );
}

pub(super) async fn a_field_keeps_its_type(metastore: Metastore) {
    let (_, context) = organization(&metastore, "Alder").await;
    metastore.register_field(&context, "margin", ColumnType::Decimal).await.unwrap();
    metastore.register_field(&context, "margin", ColumnType::Decimal).await.unwrap();
    let error = metastore.register_field(&context, "margin", ColumnType::Text).await.unwrap_err();
    expect!["the field `margin` is registered as decimal already: choose another name"].assert_eq(&error.to_string());
    assert_eq!(
        metastore.fields(&context).await.unwrap(),
        [Field {
            name: "margin".to_owned(),
            kind: ColumnType::Decimal
        }]
    );
}

/// A request that is cancelled in the middle of its transaction must not hand its half-done work to the next one.
pub(super) async fn a_dropped_transaction_leaves_nothing_behind(metastore: Metastore) {
    let (organization, context) = organization(&metastore, "Alder").await;
    for _ in 0..3 {
        let mut transaction = metastore.database.write().await.unwrap();
        let insert = sql("fields", "INSERT INTO fields (organization_id, name, kind) VALUES ($1, 'lost', 'text')").bind(organization.id);
        transaction.execute(insert).await.unwrap();
        drop(transaction);
    }
    metastore.register_field(&context, "kept", ColumnType::Text).await.unwrap();
    assert_eq!(
        metastore.fields(&context).await.unwrap(),
        [Field {
            name: "kept".to_owned(),
            kind: ColumnType::Text
        }]
    );
}

pub(super) async fn channel_rules_are_saved_once_after_the_version_that_was_changed(metastore: Metastore) {
    let (_, context) = organization(&metastore, "Alder").await;
    let (_, other) = organization(&metastore, "Fell").await;
    let now = instant("2026-11-20T08:00:00Z");
    let new = |json, after| NewChannelRules {
        json,
        note: "",
        saved_by: "ann@alder.example",
        after,
    };
    assert_eq!(metastore.channel_rules(&context).await.unwrap(), None);
    assert_eq!(metastore.save_channel_rules(&context, new("1", 0), now).await.unwrap(), Some(1));
    assert_eq!(
        metastore.save_channel_rules(&context, new("2", 0), now).await.unwrap(),
        None,
        "somebody saved in between"
    );
    assert_eq!(metastore.save_channel_rules(&context, new("3", 7), now).await.unwrap(), None);
    assert_eq!(metastore.save_channel_rules(&context, new("2", 1), now).await.unwrap(), Some(2));
    assert_eq!(metastore.save_channel_rules(&other, new("9", 0), now).await.unwrap(), Some(1));
    let newest = metastore.channel_rules(&context).await.unwrap().unwrap();
    assert_eq!((newest.version, newest.json.as_str(), newest.saved_at), (2, "2", now));
    let history: Vec<i64> = metastore
        .channel_rules_history(&context)
        .await
        .unwrap()
        .iter()
        .map(|saved| saved.version)
        .collect();
    assert_eq!(history, [2, 1]);
}
