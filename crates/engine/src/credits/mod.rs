//! Relations of credits: the attribution operator and the table that SQL sees.
//!
//! `semantic::CreditSource` → `CreditsTable` → `AttributionExec` over the lake's journey scan → `CreditStream`, which hands one
//! customer's rows at a time to the kernel and emits the credit rows' columns that were asked for, or their sums where nothing else is.

mod add_up;
mod columns;
mod exec;
mod gather;
mod input;
mod journeys;
mod kernel;
mod output;
mod paths;
mod stream;
mod table;
mod totals;

pub(crate) use add_up::AddUpCredits;
#[cfg(test)]
pub(crate) use columns::arrow_type;
#[cfg(test)]
pub(crate) use journeys::Journeys;
pub(crate) use journeys::OfCustomers;
pub(crate) use paths::PathsTable;
pub(crate) use table::CreditsTable;

#[cfg(test)]
mod kaggle_tests;
#[cfg(test)]
mod settings_tests;
#[cfg(test)]
mod tests;
