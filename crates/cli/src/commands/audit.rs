//! `dienhinh audit`: a checkpoint to keep elsewhere, whether the record is whole, a proof to take away.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Subcommand};
use dienhinh_domain::audit::{
    Written,
    checkpoint::{PublicKey, Signed, Unsound},
    walk::{Bad, Fault},
};
use dienhinh_server::{AuditError, Verified};
use serde_json::{Value, json};

use super::{NOT_FOUND, REJECTED, fail, note, place::PlaceArgs, say, serve};

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Print the keys that check the record, oldest first.
    Key(PlaceArgs),
    Checkpoint(CheckpointArgs),
    Verify(VerifyArgs),
    Prove(ProveArgs),
}

/// Publish the signed head of the record and print it, to be kept elsewhere.
#[derive(Debug, Args)]
pub(crate) struct CheckpointArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// Write it into a file.
    #[arg(long)]
    output: Option<PathBuf>,
}

/// Go through the whole record and name the first entry that is not what it was.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// A checkpoint that was kept elsewhere; several times for several.
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
    /// A file with keys that were kept elsewhere, instead of those beside the database.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// Write a proof that needs no server: of an entry by its number, or of a certificate by its code.
#[derive(Debug, Args)]
pub(crate) struct ProveArgs {
    /// Number of an entry or code of a certificate.
    what: String,
    #[command(flatten)]
    place: PlaceArgs,
    /// Write it into a file.
    #[arg(long)]
    output: Option<PathBuf>,
}

pub(crate) fn run(command: &AuditCommand) -> ExitCode {
    let place = match command {
        AuditCommand::Key(place) => place,
        AuditCommand::Checkpoint(args) => &args.place,
        AuditCommand::Verify(args) => &args.place,
        AuditCommand::Prove(args) => &args.place,
    };
    let (installation, runtime) = match place.begin() {
        Ok(begun) => begun,
        Err(code) => return code,
    };
    let done = match command {
        AuditCommand::Key(_) => dienhinh_server::keys(&installation).map(|keys| {
            for key in &keys {
                say(&key.text());
            }
            ExitCode::SUCCESS
        }),
        AuditCommand::Checkpoint(args) => runtime
            .block_on(dienhinh_server::checkpoint(&installation))
            .map(|signed| put(args.output.as_deref(), &signed.note())),
        AuditCommand::Prove(args) => runtime
            .block_on(dienhinh_server::prove(&installation, &args.what))
            .map(|proof| put(args.output.as_deref(), &proof.text())),
        AuditCommand::Verify(args) => {
            let (checkpoints, keys) = match (checkpoints(&args.checkpoint), args.key.as_deref().map(keys).transpose()) {
                (Ok(checkpoints), Ok(keys)) => (checkpoints, keys.unwrap_or_default()),
                (Err(exit), _) | (_, Err(exit)) => return exit,
            };
            let verified = runtime.block_on(dienhinh_server::verify(&installation, &checkpoints, &keys));
            verified.map(|verified| told(args, &verified))
        }
    };
    done.unwrap_or_else(|error| match &error {
        AuditError::Nothing => fail(NOT_FOUND, &error.to_string()),
        AuditError::Unsound(_) => fail(REJECTED, &error.to_string()),
        AuditError::Start(cause) => fail(serve::exit_code(cause), &error.to_string()),
        AuditError::Unreadable(_) => fail(7, &error.to_string()),
    })
}

/// Puts a text into a file, or onto standard output.
fn put(file: Option<&Path>, text: &str) -> ExitCode {
    let Some(file) = file else {
        say(text.trim_end());
        return ExitCode::SUCCESS;
    };
    match fs::write(file, text) {
        Ok(()) => {
            note(&format!("đã ghi / written: {}", file.display()));
            ExitCode::SUCCESS
        }
        Err(cause) => fail(1, &format!("{}: {cause}", file.display())),
    }
}

fn read(file: &Path) -> Result<String, ExitCode> {
    fs::read_to_string(file).map_err(|cause| fail(NOT_FOUND, &format!("{}: {cause}", file.display())))
}

fn unsound(file: &Path, cause: Unsound) -> ExitCode {
    fail(REJECTED, &format!("{}: {cause}", file.display()))
}

fn checkpoints(files: &[PathBuf]) -> Result<Vec<Signed>, ExitCode> {
    files.iter().map(|file| Signed::read(&read(file)?).map_err(|cause| unsound(file, cause))).collect()
}

fn keys(file: &Path) -> Result<Vec<PublicKey>, ExitCode> {
    let text = read(file)?;
    let keys: Result<Vec<_>, _> = text.lines().map(PublicKey::read).collect();
    keys.map_err(|cause| unsound(file, cause))
}

fn told(args: &VerifyArgs, verified: &Verified) -> ExitCode {
    if args.json {
        say(&as_json(verified).to_string());
    }
    let Some(bad) = verified.bad else {
        return if verified.checkpoints_altered {
            fail(
                REJECTED,
                "các mục nguyên vẹn, nhưng điểm kiểm chứng đã công bố bị sửa / the entries are whole, but a published checkpoint was altered",
            )
        } else {
            whole(args, verified.entries)
        };
    };
    if bad.fault == Fault::Forked {
        let agreed = verified.agreed;
        note(&format!(
            "{agreed} mục đầu khớp với điểm kiểm chứng / the first {agreed} entries agree with a checkpoint"
        ));
    }
    if let Some(now) = &verified.now {
        note(&format!("mục hiện nay / the entry as it stands: {}", as_line(now)));
    }
    fail(REJECTED, &format!("mục / entry {}: {}", bad.seq, words(bad.fault)))
}

fn whole(args: &VerifyArgs, entries: u64) -> ExitCode {
    if !args.json {
        say(&format!("✓ {entries} mục nguyên vẹn / {entries} entries are whole"));
    }
    if args.checkpoint.is_empty() {
        note(
            "chỉ điểm kiểm chứng giữ ở nơi khác (--checkpoint) cho thấy dữ liệu có bị thay bằng bản sao cũ không / only a checkpoint kept elsewhere (--checkpoint) shows whether an older copy was put in place",
        );
    }
    ExitCode::SUCCESS
}

fn as_line(entry: &Written) -> String {
    let Written { seq, at_microseconds, role, action, unit, subject, detail, .. } = entry;
    format!("{seq}, {at_microseconds} µs, {role}, {action}, {unit}, {subject}, {detail}")
}

fn words(fault: Fault) -> &'static str {
    match fault {
        Fault::Missing => "bị mất / is missing",
        Fault::CutOff => "và các mục sau bị cắt bỏ / and what followed it are cut off",
        Fault::Extra => "chỗ này đã có mục khác / stands where there is one already",
        Fault::Changed => "nội dung bị sửa / was changed",
        Fault::Nodes => "mã băm của cây bị sửa / the hashes of the tree were changed",
        Fault::Unsigned => {
            "không do khóa của hệ thống ký: bị sửa, chèn hoặc đổi chỗ / was not signed with the key: changed, put in or moved"
        }
        Fault::OtherKey => "được ký bằng khóa khác / was signed with another key",
        Fault::Forked => {
            "mục này hoặc một mục trước nó khác với điểm kiểm chứng: dữ liệu đã bị thay bằng bản sao cũ rồi ghi tiếp / it, or one before it, is another than the checkpoint counts: an older copy was put in place and continued"
        }
        Fault::Unreadable => "không đọc được / cannot be read",
    }
}

fn as_json(verified: &Verified) -> Value {
    let first_bad = |bad: Bad| json!({ "seq": bad.seq, "fault": bad.fault.code(), "now": verified.now });
    json!({
        "ok": verified.holds(),
        "entries": verified.entries,
        "agreed": verified.agreed,
        "checkpoint": verified.head.as_ref().map(Signed::note),
        "checkpoints_altered": verified.checkpoints_altered,
        "first_bad": verified.bad.map(first_bad),
    })
}
