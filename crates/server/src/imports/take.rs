//! A spreadsheet is read by its map, its rows are decided upon, and what may be written is written: in one transaction,
//! with its entries in the record.

use std::collections::{BTreeMap, BTreeSet};

use dienhinh_documents::sheets::{Form, LIMITS, SheetError, read as read_file};
use dienhinh_domain::{
    access::Action,
    audit::{Author, Change, Entry, sha256},
    ids::{CycleId, ImportId, UnitId},
    imports::Wrong,
    programmes,
    sheets::{Frame, Map, Reading, Record, Table, Target, mentions, read, rejected, settle},
    units::{
        UnitAsOf,
        lookup::{Found, Mention, NotFound, is_called, is_there},
    },
};
use dienhinh_storage::{
    Failure, Tx,
    imports::{self as stored, Became, Import, SavedMap},
    units as stored_units,
    units::history::ever,
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{answers, rejected::workbook, tables::tables_of, units};
use crate::{
    access::actions::{Done, DoneByOperator, Overtaken, conclude, conclude_for_operator},
    app::App,
    request,
    start::StartError,
    units::lookup,
    web::problem::Problem,
};

/// How many rows one import takes: it is one transaction, for which everybody else waits.
pub(super) const RECORDS_MAX: usize = 5_000;

/// A map, or the name of one that was used before.
#[derive(Debug, Clone)]
pub enum MapSource {
    /// Its TOML.
    Text(String),
    /// Its name.
    Named(String),
}

/// Which cycle is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cycle {
    /// The one with this identity.
    Id(CycleId),
    /// The one of the set of the map and this year.
    Year(i16),
}

/// What is to be taken in, and how.
#[derive(Debug, Clone)]
pub struct WantedImport {
    /// The name of the file.
    pub file_name: String,
    /// The file.
    pub file: Vec<u8>,
    /// The map of its form.
    pub map: MapSource,
    /// The day from which new units hold, or of which a list of answers speaks. Without it: today, or the last day that
    /// the cycle assesses.
    pub as_of: Option<Date>,
    /// What all its units lie in or below: a code, an identity, or a name with what that lies in, parted by commas.
    pub below: Option<String>,
    /// Which cycle is answered; needed where the set has several.
    pub cycle: Option<Cycle>,
    /// Sound rows are taken where others are wrong.
    pub only_sound: bool,
    /// Nothing is written.
    pub dry_run: bool,
}

impl WantedImport {
    /// All of it but the file and its map, for the operator.
    pub(super) fn how(&self) -> How<'_> {
        How {
            by: Author::Operator,
            file_name: &self.file_name,
            as_of: self.as_of,
            below: self.below.as_deref(),
            cycle: self.cycle,
            only_sound: self.only_sound,
            dry_run: self.dry_run,
        }
    }
}

/// Who takes something in and how: a [`WantedImport`] without the file and its map, which are read before.
#[derive(Debug, Clone, Copy)]
pub(super) struct How<'a> {
    pub(super) by: Author,
    pub(super) file_name: &'a str,
    pub(super) as_of: Option<Date>,
    pub(super) below: Option<&'a str>,
    pub(super) cycle: Option<Cycle>,
    pub(super) only_sound: bool,
    pub(super) dry_run: bool,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Imported {
    /// Its identity; none where nothing was written.
    pub id: Option<ImportId>,
    /// What its rows become.
    pub became: Became,
    /// What the file was.
    pub form: Form,
    /// All that was read, with every problem.
    pub reading: Reading,
    /// Rows that were written; or would have been.
    pub written: usize,
    /// Rows of these in which something else stood before.
    pub replacing: usize,
    /// Rows that say what is there already.
    pub unchanged: usize,
    /// Rows that were left out for a mistake.
    pub rejected: usize,
    /// Mistakes kept everything from being written.
    pub is_refused: bool,
    /// A mistake concerns all rows, so that none can be taken by itself.
    pub is_wrong_as_a_whole: bool,
    /// The rows with mistakes as a workbook; none without any, or where a mistake concerns all rows.
    pub rejected_rows: Result<Option<Vec<u8>>, String>,
}

/// Why nothing was looked at.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Everything that is wrong in the map.
    #[error("mẫu biểu (map) không dùng được / the map cannot be used")]
    Map(Vec<programmes::Problem>),
    /// No map of that name was used here.
    #[error(
        "không có tệp hoặc mẫu biểu đã lưu tên “{0}”; đã lưu: {1} / there is no file and no saved map called “{0}”; saved: \
         {1}"
    )]
    NoMap(String, String),
    /// The map does not say what becomes of the rows.
    #[error(
        "mẫu biểu chưa nói các hàng thành gì: thêm [into.units] hoặc [into.answers] / the map does not say what the rows \
         become: add [into.units] or [into.answers]"
    )]
    NoTarget,
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] SheetError),
    /// It has more rows than are taken at once.
    #[error(
        "tệp có {0} hàng, mỗi lần nhập không quá {RECORDS_MAX}; chia tệp ra / {0} rows; at most {RECORDS_MAX} are taken at once, divide the file"
    )]
    TooMany(usize),
    /// What the units lie below is not one unit.
    #[error("--below “{0}”: {1}")]
    Below(String, String),
    /// The units lie below what the rows say.
    #[error(
        "mẫu biểu đã có cột đơn vị cấp trên, bỏ --below / the map has a field for what the units lie below; leave --below out"
    )]
    BelowTwice,
    /// It is not said which cycle.
    #[error("bộ tiêu chí {set}: {vi} / {en}")]
    Cycle {
        /// The code of the set.
        set: String,
        /// What is wrong, Vietnamese.
        vi: String,
        /// What is wrong, English.
        en: String,
    },
    /// The place cannot be used.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The database does not do it.
    #[error("{0}")]
    Failed(String),
    /// Another transaction came between.
    #[error("{0}")]
    Overtaken(String),
}

impl From<Failure> for ImportError {
    fn from(failure: Failure) -> Self {
        let told = failure.to_string();
        if failure.is_serialization_failure() { Self::Overtaken(told) } else { Self::Failed(told) }
    }
}

impl From<Problem> for ImportError {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::Overtaken(told) => Self::Overtaken(told),
            other => Self::Failed(format!("{other:?}")),
        }
    }
}

impl Overtaken for ImportError {
    fn is_overtaken(&self) -> bool {
        matches!(self, Self::Overtaken(_))
    }
}

/// A file and its map, read; nothing was looked up yet.
pub(super) struct Read {
    map: Map,
    form: Form,
    file_sha256: String,
    tables: Vec<Table>,
    reading: Reading,
}

/// Reads the file by the map.
pub(super) fn read_by(map: &str, file: &[u8]) -> Result<Read, ImportError> {
    let map = usable(map)?;
    let book = read_file(file, &LIMITS)?;
    let form = book.form;
    read_tables(map, (form, sha256(file)), tables_of(book))
}

/// A map that says what becomes of the rows.
pub(super) fn usable(map: &str) -> Result<Map, ImportError> {
    let map = Map::read(map).map_err(ImportError::Map)?;
    if map.target.is_none() { Err(ImportError::NoTarget) } else { Ok(map) }
}

/// Reads the tables of a file, of which the form and the hash are known, by a map.
pub(super) fn read_tables(
    map: Map,
    (form, file_sha256): (Form, String),
    tables: Vec<Table>,
) -> Result<Read, ImportError> {
    let reading = read(&map, &tables);
    if reading.records.len() > RECORDS_MAX {
        return Err(ImportError::TooMany(reading.records.len()));
    }
    Ok(Read { map, form, file_sha256, tables, reading })
}

impl Read {
    /// The rows with mistakes as a workbook, or why there is none.
    pub(super) fn rejected_rows(&self, imported: &Imported) -> Result<Option<Vec<u8>>, String> {
        if imported.is_wrong_as_a_whole {
            return Ok(None);
        }
        let tables = rejected(&self.map, &self.tables, &imported.reading);
        let rows = Some(tables).filter(|tables| !tables.is_empty()).map(workbook).transpose();
        rows.map_err(|cause| cause.to_string())
    }
}

/// What is decided before anything is written.
enum Plan {
    Units(units::Planned),
    Answers(answers::Planned),
}

impl Plan {
    fn leave_out(&mut self, is_wrong: impl Fn(usize) -> bool) {
        match self {
            Self::Units(plan) => plan.leave_out(is_wrong),
            Self::Answers(plan) => plan.leave_out(is_wrong),
        }
    }
}

/// What was written, for a request that comes again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Taken {
    /// The import.
    pub(crate) import: ImportId,
    /// How many rows.
    pub(crate) written: usize,
}

/// Decides what becomes of the rows, and writes it where that is wanted and nothing stands against it.
pub(super) async fn take(
    app: &App,
    mut tx: Tx,
    how: &How<'_>,
    map_text: &str,
    read: &Read,
) -> Result<Imported, ImportError> {
    let Read { map, form, reading, .. } = read;
    let mut reading = reading.clone();
    let target = map.target.as_ref().ok_or(ImportError::NoTarget)?;
    let mut plan = match target {
        Target::Units(into) => {
            let on = how.as_of.unwrap_or_else(|| app.today());
            if into.below.is_some() && how.below.is_some() {
                return Err(ImportError::BelowTwice);
            }
            let below = below(&mut tx, how.below, on).await?;
            look_up(&mut tx, map, &mut reading, &Frame::of(on), None).await?;
            Plan::Units(units::plan(app, &mut tx, into, &mut reading, below.as_ref(), on).await?)
        }
        Target::Answers(into) => {
            let cycle = answers::cycle(app, &mut tx, into, how.cycle).await?;
            let on = how.as_of.unwrap_or_else(|| cycle.last_day());
            let below = match how.by {
                Author::Operator | Author::Oneself => below(&mut tx, how.below, on).await?,
                Author::Actor(actor) => stored_units::get(&mut tx, actor.scope, on).await?,
            };
            let names = below.iter().flat_map(|unit| [&unit.version].into_iter().chain(&unit.ancestors));
            let frame = Frame { on, within: names.map(|version| version.name.clone()).collect() };
            // Whoever takes in for what lies below a unit may mean it itself; the operator says what lies below.
            let own = below.as_ref().filter(|_| how.by != Author::Operator);
            look_up(&mut tx, map, &mut reading, &frame, own).await?;
            if let Author::Actor(actor) = how.by {
                answers::keep_to(actor, into, &mut reading);
            }
            Plan::Answers(answers::plan(app, &mut tx, into, &mut reading, cycle).await?)
        }
    };
    reading.put_in_order();
    let wrong = Wrong::of(&reading);
    let is_wrong = |record| wrong.whole || reading.records.get(record).is_none_or(|record| wrong.has(record));
    plan.leave_out(is_wrong);
    let is_refused = !reading.problems.is_empty() && (wrong.whole || !how.only_sound);
    let (became, written, replacing, unchanged) = match &plan {
        Plan::Units(plan) => (Became::Units, plan.written(), 0, plan.unchanged()),
        Plan::Answers(plan) => (Became::Answers, plan.written(), plan.replacing(), plan.unchanged()),
    };
    let mut imported = Imported {
        id: None,
        became,
        form: *form,
        written,
        replacing,
        unchanged,
        rejected: count_wrong(&reading, &wrong),
        is_refused,
        is_wrong_as_a_whole: wrong.whole,
        rejected_rows: Ok(None),
        reading,
    };
    if !is_refused && !how.dry_run && written > 0 {
        imported.id = Some(write(app, tx, how, (map_text, read), &plan, &imported).await?);
    }
    Ok(imported)
}

async fn write(
    app: &App,
    mut tx: Tx,
    how: &How<'_>,
    (map_text, read): (&str, &Read),
    plan: &Plan,
    imported: &Imported,
) -> Result<ImportId, ImportError> {
    let at = app.now();
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let import = Import {
        id: ImportId::new(app.new_id()),
        by: how.by,
        became: imported.became,
        cycle: match plan {
            Plan::Units(_) => None,
            Plan::Answers(plan) => Some(plan.cycle()),
        },
        file_name: how.file_name.to_owned(),
        file_sha256: read.file_sha256.clone(),
        map_name: read.map.name.clone(),
        written: count(imported.written),
        unchanged: count(imported.unchanged),
        rejected: count(imported.rejected),
        made_at: at,
        undone_at: None,
    };
    stored::add(&mut tx, &import).await?;
    stored::save_map(&mut tx, &SavedMap { name: read.map.name.clone(), content: map_text.to_owned(), saved_at: at })
        .await?;
    match plan {
        Plan::Units(plan) => plan.write(&mut tx, import.id).await?,
        Plan::Answers(plan) => plan.write(app, &mut tx, (import.id, how.by), at).await?,
    }
    let detail = json!({
        "target": import.became.code(),
        "cycle": import.cycle.map(|cycle| cycle.to_string()),
        "file_sha256": import.file_sha256,
        "map": import.map_name,
        "written": import.written,
        "unchanged": import.unchanged,
        "rejected": import.rejected,
    });
    let subject = import.id.to_string();
    let outcome = Taken { import: import.id, written: imported.written };
    end(app, tx, (how.by, at), (Action::ImportsTake, subject, &detail), outcome).await?;
    Ok(import.id)
}

/// Writes the entry of an import that was taken or taken back, and makes it durable.
pub(super) async fn end(
    app: &App,
    tx: Tx,
    (by, at): (Author, Timestamp),
    (action, subject, detail): (Action, String, &Value),
    outcome: impl Serialize,
) -> Result<(), ImportError> {
    match by {
        Author::Operator | Author::Oneself => {
            let done = DoneByOperator { at, action, subject, detail, change: Change::salted("", None, None) };
            conclude_for_operator(tx, &app.keys.signing, done).await?;
        }
        Author::Actor(actor) => {
            let done = Done { action, unit: actor.scope, subject, detail, before: None, after: None };
            conclude(app, tx, actor, done, outcome).await?;
        }
    }
    Ok(())
}

/// What an import did to one dossier, as an entry of its own.
pub(super) fn entry(
    (author, at): (Author, Timestamp),
    action: Action,
    (unit, subject): (UnitId, String),
    detail: &Value,
    change: Change,
) -> Entry {
    let (detail, request) = (detail.to_string(), request::current());
    Entry { at, author, account: request::account(), action, unit: Some(unit), subject, detail, request, change }
}

/// Finds the units that the rows name: those within the frame, or `own`, in which the frame is.
async fn look_up(
    tx: &mut Tx,
    map: &Map,
    reading: &mut Reading,
    frame: &Frame,
    own: Option<&UnitAsOf>,
) -> Result<(), ImportError> {
    let wanted = mentions(&map.units, reading, frame);
    let mut found = if wanted.is_empty() { BTreeMap::new() } else { lookup::find(tx, &wanted).await? };
    if let Some(own) = own {
        for (mention, unit) in found.iter_mut().filter(|(_, unit)| matches!(unit, Err(NotFound::Nobody))) {
            // It does not lie in itself, as the frame says of all units.
            let around = mention.within.iter().filter(|name| !is_called(&own.version, name));
            let names: Vec<String> = [&mention.name].into_iter().chain(around).cloned().collect();
            if is_there(own, &names) {
                *unit = Ok(Found { unit: own.clone(), former: None });
            }
        }
    }
    settle(map, reading, frame, |mention| found.get(mention));
    Ok(())
}

/// The one unit that `--below` means on a day.
async fn below(tx: &mut Tx, typed: Option<&str>, on: Date) -> Result<Option<UnitAsOf>, ImportError> {
    let Some(typed) = typed.map(str::trim) else { return Ok(None) };
    let no = |why: &str| Err(ImportError::Below(typed.to_owned(), why.to_owned()));
    let nobody = "không có đơn vị nào như vậy vào ngày đó / there is no such unit on that day";
    let found = if let Ok(id) = typed.parse::<UnitId>() {
        vec![id]
    } else if typed.bytes().all(|byte| byte.is_ascii_digit()) {
        ever(tx, typed, Some(on), 2).await?
    } else {
        let mut names = typed.split(',').map(|name| name.trim().to_owned());
        let mention = Mention {
            name: names.next().unwrap_or_default(),
            code: None,
            within: names.collect(),
            former: Vec::new(),
            on,
        };
        let mut found = lookup::find(tx, &std::iter::once(mention.clone()).collect()).await?;
        match found.remove(&mention) {
            Some(Ok(found)) => vec![found.unit.id()],
            Some(Err(NotFound::Several(units))) => {
                let units = units.iter().map(|unit| format!("{}, {}", unit.version.name, unit.place()));
                let units = units.collect::<Vec<_>>().join("; ");
                return no(&format!("nhiều đơn vị / several units: {units}"));
            }
            _ => Vec::new(),
        }
    };
    let [id] = found[..] else {
        let several = "nhiều đơn vị có mã này, ghi tên / several units have this code; give the name";
        return no(if found.is_empty() { nobody } else { several });
    };
    match stored_units::get(tx, id, on).await? {
        Some(unit) => Ok(Some(unit)),
        None => no(nobody),
    }
}

/// How many rows are not taken: records, and rows on which something is wrong that are none.
fn count_wrong(reading: &Reading, wrong: &Wrong) -> usize {
    let records = reading.records.iter().filter(|record| wrong.has(record)).count();
    let rows_of = |record: &Record| record.rows().map(|row| (record.table.to_string(), row)).collect::<Vec<_>>();
    let of_records: BTreeSet<(String, usize)> = reading.records.iter().flat_map(rows_of).collect();
    records + wrong.rows().filter(|(table, row)| !of_records.contains(&((*table).to_owned(), *row))).count()
}
