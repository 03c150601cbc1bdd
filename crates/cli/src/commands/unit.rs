//! `dienhinh unit`: the register of units comes in, and is counted, listed and looked up as of any day.

mod boundaries;
mod dhis2;
mod import;
mod reform;
mod show;

use std::{
    io::{self, BufWriter, Write as _},
    process::ExitCode,
};

use clap::{
    Args, Subcommand,
    builder::{PossibleValuesParser, TypedValueParser},
};
use dienhinh_domain::{
    text::format_count,
    units::{
        Level,
        register::{File, Problem, VIEW_COLUMNS},
    },
};
use dienhinh_server::{
    Bounded, Counts, ListError, Listed, boundaries as known_boundaries, unit_counts, unit_list, view_row,
};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::{REJECTED, day, fail, note_first, place::PlaceArgs, say, serve};

#[derive(Debug, Subcommand)]
pub(crate) enum UnitCommand {
    Import(import::ImportArgs),
    Boundaries(boundaries::BoundariesArgs),
    Count(CountArgs),
    List(ListArgs),
    Show(show::ShowArgs),
    Crosswalk(show::CrosswalkArgs),
    Reform(reform::ReformArgs),
}

/// Count the units of each level as of a day.
#[derive(Debug, Args)]
pub(crate) struct CountArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// The day, like 2025-07-01; today without it.
    #[arg(long, value_name = "DAY", value_parser = day)]
    as_of: Option<Date>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// List the units as of a day.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// The day, like 2025-07-01; today without it.
    #[arg(long, value_name = "DAY", value_parser = day)]
    as_of: Option<Date>,
    /// Of one level only.
    #[arg(long, value_parser = level())]
    level: Option<Level>,
    /// Print CSV with the documented columns.
    #[arg(long)]
    csv: bool,
    /// Print one JSON object a line.
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    #[command(flatten)]
    exchange: ExchangeArgs,
}

/// Formats of others.
#[derive(Debug, Args)]
struct ExchangeArgs {
    /// Print metadata for DHIS2: its organisation units and their levels.
    #[arg(long, conflicts_with_all = ["csv", "json", "level"])]
    dhis2: bool,
    /// Print the units whose boundaries are known as GeoJSON.
    #[arg(long, conflicts_with_all = ["csv", "json", "level", "dhis2"])]
    geojson: bool,
}

/// Reads a level of the register.
fn level() -> impl TypedValueParser<Value = Level> {
    let words = PossibleValuesParser::new(Level::OF_REGISTER.map(Level::code));
    words.try_map(|word| Level::of_register(&word).ok_or("no level"))
}

pub(crate) fn run(command: &UnitCommand) -> ExitCode {
    match command {
        UnitCommand::Import(args) => import::run(args),
        UnitCommand::Boundaries(args) => boundaries::run(args),
        UnitCommand::Count(args) => count(args),
        UnitCommand::List(args) => list(args),
        UnitCommand::Show(args) => show::show(args),
        UnitCommand::Crosswalk(args) => show::crosswalk(args),
        UnitCommand::Reform(args) => reform::run(args),
    }
}

/// Says what is wrong, each with file, line and column; nothing was written.
fn show_problems(wrong: &[Problem], name: impl Fn(File) -> String) -> ExitCode {
    note_first(wrong, "lỗi", |Problem { file, line, column, what }| {
        let at = name(*file);
        format!("{at}, dòng {line}, cột {column}: {} / line {line}, column {column}: {}", what.vi, what.en)
    });
    let count = wrong.len();
    fail(REJECTED, &format!("{count} lỗi, chưa ghi gì / {count} mistakes, nothing was written"))
}

/// What a level is called on the screen.
fn level_text(level: Level) -> &'static str {
    match level {
        Level::Province => "cấp tỉnh / provinces",
        Level::District => "cấp huyện / districts",
        _ => "cấp xã / communes",
    }
}

fn count(args: &CountArgs) -> ExitCode {
    let (installation, runtime) = match args.place.begin() {
        Ok(begun) => begun,
        Err(code) => return code,
    };
    match runtime.block_on(unit_counts(&installation, args.as_of)) {
        Ok(counts) if args.json => {
            let [province, district, commune] = Level::OF_REGISTER.map(|level| counts.of(level));
            // In this order; a map would sort them.
            say(&format!("{{\"province\":{province},\"district\":{district},\"commune\":{commune}}}"));
            ExitCode::SUCCESS
        }
        Ok(counts) => {
            for line in table(&counts) {
                say(&line);
            }
            ExitCode::SUCCESS
        }
        Err(error) => fail(serve::exit_code(&error), &error.to_string()),
    }
}

fn table(counts: &Counts) -> Vec<String> {
    let mut lines = vec![format!("ngày / as of {}", counts.as_of)];
    for level in Level::OF_REGISTER {
        lines.push(format!("{:>7}  {}", format_count(counts.of(level)), level_text(level)));
        for (kind, count) in counts.kinds.iter().filter(|(kind, _)| kind.level() == level) {
            let head = kind.head().unwrap_or_default();
            lines.push(format!("{:>7}    {head} / {}", format_count(*count), kind.code()));
        }
    }
    lines
}

fn list(args: &ListArgs) -> ExitCode {
    let (installation, runtime) = match args.place.begin() {
        Ok(begun) => begun,
        Err(code) => return code,
    };
    let levels: Vec<Level> = args.level.map_or_else(|| Level::OF_REGISTER.to_vec(), |level| vec![level]);
    let out = BufWriter::new(io::stdout().lock());
    let listed = if args.csv {
        let mut writer = csv::Writer::from_writer(out);
        let begun = writer.write_record(VIEW_COLUMNS).map_err(io::Error::from);
        begun.map_err(ListError::from).and_then(|()| {
            let row = |unit: &Listed| writer.write_record(view_row(unit)).map_err(io::Error::from);
            runtime.block_on(unit_list(&installation, args.as_of, &levels, row))?;
            Ok(writer.flush()?)
        })
    } else if args.exchange.dhis2 {
        let list = |take: &mut dyn FnMut(&Listed) -> io::Result<()>| {
            runtime.block_on(unit_list(&installation, args.as_of, &levels, take))
        };
        dhis2::write(out, list)
    } else if args.exchange.geojson {
        let list = |take: &mut dyn FnMut(&Bounded) -> io::Result<()>| {
            runtime.block_on(known_boundaries(&installation, args.as_of, take))
        };
        boundaries::write(out, list)
    } else {
        let mut out = out;
        let line = |unit: &Listed| {
            let cells = view_row(unit);
            if args.json {
                let mut object: serde_json::Map<String, Value> =
                    VIEW_COLUMNS.iter().zip(cells).map(|(column, cell)| ((*column).to_owned(), json!(cell))).collect();
                object.insert("id".to_owned(), json!(unit.unit.to_string()));
                writeln!(out, "{}", Value::Object(object))
            } else {
                writeln!(out, "{:<8} {:<34} {}", cells[2], cells[6], cells[7])
            }
        };
        runtime.block_on(unit_list(&installation, args.as_of, &levels, line)).and_then(|()| Ok(out.flush()?))
    };
    match listed {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads the output has read enough.
        Err(ListError::Taker(cause)) if cause.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(ListError::Taker(cause)) => fail(1, &cause.to_string()),
        Err(ListError::Start(error)) => fail(serve::exit_code(&error), &error.to_string()),
    }
}
