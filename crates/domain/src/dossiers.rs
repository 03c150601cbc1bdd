//! The dossier of one unit in one cycle: its states, its answers in three columns, what it lacks.
//!
//! Does not score: outcomes come in as values. Does not hold files: see [`crate::evidence`].

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};

use crate::{
    Refused,
    ids::{CycleId, DossierId, UnitId},
    recognition::Status,
    text,
};

/// The longest explanation, reason or reply, in characters.
pub const NOTE_CHARS_MAX: usize = 4_000;

/// Where a dossier stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// The cycle is open to the unit; it has not registered.
    Invited,
    /// Registered; the officer fills in.
    InProgress,
    /// Sent back with reasons; the officer answers them.
    Returned,
    /// With the unit's leader for signing off.
    Presented,
    /// Frozen, with the appraisers.
    Submitted,
    /// Appraised, waiting for the council.
    Appraised,
    /// Decided: the title is given.
    Recognised,
    /// Decided: the title is not given.
    NotRecognised,
    /// The title is not given, and the unit has asked that this be looked at again.
    Appealed,
    /// Decided, and the title that was given is taken back.
    Revoked,
}

impl State {
    /// Every state, in the order of the way.
    pub const ALL: [Self; 10] = [
        Self::Invited,
        Self::InProgress,
        Self::Returned,
        Self::Presented,
        Self::Submitted,
        Self::Appraised,
        Self::Recognised,
        Self::NotRecognised,
        Self::Appealed,
        Self::Revoked,
    ];

    /// The word in the API, the database and the catalogues.
    pub fn code(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::InProgress => "in_progress",
            Self::Returned => "returned",
            Self::Presented => "presented",
            Self::Submitted => "submitted",
            Self::Appraised => "appraised",
            Self::Recognised => "recognised",
            Self::NotRecognised => "not_recognised",
            Self::Appealed => "appealed",
            Self::Revoked => "revoked",
        }
    }

    /// The state behind a word of [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether the officer may still write.
    pub fn is_editable(self) -> bool {
        matches!(self, Self::InProgress | Self::Returned)
    }

    /// Whether the unit has handed it in and has not got it back.
    pub fn is_handed_in(self) -> bool {
        matches!(self, Self::Submitted | Self::Appraised) || self.is_decided()
    }

    /// The column that counts: the council's once decided, the appraisers' once appraised, else the unit's.
    pub fn stage_in_force(self) -> Stage {
        match self {
            Self::Appraised => Stage::Appraised,
            state if state.is_decided() => Stage::Council,
            _ => Stage::SelfAssessed,
        }
    }

    /// Whether a decision holds. One that is looked at again holds until another one is taken.
    pub fn is_decided(self) -> bool {
        matches!(self, Self::Recognised | Self::NotRecognised | Self::Appealed | Self::Revoked)
    }
}

/// Whose answer it is: the three columns of the score sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Tự chấm.
    SelfAssessed,
    /// Thẩm định.
    Appraised,
    /// Hội đồng.
    Council,
}

impl Stage {
    /// The three columns, left to right.
    pub const ALL: [Self; 3] = [Self::SelfAssessed, Self::Appraised, Self::Council];

    /// The word in the API and the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::SelfAssessed => "self",
            Self::Appraised => "appraised",
            Self::Council => "council",
        }
    }

    /// The column behind a word of [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.code() == code)
    }
}

/// How one criterion of a dossier that was handed in came out, as overviews count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Met.
    Met,
    /// Not met, and nobody has said what will be done.
    Unmet,
    /// Not met, with a plan.
    Planned,
    /// Without data: neither.
    NoData,
}

impl Mark {
    const ALL: [Self; 4] = [Self::Met, Self::Unmet, Self::Planned, Self::NoData];

    const fn letter(self) -> char {
        match self {
            Self::Met => 'm',
            Self::Unmet => 'u',
            Self::Planned => 'p',
            Self::NoData => 'n',
        }
    }
}

/// What a dossier that was handed in adds to the figures of the areas it lies in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// One a criterion, in the order of the set, in the column that counts.
    pub marks: Vec<Mark>,
    /// Whether the rules of recognition are met for certain.
    pub fulfils: bool,
}

impl Standing {
    /// The marks as stored: `m` met, `u` not met, `p` not met with a plan, `n` without data.
    pub fn letters(&self) -> String {
        self.marks.iter().map(|mark| mark.letter()).collect()
    }

    /// Reads [`letters`](Self::letters); none where one has no meaning.
    pub fn from_letters(letters: &str, fulfils: bool) -> Option<Self> {
        let mark = |letter| Mark::ALL.into_iter().find(|mark| mark.letter() == letter);
        Some(Self { marks: letters.chars().map(mark).collect::<Option<_>>()?, fulfils })
    }
}

/// What is written in one column of one row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// Whole numbers by input key; a judgement is 1 or 0. A key that is absent has no data.
    pub inputs: BTreeMap<String, i64>,
    /// Explanation of the unit, or reason of the appraiser.
    pub note: String,
    /// Counts the changes; what a page was built on.
    pub revision: i64,
    /// When it was last written.
    pub at: Timestamp,
}

/// A row that came back, with the reason and what the unit says to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    /// The criterion.
    pub criterion: String,
    /// The round of appraisal, from 1.
    pub round: i64,
    /// Why it came back.
    pub reason: String,
    /// What the unit answered; empty until it did.
    pub reply: String,
}

/// One unit in one cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dossier {
    /// Identity.
    pub id: DossierId,
    /// The unit assessed.
    pub unit: UnitId,
    /// The cycle it is assessed in.
    pub cycle: CycleId,
    /// Where it stands.
    pub state: State,
    /// The round of appraisal it is in, or will enter when submitted; from 1.
    pub round: i64,
    /// The day the unit registered.
    pub registered_on: Option<Date>,
    /// When it was last submitted.
    pub submitted_at: Option<Timestamp>,
    /// SHA-256 of what was frozen at the last submission.
    pub frozen_sha256: Option<String>,
}

/// What one row has and lacks, as the rules of submission see it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "one yes or no for each thing a row may have")]
pub struct Row {
    /// The criterion.
    pub criterion: String,
    /// Met, unmet, or no data.
    pub met: Option<bool>,
    /// Every input of the row is derived by the product; the unit has nothing to type.
    pub derived: bool,
    /// The set asks for a proof when the criterion is met.
    pub evidence_required: bool,
    /// At least one proof is attached.
    pub has_evidence: bool,
    /// An explanation is written.
    pub has_note: bool,
    /// A plan is written.
    pub has_plan: bool,
    /// It came back and nothing was said to the reason yet.
    pub awaits_reply: bool,
}

/// What a row lacks before the sheet can be presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lack {
    /// Not answered, or not enough figures to judge.
    Answer,
    /// Met, and neither proof nor explanation of its absence.
    Evidence,
    /// Not met, and no explanation.
    Explanation,
    /// Not met, and no plan.
    Plan,
    /// Came back, and the reason is not answered.
    Reply,
}

impl Row {
    /// Everything the row lacks, most pressing first.
    pub fn lacks(&self) -> Vec<Lack> {
        let mut lacks = Vec::new();
        if self.awaits_reply {
            lacks.push(Lack::Reply);
        }
        match self.met {
            None if !self.derived => lacks.push(Lack::Answer),
            Some(true) if self.evidence_required && !self.has_evidence && !self.has_note => lacks.push(Lack::Evidence),
            Some(false) => {
                if !self.has_note {
                    lacks.push(Lack::Explanation);
                }
                if !self.has_plan {
                    lacks.push(Lack::Plan);
                }
            }
            _ => {}
        }
        lacks
    }
}

impl Dossier {
    /// Registers the unit. Refused: it already is, or the time for it has passed.
    pub fn register(mut self, today: Date, until: Date) -> Result<Self, Refused> {
        if self.state != State::Invited {
            return Err(Refused::new("dossiers.already_registered"));
        }
        if today > until {
            return Err(Refused::new("dossiers.registration_closed").with("until", crate::calendar::format_day(until)));
        }
        self.state = State::InProgress;
        self.registered_on = Some(today);
        Ok(self)
    }

    /// Whether the row may be written now. In a returned dossier only returned rows are open, so that
    /// the second appraisal finds everything else as it left it.
    pub fn may_answer(&self, criterion: &str, returns: &[Return]) -> Result<(), Refused> {
        match self.state {
            State::InProgress => Ok(()),
            State::Returned if open_return(returns, criterion, self.round).is_some() => Ok(()),
            State::Returned => Err(Refused::new("dossiers.row_not_returned")),
            state => Err(Refused::new("dossiers.locked").with("state", state.code())),
        }
    }

    /// Lays the sheet before the leader. Refused: not editable, or a row lacks something.
    pub fn present(mut self, rows: &[Row]) -> Result<Self, Refused> {
        if !self.state.is_editable() {
            return Err(Refused::new("dossiers.locked").with("state", self.state.code()));
        }
        Self::complete(rows)?;
        self.state = State::Presented;
        Ok(self)
    }

    /// Gives the sheet back to the officer. Refused: it does not lie before the leader.
    pub fn withdraw(mut self) -> Result<Self, Refused> {
        if self.state != State::Presented {
            return Err(Refused::new("dossiers.not_presented"));
        }
        self.state = if self.round > 1 { State::Returned } else { State::InProgress };
        Ok(self)
    }

    /// Submits: from now on the rows are frozen under `frozen_sha256`.
    /// Refused: not signed off by way of the leader, submitted before, or a row lacks something.
    pub fn submit(mut self, rows: &[Row], at: Timestamp, frozen_sha256: String) -> Result<Self, Refused> {
        match self.state {
            State::Presented => {}
            state if state.is_handed_in() => return Err(Refused::new("dossiers.already_submitted")),
            _ => return Err(Refused::new("dossiers.not_presented")),
        }
        Self::complete(rows)?;
        self.state = State::Submitted;
        self.submitted_at = Some(at);
        self.frozen_sha256 = Some(frozen_sha256);
        Ok(self)
    }

    fn complete(rows: &[Row]) -> Result<(), Refused> {
        let lacking = rows.iter().filter(|row| !row.lacks().is_empty()).count();
        if lacking == 0 { Ok(()) } else { Err(Refused::new("dossiers.incomplete").with("rows", lacking)) }
    }

    /// Whether an appraiser may write now.
    pub fn may_appraise(&self) -> Result<(), Refused> {
        match self.state {
            State::Submitted => Ok(()),
            state => Err(Refused::new("dossiers.not_submitted").with("state", state.code())),
        }
    }

    /// Sends the dossier back. Refused: not with the appraisers, or no row is marked with a reason.
    pub fn send_back(mut self, returns: &[Return]) -> Result<Self, Refused> {
        self.may_appraise()?;
        if !returns.iter().any(|row| row.round == self.round + 1) {
            return Err(Refused::new("dossiers.nothing_to_return"));
        }
        self.state = State::Returned;
        self.round += 1;
        Ok(self)
    }

    /// Finishes the appraisal. Refused: not with the appraisers, a row is marked for return, or rows
    /// have not been looked at.
    pub fn appraise(mut self, unseen_rows: usize, returns: &[Return]) -> Result<Self, Refused> {
        self.may_appraise()?;
        if returns.iter().any(|row| row.round == self.round + 1) {
            return Err(Refused::new("dossiers.returns_pending"));
        }
        if unseen_rows > 0 {
            return Err(Refused::new("dossiers.rows_unseen").with("rows", unseen_rows));
        }
        self.state = State::Appraised;
        Ok(self)
    }

    /// Records the decision. Refused: not appraised; or the title is to be given though the rules of the
    /// set do not bear it out (`rules_met` is not `Some(true)`: an open question never awards).
    pub fn decide(mut self, recognised: bool, rules_met: Option<bool>) -> Result<Self, Refused> {
        if self.state.is_decided() {
            return Err(Refused::new("recognition.already_decided"));
        }
        if self.state != State::Appraised {
            return Err(Refused::new("recognition.not_appraised"));
        }
        if recognised && rules_met != Some(true) {
            return Err(Refused::new("recognition.rules_not_met"));
        }
        self.state = if recognised { State::Recognised } else { State::NotRecognised };
        Ok(self)
    }

    /// The unit appeals. Refused: no decision withheld the title, or it is being looked at again already.
    pub fn appealed(mut self) -> Result<Self, Refused> {
        match self.state {
            State::NotRecognised => {}
            State::Appealed => return Err(Refused::new("appeals.is_waiting")),
            state => return Err(Refused::new("appeals.nothing_withheld").with("state", state.code())),
        }
        self.state = State::Appealed;
        Ok(self)
    }

    /// The appeal ends and the decision stands. Refused: none waits.
    pub fn upheld(mut self) -> Result<Self, Refused> {
        self.waits_for_answer()?;
        self.state = State::NotRecognised;
        Ok(self)
    }

    /// The appeal is heard: a new round begins. Refused: none waits.
    pub fn reopened(mut self) -> Result<Self, Refused> {
        self.waits_for_answer()?;
        self.state = State::Returned;
        self.round += 1;
        Ok(self)
    }

    fn waits_for_answer(&self) -> Result<(), Refused> {
        if self.state == State::Appealed { Ok(()) } else { Err(Refused::new("appeals.none_waits")) }
    }

    /// How it stands once its title stands so. Refused: no title was given.
    pub fn titled(mut self, status: Status) -> Result<Self, Refused> {
        if !matches!(self.state, State::Recognised | State::Revoked) {
            return Err(Refused::new("recognition.no_title"));
        }
        // A suspended title is still the unit's.
        self.state = if status == Status::Revoked { State::Revoked } else { State::Recognised };
        Ok(self)
    }
}

/// The reason with which a row came back in the round that is being worked on.
pub fn open_return<'a>(returns: &'a [Return], criterion: &str, round: i64) -> Option<&'a Return> {
    returns.iter().find(|row| row.criterion == criterion && row.round == round)
}

/// A note in the form it is stored in. Refused: too long.
pub fn written_note(note: &str) -> Result<String, Refused> {
    let note = text::nfc(note);
    if note.chars().count() > NOTE_CHARS_MAX {
        return Err(Refused::new("dossiers.note_too_long").with("max", NOTE_CHARS_MAX));
    }
    Ok(note)
}

#[cfg(test)]
#[path = "dossiers_tests.rs"]
mod tests;
