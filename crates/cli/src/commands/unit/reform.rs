//! `dienhinh unit reform`: units are merged, split, changed by a plan, once it was looked through.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand, builder::NonEmptyStringValueParser};
use dienhinh_domain::{
    calendar::{format_day, format_instant},
    ids::ReformId,
    units::register::Problem,
};
use dienhinh_server::{
    Preview, Reform, ReformError, ReformPlan, carry_out_reform, plan_as_csv, preview_reform, reform_json, reforms,
    undo_reform,
};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::show_problems;
use crate::commands::{NOT_FOUND, REJECTED, bytes_of, day, fail, place::PlaceArgs, refuse, say, serve};

/// Merge, absorb, split, change, create and abolish units by a plan; list such reforms, take one back.
#[derive(Debug, Args)]
pub(crate) struct ReformArgs {
    #[command(subcommand)]
    command: ReformCommand,
}

#[derive(Debug, Subcommand)]
enum ReformCommand {
    Apply(ApplyArgs),
    List(ListArgs),
    Undo(UndoArgs),
}

/// Carry a plan out, all of it or nothing. Its columns are described in docs/guide/reforms.md.
#[derive(Debug, Args)]
struct ApplyArgs {
    /// The plan: CSV or a spreadsheet.
    plan: PathBuf,
    #[command(flatten)]
    place: PlaceArgs,
    /// From which day on it holds, like 2025-07-01.
    #[arg(long, value_name = "DAY", value_parser = day)]
    on: Date,
    /// The legal document, like 1655/NQ-UBTVQH15.
    #[arg(long, value_name = "DOCUMENT", value_parser = NonEmptyStringValueParser::new())]
    basis: String,
    /// Say what it would do, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// List the reforms that were carried out here, the latest first.
#[derive(Debug, Args)]
struct ListArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// Print one JSON object a line.
    #[arg(long)]
    json: bool,
}

/// Take a reform back, while no dossier and no later reform builds on it.
#[derive(Debug, Args)]
struct UndoArgs {
    /// The identity of the reform.
    id: String,
    #[command(flatten)]
    place: PlaceArgs,
}

pub(super) fn run(args: &ReformArgs) -> ExitCode {
    match &args.command {
        ReformCommand::Apply(args) => apply(args),
        ReformCommand::List(args) => list(args),
        ReformCommand::Undo(args) => undo(args),
    }
}

fn apply(args: &ApplyArgs) -> ExitCode {
    let rows = match bytes_of(&args.plan) {
        Ok(rows) => rows,
        Err(rejected) => return refuse(rejected),
    };
    let (installation, runtime) = match args.place.begin() {
        Ok(begun) => begun,
        Err(code) => return code,
    };
    let rows = match plan_as_csv(&rows) {
        Ok(rows) => rows,
        Err(wrong) => return wrongs(args, &wrong),
    };
    let plan = ReformPlan { on: args.on, basis: args.basis.trim(), rows: &rows };
    let done = runtime.block_on(async {
        if args.dry_run {
            return Ok((None, preview_reform(&installation, plan).await?));
        }
        let (id, preview) = carry_out_reform(&installation, plan).await?;
        Ok((Some(id), preview))
    });
    match done {
        Ok((id, preview)) => {
            say(&if args.json { as_json(id, preview).to_string() } else { as_text(id, preview) });
            if preview.touched.straddling == 0 { ExitCode::SUCCESS } else { ExitCode::from(REJECTED) }
        }
        Err(ReformError::Wrong(wrong)) => wrongs(args, &wrong),
        Err(error) => failed(&error),
    }
}

fn wrongs(args: &ApplyArgs, wrong: &[Problem]) -> ExitCode {
    show_problems(wrong, |_| args.plan.display().to_string())
}

fn failed(error: &ReformError) -> ExitCode {
    let code = match error {
        ReformError::Missing(_) => NOT_FOUND,
        ReformError::Wrong(_)
        | ReformError::NotTheLast(_)
        | ReformError::Straddles(_)
        | ReformError::Undone
        | ReformError::NoBasis
        | ReformError::BuiltOn(_) => REJECTED,
        ReformError::Start(cause) => serve::exit_code(cause),
        ReformError::Failed(_) => 1,
    };
    fail(code, &error.to_string())
}

fn as_json(id: Option<ReformId>, preview: Preview) -> Value {
    let Preview { created, ended, changed, moved, successions, touched } = preview;
    json!({
        "ok": touched.straddling == 0,
        "reform": id.map(|id| id.to_string()),
        "created": created,
        "ended": ended,
        "changed": changed,
        "moved": moved,
        "successions": successions,
        "open_dossiers": touched.open_dossiers,
        "decided_dossiers": touched.decided_dossiers,
        "straddling_dossiers": touched.straddling,
    })
}

fn as_text(id: Option<ReformId>, preview: Preview) -> String {
    let Preview { created, ended, changed, moved, successions, touched } = preview;
    let (open, decided, straddling) = (touched.open_dossiers, touched.decided_dossiers, touched.straddling);
    let head = match id {
        Some(id) => format!("✓ đã thực hiện / carried out: {id}"),
        None => "xem trước, chưa ghi gì / preview, nothing was written".to_owned(),
    };
    [
        head,
        format!("{created:>7}  đơn vị mới / new units"),
        format!("{ended:>7}  đơn vị kết thúc / units that end"),
        format!("{changed:>7}  đơn vị thay đổi / units that change"),
        format!("{moved:>7}  khu dân cư, cơ quan, doanh nghiệp, trường chuyển đơn vị cấp trên / areas and bodies with another unit above"),
        format!("{successions:>7}  quan hệ kế thừa / successions"),
        format!("{open:>7}  hồ sơ chưa quyết định của đơn vị kết thúc / open dossiers of units that end"),
        format!("{decided:>7}  hồ sơ đã quyết định, ở lại với đơn vị đã đạt / decided dossiers, which stay with their units"),
        format!("{straddling:>7}  hồ sơ của kỳ đánh giá có ngày sau đó, phải bằng 0 / dossiers of cycles with days after it, must be 0"),
    ]
    .join("\n")
}

fn list(args: &ListArgs) -> ExitCode {
    let (installation, runtime) = match args.place.begin() {
        Ok(begun) => begun,
        Err(code) => return code,
    };
    match runtime.block_on(reforms(&installation)) {
        Ok(found) => {
            for reform in &found {
                say(&if args.json { reform_json(reform).to_string() } else { reform_text(reform) });
            }
            ExitCode::SUCCESS
        }
        Err(error) => failed(&error),
    }
}

fn reform_text(reform: &Reform) -> String {
    let state = match reform.undone_at {
        Some(at) => format!("hoàn tác {0} / taken back {0}", format_instant(at)),
        None => format!("thực hiện {0} / carried out {0}", format_instant(reform.applied_at)),
    };
    format!("{}  {}  {}  {state}", reform.id, format_day(reform.on), reform.basis)
}

fn undo(args: &UndoArgs) -> ExitCode {
    let Ok(id) = args.id.parse() else { return failed(&ReformError::Missing(args.id.clone())) };
    let (installation, runtime) = match args.place.begin() {
        Ok(begun) => begun,
        Err(code) => return code,
    };
    match runtime.block_on(undo_reform(&installation, id)) {
        Ok(()) => {
            say("✓ đã hoàn tác, các đơn vị trở lại như cũ / taken back, the units are what they were");
            ExitCode::SUCCESS
        }
        Err(error) => failed(&error),
    }
}
