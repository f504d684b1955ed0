//! Credit rows of the engine (one row a touch, columns by model) in the long form of `revenue_attribution` (one row a touch and model).

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, Decimal128Array, DictionaryArray, FixedSizeBinaryArray, FixedSizeBinaryBuilder, Float64Array,
    Int32Array, RecordBatch, StringArray,
};
use arrow::compute::cast;
use arrow::datatypes::{Decimal128Type, FieldRef, Float64Type, Int64Type, Schema, SchemaRef, TimestampMicrosecondType};
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

    /// The columns of credit rows that a batch must have.
    pub(crate) fn columns(&self) -> Vec<String> {
        let read = [
            "customer_id",
            "conversion_id",
            "entry",
            "touch_id",
            "position",
            "converted_at",
            "conversion_source",
        ];
        let mut columns = read.map(str::to_owned).to_vec();
        let made = [
            "id",
            "organization_id",
            "touchpoint_sequence",
            "attribution_model",
            "attribution_weight",
            "weight",
            "revenue_amount",
            "transaction_date",
            "transaction_source",
            "currency",
        ];
        for field in self.schema.fields() {
            let name = field.name().as_str();
            if !made.contains(&name) && !read.contains(&name) {
                columns.push(name.to_owned());
            }
        }
        columns.extend(
            self.models
                .iter()
                .flat_map(|model| [format!("weight_{model}"), format!("revenue_{model}")]),
        );
        columns
    }

    /// The long form of a batch: for every entry model by model, touches in order, as the table is sorted.
    pub(crate) fn expand(&mut self, credits: &RecordBatch) -> Result<RecordBatch> {
        let keys = Keys::of(credits)?;
        let plan = self.plan(&keys);
        // Every row of the long form is a key into the credit rows: their values are not copied.
        let rows = plan.iter().map(|place| place.row as i32).collect::<Int32Array>();
        let keyed = |values: &ArrayRef| -> Result<ArrayRef> { Ok(Arc::new(DictionaryArray::try_new(rows.clone(), Arc::clone(values))?)) };
        let same = |value: ArrayRef| -> Result<ArrayRef> {
            let keys = Int32Array::from_value(0, plan.len());
            Ok(Arc::new(DictionaryArray::try_new(keys, value)?))
        };
        let taken = |name: &str| keyed(column(credits, name)?);
        let mut columns = Vec::with_capacity(self.schema.fields().len());
        for field in self.schema.fields() {
            let array: ArrayRef = match field.name().as_str() {
                "id" => Arc::new(ids(&plan, &keys, &self.models)?),
                "organization_id" => same(Arc::new(repeated_id(self.organization.as_bytes(), 1)?))?,
                "touchpoint_sequence" => taken("position")?,
                "attribution_model" => {
                    let names = self.models.iter().map(|model| Some(model.as_str())).collect::<StringArray>();
                    let keys = plan.iter().map(|place| place.model as i32).collect::<Int32Array>();
                    Arc::new(DictionaryArray::try_new(keys, Arc::new(names))?)
                }
                "attribution_weight" => Arc::new(self.shown_weights(credits, &plan)?),
                "weight" => Arc::new(self.weights(credits, &plan)?),
                "revenue_amount" => Arc::new(self.amounts(credits, &plan)?),
                "transaction_date" => taken("converted_at")?,
                "transaction_source" => taken("conversion_source")?,
                "currency" => same(Arc::new(StringArray::from(vec![self.currency.as_str()])))?,
                "settings_version" => keyed(&cast(column(credits, "settings_version")?, field.data_type())?)?,
                name => taken(name)?,
            };
            columns.push(array);
        }
        let field = |(field, array): (&FieldRef, &ArrayRef)| field.as_ref().clone().with_data_type(array.data_type().clone());
        let fields = self.schema.fields().iter().zip(&columns).map(field).collect::<Vec<_>>();
        Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
    }

    /// The rows of the long form, in the order of `revenue_attribution`: which credit row, which model, and which of several equal refunds.
    fn plan(&mut self, keys: &Keys<'_>) -> Vec<Place> {
        let count = keys.positions.len();
        let mut entries = Vec::with_capacity(count / 2);
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
            entries.push((start..end, occurrence));
            start = end;
        }
        // Customers come one after the other; the events of one nearly always come in this order, too.
        entries.sort_by(|left, right| keys.order(left.0.start).cmp(&keys.order(right.0.start)));
        let mut plan = Vec::with_capacity(count * self.models.len());
        for entries in entries.chunk_by(|left, right| keys.order(left.0.start) == keys.order(right.0.start)) {
            for model in 0..self.models.len() {
                let from = plan.len();
                for (rows, occurrence) in entries {
                    plan.extend(rows.clone().map(|row| Place {
                        row: row as u32,
                        model,
                        occurrence: *occurrence,
                    }));
                }
                // Unattributed rows have position 0, and equal refunds go through each other.
                plan[from..].sort_by_key(|place| keys.positions[place.row as usize]);
            }
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

    /// The values of a column that each model has, model by model.
    fn by_model<'a, T: ArrowPrimitiveType>(&self, credits: &'a RecordBatch, prefix: &str) -> Result<Vec<&'a [T::Native]>> {
        let values = self.models.iter().map(|model| {
            let name = format!("{prefix}_{model}");
            let array = column(credits, &name)?.as_primitive_opt::<T>();
            Ok(&**array.ok_or_else(|| missing(&name))?.values())
        });
        values.collect()
    }

    fn weights(&self, credits: &RecordBatch, plan: &[Place]) -> Result<Float64Array> {
        let weights = self.by_model::<Float64Type>(credits, "weight")?;
        Ok(plan
            .iter()
            .map(|place| weights[place.model][place.row as usize])
            .collect::<Vec<_>>()
            .into())
    }

    fn shown_weights(&self, credits: &RecordBatch, plan: &[Place]) -> Result<Decimal128Array> {
        let shown = |weight: f64| (weight * SHOWN).round_ties_even() as i128 * MICROS_OF_SHOWN;
        let weights = self.by_model::<Float64Type>(credits, "weight")?;
        let weights = plan
            .iter()
            .map(|place| shown(weights[place.model][place.row as usize]))
            .collect::<Vec<_>>();
        Ok(Decimal128Array::from(weights).with_precision_and_scale(18, 6)?)
    }

    fn amounts(&self, credits: &RecordBatch, plan: &[Place]) -> Result<Decimal128Array> {
        let unit_bits = self.currency.micros_per_credit_unit();
        let unit = i128::from(unit_bits);
        let amounts = self.by_model::<Decimal128Type>(credits, "revenue")?;
        let amounts = plan.iter().map(|place| amounts[place.model][place.row as usize]).collect::<Vec<_>>();
        // Divisions of 64 bits take a fraction of those of 128.
        let is_whole = |micros: i128| i64::try_from(micros).map_or(micros % unit == 0, |micros| micros % unit_bits == 0);
        if let Some(micros) = amounts.iter().copied().find(|micros| !is_whole(*micros)) {
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
    customers: &'a FixedSizeBinaryArray,
    conversions: &'a FixedSizeBinaryArray,
    touches: &'a FixedSizeBinaryArray,
    entries: &'a StringArray,
    times: &'a [i64],
    positions: &'a [i64],
}

impl<'a> Keys<'a> {
    fn of(credits: &'a RecordBatch) -> Result<Self> {
        let id = |name: &str| column(credits, name)?.as_fixed_size_binary_opt().ok_or_else(|| missing(name));
        let times = column(credits, "converted_at")?
            .as_primitive_opt::<TimestampMicrosecondType>()
            .ok_or_else(|| missing("converted_at"))?;
        let positions = column(credits, "position")?
            .as_primitive_opt::<Int64Type>()
            .ok_or_else(|| missing("position"))?;
        Ok(Self {
            customers: id("customer_id")?,
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

    /// Where the row's entry stands in `revenue_attribution`.
    fn order(&self, row: usize) -> (&[u8], i64, &[u8]) {
        (self.customers.value(row), self.times[row], self.conversions.value(row))
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
    credits.column_by_name(name).ok_or_else(|| missing(name))
}

fn missing(column: &str) -> Error {
    Error::Column {
        relation: "the credits",
        column: column.to_owned(),
    }
}

/// Name of the table that [`Expansion`] fills.
pub(crate) const TABLE: &str = revenue_attribution::TABLE.name;

#[cfg(test)]
mod tests;
