//! Units to DHIS2 and from it: the organisation units of its metadata (`GET` and `POST /api/metadata`, version 2.44).
//!
//! DHIS2 has one hierarchy without a history: what it says holds on the day it says it.

use std::collections::HashMap;

use dienhinh_domain::{
    text::nfc,
    units::{
        BEGINNING, Level, UnitKind,
        dhis2::{SHORT_NAME_CHARS, identity},
        register::{File, Problem as Wrong, VERSION_COLUMNS, day_text},
    },
};
use dienhinh_storage::units::register::Listed;
use jiff::civil::{Date, date};
use serde::Deserialize;
use serde_json::{Value, json};

use super::import::add_row;

/// DHIS2 wants a first day of every unit: this one where nobody knows it.
const UNKNOWN_DAY: Date = date(1900, 1, 1);

/// How far up parents are followed.
const LEVELS_MAX: usize = 12;

/// A unit of a list as an organisation unit of DHIS2. Its units have no history: this is the unit as of the day.
pub fn dhis2_unit(listed: &Listed) -> Value {
    let mut unit = json!({
        "id": identity(listed.unit),
        "name": listed.name,
        "shortName": listed.name.chars().take(SHORT_NAME_CHARS).collect::<String>(),
        "openingDate": format!("{}T00:00:00.000", if listed.began_on == BEGINNING { UNKNOWN_DAY } else { listed.began_on }),
    });
    if let Some(code) = &listed.code {
        unit["code"] = json!(code);
    }
    // What lies above provinces is not in the list.
    if let Some(parent) = listed.parent.filter(|_| listed.kind.level() != Level::Province) {
        unit["parent"] = json!({ "id": identity(parent) });
    }
    unit
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    organisation_units: Vec<OrganisationUnit>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OrganisationUnit {
    id: String,
    name: String,
    code: Option<String>,
    opening_date: Option<String>,
    closed_date: Option<String>,
    parent: Option<Reference>,
}

#[derive(Deserialize)]
struct Reference {
    id: String,
}

/// The organisation units of a file of metadata as a file of versions for [`import_register`](super::import::import_register),
/// the first in line 2. What lies above provinces is left out. A unit holds while all above it do: who was above it before,
/// DHIS2 does not know.
pub fn register_of_dhis2(bytes: &[u8]) -> Result<Vec<u8>, Vec<Wrong>> {
    let metadata: Metadata = serde_json::from_slice(bytes).map_err(|cause| {
        let line = u64::try_from(cause.line()).unwrap_or(u64::MAX);
        let vi = format!("không đọc được metadata của DHIS2 (JSON có organisationUnits): {cause}");
        let en = format!("cannot be read as metadata of DHIS2 (JSON with organisationUnits): {cause}");
        vec![Wrong::of_row(File::Versions, line, vi, en)]
    })?;
    let all: HashMap<&str, &OrganisationUnit> =
        metadata.organisation_units.iter().map(|unit| (unit.id.as_str(), unit)).collect();
    let (mut csv, mut problems) = (VERSION_COLUMNS.join(",").into_bytes(), Vec::new());
    csv.push(b'\n');
    for (line, unit) in (2..).zip(&metadata.organisation_units) {
        match row(unit, &all) {
            Ok(Some(cells)) => add_row(&mut csv, &cells),
            Ok(None) => csv.push(b'\n'),
            Err((vi, en)) => problems.push(Wrong::of_row(File::Versions, line, vi, en)),
        }
    }
    if problems.is_empty() { Ok(csv) } else { Err(problems) }
}

/// The cells of a unit; none of what lies above provinces.
fn row(
    unit: &OrganisationUnit,
    all: &HashMap<&str, &OrganisationUnit>,
) -> Result<Option<[String; 12]>, (String, String)> {
    let above = above(unit, all)?;
    let Some(kind) = kind(unit, &above) else {
        if above.is_empty() {
            return Ok(None);
        }
        let name = &unit.name;
        let vi = format!("không rõ “{name}” là loại đơn vị nào; tên cần bắt đầu bằng loại, ví dụ Xã, Phường, Tỉnh");
        return Err((vi, format!("the kind of “{name}” is not known; names begin with it, like Xã, Phường, Tỉnh")));
    };
    let mut days = (BEGINNING, None);
    for one in std::iter::once(&unit).chain(&above) {
        let opened = day(one.opening_date.as_deref())?.filter(|opened| *opened > UNKNOWN_DAY);
        // DHIS2 still counts the day on which a unit closes.
        let closed = day(one.closed_date.as_deref())?.and_then(|closed| closed.tomorrow().ok());
        days = (days.0.max(opened.unwrap_or(BEGINNING)), days.1.into_iter().chain(closed).min());
    }
    let parent = above.first().filter(|_| kind.level() != Level::Province).map(|parent| parent.id.clone());
    let name = nfc(unit.name.trim());
    Ok(Some([
        unit.id.clone(),
        kind.level().code().to_owned(),
        unit.code.clone().unwrap_or_default(),
        String::new(),
        kind.code().to_owned(),
        kind.bare(&name).to_owned(),
        name.clone(),
        parent.unwrap_or_default(),
        day_text(Some(days.0).filter(|day| *day != BEGINNING)),
        day_text(days.1),
        String::new(),
        String::new(),
    ]))
}

/// What lies above a unit, from below upwards.
fn above<'a>(
    unit: &OrganisationUnit,
    all: &HashMap<&str, &'a OrganisationUnit>,
) -> Result<Vec<&'a OrganisationUnit>, (String, String)> {
    let (mut above, mut next) = (Vec::new(), unit.parent.as_ref());
    while let Some(parent) = next {
        let id = &parent.id;
        let found = all.get(id.as_str()).filter(|_| above.len() < LEVELS_MAX);
        let found = found.ok_or_else(|| {
            let name = &unit.name;
            let vi = format!("đơn vị cấp trên {id} của “{name}” không có trong tệp, hoặc nằm dưới chính nó");
            (vi, format!("{id} above “{name}” is not in the file, or lies below itself"))
        })?;
        above.push(*found);
        next = found.parent.as_ref();
    }
    Ok(above)
}

/// The kind that a name begins with: `Thành phố` is of the province level at the top, and of the district level below a
/// province.
fn kind(unit: &OrganisationUnit, above: &[&OrganisationUnit]) -> Option<UnitKind> {
    let name = nfc(unit.name.trim());
    let of_level = |kind: &UnitKind, is_top: bool| (kind.level() == Level::Province) == is_top;
    let named = |name: &str, is_top| {
        let kinds = Level::OF_REGISTER.into_iter().flat_map(Level::kinds);
        kinds.filter(|kind| of_level(kind, is_top)).find(|kind| kind.bare(name) != name)
    };
    let is_country = |unit: &OrganisationUnit| named(&nfc(unit.name.trim()), true).is_none();
    match above {
        [] => named(&name, true),
        [country] if is_country(country) => named(&name, true),
        _ => named(&name, false),
    }
}

/// The day of a moment like `2025-07-01T00:00:00.000`.
fn day(text: Option<&str>) -> Result<Option<Date>, (String, String)> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let day = text.get(..10).and_then(|day| day.parse().ok());
    day.map(Some).ok_or_else(|| (format!("“{text}” không phải ngày"), format!("“{text}” is no day")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(json: &Value) -> Vec<String> {
        let csv = register_of_dhis2(json.to_string().as_bytes()).expect("a list");
        String::from_utf8(csv).expect("text").lines().skip(1).map(str::to_owned).collect()
    }

    fn unit(id: &str, name: &str, parent: Option<&str>, days: [Option<&str>; 2]) -> Value {
        let parent = parent.map(|parent| json!({ "id": parent }));
        let [opened, closed] = days;
        json!({ "id": id, "code": id, "name": name, "openingDate": opened, "closedDate": closed, "parent": parent, "path": "/x" })
    }

    #[test]
    fn units_hold_while_all_above_do_and_the_country_is_left_out() {
        let opened = Some("2025-07-01T00:00:00.000");
        let units = json!({ "organisationUnits": [
            unit("31825", "Phường Bạc Liêu", Some("96"), [Some("1900-01-01"), Some("2026-04-29T00:00:00.000")]),
            unit("VN", "Việt Nam", None, [None, None]),
            unit("96", "Tỉnh Cà Mau", Some("VN"), [opened, None]),
            unit("48", "Thành phố Đà Nẵng", None, [Some("1900-01-01T00:00:00.000"), None]),
            unit("954", "Thành phố Hội An", Some("48"), [None, None]),
        ] });
        let expected = [
            "31825,commune,31825,,ward,Bạc Liêu,Phường Bạc Liêu,96,2025-07-01,2026-04-30,,",
            "",
            "96,province,96,,province,Cà Mau,Tỉnh Cà Mau,,2025-07-01,,,",
            "48,province,48,,municipality,Đà Nẵng,Thành phố Đà Nẵng,,,,,",
            "954,district,954,,city,Hội An,Thành phố Hội An,48,,,,",
        ];
        assert_eq!(rows(&units), expected);
    }

    #[test]
    fn what_cannot_be_a_unit_of_the_register_is_named_by_its_place() {
        let none = [None, None];
        for (units, line, said) in [
            (json!({ "dataElements": [] }), 1, "organisationUnits"),
            (
                json!({ "organisationUnits": [unit("1", "Tỉnh A", None, none), unit("2", "B", Some("1"), none)] }),
                3,
                "kind",
            ),
            (json!({ "organisationUnits": [unit("2", "Xã B", Some("9"), none)] }), 2, "not in the file"),
            (json!({ "organisationUnits": [unit("2", "Xã B", Some("2"), none)] }), 2, "below itself"),
            (json!({ "organisationUnits": [unit("1", "Tỉnh A", None, [Some("1/7/2025"), None])] }), 2, "is no day"),
        ] {
            let problems = register_of_dhis2(units.to_string().as_bytes()).expect_err(said);
            assert!(
                problems.len() == 1 && problems[0].line == line && problems[0].what.en.contains(said),
                "{problems:?}"
            );
        }
    }
}
