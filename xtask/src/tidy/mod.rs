//! `cargo xtask tidy`: the house rules that no compiler checks.
//!
//! Each rule is one module that takes text and returns complaints, so its test is a table of cases.
//! Format and lints are not here: rustfmt and clippy know them.

mod catalogues;
mod directions;
mod documents;
mod migrations;
mod sources;
mod sql;
mod tree;

use anyhow::{Result, bail};

use crate::workspace::Workspace;
use tree::Tree;

/// What is wrong, where, and what to do about it, in one line.
pub(crate) type Complaint = String;

/// Reads the project once, asks every rule, and lists all complaints.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let tree = Tree::read(&workspace.root)?;
    let mut complaints = directions::check(tree.text("ARCHITECTURE.md"), &workspace.packages);
    complaints.extend(directions::check_lints(&tree));
    complaints.extend(sources::check(&tree));
    complaints.extend(sql::check(&tree));
    complaints.extend(catalogues::check(&tree));
    complaints.extend(migrations::check(&tree));
    complaints.extend(documents::check(&tree));
    if complaints.is_empty() {
        println!("tidy: {} files are in order", tree.len());
        return Ok(());
    }
    for complaint in &complaints {
        println!("{complaint}");
    }
    bail!("tidy found {} things to mend", complaints.len())
}
