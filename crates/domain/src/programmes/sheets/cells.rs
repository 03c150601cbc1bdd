//! One cell to one value of a pack: what Excel made of it is taken back where only one reading is possible, and
//! refused where there are two.

use jiff::civil::Date;

use super::{Cell, Holds, kinds::Bounds, layout::KINDS};
use crate::{
    programmes::{Text, write::quoted},
    text::{fold, nfc, parse_count},
};

/// A value as TOML writes it, none for an empty cell, or what is expected.
pub(super) type Read = Result<Option<String>, Text>;

fn wanted<T>(vi: impl Into<String>, en: impl Into<String>) -> Result<T, Text> {
    Err(Text { vi: vi.into(), en: en.into() })
}

/// Reads a cell as its column has it.
pub(super) fn read(holds: Holds, cell: &Cell, bounds: Bounds) -> Read {
    if cell.is_blank() {
        return Ok(None);
    }
    if let Cell::Unreadable(_) = cell {
        return wanted(
            "ô này không có giá trị đọc được; gõ lại giá trị",
            "the cell holds no value that can be read; type the value",
        );
    }
    match holds {
        Holds::Remark => Ok(None),
        Holds::Text => single_line(cell),
        Holds::Sentences => Ok(Some(quoted(&words(cell)?))),
        Holds::Ids => list(cell, |_| true, ""),
        Holds::Kinds => list(cell, |word| KINDS.contains(&word), &KINDS.join(", ")),
        Holds::Word(known) => one_of(cell, known),
        Holds::Yes => yes(cell),
        Holds::Count => count(cell).map(|count| Some(count.to_string())),
        Holds::Points => points(cell).map(Some),
        Holds::Total => total(cell).map(Some),
        Holds::Share => share(cell, bounds == Bounds::Changes),
        Holds::Bound if matches!(bounds, Bounds::Shares | Bounds::Changes) => share(cell, bounds == Bounds::Changes),
        Holds::Bound => count(cell).map(|count| Some(count.to_string())),
        Holds::DayMonth => day_month(cell),
        Holds::Day => day(cell).map(|day| Some(day.to_string())),
        Holds::Numbers => pairs(cell, LISTED, |value| parse_count(value).map(|count| count.to_string())),
        Holds::Outcomes => pairs(cell, LISTED, |word| {
            let known = ["met", "unmet", "no_data", "not_applicable"];
            known.contains(&word).then(|| quoted(word))
        }),
        Holds::Sayings => pairs(cell, &['\n'], |said| (!said.is_empty()).then(|| quoted(said))),
        Holds::Settings => pairs(cell, LISTED, |value| match parse_count(value) {
            Some(count) => Some(count.to_string()),
            None => (!value.is_empty()).then(|| quoted(value)),
        }),
    }
}

/// Text in its stored form. A number stays what it is where it is whole; a day was something else before.
pub(super) fn words(cell: &Cell) -> Result<String, Text> {
    let text = match cell {
        Cell::Text(text) => nfc(&text.replace("\r\n", "\n").replace('\r', "\n")),
        Cell::Number(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.clone(),
        Cell::Empty => String::new(),
        _ => {
            return wanted(
                "cần văn bản; Excel đã đổi nội dung thành số hoặc ngày: định dạng ô là Text rồi gõ lại",
                "text is expected; Excel made a number or a date of it: format the cell as Text and type it again",
            );
        }
    };
    let forbidden = text.chars().find(|letter| letter.is_control() && !matches!(letter, '\n' | '\t'));
    match forbidden {
        Some(letter) => wanted(
            format!("ký tự điều khiển U+{:04X} không được phép", u32::from(letter)),
            format!("the control character U+{:04X} is not allowed", u32::from(letter)),
        ),
        None => Ok(text),
    }
}

fn single_line(cell: &Cell) -> Read {
    let text = words(cell)?;
    if text.contains('\n') {
        return wanted("cần một dòng", "one line is expected");
    }
    Ok(Some(quoted(&text)))
}

fn list(cell: &Cell, known: impl Fn(&str) -> bool, all: &str) -> Read {
    let text = words(cell)?.to_lowercase();
    let found: Vec<&str> =
        text.split(|letter: char| ",;".contains(letter) || letter.is_whitespace()).filter(|w| !w.is_empty()).collect();
    if found.is_empty() {
        return Ok(None);
    }
    if let Some(stranger) = found.iter().find(|word| !known(word)) {
        return wanted(
            format!("“{stranger}” không dùng được; dùng {all}, cách nhau bằng dấu phẩy"),
            format!("`{stranger}` is not known; use {all}, separated by commas"),
        );
    }
    Ok(Some(format!("[{}]", found.into_iter().map(quoted).collect::<Vec<_>>().join(", "))))
}

fn one_of(cell: &Cell, known: &[&str]) -> Read {
    let word = words(cell).unwrap_or_default().to_lowercase();
    if known.contains(&word.as_str()) {
        return Ok(Some(quoted(&word)));
    }
    let all = known.join(", ");
    wanted(format!("dùng một trong: {all}"), format!("use one of: {all}"))
}

fn yes(cell: &Cell) -> Read {
    let truth = match cell {
        Cell::Truth(truth) => Some(*truth),
        Cell::Text(text) | Cell::Number(text) => match fold(text).as_str() {
            "co" | "yes" | "true" | "x" | "1" => Some(true),
            "khong" | "no" | "false" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    };
    match truth {
        Some(truth) => Ok(truth.then(|| "true".to_owned())),
        None => wanted("dùng “có” hoặc “không”", "use `có` (yes) or `không` (no)"),
    }
}

fn count(cell: &Cell) -> Result<i64, Text> {
    let read = match cell {
        Cell::Text(text) => parse_count(text),
        Cell::Number(digits) => digits.parse().ok(),
        _ => None,
    };
    match read.filter(|count| *count >= 0) {
        Some(count) => Ok(count),
        None => wanted("cần số nguyên từ 0, ví dụ 12", "a whole number from 0 up is expected, like 12"),
    }
}

/// `3`, `2.5`; as text `2,5` as well. Three digits behind a mark may be thousands: that is refused in a text.
fn points(cell: &Cell) -> Result<String, Text> {
    let read = match cell {
        Cell::Number(digits) => decimal(digits, 3),
        Cell::Text(text) => {
            let text = text.trim().replace(',', ".");
            let below_one = text.starts_with("0.");
            decimal(&text, if below_one { 3 } else { 2 })
        }
        _ => None,
    };
    let Some(read) = read else {
        return wanted(
            "cần số điểm có nhiều nhất 3 chữ số thập phân, ví dụ 3 hoặc 2,5; ô định dạng Number",
            "points with at most 3 decimals are expected, like 3 or 2.5, in a cell formatted as Number",
        );
    };
    Ok(if read.contains('.') { quoted(&read) } else { read })
}

/// Digits with at most so many behind the point, without what adds nothing.
fn decimal(text: &str, places: usize) -> Option<String> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 15 || !digits(whole) || !digits(fraction) || fraction.len() > places {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let fraction = fraction.trim_end_matches('0');
    Some(if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") })
}

/// The points of a case, which stay as they are written.
fn total(cell: &Cell) -> Result<String, Text> {
    let text = match cell {
        Cell::Text(text) => text.trim().replace(',', "."),
        Cell::Number(digits) => digits.clone(),
        _ => String::new(),
    };
    if decimal(&text, 3).is_none() {
        return wanted("cần tổng điểm, ví dụ 96 hoặc 95,5", "points are expected, like 96 or 95.5");
    }
    let whole = text.parse::<i64>().is_ok_and(|whole| whole.to_string() == text);
    Ok(if whole { text } else { quoted(&text) })
}

/// `70/100`, `70 %`; a number between 0 and 1 as Excel keeps a percentage.
fn share(cell: &Cell, more_than_one: bool) -> Read {
    let read = match cell {
        Cell::Text(text) => share_text(text),
        Cell::Number(digits) if digits == "0" => Some((0, 100)),
        Cell::Number(digits) if digits.starts_with("0.") => per_cent(digits, 1),
        Cell::Number(_) => {
            return wanted(
                "số này có thể là phần trăm hoặc phần nguyên; viết tỷ lệ dạng 70/100 trong ô định dạng Text",
                "this number may be per cent or a whole; write a share like 70/100 in a cell formatted as Text",
            );
        }
        Cell::Date(_) => {
            return wanted(
                "Excel đã đổi tỷ lệ thành ngày; định dạng ô là Text rồi viết lại dạng 70/100",
                "Excel made a date of the share; format the cell as Text and write it again, like 70/100",
            );
        }
        _ => None,
    };
    match read {
        Some((part, whole)) if part <= whole || more_than_one => Ok(Some(quoted(&format!("{part}/{whole}")))),
        Some(_) => wanted("tỷ lệ không quá 1, ví dụ 70/100", "a share is at most 1, like 70/100"),
        None => wanted("viết tỷ lệ dạng 70/100 hoặc 70%", "write a share like 70/100 or 70%"),
    }
}

fn share_text(text: &str) -> Option<(i64, i64)> {
    let text = text.trim();
    if let Some(percentage) = text.strip_suffix('%') {
        return per_cent(&percentage.trim().replace(',', "."), 100);
    }
    let (part, whole) = text.split_once('/')?;
    let (part, whole): (i64, i64) = (part.trim().parse().ok()?, whole.trim().parse().ok()?);
    (part >= 0 && whole > 0).then_some((part, whole))
}

/// A decimal over `of` as a share of a hundred, or of as many more as its digits need.
fn per_cent(digits: &str, of: i64) -> Option<(i64, i64)> {
    let exact = decimal(digits, 6)?;
    let (whole, fraction) = exact.split_once('.').unwrap_or((&exact, ""));
    let places = u32::try_from(fraction.len()).ok()?;
    let (mut part, mut all) = (format!("{whole}{fraction}").parse::<i64>().ok()?, of.checked_mul(10i64.pow(places))?);
    while all < 100 {
        (part, all) = (part * 10, all * 10);
    }
    Some((part, all))
}

/// `15/11`. A date that Excel made of it is taken back where day and month cannot have changed places.
fn day_month(cell: &Cell) -> Read {
    match cell {
        Cell::Text(text) => {
            let read = text.trim().split_once('/').and_then(|(day, month)| {
                let (day, month): (i8, i8) = (day.trim().parse().ok()?, month.trim().parse().ok()?);
                Date::new(2024, month, day).ok()
            });
            if let Some(day) = read {
                return Ok(Some(quoted(&format!("{:02}/{:02}", day.day(), day.month()))));
            }
        }
        Cell::Date(day) if day.day() > 12 || day.day() == day.month() => {
            return Ok(Some(quoted(&format!("{:02}/{:02}", day.day(), day.month()))));
        }
        Cell::Date(day) => {
            let (a, b) = (day.day(), day.month());
            return wanted(
                format!(
                    "Excel đã đổi thành ngày, có thể là {a:02}/{b:02} hoặc {b:02}/{a:02}; định dạng ô là Text rồi gõ lại"
                ),
                format!(
                    "Excel made a date of it that may be {a:02}/{b:02} or {b:02}/{a:02}; format the cell as Text and type it again"
                ),
            );
        }
        _ => {}
    }
    wanted("cần ngày/tháng, ví dụ 15/11, trong ô định dạng Text", "day/month is expected, like 15/11, in a Text cell")
}

/// A real date, `2024-01-31`, or `31/01/2024` with the day first.
fn day(cell: &Cell) -> Result<Date, Text> {
    let read = match cell {
        Cell::Date(day) => Some(*day),
        Cell::Text(text) => {
            let text = text.trim();
            text.parse().ok().filter(|_| text.len() == 10).or_else(|| {
                let mut parts = text.split('/').map(str::trim);
                let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
                let whole = parts.next().is_none() && year.len() == 4;
                whole.then(|| Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()).flatten()
            })
        }
        _ => None,
    };
    match read.filter(|day| (1..=9999).contains(&day.year())) {
        Some(day) => Ok(day),
        None => wanted(
            "cần một ngày dạng 2024-01-31 hoặc 31/01/2024",
            "a day is expected, like 2024-01-31 or 31/01/2024 (day first)",
        ),
    }
}

/// What may stand between pairs of which no value holds it.
const LISTED: &[char] = &['\n', ';'];

/// `key = value` lines as an inline table.
fn pairs(cell: &Cell, between: &[char], value: impl Fn(&str) -> Option<String>) -> Read {
    let text = words(cell)?;
    let mut found: Vec<(&str, String)> = Vec::new();
    for line in text.split(between).map(str::trim).filter(|line| !line.is_empty()) {
        let read = line.split_once('=').map(|(key, word)| (key.trim(), value(word.trim())));
        let Some((key, Some(word))) = read else {
            return wanted(
                format!("“{line}”: mỗi dòng một cặp, số liệu: c04.total = 25, kết quả: c04 = met, unmet hoặc no_data"),
                format!(
                    "`{line}`: one pair a line is expected; a figure: c04.total = 25, an outcome: c04 = met, unmet or no_data"
                ),
            );
        };
        if found.iter().any(|(known, _)| *known == key) {
            return wanted(format!("“{key}” bị trùng"), format!("`{key}` stands twice"));
        }
        found.push((key, word));
    }
    let entries: Vec<String> = found.into_iter().map(|(key, word)| format!("{} = {word}", quoted(key))).collect();
    Ok(Some(format!("{{ {} }}", entries.join(", "))))
}
