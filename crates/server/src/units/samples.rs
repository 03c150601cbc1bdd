//! The pages of units, filled the way their handlers fill them; for tests of the templates only.

use super::views::{
    AboveView, ChildrenView, CrosswalkPage, CrosswalkUnit, GapView, ResultView, UnitCertificate, UnitLine, UnitPage,
    UnitsPage,
    lineage::{ChapterView, LineageView, LinkView},
    map::{AreaView, MapView},
    reforms::{
        GainView, LeftView, OutlineView, PartView, PlanPage, PreviewView, ReformLine, ReformPage, ReformsPage,
        WrongView,
    },
    tree::{BelowView, BranchView, NodeView, TreePage},
};
use crate::web::{
    lang::Lang,
    layout::{Place, Shell, Tone},
};

fn s(text: &str) -> String {
    text.to_owned()
}

fn unit_line(name: &str) -> UnitLine {
    UnitLine {
        href: s("/units/u1"),
        name: s(name),
        place: s("huyện Vĩnh Lợi"),
        kind: s("Thị trấn"),
        state: s("Đang tự chấm"),
        tone: Tone::Wait,
    }
}

impl UnitsPage {
    pub(crate) fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample(lang, "Đơn vị", Some(Place::Units)),
            query: s("chau hung"),
            summary: s("Tìm thấy 2 đơn vị"),
            as_of: s("2025-06-30"),
            boundary: s("Địa giới trước 01/7/2025"),
            offers: vec![(s("/units?search=ch%C3%A2u+h%C6%B0ng"), s("châu hưng"))],
            units: vec![unit_line("Thị trấn Châu Hưng"), unit_line("Xã Châu Hưng A")],
            next_href: s("/units?parent=u2&kind=commune&after=u1"),
        }
    }
}

impl UnitPage {
    pub(crate) fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample(lang, "Thị trấn Châu Hưng", Some(Place::Units)),
            name: s("Thị trấn Châu Hưng"),
            above: vec![AboveView { href: s("/units/u2"), name: s("huyện Vĩnh Lợi") }],
            facts: vec![(s("Loại"), s("Thị trấn")), (s("Mã"), s("31900"))],
            boundary: s("Địa giới trước 01/7/2025"),
            illustrative: Some(s("Tên đơn vị này là minh họa.")),
            results: vec![ResultView {
                year: s("2023"),
                programme: s("Thị trấn điển hình về TDBVANTQ"),
                href: s("/dossiers/d1"),
                result: s("32/34 đạt · 96,0 điểm"),
                state: s("Đã công nhận"),
                tone: Tone::Ok,
            }],
            certificates: vec![UnitCertificate {
                title: s("Thị trấn điển hình 2023"),
                decision: s("05/QĐ-UBND, 24/11/2023"),
                code: s("7KQ2-M9XA-4TBC-5"),
                portal_href: s("/portal/certificates/7KQ2-M9XA-4TBC-5"),
                pdf_href: s("/recognition/certificates/g1.pdf"),
                status: Some((s("Đã thu hồi"), Tone::No)),
            }],
            children: vec![ChildrenView {
                kind: s("Khóm, ấp"),
                summary: s("8 đơn vị, 8 đã đăng ký"),
                units: vec![unit_line("Ấp Giá Tiểu")],
                more_href: s("/units?parent=u1&kind=residential_area"),
            }],
            gaps: vec![GapView {
                href: s("/dossiers/d1#c02"),
                text: s("Trụ sở Công an độc lập"),
                plan: s("Bố trí đất, xong trước 30/06/2024"),
                tone: Tone::Ok,
            }],
            lineage: lineage(),
            closed: s("Đơn vị này không còn từ ngày 01/07/2025. Thông tin trên trang là của ngày 30/06/2025."),
            tree_href: s("/units/tree?as_of=2025-06-30&unit=u1"),
            crosswalk_href: s("/crosswalk?q=31900"),
            map: Some(MapView {
                size: (1_008, 516),
                areas: vec![AreaView {
                    href: s("/units/u3"),
                    name: s("Khóm 1"),
                    path: s("M4 512l500 0 0 -508 -500 508z"),
                    is_here: true,
                }],
            }),
            act_for: s("u1"),
        }
    }
}

fn lineage() -> LineageView {
    let link = |name: &str| LinkView {
        href: s("/units/u9?as_of=2025-07-01"),
        name: s(name),
        how: s("01/07/2025: sáp nhập thành đơn vị mới, toàn bộ; giữ mã cũ"),
        basis: s("1655/NQ-UBTVQH15, khoản 45"),
    };
    LineageView {
        chapters: vec![ChapterView {
            href: s("/units/u1?as_of=2025-06-30"),
            name: s("Thị trấn Châu Hưng"),
            what: s("Thị trấn · mã 31900 · Huyện Vĩnh Lợi"),
            valid: s("đến 30/06/2025; hết theo 1655/NQ-UBTVQH15"),
            shown: true,
        }],
        from: vec![],
        from_unknown: s("Chưa rõ hình thành từ đơn vị nào."),
        to: vec![link("Xã Vĩnh Lợi (31900)")],
        to_unknown: s("Chưa rõ đơn vị kế thừa"),
    }
}

impl TreePage {
    pub(crate) fn sample(lang: Lang) -> Self {
        let node = |id: &str, name: &str, below| NodeView {
            id: s(id),
            is_here: id == "u3",
            name: s(name),
            what: s("31900 · đến 30/06/2025"),
            below,
        };
        let branch = |nodes| BranchView {
            day: s("2025-06-30"),
            open: s("Xem các đơn vị trực thuộc"),
            page: s("Mở trang"),
            nodes,
            more: vec![(s("/units?parent=u2&kind=commune&as_of=2025-06-30"), s("Tất cả: Xã"))],
        };
        let town = branch(vec![node("u4", "Khóm 1", BelowView::Nothing)]);
        let district = branch(vec![
            node("u3", "Thị trấn Châu Hưng", BelowView::Open(town)),
            node("u5", "Xã Châu Hưng A", BelowView::Folded),
        ]);
        Self {
            shell: Shell::sample(lang, "Cây đơn vị", Some(Place::Units)),
            day: s("2025-06-30"),
            boundary: s("Địa giới trước 01/7/2025"),
            unit: s("u3"),
            trouble: s("Không đọc được ngày “30/2”."),
            days: vec![(s("/units/tree?as_of=2025-06-30"), s("Trước khi bỏ cấp huyện: 30/06/2025"))],
            branch: branch(vec![node("u2", "Huyện Vĩnh Lợi", BelowView::Open(district))]),
        }
    }
}

fn part(name: &str, how: &str) -> PartView {
    PartView { href: s("/units/u1?as_of=2025-06-30"), name: s(name), how: s(how) }
}

fn outline() -> OutlineView {
    OutlineView {
        gains: vec![GainView {
            href: s("/units/u9?as_of=2025-07-01"),
            name: s("Xã Vĩnh Lợi (31900)"),
            is_new: true,
            from: vec![part("Thị trấn Châu Hưng (31900)", "sáp nhập thành đơn vị mới, toàn bộ; giữ mã cũ, khoản 45")],
            from_more: s("Còn 2 mục nữa."),
        }],
        gains_more: s("Còn 2 mục nữa."),
        changes: vec![part("Xã Châu Thới (31909)", "thuộc Huyện Vĩnh Lợi → Tỉnh Bạc Liêu")],
        changes_more: s(""),
        ends: vec![part("Huyện Vĩnh Lợi (958)", "")],
        ends_more: s(""),
    }
}

fn counts() -> Vec<(String, String)> {
    vec![(s("Đơn vị mới"), s("26")), (s("Đơn vị kết thúc"), s("72"))]
}

impl ReformsPage {
    pub(crate) fn sample(lang: Lang) -> Self {
        let line = |undone: &str| ReformLine {
            href: s("/units/reforms/r1"),
            basis: s("1655/NQ-UBTVQH15"),
            when: s("Có hiệu lực từ 01/07/2025 · thực hiện 14:30 30/06/2025"),
            undone: s(undone),
        };
        Self {
            shell: Shell::sample(lang, "Các lần sắp xếp đơn vị", Some(Place::Units)),
            may_plan: true,
            reforms: vec![line(""), line("Đã hoàn tác 15:00 30/06/2025")],
        }
    }
}

impl ReformPage {
    pub(crate) fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample(lang, "1655/NQ-UBTVQH15", Some(Place::Units)),
            basis: s("1655/NQ-UBTVQH15"),
            when: s("Có hiệu lực từ 01/07/2025 · thực hiện 14:30 30/06/2025"),
            undone: s(""),
            counts: counts(),
            plan_href: s("/units/reforms/r1/plan.csv"),
            left: vec![LeftView {
                unit: part("Thị trấn Châu Hưng (31900)", ""),
                cycle: s("34 tiêu chí 2025"),
                state: s("Đang tự chấm"),
                tone: Tone::Wait,
            }],
            left_more: s("Đây là 100 hồ sơ đầu."),
            outline: outline(),
        }
    }
}

impl PlanPage {
    pub(crate) fn sample(lang: Lang) -> Self {
        let place = s("Hàng 7, cột successor");
        Self {
            shell: Shell::sample(lang, "Xem trước phương án", Some(Place::Units)),
            day: s("2025-07-01"),
            basis: s("1655/NQ-UBTVQH15"),
            rows: s("operation,unit"),
            file: s("Đã đọc tệp plan.xlsx. Sửa xong thì chọn lại tệp."),
            trouble: s("Chưa có số văn bản."),
            sample_href: s("/units/reforms/new?sample"),
            wrong: vec![WrongView { place, what: s("không có đơn vị nào mang mã “31999”") }],
            wrong_more: s("Còn 3 mục nữa."),
            preview: Some(PreviewView {
                counts: counts(),
                held_up: s("Chưa thực hiện được: 4 hồ sơ thuộc kỳ đánh giá có ngày sau đó."),
                command: s("dienhinh unit reform apply plan.csv --data DIR --on 2025-07-01 --basis '1655/NQ-UBTVQH15'"),
                outline: outline(),
            }),
        }
    }
}

impl CrosswalkPage {
    pub(crate) fn sample(lang: Lang) -> Self {
        Self {
            shell: Shell::sample(lang, "Tra cứu đơn vị cũ – mới", Some(Place::Units)),
            query: s("31900"),
            summary: s("Tìm thấy 1 đơn vị"),
            offers: vec![(s("/crosswalk?q=ch%C3%A2u+h%C6%B0ng"), s("châu hưng"))],
            csv_href: s("/crosswalk.csv?q=31900"),
            units: vec![CrosswalkUnit {
                href: s("/units/u1"),
                name: s("Thị trấn Châu Hưng (31900)"),
                lineage: lineage(),
            }],
        }
    }
}
