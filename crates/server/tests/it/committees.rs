//! Councils over HTTP: who may vote, quorum, ties, secret votes, and what a decision may be after them.

use std::collections::BTreeSet;

use axum::{body::Body, http::StatusCode};
use dienhinh_domain::access::Role;
use dienhinh_testkit::Empty;
use futures_util::future::join_all;

use crate::{
    people::{self, Browser, People},
    site::{Answer, As, Site, form},
    story::{Cast, appraised, between, decision},
};

dienhinh_testkit::on_both!(
    no_title_without_the_council,
    the_chair_breaks_a_tie,
    members_vote_with_their_own_account,
    votes_at_once_are_all_counted_once,
);

/// The day of the meetings here.
const DAY: &str = "24/11/2023";

/// The council of the sample's province, as its secretary and its members use it.
pub(crate) struct Council {
    /// `/committees/{id}`.
    href: String,
    secretary: As,
    member: As,
}

impl Council {
    pub(crate) async fn of(site: &Site, cast: &Cast) -> Self {
        let list = site.get(&cast.secretary, "/committees").await.text();
        let href = format!("/committees/{}", between(&list, "<th scope=\"row\"><a href=\"/committees/", "\""));
        Self { href, secretary: cast.secretary.clone(), member: As("council_member", cast.secretary.1.clone()) }
    }

    /// Calls a meeting on one dossier.
    async fn call(&self, site: &Site, dossier: &str) -> Answer {
        let page = site.get(&self.secretary, &self.href).await.text();
        let cycle = between(&page, "name=\"cycle\" value=\"", "\"").to_owned();
        let fields = [("cycle", cycle.as_str()), ("held_on", DAY), ("place", "Phòng họp"), ("dossier", dossier)];
        site.post(&self.secretary, &format!("{}/meetings", self.href), &fields).await
    }

    /// The same, which must work; gives the address of the meeting.
    async fn called(&self, site: &Site, dossier: &str) -> String {
        let called = self.call(site, dossier).await;
        assert_eq!(called.status, StatusCode::SEE_OTHER, "{}", called.text());
        called.header("location").to_owned()
    }

    /// The members that may come, in the order of the page: the chair first.
    async fn members(&self, site: &Site, meeting: &str) -> Vec<String> {
        let page = site.get(&self.secretary, meeting).await.text();
        let parts = page.split("id=\"present-").skip(1);
        parts.map(|part| part.split('"').next().expect("an id").to_owned()).collect()
    }

    async fn open(&self, site: &Site, meeting: &str, present: &[String], way: &str) -> Answer {
        let mut fields: Vec<(&str, &str)> = present.iter().map(|member| ("present", member.as_str())).collect();
        fields.push(("way", way));
        site.post(&self.secretary, &format!("{meeting}/open"), &fields).await
    }

    async fn vote(&self, site: &Site, meeting: &str, member: &str, dossier: &str, choice: &str) -> Answer {
        let vote = format!("vote.{dossier}");
        site.post(&self.member, &format!("{meeting}/votes"), &[("seat", member), (&vote, choice)]).await
    }

    async fn close(&self, site: &Site, meeting: &str) {
        let closed = site.post(&self.secretary, &format!("{meeting}/close"), &[]).await;
        assert_done(&closed, "done-meeting-closed");
    }

    /// The addresses of its meetings.
    pub(crate) async fn meetings(&self, site: &Site) -> Vec<String> {
        let page = site.get(&self.secretary, &self.href).await.text();
        let links = page.split("href=\"/committees/meetings/").skip(1);
        links.map(|link| format!("/committees/meetings/{}", link.split('"').next().unwrap_or_default())).collect()
    }

    /// Meets, and is for the title.
    pub(crate) async fn is_for(&self, site: &Site, dossier: &str) {
        let meeting = self.called(site, dossier).await;
        let members = self.members(site, &meeting).await;
        assert_done(&self.open(site, &meeting, &members, "members").await, "done-meeting-opened");
        for member in &members {
            assert_done(&self.vote(site, &meeting, member, dossier, "for").await, "done-meeting-voted");
        }
        self.close(site, &meeting).await;
    }
}

fn assert_done(answer: &Answer, key: &str) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{key}: {}", answer.text());
    assert!(answer.header("set-cookie").contains(key), "{key}: {}", answer.header("set-cookie"));
}

fn assert_refused(answer: &Answer, status: StatusCode, words: &str) {
    assert_eq!(answer.status, status, "{words}: {}", answer.text());
    assert!(answer.text().contains(words), "{words}: {}", answer.text());
}

async fn no_title_without_the_council(empty: Empty) {
    let site = Site::open(empty).await;
    let cast = Cast::of(&site).await;
    let council = Council::of(&site, &cast).await;
    let early = council.call(&site, &cast.dossier).await;
    assert_refused(&early, StatusCode::UNPROCESSABLE_ENTITY, "chưa thẩm định xong");
    appraised(&site, &cast).await;
    assert_eq!(decision(&site, &cast, "yes").await.0, StatusCode::UNPROCESSABLE_ENTITY, "nobody was asked");

    let meeting = council.called(&site, &cast.dossier).await;
    let off = format!("{meeting}/call-off");
    assert_done(&site.post(&council.secretary, &off, &[]).await, "done-meeting-called-off");
    assert_refused(&site.post(&council.secretary, &off, &[]).await, StatusCode::CONFLICT, "đã kết thúc");

    let meeting = council.called(&site, &cast.dossier).await;
    assert_refused(&council.call(&site, &cast.dossier).await, StatusCode::CONFLICT, "cuộc họp khác");
    assert_eq!(decision(&site, &cast, "yes").await.0, StatusCode::UNPROCESSABLE_ENTITY, "the council has it");
    let members = council.members(&site, &meeting).await;
    assert_eq!(members.len(), 7);
    let early = site.get(&council.secretary, &format!("{meeting}/minutes.pdf")).await;
    assert_eq!(early.status, StatusCode::NOT_FOUND, "no minutes before it is over");

    // Of seven, five are at least 70 in a hundred; four are not.
    let few = council.open(&site, &meeting, &members[..4], "members").await;
    assert_refused(&few, StatusCode::UNPROCESSABLE_ENTITY, "cần ít nhất 5");
    assert_eq!(few.text().matches(" checked").count(), 5, "what was ticked is still ticked");
    assert_refused(
        &council.open(&site, &meeting, &members[..5], "none").await,
        StatusCode::UNPROCESSABLE_ENTITY,
        "Đủ thành viên",
    );
    assert_refused(
        &council.open(&site, &meeting, &members[2..], "members").await,
        StatusCode::UNPROCESSABLE_ENTITY,
        "không ai chủ trì",
    );
    assert_done(&council.open(&site, &meeting, &members[..4], "none").await, "done-meeting-given-up");
    assert_refused(
        &council.vote(&site, &meeting, &members[0], &cast.dossier, "for").await,
        StatusCode::CONFLICT,
        "đã kết thúc",
    );
    assert_eq!(decision(&site, &cast, "yes").await.0, StatusCode::UNPROCESSABLE_ENTITY, "no vote without quorum");

    let meeting = council.called(&site, &cast.dossier).await;
    let members = council.members(&site, &meeting).await;
    assert_done(&council.open(&site, &meeting, &members[..6], "members").await, "done-meeting-opened");
    secret_votes(&site, &council, &meeting, &members, &cast.dossier).await;
    let early = site.post(&council.secretary, &format!("{meeting}/close"), &[]).await;
    assert_refused(&early, StatusCode::UNPROCESSABLE_ENTITY, "Còn thiếu 1 phiếu");
    assert_done(&council.vote(&site, &meeting, &members[5], &cast.dossier, "abstain").await, "done-meeting-voted");
    council.close(&site, &meeting).await;
    let late = council.vote(&site, &meeting, &members[5], &cast.dossier, "against").await;
    assert_refused(&late, StatusCode::CONFLICT, "đã kết thúc");
    let page = site.get(&council.secretary, &meeting).await.text();
    assert!(page.contains("4 tán thành, 1 không tán thành, 1 không có ý kiến") && page.contains("Thông qua"), "{page}");

    let again = council.call(&site, &cast.dossier).await;
    assert_refused(&again, StatusCode::UNPROCESSABLE_ENTITY, "nêu lý do biểu quyết lại");

    let minutes = site.get(&council.secretary, &format!("{meeting}/minutes.pdf")).await;
    assert!(minutes.body.starts_with(b"%PDF-"), "{}", minutes.text());
    let unit = site.get(&cast.officer, &format!("{meeting}/minutes.pdf")).await;
    assert_eq!(unit.status, StatusCode::FORBIDDEN, "what was said of others is not for the unit");

    assert_eq!(decision(&site, &cast, "no").await.0, StatusCode::UNPROCESSABLE_ENTITY, "the council is for it");
    assert_eq!(decision(&site, &cast, "yes").await.0, StatusCode::SEE_OTHER);
    assert_eq!(cast.state(&site).await, "recognised");
}

/// Five of six vote; what they said is kept nowhere, neither while they vote nor afterwards.
async fn secret_votes(site: &Site, council: &Council, meeting: &str, members: &[String], dossier: &str) {
    let absent = council.vote(site, meeting, &members[6], dossier, "for").await;
    assert_refused(&absent, StatusCode::UNPROCESSABLE_ENTITY, "vắng mặt");
    for (member, choice) in members[..5].iter().zip(["for", "for", "against", "for", "for"]) {
        assert_done(&council.vote(site, meeting, member, dossier, choice).await, "done-meeting-voted");
    }
    let twice = council.vote(site, meeting, &members[2], dossier, "for").await;
    assert_refused(&twice, StatusCode::CONFLICT, "không rút lại");
    let page = site.get(&council.secretary, meeting).await.text();
    assert!(page.contains("1/1") && !page.contains("4 tán thành"), "who has voted is seen, how is not");
    let votes: Vec<String> =
        site.stored().await.into_iter().filter(|line| line.starts_with("committee_votes ")).collect();
    assert_eq!(votes.len(), 5);
    for vote in &votes {
        assert!(!vote.contains("for") && !vote.contains("against"), "{vote}");
    }
    let record: Vec<String> = site.stored().await.into_iter().filter(|line| line.contains("committees.vote")).collect();
    assert_eq!(record.len(), 5, "the record says who has voted");
    for entry in &record {
        assert!(!entry.contains("against") && !entry.contains("\"for"), "{entry}");
    }
    // A key would keep a hash of the ballot, of which there are three: it is not taken.
    let vote = format!("seat={}&vote.{dossier}=for", members[1]);
    let keyed = form(&council.member, &format!("{meeting}/votes")).header("idempotency-key", "phieu-1");
    let keyed = site.send(keyed.body(Body::from(vote)).expect("a request")).await;
    assert_refused(&keyed, StatusCode::CONFLICT, "không rút lại");
    assert!(!site.stored().await.iter().any(|line| line.contains("phieu-1")));
    let page = site.get(&council.secretary, "/audit").await.text();
    assert!(page.contains("Biểu quyết tại hội đồng") && page.contains(&format!("href=\"{meeting}\"")));
    let secretary = site.post(&council.secretary, &format!("{meeting}/votes"), &[]).await;
    assert_eq!(secretary.status, StatusCode::FORBIDDEN);
}

async fn the_chair_breaks_a_tie(empty: Empty) {
    let site = Site::open(empty).await;
    let cast = Cast::of(&site).await;
    let council = Council::of(&site, &cast).await;
    appraised(&site, &cast).await;
    let meeting = council.called(&site, &cast.dossier).await;
    let members = council.members(&site, &meeting).await;
    assert_done(&council.open(&site, &meeting, &members[..6], "tellers").await, "done-meeting-opened");
    let own = council.vote(&site, &meeting, &members[0], &cast.dossier, "for").await;
    assert_refused(&own, StatusCode::UNPROCESSABLE_ENTITY, "thư ký nhập số phiếu");

    let (yes, no) = (format!("for.{}", cast.dossier), format!("against.{}", cast.dossier));
    let close = format!("{meeting}/close");
    for (fields, words) in [
        (vec![], "Nhập số phiếu"),
        (vec![(yes.as_str(), "3")], "Nhập số phiếu"),
        (vec![(yes.as_str(), "3"), (no.as_str(), "")], "Nhập số phiếu"),
        (vec![(yes.as_str(), "0"), (no.as_str(), "0")], "Nhập số phiếu"),
        (vec![(yes.as_str(), "ba"), (no.as_str(), "3")], "Đã nhập: ba"),
        (vec![(yes.as_str(), "-3"), (no.as_str(), "3")], "Đã nhập: -3"),
        (vec![(yes.as_str(), "4"), (no.as_str(), "3")], "nhiều hơn 6"),
    ] {
        let answer = site.post(&council.secretary, &close, &fields).await;
        assert_refused(&answer, StatusCode::UNPROCESSABLE_ENTITY, words);
        for (_, typed) in &fields {
            assert!(answer.text().contains(&format!("value=\"{typed}\"")), "{typed} is kept");
        }
    }
    let counted = site.post(&council.secretary, &close, &[(yes.as_str(), "3"), (no.as_str(), "3")]).await;
    assert_done(&counted, "done-meeting-closed");
    assert!(site.get(&council.secretary, &meeting).await.text().contains("Ngang phiếu"));
    assert_eq!(decision(&site, &cast, "yes").await.0, StatusCode::UNPROCESSABLE_ENTITY, "a tie is no answer");
    assert_eq!(decision(&site, &cast, "no").await.0, StatusCode::UNPROCESSABLE_ENTITY, "in neither way");

    let tie = format!("{meeting}/motions/{}", cast.dossier);
    let speechless = site.post(&council.secretary, &tie, &[("said", "for"), ("reason", " ")]).await;
    assert_refused(&speechless, StatusCode::UNPROCESSABLE_ENTITY, "Nêu lý do");
    let member = site.post(&council.member, &tie, &[("said", "for"), ("reason", "x")]).await;
    assert_refused(&member, StatusCode::UNPROCESSABLE_ENTITY, "Người chủ trì tự ghi");
    let said = site.post(&council.secretary, &tie, &[("said", "against"), ("reason", "Còn khiếu nại.")]).await;
    assert_done(&said, "done-meeting-adjudicated");
    let again = site.post(&council.secretary, &tie, &[("said", "for"), ("reason", "Đổi ý.")]).await;
    assert_refused(&again, StatusCode::CONFLICT, "không còn ngang phiếu");
    assert!(site.get(&council.secretary, &meeting).await.text().contains("Còn khiếu nại."));
    assert_eq!(decision(&site, &cast, "yes").await.0, StatusCode::UNPROCESSABLE_ENTITY, "the chair was against it");
    assert_eq!(decision(&site, &cast, "no").await.0, StatusCode::SEE_OTHER);
}

/// A council of the province whose members sign in, and its secretary.
struct Signed<'a> {
    /// `/committees/{id}`.
    href: String,
    secretary: Browser<'a>,
    members: Vec<Browser<'a>>,
}

impl<'a> Signed<'a> {
    /// Founds it; its members' logins are `uv.0`, `uv.1` and so on, the first presides.
    async fn found(people: &'a People, count: usize) -> Self {
        let province = people.unit("Tỉnh Bạc Liêu").await;
        let secretary = people.person("thu.ky", Role::CouncilSecretary, province).await;
        let founded =
            [("kind", "council"), ("name", "Hội đồng 2027"), ("founded_by", "QĐ 1"), ("founded_on", "01/01/2023")];
        let founded = secretary.post("/committees", &founded).await;
        assert_done(&founded, "done-committee-founded");
        let href = founded.header("location").to_owned();
        let mut members = Vec::new();
        for at in 0..count {
            let login = format!("uv.{at}");
            members.push(people.person(&login, Role::CouncilMember, province).await);
            let post = if at == 0 { "chair" } else { "member" };
            let position = format!("Ủy viên số {at}");
            let place = [("position", position.as_str()), ("post", post), ("login", &login), ("from", "01/01/2023")];
            assert_done(&secretary.post(&format!("{href}/members"), &place).await, "done-committee-appointed");
        }
        Self { href, secretary, members }
    }

    /// A meeting on the first dossier that waits, with everybody there; gives its address and the dossier.
    async fn opened(&self, way: &str) -> (String, String) {
        let (meeting, dossier) = self.called().await;
        assert_done(&self.open(&meeting, way).await, "done-meeting-opened");
        (meeting, dossier)
    }

    /// A meeting that does not open; it is called off.
    async fn attempt(&self, way: &str) -> Answer {
        let (meeting, _) = self.called().await;
        let answer = self.open(&meeting, way).await;
        let off = self.secretary.post(&format!("{meeting}/call-off"), &[]).await;
        assert_done(&off, "done-meeting-called-off");
        answer
    }

    /// Takes the place of an office away that was given by mistake.
    async fn release(&self, position: &str) {
        let page = self.secretary.get(&self.href).await.text();
        let row = page.split("<tr>").find(|row| row.contains(position)).expect("the member");
        let path = between(row, "action=\"", "\"").to_owned();
        assert_done(&self.secretary.post(&path, &[]).await, "done-committee-released");
    }

    async fn called(&self) -> (String, String) {
        let page = self.secretary.get(&self.href).await.text();
        let cycle = between(&page, "name=\"cycle\" value=\"", "\"");
        let dossier = between(&page, "name=\"dossier\" value=\"", "\"");
        let day = between(&page, "name=\"held_on\" value=\"", "\"");
        let fields = [
            ("cycle", cycle),
            ("held_on", day),
            ("place", "Phòng họp"),
            ("dossier", dossier),
            ("again_why", "Kiểm lại."),
        ];
        let called = self.secretary.post(&format!("{}/meetings", self.href), &fields).await;
        assert_done(&called, "done-meeting-called");
        (called.header("location").to_owned(), dossier.to_owned())
    }

    async fn open(&self, meeting: &str, way: &str) -> Answer {
        let page = self.secretary.get(meeting).await.text();
        let ids = page.split("id=\"present-").skip(1).map(|part| part.split('"').next().expect("an id"));
        let mut fields: Vec<(&str, &str)> = ids.map(|id| ("present", id)).collect();
        fields.push(("way", way));
        self.secretary.post(&format!("{meeting}/open"), &fields).await
    }
}

async fn members_vote_with_their_own_account(empty: Empty) {
    let (people, link) = People::fresh(empty).await;
    drop(people.with_password(&link).await);
    let council = Signed::found(&people, 3).await;
    let place = |post, login| [("position", "Ủy viên"), ("post", post), ("login", login), ("from", "02/01/2023")];
    for (post, login, words) in [
        ("chair", "", "Đã có người đứng đầu"),
        ("member", "uv.1", "đã là thành viên"),
        ("member", "khong.co", "Không có tài khoản “khong.co”"),
    ] {
        let answer = council.secretary.post(&format!("{}/members", council.href), &place(post, login)).await;
        assert_refused(&answer, StatusCode::UNPROCESSABLE_ENTITY, words);
        assert!(answer.text().contains("value=\"02/01/2023\""), "what was typed is kept");
    }
    let page = council.secretary.get(&council.href).await.text();
    let today = between(&page, "name=\"from\" value=\"", "\"");
    let nobody = [("position", "Ủy viên"), ("post", "vice_chair"), ("login", ""), ("from", today)];
    assert_done(
        &council.secretary.post(&format!("{}/members", council.href), &nobody).await,
        "done-committee-appointed",
    );
    let without = council.attempt("members").await;
    assert_refused(&without, StatusCode::UNPROCESSABLE_ENTITY, "chưa có tài khoản dùng được: Ủy viên.");
    council.release("Ủy viên<").await;
    let stranger = people.person("ngoai", Role::CouncilMember, people.unit("Tỉnh Bạc Liêu").await).await;
    let (meeting, dossier) = council.opened("members").await;
    let (votes, vote) = (format!("{meeting}/votes"), format!("vote.{dossier}"));
    let seats: BTreeSet<String> = seats(&people, &meeting).await;
    let other = seats.iter().next().expect("a seat").as_str();
    assert!(!stranger.get(&meeting).await.text().contains("id=\"ballot\""));
    assert_refused(
        &stranger.post(&votes, &[(&vote, "for"), ("seat", other)]).await,
        StatusCode::UNPROCESSABLE_ENTITY,
        "không phải thành viên",
    );
    assert_eq!(council.secretary.post(&votes, &[(&vote, "for")]).await.status, StatusCode::FORBIDDEN);
    for (at, member) in council.members.iter().enumerate() {
        assert!(member.get("/committees").await.text().contains(&format!("href=\"{meeting}\"")), "the way in");
        assert!(member.get(&meeting).await.text().contains("id=\"ballot\""));
        // Whatever seat a form names: everybody has their own.
        let voted = member.post(&votes, &[(&vote, if at == 0 { "against" } else { "for" }), ("seat", other)]).await;
        assert_done(&voted, "done-meeting-voted");
        assert!(member.get(&meeting).await.text().contains("Đã bỏ phiếu cho mọi hồ sơ"));
        let twice = member.post(&votes, &[(&vote, "for")]).await;
        assert_refused(&twice, StatusCode::CONFLICT, "không rút lại");
    }
    assert_done(&council.secretary.post(&format!("{meeting}/close"), &[]).await, "done-meeting-closed");
    assert!(council.secretary.get(&meeting).await.text().contains("2 tán thành, 1 không tán thành"));

    let (meeting, dossier) = council.opened("tellers").await;
    let (yes, no, spoilt) = (format!("for.{dossier}"), format!("against.{dossier}"), format!("spoilt.{dossier}"));
    let counted = [(yes.as_str(), "1"), (no.as_str(), "1"), (spoilt.as_str(), "1")];
    assert_done(&council.secretary.post(&format!("{meeting}/close"), &counted).await, "done-meeting-closed");
    assert!(council.secretary.get(&meeting).await.text().contains("Không thông qua"), "one of three is not half");
    assert!(council.secretary.get(&meeting).await.text().contains("Kiểm lại."), "why it voted once more");
}

/// The seats of a meeting, as they are stored.
async fn seats(people: &People, meeting: &str) -> BTreeSet<String> {
    let meeting = meeting.rsplit('/').next().expect("an id");
    let stored = people.stored().await.into_iter().filter(|line| line.starts_with("committee_seats "));
    let of_it = stored.filter(|line| line.contains(meeting));
    let id = |line: String| line.split('"').find(|part| part.len() == 36 && *part != meeting).map(str::to_owned);
    of_it.filter_map(id).collect()
}

async fn votes_at_once_are_all_counted_once(empty: Empty) {
    let (people, link) = People::fresh(empty).await;
    drop(people.with_password(&link).await);
    let council = Signed::found(&people, 6).await;
    let (meeting, dossier) = council.opened("members").await;
    let vote = format!("vote.{dossier}");
    // Everybody twice, on both servers at the same moment.
    let sent = council.members.iter().flat_map(|member| [(member, 0), (member, 1)]);
    let sent =
        sent.map(|(member, node)| member.send_to(node, people::form(&format!("{meeting}/votes"), &[(&vote, "for")])));
    let answers = join_all(sent).await;
    let taken = answers.iter().filter(|answer| answer.status == StatusCode::SEE_OTHER).count();
    let refused = answers.iter().filter(|answer| answer.status == StatusCode::CONFLICT).count();
    assert_eq!((taken, refused), (6, 6), "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
    assert_done(&council.secretary.post(&format!("{meeting}/close"), &[]).await, "done-meeting-closed");
    assert!(council.secretary.get(&meeting).await.text().contains("6 tán thành, 0 không tán thành"));
}
