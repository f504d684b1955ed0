use super::*;

const COMMA: Dialect = Dialect {
    delimiter: b',',
    quote: b'"',
};

/// Reads everything; a refused row is shown as `line: code`.
fn read(text: &[u8], dialect: Dialect, columns: &[&str]) -> Result<Vec<String>, String> {
    let columns: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
    let mut reader = CsvReader::new(text, dialect, &columns).map_err(|error| match error {
        ReadError::Io(error) => error.to_string(),
        ReadError::Header(reason) => reason,
    })?;
    let mut rows = Vec::new();
    while let Some(row) = reader.next().unwrap() {
        rows.push(match row {
            Row::Cells { line, cells, .. } => {
                let texts: Vec<&str> = (0..columns.len()).map(|slot| cells.cell(slot).unwrap_or("-")).collect();
                format!("{line}: {}", texts.join("|"))
            }
            Row::Refused { line, refusal, .. } => format!("{line}: {}", refusal.fault.code),
        });
    }
    Ok(rows)
}

#[test]
fn rows_are_read_with_their_lines() {
    let rows = read(
        b"\xEF\xBB\xBFa,b\r\n1,2\r\n\r\n\"x, y\",\"say \"\"hi\"\"\"\n\"two\nlines\",4\nlast,5",
        COMMA,
        &["b", "a"],
    );
    assert_eq!(rows.unwrap(), ["2: 2|1", "4: say \"hi\"|x, y", "5: 4|two\nlines", "7: 5|last"]);
}

#[test]
fn a_quote_inside_a_bare_cell_is_a_character() {
    let rows = read(b"a,b\n5\" nail,\"x\"\n\"q\",b\"\"c\n", COMMA, &["a", "b"]);
    assert_eq!(rows.unwrap(), ["2: 5\" nail|x", "3: q|b\"\"c"]);
}

#[test]
fn other_delimiters_and_quotes_are_read() {
    let rows = read(
        b"a;b\n'x;y';2,5\n",
        Dialect {
            delimiter: b';',
            quote: b'\'',
        },
        &["a", "b"],
    );
    assert_eq!(rows.unwrap(), ["2: x;y|2,5"]);
}

#[test]
fn a_bad_row_is_refused_with_its_line_and_reading_goes_on() {
    let rows = read(b"a,b\n1\n1,2,3\n\xFF,2\n3,4\n", COMMA, &["a", "b"]);
    assert_eq!(rows.unwrap(), ["2: cell_count", "3: cell_count", "4: encoding", "5: 3|4"]);
}

#[test]
fn the_byte_that_is_not_utf8_is_named_in_the_file() {
    let columns = ["a".to_owned()];
    let mut reader = CsvReader::new(&b"a,b\nabc,2\nde\xE9,4\n"[..], COMMA, &columns).unwrap();
    reader.next().unwrap();
    let Some(Row::Refused { refusal, .. }) = reader.next().unwrap() else {
        panic!("refused")
    };
    assert!(
        refusal.fault.reason.starts_with("byte 12 of the file is not UTF-8"),
        "{}",
        refusal.fault.reason
    );
}

#[test]
fn a_quote_that_is_never_closed_costs_one_row_and_bounded_memory() {
    let mut text = b"a,b\n\"open,1\n".to_vec();
    for number in 0..200_000 {
        text.extend_from_slice(format!("{number},x\n").as_bytes());
    }
    let rows = read(&text, COMMA, &["a"]).unwrap();
    assert_eq!(rows[0], "2: row_too_long");
    assert_eq!(rows[1], "3: 0");
    assert_eq!(rows.len(), 200_001);
}

#[test]
fn a_line_longer_than_a_mebibyte_is_refused_and_skipped() {
    let mut text = b"a,b\n".to_vec();
    text.extend(std::iter::repeat_n(b'x', 3 * ROW_BYTES_MAX));
    text.extend_from_slice(b",1\n2,3\n");
    assert_eq!(read(&text, COMMA, &["a"]).unwrap(), ["2: row_too_long", "3: 2"]);
}

#[test]
fn a_wrong_header_says_what_was_found() {
    expect_test::expect![
        "the mapping reads the column `customer`, the header has `custmer`, `time` (did you mean `custmer`?): correct the mapping or the header"
    ]
    .assert_eq(&read(b"custmer,time\n", COMMA, &["customer"]).unwrap_err());
    expect_test::expect!["the mapping reads the column `a`, the header has `a;b`: correct the mapping or the header; only one column was found with the delimiter `,`, set `csv: {delimiter: …}` if it is another"]
        .assert_eq(&read(b"a;b\n1;2\n", COMMA, &["a"]).unwrap_err());
    assert!(read(b"", COMMA, &["a"]).unwrap_err().starts_with("the file is empty"));
    assert!(read(b"a,a\n", COMMA, &["a"]).unwrap_err().contains("twice"));
    assert!(read(b"\xFF\xFEa\0", COMMA, &["a"]).unwrap_err().contains("UTF-16"));
}

#[test]
fn what_the_mapping_does_not_read_is_kept_as_json() {
    let columns = ["a".to_owned()];
    let mut reader = CsvReader::new(&b"a,\"b \"\"q\"\"\",c\n1,\"x\ty\",\n"[..], COMMA, &columns).unwrap();
    let Some(Row::Cells { cells, .. }) = reader.next().unwrap() else {
        panic!("a row")
    };
    let mut out = String::new();
    cells.write_rest(&mut out);
    assert_eq!(out, r#"{"b \"q\"":"x\ty"}"#);
}

/// The `csv` crate reads the same cells from anything that has the right number of them.
#[test]
fn cells_agree_with_the_csv_crate() {
    let mut seed = 42_u64;
    let mut random = move |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    for _ in 0..20_000 {
        let mut text = "a,b\n".to_owned();
        for _ in 0..random(12) {
            text.push(['x', 'y', ',', '"', '\n', ' ', 'é'][usize::try_from(random(7)).unwrap()]);
        }
        let ours: Vec<String> = read(text.as_bytes(), COMMA, &["a", "b"])
            .unwrap()
            .into_iter()
            .filter(|row| row.contains('|'))
            .map(|row| row.split_once(' ').unwrap().1.to_owned())
            .collect();
        let mut oracle = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let theirs: Vec<String> = oracle
            .records()
            .map(Result::unwrap)
            .filter(|record| record.len() == 2)
            .map(|record| {
                record
                    .iter()
                    .map(|cell| if cell.trim().is_empty() { "-" } else { cell.trim() })
                    .collect::<Vec<_>>()
                    .join("|")
            })
            .collect();
        assert_eq!(ours, theirs, "{text:?}");
    }
}

/// All rows as texts with their lines.
fn shown<R: Read>(reader: &mut CsvReader<R>, out: &mut Vec<String>) {
    while let Some(row) = reader.next().unwrap() {
        out.push(match row {
            Row::Cells { line, cells, raw } => format!("{line}: {:?} {:?} {}", cells.cell(0), cells.cell(1), raw.len()),
            Row::Refused { line, refusal, raw } => format!("{line}: {refusal:?} {}", raw.len()),
        });
    }
}

#[test]
fn stretches_hold_the_same_rows_as_the_file() {
    let mut text = b"\xEF\xBB\xBFa,b\n".to_vec();
    for number in 0..100_000_u32 {
        match number % 1_000 {
            7 if number < 50_000 => text.extend_from_slice(format!("{number},\"two\n\r\n\"\"lines\"\"\"\r\n").as_bytes()),
            8 => text.extend_from_slice(b"\r\n\n"),
            9 => text.extend_from_slice(b"one cell only\n"),
            10 => text.extend_from_slice(b"\xFF,2\n"),
            _ => text.extend_from_slice(format!("{number},some words to make the row longer than a few bytes\n").as_bytes()),
        }
        if number == 30_000 || number == 80_000 {
            text.extend(std::iter::repeat_n(b'x', 3 * ROW_BYTES_MAX));
            text.push(b'\n');
        }
        if number == 40_000 {
            text.extend_from_slice(b"\"never closed\n");
        }
    }
    text.extend_from_slice(b"last,without line end");
    let columns = ["a".to_owned(), "b".to_owned()];
    let mut expected = Vec::new();
    shown(&mut CsvReader::new(&text[..], COMMA, &columns).unwrap(), &mut expected);
    let mut found = Vec::new();
    let mut reader = CsvReader::new(&text[..], COMMA, &columns).unwrap();
    let mut stretches = 0;
    while let Some(mut stretch) = reader.cut().unwrap() {
        stretches += 1;
        let too_long = stretch.too_long.take();
        assert!(stretch.bytes.len() < STRETCH_BYTES + ROW_BYTES_MAX + 2);
        shown(&mut CsvReader::over(stretch, reader.layout()), &mut found);
        found.extend(too_long.map(|row| format!("{}: {:?} {}", row.line, super::too_long(), row.head.len())));
    }
    assert!(stretches > 5, "{stretches}");
    assert_eq!(expected.len(), found.len());
    for (expected, found) in expected.iter().zip(&found) {
        assert_eq!(expected, found);
    }
}
