//! A sheet like Châu Hưng's for tests of the templates: every kind of row once.

use super::{
    parts::{EvidenceList, OutcomeView, TagView},
    sheet::*,
};
use crate::web::{
    lang::Lang,
    layout::{Bar, Place, Shell, Tone},
};

impl RowView {
    /// A row of one kind.
    pub(crate) fn sample(lang: Lang, number: u16, answer: AnswerView, outcome: OutcomeView) -> Self {
        let id = format!("c{number:02}");
        let points = match outcome {
            OutcomeView::Met => Some("3,0".to_owned()),
            OutcomeView::Unmet => Some("0,0".to_owned()),
            OutcomeView::NoData | OutcomeView::NotApplicable => None,
        };
        Self {
            lang,
            dossier: "d1".to_owned(),
            number,
            text: "Đảng ủy có nghị quyết, UBND có kế hoạch năm xây dựng “Thị trấn điển hình về TDBVANTQ”".to_owned(),
            tags: vec![
                TagView { tone: Tone::Info, text: "Bắt buộc".to_owned(), href: String::new() },
                TagView {
                    tone: Tone::Plain,
                    text: "Nội dung minh họa".to_owned(),
                    href: "/programmes/x#c01".to_owned(),
                },
            ],
            answer,
            editable: true,
            outcome,
            has_points: true,
            points,
            max: Some("3,0".to_owned()),
            rule: "Đạt khi có nghị quyết và kế hoạch trong năm.".to_owned(),
            guidance: "Minh chứng thường dùng: nghị quyết, kế hoạch.".to_owned(),
            explanation: "Đơn vị chấm “đạt”: 3,0 điểm.".to_owned(),
            source: "Thông tư 124/2021/TT-BCA, Điều 6".to_owned(),
            note: String::new(),
            revision: 3,
            saved: if outcome == OutcomeView::NoData { String::new() } else { "Đã lưu 14:32".to_owned() },
            lacks: if outcome == OutcomeView::NoData { vec!["Chưa chấm".to_owned()] } else { Vec::new() },
            evidence_missing: outcome == OutcomeView::NoData,
            evidence: EvidenceList::sample(lang, &id, if outcome == OutcomeView::NoData { 0 } else { 2 }),
            returned: None,
            appraised: None,
            plan: None,
            plan_editable: false,
            open: false,
            id,
        }
    }

    /// Not met, with the form for its plan.
    pub(crate) fn sample_unmet(lang: Lang, number: u16) -> Self {
        let causes = [("funding", "Kinh phí", true), ("land", "Đất đai", false)];
        Self {
            text: "Trụ sở làm việc của Công an xã, phường, thị trấn độc lập".to_owned(),
            plan: Some(PlanView {
                needed: true,
                written: true,
                causes: causes.map(|(code, text, chosen)| CauseView { code, text: text.to_owned(), chosen }).to_vec(),
                action: "Đề nghị huyện bố trí đất và vốn xây trụ sở".to_owned(),
                owner: "UBND thị trấn".to_owned(),
                due_on: "30/06/2024".to_owned(),
                seen: "0f2b5c".to_owned(),
            }),
            plan_editable: true,
            open: true,
            note: "Đang dùng chung trụ sở với UBND thị trấn.".to_owned(),
            ..Self::sample(lang, number, AnswerView::Judgement { met: Some(false) }, OutcomeView::Unmet)
        }
    }

    /// Came back with a reason.
    pub(crate) fn sample_returned(lang: Lang, number: u16) -> Self {
        Self {
            returned: Some(ReturnedView {
                reason: "Biên bản họp chưa có chữ ký của Trưởng khóm.".to_owned(),
                reply: String::new(),
            }),
            ..Self::sample(lang, number, AnswerView::Judgement { met: Some(true) }, OutcomeView::Met)
        }
    }
}

fn count(key: &str, label: &str, value: &str) -> CountInput {
    CountInput { key: key.to_owned(), label: label.to_owned(), value: value.to_owned(), error: String::new() }
}

fn rows(lang: Lang) -> Vec<RowView> {
    let ratio = AnswerView::Counts {
        inputs: vec![count("c13.settled", "Số vụ hòa giải thành", "18"), count("c13.total", "Tổng số vụ", "25")],
        computed: "18/25 · 72,0%".to_owned(),
    };
    let derived = AnswerView::Derived {
        values: vec![
            count("c20.recognised", "Số khóm, ấp được công nhận", "7"),
            count("c20.total", "Tổng số khóm, ấp", "8"),
        ],
        source: "Lấy từ kết quả công nhận khu dân cư năm 2023".to_owned(),
        computed: "7/8 · 87,5%".to_owned(),
    };
    let wrong = AnswerView::Counts {
        inputs: vec![CountInput {
            error: "Nhập số nguyên, ví dụ 1.842.".to_owned(),
            ..count("c14", "Số vụ phức tạp", "một")
        }],
        computed: String::new(),
    };
    vec![
        RowView::sample(lang, 1, AnswerView::Judgement { met: Some(true) }, OutcomeView::Met),
        RowView::sample_unmet(lang, 2),
        RowView::sample(lang, 3, AnswerView::Judgement { met: None }, OutcomeView::NoData),
        RowView::sample(lang, 13, ratio, OutcomeView::Met),
        RowView::sample(lang, 14, wrong, OutcomeView::NoData),
        RowView::sample(lang, 20, derived, OutcomeView::Met),
        RowView::sample_returned(lang, 21),
    ]
}

impl SheetPage {
    /// A sheet of 34 criteria, seven of them shown.
    pub(crate) fn sample(lang: Lang) -> Self {
        let filters = [("all", "Tất cả", 34, true), ("todo", "Chưa chấm", 3, false), ("unmet", "Chưa đạt", 2, false)];
        let steps = ["Đăng ký", "Tự chấm điểm", "Thẩm định", "Bình xét", "Quyết định công nhận"];
        let progress = [Progress::Done, Progress::Now, Progress::Ahead, Progress::Ahead, Progress::Ahead];
        let points = (Some("87,5".to_owned()), Some("100".to_owned()));
        Self {
            shell: Shell::sample(lang, "Phiếu tự chấm điểm năm 2023", Some(Place::Work)),
            id: "d1".to_owned(),
            heading: "Phiếu tự chấm điểm năm 2023".to_owned(),
            unit: "Thị trấn Châu Hưng".to_owned(),
            unit_href: "/units/u1".to_owned(),
            place: "huyện Vĩnh Lợi, tỉnh Bạc Liêu".to_owned(),
            set_line: "34 tiêu chí, phiên bản 1".to_owned(),
            programme_href: "/programmes/exemplary-commune-34".to_owned(),
            answer_heading: "Tự chấm 2023".to_owned(),
            saved: "Đã lưu 14:32".to_owned(),
            due: Some(DueView { text: "Hạn nộp 30/11/2023 · còn 6 ngày".to_owned(), late: false }),
            steps: steps
                .into_iter()
                .zip(progress)
                .map(|(text, progress)| StepView { text: text.to_owned(), progress })
                .collect(),
            notice: None,
            appeal: Some(
                ["Đơn vị kiến nghị ngày 01/12/2023.", "/appeals/d1", "Xem kiến nghị"].map(str::to_owned).into(),
            ),
            locked: None,
            editable: true,
            progress: ProgressView {
                lang,
                answered: 31,
                of: 34,
                met: 29,
                points: points.0.clone(),
                max: points.1.clone(),
                bar: Bar::of(34, &[("ok", 29), ("no", 2)]),
            },
            chips: ChipsView {
                lang,
                filters: filters
                    .map(|(show, text, count, current)| FilterView {
                        href: format!("/dossiers/d1?show={show}"),
                        text: text.to_owned(),
                        count,
                        current,
                    })
                    .to_vec(),
            },
            groups: vec![GroupView {
                id: "g1".to_owned(),
                numeral: "I".to_owned(),
                title: "Lãnh đạo, chỉ đạo và hệ thống chính trị".to_owned(),
                facts: GroupFacts {
                    lang,
                    answered: 5,
                    of: 7,
                    points: Some("16,0".to_owned()),
                    max: Some("18,0".to_owned()),
                },
                rows: rows(lang),
            }],
            side: SideView::sample(lang),
            submit: SubmitView::sample(lang),
            colophon: "Tên tiêu chí dựa trên bài báo; phần còn lại là minh họa.".to_owned(),
        }
    }
}

impl SideView {
    /// Thirty-one of thirty-four answered.
    pub(crate) fn sample(lang: Lang) -> Self {
        let item =
            |number: u16, text: &str| MissingItem { href: format!("#c{number:02}"), number, text: text.to_owned() };
        Self {
            lang,
            points: Some("87,5".to_owned()),
            max: Some("100".to_owned()),
            bar: Bar::of(100, &[("brand", 87), ("soft", 8)]).with_mark(90, 100),
            reach: "Còn 8 điểm chưa chấm; cao nhất đạt 95,5.".to_owned(),
            result: "Cần ít nhất 30 tiêu chí đạt; hiện có 29.".to_owned(),
            of: 34,
            met: 29,
            unmet: 2,
            no_data: 3,
            missing: vec![
                MissingGroup {
                    title: "Chưa chấm".to_owned(), items: vec![item(3, "Tỷ lệ hòa giải thành mâu thuẫn…")]
                },
                MissingGroup {
                    title: "Thiếu minh chứng".to_owned(),
                    items: vec![item(14, "Tai nạn giao thông giảm…")],
                },
            ],
            groups: vec![GroupShare {
                id: "g1".to_owned(),
                numeral: "I".to_owned(),
                title: "Lãnh đạo, chỉ đạo và hệ thống chính trị".to_owned(),
                answered: 5,
                of: 7,
                bar: Bar::of(7, &[("brand", 5)]),
            }],
        }
    }
}

impl SubmitView {
    /// Blocked by two things.
    fn sample(lang: Lang) -> Self {
        Self {
            lang,
            id: "d1".to_owned(),
            blocked_lead: "Chưa nộp được:".to_owned(),
            blocked: vec![
                BlockedPart { href: "#c03".to_owned(), text: "còn 3 tiêu chí chưa chấm".to_owned() },
                BlockedPart { href: "#c14".to_owned(), text: "3 thiếu minh chứng".to_owned() },
            ],
            ready: String::new(),
            next: Some("#c03".to_owned()),
            actions: vec![ActionView {
                url: "/dossiers/d1/present".to_owned(),
                text: "Trình lãnh đạo ký nộp".to_owned(),
                primary: true,
                blocked: true,
            }],
        }
    }
}
