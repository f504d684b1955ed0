//! Real journeys: the operator against figures that were computed elsewhere (examples/kaggle/README.md).

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use arrow::array::{Array, AsArray};
use arrow::datatypes::Decimal128Type;
use attribution::{Model, Settings};
use types::{CustomerId, RecordKind, SourceCategory, UnifiedRow};

use super::tests::{run, source};
use crate::testing::{MemoryJourneys, ORGANIZATION};

/// Revenue by channel under first_touch, last_touch, linear, time_decay and position_based; rolling journeys, 30 days, half-life 7 days.
const EXPECTED: &[(&str, [f64; 5])] = &[
    ("Facebook", [3486.5, 3514.5, 3291.455775, 3307.971993, 3437.116646]),
    ("Instagram", [1444.5, 1475.5, 1454.320027, 1487.727815, 1458.357135]),
    ("Online Display", [1302.5, 1436.0, 1259.207558, 1302.313065, 1329.71839]),
    ("Online Video", [1336.5, 2190.0, 1917.453347, 2059.961378, 1809.041658]),
    ("Paid Search", [3853.5, 2807.5, 3501.063293, 3265.52575, 3389.26617]),
];

/// A hundredth of what the published description allows (0.01 for every 1,000 conversions): credit is shared in micros.
const TOLERANCE: f64 = 0.000_184;

/// Every line is a touch; a line that says `conversion` is an order at the same instant too.
fn rows() -> Vec<UnifiedRow> {
    let file = std::fs::File::open(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/kaggle/attribution_data.csv.gz")).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let mut rows = Vec::new();
    for (number, line) in text.lines().enumerate().skip(1) {
        let [customer, time, interaction, _, value, channel] = line.split(',').collect::<Vec<_>>().try_into().unwrap();
        let at = time.parse().unwrap();
        let row = |kind: RecordKind| {
            let mut row = UnifiedRow::new(
                ORGANIZATION,
                "kaggle".into(),
                SourceCategory::ExternalRevenue,
                kind,
                format!("{kind}{number}").into(),
                at,
                at,
            );
            row.customer_id = Some(CustomerId::derive(ORGANIZATION, customer));
            row
        };
        let mut touch = row(RecordKind::Touch);
        touch.channel = Some(channel.into());
        rows.push(touch);
        if interaction == "conversion" {
            let mut order = row(RecordKind::Order);
            order.conversion_type = Some("purchase".into());
            order.revenue_reporting = Some(types::money::parse_micros(value).unwrap());
            rows.push(order);
        }
    }
    rows
}

#[test]
fn real_journeys_add_up_exactly_and_agree_with_figures_computed_elsewhere() {
    let sums = Model::ALL[..5]
        .iter()
        .map(|model| format!("sum(revenue_{model})"))
        .collect::<Vec<_>>()
        .join(", ");
    let sql = format!("SELECT channel, {sums} FROM credits GROUP BY 1");
    let batches = run(
        MemoryJourneys::new(rows(), 3, 1_000),
        &source(&Model::ALL[..5], Settings::default()),
        &sql,
        8_192,
        2,
    );
    let mut found = BTreeMap::new();
    for batch in &batches {
        for row in 0..batch.num_rows() {
            let channel = batch.column(0).as_string::<i32>().value(row).to_owned();
            let micros = (1..6)
                .map(|at| batch.column(at).as_primitive::<Decimal128Type>().value(row))
                .collect::<Vec<_>>();
            assert!(batch.column(0).is_valid(row), "every order has a touch at its own instant");
            found.insert(channel, micros);
        }
    }
    for model in 0..5 {
        assert_eq!(
            found.values().map(|micros| micros[model]).sum::<i128>(),
            11_423_500_000,
            "{}",
            Model::ALL[model]
        );
    }
    assert_eq!(found.len(), EXPECTED.len());
    for (channel, expected) in EXPECTED {
        let micros = &found[*channel];
        for (model, (micros, expected)) in micros.iter().zip(expected).enumerate() {
            assert!(
                (*micros as f64 / 1e6 - expected).abs() <= TOLERANCE,
                "{} {channel}: {micros} {expected}",
                Model::ALL[model]
            );
        }
    }
}
