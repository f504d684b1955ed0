use types::{OrganizationId, RecordKind, SourceCategory};
use uuid::Uuid;

use super::*;

fn row(kind: RecordKind, number: usize) -> UnifiedRow {
    let organization = OrganizationId(Uuid::from_u128(7));
    let at = jiff::Timestamp::UNIX_EPOCH;
    UnifiedRow::new(
        organization,
        "web".into(),
        SourceCategory::PlatformNative,
        kind,
        number.to_string().into(),
        at,
        at,
    )
}

fn schema() -> SchemaRef {
    let columns = types::tables::unified_marketing_data::TABLE.columns.iter().enumerate();
    let columns: Vec<crate::schema::Column> = columns
        .map(|(at, column)| crate::schema::Column {
            id: at as i64 + 1,
            name: column.name.to_owned(),
            kind: column.kind,
            nullable: column.nullable,
        })
        .collect();
    crate::schema::arrow_schema(&columns)
}

/// A column of a batch as texts.
fn texts(batch: &RecordBatch, column: &str) -> Vec<Option<String>> {
    use arrow::array::AsArray;
    let array = cast(batch.column_by_name(column).unwrap(), &DataType::Utf8).unwrap();
    array.as_string::<i32>().iter().map(|text| text.map(str::to_owned)).collect()
}

#[test]
fn a_column_is_null_where_no_row_has_a_value() {
    let mut rows: Vec<UnifiedRow> = (0..300).map(|number| row(RecordKind::Touch, number)).collect();
    rows[131].channel = Some("Direct".into());
    let batch = rows_to_batch(&schema(), &rows).unwrap();
    let channels = texts(&batch, "channel");
    assert_eq!(channels.len(), rows.len());
    assert_eq!(
        channels.iter().enumerate().filter(|(_, channel)| channel.is_some()).collect::<Vec<_>>(),
        [(131, &Some("Direct".to_owned()))]
    );
    assert_eq!(batch.column_by_name("country").unwrap().null_count(), rows.len());
}

#[test]
fn a_builder_puts_rows_apart_by_layout_and_starts_empty_after_each_batch() {
    let mut builder = RowBuilder::new(&schema(), 4).unwrap();
    let mut touched = row(RecordKind::Touch, 0);
    touched.country = Some("DE".into());
    builder
        .push(&[touched, row(RecordKind::Spend, 1), row(RecordKind::Spend, 2), row(RecordKind::Order, 3)])
        .unwrap();
    assert_eq!(builder.rows(), 4);
    let columns = builder.finish().unwrap();
    let keys = |batch: &RecordBatch| texts(batch, "source_row_key").into_iter().flatten().collect::<Vec<_>>();
    assert_eq!(keys(columns.journey.as_ref().unwrap()), ["0", "3"]);
    assert_eq!(keys(columns.fact.as_ref().unwrap()), ["1", "2"]);
    assert_eq!(texts(columns.journey.as_ref().unwrap(), "country"), [Some("DE".to_owned()), None]);
    assert_eq!(builder.rows(), 0);
    builder.push(&[row(RecordKind::Touch, 4)]).unwrap();
    let next = builder.finish().unwrap();
    assert!(next.fact.is_none());
    assert_eq!(texts(next.journey.as_ref().unwrap(), "country"), [None]);
}
