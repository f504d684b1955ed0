use std::collections::BTreeMap;

use super::*;

fn refusal(change: impl FnOnce(&mut Settings)) -> String {
    let mut settings = Settings::default();
    change(&mut settings);
    settings.validate().unwrap_err().to_string()
}

#[test]
fn the_defaults_are_thirty_days_rolling_with_a_week_of_half_life() {
    let settings = Settings::default();
    assert_eq!(settings.validate(), Ok(()));
    assert_eq!(
        (settings.window_seconds, settings.journey, settings.half_life_seconds),
        (2_592_000, Journey::Rolling, 604_800)
    );
}

#[test]
fn every_refusal_names_the_field_and_the_remedy() {
    let all = [
        refusal(|settings| settings.window_seconds = -1),
        refusal(|settings| settings.window_seconds = 0),
        refusal(|settings| {
            settings.windows = vec![WindowRule {
                window_seconds: -5,
                ..WindowRule::default()
            }]
        }),
        refusal(|settings| {
            settings.windows = vec![WindowRule {
                channel: Some(String::new()),
                ..WindowRule::default()
            }]
        }),
        refusal(|settings| settings.calendar_days_in = Some("Mars/Olympus".to_owned())),
        refusal(|settings| {
            settings.calendar_days_in = Some("Europe/Berlin".to_owned());
            settings.window_seconds = 3_600;
        }),
        refusal(|settings| settings.ignored_channels.push(String::new())),
        refusal(|settings| settings.half_life_seconds = 0),
        refusal(|settings| settings.position = [0.0; 3]),
        refusal(|settings| settings.position[1] = -0.2),
        refusal(|settings| settings.position[2] = f64::NAN),
        refusal(|settings| settings.conversion_types.clear()),
        refusal(|settings| settings.conversion_types.push(" ".to_owned())),
        refusal(|settings| settings.custom.first = f64::INFINITY),
        refusal(|settings| settings.custom.channels = BTreeMap::from([("Meta Ads".to_owned(), -1.0)])),
        refusal(|settings| settings.custom.half_life_seconds = Some(0)),
    ];
    expect_test::expect![[r#"
        the attribution setting `window_seconds` is -1: use at least one second, and at most a hundred years
        the attribution setting `window_seconds` is 0: use at least one second, and at most a hundred years
        the attribution setting `windows[0].window_seconds` is -5: use at least one second and at most a hundred years, or 0 for touches that are never credited
        the attribution setting `windows[0].channel` is blank: name it, or leave it out for all
        the attribution setting `calendar_days_in` is Mars/Olympus: use a name of the IANA time zone database, such as Europe/Berlin
        the attribution setting `window_seconds` is 3600: calendar days need windows of whole days (multiples of 86400 seconds), or leave calendar_days_in out
        the attribution setting `ignored_channels` is blank: remove the blank name
        the attribution setting `half_life_seconds` is 0: use at least one second and at most a hundred years; for no decay use the linear model
        the attribution setting `position` is all zero: give at least one of first, middle and last a share, such as 0.4, 0.2, 0.4
        the attribution setting `position[1]` is -0.2: use 0, or a number between 0.000000001 and 1000000000
        the attribution setting `position[2]` is NaN: use 0, or a number between 0.000000001 and 1000000000
        the attribution setting `conversion_types` is empty: name at least one conversion type, such as purchase
        the attribution setting `conversion_types` is blank: remove the blank name
        the attribution setting `custom.first` is inf: use 0, or a number between 0.000000001 and 1000000000
        the attribution setting `custom.channels.Meta Ads` is -1: use 0, or a number between 0.000000001 and 1000000000
        the attribution setting `custom.half_life_seconds` is 0: use at least one second and at most a hundred years; for no decay use the linear model"#]]
    .assert_eq(&all.join("\n"));
}

#[test]
fn models_are_listed_by_name_or_as_all() {
    assert_eq!(Model::parse_list("all").unwrap(), Model::ALL);
    assert_eq!(
        Model::parse_list("linear, first_touch,linear").unwrap(),
        [Model::FirstTouch, Model::Linear]
    );
    assert_eq!(
        Model::parse_list("linear,markov").unwrap_err(),
        Error::Model { text: "markov".to_owned() }
    );
}

#[test]
fn settings_survive_their_json() {
    let mut settings = Settings::default();
    settings.custom.channels.insert("E-mail".to_owned(), 0.5);
    let json = serde_json::to_string(&settings).unwrap();
    assert_eq!(serde_json::from_str::<Settings>(&json).unwrap(), settings);
    assert!(serde_json::from_str::<Settings>(&json.replace("window_seconds", "window")).is_err());
}

#[test]
fn settings_of_an_earlier_version_are_read_with_the_defaults_of_what_they_lack() {
    let json = r#"{"window_seconds":604800,"journey":"closed","half_life_seconds":86400,"position":[0.4,0.2,0.4],"conversion_types":["purchase"],"custom":{}}"#;
    let settings: Settings = serde_json::from_str(json).unwrap();
    assert_eq!((settings.window_seconds, settings.direct), (604_800, Direct::OnlyAlone));
}

#[test]
fn revenue_is_what_was_paid_unless_parts_are_left_out() {
    let parts = Parts {
        tax: 19,
        shipping: 5,
        discount: 10,
    };
    let paid = RevenueDefinition::default();
    assert_eq!(paid.value(119, parts), 119);
    assert_eq!(RevenueDefinition { tax: false, ..paid }.value(119, parts), 100);
    assert_eq!(
        RevenueDefinition {
            tax: false,
            shipping: false,
            discounts_deducted: false,
            ..paid
        }
        .value(119, parts),
        105
    );
}
