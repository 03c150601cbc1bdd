//! Texts and dates on their way onto paper: what is let through, and how dates are written.
//!
//! Does not know any paper.

use jiff::civil::Date;
use typst::foundations::{IntoValue as _, Value};

use crate::RenderError;

/// An invisible place where a line may break.
const BREAK_HERE: char = '\u{200B}';

/// How much room a text has. A run of letters longer than the room takes is cut into pieces that
/// fit at every letter's width; Vietnamese syllables, up to seven letters, never are.
#[derive(Debug, Clone, Copy)]
enum Room {
    /// The width of a page.
    Page,
    /// A wide column of a table.
    Column,
    /// A column for a word or a figure.
    Narrow,
}

impl Room {
    /// Longest run that stays whole, and the length of the pieces of longer ones, in letters.
    fn limits(self) -> (usize, usize) {
        match self {
            Self::Page => (24, 8),
            Self::Column => (14, 8),
            Self::Narrow => (8, 3),
        }
    }
}

/// A text for lines as wide as the page.
pub(crate) fn line(field: &'static str, text: &str) -> Result<Value, RenderError> {
    Ok(breakable(&clean(field, text)?, Room::Page).into_value())
}

/// A text for a wide column.
pub(crate) fn column(field: &'static str, text: &str) -> Result<Value, RenderError> {
    Ok(breakable(&clean(field, text)?, Room::Column).into_value())
}

/// A word or a figure for a narrow column.
pub(crate) fn narrow(field: &'static str, text: &str) -> Result<Value, RenderError> {
    Ok(breakable(&clean(field, text)?, Room::Narrow).into_value())
}

/// A text that people copy from the paper, without invisible characters: a code, an address.
pub(crate) fn verbatim(field: &'static str, text: &str) -> Result<Value, RenderError> {
    Ok(clean(field, text)?.into_value())
}

/// A text that may be absent: `none` in the template when it is or holds nothing but space.
pub(crate) fn optional(field: &'static str, text: Option<&str>) -> Result<Value, RenderError> {
    match text.filter(|text| !text.trim().is_empty()) {
        Some(text) => line(field, text),
        None => Ok(Value::None),
    }
}

/// The text with single spaces, or a refusal of what has no place on an official paper.
///
/// Characters that change the direction of what follows are refused since a paper must read the
/// same way for everyone: they can make `12/2023` look like `3202/21`.
pub(crate) fn clean(field: &'static str, text: &str) -> Result<String, RenderError> {
    let mut cleaned = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if let Some(wrong) = word.chars().find(|character| is_forbidden(*character)) {
            return Err(RenderError::ForbiddenCharacter { field, code: u32::from(wrong) });
        }
        if !cleaned.is_empty() {
            cleaned.push(' ');
        }
        cleaned.push_str(word);
    }
    Ok(cleaned)
}

fn is_forbidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// The text with places to break in every run that is too long for its room.
fn breakable(text: &str, room: Room) -> String {
    let (longest_run, piece) = room.limits();
    let mut words =
        text.split(' ').map(|word| if letters(word) > longest_run { in_pieces(word, piece) } else { word.to_owned() });
    let first = words.next().unwrap_or_default();
    words.fold(first, |text, word| text + " " + &word)
}

/// How many letters a word has; a mark belongs to its letter.
fn letters(word: &str) -> usize {
    word.chars().filter(|character| !is_combining_mark(*character)).count()
}

fn in_pieces(word: &str, piece: usize) -> String {
    let mut pieces = String::with_capacity(word.len() * 2);
    let mut in_piece = 0;
    for character in word.chars() {
        if !is_combining_mark(character) {
            if in_piece == piece {
                pieces.push(BREAK_HERE);
                in_piece = 0;
            }
            in_piece += 1;
        }
        pieces.push(character);
    }
    pieces
}

fn is_combining_mark(character: char) -> bool {
    matches!(character, '\u{0300}'..='\u{036F}')
}

/// `ngày 05 tháng 12 năm 2023`: days below ten and the months one and two are padded (Nghị định
/// 30/2020/NĐ-CP, annex I), so that no digit can be put in front.
pub(crate) fn official_date(date: Date) -> String {
    let (day, month, year) = (date.day(), date.month(), date.year());
    if month < 3 {
        format!("ngày {day:02} tháng {month:02} năm {year}")
    } else {
        format!("ngày {day:02} tháng {month} năm {year}")
    }
}

/// `Bạc Liêu, ngày 05 tháng 12 năm 2023`; without a date the clerk finds room to write it.
pub(crate) fn place_and_date(place: &str, date: Option<Date>) -> Result<Value, RenderError> {
    let place = clean("place", place)?;
    let date = date.map_or_else(|| "ngày …… tháng …… năm ………".to_owned(), official_date);
    Ok(breakable(&format!("{place}, {date}"), Room::Page).into_value())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn dates_are_padded_as_the_decree_says() {
        assert_eq!(official_date(date(2023, 12, 5)), "ngày 05 tháng 12 năm 2023");
        assert_eq!(official_date(date(2026, 2, 28)), "ngày 28 tháng 02 năm 2026");
        assert_eq!(official_date(date(2026, 3, 1)), "ngày 01 tháng 3 năm 2026");
    }

    #[test]
    fn what_hides_or_reverses_is_refused() {
        for wrong in ["a\0b", "\u{7}", "12\u{202E}34", "\u{2066}x", "x\u{200F}", "\u{FEFF}x"] {
            assert!(
                matches!(clean("note", wrong), Err(RenderError::ForbiddenCharacter { field: "note", .. })),
                "{wrong:?}"
            );
        }
        assert_eq!(clean("note", "  một\n hai\u{A0}\tba ").as_deref(), Ok("một hai ba"));
    }

    #[test]
    fn only_runs_that_are_too_long_are_cut() {
        assert_eq!(breakable("khuynh nghiêng", Room::Narrow), "khuynh nghiêng");
        assert_eq!(breakable("12345678 123456789", Room::Narrow), "12345678 123\u{200B}456\u{200B}789");
        let marked = "12e\u{301}\u{323}456789";
        assert_eq!(breakable(marked, Room::Narrow), "12e\u{301}\u{323}\u{200B}456\u{200B}789");
    }

    #[test]
    fn what_is_copied_from_the_paper_holds_nothing_invisible() {
        let address = "baclieu.example/portal/certificates/7KQ2-M9XA-4TBC-5";
        assert_eq!(verbatim("check_place", address), Ok(address.into_value()));
    }
}
