//! Credit rows of the engine (one row a touch, columns by model) in the long form of `revenue_attribution` (one row a touch and model).

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Decimal128Array, FixedSizeBinaryArray, FixedSizeBinaryBuilder, Float64Array, RecordBatch, StringArray, UInt32Array,
};
use arrow::compute::{cast, take};
use arrow::datatypes::{Decimal128Type, Float64Type, Int64Type, SchemaRef, TimestampMicrosecondType};
use attribution::Model;
use types::tables::revenue_attribution;
use types::{Currency, OrganizationId};

use crate::cursor::Digest;
use crate::{Error, Result};

/// Weights are shown with four places; the decimal has six.
const SHOWN: f64 = 10_000.0;
const MICROS_OF_SHOWN: i128 = 100;

/// Expands batch after batch of one stream of credits.
#[derive(Debug)]
pub(crate) struct Expansion {
    schema: SchemaRef,
    organization: OrganizationId,
    currency: Currency,
    models: Vec<Model>,
    /// Refunds of the same order at the same instant seen so far: they would share their ids otherwise. Sales have one entry each.
    refunds: HashMap<([u8; 16], i64), Occurrence>,
}

/// How often a refund key came, and the position of its last row.
#[derive(Clone, Copy, Debug, Default)]
struct Occurrence {
    number: u64,
    last_position: Option<i64>,
}

impl Expansion {
    /// `schema` is that of `revenue_attribution` in the lake; `models` in any order.
    pub(crate) fn new(schema: SchemaRef, organization: OrganizationId, currency: Currency, models: &[Model]) -> Self {
        let mut models = models.to_vec();
        models.sort_unstable_by_key(|model| model.as_str());
        Self {
            schema,
            organization,
            currency,
            models,
            refunds: HashMap::new(),
        }
    }

    /// The long form of a batch: for every entry model by model, touches in order, as the table is sorted.
    pub(crate) fn expand(&mut self, credits: &RecordBatch) -> Result<RecordBatch> {
        let keys = Keys::of(credits)?;
        let plan = self.plan(&keys);
        let rows = plan.iter().map(|place| place.row).collect::<UInt32Array>();
        let taken = |name: &str| Ok::<_, Error>(take(column(credits, name)?, &rows, None)?);
        let mut columns = Vec::with_capacity(self.schema.fields().len());
        for field in self.schema.fields() {
            let array: ArrayRef = match field.name().as_str() {
                "id" => Arc::new(ids(&plan, &keys, &self.models)?),
                "organization_id" => Arc::new(repeated_id(self.organization.as_bytes(), plan.len())?),
                "touchpoint_sequence" => taken("position")?,
                "attribution_model" => Arc::new(plan.iter().map(|place| Some(self.models[place.model].as_str())).collect::<StringArray>()),
                "attribution_weight" => Arc::new(self.shown_weights(credits, &plan)?),
                "weight" => Arc::new(
                    self.by_model(credits, "weight", &plan, |array, row| array.as_primitive::<Float64Type>().value(row))?
                        .into_iter()
                        .collect::<Float64Array>(),
                ),
                "revenue_amount" => Arc::new(self.amounts(credits, &plan)?),
                "transaction_date" => taken("converted_at")?,
                "transaction_source" => taken("conversion_source")?,
                "currency" => Arc::new(std::iter::repeat_n(Some(self.currency.as_str()), plan.len()).collect::<StringArray>()),
                "settings_version" => cast(&taken("settings_version")?, field.data_type())?,
                name => taken(name)?,
            };
            columns.push(array);
        }
        Ok(RecordBatch::try_new(Arc::clone(&self.schema), columns)?)
    }

    /// The rows of the long form: which credit row, which model, and which of several equal refunds.
    fn plan(&mut self, keys: &Keys<'_>) -> Vec<Place> {
        let count = keys.positions.len();
        let mut plan = Vec::with_capacity(count * self.models.len());
        let mut start = 0;
        while start < count {
            let occurrence = self.occurrence(keys, start);
            let mut end = start + 1;
            while end < count && keys.is_same_entry(end - 1, end) {
                end += 1;
            }
            if keys.is_refund(start) {
                self.refunds
                    .entry(keys.entry(start))
                    .and_modify(|seen| seen.last_position = Some(keys.positions[end - 1]));
            }
            for model in 0..self.models.len() {
                plan.extend((start..end).map(|row| Place {
                    row: row as u32,
                    model,
                    occurrence,
                }));
            }
            start = end;
        }
        plan
    }

    /// Number of the refund among those of its order and instant. A batch may begin in the middle of a refund: then its positions go on.
    fn occurrence(&mut self, keys: &Keys<'_>, row: usize) -> u64 {
        if !keys.is_refund(row) {
            return 0;
        }
        let position = keys.positions[row];
        let seen = self.refunds.entry(keys.entry(row)).or_default();
        if let Some(last) = seen.last_position
            && !follows(last, position)
        {
            seen.number += 1;
        }
        seen.last_position = Some(position);
        seen.number
    }

    fn by_model<T>(&self, credits: &RecordBatch, prefix: &str, plan: &[Place], value: impl Fn(&ArrayRef, usize) -> T) -> Result<Vec<T>> {
        let arrays = self
            .models
            .iter()
            .map(|model| column(credits, &format!("{prefix}_{model}")))
            .collect::<Result<Vec<_>>>()?;
        Ok(plan.iter().map(|place| value(arrays[place.model], place.row as usize)).collect())
    }

    fn shown_weights(&self, credits: &RecordBatch, plan: &[Place]) -> Result<Decimal128Array> {
        let shown = |weight: f64| (weight * SHOWN).round_ties_even() as i128 * MICROS_OF_SHOWN;
        let weights = self.by_model(credits, "weight", plan, |array, row| {
            shown(array.as_primitive::<Float64Type>().value(row))
        })?;
        Ok(Decimal128Array::from(weights).with_precision_and_scale(18, 6)?)
    }

    fn amounts(&self, credits: &RecordBatch, plan: &[Place]) -> Result<Decimal128Array> {
        let unit = i128::from(self.currency.micros_per_credit_unit());
        let amounts = self.by_model(credits, "revenue", plan, |array, row| array.as_primitive::<Decimal128Type>().value(row))?;
        if let Some(micros) = amounts.iter().copied().find(|micros| micros % unit != 0) {
            return Err(Error::Amount {
                micros,
                currency: self.currency,
            });
        }
        Ok(Decimal128Array::from(amounts).with_precision_and_scale(18, 6)?)
    }
}

/// One row of the long form.
#[derive(Clone, Copy, Debug)]
struct Place {
    row: u32,
    model: usize,
    occurrence: u64,
}

/// Whether a credit row at `position` belongs to the same entry as the row at `last` before it: touches count upwards from 1, and one
/// unattributed row (position 0) may follow them.
const fn follows(last: i64, position: i64) -> bool {
    last > 0 && (position == last + 1 || position == 0)
}

/// The columns that tell entries apart.
struct Keys<'a> {
    conversions: &'a FixedSizeBinaryArray,
    touches: &'a FixedSizeBinaryArray,
    entries: &'a StringArray,
    times: &'a [i64],
    positions: &'a [i64],
}

impl<'a> Keys<'a> {
    fn of(credits: &'a RecordBatch) -> Result<Self> {
        let missing = |name: &str| Error::Column {
            relation: "the credits",
            column: name.to_owned(),
        };
        let id = |name: &str| column(credits, name)?.as_fixed_size_binary_opt().ok_or_else(|| missing(name));
        let times = column(credits, "converted_at")?
            .as_primitive_opt::<TimestampMicrosecondType>()
            .ok_or_else(|| missing("converted_at"))?;
        let positions = column(credits, "position")?
            .as_primitive_opt::<Int64Type>()
            .ok_or_else(|| missing("position"))?;
        Ok(Self {
            conversions: id("conversion_id")?,
            touches: id("touch_id")?,
            entries: column(credits, "entry")?.as_string_opt().ok_or_else(|| missing("entry"))?,
            times: times.values(),
            positions: positions.values(),
        })
    }

    fn is_refund(&self, row: usize) -> bool {
        self.entries.value(row) == "refund"
    }

    fn entry(&self, row: usize) -> ([u8; 16], i64) {
        let mut id = [0; 16];
        id.copy_from_slice(self.conversions.value(row));
        (id, self.times[row])
    }

    fn is_same_entry(&self, left: usize, right: usize) -> bool {
        self.entry(left) == self.entry(right) && self.is_refund(left) == self.is_refund(right) && follows(self.positions[left], self.positions[right])
    }
}

/// Ids from conversion, entry, model and touch: the same in every run.
fn ids(plan: &[Place], keys: &Keys<'_>, models: &[Model]) -> Result<FixedSizeBinaryArray> {
    let halves = |id: &[u8]| {
        let half = |from: usize| u64::from_be_bytes(id[from..from + 8].try_into().expect("eight bytes"));
        [half(0), half(8)]
    };
    let mut ids = FixedSizeBinaryBuilder::with_capacity(plan.len(), 16);
    for place in plan {
        let row = place.row as usize;
        let mut digest = Digest::default();
        for half in halves(keys.conversions.value(row)) {
            digest.add(half);
        }
        let touch = if keys.touches.is_null(row) {
            [0; 2]
        } else {
            halves(keys.touches.value(row))
        };
        touch.into_iter().for_each(|half| digest.add(half));
        digest.add((models[place.model] as u64) << 1 | u64::from(keys.is_refund(row)));
        if keys.is_refund(row) {
            digest.add(keys.times[row] as u64);
            digest.add(place.occurrence);
        }
        ids.append_value(digest.id())?;
    }
    Ok(ids.finish())
}

fn repeated_id(id: &[u8; 16], count: usize) -> Result<FixedSizeBinaryArray> {
    let mut ids = FixedSizeBinaryBuilder::with_capacity(count, 16);
    for _ in 0..count {
        ids.append_value(id)?;
    }
    Ok(ids.finish())
}

fn column<'a>(credits: &'a RecordBatch, name: &str) -> Result<&'a ArrayRef> {
    credits.column_by_name(name).ok_or_else(|| Error::Column {
        relation: "the credits",
        column: name.to_owned(),
    })
}

/// Name of the table that [`Expansion`] fills.
pub(crate) const TABLE: &str = revenue_attribution::TABLE.name;

#[cfg(test)]
mod tests;
