//! One command a file: arguments, one call, the answer's two forms.

pub(crate) mod attribute;
pub(crate) mod demo;
pub(crate) mod derive;
pub(crate) mod doctor;
pub(crate) mod identity;
pub(crate) mod import;
pub(crate) mod init;
pub(crate) mod maintain;
mod question;
pub(crate) mod report;
pub(crate) mod serve;
pub(crate) mod settings;
pub(crate) mod write_key;
