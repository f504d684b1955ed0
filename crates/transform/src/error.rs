//! What can keep the derived tables from being made.

use types::OrganizationId;

#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("the saved attribution settings of organisation {organization} cannot be used: save them again")]
    Settings {
        organization: OrganizationId,
        #[source]
        source: semantic::settings_history::SettingsError,
    },
    #[error("column `{column}` of {relation} is missing or has another type: the lake was made by another version of Tributary")]
    Column { relation: &'static str, column: String },
    #[error("the account zone `{zone}` of a spend row is not a time zone: correct the source's zone and import the spend again")]
    Zone { zone: String },
    #[error("a credit of {micros} micros is finer than the unit of credit in {currency}")]
    Amount { micros: i128, currency: types::Currency },
    #[error("the spend of {day} has more rows than can be read at once: report it by campaign instead of by ad")]
    TooMuchSpend { day: jiff::civil::Date },
    #[error("a journey could not be summed up")]
    Journey(#[from] journeys::Error),
    #[error(transparent)]
    Refused(#[from] journeys::identity::person::Refused),
    #[error("the metadata database answered with an error")]
    Metastore(#[from] metastore::Error),
    #[error("the lake answered with an error")]
    Lake(#[from] lake::Error),
    #[error("the engine answered with an error")]
    Engine(#[from] semantic::EngineError),
    #[error("rows could not be read from the lake")]
    Read(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("columnar data could not be processed")]
    Arrow(#[from] arrow::error::ArrowError),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;
