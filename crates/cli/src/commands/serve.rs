//! `dienhinh serve`: serves an installation until it is asked to end.

use std::{
    net::{IpAddr, SocketAddr},
    process::ExitCode,
};

use clap::Args;
use dienhinh_server::{Installation, KEEP_FREE_BYTES, Settings, StartError, serve};
use tracing_subscriber::filter::LevelFilter;

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
    /// MiB of the disk that files may not take; with less free, uploads are refused.
    #[arg(long, value_name = "MIB", default_value_t = KEEP_FREE_BYTES / MIB)]
    keep_free: u64,
    /// A proxy before the server, whose X-Forwarded-For is believed; may be given several times.
    #[arg(long, value_name = "ADDRESS")]
    proxy: Vec<IpAddr>,
    #[command(flatten)]
    place: PlaceArgs,
}

const MIB: u64 = 1024 * 1024;

pub(crate) fn run(args: &ServeArgs) -> ExitCode {
    let installation = match args.place.installation() {
        Ok(installation) => Installation { keep_free_bytes: args.keep_free.saturating_mul(MIB), ..installation },
        Err(code) => return code,
    };
    let settings = Settings { listen: args.listen, installation, sample: args.sample, proxies: args.proxy.clone() };
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false).with_max_level(LevelFilter::WARN).init();
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
        StartError::NoAccount(_) | StartError::SignedIn(_) | StartError::FactorKey(_) => 5,
        StartError::Database(..) | StartError::Evidence(..) | StartError::Listen(..) => 7,
        StartError::CutOff(_) | StartError::Folder(..) | StartError::Sample(_) => 1,
    }
}
