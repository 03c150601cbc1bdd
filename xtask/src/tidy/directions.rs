//! Who may depend on whom: the fenced `tidy` table of ARCHITECTURE.md against what the manifests say.
//!
//! The table is both the document and the configuration. A line reads
//! `crate: crates it may use | outside packages that only crates naming them may use | crates its tests may use`.

use std::collections::{BTreeMap, BTreeSet};

use super::{Complaint, tree::Tree};
use crate::workspace::Package;

const PREFIX: &str = "dienhinh-";
/// These help to build and test the product and never become part of it.
const NEVER_SHIPPED: &[&str] = &["testkit", "xtask"];

/// One line of the table.
#[derive(Debug, Default, PartialEq)]
struct Row<'a> {
    may_use: BTreeSet<&'a str>,
    reserved: BTreeSet<&'a str>,
    tests_may_use: BTreeSet<&'a str>,
}

type Table<'a> = BTreeMap<&'a str, Row<'a>>;

/// Compares the table with the manifests.
pub(crate) fn check(architecture: &str, packages: &[Package]) -> Vec<Complaint> {
    let table = match read_table(architecture) {
        Ok(table) => table,
        Err(complaint) => return vec![complaint],
    };
    let mut complaints = Vec::new();
    for name in NEVER_SHIPPED {
        for (user, _) in table.iter().filter(|(user, row)| *user != name && row.may_use.contains(name)) {
            complaints.push(format!("ARCHITECTURE.md: `{user}` may use `{name}` in its tests only (third column)"));
        }
    }
    let known: BTreeSet<&str> = packages.iter().map(|package| short(&package.name)).collect();
    for name in table.keys().filter(|name| !known.contains(*name)) {
        complaints.push(format!("ARCHITECTURE.md: the table describes `{name}`, but there is no such crate"));
    }
    for package in packages {
        match table.get(short(&package.name)) {
            Some(row) => complaints.extend(check_package(package, row, &table)),
            None => complaints.push(format!("ARCHITECTURE.md: the table has no line for `{}`", short(&package.name))),
        }
    }
    complaints
}

/// A crate that leaves the workspace's lints has left the house.
pub(crate) fn check_lints(tree: &Tree) -> Vec<Complaint> {
    let manifests = tree.below("").filter(|(path, _)| *path != "Cargo.toml" && path.ends_with("Cargo.toml"));
    manifests
        .filter(|(_, text)| !text.contains("[lints]\nworkspace = true"))
        .map(|(path, _)| format!("{path}: takes the workspace's lints with `[lints]` and `workspace = true`"))
        .collect()
}

fn check_package(package: &Package, row: &Row, table: &Table) -> Vec<Complaint> {
    let user = short(&package.name);
    let mut complaints = BTreeSet::new();
    for dependency in &package.dependencies {
        let name = dependency.name.as_str();
        let in_tests = dependency.kind.as_deref() == Some("dev");
        if let Some(used) = name.strip_prefix(PREFIX) {
            let allowed = row.may_use.contains(used) || in_tests && row.tests_may_use.contains(used);
            if !allowed {
                let place = if in_tests { "the tests of " } else { "" };
                complaints.insert(format!("crates/{user}/Cargo.toml: {place}`{user}` must not use `{used}`"));
            }
        } else if !row.reserved.contains(name) && table.values().any(|other| other.reserved.contains(name)) {
            let owners = table.iter().filter(|(_, other)| other.reserved.contains(name)).map(|(owner, _)| *owner);
            let owners = owners.collect::<Vec<_>>().join(", ");
            complaints.insert(format!("crates/{user}/Cargo.toml: `{name}` is for {owners} only, not for `{user}`"));
        }
    }
    let named: BTreeSet<&str> = package.dependencies.iter().map(|dependency| dependency.name.as_str()).collect();
    for name in row.reserved.difference(&named) {
        complaints.insert(format!("ARCHITECTURE.md: `{user}` reserves `{name}`, but does not use it"));
    }
    complaints.into_iter().collect()
}

fn short(package: &str) -> &str {
    package.strip_prefix(PREFIX).unwrap_or(package)
}

fn read_table(architecture: &str) -> Result<Table<'_>, Complaint> {
    let fence = architecture.split_once("```tidy\n").and_then(|(_, after)| after.split_once("```"));
    let Some((block, _)) = fence else {
        return Err("ARCHITECTURE.md: the fenced table ```tidy is missing".to_owned());
    };
    let mut table = Table::new();
    for line in block.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let Some((name, rest)) = line.split_once(':') else {
            return Err(format!("ARCHITECTURE.md: a line of the table has no `:`: {line}"));
        };
        let mut columns = rest.split('|').map(|column| column.split_whitespace().collect::<BTreeSet<_>>());
        let mut next = || columns.next().unwrap_or_default();
        let row = Row { may_use: next(), reserved: next(), tests_may_use: next() };
        if table.insert(name.trim(), row).is_some() {
            return Err(format!("ARCHITECTURE.md: the table describes `{}` twice", name.trim()));
        }
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Dependency;

    const TABLE: &str = "Words.\n```tidy\nbase: | | testkit\nstore: base | sqlx tokio | testkit\nweb: base store | axum tokio\ntestkit: base store\n```\nMore words.";

    /// `web: store, dev base, build serde` as a package.
    fn package(line: &str) -> Package {
        let (name, rest) = line.split_once(':').unwrap();
        let full = |name: &str| {
            let ours = ["base", "store", "web", "testkit"].contains(&name);
            if ours { format!("{PREFIX}{name}") } else { name.to_owned() }
        };
        let dependencies = rest.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let dependencies = dependencies.map(|entry| match entry.split_once(' ') {
            Some((kind, name)) => Dependency { name: full(name), kind: Some(kind.to_owned()) },
            None => Dependency { name: full(entry), kind: None },
        });
        Package { name: full(name), dependencies: dependencies.collect() }
    }

    const IN_ORDER: [&str; 4] = [
        "base: serde, dev testkit",
        "store: base, sqlx, tokio, dev testkit",
        "web: base, store, axum, tokio",
        "testkit: base, store",
    ];

    #[test]
    fn manifests_that_follow_the_table_pass() {
        assert_eq!(check(TABLE, &IN_ORDER.map(package)), Vec::<Complaint>::new());
    }

    #[test]
    fn a_planted_dependency_is_found() {
        let cases = [
            ("base: store", "crates/base/Cargo.toml: `base` must not use `store`"),
            ("base: sqlx", "crates/base/Cargo.toml: `sqlx` is for store only, not for `base`"),
            ("base: dev sqlx", "crates/base/Cargo.toml: `sqlx` is for store only, not for `base`"),
            ("base: build tokio", "crates/base/Cargo.toml: `tokio` is for store, web only, not for `base`"),
            ("base: testkit", "crates/base/Cargo.toml: `base` must not use `testkit`"),
            ("base: dev web", "crates/base/Cargo.toml: the tests of `base` must not use `web`"),
        ];
        for (planted, expected) in cases {
            let mut packages = IN_ORDER.map(package);
            packages[0] = package(planted);
            assert_eq!(check(TABLE, &packages), [expected], "{planted}");
        }
    }

    #[test]
    fn a_table_that_no_longer_tells_the_truth_is_found() {
        let cases = [
            ("no table", "the fenced table ```tidy is missing"),
            ("```tidy\nbase\n```", "has no `:`"),
            ("```tidy\nbase:\nbase:\n```", "describes `base` twice"),
            ("```tidy\nbase: | sqlx\n```", "`base` reserves `sqlx`, but does not use it"),
            ("```tidy\nbase: testkit\n```", "may use `testkit` in its tests only"),
            ("```tidy\nbase:\nattic:\n```", "describes `attic`, but there is no such crate"),
            ("```tidy\n```", "has no line for `base`"),
        ];
        for (architecture, expected) in cases {
            let complaints = check(architecture, &[package("base: serde")]);
            assert!(complaints.iter().any(|complaint| complaint.contains(expected)), "{architecture}: {complaints:?}");
        }
    }

    #[test]
    fn a_crate_without_the_workspace_lints_is_found() {
        let tree = Tree::of(&[
            ("Cargo.toml", "[workspace]"),
            ("crates/a/Cargo.toml", "[package]\n\n[lints]\nworkspace = true\n"),
            ("crates/b/Cargo.toml", "[package]\n"),
        ]);
        let complaints = check_lints(&tree);
        assert_eq!(complaints.len(), 1);
        assert!(complaints[0].starts_with("crates/b/Cargo.toml"));
    }
}
