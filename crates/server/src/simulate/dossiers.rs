//! The dossiers of a simulation: how far each is, what is answered in it, and the decisions on those that are decided.
//! What comes out of the answers, the engine says.

use dienhinh_domain::{
    audit::sha256,
    dossiers::{Mark, Stage, Standing, State},
    ids::{CertificateId, DecisionId, DossierId},
    plans::Cause,
    programmes::CriteriaSet,
    recognition::{SigningCapacity, code_from},
    text::proper_name,
};
use dienhinh_engine::{Inputs, Outcome as Score, Scores, score};
use dienhinh_storage::Tx;
use jiff::tz;
use serde_json::{Map, Value, json};

use super::{
    LAST_YEAR, NOW, Opened, Scale, SimulateError,
    units::{Country, Issuer, Member},
    writer::{ANSWERS, COUNTERS, DECISIONS, DOSSIERS, ITEMS, PLANS, Writer},
};
use crate::{
    backup::Progress,
    sample::{figures::typed, ids::Ids},
    web::problem::Problem,
};

/// How many dossiers are scored at once.
const ROWS: usize = 500;

/// How many dossiers one decision lists at most.
const ITEMS_MAX: usize = 500;

/// How many ways to meet a criterion there are, and to miss it.
const WAYS: usize = 8;

/// How many of a hundred units do not meet a criterion.
const MISSED: u64 = 4;

/// Microseconds in an hour.
const HOUR: i64 = 3_600_000_000;

/// The inputs of one answer, by key, and as they are stored.
struct Way {
    inputs: Vec<(String, i64)>,
    text: String,
}

/// The ways to answer each criterion of a set: those that miss it and those that meet it.
fn ways(set: &CriteriaSet) -> Vec<[Vec<Way>; 2]> {
    let way = |criterion, met, seed: usize| {
        let typed = typed(criterion, met, seed as u64);
        let inputs: Vec<(String, i64)> =
            typed.into_iter().filter_map(|(key, value)| Some((key, value.parse().ok()?))).collect();
        let text: Map<String, Value> = inputs.iter().map(|(key, value)| (key.clone(), (*value).into())).collect();
        Way { inputs, text: Value::Object(text).to_string() }
    };
    let both = |criterion| [false, true].map(|met| (0..WAYS).map(|seed| way(criterion, met, seed)).collect());
    set.criteria.iter().map(both).collect()
}

/// How far a dossier goes, out of a hundred.
fn reach(is_last: bool, chance: u64) -> State {
    match (is_last, chance % 100) {
        (true, 0..8) | (false, 0..12) => State::Invited,
        (true, 8..20) | (false, 12..18) => State::InProgress,
        (true, 20..23) => State::Presented,
        (true, 23..28) => State::Returned,
        (true, 28..55) => State::Submitted,
        (true, 55..85) => State::Appraised,
        _ => State::Recognised,
    }
}

/// The dossiers of one cycle in the making.
struct Maker<'a> {
    writer: &'a mut Writer,
    scale: Scale,
    opened: &'a Opened,
    ids: &'a mut Ids,
    ways: Vec<[Vec<Way>; 2]>,
    /// Decided and waiting for the decision of their body: its place, and the dossiers with whether they get the title.
    waiting: (usize, Vec<(DossierId, bool)>),
}

/// Writes the dossiers of one cycle.
pub(super) async fn make(
    tx: &mut Tx,
    writer: &mut Writer,
    scale: Scale,
    country: &mut Country,
    opened: &Opened,
    ids: &mut Ids,
    progress: &mut (dyn FnMut(&Progress<'_>) + Send),
) -> Result<(), SimulateError> {
    let set = &opened.loaded.set;
    let Country { issuers, communes, areas, organisations } = country;
    let members = communes.iter().chain(areas.iter()).chain(organisations.iter());
    let members: Vec<&Member> = members.filter(|member| set.kinds.contains(&member.kind)).collect();
    let mut maker = Maker { writer, scale, opened, ids, ways: ways(set), waiting: (0, Vec::new()) };
    let what = format!("{} {}", set.code, opened.cycle.year);
    let of = members.len() as u64;
    for (at, some) in members.chunks(ROWS).enumerate() {
        maker.some(tx, some, issuers).await?;
        progress(&Progress { what: &what, done: (at * ROWS + some.len()) as u64, of });
    }
    maker.decide(issuers);
    maker.writer.relieve(tx).await.map_err(Problem::from)?;
    Ok(())
}

/// The last numbers that the bodies gave.
pub(super) fn counters(writer: &mut Writer, country: &Country) {
    for issuer in &country.issuers {
        for (year, number) in &issuer.numbers {
            writer.add(COUNTERS, vec![issuer.unit.to_string().into(), (*year).into(), (*number).into()]);
        }
    }
}

impl Maker<'_> {
    fn is_last(&self) -> bool {
        self.opened.cycle.year == LAST_YEAR
    }

    fn chance(&self, member: &Member, what: u64) -> u64 {
        self.scale.chance(member.number, what ^ (u64::from(self.opened.cycle.year.unsigned_abs()) << 32))
    }

    /// Which way a criterion is answered: whether it is met, and how.
    fn answer(&self, member: &Member, place: usize) -> (bool, usize) {
        let criterion = &self.opened.loaded.set.criteria[place];
        let chance = self.chance(member, place as u64 + 100);
        let misses = if criterion.knock_out || criterion.mandatory { 0 } else { MISSED };
        (chance % 100 >= misses, usize::try_from(chance >> 8).unwrap_or_default() % WAYS)
    }

    /// Scores and writes some dossiers.
    async fn some(&mut self, tx: &mut Tx, members: &[&Member], issuers: &mut [Issuer]) -> Result<(), SimulateError> {
        let plan = &self.opened.loaded.plan;
        let mut inputs = Inputs::empty(plan, members.len());
        for (row, member) in members.iter().enumerate() {
            for (place, ways) in self.ways.iter().enumerate() {
                let (met, way) = self.answer(member, place);
                for (key, value) in &ways[usize::from(met)][way].inputs {
                    let bad = |bad| SimulateError::Failed(format!("{key}: {bad:?}"));
                    inputs.set(plan, row, key, Some(*value)).map_err(bad)?;
                }
            }
        }
        let scores = score(plan, &inputs);
        for (row, member) in members.iter().enumerate() {
            if self.waiting.0 != member.issuer || self.waiting.1.len() == ITEMS_MAX {
                self.decide(issuers);
                self.waiting.0 = member.issuer;
            }
            self.one(member, &scores, row);
            self.writer.relieve(tx).await.map_err(Problem::from)?;
        }
        Ok(())
    }

    /// Writes one dossier.
    fn one(&mut self, member: &Member, scores: &Scores, row: usize) {
        let (year, is_last) = (self.opened.cycle.year, self.is_last());
        let fulfils = scores.totals[row].recognised == Some(true);
        let state = match reach(is_last, self.chance(member, 1)) {
            State::Recognised if !fulfils => State::NotRecognised,
            state => state,
        };
        let dossier = DossierId::new(self.ids.next());
        let chance = self.chance(member, 2);
        let day = chance % 28 + 1;
        let hours = i64::try_from(chance >> 8 & 0x1ff).unwrap_or_default();
        let due = tz::offset(7).to_timestamp(self.opened.cycle.due_on.at(0, 0, 0, 0)).unwrap_or(NOW).as_microsecond();
        let standing = state.is_handed_in().then(|| self.standing(member, scores, row, fulfils));
        let was_submitted = state.is_handed_in() || state == State::Returned;
        let fields: Vec<Value> = vec![
            dossier.to_string().into(),
            member.unit.to_string().into(),
            self.opened.cycle.id.to_string().into(),
            state.code().into(),
            (if state == State::Returned { 2 } else { 1 }).into(),
            if state == State::Invited { Value::Null } else { format!("{year}-01-{day:02}").into() },
            if was_submitted { (due - (hours + 200) * HOUR).into() } else { Value::Null },
            Value::Null,
            standing.as_ref().map(Standing::letters).into(),
            i64::from(standing.as_ref().is_some_and(|standing| standing.fulfils)).into(),
        ];
        self.writer.add(DOSSIERS, fields);
        if is_last && state != State::Invited {
            self.answers(member, dossier, state, due - 800 * HOUR);
            self.plans(dossier, standing.as_ref());
        }
        if state.is_decided() {
            self.waiting.1.push((dossier, state == State::Recognised));
        }
    }

    fn standing(&self, member: &Member, scores: &Scores, row: usize, fulfils: bool) -> Standing {
        let mark = |(place, column): (usize, &Vec<Score>)| match column[row].as_met() {
            None => Mark::NoData,
            Some(true) => Mark::Met,
            // Plans are there for the latest year only.
            Some(false) if self.is_last() && !self.chance(member, place as u64 + 500).is_multiple_of(3) => {
                Mark::Planned
            }
            Some(false) => Mark::Unmet,
        };
        Standing { marks: scores.outcomes.iter().enumerate().map(mark).collect(), fulfils }
    }

    /// The columns that somebody has filled by then.
    fn answers(&mut self, member: &Member, dossier: DossierId, state: State, at: i64) {
        let is_partly = state == State::InProgress;
        let stages: &[Stage] = match state {
            State::Appraised => &Stage::ALL[..2],
            State::Recognised | State::NotRecognised | State::Appealed | State::Revoked => &Stage::ALL,
            _ => &Stage::ALL[..1],
        };
        for place in 0..self.ways.len() {
            let (met, way) = self.answer(member, place);
            if is_partly && self.chance(member, place as u64 + 900).is_multiple_of(3) {
                continue;
            }
            for stage in stages {
                let note = if *stage == Stage::SelfAssessed { "Hồ sơ lưu tại đơn vị." } else { "" };
                let fields: Vec<Value> = vec![
                    dossier.to_string().into(),
                    self.opened.loaded.set.criteria[place].id.clone().into(),
                    stage.code().into(),
                    self.ways[place][usize::from(met)][way].text.clone().into(),
                    note.into(),
                    1.into(),
                    at.into(),
                ];
                self.writer.add(ANSWERS, fields);
            }
        }
    }

    fn plans(&mut self, dossier: DossierId, standing: Option<&Standing>) {
        let marks = standing.map(|standing| standing.marks.clone()).unwrap_or_default();
        for (place, _) in marks.iter().enumerate().filter(|(_, mark)| **mark == Mark::Planned) {
            let fields: Vec<Value> = vec![
                dossier.to_string().into(),
                self.opened.loaded.set.criteria[place].id.clone().into(),
                Cause::Staff.code().into(),
                "Phân công bộ phận phụ trách, kiểm tra hằng tháng.".into(),
                "Ủy ban nhân dân".into(),
                format!("{}-06-30", LAST_YEAR + 1).into(),
            ];
            self.writer.add(PLANS, fields);
        }
    }

    /// Writes the decision on what waits for one.
    fn decide(&mut self, issuers: &mut [Issuer]) {
        let (issuer, waiting) = (self.waiting.0, std::mem::take(&mut self.waiting.1));
        if waiting.is_empty() {
            return;
        }
        let (year, issuer) = (self.opened.cycle.year, &mut issuers[issuer]);
        let number = issuer.numbers.entry(year).or_default();
        *number += 1;
        let decision = DecisionId::new(self.ids.next()).to_string();
        let bases = &self.opened.loaded.set.legal_bases;
        let fields: Vec<Value> = vec![
            decision.clone().into(),
            issuer.unit.to_string().into(),
            year.into(),
            (*number).into(),
            format!("ỦY BAN NHÂN DÂN {}", issuer.name.to_uppercase()).into(),
            proper_name(&issuer.name).into(),
            format!("{year}-11-20").into(),
            SigningCapacity::ForTheCollective.code().into(),
            "CHỦ TỊCH".into(),
            json!(bases.iter().map(|base| format!("Căn cứ {}", base.vi)).collect::<Vec<_>>()).to_string().into(),
        ];
        self.writer.add(DECISIONS, fields);
        for (dossier, recognised) in waiting {
            let certificate = recognised.then(|| self.ids.next());
            let code = certificate.map(|id| code_from(self.scale.chance(4, id.as_u64_pair().1)));
            let fields: Vec<Value> = vec![
                decision.clone().into(),
                dossier.to_string().into(),
                1.into(),
                i64::from(recognised).into(),
                sha256(dossier.to_string().as_bytes()).into(),
                certificate.map(|id| CertificateId::new(id).to_string()).into(),
                code.into(),
                Value::Null,
            ];
            self.writer.add(ITEMS, fields);
        }
    }
}
