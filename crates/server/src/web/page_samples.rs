//! One page of every kind, filled the way handlers fill them; for tests of the templates only.

use super::{
    lang::Lang,
    layout::{Bar, Place, Shell, Tone},
    trouble::{BareTroublePage, NextStep, TroublePage},
};
use crate::{
    audit::views as audit,
    cycles::views as overview,
    dossiers::views::{
        appraisal::{AppraisalEnd, AppraisalPage, AppraisalRow, AppraisalTotals, ChoiceView, LetterLine},
        parts::{EvidenceList, OutcomeView, TagView},
        print::{PrintGroup, PrintPage, PrintRow},
        sheet::{ActionView, ChipsView, FilterView, SubmitView},
        work::{WorkGroup, WorkItem, WorkPage},
    },
    plans::views::{PlanLine, PlansPage},
    portal::views::{CertificatePage, PortalPage, PortalShell, TitleView, UnknownCodePage},
    recognition::samples::ruled,
};

fn s(text: &str) -> String {
    text.to_owned()
}

fn mark(text: &str) -> TagView {
    TagView { tone: Tone::Plain, text: s(text), href: String::new() }
}

impl WorkPage {
    pub(crate) fn sample(lang: Lang) -> Self {
        let item = |title: &str, why: &str, tone| WorkItem {
            title: s(title),
            programme: s("Thị trấn điển hình về TDBVANTQ 2023"),
            due: s("Hạn 30/11/2023, còn 6 ngày"),
            why: s(why),
            tone,
            progress: s("31/34 đã chấm"),
            bar: Some(Bar::of(34, &[("ok", 29), ("no", 2)])),
            href: s("/dossiers/d1#c03"),
            button: s("Chấm tiếp"),
        };
        let group = |title: &str, tone, items| WorkGroup { title: s(title), tone, items };
        Self {
            shell: Shell::sample(lang, "Việc của tôi", Some(Place::Work)),
            about: s("Cán bộ nhập liệu, thị trấn Châu Hưng · hôm nay 24/11/2023"),
            may_import: true,
            groups: vec![
                group("Quá hạn", Tone::No, vec![item("Trả lời Tổ thẩm định", "bị trả: 2 tiêu chí", Tone::Diff)]),
                group("Tuần này", Tone::Wait, vec![item("Chấm điểm thị trấn Châu Hưng", "", Tone::Plain)]),
            ],
            nothing: String::new(),
        }
    }

    pub(crate) fn sample_empty(lang: Lang) -> Self {
        let nothing = s("Không còn việc nào đến hạn. Việc kế tiếp: 05/12.");
        Self { groups: Vec::new(), nothing, ..Self::sample(lang) }
    }
}

fn chips(lang: Lang) -> ChipsView {
    let filter = |text: &str, count, current| FilterView { href: s("?show=all"), text: s(text), count, current };
    ChipsView { lang, filters: vec![filter("Khác biệt và chưa xem", 5, true), filter("Tất cả", 34, false)] }
}

impl AppraisalTotals {
    pub(crate) fn sample(lang: Lang) -> Self {
        Self {
            lang,
            said: s("32/34 đạt · 96,0 điểm"),
            found: s("31/34 đạt · 93,0 điểm"),
            difference: s("−3,0 điểm"),
            unseen: 3,
            returned: 1,
            beside_a_row: false,
        }
    }
}

impl AppraisalRow {
    pub(crate) fn sample(lang: Lang, number: u16, chosen: &'static str) -> Self {
        let id = format!("c{number:02}");
        let choice = |value, text: &str| ChoiceView { value, text: s(text), chosen: value == chosen };
        let (reason, error) = match chosen {
            "return" => ("", "Nêu lý do trả lại."),
            "unmet" => ("Biên bản họp chưa có chữ ký của Trưởng khóm.", ""),
            _ => ("", ""),
        };
        Self {
            lang,
            dossier: s("d1"),
            number,
            text: s("Ban, ngành, đoàn thể ký và thực hiện chương trình phối hợp với Công an thị trấn"),
            tags: vec![mark("Nội dung minh họa")],
            said: OutcomeView::Met,
            said_facts: s("3,0 điểm"),
            note: s("Đã ký với 6 đoàn thể."),
            replied: String::new(),
            evidence: EvidenceList { removable: false, ..EvidenceList::sample(lang, &id, 2) },
            choices: vec![choice("agree", "Đồng ý"), choice("unmet", "Chưa đạt"), choice("return", "Trả lại")],
            corrections: Vec::new(),
            reason: s(reason),
            error: s(error),
            found: (chosen == "unmet").then_some(OutcomeView::Unmet),
            found_facts: s("0,0 điểm (−3,0)"),
            differs: chosen == "unmet",
            editable: true,
            seen: s("0f2b5c"),
            beside: None,
            id,
        }
    }
}

impl AppraisalPage {
    pub(crate) fn sample(lang: Lang) -> Self {
        let action =
            |url: &str, text: &str, primary, blocked| ActionView { url: s(url), text: s(text), primary, blocked };
        Self {
            shell: Shell { role: "appraiser", ..Shell::sample(lang, "Thẩm định năm 2023", Some(Place::Work)) },
            heading: s("Thẩm định năm 2023"),
            unit: s("Thị trấn Châu Hưng"),
            unit_href: s("/units/u1"),
            place: s("huyện Vĩnh Lợi, tỉnh Bạc Liêu"),
            facts: s("34 tiêu chí, phiên bản 1 · nộp 24/11/2023 · vòng 1"),
            locked: None,
            totals: AppraisalTotals::sample(lang),
            chips: chips(lang),
            rows: vec![
                AppraisalRow::sample(lang, 3, ""),
                AppraisalRow::sample(lang, 4, "unmet"),
                AppraisalRow::sample(lang, 5, "return"),
            ],
            end: AppraisalEnd {
                lang,
                beside_a_row: false,
                letter: vec![LetterLine {
                    href: s("#c05"),
                    number: 5,
                    text: s("Ban, ngành, đoàn thể ký chương trình phối hợp"),
                    reason: s("Biên bản họp chưa có chữ ký."),
                }],
                submit: SubmitView {
                    lang,
                    id: s("d1"),
                    blocked_lead: s("Chưa kết thúc được:"),
                    blocked: vec![crate::dossiers::views::sheet::BlockedPart {
                        href: s("#c03"),
                        text: s("3 tiêu chí chưa xem"),
                    }],
                    ready: String::new(),
                    next: Some(s("#c03")),
                    actions: vec![
                        action("/dossiers/d1/return", "Trả hồ sơ", false, false),
                        action("/dossiers/d1/appraise", "Kết thúc thẩm định", true, true),
                    ],
                },
            },
        }
    }
}

impl PrintPage {
    pub(crate) fn sample(lang: Lang) -> Self {
        let row = |number| PrintRow {
            number,
            text: s("Sơ kết, tổng kết phong trào đúng thời gian quy định"),
            note: s("Báo cáo số 12/BC-UBND."),
            outcomes: [Some(OutcomeView::Met), Some(OutcomeView::Unmet), None],
            points: s("3,0/3,0"),
            proofs: vec![s("bao-cao.pdf, trang 2–9"), s("anh.jpg")],
        };
        Self {
            shell: Shell::sample(lang, "Phiếu tự chấm điểm năm 2023", Some(Place::Work)),
            id: s("d1"),
            heading: s("Phiếu tự chấm điểm năm 2023"),
            unit: s("Thị trấn Châu Hưng, huyện Vĩnh Lợi, tỉnh Bạc Liêu"),
            facts: s("34 tiêu chí, phiên bản 1 · đang tự chấm"),
            has_points: true,
            groups: vec![PrintGroup { title: s("I. Lãnh đạo, chỉ đạo"), rows: vec![row(1), row(2)] }],
            total: s("32/34 tiêu chí đạt · 96,0/100 điểm"),
            colophon: s("Dữ liệu mẫu."),
        }
    }
}

fn heat(rows: &[(&str, &str, u8)]) -> overview::HeatView {
    let cell = |text: &str, level| overview::HeatCell {
        text: s(text),
        level,
        href: s("/cycles/c1?group=g1"),
        label: s("Lượt chưa đạt"),
    };
    overview::HeatView {
        corner: s("Huyện, thị xã, thành phố"),
        columns: [
            "Lãnh đạo, chỉ đạo",
            "An ninh, trật tự",
            "Phong trào, mô hình",
            "Quản lý, CCHC",
            "Lực lượng nòng cốt",
        ]
        .map(s)
        .to_vec(),
        rows: rows
            .iter()
            .map(|(name, text, level)| overview::HeatRow {
                name: s(name),
                total: cell(text, 0),
                cells: (0..5).map(|n| cell(text, (*level + n) % 5)).collect(),
            })
            .collect(),
        legend: ["dưới 5%", "5–9%", "10–19%", "20–34%", "từ 35%"].map(s),
    }
}

fn figure(title: &str, value: &str, class: &'static str) -> overview::FigureView {
    overview::FigureView {
        title: s(title),
        value: s(value),
        of: s("/64 đơn vị"),
        bar: Bar::of(64, &[(class, 51)]),
        note: s("79,7% số đơn vị"),
        href: s("/dossiers"),
    }
}

fn failed(text: &str, count: i64) -> overview::FailedView {
    overview::FailedView {
        text: s(text),
        href: s("/plans"),
        count,
        bar: Bar::of(41, &[("fail", count)]),
        plans: s("36/41 có kế hoạch khắc phục"),
    }
}

impl overview::OverviewPage {
    pub(crate) fn sample(lang: Lang) -> Self {
        use overview::{
            CycleLink, DistrictView, KindView, OverviewPage, SentencePart, StageCount, StageView, TileView,
        };
        let stages = [
            (StageView::Decided, "Đã quyết định"),
            (StageView::Appraised, "Đã thẩm định"),
            (StageView::Submitted, "Chờ thẩm định"),
            (StageView::Working, "Đang tự chấm"),
            (StageView::Late, "Quá hạn nộp"),
            (StageView::Invited, "Chưa đăng ký"),
        ];
        let tile = |(stage, text): &(StageView, &str)| TileView {
            stage: *stage,
            label: format!("Xã Vĩnh Trạch: {text}"),
            href: s("/units/u1"),
        };
        let district = |name: &str| DistrictView {
            name: s(name),
            href: s("/cycles/c1/dossiers?area=u2"),
            handed_in: s("6/9"),
            bar: (name == "Giá Rai").then(|| Bar::of(9, &[("ok", 4), ("brand", 2)])),
            tiles: stages.iter().map(tile).collect(),
        };
        let kind = |name: &str| KindView {
            name: s(name),
            registered: s("64"),
            handed_in: s("51"),
            fulfil: s("33 (51,6%)"),
            bar: Bar::of(64, &[("ok", 33)]),
        };
        let part = |text: &str, href: &str, strong| SentencePart { text: s(text), href: s(href), strong };
        let cycle = |text: &str, current| CycleLink { href: s("/cycles/c1"), text: s(text), current };
        OverviewPage {
            shell: Shell { role: "appraiser", ..Shell::sample(lang, "Toàn cảnh", Some(Place::Overview)) },
            heading: s("Toàn cảnh xã, phường, thị trấn điển hình năm 2023"),
            scope: s("64 xã, phường, thị trấn, địa giới trước 01/7/2025"),
            as_of: s("Số liệu đến 14:30 ngày 24/11/2023"),
            open_href: "/cycles/new",
            list_href: s("/cycles/c1/dossiers"),
            cycles: vec![cycle("Xã điển hình 2023", true), cycle("Khu dân cư 2023", false)],
            sentence: vec![
                part("51/64 đơn vị đã nộp phiếu", "", true),
                part(". Hai tiêu chí về ", "", false),
                part("kinh phí", "/plans", false),
                part(" và trụ sở chiếm 41% số lượt chưa đạt.", "", false),
            ],
            too_early: Some(s("Mới có 6/64 phiếu, chưa nên so sánh.")),
            empty: None,
            figures: vec![
                figure("Đã nộp phiếu tự chấm", "51", "brand"),
                figure("Đã thẩm định xong", "38", "brand"),
                figure("Đủ điều kiện công nhận", "33", "ok"),
                figure("Lượt tiêu chí chưa đạt", "187", "wait"),
            ],
            heat: Some(heat(&[("TP Bạc Liêu", "4%", 0), ("Hồng Dân", "16%", 2), ("Đông Hải", "38%", 4)])),
            districts: vec![district("Hồng Dân"), district("Phước Long"), district("Vĩnh Lợi"), district("Giá Rai")],
            stages: stages.iter().map(|(stage, text)| StageCount { stage: *stage, text: s(text), count: 5 }).collect(),
            failed: vec![
                failed("Kinh phí, cơ sở vật chất bảo đảm thực hiện phong trào", 41),
                failed("Trụ sở Công an độc lập", 36),
            ],
            failed_of: s("Số đơn vị chưa đạt, trên 51 đơn vị đã nộp"),
            kinds: vec![kind("Xã, phường, thị trấn"), kind("Khu dân cư")],
            colophon: s("Dữ liệu mẫu."),
        }
    }

    pub(crate) fn sample_empty(lang: Lang) -> Self {
        let empty = overview::EmptyView {
            title: s("Chưa có đơn vị nào đăng ký."),
            text: s("Kỳ đăng ký mở đến 31/01/2023."),
        };
        Self { empty: Some(empty), ..Self::sample(lang) }
    }
}

fn portal_shell(lang: Lang, title: &str) -> PortalShell {
    PortalShell {
        lang,
        title: s(title),
        path: s("/portal"),
        domain: s("127.0.0.1:8080"),
        area: s("Tỉnh Bạc Liêu"),
        sample: true,
    }
}

impl PortalPage {
    pub(crate) fn sample(lang: Lang) -> Self {
        Self {
            shell: portal_shell(lang, "Đơn vị được công nhận"),
            code: s("7KQ2"),
            code_error: s("Mã có 13 ký tự."),
            first_href: s("/portal?lang=vi"),
            next_href: s("/portal?lang=vi&before=0198c0de-0000-7000-8000-000000000007"),
            units: vec![TitleView {
                unit: s("Thị trấn Châu Hưng"),
                place: s("huyện Vĩnh Lợi"),
                title: s("Thị trấn điển hình về TDBVANTQ"),
                year: s("2023"),
                decision: s("05/QĐ-UBND, 24/11/2023"),
                href: s("/portal/certificates/7KQ2-M9XA-4TBC-5"),
                status: Some((s("Đã thu hồi"), Tone::No)),
            }],
        }
    }
}

impl CertificatePage {
    pub(crate) fn sample(lang: Lang) -> Self {
        Self {
            shell: portal_shell(lang, "Giấy chứng nhận"),
            status: s("Đã thu hồi"),
            tone: Tone::No,
            rulings: vec![ruled()],
            code: s("7KQ2-M9XA-4TBC-5"),
            unit: s("Thị trấn Châu Hưng"),
            place: s("huyện Vĩnh Lợi, tỉnh Bạc Liêu"),
            title: s("Thị trấn điển hình về TDBVANTQ"),
            year: s("2023"),
            decision: s("05/QĐ-UBND"),
            signed_on: s("24/11/2023"),
            issuer: s("ỦY BAN NHÂN DÂN TỈNH BẠC LIÊU"),
            proof_href: s("/portal/certificates/7KQ2-M9XA-4TBC-5/proof"),
            keys: vec![s("dienhinh-0a1b2c3d+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")],
            checked_at: s("14:32 24/11/2023"),
        }
    }
}

impl audit::AuditPage {
    pub(crate) fn sample(lang: Lang) -> Self {
        let entry = |seq, action: &str, unit: &str| audit::EntryView {
            seq,
            at: s("14:32 24/11/2023"),
            role: s("Thư ký hội đồng"),
            person: s("Trần Thị Bé"),
            action: s(action),
            unit: s(unit),
            unit_href: s("/audit?unit=u1"),
            thing_href: if unit.is_empty() { String::new() } else { s("/dossiers/d1") },
            subject_href: s("/audit?subject=d1"),
        };
        Self {
            shell: Shell::sample(lang, "Nhật ký", Some(Place::Audit)),
            narrowed: s("Thị trấn Châu Hưng"),
            checkpoint: Some(audit::CheckpointView {
                at: s("14:32 24/11/2023"),
                size: 1_482,
                root: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328".to_owned(),
                origin: s("dienhinh-0a1b2c3d"),
            }),
            entries: vec![
                entry(1_482, "Ban hành quyết định công nhận", "Tỉnh Bạc Liêu"),
                entry(1_481, "Đưa bộ tiêu chí vào hệ thống", ""),
            ],
            older_href: s("/audit?before=1481"),
        }
    }
}

impl UnknownCodePage {
    pub(crate) fn sample(lang: Lang) -> Self {
        Self { shell: portal_shell(lang, "Không tìm thấy"), code: s("7KQ2-XXXX-4TBC-5") }
    }
}

impl PlansPage {
    pub(crate) fn sample(lang: Lang) -> Self {
        let line = |action: &str, state: &str, tone| PlanLine {
            href: s("/dossiers/d1#c02-plan"),
            unit: s("Thị trấn Châu Hưng"),
            programme: s("Thị trấn điển hình 2023"),
            criterion: s("2. Trụ sở Công an độc lập"),
            cause: s("Đất đai"),
            action: s(action),
            owner: s("UBND thị trấn"),
            due_on: s("30/06/2024"),
            state: s(state),
            tone,
        };
        Self {
            shell: Shell::sample(lang, "Khắc phục", Some(Place::Plans)),
            summary: s("2 tiêu chí chưa đạt, 1 đã có kế hoạch"),
            chips: chips(lang),
            lines: vec![
                line("Bố trí đất và vốn", "Đang thực hiện", Tone::Wait),
                line("", "Chưa có kế hoạch", Tone::No),
            ],
        }
    }
}

impl TroublePage {
    pub(crate) fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample(lang, "Không mở được", None),
            tone: Tone::Wait,
            title: s("Phiếu này do thị trấn Châu Hưng quản lý"),
            text: s("Vai hiện tại không xem được phiếu của đơn vị khác."),
            code: Some(s("14:32 · 7F3K")),
            next: vec![NextStep { href: s("/dossiers"), text: s("Về việc của tôi") }],
        }
    }
}

impl BareTroublePage {
    pub(crate) fn sample(lang: Lang) -> Self {
        let text = lang.t1("trouble-busy-about", "seconds", 10);
        Self { lang, title: lang.t("trouble-busy"), text, code: Some(s("14:32 · 7F3K")) }
    }
}
