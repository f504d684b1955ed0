//! Names as people compare them.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The name without capitals, accents and punctuation: words of letters and digits with one space between. `Soldes d'Été_2026` and
/// `soldes-d-ete 2026` are one name; `Sale 1 10` and `Sale 11 0` are two.
pub fn normalise(name: &str) -> String {
    let mut words = String::with_capacity(name.len());
    let mut is_between = false;
    for letter in name.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase) {
        if !letter.is_alphanumeric() {
            is_between = true;
            continue;
        }
        if is_between && !words.is_empty() {
            words.push(' ');
        }
        is_between = false;
        match plain(letter) {
            Some(text) => words.push_str(text),
            None => words.push(letter),
        }
    }
    words
}

/// Letters that are one with others in the addresses of campaigns, but not by Unicode's decomposition.
const fn plain(letter: char) -> Option<&'static str> {
    match letter {
        'ß' => Some("ss"),
        'æ' => Some("ae"),
        'œ' => Some("oe"),
        'ø' => Some("o"),
        'ł' => Some("l"),
        'đ' => Some("d"),
        'ı' => Some("i"),
        _ => None,
    }
}
