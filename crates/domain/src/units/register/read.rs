//! One row of a file, cell by cell. What a cell must not hold is complained of, and the row then counts for nothing.

use jiff::civil::Date;

use super::{BEGINNING, EDGE_COLUMNS, Edge, File, Level, Problem, UnitKind, VERSION_COLUMNS, Version};
use crate::{
    calendar::Period,
    text,
    units::reform::PLAN_COLUMNS,
    units::succession::{Portion, Relation, Succession},
};

/// No name, code or document is longer, in characters.
const CELL_CHARS: usize = 300;

/// The columns of a file that a header does not name.
pub fn missing_columns(file: File, header: &[String]) -> Vec<Problem> {
    let wanted: &[&'static str] = match file {
        File::Versions => &VERSION_COLUMNS,
        File::Edges => &EDGE_COLUMNS,
        File::Plan => &PLAN_COLUMNS,
    };
    let missing = wanted.iter().filter(|wanted| !header.iter().any(|column| column == *wanted));
    let problem = |column: &&'static str| {
        let (vi, en) = ("thiếu cột này ở dòng tiêu đề; thêm vào", "the header does not name this column; add it");
        Problem::new(file, 1, column, vi, en)
    };
    missing.map(problem).collect()
}

/// A cell that was complained of.
#[derive(Debug, PartialEq, Eq)]
struct Unreadable;

/// The cells of a row, and what is wrong with them.
pub(in crate::units) struct Cells<'a, F> {
    pub(in crate::units) file: File,
    pub(in crate::units) line: u64,
    pub(in crate::units) cell: F,
    pub(in crate::units) problems: &'a mut Vec<Problem>,
}

impl<F: Fn(&str) -> String> Cells<'_, F> {
    pub(in crate::units) fn complain(&mut self, column: &'static str, vi: impl Into<String>, en: impl Into<String>) {
        self.problems.push(Problem::new(self.file, self.line, column, vi, en));
    }

    /// A cell in the form everything is kept in.
    pub(in crate::units) fn text(&mut self, column: &'static str) -> String {
        let text = text::nfc(&(self.cell)(column));
        if text.chars().count() > CELL_CHARS {
            let (vi, en) = (format!("dài quá {CELL_CHARS} ký tự"), format!("longer than {CELL_CHARS} characters"));
            self.complain(column, vi, en);
        }
        text
    }

    pub(in crate::units) fn optional(&mut self, column: &'static str) -> Option<String> {
        Some(self.text(column)).filter(|text| !text.is_empty())
    }

    pub(in crate::units) fn required(&mut self, column: &'static str) -> Option<String> {
        let text = self.optional(column);
        if text.is_none() {
            self.complain(column, "để trống; cần điền", "empty; fill it in");
        }
        text
    }

    /// A day, or none in an empty cell.
    fn day(&mut self, column: &'static str) -> Result<Option<Date>, Unreadable> {
        let text = self.text(column);
        if text.is_empty() {
            return Ok(None);
        }
        let day = Some(&text).filter(|text| text.len() == 10).and_then(|text| text.parse::<Date>().ok());
        if day.is_none() {
            let (vi, en) = (
                format!("“{text}” không phải ngày; viết dạng 2025-07-01"),
                format!("“{text}” is no day; write it like 2025-07-01"),
            );
            self.complain(column, vi, en);
        }
        day.map(Some).ok_or(Unreadable)
    }

    pub(in crate::units) fn word<T>(
        &mut self,
        column: &'static str,
        known: &[&str],
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.required(column)?;
        let found = read(&text);
        if found.is_none() {
            let known = known.join(", ");
            self.complain(column, format!("không có “{text}”; dùng {known}"), format!("no “{text}”; use {known}"));
        }
        found
    }

    fn level(&mut self) -> Option<Level> {
        self.word("level", &Level::OF_REGISTER.map(Level::code), Level::of_register)
    }

    pub(in crate::units) fn portion(&mut self, column: &'static str) -> Option<Portion> {
        let known: Vec<&str> = Portion::ALL.iter().map(|portion| portion.code()).collect();
        self.word(column, &known, Portion::from_code)
    }
}

/// Reads a row of the file of versions.
pub fn version(line: u64, cell: impl Fn(&str) -> String, problems: &mut Vec<Problem>) -> Option<Version> {
    let before = problems.len();
    let mut row = Cells { file: File::Versions, line, cell, problems };
    let uid = row.required("uid");
    let level = row.level();
    let known: Vec<&str> = Level::OF_REGISTER.iter().flat_map(|level| level.kinds()).map(UnitKind::code).collect();
    let of_register = |word: &str| UnitKind::from_code(word).filter(|kind| known.contains(&kind.code()));
    let kind = row.word("kind", &known, of_register);
    let code = row.required("code");
    let (name, full_name) = (row.required("name"), row.required("full_name"));
    let (from, until) = (row.day("valid_from"), row.day("valid_to"));
    let (alt_code, parent) = (row.optional("alt_code"), row.optional("parent_uid"));
    let (basis_from, basis_until) = (row.optional("basis_from"), row.optional("basis_to"));
    let version = Version {
        line,
        uid: uid?,
        kind: kind?,
        code: code?,
        alt_code,
        full_name: full_name?,
        parent,
        valid: Period { from: from.ok()?.unwrap_or(BEGINNING), until: until.ok()? },
        basis_from,
        basis_until,
    };
    agrees(&mut row, &version, level?, &name?);
    (problems.len() == before).then_some(version)
}

/// What the cells of one row say of each other.
fn agrees<F: Fn(&str) -> String>(row: &mut Cells<'_, F>, version: &Version, level: Level, name: &str) {
    let Version { kind, code, full_name, parent, valid, .. } = version;
    if kind.level() != level {
        let (kind, level, right) = (kind.code(), level.code(), kind.level().code());
        let vi = format!("“{kind}” thuộc cấp {right}, cột level ghi {level}; sửa một trong hai");
        row.complain(
            "kind",
            vi,
            format!("“{kind}” is of the level {right}, the column level says {level}; correct one"),
        );
        return;
    }
    let digits = level.code_digits();
    if code.len() != digits || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        let vi = format!("mã “{code}” phải có {digits} chữ số; kiểm tra số 0 ở đầu");
        row.complain("code", vi, format!("the code “{code}” must have {digits} digits; look for a lost leading 0"));
    }
    if kind.head().is_some_and(|head| *full_name != format!("{head} {name}")) {
        let head = kind.head().unwrap_or_default();
        let vi = format!("cần “{head} {name}” theo cột kind và name, đang là “{full_name}”");
        let en = format!("the columns kind and name make it “{head} {name}”, it is “{full_name}”");
        row.complain("full_name", vi, en);
    }
    if parent.is_none() != (level == Level::Province) {
        let (vi, en) = if parent.is_none() {
            ("để trống; chỉ cấp tỉnh không có cấp trên", "empty; only provinces have nothing above them")
        } else {
            ("cấp tỉnh không có cấp trên; để trống", "provinces have nothing above them; leave it empty")
        };
        row.complain("parent_uid", vi, en);
    }
    if let Some(until) = valid.until.filter(|until| *until <= valid.from) {
        let from = version.from_text();
        let vi = format!("{until} không sau valid_from {from}; ngày kết thúc là ngày đầu tiên không còn hiệu lực");
        let en = format!("{until} is not after valid_from {from}; the end is the first day that is no longer inside");
        row.complain("valid_to", vi, en);
    }
}

/// Reads a row of the file of successions.
pub fn edge(line: u64, cell: impl Fn(&str) -> String, problems: &mut Vec<Problem>) -> Option<Edge> {
    let before = problems.len();
    let mut row = Cells { file: File::Edges, line, cell, problems };
    let on = row.day("effective_date");
    if on == Ok(None) {
        row.complain("effective_date", "để trống; cần điền", "empty; fill it in");
    }
    let level = row.level();
    let (predecessor, predecessor_code) = (row.required("predecessor_uid"), row.required("predecessor_code"));
    let (successor, successor_code) = (row.required("successor_uid"), row.required("successor_code"));
    let known: Vec<&str> = Relation::ALL.iter().map(|relation| relation.code()).collect();
    let relation = row.word("relation", &known, Relation::from_code);
    let portion = row.portion("portion");
    let (area, population) = (row.portion("area_portion"), row.portion("population_portion"));
    let code_inherited = row.word("code_inherited", &["0", "1"], |word| match word {
        "0" => Some(false),
        "1" => Some(true),
        _ => None,
    });
    let edge = Edge {
        line,
        level: level?,
        predecessor: predecessor?,
        predecessor_code: predecessor_code?,
        successor: successor?,
        successor_code: successor_code?,
        succession: Succession {
            on: on.ok()??,
            relation: relation?,
            portion: portion?,
            area: area?,
            population: population?,
            code_inherited: code_inherited?,
            legal_basis: row.optional("legal_basis"),
            clause: row.optional("clause"),
            evidence: row.optional("evidence"),
        },
    };
    (problems.len() == before).then_some(edge)
}
