//! Channels that attribution settings name, compared with those that touches have.

use attribution::Settings;
use semantic::{Cell, Plan};

use crate::gate::Caller;
use crate::problem::{FieldError, Problem};
use crate::state::Shared;

/// A channel that is named in the settings and that no touch ever had is a slip of the pen, mostly.
/// `own` are the organisation's settings, whose names are not looked at again; `at` is the settings' place in the body.
pub(crate) async fn check(shared: &Shared, caller: &Caller, settings: &Settings, own: &Settings, at: &str) -> Result<(), Problem> {
    let known_before: Vec<&str> = named(own, at).map(|(_, name)| name).collect();
    let new: Vec<(String, &str)> = named(settings, at).filter(|(_, name)| !known_before.contains(name)).collect();
    if new.is_empty() {
        return Ok(());
    }
    let plan = Plan {
        sql: "SELECT DISTINCT channel FROM unified_marketing_data WHERE record_kind = 'touch' AND channel IS NOT NULL ORDER BY 1".to_owned(),
        ..Plan::default()
    };
    let raw = shared.app.engine.query(&caller.context, &plan).await?;
    let channels: Vec<String> = raw
        .rows
        .into_iter()
        .filter_map(|row| match row.into_iter().next() {
            Some(Cell::Text(channel)) => Some(channel.to_string()),
            _ => None,
        })
        .collect();
    let unknown = new.into_iter().filter(|(_, name)| !channels.iter().any(|channel| channel == name));
    let errors: Vec<FieldError> = unknown
        .map(|(pointer, name)| FieldError {
            pointer,
            code: "unknown-channel".to_owned(),
            message: format!("no touch has the channel `{name}`: name one that touches have"),
            suggestion: types::suggest::nearest(name, channels.iter().map(String::as_str)).map(str::to_owned),
        })
        .collect();
    // Before any touch came in nothing is known to compare with.
    if errors.is_empty() || channels.is_empty() {
        Ok(())
    } else {
        Err(Problem::invalid(errors))
    }
}

/// Channels that settings name to weigh or to window, with the place in the body.
fn named<'a>(settings: &'a Settings, at: &'a str) -> impl Iterator<Item = (String, &'a str)> {
    let weights = settings.custom.channels.keys();
    let weights = weights.map(move |name| {
        (
            format!("{at}/custom/channels/{}", name.replace('~', "~0").replace('/', "~1")),
            name.as_str(),
        )
    });
    let windows = settings.windows.iter().enumerate();
    let windows = windows.filter_map(move |(place, rule)| Some((format!("{at}/windows/{place}/channel"), rule.channel.as_deref()?)));
    weights.chain(windows)
}
