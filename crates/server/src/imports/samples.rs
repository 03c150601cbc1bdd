//! The pages of imports with something in every part, for the tests of pages.

use super::views::{CellView, CheckPage, ColumnView, ColumnsPage, CycleChoice, DoneLine, Group, ImportsPage};
use crate::web::{
    lang::Lang,
    layout::{Choice, Place, Shell},
};

fn s(text: &str) -> String {
    text.to_owned()
}

fn choice(value: &str, text: &str, chosen: bool) -> Choice {
    Choice { value: s(value), text: s(text), chosen }
}

impl ImportsPage {
    pub(crate) fn sample(lang: Lang) -> Self {
        let done = |undone: &str| DoneLine {
            file: s("ket-qua-khom.xlsx"),
            about: s("7 hàng, lúc 14:30 24/11/2023"),
            undone: s(undone),
            undo_action: s("/imports/1/undo"),
        };
        Self {
            shell: Shell::sample(lang, "Nhập số liệu từ Excel", Some(Place::Work)),
            cycles: vec![CycleChoice {
                id: s("c1"),
                text: s("Khu dân cư an toàn về an ninh, trật tự 2023"),
                units: s("7 đơn vị"),
            }],
            max_mb: 5,
            done: vec![done(""), done("hoàn tác lúc 15:00 24/11/2023")],
        }
    }
}

impl ColumnsPage {
    pub(crate) fn sample(lang: Lang) -> Self {
        let groups =
            vec![(s("Đơn vị nào"), vec![choice("unit", "Đơn vị", true), choice("within", "Trực thuộc", false)])];
        let column = |field: &str, letter: &str, is_used| ColumnView {
            field: s(field),
            letter: s(letter),
            title: s("Khóm"),
            above: s("Địa bàn"),
            samples: s("Khóm 1 · Khóm 2 · Khóm 3"),
            is_used,
            groups: groups.clone(),
        };
        Self {
            shell: Shell::sample(lang, "Cột nào là số liệu nào?", Some(Place::Work)),
            about: s("ket-qua-khom.xlsx · Khu dân cư an toàn về an ninh, trật tự 2023"),
            action: s("/imports/d1"),
            trouble: s("Chưa có cột nào là “Đơn vị”."),
            table: 0,
            heading: (1, 1),
            tables: vec![choice("0", "Biểu 1", true), choice("1", "Biểu 2 (đang ẩn)", false)],
            firsts: vec![choice("1", "1: Khóm · Số hộ", true)],
            rows: vec![choice("1", "1", true), choice("2", "2", false)],
            is_remembered: true,
            columns: vec![column("c0", "A", true), column("c1", "B", false)],
            unanswered: vec![s("2. Thực hiện đầy đủ chủ trương")],
        }
    }
}

impl CheckPage {
    pub(crate) fn sample(lang: Lang) -> Self {
        let cell = |expected: &str| CellView {
            place: s("Biểu 1, ô B5"),
            what: s("“12 hộ rưỡi” không đọc được"),
            expected: s(expected),
        };
        let group = || Group {
            title: s("1. Số hộ đã đăng ký tham gia"),
            cells: vec![cell("Cần: số đếm."), cell("")],
            more: s("… và 3 chỗ nữa."),
        };
        Self {
            shell: Shell::sample(lang, "Kiểm tra trước khi ghi", Some(Place::Work)),
            file: s("ket-qua-khom.xlsx"),
            action: s("/imports/d1"),
            counts: vec![(s("Hàng sẽ ghi"), s("5")), (s("Hàng có lỗi"), s("2"))],
            sentence: s("Có hàng lỗi."),
            button: s("Chỉ ghi 5 hàng đúng"),
            only_sound: true,
            checked: s("0123456789abcdef"),
            skipped_all: 3,
            has_rejected: true,
            problems: vec![group()],
            warnings: vec![group()],
            letters: vec![(s("Ph\u{ad}êng 1"), s("Phường 1"))],
            skipped: vec![(s("Biểu 1, hàng 9"), s("Cộng · 120"), s("hàng tổng cộng"))],
            skipped_more: s("… và 2 chỗ nữa."),
        }
    }
}
