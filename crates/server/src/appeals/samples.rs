//! Sample values of the page here, for the tests of all pages.

use super::views::{AnswerForm, AppealView, AppealsPage, FileForm, GroundField, GroundView};
use crate::web::{
    lang::Lang,
    layout::{FormError, Place, Shell, Tone},
};

fn s(text: &str) -> String {
    text.to_owned()
}

fn decision() -> (String, String) {
    (s("/recognition/q1"), s("05/QĐ-UBND, 24/11/2023"))
}

fn unmet() -> (String, Tone) {
    (s("Chưa đạt"), Tone::No)
}

fn appeal(state: &str, tone: Tone, form: Option<AnswerForm>) -> AppealView {
    AppealView {
        filed_on: s("01/12/2023"),
        decision: decision(),
        state: (s(state), tone),
        when: s("Trả lời chậm nhất ngày 31/12/2023"),
        grounds: vec![GroundView {
            number: 3,
            text: s("Không để xảy ra trọng án"),
            judged: unmet(),
            href: if form.is_some() { s("/dossiers/d1/appraisal?show=all#c03") } else { String::new() },
            ground: s("Biên bản ghi nhầm đơn vị."),
        }],
        answer: String::new(),
        may_withdraw: form.is_none(),
        form,
    }
}

impl AppealsPage {
    /// To the unit's leader, with a ground that has to be put right.
    pub(crate) fn sample(lang: Lang) -> Self {
        let field = |criterion: &str, number, is_wrong| GroundField {
            criterion: s(criterion),
            number,
            text: s("Không để xảy ra trọng án"),
            judged: unmet(),
            typed: s("Biên bản ghi nhầm đơn vị."),
            is_wrong,
        };
        let errors = vec![FormError { href: s("#ground-c03"), text: s("Lý do quá dài.") }];
        Self {
            shell: Shell { role: "unit_leader", errors, ..Shell::sample(lang, "Kiến nghị", Some(Place::Work)) },
            dossier: s("d1"),
            unit: s("Xã Vĩnh Trạch"),
            place: s("huyện Vĩnh Lợi"),
            programme: s("Thị trấn điển hình 2023"),
            decision: Some(decision()),
            state: (s("Không công nhận"), Tone::No),
            nothing: String::new(),
            file: Some(FileForm {
                until: s("22/02/2024"),
                unmet: vec![field("c03", 3, true)],
                others: vec![field("c04", 4, false)],
                is_open: true,
                mistake: s("Lý do quá dài."),
            }),
            appeals: vec![appeal("Đơn vị đã rút", Tone::Plain, None)],
        }
    }

    /// To whoever answers, with an answer that has to be put right.
    pub(crate) fn sample_answer(lang: Lang) -> Self {
        let form = AnswerForm { typed: String::new(), mistake: s("Nêu nội dung trả lời.") };
        let errors = vec![FormError { href: s("#answer"), text: s("Nêu nội dung trả lời.") }];
        Self {
            shell: Shell {
                role: "council_secretary", errors, ..Shell::sample(lang, "Kiến nghị", Some(Place::Work))
            },
            nothing: s("Đã hết hạn kiến nghị."),
            file: None,
            appeals: vec![appeal("Chờ trả lời", Tone::Wait, Some(form))],
            ..Self::sample(lang)
        }
    }
}
