//! The register comes in from its files, by the operator: everything or nothing, and the same files again change nothing.
//!
//! What a row means and what contradicts what is decided in the domain. Here are files, one transaction and its entry.

use std::collections::HashMap;

use dienhinh_domain::{
    access::Action,
    audit::Change,
    ids::UnitId,
    text::{Order, nfc},
    units::register::{self as rules, Changes, Edge, File, Problem as Wrong, Version},
};
use dienhinh_storage::{
    Db, Failure, Tx, settings,
    units::register::{self as stored, Placed},
};
use jiff::Timestamp;
use serde_json::json;

use crate::{
    access::actions::{DoneByOperator, conclude_for_operator},
    app::{Clock as _, SystemChance, SystemClock, new_id},
    backup::{Progress, restore::is_cut_off},
    sample,
    start::{Installation, SAMPLE_LOADED_AT, StartError, make_folder},
    web::problem::Problem,
};

/// How many rows are written at once.
const ROWS: usize = 1_000;

/// No list of units is larger, in bytes: the national one has under three million.
const BYTES_MAX: usize = 64 * 1024 * 1024;

/// The content of the files.
#[derive(Debug, Clone, Default)]
pub struct RegisterFiles {
    /// `--register`: the versions of the units.
    pub versions: Vec<u8>,
    /// `--successions`: which unit took over from which.
    pub edges: Option<Vec<u8>>,
}

/// What came in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Registered {
    /// Units that were not there.
    pub units: usize,
    /// Versions that were not there.
    pub versions: usize,
    /// Versions that were there and got an end or other documents.
    pub completed: usize,
    /// Successions that were not there.
    pub successions: usize,
}

/// Why nothing came in.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// Everything that is wrong in the files.
    #[error("danh sách đơn vị không được nhận / the list of units is not taken")]
    Wrong(Vec<Wrong>),
    /// The installation has units of another origin, which the list would put there a second time.
    #[error(
        "ở đây đã có {0} đơn vị hành chính không lấy từ danh sách (dữ liệu mẫu hoặc mô phỏng), nhập vào sẽ bị trùng; nhập vào \
         hệ thống mới: chọn --data hoặc --database khác / there are {0} administrative units here that did not come from a \
         list (the sample or a simulation) and would stand twice; import into a new installation: choose another --data or \
         --database"
    )]
    Strangers(i64),
    /// Units were changed by reforms here, which a list knows nothing of.
    #[error(
        "ở đây đã thực hiện sắp xếp đơn vị bằng unit reform; danh sách mới không nhập thêm được / units were changed by unit \
         reform here; a newer list cannot be taken in"
    )]
    Reformed,
    /// The place cannot be used.
    #[error(transparent)]
    Start(#[from] StartError),
    /// What was read cannot be kept.
    #[error("{0}")]
    Failed(String),
}

impl From<Failure> for RegisterError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure.to_string())
    }
}

impl From<Problem> for RegisterError {
    fn from(problem: Problem) -> Self {
        Self::Failed(format!("{problem:?}"))
    }
}

type Told<'a> = &'a mut (dyn FnMut(&Progress<'_>) + Send);

/// Takes the register in: into an installation that came from it, or into a new one, which comes into being at the end
/// and as a whole.
pub async fn import_register(
    installation: &Installation,
    files: &RegisterFiles,
    progress: Told<'_>,
) -> Result<Registered, RegisterError> {
    let (versions, edges) = read(files, progress)?;
    let (data, url) = (&installation.data, &installation.database);
    let failed = |failure| installation.failed(failure);
    if is_cut_off(data, url).await? {
        return Err(StartError::CutOff(data.clone()).into());
    }
    if Db::exists(url).await.map_err(failed)? {
        let db = installation.open_database().await?;
        let done = into_existing(installation, &db, versions, edges, progress).await;
        db.close().await;
        return done;
    }
    let changes = rules::merge(Vec::new(), Vec::new(), versions, edges).map_err(RegisterError::Wrong)?;
    make_folder(data).map_err(|cause| StartError::Folder(data.clone(), cause))?;
    installation.blobs().await?;
    let keys = installation.keys(&SystemChance)?;
    let db = Db::open_aside(url).await.map_err(failed)?;
    let at = SystemClock.now();
    let made = async {
        let mut tx = db.write_long().await?;
        sample::install(&mut tx).await?;
        let units = write(&mut tx, HashMap::new(), &changes, at, progress).await?;
        settle(&mut tx, &changes, &units, at).await?;
        conclude(tx, &keys.signing, at, registered(&changes)).await?;
        db.analyze().await?;
        Ok(registered(&changes))
    };
    let made: Result<Registered, RegisterError> = made.await;
    if made.is_err() {
        db.close().await;
        return made;
    }
    db.put_in_place(url).await.map_err(failed)?;
    made
}

async fn into_existing(
    installation: &Installation,
    db: &Db,
    versions: Vec<Version>,
    edges: Vec<Edge>,
    progress: Told<'_>,
) -> Result<Registered, RegisterError> {
    let (keys, at) = installation.signing_now(db, std::sync::Arc::new(SystemClock)).await?;
    let mut tx = db.write_long().await?;
    if dienhinh_storage::units::reforms::all(&mut tx).await?.iter().any(|reform| reform.undone_at.is_none()) {
        return Err(RegisterError::Reformed);
    }
    let strangers = stored::strangers(&mut tx).await?;
    if strangers > 0 {
        return Err(RegisterError::Strangers(strangers));
    }
    let kept = stored::kept(&mut tx).await?;
    let changes = rules::merge(kept.versions, kept.edges, versions, edges).map_err(RegisterError::Wrong)?;
    if changes.is_empty() {
        return Ok(Registered::default());
    }
    write(&mut tx, kept.units, &changes, at, progress).await?;
    conclude(tx, &keys.signing, at, registered(&changes)).await?;
    db.analyze().await?;
    Ok(registered(&changes))
}

fn registered(changes: &Changes) -> Registered {
    Registered {
        units: changes.units.len(),
        versions: changes.versions.len(),
        completed: changes.completed.len(),
        successions: changes.edges.len(),
    }
}

/// The entry in the record, and the end of the transaction.
async fn conclude(
    tx: Tx,
    key: &dienhinh_domain::audit::checkpoint::Key,
    at: Timestamp,
    done: Registered,
) -> Result<(), Failure> {
    let Registered { units, versions, completed, successions } = done;
    let detail = json!({ "units": units, "versions": versions, "completed": completed, "successions": successions });
    let (action, change) = (Action::UnitsImport, Change::salted("", None, None));
    conclude_for_operator(tx, key, DoneByOperator { at, action, subject: String::new(), detail: &detail, change }).await
}

/// Reads both files.
fn read(files: &RegisterFiles, progress: Told<'_>) -> Result<(Vec<Version>, Vec<Edge>), RegisterError> {
    let mut wrong = Vec::new();
    let versions =
        rows(File::Versions, &files.versions, |line, cell, wrong| rules::version(line, cell, wrong), &mut wrong);
    let edges = files
        .edges
        .as_deref()
        .map(|edges| rows(File::Edges, edges, |line, cell, wrong| rules::edge(line, cell, wrong), &mut wrong));
    progress(&Progress { what: "rows", done: 1, of: 1 });
    if wrong.is_empty() { Ok((versions, edges.unwrap_or_default())) } else { Err(RegisterError::Wrong(wrong)) }
}

/// Reads the rows of a file.
pub(super) fn rows<T>(
    file: File,
    bytes: &[u8],
    one: impl Fn(u64, &dyn Fn(&str) -> String, &mut Vec<Wrong>) -> Option<T>,
    wrong: &mut Vec<Wrong>,
) -> Vec<T> {
    let whole = |line, vi: String, en: String| Wrong::of_row(file, line, vi, en);
    if bytes.len() > BYTES_MAX {
        let (vi, en) = (format!("tệp lớn quá {BYTES_MAX} byte"), format!("the file has more than {BYTES_MAX} bytes"));
        wrong.push(whole(1, vi, en));
        return Vec::new();
    }
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        let line = u64::try_from(bytes[..at].split(|byte| *byte == b'\n').count()).unwrap_or(u64::MAX);
        let vi = "tệp không phải văn bản UTF-8; lưu tệp dạng CSV, mã UTF-8".to_owned();
        wrong.push(whole(line, vi, "the file is no text in UTF-8; save it as CSV in UTF-8".to_owned()));
        return Vec::new();
    }
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let header: Vec<String> = reader.headers().map(|header| header.iter().map(nfc).collect()).unwrap_or_default();
    let missing = rules::missing_columns(file, &header);
    if !missing.is_empty() {
        wrong.extend(missing);
        return Vec::new();
    }
    let places: HashMap<&str, usize> = header.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
    let mut found = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(cause) => {
                let line = cause.position().map_or(1, |position| line_of(bytes, position));
                let vi = format!("không đọc được; lưu tệp dạng CSV, mã UTF-8 ({cause})");
                wrong.push(whole(line, vi, format!("cannot be read; save the file as CSV in UTF-8 ({cause})")));
                continue;
            }
        };
        let line = record.position().map_or(0, |position| line_of(bytes, position));
        if record.len() != header.len() {
            let (cells, columns) = (record.len(), header.len());
            let vi = format!("dòng có {cells} ô, tiêu đề có {columns} cột; kiểm tra dấu phẩy và dấu ngoặc kép");
            let en = format!("{cells} cells under {columns} columns; look for commas and quotes");
            wrong.push(whole(line, vi, en));
            continue;
        }
        let cell = |name: &str| places.get(name).and_then(|at| record.get(*at)).unwrap_or_default().to_owned();
        found.extend(one(line, &cell, wrong));
    }
    found
}

/// Adds a row to a table that is made in memory.
pub(super) fn add_row(csv: &mut Vec<u8>, cells: &[String]) {
    let mut row = csv::Writer::from_writer(csv);
    row.write_record(cells).expect("memory takes every row");
    row.flush().expect("memory takes every row");
}

/// The line on which a record stands: the reader begins before the empty lines that it leaves out.
fn line_of(bytes: &[u8], position: &csv::Position) -> u64 {
    let begin = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let left_out = bytes.iter().skip(begin).take_while(|byte| matches!(byte, b'\r' | b'\n'));
    (position.line()..)
        .zip(left_out.filter(|byte| **byte == b'\n'))
        .last()
        .map_or(position.line(), |(line, _)| line + 1)
}

/// Writes what is new, and gives every identity by its key.
async fn write(
    tx: &mut Tx,
    mut units: HashMap<String, UnitId>,
    changes: &Changes,
    at: Timestamp,
    progress: Told<'_>,
) -> Result<HashMap<String, UnitId>, RegisterError> {
    let mut told = |what, done: usize, of: usize| {
        let count = |number| u64::try_from(number).unwrap_or(u64::MAX);
        progress(&Progress { what, done: count(done), of: count(of) });
    };
    let fresh: Vec<(&str, UnitId)> =
        changes.units.iter().map(|uid| (uid.as_str(), UnitId::new(new_id(&SystemChance, at)))).collect();
    for fresh in fresh.chunks(ROWS) {
        stored::add_units(tx, fresh).await?;
    }
    units.extend(fresh.into_iter().map(|(uid, unit)| (uid.to_owned(), unit)));
    let unit = |uid: &str| {
        units.get(uid).copied().ok_or_else(|| RegisterError::Failed(format!("the unit {uid} has no identity")))
    };
    let order = Order::new();
    let of = changes.versions.len();
    for (at, versions) in changes.versions.chunks(ROWS).enumerate() {
        let mut placed = Vec::with_capacity(versions.len());
        for version in versions {
            let parent = version.parent.as_deref().map(unit).transpose()?;
            placed.push(Placed { version, unit: unit(&version.uid)?, parent });
        }
        stored::add_versions(tx, &placed, &order).await?;
        told("units", (at * ROWS + versions.len()).min(of), of);
    }
    for version in &changes.completed {
        stored::complete_version(tx, unit(&version.uid)?, version).await?;
    }
    let of = changes.edges.len();
    for (at, edges) in changes.edges.chunks(ROWS).enumerate() {
        let mut placed = Vec::with_capacity(edges.len());
        for edge in edges {
            placed.push((edge, unit(&edge.predecessor)?, unit(&edge.successor)?));
        }
        stored::add_edges(tx, &placed).await?;
        told("successions", (at * ROWS + edges.len()).min(of), of);
    }
    Ok(units)
}

/// What lets it be looked at with ready roles before anybody signs in: the first commune in force, and the province above.
/// Its clock is the machine's.
async fn settle(
    tx: &mut Tx,
    changes: &Changes,
    units: &HashMap<String, UnitId>,
    at: Timestamp,
) -> Result<(), RegisterError> {
    let in_force = |version: &&Version| version.valid.until.is_none();
    let parents: HashMap<&str, Option<&str>> = changes
        .versions
        .iter()
        .filter(in_force)
        .map(|version| (version.uid.as_str(), version.parent.as_deref()))
        .collect();
    let top = |uid: &str| {
        let mut at = uid;
        while let Some(Some(above)) = parents.get(at) {
            at = above;
        }
        at.to_owned()
    };
    let communes = changes.versions.iter().filter(in_force).filter(|version| version.kind.is_commune_level());
    let first = communes.min_by_key(|version| version.code.clone()).or(changes.versions.first());
    let Some(first) = first else {
        return Err(RegisterError::Wrong(vec![Wrong::of_row(
            File::Versions,
            1,
            "không có dòng nào".to_owned(),
            "there is no row".to_owned(),
        )]));
    };
    let (town, province) = (units.get(&first.uid), units.get(&top(&first.uid)));
    for (name, value) in [
        (sample::TOWN, town.map(ToString::to_string)),
        (sample::PROVINCE, province.map(ToString::to_string)),
        (sample::SHOWN, Some(at.to_string())),
        (SAMPLE_LOADED_AT, Some(at.to_string())),
    ] {
        settings::set(tx, name, &value.unwrap_or_default()).await?;
    }
    Ok(())
}
