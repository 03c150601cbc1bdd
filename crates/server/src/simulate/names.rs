//! Names that sound like names. None of them is taken from a register.

use dienhinh_domain::units::UnitKind;

const FIRST: [&str; 24] = [
    "An", "Bình", "Châu", "Diên", "Đông", "Gia", "Hòa", "Hưng", "Khánh", "Long", "Minh", "Mỹ", "Nam", "Nghĩa", "Phú",
    "Phước", "Quang", "Tân", "Thanh", "Thạnh", "Thới", "Trung", "Vĩnh", "Xuân",
];

const SECOND: [&str; 26] = [
    "An", "Bắc", "Bình", "Châu", "Đại", "Điền", "Đức", "Giang", "Hải", "Hậu", "Hiệp", "Hội", "Khê", "Lạc", "Lâm",
    "Lộc", "Lợi", "Mai", "Nguyên", "Phong", "Phú", "Sơn", "Thịnh", "Thọ", "Tiến", "Yên",
];

const COMPANIES: [&str; 5] =
    ["Công ty TNHH", "Công ty cổ phần", "Doanh nghiệp tư nhân", "Hợp tác xã", "Công ty TNHH Thương mại"];
const AGENCIES: [&str; 5] = ["Trạm Y tế", "Hội Nông dân", "Hội Phụ nữ", "Bưu điện", "Hạt Kiểm lâm"];
const SCHOOLS: [&str; 3] = ["Trường THCS", "Trường THPT", "Trường Trung cấp"];

fn of<'a>(choices: &[&'a str], chance: u64) -> &'a str {
    let length = u64::try_from(choices.len()).unwrap_or(1);
    choices[usize::try_from(chance % length).unwrap_or_default()]
}

/// `Vĩnh Lợi`: two syllables, of which no chance gives the same twice in a row.
fn proper(chance: u64) -> String {
    format!("{} {}", of(&FIRST, chance), of(&SECOND, chance >> 16))
}

/// The name of a unit; `number` is its place among its neighbours, from 1.
pub(super) fn name(kind: UnitKind, number: u32, chance: u64) -> String {
    match kind {
        UnitKind::Country => "Cả nước (mô phỏng)".to_owned(),
        UnitKind::ResidentialArea => match chance >> 40 & 3 {
            0 => format!("Ấp {}", proper(chance)),
            1 => format!("Khu phố {number}"),
            2 => format!("Tổ dân phố {number}"),
            _ => format!("Thôn {} {}", of(&SECOND, chance), number),
        },
        UnitKind::Agency => format!("{} {}", of(&AGENCIES, chance >> 40), proper(chance)),
        UnitKind::Enterprise => format!("{} {} {number}", of(&COMPANIES, chance >> 40), proper(chance)),
        UnitKind::School => format!("{} {}", of(&SCHOOLS, chance >> 40), proper(chance)),
        kind => format!("{} {}", kind.head().unwrap_or_default(), proper(chance)),
    }
}
