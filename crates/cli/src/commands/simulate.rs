//! `dienhinh simulate`: fills a new installation with a made-up country, to try what a machine carries.

use std::process::ExitCode;

use clap::Args;
use dienhinh_server::{Scale, SimulateError, Simulated, simulate};
use serde_json::json;

use super::{REJECTED, USAGE, fail, place::PlaceArgs, say, serve, told};

/// Fill a new installation with made-up units, dossiers and decisions, the same for the same numbers. Serve it with
/// `serve --sample`. Answers and plans are made for the latest year; earlier years have states, results and decisions.
#[derive(Debug, Args)]
pub(crate) struct SimulateArgs {
    /// Communes and wards; there are as many provinces as that takes, 34 for 3,321.
    #[arg(long, default_value_t = 3_321)]
    communes: u32,
    /// Residential areas, every one with a dossier in each year.
    #[arg(long, default_value_t = 90_000)]
    areas: u32,
    /// Agencies, enterprises and schools in the register; three of a hundred take part.
    #[arg(long, default_value_t = 1_000_000)]
    organisations: u32,
    /// Years with cycles, the latest 2025.
    #[arg(long, default_value_t = 3)]
    years: u32,
    /// Another number makes another country.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    place: PlaceArgs,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &SimulateArgs) -> ExitCode {
    let (installation, runtime) = match args.place.begin() {
        Ok(begun) => begun,
        Err(code) => return code,
    };
    let SimulateArgs { communes, areas, organisations, years, seed, .. } = *args;
    let scale = Scale { communes, areas, organisations, years, seed };
    match runtime.block_on(simulate(&installation, scale, &mut told())) {
        Ok(Simulated { units, dossiers, answers, decisions }) => {
            if args.json {
                let made = json!({ "units": units, "dossiers": dossiers, "answers": answers, "decisions": decisions });
                say(&json!({ "ok": true, "made": made }).to_string());
            } else {
                say(&format!(
                    "✓ {units} đơn vị, {dossiers} hồ sơ, {answers} câu trả lời, {decisions} quyết định / {units} units, \
                     {dossiers} dossiers, {answers} answers, {decisions} decisions"
                ));
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            let code = match &error {
                SimulateError::Number { .. } => USAGE,
                SimulateError::Exists(_) => REJECTED,
                SimulateError::Start(cause) => serve::exit_code(cause),
                SimulateError::Failed(_) => 1,
            };
            fail(code, &error.to_string())
        }
    }
}
