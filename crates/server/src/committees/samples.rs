//! Sample values of the pages here, for the tests of all pages.

use dienhinh_domain::committees::State;

use super::views::{
    BallotView, CallForm, CommitteeLine, CommitteePage, CommitteesPage, CountView, DossierView, FoundPage, MeetingLine,
    MeetingPage, MemberView, MotionView, OfferedView, SeatView, Task, Typed,
};
use crate::web::{
    lang::Lang,
    layout::{Choice, FormError, Place, Shell, Tone},
};

const COUNCIL: &str = "Hội đồng xét công nhận năm 2023";

fn s(text: &str) -> String {
    text.to_owned()
}

fn shell(lang: Lang, title: &str, role: &'static str) -> Shell {
    Shell { role, ..Shell::sample(lang, title, Some(Place::Committees)) }
}

fn line() -> CommitteeLine {
    CommitteeLine {
        href: s("/committees/h1"),
        name: s(COUNCIL),
        kind: s("Hội đồng"),
        unit: s("Tỉnh Bạc Liêu"),
        founded_on: s("09/01/2023"),
    }
}

fn dossier(id: &str, unit: &str) -> DossierView {
    DossierView {
        id: s(id),
        href: format!("/dossiers/{id}"),
        unit: s(unit),
        result: s("32/34 đạt"),
        rules: s("Đủ điều kiện"),
        tone: Tone::Ok,
    }
}

fn choice(value: &str, text: &str, chosen: bool) -> Choice {
    Choice { value: s(value), text: s(text), chosen }
}

impl CommitteesPage {
    pub(crate) fn sample(lang: Lang) -> Self {
        Self {
            shell: shell(lang, "Hội đồng", "council_secretary"),
            voting: vec![(s("/committees/meetings/m1"), format!("{COUNCIL} · 24/11/2023"))],
            committees: vec![line()],
            may_found: true,
        }
    }
}

impl FoundPage {
    pub(crate) fn sample(lang: Lang) -> Self {
        let errors = vec![FormError { href: s("#founded_on"), text: s("Ngày không đúng: 31/02/2023.") }];
        Self {
            shell: Shell { errors, ..shell(lang, "Thành lập", "council_secretary") },
            unit: s("Tỉnh Bạc Liêu"),
            kinds: vec![choice("council", "Hội đồng", true), choice("steering_committee", "Ban chỉ đạo", false)],
            today: s("24/11/2023"),
            typed: Typed(vec![(s("name"), s(COUNCIL)), (s("founded_on"), s("31/02/2023"))]),
        }
    }
}

impl CommitteePage {
    pub(crate) fn sample(lang: Lang) -> Self {
        let member = |id: &str, post: &str, position: &str, login: &str| MemberView {
            id: s(id),
            post: s(post),
            position: s(position),
            login: s(login),
            days: s("từ 09/01/2023"),
            may_end: true,
        };
        let call = |cycle: &str, title: &str| CallForm {
            cycle: s(cycle),
            title: s(title),
            dossiers: vec![OfferedView {
                dossier: dossier(&format!("{cycle}-d1"), "Thị trấn Châu Hưng"),
                has_voted_on: true,
            }],
            asks_why: true,
            typed: Typed::default(),
        };
        Self {
            shell: shell(lang, COUNCIL, "council_secretary"),
            href: s("/committees/h1"),
            line: line(),
            founded_by: s("Quyết định 02/QĐ-BCĐ ngày 09/01/2023"),
            members: vec![
                member("t1", "Chủ tịch", "Phó Chủ tịch Ủy ban nhân dân tỉnh", ""),
                member("t2", "Ủy viên", "Phó Giám đốc Sở Nội vụ", "be.tran"),
            ],
            meetings: vec![MeetingLine {
                href: s("/committees/meetings/m1"),
                held_on: s("20/11/2023"),
                place: s("Phòng họp số 1"),
                programme: s("Xã điển hình 2023"),
                state: s("Đã kiểm phiếu"),
            }],
            may_appoint: true,
            posts: vec![choice("chair", "Chủ tịch", false), choice("member", "Ủy viên", true)],
            today: s("24/11/2023"),
            calls: vec![call("c1", "Xã điển hình 2023"), call("c2", "Khu dân cư 2023")],
            typed: Typed::default(),
        }
    }
}

fn motion(id: &str, unit: &str) -> MotionView {
    MotionView {
        dossier: dossier(id, unit),
        chosen: String::new(),
        may_vote: false,
        counts: Vec::new(),
        votes: String::new(),
        by_name: Vec::new(),
        outcome: String::new(),
        tone: Tone::Plain,
        adjudged: String::new(),
        may_adjudicate: false,
    }
}

impl MeetingPage {
    pub(crate) fn sample(lang: Lang) -> Self {
        let seat = |member: &str, post: &str, position: &str| SeatView {
            member: s(member),
            post: s(post),
            position: s(position),
            came: s("Có mặt"),
            voted: s("1/2"),
        };
        Self {
            shell: shell(lang, "Họp hội đồng ngày 24/11/2023", "council_secretary"),
            href: s("/committees/meetings/m1"),
            committee: (s("/committees/h1"), s(COUNCIL)),
            state: s("Đã triệu tập"),
            tone: Tone::Wait,
            facts: vec![(s("Ngày họp"), s("24/11/2023")), (s("Hình thức"), s("bỏ phiếu kín"))],
            seats: vec![
                seat("t1", "Chủ tịch", "Phó Chủ tịch Ủy ban nhân dân tỉnh"),
                seat("t2", "Ủy viên", "Phó Giám đốc Sở Nội vụ"),
            ],
            motions: vec![motion("d1", "Thị trấn Châu Hưng"), motion("d2", "Xã Vĩnh Trạch")],
            task: Task::Open,
            ballot: None,
            stands: State::Called,
            typed: Typed::default(),
        }
    }

    pub(crate) fn sample_ballot(lang: Lang) -> Self {
        let votes = |motion: MotionView| MotionView { may_vote: true, chosen: s("for"), ..motion };
        let called = Self::sample(lang);
        Self {
            shell: Shell { role: "council_member", ..called.shell },
            motions: called.motions.into_iter().map(votes).collect(),
            task: Task::None,
            ballot: Some(BallotView {
                played: vec![choice("t1", "Phó Chủ tịch Ủy ban nhân dân tỉnh (Chủ tịch)", false)],
                is_done: false,
                is_secret: true,
            }),
            stands: State::Open,
            ..Self::sample(lang)
        }
    }

    pub(crate) fn sample_count(lang: Lang) -> Self {
        let field = |word, is_needed| CountView { word, label: s("Tán thành"), typed: s("6"), is_needed };
        let counts =
            |motion: MotionView| MotionView { counts: vec![field("for", true), field("spoilt", false)], ..motion };
        let motions = Self::sample(lang).motions.into_iter().map(counts).collect();
        Self { motions, task: Task::Count, stands: State::Open, ..Self::sample(lang) }
    }

    pub(crate) fn sample_closed(lang: Lang) -> Self {
        let closed = |motion: MotionView| MotionView {
            votes: s("3 tán thành, 3 không tán thành"),
            by_name: vec![(s("Tán thành"), s("Phó Giám đốc Sở Nội vụ"))],
            outcome: s("Ngang phiếu"),
            tone: Tone::Wait,
            adjudged: s("Người chủ trì tán thành: đã khắc phục."),
            may_adjudicate: true,
            ..motion
        };
        let motions = Self::sample(lang).motions.into_iter().map(closed).collect();
        Self { motions, task: Task::Decide, stands: State::Closed, ..Self::sample(lang) }
    }
}
