//! The nouns and rules of recognition work: what exists, who may do what, what may follow what.
//!
//! Pure: nothing here waits, reads a clock, opens a file, or knows SQL, HTTP, HTML or Arrow.
//! Reading order: [`ids`], [`text`], [`calendar`], [`units`], [`programmes`], [`cycles`],
//! [`dossiers`], [`evidence`], [`plans`], [`committees`], [`recognition`], [`appeals`], [`access`], [`jobs`], [`audit`], [`sheets`], [`imports`].

pub mod access;
pub mod appeals;
pub mod audit;
pub mod calendar;
pub mod committees;
pub mod cycles;
pub mod dossiers;
pub mod evidence;
pub mod ids;
pub mod imports;
pub mod jobs;
pub mod plans;
pub mod programmes;
pub mod recognition;
pub mod sheets;
pub mod text;
pub mod units;

mod refused;

pub use refused::Refused;
