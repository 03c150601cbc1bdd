//! Whether all rows together make sense. Every problem is found, not the first one only.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::{Edge, File, Level, Problem, Version, day_text};
use crate::{calendar::Period, units::succession::Relation};

/// The versions of each unit, earliest first.
type Units<'a> = BTreeMap<&'a str, Vec<&'a Version>>;

/// What is wrong with versions and successions together. A problem that lies between two rows stands at the one that
/// is in a file, and at the later one where both are.
pub fn check(versions: &[Version], edges: &[Edge]) -> Vec<Problem> {
    let mut units = Units::new();
    for version in versions {
        units.entry(&version.uid).or_default().push(version);
    }
    let mut problems = Vec::new();
    for of_unit in units.values_mut() {
        of_unit.sort_by_key(|version| version.valid.from);
        for pair in of_unit.windows(2) {
            follows(pair[0], pair[1], &mut problems);
        }
    }
    for version in versions {
        has_parent(&units, version, &mut problems);
    }
    codes(versions, &mut problems);
    for edge in edges {
        joins(&units, edge, &mut problems);
    }
    shares(edges, &mut problems);
    cycles(edges, &mut problems);
    problems.sort_by_key(|problem| (problem.file, problem.line));
    problems
}

/// What people read of a day that may be unknown.
fn until_text(until: Option<Date>) -> String {
    until.map_or_else(|| "…".to_owned(), |until| until.to_string())
}

fn later<'a>(one: &'a Version, other: &'a Version) -> &'a Version {
    if one.line > other.line { one } else { other }
}

/// Two versions of a unit, one after the other.
fn follows(first: &Version, second: &Version, problems: &mut Vec<Problem>) {
    let line = later(first, second).line;
    let mut complain =
        |column, vi: String, en: String| problems.push(Problem::new(File::Versions, line, column, vi, en));
    let (uid, from) = (&first.uid, second.from_text());
    let until = until_text(first.valid.until);
    if first.level() != second.level() {
        let (one, other) = (first.level().code(), second.level().code());
        let vi = format!("{uid} có dòng cấp {one} và dòng cấp {other}; đổi cấp là đơn vị khác, cần uid khác");
        let en =
            format!("{uid} is of level {one} and of level {other}; another level is another unit with its own uid");
        return complain("level", vi, en);
    }
    match first.valid.until {
        Some(until) if until == second.valid.from => {}
        Some(until) if until < second.valid.from => complain(
            "valid_from",
            format!("{uid} hết hiệu lực ngày {until}, dòng sau bắt đầu ngày {from}; các khoảng phải nối tiếp nhau"),
            format!("{uid} ends on {until}, its next row begins on {from}; one must follow the other without a gap"),
        ),
        _ if first.valid.from == second.valid.from => complain(
            "valid_from",
            format!("{uid} có hai dòng cùng bắt đầu ngày “{from}”; bỏ một dòng"),
            format!("{uid} has two rows that begin on “{from}”; take one out"),
        ),
        _ => complain(
            "valid_from",
            format!("{uid} có hai khoảng chồng nhau: đến {until} và từ {from}; sửa valid_to hoặc valid_from"),
            format!("{uid} has overlapping intervals: until {until} and from {from}; correct valid_to or valid_from"),
        ),
    }
}

/// The unit above exists, stands higher, and is in force as long as the version.
fn has_parent(units: &Units<'_>, version: &Version, problems: &mut Vec<Problem>) {
    let Some(parent) = &version.parent else { return };
    let mut complain = |vi: String, en: String| {
        problems.push(Problem::new(File::Versions, version.line, "parent_uid", vi, en));
    };
    let Some(above) = units.get(parent.as_str()) else {
        return complain(
            format!("không có đơn vị “{parent}” trong danh sách; thêm dòng của đơn vị đó hoặc sửa uid"),
            format!("there is no unit “{parent}” in the list; add its row or correct the uid"),
        );
    };
    if above.iter().any(|above| above.level() >= version.level()) {
        return complain(
            format!("“{parent}” không ở cấp cao hơn “{}”; cấp trên phải cao hơn", version.uid),
            format!("“{parent}” does not stand higher than “{}”; what is above must stand higher", version.uid),
        );
    }
    // The versions above stand in order, so one walk reaches as far as they go on without a gap.
    let mut reached = version.valid.from;
    for above in above {
        if above.valid.contains(reached) {
            match above.valid.until {
                Some(until) => reached = until,
                None => return,
            }
        }
    }
    if version.valid.until.is_none_or(|until| until > reached) {
        let day = day_text(Some(reached));
        complain(
            format!("“{parent}” không có hiệu lực ngày {day}, khi “{}” vẫn còn; sửa parent_uid hoặc ngày", version.uid),
            format!("“{parent}” is not in force on {day} while “{}” is; correct parent_uid or the days", version.uid),
        );
    }
}

/// On any day a code belongs to one unit of a level.
fn codes(versions: &[Version], problems: &mut Vec<Problem>) {
    let mut by_code: BTreeMap<(Level, &str), Vec<&Version>> = BTreeMap::new();
    for version in versions {
        by_code.entry((version.level(), &version.code)).or_default().push(version);
    }
    for ((_, code), bearers) in &mut by_code {
        bearers.sort_by_key(|version| version.valid.from);
        let mut last: Option<&Version> = None;
        for version in bearers.iter().copied() {
            if let Some(last) = last.filter(|last| last.uid != version.uid && overlap(last.valid, version.valid)) {
                let day = version.valid.from.max(last.valid.from);
                let (one, other) = (&last.uid, &version.uid);
                problems.push(Problem::new(
                    File::Versions,
                    later(last, version).line,
                    "code",
                    format!("ngày {day}, “{one}” và “{other}” cùng mang mã {code} ở một cấp; sửa mã hoặc ngày"),
                    format!("on {day}, “{one}” and “{other}” both bear the code {code}; correct the code or the days"),
                ));
            }
            last = match last {
                Some(last) if ends_later(last.valid, version.valid) => Some(last),
                _ => Some(version),
            };
        }
    }
}

fn overlap(first: Period, second: Period) -> bool {
    first.until.is_none_or(|until| until > second.from) && second.until.is_none_or(|until| until > first.from)
}

fn ends_later(one: Period, other: Period) -> bool {
    match (one.until, other.until) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(one), Some(other)) => one > other,
    }
}

/// A succession joins two units of the list that were there when it says so.
fn joins(units: &Units<'_>, edge: &Edge, problems: &mut Vec<Problem>) {
    let mut complain = |column, vi: String, en: String| {
        problems.push(Problem::new(File::Edges, edge.line, column, vi, en));
    };
    let on = edge.succession.on;
    let eve = on.yesterday().unwrap_or(on);
    let sides = [
        ("predecessor_uid", "predecessor_code", &edge.predecessor, &edge.predecessor_code, eve),
        ("successor_uid", "successor_code", &edge.successor, &edge.successor_code, on),
    ];
    for (column, code_column, uid, code, day) in sides {
        let Some(of_unit) = units.get(uid.as_str()) else {
            complain(
                column,
                format!("không có đơn vị “{uid}” trong danh sách; thêm dòng của đơn vị đó hoặc sửa uid"),
                format!("there is no unit “{uid}” in the list; add its row or correct the uid"),
            );
            continue;
        };
        let Some(version) = of_unit.iter().find(|version| version.valid.contains(day)) else {
            complain(
                column,
                format!("“{uid}” không có hiệu lực ngày {day}; sửa uid hoặc effective_date"),
                format!("“{uid}” is not in force on {day}; correct the uid or effective_date"),
            );
            continue;
        };
        if version.code != *code {
            let right = &version.code;
            complain(
                code_column,
                format!("ngày {day}, “{uid}” mang mã {right}, không phải {code}"),
                format!("on {day}, “{uid}” bears the code {right}, not {code}"),
            );
        }
        if column == "predecessor_uid" && version.level() != edge.level {
            let right = version.level().code();
            complain("level", format!("“{uid}” thuộc cấp {right}"), format!("“{uid}” is of the level {right}"));
        }
    }
    let goes_on = |of_unit: &Vec<&Version>| of_unit.iter().any(|version| version.valid.contains(on));
    if edge.succession.relation != Relation::CarveOut && units.get(edge.predecessor.as_str()).is_some_and(goes_on) {
        let uid = &edge.predecessor;
        complain(
            "relation",
            format!("“{uid}” vẫn còn hiệu lực ngày {on}; chỉ carve_out để đơn vị cũ tồn tại tiếp"),
            format!("“{uid}” is still in force on {on}; only carve_out lets the predecessor go on"),
        );
    }
    if edge.succession.code_inherited != (edge.predecessor_code == edge.successor_code) {
        let (vi, en) = ("không khớp với hai cột mã", "does not agree with the two codes");
        complain("code_inherited", vi.to_owned(), en.to_owned());
    }
}

/// Of one unit and day, one successor at most takes all or the rest, of the area and of the people; none stands twice.
fn shares(edges: &[Edge], problems: &mut Vec<Problem>) {
    let mut seen = BTreeSet::new();
    let (mut areas, mut people) = (BTreeSet::new(), BTreeSet::new());
    for edge in edges {
        let key = (edge.succession.on, edge.predecessor.as_str());
        let mut complain = |column, vi: String, en: String| {
            problems.push(Problem::new(File::Edges, edge.line, column, vi, en));
        };
        let (one, other) = (&edge.predecessor, &edge.successor);
        if !seen.insert((key, edge.successor.as_str())) {
            complain(
                "successor_uid",
                format!("{one} → {other} đã có ở dòng trên; bỏ một dòng"),
                format!("{one} → {other} stands twice; take one out"),
            );
            continue;
        }
        for (column, portion, taken) in [
            ("area_portion", edge.succession.area, &mut areas),
            ("population_portion", edge.succession.population, &mut people),
        ] {
            if portion.is_last() && !taken.insert(key) {
                complain(
                    column,
                    format!(
                        "“{one}” đã giao toàn bộ hoặc phần còn lại cho đơn vị khác cùng ngày; chỉ một đơn vị được nhận"
                    ),
                    format!("“{one}” gave all or the rest to another unit on that day; only one may have it"),
                );
            }
        }
    }
}

/// No unit comes, over however many successions of one day, from itself.
fn cycles(edges: &[Edge], problems: &mut Vec<Problem>) {
    let mut onward: BTreeMap<(Date, &str), Vec<&str>> = BTreeMap::new();
    for edge in edges {
        onward.entry((edge.succession.on, &edge.predecessor)).or_default().push(&edge.successor);
    }
    for edge in edges {
        let mut reached = BTreeSet::new();
        let mut waiting = vec![edge.successor.as_str()];
        while let Some(unit) = waiting.pop() {
            if unit == edge.predecessor {
                let vi =
                    format!("“{unit}” thành chính mình qua các dòng cùng ngày {}; sửa một dòng", edge.succession.on);
                let en =
                    format!("“{unit}” becomes itself over the rows of {}; correct one of them", edge.succession.on);
                problems.push(Problem::new(File::Edges, edge.line, "successor_uid", vi, en));
                break;
            }
            if reached.insert(unit) {
                waiting.extend(onward.get(&(edge.succession.on, unit)).into_iter().flatten().copied());
            }
        }
    }
}
