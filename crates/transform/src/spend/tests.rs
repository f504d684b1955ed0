use jiff::civil::date;

use super::*;

#[test]
fn a_range_of_days_is_halved_down_to_single_days() {
    assert_eq!(
        halves(date(2024, 2, 28), date(2024, 3, 2)),
        Some(((date(2024, 2, 28), date(2024, 2, 29)), (date(2024, 3, 1), date(2024, 3, 2))))
    );
    assert_eq!(
        halves(date(2024, 1, 1), date(2024, 1, 2)),
        Some(((date(2024, 1, 1), date(2024, 1, 1)), (date(2024, 1, 2), date(2024, 1, 2))))
    );
    assert_eq!(halves(date(2024, 1, 1), date(2024, 1, 1)), None);
}
