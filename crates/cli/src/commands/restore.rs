//! `dienhinh restore`: an installation in an empty place, made of a backup; the whole of it or none.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use clap::Args;
use dienhinh_server::{SystemClock, restore};

use super::{backup, note, place::PlaceArgs};

/// Make an installation of a backup. The data folder and the database must be empty; either kind of database will do.
#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    /// The backup.
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    #[command(flatten)]
    place: PlaceArgs,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &RestoreArgs) -> ExitCode {
    let (installation, runtime) = match args.place.begin() {
        Ok(begun) => begun,
        Err(code) => return code,
    };
    note("đọc và kiểm tra cả tệp, rồi mới ghi / the whole file is read and checked, then written");
    match runtime.block_on(restore(&installation, &args.from, Arc::new(SystemClock), &mut backup::told)) {
        Ok(restored) => {
            let place = format!("{}, {}", installation.data.display(), installation.database);
            backup::done(args.json, "đã khôi phục / restored", &place, &restored.manifest);
            if restored.has_new_key {
                note(
                    "hệ thống có khóa riêng mới; các mục cũ vẫn kiểm tra được bằng khóa cũ trong audit.keys / the \
                     installation has a new private key; older entries are checked with the older key in audit.keys",
                );
            }
            ExitCode::SUCCESS
        }
        Err(error) => backup::refuse(&error),
    }
}
