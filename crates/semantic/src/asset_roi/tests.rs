use attribution::Settings;
use types::Currency;
use uuid::Uuid;

use super::*;
use crate::plan::{Organization, plan};

#[test]
fn the_question_can_be_planned_for_all_models() {
    let organization = Organization {
        currency: Currency::EUR,
        zone: "Europe/Berlin",
        attribution: &Settings::default(),
        history: &[],
    };
    let dimensions = vec!["campaign".to_owned(), "channel".to_owned()];
    let query = query(
        AssetId(Uuid::from_u128(5)),
        "2026-01-01".into(),
        "2026-01-31".into(),
        None,
        TimeGrain::Total,
        &Model::ALL,
        dimensions,
    );
    let planned = plan(&query, &organization).unwrap().plan;
    assert_eq!(planned.credits[0].models, Model::ALL);
}
