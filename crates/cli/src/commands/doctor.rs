//! `dienhinh doctor`: says in sentences what is wrong with an installation, and what to do.

use std::process::ExitCode;

use clap::Args;

use super::place::PlaceArgs;

/// Say what is wrong with an installation.
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &DoctorArgs) -> ExitCode {
    let (installation, runtime) = match args.place.begin() {
        Ok(begun) => begun,
        Err(code) => return code,
    };
    let checks = runtime.block_on(dienhinh_server::doctor(&installation));
    let healthy = checks.iter().all(|check| check.ok);
    if args.json {
        super::say(&serde_json::json!({ "ok": healthy, "checks": checks }).to_string());
    } else {
        for check in &checks {
            let sign = match (check.ok, check.warning) {
                (false, _) => "✗",
                (true, true) => "!",
                (true, false) => "✓",
            };
            super::say(&format!("{sign} {:<10} {}", check.name, check.found));
            if !check.ok || check.warning {
                super::say(&format!("  → {}", check.fix));
            }
        }
    }
    if healthy { ExitCode::SUCCESS } else { ExitCode::from(1) }
}
