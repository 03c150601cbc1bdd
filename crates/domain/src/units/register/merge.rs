//! A list beside what is kept of an earlier one: what is new, what ends, and what contradicts.
//!
//! A newer list may add units, versions and successions, say when and by what a version ended, and correct documents and
//! rival codes. It never rewrites what a unit was called, was or belonged to on a day that is kept: that would rewrite
//! results, and it is more often the wrong file than a correction.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;

use super::{Edge, File, Problem, Succession, Version, check, day_text};

/// What a list changes.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The source's keys of units that are not kept yet.
    pub units: BTreeSet<String>,
    /// Versions that are not kept yet, of those units or of others.
    pub versions: Vec<Version>,
    /// Versions that are kept and get an end, other documents or another rival code.
    pub completed: Vec<Version>,
    /// Successions that are not kept yet.
    pub edges: Vec<Edge>,
}

impl Changes {
    /// Whether the list says nothing new.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Lays a list beside what is kept, or says everything that is wrong.
pub fn merge(
    kept: Vec<Version>,
    kept_edges: Vec<Edge>,
    versions: Vec<Version>,
    edges: Vec<Edge>,
) -> Result<Changes, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut changes = Changes::default();
    let known: BTreeSet<String> = kept.iter().map(|version| version.uid.clone()).collect();
    let mut left: HashMap<(String, Date), Version> =
        kept.into_iter().map(|version| ((version.uid.clone(), version.valid.from), version)).collect();
    let mut all = Vec::with_capacity(left.len().max(versions.len()));
    for version in versions {
        if let Some(before) = left.remove(&(version.uid.clone(), version.valid.from)) {
            contradicts(&before, &version, &mut problems);
            if (Version { line: version.line, ..before }) != version {
                changes.completed.push(version.clone());
            }
        } else {
            if !known.contains(&version.uid) {
                changes.units.insert(version.uid.clone());
            }
            changes.versions.push(version.clone());
        }
        all.push(version);
    }
    all.extend(left.into_values());
    let mut left: HashMap<(Date, String, String), Edge> = kept_edges
        .into_iter()
        .map(|edge| ((edge.succession.on, edge.predecessor.clone(), edge.successor.clone()), edge))
        .collect();
    let mut all_edges = Vec::with_capacity(left.len().max(edges.len()));
    for edge in edges {
        match left.remove(&(edge.succession.on, edge.predecessor.clone(), edge.successor.clone())) {
            Some(before) if (Edge { line: edge.line, ..before.clone() }) == edge => {}
            Some(before) => problems.push(other_edge(&before, &edge)),
            None => changes.edges.push(edge.clone()),
        }
        all_edges.push(edge);
    }
    all_edges.extend(left.into_values());
    problems.extend(check(&all, &all_edges));
    problems.sort_by_key(|problem| (problem.file, problem.line));
    if problems.is_empty() { Ok(changes) } else { Err(problems) }
}

/// What a row says otherwise than what is kept, and may not.
fn contradicts(before: &Version, version: &Version, problems: &mut Vec<Problem>) {
    let text = |text: Option<&String>| text.cloned().unwrap_or_default();
    let until = (before.valid.until.is_some() && before.valid.until != version.valid.until)
        .then(|| ("valid_to", day_text(before.valid.until), day_text(version.valid.until)));
    let cells = [
        ("kind", before.kind.code().to_owned(), version.kind.code().to_owned()),
        ("code", before.code.clone(), version.code.clone()),
        ("full_name", before.full_name.clone(), version.full_name.clone()),
        ("parent_uid", text(before.parent.as_ref()), text(version.parent.as_ref())),
    ];
    for (column, kept, said) in cells.into_iter().chain(until).filter(|(_, kept, said)| kept != said) {
        let uid = &version.uid;
        problems.push(Problem::new(
            File::Versions,
            version.line,
            column,
            format!("hệ thống đang giữ “{kept}” cho {uid}, tệp ghi “{said}”; kiểm tra có nhầm tệp hoặc tệp cũ không"),
            format!(
                "“{kept}” is kept for {uid}, the file says “{said}”; look whether it is the right file, and the newest"
            ),
        ));
    }
}

fn other_edge(before: &Edge, edge: &Edge) -> Problem {
    let (one, other) = (&edge.predecessor, &edge.successor);
    let Succession { relation, portion, area, population, .. } = &before.succession;
    let kept = [relation.code(), portion.code(), area.code(), population.code()].join(", ");
    Problem::new(
        File::Edges,
        edge.line,
        "relation",
        format!("{one} → {other} đã được giữ với nội dung khác ({kept}); kiểm tra có nhầm tệp hoặc tệp cũ không"),
        format!("{one} → {other} is kept with other words ({kept}); look whether it is the right file, and the newest"),
    )
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::{
        calendar::Period,
        units::{
            BEGINNING, UnitKind,
            succession::{Portion, Relation},
        },
    };

    fn version(line: u64, uid: &str, until: Option<Date>) -> Version {
        Version {
            line,
            uid: uid.to_owned(),
            kind: UnitKind::Province,
            code: uid[1..3].to_owned(),
            alt_code: None,
            full_name: format!("Tỉnh {uid}"),
            parent: None,
            valid: Period { from: BEGINNING, until },
            basis_from: None,
            basis_until: None,
        }
    }

    fn newer() -> (Vec<Version>, Vec<Edge>) {
        let mut next = version(4, "P96.2", None);
        next.valid.from = date(2025, 7, 1);
        let on = Some(date(2025, 7, 1));
        let edge = |line, uid: &str| Edge {
            line,
            level: next.level(),
            predecessor: uid.to_owned(),
            predecessor_code: uid[1..3].to_owned(),
            successor: "P96.2".to_owned(),
            successor_code: "96".to_owned(),
            succession: Succession {
                on: date(2025, 7, 1),
                relation: Relation::Merge,
                portion: Portion::Whole,
                area: Portion::Whole,
                population: Portion::Whole,
                code_inherited: uid == "P96.1",
                legal_basis: None,
                clause: None,
                evidence: None,
            },
        };
        (vec![version(2, "P95.1", on), version(3, "P96.1", on), next.clone()], vec![edge(2, "P95.1"), edge(3, "P96.1")])
    }

    #[test]
    fn a_newer_list_adds_and_closes_and_the_same_list_changes_nothing() {
        let old = || vec![version(0, "P95.1", None), version(0, "P96.1", None)];
        let (versions, edges) = newer();
        let changes = merge(old(), Vec::new(), versions.clone(), edges.clone()).expect("in order");
        assert_eq!((changes.units.len(), changes.versions.len()), (1, 1));
        assert_eq!((changes.completed.len(), changes.edges.len()), (2, 2));
        let kept = |versions: Vec<Version>| -> Vec<Version> {
            versions.into_iter().map(|version| Version { line: 0, ..version }).collect()
        };
        let kept_edges = edges.iter().map(|edge| Edge { line: 0, ..edge.clone() }).collect();
        let again = merge(kept(versions.clone()), kept_edges, versions.clone(), edges).expect("in order");
        assert!(again.is_empty());
        let part = merge(kept(versions), Vec::new(), Vec::new(), Vec::new()).expect("a list of nothing says nothing");
        assert!(part.is_empty());
    }

    #[test]
    fn what_is_kept_is_not_rewritten() {
        let (versions, edges) = newer();
        let older = vec![version(7, "P95.1", None)];
        let problems = merge(versions.clone(), edges.clone(), older, Vec::new()).expect_err("older");
        assert!(problems.iter().any(|problem| (problem.line, problem.column) == (7, "valid_to")), "{problems:?}");
        let mut renamed = versions[1].clone();
        renamed.full_name = "Tỉnh Minh Hải".to_owned();
        let problems = merge(versions.clone(), Vec::new(), vec![renamed], Vec::new()).expect_err("rewritten");
        assert_eq!(problems[0].column, "full_name");
        assert!(problems[0].what.vi.contains("hệ thống đang giữ “Tỉnh P96.1”"), "{problems:?}");
        let mut other = edges[0].clone();
        other.succession.relation = Relation::Absorbed;
        let problems = merge(versions, edges, Vec::new(), vec![other]).expect_err("other words");
        assert!(problems.iter().any(|problem| problem.column == "relation"), "{problems:?}");
    }

    #[test]
    fn a_row_that_stands_twice_is_found() {
        let rows = vec![version(2, "P95.1", None), version(3, "P95.1", None)];
        let problems = merge(Vec::new(), Vec::new(), rows, Vec::new()).expect_err("twice");
        assert_eq!((problems[0].line, problems[0].column), (3, "valid_from"));
        let (versions, mut edges) = newer();
        edges.push(Edge { line: 4, ..edges[0].clone() });
        let problems = merge(Vec::new(), Vec::new(), versions, edges).expect_err("twice");
        assert_eq!((problems[0].line, problems[0].column), (4, "successor_uid"));
    }
}
