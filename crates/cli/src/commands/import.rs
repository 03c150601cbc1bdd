//! `dienhinh import`: the rows of a spreadsheet become units or answers, and an import is taken back.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Subcommand};
use dienhinh_documents::sheets::LIMITS;
use dienhinh_domain::calendar::format_instant;
use dienhinh_server::{
    Import, ImportCycle, ImportError, Imported, MapSource, UndoError, Undone, WantedImport, import_sheet, imports,
    undo_import,
};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::{
    NOT_FOUND, REJECTED, Rejected, day, fail, head_of, note, pack, place::PlaceArgs, refuse, say, serve, sheet,
};

/// Take the rows of a spreadsheet into the installation as residential areas and bodies, or as answers of a cycle; all of
/// them, or nothing. Maps are described in docs/guide/sheets.md.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct ImportCommand {
    #[command(subcommand)]
    other: Option<Other>,
    #[command(flatten)]
    take: TakeArgs,
}

#[derive(Debug, Subcommand)]
enum Other {
    List(ListArgs),
    Undo(UndoArgs),
}

#[derive(Debug, Args)]
struct TakeArgs {
    /// The file: .xlsx, .xls, .csv, .txt or a saved web page, whatever its name says. One called `list` or `undo` is ./list.
    #[arg(required = true)]
    file: Option<PathBuf>,
    /// The map: a TOML file, or the name of a map that was used before.
    #[arg(long, value_name = "FILE|NAME", required = true)]
    map: Option<PathBuf>,
    /// The day from which new units hold, or of which a list of answers speaks. Without it: today, or the last day that the
    /// cycle assesses.
    #[arg(long, value_name = "DAY", value_parser = day)]
    as_of: Option<Date>,
    /// What all units of the list lie below: a code, or a name with what that lies in, parted by commas.
    #[arg(long, value_name = "UNIT")]
    below: Option<String>,
    /// The cycle that is answered, by its year or identity; needed where the criteria set has several.
    #[arg(long, value_name = "YEAR|ID", value_parser = cycle)]
    cycle: Option<ImportCycle>,
    /// Look and say what would be written; write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Take the rows without mistakes and leave the others out.
    #[arg(long)]
    only_valid: bool,
    /// Where to put the rows with mistakes, as a workbook that says what is wrong in each.
    #[arg(long, value_name = "FILE.xlsx")]
    rejected: Option<PathBuf>,
    #[command(flatten)]
    place: PlaceArgs,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// List the imports, the latest first.
#[derive(Debug, Args)]
struct ListArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// Print one JSON object a line.
    #[arg(long)]
    json: bool,
}

/// Take an import back: its units while nothing was built on them, its answers where nobody has written since.
#[derive(Debug, Args)]
struct UndoArgs {
    /// The identity that the import printed.
    id: String,
    #[command(flatten)]
    place: PlaceArgs,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// Reads a year or an identity.
fn cycle(text: &str) -> Result<ImportCycle, String> {
    let year = text.parse().ok().filter(|year| (1900..=2999).contains(year)).map(ImportCycle::Year);
    let unreadable = || "cần năm như 2023 hoặc mã kỳ / a year like 2023 or the identity of a cycle".to_owned();
    year.or_else(|| text.parse().ok().map(ImportCycle::Id)).ok_or_else(unreadable)
}

pub(crate) fn run(command: &ImportCommand) -> ExitCode {
    match (&command.other, &command.take.file, &command.take.map) {
        (Some(Other::List(args)), ..) => list(args),
        (Some(Other::Undo(args)), ..) => undo(args),
        (None, Some(file), Some(map)) => take(&command.take, file, map),
        // The options say before that both are needed.
        (None, ..) => fail(super::USAGE, "dienhinh import FILE --map MAP"),
    }
}

fn take(args: &TakeArgs, file: &Path, map: &Path) -> ExitCode {
    let wanted = match wanted(args, file, map) {
        Ok(wanted) => wanted,
        Err(rejected) => return refuse(rejected),
    };
    let (installation, runtime) = match args.place.begin() {
        Ok(begun) => begun,
        Err(code) => return code,
    };
    let imported = match runtime.block_on(import_sheet(&installation, &wanted)) {
        Ok(imported) => imported,
        Err(error) => return failed(map, &error),
    };
    if args.json {
        say(&as_json(&imported).to_string());
    } else {
        sheet::doubts(file, &imported.reading);
        say(&as_text(args, &imported));
    }
    if let Some(file) = &args.rejected
        && let Err(why) = put_rejected(file, &imported)
    {
        return fail(1, &format!("{}: {why}", file.display()));
    }
    if imported.reading.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(REJECTED) }
}

/// Writes the rows with mistakes, where there are some.
fn put_rejected(file: &Path, imported: &Imported) -> Result<(), String> {
    let Some(rows) = imported.rejected_rows.as_ref().map_err(Clone::clone)? else { return Ok(()) };
    fs::write(file, rows).map_err(|cause| cause.to_string())?;
    note(&format!("hàng có lỗi ở / the rows with mistakes are in {}", file.display()));
    Ok(())
}

fn wanted(args: &TakeArgs, file: &Path, map: &Path) -> Result<WantedImport, Rejected> {
    let most = u64::try_from(LIMITS.file_bytes).map_or(u64::MAX, |bytes| bytes.saturating_add(1));
    let bytes = head_of(file, most)?;
    let is_the_file = |other: &PathBuf| {
        fs::canonicalize(other).is_ok_and(|other| fs::canonicalize(file).is_ok_and(|file| file == other))
    };
    if args.rejected.as_ref().is_some_and(is_the_file) {
        let what =
            "--rejected là chính tệp được nhập; chọn tên khác / --rejected is the file itself; choose another name";
        return Err(Rejected::Data(vec![what.to_owned()]));
    }
    let map = if map.is_file() {
        MapSource::Text(sheet::map_text(map)?)
    } else {
        MapSource::Named(map.display().to_string())
    };
    Ok(WantedImport {
        file_name: file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        file: bytes,
        map,
        as_of: args.as_of,
        below: args.below.clone(),
        cycle: args.cycle,
        only_sound: args.only_valid,
        dry_run: args.dry_run,
    })
}

fn failed(map: &Path, error: &ImportError) -> ExitCode {
    match error {
        ImportError::Map(problems) => {
            refuse(Rejected::Data(problems.iter().map(|problem| pack::line(map, problem)).collect()))
        }
        ImportError::NoMap(..) => fail(NOT_FOUND, &error.to_string()),
        ImportError::Start(cause) => fail(serve::exit_code(cause), &error.to_string()),
        ImportError::Failed(_) | ImportError::Overtaken(_) => fail(1, &error.to_string()),
        ImportError::NoTarget
        | ImportError::File(_)
        | ImportError::TooMany(_)
        | ImportError::Below(..)
        | ImportError::BelowTwice
        | ImportError::Cycle { .. } => fail(REJECTED, &error.to_string()),
    }
}

fn as_json(imported: &Imported) -> Value {
    let mut object = sheet::as_json(imported.form, &imported.reading);
    object["import"] = imported.id.map(|id| id.to_string()).into();
    object["target"] = imported.became.code().into();
    object["written"] = if imported.id.is_some() { imported.written } else { 0 }.into();
    object["to_write"] = imported.written.into();
    object["unchanged"] = imported.unchanged.into();
    object["rejected"] = imported.rejected.into();
    object
}

fn as_text(args: &TakeArgs, imported: &Imported) -> String {
    let Imported { written, unchanged, rejected, .. } = imported;
    let head = match imported.id {
        Some(id) => format!("✓ đã nhập / imported: {id}"),
        None if imported.is_refused => format!("✗ chưa ghi gì / nothing was written; {}", way_on(imported)),
        None if args.dry_run => "xem trước, chưa ghi gì / preview, nothing was written".to_owned(),
        None => "không có gì mới để ghi / there was nothing new to write".to_owned(),
    };
    let rows = if imported.id.is_some() {
        "hàng đã ghi / rows written"
    } else {
        "hàng ghi được / rows that could be written"
    };
    [
        head,
        format!("{written:>7}  {rows}"),
        format!("{unchanged:>7}  hàng đã có như vậy / rows that say what is there"),
        format!("{rejected:>7}  hàng có lỗi / rows with mistakes"),
    ]
    .join("\n")
}

/// What to do after mistakes kept everything from being written.
fn way_on(imported: &Imported) -> &'static str {
    if imported.is_wrong_as_a_whole {
        "có lỗi của cả bảng hoặc cả cột, phải sửa trước / a mistake concerns a table or a column as a whole and must be \
         mended"
    } else {
        "sửa tệp, hoặc nhập các hàng đúng bằng --only-valid / mend the file, or take the sound rows with --only-valid"
    }
}

fn list(args: &ListArgs) -> ExitCode {
    let (installation, runtime) = match args.place.begin() {
        Ok(begun) => begun,
        Err(code) => return code,
    };
    match runtime.block_on(imports(&installation)) {
        Ok(found) => {
            for import in &found {
                say(&if args.json { import_json(import).to_string() } else { import_text(import) });
            }
            ExitCode::SUCCESS
        }
        Err(error) => failed(Path::new(""), &error),
    }
}

fn import_json(import: &Import) -> Value {
    json!({
        "id": import.id.to_string(),
        "target": import.became.code(),
        "cycle": import.cycle.map(|cycle| cycle.to_string()),
        "file": import.file_name,
        "file_sha256": import.file_sha256,
        "map": import.map_name,
        "written": import.written,
        "unchanged": import.unchanged,
        "rejected": import.rejected,
        "made_at": import.made_at.to_string(),
        "undone_at": import.undone_at.map(|at| at.to_string()),
    })
}

fn import_text(import: &Import) -> String {
    let Import { id, file_name, map_name, written, .. } = import;
    let state = match import.undone_at {
        Some(at) => format!("hoàn tác {0} / taken back {0}", format_instant(at)),
        None => format!("nhập {0} / taken in {0}", format_instant(import.made_at)),
    };
    format!("{id}  {file_name}  {map_name}  {written} hàng / rows  {state}")
}

fn undo(args: &UndoArgs) -> ExitCode {
    let Ok(id) = args.id.parse() else { return undo_failed(&UndoError::Missing(args.id.clone())) };
    let (installation, runtime) = match args.place.begin() {
        Ok(begun) => begun,
        Err(code) => return code,
    };
    match runtime.block_on(undo_import(&installation, id)) {
        Ok(undone) => {
            say_undone(&undone, args.json);
            if undone.restored > 0 { ExitCode::SUCCESS } else { ExitCode::from(REJECTED) }
        }
        Err(error) => undo_failed(&error),
    }
}

fn say_undone(undone: &Undone, as_json: bool) {
    let (restored, kept) = (undone.restored, undone.kept.len());
    if as_json {
        let rows = undone.kept.iter().map(|(unit, criterion)| json!({ "unit": unit, "criterion": criterion }));
        say(&json!({ "restored": restored, "kept": rows.collect::<Vec<_>>() }).to_string());
        return;
    }
    super::note_first(&undone.kept, "hàng", |(unit, criterion)| {
        format!("giữ nguyên, đã sửa hoặc đã nộp sau đó / kept, changed or handed in since: {unit}, {criterion}")
    });
    say(&if restored > 0 {
        format!("✓ đã hoàn tác {restored}, giữ nguyên {kept} / {restored} taken back, {kept} kept")
    } else {
        "✗ không có gì để hoàn tác lúc này / there is nothing to take back now".to_owned()
    });
}

fn undo_failed(error: &UndoError) -> ExitCode {
    let code = match error {
        UndoError::Missing(_) => NOT_FOUND,
        UndoError::Already | UndoError::BuiltOn(_) => REJECTED,
        UndoError::Failed(ImportError::Start(cause)) => serve::exit_code(cause),
        UndoError::Failed(_) => 1,
    };
    fail(code, &error.to_string())
}
