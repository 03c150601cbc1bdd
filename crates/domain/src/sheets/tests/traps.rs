//! Each trap of the forms that were sent, alone in a small table.

use super::*;

/// An area and its households.
const AREAS: &str = "name = \"m\"
check_totals = true
key = [\"area\"]
[[column]]
field = \"area\"
titles = [\"Khu dân cư\"]
value = { kind = \"unit_name\" }
required = true
[[column]]
field = \"households\"
titles = [\"Số hộ\"]
value = { kind = \"count\" }
required = true
[[column]]
field = \"note\"
titles = [\"Ghi chú\"]
value = { kind = \"text\" }
";

fn areas(lines: &str) -> Reading {
    read(&map(AREAS), &[table("t", None, lines)])
}

fn skipped(reading: &Reading) -> Vec<(Option<usize>, &str)> {
    reading.skipped.iter().map(|skipped| (skipped.row, skipped.why.en.as_str())).collect()
}

#[test]
fn the_heading_stands_anywhere_and_is_written_anyhow() {
    for heading in
        ["Khu dân cư|Số hộ|Ghi chú", "KHU DÂN CƯ (khóm)|Sô\u{301} hô\u{323}|GHI CHU", "Khu⏎dân cư|Số  hộ:|Ghi chú *"]
    {
        let reading = areas(&format!("BÁO CÁO||\nSố hộ||\n\n{heading}\nKhóm 1|10|"));
        assert_eq!((lines(&reading), reading.problems), (vec!["Khóm 1|10|".to_owned()], vec![]), "{heading}");
        assert_eq!(reading.tables[0].heading_rows, 4..=4);
    }
}

#[test]
fn rows_of_column_numbers_are_no_records() {
    for numbers in ["(1)|(2)|(3)", "1|2|3", "n:1|n:2|n:3", "A|(1)|(2)", "(1)|(2)|(3)=(2)/(1)"] {
        let reading = areas(&format!("Khu dân cư|Số hộ|Ghi chú\n{numbers}\nKhóm 1|10|"));
        assert_eq!(lines(&reading), ["Khóm 1|10|"], "{numbers}");
        assert_eq!(reading.tables[0].heading_rows, 1..=2);
        assert_eq!(skipped(&reading), [(Some(2), "a row of column numbers")]);
    }
    let reading = areas("Khu dân cư|Số hộ|Ghi chú|Khác\n1|2|3|");
    assert_eq!(reading.records.len(), 1, "three figures below four titles may be data: {:?}", reading.skipped);
    let reading = areas("Khu dân cư|Số hộ|Ghi chú|Khác|Nữa\n1|2|3|4|\nKhóm 1|10|");
    assert_eq!(lines(&reading), ["Khóm 1|10|"]);
    let reading = areas("Khu dân cư|Số hộ|Ghi chú\nKhóm 1|1|2\n1|2|3");
    assert_eq!(reading.records.len(), 2, "behind a record it is one: {:?}", reading.skipped);
}

#[test]
fn a_heading_of_two_rows_without_merges() {
    let two = "name = \"m\"\n[[column]]\nfield = \"all\"\ntitles = [\"Hộ / Tổng\"]\nvalue = { kind = \"count\" }
[[column]]\nfield = \"new\"\ntitles = [\"Khẩu / Tổng\"]\nvalue = { kind = \"count\" }
[[column]]\nfield = \"name\"\ntitles = [\"Tên\"]\nvalue = { kind = \"text\" }\n";
    let reading = read(&map(two), &[table("t", None, "Tên|Hộ||Khẩu|\n|Tổng|Nghèo|Tổng|Nam\nXóm A|10|2|30|4")]);
    assert_eq!(lines(&reading), ["10|30|Xóm A"]);
    assert_eq!(reading.problems, []);
    let reading = read(
        &map(&two.replace("Hộ / Tổng", "Tổng")),
        &[table("t", None, "Tên|Hộ||Khẩu|\n|Tổng|Nghèo|Tổng|Nam\nXóm A|10|2|30|4")],
    );
    assert_eq!(places(&reading.problems), ["D2 all “Tổng”"], "which of the two is meant is not said");
}

#[test]
fn a_title_over_several_columns_has_its_values_in_the_first() {
    let mut sent = table("t", None, "Khu dân cư||Số hộ\nKhóm 1||10");
    sent.merges = vec![merge("A1", "B1")];
    assert_eq!(lines(&read(&map(AREAS), &[sent])), ["Khóm 1|10|"]);
}

#[test]
fn a_missing_column_is_named_with_what_stands_there() {
    let reading = areas("Khu dân cư|Tổng số hộ dân|Ghi chú\nKhóm 1|10|");
    assert_eq!(places(&reading.problems), ["B1 households Tổng số hộ dân"]);
    assert!(reading.problems[0].what.vi.contains("thiếu cột “Số hộ”; gần nhất là “Tổng số hộ dân” ở ô B1"));
    assert_eq!(
        (lines(&reading), &reading.tables[0].missing),
        (vec!["Khóm 1||".to_owned()], &vec!["households".into()])
    );
    let reading = areas("Ten|So luong\nA|1");
    assert_eq!(reading.problems.len(), 1, "{:?}", reading.problems);
    assert!(reading.problems[0].what.en.contains("no heading was found; expected are the columns: Khu dân cư, Số hộ"));
}

#[test]
fn the_heading_again_is_no_record() {
    let reading =
        areas("Khu dân cư|Số hộ|Ghi chú\nKhóm 1|10|\n\n||Trang 2\nKhu dân cư|Số hộ|Ghi chú\n(1)|(2)|(3)\nKhóm 2|20|");
    assert_eq!(lines(&reading), ["Khóm 1|10|", "Khóm 2|20|"]);
    let expected = [
        (Some(4), "behind an empty row, with hardly any data"),
        (Some(5), "the heading again"),
        (Some(6), "a row of column numbers"),
    ];
    assert_eq!(skipped(&reading), expected);
}

#[test]
fn totals_are_compared_and_no_records() {
    for (total, warnings) in [
        ("Cộng|30|", &[][..]),
        ("TỔNG CỘNG|30|", &[]),
        ("Tổng số (2 khóm):|30|", &[]),
        ("|Cộng|30", &[]),
        ("Tổng||", &[]),
        ("Tổng|f:|", &[]),
        ("Tổng|31|", &["B4 households 31"]),
    ] {
        let reading = areas(&format!("Khu dân cư|Số hộ|Ghi chú\nKhóm 1|10|\nKhóm 2|20|\n{total}"));
        assert_eq!((reading.records.len(), reading.problems.len()), (2, 0), "{total}");
        assert_eq!(places(&reading.warnings), warnings, "{total}");
        assert_eq!(skipped(&reading), [(Some(4), "a row of totals")]);
    }
    let parts = "Khu dân cư|Số hộ|Ghi chú\nKhóm 1|10|\nCộng|10|\nKhóm 2|20|\nCộng|20|\nTổng cộng|30|";
    assert_eq!(areas(parts).warnings, [], "sums of parts and of all");
    let reading = areas("Khu dân cư|Số hộ|Ghi chú\nKhu phố Cộng Hòa|10|\nCộng Hòa|10|");
    assert_eq!(reading.records.len(), 2, "a name is no total");
    let reading = areas("Khu dân cư|Số hộ|Ghi chú\nTổng công ty Điện lực miền Nam|10|\nCộng Phường 1|10|\nToàn xã|10|");
    assert_eq!((reading.records.len(), reading.skipped.len()), (1, 2));
}

#[test]
fn signatures_end_the_table_and_are_listed() {
    let reading =
        areas("Khu dân cư|Số hộ|Ghi chú\nKhóm 1|10|\nNgười lập biểu||Thủ trưởng\n(Ký)||\nNguyễn Văn A||\nKhóm 9|90|");
    assert_eq!(lines(&reading), ["Khóm 1|10|"]);
    let rows: Vec<_> = reading.skipped.iter().map(|skipped| (skipped.row, skipped.shown.as_str())).collect();
    let expected = [(3, "Người lập biểu | Thủ trưởng"), (4, "(Ký)"), (5, "Nguyễn Văn A"), (6, "Khóm 9 | 90")]
        .map(|(row, it)| (Some(row), it));
    assert_eq!(rows, expected);
    assert_eq!(places(&reading.problems), ["A6  Khóm 9 | 90"], "what looks like data is not lost unsaid");
    for note in ["chưa nộp, hẹn ngày 5 tháng 8 năm 2025", "ngày 5 tháng 8 năm 2025", "Chủ tịch xã đã duyệt"]
    {
        for gap in ["", "\n"] {
            let reading = areas(&format!("Khu dân cư|Số hộ|Ghi chú\nKhóm 1|10|\n{gap}Khóm 2||{note}\nKhóm 3|30|"));
            assert_eq!((reading.records.len(), reading.skipped.len(), reading.problems.len()), (3, 0, 1), "{note}");
        }
    }
    let dated = areas("Khu dân cư|Số hộ|Ghi chú\nKhóm 1|10|\n||Bạc Liêu, ngày 5 tháng 12 năm 2023\n||Ký tên");
    assert_eq!((dated.records.len(), dated.skipped.len(), dated.problems.len()), (1, 2, 0));
}

#[test]
fn data_go_on_behind_an_empty_row() {
    let reading =
        areas("Khu dân cư|Số hộ|Ghi chú\nKhóm 1|10|\n\n||Phía nam\nKhóm 2|20|\n\n|\u{a0}|\n||Ghi chú: đã kiểm tra");
    assert_eq!(lines(&reading), ["Khóm 1|10|", "Khóm 2|20|"]);
    assert_eq!(reading.skipped.iter().map(|skipped| skipped.row).collect::<Vec<_>>(), [Some(4), Some(8)]);
    let wide = AREAS.replace("titles = [\"Ghi chú\"]\nvalue = { kind = \"text\" }", "titles = [\"Ghi chú\"]\nvalue = { kind = \"text\" }\n[[column]]\nfield = \"a\"\ntitles = [\"A\"]\nvalue = { kind = \"text\" }\n[[column]]\nfield = \"b\"\ntitles = [\"B\"]\nvalue = { kind = \"text\" }");
    let sent = table("t", None, "Khu dân cư|Số hộ|Ghi chú|A|B\nKhóm 1|10|\n\nKhóm 2||\n\n|30|\n\n||x");
    let reading = read(&map(&wide), &[sent]);
    assert_eq!(
        (places(&reading.problems), reading.skipped.len()),
        (vec!["B4 households ".into(), "A6 area ".into()], 1)
    );
    let many = "name = \"m\"\n[[column]]\nfield = \"it\"\ntitles = [\"Khóm\"]\nvalue = { kind = \"unit_name\" }\nrequired = true\n";
    let column =
        |at: usize| format!("[[column]]\nfield = \"f{at}\"\ntitles = [\"Cột {at}\"]\nvalue = {{ kind = \"count\" }}\n");
    let many: String = [many.to_owned()].into_iter().chain((1..6).map(column)).collect();
    let reading =
        read(&map(&many), &[table("t", None, "Khóm|Cột 1|Cột 2|Cột 3|Cột 4|Cột 5\n1|1|2|3|4|5\n\n2|7\n\n|8")]);
    assert_eq!(
        (reading.records.len(), places(&reading.problems)),
        (3, vec!["A6 it ".to_owned()]),
        "what must be there is enough: {:?}",
        reading.skipped
    );
}

#[test]
fn a_line_across_the_table_is_no_record() {
    let mut sent =
        table("t", None, "Khu dân cư|Số hộ|Ghi chú\nA. Phía bắc\nKhóm 1|10|\nB. Phía nam\nKhóm 2|20|\nKhóm 3||");
    sent.merges = vec![merge("A2", "C2"), merge("A4", "B4")];
    let reading = read(&map(AREAS), &[sent]);
    assert_eq!(lines(&reading), ["Khóm 1|10|", "Khóm 2|20|", "Khóm 3||"]);
    let across = "a line of text across the table";
    assert_eq!(skipped(&reading), [(Some(2), across), (Some(4), across)]);
}

#[test]
fn the_first_of_several_titles_counts_and_no_column_is_two_fields() {
    let two = AREAS.replace("[\"Số hộ\"]", "[\"Tổng số hộ\", \"Số hộ\"]");
    let sent = table("t", None, "Khu dân cư|Số hộ|Tổng số hộ\nKhóm 1|1|10");
    assert_eq!(lines(&read(&map(&two), &[sent])), ["Khóm 1|10|"]);
    let twice = AREAS.replace("[\"Ghi chú\"]", "[\"Dân số / Số hộ\"]");
    let sent = table("t", None, "Khu dân cư|Dân số\n|Số hộ\nKhóm 1|10");
    let reading = read(&map(&twice), &[sent]);
    assert!(reading.problems[0].what.en.contains("“households” and “note” both mean this column"), "{reading:?}");
}

#[test]
fn what_is_empty_and_must_not_be_is_a_problem() {
    let reading = areas("Khu dân cư|Số hộ|Ghi chú|Khác\nKhóm 1||\n|20|x\n|||chỉ ở đây");
    assert_eq!(places(&reading.problems), ["B2 households ", "A3 area "]);
    assert_eq!(skipped(&reading), [(Some(4), "nothing in the columns that are read")]);
}

#[test]
fn formulas_that_failed_or_have_no_value() {
    let reading =
        areas("Khu dân cư|Số hộ|Ghi chú|Khác\nKhóm 1|e:#REF!||e:#N/A\nKhóm 2|f:||f:\nKhóm 3|#REF!|\nKhóm 4|####|");
    assert_eq!(
        places(&reading.problems),
        ["B2 households #REF!", "B3 households =…", "B4 households #REF!", "B5 households ####"]
    );
    assert!(reading.problems[1].what.vi.contains("mở tệp bằng Excel rồi lưu lại"));
    assert_eq!(reading.records.len(), 4);
}

#[test]
fn cells_that_are_one_speak_for_all_their_rows() {
    let filled = map(&AREAS.replace("kind = \"unit_name\" }", "kind = \"unit_name\" }\nfill = true"));
    let mut sent = table("t", None, "Khu dân cư|Số hộ|Ghi chú\nKhóm 1|10|a\n|20|b\n|30|c");
    sent.merges = vec![merge("A2", "A3"), merge("B3", "B4")];
    let reading = read(&filled, std::slice::from_ref(&sent));
    assert_eq!(lines(&reading), ["Khóm 1|10|a", "Khóm 1|20|b", "Khóm 1|20|c"]);
    assert_eq!(reading.warnings.len(), 3, "twice the key, and a number that two rows share: {:#?}", reading.warnings);
    assert_eq!(reading.records[1].fields[0].spot, Some(Spot { row: 2, column: 1 }));
    let reading = read(&map(AREAS), &[sent]);
    assert_eq!(lines(&reading), ["Khóm 1|10|a", "Khóm 1|20|b", "|20|c"], "an empty cell alone is empty");
}

#[test]
fn marks_in_several_columns() {
    let marks = map(
        "name = \"m\"\n[[column]]\nfield = \"name\"\ntitles = [\"Tên\"]\nvalue = { kind = \"text\" }
[[column]]\nfield = \"result\"\nrequired = true\n[column.value]\nkind = \"mark\"\nmarks = [{ word = \"dat\", titles = [\"Đạt\"] }, { word = \"khong\", titles = [\"Không\"] }]",
    );
    let mut sent = table("t", None, "Tên|Đạt|Không\na|x|\nb||X \nc|✓|-\nd|x|x\ne||\nf|có|\ng|t:|\nh|ü|");
    sent.rows[8].cells[1].font = Some("Wingdings".into());
    let reading = read(&marks, &[sent]);
    assert_eq!(lines(&reading), ["a|dat", "b|khong", "c|dat", "d|", "e|", "f|", "g|dat", "h|dat"]);
    assert_eq!(places(&reading.problems), ["C5 result dat, khong", "B6 result ", "B7 result có"]);
}

#[test]
fn the_form_is_not_for_everyone() {
    let small = map_of(
        "{ kind = \"text\" }",
        "refuse = { words = [\"Nhỏ\"], vi = \"ngoài Thông tư\", en = \"outside the circular\" }",
    );
    let reading = read(&small, &[table("t", None, "Tên|Cột\na|NHỎ\nb|Vừa\nc|")]);
    assert_eq!(places(&reading.problems), ["B2 it NHỎ"]);
    let refused: Vec<_> =
        reading.records.iter().map(|record| record.refused.as_ref().map(|why| why.en.as_str())).collect();
    assert_eq!(refused, [Some("outside the circular"), None, None]);
}

#[test]
fn words_that_stand_for_nothing() {
    let none = map_of("{ kind = \"day\" }", "none = [\"Chưa họp\"]");
    let reading = read(&none, &[table("t", None, "Tên|Cột\na|chưa họp\nb|-\nc|hoãn")]);
    assert_eq!(
        (lines(&reading), places(&reading.problems)),
        (vec!["a|".into(), "b|".into(), "c|".into()], vec!["B4 it hoãn".into()])
    );
}

#[test]
fn two_areas_of_one_name_in_a_merged_ward_are_two() {
    let keyed = map(
        "name = \"m\"\nkey = [\"unit\", \"area\"]\n[[column]]\nfield = \"unit\"\ntitles = [\"Đơn vị\"]\nvalue = { kind = \"unit_name\" }
[[column]]\nfield = \"area\"\ntitles = [\"Khu dân cư\"]\nvalue = { kind = \"unit_name\" }\n",
    );
    let sent = "Đơn vị|Khu dân cư\nPhường Bạc Liêu (P.1 cũ)|Khóm 1\nPhường Bạc Liêu (P.3 cũ)|Khóm 1\nP. Bạc Liêu (phường 3 cũ)|khóm I\n|Khóm 1\n|Khóm 1";
    let reading = read(&keyed, &[table("t", None, sent)]);
    let twice: Vec<_> = reading.records.iter().map(|record| record.duplicate_of).collect();
    assert_eq!(twice, [None, None, Some(2), None, None]);
    assert!(reading.warnings[0].what.vi.contains("trùng unit, area với bản ghi 2 (t / 3)"), "{:?}", reading.warnings);
}

#[test]
fn which_tables_are_read() {
    let rows = "Khu dân cư|Số hộ|Ghi chú\nKhóm 1|10|";
    let hidden = |name: &str| Table { hidden: true, ..table(name, None, rows) };
    let tables = [table("Một", None, rows), hidden("Nháp"), table("Khác", None, "a|b"), table("Hai", None, rows)];
    let names = |reading: &Reading| reading.tables.iter().map(|read| read.table.to_string()).collect::<Vec<_>>();
    let reading = read(&map(AREAS), &tables);
    assert_eq!((names(&reading), reading.problems.len()), (vec!["Một".to_owned(), "Hai".to_owned()], 0));
    let left: Vec<_> = reading.skipped.iter().map(|skipped| (&*skipped.table, skipped.row)).collect();
    assert_eq!(left, [("Nháp", None), ("Khác", None)]);
    assert_eq!(reading.records[1].duplicate_of, Some(1), "over tables as well");
    let named = map(&AREAS.replace("key =", "tables = [\"nháp\", \"Ba\", \"Khác\"]\nkey ="));
    let reading = read(&named, &tables);
    assert_eq!(names(&reading), ["Nháp"], "a hidden one that is named is read");
    let said: Vec<_> = reading.problems.iter().map(|problem| problem.what.en.as_str()).collect();
    assert!(said[0].contains("there is no sheet “Ba”; the file has: Một, Nháp, Khác, Hai"), "{said:?}");
    assert!(said[1].contains("no heading was found"), "{said:?}");
}

#[test]
fn fonts_decide_cell_by_cell() {
    let mut sent =
        table("BiÓu", Some(".VnTime"), "Khu d©n c\u{ad}|Sè hé|Ghi chó\nKhãm 1|10|tèt\nXã|20|Đã họp\nkhãm 3|30|xã");
    sent.rows[2].cells[0].font = Some("Times New Roman".into());
    sent.rows[2].cells[0].value = Value::Text("Khóm Hòa".to_owned());
    sent.rows[3].cells[0].font = Some(".VnTimeH".into());
    let reading = read(&map(AREAS), &[sent]);
    assert_eq!(lines(&reading), ["Khóm 1|10|tốt", "Khóm Hòa|20|Đã họp", "Khóm 3|30|xó"]);
    assert_eq!(&*reading.tables[0].table, "Biểu");
    let without_fonts =
        table("t", None, "Khu d©n c\u{ad}|Sè hé|Ghi chó\nKhãm T©n Th\u{b5}nh|10|§\u{ad}îc\nKhóm Tạo|20|®¹t");
    let reading = read(&map(AREAS), &[without_fonts]);
    assert_eq!(lines(&reading), ["Khóm Tân Thành|10|Được", "Khóm Tạo|20|đạt"]);
}

#[test]
fn hidden_rows_and_columns_are_read() {
    let mut sent = table("t", None, "Khu dân cư|Số hộ|Ghi chú\n~Khóm 1|10|\nKhóm 2|20|");
    sent.hidden_columns = [1].into();
    let reading = read(&map(AREAS), &[sent]);
    assert_eq!(lines(&reading), ["Khóm 1|10|", "Khóm 2|20|"]);
    assert!(reading.records[0].hidden_row && !reading.records[1].hidden_row);
    assert_eq!(places(&reading.warnings), ["B1 households Số hộ"]);
    let mut sent = table("t", None, "Khu dân cư|Khác|Số hộ|Ghi chú\nKhóm 1|x|10|");
    sent.hidden_columns = [1].into();
    assert_eq!(read(&map(AREAS), &[sent]).warnings, [], "no column of the map is hidden");
}

#[test]
fn columns_that_count_in_multiples_are_refused() {
    let money = |title: &str| {
        map(&format!(
            "name = \"m\"\n[[column]]\nfield = \"name\"\ntitles = [\"Tên\"]\nvalue = {{ kind = \"text\" }}\n[[column]]\nfield = \"it\"\ntitles = [\"{title}\"]\nvalue = {{ kind = \"money\" }}\n"
        ))
    };
    for heading in ["Kinh phí (triệu đồng)", "Kinh phí (1.000đ)", "Kinh phí [nghìn đồng]", "Kinh phí (ĐVT: tỷ đồng)"]
    {
        let reading = read(&money("Kinh phí"), &[table("t", None, &format!("Tên|{heading}\na|1.250"))]);
        assert_eq!((lines(&reading), places(&reading.problems)), (vec!["a|".into()], vec![format!("B1 it {heading}")]));
    }
    for (titles, heading) in [
        ("Kinh phí (triệu đồng)", "Kinh phí (triệu đồng)"),
        ("Kinh phí", "Kinh phí (đồng)"),
        ("Kinh phí", "Kinh phí (tỷ lệ, phần trăm)"),
        ("Kinh phí", "Kinh phí (công ty, trạm)"),
    ] {
        let reading = read(&money(titles), &[table("t", None, &format!("Tên|{heading}\na|1.250"))]);
        assert_eq!((lines(&reading), reading.problems), (vec!["a|1250".to_owned()], vec![]), "{heading}");
    }
    let mut sent = table("t", None, "Tên|Kinh phí (triệu đồng)|\n|Cột|Khác\na|1|2");
    sent.merges = vec![merge("B1", "C1")];
    assert_eq!(places(&read(&money("Cột"), &[sent]).problems), ["B1 it Kinh phí (triệu đồng)"]);
}

#[test]
fn a_unit_of_measure_above_the_table_is_meant_of_its_columns() {
    let of = |kind: &str, titles: &str| {
        map(&format!(
            "name = \"m\"\n[[column]]\nfield = \"name\"\ntitles = [\"Tên\"]\nvalue = {{ kind = \"text\" }}\n[[column]]\nfield = \"it\"\ntitles = [{titles}]\nvalue = {{ kind = \"{kind}\" }}\n"
        ))
    };
    let sent = |note: &str| [table("t", None, &format!("Biểu 2|\n|{note}\nTên|Kinh phí\na|1.250"))];
    for note in ["ĐVT: triệu đồng", "(Đơn vị tính: 1.000đ)", "Biểu 3 - đvt: tỷ đồng", "Đơn vị tính: trđ"]
    {
        let reading = read(&of("money", "\"Kinh phí\""), &sent(note));
        assert_eq!((lines(&reading), places(&reading.problems)), (vec!["a|".into()], vec![format!("B2 it {note}")]));
    }
    for (kind, titles, note) in [
        ("money", "\"Kinh phí\"", "ĐVT: đồng"),
        ("money", "\"Kinh phí\", \"Kinh phí (triệu đồng)\"", "ĐVT: triệu đồng"),
        ("count", "\"Kinh phí\"", "ĐVT: triệu đồng"),
        ("money", "\"Kinh phí\"", "Tổng kinh phí 5 triệu đồng"),
        ("money", "\"Kinh phí\"", "Đơn vị tính: hộ"),
    ] {
        let reading = read(&of(kind, titles), &sent(note));
        assert_eq!((lines(&reading), reading.problems), (vec!["a|1250".to_owned()], vec![]), "{note}");
    }
    let reading = read(&of("count", "\"Kinh phí\""), &sent("ĐVT: nghìn người"));
    assert_eq!(places(&reading.problems), ["B2 it ĐVT: nghìn người"]);
}

#[test]
fn a_sheet_of_the_form_that_lacks_what_it_must_have_is_a_problem() {
    let other = table("Hai", None, "Tên|Số hộ|Ghi chú\nKhóm 2|20|");
    let two = AREAS.replace("required = true\n[[column]]\nfield = \"note\"", "[[column]]\nfield = \"note\"");
    let reading = read(&map(&two), &[table("Một", None, "Khu dân cư|Số hộ|Ghi chú\nKhóm 1|10|"), other]);
    assert_eq!((lines(&reading), reading.skipped.len()), (vec!["Khóm 1|10|".to_owned()], 0));
    assert!(reading.problems[0].what.vi.contains("thiếu cột “Khu dân cư”"), "{:?}", reading.problems);
    assert_eq!((reading.problems.len(), &*reading.problems[0].table), (1, "Hai"));
}

#[test]
fn days_that_count_from_1904_and_times() {
    let mut sent = table("t", None, "Tên|Cột\na|n:44376\nb|h:2023-11-05 14:30:00\nc|n:44376.5\nd|d:2025-06-30");
    let days = map_of("{ kind = \"day\" }", "");
    sent.counts_from_1904 = true;
    assert_eq!(lines(&read(&days, &[sent.clone()])), ["a|2025-06-30", "b|2023-11-05", "c|2025-06-30", "d|2025-06-30"]);
    sent.counts_from_1904 = false;
    assert_eq!(lines(&read(&days, &[sent.clone()]))[0], "a|2021-06-29");
    let counts = read(&map_of("{ kind = \"count\" }", ""), &[sent]);
    assert_eq!(counts.problems[0].cell(), "B3");
    assert!(counts.problems[0].what.vi.contains("thời điểm"));
}

#[test]
fn what_is_shown_steers_no_screen() {
    let reading = areas("Khu dân cư|Số hộ|Ghi chú\nKhóm 1|e:#\u{1b}[31mREF!|");
    assert_eq!(reading.problems[0].found, "#[31mREF!");
    let sent = table("t", Some(".VnTime"), "Khu d©n\u{1b} c\u{ad}|Sè hé|Ghi chó\nKhãm 1|10|tèt");
    let samples = &read(&map(AREAS), &[sent]).tables[0].before_after;
    assert!(samples.iter().flat_map(|(before, after)| [before, after]).all(|it| !it.contains('\u{1b}')), "{samples:?}");
}

#[test]
fn problems_stand_in_order_of_tables_rows_and_columns() {
    let rows = "Khu dân cư|Số hộ|Ghi chú\n|x|\nKhóm 1|y|\n|z|";
    let reading = read(&map(AREAS), &[table("b", None, rows), table("a", None, rows)]);
    let order: Vec<_> = reading.problems.iter().map(|problem| format!("{}{}", problem.table, problem.cell())).collect();
    assert_eq!(order, ["bA2", "bB2", "bB3", "bA4", "bB4", "aA2", "aB2", "aB3", "aA4", "aB4"]);
}
