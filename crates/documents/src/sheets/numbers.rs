//! Numbers as Excel shows them, and the days and times that some of them are. Knows number formats, no files.

use jiff::{ToSpan as _, civil::Date};

use super::Value;

/// What a number format makes of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Shown {
    #[default]
    Number,
    /// Hundredths, shown as so many of a hundred.
    Percent,
    Day,
    /// A time of day, with a day or without one.
    Time,
    /// Hours that go on after 24.
    Duration,
}

/// From which day a workbook counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Epoch {
    #[default]
    Y1900,
    Y1904,
}

const SECONDS_OF_DAY: i64 = 86_400;

/// The formats that need no code, by their number.
pub(super) fn built_in(format: u32) -> Shown {
    match format {
        9 | 10 => Shown::Percent,
        14..=17 | 27..=31 | 36 | 50..=54 | 57 | 58 => Shown::Day,
        18..=22 | 32..=35 | 45 | 47 | 55 | 56 => Shown::Time,
        46 => Shown::Duration,
        _ => Shown::Number,
    }
}

/// Reads the first section of a format's code: letters and signs outside quotes and brackets decide.
pub(super) fn by_code(code: &str) -> Shown {
    let mut letters = code.chars();
    let (mut day, mut time, mut percent) = (false, false, false);
    while let Some(letter) = letters.next() {
        match letter {
            '\\' | '_' | '*' => drop(letters.next()),
            '"' => drop(letters.by_ref().find(|letter| *letter == '"')),
            '[' => {
                let inside: String = letters.by_ref().take_while(|letter| *letter != ']').take(40).collect();
                if !inside.is_empty() && inside.chars().all(|letter| "hmsHMS".contains(letter)) {
                    return Shown::Duration;
                }
            }
            ';' => break,
            'd' | 'D' | 'y' | 'Y' | 'm' | 'M' => day = true,
            'h' | 'H' | 's' | 'S' => time = true,
            '%' => percent = true,
            _ => {}
        }
    }
    match () {
        () if time => Shown::Time,
        () if day => Shown::Day,
        () if percent => Shown::Percent,
        () => Shown::Number,
    }
}

/// A number as its format shows it.
pub(super) fn value(number: f64, shown: Shown, epoch: Epoch) -> Value {
    let in_words = match shown {
        Shown::Number => None,
        Shown::Percent => return digits(number * 100.0),
        Shown::Day => return day(number.floor(), epoch).unwrap_or_else(|| digits(number)),
        Shown::Time => time(number, epoch),
        Shown::Duration => duration(number),
    };
    in_words.unwrap_or_else(|| digits(number))
}

/// The fifteen digits that Excel shows of a number, without an exponent: `0.1 + 0.2` is 0.3.
pub(super) fn digits(number: f64) -> Value {
    let is_whole = number.abs() < 1e15 && number.fract() == 0.0;
    let rounded = if is_whole { number } else { format!("{number:.14e}").parse().unwrap_or(number) };
    if !rounded.is_finite() {
        return Value::Error("#NUM!".to_owned());
    }
    Value::Number(if rounded == 0.0 { "0".to_owned() } else { rounded.to_string() })
}

#[expect(clippy::cast_possible_truncation, reason = "the range is checked before")]
fn whole(number: f64) -> Option<i64> {
    (number.is_finite() && number.abs() < 1e9).then_some(number as i64)
}

fn date(serial: i64, epoch: Epoch) -> Option<Date> {
    let (first, days) = match epoch {
        Epoch::Y1904 => (Date::constant(1904, 1, 1), serial),
        // Excel believes that 29 February 1900 existed: day 60 is no day, and before it everything is one day off.
        Epoch::Y1900 if serial == 60 => return None,
        Epoch::Y1900 if serial < 60 => (Date::constant(1899, 12, 31), serial),
        Epoch::Y1900 => (Date::constant(1899, 12, 30), serial),
    };
    let exists = serial > 0 || (serial == 0 && epoch == Epoch::Y1904);
    first.checked_add(days.days()).ok().filter(|date| exists && date.year() <= 9999)
}

fn day(serial: f64, epoch: Epoch) -> Option<Value> {
    let serial = whole(serial)?;
    if serial == 60 && epoch == Epoch::Y1900 {
        return Some(Value::Text("1900-02-29".to_owned()));
    }
    date(serial, epoch).map(Value::Day)
}

fn time(number: f64, epoch: Epoch) -> Option<Value> {
    let seconds = long_seconds(number)?;
    let (serial, clock) = (seconds.div_euclid(SECONDS_OF_DAY), clock(seconds.rem_euclid(SECONDS_OF_DAY)));
    if (0.0..1.0).contains(&number) {
        return Some(Value::Time(clock));
    }
    let date = date(serial, epoch)?;
    Some(if seconds % SECONDS_OF_DAY == 0 { Value::Day(date) } else { Value::Time(format!("{date} {clock}")) })
}

fn duration(number: f64) -> Option<Value> {
    let seconds = long_seconds(number)?;
    let sign = if seconds < 0 { "-" } else { "" };
    let (hours, rest) = (seconds.abs() / 3_600, seconds.abs() % 3_600);
    Some(Value::Time(format!("{sign}{hours}:{:02}:{:02}", rest / 60, rest % 60)))
}

/// Seconds of a number of days that Excel can show.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked before")]
fn long_seconds(days: f64) -> Option<i64> {
    (days.is_finite() && days.abs() < 3_000_000.0).then_some((days * 86_400.0).round() as i64)
}

fn clock(seconds: i64) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds % 3_600 / 60, seconds % 60)
}
