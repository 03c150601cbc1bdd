//! Each fault of a row, and of rows together, in its cell.

use super::{EDGE_COLUMNS, File, VERSION_COLUMNS, check, edge, missing_columns, version};

const VERSIONS: [&str; 6] = [
    "P95.1,province,95,,province,Bạc Liêu,Tỉnh Bạc Liêu,,,2025-07-01,,202/2025/QH15",
    "P96.2,province,96,,province,Cà Mau,Tỉnh Cà Mau,,2025-07-01,,202/2025/QH15,",
    "D954.1,district,954,,city,Bạc Liêu,Thành phố Bạc Liêu,P95.1,,2025-07-01,,202/2025/QH15",
    "C31825.1,commune,31825,,ward,1,Phường 1,D954.1,,2025-07-01,,1655/NQ-UBTVQH15",
    "C31813.1,commune,31813,,ward,2,Phường 2,D954.1,,2025-07-01,,1655/NQ-UBTVQH15",
    "C31825.2,commune,31825,,ward,Bạc Liêu,Phường Bạc Liêu,P96.2,2025-07-01,,1655/NQ-UBTVQH15,",
];

const EDGES: [&str; 2] = [
    "2025-07-01,commune,C31825.1,31825,C31825.2,31825,merge,whole,whole,whole,1,1655/NQ-UBTVQH15,35,legal_text",
    "2025-07-01,commune,C31813.1,31813,C31825.2,31825,merge,whole,whole,whole,0,1655/NQ-UBTVQH15,35,legal_text",
];

/// Where and in which words the rows are complained of: `line column English`.
fn complaints(versions: &[&str], edges: &[&str]) -> Vec<String> {
    let mut problems = Vec::new();
    let cells = |row: &str, columns: &'static [&'static str]| {
        let cells: Vec<String> = row.split(',').map(str::to_owned).collect();
        move |name: &str| {
            let at = columns.iter().position(|column| *column == name).unwrap_or_default();
            cells.get(at).cloned().unwrap_or_default()
        }
    };
    let lines = || 2_u64..;
    let versions: Vec<_> = lines()
        .zip(versions)
        .filter_map(|(line, row)| version(line, cells(row, &VERSION_COLUMNS), &mut problems))
        .collect();
    let edges: Vec<_> =
        lines().zip(edges).filter_map(|(line, row)| edge(line, cells(row, &EDGE_COLUMNS), &mut problems)).collect();
    problems.extend(check(&versions, &edges));
    problems.iter().map(|problem| format!("{} {} {}", problem.line, problem.column, problem.what.en)).collect()
}

#[test]
fn rows_that_make_sense_pass() {
    assert_eq!(complaints(&VERSIONS, &EDGES), Vec::<String>::new());
}

#[test]
fn each_fault_of_versions_is_found_in_its_cell() {
    for (row, from, to, line, column, said) in [
        (3, ",ward,", ",phường,", 5, "kind", "no “phường”"),
        (3, ",ward,", ",agency,", 5, "kind", "no “agency”"),
        (3, "commune,31825,,ward", "district,31825,,ward", 5, "kind", "of the level commune"),
        (3, ",31825,", ",1825,", 5, "code", "5 digits"),
        (3, "Phường 1,", "Xã 1,", 5, "full_name", "make it “Phường 1”"),
        (3, ",D954.1,,", ",,,", 5, "parent_uid", "only provinces"),
        (0, "Bạc Liêu,,", "Bạc Liêu,P96.2,", 2, "parent_uid", "provinces have nothing above"),
        (3, ",D954.1,", ",D999.1,", 5, "parent_uid", "no unit “D999.1”"),
        (3, ",D954.1,", ",C31813.1,", 5, "parent_uid", "does not stand higher"),
        (3, ",2025-07-01,", ",01/07/2025,", 5, "valid_to", "no day"),
        (3, ",2025-07-01,", ",2025-02-30,", 5, "valid_to", "no day"),
        (5, "2025-07-01,,", "2025-07-01,2025-07-01,", 7, "valid_to", "not after valid_from"),
        (2, ",2025-07-01,", ",2025-01-01,", 5, "parent_uid", "not in force on 2025-01-01"),
        (4, "C31813.1,commune,31813", "C31813.1,commune,31825", 6, "code", "both bear the code 31825"),
        (4, "C31813.1,commune,31813", "C31825.1,commune,31813", 6, "valid_from", "two rows that begin"),
        (5, "C31825.2,", "C31825.1,", 7, "kind", ""),
        (3, "C31825.1,", ",", 5, "uid", "fill it in"),
    ] {
        let changed = VERSIONS[row].replacen(from, to, 1);
        assert_ne!(changed, VERSIONS[row], "{from}");
        let mut versions = VERSIONS;
        versions[row] = &changed;
        let found = complaints(&versions, &[]);
        let expected = format!("{line} {column} ");
        if said.is_empty() {
            assert_eq!(found, Vec::<String>::new(), "a new name of the same unit");
        } else {
            assert!(
                found.iter().any(|text| text.starts_with(&expected) && text.contains(said)),
                "{changed}: {found:?}"
            );
        }
    }
}

#[test]
fn intervals_of_a_unit_follow_each_other() {
    let base = VERSIONS[5];
    for (second, said) in [("2026-04-30", ""), ("2026-05-01", "without a gap"), ("2026-01-01", "overlapping")] {
        let first = base.replace("2025-07-01,,1655", "2025-07-01,2026-04-30,1655");
        let next = base.replace("2025-07-01,,1655", &format!("{second},,1655"));
        let mut versions = VERSIONS.to_vec();
        versions[5] = &first;
        versions.push(&next);
        let found = complaints(&versions, &[]);
        assert_eq!(found.is_empty(), said.is_empty(), "{found:?}");
        assert!(found.iter().all(|text| text.contains(said)), "{found:?}");
    }
    let other_level = VERSIONS[5].replace("C31825.2,", "D954.1,");
    let mut versions = VERSIONS;
    versions[5] = &other_level;
    let found = complaints(&versions, &[]);
    assert!(found.iter().any(|text| text.starts_with("7 level ")), "{found:?}");
}

#[test]
fn each_fault_of_successions_is_found_in_its_cell() {
    for (from, to, column, said) in [
        ("C31813.1,", "C31814.1,", "predecessor_uid", "no unit “C31814.1”"),
        ("C31825.2,", "C31825.3,", "successor_uid", "no unit “C31825.3”"),
        ("C31813.1,31813", "C31813.1,31816", "predecessor_code", "bears the code 31813"),
        ("2025-07-01,", "2025-08-01,", "predecessor_uid", "not in force on 2025-07-31"),
        ("2025-07-01,", "2025-06-01,", "successor_uid", "not in force on 2025-06-01"),
        ("2025-07-01,", ",", "effective_date", "fill it in"),
        (",commune,", ",district,", "level", "of the level commune"),
        (",merge,", ",merged,", "relation", "no “merged”"),
        (",whole,whole,whole,", ",whole,all,whole,", "area_portion", "no “all”"),
        (",0,1655", ",1,1655", "code_inherited", "does not agree"),
        (",0,1655", ",no,1655", "code_inherited", "no “no”"),
        ("C31813.1,31813,C31825.2,31825", "C31813.1,31813,C31813.1,31813", "successor_uid", "becomes itself"),
        ("C31813.1,31813", "C31825.1,31825", "successor_uid", "stands twice"),
    ] {
        let changed = EDGES[1].replacen(from, to, 1);
        assert_ne!(changed, EDGES[1], "{from}");
        let found = complaints(&VERSIONS, &[EDGES[0], &changed]);
        let expected = format!("3 {column} ");
        assert!(found.iter().any(|text| text.starts_with(&expected) && text.contains(said)), "{changed}: {found:?}");
    }
}

#[test]
fn the_rest_is_given_once_and_a_unit_that_goes_on_gives_a_part() {
    let third = "C31816.1,commune,31816,,ward,3,Phường 3,P96.2,2025-07-01,,,";
    let versions: Vec<&str> = VERSIONS.into_iter().chain([third]).collect();
    let twice = EDGES[1].replace("C31825.2,31825", "C31816.1,31816");
    let found = complaints(&versions, &[EDGES[0], EDGES[1], &twice]);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found.iter().all(|text| text.contains("only one may have it")), "{found:?}");
    let goes_on = "2026-01-01,commune,C31825.2,31825,C31816.1,31816,merge,part,part,part,0,,,";
    let found = complaints(&versions, &[goes_on]);
    assert!(found.len() == 1 && found[0].contains("only carve_out"), "{found:?}");
    let carved = goes_on.replace("merge", "carve_out");
    assert_eq!(complaints(&versions, &[&carved]), Vec::<String>::new());
    let back = "2026-01-01,commune,C31816.1,31816,C31825.2,31825,carve_out,part,part,part,0,,,";
    let found = complaints(&versions, &[&carved, back]);
    assert!(found.len() == 2 && found.iter().all(|text| text.contains("becomes itself")), "{found:?}");
}

#[test]
fn a_header_without_a_column_is_told_which() {
    let header: Vec<String> = VERSION_COLUMNS.iter().filter(|name| **name != "kind").map(ToString::to_string).collect();
    let problems = missing_columns(File::Versions, &header);
    assert_eq!(problems.len(), 1);
    assert_eq!((problems[0].line, problems[0].column), (1, "kind"));
    assert!(problems[0].what.vi.contains("thiếu cột"), "{problems:?}");
    assert_eq!(missing_columns(File::Edges, &[]).len(), EDGE_COLUMNS.len());
}
