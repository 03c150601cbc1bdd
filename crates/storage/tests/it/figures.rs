//! The figures by area are what a count of the dossiers gives, whatever happened; a list page by page is the whole list.

use std::collections::BTreeMap;

use dienhinh_domain::{
    cycles::Cycle,
    dossiers::{Dossier, Mark, Standing, State},
    ids::UnitId,
    text::Order,
    units::{UnitKind, UnitVersion},
};
use dienhinh_storage::{
    Db,
    cycles::figures,
    dossiers::{
        self,
        list::{self, Sort, Wanted},
    },
    state, statements, units,
};
use dienhinh_testkit::{self as kit, Empty};

kit::on_both!(figures_are_what_a_count_gives, a_list_in_pages_is_the_whole_list, a_wrong_figure_is_found);

/// A province with two communes of three quarters each, and one commune without any.
async fn province(db: &Db) -> (UnitVersion, Vec<UnitVersion>, Cycle) {
    let (_, cycle, _) = super::one_dossier(db).await;
    let order = Order::new();
    let mut tx = db.write().await.expect("a transaction");
    let mut top = kit::unit(100, "Tỉnh Bạc Liêu");
    top.kind = UnitKind::Province;
    units::insert(&mut tx, &top, &order).await.expect("inserted");
    let mut quarters = Vec::new();
    for commune in 0..3_u128 {
        let mut above = kit::unit(200 + commune, &format!("Xã {commune}"));
        above.parent = Some(top.unit);
        units::insert(&mut tx, &above, &order).await.expect("inserted");
        for number in 0..3_u128 {
            let mut quarter = kit::unit(300 + 10 * commune + number, &format!("Ấp {}", (number * 7 + commune) % 3));
            (quarter.kind, quarter.parent) = (UnitKind::ResidentialArea, Some(above.unit));
            if commune < 2 {
                units::insert(&mut tx, &quarter, &order).await.expect("inserted");
                quarters.push(quarter);
            }
        }
    }
    tx.commit().await.expect("kept");
    (top, quarters, cycle)
}

fn invited(number: u128, unit: &UnitVersion, cycle: &Cycle) -> Dossier {
    Dossier { state: State::Invited, registered_on: None, ..kit::dossier(number, unit, cycle) }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
fn chance(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (*seed ^ (*seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

fn any<T: Copy>(seed: &mut u64, of: &[T]) -> T {
    of[usize::try_from(chance(seed) % of.len() as u64).expect("small")]
}

/// All figures, without those that came to nothing.
async fn kept(db: &Db) -> Vec<String> {
    let lines = state::lines(&mut db.read().await.expect("a transaction")).await.expect("read");
    let empty = |line: &String| {
        line.starts_with("cycle_counts") && line.ends_with("Some(0) Some(0)")
            || line.starts_with("cycle_marks") && line.ends_with("Some(0) Some(0) Some(0)")
    };
    let tables = ["cycle_counts ", "cycle_marks ", "dossier_areas "];
    lines.into_iter().filter(|line| tables.iter().any(|table| line.starts_with(table)) && !empty(line)).collect()
}

async fn figures_are_what_a_count_gives(empty: Empty) {
    let fresh = empty.open().await;
    let (_, quarters, cycle) = province(&fresh.db).await;
    let marks = [Mark::Met, Mark::Unmet, Mark::Planned, Mark::NoData];
    let mut dossiers: BTreeMap<UnitId, Dossier> = BTreeMap::new();
    let mut seed = 24;
    for step in 0..200_u128 {
        let mut tx = fresh.db.write().await.expect("a transaction");
        let number = any(&mut seed, &[0, 1, 2, 3, 4, 5]);
        let quarter = &quarters[number];
        if chance(&mut seed).is_multiple_of(5) {
            // Some are there and some are not; who is there stays as it is.
            let wanted: Vec<Dossier> = quarters[number..]
                .iter()
                .enumerate()
                .map(|(at, quarter)| invited(10_000 + 10 * step + at as u128, quarter, &cycle))
                .collect();
            let missing: Vec<&Dossier> =
                wanted.iter().filter(|dossier| !dossiers.contains_key(&dossier.unit)).collect();
            let added = dossiers::insert_missing(&mut tx, &wanted).await.expect("added");
            assert_eq!(added, missing.len() as u64);
            dossiers.extend(missing.into_iter().map(|dossier| (dossier.unit, dossier.clone())));
        } else if let Some(dossier) = dossiers.get_mut(&quarter.unit) {
            dossier.state = any(&mut seed, &State::ALL);
            dossier.submitted_at = dossier.state.is_handed_in().then(kit::now);
            let standing = dossier.state.is_handed_in().then(|| Standing {
                marks: (0..4).map(|_| any(&mut seed, &marks)).collect(),
                fulfils: chance(&mut seed).is_multiple_of(2),
            });
            dossiers::save(&mut tx, dossier, standing.as_ref()).await.expect("saved");
        } else {
            let dossier = invited(20_000 + step, quarter, &cycle);
            dossiers::insert(&mut tx, &dossier).await.expect("added");
            dossiers.insert(quarter.unit, dossier);
        }
        // Half of them come to nothing, and leave nothing.
        if step.is_multiple_of(2) {
            tx.commit().await.expect("kept");
        } else {
            drop(tx);
            let mut tx = fresh.db.read().await.expect("a transaction");
            dossiers.clear();
            for quarter in &quarters {
                let stored = dossiers::of_unit(&mut tx, quarter.unit).await.expect("read");
                dossiers.extend(stored.into_iter().map(|dossier| (quarter.unit, dossier)));
            }
        }
    }
    assert_eq!(dossiers.len(), 6);
    assert_eq!(figures::wrong(&mut fresh.db.snapshot().await.expect("a transaction"), 9).await.expect("read"), []);
    let before = kept(&fresh.db).await;
    assert!(before.len() > 40, "{before:?}");
    let mut tx = fresh.db.write_long().await.expect("a transaction");
    figures::recount(&mut tx).await.expect("counted");
    tx.commit().await.expect("kept");
    assert_eq!(kept(&fresh.db).await, before);
}

async fn a_wrong_figure_is_found(empty: Empty) {
    let fresh = empty.open().await;
    let (top, quarters, cycle) = province(&fresh.db).await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    let mut dossier = invited(9, &quarters[0], &cycle);
    dossiers::insert(&mut tx, &dossier).await.expect("added");
    dossier.state = State::Submitted;
    let standing = Standing { marks: vec![Mark::Met, Mark::Planned], fulfils: true };
    dossiers::save(&mut tx, &dossier, Some(&standing)).await.expect("saved");
    let counts = figures::counts(&mut tx, cycle.id, &[top.unit]).await.expect("read");
    let kind = UnitKind::ResidentialArea;
    let count = figures::Count { area: top.unit, kind, state: State::Submitted, dossiers: 1, fulfilling: 1 };
    assert_eq!(counts, [count]);
    let marks = figures::marks(&mut tx, cycle.id, &[top.unit]).await.expect("read");
    assert_eq!(marks.len(), 2);
    assert!(marks.contains(&figures::Marks { area: top.unit, criterion: 1, judged: 1, unmet: 1, planned: 1 }));
    let totals = figures::totals(&mut tx, &[cycle.id], &[top.unit]).await.expect("read");
    assert_eq!(totals, BTreeMap::from([(cycle.id, 1)]));
    tx.commit().await.expect("kept");
    for wrong in ["update cycle_counts set dossiers = dossiers + 1", "update cycle_marks set planned = 0"] {
        let mut tx = fresh.db.write().await.expect("a transaction");
        super::run(&mut tx, &format!("{wrong} where area_id = '{}'", top.unit)).await;
        assert_eq!(
            figures::wrong(&mut tx, 9).await.expect("read").first(),
            Some(&(cycle.id.to_string(), top.unit.to_string())),
            "{wrong}"
        );
    }
}

async fn a_list_in_pages_is_the_whole_list(empty: Empty) {
    let fresh = empty.open().await;
    let (top, quarters, cycle) = province(&fresh.db).await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    for (at, quarter) in quarters.iter().enumerate() {
        let state = if at % 3 == 0 { State::Returned } else { State::Submitted };
        let second = [5, 1, 5, 9, 0, 3][at];
        let submitted_at = (second > 0).then(|| jiff::Timestamp::from_second(second).expect("in range"));
        let dossier = Dossier { state, submitted_at, ..kit::dossier(50 + at as u128, quarter, &cycle) };
        dossiers::insert(&mut tx, &dossier).await.expect("added");
    }
    let commune = quarters[0].parent.expect("a commune");
    for (area, state, sort, expected) in [
        (top.unit, None, Sort::Name, &[0, 4, 1, 5, 2, 3][..]),
        (top.unit, None, Sort::Submitted, &[3, 2, 0, 5, 1, 4]),
        (top.unit, Some(State::Submitted), Sort::Name, &[4, 1, 5, 2]),
        (top.unit, Some(State::Submitted), Sort::Submitted, &[2, 5, 1, 4]),
        (commune, None, Sort::Submitted, &[2, 0, 1]),
        (commune, Some(State::Returned), Sort::Name, &[0]),
        (commune, Some(State::Invited), Sort::Name, &[]),
    ] {
        let wanted = Wanted { area, cycle: &cycle, state, sort };
        let whole = list::page(&mut tx, wanted, None, 100).await.expect("read");
        let order = Order::new();
        let mut units: Vec<&UnitVersion> = expected.iter().map(|at| &quarters[*at]).collect();
        if sort == Sort::Name {
            units.sort_by_key(|unit| (order.key(&unit.name), unit.unit));
        }
        let expected: Vec<UnitId> = units.iter().map(|unit| unit.unit).collect();
        assert_eq!(whole.iter().map(|row| row.unit).collect::<Vec<_>>(), expected, "{area} {state:?} {sort:?}");
        let (mut paged, mut after) = (Vec::new(), None);
        loop {
            let (page, ran) = statements::counted(list::page(&mut tx, wanted, after, 2)).await;
            let page = page.expect("read");
            assert!(ran <= 2, "{ran} statements");
            let Some(last) = page.last() else { break };
            after = Some(last.dossier);
            paged.extend(page);
        }
        assert_eq!(paged, whole);
    }
    let elsewhere = Wanted { area: commune, cycle: &cycle, state: None, sort: Sort::Name };
    let stranger = dossiers::of_unit(&mut tx, quarters[4].unit).await.expect("read")[0].id;
    assert_eq!(list::page(&mut tx, elsewhere, Some(stranger), 9).await.expect("read"), []);
}
