//! Each kind of value, with cells that are good, doubtful and bad.

use super::{map::Kind, *};
use crate::sheets::fields::{self, Typed};

/// What a cell says: its value, with `?` behind it for each warning; `!` for a problem.
fn said(kind: &Kind, text: &str) -> String {
    let cell = cell(text, None);
    let read = match &cell.value {
        Value::Number(number) => fields::read(kind, Typed::Number(number)),
        Value::Day(day) => fields::read(kind, Typed::Day(*day)),
        Value::Time(time) => fields::read(kind, Typed::Time(time)),
        Value::Truth(truth) => fields::read(kind, Typed::Truth(*truth)),
        _ => fields::read(kind, Typed::Text(&words::clean(text.replace('⏎', "\n").as_str()))),
    };
    match read {
        Ok(said) => format!("{}{}", said.value, "?".repeat(said.warnings.len())),
        Err(_) => "!".to_owned(),
    }
}

fn check(kind: &Kind, cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(said(kind, text), *expected, "{kind:?} {text:?}");
    }
}

#[test]
fn counts() {
    check(
        &Kind::Count,
        &[
            ("1.024", "1024"),
            ("  745 ", "745"),
            ("4\u{a0}115", "4115"),
            ("4\u{202f}115", "4115"),
            ("2,874", "2874"),
            ("5.230 hộ", "5230"),
            ("5.230hộ", "5230"),
            ("1.250.000", "1250000"),
            ("12 người", "12"),
            ("09", "9"),
            ("0", "0"),
            ("(0)", "0"),
            ("'31", "31"),
            ("O", "0?"),
            ("1O", "10?"),
            ("o", "0?"),
            ("7 nhà", "7?"),
            ("5 ông", "5?"),
            ("-", ""),
            ("…", ""),
            ("n:312", "312"),
            ("n:312.0", "312"),
            ("n:1.25E+3", "1250"),
            ("1.250", "1250"),
            ("1,5", "!"),
            ("1.024,5", "!"),
            ("0.125", "!"),
            ("41 15", "!"),
            ("n:312.5", "!"),
            ("-3", "!"),
            ("(3)", "!"),
            ("n:-3", "!"),
            ("50%", "!"),
            ("1,5 triệu", "!"),
            ("12 nghìn", "!"),
            ("khoảng 500", "!"),
            ("5 đến 7", "!"),
            ("12 (ước)", "!"),
            ("x", "!"),
            ("nhiều", "!"),
            ("d:2024-01-01", "!"),
            ("t:", "!"),
            ("99999999999999999999", "!"),
            ("n:1e400", "!"),
        ],
    );
}

#[test]
fn decimals() {
    check(
        &Kind::Decimal,
        &[
            ("98,5", "98.5"),
            ("98.5", "98.5"),
            ("94,0", "94"),
            ("100,0%", "100"),
            ("85,25 %", "85.25"),
            ("92,5 điểm", "92.5"),
            ("n:88", "88"),
            ("n:88.5", "88.5"),
            ("n:-0.0", "0"),
            ("n:5e-3", "0.005"),
            ("0,125", "0.125"),
            ("0.125", "0.125"),
            ("1.234,5", "1234.5"),
            ("1,234.5", "1234.5"),
            ("1.234.567", "1234567"),
            ("1 234,5", "1234.5"),
            ("1234.567", "1234.567"),
            ("-2,5", "-2.5"),
            ("(12,5)", "-12.5?"),
            ("(0)", "0"),
            ("1.250", "1250?"),
            ("1,250", "1.25?"),
            ("-", ""),
            ("Chưa họp", "!"),
            ("1,2,3", "!"),
            ("1.2.3", "!"),
            (",5", "!"),
            ("1,5 triệu", "!"),
            ("d:2024-01-01", "!"),
        ],
    );
}

#[test]
fn money() {
    check(
        &Kind::Money,
        &[
            ("12.500.000", "12500000"),
            ("12,500,000", "12500000"),
            ("8.750.000,50", "8750000.5"),
            ("8,750,000.50", "8750000.5"),
            ("(1.200.000)", "-1200000"),
            ("-1.200.000", "-1200000"),
            ("−5", "-5"),
            ("12.500", "12500"),
            ("12,500", "12500?"),
            ("12.500.000 đồng", "12500000"),
            ("12.500.000đ", "12500000"),
            ("12.500.000 VNĐ", "12500000"),
            ("n:12500000", "12500000"),
            ("0", "0"),
            ("-", ""),
            ("–", ""),
            ("1,5 triệu", "!"),
            ("1,5tr", "!"),
            ("2 tỷ", "!"),
            ("5k", "!"),
            ("45 triệu/người", "!"),
            ("1,5 tr.đ", "!"),
            ("1,5 tr.đồng", "!"),
            ("h:14:30:00", "!"),
            ("5%", "!"),
            ("miễn phí", "!"),
        ],
    );
}

#[test]
fn days() {
    check(
        &Kind::Day,
        &[
            ("05/11/2023", "2023-11-05"),
            ("6/11/23", "2023-11-06"),
            ("ngày 07 tháng 11 năm 2023", "2023-11-07"),
            ("Ngày 7 tháng 11, năm 2023", "2023-11-07"),
            ("08.11.2023", "2023-11-08"),
            ("9-11-2023", "2023-11-09"),
            ("2025-06-29", "2025-06-29"),
            ("2025-06-29T00:00:00", "2025-06-29"),
            ("29/06/2025 08:30", "2025-06-29"),
            ("5 / 11 / 2023", "2023-11-05"),
            ("5-Nov-23", "2023-11-05"),
            ("01/07/49", "2049-07-01"),
            ("01/07/50", "1950-07-01"),
            ("d:2024-12-14", "2024-12-14"),
            ("h:2023-11-05 14:30:00", "2023-11-05"),
            ("h:14:30:00", "!"),
            ("45838", "2025-06-30?"),
            ("n:45838", "2025-06-30?"),
            ("n:45838.75", "2025-06-30?"),
            ("-", ""),
            ("31/02/2023", "!"),
            ("11/25/2023", "!"),
            ("05/11", "!"),
            ("05/11/0203", "!"),
            ("05/11/202", "!"),
            ("11/2023", "!"),
            ("12345", "!"),
            ("n:7", "!"),
            ("Chưa họp", "!"),
            (":", "!"),
            ("t:", "!"),
        ],
    );
}

#[test]
fn months() {
    check(
        &Kind::Month,
        &[
            ("7/2025", "2025-07"),
            ("07/25", "!"),
            ("05/11", "!"),
            ("n:5.11", "!"),
            ("tháng 7/25", "2025-07"),
            ("Thg 7-25", "2025-07"),
            ("h:2023-11-01 14:30:00", "!"),
            ("Jul-25", "2025-07"),
            ("July 2025", "2025-07"),
            ("07.2025", "2025-07"),
            ("n:7.2025", "2025-07"),
            ("2025-07", "2025-07"),
            ("Tháng 7 năm 2025", "2025-07"),
            ("tháng 7/2025", "2025-07"),
            ("T7/2025", "2025-07"),
            ("Tháng7/2025", "2025-07"),
            ("d:2025-07-01", "2025-07"),
            ("01/07/2025", "2025-07"),
            ("45839", "2025-07"),
            ("d:2025-07-02", "!"),
            ("13/2025", "!"),
            ("7", "!"),
            ("Quý 3/2025", "!"),
            ("tháng bảy", "!"),
        ],
    );
}

#[test]
fn codes() {
    let five = Kind::Code { digits: Some(5), suffix: false };
    check(
        &five,
        &[
            ("n:31912", "31912"),
            ("n:31831.0", "31831"),
            ("'31843", "31843"),
            ("031900", "31900"),
            ("31 900", "31900"),
            ("1837", "01837?"),
            ("n:1837", "01837?"),
            ("131900", "!"),
            ("31900-001", "!"),
            ("31a00", "!"),
            ("d:2024-01-01", "!"),
        ],
    );
    let tax = Kind::Code { digits: Some(10), suffix: true };
    check(
        &tax,
        &[("1900567890-001", "1900567890-001"), ("n:190234567", "0190234567?"), ("1900567890-", "!"), ("-001", "!")],
    );
    check(&Kind::Code { digits: None, suffix: false }, &[("007", "007"), ("a", "!"), ("h:14:30", "!")]);
}

#[test]
fn words_of_a_choice() {
    let map = map_of(
        "{ kind = \"choice\", words = [{ word = \"dat\", said = [\"Đạt\"] }, { word = \"khong\", said = [\"Không đạt\", \"K.Đạt\", \"Không\"] }, { word = \"Trung bình\", said = [\"T.Bình\"] }] }",
        "",
    );
    let kind = &map.columns[1].kind;
    check(
        kind,
        &[
            ("ĐẠT", "dat"),
            ("đạt ", "dat"),
            ("\u{d0}ạt", "dat"),
            ("Đa\u{323}t", "dat"),
            ("đạt (có 1 ý kiến khác)", "dat?"),
            ("Đạt⏎cần theo dõi", "dat?"),
            ("K.Đạt", "khong"),
            ("K. đạt", "khong"),
            ("T.Bình", "Trung bình"),
            ("trung  bình", "Trung bình"),
            ("-", ""),
            ("Khá", "!"),
            ("Đạt rồi", "!"),
            ("(đạt", "dat"),
            ("n:1", "!"),
        ],
    );
    let wrong = fields::read(kind, Typed::Text("Khá")).unwrap_err();
    assert_eq!(wrong.expected.vi, "một trong các từ: Đạt, Không đạt, T.Bình");
}

#[test]
fn texts() {
    check(
        &Kind::Text { first_line: false },
        &[
            (" a\u{200b}\u{a0} b⏎c ", "a b c"),
            ("n:12", "12"),
            ("d:2023-11-05", "05/11/2023"),
            ("h:2023-11-05 14:30:00", "2023-11-05 14:30:00"),
            ("Đa\u{323}t", "Đạt"),
            ("…", ""),
        ],
    );
    check(&Kind::Text { first_line: true }, &[("một⏎hai", "một"), ("một", "một")]);
}

#[test]
fn names_of_places() {
    let line = |text: &str, bare: Option<&str>| {
        let read = places::read(&words::clean(text), bare);
        let Ok(fields::Said { value: FieldValue::Place(place), warnings }) = read else { return "!".to_owned() };
        format!("{}{}", place_line(&place), "?".repeat(warnings.len()))
    };
    for (text, expected) in [
        ("P.1", "Phường 1"),
        ("P. 1", "Phường 1"),
        ("p1", "Phường 1"),
        ("Phường I", "Phường 1"),
        ("P. IV", "Phường 4"),
        ("Phường 06", "Phường 6"),
        ("phường  Hộ Phòng", "Phường Hộ Phòng"),
        ("TT. Châu Hưng", "Thị trấn Châu Hưng"),
        ("TT.Châu Hưng", "Thị trấn Châu Hưng"),
        ("T.T Châu Hưng", "Thị trấn Châu Hưng"),
        ("T.X. Giá Rai", "Thị xã Giá Rai"),
        ("TX Giá Rai", "Thị xã Giá Rai"),
        ("H. Vĩnh Lợi", "Huyện Vĩnh Lợi"),
        ("TP. Bạc Liêu", "Thành phố Bạc Liêu"),
        ("TP Bạc Liêu", "Thành phố Bạc Liêu"),
        ("T. Cà Mau", "Tỉnh Cà Mau"),
        ("K.3", "Khóm 3"),
        ("khóm 03", "Khóm 3"),
        ("Xã I", "Xã I"),
        ("HUYỆN HOÀ BÌNH", "Huyện Hòa Bình"),
        ("xã vĩnh lợi", "Xã Vĩnh Lợi"),
        ("Xã Ninh Thạnh Lợi A", "Xã Ninh Thạnh Lợi A"),
        ("Thị trấn Hoà Bình", "Thị trấn Hòa Bình"),
        ("Xã Thuỷ Quý Hoàng", "Xã Thủy Quý Hoàng"),
        ("Điền Hải", "Điền Hải"),
        ("P", "P"),
        ("Tân Phong", "Tân Phong"),
        ("Phường Bạc Liêu (Phường 1 cũ)", "Phường Bạc Liêu << Phường 1"),
        ("Phường Bạc Liêu (P.3 cũ", "Phường Bạc Liêu << Phường 3"),
        ("Phường 7 (TP Bạc Liêu)", "Phường 7 < Thành phố Bạc Liêu"),
        ("Phường 7 (thuộc TP Bạc Liêu)", "Phường 7 < Thành phố Bạc Liêu"),
        ("Phường 1, TP. Bạc Liêu", "Phường 1 < Thành phố Bạc Liêu"),
        ("Phường 1 - TX. Giá Rai", "Phường 1 < Thị xã Giá Rai"),
        ("Phường 1 cũ", "Phường 1 << Phường 1"),
        ("Ấp Chợ Cũ", "Ấp Chợ Cũ"),
        ("Khóm Cầu Cũ", "Khóm Cầu Cũ"),
        ("ẤP CHỢ CŨ", "Ấp Chợ Cũ?"),
        ("PHƯỜNG BẠC LIÊU (PHƯỜNG 1 CŨ)", "Phường Bạc Liêu << Phường 1"),
        ("Phường 1 (cũ)", "Phường 1 << Phường 1"),
        ("Xã Vĩnh Lợi (trước đây là TT Châu Hưng)", "Xã Vĩnh Lợi << Thị trấn Châu Hưng"),
        ("Ấp 1 (thuộc xã Long Thạnh, H. Vĩnh Lợi cũ)", "Ấp 1 << Xã Long Thạnh << Huyện Vĩnh Lợi"),
        ("Xã Ninh Hòa; khu vực biên giới", "Xã Ninh Hòa?"),
        ("Xã Ninh Hòa (nông thôn mới)", "Xã Ninh Hòa?"),
        ("Khu vực 2", "Khu vực 2"),
        ("()", "!"),
        ("", "!"),
    ] {
        assert_eq!(line(text, None), expected, "{text:?}");
    }
    assert_eq!(line("Điền Hải", Some("Xã")), "Xã Điền Hải?");
    assert_eq!(line("TT. Châu Hưng", Some("Xã")), "Thị trấn Châu Hưng");
}

#[test]
fn plain_digits() {
    for (text, expected) in [
        ("190234567", Some("190234567")),
        ("1.9E9", Some("1900000000")),
        ("00.50", Some("0.5")),
        ("-0", Some("0")),
        ("12e-1", Some("1.2")),
        ("1e99", None),
        ("", None),
        (".", None),
        ("NaN", None),
        ("1.2.3", None),
    ] {
        assert_eq!(numbers::plain(text).as_deref(), expected, "{text:?}");
    }
    let thousandths = |text: &str| FieldValue::Decimal(text.to_owned()).thousandths();
    assert_eq!([thousandths("71.25"), thousandths("-1"), thousandths("0.0001")], [Some(71_250), Some(-1000), None]);
}
