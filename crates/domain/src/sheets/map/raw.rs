//! A map as its file has it, and every mistake in it.

mod into;

use std::{collections::BTreeSet, ops::Range};

use serde::Deserialize;
use toml::Spanned;

use super::{Choice, Column, Kind, Map, MarkWord, Refusal, Title};
use crate::{
    programmes::{Problem, Text, line_of, unreadable},
    sheets::{heading::ROWS_MAX, units::UnitRule, words::key},
};

/// No official code is longer.
const DIGITS_MAX: i64 = 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMap {
    name: Spanned<String>,
    #[serde(default)]
    tables: Vec<String>,
    heading: Option<Spanned<(usize, usize)>>,
    #[serde(default)]
    key: Vec<Spanned<String>>,
    #[serde(default)]
    check_totals: bool,
    #[serde(default)]
    column: Vec<RawColumn>,
    #[serde(default)]
    unit: Vec<Spanned<UnitRule>>,
    into: Option<Spanned<into::RawInto>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawColumn {
    field: Spanned<String>,
    #[serde(default)]
    titles: Vec<Spanned<String>>,
    value: RawValue,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    fill: bool,
    #[serde(default)]
    none: Vec<String>,
    refuse: Option<RawRefusal>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawValue {
    kind: Spanned<String>,
    first_line: Option<bool>,
    words: Option<Vec<RawChoice>>,
    marks: Option<Vec<RawMark>>,
    digits: Option<Spanned<i64>>,
    suffix: Option<bool>,
    bare: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawChoice {
    word: Spanned<String>,
    #[serde(default)]
    said: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMark {
    word: Spanned<String>,
    titles: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRefusal {
    words: Vec<Spanned<String>>,
    vi: String,
    en: String,
}

impl RawValue {
    /// The options that are set, each with the kind that has it.
    fn options(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        [
            (self.first_line.is_some(), "first_line", "text"),
            (self.words.is_some(), "words", "choice"),
            (self.marks.is_some(), "marks", "mark"),
            (self.digits.is_some(), "digits", "code"),
            (self.suffix.is_some(), "suffix", "code"),
            (self.bare.is_some(), "bare", "unit_name"),
        ]
        .into_iter()
        .filter(|(is_set, ..)| *is_set)
        .map(|(_, option, kind)| (option, kind))
    }
}

/// Reads a map, or names all its mistakes.
pub(super) fn read(text: &str) -> Result<Map, Vec<Problem>> {
    let raw: RawMap = toml::from_str(text).map_err(|error| vec![unreadable(text, &error)])?;
    let mut reader = Reader { text, problems: Vec::new(), titles: BTreeSet::new() };
    let map = reader.map(raw);
    if reader.problems.is_empty() { Ok(map) } else { Err(reader.problems) }
}

struct Reader<'a> {
    text: &'a str,
    problems: Vec<Problem>,
    /// The titles met so far, as they are compared.
    titles: BTreeSet<Vec<String>>,
}

impl Reader<'_> {
    fn complain(&mut self, place: &Range<usize>, vi: impl Into<String>, en: impl Into<String>) {
        let what = Text { vi: vi.into(), en: en.into() };
        self.problems.push(Problem { line: Some(line_of(self.text, place.start)), what });
    }

    fn map(&mut self, raw: RawMap) -> Map {
        let place = raw.name.span();
        if raw.name.get_ref().trim().is_empty() {
            self.complain(&place, "name để trống; đặt tên cho mẫu biểu", "the name is empty; name the form");
        }
        if raw.column.is_empty() {
            self.complain(&place, "chưa có cột nào; thêm [[column]]", "there is no column; add a [[column]]");
        }
        let mut fields = BTreeSet::new();
        for column in &raw.column {
            let field = column.field.get_ref();
            if field.trim().is_empty() {
                self.complain(&column.field.span(), "field để trống", "the field is empty");
            } else if !fields.insert(field.clone()) {
                let (vi, en) = (format!("cột “{field}” có hai lần"), format!("the column “{field}” stands twice"));
                self.complain(&column.field.span(), vi, en);
            }
        }
        for field in raw.key.iter().filter(|field| !fields.contains(field.get_ref())) {
            let name = field.get_ref();
            let vi = format!("key nêu “{name}” nhưng không có cột đó");
            self.complain(&field.span(), vi, format!("the key names “{name}”, but there is no such column"));
        }
        self.targets(&raw.unit);
        let target = raw.into.and_then(|into| self.target(&raw.column, &raw.unit, into));
        Map {
            target,
            name: raw.name.into_inner(),
            tables: raw.tables,
            heading: raw.heading.and_then(|heading| self.heading(&heading)),
            key: raw.key.into_iter().map(Spanned::into_inner).collect(),
            check_totals: raw.check_totals,
            units: raw.unit.into_iter().map(|rule| self.unit(&raw.column, rule)).collect(),
            columns: raw.column.into_iter().map(|column| self.column(column)).collect(),
        }
    }

    /// The first and the last row of a heading, which has not many.
    fn heading(&mut self, rows: &Spanned<(usize, usize)>) -> Option<(usize, usize)> {
        let (first, last) = *rows.get_ref();
        if first > 0 && (first..first + ROWS_MAX).contains(&last) {
            return Some((first, last));
        }
        let vi = format!("heading là [hàng đầu, hàng cuối], đếm từ 1, không quá {ROWS_MAX} hàng");
        let en = format!("heading is [first row, last row], counted from 1, at most {ROWS_MAX} rows");
        self.complain(&rows.span(), vi, en);
        None
    }

    /// No two codes of units may go into one field.
    fn targets(&mut self, rules: &[Spanned<UnitRule>]) {
        let mut taken = BTreeSet::new();
        for rule in rules {
            let (place, rule) = (rule.span(), rule.get_ref());
            for field in [&rule.as_field, &rule.former_as].into_iter().flatten() {
                if !taken.insert(field) {
                    let vi = format!("“{field}” nhận mã hai lần trong các [[unit]]; đặt tên khác");
                    let en = format!("“{field}” takes a code twice among the [[unit]]; name another");
                    self.complain(&place, vi, en);
                }
            }
        }
    }

    /// A rule names fields that there are, each of a kind that it can use, and fills none that says something else.
    fn unit(&mut self, columns: &[RawColumn], rule: Spanned<UnitRule>) -> UnitRule {
        let (place, rule) = (rule.span(), rule.into_inner());
        let kind = |field: &str| {
            let column = columns.iter().find(|column| column.field.get_ref() == field);
            column.map(|column| column.value.kind.get_ref().as_str())
        };
        for (option, field, kinds) in [
            ("name", Some(&rule.name), &["unit_name"][..]),
            ("within", rule.within.as_ref(), &["unit_name"]),
            ("code", rule.code.as_ref(), &["code"]),
            ("day", rule.day.as_ref(), &["day", "month"]),
        ] {
            let Some(field) = field.filter(|field| !kind(field).is_some_and(|kind| kinds.contains(&kind))) else {
                continue;
            };
            let kinds = kinds.join(", ");
            let vi = format!("{option} = \"{field}\" không phải cột có kind {kinds}");
            self.complain(&place, vi, format!("{option} = \"{field}\" is no column of the kind {kinds}"));
        }
        let may_be_filled = |field: &str| *field == *rule.name || rule.code.as_deref() == Some(field);
        for field in [&rule.as_field, &rule.former_as].into_iter().flatten() {
            if kind(field).is_some() && !may_be_filled(field) {
                let vi = format!("“{field}” là cột của bảng, mã đơn vị không ghi đè lên đó; đặt tên khác");
                let en =
                    format!("“{field}” is a column of the table, which no code of a unit may replace; name another");
                self.complain(&place, vi, en);
            }
        }
        rule
    }

    fn column(&mut self, raw: RawColumn) -> Column {
        let (place, is_mark) = (raw.field.span(), raw.value.kind.get_ref() == "mark");
        if is_mark && !raw.titles.is_empty() {
            let vi = "cột kind = \"mark\" không có titles; mỗi dấu trong marks có titles riêng";
            self.complain(&place, vi, "a column of marks has no titles; each of its marks has its own");
        }
        for word in raw.none.iter().filter(|word| key(word).is_empty()) {
            let vi = format!("none: “{word}” không có chữ; gạch ngang và dấu chấm vốn đã là để trống");
            let en = format!("none: “{word}” has no letters; dashes and dots mean nothing anyway");
            self.complain(&place, vi, en);
        }
        let titles = if is_mark { Vec::new() } else { self.titles(&place, &raw.titles) };
        Column {
            field: raw.field.get_ref().as_str().into(),
            titles,
            kind: self.kind(raw.value),
            required: raw.required,
            fill: raw.fill,
            none: raw.none.iter().map(|word| key(word)).collect(),
            refuse: raw.refuse.map(|refuse| self.refusal(&place, &refuse)),
        }
    }

    fn titles(&mut self, place: &Range<usize>, raw: &[Spanned<String>]) -> Vec<Title> {
        if raw.is_empty() {
            self.complain(place, "thiếu titles: chữ ở đầu cột", "titles are missing: the words above the column");
        }
        let mut titles = Vec::new();
        for written in raw {
            let text = written.get_ref();
            let Some(title) = Title::of(text) else {
                let (vi, en) = (format!("tiêu đề “{text}” không có chữ"), format!("the title “{text}” has no letters"));
                self.complain(&written.span(), vi, en);
                continue;
            };
            if !self.titles.insert(title.parts.clone()) {
                let vi = format!("tiêu đề “{text}” đã dùng ở trên (so không dấu); mỗi tiêu đề thuộc một cột");
                let en = format!("the title “{text}” is taken above (accents do not count); a title means one column");
                self.complain(&written.span(), vi, en);
            }
            titles.push(title);
        }
        titles
    }

    fn kind(&mut self, raw: RawValue) -> Kind {
        let (place, kind) = (raw.kind.span(), raw.kind.get_ref().clone());
        if !Kind::CODES.contains(&kind.as_str()) {
            let known = Kind::CODES.join(", ");
            let vi = format!("không có kind “{kind}”; dùng {known}");
            self.complain(&place, vi, format!("there is no kind “{kind}”; use {known}"));
            return Kind::Count;
        }
        for (option, owner) in raw.options().filter(|(_, owner)| *owner != kind) {
            let vi = format!("{option} chỉ dùng cho kind = \"{owner}\", không dùng cho “{kind}”");
            self.complain(&place, vi, format!("{option} is for kind = \"{owner}\" only, not for “{kind}”"));
        }
        match kind.as_str() {
            "text" => Kind::Text { first_line: raw.first_line.unwrap_or_default() },
            "decimal" => Kind::Decimal,
            "money" => Kind::Money,
            "day" => Kind::Day,
            "month" => Kind::Month,
            "mark" => Kind::Mark(self.marks(&place, raw.marks.unwrap_or_default())),
            "choice" => Kind::Choice(self.choices(&place, raw.words.unwrap_or_default())),
            "code" => Kind::Code { digits: self.digits(raw.digits), suffix: raw.suffix.unwrap_or_default() },
            "unit_name" => Kind::UnitName { bare: raw.bare },
            _ => Kind::Count,
        }
    }

    fn digits(&mut self, raw: Option<Spanned<i64>>) -> Option<usize> {
        let raw = raw?;
        let digits = Some(*raw.get_ref()).filter(|digits| (1..=DIGITS_MAX).contains(digits));
        if digits.is_none() {
            let (vi, en) =
                (format!("digits là số từ 1 đến {DIGITS_MAX}"), format!("digits is a number from 1 to {DIGITS_MAX}"));
            self.complain(&raw.span(), vi, en);
        }
        digits.and_then(|digits| usize::try_from(digits).ok())
    }

    fn marks(&mut self, place: &Range<usize>, raw: Vec<RawMark>) -> Vec<MarkWord> {
        if raw.is_empty() {
            let vi = "thiếu marks: mỗi cột đánh dấu một { word, titles }";
            self.complain(place, vi, "marks are missing: one { word, titles } for each column of marks");
        }
        let mark = |mark: RawMark| {
            let titles = self.titles(&mark.word.span(), &mark.titles);
            MarkWord { word: mark.word.into_inner(), titles }
        };
        raw.into_iter().map(mark).collect()
    }

    fn choices(&mut self, place: &Range<usize>, raw: Vec<RawChoice>) -> Vec<Choice> {
        if raw.is_empty() {
            let vi = "thiếu words: mỗi lựa chọn một { word, said }";
            self.complain(place, vi, "words are missing: one { word, said } for each choice");
        }
        let mut taken = BTreeSet::new();
        let mut choices = Vec::new();
        for choice in raw {
            let word = choice.word.get_ref().clone();
            let said: BTreeSet<String> =
                choice.said.iter().chain([&word]).map(|said| key(said)).filter(|said| !said.is_empty()).collect();
            for twice in said.iter().filter(|said| taken.contains(*said)) {
                let vi = format!("“{twice}” (so không dấu) thuộc hai lựa chọn; “{word}” là một");
                let en = format!("“{twice}” (accents do not count) means two choices; “{word}” is one");
                self.complain(&choice.word.span(), vi, en);
            }
            if said.is_empty() {
                self.complain(&choice.word.span(), "một lựa chọn không có chữ", "a choice has no letters");
            }
            taken.extend(said.iter().cloned());
            let shown = choice.said.first().unwrap_or(&word).clone();
            choices.push(Choice { word, said: said.into_iter().collect(), shown });
        }
        choices
    }

    fn refusal(&mut self, place: &Range<usize>, raw: &RawRefusal) -> Refusal {
        if raw.words.is_empty() || raw.vi.trim().is_empty() || raw.en.trim().is_empty() {
            let vi = "refuse cần words và lý do bằng hai thứ tiếng (vi, en)";
            self.complain(place, vi, "refuse needs words, and the reason in both languages (vi, en)");
        }
        for word in raw.words.iter().filter(|word| key(word.get_ref()).is_empty()) {
            let text = word.get_ref();
            let vi = format!("refuse: “{text}” không có chữ; ghi giá trị không nhận");
            self.complain(
                &word.span(),
                vi,
                format!("refuse: “{text}” has no letters; write the value that is refused"),
            );
        }
        let words = raw.words.iter().map(|word| key(word.get_ref())).collect();
        Refusal { words, why: Text { vi: raw.vi.clone(), en: raw.en.clone() } }
    }
}
