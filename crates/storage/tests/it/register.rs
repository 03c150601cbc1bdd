//! The register: what is kept comes back as it was, is found under every name it ever had, and kinds became exact.

use dienhinh_domain::{
    calendar::Period,
    ids::UnitId,
    text::Order,
    units::{
        BEGINNING, Level, UnitKind,
        register::{Edge, Version},
        succession::{Portion, Relation, Succession},
    },
};
use dienhinh_storage::{
    Db, Tx,
    cycles::figures,
    units::{self, history, register},
};
use dienhinh_testkit::{self as kit, Empty, on_both};
use jiff::civil::{Date, date};

on_both!(what_is_kept_comes_back, a_unit_is_found_under_every_name_it_ever_had, the_word_district_became_exact_kinds,);

const REFORM: Date = date(2025, 7, 1);

fn version(uid: &str, kind: UnitKind, name: &str, parent: Option<&str>, valid: Period) -> Version {
    Version {
        line: 0,
        uid: uid.to_owned(),
        kind,
        code: uid[1..].split('.').next().expect("a code").to_owned(),
        alt_code: (uid == "C31900.2").then(|| "31901".to_owned()),
        full_name: format!("{} {name}", kind.head().expect("a head")),
        parent: parent.map(str::to_owned),
        valid,
        basis_from: None,
        basis_until: valid.until.map(|_| "1655/NQ-UBTVQH15".to_owned()),
    }
}

fn versions() -> Vec<Version> {
    let ended = Period { from: BEGINNING, until: Some(REFORM) };
    let begun = Period::from(REFORM);
    vec![
        version("C31900.1", UnitKind::Township, "Châu Hưng", Some("D958.1"), ended),
        version("C31900.2", UnitKind::Commune, "Vĩnh Lợi", Some("P96.2"), begun),
        version("D958.1", UnitKind::RuralDistrict, "Vĩnh Lợi", Some("P95.1"), ended),
        version("P95.1", UnitKind::Province, "Bạc Liêu", None, ended),
        version("P96.2", UnitKind::Province, "Cà Mau", None, begun),
    ]
}

fn edge() -> Edge {
    Edge {
        line: 0,
        level: Level::Commune,
        predecessor: "C31900.1".to_owned(),
        predecessor_code: "31900".to_owned(),
        successor: "C31900.2".to_owned(),
        successor_code: "31900".to_owned(),
        succession: Succession {
            on: REFORM,
            relation: Relation::Merge,
            portion: Portion::Whole,
            area: Portion::Whole,
            population: Portion::Whole,
            code_inherited: true,
            legal_basis: Some("1655/NQ-UBTVQH15".to_owned()),
            clause: Some("52".to_owned()),
            evidence: None,
        },
    }
}

/// The identity of the unit with a place among the versions.
fn unit(at: usize) -> UnitId {
    UnitId::new(kit::id(at as u128 + 1))
}

async fn fill(tx: &mut Tx) {
    let versions = versions();
    let of = |uid: &str| unit(versions.iter().position(|version| version.uid == uid).expect("there"));
    let units: Vec<(&str, UnitId)> = versions.iter().map(|version| (version.uid.as_str(), of(&version.uid))).collect();
    register::add_units(tx, &units).await.expect("added");
    let placed: Vec<register::Placed<'_>> = versions
        .iter()
        .map(|version| register::Placed { version, unit: of(&version.uid), parent: version.parent.as_deref().map(of) })
        .collect();
    register::add_versions(tx, &placed, &Order::new()).await.expect("added");
    let edge = edge();
    register::add_edges(tx, &[(&edge, unit(0), unit(1))]).await.expect("added");
}

async fn what_is_kept_comes_back(empty: Empty) {
    let fresh = empty.open().await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    assert!(register::kept(&mut tx).await.expect("read").units.is_empty());
    fill(&mut tx).await;
    let kept = register::kept(&mut tx).await.expect("read");
    assert_eq!((kept.versions, kept.edges), (versions(), vec![edge()]));
    assert_eq!((kept.units.len(), kept.units["P96.2"]), (5, unit(4)));
    assert_eq!(register::strangers(&mut tx).await.expect("read"), 0);
    units::insert(&mut tx, &kit::unit(99, "Xã Châu Thới"), &Order::new()).await.expect("inserted");
    assert_eq!(register::strangers(&mut tx).await.expect("read"), 1);

    let mut ended = versions().remove(4);
    (ended.valid.until, ended.basis_until) = (Some(date(2030, 1, 1)), Some("luật".to_owned()));
    register::complete_version(&mut tx, unit(4), &ended).await.expect("completed");
    assert!(register::kept(&mut tx).await.expect("read").versions.contains(&ended));

    let counts = register::counts(&mut tx, REFORM).await.expect("read");
    assert_eq!(counts.into_iter().collect::<Vec<_>>(), [(UnitKind::Province, 1), (UnitKind::Commune, 2)]);
    let mut list = register::list(&mut tx, &[Level::District, Level::Commune], kit::TODAY);
    let mut listed = Vec::new();
    while let Some(unit) = list.next().await.expect("read") {
        listed.push((unit.uid, unit.parent_code, unit.province_code));
    }
    let row = |uid: &str, parent: &str| (uid.to_owned(), Some(parent.to_owned()), Some("95".to_owned()));
    let own = (kit::id(99).to_string(), None, None);
    assert_eq!(listed, [row("D958.1", "95"), row("C31900.1", "958"), own]);
    drop(list);
    assert_eq!(units::kinds_below(&mut tx, unit(3)).await.expect("read"), [UnitKind::RuralDistrict]);
    assert_eq!(units::kinds_below(&mut tx, unit(0)).await.expect("read"), []);
}

async fn a_unit_is_found_under_every_name_it_ever_had(empty: Empty) {
    let fresh = empty.open().await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    fill(&mut tx).await;
    for (typed, on, found) in [
        ("31900", None, &[1, 0][..]),
        ("31900", Some(kit::TODAY), &[0]),
        ("31901", None, &[1]),
        ("C31900.1", None, &[0]),
        ("vinh loi", None, &[1, 2]),
        ("Huyện Vĩnh Lợi", None, &[2]),
        ("chau hung", Some(REFORM), &[]),
        ("  ", None, &[]),
    ] {
        let mut units = history::ever(&mut tx, typed, on, 10).await.expect("found");
        let mut expected: Vec<UnitId> = found.iter().map(|at| unit(*at)).collect();
        units.sort();
        expected.sort();
        assert_eq!(units, expected, "{typed}");
    }
    let chapters = history::chapters(&mut tx, &[unit(0), unit(1)]).await.expect("read");
    let first = &chapters[&unit(0)][0];
    assert_eq!((first.parent_name.as_deref(), first.uid.as_deref()), (Some("Huyện Vĩnh Lợi"), Some("C31900.1")));
    assert_eq!(chapters[&unit(1)][0].alt_code.as_deref(), Some("31901"));
    for side in [unit(0), unit(1)] {
        let links = history::links(&mut tx, &[side]).await.expect("read");
        assert_eq!(links.len(), 1);
        assert_eq!((&*links[0].predecessor.name, &*links[0].successor.name), ("Thị trấn Châu Hưng", "Xã Vĩnh Lợi"));
        assert_eq!(links[0].succession.clause.as_deref(), Some("52"));
    }
    assert_eq!(history::links(&mut tx, &[unit(2)]).await.expect("read"), []);
}

async fn the_word_district_became_exact_kinds(empty: Empty) {
    let old = Db::open_as_of(&empty.url, 6).await.expect("opened");
    let mut tx = old.write().await.expect("a transaction");
    let names = [
        ("thanh pho bac lieu", "district", UnitKind::City),
        ("thi xa gia rai", "district", UnitKind::Town),
        ("quan 1", "district", UnitKind::UrbanDistrict),
        ("huyen vinh loi", "district", UnitKind::RuralDistrict),
        ("thanh pho can tho", "province", UnitKind::Municipality),
        ("tinh bac lieu", "province", UnitKind::Province),
        ("xa vinh loi", "commune", UnitKind::Commune),
    ];
    for (at, (name, kind, _)) in names.iter().enumerate() {
        let id = kit::id(at as u128 + 1);
        super::run(&mut tx, &format!("insert into units (id) values ('{id}')")).await;
        let version = format!(
            "insert into unit_versions (unit_id, valid_from, name, search_key, sort_key, kind, illustrative)
             values ('{id}', '2004-01-01', '{name}', '{name}', 'k', '{kind}', 0)"
        );
        super::run(&mut tx, &version).await;
    }
    for statement in [
        "insert into criteria_sets (code, version, pack, sha256) values ('set', '1', 'pack', '00')",
        "insert into cycles (id, programme, set_code, set_version, year, assessed_from, assessed_until,
           registration_until, due_on)
         values ('c1', 'p', 'set', '1', 2023, '2022-11-16', '2023-11-16', '2023-03-31', '2023-11-30')",
        &format!(
            "insert into dossiers (id, unit_id, cycle_id, state, round, fulfils)
             values ('d1', '{}', 'c1', 'submitted', 1, 1)",
            kit::id(2)
        ),
        &format!(
            "insert into dossier_areas (dossier_id, area_id, cycle_id, kind, state, sort_key, submitted_at)
             values ('d1', '{}', 'c1', 'district', 'submitted', 'k', 0)",
            kit::id(2)
        ),
        &format!(
            "insert into cycle_counts (cycle_id, area_id, kind, state, dossiers, fulfilling)
             values ('c1', '{}', 'district', 'submitted', 1, 1)",
            kit::id(2)
        ),
    ] {
        super::run(&mut tx, statement).await;
    }
    tx.commit().await.expect("kept");
    old.close().await;
    let db = Db::open(&empty.url).await.expect("upgraded");
    let mut tx = db.read().await.expect("a transaction");
    for (at, (name, _, kind)) in names.iter().enumerate() {
        let unit = units::get(&mut tx, unit(at), kit::TODAY).await.expect("read").expect("there");
        assert_eq!(unit.version.kind, *kind, "{name}");
    }
    drop(tx);
    let mut tx = db.snapshot().await.expect("a transaction");
    assert_eq!(figures::wrong(&mut tx, 9).await.expect("read"), [], "figures go with the kinds");
}
