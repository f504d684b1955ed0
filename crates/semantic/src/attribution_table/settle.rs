//! Whole cents for reading: credit is exact to the micro, a table of credit is read in cents and must still add up.

use types::Currency;
use types::money::{format_amount, parse_micros, round_half_even};

use super::AttributionRow;

/// Rounds the rows of one model to whole minor units by largest remainder, so that they sum to the rounded total, which is returned. No row
/// moves by a whole minor unit. Ties go to the earlier row. `is_complete` says that the rows are all there are; the rows of a cut table
/// do not sum to its total, and are rounded each on its own.
pub(super) fn settle(rows: &mut [AttributionRow], total: &str, is_complete: bool, currency: Currency) -> String {
    let unit = i128::from(currency.micros_per_minor_unit());
    let micros = |text: &str| i128::from(parse_micros(text).unwrap_or(0));
    let text = |units: i128| format_amount(i64::try_from(units * unit).unwrap_or(i64::MAX), currency);
    let total_units = round_half_even(micros(total), unit);
    let parts: Vec<(i128, i128)> = rows
        .iter()
        .map(|row| micros(&row.revenue))
        .map(|part| (part.div_euclid(unit), part.rem_euclid(unit)))
        .collect();
    let rest = usize::try_from(total_units - parts.iter().map(|(whole, _)| whole).sum::<i128>());
    match rest {
        Ok(rest) if is_complete && rest <= rows.len() => {
            let mut order: Vec<usize> = (0..rows.len()).collect();
            order.sort_by_key(|at| std::cmp::Reverse(parts[*at].1));
            for (place, at) in order.into_iter().enumerate() {
                rows[at].revenue = text(parts[at].0 + i128::from(place < rest));
            }
        }
        Ok(_) | Err(_) => {
            for row in rows {
                row.revenue = text(round_half_even(micros(&row.revenue), unit));
            }
        }
    }
    text(total_units)
}

#[cfg(test)]
mod tests {
    use attribution::Model;

    use super::*;

    fn check(amounts: &[&str], total: &str, expected: &[&str]) {
        let mut rows: Vec<AttributionRow> = amounts
            .iter()
            .map(|amount| AttributionRow {
                model: Model::Linear,
                dimensions: Vec::new(),
                is_unattributed: false,
                revenue: (*amount).to_owned(),
                conversions: 0.0,
            })
            .collect();
        let settled = settle(&mut rows, total, true, Currency::EUR);
        let found: Vec<&str> = rows.iter().map(|row| row.revenue.as_str()).collect();
        assert_eq!((found.as_slice(), settled.as_str()), (expected, total));
    }

    #[test]
    fn three_thirds_of_ten_euros_are_three_amounts_in_cents_that_add_up() {
        check(&["3.333334", "3.333333", "3.333333"], "10.00", &["3.34", "3.33", "3.33"]);
    }

    #[test]
    fn refunds_round_like_sales() {
        check(&["-3.333334", "-3.333333", "-3.333333"], "-10.00", &["-3.34", "-3.33", "-3.33"]);
    }

    #[test]
    fn whole_cents_stay_as_they_are() {
        check(&["0.01", "7.00", "-2.50"], "4.51", &["0.01", "7.00", "-2.50"]);
    }
}
