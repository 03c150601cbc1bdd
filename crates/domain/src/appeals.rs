//! A unit asks that a decision which withheld its title be looked at again, row by row and with its grounds.
//!
//! It asks the body that decided, once for each decision. Either the decision stands, or the dossier opens again in those
//! rows and goes its way anew, up to another decision; what was judged before stays as it was. No programme says how long
//! units have; the lengths are those of the Law on Complaints 02/2011/QH13, Articles 9 and 28, counted here from the day of the
//! decision and the day of the appeal.

use std::collections::BTreeMap;

use jiff::{ToSpan as _, civil::Date};

use crate::{
    Refused,
    calendar::format_day,
    dossiers::{Dossier, NOTE_CHARS_MAX, Return},
    ids::{AppealId, DecisionId, DossierId},
    recognition::Decision,
    text,
};

/// How many days after the day of the decision a unit may appeal.
pub const FILING_DAYS: i32 = 90;

/// How many days after it was filed an appeal is to be answered.
pub const ANSWER_DAYS: i32 = 30;

/// How an appeal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It waits for an answer.
    Waiting,
    /// The dossier was opened again.
    Reopened,
    /// The decision stands.
    Dismissed,
    /// The unit took it back.
    Withdrawn,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Reopened, Self::Dismissed, Self::Withdrawn];

    /// The word in the API, the database and the catalogues.
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Reopened => "reopened",
            Self::Dismissed => "dismissed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state behind a word of [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// One appeal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appeal {
    /// Identity.
    pub id: AppealId,
    /// The dossier whose title was withheld.
    pub dossier: DossierId,
    /// The decision that withheld it.
    pub decision: DecisionId,
    /// The round of appraisal that the decision judged.
    pub round: i64,
    /// Why, by criterion.
    pub grounds: BTreeMap<String, String>,
    /// The day it was filed.
    pub filed_on: Date,
    /// How it stands.
    pub state: State,
    /// What the body that decided says to it; empty before, and where it was taken back.
    pub answer: String,
    /// The day it was answered or taken back.
    pub ended_on: Option<Date>,
}

/// The last day on which a unit may appeal against a decision.
pub fn last_day(decision: &Decision) -> Date {
    decision.draft.signed_on.saturating_add(FILING_DAYS.days())
}

/// Whether a unit may appeal against a decision on a day. Refused: the time has passed, or a decision is appealed against
/// for the second time; an appeal that was taken back does not count.
pub fn may_file(decision: &Decision, earlier: &[Appeal], today: Date) -> Result<(), Refused> {
    if earlier.iter().any(|appeal| appeal.decision == decision.id && appeal.state != State::Withdrawn) {
        return Err(Refused::new("appeals.appealed_before"));
    }
    let last = last_day(decision);
    if today > last {
        return Err(Refused::new("appeals.too_late").with("day", format_day(last)));
    }
    Ok(())
}

/// The grounds as they are kept: rows without any are left out. Refused: none at all, or one that is too long (`criterion`
/// says which).
pub fn grounds(typed: BTreeMap<String, String>) -> Result<BTreeMap<String, String>, Refused> {
    let mut grounds = BTreeMap::new();
    for (criterion, ground) in typed {
        let ground = text::plain(&ground);
        if ground.chars().count() > NOTE_CHARS_MAX {
            return Err(Refused::new("appeals.ground_too_long")
                .with("max", NOTE_CHARS_MAX)
                .with("criterion", criterion));
        }
        if !ground.is_empty() {
            grounds.insert(criterion, ground);
        }
    }
    if grounds.is_empty() { Err(Refused::new("appeals.no_ground")) } else { Ok(grounds) }
}

impl Appeal {
    /// The day by which it is to be answered.
    pub fn due_on(&self) -> Date {
        self.filed_on.saturating_add(ANSWER_DAYS.days())
    }

    /// It is answered and ends so. Refused: it has ended, or nothing is said to the unit, or too much.
    pub fn answered(self, state: State, answer: &str, today: Date) -> Result<Self, Refused> {
        let answer = text::plain(answer);
        if answer.is_empty() {
            return Err(Refused::new("appeals.answer_missing"));
        }
        if answer.chars().count() > NOTE_CHARS_MAX {
            return Err(Refused::new("appeals.answer_too_long").with("max", NOTE_CHARS_MAX));
        }
        Ok(Self { answer, ..self.ended(state, today)? })
    }

    /// The unit takes it back. Refused: it has ended.
    pub fn withdrawn(self, today: Date) -> Result<Self, Refused> {
        self.ended(State::Withdrawn, today)
    }

    fn ended(mut self, state: State, today: Date) -> Result<Self, Refused> {
        if self.state != State::Waiting {
            return Err(Refused::new("appeals.none_waits"));
        }
        (self.state, self.ended_on) = (state, Some(today));
        Ok(self)
    }

    /// The rows with which a dossier that was opened again comes back to the unit. What the unit wrote is its reply already.
    pub fn returns(&self, reopened: &Dossier) -> Vec<Return> {
        let row = |(criterion, ground): (&String, &String)| Return {
            criterion: criterion.clone(),
            round: reopened.round,
            reason: self.answer.clone(),
            reply: ground.clone(),
        };
        self.grounds.iter().map(row).collect()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use uuid::Uuid;

    use super::*;
    use crate::{
        dossiers::State as Stands,
        ids::{CycleId, UnitId},
        recognition::{Draft, SigningCapacity},
    };

    const SIGNED: Date = date(2023, 11, 24);

    fn decision(id: u128) -> Decision {
        Decision {
            id: DecisionId::new(Uuid::from_u128(id)),
            issuing_unit: UnitId::new(Uuid::from_u128(2)),
            number: 5,
            draft: Draft {
                issuer: "ỦY BAN NHÂN DÂN TỈNH BẠC LIÊU".to_owned(),
                place: "Bạc Liêu".to_owned(),
                signed_on: SIGNED,
                capacity: SigningCapacity::ForTheCollective,
                signatory: "CHỦ TỊCH".to_owned(),
                legal_bases: vec!["Căn cứ Luật".to_owned()],
            },
            items: Vec::new(),
            ruling: None,
        }
    }

    fn appeal(state: State) -> Appeal {
        Appeal {
            id: AppealId::new(Uuid::from_u128(3)),
            dossier: DossierId::new(Uuid::from_u128(4)),
            decision: decision(1).id,
            round: 1,
            grounds: BTreeMap::from([("c03".to_owned(), "Biên bản ghi nhầm.".to_owned())]),
            filed_on: date(2023, 12, 1),
            state,
            answer: String::new(),
            ended_on: None,
        }
    }

    fn code<T: std::fmt::Debug>(refused: Result<T, Refused>) -> String {
        refused.expect_err("refused").code.into_owned()
    }

    #[test]
    fn a_decision_is_appealed_against_once_and_in_time() {
        let last = date(2024, 2, 22);
        assert_eq!(last_day(&decision(1)), last);
        for day in [SIGNED, last] {
            assert!(may_file(&decision(1), &[], day).is_ok(), "{day}");
        }
        assert_eq!(code(may_file(&decision(1), &[], date(2024, 2, 23))), "appeals.too_late");
        for state in State::ALL {
            let again = may_file(&decision(1), &[appeal(state)], SIGNED);
            assert_eq!(again.is_ok(), state == State::Withdrawn, "{state:?}");
            assert!(may_file(&decision(9), &[appeal(state)], SIGNED).is_ok(), "another decision, {state:?}");
        }
    }

    #[test]
    fn grounds_are_kept_where_there_are_any() {
        let typed =
            |c03: &str| BTreeMap::from([("c01".to_owned(), " \n".to_owned()), ("c03".to_owned(), c03.to_owned())]);
        let kept = grounds(typed(" Ghi\u{202E} nhầm. ")).expect("one ground");
        assert_eq!(kept, BTreeMap::from([("c03".to_owned(), "Ghi nhầm.".to_owned())]));
        assert_eq!(code(grounds(typed("\t"))), "appeals.no_ground");
        assert!(grounds(typed(&"đ".repeat(NOTE_CHARS_MAX))).is_ok());
        let refused = grounds(typed(&"đ".repeat(NOTE_CHARS_MAX + 1))).expect_err("too long");
        assert_eq!(refused.code, "appeals.ground_too_long");
        assert!(refused.args.iter().any(|(name, value)| name == "criterion" && value == "c03"));
    }

    #[test]
    fn an_appeal_ends_once_and_with_an_answer() {
        let today = date(2023, 12, 20);
        let waiting = || appeal(State::Waiting);
        assert_eq!(waiting().due_on(), date(2023, 12, 31));
        let answered = waiting().answered(State::Dismissed, " Biên bản đúng. ", today).expect("answered");
        assert_eq!((answered.answer.as_str(), answered.ended_on), ("Biên bản đúng.", Some(today)));
        assert_eq!(code(waiting().answered(State::Reopened, " ", today)), "appeals.answer_missing");
        let long = "đ".repeat(NOTE_CHARS_MAX + 1);
        assert_eq!(code(waiting().answered(State::Reopened, &long, today)), "appeals.answer_too_long");
        assert!(waiting().withdrawn(today).is_ok());
        for state in [State::Reopened, State::Dismissed, State::Withdrawn] {
            assert_eq!(code(appeal(state).answered(State::Reopened, "Có lý.", today)), "appeals.none_waits");
            assert_eq!(code(appeal(state).withdrawn(today)), "appeals.none_waits");
        }
    }

    #[test]
    fn a_reopened_dossier_comes_back_in_the_rows_that_the_appeal_is_about() {
        let appeal = appeal(State::Waiting).answered(State::Reopened, "Xem lại biên bản.", SIGNED).expect("answered");
        let dossier = Dossier {
            id: appeal.dossier,
            unit: UnitId::new(Uuid::from_u128(2)),
            cycle: CycleId::new(Uuid::from_u128(5)),
            state: Stands::Appealed,
            round: 1,
            registered_on: None,
            submitted_at: None,
            frozen_sha256: None,
        };
        let reopened = dossier.reopened().expect("an appeal waits");
        let returns = appeal.returns(&reopened);
        assert_eq!((reopened.round, returns.len()), (2, 1));
        assert_eq!((returns[0].criterion.as_str(), returns[0].round), ("c03", 2));
        assert_eq!(
            (returns[0].reason.as_str(), returns[0].reply.as_str()),
            ("Xem lại biên bản.", "Biên bản ghi nhầm.")
        );
        assert!(reopened.may_answer("c03", &returns).is_ok() && reopened.may_answer("c01", &returns).is_err());
    }
}
