//! Rows that become answers in the dossiers of a cycle.

use std::collections::BTreeMap;

use dienhinh_domain::{
    access::{Action, Actor, may},
    audit::{Author, Change},
    cycles::Cycle,
    dossiers::{Answer, Dossier, Stage},
    ids::{CycleId, DossierId, ImportId, UnitId},
    imports::{Answers, Refusal, RowAnswers, Sheet, answers},
    programmes::Text,
    sheets::{IntoAnswers, Reading, Record},
    units::UnitAsOf,
};
use dienhinh_engine::plan::VALUE_MAX;
use dienhinh_storage::{
    Tx, audit, cycles, dossiers,
    imports::{self as stored, WrittenAnswer},
};
use jiff::Timestamp;
use serde_json::json;

use super::take::{Cycle as Wanted, ImportError, entry};
use crate::{
    access::actions::salt,
    app::App,
    dossiers::{case::Case, version},
    web::{lang::Lang, problem::Problem},
};

/// How many dossiers lie in memory at once.
pub(super) const AT_ONCE: usize = 100;

/// The criteria that change in a dossier, with their figures.
type Changes = BTreeMap<String, BTreeMap<String, i64>>;

/// A row that changes a dossier.
struct Changed {
    /// The place of its record.
    record: usize,
    dossier: Dossier,
    changes: Changes,
    /// A figure that is there becomes another one.
    replaces: bool,
}

/// What is to be written, each with the place of its record.
pub(super) struct Planned {
    cycle: CycleId,
    changes: Vec<Changed>,
    /// Rows that say what is there.
    unchanged: Vec<usize>,
}

/// The cycle that is answered.
pub(super) async fn cycle(
    app: &App,
    tx: &mut Tx,
    into: &IntoAnswers,
    wanted: Option<Wanted>,
) -> Result<Cycle, ImportError> {
    let no = |vi: String, en: String| ImportError::Cycle { set: into.set.clone(), vi, en };
    if app.latest_set(&into.set).is_none() {
        return Err(no("không có ở đây".to_owned(), "is not here".to_owned()));
    }
    let of_set: Vec<Cycle> = cycles::all(tx).await?.into_iter().filter(|cycle| cycle.set_code == into.set).collect();
    let fits = |cycle: &&Cycle| match wanted {
        None => true,
        Some(Wanted::Id(id)) => cycle.id == id,
        Some(Wanted::Year(year)) => cycle.year == year,
    };
    let fitting: Vec<&Cycle> = of_set.iter().filter(fits).collect();
    let list = of_set.iter().map(|cycle| format!("{} ({})", cycle.year, cycle.id)).collect::<Vec<_>>().join(", ");
    match fitting[..] {
        [one] => Ok(one.clone()),
        [] if of_set.is_empty() => Err(no("chưa mở kỳ nào".to_owned(), "has no cycle yet".to_owned())),
        [] => Err(no(format!("không có kỳ đó; có: {list}"), format!("has no such cycle; there are: {list}"))),
        _ => Err(no(
            format!("có nhiều kỳ, chọn bằng --cycle: {list}"),
            format!("has several cycles, choose with --cycle: {list}"),
        )),
    }
}

/// Decides what becomes of the rows.
pub(super) async fn plan(
    app: &App,
    tx: &mut Tx,
    into: &IntoAnswers,
    reading: &mut Reading,
    cycle: Cycle,
) -> Result<Planned, ImportError> {
    let set = &app.installed(&cycle)?.set;
    let units: Vec<UnitId> =
        reading.records.iter().filter_map(|record| record.units.get(&into.unit)).map(UnitAsOf::id).collect();
    let sheets: BTreeMap<UnitId, Sheet> = stored::dossiers_of(tx, cycle.id, units.into_iter())
        .await?
        .into_iter()
        .map(|(unit, (dossier, returns))| (unit, Sheet { dossier, returns }))
        .collect();
    let Answers { rows, refused, problems } =
        answers(into, set, reading, &sheets, VALUE_MAX).map_err(ImportError::Map)?;
    reading.problems.extend(problems);
    for refusal in refused {
        let expected = Text {
            vi: "hồ sơ đang được nhập".to_owned(),
            en: "a dossier that is being filled in".to_owned(),
        };
        tell(reading, &refusal, expected);
    }
    let of_rows: Vec<DossierId> = rows.iter().map(|row| row.dossier).collect();
    let written = dossiers::answers_by_dossier(tx, of_rows.into_iter()).await?;
    let mut planned = Planned { cycle: cycle.id, changes: Vec::new(), unchanged: Vec::new() };
    for row in rows {
        let (changes, replaces) = changes(&row, written.get(&row.dossier));
        if changes.is_empty() {
            planned.unchanged.push(row.record);
        } else if let Some(sheet) = sheets.get(&row.unit) {
            let dossier = sheet.dossier.clone();
            planned.changes.push(Changed { record: row.record, dossier, changes, replaces });
        }
    }
    Ok(planned)
}

/// Refuses rows of units that the actor does not reach.
pub(super) fn keep_to(actor: Actor, into: &IntoAnswers, reading: &mut Reading) {
    let beyond = |(at, record): (usize, &Record)| {
        let refused = may(actor, Action::ImportsTake, record.units.get(&into.unit)?).err()?;
        Some(Refusal { record: at, field: into.unit.clone(), refused })
    };
    let refused: Vec<Refusal> = reading.records.iter().enumerate().filter_map(beyond).collect();
    let expected = Text {
        vi: "đơn vị thuộc địa bàn của người nhập".to_owned(),
        en: "a unit of the area of whoever takes the list in".to_owned(),
    };
    for refusal in refused {
        tell(reading, &refusal, expected.clone());
    }
}

/// Puts what the rules say among the problems, at its cell.
fn tell(reading: &mut Reading, Refusal { record, field, refused }: &Refusal, expected: Text) {
    let Some(record) = reading.records.get(*record) else { return };
    let what = Text { vi: Lang::Vi.why(refused), en: Lang::En.why(refused) };
    let problem = record.problem(field, expected, what);
    reading.problems.push(problem);
}

/// The criteria that a row changes, each with all its figures as they will be, and whether one that is there becomes
/// another.
fn changes(row: &RowAnswers, written: Option<&dossiers::Answers>) -> (Changes, bool) {
    let (mut changes, mut replaces) = (Changes::new(), false);
    for (criterion, figures) in &row.criteria {
        let before = written.and_then(|answers| answers.get(&(criterion.clone(), Stage::SelfAssessed)));
        let before = before.map(|answer| answer.inputs.clone()).unwrap_or_default();
        let mut after = before.clone();
        after.extend(figures.iter().map(|(key, value)| (key.clone(), *value)));
        if after != before {
            replaces |= before.iter().any(|(key, figure)| after.get(key) != Some(figure));
            changes.insert(criterion.clone(), after);
        }
    }
    (changes, replaces)
}

impl Planned {
    /// Which cycle is answered.
    pub(super) fn cycle(&self) -> CycleId {
        self.cycle
    }

    /// Rows that change a dossier.
    pub(super) fn written(&self) -> usize {
        self.changes.len()
    }

    /// Rows of these in which something else stood before.
    pub(super) fn replacing(&self) -> usize {
        self.changes.iter().filter(|changed| changed.replaces).count()
    }

    /// Rows that say what is there.
    pub(super) fn unchanged(&self) -> usize {
        self.unchanged.len()
    }

    /// Leaves out what something stands against.
    pub(super) fn leave_out(&mut self, is_wrong: impl Fn(usize) -> bool) {
        self.changes.retain(|changed| !is_wrong(changed.record));
        self.unchanged.retain(|record| !is_wrong(*record));
    }

    pub(super) async fn write(
        &self,
        app: &App,
        tx: &mut Tx,
        (import, by): (ImportId, Author),
        at: Timestamp,
    ) -> Result<(), ImportError> {
        let mut written = Vec::new();
        for some in self.changes.chunks(AT_ONCE) {
            let dossiers = some.iter().map(|changed| changed.dossier.clone()).collect();
            let cases = Case::many(app, tx, dossiers).await?;
            for (mut case, Changed { changes, .. }) in cases.into_iter().zip(some) {
                let figures = changes.iter().map(|(criterion, inputs)| (criterion.clone(), inputs.clone())).collect();
                written.extend(rewrite(app, tx, &mut case, figures, (Action::ImportsTake, import, (by, at))).await?);
            }
        }
        Ok(stored::add_answers(tx, import, &written).await?)
    }
}

/// Writes the figures of some criteria of a dossier, with an entry of its own, and gives what stood there before.
pub(super) async fn rewrite(
    app: &App,
    tx: &mut Tx,
    case: &mut Case,
    figures: Vec<(String, BTreeMap<String, i64>)>,
    (action, import, (by, at)): (Action, ImportId, (Author, Timestamp)),
) -> Result<Vec<WrittenAnswer>, ImportError> {
    let before = version::text(case);
    let (dossier, mut written, mut rows) = (case.dossier.id, Vec::new(), Vec::new());
    for (criterion, inputs) in figures {
        let key = (criterion, Stage::SelfAssessed);
        let old = case.answers.get(&key).cloned().unwrap_or_default();
        let (inputs_before, revision_before) = (old.inputs.clone(), old.revision);
        let new = Answer { inputs, at, ..old };
        let saved = dossiers::save_answer(tx, dossier, &key.0, Stage::SelfAssessed, &new, new.revision).await?;
        // It was read in this transaction.
        let revision = saved.ok_or_else(|| Problem::Failed(format!("{dossier}: {} changed meanwhile", key.0)))?;
        rows.push(json!({ "criterion": key.0, "revision": revision }));
        written.push(WrittenAnswer { dossier, criterion: key.0.clone(), inputs_before, revision_before, revision });
        case.answers.insert(key, Answer { revision, ..new });
    }
    let subject = dossier.to_string();
    let salt = salt(app, tx, &subject).await?;
    let change = Change::salted(&salt, Some(&before), Some(&version::text(case)));
    let detail = json!({ "import": import.to_string(), "rows": rows });
    let entry = entry((by, at), action, (case.dossier.unit, subject), &detail, change);
    audit::append(tx, &entry, &app.keys.signing).await?;
    Ok(written)
}

#[cfg(test)]
mod tests {
    use dienhinh_domain::{
        access::Role,
        calendar::Period,
        units::{UnitKind, UnitVersion},
    };
    use jiff::civil::date;
    use uuid::Uuid;

    use super::*;

    fn unit(number: u128, ancestors: Vec<UnitVersion>) -> UnitAsOf {
        let day = date(2023, 10, 31);
        let version = UnitVersion {
            unit: UnitId::new(Uuid::from_u128(number)),
            valid: Period::from(date(2020, 1, 1)),
            name: format!("Khóm {number}"),
            kind: UnitKind::ResidentialArea,
            code: None,
            parent: None,
            illustrative: false,
        };
        UnitAsOf { as_of: day, version, ancestors }
    }

    #[test]
    fn rows_of_units_that_an_officer_does_not_reach_are_mistakes_at_their_cells() {
        let (ward, other) = (unit(10, Vec::new()), unit(20, Vec::new()));
        let units = [unit(1, vec![ward.version.clone()]), unit(2, vec![other.version]), ward.clone()];
        let record = |(row, unit): (usize, &UnitAsOf)| Record {
            table: "Biểu".into(),
            row,
            hidden_row: false,
            fields: Vec::new(),
            units: [("unit".to_owned(), unit.clone())].into(),
            duplicate_of: None,
            refused: None,
        };
        let mut reading = Reading { records: (2..).zip(&units).map(record).collect(), ..Reading::default() };
        let into = IntoAnswers { set: String::new(), unit: "unit".to_owned(), inputs: Vec::new() };
        keep_to(Actor { role: Role::UnitOfficer, scope: ward.id() }, &into, &mut reading);
        let told: Vec<&str> = reading.problems.iter().map(|problem| problem.what.vi.as_str()).collect();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("Khóm 2"), "{told:?}");
    }
}
