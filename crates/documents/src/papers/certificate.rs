//! Giấy công nhận: one page for the wall, with a code by which a stranger can check it.
//!
//! The certificate is not one of the 29 kinds of documents of Nghị định 30/2020/NĐ-CP; motto, place,
//! date and signatory follow the decree, the rest is free.

use jiff::civil::Date;
use typst::foundations::{Bytes, Dict, dict};

use super::parts::Signature;
use crate::{RenderError, square, text};

/// A certificate, A4 landscape, one page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Issuing body in capitals: `ỦY BAN NHÂN DÂN TỈNH BẠC LIÊU`.
    pub issuer: String,
    /// The unit, with the names above it.
    pub unit: String,
    /// How it stands to the title: `đạt danh hiệu`, `đạt tiêu chuẩn`.
    pub standing: String,
    /// The title: `“Thị trấn điển hình về phong trào Toàn dân bảo vệ an ninh Tổ quốc”`.
    pub title: String,
    /// Year of the title, which is not always the year of the decision.
    pub year: i16,
    /// Number and sign of the decision: `05/QĐ-UBND`.
    pub decision_number: String,
    /// Day of the decision.
    pub decision_date: Date,
    /// The issuing body in running text: `Ủy ban nhân dân tỉnh Bạc Liêu`.
    pub issuer_in_text: String,
    /// Place in the date line: `Bạc Liêu`.
    pub place: String,
    /// Day of the certificate; without it there is room to write the date by hand.
    pub date: Option<Date>,
    /// Who signs.
    pub signature: Signature,
    /// The code that people type: `7KQ2-M9XA-4TBC-5`.
    pub code: String,
    /// The whole address in the QR code, up to 200 bytes.
    pub check_address: String,
    /// Where the code is typed, as people read it: `baclieu.example/xac-minh`.
    pub check_place: String,
    /// What it must say of itself once it does not hold: `ĐÃ THU HỒI từ ngày …`; empty while it does.
    pub notice: String,
    /// Made from sample data: the page says so.
    pub sample: bool,
}

impl Certificate {
    pub(crate) fn inputs(&self) -> Result<Dict, RenderError> {
        let number = text::clean("decision_number", &self.decision_number)?;
        let decided = text::official_date(self.decision_date);
        let decision = format!("Theo Quyết định số {number} {decided} của {}", self.issuer_in_text);
        Ok(dict! {
            "issuer" => text::line("issuer", &self.issuer)?,
            "unit" => text::line("unit", &self.unit)?,
            "standing" => text::line("standing", &self.standing)?,
            "title" => text::line("title", &self.title)?,
            "year" => i64::from(self.year),
            "decision" => text::line("issuer_in_text", &decision)?,
            "place_and_date" => text::place_and_date(&self.place, self.date)?,
            "signature" => self.signature.inputs()?,
            "code" => text::verbatim("code", &self.code)?,
            "check_place" => text::verbatim("check_place", &self.check_place)?,
            "qr" => Bytes::new(square::drawing(&self.check_address)?.into_bytes()),
            "notice" => text::clean("notice", &self.notice)?,
            "sample" => self.sample,
        })
    }
}
