//! A migration is two twins: both databases have the same tables with the same columns, keys and indexes.

use std::{fs, path::Path};

/// The statements that make tables and indexes; triggers are each database's own.
fn statements(database: &str, name: &str) -> Vec<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(database).join(name);
    let text = fs::read_to_string(file).expect("a migration");
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("--")).collect();
    let statements = lines.join("\n").replace(" collate \"C\"", "");
    let shared = |statement: &&str| {
        ["create table", "create index", "create unique", "alter table", "drop"]
            .iter()
            .any(|start| statement.starts_with(start))
    };
    statements.split(";\n").map(str::trim).filter(shared).map(str::to_owned).collect()
}

#[test]
fn twins_make_the_same_tables() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
    for entry in fs::read_dir(folder).expect("migrations") {
        let name = entry.expect("an entry").file_name().into_string().expect("UTF-8");
        let sqlite = statements("sqlite", &name);
        assert!(!sqlite.is_empty(), "{name}");
        assert_eq!(sqlite, statements("postgres", &name), "{name}");
    }
}

#[test]
fn text_compares_by_its_bytes_on_postgres() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/postgres");
    for entry in fs::read_dir(folder).expect("migrations") {
        let text = fs::read_to_string(entry.expect("an entry").path()).expect("a migration");
        for line in text.lines().filter(|line| line.contains(" text")) {
            assert!(line.contains(" text collate \"C\""), "{line}");
        }
    }
}
