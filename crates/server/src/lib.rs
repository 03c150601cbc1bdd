//! The server: feature folders with their actions, pages, API; the portal; the edge.
//!
//! Contains no SQL, and no page goes past an action. Start reading in `router.rs`.

mod access;
mod api;
mod app;
mod appeals;
mod audit;
mod backup;
mod committees;
mod cycles;
mod dossiers;
mod edge;
mod evidence;
mod hourly;
mod imports;
mod jobs;
mod plans;
mod portal;
mod programmes;
mod recognition;
mod request;
mod router;
mod sample;
mod simulate;
mod start;
mod units;
mod web;

pub use access::{
    guard::{Declared, Policy},
    operator::{
        AccountError, ListedAccount, NewAccount, account_link, accounts, add_account, end_role, forget_factor,
        forget_factors, give_role, set_account_state,
    },
};
pub use app::{App, Chance, Clock, ShiftedClock, SystemChance, SystemClock};
pub use audit::operator::{AuditError, Verified, checkpoint, keys, prove, verify};
pub use backup::{BackupError, Manifest, Progress, Restored, Taken, Wanted, back_up, restore, verify as verify_backup};
pub use evidence::operator::{
    Collected, Collecting, Damaged, EvidenceError, Fault, Verified as VerifiedEvidence, collect as collect_evidence,
    verify as verify_evidence,
};
pub use imports::{
    operator::{Import, import_sheet, imports, undo_import},
    tables::tables_of,
    take::{Cycle as ImportCycle, ImportError, Imported, MapSource, WantedImport},
    undo::{UndoError, Undone},
};
pub use jobs::worker::work;
pub use programmes::actions::{Activated, Finding, Proposal, Source};
pub use router::{declared, router};
pub use simulate::{Scale, SimulateError, Simulated, simulate};
pub use start::{
    ActivateError, Check, Installation, KEEP_FREE_BYTES, Settings, StartError, activate, doctor, open, open_as, serve,
};
pub use units::{
    boundaries::{
        BOUNDARY_FILE_BYTES_MAX, BoundariesTaken, BoundaryError, Bounded, WrongBoundary, boundaries, boundary_feature,
        take_boundaries,
    },
    crosswalk::{Lineage, crosswalk_csv, crosswalk_json},
    dhis2::{dhis2_unit, register_of_dhis2},
    import::{RegisterError, RegisterFiles, Registered, import_register},
    lookup::look_up,
    operator::{Counts, ListError, Listed, unit_counts, unit_crosswalk, unit_list, unit_today, view_row},
    reform_plan::plan_as_csv,
    reforms::{
        Preview, Reform, ReformError, ReformPlan, carry_out_reform, preview_reform, reform_json, reforms, undo_reform,
    },
};
