//! Numbers as people type them: dots and commas in every meaning, units behind, the letter O for zero.
//!
//! The dot parts thousands and the comma begins the fraction, as in Việt Nam. Where one of them stands once before
//! three digits and nothing else decides, that is what is taken, with a warning.

use super::{
    FieldValue, both,
    fields::{Said, Typed, Wrong},
};
use crate::{
    programmes::Text,
    text::{fold, parse_count},
};

/// Words that multiply: what the digits alone say would be wrong, and how exact they are nobody knows.
const MAGNITUDES: [&str; 14] =
    ["k", "m", "b", "tr", "ty", "ti", "trieu", "nghin", "ngan", "tram", "chuc", "van", "trd", "tyd"];
/// Words behind a number that say what is counted.
const UNITS: [&str; 28] = [
    "ho",
    "ho dan",
    "ho gia dinh",
    "nguoi",
    "nhan khau",
    "khau",
    "vu",
    "vu viec",
    "luot",
    "ap",
    "khom",
    "khu",
    "khu pho",
    "to",
    "xa",
    "phuong",
    "don vi",
    "co so",
    "truong",
    "hoc sinh",
    "lao dong",
    "can bo",
    "diem",
    "dong",
    "d",
    "₫",
    "vnd",
    "doi tuong",
];

/// A number taken apart.
struct Figure {
    is_negative: bool,
    /// By brackets, and not by a sign.
    in_brackets: bool,
    /// Digits, dots, commas and spaces.
    body: String,
    is_percent: bool,
    warnings: Vec<Text>,
}

impl Figure {
    fn said(self, value: FieldValue) -> Said {
        Said { value, warnings: self.warnings }
    }
}

/// A whole number of things.
pub(super) fn count(typed: Typed<'_>) -> Result<Said, Wrong> {
    let wrong = || Wrong::expected("số đếm không âm, ví dụ 1.250", "a count, not negative, such as 1.250");
    let negative = || wrong().because("số âm", "it is negative");
    match typed {
        Typed::Text(text) => {
            let figure = figure(text, &wrong)?;
            let has_odd_zero =
                figure.body.len() > 1 && figure.body.starts_with('0') && figure.body.contains(['.', ',']);
            let value = parse_count(&figure.body).filter(|_| !figure.is_percent && !has_odd_zero).ok_or_else(wrong)?;
            if figure.is_negative && value != 0 { Err(negative()) } else { Ok(figure.said(FieldValue::Whole(value))) }
        }
        Typed::Number(number) => match plain(number).and_then(|digits| digits.parse().ok()) {
            Some(value) if value >= 0 => Ok(FieldValue::Whole(value).into()),
            Some(_) => Err(negative()),
            None => Err(wrong()),
        },
        Typed::Time(_) => Err(wrong().because("đây là thời điểm", "it is a time")),
        Typed::Day(_) | Typed::Truth(_) => Err(wrong()),
    }
}

/// A number with a fraction; per cent come as they are written.
pub(super) fn decimal(typed: Typed<'_>) -> Result<Said, Wrong> {
    let wrong = || Wrong::expected("số thập phân, ví dụ 92,5", "a decimal such as 92,5");
    match typed {
        Typed::Text(text) => {
            let figure = figure(text, &wrong)?;
            let in_brackets = figure.in_brackets;
            let mut said = amount(figure, Fraction::Likely).ok_or_else(wrong)?;
            if in_brackets && said.value != FieldValue::Decimal("0".to_owned()) {
                let shown = said.value.to_string().replace('.', ",");
                let (vi, en) =
                    (format!("ngoặc đọc là dấu trừ: {shown}"), format!("brackets were read as a minus: {shown}"));
                said.warnings.push(both(vi, en));
            }
            Ok(said)
        }
        Typed::Number(number) => plain(number).map(|digits| FieldValue::Decimal(digits).into()).ok_or_else(wrong),
        Typed::Time(_) => Err(wrong().because("đây là thời điểm", "it is a time")),
        Typed::Day(_) | Typed::Truth(_) => Err(wrong()),
    }
}

/// An amount of đồng. Brackets are a minus, as in accounts.
pub(super) fn money(typed: Typed<'_>) -> Result<Said, Wrong> {
    let (vi, en) = ("số tiền bằng đồng, đủ chữ số, ví dụ 1.500.000", "an amount of đồng in full, such as 1.500.000");
    let wrong = || Wrong::expected(vi, en);
    match typed {
        Typed::Text(text) => {
            let figure = figure(text, &wrong)?;
            if figure.is_percent { Err(wrong()) } else { amount(figure, Fraction::Unlikely).ok_or_else(wrong) }
        }
        Typed::Number(number) => plain(number).map(|digits| FieldValue::Decimal(digits).into()).ok_or_else(wrong),
        Typed::Time(_) => Err(wrong().because("đây là thời điểm", "it is a time")),
        Typed::Day(_) | Typed::Truth(_) => Err(wrong()),
    }
}

/// Takes a number apart: a sign or brackets, digits, and a unit behind.
fn figure(text: &str, wrong: &dyn Fn() -> Wrong) -> Result<Figure, Wrong> {
    let text = text.trim();
    let in_brackets = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let text = in_brackets.unwrap_or(text).trim();
    let unsigned = text.strip_prefix(['-', '−', '–']);
    let (body, unit) = split_unit(unsigned.unwrap_or(text).trim_start_matches('+').trim());
    let (folded, mut warnings) = (fold(unit.trim_matches(['.', ' '])), Vec::new());
    if folded.split(|letter: char| !letter.is_alphabetic()).any(|word| MAGNITUDES.contains(&word)) {
        let (vi, en) = (format!("“{unit}” là bội số; ghi đủ chữ số"), format!("“{unit}” multiplies; write all digits"));
        return Err(wrong().because(vi, en));
    }
    let is_percent = folded == "%";
    let is_word = |word: &str| word.chars().all(|letter| letter.is_alphabetic() || " ./".contains(letter));
    if !folded.is_empty() && !is_percent && !UNITS.contains(&folded.as_str()) {
        if !is_word(&folded) || folded.split(' ').count() > 3 {
            return Err(wrong());
        }
        warnings.push(both(format!("bỏ qua chữ “{unit}” sau số"), format!("“{unit}” behind the number was left out")));
    }
    let body: String = body.chars().filter(|letter| !"'’".contains(*letter)).collect();
    let digits = body.replace(['o', 'O'], "0");
    if digits != body {
        let (vi, en) = (format!("chữ O đọc là số 0: {digits}"), format!("the letter O was read as zero: {digits}"));
        warnings.push(both(vi, en));
    }
    if !digits.contains(|letter: char| letter.is_ascii_digit()) {
        return Err(wrong());
    }
    let in_brackets = in_brackets.is_some();
    Ok(Figure { is_negative: in_brackets || unsigned.is_some(), in_brackets, body: digits, is_percent, warnings })
}

/// The digits with what parts them, and the unit behind. An `O` belongs to the digits unless it begins a word.
fn split_unit(text: &str) -> (&str, &str) {
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let begins_word = letters.peek().is_some_and(|(_, next)| next.is_alphabetic() && !"oO".contains(*next));
        let is_digit = letter.is_ascii_digit() || "., '’".contains(letter) || "oO".contains(letter) && !begins_word;
        if !is_digit {
            let (body, unit) = text.split_at(at);
            return (body.trim_end_matches([' ', '.', ',']), unit);
        }
    }
    (text.trim_end_matches([' ', '.', ',']), "")
}

/// How a single comma or dot before three digits is understood.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fraction {
    /// The comma begins a fraction, the dot parts thousands; both are doubtful.
    Likely,
    /// Nobody writes thousandths of a đồng: either parts thousands, and the comma is doubtful.
    Unlikely,
}

fn amount(mut figure: Figure, fraction: Fraction) -> Option<Said> {
    let (digits, is_doubtful) = separated(&figure.body, fraction)?;
    let digits = if figure.is_negative { format!("-{digits}") } else { digits };
    let digits = plain(&digits)?;
    if is_doubtful {
        let (body, shown) = (&figure.body, digits.replace('.', ","));
        let vi = format!("“{body}” có thể hiểu hai cách; đọc là {shown}");
        let en = format!("“{body}” can be read in two ways; read as {shown}");
        figure.warnings.push(both(vi, en));
    }
    Some(figure.said(FieldValue::Decimal(digits)))
}

/// Digits with a dot before the fraction, and whether another reading was as good.
fn separated(body: &str, fraction: Fraction) -> Option<(String, bool)> {
    let last = body.rfind(['.', ',']);
    let Some(at) = last else { return grouped(body).map(|digits| (digits, false)) };
    let (whole, tail) = (&body[..at], &body[at + 1..]);
    let separator = body[at..].chars().next()?;
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(tail) {
        return None;
    }
    if whole.contains(separator) {
        return grouped(body).map(|digits| (digits, false));
    }
    let (has_other, three) = (whole.contains(['.', ',', ' ']), tail.len() == 3);
    let with_fraction = || Some(format!("{}.{tail}", grouped(whole)?));
    if has_other || !three || whole == "0" || whole.len() > 3 {
        return with_fraction().map(|digits| (digits, false));
    }
    match (separator, fraction) {
        ('.', _) => grouped(body).map(|digits| (digits, fraction == Fraction::Likely)),
        (_, Fraction::Unlikely) => grouped(body).map(|digits| (digits, true)),
        (_, Fraction::Likely) => with_fraction().map(|digits| (digits, true)),
    }
}

/// Whole digits out of groups of three, parted by one kind of separator.
fn grouped(text: &str) -> Option<String> {
    let kinds = ['.', ',', ' '].iter().filter(|separator| text.contains(**separator)).count();
    let groups: Vec<&str> = text.split(['.', ',', ' ']).collect();
    let all_digits = groups.iter().all(|group| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit()));
    let (first, rest) = groups.split_first()?;
    let in_threes = rest.is_empty() || first.len() <= 3 && rest.iter().all(|group| group.len() == 3);
    (kinds <= 1 && all_digits && in_threes).then(|| groups.concat())
}

/// More digits than any figure of a commune has; beyond it lies what is made to hurt.
const DIGITS_MAX: usize = 40;

/// Decimal digits without an exponent and without zeros at their ends; none for what is no number.
pub(super) fn plain(number: &str) -> Option<String> {
    let (mantissa, exponent) = match number.trim().split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (number.trim(), 0),
    };
    let (is_negative, unsigned) = mantissa.strip_prefix('-').map_or((false, mantissa), |rest| (true, rest));
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = format!("{whole}{fraction}");
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || digits.len() > DIGITS_MAX || exponent.unsigned_abs() as usize > DIGITS_MAX {
        return None;
    }
    // Where the dot stands in the digits, counted from their start.
    let dot = i32::try_from(whole.len()).ok()? + exponent;
    let before = usize::try_from(-dot.min(0)).ok()?;
    let padded = format!("{}{digits}", "0".repeat(before));
    let dot = usize::try_from(dot.max(0)).ok()?;
    let padded = format!("{padded:0<dot$}");
    let (whole, fraction) = padded.split_at_checked(dot)?;
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    let whole = if whole.is_empty() { "0" } else { whole };
    let sign = if is_negative && (whole, fraction) != ("0", "") { "-" } else { "" };
    Some(if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}

/// Plain digits in thousandths, where they have no finer part.
pub(super) fn thousandths(plain: &str) -> Option<i64> {
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let digits = (fraction.len() <= 3).then(|| format!("{whole}{fraction:0<3}"))?;
    digits.parse().ok()
}
