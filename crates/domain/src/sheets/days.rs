//! Days and months as people write them.
//!
//! A year of two digits lies between 1950 and 2049; of a month alone it needs a word before it, as `05/11` may be a day.
//! A number is a day of a workbook that counts from 1900; those that count from 1904 are put right before.

use jiff::{ToSpan as _, civil::Date};

use super::{
    FieldValue, both,
    fields::{Said, Typed, Wrong},
    numbers::plain,
};
use crate::{calendar::format_day, text::fold};

/// Two digits from here on mean the last century.
const PIVOT: i16 = 50;
/// Numbers that can only be days, from 1954 to 2119; smaller ones could be anything.
const SERIALS: std::ops::RangeInclusive<i32> = 20_000..=80_000;

/// Days from the start of counting from 1900 to that from 1904.
const EPOCHS_APART: i32 = 1_462;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A day.
pub(super) fn day(typed: Typed<'_>) -> Result<Said, Wrong> {
    let wrong = || Wrong::expected("một ngày, ví dụ 05/11/2023", "a day such as 05/11/2023");
    let found = match typed {
        Typed::Day(day) => return Ok(FieldValue::Day(day).into()),
        // A time of day alone names no day.
        Typed::Text(text) | Typed::Time(text) => day_of(text),
        Typed::Number(number) => serial(number).map(|day| (day, true)),
        Typed::Truth(_) => None,
    };
    let (day, was_serial) = found.ok_or_else(wrong)?;
    if !was_serial {
        return Ok(FieldValue::Day(day).into());
    }
    let shown = format_day(day);
    let (vi, en) =
        (format!("ngày ở dạng số sê-ri của Excel, đọc là {shown}"), format!("a day number of Excel, read as {shown}"));
    Ok(Said::but(FieldValue::Day(day), both(vi, en)))
}

/// A month; a day means its month where it is the first.
pub(super) fn month(typed: Typed<'_>) -> Result<Said, Wrong> {
    let wrong = || Wrong::expected("một tháng, ví dụ 7/2025", "a month such as 7/2025");
    let first_of_month = |day: Date| (day.day() == 1).then(|| (day.year(), day.month()));
    let found = match typed {
        Typed::Day(day) => first_of_month(day),
        Typed::Time(_) => return Err(wrong().because("đây là thời điểm", "it is a time")),
        Typed::Truth(_) => None,
        Typed::Text(text) | Typed::Number(text) => {
            month_of(text).or_else(|| day_of(text).and_then(|(day, _)| first_of_month(day)))
        }
    };
    let (year, month) = found.ok_or_else(wrong)?;
    Ok(FieldValue::Month { year, month }.into())
}

/// A day and whether it was a number.
fn day_of(text: &str) -> Option<(Date, bool)> {
    let parts = parts(text);
    let words: Vec<&str> = parts.iter().map(String::as_str).collect();
    let day = match words.as_slice() {
        [number] if number.len() == 5 => return serial(number).map(|day| (day, true)),
        [year, month, day] if is_full_year(year) => date(year, month, day),
        [day, month, year] => date(year, month, day),
        _ => None,
    };
    day.map(|day| (day, false))
}

fn month_of(text: &str) -> Option<(i16, i8)> {
    let parts = parts(text);
    let words: Vec<&str> = parts.iter().map(String::as_str).collect();
    let (year, month) = match words.as_slice() {
        [year, month] if is_full_year(year) => (year, month),
        [month, year] if is_full_year(year) || is_named(text, month) => (year, month),
        _ => return None,
    };
    // A first day that exists proves both.
    date(year, month, "1").map(|day| (day.year(), day.month()))
}

/// Whether a month has its name or the word for it, and so is no day.
fn is_named(text: &str, month: &str) -> bool {
    let folded = fold(text);
    named(month).is_some() || folded.starts_with("thang") || folded.starts_with("thg")
}

fn is_full_year(word: &str) -> bool {
    word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// The numbers and names of months, without the words around them and without a time of day.
fn parts(text: &str) -> Vec<String> {
    let folded = fold(text);
    let without_time = match folded.find(':') {
        Some(at) => folded.get(..at).and_then(|head| head.rsplit_once([' ', 't'])).map_or("", |(day, _)| day),
        None => folded.as_str(),
    };
    let words = without_time.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let words = words.filter(|word| !["ngay", "thang", "thg", "nam", "t"].contains(word));
    let unprefixed = |word: &str| {
        let number = ["thang", "thg", "t"].iter().find_map(|prefix| word.strip_prefix(prefix));
        number.filter(|rest| rest.bytes().all(|byte| byte.is_ascii_digit())).unwrap_or(word).to_owned()
    };
    words.map(unprefixed).collect()
}

fn date(year: &str, month: &str, day: &str) -> Option<Date> {
    let is_number = |text: &str, digits: usize| text.len() <= digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(day, 2) {
        return None;
    }
    let month = if is_number(month, 2) { month.parse().ok()? } else { named(month)? };
    let number: i16 = year.parse().ok().filter(|_| is_number(year, 4))?;
    let year = match year.len() {
        4 if (1900..2200).contains(&number) => number,
        2 if number < PIVOT => number + 2000,
        2 => number + 1900,
        _ => return None,
    };
    Date::new(year, month, day.parse().ok()?).ok()
}

/// `Jul` or `July`: workbooks in English show months so.
fn named(word: &str) -> Option<i8> {
    let at = MONTHS.iter().position(|month| word.starts_with(month))?;
    i8::try_from(at + 1).ok()
}

/// The day of a workbook's number; a time of day behind it is left out.
fn serial(number: &str) -> Option<Date> {
    let digits = plain(number)?;
    let whole: i32 = digits.split('.').next()?.parse().ok()?;
    let days = SERIALS.contains(&whole).then_some(whole)?;
    Date::new(1899, 12, 30).ok()?.checked_add(days.days()).ok()
}

/// The number that a workbook counting from 1900 has for a day that this one counts from 1904.
pub(super) fn from_1904(number: &str) -> Option<String> {
    let digits = plain(number)?;
    let whole: i32 = digits.split('.').next()?.parse().ok()?;
    let since_1900 = whole.checked_add(EPOCHS_APART)?;
    SERIALS.contains(&since_1900).then(|| since_1900.to_string())
}
