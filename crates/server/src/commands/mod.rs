//! One command a file: arguments, one call, the answer's two forms.

mod acquisition;
pub(crate) mod attribute;
pub(crate) mod cohorts;
pub(crate) mod demo;
pub(crate) mod derive;
pub(crate) mod doctor;
pub(crate) mod import;
pub(crate) mod init;
pub(crate) mod maintain;
mod question;
pub(crate) mod report;
pub(crate) mod retention;
pub(crate) mod serve;
pub(crate) mod settings;
pub(crate) mod write_key;
