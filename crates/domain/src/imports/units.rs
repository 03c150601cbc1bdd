//! Rows that become residential areas and bodies.

use std::collections::BTreeMap;

use super::{NAME_CHARS, sound};
use crate::{
    calendar::format_day,
    ids::UnitId,
    programmes::Text,
    sheets::{FieldValue, IntoUnits, KindOf, Problem, Reading, Record, Severity, both},
    text::fold,
    units::{Level, UnitAsOf, UnitKind, UnitVersion, lookup::spelling},
};

/// A unit that is to come into being.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUnit {
    /// The place of its record among all, from 0.
    pub record: usize,
    /// What kind of unit it is.
    pub kind: UnitKind,
    /// Its name.
    pub name: String,
    /// Its code, where the list states one.
    pub code: Option<String>,
    /// What it lies below.
    pub below: UnitId,
}

/// What is there already on the day from which the new units hold, or comes later.
#[derive(Debug, Clone, Default)]
pub struct There {
    /// Residential areas and bodies directly below the units that the list names.
    pub below: Vec<UnitVersion>,
    /// Residential areas and bodies with one of the codes that the list states.
    pub with_codes: Vec<UnitVersion>,
}

/// What a list of units comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Units {
    /// Units that are to come into being, in the order of the list.
    pub new: Vec<NewUnit>,
    /// How many rows name a unit that is there already.
    pub there: usize,
    /// What stands against rows, and what is doubtful.
    pub problems: Vec<Problem>,
}

/// Decides what becomes of the rows of a list that are sound so far; `below` is what all its units lie below where the
/// map has no field for it.
pub fn units(target: &IntoUnits, reading: &Reading, below: Option<&UnitAsOf>, there: &There) -> Units {
    let mut seen = Seen::of(there);
    let mut result = Units::default();
    for (at, record) in sound(reading) {
        match new_unit(target, at, record, below) {
            Ok(unit) => seen.add(target, record, unit, &mut result),
            Err(wrong) => result.problems.push(*wrong),
        }
    }
    result
}

/// What a row says of a unit.
fn new_unit(target: &IntoUnits, at: usize, record: &Record, below: Option<&UnitAsOf>) -> Result<NewUnit, Box<Problem>> {
    let wrong = |field: &str, expected: Text, what: Text| Box::new(record.problem(field, expected, what));
    let name = match record.get(&target.name) {
        Some(FieldValue::Place(place)) => place.name.clone(),
        Some(FieldValue::Text(text)) => text.clone(),
        _ => String::new(),
    };
    let expected =
        || both(format!("tên, không quá {NAME_CHARS} ký tự"), format!("a name of at most {NAME_CHARS} characters"));
    if name.is_empty() {
        return Err(wrong(&target.name, expected(), both("thiếu tên đơn vị", "the name of the unit is missing")));
    }
    if name.chars().count() > NAME_CHARS {
        return Err(wrong(&target.name, expected(), both("tên quá dài", "the name is too long")));
    }
    let kind = match &target.kind {
        KindOf::All(kind) => *kind,
        KindOf::Field { field, kinds } => {
            let word = record.get(field).map(ToString::to_string).unwrap_or_default();
            let known = kinds.keys().cloned().collect::<Vec<_>>().join(", ");
            let expected = || both(known.clone(), known.clone());
            let what = || {
                both(format!("“{word}” không cho biết loại đơn vị"), format!("“{word}” does not say the kind of unit"))
            };
            *kinds.get(&word).ok_or_else(|| wrong(field, expected(), what()))?
        }
    };
    let above = target.below.as_ref().and_then(|field| record.units.get(field)).or(below);
    let at_field = target.below.as_ref().unwrap_or(&target.name);
    let Some(above) = above else {
        let expected = both("đơn vị cấp trên", "what the unit lies below");
        return Err(wrong(at_field, expected, both("chưa rõ thuộc đơn vị nào", "what it lies below is not said")));
    };
    if !may_lie_below(kind, above.version.kind) {
        let expected = both("xã, phường, thị trấn", "a commune, ward or township");
        let what = both(
            format!("khu dân cư không trực thuộc {}", above.version.name),
            format!("a residential area does not lie directly below {}", above.version.name),
        );
        return Err(wrong(at_field, expected, what));
    }
    if let Some(until) = above.version.valid.until {
        let expected = both("đơn vị không thay đổi sau ngày đó", "a unit that does not change after that day");
        let (name, day) = (&above.version.name, format_day(until));
        let what = both(
            format!("{name} thay đổi từ ngày {day}; nhập với --as-of từ ngày đó trở đi"),
            format!("{name} changes on {until}; import with --as-of of that day or later"),
        );
        return Err(wrong(at_field, expected, what));
    }
    let code = target.code.as_ref().and_then(|field| record.get(field)).map(ToString::to_string);
    Ok(NewUnit { record: at, kind, name, code: code.filter(|code| !code.is_empty()), below: above.id() })
}

/// Residential areas lie below communes; agencies, enterprises and schools below any administrative unit.
fn may_lie_below(kind: UnitKind, above: UnitKind) -> bool {
    match kind {
        UnitKind::ResidentialArea => above.is_commune_level(),
        _ => above.level() != Level::Below,
    }
}

/// Units that a new one could be the same as.
#[derive(Default)]
struct Seen {
    /// By what they lie below, kind and spelling; with the row of this list.
    spelled: BTreeMap<(UnitId, UnitKind, String), Option<usize>>,
    /// By what they lie below, kind and folded name.
    folded: BTreeMap<(UnitId, UnitKind, String), String>,
    /// The name of the unit that has a code.
    codes: BTreeMap<String, String>,
}

impl Seen {
    fn of(there: &There) -> Self {
        let mut seen = Self::default();
        for version in &there.below {
            let Some(above) = version.parent else { continue };
            seen.spelled.insert((above, version.kind, spelling(&version.name)), None);
            seen.folded.insert((above, version.kind, fold(&version.name)), version.name.clone());
        }
        for version in &there.with_codes {
            let Some(code) = &version.code else { continue };
            seen.codes.insert(code.clone(), version.name.clone());
        }
        seen
    }

    fn add(&mut self, target: &IntoUnits, record: &Record, unit: NewUnit, result: &mut Units) {
        let key = (unit.below, unit.kind, spelling(&unit.name));
        match self.spelled.get(&key) {
            Some(None) => {
                result.there += 1;
                return;
            }
            Some(Some(row)) => {
                let expected = both("mỗi đơn vị một hàng", "one row for each unit");
                let what = both(
                    format!("“{}” đã có ở hàng {row}; bỏ một hàng", unit.name),
                    format!("“{}” stands in row {row} already; take one out", unit.name),
                );
                result.problems.push(record.problem(&target.name, expected, what));
                return;
            }
            None => {}
        }
        let holder = unit.code.as_ref().and_then(|code| self.codes.get(code));
        if let Some((name, field)) = holder.zip(target.code.as_ref()) {
            let expected = both("mã chưa đơn vị nào dùng", "a code that no unit has");
            let what = both(
                format!("mã này của “{name}”; sửa mã, hoặc viết đúng tên đơn vị"),
                format!("this is the code of “{name}”; mend the code, or write the name of the unit as it is"),
            );
            result.problems.push(record.problem(field, expected, what));
            return;
        }
        let folded = (unit.below, unit.kind, fold(&unit.name));
        if let Some(other) = self.folded.get(&folded) {
            let expected = both("tên đúng dấu", "the name with its accents");
            let what = both(
                format!("chỉ khác dấu với “{other}” đã có; sẽ thêm đơn vị mới"),
                format!("differs from “{other}”, which is there, in accents only; a new unit will be added"),
            );
            let doubt = record.problem(&target.name, expected, what);
            result.problems.push(Problem { severity: Severity::Warning, ..doubt });
        }
        self.spelled.insert(key, Some(record.row));
        self.folded.insert(folded, unit.name.clone());
        if let Some(code) = &unit.code {
            self.codes.insert(code.clone(), unit.name.clone());
        }
        result.new.push(unit);
    }
}
