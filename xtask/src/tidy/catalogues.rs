//! Both languages say the same things: each Fluent catalogue in `vi` has its twin in `en`, message for
//! message and variable for variable.
//!
//! Whether a page asks for a message that exists is a test of the server.

use std::collections::{BTreeMap, BTreeSet};

use super::{Complaint, tree::Tree};

const FOLDER: &str = "crates/server/locales/";

type Messages<'a> = BTreeMap<String, BTreeSet<&'a str>>;

/// Compares the catalogues of the two languages file by file.
pub(crate) fn check(tree: &Tree) -> Vec<Complaint> {
    let names = |language: &str| -> BTreeSet<String> {
        let folder = format!("{FOLDER}{language}/");
        tree.below(&folder).map(|(path, _)| path[folder.len()..].to_owned()).collect()
    };
    let all: BTreeSet<String> = names("vi").union(&names("en")).cloned().collect();
    let mut complaints = Vec::new();
    for name in all {
        let [vi, en] = ["vi", "en"].map(|language| format!("{FOLDER}{language}/{name}"));
        let (in_vi, in_en) = (messages(tree.text(&vi)), messages(tree.text(&en)));
        complaints.extend(missing(&vi, &in_vi, &in_en));
        complaints.extend(missing(&en, &in_en, &in_vi));
        for (key, variables) in &in_vi {
            if in_en.get(key).is_some_and(|others| others != variables) {
                complaints.push(format!("{en}: `{key}` uses other variables than its twin in vi"));
            }
        }
    }
    complaints
}

fn missing(path: &str, here: &Messages, there: &Messages) -> Vec<Complaint> {
    let absent = there.keys().filter(|key| !here.contains_key(*key));
    absent.map(|key| format!("{path}: the message `{key}` is missing")).collect()
}

/// Message and attribute names, each with the variables it uses.
fn messages(catalogue: &str) -> Messages<'_> {
    let mut found = Messages::new();
    let mut message = String::new();
    let mut current = String::new();
    for line in catalogue.lines().filter(|line| !line.starts_with('#')) {
        let (name, _) = line.split_once('=').unwrap_or_default();
        let (name, attribute) = (name.trim_end(), name.trim());
        if is_name(name) {
            name.clone_into(&mut message);
            current.clone_from(&message);
        } else if attribute.strip_prefix('.').is_some_and(is_name) {
            current = format!("{message}{attribute}");
        }
        if !current.is_empty() {
            found.entry(current.clone()).or_default().extend(variables(line));
        }
    }
    found
}

fn is_name(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    text.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter))
}

/// Names after a `$` inside braces.
fn variables(line: &str) -> impl Iterator<Item = &str> {
    line.split('$').skip(1).filter_map(|after| {
        let end = after.find(|letter: char| !letter.is_ascii_alphanumeric() && !"-_".contains(letter));
        let name = &after[..end.unwrap_or(after.len())];
        is_name(name).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(vi: &str, en: &str) -> Vec<Complaint> {
        let tree = Tree::of(&[("crates/server/locales/vi/main.ftl", vi), ("crates/server/locales/en/main.ftl", en)]);
        check(&tree)
    }

    #[test]
    fn twins_pass() {
        let cases = [
            ("save = Lưu\n", "save = Save\n"),
            (
                "# a comment = x\nrows = { $n } dòng\n",
                "rows = { $n ->\n    [one] one row\n   *[other] { $n } rows\n}\n",
            ),
            ("field =\n    .label = Tên\n", "field =\n    .label = Name\n"),
            ("sum = 1 + 1 = 2\n", "sum = 1 + 1 = 2\n"),
        ];
        for (vi, en) in cases {
            assert_eq!(complaints(vi, en), Vec::<Complaint>::new(), "{vi}");
        }
    }

    #[test]
    fn differences_are_found() {
        let cases = [
            ("save = Lưu\nopen = Mở\n", "save = Save\n", "en/main.ftl: the message `open` is missing"),
            ("save = Lưu\n", "save = Save\nopen = Open\n", "vi/main.ftl: the message `open` is missing"),
            ("rows = { $n } dòng\n", "rows = rows\n", "`rows` uses other variables"),
            ("field =\n    .label = Tên\n", "field = Name\n", "`field.label` is missing"),
        ];
        for (vi, en, expected) in cases {
            let found = complaints(vi, en);
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].contains(expected), "{found:?}");
        }
    }

    #[test]
    fn a_catalogue_without_a_twin_is_found() {
        let tree = Tree::of(&[("crates/server/locales/vi/units.ftl", "units = Đơn vị\n")]);
        assert_eq!(check(&tree), ["crates/server/locales/en/units.ftl: the message `units` is missing"]);
    }
}
