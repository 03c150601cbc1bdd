//! The units that lists name: before and after the reform of 1 July 2025, by the names of both times.

use std::collections::BTreeSet;

use dienhinh_domain::units::{
    UnitAsOf,
    lookup::{Mention, NotFound},
};
use dienhinh_server::{Installation, ReformPlan, carry_out_reform, look_up};
use dienhinh_testkit::{Empty, on_both};
use jiff::civil::{Date, date};

use crate::{
    register::{at, imported},
    site::Site,
};

on_both!(a_list_means_the_unit_of_its_day, what_was_divided_or_lost_is_not_one_unit);

const EVE: Date = date(2025, 6, 30);
const MONTH_AFTER: Date = date(2025, 7, 31);

fn code(unit: &UnitAsOf) -> String {
    unit.version.code.clone().expect("a code")
}

/// What was found, in few words: `31825`, `31825 < 31816`, or why nothing was.
async fn found(place: &Installation, name: &str, within: &str, former: &str, on: Date) -> String {
    let names = |text: &str| text.split(" < ").filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let mention = Mention { name: name.to_owned(), code: None, within: names(within), former: names(former), on };
    let mut all = look_up(place, &BTreeSet::from([mention.clone()])).await.expect("read");
    let codes = |units: &[UnitAsOf]| units.iter().map(code).collect::<BTreeSet<_>>();
    match all.remove(&mention).expect("every mention has an answer") {
        Ok(found) => match found.former {
            Some(former) => format!("{} < {}", code(&found.unit), code(&former)),
            None => code(&found.unit),
        },
        Err(NotFound::Nobody) => "nobody".to_owned(),
        Err(NotFound::Several(units)) => format!("several {:?}", codes(&units)),
        Err(NotFound::Former { unit, called }) => format!("{} < {:?}", code(&unit), codes(&called)),
        Err(NotFound::Ended { unit, successors }) => format!("ended {} > {:?}", code(&unit), codes(&successors)),
    }
}

async fn a_list_means_the_unit_of_its_day(empty: Empty) {
    let site = Site::open(empty).await;
    let place = site.installation();
    for (name, within, expected) in [
        ("Điền Hải", "Đông Hải", "31985"),
        ("Thị trấn Hoà Bình", "HUYỆN HÒA BÌNH", "31891"),
        ("Phường 1", "Thành phố Bạc Liêu", "31825"),
        ("Phường 1", "Thị xã Giá Rai", "31942"),
        ("Phường 1", "", "several {\"31825\", \"31942\"}"),
        ("Phường 1", "Huyện Vĩnh Lợi", "nobody"),
        ("Xã Không Có", "", "nobody"),
        ("", "", "nobody"),
    ] {
        assert_eq!(found(&place, name, within, "", EVE).await, expected, "{name}, {within}");
    }
    let plan = ReformPlan {
        on: date(2025, 7, 1),
        basis: "1655/NQ-UBTVQH15",
        rows: include_bytes!("../../sample/reform_2025.csv"),
    };
    carry_out_reform(&place, plan).await.expect("carried out");
    for (name, within, former, expected) in [
        ("Phường Bạc Liêu", "", "Phường 1", "31825 < 31825"),
        ("Phường Bạc Liêu", "", "Phường 3", "31825 < 31816"),
        ("Phường 7", "Thành phố Bạc Liêu", "", "31825 < 31822"),
        ("xã vĩnh lợi", "", "", "31900"),
        ("Xã Vĩnh Lợi", "", "Thị trấn Châu Hưng", "31900 < 31900"),
        ("Xã Vĩnh Lợi", "", "Thị trấn Châu Hưng < Huyện Vĩnh Lợi < Tỉnh Bạc Liêu", "31900 < 31900"),
        ("Xã Vĩnh Lợi", "", "Thị trấn Châu Hưng < Huyện Đông Hải", "31900 < {}"),
        ("Xã Vĩnh Lợi", "", "Phường 1", "31900 < {}"),
        ("Xã Hòa Bình", "", "", "31891"),
        ("Thị trấn Châu Hưng", "", "", "31900 < 31900"),
    ] {
        assert_eq!(found(&place, name, within, former, MONTH_AFTER).await, expected, "{name}, {within}, {former}");
    }
    assert_eq!(found(&place, "Điền Hải", "Đông Hải", "", EVE).await, "31985", "what was stays what it was");
}

async fn what_was_divided_or_lost_is_not_one_unit(empty: Empty) {
    let place = at(&empty);
    imported(&place).await;
    for (name, expected) in [
        ("Xã Văn Khê", "ended 09013 > {\"08980\", \"08995\", \"09817\"}"),
        ("Xã Phúc Thành A", "ended 10774 > {}"),
        ("Phường Bạc Liêu", "31825"),
    ] {
        assert_eq!(found(&place, name, "", "", MONTH_AFTER).await, expected, "{name}");
    }
}
