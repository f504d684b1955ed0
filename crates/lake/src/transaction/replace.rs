//! Replacing spend: files that hold rows of the scope are written anew without them.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use arrow::datatypes::Date32Type;
use datafusion::scalar::ScalarValue;
use futures::StreamExt;
use jiff::civil::Date;
use types::{CustomerId, RecordKind};

use super::staging::{new_file, remove_file};
use crate::catalogue::state::{LakeState, TableState};
use crate::file::{DataFile, Layout};
use crate::lake::Inner;
use crate::rows::UNIFIED;
use crate::stats::days_of_date;
use crate::writer::{Placement, WrittenFile};
use crate::{Result, read};

/// The spend rows that a platform restates: one account of one source at one level, on some days. `None` means rows that have no
/// account, or no level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpendScope {
    pub data_source: String,
    pub account_id: Option<String>,
    pub level: Option<String>,
    pub days: BTreeSet<Date>,
}

/// What becomes of a live file.
#[derive(Debug)]
pub(super) enum Rewrite {
    /// It holds no row of the scopes.
    Untouched,
    /// It goes; what comes in its place, and the customers whose rows changed hands.
    Replaced {
        written: Vec<WrittenFile>,
        customers: BTreeSet<CustomerId>,
    },
}

/// What becomes of every live file that may change, by file id; kept between attempts so that only new files are looked at again.
pub(super) type Rewrites = HashMap<i64, Rewrite>;

/// Completes `rewrites` for the live files of `state`, and forgets files that are gone.
pub(super) async fn prepare(inner: &Arc<Inner>, state: &LakeState, scopes: &[SpendScope], rewrites: &mut Rewrites) -> Result<()> {
    let table = state.table(UNIFIED)?;
    let live: BTreeSet<i64> = table.files.iter().map(|file| file.id).collect();
    rewrites.retain(|id, rewrite| {
        let is_live = live.contains(id);
        if let (false, Rewrite::Replaced { written, .. }) = (is_live, &*rewrite) {
            written.iter().for_each(|file| remove_file(inner, file));
        }
        is_live
    });
    if scopes.is_empty() {
        return Ok(());
    }
    let scopes: Arc<[SpendScope]> = scopes.into();
    for file in table.files.iter().filter(|file| file.layout == Layout::Fact) {
        if rewrites.contains_key(&file.id) {
            continue;
        }
        let rewrite = if scopes.iter().any(|scope| may_hold(table, file, scope)) {
            rewrite(inner, table, file, &scopes).await?
        } else {
            Rewrite::Untouched
        };
        rewrites.insert(file.id, rewrite);
    }
    Ok(())
}

async fn rewrite(inner: &Arc<Inner>, table: &TableState, file: &DataFile, scopes: &Arc<[SpendScope]>) -> Result<Rewrite> {
    let filter = |scopes: Arc<[SpendScope]>| {
        move |batch: Result<RecordBatch>| {
            let batch = batch?;
            Ok(filter_record_batch(&batch, &kept(&batch, &scopes)?)?)
        }
    };
    // Most files whose statistics overlap hold none of the rows: look before writing.
    let mut left = 0;
    let mut stream = read::rows(inner, &file.path, file.bytes, &table.schema)
        .await?
        .map(filter(Arc::clone(scopes)));
    while let Some(batch) = stream.next().await {
        left += batch?.num_rows() as u64;
    }
    if left == file.rows {
        return Ok(Rewrite::Untouched);
    }
    let stream = read::rows(inner, &file.path, file.bytes, &table.schema)
        .await?
        .map(filter(Arc::clone(scopes)));
    let placement = Placement {
        layout: file.layout,
        level: file.level,
        range: file.customer_range,
        month: file.month,
    };
    let (owner, columns, schema) = (Arc::clone(inner), table.columns.clone().into(), Arc::clone(&table.schema));
    let written = read::write_all(stream, move || new_file(&owner, UNIFIED, &columns, &schema, placement)).await?;
    Ok(Rewrite::Replaced {
        written: written.into_iter().collect(),
        customers: BTreeSet::new(),
    })
}

/// Whether the statistics allow a row of `scope` in `file`.
fn may_hold(table: &TableState, file: &DataFile, scope: &SpendScope) -> bool {
    let text = |value: &Option<String>| {
        value
            .clone()
            .map(|text| (ScalarValue::Utf8(Some(text.clone())), ScalarValue::Utf8(Some(text))))
    };
    let day = |day: Option<&Date>| day.map(|day| ScalarValue::Date32(Some(days_of_date(*day))));
    let Some(days) = day(scope.days.first()).zip(day(scope.days.last())) else {
        return false;
    };
    let kind = Some(RecordKind::Spend.as_str().to_owned());
    overlaps(table, file, "record_kind", text(&kind))
        && overlaps(table, file, "data_source", text(&Some(scope.data_source.clone())))
        && overlaps(table, file, "account_id", text(&scope.account_id))
        && overlaps(table, file, "level", text(&scope.level))
        && overlaps(table, file, "civil_date", Some(days))
}

/// Whether `column` of `file` may hold a value from the range; None asks for null.
fn overlaps(table: &TableState, file: &DataFile, column: &str, range: Option<(ScalarValue, ScalarValue)>) -> bool {
    let Some(stats) = table.stats(file, column) else {
        return range.is_none();
    };
    match (range, &stats.min, &stats.max) {
        (None, _, _) => stats.nulls > 0,
        (Some((low, high)), Some(min), Some(max)) => &low <= max && &high >= min,
        (Some(_), _, _) => stats.nulls < file.rows,
    }
}

/// Which rows belong to none of the scopes.
fn kept(batch: &RecordBatch, scopes: &[SpendScope]) -> Result<BooleanArray> {
    let column = |name: &str| batch.schema().index_of(name).map(|at| batch.column(at));
    let (kinds, sources) = (column("record_kind")?.as_string::<i32>(), column("data_source")?.as_string::<i32>());
    let (accounts, levels) = (column("account_id")?.as_string::<i32>(), column("level")?.as_string::<i32>());
    let days = column("civil_date")?.as_primitive::<Date32Type>();
    let scopes: Vec<(&SpendScope, BTreeSet<i32>)> = scopes
        .iter()
        .map(|scope| (scope, scope.days.iter().map(|day| days_of_date(*day)).collect()))
        .collect();
    let text = |array: &arrow::array::StringArray, row: usize, wanted: &Option<String>| match wanted {
        Some(wanted) => array.is_valid(row) && array.value(row) == wanted,
        None => array.is_null(row),
    };
    let belongs = |row: usize| {
        kinds.value(row) == RecordKind::Spend.as_str()
            && days.is_valid(row)
            && scopes.iter().any(|(scope, in_scope)| {
                in_scope.contains(&days.value(row))
                    && sources.value(row) == scope.data_source
                    && text(accounts, row, &scope.account_id)
                    && text(levels, row, &scope.level)
            })
    };
    Ok((0..batch.num_rows()).map(|row| Some(!belongs(row))).collect())
}
