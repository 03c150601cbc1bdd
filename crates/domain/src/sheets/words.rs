//! Words in cells: how they are cleaned and compared, choices, marks and codes.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::{
    FieldValue, both,
    fields::{Said, Wrong},
    map::Choice,
};
use crate::text::fold;

/// How titles and words are compared: no accents, no case, no spaces, no punctuation.
pub(super) fn key(text: &str) -> String {
    if text.is_ascii() {
        let letters = text.bytes().filter(u8::is_ascii_alphanumeric);
        return letters.map(|letter| char::from(letter.to_ascii_lowercase())).collect();
    }
    fold(&clean(text)).chars().filter(|letter| letter.is_alphanumeric()).collect()
}

/// Text without what nobody sees: characters of no width go, odd spaces become spaces, letters that only look like `Đ`
/// become it. Line breaks stay.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    let is_plain = |letter: char| letter == ' ' || letter == '\n' || letter.is_ascii_graphic();
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text.trim());
    }
    let text = text.replace("\r\n", "\n");
    let cleaned: String = match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => text.chars().filter_map(cleaned).collect(),
        _ => text.nfc().filter_map(cleaned).collect(),
    };
    Cow::Owned(cleaned.trim().to_owned())
}

fn cleaned(letter: char) -> Option<char> {
    match letter {
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' => None,
        '\u{d0}' | '\u{189}' => Some('Đ'),
        '\u{f0}' | '\u{256}' => Some('đ'),
        '\n' | '\r' | '\u{b}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        letter if letter.is_whitespace() => Some(' '),
        letter if letter.is_control() => None,
        letter => Some(letter),
    }
}

/// Whether a text could have this key, by its first letter; cheap enough to ask of every row.
pub(super) fn may_be(text: &str, key: &str) -> bool {
    let first = text.chars().find(|letter| letter.is_alphanumeric());
    first.is_some_and(|first| !first.is_ascii() || key.starts_with(first.to_ascii_lowercase()))
}

/// In one line with single spaces.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What stands outside brackets, and inside each. A bracket that nobody closed ends with the text.
pub(super) fn brackets(text: &str) -> (String, Vec<String>) {
    let mut pieces = text.split(['(', '[']);
    let mut outside = pieces.next().unwrap_or_default().to_owned();
    let mut inside = Vec::new();
    for piece in pieces {
        let (bracket, rest) = piece.split_once([')', ']']).unwrap_or((piece, ""));
        inside.push(bracket.trim().to_owned());
        outside.push_str(rest);
    }
    (outside.trim().to_owned(), inside)
}

/// Without what stands in brackets.
pub(super) fn without_brackets(text: &str) -> String {
    let mut depth = 0_usize;
    let outside = |letter: &char| {
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' if depth > 0 => {
                depth -= 1;
                return false;
            }
            _ => {}
        }
        depth == 0
    };
    text.chars().filter(outside).collect()
}

/// People draw a line or dots where nothing is to be said. It is not zero.
pub(super) fn says_nothing(text: &str) -> bool {
    text.chars().all(|letter| "-–—−_.… ".contains(letter))
}

/// A word of a choice, by what stands there, then without brackets, then by the first line alone.
pub(super) fn choice(text: &str, choices: &[Choice]) -> Result<Said, Wrong> {
    let find = |text: &str| {
        let key = key(text);
        choices.iter().find(|choice| choice.said.contains(&key)).map(|choice| FieldValue::Text(choice.word.clone()))
    };
    if let Some(word) = find(text) {
        return Ok(word.into());
    }
    let first_line = text.lines().next().unwrap_or_default();
    let shorter = [without_brackets(text), first_line.to_owned(), without_brackets(first_line)];
    if let Some((word, read)) = shorter.iter().find_map(|shorter| Some((find(shorter)?, shorter))) {
        let read = one_line(read);
        let vi = format!("chỉ đọc “{read}”; phần còn lại không được lưu");
        return Ok(Said::but(word, both(vi, format!("only “{read}” was read; the rest is not kept"))));
    }
    let known = choices.iter().map(|choice| choice.shown.as_str()).collect::<Vec<_>>().join(", ");
    Err(Wrong::expected(format!("một trong các từ: {known}"), format!("one of the words {known}")))
}

/// What counts as a mark. A font of symbols shows its letters as ticks.
pub(super) fn is_mark(text: &str, font: Option<&str>) -> bool {
    let is_symbols = font.is_some_and(|font| font.to_ascii_lowercase().starts_with("wingdings"));
    let signs: &[&str] = if is_symbols {
        &["ü", "þ", "x", "û", "ý"]
    } else {
        &["x", "×", "х", "✓", "✔", "☑", "☒", "✗", "✘", "√", "v"]
    };
    signs.contains(&text.trim().to_lowercase().as_str())
}

/// Digits that are no number: without the apostrophe that keeps them text, with the zeros that a number lost.
pub(super) fn code(text: &str, digits: Option<usize>, may_have_suffix: bool) -> Result<Said, Wrong> {
    let bare: String = text.chars().filter(|letter| !letter.is_whitespace() && !"'’‘`".contains(*letter)).collect();
    let (number, suffix) = match bare.split_once('-') {
        Some((number, suffix)) if may_have_suffix => (number, Some(suffix)),
        _ => (bare.as_str(), None),
    };
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let wrong = || match digits {
        Some(digits) => Wrong::expected(format!("mã gồm {digits} chữ số"), format!("a code of {digits} digits")),
        None => Wrong::expected("mã chỉ gồm chữ số", "a code of digits alone"),
    };
    if !all_digits(number) || !suffix.is_none_or(all_digits) {
        return Err(wrong());
    }
    let wanted = digits.unwrap_or(number.len());
    let short = number.trim_start_matches('0');
    if short.len() > wanted {
        return Err(wrong());
    }
    let full = if number.len() > wanted { &number[number.len() - wanted..] } else { number };
    let value = format!("{full:0>wanted$}{}", suffix.map(|suffix| format!("-{suffix}")).unwrap_or_default());
    if number.len() >= wanted {
        return Ok(FieldValue::Text(value).into());
    }
    let vi = format!("mất số 0 ở đầu; đọc là {value}");
    let en = format!("zeros at the front were lost; read as {value}");
    Ok(Said::but(FieldValue::Text(value), both(vi, en)))
}
