//! One command a file: arguments, one call, the answer's two forms.

pub(crate) mod accuracy;
pub(crate) mod attribute;
pub(crate) mod completion;
pub(crate) mod demo;
pub(crate) mod derive;
pub(crate) mod doctor;
pub(crate) mod import;
pub(crate) mod init;
pub(crate) mod maintain;
mod question;
pub(crate) mod reconcile;
pub(crate) mod report;
pub(crate) mod serve;
pub(crate) mod settings;
pub(crate) mod stability;
pub(crate) mod write_key;
