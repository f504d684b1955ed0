use super::*;

#[test]
fn closing_lines_of_all_runners_are_counted() {
    let read = |line: &str| (number_before(&plain(line), "passed"), number_before(&plain(line), "failed"));
    assert_eq!(
        read("     Summary [  12.3s] 120 tests run: 118 passed (1 slow), 2 failed, 3 skipped"),
        (118, 2)
    );
    assert_eq!(
        read("test result: FAILED. 18 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.14s"),
        (18, 1)
    );
    assert_eq!(
        read(
            "\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[31m1 failed\u{1b}[39m\u{1b}[22m\u{1b}[2m | \u{1b}[22m\u{1b}[1m\u{1b}[32m22 passed\u{1b}[39m\u{1b}[22m (23)"
        ),
        (22, 1)
    );
    assert!(is_playwright("  5 passed (12.3s)") && is_playwright("  1 failed") && !is_playwright("5 passed things are here"));
}
