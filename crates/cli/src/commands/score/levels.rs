//! Tables whose results others read: the units below, and the same units in another programme. Each is scored before
//! whoever reads it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use dienhinh_domain::{
    dossiers::State,
    programmes::{ChildResults, CriteriaSet},
    units::UnitKind,
};
use dienhinh_engine::{Inputs, Plan, Scores, score};

use crate::commands::{
    Rejected, pack,
    table::{About, Table, is_parquet},
};

/// A pack with its table, and with its scores once they are known.
pub(crate) struct Level {
    file: PathBuf,
    set: CriteriaSet,
    pub(crate) plan: Plan,
    pub(crate) table: Table,
    pub(crate) scores: Scores,
}

impl Level {
    /// Reads both.
    pub(crate) fn open(folder: &Path, file: &Path) -> Result<Self, Rejected> {
        let (set, plan) = pack::open(folder)?;
        Self::read(set, plan, file)
    }

    /// Reads the table of a set.
    pub(crate) fn read(set: CriteriaSet, plan: Plan, file: &Path) -> Result<Self, Rejected> {
        let table = Table::open(&plan, &[], file)?;
        let scores = Scores { outcomes: Vec::new(), points_thousandths: Vec::new(), totals: Vec::new() };
        Ok(Self { file: file.to_owned(), set, plan, table, scores })
    }

    fn is_scored(&self) -> bool {
        self.scores.totals.len() == self.table.units.len()
    }

    fn kind(&self, about: &About) -> Option<UnitKind> {
        kind_of(&self.set, about)
    }

    fn mistakes(&self) -> Vec<String> {
        mistakes(&self.set, &self.table, &self.file, self.table.units.len())
    }

    /// Whether it gives results that a criterion of the other reads.
    fn is_read_by(&self, other: &Self) -> bool {
        other.set.criteria.iter().any(|criterion| {
            criterion.other_programme.as_ref() == Some(&self.set.programme)
                || criterion.children.as_ref().is_some_and(|reads| self.gives(reads))
        })
    }

    fn gives(&self, reads: &ChildResults) -> bool {
        reads.programme == self.set.programme && reads.kinds.iter().any(|kind| self.set.kinds.contains(kind))
    }

    /// How the unit in a row stands, as its dossier would.
    fn state(&self, row: usize) -> State {
        match self.scores.totals[row].recognised {
            _ if self.table.about[row].registered == "0" => State::Invited,
            Some(true) => State::Recognised,
            Some(false) => State::NotRecognised,
            None => State::Appraised,
        }
    }
}

/// The kind of a unit: as the table says, else the one kind of the set.
fn kind_of(set: &CriteriaSet, about: &About) -> Option<UnitKind> {
    match set.kinds.as_slice() {
        [only] if about.kind.is_empty() => Some(*only),
        kinds => UnitKind::named(&about.kind).into_iter().find(|kind| kinds.contains(kind)),
    }
}

/// Mistakes in the columns about the units: a kind that the set is not for, a group that it does not have. `read` rows
/// of the file were read, those of the table last.
pub(super) fn mistakes(set: &CriteriaSet, table: &Table, file: &Path, read: usize) -> Vec<String> {
    let before = read - table.units.len();
    let heading = usize::from(!is_parquet(file));
    let mut mistakes = Vec::new();
    for (row, about) in table.about.iter().enumerate() {
        let mut say = |column: &str, cell: &str, known: Vec<&str>| {
            let (place, row, known) = (file.display(), before + row + 1 + heading, known.join(", "));
            mistakes.push(format!(
                "{place}: dòng / row {row}, cột / column {column}: “{cell}”: dùng {known} / use one of {known}"
            ));
        };
        if !about.kind.is_empty() && kind_of(set, about).is_none() {
            say("kind", &about.kind, set.kinds.iter().map(|kind| kind.code()).collect());
        }
        let groups = &set.unit_groups;
        if !about.unit_group.is_empty() && !groups.iter().any(|group| group.id == about.unit_group) {
            let known = groups.iter().map(|group| group.id.as_str()).collect();
            say("unit_group", &about.unit_group, known);
        }
        if !matches!(about.registered.as_str(), "" | "0" | "1") {
            say("registered", &about.registered, vec!["1", "0"]);
        }
    }
    mistakes
}

/// Scores every level, those first that others read; the order of the levels stays.
pub(crate) fn scored(mut levels: Vec<Level>) -> Result<Vec<Level>, Rejected> {
    let mut mistakes: Vec<String> = levels.iter().flat_map(Level::mistakes).collect();
    mistakes.extend(strangers(&levels));
    if !mistakes.is_empty() {
        return Err(Rejected::Data(mistakes));
    }
    while levels.iter().any(|level| !level.is_scored()) {
        let waits = |at: usize| {
            let open = levels.iter().enumerate().filter(|(other, level)| *other != at && !level.is_scored());
            open.into_iter().any(|(_, level)| level.is_read_by(&levels[at]))
        };
        let Some(next) = (0..levels.len()).find(|at| !levels[*at].is_scored() && !waits(*at)) else {
            let text = "các bộ tiêu chí đọc kết quả của nhau / the packs read the results of each other";
            return Err(Rejected::Data(vec![text.to_owned()]));
        };
        let figures = derived(&levels, next);
        let level = &mut levels[next];
        let given: BTreeSet<&String> = figures.iter().map(|(_, key, _)| key).collect();
        if let Some(twice) = level.table.keys.iter().find(|key| given.contains(key)) {
            let place = level.file.display();
            return Err(Rejected::Data(vec![format!(
                "{place}: cột / column {twice}: đã được tính từ --with, bỏ cột này / comes from --with; drop the column"
            )]));
        }
        for (row, key, value) in &figures {
            // Counts of rows fit, and keys come from the plan.
            let _ = level.table.inputs.set(&level.plan, *row, key, *value);
        }
        level.table.keys.extend(figures.iter().map(|(_, key, _)| key.clone()).collect::<BTreeSet<String>>());
        level.table.name_absent(&level.plan, &level.file);
        level.scores = by_group(&level.set, &level.plan, &level.table)?;
    }
    Ok(levels)
}

/// Units whose `parent` is in no table, where somebody reads them.
fn strangers(levels: &[Level]) -> Vec<String> {
    let mut mistakes = Vec::new();
    for level in levels {
        let readers = levels.iter().filter(|other| {
            other
                .set
                .criteria
                .iter()
                .filter_map(|criterion| criterion.children.as_ref())
                .any(|reads| level.gives(reads))
        });
        let parents: Vec<&Level> = readers.collect();
        if parents.is_empty() {
            continue;
        }
        let known: BTreeSet<&str> = parents.iter().flat_map(|parent| &parent.table.units).map(String::as_str).collect();
        for (row, about) in level.table.about.iter().enumerate() {
            let (place, line) = (level.file.display(), row + 2);
            if !known.contains(about.parent.as_str()) {
                let parent = &about.parent;
                mistakes.push(format!(
                    "{place}: dòng / row {line}, cột / column parent: “{parent}”: không có đơn vị này ở bảng cấp trên / no such unit in the table above"
                ));
            }
            if level.kind(about).is_none() {
                mistakes.push(format!(
                    "{place}: dòng / row {line}, cột / column kind: chưa ghi loại đơn vị / the kind of unit is missing"
                ));
            }
        }
    }
    mistakes
}

/// The figures of a level that follow from results of the others: row, key, value.
fn derived(levels: &[Level], at: usize) -> Vec<(usize, String, Option<i64>)> {
    let level = &levels[at];
    let mut figures = Vec::new();
    for criterion in &level.set.criteria {
        if let (Some(programme), Some(input)) = (&criterion.other_programme, criterion.inputs.first()) {
            let others =
                levels.iter().enumerate().filter(|(other, giver)| *other != at && giver.set.programme == *programme);
            let results: BTreeMap<&str, Option<bool>> = others
                .flat_map(|(_, giver)| giver.table.units.iter().zip(&giver.scores.totals))
                .map(|(unit, totals)| (unit.as_str(), totals.recognised))
                .collect();
            if !results.is_empty() {
                let of = |unit: &String| results.get(unit.as_str()).copied().flatten().map(i64::from);
                let rows = level.table.units.iter().enumerate();
                figures.extend(rows.map(|(row, unit)| (row, input.key.clone(), of(unit))));
            }
        }
        let Some(reads) = &criterion.children else { continue };
        let givers: Vec<&Level> = levels.iter().filter(|giver| giver.gives(reads)).collect();
        if givers.is_empty() {
            continue;
        }
        let mut children: BTreeMap<&str, Vec<(UnitKind, State)>> = BTreeMap::new();
        for giver in givers {
            for (row, about) in giver.table.about.iter().enumerate() {
                let kind = giver.kind(about).filter(|kind| reads.kinds.contains(kind));
                children.entry(&about.parent).or_default().extend(kind.map(|kind| (kind, giver.state(row))));
            }
        }
        for (row, unit) in level.table.units.iter().enumerate() {
            let own = children.get(unit.as_str()).map_or(&[][..], Vec::as_slice);
            let found = reads.figures(|kind| own.iter().filter(|(of, _)| *of == kind).count(), own);
            let values = found.iter().flat_map(|of| [Some(of.total), Some(of.registered), of.recognised]);
            figures.extend(criterion.inputs.iter().zip(values).map(|(input, value)| (row, input.key.clone(), value)));
        }
    }
    figures
}

/// Scores a table, each unit with the numbers of its group.
pub(crate) fn by_group(set: &CriteriaSet, plan: &Plan, table: &Table) -> Result<Scores, Rejected> {
    let mut scores = score(plan, &table.inputs);
    let groups: BTreeSet<&str> =
        table.about.iter().map(|about| about.unit_group.as_str()).filter(|group| !group.is_empty()).collect();
    for group in groups {
        let Some(adjusted) = set.for_units(group) else { continue };
        let plan = pack::compiled(&adjusted)?;
        let rows: Vec<usize> = (0..table.units.len()).filter(|row| table.about[*row].unit_group == group).collect();
        let mut inputs = Inputs::empty(&plan, rows.len());
        for (to, row) in rows.iter().enumerate() {
            inputs.copy_row(to, &table.inputs, *row);
        }
        let own = score(&plan, &inputs);
        for (from, row) in rows.into_iter().enumerate() {
            scores.totals[row] = own.totals[from];
            for at in 0..own.outcomes.len() {
                scores.outcomes[at][row] = own.outcomes[at][from];
                scores.points_thousandths[at][row] = own.points_thousandths[at][from];
            }
        }
    }
    Ok(scores)
}
