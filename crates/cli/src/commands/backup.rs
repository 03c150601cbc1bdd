//! `dienhinh backup`: all that an installation holds in one file, beside a running server; and whether such a file is
//! whole.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use clap::{Args, Subcommand};
use dienhinh_server::{BackupError, Manifest, Progress, SystemClock, Wanted, back_up, verify_backup};
use serde_json::{Value, json};

use super::{NOT_FOUND, REJECTED, USAGE, fail, note, place::PlaceArgs, say, serve};

/// Write all that an installation holds into one file: rows, evidence, public keys. A server may run meanwhile.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct BackupArgs {
    #[command(subcommand)]
    command: Option<BackupCommand>,
    /// The file, whose name ends in .tar, or a folder in which it gets a name by its time.
    #[arg(long, value_name = "FILE|DIR")]
    to: Option<PathBuf>,
    /// Put the private key that signs the record into it too. Whoever has the file can then sign in its name.
    #[arg(long)]
    with_private_key: bool,
    #[command(flatten)]
    place: PlaceArgs,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum BackupCommand {
    Verify(VerifyArgs),
}

/// Read a whole backup and say whether it is what was written. Restores nothing.
#[derive(Debug, Args)]
struct VerifyArgs {
    /// The backup.
    file: PathBuf,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &BackupArgs) -> ExitCode {
    if let Some(BackupCommand::Verify(args)) = &args.command {
        return match verify_backup(&args.file, &mut told) {
            Ok(manifest) => {
                done(args.json, "nguyên vẹn / is whole", &args.file.display().to_string(), &manifest);
                ExitCode::SUCCESS
            }
            Err(error) => refuse(&error),
        };
    }
    let Some(to) = args.to.clone() else {
        return fail(USAGE, "--to FILE|DIR: cần nơi ghi bản sao lưu / say where the backup goes");
    };
    let (installation, runtime) = match args.place.begin() {
        Ok(begun) => begun,
        Err(code) => return code,
    };
    let wanted = Wanted { to, with_private_key: args.with_private_key };
    match runtime.block_on(back_up(&installation, &wanted, Arc::new(SystemClock), &mut told)) {
        Ok(taken) => {
            done(args.json, "đã sao lưu / backed up", &taken.archive.display().to_string(), &taken.manifest);
            if !args.with_private_key {
                note(
                    "không có khóa riêng audit.key trong bản này: hệ thống khôi phục từ nó sẽ có khóa mới / the private key \
                     audit.key is not in it: what is restored from it gets a new one",
                );
            }
            ExitCode::SUCCESS
        }
        Err(error) => refuse(&error),
    }
}

/// Says how far it is, at the end of a table and every so many files.
pub(super) fn told(progress: &Progress<'_>) {
    let Progress { what, done, of } = progress;
    if *what != Progress::EVIDENCE || done == of || done.is_multiple_of(1_000) {
        note(&format!("{what}: {done} / {of}"));
    }
}

/// Says what a backup holds.
pub(super) fn done(as_json: bool, what: &str, file: &str, manifest: &Manifest) {
    if as_json {
        say(&report(file, manifest).to_string());
        return;
    }
    let (rows, evidence) = (manifest.rows(), manifest.evidence);
    say(&format!("✓ {file}: {what}"));
    say(&format!(
        "  {} dienhinh {}, {}, schema {}",
        manifest.made_at, manifest.product, manifest.database, manifest.schema
    ));
    say(&format!("  {} bảng, {rows} dòng / {} tables, {rows} rows", manifest.tables.len(), manifest.tables.len()));
    say(&format!(
        "  {} tệp minh chứng, {} byte / {} evidence files, {} bytes",
        evidence.files, evidence.bytes, evidence.files, evidence.bytes
    ));
    if let Some(checkpoint) = &manifest.checkpoint {
        let mut lines = checkpoint.lines().skip(1);
        let (size, root) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
        say(&format!("  nhật ký {size} mục, gốc {root} / record of {size} entries, root {root}"));
    }
}

fn report(file: &str, manifest: &Manifest) -> Value {
    json!({ "ok": true, "file": file, "manifest": manifest })
}

/// Says why nothing was done and gives the exit code.
pub(super) fn refuse(error: &BackupError) -> ExitCode {
    if let BackupError::Evidence(files) = error {
        for file in files {
            note(&format!("evidence/{file}"));
        }
    }
    let code = match error {
        BackupError::NoFile(_) => NOT_FOUND,
        BackupError::Exists(_)
        | BackupError::Evidence(_)
        | BackupError::Damaged { .. }
        | BackupError::Newer { .. }
        | BackupError::NotEmpty { .. }
        | BackupError::Foreign(_)
        | BackupError::Differs(_) => REJECTED,
        BackupError::Unrecorded(..) => 7,
        BackupError::File(..) | BackupError::Audit(_) => 1,
        BackupError::Start(cause) => serve::exit_code(cause),
    };
    fail(code, &error.to_string())
}
