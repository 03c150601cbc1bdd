//! `unit list --dhis2`: metadata that `POST /api/metadata` of DHIS2 takes, unit by unit.

use std::io::{self, Write};

use dienhinh_domain::units::Level;
use dienhinh_server::{ListError, Listed, dhis2_unit};
use serde_json::json;

/// Writes the units of a list and, behind them, the levels that they make.
pub(super) fn write(
    mut out: impl Write,
    list: impl FnOnce(&mut dyn FnMut(&Listed) -> io::Result<()>) -> Result<(), ListError>,
) -> Result<(), ListError> {
    let mut levels: Vec<Level> = Vec::new();
    write!(out, "{{\"organisationUnits\":[")?;
    list(&mut |unit| {
        let level = unit.kind.level();
        // Units come level by level.
        let comma = if levels.is_empty() { "" } else { "," };
        if levels.last() != Some(&level) {
            levels.push(level);
        }
        write!(out, "{comma}\n{}", dhis2_unit(unit))
    })?;
    let levels = (1..).zip(&levels).map(|(number, level)| json!({ "name": name(*level), "level": number }));
    writeln!(out, "\n],\"organisationUnitLevels\":{}}}", levels.collect::<serde_json::Value>())?;
    Ok(out.flush()?)
}

fn name(level: Level) -> &'static str {
    match level {
        Level::Province => "Cấp tỉnh",
        Level::District => "Cấp huyện",
        _ => "Cấp xã",
    }
}
