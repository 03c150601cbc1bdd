//! Units as of a day: validity, the way up, the way down, search.

use dienhinh_domain::{calendar::Period, text::Order, units::UnitKind};
use dienhinh_storage::{state, units};
use dienhinh_testkit::{self as kit, Empty};
use jiff::civil::date;

kit::on_both!(
    a_unit_is_what_it_was_on_the_day,
    search_folds_accents_and_puts_exact_ones_first,
    children_come_page_by_page_and_names_can_be_made_anew,
);

async fn a_unit_is_what_it_was_on_the_day(empty: Empty) {
    let fresh = empty.open().await;
    let order = Order::new();
    let mut tx = fresh.db.write().await.expect("a transaction");
    let mut province = kit::unit(1, "Tỉnh Bạc Liêu");
    province.kind = UnitKind::Province;
    let mut district = kit::unit(2, "Huyện Vĩnh Lợi");
    (district.kind, district.parent) = (UnitKind::RuralDistrict, Some(province.unit));
    let mut town = kit::unit(3, "Thị trấn Châu Hưng");
    (town.kind, town.parent, town.code) = (UnitKind::Township, Some(district.unit), Some("31900".to_owned()));
    town.valid.until = Some(date(2025, 7, 1));
    let mut commune = town.clone();
    commune.valid = Period::from(date(2025, 7, 1));
    (commune.name, commune.kind, commune.parent) = ("Xã Vĩnh Lợi".to_owned(), UnitKind::Commune, Some(province.unit));
    for version in [&province, &district, &town, &commune] {
        units::insert(&mut tx, version, &order).await.expect("inserted");
    }

    let before = units::get(&mut tx, town.unit, date(2025, 6, 30)).await.expect("read").expect("there");
    assert_eq!(before.version, town);
    assert_eq!(before.place(), "huyện Vĩnh Lợi, tỉnh Bạc Liêu");
    assert!(before.within(district.unit) && before.within(province.unit) && before.within(town.unit));
    let after = units::get(&mut tx, town.unit, date(2025, 7, 1)).await.expect("read").expect("there");
    assert_eq!((after.version, after.ancestors), (commune.clone(), vec![province.clone()]));
    assert_eq!(units::get(&mut tx, town.unit, date(2003, 1, 1)).await.expect("read"), None);
    assert_eq!(units::children(&mut tx, district.unit, kit::TODAY).await.expect("read"), [town]);
    assert_eq!(units::children(&mut tx, district.unit, date(2026, 1, 1)).await.expect("read"), []);
    assert_eq!(units::roots(&mut tx, kit::TODAY).await.expect("read"), [province]);
}

async fn search_folds_accents_and_puts_exact_ones_first(empty: Empty) {
    let fresh = empty.open().await;
    let order = Order::new();
    let mut tx = fresh.db.write().await.expect("a transaction");
    for (number, name) in
        ["Xã Vĩnh Thanh", "Xã Vĩnh Thạnh", "Phường 10", "Phường 2", "Xã Đông Hải", "Xã 100%"].iter().enumerate()
    {
        units::insert(&mut tx, &kit::unit(number as u128 + 1, name), &order).await.expect("inserted");
    }
    for (typed, found) in [
        ("vinh thanh", vec!["Xã Vĩnh Thanh", "Xã Vĩnh Thạnh"]),
        ("Vĩnh Thạnh", vec!["Xã Vĩnh Thạnh", "Xã Vĩnh Thanh"]),
        ("vĩnh thạnh", vec!["Xã Vĩnh Thạnh", "Xã Vĩnh Thanh"]),
        ("phuong", vec!["Phường 2", "Phường 10"]),
        ("dong hai", vec!["Xã Đông Hải"]),
        ("100%", vec!["Xã 100%"]),
        ("hai", vec!["Xã Đông Hải"]),
        ("ong hai", vec![]),
        ("1_0", vec![]),
        ("không có", vec![]),
    ] {
        let names: Vec<String> =
            units::search(&mut tx, typed, kit::TODAY, 10).await.expect("found").into_iter().map(|u| u.name).collect();
        assert_eq!(names, found, "{typed}");
    }
    assert_eq!(units::search(&mut tx, "xa", kit::TODAY, 2).await.expect("found").len(), 2);
}

async fn children_come_page_by_page_and_names_can_be_made_anew(empty: Empty) {
    let fresh = empty.open().await;
    let order = Order::new();
    let mut tx = fresh.db.write().await.expect("a transaction");
    let top = kit::unit(1, "Xã Châu Thới");
    units::insert(&mut tx, &top, &order).await.expect("inserted");
    for number in 1..=7_u128 {
        let mut quarter = kit::unit(10 + number, &format!("Ấp {number} Trà Hất và một cái tên dài hơn bốn mươi chữ"));
        (quarter.kind, quarter.parent) = (UnitKind::ResidentialArea, Some(top.unit));
        units::insert(&mut tx, &quarter, &order).await.expect("inserted");
    }
    let all = units::children(&mut tx, top.unit, kit::TODAY).await.expect("read");
    let (mut paged, mut after) = (Vec::new(), None);
    loop {
        let kind = UnitKind::ResidentialArea;
        let page = units::children_of_kind(&mut tx, top.unit, kind, kit::TODAY, after, 3).await.expect("read");
        let Some(last) = page.last() else { break };
        after = Some(last.unit);
        paged.extend(page);
    }
    assert_eq!((paged.len(), &paged), (7, &all));
    let above = units::above(&mut tx, all.iter().map(|unit| unit.unit), kit::TODAY).await.expect("read");
    assert_eq!((above.len(), &above[&all[0].unit]), (7, &vec![top]));
    tx.commit().await.expect("kept");

    let tails = async || {
        let lines = state::lines(&mut fresh.db.read().await.expect("a transaction")).await.expect("read");
        lines.into_iter().filter(|line| line.starts_with("unit_tails")).collect::<Vec<_>>()
    };
    let before = tails().await;
    assert!(before.len() > 50);
    let mut tx = fresh.db.write_long().await.expect("a transaction");
    units::index_names(&mut tx).await.expect("made");
    tx.commit().await.expect("kept");
    assert_eq!(tails().await, before);
    let mut tx = fresh.db.read().await.expect("a transaction");
    let long = "trà hất và một cái tên dài hơn bốn mươi ch";
    assert_eq!(units::search(&mut tx, long, kit::TODAY, 10).await.expect("found").len(), 7);
    assert_eq!(units::search(&mut tx, &format!("{long}x"), kit::TODAY, 10).await.expect("found").len(), 0);
}
