//! What a map must not say.

use super::*;

const GOOD: &str =
    "name = \"m\"\nkey = [\"name\"]\n[[column]]\nfield = \"name\"\ntitles = [\"Tên\"]\nvalue = { kind = \"text\" }\n";

#[test]
fn every_mistake_is_named_with_its_line() {
    let column = |value: &str, more: &str| {
        format!("{GOOD}[[column]]\nfield = \"it\"\ntitles = [\"Cột\"]\nvalue = {value}\n{more}")
    };
    for (text, line, words) in [
        ("name = \"m\"".to_owned(), 1, "chưa có cột nào"),
        (
            "name = \" \"\n[[column]]\nfield = \"a\"\ntitles = [\"A\"]\nvalue = { kind = \"day\" }".to_owned(),
            1,
            "name để trống",
        ),
        (format!("{GOOD}{}", GOOD.split_once("[\"name\"]\n").unwrap().1), 8, "cột “name” có hai lần"),
        (GOOD.replace("key = [\"name\"]", "key = [\"area\"]"), 2, "key nêu “area”"),
        (GOOD.replace("kind = \"text\"", "kind = \"number\""), 6, "không có kind “number”; dùng text, count"),
        (GOOD.replace("[\"Tên\"]", "[]"), 4, "thiếu titles"),
        (GOOD.replace("[\"Tên\"]", "[\"(!)\"]"), 5, "không có chữ"),
        (GOOD.replace("\"text\"", "\"text\", digits = 5"), 6, "digits chỉ dùng cho kind = \"code\""),
        (column("{ kind = \"count\" }", "").replace("Cột", "TEN"), 9, "tiêu đề “TEN” đã dùng"),
        (column("{ kind = \"code\", digits = 0 }", ""), 10, "digits là số từ 1"),
        (column("{ kind = \"choice\" }", ""), 10, "thiếu words"),
        (
            column(
                "{ kind = \"choice\", words = [{ word = \"a\", said = [\"Đạt\"] }, { word = \"b\", said = [\"dat\"] }] }",
                "",
            ),
            10,
            "thuộc hai lựa chọn",
        ),
        (column("{ kind = \"choice\", words = [{ word = \"!\" }] }", ""), 10, "không có chữ"),
        (column("{ kind = \"mark\", marks = [{ word = \"a\", titles = [\"A\"] }] }", ""), 8, "không có titles"),
        (column("{ kind = \"mark\" }", "").replace("titles = [\"Cột\"]\n", ""), 9, "thiếu marks"),
        (column("{ kind = \"text\" }", "refuse = { words = [], vi = \"\", en = \"\" }"), 8, "refuse cần words"),
        (
            column("{ kind = \"text\" }", "refuse = { words = [\"-\"], vi = \"a\", en = \"b\" }"),
            11,
            "refuse: “-” không có chữ",
        ),
        (
            column("{ kind = \"unit_name\" }", "[[unit]]\nname = \"it\"\nas = \"x\"\nformer_as = \"x\""),
            11,
            "“x” nhận mã hai lần",
        ),
        (
            column(
                "{ kind = \"unit_name\" }",
                "[[unit]]\nname = \"it\"\nas = \"x\"\n[[unit]]\nname = \"it\"\nas = \"x\"",
            ),
            14,
            "“x” nhận mã hai lần",
        ),
        (column("{ kind = \"text\" }", "none = [\"*\"]"), 8, "none: “*” không có chữ"),
        (column("{ kind = \"text\" }", "surprise = 1"), 11, "không đọc được"),
        ("name = ".to_owned(), 1, "không đọc được"),
    ] {
        let problems = Map::read(&text).expect_err(&text);
        let found = problems.iter().find(|problem| problem.what.vi.contains(words));
        let found = found.unwrap_or_else(|| panic!("{words}: {problems:#?}"));
        assert_eq!(found.line, Some(line), "{words}: {problems:#?}");
        assert!(!found.what.en.is_empty());
    }
    assert!(Map::read(GOOD).is_ok());
}

#[test]
fn what_records_become_must_be_said_of_fields_that_can_say_it() {
    let columns = format!(
        "{GOOD}{}{}{}",
        "[[column]]\nfield = \"area\"\ntitles = [\"Khóm\"]\nvalue = { kind = \"unit_name\" }\n",
        "[[column]]\nfield = \"kind\"\ntitles = [\"Loại\"]\nvalue = { kind = \"choice\", words = [{ word = \"DN\" }] }\n",
        "[[unit]]\nname = \"area\"\nas = \"code\"\n",
    );
    let units = |rest: &str| format!("{columns}[into.units]\n{rest}");
    let answers = |rest: &str| format!("{columns}[into.answers]\nset = \"s\"\nunit = \"area\"\n{rest}");
    for (text, line, words) in [
        (units("name = \"kind\"\nkind = \"agency\""), 19, "name = \"kind\" không phải cột có kind unit_name, text"),
        (units("name = \"name\"\nkind = \"ward\""), 20, "không có loại đơn vị “ward”; dùng residential_area"),
        (units("name = \"name\""), 19, "cần kind, hoặc kind_field cùng kinds"),
        (units("name = \"name\"\nkind = \"agency\"\nbelow = \"name\""), 21, "cần một [[unit]] có name = \"name\""),
        (units("name = \"name\"\nkind = \"agency\"\ncode = \"lạ\""), 21, "không phải cột có kind code, text"),
        (
            units("name = \"name\"\nkind_field = \"kind\"\nkinds = { HTX = \"enterprise\" }"),
            20,
            "kinds nêu “HTX” nhưng cột “kind” không có từ đó",
        ),
        (answers("input = []"), 19, "chưa có input nào"),
        (answers("input = [{ key = \"a\", field = \"kind\" }]"), 21, "không phải cột có kind count, decimal, money"),
        (answers("input = [{ key = \"a\", field = \"kind\", words = { \"Trường\" = 1 } }]"), 21, "words nêu “Trường”"),
        (
            answers(
                "input = [{ key = \"a\", field = \"kind\", words = { DN = 1 } }, { key = \"a\", field = \"kind\", words = { DN = 0 } }]",
            ),
            21,
            "số liệu “a” có hai lần",
        ),
        (answers("input = []").replace("unit = \"area\"", "unit = \"kind\""), 20, "cần một [[unit]]"),
        (format!("{columns}[into]\n"), 18, "[into] cần đúng một"),
    ] {
        let problems = Map::read(&text).expect_err(&text);
        let found = problems.iter().find(|problem| problem.what.vi.contains(words));
        let found = found.unwrap_or_else(|| panic!("{words}: {problems:#?}"));
        assert_eq!(found.line, Some(line), "{words}: {problems:#?}");
    }
    let good = units("name = \"name\"\nkind_field = \"kind\"\nkinds = { DN = \"enterprise\" }\nbelow = \"area\"");
    assert!(matches!(map(&good).target, Some(Target::Units(_))));
    let good = answers("input = [{ key = \"a\", field = \"kind\", words = { DN = 1 } }]");
    assert!(matches!(map(&good).target, Some(Target::Answers(_))));
    assert_eq!(map(GOOD).target, None);
}

#[test]
fn all_mistakes_come_at_once() {
    let text =
        GOOD.replace("\"text\"", "\"txt\"").replace("[\"Tên\"]", "[]").replace("key = [\"name\"]", "key = [\"x\"]");
    assert_eq!(Map::read(&text).unwrap_err().len(), 3);
}
