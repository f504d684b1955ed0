//! The reference customers of the tests (`data/cdnow/README.md`).

use crate::{Purchases, Spending};

pub(crate) fn customers() -> Vec<(Purchases, Spending)> {
    let text = include_str!("../data/cdnow/customers.csv");
    let rows = text.lines().skip(1).map(|line| {
        let cells: Vec<f64> = line.split(',').map(|cell| cell.trim().parse().unwrap()).collect();
        let repeats = cells[1] as u32;
        let purchases = Purchases {
            repeats,
            last: cells[2],
            age: cells[3],
        };
        let spending = Spending {
            purchases: repeats,
            mean: cells[4],
        };
        (purchases, spending)
    });
    rows.collect()
}

/// Equal to three significant digits.
pub(crate) fn agrees(value: f64, published: f64) {
    assert!((value - published).abs() <= 0.0005 * published.abs(), "{value} is not {published}");
}
