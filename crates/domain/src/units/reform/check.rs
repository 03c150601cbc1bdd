//! A plan laid beside the units of the eve: every problem is found, not the first one only.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::{Eve, Face, NOTHING, Operation, Place, Plan, Row, UNKNOWN, read::is_new};
use crate::{
    ids::UnitId,
    text,
    units::{
        Level, UnitVersion,
        register::{File, Problem},
        succession::{Portion, Relation, Succession},
    },
};

/// What the rows do on a day, or everything that is wrong with them. `basis` is the document of the reform.
pub fn plan(rows: &[Row], on: Date, basis: &str, eve: &Eve) -> Result<Plan, Vec<Problem>> {
    let mut check = Check::of(rows, eve);
    let fates = check.fates(rows);
    let mut plan = Plan { ended: fates.ended.clone(), ..Plan::default() };
    for (at, row) in rows.iter().enumerate() {
        match row.operation {
            Operation::Create => {
                let face = check.new_face(row);
                plan.created.push(face);
            }
            Operation::Change => plan.changed.extend(check.changed(at, row, &fates)),
            Operation::Abolish => {}
            Operation::Merge | Operation::Absorb | Operation::Split | Operation::CarveOut => {
                plan.successions.extend(check.passed((at, row), on, basis, &fates));
            }
        }
    }
    for (unit, successor, succession) in &mut plan.successions {
        let before = check.old[unit];
        let (kind, code) = match *successor {
            Place::Old(other) => match plan.changed.get(&other) {
                Some(face) => (face.kind, &face.code),
                None => (check.old[&other].kind, &check.old[&other].code),
            },
            Place::New(at) => (plan.created[at].kind, &plan.created[at].code),
        };
        succession.code_inherited = code.is_some() && *code == before.code;
        if succession.relation == Relation::Merge && kind.level() != before.kind.level() {
            succession.relation = Relation::Convert;
        }
    }
    if rows.is_empty() {
        let (vi, en) = ("phương án không có dòng nào", "the plan has no row");
        check.problems.push(Problem::of_row(File::Plan, 1, vi.to_owned(), en.to_owned()));
    }
    check.shares(&fates);
    check.origins(rows, &plan);
    // What follows from a mistake is not complained of beside it.
    if check.problems.is_empty() {
        check.those_below(&fates, &mut plan);
    }
    if check.problems.is_empty() {
        check.parents(rows, &fates, &plan);
        check.codes(rows, &plan);
    }
    check.problems.sort_by_key(|problem| problem.line);
    if check.problems.is_empty() { Ok(plan) } else { Err(check.problems) }
}

/// What the rows say of the units that were there.
#[derive(Default)]
struct Fates<'a> {
    rows: BTreeMap<UnitId, Vec<&'a Row>>,
    /// By the place of a row.
    units: BTreeMap<usize, UnitId>,
    ended: BTreeSet<UnitId>,
}

struct Check<'a> {
    /// The units of the eve.
    old: BTreeMap<UnitId, &'a UnitVersion>,
    by_code: BTreeMap<&'a str, Vec<UnitId>>,
    /// The new units by their keys, in the order of their rows.
    new: BTreeMap<&'a str, usize>,
    eve: &'a Eve,
    /// Who gave to whom in the rows so far.
    pairs: BTreeSet<(UnitId, Place)>,
    problems: Vec<Problem>,
}

impl<'a> Check<'a> {
    fn of(rows: &'a [Row], eve: &'a Eve) -> Self {
        let mut by_code: BTreeMap<&str, Vec<UnitId>> = BTreeMap::new();
        for unit in &eve.units {
            if let Some(code) = &unit.code {
                by_code.entry(code).or_default().push(unit.unit);
            }
        }
        let old = eve.units.iter().map(|unit| (unit.unit, unit)).collect();
        let mut check = Self { old, by_code, new: BTreeMap::new(), eve, pairs: BTreeSet::new(), problems: Vec::new() };
        for (at, row) in rows.iter().filter(|row| row.operation == Operation::Create).enumerate() {
            if check.new.insert(&row.unit, at).is_some() {
                let (vi, en) = ("tên tạm này đã dùng ở dòng trên", "this key stands in a row above");
                check.complain(row, "unit", vi, en);
            }
        }
        check
    }

    fn complain(&mut self, row: &Row, column: &'static str, vi: impl Into<String>, en: impl Into<String>) {
        self.problems.push(Problem::new(File::Plan, row.line, column, vi, en));
    }

    /// The unit behind a code, an identity of ours or the key of a new unit.
    fn place(&mut self, row: &Row, column: &'static str, key: &str) -> Option<Place> {
        if is_new(key) {
            let found = self.new.get(key).copied();
            if found.is_none() {
                let (vi, en) = (
                    format!("không có dòng create nào cho “{key}”; thêm dòng đó hoặc sửa"),
                    format!("no create row for “{key}”; add it or correct the key"),
                );
                self.complain(row, column, vi, en);
            }
            return found.map(Place::New);
        }
        self.unit(row, column, key).map(Place::Old)
    }

    fn unit(&mut self, row: &Row, column: &'static str, key: &str) -> Option<UnitId> {
        let by_identity = key.parse().ok().filter(|unit| self.old.contains_key(unit));
        let found = match by_identity {
            Some(unit) => vec![unit],
            None => self.by_code.get(key).cloned().unwrap_or_default(),
        };
        if let [unit] = found[..] {
            if self.eve.unsettled.contains(&unit) {
                let name = &self.old[&unit].name;
                let (vi, en) = (
                    format!("{name} đã có thay đổi ghi từ ngày này về sau; hoàn tác thay đổi đó trước"),
                    format!("{name} has a change from this day on already; undo that one first"),
                );
                self.complain(row, column, vi, en);
            }
            return Some(unit);
        }
        let (vi, en) = if found.is_empty() {
            (
                format!("không có đơn vị nào mang mã “{key}” vào ngày trước đó; kiểm tra mã và ngày"),
                format!("no unit bears the code “{key}” on the day before; look at the code and the day"),
            )
        } else {
            (
                format!("{} đơn vị mang mã “{key}”; ghi định danh (id) của đơn vị", found.len()),
                format!("{} units bear the code “{key}”; write the identity (id) of the unit", found.len()),
            )
        };
        self.complain(row, column, vi, en);
        None
    }

    fn unsettled_below(&mut self, row: &Row, unit: UnitId) {
        let name = &self.old[&unit].name;
        let (vi, en) = (
            format!("đơn vị trực thuộc {name} đã có thay đổi ghi từ ngày này về sau; hoàn tác thay đổi đó trước"),
            format!("a unit below {name} has a change from this day on already; undo that one first"),
        );
        self.complain(row, "unit", vi, en);
    }

    /// Which rows speak of which unit, where they may stand together.
    fn fates(&mut self, rows: &'a [Row]) -> Fates<'a> {
        let mut fates = Fates::default();
        let mut done: BTreeMap<UnitId, BTreeSet<Operation>> = BTreeMap::new();
        for (at, row) in rows.iter().enumerate().filter(|(_, row)| row.operation != Operation::Create) {
            let Some(unit) = self.unit(row, "unit", &row.unit) else { continue };
            let version = self.old[&unit];
            let names = [version.name.as_str(), version.kind.bare(&version.name)].map(text::fold);
            if !row.unit_name.is_empty() && !names.contains(&text::fold(&row.unit_name)) {
                let (name, said) = (&version.name, &row.unit_name);
                let (vi, en) = (
                    format!("mã này là của {name}, không phải “{said}”; sửa mã hoặc tên"),
                    format!("this code is {name}'s, not “{said}”'s; correct the code or the name"),
                );
                self.complain(row, "unit_name", vi, en);
            }
            if row.operation != Operation::CarveOut && self.eve.unsettled_below.contains(&unit) {
                self.unsettled_below(row, unit);
            }
            fates.units.insert(at, unit);
            if row.operation.ends() {
                fates.ended.insert(unit);
            }
            let before = fates.rows.entry(unit).or_default();
            let done = done.entry(unit).or_default();
            let is_beside = done.iter().all(|other| {
                use Operation::{CarveOut, Change, Split};
                matches!((other, row.operation), (Split, Split) | (CarveOut, CarveOut | Change) | (Change, CarveOut))
            });
            done.insert(row.operation);
            let line = before.first().map_or(0, |other| other.line);
            before.push(row);
            if !is_beside {
                let (vi, en) = (
                    format!("đơn vị này đã có ở dòng {line} với việc khác; bỏ một dòng"),
                    format!("this unit stands in line {line} with something else; take one out"),
                );
                self.complain(row, "operation", vi, en);
            }
        }
        fates
    }

    /// What a new unit is.
    fn new_face(&mut self, row: &Row) -> Face {
        for (column, is_empty) in [("kind", row.kind.is_none()), ("name", row.name.is_empty())] {
            if is_empty {
                self.complain(row, column, "để trống; đơn vị mới cần điền", "empty; a new unit needs it");
            }
        }
        let kind = row.kind.unwrap_or(crate::units::UnitKind::Commune);
        self.name_and_code(row, kind);
        if row.parent.is_empty() && kind.level() > Level::Province {
            let (vi, en) = ("để trống; ghi đơn vị cấp trên", "empty; write the unit above");
            self.complain(row, "parent", vi, en);
        }
        let parent = if row.parent.is_empty() {
            let country = self.eve.units.iter().find(|unit| unit.kind.level() == Level::Country);
            country.map(|country| Place::Old(country.unit))
        } else {
            self.place(row, "parent", &row.parent)
        };
        Face { kind, name: row.name.clone(), code: Some(row.code.clone()).filter(|code| !code.is_empty()), parent }
    }

    fn name_and_code(&mut self, row: &Row, kind: crate::units::UnitKind) {
        let head = kind.head().unwrap_or_default();
        if kind.head().is_some() && !row.name.is_empty() && kind.bare(&row.name) == row.name {
            let (vi, en) = (
                format!("tên đầy đủ của loại này bắt đầu bằng “{head}”"),
                format!("full names of this kind begin with “{head}”"),
            );
            self.complain(row, "name", vi, en);
        }
        let digits = kind.level().code_digits();
        if !row.code.is_empty() && (row.code.len() != digits || !row.code.bytes().all(|byte| byte.is_ascii_digit())) {
            let (vi, en) =
                (format!("mã cấp này có {digits} chữ số"), format!("a code of this level has {digits} digits"));
            self.complain(row, "code", vi, en);
        }
    }

    /// What a unit that goes on is from the day on.
    fn changed(&mut self, at: usize, row: &Row, fates: &Fates<'_>) -> Option<(UnitId, Face)> {
        let unit = fates.units.get(&at)?;
        let before = self.old[unit];
        let kind = row.kind.unwrap_or(before.kind);
        if kind.level() != before.kind.level() {
            let (vi, en) = (
                "loại này thuộc cấp khác; dùng create và merge cho đơn vị khác cấp",
                "this kind is of another level; use create and merge for a unit of another level",
            );
            self.complain(row, "kind", vi, en);
            return None;
        }
        let named = |said: &str, before: &str| if said.is_empty() { before.to_owned() } else { said.to_owned() };
        let name = named(&row.name, &before.name);
        let said = if kind == before.kind { row.name.clone() } else { name.clone() };
        self.name_and_code(&Row { name: said, ..row.clone() }, kind);
        let parent = if row.parent.is_empty() {
            before.parent.map(Place::Old)
        } else {
            Some(self.place(row, "parent", &row.parent)?)
        };
        let code = if row.code.is_empty() { before.code.clone() } else { Some(row.code.clone()) };
        let face = Face { kind, name, code, parent };
        if face == face_of(before) {
            let (vi, en) =
                ("không đổi gì; điền điều thay đổi hoặc bỏ dòng", "changes nothing; say what changes or take it out");
            self.complain(row, "operation", vi, en);
        }
        Some((*unit, face))
    }

    /// What passes from one unit to another.
    fn passed(
        &mut self,
        (at, row): (usize, &Row),
        on: Date,
        basis: &str,
        fates: &Fates<'_>,
    ) -> Option<(UnitId, Place, Succession)> {
        let unit = fates.units.get(&at)?;
        if row.successor.is_empty() {
            self.complain(row, "successor", "để trống; ghi đơn vị tiếp nhận", "empty; write the unit that takes over");
            return None;
        }
        let successor = self.place(row, "successor", &row.successor)?;
        let goes_on = match successor {
            Place::New(_) => true,
            Place::Old(other) => other != *unit && !fates.ended.contains(&other),
        };
        if !goes_on {
            let (vi, en) = (
                "đơn vị tiếp nhận cũng kết thúc trong phương án; tạo đơn vị mới bằng dòng create",
                "the unit that takes over ends in this plan as well; create a new one with a create row",
            );
            self.complain(row, "successor", vi, en);
        }
        if !self.pairs.insert((*unit, successor)) {
            self.complain(row, "successor", "cặp này đã có ở dòng trên", "this pair stands in a row above");
        }
        let relation = match (row.operation, successor) {
            (Operation::Merge, Place::New(_)) => Relation::Merge,
            (Operation::Absorb, Place::Old(_)) => Relation::Absorbed,
            (Operation::Split, _) => Relation::Split,
            (Operation::CarveOut, _) => Relation::CarveOut,
            _ => {
                let (vi, en) = (
                    "merge cần đơn vị mới, absorb cần đơn vị vẫn tồn tại",
                    "merge needs a new unit, absorb one that goes on",
                );
                self.complain(row, "operation", vi, en);
                return None;
            }
        };
        let [portion, area, population] = row.portions;
        let succession = Succession {
            on,
            relation,
            portion,
            area,
            population,
            code_inherited: false,
            legal_basis: Some(basis.to_owned()).filter(|basis| !basis.is_empty()),
            clause: row.clause.clone(),
            evidence: None,
        };
        Some((*unit, successor, succession))
    }

    /// All of a unit goes to one; of a share, one successor at most takes the whole or the rest.
    fn shares(&mut self, fates: &Fates<'_>) {
        for rows in fates.rows.values() {
            let mut taken = BTreeSet::new();
            for row in rows {
                let is_all = matches!(row.operation, Operation::Merge | Operation::Absorb);
                let is_carved = row.operation == Operation::CarveOut;
                for (column, portion) in ["portion", "area_portion", "population_portion"].into_iter().zip(row.portions)
                {
                    let (vi, en) = if is_all && portion != Portion::Whole {
                        (
                            "merge và absorb chuyển toàn bộ; dùng split để chia",
                            "merge and absorb pass all; use split to share",
                        )
                    } else if is_carved && portion.is_last() {
                        ("carve_out chỉ chuyển một phần (part) hoặc none", "carve_out passes a part, or none")
                    } else if row.operation == Operation::Split && portion.is_last() && !taken.insert(column) {
                        (
                            "toàn bộ hoặc phần còn lại đã giao cho đơn vị khác",
                            "all or the rest went to another unit already",
                        )
                    } else {
                        continue;
                    };
                    self.complain(row, column, vi, en);
                }
            }
        }
    }

    /// Something goes into every new unit, or the plan says why not.
    fn origins(&mut self, rows: &[Row], plan: &Plan) {
        let takers: BTreeSet<Place> = plan.successions.iter().map(|(_, successor, _)| *successor).collect();
        for (at, row) in rows.iter().filter(|row| row.operation == Operation::Create).enumerate() {
            let has_one = takers.contains(&Place::New(at));
            let says_so = [UNKNOWN, NOTHING].contains(&row.successor.as_str());
            if has_one && !row.successor.is_empty() {
                let (vi, en) =
                    ("dòng khác đã ghi đơn vị nhập vào; để trống", "other rows say what goes into it; leave it empty");
                self.complain(row, "successor", vi, en);
            } else if !has_one && !says_so {
                let (vi, en) = (
                    format!("chưa có đơn vị nào nhập vào; ghi “{UNKNOWN}” nếu chưa rõ, “{NOTHING}” nếu lập mới"),
                    format!(
                        "nothing goes into it; write “{UNKNOWN}” if nobody knows what, “{NOTHING}” if nothing does"
                    ),
                );
                self.complain(row, "successor", vi, en);
            }
        }
    }

    /// What lies below a unit that ends goes to its only heir; where there is none, each unit needs a row of its own.
    fn those_below(&mut self, fates: &Fates<'_>, plan: &mut Plan) {
        let mut below: BTreeMap<UnitId, Vec<&UnitVersion>> = BTreeMap::new();
        for unit in &self.eve.units {
            if let Some(parent) = unit.parent.filter(|parent| fates.ended.contains(parent)) {
                below.entry(parent).or_default().push(unit);
            }
        }
        for (unit, rows) in fates.rows.iter().filter(|(unit, _)| fates.ended.contains(unit)) {
            let heir = self.heir(rows);
            let mut left = 0;
            for other in below.remove(unit).unwrap_or_default() {
                if plan.ended.contains(&other.unit) {
                    continue;
                }
                let has_place = |face: &Face| face.parent != Some(Place::Old(*unit));
                if plan.changed.get(&other.unit).is_some_and(has_place) {
                    continue;
                }
                match heir {
                    Some(_) if self.eve.unsettled.contains(&other.unit) => self.unsettled_below(rows[0], *unit),
                    Some(heir) => {
                        let face = plan.changed.entry(other.unit).or_insert_with(|| face_of(other));
                        face.parent = Some(heir);
                    }
                    None => left += 1,
                }
            }
            let bodies = self.eve.below.get(unit).copied().unwrap_or_default();
            match heir {
                Some(heir) if bodies > 0 => {
                    plan.heirs.insert(*unit, heir);
                }
                Some(_) => {}
                None => left += bodies,
            }
            if left > 0 {
                let (vi, en) = (
                    format!(
                        "{left} đơn vị trực thuộc chưa có nơi về; ghi một đơn vị nhận whole hoặc rest, hoặc cột parent của abolish"
                    ),
                    format!(
                        "{left} units below it are left without one above; let one successor have whole or rest, or fill in parent of abolish"
                    ),
                );
                self.complain(rows[0], "unit", vi, en);
            }
        }
    }

    /// Who has what lay below a unit that ends.
    fn heir(&mut self, rows: &[&Row]) -> Option<Place> {
        let row = rows.iter().find(|row| row.operation == Operation::Abolish || row.portions[0].is_last())?;
        let (column, key) = match row.operation {
            Operation::Abolish => ("parent", &row.parent),
            _ => ("successor", &row.successor),
        };
        if key.is_empty() { None } else { self.place(row, column, key) }
    }

    /// Every unit lies below one that is there and stands higher.
    fn parents(&mut self, rows: &[Row], fates: &Fates<'_>, plan: &Plan) {
        let kind = |place: Place| match place {
            Place::New(at) => plan.created[at].kind,
            Place::Old(unit) => match plan.changed.get(&unit) {
                Some(face) => face.kind,
                None => self.old[&unit].kind,
            },
        };
        let lies_well = |face: &Face| match face.parent {
            None => true,
            Some(Place::Old(unit)) if plan.ended.contains(&unit) => false,
            Some(Place::Old(unit)) if !self.old.contains_key(&unit) => false,
            Some(parent) => kind(parent).level() < face.kind.level(),
        };
        let row_of = |unit: UnitId| fates.units.iter().find(|(_, of)| **of == unit).map(|(at, _)| &rows[*at]);
        let created = rows.iter().filter(|row| row.operation == Operation::Create).zip(&plan.created);
        let mut wrong: Vec<Option<&Row>> =
            created.filter(|(_, face)| !lies_well(face)).map(|(row, _)| Some(row)).collect();
        // Its own row, or the one that gave it its parent.
        let badly = plan.changed.iter().filter(|(_, face)| !lies_well(face)).map(|(unit, _)| *unit);
        wrong.extend(badly.map(|unit| row_of(unit).or_else(|| self.old[&unit].parent.and_then(row_of))));
        for (unit, heir) in &plan.heirs {
            let is_commune = self.old[unit].kind.is_commune_level();
            let ends = matches!(heir, Place::Old(heir) if plan.ended.contains(heir));
            if ends || is_commune && !kind(*heir).is_commune_level() {
                wrong.push(row_of(*unit));
            }
        }
        for row in wrong {
            let (vi, en) = (
                "đơn vị cấp trên kết thúc trong phương án hoặc không cao hơn; ghi đơn vị khác",
                "the unit above ends in this plan or does not stand higher; write another",
            );
            let line = row.map_or(1, |row| row.line);
            self.problems.push(Problem::new(File::Plan, line, "parent", vi, en));
        }
    }

    /// A code belongs to one unit.
    fn codes(&mut self, rows: &[Row], plan: &Plan) {
        let mut holders: BTreeMap<&str, usize> = BTreeMap::new();
        let goes_on = |unit: &&UnitVersion| !plan.ended.contains(&unit.unit) && !plan.changed.contains_key(&unit.unit);
        let stay = self.eve.units.iter().filter(goes_on).filter_map(|unit| unit.code.as_deref());
        let faces = plan.created.iter().chain(plan.changed.values());
        for code in stay.chain(faces.filter_map(|face| face.code.as_deref())) {
            *holders.entry(code).or_default() += 1;
        }
        let created = plan.created.iter().map(|face| (None, face));
        for (unit, face) in created.chain(plan.changed.iter().map(|(unit, face)| (Some(unit), face))) {
            let Some((code, later)) = face.code.as_ref().and_then(|code| self.eve.later_codes.get_key_value(code))
            else {
                continue;
            };
            if later.iter().any(|other| Some(other) != unit) {
                *holders.entry(code).or_default() += 1;
            }
        }
        let twice: Vec<&Row> =
            rows.iter().filter(|row| holders.get(row.code.as_str()).is_some_and(|holders| *holders > 1)).collect();
        for row in twice {
            let code = &row.code;
            let (vi, en) = (
                format!("mã {code} sẽ thuộc về hai đơn vị; sửa mã"),
                format!("the code {code} would belong to two units; correct it"),
            );
            self.complain(row, "code", vi, en);
        }
    }
}

/// What a unit is on the eve.
fn face_of(version: &UnitVersion) -> Face {
    Face {
        kind: version.kind,
        name: version.name.clone(),
        code: version.code.clone(),
        parent: version.parent.map(Place::Old),
    }
}
