//! Long work that goes on after its request was answered.

pub(super) mod show;
