//! Papers as PDF and workbooks as XLSX: values in, bytes out; the bytes of a workbook also back into values, and
//! spreadsheets of strangers, whatever their form, into cells.
//!
//! Four papers exist, each a plain value: the [`ScoreSheet`], the [`Minutes`] of a council, the [`Decision`] with its
//! list, the [`Certificate`]. They are laid out after Nghị định 30/2020/NĐ-CP, annex I.
//!
//! What this crate does not do: it fetches nothing (fonts come through [`Resources`]), reads no
//! clock, decides nothing about the work, and never draws a signature, a seal or the national
//! emblem; the space for them stays empty. Texts are data: nothing in a value is read as markup.

mod error;
mod papers;
mod renderer;
pub mod sheets;
pub mod square;
mod text;
pub mod workbooks;

pub use error::{Paper, RenderError};
pub use papers::{
    certificate::Certificate,
    decision::{Annex, AnnexLast, AnnexRow, Decision},
    minutes::{Minutes, MinutesMember, MinutesMotion},
    parts::{Letterhead, Signature},
    score_sheet::{Judgement, Mark, ScoreGroup, ScoreRow, ScoreSheet, Totals},
};
pub use renderer::{Renderer, Resources};

/// A paper to be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Document {
    /// Phiếu tự chấm điểm.
    ScoreSheet(ScoreSheet),
    /// Biên bản họp hội đồng.
    Minutes(Minutes),
    /// Quyết định công nhận, with its list.
    Decision(Decision),
    /// Giấy công nhận.
    Certificate(Certificate),
}

impl Document {
    /// What kind of paper it is.
    pub fn paper(&self) -> Paper {
        match self {
            Self::ScoreSheet(_) => Paper::ScoreSheet,
            Self::Minutes(_) => Paper::Minutes,
            Self::Decision(_) => Paper::Decision,
            Self::Certificate(_) => Paper::Certificate,
        }
    }
}

/// Prints one paper; see [`Renderer::render_pdf`]. Whoever prints more than one keeps a [`Renderer`].
pub fn render_pdf(document: &Document, resources: &dyn Resources) -> Result<Vec<u8>, RenderError> {
    Renderer::new(resources).render_pdf(document)
}

#[cfg(test)]
mod tests;
