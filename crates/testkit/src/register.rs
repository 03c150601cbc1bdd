//! A small register: what became of some units of Bạc Liêu and Cà Mau, and of the few elsewhere that are hard to get
//! right. Facts of the laws named in it, in the columns of the product's own files.

use std::{
    fmt::Write as _,
    io::Write as _,
    path::{Path, PathBuf},
};

/// The folder of the national register and of forms as communes send them, from the project's root. Its files are no part
/// of the project.
const NATIONAL: &str = "../shared/data";

/// That folder, where it holds a file; else it is said, once for each test program that asks, what was not compared.
pub fn national(file: &str, not_compared: &str) -> Option<PathBuf> {
    static SAID: std::sync::Once = std::sync::Once::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(NATIONAL);
    if folder.join(file).exists() {
        return Some(folder);
    }
    SAID.call_once(|| {
        // Not through `eprintln!`, which a test that passes keeps to itself.
        let _ = writeln!(std::io::stderr(), "{NATIONAL} is not there: {not_compared}");
    });
    None
}

const DISTRICTS: &str = "72/2025/QH15";
const PROVINCES: &str = "202/2025/QH15";
const CA_MAU: &str = "1655/NQ-UBTVQH15";
const HA_NOI: &str = "1656/NQ-UBTVQH15";
const HA_TINH: &str = "1665/NQ-UBTVQH15";

/// Units that ended on 1 July 2025: key, kind, name, key of the unit above, document.
const ENDED: [(&str, &str, &str, &str, &str); 36] = [
    ("P95.1", "province", "Bạc Liêu", "", PROVINCES),
    ("P96.1", "province", "Cà Mau", "", PROVINCES),
    ("P75.1", "province", "Đồng Nai", "", PROVINCES),
    ("P77.1", "province", "Bà Rịa - Vũng Tàu", "", PROVINCES),
    ("P30.1", "province", "Hải Dương", "", PROVINCES),
    ("P83.1", "province", "Bến Tre", "", PROVINCES),
    ("D954.1", "city", "Bạc Liêu", "P95.1", DISTRICTS),
    ("D957.1", "rural_district", "Phước Long", "P95.1", DISTRICTS),
    ("D958.1", "rural_district", "Vĩnh Lợi", "P95.1", DISTRICTS),
    ("D959.1", "town", "Giá Rai", "P95.1", DISTRICTS),
    ("D961.1", "rural_district", "Hòa Bình", "P95.1", DISTRICTS),
    ("D966.1", "rural_district", "U Minh", "P96.1", DISTRICTS),
    ("D967.1", "rural_district", "Thới Bình", "P96.1", DISTRICTS),
    ("D755.1", "rural_district", "Côn Đảo", "P77.1", DISTRICTS),
    ("D250.1", "rural_district", "Mê Linh", "P01.1", DISTRICTS),
    ("D449.1", "town", "Kỳ Anh", "P42.1", DISTRICTS),
    ("C31825.1", "ward", "1", "D954.1", CA_MAU),
    ("C31813.1", "ward", "2", "D954.1", CA_MAU),
    ("C31816.1", "ward", "3", "D954.1", CA_MAU),
    ("C31822.1", "ward", "7", "D954.1", CA_MAU),
    ("C31828.1", "ward", "8", "D954.1", CA_MAU),
    ("C31867.1", "township", "Phước Long", "D957.1", CA_MAU),
    ("C31876.1", "commune", "Phước Long", "D957.1", CA_MAU),
    ("C31900.1", "township", "Châu Hưng", "D958.1", CA_MAU),
    ("C31903.1", "commune", "Châu Hưng A", "D958.1", CA_MAU),
    ("C31921.1", "commune", "Long Thạnh", "D958.1", CA_MAU),
    ("C31942.1", "ward", "1", "D959.1", CA_MAU),
    ("C31957.1", "commune", "Tân Phong", "D959.1", CA_MAU),
    ("C31960.1", "commune", "Phong Thạnh", "D959.1", CA_MAU),
    ("C31891.1", "township", "Hòa Bình", "D961.1", CA_MAU),
    ("C31933.1", "commune", "Vĩnh Mỹ A", "D961.1", CA_MAU),
    ("C32044.1", "township", "U Minh", "D966.1", CA_MAU),
    ("C32048.1", "commune", "Khánh Thuận", "D966.1", CA_MAU),
    ("C32053.1", "commune", "Nguyễn Phích", "D966.1", CA_MAU),
    ("C09013.1", "commune", "Văn Khê", "D250.1", HA_NOI),
    ("C18796.1", "commune", "Kỳ Lợi", "D449.1", HA_TINH),
];

/// Units that began on 1 July 2025.
const BEGUN: [(&str, &str, &str, &str, &str); 19] = [
    ("P96.2", "province", "Cà Mau", "", PROVINCES),
    ("P79.2", "municipality", "Hồ Chí Minh", "", PROVINCES),
    ("C31825.2", "ward", "Bạc Liêu", "P96.2", CA_MAU),
    ("C31867.2", "commune", "Phước Long", "P96.2", CA_MAU),
    ("C31876.2", "commune", "Vĩnh Phước", "P96.2", CA_MAU),
    ("C31900.2", "commune", "Vĩnh Lợi", "P96.2", CA_MAU),
    ("C31942.2", "ward", "Giá Rai", "P96.2", CA_MAU),
    ("C31957.2", "commune", "Phong Thạnh", "P96.2", CA_MAU),
    ("C31891.2", "commune", "Hòa Bình", "P96.2", CA_MAU),
    ("C32044.2", "commune", "Nguyễn Phích", "P96.2", CA_MAU),
    ("C32059.2", "commune", "Khánh An", "P96.2", CA_MAU),
    ("C32062.2", "commune", "Khánh Lâm", "P96.2", CA_MAU),
    ("C26732.1", "special_zone", "Côn Đảo", "P79.2", "1685/NQ-UBTVQH15"),
    ("C08980.2", "commune", "Yên Lãng", "P01.1", HA_NOI),
    ("C08995.2", "commune", "Tiến Thắng", "P01.1", HA_NOI),
    ("C09817.2", "commune", "Ô Diên", "P01.1", HA_NOI),
    ("C18754.2", "ward", "Sông Trí", "P42.1", HA_TINH),
    ("C18823.2", "ward", "Vũng Áng", "P42.1", HA_TINH),
    ("C18832.2", "ward", "Hoành Sơn", "P42.1", HA_TINH),
];

/// Units whose story is another one, row by row.
const OTHERS: &str = "\
P01.1,province,01,,municipality,Hà Nội,Thành phố Hà Nội,,,,,
P42.1,province,42,,province,Hà Tĩnh,Tỉnh Hà Tĩnh,,,,,
P46.1,province,46,,province,Thừa Thiên Huế,Tỉnh Thừa Thiên Huế,,,2025-01-01,,175/2024/QH15
P46.1,province,46,,municipality,Huế,Thành phố Huế,,2025-01-01,,175/2024/QH15,
P75.2,province,75,,province,Đồng Nai,Tỉnh Đồng Nai,,2025-07-01,2026-04-30,202/2025/QH15,30/2026/QH16
P75.2,province,75,,municipality,Đồng Nai,Thành phố Đồng Nai,,2026-04-30,,30/2026/QH16,
P22.1,province,22,,province,Quảng Ninh,Tỉnh Quảng Ninh,,,,,
C06970.2,commune,06970,06978,commune,Ba Chẽ,Xã Ba Chẽ,P22.1,2025-07-01,,1679/NQ-UBTVQH15,
D293.1,district,293,,rural_district,Kim Thành,Huyện Kim Thành,P30.1,,2025-07-01,,72/2025/QH15
D831.1,district,831,,rural_district,Châu Thành,Huyện Châu Thành,P83.1,,2025-07-01,,72/2025/QH15
C10774.1,commune,10774,,commune,Phúc Thành A,Xã Phúc Thành A,D293.1,,2024-12-01,,1250/NQ-UBTVQH15
C28825.1,commune,28825,,commune,Phú An Hòa,Xã Phú An Hòa,D831.1,,2024-12-01,,1237/NQ-UBTVQH15
C32092.1,commune,32092,,commune,Hồ Thị Kỷ,Xã Hồ Thị Kỷ,D967.1,,2025-07-01,,72/2025/QH15
C32092.1,commune,32092,,commune,Hồ Thị Kỷ,Xã Hồ Thị Kỷ,P96.2,2025-07-01,,72/2025/QH15,
";

/// Who took over from whom, all of it: successor, clause, predecessors.
const WHOLE: [(&str, &str, &str); 12] = [
    ("P96.2", "", "P95.1 P96.1"),
    ("P79.2", "", "P77.1"),
    ("P75.2", "", "P75.1"),
    ("C31957.2", "35", "C31957.1"),
    ("C31891.2", "45", "C31891.1 C31921.1 C31933.1"),
    ("C31867.2", "48", "C31867.1"),
    ("C31876.2", "49", "C31876.1"),
    ("C31900.2", "52", "C31900.1 C31903.1"),
    ("C31825.2", "55", "C31825.1 C31813.1 C31816.1 C31822.1 C31828.1"),
    ("C31942.2", "58", "C31942.1 C31960.1"),
    ("C32044.2", "9", "C32044.1"),
    ("C26732.1", "163", "D755.1"),
];

/// Who took over a part: predecessor, successor, clause, portion, of the area, of the people.
const PARTS: [(&str, &str, &str, &str, &str, &str); 10] = [
    ("C32048.1", "C32044.2", "9", "rest", "rest", "rest"),
    ("C32053.1", "C32044.2", "9", "part", "part", "part"),
    ("C32053.1", "C32062.2", "10", "part", "part", "part"),
    ("C32053.1", "C32059.2", "11", "rest", "rest", "rest"),
    ("C09013.1", "C09817.2", "107", "part", "part", "none"),
    ("C09013.1", "C08980.2", "119", "part", "part", "none"),
    ("C09013.1", "C08995.2", "120", "rest", "rest", "rest"),
    ("C18796.1", "C18823.2", "62", "part", "whole", "none"),
    ("C18796.1", "C18754.2", "63", "part", "none", "part"),
    ("C18796.1", "C18832.2", "64", "rest", "none", "rest"),
];

/// The day of the reform.
const ON: &str = "2025-07-01";

fn code(uid: &str) -> &str {
    uid[1..].split('.').next().unwrap_or_default()
}

fn level(uid: &str) -> &'static str {
    match uid.as_bytes().first() {
        Some(b'P') => "province",
        Some(b'D') => "district",
        _ => "commune",
    }
}

fn head(kind: &str) -> &'static str {
    match kind {
        "province" => "Tỉnh",
        "municipality" | "city" => "Thành phố",
        "town" => "Thị xã",
        "rural_district" => "Huyện",
        "ward" => "Phường",
        "township" => "Thị trấn",
        "special_zone" => "Đặc khu",
        _ => "Xã",
    }
}

/// The file of versions.
pub fn versions() -> String {
    let mut text =
        "uid,level,code,alt_code,kind,name,full_name,parent_uid,valid_from,valid_to,basis_from,basis_to\n".to_owned();
    let mut add = |(uid, kind, name, parent, document): (&str, &str, &str, &str, &str), ended: bool| {
        let days = if ended { format!(",{ON},,{document}") } else { format!("{ON},,{document},") };
        let (level, code, head) = (level(uid), code(uid), head(kind));
        let _ = writeln!(text, "{uid},{level},{code},,{kind},{name},{head} {name},{parent},{days}");
    };
    for row in ENDED {
        add(row, true);
    }
    for row in BEGUN {
        add(row, false);
    }
    text + OTHERS
}

/// The same as of the end of 2024, as an older file knew it: nothing of 2025, and every end still open.
pub fn versions_of_2024() -> String {
    let open = |line: &str| {
        let mut cells: Vec<&str> = line.split(',').collect();
        if cells[9] > "2024-12-31" && cells[9] != "valid_to" {
            (cells[9], cells[11]) = ("", "");
        }
        (cells[8] < "2025" || cells[8] == "valid_from").then(|| cells.join(",") + "\n")
    };
    versions().lines().filter_map(open).collect()
}

/// The file of successions.
pub fn successions() -> String {
    let mut text =
        "effective_date,level,predecessor_uid,predecessor_code,successor_uid,successor_code,relation,portion,\
                    area_portion,population_portion,code_inherited,legal_basis,clause,evidence\n"
            .to_owned();
    let document = |successor: &str| BEGUN.into_iter().find(|row| row.0 == successor).map_or(PROVINCES, |row| row.4);
    let mut add = |from: &str, to: &str, clause: &str, [portion, area, people]: [&str; 3]| {
        let relation = if level(from) == level(to) { "merge" } else { "convert" };
        let inherited = u8::from(code(from) == code(to));
        let (level, law) = (level(from), document(to));
        let (from_code, to_code) = (code(from), code(to));
        let _ = writeln!(
            text,
            "{ON},{level},{from},{from_code},{to},{to_code},{relation},{portion},{area},{people},{inherited},{law},{clause},law"
        );
    };
    for (to, clause, from) in WHOLE {
        for from in from.split(' ') {
            add(from, to, clause, ["whole"; 3]);
        }
    }
    for (from, to, clause, portion, area, people) in PARTS {
        add(from, to, clause, [portion, area, people]);
    }
    text
}
