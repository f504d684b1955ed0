//! What channel and interaction type mean for a touch's eligibility.

use std::collections::HashMap;

use crate::{Direct, Settings};

/// Touches for which the settings say the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Class {
    pub(crate) is_direct: bool,
    /// Window in seconds by conversion type; 0: never eligible.
    pub(crate) windows: Vec<i64>,
}

/// The classes met so far, each once. Class 0 is that of touches without channel and interaction type.
#[derive(Debug)]
pub(crate) struct Classes {
    settings: Settings,
    list: Vec<Class>,
    codes: HashMap<Class, u16>,
}

impl Classes {
    pub(crate) fn new(settings: &Settings) -> Self {
        let mut classes = Self {
            settings: settings.clone(),
            list: Vec::new(),
            codes: HashMap::new(),
        };
        classes.of(None, None);
        classes
    }

    /// The class of touches of this channel and interaction type.
    pub(crate) fn of(&mut self, channel: Option<&str>, interaction: Option<&str>) -> u16 {
        let is = |names: &[String]| channel.is_some_and(|channel| names.iter().any(|name| name == channel));
        let is_ignored = is(&self.settings.ignored_channels);
        let window = |kind: &String| {
            if is_ignored {
                0
            } else {
                self.settings.window(channel, interaction, kind)
            }
        };
        let class = Class {
            is_direct: is(&self.settings.direct_channels),
            windows: self.settings.conversion_types.iter().map(window).collect(),
        };
        // Two hundred rules by a few types make far fewer classes than codes.
        let next = u16::try_from(self.list.len()).unwrap_or(0);
        *self.codes.entry(class).or_insert_with_key(|class| {
            self.list.push(class.clone());
            next
        })
    }

    pub(crate) fn list(&self) -> &[Class] {
        &self.list
    }

    pub(crate) fn is_direct(&self, class: u16) -> bool {
        self.list[class as usize].is_direct
    }

    /// Whether a direct touch goes where another one is known.
    pub(crate) fn drops_direct(&self) -> bool {
        self.settings.direct == Direct::OnlyAlone
    }

    /// Whether windows differ, so that a run of touches in the longest one has to be looked through.
    pub(crate) fn has_rules(&self) -> bool {
        !self.settings.windows.is_empty()
    }
}
