//! Sample values of the pages here, for the tests of all pages.

use super::views::{
    CapacityView, CertificateLink, DecideForm, DecidedView, DecisionLine, DecisionPage, DraftFields, Mistake,
    RegisterPage, RuledView, RulingFacts, RulingForm, TitleChoice, WaitingView,
};
use crate::web::{
    lang::Lang,
    layout::{Choice, FormError, Place, Shell, Tone},
};

fn s(text: &str) -> String {
    text.to_owned()
}

fn draft_fields() -> DraftFields {
    let capacity = |code, text: &str, chosen| CapacityView { code, text: s(text), chosen };
    DraftFields {
        number_preview: s("05/QĐ-UBND"),
        issuer: s("ỦY BAN NHÂN DÂN TỈNH BẠC LIÊU"),
        place: s("Bạc Liêu"),
        signed_on: s("24/11/2023"),
        capacities: vec![capacity("TM.", "TM. (thay mặt tập thể)", true), capacity("KT.", "KT. (ký thay)", false)],
        signatory: s("CHỦ TỊCH"),
        legal_bases: s("Căn cứ Thông tư số 124/2021/TT-BCA"),
        asks_code: true,
    }
}

/// A ruling on a title, also of the public pages.
pub(crate) fn ruled() -> RuledView {
    RuledView {
        href: s("/recognition/q2"),
        decision: s("06/QĐ-UBND, 01/03/2024"),
        measure: s("Thu hồi"),
        effective_on: s("01/03/2024"),
        reason: s("Số liệu kê khai không đúng thực tế."),
    }
}

fn measure(value: &str, text: &str, chosen: bool) -> Choice {
    Choice { value: s(value), text: s(text), chosen }
}

impl RegisterPage {
    pub(crate) fn sample(lang: Lang) -> Self {
        let waiting = |dossier: &str, unit: &str, may_recognise: bool| WaitingView {
            dossier: s(dossier),
            unit: s(unit),
            place: s("huyện Vĩnh Lợi"),
            href: s("/dossiers/d1"),
            result: s("32/34 đạt · 96,0 điểm"),
            rules: s(if may_recognise { "Đủ điều kiện" } else { "Chưa đủ điều kiện" }),
            tone: if may_recognise { Tone::Ok } else { Tone::No },
            council: s("Hội đồng thông qua"),
            council_tone: Tone::Ok,
            council_href: s("/committees/meetings/m1"),
            may_recognise,
            may_refuse: !may_recognise,
            chosen: "later",
        };
        let errors = vec![FormError { href: s("#signatory-1"), text: s("Nhập chức vụ người ký.") }];
        Self {
            shell: Shell {
                role: "council_secretary",
                errors,
                ..Shell::sample(lang, "Công nhận", Some(Place::Recognition))
            },
            forms: vec![DecideForm {
                cycle: s("c1"),
                issuer_unit: s("u9"),
                title: s("Thị trấn điển hình 2023 · Tỉnh Bạc Liêu"),
                waiting: vec![waiting("d1", "Thị trấn Châu Hưng", true), waiting("d2", "Xã Vĩnh Trạch", false)],
                has_council: true,
                draft: draft_fields(),
                mistake: Mistake { field: "signatory", text: s("Nhập chức vụ người ký.") },
            }],
            nothing_waits: String::new(),
            decisions: vec![DecisionLine {
                href: s("/recognition/q1"),
                notation: s("04/QĐ-UBND"),
                issuer: s("ỦY BAN NHÂN DÂN TỈNH BẠC LIÊU"),
                signed_on: s("20/11/2023"),
                programme: s("Khu dân cư 2023"),
                outcome: s("7 công nhận, 1 không công nhận"),
                signatory: s("TM. ỦY BAN NHÂN DÂN, CHỦ TỊCH"),
            }],
        }
    }
}

impl DecisionPage {
    pub(crate) fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample(lang, "Quyết định 05/QĐ-UBND", Some(Place::Recognition)),
            id: s("q1"),
            heading: s("Quyết định 05/QĐ-UBND"),
            programme: s("Thị trấn điển hình về TDBVANTQ 2023"),
            issuer: s("ỦY BAN NHÂN DÂN TỈNH BẠC LIÊU"),
            signed_on: s("24/11/2023"),
            signatory: s("TM. ỦY BAN NHÂN DÂN, CHỦ TỊCH"),
            ruling: None,
            legal_bases: vec![s("Căn cứ Thông tư số 124/2021/TT-BCA"), s("Căn cứ Tờ trình số 12/TTr-CAT")],
            items: vec![DecidedView {
                unit: s("Thị trấn Châu Hưng"),
                place: s("huyện Vĩnh Lợi"),
                href: s("/dossiers/d1"),
                outcome: s("Công nhận"),
                tone: Tone::Ok,
                result: s("32/34 đạt · 96,0 điểm"),
                certificate: Some(CertificateLink {
                    code: s("7KQ2-M9XA-4TBC-5"),
                    pdf_href: s("/recognition/certificates/7KQ2-M9XA-4TBC-5.pdf"),
                    portal_href: s("/portal/certificates/7KQ2-M9XA-4TBC-5"),
                }),
                status: Some((s("Đã thu hồi"), Tone::No)),
                beside: vec![(s("Thay kết quả tại"), s("/recognition/q0"), s("03/QĐ-UBND, 10/11/2023"))],
                rulings: vec![ruled()],
            }],
            nobody: false,
            form: Some(RulingForm {
                titles: vec![TitleChoice {
                    certificate: s("g1"),
                    unit: s("Thị trấn Châu Hưng"),
                    place: s("huyện Vĩnh Lợi"),
                    status: s("Đã thu hồi"),
                    chosen: true,
                }],
                measures: vec![measure("suspend", "Tạm đình chỉ", false), measure("revoke", "Thu hồi", true)],
                effective_on: s("01/03/2024"),
                reason: s("Số liệu kê khai không đúng thực tế."),
                draft: draft_fields(),
                mistake: Mistake { field: "measure", text: s("Danh hiệu đã thu hồi.") },
            }),
        }
    }

    /// A decision that rules on titles whose body is no more.
    pub(crate) fn sample_ruling(lang: Lang) -> Self {
        let ruling = RulingFacts {
            on: (s("/recognition/q0"), s("04/QĐ-UBND, 20/11/2023")),
            measure: s("Thu hồi"),
            effective_on: s("01/03/2024"),
            reason: s("Số liệu kê khai không đúng thực tế."),
        };
        Self { ruling: Some(ruling), form: None, nobody: true, ..Self::sample(lang) }
    }
}
