//! The second factor: a code of six figures from an app on somebody's telephone (RFC 6238), or one of the codes they put
//! away for when it is lost.
//!
//! Whoever appraises, decides or gives roles needs one; whoever decides shows it again when that was some
//! time ago (ASVS 5.0, 7.5.3). Mail is no second factor: who reads somebody's mail can set their password.

use jiff::SignedDuration;

use super::{Action, Role};
use crate::recognition::normalise_code;

/// How long it counts that somebody showed it, for what asks for it anew.
pub const FRESH: SignedDuration = SignedDuration::from_mins(10);

/// How long after signing in somebody who has none may set one: time to put an app on a telephone.
pub const TO_SET: SignedDuration = SignedDuration::from_mins(30);

/// How many codes somebody gets to put away.
pub const PUT_AWAY: usize = 10;

/// What somebody typed as their second factor.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub enum Shown {
    /// Six figures.
    Figures(String),
    /// A code that was put away, in its written form.
    PutAway(String),
}

impl Shown {
    /// Reads what was typed; spaces do not matter. None where it can be neither.
    pub fn read(typed: &str) -> Option<Self> {
        let figures: String = typed.chars().filter(|sign| !sign.is_whitespace()).collect();
        if figures.len() == 6 && figures.bytes().all(|figure| figure.is_ascii_digit()) {
            return Some(Self::Figures(figures));
        }
        normalise_code(&figures).map(Self::PutAway)
    }
}

impl Role {
    /// Whether it is acted in with a second factor only.
    pub fn needs_second_factor(self) -> bool {
        match self {
            Self::Appraiser | Self::CouncilSecretary | Self::CouncilMember | Self::Administrator => true,
            Self::UnitOfficer | Self::UnitLeader | Self::Public => false,
        }
    }
}

impl Action {
    /// Whether somebody who is signed in shows their second factor for it, unless they did within [`FRESH`]: what the public
    /// is told in the name of an authority, and what could make somebody else one who tells it.
    pub fn needs_fresh_factor(self) -> bool {
        matches!(
            self,
            Self::RecognitionDecide
                | Self::RecognitionSuspend
                | Self::RecognitionRestore
                | Self::RecognitionRevoke
                | Self::AccessInvite
                | Self::AccessGrant
                | Self::AccessLink
                | Self::AccessEnable
                | Self::AccessForgetFactor
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognition::code_from;

    #[test]
    fn figures_and_codes_that_were_put_away_are_told_apart() {
        let code = code_from(0x0123_4567_89ab_cdef);
        for (typed, shown) in [
            ("123456", Some(Shown::Figures("123456".to_owned()))),
            (" 123 456\n", Some(Shown::Figures("123456".to_owned()))),
            (&format!("\t{} ", code.to_lowercase()), Some(Shown::PutAway(code.clone()))),
            ("12345", None),
            ("1234567", None),
            ("１２３４５６", None),
            ("", None),
        ] {
            assert_eq!(Shown::read(typed), shown, "{typed:?}");
        }
    }

    #[test]
    fn whoever_decides_needs_one() {
        for action in Action::ALL.iter().filter(|action| action.needs_fresh_factor()) {
            assert!(action.roles().iter().all(|role| role.needs_second_factor()), "{}", action.name());
        }
    }
}
