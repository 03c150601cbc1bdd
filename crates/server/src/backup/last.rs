//! When the last good backup was: kept with the installation, and told by `dienhinh doctor`.

use std::path::Path;

use dienhinh_storage::{Failure, Tx, settings};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::manifest::as_text;

/// The name under which it is kept.
const LAST: &str = "backup.last";

/// After this long it is time for the next one.
const DUE_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// A backup that was written whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Last {
    /// When, by the clock of the machine.
    #[serde(with = "as_text")]
    pub(crate) made_at: Timestamp,
    /// The name of the archive.
    pub(crate) file: String,
}

impl Last {
    pub(crate) fn new(made_at: Timestamp, archive: &Path) -> Self {
        let file = archive.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Self { made_at, file }
    }

    /// What is known of the last one. A value that cannot be read counts as none: the next backup replaces it.
    pub(crate) async fn read(tx: &mut Tx) -> Result<Option<Self>, Failure> {
        let kept = settings::get(tx, LAST).await?;
        Ok(kept.and_then(|text| serde_json::from_str(&text).ok()))
    }

    pub(super) async fn write(&self, tx: &mut Tx) -> Result<(), Failure> {
        settings::set(tx, LAST, &serde_json::json!(self).to_string()).await
    }

    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        now.duration_since(self.made_at) > DUE_AFTER
    }
}
