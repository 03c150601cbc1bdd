//! Every letter there and back, real words, and what must not be taken for an old encoding.

use super::*;

/// The vowels without a tone and `đ`; with tones they are all letters of Vietnamese outside ASCII.
const PLAIN: &str = "aăâeêioôơuưy";

fn alphabet() -> Vec<char> {
    let toned = |vowel: char| TONES.iter().flat_map(move |tone| [vowel, *tone].into_iter().nfc());
    let small: Vec<char> = PLAIN.chars().chain(PLAIN.chars().flat_map(toned)).chain(['đ']).collect();
    let capitals: Vec<char> = small.iter().flat_map(|letter| letter.to_uppercase()).collect();
    small.into_iter().chain(capitals).collect()
}

fn code_of(letter: char, codes: &str, letters: &str) -> Option<char> {
    letters.chars().zip(codes.chars()).find(|(known, _)| *known == letter).map(|(_, code)| code)
}

/// The base letter (`ẩ` → `â`) and its tone.
fn parts(letter: char) -> (char, Option<char>) {
    let (tones, rest): (Vec<char>, Vec<char>) = [letter].into_iter().nfd().partition(|mark| TONES.contains(mark));
    (rest.into_iter().nfc().next().unwrap(), tones.first().copied())
}

/// Capitals with a tone come as base and mark, the only way TCVN3 has for them outside a font of capitals.
fn to_tcvn3(letter: char) -> String {
    if let Some(code) = code_of(letter, TCVN3_CODES, TCVN3_LETTERS) {
        return code.to_string();
    }
    let (base, tone) = parts(letter);
    let base = code_of(base, TCVN3_CODES, TCVN3_LETTERS).unwrap_or(base);
    let at = tone.and_then(|tone| TONES.iter().position(|known| *known == tone));
    [base].into_iter().chain(at.and_then(|at| TCVN3_MARKS.chars().nth(at))).collect()
}

fn to_vni(letter: char) -> String {
    if let Some(code) = code_of(letter, VNI_CODES, VNI_LETTERS) {
        return code.to_string();
    }
    let is_capital = letter.is_uppercase();
    let decomposed: Vec<char> = [letter].into_iter().nfd().collect();
    let (base, marks) = if let (base @ ('ơ' | 'ư' | 'Ơ' | 'Ư'), Some(tone)) = parts(letter) {
        (code_of(base, VNI_CODES, VNI_LETTERS).unwrap(), tone.to_string())
    } else {
        // The tone comes behind what belongs to the letter, where NFD puts the dot first.
        let mut marks = decomposed[1..].to_vec();
        marks.sort_by_key(|mark| TONES.contains(mark));
        (decomposed[0], marks.into_iter().collect())
    };
    let code = VNI_MARKS.iter().find(|(_, _, known)| *known == marks).map(|(code, _, _)| *code);
    let code = code.map(|code| if is_capital { code.to_uppercase().next().unwrap() } else { code });
    [base].into_iter().chain(code).collect()
}

#[test]
fn every_letter_goes_there_and_back() {
    assert_eq!(alphabet().len(), 2 * (12 + 60 + 1));
    for letter in alphabet() {
        for (encoding, encoded) in [(Encoding::Tcvn3, to_tcvn3(letter)), (Encoding::Vni, to_vni(letter))] {
            assert_eq!(decode(&encoded, encoding, false), letter.to_string(), "{encoding:?} {encoded:?}");
            let framed = format!("ng{encoded}nh");
            assert_eq!(decode(&framed, encoding, false), format!("ng{letter}nh"), "{encoding:?} {framed:?}");
        }
    }
}

#[test]
fn capitals_come_from_the_font_and_marks_in_either_case() {
    for letter in alphabet().into_iter().filter(|letter| letter.is_lowercase()) {
        let capital: String = letter.to_uppercase().collect();
        assert_eq!(decode(&to_tcvn3(letter), Encoding::Tcvn3, true), capital);
    }
    assert_eq!(decode("UÛy ban, Uûy ban", Encoding::Vni, false), "Ủy ban, Ủy ban");
}

#[test]
fn tables_have_as_many_codes_as_letters() {
    for (codes, letters, count) in [(TCVN3_CODES, TCVN3_LETTERS, 74), (VNI_CODES, VNI_LETTERS, 18)] {
        assert_eq!((codes.chars().count(), letters.chars().count()), (count, count));
    }
}

#[test]
fn words_of_real_tables() {
    use Encoding::{Tcvn3, Unicode, Vni};
    for (encoding, capitals, text, expected) in [
        (Tcvn3, false, "Tr\u{ad}ëng C«ng an ph\u{ad}êng", "Trưởng Công an phường"),
        (Tcvn3, false, "Sè nh©n khÈu, Ëp", "Số nhân khẩu, ập"),
        (Tcvn3, true, "c«ng an tØnh b¹c liªu", "CÔNG AN TỈNH BẠC LIÊU"),
        (Tcvn3, true, "“an toµn vÒ an ninh”", "“AN TOÀN VỀ AN NINH”"),
        (Tcvn3, false, "30 °C, 5 m²", "30 °C, 5 m²"),
        (Vni, false, "HTX Muoái Kyõ ngheä Ñieàn Haûi", "HTX Muối Kỹ nghệ Điền Hải"),
        (Vni, false, "kyû, Kyõ, YÛ, YÕ", "kỷ, Kỹ, Ỷ, Ỹ"),
        (Vni, false, "TRÖÔØNG HOÏC ÔÛ BÌNH", "TRƯỜNG HỌC Ở BÌNH"),
        (Vni, false, "phöôøng Hoä Phoøng, thò xaõ", "phường Hộ Phòng, thị xã"),
        (Vni, false, "aë aè eå öï lòch só", "ặ ằ ể ự lịch sĩ"),
        (Unicode, true, "Nguye\u{302}\u{303}n", "Nguyễn"),
        (Tcvn3, true, "Trường học đạt", "Trường học đạt"),
        (Vni, false, "Hoà Bình, xã Lộc Ninh", "Hoà Bình, xã Lộc Ninh"),
    ] {
        assert_eq!(decode(text, encoding, capitals), expected, "{text}");
    }
}

#[test]
fn fonts_say_what_they_are() {
    for (font, encoding, capitals) in [
        (".VnTime", Some(Encoding::Tcvn3), false),
        (".VnTimeH", Some(Encoding::Tcvn3), true),
        (".vnarialh", Some(Encoding::Tcvn3), true),
        ("VNI-Times", Some(Encoding::Vni), false),
        ("VNI-Helve", Some(Encoding::Vni), false),
        ("VNI Times", Some(Encoding::Vni), false),
        ("Times New Roman", None, false),
        ("VnH", None, false),
        ("Đ", None, false),
        ("", None, false),
    ] {
        assert_eq!((of_font(font), shows_capitals(font)), (encoding, capitals), "{font}");
    }
}

#[test]
fn a_table_says_what_it_is() {
    use Encoding::{Tcvn3, Unicode, Vni};
    for (encoding, texts) in [
        (Tcvn3, &["STT", "Khu d©n c\u{ad} (khãm)", "Sè hé", "KÕt qu¶ b×nh xÐt", "§¹t", "Kh«ng ®¹t"][..]),
        (Tcvn3, &["B¹c Liªu, ngµy 05 th¸ng 12 n¨m 2023", "Đã kiểm tra"]),
        (Vni, &["Soá TT", "Teân ñôn vò", "Maõ soá thueá", "Quy moâ", "Xeáp loaïi"]),
        (Vni, &["DANH SAÙCH DOANH NGHIEÄP, CÔ QUAN, CÔ SÔÛ GIAÙO DUÏC"]),
        (Unicode, &["Xã, phường", "Khá", "Hòa Bình", "Phòng", "Tên xã", "Mã", "Lê Thì Mùi", "Hè"]),
        (Unicode, &["Xã", "Khá", "Hòa Bình", "Phòng", "Mã", "Lê", "Bùi Hóa", "Hè"]),
        (Unicode, &["Xa\u{303} Hòa Bình", "Ða\u{323}t", "Khá"]),
        (Unicode, &["Préfecture du département", "où est né l'élève ?", "Forêt", "à côté de la bête", "naïf", "Noël"]),
        (Unicode, &["El niño está aquí", "Año", "canción", "más té", "aún", "José Peñón"]),
        (Unicode, &["· one", "· two · three", "5 µm", "90 °C", "½", "© 2020 ®", "«quoted»"]),
        (Unicode, &["plain", "ASCII", "12,5"]),
        (Unicode, &["Привет", "日本"]),
        (Unicode, &[]),
    ] {
        assert_eq!(detect(texts.iter().copied()), encoding, "{texts:?}");
    }
}

#[test]
fn words_are_told_from_noise() {
    for (text, plausible) in [
        ("Biểu 01", true),
        ("BiÓu 01", false),
        ("Sheet1", false),
        ("Xã", true),
        ("được nghiêng quý giếng", true),
        ("đac", false),
    ] {
        assert_eq!(is_plausible(text), plausible, "{text}");
    }
}
