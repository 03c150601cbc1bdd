//! Everything that is kept: the only crate that knows SQL. It decides nothing.
//!
//! One statement text serves every database, written in the portable subset that `dialect` names.
//! Functions take `&mut Tx` first; what is absent is `None`, not an error.

mod db;
mod dialect;
mod failure;
mod url;

pub mod access;
pub mod appeals;
pub mod audit;
pub mod blobs;
pub mod committees;
pub mod cycles;
pub mod dossiers;
pub mod evidence;
pub mod idempotency;
pub mod imports;
pub mod jobs;
pub mod plans;
pub mod programmes;
pub mod recognition;
pub mod rows;
pub mod schema;
#[cfg(feature = "testing")]
pub mod scratch;
pub mod settings;
#[cfg(feature = "testing")]
pub mod state;
pub mod statements;
pub mod units;

pub use blobs::{EvidenceUrl, InvalidEvidenceUrl};
pub use db::{Db, PostgresTx, Tx};
pub use failure::Failure;
pub use url::{DatabaseUrl, InvalidUrl};

/// What every function here returns: a value, or the world broke.
pub type Result<T> = std::result::Result<T, Failure>;
