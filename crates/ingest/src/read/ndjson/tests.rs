use super::*;

fn read(text: &[u8], columns: &[&str]) -> Vec<String> {
    let columns: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
    let Ok(mut reader) = NdjsonReader::new(text, &Arc::new(NdjsonLayout::new(&columns))) else {
        panic!("readable")
    };
    let mut rows = Vec::new();
    while let Some(row) = reader.next().unwrap() {
        rows.push(match row {
            Row::Cells { line, cells, .. } => {
                let texts: Vec<&str> = (0..columns.len()).map(|slot| cells.cell(slot).unwrap_or("-")).collect();
                let mut rest = String::new();
                cells.write_rest(&mut rest);
                format!("{line}: {} {rest}", texts.join("|"))
            }
            Row::Refused { line, refusal, .. } => format!("{line}: {}", refusal.fault.code),
        });
    }
    rows
}

#[test]
fn numbers_keep_their_digits_and_nested_members_have_paths() {
    let rows = read(
        b"{\"id\": 7, \"money\": 0.10, \"customer\": {\"id\": \"a\\u00e9\", \"tags\": [1, {\"x\": \"}\"}]}, \"n\": null}\n\n{\"money\": \"12.345678\", \"id\": true}",
        &["id", "money", "customer.id"],
    );
    assert_eq!(
        rows,
        ["1: 7|0.10|a\u{e9} {\"customer.tags\":[1, {\"x\": \"}\"}]}", "3: true|12.345678|- "]
    );
}

#[test]
fn lines_that_are_no_objects_are_refused_one_by_one() {
    let rows = read(b"{\"id\": 1}\n{\"id\": NaN}\n[1]\n{\"id\": \n\xFF\n{\"id\": 2}\n", &["id"]);
    assert_eq!(rows, ["1: 1 ", "2: bad_json", "3: bad_json", "4: bad_json", "5: encoding", "6: 2 "]);
}

#[test]
fn a_line_longer_than_a_mebibyte_is_refused() {
    let mut text = b"{\"id\":\"".to_vec();
    text.extend(std::iter::repeat_n(b'x', 2 * ROW_BYTES_MAX));
    text.extend_from_slice(b"\"}\n{\"id\":1}\n");
    assert_eq!(read(&text, &["id"]), ["1: row_too_long", "2: 1 "]);
}

#[test]
fn stretches_hold_the_same_rows_as_the_file() {
    let mut text = Vec::new();
    for number in 0..60_000 {
        match number % 1_000 {
            8 => text.extend_from_slice(b"\r\n\n"),
            9 => text.extend_from_slice(b"not json\n"),
            10 => text.extend_from_slice(b"\xFF\n"),
            _ => text.extend_from_slice(format!("{{\"a\": {number}, \"b\": \"words to make the line longer\"}}\n").as_bytes()),
        }
        if number == 30_000 {
            text.extend(std::iter::repeat_n(b'x', 3 * ROW_BYTES_MAX));
            text.push(b'\n');
        }
    }
    text.extend_from_slice(b"{\"a\": \"the last one\"}");
    let layout = Arc::new(NdjsonLayout::new(&["a".to_owned()]));
    let mut reader = NdjsonReader::new(&text[..], &layout).unwrap();
    let mut found = Vec::new();
    while let Some(mut stretch) = reader.cut().unwrap() {
        let too_long = stretch.too_long.take();
        let mut rows = NdjsonReader::over(stretch, &layout);
        while let Some(row) = rows.next().unwrap() {
            found.push(match row {
                Row::Cells { line, cells, .. } => format!("{line}: {} {}", cells.cell(0).unwrap_or("-"), cells.rest.to_owned() + "}"),
                Row::Refused { line, refusal, .. } => format!("{line}: {}", refusal.fault.code),
            });
        }
        found.extend(too_long.map(|row| format!("{}: row_too_long", row.line)));
    }
    let expected = read(&text, &["a"]);
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found.trim_end_matches('}').trim_end(), expected.trim_end_matches('}').trim_end());
    }
}
