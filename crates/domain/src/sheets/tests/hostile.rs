//! Tables that no commune sends.

use super::*;

const NAMES: &str = "name = \"m\"\nkey = [\"name\", \"it\"]\ncheck_totals = true\n[[column]]\nfield = \"name\"\ntitles = [\"Tên\"]\nvalue = { kind = \"unit_name\" }\nfill = true
[[column]]\nfield = \"it\"\ntitles = [\"Số\"]\nvalue = { kind = \"count\" }\n";

#[test]
fn nothing_gives_nothing() {
    let reading = read(&map(NAMES), &[]);
    assert_eq!((reading.records.len(), reading.problems.len()), (0, 1));
    for lines in ["", "\n\n\n", "|||", "x", "Tên"] {
        let reading = read(&map(NAMES), &[table("t", None, lines)]);
        assert_eq!(reading.records.len(), 0, "{lines:?}");
    }
    let headings = read(&map(NAMES), &[table("t", None, "Tên|Số\nTên|Số\nTên|Số")]);
    assert_eq!((headings.records.len(), headings.skipped.len(), headings.problems.len()), (0, 2, 0));
    let one = "name = \"m\"\n[[column]]\nfield = \"name\"\ntitles = [\"Tên\"]\nvalue = { kind = \"text\" }\n";
    let reading = read(&map(one), &[table("t", None, "Tên\na\n\nb\nTên\nc")]);
    assert_eq!(lines(&reading), ["a", "b", "c"]);
}

#[test]
fn merges_that_make_no_sense() {
    let mut sent = table("t", None, "Tên|Số\nẤp 1|1\nẤp 2|2");
    let everything = Merge { rows: 0..=usize::MAX, columns: 0..=usize::MAX };
    #[expect(clippy::reversed_empty_ranges, reason = "a hostile file says so")]
    let backwards = Merge { rows: 5..=2, columns: 3..=1 };
    let beyond = Merge { rows: 900..=999, columns: 900..=999 };
    sent.merges = vec![backwards, beyond, merge("A2", "A3"), merge("A3", "A9"), merge("B2", "B2")];
    assert_eq!(lines(&read(&map(NAMES), &[sent.clone()])), ["Ấp 1|1", "Ấp 1|2"]);
    sent.merges = vec![everything; 20_000];
    assert_eq!(read(&map(NAMES), &[sent]).tables.len(), 1);
}

#[test]
fn odd_letters_do_not_stop_it() {
    let odd = [
        "\0",
        "\u{300}\u{301}",
        "\u{200b}",
        "\u{feff}Tên",
        "🦀",
        "ÿþ¹²³",
        "(((((",
        ")))",
        "[x",
        "1.,.,1",
        ".",
        "%",
        "O'O",
        "e",
        "-e",
        "1e",
    ];
    let columns = ["unit_name", "count", "decimal", "money", "day", "month", "text", "code"];
    for kind in columns {
        let map = map_of(&format!("{{ kind = \"{kind}\" }}"), "");
        for font in [None, Some(".VnTimeH"), Some("VNI-Times")] {
            let rows = odd.join("\na|");
            let reading = read(&map, &[table("ÿ\u{ad}", font, &format!("Tên|Cột\na|{rows}"))]);
            assert!(reading.records.len() + reading.skipped.len() <= odd.len() + 1, "{kind}");
        }
    }
}

#[test]
fn a_wide_heading_and_long_cells_end_soon() {
    let wide = vec!["Tên cột rộng"; 2_000].join("|");
    let sent = table("t", None, &[wide.as_str(); 45].join("\n"));
    let reading = read(&map(NAMES), &[sent]);
    assert_eq!(reading.problems.len(), 1);
    let long = "đ(".repeat(100_000);
    let reading = read(&map(NAMES), &[table("t", None, &format!("Tên|Số\n{long}|{long}\n{long}|1"))]);
    assert_eq!(places(&reading.problems).len(), 3);
    assert!(reading.problems.iter().all(|problem| problem.found.len() < 1_000));
}

#[test]
fn a_hundred_thousand_rows() {
    let mut text = "Tên|Số\n".to_owned();
    for row in 0..100_000 {
        text.push_str(if row % 3 == 0 { "Ấp Tà Suôl|1.250\n" } else { "|x\n" });
    }
    let mut sent = table("t", Some("Times New Roman"), &text);
    let merge = |row: usize| Merge { rows: row..=row + 2, columns: 0..=0 };
    sent.merges = (1..100_000).step_by(3).map(merge).collect();
    let reading = read(&map(NAMES), &[sent]);
    assert_eq!((reading.records.len(), reading.problems.len()), (100_000, 10_001));
    let last = &reading.problems[10_000];
    assert_eq!((last.spot, last.found.as_str()), (None, "56666"));
}

const TEXTS: &str = "name = \"m\"\n[[column]]\nfield = \"name\"\ntitles = [\"Tên\"]\nvalue = { kind = \"text\" }
[[column]]\nfield = \"it\"\ntitles = [\"Số\"]\nvalue = { kind = \"count\" }\n";

#[test]
fn a_long_text_is_not_copied_into_every_row() {
    let long = "đ".repeat(301);
    let mut sent = table("t", None, &format!("Tên|Số\n{long}|1\n|2\n|3"));
    let reading = read(&map(TEXTS), &[sent.clone()]);
    assert_eq!((lines(&reading)[0].clone(), reading.problems.len()), (format!("{long}|1"), 0));
    sent.merges = vec![merge("A2", "A4")];
    let filled = TEXTS.replacen("}\n", "}\nfill = true\n", 1);
    for (text, merges) in [(TEXTS, sent.merges.clone()), (filled.as_str(), Vec::new())] {
        sent.merges = merges;
        let reading = read(&map(text), &[sent.clone()]);
        assert_eq!(lines(&reading), [format!("{long}|1"), "|2".to_owned(), "|3".to_owned()]);
        assert_eq!(reading.problems.iter().map(Problem::cell).collect::<Vec<_>>(), ["A2"]);
    }
    let longer = "đ".repeat(2_001);
    let reading = read(&map(TEXTS), &[table("t", None, &format!("Tên|Số\n{longer}|1"))]);
    assert_eq!((lines(&reading), reading.problems[0].cell()), (vec!["|1".to_owned()], "A2".to_owned()));
}

#[test]
fn warnings_end_as_problems_do_and_the_same_counts_once() {
    let text = format!("Tên|Số\n{}", "Ấp|1O\n".repeat(10_003));
    let reading = read(&map(TEXTS), &[table("t", None, &text)]);
    assert_eq!((reading.problems.len(), reading.warnings.len()), (0, 10_001));
    assert!(reading.warnings[10_000].what.en.starts_with("3 more warnings"));
    let refused = TEXTS.replacen("}\n", "}\nrefuse = { words = [\"Ấp\"], vi = \"a\", en = \"b\" }\n", 1);
    let mut sent = table("t", None, &format!("Tên|Số\nẤp|1\n{}", "|1\n".repeat(20)));
    sent.merges = vec![merge("A2", "A22")];
    assert_eq!(read(&map(&refused), &[sent]).problems.len(), 1);
}

#[test]
fn a_long_title_over_many_columns_is_cut() {
    let long = "đ".repeat(100_000);
    let mut sent = table("t", None, &format!("{long}||Số\nTên|Khác|\nẤp||1"));
    sent.merges = vec![merge("A1", "B1")];
    let map = map(TEXTS);
    let slots = heading::slots(&map);
    let heading = heading::Heading::find(&sent, letters::Letters::of(&sent), &slots);
    assert_eq!(heading.paths[0].iter().map(|part| part.chars().count()).collect::<Vec<_>>(), [300, 3]);
    assert_eq!(lines(&read(&map, &[sent])), ["Ấp|1"]);
}

#[test]
fn a_long_text_where_a_mark_belongs_is_not_read_again_for_each_row() {
    let marks = map("name = \"m\"\n[[column]]\nfield = \"name\"\ntitles = [\"Tên\"]\nvalue = { kind = \"text\" }
[[column]]\nfield = \"it\"\nvalue = { kind = \"mark\", marks = [{ word = \"a\", titles = [\"Đạt\"] }] }\n");
    let mut sent = table("t", None, &format!("Tên|Đạt\nb|{}{}", "đ".repeat(130_000), "\nb|".repeat(20_000)));
    sent.merges = vec![Merge { rows: 1..=20_001, columns: 1..=1 }];
    let reading = read(&marks, &[sent]);
    assert_eq!((reading.records.len(), reading.problems.len()), (20_001, 1));
    assert!(reading.problems[0].found.chars().count() <= 161);
}
