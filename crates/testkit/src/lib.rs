//! What tests share: builders that start valid, a fixed day, a database of their own. Never shipped.

#[cfg(feature = "database")]
mod database;
#[cfg(feature = "database")]
pub mod golden;
pub mod oracle;
pub mod register;
#[cfg(feature = "s3")]
mod s3;

#[cfg(feature = "database")]
pub use database::{Empty, Fresh, SERVER};
#[cfg(feature = "s3")]
pub use s3::Bucket;

use dienhinh_domain::{
    calendar::Period,
    cycles::Cycle,
    dossiers::{Dossier, State},
    ids::{CycleId, DossierId, UnitId},
    units::{UnitKind, UnitVersion},
};
use jiff::{
    Timestamp,
    civil::{Date, date},
};
use uuid::Uuid;

/// The day most tests happen on.
pub const TODAY: Date = date(2023, 11, 24);

/// The instant most tests happen at: 14:30 in Việt Nam on [`TODAY`].
///
/// # Panics
///
/// Never: the constant is in range.
pub fn now() -> Timestamp {
    Timestamp::from_second(1_700_811_000).expect("in range")
}

/// The same identity for the same number, in every test and every run.
pub fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// A commune with a name, valid from 2004 on, directly below nothing.
pub fn unit(number: u128, name: &str) -> UnitVersion {
    UnitVersion {
        unit: UnitId::new(id(number)),
        valid: Period::from(date(2004, 1, 1)),
        name: name.to_owned(),
        kind: UnitKind::Commune,
        code: None,
        parent: None,
        illustrative: false,
    }
}

/// The cycle 2023 of a set named `set`, version `1`.
pub fn cycle(number: u128) -> Cycle {
    Cycle {
        id: CycleId::new(id(number)),
        programme: "programme".to_owned(),
        set_code: "set".to_owned(),
        set_version: "1".to_owned(),
        year: 2023,
        assessed: Period { from: date(2022, 11, 16), until: Some(date(2023, 11, 16)) },
        registration_until: date(2023, 3, 31),
        due_on: date(2023, 11, 30),
    }
}

/// A dossier in progress.
pub fn dossier(number: u128, unit: &UnitVersion, cycle: &Cycle) -> Dossier {
    Dossier {
        id: DossierId::new(id(number)),
        unit: unit.unit,
        cycle: cycle.id,
        state: State::InProgress,
        round: 1,
        registered_on: Some(date(2023, 3, 1)),
        submitted_at: None,
        frozen_sha256: None,
    }
}
