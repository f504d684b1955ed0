//! Credit rows that agree in everything but their measures, added up where they are made.
//!
//! A question like "revenue by campaign under five models" needs some hundred sums of some million credits. Adding them up before they
//! become columns of a batch saves building those columns, and the aggregate above gets the sums of a partition instead of its rows.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, Float64Array, RecordBatch, RecordBatchOptions, new_empty_array};
use arrow::compute::cast;
use arrow::datatypes::{Schema, SchemaRef, UInt32Type};
use attribution::{Credits, Model, NO_TOUCH, flag};
use datafusion::common::{Result, ScalarValue, internal_datafusion_err, internal_err};
use types::Currency;

use super::columns::{self, CreditColumn, Origin};
use super::input::Held;

/// Sums held at most; beyond it they go out and new ones begin.
const GROUPS_MAX: usize = 65_536;
/// In a dictionary's translation: not met yet.
const UNKNOWN: u32 = u32::MAX;

/// Whether rows may be grouped by this column here: it has few values.
pub(crate) fn is_key(origin: Origin) -> bool {
    match origin {
        Origin::Touch(name) | Origin::Conversion(name) | Origin::Entry(name) => {
            !matches!(name, "id" | "customer_id" | "order_id" | "source_row_key") && columns::is_id_or_text(name)
        }
        Origin::EntryKind | Origin::IsNewCustomer => true,
        Origin::Position | Origin::Touches | Origin::Weight(_) | Origin::Conversions(_) | Origin::Revenue(_) => false,
    }
}

/// Whether the column's values may be added up.
pub(crate) fn is_measure(origin: Origin) -> bool {
    matches!(origin, Origin::Weight(_) | Origin::Conversions(_) | Origin::Revenue(_))
}

/// Sums by all columns that are not measures.
#[derive(Debug)]
pub(crate) struct Totals {
    schema: SchemaRef,
    columns: Vec<Place>,
    keys: Vec<Key>,
    /// For every key but the first: the group of the keys before it and the key's code, to the group with it.
    groups: Vec<Groups>,
    measures: Vec<Measure>,
    /// The group of each credit row in hand.
    slots: Vec<u32>,
    credit_unit: i128,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    Key(usize),
    Measure(usize),
}

#[derive(Debug, Default)]
struct Groups {
    by_code: HashMap<(u32, u32), u32>,
    codes: Vec<(u32, u32)>,
}

#[derive(Debug)]
struct Measure {
    origin: Origin,
    numbers: Vec<f64>,
    /// Credit units; a sum of more than 18 digits is exact, too.
    amounts: Vec<i128>,
}

impl Totals {
    pub(crate) fn new(columns: &[CreditColumn], input: &Schema, currency: Currency) -> Result<Self> {
        let (mut keys, mut measures, mut places) = (Vec::new(), Vec::new(), Vec::new());
        for column in columns {
            if is_measure(column.origin) {
                places.push(Place::Measure(measures.len()));
                measures.push(Measure {
                    origin: column.origin,
                    numbers: Vec::new(),
                    amounts: Vec::new(),
                });
            } else {
                places.push(Place::Key(keys.len()));
                keys.push(Key::new(column.origin, input)?);
            }
        }
        let groups = keys.iter().skip(1).map(|_| Groups::default()).collect();
        Ok(Self {
            schema: columns::schema(columns),
            columns: places,
            keys,
            groups,
            measures,
            slots: Vec::new(),
            credit_unit: i128::from(currency.micros_per_credit_unit()),
        })
    }

    /// Adds all credit rows. True when there are so many groups that they should go out.
    pub(crate) fn add(&mut self, credits: &Credits, held: &[Held]) -> Result<bool> {
        self.slots.clear();
        match self.keys.split_first_mut() {
            None => self.slots.resize(credits.len(), 0),
            Some((first, others)) => {
                first.codes(credits, held, &mut self.slots)?;
                let mut codes = Vec::with_capacity(credits.len());
                for (key, groups) in others.iter_mut().zip(&mut self.groups) {
                    codes.clear();
                    key.codes(credits, held, &mut codes)?;
                    for (slot, code) in self.slots.iter_mut().zip(&codes) {
                        *slot = groups.of(*slot, *code);
                    }
                }
            }
        }
        let count = self.len();
        for measure in &mut self.measures {
            measure.add(credits, &self.slots, count)?;
        }
        Ok(count > GROUPS_MAX)
    }

    /// The sums, one row a group, and none are held any more. None when there is nothing.
    pub(crate) fn take(&mut self) -> Result<Option<RecordBatch>> {
        let count = self.len();
        if count == 0
            || self
                .measures
                .iter()
                .all(|measure| measure.numbers.is_empty() && measure.amounts.is_empty())
        {
            return Ok(None);
        }
        let mut arrays = Vec::with_capacity(self.columns.len());
        for (place, field) in self.columns.iter().zip(self.schema.fields()) {
            let array = match place {
                Place::Key(at) => self.keys[*at].values_of(&self.codes(*at, count), field.data_type())?,
                Place::Measure(at) => self.measures[*at].array(self.credit_unit)?,
            };
            arrays.push(array);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)?;
        self.keys.iter_mut().for_each(Key::clear);
        self.groups.iter_mut().for_each(|groups| *groups = Groups::default());
        for measure in &mut self.measures {
            measure.numbers.clear();
            measure.amounts.clear();
        }
        Ok(Some(batch))
    }

    fn len(&self) -> usize {
        match (self.groups.last(), self.keys.first()) {
            (Some(groups), _) => groups.codes.len(),
            (None, Some(key)) => key.values.len(),
            (None, None) => 1,
        }
    }

    /// The code of key `at` in every group.
    fn codes(&self, at: usize, count: usize) -> Vec<u32> {
        let mut codes = (0..count as u32).collect::<Vec<_>>();
        for (level, groups) in self.groups.iter().enumerate().rev() {
            let is_wanted = level + 1 == at;
            for code in &mut codes {
                let (before, own) = groups.codes[*code as usize];
                *code = if is_wanted { own } else { before };
            }
            if is_wanted {
                break;
            }
        }
        codes
    }
}

impl Groups {
    fn of(&mut self, before: u32, code: u32) -> u32 {
        match self.by_code.entry((before, code)) {
            Entry::Occupied(found) => *found.get(),
            Entry::Vacant(free) => {
                let group = self.codes.len() as u32;
                self.codes.push((before, code));
                *free.insert(group)
            }
        }
    }
}

impl Measure {
    fn add(&mut self, credits: &Credits, slots: &[u32], count: usize) -> Result<()> {
        let of = |model: Model| {
            let found = credits.models.iter().find(|credit| credit.model == model);
            found.ok_or_else(|| internal_datafusion_err!("model {model} was not computed"))
        };
        match self.origin {
            Origin::Revenue(model) => {
                self.amounts.resize(count, 0);
                for (slot, amount) in slots.iter().zip(&of(model)?.amounts) {
                    self.amounts[*slot as usize] += i128::from(*amount);
                }
            }
            Origin::Weight(model) => {
                self.numbers.resize(count, 0.0);
                for (slot, weight) in slots.iter().zip(&of(model)?.weights) {
                    self.numbers[*slot as usize] += weight;
                }
            }
            Origin::Conversions(model) => {
                self.numbers.resize(count, 0.0);
                for ((slot, weight), flags) in slots.iter().zip(&of(model)?.weights).zip(&credits.flags) {
                    if flags & flag::REFUND == 0 {
                        self.numbers[*slot as usize] += weight;
                    }
                }
            }
            other => return internal_err!("{other:?} cannot be added up"),
        }
        Ok(())
    }

    fn array(&self, credit_unit: i128) -> Result<ArrayRef> {
        Ok(match self.origin {
            Origin::Revenue(_) => {
                let micros = self.amounts.iter().map(|amount| amount * credit_unit).collect::<Vec<_>>();
                Arc::new(Decimal128Array::from(micros).with_precision_and_scale(18, 6)?)
            }
            _ => Arc::new(Float64Array::from(self.numbers.clone())),
        })
    }
}

/// The values of one column by which rows are grouped, each with a code.
#[derive(Debug)]
struct Key {
    origin: Origin,
    /// The input column, for values of journey rows.
    at: usize,
    values: Vec<ScalarValue>,
    by_value: HashMap<ScalarValue, u32>,
    /// The dictionary met last, with the code of each of its values as far as it is known.
    translated: Option<(ArrayRef, Vec<u32>)>,
    null: Option<u32>,
}

impl Key {
    fn new(origin: Origin, input: &Schema) -> Result<Self> {
        let at = match origin {
            Origin::Touch(name) | Origin::Conversion(name) | Origin::Entry(name) => input
                .index_of(name)
                .map_err(|_| internal_datafusion_err!("the journey scan lacks column {name}"))?,
            _ => 0,
        };
        Ok(Self {
            origin,
            at,
            values: Vec::new(),
            by_value: HashMap::new(),
            translated: None,
            null: None,
        })
    }

    /// Appends the code of every credit row.
    fn codes(&mut self, credits: &Credits, held: &[Held], codes: &mut Vec<u32>) -> Result<()> {
        let rows = match self.origin {
            Origin::Touch(_) => &credits.touch,
            Origin::Conversion(_) => &credits.conversion,
            Origin::Entry(_) => &credits.entry,
            Origin::EntryKind | Origin::IsNewCustomer => return self.flags(credits, codes),
            other => return internal_err!("rows are not grouped by {other:?}"),
        };
        let mut at = 0;
        let mut start = 0;
        // Stretch by stretch of rows in one batch: credits come customer by customer.
        while start < rows.len() {
            if rows[start] == NO_TOUCH {
                codes.push(self.null()?);
                start += 1;
                continue;
            }
            if !(held[at].offset <= rows[start] && rows[start] < held[at].end()) {
                at = held.partition_point(|batch| batch.end() <= rows[start]);
            }
            let batch = &held[at];
            let is_here = |row: &&u32| batch.offset <= **row && **row < batch.end();
            let end = start + rows[start..].iter().take_while(is_here).count();
            self.stretch(batch, &rows[start..end], codes)?;
            start = end;
        }
        Ok(())
    }

    fn stretch(&mut self, batch: &Held, rows: &[u32], codes: &mut Vec<u32>) -> Result<()> {
        let array = batch.batch.column(self.at);
        let Some(dictionary) = array.as_dictionary_opt::<UInt32Type>() else {
            for row in rows {
                let value = ScalarValue::try_from_array(array, (*row - batch.offset) as usize)?;
                codes.push(self.intern(value)?);
            }
            return Ok(());
        };
        let values = dictionary.values();
        let mut translation = match self.translated.take() {
            Some((known, translation)) if Arc::ptr_eq(&known, values) => translation,
            _ => vec![UNKNOWN; values.len()],
        };
        let (keys, nulls) = (dictionary.keys().values(), dictionary.keys().nulls());
        for row in rows {
            let row = (*row - batch.offset) as usize;
            if nulls.is_some_and(|nulls| nulls.is_null(row)) {
                codes.push(self.null()?);
                continue;
            }
            let key = keys[row] as usize;
            if translation[key] == UNKNOWN {
                translation[key] = self.intern(ScalarValue::try_from_array(values, key)?)?;
            }
            codes.push(translation[key]);
        }
        self.translated = Some((ArrayRef::clone(values), translation));
        Ok(())
    }

    fn flags(&mut self, credits: &Credits, codes: &mut Vec<u32>) -> Result<()> {
        let is_kind = self.origin == Origin::EntryKind;
        let bit = if is_kind { flag::REFUND } else { flag::FIRST_OF_TYPE };
        for flags in &credits.flags {
            let is_set = flags & bit != 0;
            let value = match (is_kind, is_set) {
                (true, true) => ScalarValue::from("refund"),
                (true, false) => ScalarValue::from("sale"),
                (false, is_set) => ScalarValue::from(is_set),
            };
            codes.push(self.intern(value)?);
        }
        Ok(())
    }

    fn null(&mut self) -> Result<u32> {
        match self.null {
            Some(code) => Ok(code),
            None => self.intern(ScalarValue::Null),
        }
    }

    fn intern(&mut self, value: ScalarValue) -> Result<u32> {
        let value = if value.is_null() { ScalarValue::Null } else { value };
        let code = match self.by_value.entry(value) {
            Entry::Occupied(found) => *found.get(),
            Entry::Vacant(free) => {
                let code = u32::try_from(self.values.len()).map_err(|_| internal_datafusion_err!("more values than codes"))?;
                self.values.push(free.key().clone());
                *free.insert(code)
            }
        };
        if self.values[code as usize].is_null() {
            self.null = Some(code);
        }
        Ok(code)
    }

    fn values_of(&self, codes: &[u32], kind: &arrow::datatypes::DataType) -> Result<ArrayRef> {
        if codes.is_empty() {
            return Ok(new_empty_array(kind));
        }
        let null = ScalarValue::try_from(kind)?;
        let values = codes.iter().map(|code| match &self.values[*code as usize] {
            ScalarValue::Null => Ok(null.clone()),
            value if value.data_type() == *kind => Ok(value.clone()),
            value => value.cast_to(kind),
        });
        let values = values.collect::<Result<Vec<_>>>()?;
        let array = ScalarValue::iter_to_array(values)?;
        Ok(if array.data_type() == kind { array } else { cast(&array, kind)? })
    }

    fn clear(&mut self) {
        self.values.clear();
        self.by_value.clear();
        self.translated = None;
        self.null = None;
    }
}
