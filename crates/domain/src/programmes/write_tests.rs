//! What is written is read as the same set: every shipped pack, and one with every kind of rule.

use std::{fs, path::Path};

use super::*;

/// A set with every kind of rule and every key of the format.
pub(super) const EVERYTHING: &str = include_str!("everything.toml");

/// Its worked examples.
pub(super) const EVERYTHING_CASES: &str = "[[case]]\nname = \"=1+1, \\\"Ướm hỏi\\\"\\nhai dòng\"\ninputs = { \"c03.settled\" = 8, \"c03.total\" = 10, c04 = 0 }\noutcomes = { c03 = \"met\", c04 = \"met\" }\nmet = 2\nunmet = 0\nno_data = 13\nnot_applicable = 0\npoints = \"6.5\"\nclass = \"open\"\nrecognised = \"open\"\n\n[[case]]\nname = \"rest\"\nunit_group = \"mountain\"\nrest = \"met\"\npoints = 26\nclass = \"good\"\n\n[[case]]\nname = \"below\"\nparent = \"tổ\"\nrank = 2\nfinal_class = \"fair\"\nsays = { c03 = \"8 × 100 ≥ 80 × 10; a = b: đạt.\", c04 = \"0 = 0: đạt.\" }\n";

/// Every shipped pack with the text of its two files, and the one with everything.
pub(super) fn shipped() -> Vec<(String, String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let mut packs = vec![("everything".to_owned(), EVERYTHING.to_owned(), EVERYTHING_CASES.to_owned())];
    for entry in fs::read_dir(folder).expect("packs") {
        let path = entry.expect("an entry").path();
        if let Ok(pack) = fs::read_to_string(path.join("pack.toml")) {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            packs.push((name, pack, fs::read_to_string(path.join("cases.toml")).expect("cases")));
        }
    }
    packs
}

/// Cases without the lines on which they stand.
pub(super) fn unplaced(cases: Vec<Case>) -> Vec<Case> {
    cases.into_iter().map(|case| Case { line: 0, ..case }).collect()
}

#[test]
fn what_is_written_is_read_as_the_same_set() {
    let packs = shipped();
    assert!(packs.len() > 5, "the shipped packs are there");
    for (code, pack, cases) in packs {
        let set = parse(&code, &pack).unwrap_or_else(|problems| panic!("{code}: {problems:?}"));
        let written = write(&set);
        let again = parse(&code, &written).unwrap_or_else(|problems| panic!("{code}: {problems:?}\n{written}"));
        assert_eq!(again, set, "{code}");
        assert_eq!(write(&again), written, "{code}: writing once more changes nothing");

        let cases = parse_cases(&cases).expect("cases in order");
        let written = write_cases(&cases);
        assert_eq!(unplaced(parse_cases(&written).expect(&written)), unplaced(cases), "{code}");
    }
}
