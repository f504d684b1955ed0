use super::*;

#[test]
fn durations_are_whole_numbers_with_a_unit() {
    for (text, seconds) in [("30d", 2_592_000), ("12h", 43_200), ("90m", 5_400), ("3600s", 3_600), (" 0d ", 0)] {
        assert_eq!(parse_duration(text), Ok(seconds), "{text}");
    }
}

#[test]
fn anything_else_is_refused_with_its_text() {
    for text in [
        "",
        "d",
        "30",
        "-1d",
        "1.5d",
        "30 d",
        "30D",
        "1w",
        "99999999999999999999s",
        "9999999999999999d",
        "٣d",
        "30é",
    ] {
        assert_eq!(parse_duration(text), Err(Error::Duration { text: text.to_owned() }), "{text}");
    }
}

#[test]
fn a_duration_is_written_in_its_largest_whole_unit() {
    for (seconds, text) in [(2_592_000, "30d"), (129_600, "36h"), (5_400, "90m"), (3_601, "3601s"), (0, "0s")] {
        assert_eq!(format_duration(seconds), text);
        assert_eq!(parse_duration(text), Ok(seconds));
    }
}
