//! One cell as one field: which kind of value reads it, and what comes of it.

use jiff::civil::Date;

use super::{FieldValue, both, days, map::Kind, numbers, places, words};
use crate::{calendar::format_day, programmes::Text};

/// A cell with something in it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Typed<'a> {
    /// Cleaned text.
    Text(&'a str),
    /// Decimal digits.
    Number(&'a str),
    Day(Date),
    /// A day with a time, or a time, in words.
    Time(&'a str),
    Truth(bool),
}

/// A value, and what should be looked at in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) value: FieldValue,
    pub(super) warnings: Vec<Text>,
}

impl Said {
    pub(super) fn but(value: FieldValue, warning: Text) -> Self {
        Self { value, warnings: vec![warning] }
    }
}

impl From<FieldValue> for Said {
    fn from(value: FieldValue) -> Self {
        Self { value, warnings: Vec::new() }
    }
}

/// No value: what was expected, and where it helps, what is wrong.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) expected: Text,
    pub(super) reason: Option<Text>,
}

impl Wrong {
    pub(super) fn expected(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self { expected: both(vi, en), reason: None }
    }

    pub(super) fn because(self, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self { reason: Some(both(vi, en)), ..self }
    }

    /// All of it as a sentence about what was found.
    pub(super) fn sentence(&self, found: &str) -> Text {
        let reason = |text: Option<&String>| text.map(|reason| format!(": {reason}")).unwrap_or_default();
        let (vi, en) = (reason(self.reason.as_ref().map(|it| &it.vi)), reason(self.reason.as_ref().map(|it| &it.en)));
        both(
            format!("“{found}” không đọc được{vi}; cần {}", self.expected.vi),
            format!("“{found}” cannot be read{en}; expected is {}", self.expected.en),
        )
    }
}

/// What a cell says as a value of a kind. Marks stand in several cells and are read elsewhere.
pub(super) fn read(kind: &Kind, typed: Typed<'_>) -> Result<Said, Wrong> {
    match (kind, typed) {
        (_, Typed::Text(text)) if words::says_nothing(text) => Ok(FieldValue::Null.into()),
        (Kind::Code { .. } | Kind::UnitName { .. } | Kind::Choice(_) | Kind::Mark(_), Typed::Time(_)) => {
            Err(expectation(kind).because("đây là thời điểm", "it is a time"))
        }
        (Kind::Count, typed) => numbers::count(typed),
        (Kind::Decimal, typed) => numbers::decimal(typed),
        (Kind::Money, typed) => numbers::money(typed),
        (Kind::Day, typed) => days::day(typed),
        (Kind::Month, typed) => days::month(typed),
        (Kind::Code { digits, suffix }, Typed::Text(text)) => words::code(text, *digits, *suffix),
        (Kind::Code { digits, .. }, Typed::Number(number)) => {
            let plain = numbers::plain(number).unwrap_or_else(|| number.to_owned());
            words::code(&plain, *digits, false)
        }
        (Kind::Code { .. }, _) => Err(Wrong::expected("mã gồm chữ số", "a code of digits")),
        (Kind::UnitName { bare }, Typed::Text(text)) => places::read(text, bare.as_deref()),
        (Kind::UnitName { bare }, Typed::Number(number)) => places::read(number, bare.as_deref()),
        (Kind::UnitName { .. }, _) => Err(Wrong::expected("tên đơn vị, ví dụ Phường 1", "a name such as Phường 1")),
        (Kind::Text { .. } | Kind::Choice(_) | Kind::Mark(_), typed) => {
            let text = shown(typed);
            match kind {
                Kind::Choice(choices) => words::choice(&text, choices),
                Kind::Text { first_line: true } => {
                    Ok(FieldValue::Text(words::one_line(text.lines().next().unwrap_or_default())).into())
                }
                _ => Ok(FieldValue::Text(words::one_line(&text)).into()),
            }
        }
    }
}

/// As people see it.
pub(super) fn shown(typed: Typed<'_>) -> String {
    match typed {
        Typed::Text(text) | Typed::Time(text) => text.to_owned(),
        Typed::Number(number) => numbers::plain(number).unwrap_or_else(|| number.to_owned()),
        Typed::Day(day) => format_day(day),
        Typed::Truth(truth) => if truth { "TRUE" } else { "FALSE" }.to_owned(),
    }
}

/// What a kind of value expects, for cells that hold none.
pub(super) fn expectation(kind: &Kind) -> Wrong {
    let (vi, en) = match kind {
        Kind::Text { .. } => ("chữ", "text"),
        Kind::Count => ("số đếm", "a count"),
        Kind::Decimal => ("số thập phân", "a decimal"),
        Kind::Money => ("số tiền bằng đồng", "an amount of đồng"),
        Kind::Day => ("một ngày", "a day"),
        Kind::Month => ("một tháng", "a month"),
        Kind::Mark(_) => ("dấu x ở một cột", "a mark x in one column"),
        Kind::Choice(_) => ("một từ trong danh sách", "a word of the list"),
        Kind::Code { .. } => ("mã", "a code"),
        Kind::UnitName { .. } => ("tên đơn vị", "the name of a place"),
    };
    Wrong::expected(vi, en)
}
