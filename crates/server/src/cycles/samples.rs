//! The page that opens a cycle and the list of its dossiers, filled the way their handlers fill them; for tests of the
//! templates only.

use super::views::{ListLine, ListPage, OpenPage, ProposedView};
use crate::web::{
    lang::Lang,
    layout::{Choice, Place, Shell, Tone},
};

impl OpenPage {
    pub(crate) fn sample(lang: Lang) -> Self {
        let choice =
            |value: &str, text: &str, chosen| Choice { value: value.to_owned(), text: text.to_owned(), chosen };
        Self {
            shell: Shell::sample(lang, "Mở kỳ mới", Some(Place::Overview)),
            sets: vec![choice("exemplary-commune-34", "Xã, phường, thị trấn điển hình", true)],
            years: vec![choice("2023", "2023", false), choice("2024", "2024", true)],
            error: "Bộ tiêu chí này đã có kỳ năm 2024.".to_owned(),
            proposed: Some(ProposedView {
                title: "Xã điển hình 2024".to_owned(),
                set: "exemplary-commune-34".to_owned(),
                version: "1".to_owned(),
                year: "2024".to_owned(),
                assessed: "16/11/2023 – 15/11/2024".to_owned(),
                registration_until: "31/01/2024".to_owned(),
                due_on: "20/11/2024".to_owned(),
                kinds: "Phường, Xã, Thị trấn".to_owned(),
                units: "64".to_owned(),
            }),
        }
    }
}

impl ListPage {
    pub(crate) fn sample(lang: Lang) -> Self {
        let choice =
            |value: &str, text: &str, chosen| Choice { value: value.to_owned(), text: text.to_owned(), chosen };
        let line = |name: &str, submitted: &str, state: &str, tone| ListLine {
            href: "/units/u1".to_owned(),
            name: name.to_owned(),
            place: "phường 1".to_owned(),
            kind: "Khu dân cư".to_owned(),
            submitted: submitted.to_owned(),
            state: state.to_owned(),
            tone,
        };
        Self {
            shell: Shell::sample(lang, "Hồ sơ khu dân cư 2023", Some(Place::Overview)),
            action: "/cycles/c1/dossiers".to_owned(),
            overview_href: "/cycles/c1".to_owned(),
            summary: "2.650 hồ sơ, tỉnh Bạc Liêu".to_owned(),
            states: vec![choice("", "Tất cả", true), choice("submitted", "Đã nộp", false)],
            areas: vec![choice("u2", "Tỉnh Bạc Liêu", true), choice("u3", "Phường 1", false)],
            sorts: vec![choice("name", "Theo tên", true), choice("submitted", "Mới nộp trước", false)],
            lines: vec![
                line("Khóm 1", "16/11/2023", "Đã nộp", Tone::Info),
                line("Khóm 2", "", "Chưa đăng ký", Tone::Plain),
            ],
            first_href: "/cycles/c1/dossiers?area=u2".to_owned(),
            next_href: "/cycles/c1/dossiers?area=u2&after=d1".to_owned(),
        }
    }
}
