//! The pages of the programmes, filled the way handlers fill them; for tests of the templates only.

use super::views::{
    ChangeView, CriteriaGroup, CriterionView, ParameterView, ProgrammePage, ProgrammesPage, SetLine, VersionChoice,
    WhatIfPage, WhatIfResult,
};
use crate::{
    dossiers::views::parts::TagView,
    web::{
        lang::Lang,
        layout::{Place, Shell, Tone},
    },
};

fn s(text: &str) -> String {
    text.to_owned()
}

fn mark() -> TagView {
    TagView { tone: Tone::Plain, text: s("Nội dung minh họa"), href: String::new() }
}

impl ProgrammesPage {
    pub(crate) fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample(lang, "Chương trình", Some(Place::Programmes)),
            sets: vec![SetLine {
                href: s("/programmes/exemplary-commune-34"),
                title: s("Xã, phường, thị trấn điển hình về TDBVANTQ"),
                facts: s("34 tiêu chí, 6 nhóm · phiên bản 1"),
                mark: mark(),
            }],
        }
    }
}

impl ProgrammePage {
    pub(crate) fn sample(lang: Lang) -> Self {
        let criterion = |number: u16| CriterionView {
            id: format!("c{number:02}"),
            number,
            text: s("Tỷ lệ hòa giải thành mâu thuẫn trong nhân dân từ 80%"),
            tags: vec![mark()],
            rule: s("Số vụ hòa giải thành chia tổng số vụ, ít nhất 80/100."),
            guidance: s("Tính trong kỳ đánh giá."),
            evidence: s("Sổ theo dõi hòa giải"),
            owner: s("Công chức tư pháp - hộ tịch"),
            carry_over: s("Cộng số liệu của các đơn vị cũ."),
            points: s("3,0"),
            source: s("Luật Hòa giải ở cơ sở 2013"),
        };
        let pair = |label: &str, text: &str| (s(label), s(text));
        Self {
            shell: Shell::sample(lang, "Xã, phường, thị trấn điển hình", Some(Place::Programmes)),
            title: s("Xã, phường, thị trấn điển hình về TDBVANTQ"),
            facts: s("34 tiêu chí, 6 nhóm · phiên bản 1"),
            notice: Some(s("Phần lớn nội dung là minh họa.")),
            legal_bases: vec![s("Thông tư 124/2021/TT-BCA")],
            calendar: vec![pair("Kỳ đánh giá", "16/11/2022 – 15/11/2023"), pair("Hạn nộp", "30/11/2023")],
            classes: vec![pair("Điển hình", "Ít nhất 30/34 tiêu chí đạt, không vi phạm tiêu chí loại trực tiếp")],
            council: vec![pair("Hình thức", "bỏ phiếu kín")],
            groups: vec![CriteriaGroup {
                id: s("g1"),
                title: s("I. Lãnh đạo"),
                facts: s("6 tiêu chí, 18 điểm"),
                criteria: vec![criterion(1), criterion(2)],
            }],
            what_if_href: s("/programmes/x/what-if"),
        }
    }
}

impl WhatIfPage {
    pub(crate) fn sample(lang: Lang) -> Self {
        let change = |unit: &str| ChangeView {
            unit: s(unit),
            place: s("huyện Vĩnh Lợi"),
            href: s("/dossiers/d1"),
            text: s("Đủ điều kiện → Chưa đủ điều kiện"),
            tone: Tone::No,
        };
        Self {
            shell: Shell::sample(lang, "Nếu đổi một ngưỡng", Some(Place::Programmes)),
            title: s("Nếu đổi một ngưỡng"),
            about: s("Xã điển hình 2023"),
            programme_href: s("/programmes/x"),
            cycle: s("c1"),
            parameters: vec![ParameterView { key: s("c19.at_least"), text: s("19. Khóm, ấp"), chosen: true }],
            versions: vec![VersionChoice { version: s("2"), valid_from: s("01/01/2027"), chosen: false }],
            value: s("tám mươi"),
            error: s("Nhập tỷ lệ."),
            result: Some(WhatIfResult {
                sentence: s("Trong 46 hồ sơ đã nộp, số đủ điều kiện từ 38 thành 37."),
                note: s("Phiên bản này cần thêm 2 số liệu mà kỳ này chưa có."),
                titles_heading: s("Thay đổi kết quả: 1 đơn vị"),
                titles: vec![change("Xã Vĩnh Trạch")],
                criteria_heading: Some(s("Thay đổi ở tiêu chí 19: 0 đơn vị")),
                criteria: Vec::new(),
            }),
        }
    }
}
