use super::*;
use crate::result::Cell;

#[test]
fn a_search_is_a_parameter_and_an_id_is_compared_as_one() {
    assert_eq!(plan(None, 50).params, []);
    assert_eq!(plan(Some("  "), 50).params, []);
    let found = plan(Some("O'Neill%"), 50);
    assert_eq!(found.params, [Param::Text("o'neill%".to_owned())]);
    assert!(!found.sql.contains("Neill") && found.sql.ends_with("LIMIT 50"));
    let id = "6f9619ff-8b86-d011-b42d-00cf4fc964ff";
    assert_eq!(plan(Some(id), u32::MAX).params, [Param::Uuid(id.parse().unwrap())]);
    assert!(plan(None, u32::MAX).sql.ends_with("LIMIT 1000"));
}

#[test]
fn rows_become_customers() {
    let id = Uuid::from_u128(9);
    let row = vec![
        Cell::Text(id.to_string().into()),
        Cell::Text("C-9".into()),
        Cell::Integer(2),
        Cell::Decimal("20.010000".parse().unwrap()),
        Cell::Text("2026-01-06T10:00:00Z".into()),
    ];
    let raw = RawTable {
        columns: Vec::new(),
        rows: vec![row],
        totals: Vec::new(),
        data_version: 1,
        is_truncated: false,
    };
    let expected = CustomerSummary {
        customer_id: CustomerId(id),
        customer_key: Some("C-9".to_owned()),
        conversions: 2,
        revenue: Some("20.01".to_owned()),
        last_at: "2026-01-06T10:00:00Z".parse().unwrap(),
    };
    assert_eq!(finish(&raw, Currency::EUR), [expected]);
}
