//! Backups: all that an installation holds in one file, out of one database and into the same or the other kind.
//!
//! [`archive`] is the file and finds every altered byte; [`contents`] is what lies in it; [`take`] writes one beside a
//! running server, [`restore()`] makes an installation of one. Contains no SQL, and does not know what a row means.

mod archive;
mod contents;
pub(crate) mod last;
mod manifest;
pub(crate) mod restore;
mod take;

#[cfg(test)]
mod tests;

use std::{
    io,
    path::{Path, PathBuf},
};

use dienhinh_storage::Failure;
use serde_json::Value;

pub use self::{
    contents::verify,
    manifest::Manifest,
    restore::{Restored, restore},
    take::{Taken, Wanted, back_up},
};
use crate::{audit::operator::AuditError, start::StartError, web::lang::halves};

/// Files are copied in pieces of this size.
const COPY_BYTES: usize = 64 * 1024;

/// Hash and length of an evidence file, out of its row.
fn file_of(row: &[Value]) -> (&str, u64) {
    let sha256 = row.first().and_then(Value::as_str).unwrap_or_default();
    (sha256, row.get(1).and_then(Value::as_u64).unwrap_or_default())
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress<'a> {
    /// A table, or [`Progress::EVIDENCE`].
    pub what: &'a str,
    /// Rows or files so far.
    pub done: u64,
    /// Rows or files in all.
    pub of: u64,
}

impl Progress<'_> {
    /// The word for evidence files.
    pub const EVIDENCE: &'static str = "evidence/";
}

/// Why there is no backup, or nothing was restored from one.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file with this name is there.
    #[error("{}: đã có tệp này; chọn tên khác / is there already; choose another name", .0.display())]
    Exists(PathBuf),
    /// There is no such file.
    #[error("{}: không có tệp này / there is no such file", .0.display())]
    NoFile(PathBuf),
    /// A file cannot be read or written.
    #[error("{}: không đọc hoặc ghi được / cannot be read or written: {}", .0.display(), .1)]
    File(PathBuf, io::Error),
    /// Evidence files that rows name are missing or are not what they were.
    #[error(
        "không có bản sao lưu, vì {} tệp minh chứng bị mất hoặc hỏng; lấy lại các tệp này từ bản sao lưu trước rồi chạy lại / \
         there is no backup, since {} evidence files are missing or damaged; take them from an earlier backup, then run \
         this again", .0.len(), .0.len()
    )]
    Evidence(Vec<String>),
    /// The archive is not what was written.
    #[error(
        "{}: bản sao lưu hỏng ở {}: {}; dùng bản khác / the backup is damaged at {}: {}; take another one",
        archive.display(), vi(entry), vi(why), en(entry), en(why)
    )]
    Damaged {
        /// The archive.
        archive: PathBuf,
        /// Which entry of it.
        entry: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The archive was written by a newer version of this program.
    #[error(
        "bản sao lưu do dienhinh {made_by} tạo, cấu trúc phiên bản {found}; đây là dienhinh {program}, chỉ biết đến phiên \
         bản {known}; hãy dùng dienhinh mới hơn / the backup with schema {found} was made by dienhinh {made_by}; this is \
         dienhinh {program}, which knows up to {known}; use a newer dienhinh"
    )]
    Newer {
        /// The version of the program that made it.
        made_by: String,
        /// Version of its schema.
        found: i64,
        /// The newest that this program knows.
        known: i64,
        /// The version of this program.
        program: &'static str,
    },
    /// The file is something else.
    #[error(
        "{}: không phải bản sao lưu của dienhinh, hoặc phần đầu tệp bị hỏng; tệp .gz thì giải nén trước / this is no backup \
         of dienhinh, or its beginning is damaged; unpack a .gz first", .0.display()
    )]
    Foreign(PathBuf),
    /// Something is where the backup should go.
    #[error(
        "{place} không trống, đã có {found}; chỉ khôi phục vào chỗ trống: chọn --data hoặc --database khác / {place} is not \
         empty, there is {found}; a backup is restored into an empty place only: choose another --data or --database"
    )]
    NotEmpty {
        /// The place.
        place: String,
        /// What was found there.
        found: String,
    },
    /// What was restored is not what the backup says.
    #[error(
        "đã dừng, chưa khôi phục gì: {0} / stopped, nothing was restored: what was loaded differs from the backup in {0}"
    )]
    Differs(String),
    /// The backup is good, but the installation does not know of it.
    #[error(
        "{}: bản sao lưu tốt, nhưng không ghi được vào nhật ký / the backup is good, but could not be recorded: {}",
        .0.display(), .1
    )]
    Unrecorded(PathBuf, Failure),
    /// The record cannot be examined.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The installation cannot be opened or written.
    #[error(transparent)]
    Start(#[from] StartError),
}

/// The Vietnamese half of a text in both languages.
fn vi(text: &str) -> &str {
    halves(text).0
}

/// The English half.
fn en(text: &str) -> &str {
    halves(text).1
}

impl BackupError {
    fn file(path: &Path) -> impl Fn(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |cause| match cause.kind() {
            io::ErrorKind::NotFound => Self::NoFile(path.clone()),
            _ => Self::File(path.clone(), cause),
        }
    }
}
