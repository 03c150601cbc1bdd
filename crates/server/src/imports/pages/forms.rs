//! What the forms of an import send.

use std::{collections::BTreeMap, ops::RangeInclusive};

use axum::extract::Multipart;
use dienhinh_domain::{Refused, evidence::clean_name};
use dienhinh_storage::blobs::Incoming;
use serde::Deserialize;

use super::FORM_LIMITS;
use crate::{
    app::App,
    evidence::{
        actions::{room, take},
        pages::cut_off,
    },
    web::problem::Outcome,
};

/// How large a file may be.
const FILE_BYTES_MAX: u64 = FORM_LIMITS.file_bytes as u64;

/// What a table is called that was pasted and has no name.
const PASTED: &str = "bang-dan.txt";

/// The form of a file has four parts.
const PARTS_MAX: usize = 10;

/// What came with a file.
pub(super) struct Came {
    /// The cycle, as typed.
    pub(super) cycle: String,
    /// The file and its name.
    pub(super) file: (Incoming, String),
}

/// Takes the form in, the file straight to where it will lie.
pub(super) async fn came(app: &App, mut form: Multipart) -> Outcome<Came> {
    let (mut cycle, mut file, mut parts) = (String::new(), None, 0);
    while let Some(mut field) = form.next_field().await.map_err(|broken| cut_off(&broken, FILE_BYTES_MAX))? {
        parts += 1;
        if parts > PARTS_MAX {
            return Err(Refused::new("web.too_many_fields").with("max", PARTS_MAX).into());
        }
        match field.name().unwrap_or_default() {
            "cycle" => cycle = field.text().await.map_err(|broken| cut_off(&broken, FILE_BYTES_MAX))?,
            part @ ("file" | "pasted") => {
                let name = if part == "file" { field.file_name().unwrap_or_default() } else { PASTED };
                let name = clean_name(name);
                room(app)?;
                let mut incoming = app.blobs.receive(&app.new_id().to_string()).await?;
                while let Some(bytes) = field.chunk().await.map_err(|broken| cut_off(&broken, FILE_BYTES_MAX))? {
                    take(&mut incoming, &bytes, FILE_BYTES_MAX).await?;
                }
                // A file counts more than what was pasted; the part of the one that was not used comes empty.
                file = file.or(Some((incoming, name)).filter(|(incoming, _)| incoming.bytes() > 0));
            }
            _ => {}
        }
    }
    let file = file.ok_or_else(|| Refused::new("evidence.no_file"))?;
    Ok(Came { cycle, file })
}

/// Which table is looked at, and where its heading is; what cannot be is nothing.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Looked {
    #[serde(default)]
    table: String,
    #[serde(default)]
    first: String,
    #[serde(default)]
    rows: String,
}

impl Looked {
    /// The number of the table from 0, and the rows of the heading from 1; neither where it is to be found.
    pub(super) fn at(&self) -> (Option<usize>, Option<RangeInclusive<usize>>) {
        (self.table.parse().ok(), self.heading())
    }

    fn heading(&self) -> Option<RangeInclusive<usize>> {
        let first: usize = self.first.parse().ok().filter(|first| (1..=1_000).contains(first))?;
        let rows: usize = self.rows.parse().ok().filter(|rows| (1..=3).contains(rows)).unwrap_or(1);
        Some(first..=first + rows - 1)
    }
}

/// What the columns were said to mean.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    pub(super) looked: Looked,
    /// The field that a column answers, by its number from 0.
    pub(super) columns: BTreeMap<usize, String>,
}

impl Chosen {
    pub(super) fn of(fields: Vec<(String, String)>) -> Self {
        let mut chosen = Self::default();
        for (name, value) in fields {
            match name.as_str() {
                "table" => chosen.looked.table = value,
                "first" => chosen.looked.first = value,
                "rows" => chosen.looked.rows = value,
                _ => {
                    let column = name.strip_prefix('c').and_then(|number| number.parse().ok());
                    chosen.columns.extend(column.filter(|_| !value.is_empty()).map(|column| (column, value)));
                }
            }
        }
        chosen
    }
}
