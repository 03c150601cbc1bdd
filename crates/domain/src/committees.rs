//! Committees: steering committees and councils, their members with posts and days, their meetings and votes.
//!
//! A council votes on what a criteria set gives where the set says so ([`voting`]). Who may vote is settled when a meeting
//! opens and does not change any more. Members are posts, with the account of whoever holds it where there is one: there is
//! no field for a name. Does not decide on dossiers: see [`crate::recognition`].

pub mod voting;

use jiff::{Timestamp, civil::Date};

use self::voting::{Ballot, Outcome, Rules, Tally};
use crate::{
    Refused,
    calendar::{day_in_vietnam, format_day},
    ids::{AccountId, CommitteeId, CycleId, DossierId, MeetingId, MemberId, UnitId},
    text,
};

/// The longest name, document, position or place, in characters.
pub const TEXT_CHARS_MAX: usize = 200;

/// The longest reason with which whoever presides breaks a tie, in characters.
pub const REASON_CHARS_MAX: usize = 1_000;

/// How many members a committee has at a time.
pub const MEMBERS_MAX: usize = 99;

/// How many dossiers a meeting votes on.
pub const MOTIONS_MAX: usize = 200;

/// What a committee is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Ban Chỉ đạo: steers a programme; does not vote on titles.
    SteeringCommittee,
    /// Hội đồng: votes on titles.
    Council,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Council, Self::SteeringCommittee];

    /// The word in forms and the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::SteeringCommittee => "steering_committee",
            Self::Council => "council",
        }
    }

    /// The kind behind a word of [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// What somebody is in a committee. Every post has one vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Post {
    /// Chủ tịch, trưởng ban: presides.
    Chair,
    /// Phó chủ tịch, phó trưởng ban: presides where the chair is away.
    ViceChair,
    /// Ủy viên thường trực.
    StandingMember,
    /// Ủy viên.
    Member,
    /// Ủy viên thư ký.
    Secretary,
}

impl Post {
    /// Every post, in the order of lists.
    pub const ALL: [Self; 5] = [Self::Chair, Self::ViceChair, Self::StandingMember, Self::Member, Self::Secretary];

    /// The word in forms and the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Chair => "chair",
            Self::ViceChair => "vice_chair",
            Self::StandingMember => "standing_member",
            Self::Member => "member",
            Self::Secretary => "secretary",
        }
    }

    /// The post behind a word of [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|post| post.code() == code)
    }
}

/// A steering committee or a council of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committee {
    /// Identity.
    pub id: CommitteeId,
    /// Whose it is.
    pub unit: UnitId,
    /// What it is.
    pub kind: Kind,
    /// `Hội đồng xét công nhận danh hiệu năm 2023`.
    pub name: String,
    /// The document that founded it, with number and date.
    pub founded_by: String,
    /// Since when it exists.
    pub founded_on: Date,
}

impl Committee {
    /// Checks and cleans what was typed. Refused: a text is empty or too long.
    pub fn written(mut self) -> Result<Self, Refused> {
        self.name = line(&self.name, "name")?;
        self.founded_by = line(&self.founded_by, "founded_by")?;
        Ok(self)
    }
}

/// Somebody's place in a committee, from a first to a last day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Identity.
    pub id: MemberId,
    /// The committee.
    pub committee: CommitteeId,
    /// What they are in it.
    pub post: Post,
    /// The office they hold: `Phó Chủ tịch Ủy ban nhân dân tỉnh`.
    pub position: String,
    /// With which account they vote; none where they vote by hand or on paper only.
    pub account: Option<AccountId>,
    /// First day.
    pub from: Date,
    /// Last day; none while they are one.
    pub until: Option<Date>,
}

impl Member {
    /// Whether they belong to it on a day.
    pub fn is_on(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }

    /// Checks and cleans a new one beside those that are there. Refused: no position; the committee did not exist yet; there is
    /// a chair; the account has a place already; nobody else fits in.
    pub fn beside(mut self, committee: &Committee, others: &[Self]) -> Result<Self, Refused> {
        self.position = line(&self.position, "position")?;
        if self.from < committee.founded_on {
            return Err(Refused::new("committees.before_founding").with("from", format_day(committee.founded_on)));
        }
        let at_once = |other: &&Self| {
            let begins_in_time = self.until.is_none_or(|until| other.from <= until);
            begins_in_time && other.until.is_none_or(|until| self.from <= until)
        };
        let others: Vec<&Self> = others.iter().filter(at_once).collect();
        if self.post == Post::Chair && others.iter().any(|other| other.post == Post::Chair) {
            return Err(Refused::new("committees.has_chair"));
        }
        if self.account.is_some() && others.iter().any(|other| other.account == self.account) {
            return Err(Refused::new("committees.is_member"));
        }
        if others.len() >= MEMBERS_MAX {
            return Err(Refused::new("committees.full").with("max", MEMBERS_MAX));
        }
        Ok(self)
    }

    /// Ends it with a day. Refused: it has ended, or had not begun.
    pub fn ended(mut self, last: Date) -> Result<Self, Refused> {
        if self.until.is_some_and(|until| until <= last) {
            return Err(Refused::new("committees.has_ended"));
        }
        if last < self.from {
            return Err(Refused::new("committees.not_begun").with("from", format_day(self.from)));
        }
        self.until = Some(last);
        Ok(self)
    }
}

/// Where a meeting stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Day and agenda are set.
    Called,
    /// It sits, and votes.
    Open,
    /// The votes are counted.
    Closed,
    /// Too few came; nothing was voted on.
    Inquorate,
    /// It was called off, or broken off before the votes were counted.
    CalledOff,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Called, Self::Open, Self::Closed, Self::Inquorate, Self::CalledOff];

    /// The word in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Called => "called",
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Inquorate => "inquorate",
            Self::CalledOff => "called_off",
        }
    }

    /// The state behind a word of [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// How the votes come together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Each member votes with their own account.
    ByMembers,
    /// Hands or ballot papers are counted at the meeting; the secretary enters the numbers.
    ByTellers,
}

impl Way {
    /// Every way.
    pub const ALL: [Self; 2] = [Self::ByMembers, Self::ByTellers];

    /// The word in forms and the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::ByMembers => "members",
            Self::ByTellers => "tellers",
        }
    }

    /// The way behind a word of [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.code() == code)
    }
}

/// A member as they were when a meeting opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Whose.
    pub member: MemberId,
    /// Their post.
    pub post: Post,
    /// Their position.
    pub position: String,
    /// With which account they vote.
    pub account: Option<AccountId>,
    /// They came.
    pub is_present: bool,
}

/// A meeting of a council about dossiers of one cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting {
    /// Identity.
    pub id: MeetingId,
    /// Who meets.
    pub committee: CommitteeId,
    /// The cycle whose dossiers it votes on.
    pub cycle: CycleId,
    /// The day.
    pub held_on: Date,
    /// Where.
    pub place: String,
    /// Why it votes once more on what a council has voted on; empty where it does not.
    pub again_why: String,
    /// Where it stands.
    pub state: State,
    /// How the votes come together; none before it opened.
    pub way: Option<Way>,
    /// Who presides; none before it opened.
    pub presides: Option<MemberId>,
    /// When it opened, or too few were found to have come.
    pub opened_at: Option<Timestamp>,
    /// When the votes were counted.
    pub closed_at: Option<Timestamp>,
}

/// What one meeting votes on: whether one dossier gets its title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Motion {
    /// The dossier.
    pub dossier: DossierId,
    /// SHA-256 of what the council had before it; empty before the meeting opened.
    pub judged_sha256: String,
    /// The votes so far; whoever shows them asks whether the meeting is closed.
    pub tally: Tally,
    /// What they came to; none before they are counted.
    pub outcome: Option<Outcome>,
    /// How a tie was broken.
    pub adjudication: Option<Adjudication>,
}

impl Motion {
    /// One that is put on an agenda.
    pub fn on(dossier: DossierId) -> Self {
        Self { dossier, judged_sha256: String::new(), tally: Tally::default(), outcome: None, adjudication: None }
    }

    /// Whether the council is for the title; none while nobody can tell.
    pub fn verdict(&self) -> Option<bool> {
        match self.outcome? {
            Outcome::Carried => Some(true),
            Outcome::Lost => Some(false),
            Outcome::Tied => self.adjudication.as_ref().map(|said| said.is_for),
        }
    }
}

/// The word of whoever presides over a tie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjudication {
    /// For the title.
    pub is_for: bool,
    /// Why.
    pub reason: String,
}

impl Meeting {
    /// A meeting that is called. Refused: a steering committee does not vote; nothing or too much stands on the agenda; no place;
    /// a council has voted on some of it (`has_voted_on`) and nobody says why it should once more.
    pub fn called(mut self, committee: &Committee, motions: usize, has_voted_on: bool) -> Result<Self, Refused> {
        if committee.kind != Kind::Council {
            return Err(Refused::new("committees.does_not_vote"));
        }
        if motions == 0 || motions > MOTIONS_MAX {
            return Err(Refused::new("committees.agenda").with("max", MOTIONS_MAX));
        }
        if self.held_on < committee.founded_on {
            return Err(Refused::new("committees.before_founding").with("from", format_day(committee.founded_on)));
        }
        self.place = line(&self.place, "place")?;
        self.again_why = text::nfc(&self.again_why);
        if has_voted_on && self.again_why.is_empty() {
            return Err(Refused::new("committees.again_why"));
        }
        if self.again_why.chars().count() > REASON_CHARS_MAX {
            return Err(Refused::new("committees.reason").with("max", REASON_CHARS_MAX).with("field", "again_why"));
        }
        Ok(self)
    }

    /// Opens it: who may vote is settled from now on. Refused: it was opened before; its day has not come, or is over and members
    /// were to vote by themselves; too few came; nobody who may preside came.
    pub fn open(mut self, seats: &[Seat], rules: &Rules, way: Way, at: Timestamp) -> Result<Self, Refused> {
        self.is_called()?;
        let today = day_in_vietnam(at);
        if today < self.held_on || way == Way::ByMembers && today > self.held_on {
            return Err(Refused::new("committees.other_day").with("day", format_day(self.held_on)));
        }
        let (present, quorum) = (present(seats), rules.quorum_of(count(seats)));
        if present < quorum {
            let refused = Refused::new("committees.no_quorum").with("present", present);
            return Err(refused.with("quorum", quorum).with("members", seats.len()));
        }
        self.presides = Some(presiding(seats).ok_or(Refused::new("committees.nobody_presides"))?.member);
        self.state = State::Open;
        self.way = Some(way);
        self.opened_at = Some(at);
        Ok(self)
    }

    /// Ends it because too few came. Refused: it was opened before; enough came.
    pub fn give_up(mut self, seats: &[Seat], rules: &Rules, at: Timestamp) -> Result<Self, Refused> {
        self.is_called()?;
        if present(seats) >= rules.quorum_of(count(seats)) {
            return Err(Refused::new("committees.quorum_there"));
        }
        self.state = State::Inquorate;
        self.opened_at = Some(at);
        Ok(self)
    }

    /// Calls it off, or breaks it off before the votes are counted, which then come to nothing. Refused: it is over.
    pub fn call_off(mut self) -> Result<Self, Refused> {
        if !matches!(self.state, State::Called | State::Open) {
            return Err(Refused::new("committees.is_closed"));
        }
        self.state = State::CalledOff;
        Ok(self)
    }

    fn is_called(&self) -> Result<(), Refused> {
        if self.state == State::Called { Ok(()) } else { Err(Refused::new("committees.was_opened")) }
    }

    /// Whether a member may vote on a motion now. Refused: the meeting does not vote; votes are counted by tellers; they did
    /// not come; theirs is in, and a secret vote cannot be taken back.
    pub fn may_vote(&self, seat: &Seat, ballot: Ballot, has_voted: bool) -> Result<(), Refused> {
        self.is_voting()?;
        if self.way != Some(Way::ByMembers) {
            return Err(Refused::new("committees.tellers_count"));
        }
        if !seat.is_present {
            return Err(Refused::new("committees.absent"));
        }
        if has_voted && ballot == Ballot::Secret {
            return Err(Refused::new("committees.has_voted"));
        }
        Ok(())
    }

    fn is_voting(&self) -> Result<(), Refused> {
        match self.state {
            State::Open => Ok(()),
            State::Called => Err(Refused::new("committees.not_open")),
            State::Closed | State::Inquorate | State::CalledOff => Err(Refused::new("committees.is_closed")),
        }
    }

    /// Counts the votes, which end with that. Refused: it does not vote; members who came have not voted on everything (in a
    /// secret ballot a few votes would say whose they are); tellers counted nothing, or more votes than people.
    pub fn close(
        mut self,
        seats: &[Seat],
        rules: &Rules,
        motions: &mut [Motion],
        at: Timestamp,
    ) -> Result<Self, Refused> {
        self.is_voting()?;
        let present = present(seats);
        if motions.iter().any(|motion| !motion.tally.is_of(present)) {
            return Err(Refused::new("committees.more_votes").with("present", present));
        }
        let missing: i64 = motions.iter().map(|motion| present - motion.tally.cast()).sum();
        if self.way == Some(Way::ByMembers) && missing > 0 {
            return Err(Refused::new("committees.votes_missing").with("n", missing));
        }
        if motions.iter().any(|motion| motion.tally.cast() == 0) {
            return Err(Refused::new("committees.count_missing"));
        }
        for motion in motions {
            motion.outcome = Some(rules.outcome(count(seats), present, motion.tally));
        }
        self.state = State::Closed;
        self.closed_at = Some(at);
        Ok(self)
    }

    /// Breaks a tie. Refused: the votes are not counted; there is no tie, or it is broken; no reason.
    pub fn adjudicate(&self, motion: &mut Motion, said: &Adjudication) -> Result<(), Refused> {
        if self.state != State::Closed || motion.outcome != Some(Outcome::Tied) || motion.adjudication.is_some() {
            return Err(Refused::new("committees.no_tie"));
        }
        let reason = text::nfc(&said.reason);
        if reason.is_empty() || reason.chars().count() > REASON_CHARS_MAX {
            return Err(Refused::new("committees.reason").with("max", REASON_CHARS_MAX));
        }
        motion.adjudication = Some(Adjudication { is_for: said.is_for, reason });
        Ok(())
    }
}

/// How many came.
pub fn present(seats: &[Seat]) -> i64 {
    i64::try_from(seats.iter().filter(|seat| seat.is_present).count()).unwrap_or(i64::MAX)
}

fn count(seats: &[Seat]) -> i64 {
    i64::try_from(seats.len()).unwrap_or(i64::MAX)
}

/// Who presides: the chair, where they came, else the first of their deputies.
fn presiding(seats: &[Seat]) -> Option<&Seat> {
    let of = |post| seats.iter().find(|seat| seat.is_present && seat.post == post);
    of(Post::Chair).or_else(|| of(Post::ViceChair))
}

/// What a council said last of a dossier, as a decision needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// At which meeting.
    pub meeting: MeetingId,
    /// On what, see [`Motion::judged_sha256`].
    pub judged_sha256: String,
    /// For the title; none while a tie is not broken.
    pub is_for: Option<bool>,
}

impl Verdict {
    /// Whether it was said of what is judged now.
    pub fn is_on(&self, judged_sha256: &str) -> bool {
        self.judged_sha256 == judged_sha256
    }
}

/// Whether a decision goes with the council. Refused: it has not voted on what is judged; a tie is not broken; it said
/// otherwise. A title that the rules of the set do not bear out (`rules_met`) may be withheld whatever the council said.
pub fn bears_out(
    verdict: Option<&Verdict>,
    judged_sha256: &str,
    recognised: bool,
    rules_met: Option<bool>,
) -> Result<(), Refused> {
    if !recognised && rules_met != Some(true) {
        return Ok(());
    }
    let verdict = verdict.filter(|verdict| verdict.is_on(judged_sha256));
    match verdict.map(|verdict| verdict.is_for) {
        None => Err(Refused::new("recognition.council_not_asked")),
        Some(None) => Err(Refused::new("recognition.council_tied")),
        Some(Some(is_for)) if is_for != recognised => Err(Refused::new("recognition.council_otherwise")),
        Some(Some(_)) => Ok(()),
    }
}

/// A line that people typed. Refused: nothing, or too much.
fn line(typed: &str, field: &'static str) -> Result<String, Refused> {
    let text = text::nfc(typed);
    if text.is_empty() {
        return Err(Refused::new("committees.missing").with("field", field));
    }
    if text.chars().count() > TEXT_CHARS_MAX {
        return Err(Refused::new("committees.too_long").with("field", field).with("max", TEXT_CHARS_MAX));
    }
    Ok(text)
}

#[cfg(test)]
mod tests;
