//! One command a file: arguments, one call, the answer's two forms.

pub(crate) mod accuracy;
mod acquisition;
pub(crate) mod assists;
pub(crate) mod attribute;
pub(crate) mod campaign_audit;
pub(crate) mod channels;
pub(crate) mod cohorts;
pub(crate) mod completion;
pub(crate) mod demo;
pub(crate) mod derive;
pub(crate) mod doctor;
pub(crate) mod funnel;
pub(crate) mod import;
pub(crate) mod init;
pub(crate) mod maintain;
pub(crate) mod overlap;
mod path_question;
pub(crate) mod paths;
pub(crate) mod pipeline;
mod question;
pub(crate) mod reconcile;
pub(crate) mod report;
pub(crate) mod retention;
pub(crate) mod serve;
pub(crate) mod settings;
pub(crate) mod stability;
pub(crate) mod write_key;
