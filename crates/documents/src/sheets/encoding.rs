//! From bytes to letters. Combining tone marks stay as they are decoded. What is neither UTF-8 nor UTF-16 is
//! windows-1258 where its words read as Vietnamese, and windows-1252 elsewhere: TCVN3 and VNI are kept in such letters.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, WINDOWS_1258};

/// How much of a text is looked at to guess how it is written.
const SAMPLE_BYTES: usize = 4_096;
/// How much of it is looked at to tell languages apart: the head of a table may have no accents.
const WORDS_BYTES: usize = 1 << 20;

const VOWELS: &str = "aăâeêioôơuưy";
/// Vowels that windows-1258 has together with a tone; other tones are marks behind the vowel.
const TONED: &str = "àáèéíóùú";
const MARKS: &str = "\u{300}\u{301}\u{303}\u{309}\u{323}";

/// The text, and the name of its encoding.
pub(super) fn decode(bytes: &[u8]) -> (Cow<'_, str>, &'static str) {
    let (encoding, mark_bytes) = Encoding::for_bom(bytes).unwrap_or_else(|| (guess(bytes), 0));
    let (text, _) = encoding.decode_without_bom_handling(&bytes[mark_bytes..]);
    (text, encoding.name())
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    if let Some(encoding) = wide(bytes) {
        return encoding;
    }
    let is_utf_8 = match std::str::from_utf8(bytes) {
        Ok(_) => true,
        // A file that was cut off within a letter.
        Err(error) => error.error_len().is_none() && !bytes[..error.valid_up_to()].is_ascii(),
    };
    match declared(bytes) {
        Some(encoding) if encoding != UTF_8 => encoding,
        _ if is_utf_8 => UTF_8,
        _ if is_vietnamese(bytes) => WINDOWS_1258,
        _ => WINDOWS_1252,
    }
}

/// UTF-16 without a mark: spaces, digits and separators have a zero beside them, always on the same side.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let pairs = || bytes[..bytes.len().min(SAMPLE_BYTES)].chunks_exact(2);
    let firsts = pairs().filter(|pair| pair[0] == 0).count();
    let seconds = pairs().filter(|pair| pair[1] == 0).count();
    let (least, most) = (pairs().count() / 5, pairs().count() / 50);
    match (firsts, seconds) {
        (0, 0) => None,
        (firsts, seconds) if seconds > least && firsts <= most => Some(UTF_16LE),
        (firsts, seconds) if firsts > least && seconds <= most => Some(UTF_16BE),
        _ => None,
    }
}

/// What a page says about itself: `charset=…` among its first tags.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes[..bytes.len().min(SAMPLE_BYTES)].to_ascii_lowercase();
    if head.trim_ascii_start().first() != Some(&b'<') {
        return None;
    }
    let at = head.windows(8).position(|window| window == b"charset=")? + 8;
    let label = head[at..].trim_ascii_start();
    let label = label.strip_prefix(b"\"").or_else(|| label.strip_prefix(b"'")).unwrap_or(label);
    let end = label.iter().position(|byte| !byte.is_ascii_alphanumeric() && !b"-_:.".contains(byte));
    let encoding = Encoding::for_label(&label[..end.unwrap_or(label.len())])?;
    // A page whose tags can be read byte by byte is not written in pairs of bytes, whatever it says.
    Some(if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding })
}

/// Whether windows-1258 makes Vietnamese of it: more words that only Vietnamese has than words that it cannot have.
///
/// TCVN3 writes other letters with the same bytes, so that marks stand behind consonants, capitals and signs within
/// words. VNI writes a tone as a second vowel, which Vietnamese has nowhere. Western text has no marks at all.
fn is_vietnamese(bytes: &[u8]) -> bool {
    let (text, _) = WINDOWS_1258.decode_without_bom_handling(&bytes[..bytes.len().min(WORDS_BYTES)]);
    let (mut certain, mut impossible) = (0_usize, 0_usize);
    for word in text.split(|letter| !is_of_word(letter)).filter(|word| !word.is_ascii()) {
        if !may_be_syllable(word) {
            impossible += 1;
        } else if word.contains(|letter| letter == 'đ' || letter == 'Đ' || MARKS.contains(letter)) {
            certain += 1;
        }
    }
    certain > impossible
}

/// Letters, marks, and the signs that are letters of TCVN3.
fn is_of_word(letter: char) -> bool {
    letter.is_alphabetic() || MARKS.contains(letter) || matches!(letter, '\u{a1}'..='\u{ae}' | '\u{b5}'..='\u{be}')
}

/// Consonants, vowels, consonants, any of them or none; one tone at most, its mark behind a vowel; no capital with an
/// accent behind a small letter.
fn may_be_syllable(word: &str) -> bool {
    let (mut before, mut was_small) = (' ', false);
    let (mut vowels_ended, mut tones) = (false, 0);
    word.chars().all(|letter| {
        let small = letter.to_lowercase().next().unwrap_or(letter);
        let fits = if MARKS.contains(letter) {
            VOWELS.contains(before)
        } else if is_vowel(small) {
            !vowels_ended && (small.is_ascii() || may_follow(before, small))
        } else {
            vowels_ended |= is_vowel(before) || MARKS.contains(before);
            small.is_ascii() || small == 'đ'
        };
        let is_capital_within = was_small && letter.is_uppercase() && !letter.is_ascii();
        tones += usize::from(MARKS.contains(letter) || TONED.contains(small));
        (before, was_small) = (small, letter.is_lowercase());
        fits && !is_capital_within && tones <= 1
    })
}

fn is_vowel(letter: char) -> bool {
    VOWELS.contains(letter) || TONED.contains(letter)
}

/// Whether a vowel with an accent of its own stands behind such a letter.
fn may_follow(before: char, vowel: char) -> bool {
    match before {
        'i' => true,
        'u' => !"ùúư".contains(vowel),
        'o' => "ăàáèé".contains(vowel),
        'y' => vowel == 'ê',
        'ư' => vowel == 'ơ',
        before => !is_vowel(before) && !MARKS.contains(before),
    }
}
