//! `dienhinh sheet`: spreadsheets of communes by a map of their form, as records or as what is wrong with them.

mod output;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Subcommand};
use dienhinh_documents::sheets::{Book, LIMITS, read as read_file};
use dienhinh_domain::sheets::{Frame, Map, Reading, mentions, read as read_tables, settle};
use dienhinh_server::{look_up, tables_of, unit_today};
use jiff::civil::Date;

pub(super) use self::output::{doubts, json as as_json};
use super::{REJECTED, Rejected, bytes_of, day, fail, head_of, pack, place::PlaceArgs, refuse, say, serve};

#[derive(Debug, Subcommand)]
pub(crate) enum SheetCommand {
    Read(ReadArgs),
}

/// Read a spreadsheet by a map of its form: the records, and every mistake and doubt at its cell. Writes nothing. Maps are
/// described in docs/guide/sheets.md.
#[derive(Debug, Args)]
pub(crate) struct ReadArgs {
    /// The file: .xlsx, .xls, .csv, .txt or a saved web page, whatever its name says.
    file: PathBuf,
    /// The map, TOML.
    #[arg(long, value_name = "FILE")]
    map: PathBuf,
    /// The day of which the list speaks, where its rows state none: units are looked up as of it. Today without it.
    #[arg(long, value_name = "DAY", value_parser = day)]
    as_of: Option<Date>,
    #[command(flatten)]
    place: PlaceArgs,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(command: &SheetCommand) -> ExitCode {
    let SheetCommand::Read(args) = command;
    let (map, book) = match files(args) {
        Ok(files) => files,
        Err(rejected) => return refuse(rejected),
    };
    let form = book.form;
    let mut reading = read_tables(&map, &tables_of(book));
    if !map.units.is_empty()
        && let Err(code) = name_units(args, &map, &mut reading)
    {
        return code;
    }
    if args.json {
        say(&output::json(form, &reading).to_string());
    } else {
        output::text(&args.file, &reading);
    }
    if reading.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(REJECTED) }
}

fn files(args: &ReadArgs) -> Result<(Map, Book), Rejected> {
    let at = |file: &Path, what: &dyn std::fmt::Display| format!("{}: {what}", file.display());
    let text = map_text(&args.map)?;
    let map = Map::read(&text)
        .map_err(|problems| Rejected::Data(problems.iter().map(|problem| pack::line(&args.map, problem)).collect()))?;
    let most = u64::try_from(LIMITS.file_bytes).map_or(u64::MAX, |bytes| bytes.saturating_add(1));
    let bytes = head_of(&args.file, most)?;
    let book = read_file(&bytes, &LIMITS).map_err(|error| Rejected::Data(vec![at(&args.file, &error)]))?;
    Ok((map, book))
}

/// The text of a map.
pub(super) fn map_text(file: &Path) -> Result<String, Rejected> {
    String::from_utf8(bytes_of(file)?)
        .map_err(|_| Rejected::Data(vec![format!("{}: không phải văn bản UTF-8 / not text in UTF-8", file.display())]))
}

/// Looks up in the installation which units the records name.
fn name_units(args: &ReadArgs, map: &Map, reading: &mut Reading) -> Result<(), ExitCode> {
    let (installation, runtime) = args.place.begin()?;
    let found = runtime.block_on(async {
        let on = match args.as_of {
            Some(day) => day,
            None => unit_today(&installation).await?,
        };
        let frame = Frame::of(on);
        let wanted = mentions(&map.units, reading, &frame);
        // A list without a name in it asks nobody.
        let found = if wanted.is_empty() { BTreeMap::new() } else { look_up(&installation, &wanted).await? };
        Ok((frame, found))
    });
    match found {
        Ok((frame, found)) => settle(map, reading, &frame, |mention| found.get(mention)),
        Err(error) => return Err(fail(serve::exit_code(&error), &error.to_string())),
    }
    Ok(())
}
