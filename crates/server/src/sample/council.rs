//! The council of the sample province, and its meeting before the first decision.

use std::collections::BTreeMap;

use dienhinh_domain::{
    access::Actor,
    committees::{Kind, Post, Way, voting::Tally},
    ids::{CommitteeId, DossierId},
};
use dienhinh_storage::committees as rows;
use jiff::civil::date;

use super::{Entry, at, ids::percent, play::borne_out, when};
use crate::{
    app::App,
    committees::actions::{self, Agenda, Attendance, NewCommittee, NewMember},
    dossiers::case::Case,
    web::problem::{Outcome, Problem},
};

/// Made up: posts and offices as such councils have them, without accounts.
const MEMBERS: [(Post, &str); 7] = [
    (Post::Chair, "Phó Chủ tịch Ủy ban nhân dân tỉnh"),
    (Post::ViceChair, "Phó Giám đốc Công an tỉnh"),
    (Post::Member, "Phó Chủ tịch Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh"),
    (Post::Member, "Phó Giám đốc Sở Nội vụ"),
    (Post::Member, "Phó Giám đốc Sở Tài chính"),
    (Post::Member, "Phó Chánh Văn phòng Ủy ban nhân dân tỉnh"),
    (Post::Secretary, "Trưởng phòng Xây dựng phong trào bảo vệ an ninh Tổ quốc"),
];

/// Who is away from the meeting.
const AWAY: &str = "Phó Giám đốc Sở Tài chính";

/// Founds the council in January; it meets an hour before the decision and is for every title.
pub(super) async fn meeting(app: &App, secretary: Actor, entries: &[&Entry]) -> Outcome<()> {
    let council = found(&when(app, at(1, 9, 8, 0)), secretary).await?;
    let morning = when(app, at(11, 20, 8, 0));
    let dossiers: Vec<DossierId> = borne_out(&morning, entries).await?.collect();
    let first = entries.first().ok_or(Problem::Missing("dossier"))?;
    let cycle = Case::load(app, &mut app.db.read().await?, first.dossier).await?.cycle.id;
    let agenda = Agenda {
        cycle,
        held_on: morning.today(),
        place: "Phòng họp Ủy ban nhân dân tỉnh".to_owned(),
        dossiers: dossiers.iter().copied().collect(),
        again_why: String::new(),
    };
    let meeting = actions::call(&when(app, at(11, 18, 17, 0)), secretary, council, agenda).await?;
    let members = rows::members(&mut app.db.read().await?, council).await?;
    let came = members.iter().filter(|member| member.position != AWAY);
    let attendance = Attendance { present: came.map(|member| member.id).collect(), way: Some(Way::ByTellers) };
    let present = i64::try_from(attendance.present.len()).unwrap_or_default();
    actions::open(&morning, secretary, meeting, attendance).await?;
    let counted: BTreeMap<DossierId, Tally> =
        dossiers.iter().map(|dossier| (*dossier, votes(present, &dossier.to_string()))).collect();
    actions::close(&when(app, at(11, 20, 9, 0)), secretary, meeting, &counted).await
}

async fn found(app: &App, secretary: Actor) -> Outcome<CommitteeId> {
    let day = date(2023, 1, 9);
    let council = NewCommittee {
        unit: secretary.scope,
        kind: Kind::Council,
        name: "Hội đồng xét công nhận điển hình về an ninh, trật tự năm 2023".to_owned(),
        founded_by: "Quyết định 02/QĐ-BCĐ ngày 09/01/2023".to_owned(),
        founded_on: day,
    };
    let council = actions::found(app, secretary, council).await?;
    for (post, position) in MEMBERS {
        let position = position.to_owned();
        let member = NewMember { post, position, login: String::new(), from: day, until: None };
        actions::appoint(app, secretary, council, member).await?;
    }
    Ok(council)
}

/// Nearly always all for it; one abstains now and then.
fn votes(present: i64, dossier: &str) -> Tally {
    let abstained = i64::from(percent(&[dossier, "vote"]) < 20);
    Tally { in_favour: present - abstained, abstained, ..Tally::default() }
}
