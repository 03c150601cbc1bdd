//! Committees, places in them, meetings with their seats, agendas and votes.

use std::collections::BTreeMap;

use dienhinh_domain::{
    committees::{
        Adjudication, Committee, Kind, Meeting, Member, Motion, Post, Seat, State, Verdict, Way,
        voting::{Choice, Outcome, Tally},
    },
    cycles::Cycle,
    ids::{CommitteeId, MeetingId, MemberId},
    units::UnitVersion,
};
use dienhinh_storage::{Tx, committees as rows};
use dienhinh_testkit::{self as kit, Empty};
use jiff::Timestamp;

kit::on_both!(a_place_ends_or_was_never_there, what_a_council_said_last_counts, a_member_has_one_vote_on_a_dossier,);

fn council(unit: &UnitVersion) -> Committee {
    Committee {
        id: CommitteeId::new(kit::id(50)),
        unit: unit.unit,
        kind: Kind::Council,
        name: "Hội đồng xét công nhận".to_owned(),
        founded_by: "Quyết định 12/QĐ-UBND".to_owned(),
        founded_on: kit::TODAY,
    }
}

fn member(id: u128) -> Member {
    Member {
        id: MemberId::new(kit::id(id)),
        committee: CommitteeId::new(kit::id(50)),
        post: Post::Chair,
        position: "Phó Chủ tịch".to_owned(),
        account: None,
        from: kit::TODAY,
        until: None,
    }
}

fn meeting(id: u128, cycle: &Cycle) -> Meeting {
    Meeting {
        id: MeetingId::new(kit::id(id)),
        committee: CommitteeId::new(kit::id(50)),
        cycle: cycle.id,
        held_on: kit::TODAY,
        place: "Phòng họp".to_owned(),
        again_why: "Đếm nhầm.".to_owned(),
        state: State::Called,
        way: None,
        presides: None,
        opened_at: None,
        closed_at: None,
    }
}

fn seat(member: &Member) -> Seat {
    Seat {
        member: member.id,
        post: member.post,
        position: member.position.clone(),
        account: member.account,
        is_present: true,
    }
}

/// The meeting with its votes counted at an instant.
async fn counted(tx: &mut Tx, meeting: &Meeting, at: i64) -> Meeting {
    let closed = Meeting {
        state: State::Closed,
        way: Some(Way::ByTellers),
        opened_at: Some(Timestamp::from_microsecond(1).expect("an instant")),
        closed_at: Some(Timestamp::from_microsecond(at).expect("an instant")),
        ..meeting.clone()
    };
    rows::save_meeting(tx, &closed).await.expect("kept");
    closed
}

async fn a_place_ends_or_was_never_there(empty: Empty) {
    let fresh = empty.open().await;
    let (unit, cycle, dossier) = super::one_dossier(&fresh.db).await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    let council = council(&unit);
    rows::insert(&mut tx, &council).await.expect("kept");
    assert_eq!(rows::get(&mut tx, council.id).await.expect("read"), Some(council.clone()));
    assert_eq!(rows::in_area(&mut tx, unit.unit, kit::TODAY, 9).await.expect("read"), std::slice::from_ref(&council));
    let (sat, never) = (member(51), member(52));
    for member in [&sat, &never] {
        rows::insert_member(&mut tx, member).await.expect("kept");
    }
    let meeting = meeting(53, &cycle);
    rows::insert_meeting(&mut tx, &meeting, &[Motion::on(dossier.id)]).await.expect("kept");
    assert_eq!(rows::meeting(&mut tx, meeting.id).await.expect("read"), Some(meeting.clone()));
    rows::insert_seats(&mut tx, meeting.id, &[seat(&sat)]).await.expect("kept");
    assert_eq!(rows::seats(&mut tx, meeting.id).await.expect("read"), [seat(&sat)]);
    assert!(!rows::forget_member(&mut tx, sat.id).await.expect("asked"), "whoever sat somewhere stays");
    assert!(rows::forget_member(&mut tx, never.id).await.expect("asked"));
    let ended = Member { until: Some(kit::TODAY), ..sat };
    rows::end_member(&mut tx, &ended).await.expect("kept");
    assert_eq!(rows::members(&mut tx, council.id).await.expect("read"), [ended]);
}

async fn what_a_council_said_last_counts(empty: Empty) {
    let fresh = empty.open().await;
    let (unit, cycle, dossier) = super::one_dossier(&fresh.db).await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    rows::insert(&mut tx, &council(&unit)).await.expect("kept");
    let ids = || [dossier.id].into_iter();
    let motion = |outcome, said: Option<bool>| Motion {
        judged_sha256: "cd".repeat(32),
        tally: Tally { in_favour: 3, against: 3, abstained: 1, spoilt: 2 },
        outcome: Some(outcome),
        adjudication: said.map(|is_for| Adjudication { is_for, reason: "Lý do".to_owned() }),
        ..Motion::on(dossier.id)
    };
    for (id, motion, is_for) in [
        (60, motion(Outcome::Lost, None), Some(false)),
        (61, motion(Outcome::Tied, None), None),
        (62, motion(Outcome::Tied, Some(true)), Some(true)),
    ] {
        let meeting = meeting(id, &cycle);
        rows::insert_meeting(&mut tx, &meeting, &[Motion::on(dossier.id)]).await.expect("kept");
        let pending = rows::pending(&mut tx, ids()).await.expect("read");
        assert_eq!(pending, BTreeMap::from([(dossier.id, meeting.id)]));
        rows::save_motion(&mut tx, meeting.id, &motion).await.expect("kept");
        let closed = counted(&mut tx, &meeting, i64::try_from(id).expect("small")).await;
        assert_eq!(rows::motions(&mut tx, meeting.id).await.expect("read"), std::slice::from_ref(&motion));
        assert_eq!(rows::meetings(&mut tx, closed.committee, 1).await.expect("read"), [closed]);
        assert!(rows::pending(&mut tx, ids()).await.expect("read").is_empty());
        let judged = motion.judged_sha256;
        let verdict = Verdict { meeting: meeting.id, judged_sha256: judged.clone(), is_for };
        let verdicts = rows::verdicts(&mut tx, unit.unit, ids()).await.expect("read");
        assert_eq!(verdicts, BTreeMap::from([((dossier.id, judged), verdict)]));
    }
    let called_off = Meeting { state: State::CalledOff, ..meeting(63, &cycle) };
    rows::insert_meeting(&mut tx, &called_off, &[Motion::on(dossier.id)]).await.expect("kept");
    assert!(rows::pending(&mut tx, ids()).await.expect("read").is_empty(), "what is called off holds nothing up");
}

async fn a_member_has_one_vote_on_a_dossier(empty: Empty) {
    let fresh = empty.open().await;
    let (unit, cycle, dossier) = super::one_dossier(&fresh.db).await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    rows::insert(&mut tx, &council(&unit)).await.expect("kept");
    let (member, meeting) = (member(51), meeting(53, &cycle));
    rows::insert_member(&mut tx, &member).await.expect("kept");
    rows::insert_meeting(&mut tx, &meeting, &[Motion::on(dossier.id)]).await.expect("kept");
    rows::insert_seats(&mut tx, meeting.id, &[seat(&member)]).await.expect("kept");
    for choice in [Some(Choice::Against), Some(Choice::For), None] {
        let vote = (dossier.id, member.id, choice);
        rows::save_vote(&mut tx, meeting.id, vote).await.expect("kept");
        assert_eq!(rows::votes(&mut tx, meeting.id).await.expect("read"), [vote]);
    }
    let stranger = (dossier.id, MemberId::new(kit::id(99)), None);
    assert!(rows::save_vote(&mut tx, meeting.id, stranger).await.is_err(), "no vote without a seat");
}
