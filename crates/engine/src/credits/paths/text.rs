//! A path as text.

use semantic::engine::{PATH_REST, PATH_SEPARATOR, PATH_STEPS_MAX};

use super::steps::Steps;

/// Writes the steps over `text`; false where there were too many to name them all.
pub(super) fn write(steps: &Steps, codes: &[u32], text: &mut String) -> bool {
    text.clear();
    for (at, code) in codes.iter().take(PATH_STEPS_MAX).enumerate() {
        if at > 0 {
            text.push_str(PATH_SEPARATOR);
        }
        text.push_str(steps.name(*code));
    }
    let is_whole = codes.len() <= PATH_STEPS_MAX;
    if !is_whole {
        text.push_str(PATH_SEPARATOR);
        text.push_str(PATH_REST);
    }
    is_whole
}
