//! The page that opens a cycle, filled the way its handler fills it; for tests of the templates only.

use super::views::{Choice, OpenPage, ProposedView};
use crate::web::{
    lang::Lang,
    layout::{Place, Shell},
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
