//! Random people do random things to some dossiers, in any order and on two servers at once. Whatever comes of it, what the
//! rules forbid is never found in the database: no edit after freezing, no title without a quorum of the council, no vote
//! counted twice, no gap in the numbers, no step that is not on the way.
//!
//! Nothing here knows what an answer should be: most requests are refused, and rightly. A failure names the seed and the steps.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write as _,
};

use axum::{Router, body::Body, http::StatusCode};
use dienhinh_domain::{
    audit::sha256,
    committees::{self, Meeting, Motion, voting::Rules},
    dossiers::{Stage, State},
    ids::{CommitteeId, DossierId, UnitId},
    programmes::parse,
    recognition::Status,
};
use dienhinh_storage::{Tx, appeals, committees as councils, dossiers, recognition};
use dienhinh_testkit::Empty;
use futures_util::future::join_all;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::{
    site::{As, Site, encoded, form, mixed},
    story::DRAFT,
};

dienhinh_testkit::on_both!(no_order_of_steps_leads_to_what_the_rules_forbid);

const SET: &str = "exemplary-commune-34";

const PACK: &str = include_str!("../../../../packs/exemplary-commune-34/pack.toml");

/// Units whose dossiers begin in different places of the way.
const UNITS: [&str; 3] = ["Thị trấn Châu Hưng", "Xã Vĩnh Trạch", "Phường 2"];

/// How often something is done, and by how many at once.
const TURNS: usize = 90;
const AT_ONCE: usize = 3;

/// Everything that is done at all.
const ALL: [&str; 22] = [
    "register",
    "answer",
    "prove",
    "present",
    "withdraw",
    "submit",
    "agree",
    "judge",
    "return",
    "appraise",
    "call",
    "open",
    "vote",
    "close",
    "decide",
    "adjudicate",
    "revoke",
    "appeal",
    "reopen",
    "take_back",
    "restore",
    "dismiss",
];

/// The next of some numbers by chance, the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 += 1;
        usize::try_from(mixed(self.0) % bound.max(1) as u64).expect("small")
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// A form that somebody sends: who, where, with what.
type Asked = (As, String, Vec<(String, String)>);

/// One request: who, to which server, where, with what.
struct Step {
    node: usize,
    who: As,
    path: String,
    fields: Vec<(String, String)>,
}

impl Step {
    fn line(&self) -> String {
        format!("{} on {}: {}", self.who.0, self.node, self.path)
    }
}

/// What everybody did in each turn; printed when it led to a failure.
struct Log(u64, Vec<Vec<Vec<String>>>);

impl Drop for Log {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let mut out = std::io::stderr();
            drop(writeln!(out, "DIENHINH_MODEL_SEED={}", self.0));
            for (turn, people) in self.1.iter().enumerate() {
                drop(writeln!(out, "turn {turn}: {people:?}"));
            }
        }
    }
}

/// A dossier with its unit.
#[derive(Clone)]
struct Case {
    id: String,
    unit: String,
}

struct World {
    nodes: [Router; 2],
    site: Site,
    cases: Vec<Case>,
    cycle: String,
    province: String,
    council: CommitteeId,
    rules: Rules,
}

impl World {
    async fn open(empty: Empty) -> Self {
        let site = Site::open(empty).await;
        let beside = dienhinh_server::router(site.beside().await);
        let province = site.province().await;
        let mut cases = Vec::new();
        for name in UNITS {
            let (unit, id) = site.find(SET, name).await;
            cases.push(Case { id, unit });
        }
        let db = site.database().await;
        let mut tx = db.read().await.expect("a transaction");
        let of: UnitId = province.parse().expect("an identity");
        let day = jiff::civil::date(2023, 11, 24);
        let council = councils::in_area(&mut tx, of, day, 1).await.expect("read").remove(0).id;
        let dossier = dossiers::get(&mut tx, id(&cases[0].id)).await.expect("read").expect("there");
        let rules = parse(SET, PACK).expect("a pack").recognition.council.expect("it asks for a vote").rules;
        let nodes = [site.router(), beside];
        Self { nodes, cases, cycle: dossier.cycle.to_string(), province, council, rules, site }
    }

    async fn send(&self, step: &Step) -> StatusCode {
        let fields: Vec<(&str, &str)> =
            step.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let request = form(&step.who, &step.path).body(Body::from(encoded(&fields))).expect("a request");
        let response = self.nodes[step.node].clone().oneshot(request).await.expect("an answer");
        response.status()
    }

    /// Does some steps in their order. A refusal is as good as any answer; a server that breaks is not.
    async fn does(&self, steps: &[Step], (seed, turn): (u64, usize)) {
        for step in steps {
            let status = self.send(step).await;
            assert!(!status.is_server_error(), "seed {seed}, turn {turn}: {} {status}", step.path);
        }
    }

    /// Something that somebody might do with a dossier, more often than not what it waits for.
    async fn step(&self, tx: &mut Tx, dice: &mut Dice) -> Vec<Step> {
        let case = dice.of(&self.cases).clone();
        let dossier = dossiers::get(tx, id(&case.id)).await.expect("read").expect("there");
        let waits = match dossier.state {
            State::Invited => &["register"][..],
            State::InProgress | State::Returned => &["answer", "prove", "present", "present"],
            State::Presented => &["submit", "submit", "withdraw"],
            State::Submitted => &["agree", "agree", "judge", "return", "appraise", "appraise"],
            State::Appraised => match self.pending(tx, &case).await.map(|meeting| meeting.state) {
                None => &["call", "decide", "decide", "adjudicate"][..],
                Some(committees::State::Called) => &["open"],
                Some(_) => &["vote", "vote", "close"],
            },
            State::Recognised => &["revoke", "restore"],
            State::NotRecognised => &["appeal"],
            State::Appealed => &["reopen", "reopen", "dismiss", "take_back"],
            State::Revoked => &["restore"],
        };
        let what = if dice.below(5) == 0 { *dice.of(&ALL) } else { *dice.of(waits) };
        self.steps(tx, dice, &case, what).await
    }

    async fn steps(&self, tx: &mut Tx, dice: &mut Dice, case: &Case, what: &str) -> Vec<Step> {
        let path = format!("/dossiers/{}", case.id);
        let appeal = format!("/appeals/{}", case.id);
        let criterion = format!("c{:02}", dice.below(34) + 1);
        let officer = As("unit_officer", case.unit.clone());
        let leader = As("unit_leader", case.unit.clone());
        let appraiser = As("appraiser", self.province.clone());
        let secretary = As("council_secretary", self.province.clone());
        let one = |who: As, path: String, fields: &[(&str, &str)]| vec![(who, path, owned(fields))];
        let found: Vec<Asked> = match what {
            "register" => one(officer, format!("{path}/register"), &[]),
            "answer" => {
                let note = format!("Lần {}", dice.below(1000));
                one(officer, format!("{path}/answers/{criterion}"), &[(&format!("{criterion}.note"), &note)])
            }
            // Everything that may be lacking: an explanation and a reply at each row.
            "prove" => (1..=34)
                .map(|number| {
                    let row = format!("c{number:02}");
                    let (note, reply) = (format!("{row}.note"), format!("{row}.reply"));
                    let fields = owned(&[(&note, "Lưu tại đơn vị."), (&reply, "Đã bổ sung.")]);
                    (officer.clone(), format!("{path}/answers/{row}"), fields)
                })
                .collect(),
            "present" => one(officer, format!("{path}/present"), &[]),
            "withdraw" => one(leader, format!("{path}/withdraw"), &[]),
            "submit" => one(leader, format!("{path}/submit"), &[]),
            "agree" => (1..=34)
                .map(|number| {
                    let fields = owned(&[("verdict", "agree")]);
                    (appraiser.clone(), format!("{path}/appraisal/c{number:02}"), fields)
                })
                .collect(),
            "judge" => {
                let verdict = *dice.of(&["agree", "unmet", "return"]);
                let fields = [("verdict", verdict), ("reason", "Chưa rõ.")];
                one(appraiser, format!("{path}/appraisal/{criterion}"), &fields)
            }
            "return" => {
                let marks = owned(&[("verdict", "return"), ("reason", "Bổ sung chữ ký.")]);
                let marked = (appraiser.clone(), format!("{path}/appraisal/{criterion}"), marks);
                vec![marked, (appraiser, format!("{path}/return"), Vec::new())]
            }
            "appraise" => one(appraiser, format!("{path}/appraise"), &[]),
            "decide" => self.decides(dice, case, secretary),
            "revoke" | "restore" => self.rules_on(tx, case, what, secretary).await,
            "appeal" => one(leader, appeal, &[(&format!("ground.{criterion}"), "Chưa tính quý IV.")]),
            "reopen" | "dismiss" => one(secretary, format!("{appeal}/{what}"), &[("answer", "Đã xem lại.")]),
            "take_back" => one(leader, format!("{appeal}/withdraw"), &[]),
            _ => self.meets(tx, dice, case, what, secretary).await,
        };
        let stranger = dice.below(12) == 0;
        let roles = ["unit_officer", "unit_leader", "appraiser", "council_secretary", "council_member", "public"];
        let step = |(who, path, fields)| {
            let who = if stranger { As(roles[dice.below(6)], self.province.clone()) } else { who };
            Step { node: dice.below(2), who, path, fields }
        };
        found.into_iter().map(step).collect()
    }

    fn decides(&self, dice: &mut Dice, case: &Case, secretary: As) -> Vec<Asked> {
        let outcome = format!("outcome.{}", case.id);
        let said = if dice.below(3) == 0 { "no" } else { "yes" };
        let judged = [("cycle", self.cycle.as_str()), ("issuer_unit", &self.province), (&outcome, said)];
        vec![(secretary, "/recognition".to_owned(), owned(&[&judged[..], &DRAFT].concat()))]
    }

    async fn rules_on(&self, tx: &mut Tx, case: &Case, measure: &str, secretary: As) -> Vec<Asked> {
        let on = recognition::on_dossiers(tx, std::iter::once(id(&case.id))).await.expect("read");
        let titled = on.values().find_map(|decision| Some((decision.id, decision.items[0].certificate.clone()?.id)));
        let Some((decision, certificate)) = titled else { return Vec::new() };
        let fields = owned(&[
            ("measure", measure),
            ("certificate", &certificate.to_string()),
            ("effective_on", "24/11/2023"),
            ("reason", "Số liệu kê khai không đúng."),
            ("signed_on", "24/11/2023"),
            ("issuer", "ỦY BAN NHÂN DÂN TỈNH BẠC LIÊU"),
            ("place", "Bạc Liêu"),
            ("capacity", "KT."),
            ("signatory", "PHÓ CHỦ TỊCH"),
            ("legal_bases", "Căn cứ Kết luận thanh tra"),
        ]);
        vec![(secretary, format!("/recognition/{decision}/rulings"), fields)]
    }

    /// The meeting that has a dossier before it.
    async fn pending(&self, tx: &mut Tx, case: &Case) -> Option<Meeting> {
        let pending = councils::pending(tx, std::iter::once(id(&case.id))).await.expect("read");
        let meeting = pending.into_values().next()?;
        councils::meeting(tx, meeting).await.expect("read")
    }

    /// A step of the council: at the meeting that has the dossier before it, else at the latest one.
    async fn meets(&self, tx: &mut Tx, dice: &mut Dice, case: &Case, what: &str, secretary: As) -> Vec<Asked> {
        if what == "call" {
            let fields = owned(&[
                ("cycle", &self.cycle),
                ("held_on", "24/11/2023"),
                ("place", "Phòng họp"),
                ("dossier", &case.id),
                ("again_why", "Kiểm lại."),
            ]);
            return vec![(secretary, format!("/committees/{}/meetings", self.council), fields)];
        }
        let chosen = match self.pending(tx, case).await {
            Some(meeting) => Some(meeting),
            None => councils::meetings(tx, self.council, 1).await.expect("read").pop(),
        };
        let Some(meeting) = chosen else { return Vec::new() };
        let path = format!("/committees/meetings/{}", meeting.id);
        let members: Vec<String> = councils::members(tx, self.council)
            .await
            .expect("read")
            .into_iter()
            .map(|member| member.id.to_string())
            .collect();
        match what {
            "open" => {
                // Mostly enough of them, now and then too few.
                let few = dice.below(4) == 0;
                let came = members.iter().filter(|_| if few { dice.below(3) == 0 } else { dice.below(9) > 0 });
                let mut fields: Vec<_> = came.map(|member| ("present".to_owned(), member.clone())).collect();
                fields.push(("way".to_owned(), "members".to_owned()));
                vec![(secretary, format!("{path}/open"), fields)]
            }
            "vote" => {
                let vote = format!("vote.{}", case.id);
                let mut ballots = Vec::new();
                for member in &members {
                    let choice = *dice.of(&["for", "for", "for", "for", "for", "for", "against", "abstain"]);
                    let ballot = owned(&[("seat", member), (&vote, choice)]);
                    // Now and then somebody tries twice.
                    for _ in 0..=usize::from(dice.below(4) == 0) {
                        let who = As("council_member", self.province.clone());
                        ballots.push((who, format!("{path}/votes"), ballot.clone()));
                    }
                }
                ballots
            }
            "close" => vec![(secretary, format!("{path}/close"), Vec::new())],
            _ => {
                let fields = owned(&[("said", *dice.of(&["for", "against"])), ("reason", "Theo ý kiến thường trực.")]);
                vec![(secretary, format!("{path}/motions/{}", case.id), fields)]
            }
        }
    }

    /// Everything that must hold whatever was done.
    async fn check(&self, tx: &mut Tx, seen: &mut BTreeMap<String, State>, people: usize) {
        for case in &self.cases {
            let dossier = dossiers::get(tx, id(&case.id)).await.expect("read").expect("there");
            let before = seen.insert(case.id.clone(), dossier.state);
            if let Some(before) = before {
                assert!(leads_to(before, dossier.state, people), "{before:?} became {:?}", dossier.state);
            }
            if dossier.state.is_handed_in() {
                let (sha, content) =
                    dossiers::snapshot(tx, dossier.id, dossier.round).await.expect("read").expect("frozen");
                assert_eq!((Some(&sha), sha256(content.as_bytes())), (dossier.frozen_sha256.as_ref(), sha.clone()));
                self.is_as_frozen(tx, dossier.id, &content).await;
            }
            self.is_decided_rightly(tx, &dossier).await;
        }
        self.meetings_add_up(tx).await;
        self.numbers_have_no_gap(tx).await;
    }

    /// No edit after freezing.
    async fn is_as_frozen(&self, tx: &mut Tx, dossier: DossierId, content: &str) {
        let frozen: Value = serde_json::from_str(content).expect("JSON");
        let answers = dossiers::answers(tx, dossier).await.expect("read");
        let own = answers.iter().filter(|((_, stage), _)| *stage == Stage::SelfAssessed);
        let own: serde_json::Map<String, Value> = own
            .map(|((criterion, _), answer)| {
                (criterion.clone(), serde_json::json!({ "inputs": answer.inputs, "note": answer.note }))
            })
            .collect();
        assert_eq!(frozen["answers"], Value::Object(own), "{dossier} was edited after it was frozen");
    }

    /// A title rests on a vote for what was judged, by enough members; a state on the last word that was said.
    async fn is_decided_rightly(&self, tx: &mut Tx, dossier: &dienhinh_domain::dossiers::Dossier) {
        let one = || std::iter::once(dossier.id);
        let decisions = recognition::all_on_dossiers(tx, one()).await.expect("read").remove(&dossier.id);
        let decisions = decisions.unwrap_or_default();
        let rounds: BTreeSet<i64> = decisions.iter().map(|decision| decision.items[0].round).collect();
        assert_eq!(rounds.len(), decisions.len(), "one decision a round");
        for decision in &decisions {
            let item = &decision.items[0];
            assert_eq!(item.recognised, item.certificate.is_some());
            if item.recognised {
                self.council_was_for(tx, dossier.id, &item.judged_sha256).await;
            }
        }
        let last = decisions.last().filter(|decision| decision.items[0].round == dossier.round);
        assert_eq!(last.is_some(), dossier.state.is_decided(), "{:?} in round {}", dossier.state, dossier.round);
        let Some(item) = last.map(|decision| &decision.items[0]) else { return };
        let waiting = appeals::of_dossier(tx, dossier.id).await.expect("read");
        let waiting = waiting.iter().filter(|appeal| appeal.state == dienhinh_domain::appeals::State::Waiting).count();
        let expected = match &item.certificate {
            None if waiting == 1 => State::Appealed,
            None => State::NotRecognised,
            Some(certificate) => {
                let ruled = recognition::rulings(tx, std::iter::once(certificate.id)).await.expect("read");
                let status = ruled.get(&certificate.id).map_or(Status::InForce, |ruled| Status::of(ruled));
                if status == Status::Revoked { State::Revoked } else { State::Recognised }
            }
        };
        assert_eq!((dossier.state, waiting <= 1), (expected, true));
    }

    async fn council_was_for(&self, tx: &mut Tx, dossier: DossierId, judged: &str) {
        let mut last: Option<(Meeting, Motion)> = None;
        for meeting in councils::meetings(tx, self.council, 500).await.expect("read") {
            let motions = councils::motions(tx, meeting.id).await.expect("read");
            let on_it = |motion: &Motion| motion.dossier == dossier && motion.judged_sha256 == judged;
            let motion = motions.into_iter().find(on_it).filter(|_| meeting.state == committees::State::Closed);
            let order = |meeting: &Meeting| (meeting.closed_at, meeting.id);
            if let Some(motion) = motion.filter(|_| last.as_ref().is_none_or(|(of, _)| order(of) < order(&meeting))) {
                last = Some((meeting, motion));
            }
        }
        let (meeting, motion) = last.unwrap_or_else(|| panic!("a title was given to {dossier} and no council voted"));
        assert_eq!(motion.verdict(), Some(true), "the last word of the council on {dossier}");
        let seats = councils::seats(tx, meeting.id).await.expect("read");
        let (there, members) = (committees::present(&seats), i64::try_from(seats.len()).expect("few"));
        assert!(there >= self.rules.quorum_of(members), "{there} of {members} are no quorum");
    }

    /// Nobody's vote counts twice, and no vote is lost.
    async fn meetings_add_up(&self, tx: &mut Tx) {
        for meeting in councils::meetings(tx, self.council, 500).await.expect("read") {
            let votes = councils::votes(tx, meeting.id).await.expect("read");
            let seats = councils::seats(tx, meeting.id).await.expect("read");
            let present: BTreeSet<_> = seats.iter().filter(|seat| seat.is_present).map(|seat| seat.member).collect();
            for motion in councils::motions(tx, meeting.id).await.expect("read") {
                let voted: Vec<_> = votes.iter().filter(|(on, ..)| *on == motion.dossier).collect();
                let by: BTreeSet<_> = voted.iter().map(|(_, member, _)| *member).collect();
                assert_eq!(by.len(), voted.len(), "somebody voted twice");
                assert!(by.is_subset(&present), "somebody voted who was not there");
                if meeting.way == Some(committees::Way::ByMembers) {
                    let cast = usize::try_from(motion.tally.cast()).expect("few");
                    assert_eq!(cast, voted.len(), "every vote counts once");
                }
            }
        }
    }

    async fn numbers_have_no_gap(&self, tx: &mut Tx) {
        let of: UnitId = self.province.parse().expect("an identity");
        let decisions = recognition::latest(tx, None, 10_000, true).await.expect("read");
        let issued = decisions.iter().filter(|decision| decision.issuing_unit == of);
        let mut numbers: Vec<i64> = issued.map(|decision| decision.number).collect();
        numbers.sort_unstable();
        let expected: Vec<i64> = (1..=i64::try_from(numbers.len()).expect("few")).collect();
        assert_eq!(numbers, expected, "a number is missing or was given twice");
        let next = recognition::next_number(tx, of, 2023).await.expect("read");
        assert_eq!(next, i64::try_from(numbers.len() + 1).expect("few"));
    }
}

fn id(text: &str) -> DossierId {
    text.parse().expect("an identity")
}

fn owned(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Whether so many steps of the way lead from one state to another.
fn leads_to(from: State, to: State, steps: usize) -> bool {
    let next: &[State] = match from {
        State::Invited => &[State::InProgress],
        State::InProgress | State::Returned => &[State::Presented],
        State::Presented => &[State::InProgress, State::Returned, State::Submitted],
        State::Submitted => &[State::Returned, State::Appraised],
        State::Appraised => &[State::Recognised, State::NotRecognised],
        State::Recognised => &[State::Revoked],
        State::Revoked => &[State::Recognised],
        State::NotRecognised => &[State::Appealed],
        State::Appealed => &[State::NotRecognised, State::Returned],
    };
    from == to || steps > 0 && next.iter().any(|next| leads_to(*next, to, steps - 1))
}

async fn no_order_of_steps_leads_to_what_the_rules_forbid(empty: Empty) {
    let world = World::open(empty).await;
    let db = world.site.database().await;
    let seed = std::env::var("DIENHINH_MODEL_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(2023);
    let mut log = Log(seed, Vec::new());
    let (mut dice, mut seen, mut reached) = (Dice(seed), BTreeMap::new(), BTreeSet::new());
    for turn in 0..TURNS {
        let mut tx = db.read().await.expect("a transaction");
        let mut people = Vec::new();
        for _ in 0..=dice.below(AT_ONCE) {
            people.push(world.step(&mut tx, &mut dice).await);
        }
        drop(tx);
        log.1.push(people.iter().map(|steps| steps.iter().map(Step::line).collect()).collect());
        // Everybody does their own steps in their order, all at once.
        join_all(people.iter().map(|steps| world.does(steps, (seed, turn)))).await;
        let mut tx = db.read().await.expect("a transaction");
        world.check(&mut tx, &mut seen, people.len()).await;
        reached.extend(seen.values().map(|state| state.code()));
    }
    let verified = dienhinh_server::verify(&world.site.installation(), &[], &[]).await.expect("read");
    assert!(verified.holds(), "the record is whole");
    // A walk that goes nowhere shows nothing.
    for one_of in
        [&["submitted"][..], &["returned", "appealed", "revoked"], &["appraised"], &["recognised", "not_recognised"]]
    {
        assert!(one_of.iter().any(|state| reached.contains(state)), "seed {seed} reached {reached:?} only");
    }
}
