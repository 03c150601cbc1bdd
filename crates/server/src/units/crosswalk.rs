//! What units were and what became of them: old to new and new to old. Read as one, shown as page, JSON and CSV.

use std::io::Write;

use dienhinh_domain::{
    ids::UnitId,
    units::{
        BEGINNING,
        register::day_text,
        succession::{Succession, WithoutSuccessor, without_successor},
    },
};
use dienhinh_storage::{
    Tx,
    units::history::{self, Chapter, Link, Named},
};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::meant;

/// How many units a page shows, and an answer unless more are asked for: whoever has more types more.
pub(crate) const SHOWN: i64 = 10;

/// How many units one answer holds at most.
pub(crate) const FOUND_MAX: i64 = 50;

/// A unit over all its time.
#[derive(Debug, Clone)]
pub struct Lineage {
    /// Its identity.
    pub unit: UnitId,
    /// Everything it was, earliest first; never empty.
    pub chapters: Vec<Chapter>,
    /// What it came from, earliest first.
    pub from: Vec<Link>,
    /// What it became, earliest first.
    pub to: Vec<Link>,
}

/// The columns of the crosswalk as CSV.
const COLUMNS: [&str; 19] = [
    "unit_id",
    "uid",
    "code",
    "full_name",
    "valid_from",
    "valid_to",
    "direction",
    "effective_date",
    "relation",
    "portion",
    "area_portion",
    "population_portion",
    "code_inherited",
    "other_unit_id",
    "other_uid",
    "other_code",
    "other_full_name",
    "legal_basis",
    "clause",
];

impl Lineage {
    /// The day it ended on; none while it is in force.
    pub fn ended_on(&self) -> Option<Date> {
        self.chapters.last().and_then(|chapter| chapter.version.valid.until)
    }

    /// Why nothing took over from it; none while it is in force or when something did.
    pub fn without_successor(&self) -> Option<WithoutSuccessor> {
        let last = self.chapters.last()?;
        let ended_on = self.ended_on()?;
        let taken = self.to.iter().any(|link| link.succession.on == ended_on);
        (!taken).then(|| without_successor(last.version.kind.level(), ended_on))
    }

    /// Whether it began on a known day and nobody knows what it came from.
    pub fn came_from_unknown(&self) -> bool {
        let began_on = self.chapters.first().map(|chapter| chapter.version.valid.from);
        began_on.is_some_and(|day| day != BEGINNING) && self.from.is_empty()
    }

    fn json(&self) -> Value {
        let versions: Vec<Value> = self.chapters.iter().map(chapter).collect();
        json!({
            "id": self.unit.to_string(),
            "uid": self.chapters.first().and_then(|chapter| chapter.uid.clone()),
            "versions": versions,
            "from": self.from.iter().map(|link| linked(link, &link.predecessor)).collect::<Vec<_>>(),
            "to": self.to.iter().map(|link| linked(link, &link.successor)).collect::<Vec<_>>(),
            "ended_on": self.ended_on().map(|day| day.to_string()),
            "without_successor": self.without_successor().map(WithoutSuccessor::code),
            "came_from_unknown": self.came_from_unknown(),
        })
    }

    /// Its rows: one a succession, and one of its own where it has none or ended without a successor.
    fn rows(&self) -> Vec<[String; 19]> {
        let mut rows = Vec::new();
        for (direction, links) in [("from", &self.from), ("to", &self.to)] {
            for link in links {
                rows.push(self.row(direction, Some(link)));
            }
        }
        if let Some(why) = self.without_successor() {
            let mut row = self.row("to", None);
            row[7] = day_text(self.ended_on());
            why.code().clone_into(&mut row[8]);
            rows.push(row);
        }
        if rows.is_empty() {
            rows.push(self.row("", None));
        }
        rows
    }

    fn row(&self, direction: &str, link: Option<&Link>) -> [String; 19] {
        // Of several names the one that was borne when it happened.
        let day = link.map(|link| if direction == "from" { link.succession.on } else { eve(link.succession.on) });
        let at = |chapter: &&Chapter| day.is_some_and(|day| chapter.version.valid.contains(day));
        let own = self.chapters.iter().find(at).or(self.chapters.last());
        let text = |text: Option<&String>| text.cloned().unwrap_or_default();
        let version = own.map(|chapter| &chapter.version);
        let first = self.chapters.first().map(|chapter| chapter.version.valid.from).filter(|day| *day != BEGINNING);
        let other = link.map(|link| if direction == "from" { &link.predecessor } else { &link.successor });
        let succession = link.map(|link| &link.succession);
        let word = |word: Option<&'static str>| word.unwrap_or_default().to_owned();
        [
            self.unit.to_string(),
            text(own.and_then(|chapter| chapter.uid.as_ref())),
            text(version.and_then(|version| version.code.as_ref())),
            text(version.map(|version| &version.name)),
            day_text(first),
            day_text(self.ended_on()),
            direction.to_owned(),
            day_text(succession.map(|succession| succession.on)),
            word(succession.map(|succession| succession.relation.code())),
            word(succession.map(|succession| succession.portion.code())),
            word(succession.map(|succession| succession.area.code())),
            word(succession.map(|succession| succession.population.code())),
            succession.map(|succession| u8::from(succession.code_inherited).to_string()).unwrap_or_default(),
            other.map(|other| other.unit.to_string()).unwrap_or_default(),
            text(other.and_then(|other| other.uid.as_ref())),
            text(other.and_then(|other| other.code.as_ref())),
            text(other.map(|other| &other.name)),
            text(succession.and_then(|succession| succession.legal_basis.as_ref())),
            text(succession.and_then(|succession| succession.clause.as_ref())),
        ]
    }
}

/// The day before.
pub(crate) fn eve(day: Date) -> Date {
    day.yesterday().unwrap_or(day)
}

/// A day of an answer; null where it is not known.
pub(crate) fn known(day: Date) -> Option<String> {
    (day != BEGINNING).then(|| day.to_string())
}

fn chapter(chapter: &Chapter) -> Value {
    let Chapter { version, alt_code, basis_from, basis_until, parent_name, .. } = chapter;
    json!({
        "valid_from": known(version.valid.from),
        "valid_to": version.valid.until.map(|day| day.to_string()),
        "full_name": version.name,
        "name": version.kind.bare(&version.name),
        "kind": version.kind.code(),
        "level": version.kind.level().code(),
        "code": version.code,
        "alt_code": alt_code,
        "parent": version.parent.map(|parent| json!({ "id": parent.to_string(), "full_name": parent_name })),
        "basis_from": basis_from,
        "basis_to": basis_until,
    })
}

fn linked(link: &Link, other: &Named) -> Value {
    let succession = &link.succession;
    let mut value = share_json(succession);
    value["unit"] =
        json!({ "id": other.unit.to_string(), "uid": other.uid, "code": other.code, "full_name": other.name });
    value["effective_date"] = json!(succession.on.to_string());
    value["legal_basis"] = json!(succession.legal_basis);
    value["evidence"] = json!(succession.evidence);
    value
}

/// How one unit took over from another and how much of it.
pub(super) fn share_json(succession: &Succession) -> Value {
    json!({
        "relation": succession.relation.code(),
        "portion": succession.portion.code(),
        "area_portion": succession.area.code(),
        "population_portion": succession.population.code(),
        "code_inherited": succession.code_inherited,
        "clause": succession.clause,
    })
}

/// Some units over all their time, in the order given; absent what is not there.
pub(crate) async fn of_units(tx: &mut Tx, units: &[UnitId]) -> dienhinh_storage::Result<Vec<Lineage>> {
    if units.is_empty() {
        return Ok(Vec::new());
    }
    let mut chapters = history::chapters(tx, units).await?;
    let links = history::links(tx, units).await?;
    let lineage = |unit: &UnitId| {
        let side = |which: fn(&Link) -> UnitId| links.iter().filter(|link| which(link) == *unit).cloned().collect();
        Some(Lineage {
            unit: *unit,
            chapters: chapters.remove(unit)?,
            from: side(|link| link.successor.unit),
            to: side(|link| link.predecessor.unit),
        })
    };
    Ok(units.iter().filter_map(lineage).collect())
}

/// At most `limit` units that ever, or on a day, bore what was typed as code or name.
pub(crate) async fn find(
    tx: &mut Tx,
    typed: &str,
    on: Option<Date>,
    limit: i64,
) -> dienhinh_storage::Result<Vec<Lineage>> {
    let found = history::ever(tx, &meant::expanded(typed), on, limit).await?;
    of_units(tx, &found).await
}

/// Units as one JSON object.
pub fn crosswalk_json(typed: &str, found: &[Lineage]) -> Value {
    json!({ "query": typed, "units": found.iter().map(Lineage::json).collect::<Vec<_>>() })
}

/// One unit as a JSON object.
pub(crate) fn one_json(lineage: &Lineage) -> Value {
    lineage.json()
}

/// Units as CSV: a row a succession.
pub fn crosswalk_csv(found: &[Lineage], to: impl Write) -> std::io::Result<()> {
    let mut writer = csv::Writer::from_writer(to);
    writer.write_record(COLUMNS)?;
    for row in found.iter().flat_map(Lineage::rows) {
        writer.write_record(row)?;
    }
    writer.flush()
}
