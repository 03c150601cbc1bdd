//! The national register, where its files lie beside the project: counts and lists of every known day.
//!
//! The files are no part of the project. Where they are absent this says so and passes.

use std::fs;

use dienhinh_domain::units::{Level, UnitKind, register::VIEW_COLUMNS};
use dienhinh_server::{Listed, RegisterFiles, Registered, import_register, unit_counts, unit_list, view_row};
use dienhinh_testkit::{Empty, on_both, register::national};
use jiff::civil::Date;

use crate::register::at;

on_both!(counts_and_lists_are_those_that_are_published);

/// Day, provinces, districts, communes.
const COUNTS: [(&str, [i64; 3]); 13] = [
    ("2023-04-10", [63, 705, 10_598]),
    ("2024-01-31", [63, 705, 10_598]),
    ("2024-02-01", [63, 705, 10_597]),
    ("2024-05-01", [63, 705, 10_595]),
    ("2024-09-01", [63, 704, 10_542]),
    ("2024-11-01", [63, 704, 10_472]),
    ("2024-12-01", [63, 701, 10_322]),
    ("2025-01-01", [63, 696, 10_039]),
    ("2025-02-01", [63, 696, 10_035]),
    ("2025-06-30", [63, 696, 10_035]),
    ("2025-07-01", [34, 0, 3_321]),
    ("2026-04-29", [34, 0, 3_321]),
    ("2026-04-30", [34, 0, 3_321]),
];

/// Day, communes, wards, townships, special zones, and provinces that are cities.
const KINDS: [(&str, [i64; 5]); 6] = [
    ("2023-04-10", [8_207, 1_771, 620, 0, 5]),
    ("2024-05-01", [8_192, 1_784, 619, 0, 5]),
    ("2025-02-28", [7_694, 1_724, 617, 0, 6]),
    ("2025-06-30", [7_692, 1_726, 617, 0, 6]),
    ("2025-07-01", [2_621, 687, 0, 13, 6]),
    ("2026-04-30", [2_611, 697, 0, 13, 7]),
];

/// The files of a day's list.
const LISTS: [(&str, &str); 3] =
    [("2024-07-01", "units_2024.csv"), ("2025-06-30", "units_20250630.csv"), ("2025-07-01", "units_2025.csv")];

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

async fn counts_and_lists_are_those_that_are_published(empty: Empty) {
    let not_compared = "the national register was not compared with its published counts and lists";
    let Some(folder) = national("units_register.csv", not_compared) else { return };
    let read = |name: &str| fs::read(folder.join(name)).expect("a file");
    let files = RegisterFiles { versions: read("units_register.csv"), edges: Some(read("successions.csv")) };
    let place = at(&empty);
    let done = import_register(&place, &files, &mut |_| ()).await.expect("taken in");
    assert_eq!((done.versions, done.successions), (15_304, 11_361));
    for (on, expected) in COUNTS {
        let counts = unit_counts(&place, Some(day(on))).await.expect("counted");
        assert_eq!(Level::OF_REGISTER.map(|level| counts.of(level)), expected, "{on}");
    }
    for (on, expected) in KINDS {
        let counts = unit_counts(&place, Some(day(on))).await.expect("counted");
        let kinds =
            [UnitKind::Commune, UnitKind::Ward, UnitKind::Township, UnitKind::SpecialZone, UnitKind::Municipality];
        assert_eq!(kinds.map(|kind| counts.kinds.get(&kind).copied().unwrap_or_default()), expected, "{on}");
    }
    for (on, name) in LISTS {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(VIEW_COLUMNS).expect("written");
        let row = |unit: &Listed| Ok(writer.write_record(view_row(unit))?);
        unit_list(&place, Some(day(on)), &Level::OF_REGISTER, row).await.expect("listed");
        let listed = String::from_utf8(writer.into_inner().expect("whole")).expect("UTF-8");
        let published = String::from_utf8(read(name)).expect("UTF-8");
        let rows = |text: &str| -> Vec<String> {
            let mut rows: Vec<String> = text.lines().map(str::to_owned).collect();
            rows.sort();
            rows
        };
        let (listed, published) = (rows(&listed), rows(&published));
        let differing = listed.iter().zip(&published).find(|(one, other)| one != other);
        assert_eq!((listed.len(), differing), (published.len(), None), "{name}");
    }
    let again = import_register(&place, &files, &mut |_| ()).await.expect("taken in");
    assert_eq!(again, Registered::default(), "nothing new");
}
