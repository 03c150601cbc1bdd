//! Committees, their members, their meetings and votes. How somebody voted lies here in an open ballot only.

use std::collections::BTreeMap;

use dienhinh_domain::{
    committees::{
        Adjudication, Committee, Kind, Meeting, Member, Motion, Post, Seat, State, Verdict, Way,
        voting::{Choice, Outcome, Tally},
    },
    ids::{AccountId, CommitteeId, DossierId, MeetingId, MemberId, UnitId},
};
use jiff::{Timestamp, civil::Date};

use crate::{
    Result, Tx,
    dialect::{execute, fetch_all, fetch_optional, instant, one_of, parse, parse_optional, read, together},
};

const COMMITTEES: &str = "committees";
const MEMBERS: &str = "committee_members";
const MEETINGS: &str = "committee_meetings";
const SEATS: &str = "committee_seats";
const MOTIONS: &str = "committee_motions";
const VOTES: &str = "committee_votes";

#[derive(sqlx::FromRow)]
struct CommitteeRow {
    id: String,
    unit_id: String,
    kind: String,
    name: String,
    founded_by: String,
    founded_on: String,
}

impl CommitteeRow {
    fn read(self) -> Result<Committee> {
        Ok(Committee {
            id: parse(COMMITTEES, "id", &self.id)?,
            unit: parse(COMMITTEES, "unit_id", &self.unit_id)?,
            kind: read(COMMITTEES, "kind", &self.kind, Kind::from_code(&self.kind))?,
            founded_on: parse(COMMITTEES, "founded_on", &self.founded_on)?,
            name: self.name,
            founded_by: self.founded_by,
        })
    }
}

/// Adds a committee.
pub async fn insert(tx: &mut Tx, committee: &Committee) -> Result<()> {
    execute!(
        tx,
        "insert into committees (id, unit_id, kind, name, founded_by, founded_on) values ($1, $2, $3, $4, $5, $6)",
        committee.id.to_string(),
        committee.unit.to_string(),
        committee.kind.code(),
        &committee.name,
        &committee.founded_by,
        committee.founded_on.to_string(),
    )?;
    Ok(())
}

/// A committee by its identity.
pub async fn get(tx: &mut Tx, id: CommitteeId) -> Result<Option<Committee>> {
    let row = fetch_optional!(
        tx,
        CommitteeRow,
        "select id, unit_id, kind, name, founded_by, founded_on from committees where id = $1",
        id.to_string(),
    )?;
    row.map(CommitteeRow::read).transpose()
}

/// The committees of a unit and of all that lie below it on a day, those founded last first: at most `limit`.
pub async fn in_area(tx: &mut Tx, area: UnitId, day: Date, limit: i64) -> Result<Vec<Committee>> {
    let rows = fetch_all!(
        tx,
        CommitteeRow,
        "with recursive above (committee_id, unit_id) as (
           select id, unit_id from committees
           union select above.committee_id, v.parent_id from above join unit_versions v on v.unit_id = above.unit_id
           where v.valid_from <= $2 and (v.valid_until is null or v.valid_until > $2) and v.parent_id is not null
         )
         select id, unit_id, kind, name, founded_by, founded_on from committees
         where id in (select committee_id from above where unit_id = $1)
         order by founded_on desc, id desc limit $3",
        area.to_string(),
        day.to_string(),
        limit,
    )?;
    rows.into_iter().map(CommitteeRow::read).collect()
}

#[derive(sqlx::FromRow)]
struct MemberRow {
    id: String,
    committee_id: String,
    post: String,
    position: String,
    account_id: Option<String>,
    from_day: String,
    until_day: Option<String>,
}

impl MemberRow {
    fn read(self) -> Result<Member> {
        Ok(Member {
            id: parse(MEMBERS, "id", &self.id)?,
            committee: parse(MEMBERS, "committee_id", &self.committee_id)?,
            post: read(MEMBERS, "post", &self.post, Post::from_code(&self.post))?,
            account: parse_optional(MEMBERS, "account_id", self.account_id.as_deref())?,
            from: parse(MEMBERS, "from_day", &self.from_day)?,
            until: parse_optional(MEMBERS, "until_day", self.until_day.as_deref())?,
            position: self.position,
        })
    }
}

/// Adds a place in a committee.
pub async fn insert_member(tx: &mut Tx, member: &Member) -> Result<()> {
    execute!(
        tx,
        "insert into committee_members (id, committee_id, post, position, account_id, from_day, until_day)
         values ($1, $2, $3, $4, $5, $6, $7)",
        member.id.to_string(),
        member.committee.to_string(),
        member.post.code(),
        &member.position,
        member.account.map(|account| account.to_string()),
        member.from.to_string(),
        member.until.map(|day| day.to_string()),
    )?;
    Ok(())
}

/// Ends a place with its last day.
pub async fn end_member(tx: &mut Tx, member: &Member) -> Result<()> {
    let until = member.until.map(|day| day.to_string());
    execute!(tx, "update committee_members set until_day = $2 where id = $1", member.id.to_string(), until)?;
    Ok(())
}

/// Takes a place away as if it had never been, where its holder sat at no meeting. Gives whether it did.
pub async fn forget_member(tx: &mut Tx, member: MemberId) -> Result<bool> {
    let gone = execute!(
        tx,
        "delete from committee_members
         where id = $1 and not exists (select 1 from committee_seats s where s.member_id = committee_members.id)",
        member.to_string(),
    )?;
    Ok(gone == 1)
}

/// All who have or had a place in a committee, those who came last first.
pub async fn members(tx: &mut Tx, committee: CommitteeId) -> Result<Vec<Member>> {
    let rows = fetch_all!(
        tx,
        MemberRow,
        "select id, committee_id, post, position, account_id, from_day, until_day from committee_members
         where committee_id = $1 order by from_day desc, id",
        committee.to_string(),
    )?;
    rows.into_iter().map(MemberRow::read).collect()
}

#[derive(sqlx::FromRow)]
struct MeetingRow {
    id: String,
    committee_id: String,
    cycle_id: String,
    held_on: String,
    place: String,
    again_why: String,
    state: String,
    way: Option<String>,
    presides_id: Option<String>,
    opened_at: Option<i64>,
    closed_at: Option<i64>,
}

impl MeetingRow {
    fn read(self) -> Result<Meeting> {
        let at = |column, micros: Option<i64>| micros.map(|micros| instant(MEETINGS, column, micros)).transpose();
        let way = |way: &String| read(MEETINGS, "way", way, Way::from_code(way));
        Ok(Meeting {
            id: parse(MEETINGS, "id", &self.id)?,
            committee: parse(MEETINGS, "committee_id", &self.committee_id)?,
            cycle: parse(MEETINGS, "cycle_id", &self.cycle_id)?,
            held_on: parse(MEETINGS, "held_on", &self.held_on)?,
            state: read(MEETINGS, "state", &self.state, State::from_code(&self.state))?,
            way: self.way.as_ref().map(way).transpose()?,
            presides: parse_optional(MEETINGS, "presides_id", self.presides_id.as_deref())?,
            opened_at: at("opened_at", self.opened_at)?,
            closed_at: at("closed_at", self.closed_at)?,
            place: self.place,
            again_why: self.again_why,
        })
    }
}

/// Adds a meeting with what stands on its agenda.
pub async fn insert_meeting(tx: &mut Tx, meeting: &Meeting, motions: &[Motion]) -> Result<()> {
    execute!(
        tx,
        "insert into committee_meetings (id, committee_id, cycle_id, held_on, place, again_why, state)
         values ($1, $2, $3, $4, $5, $6, $7)",
        meeting.id.to_string(),
        meeting.committee.to_string(),
        meeting.cycle.to_string(),
        meeting.held_on.to_string(),
        &meeting.place,
        &meeting.again_why,
        meeting.state.code(),
    )?;
    for motion in motions {
        execute!(
            tx,
            "insert into committee_motions (meeting_id, dossier_id, judged_sha256, in_favour, against, abstained, spoilt)
             values ($1, $2, $3, 0, 0, 0, 0)",
            meeting.id.to_string(),
            motion.dossier.to_string(),
            &motion.judged_sha256,
        )?;
    }
    Ok(())
}

/// Writes where a meeting stands.
pub async fn save_meeting(tx: &mut Tx, meeting: &Meeting) -> Result<()> {
    execute!(
        tx,
        "update committee_meetings set state = $2, way = $3, presides_id = $4, opened_at = $5, closed_at = $6 where id = $1",
        meeting.id.to_string(),
        meeting.state.code(),
        meeting.way.map(Way::code),
        meeting.presides.map(|member| member.to_string()),
        meeting.opened_at.map(Timestamp::as_microsecond),
        meeting.closed_at.map(Timestamp::as_microsecond),
    )?;
    Ok(())
}

/// A meeting by its identity.
pub async fn meeting(tx: &mut Tx, id: MeetingId) -> Result<Option<Meeting>> {
    let row = fetch_optional!(
        tx,
        MeetingRow,
        "select id, committee_id, cycle_id, held_on, place, again_why, state, way, presides_id, opened_at, closed_at
         from committee_meetings where id = $1",
        id.to_string(),
    )?;
    row.map(MeetingRow::read).transpose()
}

/// The meetings of a committee, the latest first: at most `limit`.
pub async fn meetings(tx: &mut Tx, committee: CommitteeId, limit: i64) -> Result<Vec<Meeting>> {
    let rows = fetch_all!(
        tx,
        MeetingRow,
        "select id, committee_id, cycle_id, held_on, place, again_why, state, way, presides_id, opened_at, closed_at
         from committee_meetings where committee_id = $1 order by held_on desc, id desc limit $2",
        committee.to_string(),
        limit,
    )?;
    rows.into_iter().map(MeetingRow::read).collect()
}

#[derive(sqlx::FromRow)]
struct SeatRow {
    member_id: String,
    post: String,
    position: String,
    account_id: Option<String>,
    is_present: i64,
}

impl SeatRow {
    fn read(self) -> Result<Seat> {
        Ok(Seat {
            member: parse(SEATS, "member_id", &self.member_id)?,
            post: read(SEATS, "post", &self.post, Post::from_code(&self.post))?,
            account: parse_optional(SEATS, "account_id", self.account_id.as_deref())?,
            position: self.position,
            is_present: self.is_present != 0,
        })
    }
}

/// Keeps who may vote at a meeting.
pub async fn insert_seats(tx: &mut Tx, meeting: MeetingId, seats: &[Seat]) -> Result<()> {
    for seat in seats {
        execute!(
            tx,
            "insert into committee_seats (meeting_id, member_id, post, position, account_id, is_present)
             values ($1, $2, $3, $4, $5, $6)",
            meeting.to_string(),
            seat.member.to_string(),
            seat.post.code(),
            &seat.position,
            seat.account.map(|account| account.to_string()),
            i64::from(seat.is_present),
        )?;
    }
    Ok(())
}

/// Who may vote at a meeting, by post; nobody before it opened.
pub async fn seats(tx: &mut Tx, meeting: MeetingId) -> Result<Vec<Seat>> {
    let rows = fetch_all!(
        tx,
        SeatRow,
        "select member_id, post, position, account_id, is_present from committee_seats where meeting_id = $1
         order by member_id",
        meeting.to_string(),
    )?;
    let mut seats: Vec<Seat> = rows.into_iter().map(SeatRow::read).collect::<Result<_>>()?;
    seats.sort_by_key(|seat| seat.post);
    Ok(seats)
}

#[derive(sqlx::FromRow)]
struct MotionRow {
    dossier_id: String,
    judged_sha256: String,
    in_favour: i64,
    against: i64,
    abstained: i64,
    spoilt: i64,
    outcome: Option<String>,
    adjudged: Option<String>,
    adjudged_why: Option<String>,
}

impl MotionRow {
    fn read(self) -> Result<Motion> {
        let outcome = |word: &String| read(MOTIONS, "outcome", word, Outcome::from_code(word));
        let said = |word: &String| read(MOTIONS, "adjudged", word, Choice::from_code(word));
        let adjudged = self.adjudged.as_ref().map(said).transpose()?.zip(self.adjudged_why);
        Ok(Motion {
            dossier: parse(MOTIONS, "dossier_id", &self.dossier_id)?,
            judged_sha256: self.judged_sha256,
            tally: Tally {
                in_favour: self.in_favour,
                against: self.against,
                abstained: self.abstained,
                spoilt: self.spoilt,
            },
            outcome: self.outcome.as_ref().map(outcome).transpose()?,
            adjudication: adjudged.map(|(said, reason)| Adjudication { is_for: said == Choice::For, reason }),
        })
    }
}

/// What a meeting votes on, by the identity of the dossier.
pub async fn motions(tx: &mut Tx, meeting: MeetingId) -> Result<Vec<Motion>> {
    let rows = fetch_all!(
        tx,
        MotionRow,
        "select dossier_id, judged_sha256, in_favour, against, abstained, spoilt, outcome, adjudged, adjudged_why
         from committee_motions where meeting_id = $1 order by dossier_id",
        meeting.to_string(),
    )?;
    rows.into_iter().map(MotionRow::read).collect()
}

/// Writes where a motion stands.
pub async fn save_motion(tx: &mut Tx, meeting: MeetingId, motion: &Motion) -> Result<()> {
    let said = |said: &Adjudication| if said.is_for { Choice::For } else { Choice::Against }.code();
    execute!(
        tx,
        "update committee_motions
         set judged_sha256 = $3, in_favour = $4, against = $5, abstained = $6, spoilt = $7, outcome = $8, adjudged = $9,
           adjudged_why = $10
         where meeting_id = $1 and dossier_id = $2",
        meeting.to_string(),
        motion.dossier.to_string(),
        &motion.judged_sha256,
        motion.tally.in_favour,
        motion.tally.against,
        motion.tally.abstained,
        motion.tally.spoilt,
        motion.outcome.map(Outcome::code),
        motion.adjudication.as_ref().map(said),
        motion.adjudication.as_ref().map(|said| said.reason.as_str()),
    )?;
    Ok(())
}

/// The meetings that are called or sit, whose agenda some dossiers stand on. Callers bound their number.
pub async fn pending(tx: &mut Tx, ids: impl Iterator<Item = DossierId>) -> Result<BTreeMap<DossierId, MeetingId>> {
    let sql = format!(
        "select o.dossier_id, o.meeting_id from committee_motions o join committee_meetings m on m.id = o.meeting_id
         where m.state in ('called', 'open') and o.dossier_id {}",
        one_of(tx, "$1"),
    );
    let rows = fetch_all!(tx, (String, String), sqlx::AssertSqlSafe(sql.as_str()), together(ids))?;
    let read = |(dossier, meeting): (String, String)| {
        Ok((parse(MOTIONS, "dossier_id", &dossier)?, parse(MOTIONS, "meeting_id", &meeting)?))
    };
    rows.into_iter().map(read).collect()
}

/// What the councils of a unit said last of some dossiers, by what they had before them: [`Verdict::judged_sha256`]. Callers
/// bound the number of dossiers.
pub async fn verdicts(
    tx: &mut Tx,
    unit: UnitId,
    ids: impl Iterator<Item = DossierId>,
) -> Result<BTreeMap<(DossierId, String), Verdict>> {
    #[derive(sqlx::FromRow)]
    struct AtMeeting {
        meeting_id: String,
        #[sqlx(flatten)]
        motion: MotionRow,
    }
    let sql = format!(
        "select o.meeting_id, o.dossier_id, o.judged_sha256, o.in_favour, o.against, o.abstained, o.spoilt, o.outcome,
           o.adjudged, o.adjudged_why
         from committee_motions o join committee_meetings m on m.id = o.meeting_id
           join committees c on c.id = m.committee_id
         where m.state = 'closed' and c.unit_id = $1 and o.dossier_id {}
         order by m.closed_at, m.id",
        one_of(tx, "$2"),
    );
    let mut verdicts = BTreeMap::new();
    for row in fetch_all!(tx, AtMeeting, sqlx::AssertSqlSafe(sql.as_str()), unit.to_string(), together(ids))? {
        let meeting = parse(MOTIONS, "meeting_id", &row.meeting_id)?;
        let motion = row.motion.read()?;
        let is_for = motion.verdict();
        let judged_sha256 = motion.judged_sha256;
        verdicts.insert((motion.dossier, judged_sha256.clone()), Verdict { meeting, judged_sha256, is_for });
    }
    Ok(verdicts)
}

/// A vote of a member on a dossier: how, in an open ballot.
pub type Vote = (DossierId, MemberId, Option<Choice>);

/// The votes that are in at a meeting.
pub async fn votes(tx: &mut Tx, meeting: MeetingId) -> Result<Vec<Vote>> {
    let rows = fetch_all!(
        tx,
        (String, String, String),
        "select dossier_id, member_id, choice from committee_votes where meeting_id = $1 order by dossier_id, member_id",
        meeting.to_string(),
    )?;
    let read = |(dossier, member, choice): (String, String, String)| {
        let choice = (!choice.is_empty()).then(|| read(VOTES, "choice", &choice, Choice::from_code(&choice)));
        Ok((parse(VOTES, "dossier_id", &dossier)?, parse(VOTES, "member_id", &member)?, choice.transpose()?))
    };
    rows.into_iter().map(read).collect()
}

/// Keeps that a member has voted on a dossier, and how where the ballot is open; theirs of before is replaced.
pub async fn save_vote(tx: &mut Tx, meeting: MeetingId, vote: Vote) -> Result<()> {
    let (dossier, member, choice) = vote;
    execute!(
        tx,
        "insert into committee_votes (meeting_id, dossier_id, member_id, choice) values ($1, $2, $3, $4)
         on conflict (meeting_id, dossier_id, member_id) do update set choice = excluded.choice",
        meeting.to_string(),
        dossier.to_string(),
        member.to_string(),
        choice.map_or("", Choice::code),
    )?;
    Ok(())
}

/// The meetings at which an account may vote now: those that sit and collect the votes of the members who came.
pub async fn voting_with(tx: &mut Tx, account: AccountId) -> Result<Vec<Meeting>> {
    let rows = fetch_all!(
        tx,
        MeetingRow,
        "select m.id, m.committee_id, m.cycle_id, m.held_on, m.place, m.again_why, m.state, m.way, m.presides_id, m.opened_at, m.closed_at
         from committee_seats s join committee_meetings m on m.id = s.meeting_id
         where s.account_id = $1 and s.is_present = 1 and m.state = 'open' order by m.held_on desc, m.id",
        account.to_string(),
    )?;
    rows.into_iter().map(MeetingRow::read).collect()
}
