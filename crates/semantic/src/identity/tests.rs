use super::*;
use crate::result::Cell;

#[test]
fn what_no_row_names_is_not_known() {
    let raw = |row: Vec<Cell>| RawTable {
        columns: Vec::new(),
        rows: vec![row],
        totals: Vec::new(),
        data_version: 1,
        is_truncated: false,
    };
    assert_eq!(finish(&raw(vec![Cell::Null; 5])), None);
    let text = |text: &str| Cell::Text(text.into());
    let known = finish(&raw(vec![
        text("Spring"),
        Cell::Null,
        text("meta_ads"),
        text("2026-01-01T00:00:00Z"),
        text("2026-01-02T00:00:00Z"),
    ]));
    assert_eq!(known.and_then(|identity| identity.name), Some("Spring".to_owned()));
}

#[test]
fn the_id_is_a_parameter() {
    let plan = asset_plan(AssetId(Uuid::from_u128(3)));
    assert_eq!(plan.params, [Param::Uuid(Uuid::from_u128(3))]);
    assert!(plan.sql.contains("MAX(asset_name)") && plan.sql.ends_with("asset_id = $1"));
}
