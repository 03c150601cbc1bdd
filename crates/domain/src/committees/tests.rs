//! Members, meetings, and random meetings in which nothing happens that the rules forbid.

use jiff::civil::date;
use uuid::Uuid;

use super::{
    voting::{Base, Choice, Majority, Tie},
    *,
};
use crate::programmes::Share;

fn uuid(number: usize) -> Uuid {
    Uuid::from_u128(number as u128)
}

fn council() -> Committee {
    Committee {
        id: CommitteeId::new(uuid(1)),
        unit: UnitId::new(uuid(2)),
        kind: Kind::Council,
        name: "Hội đồng xét công nhận danh hiệu".to_owned(),
        founded_by: "Quyết định số 12/QĐ-UBND ngày 05/01/2023".to_owned(),
        founded_on: date(2023, 1, 5),
    }
}

fn member(number: usize, post: Post) -> Member {
    Member {
        id: MemberId::new(uuid(number)),
        committee: CommitteeId::new(uuid(1)),
        post,
        position: "Phó Giám đốc Công an tỉnh".to_owned(),
        account: None,
        from: date(2023, 2, 1),
        until: None,
    }
}

fn seat(number: usize, post: Post, is_present: bool) -> Seat {
    Seat { member: MemberId::new(uuid(number)), post, position: String::new(), account: None, is_present }
}

/// A chair, a deputy and others, of whom the first so many came.
fn seats(members: usize, came: usize) -> Vec<Seat> {
    let post = |number| match number {
        0 => Post::Chair,
        1 => Post::ViceChair,
        _ => Post::Member,
    };
    (0..members).map(|number| seat(number, post(number), number < came)).collect()
}

fn meeting() -> Meeting {
    Meeting {
        id: MeetingId::new(uuid(3)),
        committee: CommitteeId::new(uuid(1)),
        cycle: CycleId::new(uuid(4)),
        held_on: date(2023, 11, 24),
        place: "Phòng họp số 1".to_owned(),
        again_why: String::new(),
        state: State::Called,
        way: None,
        presides: None,
        opened_at: None,
        closed_at: None,
    }
}

/// The morning of a day in Việt Nam.
fn on(day: Date) -> Timestamp {
    jiff::tz::Offset::UTC.to_timestamp(day.at(2, 0, 0, 0)).expect("an instant")
}

fn rules(ballot: Ballot) -> Rules {
    Rules {
        quorum: Share { part: 70, whole: 100 },
        ballot,
        majority: Majority::MoreThan(Share { part: 1, whole: 2 }),
        of: Base::Present,
        tie: Tie::Chair,
    }
}

fn code<T: std::fmt::Debug>(outcome: Result<T, Refused>) -> String {
    outcome.map_or_else(|refused| refused.code.into_owned(), |_| "done".to_owned())
}

#[test]
fn a_committee_has_one_chair_at_a_time_and_nobody_twice() {
    let account = Some(AccountId::new(uuid(9)));
    let there = [
        Member { until: Some(date(2023, 6, 30)), ..member(1, Post::Chair) },
        Member { account, ..member(2, Post::Member) },
    ];
    let new = member(3, Post::Chair);
    for (new, said) in [
        (Member { from: date(2023, 7, 1), ..new.clone() }, "done"),
        (Member { from: date(2023, 6, 30), ..new.clone() }, "committees.has_chair"),
        (Member { from: date(2023, 1, 5), until: Some(date(2023, 1, 31)), ..new.clone() }, "done"),
        (Member { from: date(2023, 1, 4), ..new.clone() }, "committees.before_founding"),
        (Member { position: " ".to_owned(), ..new.clone() }, "committees.missing"),
        (Member { position: "a".repeat(201), ..new.clone() }, "committees.too_long"),
        (Member { post: Post::Member, account, ..new.clone() }, "committees.is_member"),
        (Member { post: Post::ViceChair, ..new }, "done"),
    ] {
        assert_eq!(code(new.clone().beside(&council(), &there)), said, "{new:?}");
    }
    let many: Vec<Member> = (0..MEMBERS_MAX).map(|number| member(number, Post::Member)).collect();
    assert_eq!(code(member(100, Post::Member).beside(&council(), &many)), "committees.full");
}

#[test]
fn a_place_ends_once() {
    let member = member(1, Post::Member);
    let ended = member.clone().ended(date(2023, 6, 30)).expect("ended");
    assert!(ended.is_on(date(2023, 6, 30)) && !ended.is_on(date(2023, 7, 1)) && !ended.is_on(date(2023, 1, 31)));
    assert_eq!(code(ended.ended(date(2023, 7, 1))), "committees.has_ended");
    assert_eq!(code(member.ended(date(2023, 1, 31))), "committees.not_begun");
}

#[test]
fn who_may_be_called_to_what() {
    let steering = Committee { kind: Kind::SteeringCommittee, ..council() };
    assert_eq!(code(meeting().called(&steering, 1, false)), "committees.does_not_vote");
    assert_eq!(code(meeting().called(&council(), 0, false)), "committees.agenda");
    assert_eq!(code(meeting().called(&council(), MOTIONS_MAX + 1, false)), "committees.agenda");
    let early = Meeting { held_on: date(2023, 1, 4), ..meeting() };
    assert_eq!(code(early.called(&council(), 1, false)), "committees.before_founding");
    let nowhere = Meeting { place: String::new(), ..meeting() };
    assert_eq!(code(nowhere.called(&council(), 1, false)), "committees.missing");
    assert_eq!(code(meeting().called(&council(), MOTIONS_MAX, false)), "done");
    let again = |why: &str| Meeting { again_why: why.to_owned(), ..meeting() }.called(&council(), 1, true);
    assert_eq!(code(again(" ")), "committees.again_why");
    assert_eq!(code(again(&"a".repeat(REASON_CHARS_MAX + 1))), "committees.reason");
    assert_eq!(code(again("Đếm nhầm phiếu.")), "done");
}

#[test]
fn nothing_opens_without_a_quorum_and_nothing_is_given_up_with_one() {
    let now = on(date(2023, 11, 24));
    for (members, came, opens) in [(9, 7, true), (9, 6, false), (10, 7, true), (1, 1, true), (0, 0, false)] {
        let seats = seats(members, came);
        for ballot in Ballot::ALL {
            let opened = meeting().open(&seats, &rules(ballot), Way::ByMembers, now);
            let given_up = meeting().give_up(&seats, &rules(ballot), now);
            assert_eq!((opened.is_ok(), given_up.is_ok()), (opens, !opens), "{members} {came}");
        }
    }
    let led = |chair, deputy| {
        let seats = [seat(1, Post::Chair, chair), seat(2, Post::ViceChair, deputy), seat(3, Post::Member, true)];
        let half = Rules { quorum: Share { part: 1, whole: 3 }, ..rules(Ballot::Open) };
        meeting().open(&seats, &half, Way::ByMembers, now).map(|meeting| meeting.presides)
    };
    assert_eq!(led(true, true), Ok(Some(MemberId::new(uuid(1)))));
    assert_eq!(led(false, true), Ok(Some(MemberId::new(uuid(2)))));
    assert_eq!(code(led(false, false)), "committees.nobody_presides");
}

#[test]
fn members_vote_on_the_day_and_tellers_may_be_late() {
    let (seats, rules) = (seats(3, 3), rules(Ballot::Secret));
    for (day, by_members, by_tellers) in [
        (date(2023, 11, 23), "committees.other_day", "committees.other_day"),
        (date(2023, 11, 24), "done", "done"),
        (date(2023, 11, 25), "committees.other_day", "done"),
    ] {
        assert_eq!(code(meeting().open(&seats, &rules, Way::ByMembers, on(day))), by_members, "{day}");
        assert_eq!(code(meeting().open(&seats, &rules, Way::ByTellers, on(day))), by_tellers, "{day}");
    }
}

#[test]
fn nothing_is_counted_before_everybody_has_voted() {
    let (seats, rules, now) = (seats(3, 3), rules(Ballot::Secret), on(date(2023, 11, 24)));
    for (way, votes, said) in [
        (Way::ByMembers, 0, "committees.votes_missing"),
        (Way::ByMembers, 2, "committees.votes_missing"),
        (Way::ByMembers, 3, "done"),
        (Way::ByTellers, 0, "committees.count_missing"),
        (Way::ByTellers, 2, "done"),
        (Way::ByTellers, 4, "committees.more_votes"),
    ] {
        let meeting = meeting().open(&seats, &rules, way, now).expect("open");
        let mut motion = Motion::on(DossierId::new(uuid(5)));
        motion.tally.in_favour = votes;
        let closed = meeting.clone().close(&seats, &rules, std::slice::from_mut(&mut motion), now);
        assert_eq!(code(closed.clone()), said, "{way:?} {votes}");
        assert_eq!(motion.outcome.is_some(), closed.is_ok());
        assert_eq!(code(meeting.call_off()), "done", "it can be broken off");
        assert_eq!(
            closed.map(|closed| code(closed.call_off())).unwrap_or_default(),
            if said == "done" { "committees.is_closed" } else { "" }
        );
    }
}

#[test]
fn a_decision_goes_with_the_council() {
    let said = |is_for| Some(Verdict { meeting: MeetingId::new(uuid(3)), judged_sha256: "what".to_owned(), is_for });
    let (yes, no, tied) = (said(Some(true)), said(Some(false)), said(None));
    for (verdict, judged, recognised, rules_met, code_) in [
        (&yes, "what", true, Some(true), "done"),
        (&no, "what", false, Some(true), "done"),
        (&no, "what", true, Some(true), "recognition.council_otherwise"),
        (&yes, "what", false, Some(true), "recognition.council_otherwise"),
        (&yes, "what", false, Some(false), "done"),
        (&None, "what", false, None, "done"),
        (&None, "what", true, Some(true), "recognition.council_not_asked"),
        (&yes, "something else", true, Some(true), "recognition.council_not_asked"),
        (&tied, "what", true, Some(true), "recognition.council_tied"),
        (&tied, "what", false, Some(true), "recognition.council_tied"),
    ] {
        let found = bears_out(verdict.as_ref(), judged, recognised, rules_met);
        assert_eq!(code(found), code_, "{verdict:?} {judged} {recognised} {rules_met:?}");
    }
}

/// Numbers by chance that are the same each time (SplitMix64; Steele, Lea, Flood 2014).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let value = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((value ^ (value >> 31)) >> 33).unwrap_or_default() % bound
    }
}

/// Meetings in which everything is tried in any order, beside a plain account of what each member said last.
#[test]
fn random_meetings_do_nothing_that_the_rules_forbid() {
    let now = on(date(2023, 11, 24));
    let (mut opened, mut ties, mut refused) = (0, 0, 0);
    for seed in 0..4_000 {
        let mut dice = Dice(seed);
        let (members, came) = (1 + dice.below(9), dice.below(10));
        let seats = seats(members, came.min(members));
        let (all, there) = (count(&seats), present(&seats));
        let of = [Base::Present, Base::ForAndAgainst][dice.below(2)];
        let rules = Rules { of, ..rules(Ballot::ALL[dice.below(2)]) };
        let (mut meeting, mut motion) = (meeting(), Motion::on(DossierId::new(uuid(5))));
        let mut said: Vec<Option<Choice>> = vec![None; members];
        for _ in 0..120 {
            let before = (meeting.clone(), motion.clone());
            let done = match dice.below(7) {
                0 => meeting.clone().open(&seats, &rules, Way::ByMembers, now).map(|next| meeting = next),
                1 => meeting.clone().give_up(&seats, &rules, now).map(|next| meeting = next),
                6 if dice.below(40) == 0 => meeting.clone().call_off().map(|next| meeting = next),
                2 if dice.below(4) == 0 => meeting
                    .clone()
                    .close(&seats, &rules, std::slice::from_mut(&mut motion), now)
                    .map(|next| meeting = next),
                3 if dice.below(4) == 0 => {
                    let said = Adjudication { is_for: dice.below(2) == 0, reason: "Lý do".to_owned() };
                    meeting.adjudicate(&mut motion, &said)
                }
                _ => {
                    let (who, choice) = (dice.below(members), Choice::ALL[dice.below(3)]);
                    meeting.may_vote(&seats[who], rules.ballot, said[who].is_some()).map(|()| {
                        match said[who].replace(choice) {
                            Some(before) => motion.tally.replace(before, choice),
                            None => motion.tally.add(choice),
                        }
                        let mut counted = Tally::default();
                        said.iter().flatten().for_each(|choice| counted.add(*choice));
                        assert_eq!(motion.tally, counted, "each member's last word counts, once");
                    })
                }
            };
            if done.is_err() {
                refused += 1;
                assert_eq!((meeting.clone(), motion.clone()), before, "what is refused changes nothing");
            }
            let quorate = there >= rules.quorum_of(all);
            assert!(quorate || !matches!(meeting.state, State::Open | State::Closed), "{meeting:?}");
            assert!(motion.tally.cast() <= there, "nobody votes twice, nobody for who is away");
            assert!(motion.verdict().is_none() || meeting.state == State::Closed);
            let Tally { in_favour, against, .. } = motion.tally;
            let whole = if of == Base::Present { there } else { in_favour + against };
            assert!(motion.verdict() != Some(true) || in_favour * 2 >= whole && in_favour > 0, "{motion:?}");
        }
        opened += usize::from(meeting.way.is_some());
        ties += usize::from(motion.adjudication.is_some());
    }
    assert!(opened > 500 && ties > 20 && refused > 1_000, "{opened} opened, {ties} ties, {refused} refused");
}
