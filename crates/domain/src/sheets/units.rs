//! Which fields of a record name a unit of the register, and the codes that come of them.
//!
//! The register itself is asked elsewhere: [`mentions`] says what is to be looked up, [`settle`] takes the answers.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Deserialize;

use super::{Field, FieldValue, Map, Place, Problem, Reading, Record, Severity, both, read::alike};
use crate::{
    ids::UnitId,
    units::{
        UnitAsOf, UnitVersion,
        lookup::{Found, Mention, NotFound, is_called, is_spelled},
    },
};

/// Fields that name a unit, and fields that its codes are put into.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitRule {
    /// The field with its name, of the kind `unit_name`.
    pub name: String,
    /// The field with what it lies in, of the same kind.
    pub within: Option<String>,
    /// The field with its code, where lists state one: it decides among units of one name, and must be of the unit.
    pub code: Option<String>,
    /// The field with the day or month of which the row speaks; without it, the day of the whole list.
    pub day: Option<String>,
    /// The field that takes the code of the unit on that day; may be the one of `code`. Without it the unit is looked up
    /// and no code put anywhere.
    #[serde(rename = "as")]
    pub as_field: Option<String>,
    /// The field that takes the code of the former unit that the row names.
    pub former_as: Option<String>,
}

/// What holds for every row of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The day of the list, for rows that state none.
    pub on: Date,
    /// What all its units lie in, with what that lies in: names from below upwards. Nothing where the list is of no
    /// place in particular.
    pub within: Vec<String>,
}

impl Frame {
    /// A list of a day and of no place in particular.
    pub fn of(on: Date) -> Self {
        Self { on, within: Vec::new() }
    }
}

/// Everything that the records of a reading say of units.
pub fn mentions(rules: &[UnitRule], reading: &Reading, frame: &Frame) -> BTreeSet<Mention> {
    let of_record = |record| rules.iter().filter_map(move |rule| mention(rule, record, frame));
    reading.records.iter().flat_map(of_record).collect()
}

/// Puts the codes of the units that were found into the records, and what was not found among the problems.
pub fn settle<'a>(
    map: &Map,
    reading: &mut Reading,
    frame: &Frame,
    found: impl Fn(&Mention) -> Option<&'a Result<Found, NotFound>>,
) {
    let mut formers = vec![Vec::new(); reading.records.len()];
    for (record, formers) in reading.records.iter_mut().zip(&mut formers) {
        for rule in &map.units {
            let (mut unit, mut former) = (FieldValue::Null, FieldValue::Null);
            if let Some(mention) = mention(rule, record, frame) {
                match answer(rule, record, &mention, found(&mention)) {
                    Ok((of_unit, of_former)) => {
                        reading.warnings.extend(name_as_registered(rule, record, of_unit));
                        // A unit that goes on under another name did not end.
                        let ended = of_former.filter(|former| former.id() != of_unit.id() && mention.former.is_empty());
                        let doubt = ended.map(|former| of_another_time(rule, record, &mention, of_unit, former));
                        reading.warnings.extend(doubt);
                        unit = FieldValue::Text(code(of_unit));
                        record.units.insert(rule.name.clone(), of_unit.clone());
                        formers.push(of_former.map(UnitAsOf::id));
                        former = of_former.map_or(FieldValue::Null, |of_former| FieldValue::Text(code(of_former)));
                    }
                    Err(problem) => reading.problems.push(*problem),
                }
            }
            for (name, value) in [(&rule.as_field, unit), (&rule.former_as, former)] {
                if let Some(name) = name {
                    put(record, rule, name, value);
                }
            }
        }
    }
    mark_same_units(map, reading, &formers);
    reading.put_in_order();
}

/// Marks records whose key became the one of a record before them, now that names are those of the register. What became
/// one unit is still told apart by the former ones.
fn mark_same_units(map: &Map, reading: &mut Reading, formers: &[Vec<Option<UnitId>>]) {
    for (at, first) in alike(map, reading.records.iter().zip(formers)) {
        let record = &mut reading.records[at];
        if record.duplicate_of.is_some() {
            continue;
        }
        let first = first + 1;
        record.duplicate_of = Some(first);
        let what = both(
            format!("cùng đơn vị với bản ghi {first}; bỏ một hàng"),
            format!("the same unit as record {first}; take one out"),
        );
        let expected = both("mỗi đơn vị một hàng", "one row for each unit");
        let field = map.key.first().map(String::as_str).unwrap_or_default();
        let said = record.problem(field, expected, what);
        reading.warnings.push(Problem { severity: Severity::Warning, ..said });
    }
}

fn mention(rule: &UnitRule, record: &Record, frame: &Frame) -> Option<Mention> {
    let place = place(record, &rule.name)?;
    let within = rule.within.as_ref().and_then(|within| self::place(record, within));
    let within = within.map(|within| within.name.clone()).into_iter().chain(place.within.iter().cloned());
    let within = within.chain(frame.within.iter().cloned());
    let on = match rule.day.as_ref().and_then(|field| record.get(field)) {
        Some(FieldValue::Day(day)) => *day,
        Some(FieldValue::Month { year, month }) => Date::new(*year, *month, 1).map_or(frame.on, Date::last_of_month),
        _ => frame.on,
    };
    Some(Mention {
        name: place.name.clone(),
        code: stated(rule, record).map(str::to_owned),
        within: within.collect(),
        former: place.former.clone(),
        on,
    })
}

fn place<'a>(record: &'a Record, field: &str) -> Option<&'a Place> {
    match record.get(field) {
        Some(FieldValue::Place(place)) => Some(place),
        _ => None,
    }
}

/// The code that the list states.
fn stated<'a>(rule: &UnitRule, record: &'a Record) -> Option<&'a str> {
    match record.get(rule.code.as_deref()?) {
        Some(FieldValue::Text(code)) => Some(code),
        _ => None,
    }
}

/// Its official code, or our identity of one that has none.
fn code(unit: &UnitAsOf) -> String {
    unit.version.code.clone().unwrap_or_else(|| unit.id().to_string())
}

/// The unit and the former one, or why there is none.
fn answer<'a>(
    rule: &UnitRule,
    record: &Record,
    mention: &Mention,
    found: Option<&'a Result<Found, NotFound>>,
) -> Result<(&'a UnitAsOf, Option<&'a UnitAsOf>), Box<Problem>> {
    let (unit, former) = match found {
        Some(Ok(found)) => (&found.unit, found.former.as_ref()),
        Some(Err(NotFound::Several(units))) => return Err(Box::new(several(rule, record, mention, units))),
        Some(Err(NotFound::Former { unit, called })) => {
            return Err(Box::new(no_former(rule, record, mention, unit, called)));
        }
        Some(Err(NotFound::Ended { unit, successors })) => return Err(Box::new(ended(rule, record, unit, successors))),
        Some(Err(NotFound::Nobody)) | None => return Err(Box::new(nobody(rule, record, mention))),
    };
    // A list of an earlier time states the code of the time.
    let is_of_either = |stated: &str| code(unit) == stated || former.is_some_and(|former| code(former) == stated);
    match stated(rule, record) {
        Some(stated) if !is_of_either(stated) => Err(Box::new(wrong_code(rule, record, unit, stated))),
        _ => Ok((unit, former)),
    }
}

/// Names that mean the unit and what it lies in become those of the register; a name of another time stays. Other
/// accents are doubtful: they may mean another unit.
fn name_as_registered(rule: &UnitRule, record: &mut Record, unit: &UnitAsOf) -> Vec<Problem> {
    let above = unit.ancestors.iter().collect();
    let mut doubts = Vec::new();
    for (field, mut candidates) in [(Some(&rule.name), vec![&unit.version]), (rule.within.as_ref(), above)] {
        let Some(field) = field else { continue };
        let Some(written) = place(record, field).map(|place| place.name.clone()) else { continue };
        candidates.retain(|version| is_called(version, &written));
        let [version] = candidates[..] else { continue };
        if !is_spelled(version, &written) {
            doubts.push(other_accents(record, field, version));
        }
        let of_record = record.fields.iter_mut().find(|of_record| *of_record.name == **field);
        if let Some(FieldValue::Place(place)) = of_record.map(|field| &mut field.value) {
            place.name.clone_from(&version.name);
        }
    }
    doubts
}

fn other_accents(record: &Record, field: &str, version: &UnitVersion) -> Problem {
    let name = &version.name;
    let what = both(format!("viết khác dấu; đọc là {name}"), format!("written with other accents; read as {name}"));
    let expected = both("tên đúng dấu như trong danh mục", "the name with the accents of the register");
    Problem { severity: Severity::Warning, ..record.problem(field, expected, what) }
}

/// The row names a unit that had ended by its day: whoever took over is meant, unless the day is wrong.
fn of_another_time(rule: &UnitRule, record: &Record, mention: &Mention, unit: &UnitAsOf, former: &UnitAsOf) -> Problem {
    let (former, unit, on) = (shown(former), shown(unit), mention.on);
    let what = both(
        format!("{former} không còn vào ngày {}; tính cho {unit}", crate::calendar::format_day(on)),
        format!("{former} was no more on {on}; counted for {unit}"),
    );
    let expected = both("đơn vị đang có vào ngày đó", "a unit in force on that day");
    Problem { severity: Severity::Warning, ..record.problem(&rule.name, expected, what) }
}

/// Sets a field that the record has, or adds it.
fn put(record: &mut Record, rule: &UnitRule, name: &str, value: FieldValue) {
    let spot = record.fields.iter().find(|field| *field.name == *rule.name).and_then(|field| field.spot);
    match record.fields.iter_mut().find(|field| &*field.name == name) {
        // What the list states stays where nothing was found.
        Some(_) if value == FieldValue::Null => {}
        Some(field) => field.value = value,
        None => record.fields.push(Field { name: name.into(), value, spot }),
    }
}

/// `Phường 1, thành phố Bạc Liêu (31825)`.
fn shown(unit: &UnitAsOf) -> String {
    format!("{}, {} ({})", unit.version.name, unit.place(), code(unit))
}

fn list(units: &[UnitAsOf]) -> String {
    units.iter().map(shown).collect::<Vec<_>>().join("; ")
}

fn nobody(rule: &UnitRule, record: &Record, mention: &Mention) -> Problem {
    let (name, on) = (&mention.name, mention.on);
    let within = if mention.within.is_empty() { String::new() } else { format!(" ({})", mention.within.join(", ")) };
    let what = both(
        format!("không có đơn vị nào tên “{name}”{within} tính đến ngày {}", crate::calendar::format_day(on)),
        format!("no unit is or was called “{name}”{within} by {on}"),
    );
    let expected = both("tên đơn vị như trong danh mục", "the name of a unit as in the register");
    record.problem(&rule.name, expected, what)
}

fn several(rule: &UnitRule, record: &Record, mention: &Mention, units: &[UnitAsOf]) -> Problem {
    let (name, units) = (&mention.name, list(units));
    let what = both(
        format!("có nhiều đơn vị tên “{name}”: {units}; ghi thêm mã hoặc đơn vị cấp trên"),
        format!("several units are called “{name}”: {units}; add the code or what it lies in"),
    );
    let expected = both("tên chỉ một đơn vị", "a name of one unit only");
    record.problem(&rule.name, expected, what)
}

fn no_former(rule: &UnitRule, record: &Record, mention: &Mention, unit: &UnitAsOf, called: &[UnitAsOf]) -> Problem {
    let (former, unit) = (mention.former.join(", "), shown(unit));
    let what = if called.is_empty() {
        both(
            format!("không đơn vị nào tên “{former}” đã nhập thành {unit}"),
            format!("nothing called “{former}” became {unit}"),
        )
    } else {
        let called = list(called);
        both(
            format!("nhiều đơn vị tên “{former}” đã nhập thành {unit}: {called}"),
            format!("several called “{former}” became {unit}: {called}"),
        )
    };
    let expected = both("tên một đơn vị cũ của đơn vị này", "the name of one unit that became it");
    record.problem(&rule.name, expected, what)
}

fn ended(rule: &UnitRule, record: &Record, unit: &UnitAsOf, successors: &[UnitAsOf]) -> Problem {
    let unit = shown(unit);
    let what = if successors.is_empty() {
        both(format!("{unit} không còn, chưa rõ đơn vị kế thừa"), format!("{unit} ended; its successor is not known"))
    } else {
        let successors = list(successors);
        both(
            format!("{unit} không còn, đã chia cho: {successors}; ghi tên đơn vị mới"),
            format!("{unit} ended and was divided among {successors}; name the new unit"),
        )
    };
    let expected = both("đơn vị đang có vào ngày đó", "a unit in force on that day");
    record.problem(&rule.name, expected, what)
}

fn wrong_code(rule: &UnitRule, record: &Record, unit: &UnitAsOf, stated: &str) -> Problem {
    let unit = shown(unit);
    let what = both(
        format!("mã {stated} không phải của {unit}; sửa mã hoặc tên"),
        format!("{stated} is not the code of {unit}; mend the code or the name"),
    );
    let expected = both("mã của đơn vị trong hàng", "the code of the unit in the row");
    record.problem(rule.code.as_ref().unwrap_or(&rule.name), expected, what)
}
