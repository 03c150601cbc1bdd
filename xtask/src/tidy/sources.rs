//! What every source file keeps to: it says what it is, fits in a head, and is finished.
//!
//! Style inside a file belongs to rustfmt and clippy.

use super::{
    Complaint,
    tree::{Tree, ending},
};

const MAX_LINES: usize = 600;
const LIMITED_ENDINGS: &[&str] = &["rs", "ts", "mjs", "css", "html", "sql"];
/// Written in two parts, so that this file passes its own rule.
const UNFINISHED: &[&str] = &[
    concat!("to", "do!("),
    concat!("unimple", "mented!("),
    concat!("FIX", "ME"),
    concat!("TO", "DO"),
    concat!("XX", "X"),
    concat!("#[ig", "nore"),
];
/// Folders of somebody's machine have no meaning on another.
const MACHINE_FOLDERS: &[&str] = &[concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/tm", "p/")];

/// Checks every file by itself.
pub(crate) fn check(tree: &Tree) -> Vec<Complaint> {
    tree.below("").flat_map(|(path, text)| check_file(path, text)).collect()
}

fn check_file(path: &str, text: &str) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    if ending(path) == "rs" && !text.starts_with("//!") {
        complaints.push(format!("{path}:1: opens with `//!`: what it is and what it does not do"));
    }
    let lines = text.lines().count();
    if LIMITED_ENDINGS.contains(&ending(path)) && lines > MAX_LINES {
        complaints.push(format!("{path}: has {lines} lines; split it by topic or verb below {MAX_LINES}"));
    }
    // Lock files hold hashes, in which any letters may stand together.
    if path.ends_with("package-lock.json") {
        return complaints;
    }
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        for word in UNFINISHED.iter().filter(|word| says(line, word)) {
            complaints.push(format!("{path}:{number}: `{word}`: what is unfinished is absent, not announced"));
        }
        for folder in MACHINE_FOLDERS.iter().filter(|folder| names_folder(line, folder)) {
            complaints.push(format!("{path}:{number}: `{folder}`: a folder of one machine is nobody else's"));
        }
    }
    complaints
}

/// The word stands alone, not as a part of a longer one or of a code such as `AB-…-CD`.
fn says(line: &str, word: &str) -> bool {
    let joins = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || "_-".contains(letter));
    line.match_indices(word).any(|(at, _)| {
        let after = line[at + word.len()..].chars().next().filter(|_| !word.ends_with('('));
        !joins(line[..at].chars().next_back()) && !joins(after)
    })
}

/// The folder begins a path; inside a longer path or address it may stand.
fn names_folder(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|letter| !letter.is_alphanumeric() && !"._-}/".contains(letter))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_in_order_pass() {
        let long_prose = "word\n".repeat(MAX_LINES + 1);
        let code = format!("AB-{}X-CD", UNFINISHED[4]);
        let cases = [
            ("docs/code.md", code.as_str()),
            ("a/src/lib.rs", "//! What it is.\n\nfn main() {}\n"),
            ("web/app.css", "body {}\n"),
            ("docs/long.md", long_prose.as_str()),
            ("a/src/urls.rs", "//! Routes.\nconst PAGE: &str = \"https://example.org/home/page\";\n"),
        ];
        for (path, text) in cases {
            assert_eq!(check_file(path, text), Vec::<Complaint>::new(), "{path}");
        }
    }

    #[test]
    fn each_fault_is_found_where_it_is() {
        let long = format!("//! Long.\n{}", "\n".repeat(MAX_LINES));
        let planted_word = format!("//! Words.\n// {}: later\n", UNFINISHED[2]);
        let planted_test = format!("//! Tests.\n{}]\n", UNFINISHED[5]);
        let planted_folder = format!("see {}someone/notes", MACHINE_FOLDERS[1]);
        let cases = [
            ("a/src/lib.rs", "use std::fs;\n", "a/src/lib.rs:1: opens with `//!`"),
            ("a/src/lib.rs", long.as_str(), "has 601 lines"),
            ("web/app.ts", &planted_word, "web/app.ts:2:"),
            ("a/tests/it.rs", &planted_test, "a/tests/it.rs:2:"),
            ("README.md", &planted_folder, "README.md:1:"),
        ];
        for (path, text, expected) in cases {
            let complaints = check_file(path, text);
            assert_eq!(complaints.len(), 1, "{complaints:?}");
            assert!(complaints[0].contains(expected), "{complaints:?}");
        }
    }
}
