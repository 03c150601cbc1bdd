//! Rows that become residential areas and bodies.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{NAME_CHARS, row_name, sound};
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
    /// Units of any level with one of the codes that the list states.
    pub with_codes: Vec<UnitVersion>,
}

/// What a list of units comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Units {
    /// Units that are to come into being, in the order of the list.
    pub new: Vec<NewUnit>,
    /// The places of records whose units are there already.
    pub there: Vec<usize>,
    /// What stands against rows, and what is doubtful.
    pub problems: Vec<Problem>,
}

/// Decides what becomes of the rows of a list that are sound so far; `below` is what all its units lie below where the
/// map has no field for it, `on` the day from which the new units hold.
pub fn units(target: &IntoUnits, reading: &Reading, below: Option<&UnitAsOf>, on: Date, there: &There) -> Units {
    let mut seen = Seen::of(there);
    let mut result = Units::default();
    for (at, record) in sound(reading) {
        match new_unit(target, at, record, below) {
            Ok(unit) => seen.add(target, record, on, unit, &mut result),
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

/// A unit of one name, kind and place.
struct Known {
    /// The row of this list that brings it; none for one that is there.
    row: Option<Text>,
    code: Option<String>,
    /// From when it holds.
    from: Date,
}

impl Known {
    /// Two of one name are two where both have a code, and another one.
    fn may_be(&self, code: Option<&String>) -> bool {
        code.is_none() || self.code.is_none() || self.code.as_ref() == code
    }
}

/// Units that a new one could be the same as.
#[derive(Default)]
struct Seen {
    /// By what they lie below, kind and spelling.
    spelled: BTreeMap<(UnitId, UnitKind, String), Vec<Known>>,
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
            let known = Known { row: None, code: version.code.clone(), from: version.valid.from };
            seen.spelled.entry((above, version.kind, spelling(&version.name))).or_default().push(known);
            seen.folded.insert((above, version.kind, fold(&version.name)), version.name.clone());
        }
        for version in &there.with_codes {
            let Some(code) = &version.code else { continue };
            seen.codes.insert(code.clone(), version.name.clone());
        }
        seen
    }

    fn add(&mut self, target: &IntoUnits, record: &Record, on: Date, unit: NewUnit, result: &mut Units) {
        let key = (unit.below, unit.kind, spelling(&unit.name));
        let same = self.spelled.get(&key).and_then(|all| all.iter().find(|known| known.may_be(unit.code.as_ref())));
        if let Some(same) = same {
            match told(target, record, on, &unit, same) {
                Some(problem) => {
                    let is_there = problem.severity == Severity::Warning;
                    result.there.extend(is_there.then_some(unit.record));
                    result.problems.push(problem);
                }
                None => result.there.push(unit.record),
            }
            return;
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
            let expected = both("tên khác các đơn vị đã có", "another name than those that are there");
            let what = both(
                format!("gần như “{other}” đã có (khác dấu hoặc khác mã); sẽ thêm đơn vị mới"),
                format!("nearly “{other}”, which is there (other accents, or another code); a new unit will be added"),
            );
            let doubt = record.problem(&target.name, expected, what);
            result.problems.push(Problem { severity: Severity::Warning, ..doubt });
        }
        let known = Known { row: Some(row_name(record)), code: unit.code.clone(), from: on };
        self.spelled.entry(key).or_default().push(known);
        self.folded.insert(folded, unit.name.clone());
        if let Some(code) = &unit.code {
            self.codes.insert(code.clone(), unit.name.clone());
        }
        result.new.push(unit);
    }
}

/// What is to be said of a row whose unit is known already.
fn told(target: &IntoUnits, record: &Record, on: Date, unit: &NewUnit, known: &Known) -> Option<Problem> {
    let name = &unit.name;
    if let Some(row) = &known.row {
        let expected = both("mỗi đơn vị một hàng", "one row for each unit");
        let what = both(
            format!("“{name}” đã có ở {}; bỏ một hàng", row.vi),
            format!("“{name}” stands in {} already; take one out", row.en),
        );
        return Some(record.problem(&target.name, expected, what));
    }
    if known.from > on {
        let expected = both("đơn vị đã có vào ngày đó", "a unit that is there on that day");
        let (vi, en) = (format_day(known.from), known.from);
        let what = both(
            format!("“{name}” đã có nhưng từ ngày {vi}; hoàn tác lần nhập đó rồi nhập lại với ngày sớm hơn"),
            format!("“{name}” is there, but from {en} on; take that import back and import again with the earlier day"),
        );
        return Some(record.problem(&target.name, expected, what));
    }
    let field = target.code.as_ref().filter(|_| unit.code.is_some() && known.code.is_none())?;
    let expected = both("đơn vị đã có, không có mã", "a unit that is there without a code");
    let what = both(
        format!("“{name}” đã có mà không có mã; mã này không được ghi"),
        format!("“{name}” is there without a code; this one is not written"),
    );
    Some(Problem { severity: Severity::Warning, ..record.problem(field, expected, what) })
}
