//! What is wrong with a mapping, and where in the document.

use crate::mapping::place::Step;
use crate::suggest::did_you_mean;

/// A complaint and the way to the part of the document that it is about.
pub(super) struct Complaint {
    pub(super) path: Vec<Step>,
    pub(super) message: String,
}

pub(super) type Checked<T> = Result<T, Complaint>;

pub(super) fn unknown<'a>(path: Vec<Step>, what: &str, text: &str, known: impl IntoIterator<Item = &'a str>) -> Complaint {
    let known: Vec<&str> = known.into_iter().collect();
    let listed = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    Complaint {
        path,
        message: format!("unknown {what} `{text}`{}: use {listed}", did_you_mean(text, known.iter().copied())),
    }
}

pub(super) fn complain<T>(path: Vec<Step>, message: impl Into<String>) -> Checked<T> {
    Err(Complaint {
        path,
        message: message.into(),
    })
}

pub(super) fn keys(path: &[&str]) -> Vec<Step> {
    path.iter().map(|key| Step::Key((*key).to_owned())).collect()
}

pub(super) fn key_in(path: &[Step], key: &str) -> Vec<Step> {
    let mut path = path.to_vec();
    path.push(Step::Key(key.to_owned()));
    path
}
