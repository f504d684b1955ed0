//! Settings with the version and the time that they hold for: an organisation may change them from a date on.

use std::ops::Range;

use crate::Settings;

/// Settings for the conversions of an interval.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// Version of the organisation's settings, or the caller's own number where several settings are compared.
    pub version: i64,
    /// UTC microseconds: from the first instant on, before the second.
    pub interval: Range<i64>,
    pub settings: Settings,
}

/// A saved version of settings.
#[derive(Clone, Debug, PartialEq)]
pub struct Saved {
    pub version: i64,
    /// First instant whose conversions it is for; all history where there is none.
    pub from: Option<i64>,
    pub settings: Settings,
}

impl Variant {
    /// For all conversions.
    pub const fn always(version: i64, settings: Settings) -> Self {
        Self {
            version,
            interval: i64::MIN..i64::MAX,
            settings,
        }
    }

    /// Which version holds when, from versions in the order in which they were saved: a later one takes over from its date on, and
    /// everything where it is for all history. Before the first one's date the defaults hold, as version 0.
    pub fn history(saved: &[Saved]) -> Vec<Self> {
        let mut variants = vec![Self::always(0, Settings::default())];
        for version in saved {
            let from = version.from.unwrap_or(i64::MIN);
            variants.retain(|earlier| earlier.interval.start < from);
            if let Some(earlier) = variants.last_mut() {
                earlier.interval.end = from;
            }
            variants.push(Self {
                version: version.version,
                interval: from..i64::MAX,
                settings: version.settings.clone(),
            });
        }
        variants
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Version and interval of what holds after the versions (number, from) were saved.
    fn held(saved: &[(i64, Option<i64>)]) -> Vec<(i64, i64, i64)> {
        let saved: Vec<Saved> = saved
            .iter()
            .map(|(version, from)| Saved {
                version: *version,
                from: *from,
                settings: Settings::default(),
            })
            .collect();
        let variants = Variant::history(&saved);
        variants
            .into_iter()
            .map(|variant| (variant.version, variant.interval.start, variant.interval.end))
            .collect()
    }

    #[test]
    fn a_version_holds_from_its_date_until_a_later_one_takes_over() {
        const START: i64 = i64::MIN;
        const END: i64 = i64::MAX;
        assert_eq!(held(&[]), [(0, START, END)]);
        assert_eq!(held(&[(1, None)]), [(1, START, END)]);
        assert_eq!(held(&[(1, None), (2, Some(50))]), [(1, START, 50), (2, 50, END)]);
        assert_eq!(held(&[(1, Some(10)), (2, Some(50))]), [(0, START, 10), (1, 10, 50), (2, 50, END)]);
        // A correction that reaches further back replaces what came after its date.
        assert_eq!(held(&[(1, None), (2, Some(50)), (3, Some(20))]), [(1, START, 20), (3, 20, END)]);
        assert_eq!(held(&[(1, None), (2, Some(50)), (3, None)]), [(3, START, END)]);
    }
}
