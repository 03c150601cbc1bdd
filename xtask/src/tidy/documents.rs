//! The documents newcomers rely on: README opens with the two commands, decisions are numbered and whole.
//!
//! What they say is for people to judge.

use super::{Complaint, tree::Tree};

const FIRST_COMMANDS: [&str; 2] = ["cargo xtask demo", "cargo xtask check"];
const DECISIONS: &str = "docs/decisions/";
const DECISION_PARTS: [&str; 4] = ["## Context", "## Decision", "## Consequences", "## Revisit when"];
/// A page.
const DECISION_MAX_LINES: usize = 60;

/// Checks README.md and every decision record.
pub(crate) fn check(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = check_readme(tree.text("README.md"));
    let mut number = 0;
    for (path, text) in tree.below(DECISIONS) {
        number += 1;
        let expected = format!("{DECISIONS}{number:04}-");
        if !path.starts_with(&expected) {
            complaints.push(format!("{path}: decisions are numbered without gaps; this would be {expected}….md"));
        }
        for part in DECISION_PARTS.iter().filter(|part| !text.contains(&format!("\n{part}\n"))) {
            complaints.push(format!("{path}: the part `{part}` is missing"));
        }
        let lines = text.lines().count();
        if lines > DECISION_MAX_LINES {
            complaints.push(format!("{path}: has {lines} lines; a decision fits on a page of {DECISION_MAX_LINES}"));
        }
    }
    complaints
}

fn check_readme(readme: &str) -> Vec<Complaint> {
    let commands = readme.lines().filter(|line| line.starts_with("cargo ") || line.starts_with("dienhinh "));
    let first: Vec<&str> = commands.take(2).map(|line| line.split('#').next().unwrap_or_default().trim()).collect();
    if first == FIRST_COMMANDS {
        return Vec::new();
    }
    vec![format!("README.md: its first commands are `{}` and `{}`", FIRST_COMMANDS[0], FIRST_COMMANDS[1])]
}

#[cfg(test)]
mod tests {
    use super::*;

    const README: &str = "# Name\n```\ncargo xtask demo    # serves\ncargo xtask check\n```\n";
    const DECISION: &str = "# Title\n\n## Context\n\n## Decision\n\n## Consequences\n\n## Revisit when\n\nlater\n";

    #[test]
    fn documents_in_order_pass() {
        let tree = Tree::of(&[
            ("README.md", README),
            ("docs/decisions/0001-first.md", DECISION),
            ("docs/decisions/0002-second.md", DECISION),
        ]);
        assert_eq!(check(&tree), Vec::<Complaint>::new());
    }

    #[test]
    fn each_fault_is_found() {
        let other_first = "# Name\n```\ncargo build\ncargo xtask demo\ncargo xtask check\n```\n";
        let long = format!("{DECISION}{}", "more\n".repeat(DECISION_MAX_LINES));
        let partial = DECISION.replace("## Revisit when", "Revisit");
        let cases: [(&[(&str, &str)], &str); 5] = [
            (&[], "README.md: its first commands are"),
            (&[("README.md", other_first)], "README.md: its first commands are"),
            (&[("README.md", README), ("docs/decisions/0002-b.md", DECISION)], "would be docs/decisions/0001-"),
            (&[("README.md", README), ("docs/decisions/0001-a.md", &partial)], "`## Revisit when` is missing"),
            (&[("README.md", README), ("docs/decisions/0001-a.md", &long)], "fits on a page"),
        ];
        for (files, expected) in cases {
            let found = check(&Tree::of(files));
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].contains(expected), "{found:?}");
        }
    }
}
