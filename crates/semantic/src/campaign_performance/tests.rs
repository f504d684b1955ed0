use attribution::Settings;
use types::Currency;
use uuid::Uuid;

use super::*;
use crate::plan::{Organization, plan};

#[test]
fn the_question_can_be_planned() {
    let organization = Organization {
        currency: Currency::EUR,
        zone: "Europe/Berlin",
        attribution: &Settings::default(),
        history: &[],
    };
    let query = query(
        CampaignId(Uuid::from_u128(5)),
        "2026-01-01".into(),
        "2026-01-31".into(),
        None,
        TimeGrain::Day,
        Model::LastTouch,
    );
    let planned = plan(&query, &organization).unwrap().plan;
    assert_eq!(planned.credits[0].models, [Model::LastTouch]);
}
