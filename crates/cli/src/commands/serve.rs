//! `dienhinh serve`: serves an installation until it is asked to end.

use std::{net::SocketAddr, process::ExitCode};

use clap::Args;
use dienhinh_server::{Settings, StartError, serve};

use super::place::PlaceArgs;

/// Serve an installation.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Serve the sample province with its ready roles; loads it into an empty data folder.
    #[arg(long)]
    sample: bool,
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    #[command(flatten)]
    place: PlaceArgs,
}

pub(crate) fn run(args: &ServeArgs) -> ExitCode {
    let installation = match args.place.installation() {
        Ok(installation) => installation,
        Err(code) => return code,
    };
    let settings = Settings { listen: args.listen, installation, sample: args.sample };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(cause) => return super::fail(1, &format!("không khởi động được / cannot start: {cause}")),
    };
    let served = runtime.block_on(serve(&settings, |address| {
        super::say(&format!("http://{address}"));
        super::note("Ctrl+C để dừng / Ctrl+C to stop");
    }));
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => super::fail(exit_code(&error), &error.to_string()),
    }
}

/// The exit code of an installation that cannot be opened.
pub(super) fn exit_code(error: &StartError) -> u8 {
    match error {
        StartError::NoInstallation(_) => super::NOT_FOUND,
        StartError::NoSignIn => 5,
        StartError::Database(..) | StartError::Evidence(..) | StartError::Listen(..) => 7,
        StartError::NotTheSample(_) | StartError::CutOff(_) | StartError::Folder(..) | StartError::Sample(_) => 1,
    }
}
