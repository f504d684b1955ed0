//! The name that was probably meant.

/// The candidate nearest to `text` by edit distance, if near enough to be a slip: at most a third of the letters.
pub(crate) fn nearest<'a>(text: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Requests are bounded by the API, but a suggestion for a very long word helps nobody and costs its square.
    if text.is_empty() || text.len() > 64 {
        return None;
    }
    let wanted = text.to_lowercase();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let distance = if candidate.split('_').any(|part| part == wanted) {
            1
        } else {
            edit_distance(&wanted, &candidate.to_lowercase())
        };
        let allowed = (wanted.chars().count().max(candidate.len()) / 3).max(1);
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Insertions, deletions, replacements, and swaps of neighbours that turn one text into the other.
fn edit_distance(left: &str, right: &str) -> usize {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let mut before_previous = vec![0; right.len() + 1];
    let mut previous: Vec<usize> = (0..=right.len()).collect();
    let mut current = vec![0; right.len() + 1];
    for row in 1..=left.len() {
        current[0] = row;
        for column in 1..=right.len() {
            let replaced = previous[column - 1] + usize::from(left[row - 1] != right[column - 1]);
            current[column] = replaced.min(previous[column] + 1).min(current[column - 1] + 1);
            if row > 1 && column > 1 && left[row - 1] == right[column - 2] && left[row - 2] == right[column - 1] {
                current[column] = current[column].min(before_previous[column - 2] + 1);
            }
        }
        std::mem::swap(&mut before_previous, &mut previous);
        std::mem::swap(&mut previous, &mut current);
    }
    previous[right.len()]
}

#[cfg(test)]
mod tests;
