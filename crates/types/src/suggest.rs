//! "Did you mean": the known name that was probably meant.

/// A suggestion for a very long word helps nobody and costs its square.
const BYTES_MAX: usize = 64;

/// The name that differs from `text` by the fewest slips (a letter too many, too few, another one, or two swapped), ignoring case, if it is
/// near enough: at most a third of the letters, and at least one. A whole word of a name (`revenue` of `attributed_revenue`) is as good as
/// one slip.
pub fn nearest<'a>(text: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if text.is_empty() || text.len() > BYTES_MAX {
        return None;
    }
    let wanted = text.to_lowercase();
    let mut best: Option<(usize, &str)> = None;
    for name in known {
        let distance = if name.split('_').any(|word| word == wanted) {
            1
        } else {
            strsim::osa_distance(&wanted, &name.to_lowercase())
        };
        let allowed = (wanted.chars().count().max(name.chars().count()) / 3).max(1);
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, name));
        }
    }
    best.map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_recognised_and_nonsense_is_not() {
        let names = ["spend", "impressions", "attributed_revenue", "roas"];
        assert_eq!(nearest("spned", names), Some("spend"));
        assert_eq!(nearest("Impresions", names), Some("impressions"));
        assert_eq!(nearest("revenue", names), Some("attributed_revenue"));
        assert_eq!(nearest("weather", names), None);
        assert_eq!(nearest("", names), None);
        assert_eq!(nearest(&"x".repeat(65), names), None);
    }
}
