use types::SourceCategory;

use super::{instant, organization};
use crate::{Metastore, Source};

pub(super) async fn a_source_is_registered_once_and_renamed(metastore: Metastore) {
    let (_, context) = organization(&metastore, "Alder").await;
    let registered = instant("2026-11-20T08:00:00Z");
    metastore
        .upsert_source(&context, "shop", "Shop", SourceCategory::PlatformNative, registered)
        .await
        .unwrap();
    metastore
        .upsert_source(
            &context,
            "shop",
            "Storefront",
            SourceCategory::ExternalRevenue,
            instant("2026-11-21T08:00:00Z"),
        )
        .await
        .unwrap();
    let expected = Source {
        key: "shop".to_owned(),
        name: "Storefront".to_owned(),
        category: SourceCategory::ExternalRevenue,
        created_at: registered,
    };
    assert_eq!(metastore.sources(&context).await.unwrap(), [expected]);
}

pub(super) async fn organisations_do_not_see_each_others_sources(metastore: Metastore) {
    let (_, alder) = organization(&metastore, "Alder").await;
    let (_, fell) = organization(&metastore, "Fell").await;
    metastore
        .upsert_source(&alder, "shop", "Shop", SourceCategory::PlatformNative, instant("2026-11-20T08:00:00Z"))
        .await
        .unwrap();
    assert_eq!(metastore.sources(&fell).await.unwrap(), []);
}
