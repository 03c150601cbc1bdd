//! What a unit will do about a criterion it does not meet.
//!
//! A first, simple plan: cause, action, owner, day. Steps, money by source and requests to the level
//! above are not here yet.

use jiff::civil::Date;

use crate::{Refused, ids::DossierId, text};

/// The longest text of one field, in characters.
const FIELD_CHARS_MAX: usize = 2_000;

/// Why a criterion is not met, from a list, so that causes can be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Kinh phí.
    Funding,
    /// Đất đai.
    Land,
    /// Nhân lực.
    Staff,
    /// Thẩm quyền cấp trên.
    HigherLevel,
    /// Nguyên nhân khác.
    Other,
}

impl Cause {
    /// Every cause in the order of the list.
    pub const ALL: [Self; 5] = [Self::Funding, Self::Land, Self::Staff, Self::HigherLevel, Self::Other];

    /// The word in forms, addresses and the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Funding => "funding",
            Self::Land => "land",
            Self::Staff => "staff",
            Self::HigherLevel => "higher_level",
            Self::Other => "other",
        }
    }

    /// The cause behind a word of [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.code() == code)
    }
}

/// The plan for one unmet criterion of one dossier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The dossier with the gap.
    pub dossier: DossierId,
    /// The criterion that is not met.
    pub criterion: String,
    /// Why it is not met.
    pub cause: Cause,
    /// What will be done.
    pub action: String,
    /// Who does it: an office or a post, not a private person.
    pub owner: String,
    /// Until when.
    pub due_on: Date,
}

impl Plan {
    /// Checks and cleans what was typed. Refused: an empty action or owner, a text that is too long.
    pub fn written(mut self) -> Result<Self, Refused> {
        self.action = text::nfc(&self.action);
        self.owner = text::nfc(&self.owner);
        if self.action.is_empty() || self.owner.is_empty() {
            return Err(Refused::new("plans.incomplete"));
        }
        if self.action.chars().count() > FIELD_CHARS_MAX || self.owner.chars().count() > FIELD_CHARS_MAX {
            return Err(Refused::new("plans.too_long").with("max", FIELD_CHARS_MAX));
        }
        Ok(self)
    }
}

/// The plan for one criterion among those of a dossier.
pub fn of_criterion<'a>(plans: &'a [Plan], criterion: &str) -> Option<&'a Plan> {
    plans.iter().find(|plan| plan.criterion == criterion)
}
