//! One newtype per identity, so that a unit can never be taken for a dossier.
//!
//! Identities are ours (UUIDv7 as text); official codes are attributes with a validity.

use std::{fmt, str::FromStr};

use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
