use expect_test::expect;
use types::OrganizationId;

use super::*;

fn id(source: &str, key: &str) -> Option<CampaignId> {
    Some(CampaignId::derive(OrganizationId::from_bytes([7; 16]), source, key))
}

fn spend(source: &str, key: &str, name: &str, channel: Option<&str>, spend_micros: i128) -> SpendCampaign {
    SpendCampaign {
        source: source.to_owned(),
        campaign_id: id(source, key),
        key: Some(key.to_owned()),
        name: Some(name.to_owned()),
        channel: channel.map(str::to_owned),
        spend_micros,
    }
}

fn touches(channel: &str, source_of_id: &str, key: Option<&str>, name: Option<&str>, utm_campaign: Option<&str>, touches: i64) -> TouchCampaign {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    TouchCampaign {
        source: "web".to_owned(),
        channel: Some(channel.to_owned()),
        campaign_id: key.or(name).and_then(|key| id(source_of_id, key)),
        key: owned(key),
        name: owned(name),
        utm_campaign: owned(utm_campaign),
        touches,
    }
}

fn sources() -> BTreeMap<String, String> {
    [("Google Ads", "google_ads"), ("Meta Ads", "meta_ads")]
        .map(|(channel, source)| (channel.to_owned(), source.to_owned()))
        .into()
}

#[test]
fn id_comes_first_then_the_name_within_the_channel_and_nothing_is_guessed() {
    let spend = [
        spend("google_ads", "111", "Brand – Été", Some("Google Ads"), 1),
        spend("google_ads", "112", "Prospecting", None, 2),
        spend("meta_ads", "211", "Prospecting", None, 4),
        spend("meta_ads", "212", "Retargeting", Some("Meta Ads"), 8),
        spend("meta_ads", "213", "retargeting!", Some("Meta Ads"), 16),
        spend("podcast", "p1", "Fall reads", None, 32),
        SpendCampaign {
            source: "google_ads".to_owned(),
            spend_micros: 64,
            ..SpendCampaign::default()
        },
    ];
    let groups = [
        touches("Google Ads", "google_ads", Some("111"), None, None, 1),
        touches("Google Ads", "web", None, Some("brand_ete"), None, 2),
        touches("Meta Ads", "web", None, Some("211"), Some("211"), 4),
        touches("Google Ads", "web", None, Some("211"), None, 8),
        touches("Google Ads", "web", None, Some("PROSPECTING"), None, 16),
        touches("Meta Ads", "web", None, Some("retargeting"), None, 32),
        touches("TikTok Ads", "web", None, Some("Prospecting"), None, 64),
        touches("Audio", "web", None, None, Some("fall-reads"), 128),
        touches("Direct", "web", None, None, None, 256),
        touches("E-mail", "web", None, Some("Welcome"), None, 512),
    ];
    let matching = match_campaigns(&spend, &groups, &sources());
    let told: Vec<String> = matching
        .touches
        .iter()
        .zip(&groups)
        .map(|(found, group)| format!("{:>3} touches {} {:?}", group.touches, found.status.as_str(), found.candidates))
        .chain(
            matching
                .spend
                .iter()
                .zip(&spend)
                .map(|(found, campaign)| format!("{:>3} micros {} {}", campaign.spend_micros, found.status.as_str(), found.touches)),
        )
        .collect();
    expect![[r#"
           1 touches by_id [0]
           2 touches by_name [0]
           4 touches by_id [2]
           8 touches unmatched []
          16 touches by_name [1]
          32 touches ambiguous [3, 4]
          64 touches unmatched [1, 2]
         128 touches by_name [5]
         256 touches no_campaign []
         512 touches unmatched []
           1 micros by_id 3
           2 micros by_name 16
           4 micros by_id 4
           8 micros ambiguous 0
          16 micros ambiguous 0
          32 micros by_name 128
          64 micros no_campaign 0"#]]
    .assert_eq(&told.join("\n"));
}

#[test]
fn names_are_compared_without_case_accents_and_punctuation() {
    for (one, other, equal) in [
        ("Soldes d'Été_2026", "soldes-d-ete  2026", true),
        ("Größe & Maß", "GROSSE MASS", true),
        ("Ｓａｌｅ", "sale", true),
        ("Sale 1 10", "Sale 11 0", false),
        ("Sale", "Sales", false),
        ("【秋】", "秋", true),
        ("--", "", true),
    ] {
        assert_eq!(
            normalise(one) == normalise(other),
            equal,
            "{one} {other}: {} {}",
            normalise(one),
            normalise(other)
        );
    }
}

mod laws {
    use proptest::prelude::*;

    use super::*;

    fn text() -> impl Strategy<Value = Option<String>> {
        prop_oneof![Just(None), "[a-c]{0,2}".prop_map(Some)]
    }

    fn spends() -> impl Strategy<Value = Vec<SpendCampaign>> {
        let one = (
            0..3_usize,
            text(),
            text(),
            prop_oneof![Just(None), Just(Some("Google Ads".to_owned()))],
            0..100_i128,
        );
        proptest::collection::vec(one, 0..8).prop_map(|rows| {
            rows.into_iter()
                .map(|(source, key, name, channel, spend_micros)| {
                    let source = ["google_ads", "meta_ads", "other"][source];
                    SpendCampaign {
                        source: source.to_owned(),
                        campaign_id: key.as_deref().or(name.as_deref()).and_then(|key| id(source, key)),
                        key,
                        name,
                        channel,
                        spend_micros,
                    }
                })
                .collect()
        })
    }

    fn groups() -> impl Strategy<Value = Vec<TouchCampaign>> {
        let one = (0..3_usize, text(), text(), text(), 0..100_i64);
        proptest::collection::vec(one, 0..12).prop_map(|rows| {
            rows.into_iter()
                .map(|(channel, key, name, utm, count)| {
                    touches(
                        ["Google Ads", "Meta Ads", "Direct"][channel],
                        "google_ads",
                        key.as_deref(),
                        name.as_deref(),
                        utm.as_deref(),
                        count,
                    )
                })
                .collect()
        })
    }

    proptest! {
        #[test]
        fn every_touch_and_every_amount_is_in_one_status_and_matched_touches_are_counted_once(spend in spends(), groups in groups()) {
            let matching = match_campaigns(&spend, &groups, &sources());
            prop_assert_eq!(matching.spend.len(), spend.len());
            prop_assert_eq!(matching.touches.len(), groups.len());
            let of = |status: fn(Status) -> bool| -> i64 {
                matching.touches.iter().zip(&groups).filter(|(found, _)| status(found.status)).map(|(_, group)| group.touches).sum()
            };
            let with_spend: i64 = matching.spend.iter().map(|campaign| campaign.touches).sum();
            prop_assert_eq!(with_spend, of(|status| matches!(status, Status::ById | Status::ByName)));
            for found in &matching.touches {
                match found.status {
                    Status::ById | Status::ByName => prop_assert_eq!(found.candidates.len(), 1),
                    Status::Ambiguous => prop_assert!(found.candidates.len() > 1),
                    Status::Unmatched => {}
                    Status::NoCampaign => prop_assert!(found.candidates.is_empty()),
                }
            }
        }
    }
}
