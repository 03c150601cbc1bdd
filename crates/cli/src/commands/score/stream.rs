//! Rows that need nothing of each other: read, scored and written stretch by stretch, with what is done shown and
//! ctrl-c heard in between.

use std::{
    io::{self, IsTerminal as _},
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

use dienhinh_domain::programmes::CriteriaSet;
use dienhinh_engine::Plan;

use super::{
    by_group,
    output::{Output, Results},
};
use crate::commands::{Rejected, note, note_in_place, table::Stretches};

/// Set once ctrl-c was heard.
static IS_STOPPED: AtomicBool = AtomicBool::new(false);

/// Scores a file into another one.
pub(super) fn run(set: &CriteriaSet, plan: &Plan, input: &Path, output: &Path) -> Result<(), Rejected> {
    let mut stretches = Stretches::open(plan, &[], input)?;
    let mut output = Output::open(Some(output))?;
    listen_for_ctrl_c();
    let mut is_first = true;
    while let Some(table) = stretches.next(plan)? {
        if is_first {
            table.name_absent(plan, input);
        }
        let mistakes = super::levels::mistakes(set, &table, input, stretches.progress().0);
        if !mistakes.is_empty() {
            return Err(Rejected::Data(mistakes));
        }
        let scores = by_group(set, plan, &table)?;
        output.write(&Results { plan, table: &table, scores: &scores, standings: None }, is_first)?;
        is_first = false;
        show(&stretches);
        if IS_STOPPED.load(Ordering::Relaxed) {
            return Err(Rejected::Stopped);
        }
    }
    output.finish()?;
    if io::stderr().is_terminal() {
        note("");
    }
    Ok(())
}

/// On a terminal, how far it is.
fn show(stretches: &Stretches) {
    if !io::stderr().is_terminal() {
        return;
    }
    let (read, total) = stretches.progress();
    let of = total.map_or_else(String::new, |total| format!(" / {total}"));
    note_in_place(&format!("{read}{of} đơn vị / units"));
}

/// Without a runtime for it the signal ends the process, as it would anyway.
fn listen_for_ctrl_c() {
    std::thread::spawn(|| {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        if runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
            IS_STOPPED.store(true, Ordering::Relaxed);
        }
    });
}
