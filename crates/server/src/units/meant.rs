//! What somebody who looks for a unit means: abbreviations of kinds in full, and the keystrokes of Telex and VNI as the
//! words that they would have made.

use dienhinh_domain::text::fold;

/// Abbreviations, folded, with what they stand for.
const SHORT: [(&str, &str); 9] = [
    ("p", "phường"),
    ("q", "quận"),
    ("h", "huyện"),
    ("x", "xã"),
    ("tt", "thị trấn"),
    ("tx", "thị xã"),
    ("tp", "thành phố"),
    ("ubnd", "ủy ban nhân dân"),
    ("hdnd", "hội đồng nhân dân"),
];

/// The longest syllable has seven letters (`nghiêng`), which take three keystrokes more; nothing longer is one.
const KEYSTROKES_MAX: usize = 12;

/// The most words that are read as keystrokes.
const WORDS_MAX: usize = 12;

/// What was typed with abbreviations in full: `P.1`, `p1`, `TT. Châu Hưng`, `UBND xã Vĩnh Lợi`. A single letter needs
/// its dot, or a number behind it, and other abbreviations need their dot or a word behind them: whoever is still
/// typing means what stands there.
pub(crate) fn expanded(typed: &str) -> String {
    let words: Vec<&str> = typed.split_whitespace().collect();
    let full = |(at, word): (usize, &&str)| expanded_word(word, at + 1 < words.len());
    words.iter().enumerate().map(full).collect::<Vec<_>>().join(" ")
}

fn expanded_word(word: &str, has_next: bool) -> String {
    let known = |short: &str| {
        let short = fold(short);
        SHORT.iter().find(|(known, _)| *known == short).map(|(_, full)| *full)
    };
    let numbered = word.find(|character: char| character.is_ascii_digit()).map(|at| word.split_at(at));
    let full = match (word.split_once('.'), numbered) {
        (Some((short, rest)), _) => known(short).map(|full| format!("{full} {rest}")),
        (None, Some((short, number))) => known(short).map(|full| format!("{full} {number}")),
        (None, None) if word.chars().count() > 1 && has_next => known(word).map(str::to_owned),
        (None, None) => None,
    };
    full.map_or_else(|| word.to_owned(), |full| full.trim_end().to_owned())
}

/// What it may mean beside what it says, for when that finds nothing: read as keystrokes of Telex, then of VNI.
pub(crate) fn meanings(typed: &str) -> Vec<String> {
    let mut meanings: Vec<String> = Vec::new();
    if typed.split_whitespace().nth(WORDS_MAX).is_some() {
        return meanings;
    }
    for method in [&vi::TELEX, &vi::VNI] {
        let word = |word: &str| {
            if word.chars().count() > KEYSTROKES_MAX {
                return word.to_owned();
            }
            let mut made = String::new();
            vi::transform_buffer(method, word.chars(), &mut made);
            made
        };
        let meaning = typed.split_whitespace().map(word).collect::<Vec<_>>().join(" ");
        let is_new = |known: &String| fold(known) != fold(&meaning);
        if fold(&meaning) != fold(typed) && meanings.iter().all(is_new) {
            meanings.push(meaning);
        }
    }
    meanings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abbreviations_stand_for_kinds() {
        for (typed, full) in [
            ("P.1", "phường 1"),
            ("P. 1", "phường 1"),
            ("p1", "phường 1"),
            ("TT.Châu Hưng", "thị trấn Châu Hưng"),
            ("tt  châu hưng", "thị trấn châu hưng"),
            ("TX. Giá Rai", "thị xã Giá Rai"),
            ("UBND P.1", "ủy ban nhân dân phường 1"),
            ("HĐND xã Vĩnh Lợi", "hội đồng nhân dân xã Vĩnh Lợi"),
        ] {
            assert_eq!(expanded(typed), full, "{typed}");
        }
        for typed in ["", "p", "x", "tp", "31825", "Châu Hưng", "An Phú 1", "1", "a.b"] {
            assert_eq!(expanded(typed), typed);
        }
    }

    #[test]
    fn keystrokes_stand_for_words() {
        assert_eq!(meanings("chaau huwng"), ["châu hưng"]);
        assert_eq!(meanings("cha6u hu7ng"), ["châu hưng"]);
        assert_eq!(meanings("Vixnh Lowij"), ["Vĩnh Lợi"]);
        for typed in ["", "31825", "Châu Hưng", "châu"] {
            assert!(meanings(typed).is_empty(), "{typed}: {:?}", meanings(typed));
        }
        let long = "aw".repeat(4_000);
        for odd in ["aaaaaaaaaaaa", "w", "z", "\u{1f600}s", "a\u{31b}\u{301}s", "ươươs", "%_\\", "đd9", &long] {
            assert!(meanings(odd).len() <= 2, "{odd:.20}");
        }
        assert!(meanings(&"aas ".repeat(2_000)).is_empty(), "nobody types so much to find a unit");
    }
}
