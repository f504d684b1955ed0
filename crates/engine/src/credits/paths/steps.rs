//! The steps of touches as codes, so that a name is looked at once and not at every touch.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{Schema, UInt32Type};
use datafusion::common::{Result, internal_datafusion_err};
use semantic::PathStep;
use semantic::engine::{PATH_SEPARATOR, STEP_WITHOUT_NAME};

use super::columns::of_step;
use crate::credits::input::{Held, text_at};

/// In a column's codes: no text, or an empty one.
const NO_TEXT: u32 = 0;

/// Steps seen so far. Codes count up from 0 and stay what they are.
#[derive(Debug)]
pub(super) struct Steps {
    step: PathStep,
    columns: Vec<TextColumn>,
    /// By the codes of the columns' texts.
    codes: HashMap<(u32, u32), u32>,
    by_name: HashMap<String, u32>,
    names: Vec<String>,
    /// Where one column is the step: from its code to the step's, or `UNKNOWN`.
    alone: Vec<u32>,
}

const UNKNOWN: u32 = u32::MAX;

impl Steps {
    pub(super) fn new(step: PathStep, input: &Schema) -> Result<Self> {
        let column = |name: &&str| {
            let at = input.index_of(name);
            at.map(TextColumn::new)
                .map_err(|_| internal_datafusion_err!("the journey scan lacks column {name}"))
        };
        Ok(Self {
            step,
            columns: of_step(step).iter().map(column).collect::<Result<_>>()?,
            codes: HashMap::new(),
            by_name: HashMap::new(),
            names: Vec::new(),
            alone: Vec::new(),
        })
    }

    pub(super) fn name(&self, code: u32) -> &str {
        self.names.get(code as usize).map_or(STEP_WITHOUT_NAME, String::as_str)
    }

    /// Appends the codes of the steps of a batch's rows.
    pub(super) fn append(&mut self, held: &Held, rows: Range<usize>, codes: &mut Vec<u32>) {
        let mut columns = std::mem::take(&mut self.columns);
        match columns.as_mut_slice() {
            [alone] => {
                let reader = alone.reader(&held.batch);
                for row in rows {
                    let text = reader.code(alone, row);
                    codes.push(self.alone(text, alone));
                }
            }
            [first, second] => {
                let readers = (first.reader(&held.batch), second.reader(&held.batch));
                for row in rows {
                    let texts = (readers.0.code(first, row), readers.1.code(second, row));
                    let code = match self.codes.get(&texts) {
                        Some(code) => *code,
                        None => self.both(texts, first, second),
                    };
                    codes.push(code);
                }
            }
            _ => codes.resize(codes.len() + rows.len(), UNKNOWN),
        }
        self.columns = columns;
    }

    fn alone(&mut self, text: u32, column: &TextColumn) -> u32 {
        let at = text as usize;
        if self.alone.len() <= at {
            self.alone.resize(at + 1, UNKNOWN);
        }
        if self.alone[at] == UNKNOWN {
            self.alone[at] = self.intern(column.text(text).to_owned());
        }
        self.alone[at]
    }

    fn both(&mut self, texts: (u32, u32), first: &TextColumn, second: &TextColumn) -> u32 {
        let name = match (self.step, first.text(texts.0), second.text(texts.1)) {
            (PathStep::Interaction, channel, "") => channel.to_owned(),
            (PathStep::Interaction, "", interaction) => format!("{STEP_WITHOUT_NAME} ({interaction})"),
            (PathStep::Interaction, channel, interaction) => format!("{channel} ({interaction})"),
            (_, "", key) => key.to_owned(),
            (_, name, _) => name.to_owned(),
        };
        let code = self.intern(name);
        self.codes.insert(texts, code);
        code
    }

    /// Two names that read the same in a path are one step.
    fn intern(&mut self, name: String) -> u32 {
        let name = if name.is_empty() {
            STEP_WITHOUT_NAME.to_owned()
        } else {
            name.replace(PATH_SEPARATOR, " / ")
        };
        if let Some(code) = self.by_name.get(&name) {
            return *code;
        }
        let code = self.names.len() as u32;
        self.names.push(name.clone());
        self.by_name.insert(name, code);
        code
    }
}

/// The texts of one column of the journey rows as codes that are the same in all batches.
#[derive(Debug)]
struct TextColumn {
    at: usize,
    codes: HashMap<String, u32>,
    texts: Vec<String>,
    /// The dictionary that was met last, and the codes of its values.
    dictionary: Option<(ArrayRef, Arc<[u32]>)>,
}

/// Reads one batch.
enum Reader {
    Coded { keys: arrow::array::UInt32Array, codes: Arc<[u32]> },
    Texts(ArrayRef),
}

impl TextColumn {
    fn new(at: usize) -> Self {
        Self {
            at,
            codes: HashMap::new(),
            texts: vec![String::new()],
            dictionary: None,
        }
    }

    fn text(&self, code: u32) -> &str {
        self.texts.get(code as usize).map_or("", String::as_str)
    }

    fn reader(&mut self, batch: &arrow::array::RecordBatch) -> Reader {
        let array = batch.column(self.at);
        let Some(dictionary) = array.as_dictionary_opt::<UInt32Type>() else {
            return Reader::Texts(Arc::clone(array));
        };
        let codes = match &self.dictionary {
            Some((values, codes)) if Arc::ptr_eq(values, dictionary.values()) => Arc::clone(codes),
            _ => {
                let values = dictionary.values();
                let codes: Arc<[u32]> = (0..values.len()).map(|row| self.code_of(text_at(values, row))).collect();
                self.dictionary = Some((Arc::clone(values), Arc::clone(&codes)));
                codes
            }
        };
        Reader::Coded {
            keys: dictionary.keys().clone(),
            codes,
        }
    }

    fn code_of(&mut self, text: Option<&str>) -> u32 {
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            return NO_TEXT;
        };
        if let Some(code) = self.codes.get(text) {
            return *code;
        }
        let code = self.texts.len() as u32;
        self.texts.push(text.to_owned());
        self.codes.insert(text.to_owned(), code);
        code
    }
}

impl Reader {
    fn code(&self, column: &mut TextColumn, row: usize) -> u32 {
        match self {
            Self::Coded { keys, codes } if keys.is_valid(row) => codes.get(keys.value(row) as usize).copied().unwrap_or(NO_TEXT),
            Self::Coded { .. } => NO_TEXT,
            Self::Texts(texts) => column.code_of(text_at(texts, row)),
        }
    }
}
