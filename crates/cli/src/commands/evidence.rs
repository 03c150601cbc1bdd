//! `dienhinh evidence`: whether every file that a row names is whole, and clearing away what no row names.

use std::{
    cell::Cell,
    io::{IsTerminal as _, stderr},
    process::ExitCode,
    sync::Arc,
};

use clap::{Args, Subcommand};
use dienhinh_server::{
    Collected, Collecting, Damaged, EvidenceError, Fault, SystemClock, VerifiedEvidence, collect_evidence,
    verify_evidence,
};
use serde_json::json;

use super::{fail, note, note_in_place, place::PlaceArgs, say, serve};

#[derive(Debug, Subcommand)]
pub(crate) enum EvidenceCommand {
    Gc(GcArgs),
    Verify(VerifyArgs),
}

/// Remove content that no row names, and uploads that were cut off.
#[derive(Debug, Args)]
pub(crate) struct GcArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// Only say what would be removed.
    #[arg(long)]
    dry_run: bool,
    /// What is younger stays. Less than 24 only while no server runs.
    #[arg(long, value_name = "HOURS", default_value_t = 24, value_parser = clap::value_parser!(u32).range(0..=87_600))]
    older_than: u32,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// Read every file that a row names, and name each that is missing, short or changed.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(command: &EvidenceCommand) -> ExitCode {
    let place = match command {
        EvidenceCommand::Gc(args) => &args.place,
        EvidenceCommand::Verify(args) => &args.place,
    };
    let (installation, runtime) = match place.begin() {
        Ok(begun) => begun,
        Err(code) => return code,
    };
    let line = Line::new();
    let done = match command {
        EvidenceCommand::Gc(args) => {
            let wanted = Collecting { dry_run: args.dry_run, min_age_hours: args.older_than };
            let progress = |parts| line.show(&format!("đã xem {parts}/256 phần / {parts} of 256 parts looked at"));
            let collected = runtime.block_on(collect_evidence(&installation, Arc::new(SystemClock), wanted, progress));
            line.end();
            collected.map(|collected| told_collected(args, &collected))
        }
        EvidenceCommand::Verify(args) => {
            let progress = |so_far: &VerifiedEvidence| {
                let (blobs, mb) = (so_far.blobs, so_far.bytes / 1_000_000);
                line.show(&format!("đã đọc {blobs} tệp, {mb} MB / {blobs} files read, {mb} MB"));
            };
            let verified = runtime.block_on(verify_evidence(&installation, progress));
            line.end();
            verified.map(|verified| told_verified(args, &verified))
        }
    };
    done.unwrap_or_else(|error| match &error {
        EvidenceError::Start(cause) => fail(serve::exit_code(cause), &error.to_string()),
        EvidenceError::Store(_) | EvidenceError::Database(_) => fail(7, &error.to_string()),
    })
}

/// One line that says how far the work came, where somebody sees it.
struct Line {
    is_seen: bool,
    is_begun: Cell<bool>,
}

impl Line {
    fn new() -> Self {
        Self { is_seen: stderr().is_terminal(), is_begun: Cell::new(false) }
    }

    fn show(&self, words: &str) {
        if self.is_seen {
            self.is_begun.set(true);
            note_in_place(words);
        }
    }

    fn end(&self) {
        if self.is_begun.get() {
            note("");
        }
    }
}

fn told_collected(args: &GcArgs, collected: &Collected) -> ExitCode {
    let Collected { blobs, blob_bytes, young, swept } = collected;
    if args.json {
        let report = json!({
            "dry_run": args.dry_run, "blobs": blobs, "bytes": blob_bytes, "young": young,
            "uploads": swept.uploads, "upload_bytes": swept.bytes,
        });
        say(&report.to_string());
        return ExitCode::SUCCESS;
    }
    let (vi, en) = if args.dry_run { ("sẽ xóa", "would be removed") } else { ("đã xóa", "removed") };
    say(&format!(
        "{vi} {blobs} tệp không dòng nào ghi tên ({blob_bytes} byte) / {en}: {blobs} files that no row names ({blob_bytes} bytes)"
    ));
    say(&format!(
        "{vi} {0} lần gửi dở ({1} byte) / {en}: {0} uploads that were cut off ({1} bytes)",
        swept.uploads, swept.bytes
    ));
    if *young > 0 {
        let hours = args.older_than;
        note(&format!("giữ lại {young} tệp chưa quá {hours} giờ / {young} files younger than {hours} hours are kept"));
    }
    ExitCode::SUCCESS
}

fn told_verified(args: &VerifyArgs, verified: &VerifiedEvidence) -> ExitCode {
    let VerifiedEvidence { blobs, bytes, damaged } = verified;
    if args.json {
        let report = json!({
            "ok": damaged.is_empty(), "blobs": blobs, "bytes": bytes,
            "damaged": damaged.iter().map(as_json).collect::<Vec<_>>(),
        });
        say(&report.to_string());
    } else if damaged.is_empty() {
        say(&format!("✓ {blobs} tệp nguyên vẹn ({bytes} byte) / {blobs} files are whole ({bytes} bytes)"));
    } else {
        for one in damaged {
            say(&as_line(one));
        }
    }
    if damaged.is_empty() {
        return ExitCode::SUCCESS;
    }
    let count = damaged.len();
    fail(
        1,
        &format!(
            "{count} minh chứng thiếu hoặc hỏng; lấy lại từ bản sao lưu, hoặc nhờ đơn vị gửi lại đúng tệp đó / {count} proofs \
             are missing or damaged; take them from a backup, or have the unit send the same file again"
        ),
    )
}

fn as_line(Damaged { named, fault }: &Damaged) -> String {
    let words = match fault {
        Fault::Missing => "không có / missing".to_owned(),
        Fault::Length(found) => {
            let bytes = named.bytes;
            format!("{found} byte thay vì {bytes} / {found} bytes instead of {bytes}")
        }
        Fault::Changed => "nội dung bị đổi / changed".to_owned(),
        Fault::Unreadable(cause) => format!("không đọc được / cannot be read: {cause}"),
    };
    let (dossier, criterion, name, sha256) = (named.dossier, &named.criterion, &named.file_name, &named.sha256);
    format!("✗ /dossiers/{dossier}#{criterion} {name} ({sha256}): {words}")
}

fn as_json(Damaged { named, fault }: &Damaged) -> serde_json::Value {
    let (fault, found_bytes) = match fault {
        Fault::Missing => ("missing", None),
        Fault::Length(found) => ("length", Some(*found)),
        Fault::Changed => ("changed", Some(named.bytes)),
        Fault::Unreadable(_) => ("unreadable", None),
    };
    json!({
        "dossier": named.dossier.to_string(), "criterion": named.criterion, "evidence": named.id.to_string(),
        "file_name": named.file_name, "sha256": named.sha256, "bytes": named.bytes,
        "fault": fault, "found_bytes": found_bytes,
    })
}
