//! Names of places as communes write them: kinds in full, numbers of wards in digits, and what stands in brackets as
//! what the place was before or lies in.
//!
//! Knows no register: which unit is meant is for who has one.

use unicode_normalization::UnicodeNormalization;

use super::{
    FieldValue, both,
    fields::{Said, Wrong},
    words::{brackets, one_line},
};
use crate::text::{TONES, fold};

/// A place by its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// With its kind in full: `Phường 1`.
    pub name: String,
    /// What it lies in, the nearest first, where the cell says it: `Phường 7 (TP Bạc Liêu)`.
    pub within: Vec<String>,
    /// What it was or lay in before, the nearest first, where the cell says it: `Phường Bạc Liêu (Phường 1 cũ)`.
    pub former: Vec<String>,
}

/// Kinds of places, small, with their abbreviations; those that are numbered may have Roman numbers.
const KINDS: [(&str, &[&str], bool); 17] = [
    ("thành phố", &["tp"], false),
    ("thị xã", &["tx"], false),
    ("thị trấn", &["tt"], false),
    ("tỉnh", &["t"], false),
    ("quận", &["q"], true),
    ("huyện", &["h"], false),
    ("phường", &["p", "ph"], true),
    ("xã", &["x"], false),
    ("đặc khu", &["đk"], false),
    ("khóm", &["k"], true),
    ("ấp", &[], true),
    ("khu phố", &["kp"], true),
    ("tổ dân phố", &["tdp"], true),
    ("khu dân cư", &["kdc"], true),
    ("khu vực", &["kv"], true),
    ("thôn", &[], true),
    ("khu", &[], true),
];

const ROMAN: [&str; 20] = [
    "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII",
    "XVIII", "XIX", "XX",
];

/// No name with its brackets is longer, in characters.
const NAME_CHARS: usize = 300;

/// Reads what names a place. `bare` is the kind of one that names none.
pub(super) fn read(text: &str, bare: Option<&str>) -> Result<Said, Wrong> {
    let text = one_line(text);
    let wrong = || Wrong::expected("tên đơn vị, ví dụ Phường 1", "the name of a place such as Phường 1");
    if text.chars().count() > NAME_CHARS {
        return Err(
            wrong().because(format!("dài quá {NAME_CHARS} ký tự"), format!("longer than {NAME_CHARS} characters"))
        );
    }
    let (outside, brackets) = brackets(&text);
    // `Ấp Chợ Cũ` is a name; in capitals nobody knows.
    let is_capital = !text.chars().any(char::is_lowercase);
    let is_unsure = is_capital && strip_end(&outside, "cũ").is_some();
    let (outside, is_old) = without_old(&outside, !is_capital);
    let mut parts = parts(outside).into_iter();
    let mut place = Place::default();
    let mut unread: Vec<&str> = Vec::new();
    let first = parts.next().unwrap_or_default();
    for part in parts {
        match named(part) {
            Some(name) => place.within.push(name),
            None => unread.push(part),
        }
    }
    place.name = name(first);
    if place.name.is_empty() {
        return Err(wrong());
    }
    let mut was_itself = is_old;
    for bracket in &brackets {
        let (inside, is_old) = without_old_inside(bracket);
        was_itself |= is_old && inside.is_empty();
        for part in self::parts(inside) {
            match named(part) {
                _ if is_old => place.former.push(name(part)),
                Some(name) => place.within.push(name),
                None => unread.push(part),
            }
        }
    }
    if was_itself {
        place.former.insert(0, place.name.clone());
    }
    let mut warnings = Vec::new();
    if is_unsure {
        let name = &place.name;
        let vi = format!("không rõ “cũ” thuộc tên hay chỉ đơn vị cũ; đọc là tên {name}");
        warnings.push(both(vi, format!("“cũ” may be of the name or mean a former unit; read as the name {name}")));
    }
    if !unread.is_empty() {
        let unread = unread.join("; ");
        let vi = format!("phần “{unread}” không phải địa danh, không được lưu");
        warnings.push(both(vi, format!("“{unread}” names no place and is not kept")));
    }
    if let Some(kind) = bare.filter(|_| kind_of(first).is_none()) {
        place.name = format!("{kind} {}", place.name);
        let name = &place.name;
        let vi = format!("không ghi loại đơn vị; đọc là {name}");
        warnings.push(both(vi, format!("no kind of place is written; read as {name}")));
    }
    Ok(Said { value: FieldValue::Place(place), warnings })
}

/// Without the words that say it was before, and whether they stood there; without `thuộc`. `cũ` may be of the name
/// itself, so outside brackets it counts in small letters at the end alone, and only where it may at all.
fn without_old(text: &str, may_be_old: bool) -> (&str, bool) {
    let (rest, is_old) = without_words(text, &["trước đây là", "trước đây", "nguyên là", "tên cũ"]);
    let small = rest.strip_suffix("cũ").filter(|head| may_be_old && head.ends_with(' ') && !is_old);
    (small.map_or(rest, |head| head.trim_matches([' ', ':', ','])), is_old || small.is_some())
}

/// The same inside brackets, where it counts however it is written.
fn without_old_inside(text: &str) -> (&str, bool) {
    without_words(text, &["trước đây là", "trước đây", "nguyên là", "tên cũ", "cũ"])
}

fn without_words<'a>(text: &'a str, words: &[&str]) -> (&'a str, bool) {
    let mut rest = text.trim();
    let mut is_old = false;
    for word in words {
        if let Some(head) = strip_end(rest, word).or_else(|| strip_start(rest, word)) {
            (rest, is_old) = (head.trim_matches([' ', ':', ',']), true);
        }
    }
    (strip_start(rest, "thuộc").unwrap_or(rest), is_old)
}

/// Without a word or words at the start, in any case.
fn strip_start<'a>(text: &'a str, words: &str) -> Option<&'a str> {
    let first = text.chars().next()?;
    if !first.to_lowercase().eq(words.chars().take(1)) {
        return None;
    }
    let (head, rest) = text.split_at_checked(words.len())?;
    let ends = rest.chars().next().is_none_or(|next| !next.is_alphanumeric());
    (ends && head.to_lowercase() == words).then(|| rest.trim_start_matches([' ', ':']))
}

fn strip_end<'a>(text: &'a str, words: &str) -> Option<&'a str> {
    let (head, tail) = text.split_at_checked(text.len().checked_sub(words.len())?)?;
    let begins = head.chars().next_back().is_none_or(|last| !last.is_alphanumeric());
    (begins && tail.to_lowercase() == words).then(|| head.trim_end())
}

/// The names that commas part, and a dash before another kind of place: `Phường 1 - TP Bạc Liêu`.
fn parts(text: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = Vec::new();
    for part in text.split([',', ';']) {
        let dashed = [" - ", " – "].iter().find_map(|dash| part.split_once(dash));
        match dashed.filter(|(_, rest)| kind_of(rest).is_some()) {
            Some((first, rest)) => parts.extend([first, rest]),
            None => parts.push(part),
        }
    }
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// A name that says its kind; `khu vực biên giới` is a remark and none.
fn named(text: &str) -> Option<String> {
    let is_remark =
        |(kind, _, rest): &(&str, bool, &str)| kind.starts_with("khu") && rest.starts_with(char::is_lowercase);
    kind_of(text).filter(|kind| !is_remark(kind)).map(|_| name(text))
}

/// A name in the form of the register.
fn name(text: &str) -> String {
    let text = text.trim();
    let has = |of_case: fn(char) -> bool| text.chars().any(of_case);
    let is_one_case = !has(char::is_lowercase) || !has(char::is_uppercase);
    let Some((kind, is_numbered, rest)) = kind_of(text) else {
        return tones_first(&if is_one_case { capitalised(text) } else { text.to_owned() });
    };
    // After an abbreviation in capitals the name alone says in which case it is.
    let is_small = !rest.chars().any(char::is_uppercase);
    let rest = if is_one_case || is_small { capitalised(rest) } else { rest.to_owned() };
    let is_number = rest.bytes().all(|byte| byte.is_ascii_digit());
    let roman = ROMAN.iter().position(|roman| roman.eq_ignore_ascii_case(&rest)).filter(|_| is_numbered);
    let rest = match roman {
        Some(at) => (at + 1).to_string(),
        None if is_number && rest.len() > 1 => rest.trim_start_matches('0').to_owned(),
        None => tones_first(&rest),
    };
    let kind: String = kind.chars().take(1).flat_map(char::to_uppercase).chain(kind.chars().skip(1)).collect();
    format!("{kind} {rest}")
}

/// The kind that a name begins with, in full or abbreviated, whether it is numbered, and the name behind it. A single
/// letter needs its dot, or a number behind it.
fn kind_of(text: &str) -> Option<(&'static str, bool, &str)> {
    let text = text.trim();
    let in_full = |(kind, _, is_numbered): &(&'static str, &[&str], bool)| {
        let rest = strip_start(text, kind)?.trim_start_matches('.').trim();
        (!rest.is_empty()).then_some((*kind, *is_numbered, rest))
    };
    KINDS.iter().find_map(in_full).or_else(|| abbreviated(text))
}

fn abbreviated(text: &str) -> Option<(&'static str, bool, &str)> {
    let at = text.find(|letter: char| !letter.is_alphabetic())?;
    let (short, rest) = text.split_at(at);
    let ends = rest.chars().next()?;
    let (mut short, mut rest) = (short.to_lowercase(), rest.trim_start_matches('.').trim_start());
    let is_long = short.chars().count() > 1;
    // `T.T`, `T.P.`, `T.X`: the second letter belongs to the first, if a word follows.
    let second = rest.split_once([' ', '.']).filter(|(second, _)| ends == '.' && second.chars().count() == 1);
    if let Some((second, behind)) = second.filter(|(second, _)| short == "t" && "tpx".contains(&fold(second))) {
        short.push_str(&fold(second));
        rest = behind.trim_start_matches([' ', '.']);
    }
    let (kind, _, is_numbered) = KINDS.iter().find(|(_, shorts, _)| shorts.contains(&short.as_str()))?;
    let is_said = ends == '.' || *is_numbered && ends.is_ascii_digit() || is_long && ends == ' ';
    (is_said && !rest.is_empty()).then_some((*kind, *is_numbered, rest))
}

/// Every word with a capital and the rest small.
fn capitalised(text: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
        format!("{first}{}", letters.as_str().to_lowercase())
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// `Hoà` and `Hòa` are one name; the register writes the tone on the first vowel.
fn tones_first(text: &str) -> String {
    text.split(' ').map(tone_first).collect::<Vec<_>>().join(" ")
}

fn tone_first(word: &str) -> String {
    let mut letters: Vec<char> = word.nfd().collect();
    let before = letters.len().checked_sub(4).and_then(|at| letters.get(at)).copied();
    let start = letters.len().saturating_sub(3);
    if let Some([first, second, tone]) = letters.get_mut(start..)
        && TONES.contains(tone)
    {
        let pair = [*first, *second].map(|letter| letter.to_ascii_lowercase());
        let is_open = matches!(pair, ['o', 'a' | 'e'] | ['u', 'y']);
        if is_open && !before.is_some_and(|letter| "qQ".contains(letter)) {
            (*second, *tone) = (*tone, *second);
        }
    }
    letters.into_iter().nfc().collect()
}
