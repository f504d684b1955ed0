//! SQL text under construction: values go in as bound parameters only.

use crate::engine::Param;

/// The parameters of a plan, numbered in order of first use.
#[derive(Debug, Default)]
pub(crate) struct Statement {
    params: Vec<Param>,
}

impl Statement {
    /// Binds a value and returns its placeholder; equal values share one.
    pub(crate) fn bind(&mut self, value: Param) -> String {
        let at = match self.params.iter().position(|bound| *bound == value) {
            Some(at) => at,
            None => {
                self.params.push(value);
                self.params.len() - 1
            }
        };
        format!("${}", at + 1)
    }

    pub(crate) fn bind_text(&mut self, text: &str) -> String {
        self.bind(Param::Text(text.to_owned()))
    }

    /// Placeholders separated by commas, as IN wants them.
    pub(crate) fn bind_list(&mut self, values: impl IntoIterator<Item = Param>) -> String {
        values.into_iter().map(|value| self.bind(value)).collect::<Vec<_>>().join(", ")
    }

    pub(crate) fn into_params(self) -> Vec<Param> {
        self.params
    }
}
