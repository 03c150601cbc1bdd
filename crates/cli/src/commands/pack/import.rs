//! `dienhinh pack import`: a workbook that people edited, back into a pack.
//!
//! Everything that is wrong is told at once, by its cell, and then nothing is written. What is written passes
//! `pack check`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use dienhinh_documents::workbooks::{LIMITS, read_workbook, write_workbook};
use dienhinh_domain::programmes::{
    Case, CriteriaSet,
    sheets::{CellProblem, Draft, Sheet},
    write, write_cases,
};
use dienhinh_engine::{Plan, analysis, cases::run_cases};
use serde_json::json;

use super::{
    super::{NOT_FOUND, REJECTED, fail, note, say},
    files, workbook,
};

/// Read a pack back from an Excel workbook.
#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// The workbook, an .xlsx that `pack export` wrote and people edited.
    workbook: PathBuf,
    /// Folder of the pack; its name is the code of the set.
    #[arg(long)]
    output: PathBuf,
    /// Where a copy of the workbook goes with every mistake beside its cell.
    #[arg(long)]
    annotated: Option<PathBuf>,
    /// Replace a pack, or an annotated copy, that is there.
    #[arg(long)]
    force: bool,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &ImportArgs) -> ExitCode {
    let Some(code) = args.output.file_name().map(|name| name.to_string_lossy().into_owned()) else {
        let text = "--output cần tên thư mục của bộ tiêu chí / --output needs the name of the pack's folder";
        return fail(2, text);
    };
    if let Some(refused) = occupied(args) {
        return refused;
    }
    let bytes = match bytes_of(&args.workbook) {
        Ok(bytes) => bytes,
        Err(code) => return code,
    };
    let sheets = match read_workbook(&bytes, &LIMITS) {
        Ok(sheets) => workbook::values(sheets),
        Err(error) => return fail(REJECTED, &format!("{}: {error}", args.workbook.display())),
    };
    for name in workbook::unread(&sheets) {
        note(&format!("trang “{name}” không được đọc / the sheet “{name}” is not read"));
    }
    match read(&code, &sheets) {
        Ok((set, cases)) => match files::write_pack(&args.output, &write(&set), &write_cases(&cases)) {
            Ok(()) => done(args, &set, &cases),
            Err(cause) => fail(1, &format!("{}: {cause}", args.output.display())),
        },
        Err(problems) => rejected(args, &sheets, &problems),
    }
}

/// What stands where something is to be written.
fn occupied(args: &ImportArgs) -> Option<ExitCode> {
    match files::room_for_pack(&args.output, args.force) {
        Ok(None) => {}
        Ok(Some(occupied)) => return Some(fail(REJECTED, &occupied.message(&args.output))),
        Err(cause) => return Some(fail(1, &format!("{}: {cause}", args.output.display()))),
    }
    let copy = args.annotated.as_ref()?;
    let exists = copy.exists() && !args.force;
    exists.then(|| fail(REJECTED, &files::Occupied::Exists.message(copy)))
}

/// The bytes of a file that may be a workbook; a larger one is not read at all.
fn bytes_of(file: &Path) -> Result<Vec<u8>, ExitCode> {
    let not_there = |cause: std::io::Error| fail(NOT_FOUND, &format!("{}: {cause}", file.display()));
    let size = fs::metadata(file).map_err(not_there)?.len();
    if usize::try_from(size).map_or(true, |size| size > LIMITS.file_bytes) {
        let most = LIMITS.file_bytes >> 20;
        let text = format!("tệp lớn hơn {most} MiB / the file is larger than {most} MiB");
        return Err(fail(REJECTED, &format!("{}: {text}", file.display())));
    }
    fs::read(file).map_err(not_there)
}

/// The set and its cases, checked as `pack check` checks them, or every mistake by its cell.
fn read(code: &str, sheets: &[Sheet]) -> Result<(CriteriaSet, Vec<Case>), Vec<CellProblem>> {
    let draft = Draft::of(sheets);
    let (set, cases) = draft.read(code)?;
    Plan::compile(&set)
        .map_err(|problems| problems.iter().map(|problem| draft.of_pack(problem)).collect::<Vec<_>>())?;
    let of_set = analysis::analyse(&set);
    let found: Vec<CellProblem> = of_set
        .iter()
        .map(|problem| draft.of_pack(problem))
        .chain(run_cases(&set, &cases).iter().map(|problem| draft.of_case(problem)))
        .collect();
    if found.is_empty() { Ok((set, cases)) } else { Err(draft.in_order(found)) }
}

fn done(args: &ImportArgs, set: &CriteriaSet, cases: &[Case]) -> ExitCode {
    let (criteria, cases) = (set.criteria.len(), cases.len());
    if args.json {
        let report = json!({ "ok": true, "pack": args.output.display().to_string(), "version": set.version,
            "criteria": criteria, "cases": cases, "problems": [] });
        say(&report.to_string());
    } else {
        let size = format!("{criteria} tiêu chí, {cases} trường hợp / {criteria} criteria, {cases} cases");
        say(&format!("✓ {} {}: {size}", args.output.display(), set.version));
    }
    ExitCode::SUCCESS
}

/// More mistakes than this are counted, not told: nobody mends them one by one.
const TOLD_MAX: usize = 1_000;

fn rejected(args: &ImportArgs, sheets: &[Sheet], problems: &[CellProblem]) -> ExitCode {
    let count = problems.len();
    let problems = &problems[..count.min(TOLD_MAX)];
    for problem in problems {
        let (place, address) = (&problem.place, problem.place.address());
        let column = if problem.column.is_empty() { String::new() } else { format!(" ({})", problem.column) };
        let where_it_is = format!("{}: {}!{address}{column}", args.workbook.display(), place.sheet);
        note(&format!("{where_it_is}: {}", workbook::message(problem)));
    }
    if args.json {
        let problems: Vec<_> = problems
            .iter()
            .map(|problem| {
                json!({
                    "sheet": problem.place.sheet, "row": problem.place.row, "cell": problem.place.address(),
                    "column": problem.column, "found": problem.found, "vi": problem.what.vi, "en": problem.what.en,
                })
            })
            .collect();
        say(&json!({ "ok": false, "count": count, "problems": problems }).to_string());
    }
    if count > TOLD_MAX {
        let more = count - TOLD_MAX;
        note(&format!("… và {more} lỗi khác không nêu / … and {more} more that are not listed"));
    }
    note(&format!("{count} lỗi, không ghi gì / {count} mistakes, no pack is written"));
    if let Some(copy) = &args.annotated {
        let written = write_workbook(&workbook::annotated(sheets, problems));
        let written = written.map_err(|error| error.to_string());
        let written = written.and_then(|bytes| files::write_file(copy, &bytes).map_err(|cause| cause.to_string()));
        match written {
            Ok(()) => note(&format!("bản có ghi chú lỗi / annotated copy: {}", copy.display())),
            Err(cause) => return fail(1, &format!("{}: {cause}", copy.display())),
        }
    }
    ExitCode::from(REJECTED)
}
