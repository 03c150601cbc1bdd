//! What a later decision does to titles that were given: it suspends, restores or revokes them.
//!
//! The title, its decision and its certificate stay as they were recorded; a ruling is added to them, with its reason
//! and the day from which it holds. No clause on revocation was found in the programmes' own law, so whoever is
//! competent to give a title is competent to rule on it, by a numbered decision of the same register.

use jiff::civil::Date;

use super::Decision;
use crate::{
    Refused,
    access::Action,
    calendar::format_day,
    dossiers::{NOTE_CHARS_MAX, written_note},
    ids::{CertificateId, DecisionId},
    text,
};

/// What is done to a title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Tạm đình chỉ: while something is looked into, the title may not be used.
    Suspend,
    /// Khôi phục: an earlier ruling no longer holds.
    Restore,
    /// Thu hồi: the title is taken back.
    Revoke,
}

impl Measure {
    /// Every measure.
    pub const ALL: [Self; 3] = [Self::Suspend, Self::Restore, Self::Revoke];

    /// The word in forms, the API and the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Suspend => "suspend",
            Self::Restore => "restore",
            Self::Revoke => "revoke",
        }
    }

    /// The measure behind a word of [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.code() == code)
    }

    /// The permission that it takes.
    pub fn action(self) -> Action {
        match self {
            Self::Suspend => Action::RecognitionSuspend,
            Self::Restore => Action::RecognitionRestore,
            Self::Revoke => Action::RecognitionRevoke,
        }
    }

    /// How a title stands after it.
    pub fn leads_to(self) -> Status {
        match self {
            Self::Suspend => Status::Suspended,
            Self::Restore => Status::InForce,
            Self::Revoke => Status::Revoked,
        }
    }

    /// How a title stands after it; none where it cannot be done to a title that stands so.
    pub fn after(self, status: Status) -> Option<Status> {
        let fits = match self {
            Self::Suspend => status == Status::InForce,
            Self::Restore => status != Status::InForce,
            Self::Revoke => status != Status::Revoked,
        };
        fits.then(|| self.leads_to())
    }
}

/// How a title that was given stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Còn hiệu lực.
    InForce,
    /// Tạm đình chỉ.
    Suspended,
    /// Đã thu hồi.
    Revoked,
}

impl Status {
    /// The word in the API and the catalogues.
    pub fn code(self) -> &'static str {
        match self {
            Self::InForce => "in_force",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
        }
    }

    /// How a title stands after what was ruled on it, the earliest first.
    pub fn of(rulings: &[Ruled]) -> Self {
        rulings.last().map_or(Self::InForce, |last| last.ruling.measure.leads_to())
    }
}

/// What a decision rules, beside its number and who signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// The decision that gave the titles.
    pub on: DecisionId,
    /// What is done to them.
    pub measure: Measure,
    /// From which day on.
    pub effective_on: Date,
    /// Why. It is public, and names no person.
    pub reason: String,
    /// The titles, by their certificates.
    pub certificates: Vec<CertificateId>,
}

/// A ruling as it stands in the history of one title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruled {
    /// The decision that rules so.
    pub decision: DecisionId,
    /// `06/QĐ-UBND`.
    pub notation: String,
    /// The day on that decision.
    pub signed_on: Date,
    /// What it rules; without the titles.
    pub ruling: Ruling,
}

impl Ruling {
    /// Checks and cleans what was typed, for a decision signed on a day, on titles that `given` gave. Refused: no title is
    /// chosen; no reason, or one that is too long; signed or in force before the titles were given, or only after `today`,
    /// when it can be recorded and not before.
    pub fn written(mut self, given: &Decision, signed_on: Date, today: Date) -> Result<Self, Refused> {
        if self.certificates.is_empty() {
            return Err(Refused::new("recognition.no_title_chosen"));
        }
        self.reason = written_note(&text::plain(&self.reason))
            .map_err(|_| Refused::new("recognition.reason_too_long").with("max", NOTE_CHARS_MAX))?;
        if self.reason.is_empty() {
            return Err(Refused::new("recognition.reason_missing"));
        }
        let given_on = given.draft.signed_on;
        if signed_on > today {
            return Err(Refused::new("recognition.signed_later").with("day", format_day(signed_on)));
        }
        if signed_on < given_on {
            return Err(Refused::new("recognition.signed_before_title").with("day", format_day(given_on)));
        }
        if self.effective_on < given_on {
            return Err(Refused::new("recognition.effective_too_early").with("day", format_day(given_on)));
        }
        if self.effective_on > today {
            return Err(Refused::new("recognition.effective_later").with("day", format_day(self.effective_on)));
        }
        Ok(self)
    }

    /// How a title stands after this ruling and the earlier ones. Refused: it stands so already, or the measure does not
    /// fit how it stands; or an earlier ruling was signed, or holds from, a later day.
    pub fn applied_to(&self, earlier: &[Ruled], signed_on: Date) -> Result<Status, Refused> {
        let status = Status::of(earlier);
        let unfit = || {
            Refused::new("recognition.measure_unfit").with("measure", self.measure.code()).with("status", status.code())
        };
        let after = self.measure.after(status).ok_or_else(unfit)?;
        match earlier.last() {
            Some(last) if signed_on < last.signed_on => {
                Err(Refused::new("recognition.signed_before_title").with("day", format_day(last.signed_on)))
            }
            Some(last) if self.effective_on < last.ruling.effective_on => {
                Err(Refused::new("recognition.effective_too_early").with("day", format_day(last.ruling.effective_on)))
            }
            _ => Ok(after),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use uuid::Uuid;

    use super::*;
    use crate::{
        ids::UnitId,
        recognition::{Draft, SigningCapacity},
    };

    const GIVEN: Date = date(2023, 11, 24);

    fn given() -> Decision {
        Decision {
            id: DecisionId::new(Uuid::from_u128(1)),
            issuing_unit: UnitId::new(Uuid::from_u128(2)),
            number: 5,
            draft: Draft {
                issuer: "ỦY BAN NHÂN DÂN TỈNH BẠC LIÊU".to_owned(),
                place: "Bạc Liêu".to_owned(),
                signed_on: GIVEN,
                capacity: SigningCapacity::ForTheCollective,
                signatory: "CHỦ TỊCH".to_owned(),
                legal_bases: vec!["Căn cứ Luật".to_owned()],
            },
            items: Vec::new(),
            ruling: None,
        }
    }

    fn ruling(measure: Measure, effective_on: Date) -> Ruling {
        let certificates = vec![CertificateId::new(Uuid::from_u128(3))];
        let reason = " Số liệu kê khai không đúng. ".to_owned();
        Ruling { on: given().id, measure, effective_on, reason, certificates }
    }

    fn ruled(measure: Measure, effective_on: Date) -> Ruled {
        let ruling = ruling(measure, effective_on);
        Ruled { decision: given().id, notation: "06/QĐ-UBND".to_owned(), signed_on: effective_on, ruling }
    }

    #[test]
    fn a_ruling_says_why_and_from_when() {
        let today = date(2024, 3, 1);
        let typed = || ruling(Measure::Revoke, date(2024, 2, 1));
        let kept = typed().written(&given(), today, today).expect("well formed");
        assert_eq!(kept.reason, "Số liệu kê khai không đúng.");
        let code = |ruling: Ruling, signed_on| ruling.written(&given(), signed_on, today).expect_err("refused").code;
        assert_eq!(code(Ruling { certificates: Vec::new(), ..typed() }, today), "recognition.no_title_chosen");
        assert_eq!(code(Ruling { reason: " \n".to_owned(), ..typed() }, today), "recognition.reason_missing");
        let long = "đ".repeat(NOTE_CHARS_MAX + 1);
        assert_eq!(code(Ruling { reason: long, ..typed() }, today), "recognition.reason_too_long");
        assert_eq!(code(typed(), date(2023, 11, 23)), "recognition.signed_before_title");
        for (day, refused) in
            [(date(2023, 11, 23), "recognition.effective_too_early"), (date(2024, 3, 2), "recognition.effective_later")]
        {
            assert_eq!(code(Ruling { effective_on: day, ..typed() }, today), refused);
        }
        assert_eq!(code(typed(), date(2024, 3, 2)), "recognition.signed_later");
        let turned = Ruling { reason: "Sai\u{202E} số\u{200B}\tliệu".to_owned(), ..typed() };
        assert_eq!(turned.written(&given(), today, today).expect("kept").reason, "Sai số liệu");
        for day in [GIVEN, today] {
            assert!(Ruling { effective_on: day, ..typed() }.written(&given(), today, today).is_ok(), "{day}");
        }
    }

    #[test]
    fn a_title_stands_as_the_last_ruling_says() {
        use Measure::{Restore, Revoke, Suspend};
        use Status::{InForce, Revoked, Suspended};
        let day = date(2024, 1, 5);
        for (earlier, measure, after) in [
            (&[][..], Suspend, Some(Suspended)),
            (&[], Revoke, Some(Revoked)),
            (&[], Restore, None),
            (&[Suspend], Suspend, None),
            (&[Suspend], Restore, Some(InForce)),
            (&[Suspend], Revoke, Some(Revoked)),
            (&[Suspend, Revoke], Suspend, None),
            (&[Revoke], Revoke, None),
            (&[Revoke], Restore, Some(InForce)),
            (&[Revoke, Restore], Revoke, Some(Revoked)),
        ] {
            let earlier: Vec<Ruled> = earlier.iter().map(|measure| ruled(*measure, day)).collect();
            assert_eq!(ruling(measure, day).applied_to(&earlier, day).ok(), after, "{earlier:?} {measure:?}");
        }
    }

    #[test]
    fn rulings_follow_one_another_in_time() {
        let suspended = [ruled(Measure::Suspend, date(2024, 1, 5))];
        let restore = |effective_on, signed_on| {
            let after = ruling(Measure::Restore, effective_on).applied_to(&suspended, signed_on);
            after.map_err(|refused| refused.code.into_owned())
        };
        let (before, day) = (date(2024, 1, 4), date(2024, 1, 5));
        assert_eq!(restore(before, day), Err("recognition.effective_too_early".to_owned()));
        assert_eq!(restore(day, before), Err("recognition.signed_before_title".to_owned()));
        assert_eq!(restore(day, day), Ok(Status::InForce));
    }
}
