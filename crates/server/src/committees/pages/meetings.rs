//! Handlers of a meeting: its page, who came, the votes, the count, a tie.

use std::{
    collections::{BTreeMap, BTreeSet},
    str::FromStr as _,
};

use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use dienhinh_domain::{
    Refused,
    access::{Action, Role, may, may_read},
    calendar::{format_day, format_instant},
    committees::{
        Adjudication, Kind, Meeting, Motion, Seat, State as Stands, Way, present,
        voting::{Ballot, Choice as Word, Outcome as CameTo, Tally},
    },
    dossiers::State as Step,
    ids::{AccountId, DossierId, MeetingId, MemberId},
    text::Order,
};
use dienhinh_storage::{Tx, committees as rows};

use super::{Fields, comes_back, dossier_view, said, status};
use crate::{
    access::actions::permit,
    app::App,
    committees::{
        actions::{self, Attendance, Sitting, account_of, may_break_tie, seat_of, seats_on},
        views::{BallotView, CountView, MeetingPage, MotionView, SeatView, Task, Typed},
        words,
    },
    dossiers::{case::Case, fill::words as sheet_words},
    request,
    web::{
        lang::Lang,
        layout::{Choice, Place},
        problem::{Outcome, Problem},
        reply::{self, Said},
        visit::Visit,
    },
};

/// The address of a meeting.
pub(crate) fn href(id: MeetingId) -> String {
    format!("/committees/meetings/{id}")
}

pub(super) fn id(text: &str) -> Outcome<MeetingId> {
    MeetingId::from_str(text).map_err(|_| Problem::Missing("meeting"))
}

/// `GET /committees/meetings/{meeting}`.
pub(crate) async fn one(State(app): State<App>, visit: Visit, Path(meeting): Path<String>) -> Outcome<Response> {
    page(&app, &visit, id(&meeting)?, Fields::new(), None).await
}

/// Whoever reads a meeting's page, and what they do there.
struct Reader<'a> {
    lang: Lang,
    /// The seats they may vote with now.
    own: Vec<&'a Seat>,
    task: Task,
    breaks_ties: bool,
    /// The form that came back.
    typed: &'a Typed,
}

/// A meeting with everything around it.
pub(super) struct Loaded {
    pub(super) sitting: Sitting,
    pub(super) seats: Vec<Seat>,
    /// With their dossiers, in the order of the units' names.
    pub(super) motions: Vec<(Motion, Case)>,
    votes: Vec<rows::Vote>,
    /// The account of whoever presides, where it may be used.
    presiding_account: Option<AccountId>,
}

impl Loaded {
    pub(super) async fn of(app: &App, tx: &mut Tx, visit: &Visit, id: MeetingId) -> Outcome<Self> {
        let sitting = Sitting::load(app, tx, id).await?;
        may_read(visit.actor, &sitting.unit)?;
        let meeting = &sitting.meeting;
        let seats = if matches!(meeting.state, Stands::Called | Stands::CalledOff) {
            seats_on(tx, &meeting.committee, meeting.held_on, &BTreeSet::new()).await?
        } else {
            rows::seats(tx, id).await?
        };
        let motions = rows::motions(tx, id).await?;
        let before_it = motions.iter().map(|motion| (motion.dossier, motion.judged_sha256.clone())).collect();
        let judged = Case::as_judged(app, tx, before_it).await?;
        let mut motions: Vec<_> = motions.into_iter().zip(judged).collect();
        let order = Order::new();
        motions.sort_by_cached_key(|(_, case)| order.key(&case.unit.version.name));
        let presides = seats.iter().find(|seat| Some(seat.member) == sitting.meeting.presides);
        let presiding_account = account_of(tx, presides).await?;
        Ok(Self { presiding_account, seats, motions, votes: rows::votes(tx, id).await?, sitting })
    }

    pub(super) fn meeting(&self) -> &Meeting {
        &self.sitting.meeting
    }

    /// How many votes of a member are in.
    fn voted(&self, member: MemberId) -> usize {
        self.votes.iter().filter(|(_, of, _)| *of == member).count()
    }

    fn is_secret(&self) -> bool {
        self.sitting.rules.ballot == Ballot::Secret
    }

    /// Whether the members' own votes are being collected.
    fn collects(&self) -> bool {
        self.meeting().state == Stands::Open && self.meeting().way == Some(Way::ByMembers)
    }

    /// The seats that the reader may vote with now.
    fn own(&self, app: &App, visit: &Visit) -> Vec<&Seat> {
        if !self.collects() || may(visit.actor, Action::CommitteesVote, &self.sitting.unit).is_err() {
            return Vec::new();
        }
        let own = |seat: &&Seat| {
            seat.is_present
                && seat_of(app, std::slice::from_ref(*seat), request::account(), Some(seat.member)).is_some()
        };
        self.seats.iter().filter(own).collect()
    }

    /// The reader's ballot: a ready role of the sample, which has no seat of its own, chooses among those that have not voted.
    fn ballot(&self, Reader { lang, own, typed, .. }: &Reader<'_>) -> Option<BallotView> {
        if own.is_empty() {
            return None;
        }
        let left = |seat: &&&Seat| !self.is_secret() || self.voted(seat.member) < self.motions.len();
        let left: Vec<&&Seat> = own.iter().filter(left).collect();
        let played = |seat: &&&Seat| {
            let text = format!("{} ({})", seat.position, words::post(*lang, Kind::Council, seat.post));
            let value = seat.member.to_string();
            Choice { chosen: typed.has("seat", &value), value, text }
        };
        let is_played = request::account().is_none();
        Some(BallotView {
            played: if is_played { left.iter().map(played).collect() } else { Vec::new() },
            is_done: left.is_empty(),
            is_secret: self.is_secret(),
        })
    }

    fn task(&self, visit: &Visit) -> Task {
        if may(visit.actor, Action::CommitteesOpen, &self.sitting.unit).is_err() {
            return Task::None;
        }
        match (self.meeting().state, self.meeting().way) {
            (Stands::Called, _) => Task::Open,
            (Stands::Open, Some(Way::ByTellers)) => Task::Count,
            (Stands::Open, _) => Task::Close,
            (Stands::Closed, _) if self.motions.iter().any(|(_, case)| case.dossier.state == Step::Appraised) => {
                Task::Decide
            }
            (Stands::Closed | Stands::Inquorate | Stands::CalledOff, _) => Task::None,
        }
    }

    /// Whether the reader breaks ties: whoever presides, or the secretary for whoever presides without an account.
    fn may_adjudicate(&self, visit: &Visit) -> bool {
        may(visit.actor, Action::CommitteesAdjudicate, &self.sitting.unit).is_ok()
            && may_break_tie(visit.actor, self.presiding_account)
    }

    /// Programme and year: a meeting is about dossiers of one cycle.
    pub(super) fn programme(&self, lang: Lang) -> Option<String> {
        let (_, case) = self.motions.first()?;
        Some(sheet_words::programme_year(lang, &case.loaded.set, case.cycle.year))
    }

    pub(super) fn facts(&self, lang: Lang) -> Vec<(String, String)> {
        let (meeting, rules) = (self.meeting(), &self.sitting.rules);
        let mut facts = vec![
            (lang.t("committees-held-on"), format_day(meeting.held_on)),
            (lang.t("committees-place"), meeting.place.clone()),
        ];
        facts.extend(self.programme(lang).map(|programme| (lang.t("committees-programme"), programme)));
        if !matches!(meeting.state, Stands::Called | Stands::CalledOff) {
            let came = lang.t2("meetings-came-of", "present", present(&self.seats), "members", self.seats.len());
            facts.push((lang.t("meetings-came"), came));
        }
        if let Some(presides) = self.seats.iter().find(|seat| Some(seat.member) == meeting.presides) {
            facts.push((lang.t("meetings-presides"), presides.position.clone()));
        }
        if let Some(way) = meeting.way {
            facts.push((lang.t("meetings-way"), words::way(lang, way)));
        }
        if !meeting.again_why.is_empty() {
            facts.push((lang.t("committees-again-why"), meeting.again_why.clone()));
        }
        let opened = if meeting.state == Stands::Inquorate { "meetings-noted" } else { "meetings-opened" };
        for (name, at) in [(opened, meeting.opened_at), ("meetings-closed", meeting.closed_at)] {
            facts.extend(at.map(|at| (lang.t(name), format_instant(at))));
        }
        facts.extend(words::rules(lang, rules));
        facts
    }

    pub(super) fn seat(&self, lang: Lang, seat: &Seat) -> SeatView {
        let came = match (seat.is_present, Some(seat.member) == self.meeting().presides) {
            (false, _) => lang.t("meetings-away"),
            (true, false) => lang.t("meetings-there"),
            (true, true) => lang.t("meetings-there-presiding"),
        };
        // After the count everybody has voted on everything.
        let is_shown = self.collects() && seat.is_present;
        SeatView {
            member: seat.member.to_string(),
            post: words::post(lang, Kind::Council, seat.post),
            position: seat.position.clone(),
            came,
            voted: if is_shown { format!("{}/{}", self.voted(seat.member), self.motions.len()) } else { String::new() },
        }
    }

    fn motion(&self, reader: &Reader<'_>, motion: &Motion, case: &Case) -> Outcome<MotionView> {
        let Reader { lang, own, task, breaks_ties, typed } = reader;
        let lang = *lang;
        let is_closed = self.meeting().state == Stands::Closed;
        let before = |seat: &&Seat| {
            self.votes.iter().find(|(dossier, member, _)| *dossier == motion.dossier && *member == seat.member)
        };
        let (outcome, tone) = words::outcome(lang, motion);
        let adjudged = motion.adjudication.as_ref().map(|said| {
            let key = if said.is_for { "meetings-chair-for" } else { "meetings-chair-against" };
            lang.t1(key, "reason", &said.reason)
        });
        let chosen = match own.as_slice() {
            [seat] => before(seat).and_then(|(.., choice)| *choice),
            _ => None,
        };
        Ok(MotionView {
            dossier: dossier_view(lang, case)?,
            chosen: if typed.is_back() {
                typed.of(&format!("vote.{}", motion.dossier)).to_owned()
            } else {
                chosen.map_or("", Word::code).to_owned()
            },
            may_vote: own.iter().any(|seat| !self.is_secret() || before(seat).is_none()),
            counts: if *task == Task::Count { count_fields(lang, typed, motion.dossier) } else { Vec::new() },
            votes: if is_closed { words::tally(lang, motion.tally) } else { String::new() },
            by_name: if is_closed && !self.is_secret() { self.by_name(lang, motion) } else { Vec::new() },
            outcome,
            tone,
            adjudged: adjudged.unwrap_or_default(),
            may_adjudicate: *breaks_ties
                && case.dossier.state == Step::Appraised
                && motion.outcome == Some(CameTo::Tied)
                && motion.adjudication.is_none(),
        })
    }

    /// Who voted how, by what they said.
    fn by_name(&self, lang: Lang, motion: &Motion) -> Vec<(String, String)> {
        let said = |choice: Word| {
            let votes =
                self.votes.iter().filter(|(dossier, _, said)| *dossier == motion.dossier && *said == Some(choice));
            let seats = votes.filter_map(|(_, member, _)| self.seats.iter().find(|seat| seat.member == *member));
            let positions: Vec<&str> = seats.map(|seat| seat.position.as_str()).collect();
            let name = lang.look_up(&format!("meetings-{}", choice.code()), &[]);
            (!positions.is_empty()).then(|| (name, positions.join("; ")))
        };
        Word::ALL.into_iter().filter_map(said).collect()
    }
}

async fn page(app: &App, visit: &Visit, id: MeetingId, fields: Fields, wrong: Option<&Refused>) -> Outcome<Response> {
    let lang = visit.lang;
    let mut tx = app.db.read().await?;
    let loaded = Loaded::of(app, &mut tx, visit, id).await?;
    let meeting = loaded.meeting();
    let title = lang.t1("meetings-title", "day", format_day(meeting.held_on));
    let mut shell = visit.shell_in(app, &mut tx, title, Some(Place::Committees)).await?;
    drop(tx);
    let anchor = match meeting.state {
        Stands::Called => "open",
        Stands::Open if loaded.collects() && visit.is(Role::CouncilMember) => "ballot",
        _ => "motions",
    };
    shell.errors.extend(wrong.map(|refused| said(lang, refused, anchor)));
    shell.path = href(id);
    let typed = Typed(fields);
    let (task, own) = (loaded.task(visit), loaded.own(app, visit));
    let reader = Reader { lang, own, task, breaks_ties: loaded.may_adjudicate(visit), typed: &typed };
    let motions = loaded.motions.iter().map(|(motion, case)| loaded.motion(&reader, motion, case));
    let motions = motions.collect::<Outcome<_>>()?;
    let ballot = loaded.ballot(&reader);
    let (state, tone) = words::state(lang, meeting);
    let page = MeetingPage {
        href: href(id),
        committee: (format!("/committees/{}", meeting.committee), loaded.sitting.committee.name.clone()),
        state,
        tone,
        facts: loaded.facts(lang),
        seats: loaded.seats.iter().map(|seat| loaded.seat(lang, seat)).collect(),
        motions,
        task,
        ballot,
        stands: meeting.state,
        typed,
        shell,
    };
    reply::page_with(status(wrong), &page)
}

/// Back to the meeting, with what was done or with what has to be put right.
async fn concluded(
    app: &App,
    visit: &Visit,
    id: MeetingId,
    typed: Typed,
    done: Outcome<&'static str>,
) -> Outcome<Response> {
    match done {
        Err(Problem::Refused(refused)) if comes_back(visit, &refused) => {
            page(app, visit, id, typed.0, Some(&refused)).await
        }
        done => reply::after(visit, done.map(Said::done), &href(id)),
    }
}

/// Asked before anything else is said: who may not do it is not told what a form lacks.
async fn only(app: &App, visit: &Visit, action: Action, id: MeetingId) -> Outcome<()> {
    let sitting = Sitting::load(app, &mut app.db.read().await?, id).await?;
    permit(visit.actor, action, &sitting.unit)
}

/// `POST /committees/meetings/{meeting}/open`: who came, and how they vote; or that too few came.
pub(crate) async fn open(
    State(app): State<App>,
    visit: Visit,
    Path(meeting): Path<String>,
    Form(fields): Form<Fields>,
) -> Outcome<Response> {
    let (id, typed) = (id(&meeting)?, Typed(fields));
    let done = async {
        only(&app, &visit, Action::CommitteesOpen, id).await?;
        let present = typed.0.iter().filter(|(name, _)| name == "present");
        let present = present.map(|(_, id)| MemberId::from_str(id).map_err(|_| Problem::Missing("member")));
        let way = match typed.of("way") {
            "none" => None,
            way => Some(Way::from_code(way).ok_or(Problem::Missing("way"))?),
        };
        let attendance = Attendance { present: present.collect::<Outcome<_>>()?, way };
        actions::open(&app, visit.actor, id, attendance).await?;
        Ok(if way.is_some() { "done-meeting-opened" } else { "done-meeting-given-up" })
    };
    let done = done.await;
    concluded(&app, &visit, id, typed, done).await
}

/// `POST /committees/meetings/{meeting}/call-off`.
pub(crate) async fn call_off(State(app): State<App>, visit: Visit, Path(meeting): Path<String>) -> Outcome<Response> {
    let id = id(&meeting)?;
    let done = actions::call_off(&app, visit.actor, id).await;
    concluded(&app, &visit, id, Typed::default(), done.map(|()| "done-meeting-called-off")).await
}

/// The fields of a form that say something of a dossier: `{word}.{dossier}`.
fn of_dossiers<'a>(typed: &'a Typed, word: &str) -> Outcome<BTreeMap<DossierId, &'a str>> {
    let named = typed.0.iter().filter_map(|(name, value)| {
        let dossier = name.strip_prefix(word)?.strip_prefix('.')?;
        Some((dossier, value.as_str()))
    });
    named
        .map(|(dossier, value)| Ok((DossierId::from_str(dossier).map_err(|_| Problem::Missing("dossier"))?, value)))
        .collect()
}

/// `POST /committees/meetings/{meeting}/votes`: the votes of one member.
pub(crate) async fn vote(
    State(app): State<App>,
    visit: Visit,
    Path(meeting): Path<String>,
    Form(fields): Form<Fields>,
) -> Outcome<Response> {
    let (id, typed) = (id(&meeting)?, Typed(fields));
    let done = async {
        only(&app, &visit, Action::CommitteesVote, id).await?;
        let played = MemberId::from_str(typed.of("seat")).ok();
        let mut said = BTreeMap::new();
        for (dossier, word) in of_dossiers(&typed, "vote")? {
            said.insert(dossier, Word::from_code(word).ok_or(Problem::Missing("choice"))?);
        }
        actions::vote(&app, visit.actor, id, played, &said).await?;
        Ok("done-meeting-voted")
    };
    let done = done.await;
    concluded(&app, &visit, id, typed, done).await
}

/// `POST /committees/meetings/{meeting}/close`: ends the voting, with the numbers where tellers counted.
pub(crate) async fn close(
    State(app): State<App>,
    visit: Visit,
    Path(meeting): Path<String>,
    Form(fields): Form<Fields>,
) -> Outcome<Response> {
    let (id, typed) = (id(&meeting)?, Typed(fields));
    let done = async {
        only(&app, &visit, Action::CommitteesClose, id).await?;
        actions::close(&app, visit.actor, id, &counted(&typed)?).await?;
        Ok("done-meeting-closed")
    };
    let done = done.await;
    concluded(&app, &visit, id, typed, done).await
}

/// What tellers count, and whether the number has to be typed.
const COUNTED: [(&str, bool); 4] = [("for", true), ("against", true), ("abstain", false), ("spoilt", false)];

/// The numbers that were typed, of the dossiers for which none is missing.
fn counted(typed: &Typed) -> Outcome<BTreeMap<DossierId, Tally>> {
    let mut counted: BTreeMap<DossierId, Tally> = BTreeMap::new();
    let mut needed = Vec::new();
    for (word, is_needed) in COUNTED {
        let said = of_dossiers(typed, word)?;
        for (dossier, value) in &said {
            let tally = counted.entry(*dossier).or_default();
            let count = match word {
                "for" => &mut tally.in_favour,
                "against" => &mut tally.against,
                "abstain" => &mut tally.abstained,
                _ => &mut tally.spoilt,
            };
            if is_needed && value.trim().is_empty() {
                return Err(Refused::new("committees.count_missing").with("field", format!("{word}-{dossier}")).into());
            }
            *count = number(value, is_needed).ok_or_else(|| bad_count(value, word, *dossier))?;
        }
        needed.extend(is_needed.then_some(said));
    }
    counted.retain(|dossier, _| needed.iter().all(|said| said.contains_key(dossier)));
    Ok(counted)
}

/// The fields for the numbers of one motion.
fn count_fields(lang: Lang, typed: &Typed, dossier: DossierId) -> Vec<CountView> {
    let field = |(word, is_needed): (&'static str, bool)| CountView {
        word,
        label: lang.look_up(&format!("meetings-{word}"), &[]),
        typed: typed.of(&format!("{word}.{dossier}")).to_owned(),
        is_needed,
    };
    COUNTED.map(field).to_vec()
}

/// A number of votes that was typed; nothing counts as nought where it does not have to be typed.
fn number(typed: &str, is_needed: bool) -> Option<i64> {
    let text = typed.trim();
    if text.is_empty() && !is_needed { Some(0) } else { text.parse::<u16>().ok().map(i64::from) }
}

fn bad_count(value: &str, word: &str, dossier: DossierId) -> Refused {
    Refused::new("committees.bad_count").with("field", format!("{word}-{dossier}")).with("value", value)
}

/// `POST /committees/meetings/{meeting}/motions/{dossier}`: breaks a tie.
pub(crate) async fn adjudicate(
    State(app): State<App>,
    visit: Visit,
    Path((meeting, dossier)): Path<(String, String)>,
    Form(mut fields): Form<Fields>,
) -> Outcome<Response> {
    let id = id(&meeting)?;
    // The form comes back to the card of its dossier.
    fields.push(("dossier".to_owned(), dossier.clone()));
    let typed = Typed(fields);
    let done = async {
        only(&app, &visit, Action::CommitteesAdjudicate, id).await?;
        let dossier = DossierId::from_str(&dossier).map_err(|_| Problem::Missing("dossier"))?;
        let is_for = match typed.of("said") {
            "for" => true,
            "against" => false,
            _ => return Err(Problem::Missing("choice")),
        };
        let said = Adjudication { is_for, reason: typed.of("reason").to_owned() };
        actions::adjudicate(&app, visit.actor, id, dossier, said).await?;
        Ok("done-meeting-adjudicated")
    };
    let done = done.await;
    concluded(&app, &visit, id, typed, done).await
}
