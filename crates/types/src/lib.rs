//! The vocabulary of Tributary: ids, money, time, and the lake's tables, each column documented once.
//!
//! Data passes through unchanged: a value is parsed here at the rim (`Money::parse`, `Currency::parse`, `DateRange::new`) and trusted
//! everywhere else. The tables in [`tables`] are the single description from which the lake's schema, the reference page
//! `docs/reference/tables.md` and the import mapping's field list are made.
//!
//! This crate deliberately knows no clock (time is an argument), no I/O, no Arrow, no database and no tenant's data.

pub mod clock;
pub mod date_range;
pub mod digest;
pub mod grain;
pub mod id;
pub mod identifier;
pub mod money;
pub mod quick_hash;
pub mod record;
pub mod row;
pub mod suggest;
pub mod tables;

pub use clock::{Clock, ManualClock};
pub use date_range::DateRange;
pub use grain::TimeGrain;
pub use id::{AssetId, CampaignId, CustomerId, Derivation, OrganizationId, RowId, UserId};
pub use identifier::{Identifier, IdentifierKind};
pub use money::{Currency, Money};
pub use record::{InteractionType, RecordKind, SourceCategory};
pub use row::{FieldValue, Text, UnifiedRow};
