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
use attribution::{Credits, Model, Money, NO_TOUCH, flag};
use datafusion::common::{DataFusionError, Result, ScalarValue, internal_datafusion_err, internal_err};
use types::Currency;

use super::columns::{self, CreditColumn, Origin};
use super::input::{Held, from_kernel};

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
        Origin::EntryKind | Origin::IsNewCustomer | Origin::SettingsVersion => true,
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
    /// If money by touches is all that is asked for: the measure of each model. Else empty.
    money: Vec<usize>,
    /// Rows of the touches in hand, kept for their memory.
    touches: Vec<u32>,
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
    /// `models` are those that the pass computes, in its order.
    pub(crate) fn new(columns: &[CreditColumn], models: &[Model], input: &Schema, currency: Currency) -> Result<Self> {
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
        let money = measures_of_money(&keys, &measures, models);
        Ok(Self {
            schema: columns::schema(columns),
            columns: places,
            keys,
            groups,
            measures,
            slots: Vec::new(),
            money,
            touches: Vec::new(),
            credit_unit: i128::from(currency.micros_per_credit_unit()),
        })
    }

    /// Whether money by touches is all that is asked for, so that no credit rows are needed.
    pub(crate) fn takes_money(&self) -> bool {
        !self.money.is_empty()
    }

    /// Takes money without credit rows, under the settings of a version. Row numbers are `first_row` plus positions.
    pub(crate) fn money<'a>(&'a mut self, held: &'a [Held], first_row: u32, version: i64) -> TakesMoney<'a> {
        TakesMoney {
            totals: self,
            held,
            first_row,
            version,
        }
    }

    /// Whether there are so many groups that they should go out.
    pub(crate) fn is_full(&self) -> bool {
        self.len() > GROUPS_MAX
    }

    /// Adds all credit rows. True when there are so many groups that they should go out.
    pub(crate) fn add(&mut self, credits: &Credits, versions: &[i64], held: &[Held]) -> Result<bool> {
        self.find_slots(credits.len(), |key, codes| key.codes(credits, versions, held, codes))?;
        let count = self.len();
        for measure in &mut self.measures {
            measure.add(credits, &self.slots, count)?;
        }
        Ok(self.is_full())
    }

    /// The groups of `count` rows; `codes` appends the codes of a key.
    fn find_slots(&mut self, count: usize, codes: impl Fn(&mut Key, &mut Vec<u32>) -> Result<()>) -> Result<()> {
        self.slots.clear();
        let Some((first, others)) = self.keys.split_first_mut() else {
            self.slots.resize(count, 0);
            return Ok(());
        };
        codes(first, &mut self.slots)?;
        let mut next = Vec::new();
        for (key, groups) in others.iter_mut().zip(&mut self.groups) {
            next.clear();
            codes(key, &mut next)?;
            for (slot, code) in self.slots.iter_mut().zip(&next) {
                *slot = groups.of(*slot, *code);
            }
        }
        Ok(())
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

/// The measure of each model, where measures are nothing but money, once a model, and keys nothing but columns of touches; else none.
fn measures_of_money(keys: &[Key], measures: &[Measure], models: &[Model]) -> Vec<usize> {
    let are_of_touches = keys.iter().all(|key| matches!(key.origin, Origin::Touch(_) | Origin::SettingsVersion));
    let of = |model: &Model| measures.iter().position(|measure| measure.origin == Origin::Revenue(*model));
    let found = models.iter().filter_map(of).collect::<Vec<_>>();
    if are_of_touches && found.len() == models.len() && found.len() == measures.len() {
        found
    } else {
        Vec::new()
    }
}

/// Adds money to the totals, conversion by conversion.
pub(crate) struct TakesMoney<'a> {
    totals: &'a mut Totals,
    held: &'a [Held],
    first_row: u32,
    version: i64,
}

/// An error of the kernel or of the columns that money is grouped by.
#[derive(Debug)]
pub(crate) struct PassError(pub(crate) DataFusionError);

impl From<attribution::Error> for PassError {
    fn from(error: attribution::Error) -> Self {
        Self(from_kernel(error))
    }
}

impl Money for TakesMoney<'_> {
    type Error = PassError;

    fn begin(&mut self, touches: &[u32]) -> std::result::Result<(), PassError> {
        let (totals, held, version) = (&mut *self.totals, self.held, self.version);
        let mut rows = std::mem::take(&mut totals.touches);
        rows.clear();
        rows.extend(touches.iter().map(|touch| self.first_row + touch));
        if touches.is_empty() {
            rows.push(NO_TOUCH);
        }
        totals
            .find_slots(rows.len(), |key, codes| match key.origin {
                Origin::SettingsVersion => key.versions(std::iter::repeat_n(version, rows.len()), codes),
                _ => key.codes_of(&rows, held, codes),
            })
            .map_err(PassError)?;
        totals.touches = rows;
        let count = totals.len();
        if totals.measures.first().is_some_and(|measure| measure.amounts.len() < count) {
            totals.measures.iter_mut().for_each(|measure| measure.amounts.resize(count, 0));
        }
        Ok(())
    }

    fn add(&mut self, model: usize, at: usize, amount: i64) {
        let slot = self.totals.slots[at] as usize;
        self.totals.measures[self.totals.money[model]].amounts[slot] += i128::from(amount);
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
    fn codes(&mut self, credits: &Credits, versions: &[i64], held: &[Held], codes: &mut Vec<u32>) -> Result<()> {
        let rows = match self.origin {
            Origin::Touch(_) => &credits.touch,
            Origin::Conversion(_) => &credits.conversion,
            Origin::Entry(_) => &credits.entry,
            Origin::EntryKind | Origin::IsNewCustomer => return self.flags(credits, codes),
            Origin::SettingsVersion => return self.versions(versions.iter().copied(), codes),
            other => return internal_err!("rows are not grouped by {other:?}"),
        };
        self.codes_of(rows, held, codes)
    }

    /// Appends the code of every version; neighbours are mostly equal.
    fn versions(&mut self, versions: impl Iterator<Item = i64>, codes: &mut Vec<u32>) -> Result<()> {
        let mut last = None;
        for version in versions {
            let code = match last {
                Some((known, code)) if known == version => code,
                _ => self.intern(ScalarValue::from(version.to_string()))?,
            };
            last = Some((version, code));
            codes.push(code);
        }
        Ok(())
    }

    /// Appends the code of every one of `rows`.
    fn codes_of(&mut self, rows: &[u32], held: &[Held], codes: &mut Vec<u32>) -> Result<()> {
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
