//! Migrations are numbered without gaps, and once PostgreSQL is served each has its twin there.
//!
//! Whether twins make the same tables is a test of `storage`.

use std::collections::BTreeSet;

use super::{
    Complaint,
    tree::{Tree, ending},
};

const FOLDER: &str = "crates/storage/migrations/";

/// Looks at the names only.
pub(crate) fn check(tree: &Tree) -> Vec<Complaint> {
    let names = |database: &str| -> BTreeSet<String> {
        let folder = format!("{FOLDER}{database}/");
        tree.below(&folder).map(|(path, _)| path[folder.len()..].to_owned()).collect()
    };
    let (sqlite, postgres) = (names("sqlite"), names("postgres"));
    let mut complaints = Vec::new();
    for (index, name) in sqlite.iter().enumerate() {
        let expected = format!("{:04}_", index + 1);
        if !name.starts_with(&expected) || ending(name) != "sql" {
            complaints.push(format!("{FOLDER}sqlite/{name}: the next migration is named `{expected}….sql`"));
        }
    }
    if !postgres.is_empty() {
        for name in sqlite.symmetric_difference(&postgres) {
            complaints.push(format!("{FOLDER}: `{name}` has no twin; it belongs into sqlite and postgres"));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(paths: &[&str]) -> Vec<Complaint> {
        let paths: Vec<String> = paths.iter().map(|path| format!("{FOLDER}{path}")).collect();
        check(&Tree::of(&paths.iter().map(|path| (path.as_str(), "")).collect::<Vec<_>>()))
    }

    #[test]
    fn numbers_and_twins() {
        let in_order: [&[&str]; 3] = [
            &[],
            &["sqlite/0001_first.sql", "sqlite/0002_second.sql"],
            &["sqlite/0001_first.sql", "postgres/0001_first.sql"],
        ];
        for paths in in_order {
            assert_eq!(complaints(paths), Vec::<Complaint>::new(), "{paths:?}");
        }
        let faults: [(&[&str], &str); 4] = [
            (&["sqlite/0002_second.sql"], "is named `0001_….sql`"),
            (&["sqlite/0001_first.txt"], "is named `0001_….sql`"),
            (&["sqlite/0001_first.sql", "sqlite/0003_third.sql"], "is named `0002_….sql`"),
            (&["sqlite/0001_first.sql", "sqlite/0002_b.sql", "postgres/0001_first.sql"], "`0002_b.sql` has no twin"),
        ];
        for (paths, expected) in faults {
            let found = complaints(paths);
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].contains(expected), "{found:?}");
        }
    }
}
