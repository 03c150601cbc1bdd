//! What was written for a font instead of for Unicode: TCVN3 (`.VnTime`) and VNI (`VNI-Times`) as Vietnamese letters.
//!
//! Spreadsheets of those years hold such letters as ordinary characters (`Khãm` is `Khóm` in `.VnTime`). Text that says
//! by its own letters that it is Vietnamese in Unicode is left alone. Knows no cells and no files.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

use super::{TONES, tones_apart};

/// For what the characters of a text were chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Encoding {
    /// They are what they look like.
    Unicode,
    /// TCVN 5712:1993 VN3, one character a letter. Capitals with a tone are small letters in a font of capitals.
    Tcvn3,
    /// VNI for Windows, a letter and what stands on it as one or two characters.
    Vni,
}

impl Encoding {
    /// The word in reports.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unicode => "unicode",
            Self::Tcvn3 => "tcvn3",
            Self::Vni => "vni",
        }
    }
}

/// What the name of a font says; nothing where it is a font of Unicode.
pub fn of_font(name: &str) -> Option<Encoding> {
    let begins = |start: &str| name.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start));
    if begins(".vn") {
        Some(Encoding::Tcvn3)
    } else if begins("vni-") || begins("vni ") {
        Some(Encoding::Vni)
    } else {
        None
    }
}

/// The font shows small letters as capitals: `.VnTimeH`.
pub fn shows_capitals(font: &str) -> bool {
    of_font(font) == Some(Encoding::Tcvn3) && font.trim_end().ends_with(['H', 'h'])
}

/// The characters that TCVN3 gives another meaning; U+00AD, elsewhere a hyphen to be thrown away, is one of them.
const TCVN3_CODES: &str = "¡¢£¤¥¦§¨©ª«¬\u{ad}®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ";
/// Their meaning, in the same order.
const TCVN3_LETTERS: &str = "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ";
/// Marks that TCVN3 writes behind a vowel, in the order of [`TONES`].
const TCVN3_MARKS: &str = "°±²³´";

/// What VNI writes as one character.
const VNI_CODES: &str = "ÆÌÍÎÑÒÓÔÖæìíîñòóôö";
/// Its meaning, in the same order.
const VNI_LETTERS: &str = "ỈÌÍỴĐỊĨƠƯỉìíỵđịĩơư";
/// What VNI writes behind a vowel, the vowels it may stand behind, and the marks it means.
const VNI_MARKS: [(char, &str, &str); 17] = [
    ('ø', "aeouyôö", "\u{300}"),
    ('ù', "aeouyôö", "\u{301}"),
    ('û', "aeouyôö", "\u{309}"),
    ('õ', "aeouyôö", "\u{303}"),
    ('ï', "aeouyôö", "\u{323}"),
    ('â', "aeo", "\u{302}"),
    ('à', "aeo", "\u{302}\u{300}"),
    ('á', "aeo", "\u{302}\u{301}"),
    ('å', "aeo", "\u{302}\u{309}"),
    ('ã', "aeo", "\u{302}\u{303}"),
    ('ä', "aeo", "\u{302}\u{323}"),
    ('ê', "a", "\u{306}"),
    ('è', "a", "\u{306}\u{300}"),
    ('é', "a", "\u{306}\u{301}"),
    ('ú', "a", "\u{306}\u{309}"),
    ('ü', "a", "\u{306}\u{303}"),
    ('ë', "a", "\u{306}\u{323}"),
];

/// A text in Unicode, normal form C; `capitals` where its font [shows capitals](shows_capitals). What is Vietnamese in
/// Unicode by its own letters stays what it is, whatever the font.
pub fn decode(text: &str, encoding: Encoding, capitals: bool) -> String {
    if encoding == Encoding::Unicode || is_unicode_vietnamese(text) {
        return text.nfc().collect();
    }
    let decoded = match encoding {
        Encoding::Vni => from_vni(text),
        _ => from_tcvn3(text),
    };
    if capitals { decoded.to_uppercase() } else { decoded }
}

fn from_tcvn3(text: &str) -> String {
    let mut letters = String::with_capacity(text.len());
    for code in text.chars() {
        let mark = TCVN3_MARKS.chars().position(|mark| mark == code).and_then(|at| TONES.get(at));
        let meaning = match mark {
            Some(mark) if letters.ends_with(is_vowel) => *mark,
            _ => twin(code, TCVN3_CODES, TCVN3_LETTERS),
        };
        letters.push(meaning);
    }
    letters.nfc().collect()
}

fn from_vni(text: &str) -> String {
    let mut letters = String::with_capacity(text.len());
    let mut codes = text.chars().peekable();
    while let Some(code) = codes.next() {
        letters.push(twin(code, VNI_CODES, VNI_LETTERS));
        if let Some(marks) = codes.peek().and_then(|next| vni_marks(code, *next)) {
            letters.push_str(marks);
            codes.next();
        }
    }
    letters.nfc().collect()
}

fn vni_marks(vowel: char, mark: char) -> Option<&'static str> {
    let (vowel, mark) = (small(vowel), small(mark));
    let fits = VNI_MARKS.iter().find(|(code, vowels, _)| *code == mark && vowels.contains(vowel));
    fits.map(|(_, _, marks)| *marks)
}

/// The letter at the same place of the other list, or itself.
fn twin(code: char, codes: &str, letters: &str) -> char {
    if code.is_ascii() {
        return code;
    }
    codes.chars().zip(letters.chars()).find(|(known, _)| *known == code).map_or(code, |(_, letter)| letter)
}

fn small(letter: char) -> char {
    letter.to_lowercase().next().unwrap_or(letter)
}

fn is_vowel(letter: char) -> bool {
    "aăâeêioôơuưy".contains(small(letter))
}

/// Has a letter that Vietnamese has and that no character of the old encodings is.
pub fn is_unicode_vietnamese(text: &str) -> bool {
    text.chars().any(|letter| {
        matches!(letter, '\u{1ea0}'..='\u{1ef9}' | '\u{300}'..='\u{303}' | '\u{306}' | '\u{309}' | '\u{31b}' | '\u{323}')
            || "ĂăĐđĨĩŨũƠơƯư".contains(letter)
    })
}

/// So many words decide, however long the table is.
const WORDS_MAX: usize = 4_000;
/// So many more different words must be Vietnamese in an old encoding than are in Unicode.
const WORDS_MORE: usize = 3;

/// For what the texts of a table were written: the encoding in which most of their different words with letters
/// outside ASCII are Vietnamese syllables. Unicode where little speaks against it, and where the words are no
/// Vietnamese in any encoding, as French or Spanish ones are. Texts that are Vietnamese in Unicode have no vote: a few
/// stand in many an old table.
pub fn detect<'a>(texts: impl IntoIterator<Item = &'a str>) -> Encoding {
    let texts = texts.into_iter().filter(|text| !text.is_ascii() && !is_unicode_vietnamese(text));
    let words: BTreeSet<&str> = texts.flat_map(words).take(WORDS_MAX).collect();
    let plausible = |encoding| words.iter().filter(|word| is_syllable(&decode(word, encoding, false))).count();
    let in_unicode = plausible(Encoding::Unicode);
    let candidates = [Encoding::Tcvn3, Encoding::Vni].map(|encoding| (plausible(encoding), encoding));
    let (count, best) = candidates.into_iter().max_by_key(|(count, _)| *count).unwrap_or((0, Encoding::Unicode));
    let is_most = count * 5 >= words.len() * 3;
    if is_most && count >= in_unicode + WORDS_MORE { best } else { Encoding::Unicode }
}

/// Words of two characters or more with one outside ASCII. All of U+00A1 to U+00FF may be letters here.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |letter: char| letter.is_ascii_alphabetic() || ('\u{a1}'..='\u{ff}').contains(&letter);
    let words = text.split(move |letter| !is_part(letter));
    words.filter(|word| !word.is_ascii() && word.chars().nth(1).is_some())
}

/// Whether every word with letters outside ASCII is a Vietnamese syllable, and there is one.
pub(crate) fn is_plausible(text: &str) -> bool {
    let mut words = text.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_ascii()).peekable();
    words.peek().is_some() && words.all(is_syllable)
}

const ONSETS: [&str; 29] = [
    "", "b", "c", "ch", "d", "đ", "g", "gh", "gi", "h", "k", "kh", "l", "m", "n", "ng", "ngh", "nh", "p", "ph", "qu",
    "r", "s", "t", "th", "tr", "v", "x", "q",
];

/// What may follow the consonants of a syllable, without tones.
const RIMES: &str = "a ai ao au ay ac ach am an ang anh ap at ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây \
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu \
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong \
    op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uc ui um un ung up ut uân uâng uât uây uê uêch uên uênh uôc \
    uôi uôm uôn uông uôt uơ uy uya uyên uyêt uych uyn uynh uyt uyu ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương \
    ươp ươt ươu y yên yêm yêng yêt yêu yn ynh yt ych";

/// Could be a word of Vietnamese: a consonant or none, a rime, one tone at most, and after a stop one of the two tones
/// that go with it.
fn is_syllable(word: &str) -> bool {
    let (tones, rest) = tones_apart(word);
    let bare: String = rest.into_iter().nfc().flat_map(char::to_lowercase).collect();
    let is_stopped = ["c", "ch", "p", "t"].iter().any(|stop| bare.ends_with(stop));
    let fits = match tones.as_slice() {
        [] => !is_stopped,
        [tone] => !is_stopped || ['\u{301}', '\u{323}'].contains(tone),
        _ => false,
    };
    let is_rime = |rest: &str| RIMES.split_whitespace().any(|rime| rime == rest);
    fits && ONSETS.iter().any(|onset| bare.strip_prefix(onset).is_some_and(is_rime))
}
