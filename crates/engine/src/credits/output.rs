//! Credit rows as a record batch: only the columns that were asked for.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Decimal128Array, Float64Array, Int64Array, RecordBatch, RecordBatchOptions, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{Schema, SchemaRef};
use attribution::{Credits, Model, ModelCredits, flag};
use datafusion::common::{Result, internal_datafusion_err};
use types::Currency;

use super::columns::{self, CreditColumn, Origin};
use super::gather::Places;
use super::input::Held;

/// How to build the columns.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    schema: SchemaRef,
    /// Each column's origin and, for values of journey rows, the input column.
    origins: Vec<(Origin, usize)>,
    credit_unit: i128,
}

impl Rows {
    pub(crate) fn new(columns: &[CreditColumn], input: &Schema, currency: Currency) -> Result<Self> {
        let mut origins = Vec::with_capacity(columns.len());
        for column in columns {
            let at = match column.origin {
                Origin::Conversion(name) | Origin::Entry(name) | Origin::Touch(name) => input
                    .index_of(name)
                    .map_err(|_| internal_datafusion_err!("the journey scan lacks column {name}"))?,
                _ => 0,
            };
            origins.push((column.origin, at));
        }
        Ok(Self {
            schema: columns::schema(columns),
            origins,
            credit_unit: i128::from(currency.micros_per_credit_unit()),
        })
    }

    /// `versions` are the settings' of every credit row.
    pub(crate) fn build(&self, credits: &Credits, versions: &[i64], held: &[Held]) -> Result<RecordBatch> {
        let any = |is_wanted: fn(&Origin) -> bool| self.origins.iter().any(|(origin, _)| is_wanted(origin));
        let places = |is_needed: bool, rows: &[u32]| if is_needed { Places::of(rows, held) } else { Places::default() };
        let conversions = places(any(|origin| matches!(origin, Origin::Conversion(_))), &credits.conversion);
        let entries = places(any(|origin| matches!(origin, Origin::Entry(_))), &credits.entry);
        let touches = places(any(|origin| matches!(origin, Origin::Touch(_))), &credits.touch);
        let mut arrays = Vec::with_capacity(self.origins.len());
        for ((origin, at), field) in self.origins.iter().zip(self.schema.fields()) {
            let array = match origin {
                Origin::Conversion(_) => conversions.take(held, *at)?,
                Origin::Entry(_) => entries.take(held, *at)?,
                Origin::Touch(_) => touches.take(held, *at)?,
                Origin::SettingsVersion => Arc::new(versions.iter().map(|version| Some(version.to_string())).collect::<StringArray>()),
                computed => self.computed(*computed, credits)?,
            };
            arrays.push(if array.data_type() == field.data_type() {
                array
            } else {
                cast(&array, field.data_type())?
            });
        }
        Ok(RecordBatch::try_new_with_options(
            Arc::clone(&self.schema),
            arrays,
            &RecordBatchOptions::new().with_row_count(Some(credits.len())),
        )?)
    }

    fn computed(&self, origin: Origin, credits: &Credits) -> Result<ArrayRef> {
        let has = |flags: &u8, flag: u8| flags & flag != 0;
        let numbers = |values: &[u32]| Arc::new(values.iter().map(|value| i64::from(*value)).collect::<Int64Array>());
        Ok(match origin {
            Origin::EntryKind => {
                let names = credits
                    .flags
                    .iter()
                    .map(|flags| Some(if has(flags, flag::REFUND) { "refund" } else { "sale" }));
                Arc::new(names.collect::<StringArray>())
            }
            Origin::IsNewCustomer => Arc::new(
                credits
                    .flags
                    .iter()
                    .map(|flags| Some(has(flags, flag::FIRST_OF_TYPE)))
                    .collect::<BooleanArray>(),
            ),
            Origin::Position => numbers(&credits.position),
            Origin::Touches => numbers(&credits.touches),
            Origin::Weight(model) => Arc::new(Float64Array::from(of(model, credits)?.weights.clone())),
            Origin::Conversions(model) => {
                let count = |(weight, flags): (&f64, &u8)| if has(flags, flag::REFUND) { 0.0 } else { *weight };
                Arc::new(
                    of(model, credits)?
                        .weights
                        .iter()
                        .zip(&credits.flags)
                        .map(count)
                        .collect::<Float64Array>(),
                )
            }
            Origin::Revenue(model) => {
                let micros = of(model, credits)?
                    .amounts
                    .iter()
                    .map(|amount| i128::from(*amount) * self.credit_unit)
                    .collect::<Vec<_>>();
                Arc::new(Decimal128Array::from(micros).with_precision_and_scale(18, 6)?)
            }
            Origin::Conversion(_) | Origin::Entry(_) | Origin::Touch(_) | Origin::SettingsVersion => {
                return Err(internal_datafusion_err!("a value of a journey row is taken, not computed"));
            }
        })
    }
}

fn of(model: Model, credits: &Credits) -> Result<&ModelCredits> {
    credits
        .models
        .iter()
        .find(|credit| credit.model == model)
        .ok_or_else(|| internal_datafusion_err!("model {model} was not computed"))
}
