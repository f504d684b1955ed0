use super::*;

#[test]
fn a_slip_of_the_finger_is_recognised() {
    let names = ["spend", "impressions", "attributed_revenue", "roas"];
    assert_eq!(nearest("spned", names.into_iter()), Some("spend"));
    assert_eq!(nearest("Impresions", names.into_iter()), Some("impressions"));
    assert_eq!(nearest("revenue", names.into_iter()), Some("attributed_revenue"));
    assert_eq!(nearest("weather", names.into_iter()), None);
    assert_eq!(nearest("", names.into_iter()), None);
}
