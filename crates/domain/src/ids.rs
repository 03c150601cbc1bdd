//! One newtype per identity, so that a unit can never be taken for a dossier.
//!
//! Identities are ours (UUIDv7 as text); official codes are attributes with a validity.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps an identity made by the caller, who holds the clock and the chance.
            pub fn new(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }

        impl TryFrom<String> for $name {
            type Error = uuid::Error;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }
    };
}

id! {
    /// A place or body over all its names, codes and parents.
    UnitId
}
id! {
    /// A reform of units.
    ReformId
}
id! {
    /// One run of a programme for some kinds of units over one named calendar.
    CycleId
}
id! {
    /// One unit in one cycle.
    DossierId
}
id! {
    /// One proof attached to one criterion of a dossier.
    EvidenceId
}
id! {
    /// One numbered decision.
    DecisionId
}
id! {
    /// One certificate that follows from a decision.
    CertificateId
}
id! {
    /// One piece of long work.
    JobId
}
id! {
    /// One spreadsheet that was taken in.
    ImportId
}
id! {
    /// One spreadsheet that somebody is taking in.
    DraftId
}
id! {
    /// Somebody who may sign in.
    AccountId
}
id! {
    /// One role that was given to somebody.
    GrantId
}
id! {
    /// A steering committee or a council.
    CommitteeId
}
id! {
    /// Somebody's place in a committee.
    MemberId
}
id! {
    /// A meeting of a council.
    MeetingId
}
id! {
    /// A unit's request that a decision on its dossier be looked at again.
    AppealId
}
