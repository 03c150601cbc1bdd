//! Plans on a small province: what they come to, and every mistake at its place.

use jiff::civil::{Date, date};

use super::*;
use crate::{
    calendar::Period,
    units::{
        Level,
        register::Problem,
        succession::{Portion, Relation},
    },
};

const ON: Date = date(2025, 7, 1);

/// Its identity can be written in capitals too.
const COMMUNE: u128 = 0xa;

fn unit(number: u128) -> UnitId {
    UnitId::new(uuid::Uuid::from_u128(number))
}

/// A province 95 with the districts 958 and 959, wards 31825 and 31828 in the first and a commune 31900 in the second.
fn eve() -> Eve {
    let version = |number, kind: UnitKind, name: &str, code: &str, parent: Option<u128>| UnitVersion {
        unit: unit(number),
        valid: Period::from(date(2004, 1, 1)),
        name: name.to_owned(),
        kind,
        code: Some(code.to_owned()),
        parent: parent.map(unit),
        illustrative: false,
    };
    Eve {
        units: vec![
            version(1, UnitKind::Province, "Tỉnh Bạc Liêu", "95", None),
            version(2, UnitKind::RuralDistrict, "Huyện Vĩnh Lợi", "958", Some(1)),
            version(3, UnitKind::Town, "Thị xã Giá Rai", "959", Some(1)),
            version(4, UnitKind::Ward, "Phường 1", "31825", Some(2)),
            version(5, UnitKind::Ward, "Phường 8", "31828", Some(2)),
            version(COMMUNE, UnitKind::Commune, "Xã Châu Thới", "31900", Some(3)),
        ],
        below: BTreeMap::from([(unit(4), 7), (unit(COMMUNE), 2)]),
        ..Eve::default()
    }
}

/// Reads a plan; cells apart by `|`, empty ones at the end left out.
fn rows(text: &str) -> Result<Vec<Row>, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut rows = Vec::new();
    for (line, text) in (2..).zip(text.lines().map(str::trim).filter(|line| !line.is_empty())) {
        let cells: Vec<&str> = text.split('|').collect();
        let place = |column: &str| PLAN_COLUMNS.iter().position(|name| *name == column).expect("a column");
        let cell = |column: &str| cells.get(place(column)).copied().unwrap_or_default().to_owned();
        rows.extend(row(line, cell, &mut problems));
    }
    if problems.is_empty() { Ok(rows) } else { Err(problems) }
}

fn planned_at(text: &str, eve: &Eve) -> Result<Plan, Vec<Problem>> {
    plan(&rows(text)?, ON, "1655/NQ-UBTVQH15", eve)
}

fn planned(text: &str) -> Result<Plan, Vec<Problem>> {
    planned_at(text, &eve())
}

/// The line and column of everything that is wrong.
fn wrong(text: &str) -> Vec<(u64, &'static str)> {
    let problems = planned(text).expect_err("wrong");
    problems.iter().map(|problem| (problem.line, problem.column)).collect()
}

#[test]
fn two_wards_become_a_new_one_with_the_code_of_the_first_and_its_areas_follow() {
    let plan = planned(
        "create|+31825|||ward|Phường Bạc Liêu|31825|958
         merge|31825|Phường 1|+31825
         merge|31828|phuong 8|+31825||||||||55",
    )
    .expect("in order");
    let face = &plan.created[0];
    assert_eq!((face.name.as_str(), face.parent), ("Phường Bạc Liêu", Some(Place::Old(unit(2)))));
    assert_eq!(plan.ended, BTreeSet::from([unit(4), unit(5)]));
    assert_eq!(plan.heirs, BTreeMap::from([(unit(4), Place::New(0))]), "only ward 1 has areas");
    assert!(plan.changed.is_empty());
    let [(from, to, first), (_, _, second)] = &plan.successions[..] else { panic!("two successions") };
    assert_eq!((*from, *to), (unit(4), Place::New(0)));
    assert_eq!((first.relation, first.portion, first.area), (Relation::Merge, Portion::Whole, Portion::Whole));
    assert_eq!((first.code_inherited, second.code_inherited), (true, false));
    assert_eq!((first.clause.as_deref(), second.clause.as_deref()), (None, Some("55")));
    assert_eq!(second.legal_basis.as_deref(), Some("1655/NQ-UBTVQH15"));
}

#[test]
fn a_district_ends_and_its_communes_lie_below_the_province() {
    let plan = planned("abolish|958||||||95").expect("in order");
    assert_eq!(plan.changed.keys().copied().collect::<Vec<_>>(), [unit(4), unit(5)]);
    assert!(plan.changed.values().all(|face| face.parent == Some(Place::Old(unit(1)))));
    assert!(plan.heirs.is_empty(), "areas stay below their wards");
}

#[test]
fn a_unit_is_shared_and_another_gives_a_part_and_is_renamed() {
    let plan = planned(
        "split|31825||31828|||||part|part|none
         split|31825||31900|||||rest|rest|whole
         carve_out|31828||31900|||||part
         change|31828|||commune|Xã Tám",
    )
    .expect("in order");
    assert_eq!(plan.ended, BTreeSet::from([unit(4)]));
    assert_eq!(plan.heirs, BTreeMap::from([(unit(4), Place::Old(unit(COMMUNE)))]), "who has the rest has the areas");
    let relations: Vec<Relation> = plan.successions.iter().map(|(_, _, succession)| succession.relation).collect();
    assert_eq!(relations, [Relation::Split, Relation::Split, Relation::CarveOut]);
    assert_eq!(plan.successions[0].2.population, Portion::Nothing);
    let face = &plan.changed[&unit(5)];
    assert_eq!((face.kind, face.name.as_str(), face.code.as_deref()), (UnitKind::Commune, "Xã Tám", Some("31828")));
}

#[test]
fn every_mistake_is_named_by_line_and_column() {
    for (what, text, places) in [
        ("nothing", "", vec![(1, "*")]),
        ("an unknown code", "abolish|31999", vec![(2, "unit")]),
        ("the code of another", "merge|31825|Phường 2|+1\ncreate|+1|||ward|Phường A|31801|958", vec![(2, "unit_name")]),
        ("two fates", "absorb|31825||31828\nabolish|31825", vec![(3, "operation")]),
        ("an heir that ends", "absorb|31825||31828\nabolish|31828", vec![(2, "successor")]),
        ("into itself", "absorb|31825||31825", vec![(2, "successor")]),
        ("no create row", "merge|31825||+1", vec![(2, "successor")]),
        ("nobody takes over", "merge|31828", vec![(2, "successor")]),
        ("a merger into an old one", "merge|31828||31825", vec![(2, "operation")]),
        ("nothing goes into it", "create|+1|||ward|Phường A|31801|958", vec![(2, "successor")]),
        ("another level", "change|31828|||town", vec![(2, "kind")]),
        ("a name of another kind", "change|31828|||commune", vec![(2, "name")]),
        ("no change", "change|31828||||Phường 8", vec![(2, "operation")]),
        ("a code of two", "change|31828|||||31825", vec![(2, "code")]),
        ("a code too short", "change|31828|||||318", vec![(2, "code")]),
        ("below itself", "change|958||||||31825", vec![(2, "parent")]),
        ("left without one above", "abolish|958", vec![(2, "unit")]),
        ("areas left over", "split|31825||31828|||||part\nsplit|31825||31900|||||part", vec![(2, "unit")]),
        (
            "all of it twice",
            "split|31825||31828\nsplit|31825||31900",
            vec![(3, "portion"), (3, "area_portion"), (3, "population_portion")],
        ),
        ("a part of a merger", "absorb|31825||31828|||||part|whole|whole", vec![(2, "portion")]),
        (
            "the whole carved out",
            "carve_out|31825||31828",
            vec![(2, "portion"), (2, "area_portion"), (2, "population_portion")],
        ),
        (
            "a new unit without a key",
            "create|31801|||ward|Phường A|31801|958|unknown",
            vec![(2, "portion"), (2, "unit")],
        ),
        (
            "below what ends, by an identity in capitals",
            "abolish|958||||||95\nchange|00000000-0000-0000-0000-00000000000A||||Xã Mới||958",
            vec![(3, "parent")],
        ),
        (
            "areas below a district, by an identity in capitals",
            "abolish|00000000-0000-0000-0000-00000000000A||||||959",
            vec![(2, "parent")],
        ),
        ("an origin said twice", "create|+1||unknown|ward|Phường A|31801|958\nmerge|31828||+1", vec![(2, "successor")]),
        ("the unit above in the column of the code", "abolish|958|||||95", vec![(2, "code")]),
        ("a name for what is merged", "absorb|31825||31828||Phường Mới", vec![(2, "name")]),
        ("who takes over from what goes on", "change|31828||31825||Phường Mới", vec![(2, "successor")]),
        ("an unknown word", "join|31825||31828", vec![(2, "operation")]),
    ] {
        let mut found = wrong(text);
        found.sort_unstable();
        let mut places = places;
        places.sort_unstable();
        assert_eq!(found, places, "{what}");
    }
}

#[test]
fn what_changes_later_already_is_not_changed_before_that() {
    let later = || Eve { unsettled: BTreeSet::from([unit(5)]), unsettled_below: BTreeSet::from([unit(2)]), ..eve() };
    for (text, column, said) in [
        ("absorb|31828||31825", "unit", "Phường 8 đã có"),
        ("absorb|31825||31828", "successor", "Phường 8 đã có"),
        ("change|958||||Huyện Mới", "unit", "đơn vị trực thuộc Huyện Vĩnh Lợi đã có"),
    ] {
        let problems = planned_at(text, &later()).expect_err("unsettled");
        assert_eq!((problems.len(), problems[0].line, problems[0].column), (1, 2, column), "{problems:?}");
        assert!(problems[0].what.vi.starts_with(said), "{problems:?}");
    }
    let giving = Eve { unsettled: BTreeSet::from([unit(4)]), ..eve() };
    let problems = planned_at("abolish|958||||||95", &giving).expect_err("moved with the others");
    assert_eq!((problems.len(), problems[0].column), (1, "unit"), "{problems:?}");
    planned_at("change|31900||||Xã Mới|31901|958", &later()).expect("above it a unit may come");
}

#[test]
fn a_new_unit_may_come_from_nowhere_when_the_plan_says_so() {
    for word in [UNKNOWN, NOTHING] {
        let plan = planned(&format!("create|+1||{word}|special_zone|Đặc khu A|31801|95")).expect("in order");
        assert_eq!((plan.created.len(), plan.successions.len()), (1, 0));
        assert_eq!(plan.created[0].kind.level(), Level::Commune);
    }
}

#[test]
fn a_new_province_lies_below_the_country_where_there_is_one() {
    let text = "create|+96|||province|Tỉnh Cà Mau|96\nmerge|95||+96";
    assert_eq!(planned(text).expect("in order").created[0].parent, None);
    let mut with_country = eve();
    let country = UnitVersion {
        unit: unit(7),
        name: "Việt Nam".to_owned(),
        kind: UnitKind::Country,
        code: None,
        ..with_country.units[0].clone()
    };
    with_country.units[0].parent = Some(country.unit);
    with_country.units.push(country);
    let plan = planned_at(text, &with_country).expect("in order");
    assert_eq!(plan.created[0].parent, Some(Place::Old(unit(7))));
}

#[test]
fn a_district_that_becomes_a_unit_of_the_commune_level_is_converted() {
    let plan = planned(
        "create|+1|||special_zone|Đặc khu A|31801|95
         merge|958||+1
         merge|31825||+1
         merge|31828||+1",
    )
    .expect("in order");
    let relations: Vec<Relation> = plan.successions.iter().map(|(_, _, succession)| succession.relation).collect();
    assert_eq!(relations, [Relation::Convert, Relation::Merge, Relation::Merge]);
}

#[test]
fn an_outline_says_who_came_of_whom_what_goes_on_and_what_ends() {
    let plan = planned(
        "create|+31825|||ward|Phường Bạc Liêu|31825|95
         merge|31825|Phường 1|+31825
         merge|31828|Phường 8|+31825
         change|31900|Xã Châu Thới|||Xã Vĩnh Lợi||95
         abolish|958||||||95
         abolish|959||||||95",
    )
    .expect("a plan");
    let outline = Outline::of(&plan, &eve());
    let side = |side: &Side| format!("{} {}", side.code.as_deref().unwrap_or_default(), side.name);
    let [gain] = &outline.gains[..] else { panic!("{outline:?}") };
    assert_eq!((side(&gain.unit).as_str(), gain.unit.unit, gain.is_new), ("31825 Phường Bạc Liêu", None, true));
    let from: Vec<String> = gain.from.iter().map(|(from, _)| side(from)).collect();
    assert_eq!(from, ["31825 Phường 1", "31828 Phường 8"]);
    let [change] = &outline.changes[..] else { panic!("{outline:?}") };
    assert_eq!([&change.before, &change.after].map(side), ["31900 Xã Châu Thới", "31900 Xã Vĩnh Lợi"]);
    assert_eq!(
        change.above.each_ref().map(|above| above.as_ref().map(side)),
        [Some("959 Thị xã Giá Rai".to_owned()), Some("95 Tỉnh Bạc Liêu".to_owned())]
    );
    let ends: Vec<String> = outline.ends.iter().map(side).collect();
    assert_eq!(ends, ["958 Huyện Vĩnh Lợi", "959 Thị xã Giá Rai"]);
    let successions: usize = outline.gains.iter().map(|gain| gain.from.len()).sum();
    assert_eq!((outline.created(), outline.ended, successions), (1, 4, 2));
}
