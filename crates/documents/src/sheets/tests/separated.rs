//! Separated text: separators, encodings, rows.

use super::*;

fn rows(bytes: &[u8]) -> Vec<Vec<Value>> {
    values(&table(bytes))
}

fn form(bytes: &[u8]) -> (&'static str, char) {
    match book(bytes).form {
        Form::Separated { encoding, separator } => (encoding, separator),
        form => panic!("{form:?}"),
    }
}

#[test]
fn the_separator_is_the_one_that_fits_most_rows() {
    for (content, expected) in [
        ("a,b\n1,2\n", ','),
        ("a;b\n1,5;2,5\n", ';'),
        ("a\tb,c\n1\t2\n", '\t'),
        ("a|b\n1|2\n", '|'),
        ("Báo cáo, quý 1\n\nTT;Xã, phường\n1;a\n2;b\n", ';'),
        ("x;\"a,b,c\"\ny;\"d,e\nf\"\n", ';'),
        ("sep=|\na;b|c;d\n", '|'),
        ("one\ntwo\n", '\t'),
        ("a, b; c\n1;2\n3;4\n", ';'),
    ] {
        assert_eq!(form(content.as_bytes()), ("UTF-8", expected), "{content}");
    }
    assert_eq!(rows(b"sep=|\r\na|b"), [[text("a"), text("b")]]);
}

#[test]
fn text_keeps_its_blanks_and_quotes() {
    let content = "\" a \",007, b\n\"said \"\"no\"\"\",\"x\r\ny\",ph\u{ad}êng\n5\" tall,\"\",";
    let expected = vec![
        vec![text(" a "), text("007"), text(" b")],
        vec![text("said \"no\""), text("x\r\ny"), text("ph\u{ad}êng")],
        vec![text("5\" tall")],
    ];
    assert_eq!(rows(content.as_bytes()), expected);
}

#[test]
fn blank_lines_count_as_rows_and_quoted_ones_do_not() {
    let shape = |content: &str| {
        let lengths = |row: Vec<Value>| row.len().to_string();
        rows(content.as_bytes()).into_iter().map(lengths).collect::<Vec<_>>().concat()
    };
    for (content, expected) in [
        ("a,b\n\n\nc,d\n", "2002"),
        ("a,b\r\n\r\n\r\nc,d\r\n", "2002"),
        ("a,b\r\r\rc,d\r", "2002"),
        ("\n\na,b\n", "002"),
        ("\r\na,b\r\n", "02"),
        ("a,\"x\n\n\ny\"\nc,d\n", "22"),
        ("a,\"x\n\n\ny\"\n\nc,d\n", "202"),
        ("a,\"x\r\n\r\ny\"\r\n\r\nc,d", "202"),
        ("a,b\n,\n\"\",\"\"\nc,d\n\n\n", "2002"),
        ("a,b\n \nc,d", "212"),
        ("a,b\n\r\nc,d", "202"),
        ("a,b\r\n\n\r\nc,d", "2002"),
    ] {
        assert_eq!(shape(content), expected, "{content:?}");
    }
}

#[test]
fn encodings_are_told_apart() {
    let little = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let big = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    let content = "Tháng\tĐơn vị\r\n7\tấp\r\n";
    for (bytes, encoding) in [
        (content.as_bytes().to_vec(), "UTF-8"),
        ([b"\xEF\xBB\xBF", content.as_bytes()].concat(), "UTF-8"),
        ([b"\xFF\xFE".to_vec(), little(content)].concat(), "UTF-16LE"),
        ([b"\xFE\xFF".to_vec(), big(content)].concat(), "UTF-16BE"),
        (little(content), "UTF-16LE"),
        (big(content), "UTF-16BE"),
    ] {
        assert_eq!(form(&bytes), (encoding, '\t'));
        assert_eq!(rows(&bytes), [[text("Tháng"), text("Đơn vị")], [text("7"), text("ấp")]]);
    }
    assert_eq!(form("Đơn vị;ấp\n1;ấ".as_bytes().strip_suffix(b"\xA5").expect("cut")), ("UTF-8", ';'));
    assert_eq!(form(b"Don vi;ap\n1;\xF0"), ("windows-1258", ';'));
    let bytes = b"\xD0\xF5n v\xF2;\xE2\xECp\n1;2";
    assert_eq!(form(bytes), ("windows-1258", ';'));
    assert_eq!(rows(bytes)[0], [text("Đơn v\u{323}"), text("â\u{301}p")], "tones stay as they are decoded");
}

#[test]
fn what_is_no_vietnamese_of_windows_1258_keeps_its_old_letters() {
    for (bytes, expected) in [
        // TCVN3.
        (b"Khu d\xA9n c\xAD".as_slice(), "Khu d©n c\u{ad}"),
        (b"Kh\xE3m", "Khãm"),
        (b"Kh\xE3m 3;th\xDE tr\xCAn; ti\xD2n; \xA7\xB5 N\xBDng", "Khãm 3;thÞ trÊn; tiÒn; §µ N½ng"),
        (b"B\xCC m\xC6t c\xF2 \xAE\xF0", "BÌ mÆt cò ®ð"),
        // VNI.
        (b"Danh sa\xF9ch doanh nghie\xE4p", "Danh saùch doanh nghieäp"),
        (b"Cu\xF5ng ba\xF5i bo\xFB;xa\xF5 \xF1o\xE0n ke\xE1t;m\xF2 th\xF2", "Cuõng baõi boû;xaõ ñoàn keát;mò thò"),
        // Languages of the west.
        (b"Pr\xE9nom;\xC2ge;Fran\xE7ais o\xF9 Hanoi", "Prénom;Âge;Français où Hanoi"),
        (b"S\xE3o Jo\xE3o;per\xF2;pu\xF2;cos\xEC", "São João;però;può;così"),
    ] {
        let said = book(bytes);
        assert!(matches!(said.form, Form::Separated { encoding: "windows-1252", .. }), "{expected}: {:?}", said.form);
        let cells = said.tables[0].rows[0].cells.iter().map(|cell| match &cell.value {
            Value::Text(text) => text.as_str(),
            other => panic!("{other:?}"),
        });
        assert_eq!(cells.collect::<Vec<_>>().join(";"), expected);
    }
}

#[test]
fn vietnamese_of_windows_1258_is_told_by_its_words() {
    for bytes in [
        b"Xa\xDE, ph\xFD\xF5\xCCng, thi\xF2 tr\xE2\xECn;S\xF4\xEC khu d\xE2n c\xFD;\xD0a\xF2t;Ty\xD2 l\xEA\xF2;Ng\xE0y g\xFD\xD2i".as_slice(),
        b"B\xC1O C\xC1O T\xD4\xD2NG H\xD5\xF2P PHONG TR\xC0O",
        b"H\xD0ND;Q\xD0-UBND;500.000\xF0",
        b"Thu\xF4\xF2c,a",
        // Some names of others do not matter.
        b"Xa\xDE H\xF2a, thu\xEA\xEC, nghi\xEA\xDEng, gi\xFD\xDE, khu\xE2\xECt, quy\xEA\xD2n;ho\xE3\xF2c;gi\xFAp;Fran\xE7ois",
    ] {
        assert_eq!(form(bytes).0, "windows-1258", "{bytes:x?}");
    }
}

#[test]
fn a_quote_that_is_never_closed_is_named_by_its_row() {
    for (content, row) in [
        ("a;b\n1;\"x\n2;y\n3;z\n", 2),
        ("a;b\n\n1;\"x", 3),
        ("a;\"x\ny\"\n\"1;2", 2),
        ("a;b\n1;\"x\"\"\n", 2),
        ("a;b\n1;\"", 2),
    ] {
        assert_eq!(read(content.as_bytes(), &LIMITS), Err(SheetError::OpenQuote { row }), "{content:?}");
        assert!(refusal(content.as_bytes()).contains(&format!("row {row}: a quote")));
    }
    for content in ["a;5\" b\n1;2", "a;b\"\n1;2\"", "a;\"x\"", "a;\"x\"\n", "a;\"x\"y\"\n1;2"] {
        assert!(read(content.as_bytes(), &LIMITS).is_ok(), "{content:?}");
    }
    // The separator is guessed from a piece that may end between quotes.
    let limits = Limits { cell_bytes: 1 << 20, ..LIMITS };
    let long = format!("a;b\n1;2\n3;\"{}\"\n", "x\n".repeat(200_000));
    let form = read(long.as_bytes(), &limits).map(|book| book.form);
    assert_eq!(form, Ok(Form::Separated { encoding: "UTF-8", separator: ';' }));
}

#[test]
fn a_sign_is_no_tag() {
    assert_eq!(rows(b"<5;6\n7;8\x1A"), [[text("<5"), text("6")], [text("7"), text("8")]]);
    assert_eq!(rows("<Tên>;b\n1;2".as_bytes())[0], [text("<Tên>"), text("b")]);
}

#[test]
fn rows_may_have_any_length() {
    let mut content = "a,b\n1,2,3\n4\n".to_owned();
    content.push_str(&",".repeat(5_000));
    content.push_str("\n5,6,,,,\n");
    let expected = vec![
        vec![text("a"), text("b")],
        vec![text("1"), text("2"), text("3")],
        vec![text("4")],
        vec![],
        vec![text("5"), text("6")],
    ];
    assert_eq!(rows(content.as_bytes()), expected);
}
