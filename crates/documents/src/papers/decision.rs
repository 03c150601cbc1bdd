//! Quyết định công nhận: the decision with its articles, and the list as annex.

use typst::foundations::{Dict, IntoValue, Value, dict};

use super::parts::{Letterhead, Signature};
use crate::{RenderError, text};

/// A decision, A4 portrait, with its annex on a page of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The head of the first page.
    pub letterhead: Letterhead,
    /// What it decides: `Về việc công nhận “Thị trấn điển hình” năm 2023`.
    pub subject: String,
    /// Who decides, in capitals, above the bases: `ỦY BAN NHÂN DÂN TỈNH BẠC LIÊU`.
    pub authority: String,
    /// The issuing body in running text: `Ủy ban nhân dân tỉnh Bạc Liêu`.
    pub issuer_in_text: String,
    /// Bases, one a line, each beginning with `Căn cứ` or `Theo đề nghị`; punctuation is set by the paper.
    pub legal_bases: Vec<String>,
    /// The articles without `Điều 1.`, which is set by the paper.
    pub articles: Vec<String>,
    /// Who signs.
    pub signature: Signature,
    /// Nơi nhận, without dashes and punctuation: `Như Điều 3`, `Lưu: VT`.
    pub recipients: Vec<String>,
    /// The list.
    pub annex: Annex,
    /// Made from sample data: every page says so.
    pub sample: bool,
}

/// The list of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annex {
    /// In capitals: `DANH SÁCH ĐƠN VỊ ĐƯỢC CÔNG NHẬN`.
    pub title: String,
    /// Whether the set gives points; without them the list has no such column.
    pub has_points: bool,
    /// What the last column says of each unit.
    pub last: AnnexLast,
    /// The units in their order; numbers are set by the paper.
    pub rows: Vec<AnnexRow>,
}

/// The last column of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnnexLast {
    /// How many criteria are met: `32/34`.
    CriteriaMet,
    /// The code of its certificate: `7KQ2-M9XA-4TBC-5`.
    Code,
}

/// A unit in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnexRow {
    /// The unit, with the names above it.
    pub unit: String,
    /// `Công nhận`, `Không công nhận`.
    pub result: String,
    /// `96,0/100`; empty when there are none.
    pub points: String,
    /// What stands in the last column.
    pub last: String,
}

impl Decision {
    pub(crate) fn inputs(&self) -> Result<Dict, RenderError> {
        Ok(dict! {
            "letterhead" => self.letterhead.inputs()?,
            "subject" => text::line("subject", &self.subject)?,
            "authority" => text::line("authority", &self.authority)?,
            "legal_bases" => punctuated("legal_bases", &self.legal_bases, ";", ".")?,
            "articles" => punctuated("articles", &self.articles, ".", "./.")?,
            "signature" => self.signature.inputs()?,
            "recipients" => punctuated("recipients", &self.recipients, ";", ".")?,
            "annex" => self.annex.inputs()?,
            "reference" => self.reference()?,
            "sample" => self.sample,
        })
    }

    /// `(Kèm theo Quyết định số 05/QĐ-UBND ngày 05 tháng 12 năm 2023 của …)`, with room for what is not known yet.
    fn reference(&self) -> Result<Value, RenderError> {
        let number = self.letterhead.number.as_deref().unwrap_or_default();
        let room = if number.is_empty() || number.starts_with('/') { "……" } else { "" };
        let date = self.letterhead.date.map_or_else(|| "ngày …… tháng …… năm ………".to_owned(), text::official_date);
        text::line("number", &format!("(Kèm theo Quyết định số {room}{number} {date} của {})", self.issuer_in_text))
    }
}

impl Annex {
    fn inputs(&self) -> Result<Value, RenderError> {
        let rows: Result<Vec<Value>, RenderError> = self.rows.iter().map(|row| row.inputs(self.last)).collect();
        let inputs = dict! {
            "title" => text::line("annex.title", &self.title)?,
            "has_points" => self.has_points,
            "last" => match self.last { AnnexLast::CriteriaMet => "Tiêu chí đạt", AnnexLast::Code => "Mã giấy công nhận" },
            "last_mm" => match self.last { AnnexLast::CriteriaMet => 24, AnnexLast::Code => 46 },
            "rows" => rows?,
        };
        Ok(inputs.into_value())
    }
}

impl AnnexRow {
    fn inputs(&self, last: AnnexLast) -> Result<Value, RenderError> {
        let of_last = match last {
            AnnexLast::CriteriaMet => text::narrow,
            // People type it from the paper.
            AnnexLast::Code => text::verbatim,
        };
        let inputs = dict! {
            "unit" => text::column("unit", &self.unit)?,
            "result" => text::narrow("result", &self.result)?,
            "points" => text::narrow("points", &self.points)?,
            "last" => of_last("last", &self.last)?,
        };
        Ok(inputs.into_value())
    }
}

/// Items of a list that ends with `last`, whatever punctuation they were typed with.
fn punctuated(field: &'static str, items: &[String], between: &str, last: &str) -> Result<Value, RenderError> {
    let mut values = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        let item = item.trim().trim_end_matches(['.', '/', ';', ',']).trim_end();
        let end = if at + 1 == items.len() { last } else { between };
        values.push(text::line(field, &format!("{item}{end}"))?);
    }
    Ok(values.into_value())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn punctuation_is_set_once() {
        let items = ["Căn cứ Luật;".to_owned(), "Theo đề nghị".to_owned(), "thi hành./.".to_owned()];
        let set = punctuated("legal_bases", &items, ";", "./.");
        assert_eq!(
            set,
            Ok(["Căn cứ Luật;", "Theo đề nghị;", "thi hành./."].map(IntoValue::into_value).to_vec().into_value())
        );
    }
}
