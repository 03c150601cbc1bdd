//! SQL lives in `storage` only: no other crate of the product holds a statement in a string.
//!
//! It reads string literals, not comments, and knows the statements this product could use.

use super::{
    Complaint,
    tree::{Tree, ending},
};

/// How a statement begins, and what follows somewhere in it.
const STATEMENTS: &[(&str, &[&str])] = &[
    ("select ", &[" from "]),
    ("insert into ", &[]),
    ("update ", &[" set ", " = "]),
    ("delete from ", &[]),
    ("create table ", &[]),
    ("create index ", &[]),
    ("alter table ", &[]),
    ("drop table ", &[]),
    ("with recursive ", &[]),
    ("pragma ", &[]),
];

/// Looks into every Rust file of the crates except `storage`.
pub(crate) fn check(tree: &Tree) -> Vec<Complaint> {
    let elsewhere = |path: &str| !path.starts_with("crates/storage/") && ending(path) == "rs";
    let files = tree.below("crates/").filter(|(path, _)| elsewhere(path));
    files.flat_map(|(path, text)| check_file(path, text)).collect()
}

fn check_file(path: &str, text: &str) -> Vec<Complaint> {
    let statements = strings(text).into_iter().filter(|(_, literal)| is_statement(literal));
    statements.map(|(line, _)| format!("{path}:{line}: holds SQL; statements live in crates/storage")).collect()
}

fn is_statement(literal: &str) -> bool {
    let words: Vec<&str> = literal.split_whitespace().collect();
    // Prose begins with one capital; a statement begins with a word in one case.
    let first = words.first().copied().unwrap_or_default();
    if first != first.to_lowercase() && first != first.to_uppercase() {
        return false;
    }
    let text = format!("{} ", words.join(" ").to_lowercase());
    STATEMENTS.iter().any(|(start, later)| text.starts_with(start) && later.iter().all(|part| text.contains(part)))
}

/// Every string literal of a Rust source, with the line on which it begins.
fn strings(source: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut rest = source;
    let line_of = |rest: &str| source[..source.len() - rest.len()].matches('\n').count() + 1;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some((hashes, open)) = raw_string_start(rest) {
            let close = format!("\"{}", "#".repeat(hashes));
            let text = &rest[open..];
            let end = text.find(&close).unwrap_or(text.len());
            found.push((line_of(rest), text[..end].to_owned()));
            (open + end + close.len()).min(rest.len())
        } else if first == '"' {
            let end = string_end(&rest[1..]);
            found.push((line_of(rest), rest[1..=end].replace("\\\n", " ").replace("\\n", " ")));
            (end + 2).min(rest.len())
        } else if first == '\'' {
            char_length(rest)
        } else if first.is_alphanumeric() || first == '_' {
            // A whole word at once, so that the `r` of `for"…"` opens no raw string.
            rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    found
}

/// `r"`, `r#"`, `br##"`…: how many hashes, and where the text begins.
fn raw_string_start(rest: &str) -> Option<(usize, usize)> {
    let after = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r'))?;
    let hashes = after.chars().take_while(|letter| *letter == '#').count();
    let open = rest.len() - after.len() + hashes + 1;
    after[hashes..].starts_with('"').then_some((hashes, open))
}

/// Bytes before the closing quote.
fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at,
            _ => {}
        }
    }
    text.len()
}

/// A character literal whole, a lifetime's tick alone.
fn char_length(rest: &str) -> usize {
    let mut letters = rest.char_indices().skip(1);
    match (letters.next(), letters.next()) {
        (Some((_, '\\')), Some((at, letter))) => {
            let after = at + letter.len_utf8();
            rest[after..].find('\'').map_or(1, |end| after + end + 1)
        }
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_outside_storage_is_found() {
        let sources = [
            "let q = \"select id from units\";",
            "let q = \"SELECT id FROM units\";",
            "let q = r#\"\n  insert into units (id)\n values ($1)\"#;",
            "let q = \"update units \\\n   set name = $1\";",
            "let q = 'x'; let q = \"delete from units\";",
            "fn of<'a>(x: &'a str) { run(\"pragma user_version\") }",
            "let quote = '\"'; run(\"create table units (id text)\")",
            "let escaped = '\\''; run(\"with recursive tree as (x)\")",
        ];
        for source in sources {
            let tree = Tree::of(&[("crates/server/src/units/pages.rs", source)]);
            assert_eq!(check(&tree).len(), 1, "{source}");
        }
    }

    #[test]
    fn other_text_is_left_alone() {
        let sources = [
            "// select id from units\n/* delete from units */",
            "/// Runs `\"select id from units\"` through storage.",
            "let message = \"Select a unit from the list\";",
            "let message = \"update the set\";",
            "let message = \"the row to delete from units\";",
            "let escaped = \"a quote \\\" select id from units\";",
        ];
        for source in sources {
            assert_eq!(check_file("crates/server/src/lib.rs", source), Vec::<Complaint>::new(), "{source}");
        }
        let storage = Tree::of(&[("crates/storage/src/units.rs", "\"select id from units\"")]);
        assert_eq!(check(&storage), Vec::<Complaint>::new());
    }

    #[test]
    fn the_line_is_named() {
        let complaints = check_file("crates/cli/src/main.rs", "//! Cli.\n\nconst Q: &str = \"select 1 from units\";\n");
        assert_eq!(complaints, ["crates/cli/src/main.rs:3: holds SQL; statements live in crates/storage"]);
    }
}
