//! Vietnamese text: one stored form, search without accents, order, and numbers as people write them.
//!
//! Nothing here rewrites what a person typed beyond [`nfc`]; what was typed for a font is [`legacy`]'s.

pub mod legacy;

use icu_collator::{
    Collator, CollatorBorrowed, CollatorPreferences,
    options::{AlternateHandling, CollatorOptions},
    preferences::CollationNumericOrdering,
};
use icu_locale_core::locale;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Unicode normal form C, outer white space removed: the form everything is stored in. U+0000 is no text and goes
/// too; PostgreSQL takes none.
pub fn nfc(text: &str) -> String {
    text.trim().chars().filter(|character| *character != '\0').nfc().collect()
}

/// [`nfc`] without what nobody sees and what turns the direction of reading round: for what is shown to the public and
/// printed on official papers. Lines stay.
pub fn plain(text: &str) -> String {
    let is_hidden = |sign: char| {
        sign != '\n' && sign.is_control()
            || matches!(
                sign,
                '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
                    | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}'
            )
    };
    nfc(&text
        .chars()
        .map(|sign| if sign == '\t' { ' ' } else { sign })
        .filter(|sign| !is_hidden(*sign))
        .collect::<String>())
}

/// The form searches compare: no marks, `đ` as `d`, lower case, single spaces.
pub fn fold(text: &str) -> String {
    let bare: String = text
        .nfd()
        .filter(|character| !is_combining_mark(*character) && *character != '\0')
        .map(|character| match character {
            'đ' | 'Đ' => 'd',
            other => other,
        })
        .flat_map(char::to_lowercase)
        .collect();
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The marks of the tones: grave, hook, tilde, acute, dot below.
pub(crate) const TONES: [char; 5] = ['\u{300}', '\u{309}', '\u{303}', '\u{301}', '\u{323}'];

/// The tones of a word, and its letters without them, decomposed.
pub(crate) fn tones_apart(word: &str) -> (Vec<char>, Vec<char>) {
    word.nfd().partition(|letter| TONES.contains(letter))
}

/// Leading words that say what kind of place it is; order and search look behind them.
const KINDS_OF_PLACE: [&str; 16] = [
    "Tỉnh",
    "Thành phố",
    "Quận",
    "Huyện",
    "Thị xã",
    "Thị trấn",
    "Phường",
    "Xã",
    "Đặc khu",
    "Khóm",
    "Ấp",
    "Khu phố",
    "TP",
    "TX",
    "TT",
    "Tổ dân phố",
];

/// The proper name of a place without its kind: `Thị trấn Châu Hưng` → `Châu Hưng`.
pub fn proper_name(name: &str) -> &str {
    for kind in KINDS_OF_PLACE {
        if let (Some(head), Some(rest)) = (name.get(..kind.len()), name.get(kind.len()..))
            && head.to_lowercase() == kind.to_lowercase()
            && rest.starts_with(' ')
        {
            return rest.trim_start();
        }
    }
    name
}

/// Orders names as a Vietnamese reader expects (CLDR `vi`, numbers by value); make it once, use it often.
pub struct Order(CollatorBorrowed<'static>);

impl Default for Order {
    fn default() -> Self {
        Self::new()
    }
}

impl Order {
    /// # Panics
    ///
    /// Never in practice: the Vietnamese data are compiled in.
    pub fn new() -> Self {
        let mut preferences: CollatorPreferences = locale!("vi").into();
        preferences.numeric_ordering = Some(CollationNumericOrdering::True);
        let mut options = CollatorOptions::default();
        options.alternate_handling = Some(AlternateHandling::NonIgnorable);
        Self(Collator::try_new(preferences, options).expect("compiled-in collation data for vi"))
    }

    /// A key whose byte order is the reading order: stored beside the name, sorted by the database.
    pub fn key(&self, name: &str) -> String {
        let mut bytes = Vec::new();
        let Ok(()) = self.0.write_sort_key_to(proper_name(name), &mut bytes);
        bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut hex, byte| {
            use std::fmt::Write as _;
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }
}

/// A whole number as `1.842`.
pub fn format_count(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    if value < 0 { format!("-{grouped}") } else { grouped }
}

/// Thousandths as a decimal with a comma and at least `places` digits: `87500` → `87,5`.
pub fn format_thousandths(value: i64, places: usize) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let whole = format_count((value.unsigned_abs() / 1000).try_into().unwrap_or(i64::MAX));
    let mut fraction = format!("{:03}", value.unsigned_abs() % 1000);
    while fraction.len() > places && fraction.ends_with('0') {
        fraction.pop();
    }
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole},{fraction}") }
}

/// A share in per cent with one digit behind the comma, cut and not rounded up, so that 99,96 %
/// never reads as 100 %. `None` when the whole is not positive.
pub fn format_share(part: i64, whole: i64) -> Option<String> {
    if whole <= 0 {
        return None;
    }
    let per_mille = i64::try_from(i128::from(part) * 1000 / i128::from(whole)).ok()?;
    Some(format!("{}%", format_thousandths(per_mille * 100, 0)))
}

/// Reads a count as officers type it: `1842`, `1.842`, `1 842`, `1,842` are equal. A comma or dot
/// that does not stand before groups of three digits is refused: counts have no fraction.
pub fn parse_count(text: &str) -> Option<i64> {
    let text = text.trim();
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let groups: Vec<&str> = digits.split(['.', ',', ' ', '\u{a0}', '\u{202f}']).collect();
    let all_digits = |group: &&str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit());
    if !groups.iter().all(all_digits) {
        return None;
    }
    let grouped_right = groups.len() == 1 || (groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3));
    if !grouped_right {
        return None;
    }
    groups.concat().parse::<i64>().ok().map(|value| sign * value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_needs_no_accents() {
        for (left, right) in
            [("Châu Hưng", "chau hung"), ("Đông Hải", "dong  hai"), ("hoà", "hòa"), ("Nguye\u{302}\u{303}n", "NGUYỄN")]
        {
            assert_eq!(fold(left), fold(right));
        }
        assert_eq!(nfc(" Nguye\u{302}\u{303}n "), "Nguyễn");
        assert_eq!((nfc("a\0b"), fold("A\0b")), ("ab".to_owned(), "ab".to_owned()));
    }

    #[test]
    fn names_stand_in_vietnamese_order() {
        let order = Order::new();
        let expected =
            ["An Trạch", "Ấp Bắc 1", "ba", "bà", "bả", "bã", "bá", "bạ", "Phường 2", "Phường 10", "Đông Hải"];
        let mut tones = expected[2..8].to_vec();
        tones.reverse();
        tones.sort_by_key(|name| order.key(name));
        assert_eq!(tones, expected[2..8]);
        assert!(order.key("Phường 2") < order.key("Phường 10"));
        assert!(order.key("Xã Định Thành") > order.key("Huyện Dương Minh Châu"));
        assert!(order.key("Xã An Trạch") < order.key("Phường Hộ Phòng"));
    }

    #[test]
    fn the_kind_of_place_is_not_its_name() {
        for (name, proper) in [
            ("Thị trấn Châu Hưng", "Châu Hưng"),
            ("THỊ TRẤN Ngan Dừa", "Ngan Dừa"),
            ("Phường 1", "1"),
            ("Xã", "Xã"),
            ("Xãng", "Xãng"),
            ("Vinatex", "Vinatex"),
        ] {
            assert_eq!(proper_name(name), proper);
        }
    }

    #[test]
    fn numbers_as_people_write_them() {
        for (text, value) in [
            ("1842", Some(1842)),
            ("1.842", Some(1842)),
            ("1 842", Some(1842)),
            ("1.234.567", Some(1_234_567)),
            (" 0 ", Some(0)),
            ("-3", Some(-3)),
            ("92,6", None),
            ("92.6", None),
            ("12.34.567", None),
            ("", None),
            ("một", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(parse_count(text), value, "{text:?}");
        }
        assert_eq!(format_count(1_234_567), "1.234.567");
        assert_eq!(format_thousandths(87_500, 1), "87,5");
        assert_eq!(format_thousandths(3_000, 1), "3,0");
        assert_eq!(format_thousandths(-250, 0), "-0,25");
        assert_eq!(format_share(2499, 2500).as_deref(), Some("99,9%"));
        assert_eq!(format_share(7, 7).as_deref(), Some("100%"));
        assert_eq!(format_share(1, 0), None);
    }
}
