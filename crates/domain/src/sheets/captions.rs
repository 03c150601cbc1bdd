//! Texts by which a row is known as none of the data: totals, and what is signed below a table.

use super::words::{key, may_be, without_brackets};
use crate::text::fold;

/// Words of a row of totals, as they are compared where they stand alone.
const TOTALS: [&str; 6] = ["cong", "tong", "tongso", "tongcong", "congchung", "congtoan"];
/// With what a row of totals begins where more follows, in small letters.
const TOTALS_BEGIN: [&[&str]; 6] =
    [&["tổng", "cộng"], &["tổng", "số"], &["cộng", "toàn"], &["cộng", "chung"], &["tổng"], &["cộng"]];
/// What may follow, as it is compared: kinds of places, and what is counted or parted.
const SUMMED: [&str; 25] = [
    "xa", "phuong", "tinh", "huyen", "quan", "khom", "ap", "thon", "to", "khu", "so", "ho", "cac", "toan", "chung",
    "ca", "luy", "don", "trang", "muc", "phan", "nhom", "cum", "dot", "va",
];
/// Whole places, which are totals without any word for it: `Toàn xã`.
const PLACES: [&str; 8] = ["xa", "phuong", "tinh", "huyen", "quan", "khom", "ap", "thon"];
/// What is signed below a table begins so.
const SIGNATURES: [&str; 15] = [
    "nguoilap",
    "ketoan",
    "thutruong",
    "kyghiro",
    "kyten",
    "noinhan",
    "truongcongan",
    "chutich",
    "phochutich",
    "giamdoc",
    "hieutruong",
    "truongphong",
    "tmuyban",
    "tmubnd",
    "xacnhancua",
];
/// A place before the date of a signature has not more words: `TP. Bạc Liêu`.
const PLACE_WORDS: usize = 5;

/// Whether a text says that its row sums up others. `Tổng công ty` and `Cộng Hòa` do not.
pub(super) fn is_total(text: &str) -> bool {
    if !["cong", "tong", "toan"].iter().any(|word| may_be(text, word)) {
        return false;
    }
    let text = without_brackets(text).to_lowercase();
    let text = text.split(':').next().unwrap_or_default();
    let said = key(text);
    if TOTALS.contains(&said.as_str()) {
        return true;
    }
    if !["cong", "tong", "toan"].iter().any(|word| said.starts_with(word)) {
        return false;
    }
    let words: Vec<&str> = words(text).collect();
    // With accents or with none; `Cống số 1` is a name.
    let same = |(word, of): (&&str, &&str)| word == of || **word == fold(of);
    let begun = TOTALS_BEGIN.iter().find_map(|begin| {
        let (head, rest) = words.split_at_checked(begin.len())?;
        head.iter().zip(*begin).all(same).then_some(rest)
    });
    let whole_place = words.split_first().filter(|(first, _)| ["toàn", "toan"].contains(first)).map(|(_, rest)| rest);
    let is_number = |word: &str| {
        word.bytes().all(|byte| byte.is_ascii_digit()) || word.len() == 1 || word.bytes().all(|it| b"ivx".contains(&it))
    };
    match (begun, whole_place) {
        (Some([next, ..]), _) => is_number(next) || SUMMED.contains(&fold(next).as_str()),
        (Some([]), _) => true,
        (None, Some([kind, rest @ ..])) => {
            PLACES.contains(&fold(kind).as_str()) && rest.iter().all(|word| is_number(word))
        }
        _ => false,
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// What a text has of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signed {
    No,
    /// A date in words among others.
    Mentioned,
    /// A date in words and nothing else.
    Dated,
    /// A place and a date, or who signs.
    Sure,
}

/// Whether a text is one that is signed.
pub(super) fn signed(text: &str) -> Signed {
    let said = key(text);
    if SIGNATURES.iter().any(|word| said.starts_with(word)) {
        return Signed::Sure;
    }
    let (place, date) = text.split_once(',').unwrap_or(("", text));
    match (is_date(&fold(date)), place.is_empty()) {
        (true, true) => Signed::Dated,
        (true, false) if is_place(place) => Signed::Sure,
        _ if ["ngay", "thang", "nam"].iter().all(|word| said.contains(word)) => Signed::Mentioned,
        _ => Signed::No,
    }
}

/// `ngay 5 thang 12 nam 2023` and nothing else; dots stand where a number is still to be written.
fn is_date(folded: &str) -> bool {
    let words = words(folded).filter(|word| !word.bytes().all(|byte| byte.is_ascii_digit()));
    words.eq(["ngay", "thang", "nam"]) && folded.trim_start().starts_with("ngay")
}

/// The name of a place: few words, each with a capital, but for its kind.
fn is_place(text: &str) -> bool {
    let is_kind = |word: &str| {
        let word = fold(word);
        PLACES.contains(&word.as_str()) || ["tp", "thanh", "pho", "thi", "tran", "tx", "tt"].contains(&word.as_str())
    };
    words(text).count() <= PLACE_WORDS && words(text).all(|word| !word.starts_with(char::is_lowercase) || is_kind(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals() {
        for text in [
            "Cộng",
            "C Ộ N G",
            "TỔNG CỘNG",
            "Tổng số (2 khóm):",
            "Cộng Phường 1",
            "Cộng xã Vĩnh Lợi",
            "Cong khom 2",
            "Tổng cộng toàn xã",
            "Tổng số hộ",
            "Toàn xã",
            "Toàn phường",
            "TOÀN TỈNH",
            "Cộng I + II",
            "Tổng cộng: 5 khóm",
            "Tổng 3",
        ] {
            assert!(is_total(text), "{text}");
        }
        for text in [
            "Tổng công ty Điện lực miền Nam",
            "TỔNG CÔNG TY 28",
            "Tổng cục Thuế",
            "Tổng đội Thanh niên xung phong",
            "Cộng Hòa",
            "Cống số 1",
            "Toàn Thắng",
            "Toàn xã hội phòng chống tội phạm",
            "Khóm 1",
        ] {
            assert!(!is_total(text), "{text}");
        }
    }

    #[test]
    fn signatures() {
        for (text, expected) in [
            ("Bạc Liêu, ngày 5 tháng 12 năm 2023", Signed::Sure),
            ("TP. Bạc Liêu, ngày … tháng … năm 2023", Signed::Sure),
            ("xã Vĩnh Lợi, ngày 05 tháng 12 năm 2023", Signed::Sure),
            ("Bac Lieu, ngay 5 thang 12 nam 2023", Signed::Sure),
            ("Ngày 5 tháng 12 năm 2023", Signed::Dated),
            ("chưa nộp, hẹn ngày 5 tháng 8 năm 2025", Signed::Mentioned),
            ("Chưa nộp, ngày 5 tháng 8 năm 2025", Signed::Mentioned),
            ("ngày 5 tháng 8 năm 2025 sẽ nộp", Signed::Mentioned),
            ("Người lập biểu", Signed::Sure),
            ("Khóm 1", Signed::No),
        ] {
            assert_eq!(signed(text), expected, "{text}");
        }
    }
}
