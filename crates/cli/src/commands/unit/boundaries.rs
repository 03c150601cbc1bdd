//! `dienhinh unit boundaries`: where units lie comes in; `unit list --geojson` gives it out.

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::Args;
use dienhinh_server::{
    BOUNDARY_FILE_BYTES_MAX, BoundariesTaken, BoundaryError, Bounded, ListError, WrongBoundary, boundary_feature,
    take_boundaries,
};
use jiff::civil::Date;
use serde_json::json;

use crate::commands::{REJECTED, day, fail, head_of, note_first, place::PlaceArgs, refuse, say, serve};

/// Take boundaries of units in from GeoJSON or TopoJSON, all of them or nothing: each for its unit as that is on a day. The
/// same file again changes nothing; another boundary takes the place of the one that is there.
#[derive(Debug, Args)]
pub(crate) struct BoundariesArgs {
    /// The file: a FeatureCollection of GeoJSON or a Topology of TopoJSON, longitude and latitude in degrees (WGS 84).
    file: PathBuf,
    /// The day of the codes, like 2025-07-01. A boundary holds as long as the version of its unit that holds on this day.
    #[arg(long, value_name = "DAY", value_parser = day)]
    as_of: Date,
    /// The property with the code of the unit; where a feature has none, its `id` is the code.
    #[arg(long, value_name = "PROPERTY", default_value = "code")]
    key: String,
    #[command(flatten)]
    place: PlaceArgs,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &BoundariesArgs) -> ExitCode {
    let most = u64::try_from(BOUNDARY_FILE_BYTES_MAX).map_or(u64::MAX, |bytes| bytes.saturating_add(1));
    let file = match head_of(&args.file, most) {
        Ok(file) => file,
        Err(rejected) => return refuse(rejected),
    };
    let (installation, runtime) = match args.place.begin() {
        Ok(begun) => begun,
        Err(code) => return code,
    };
    match runtime.block_on(take_boundaries(&installation, &file, (&args.key, args.as_of))) {
        Ok(BoundariesTaken { written, unchanged }) => {
            say(&if args.json {
                json!({ "written": written, "unchanged": unchanged }).to_string()
            } else {
                format!(
                    "✓ đã ghi {written} ranh giới, {unchanged} đã có / {written} boundaries written, {unchanged} were there"
                )
            });
            ExitCode::SUCCESS
        }
        Err(BoundaryError::Wrong(wrong)) => wrongs(args, &wrong),
        Err(BoundaryError::Start(cause)) => fail(serve::exit_code(&cause), &cause.to_string()),
        Err(error @ BoundaryError::Failed(_)) => fail(1, &error.to_string()),
    }
}

fn wrongs(args: &BoundariesArgs, wrong: &[WrongBoundary]) -> ExitCode {
    let file = args.file.display();
    note_first(wrong, "lỗi", |WrongBoundary { feature, what }| match feature {
        0 => format!("{file}: {} / {}", what.vi, what.en),
        at => format!("{file}, đối tượng {at}: {} / feature {at}: {}", what.vi, what.en),
    });
    let count = wrong.len();
    fail(REJECTED, &format!("{count} lỗi, chưa ghi gì / {count} mistakes, nothing was written"))
}

/// Writes a FeatureCollection, feature by feature.
pub(super) fn write(
    mut out: impl Write,
    list: impl FnOnce(&mut dyn FnMut(&Bounded) -> io::Result<()>) -> Result<(), ListError>,
) -> Result<(), ListError> {
    write!(out, "{{\"type\":\"FeatureCollection\",\"features\":[")?;
    let mut comma = "";
    list(&mut |bounded| {
        write!(out, "{comma}\n{}", boundary_feature(bounded))?;
        comma = ",";
        Ok(())
    })?;
    writeln!(out, "\n]}}")?;
    Ok(out.flush()?)
}
