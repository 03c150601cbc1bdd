//! Giấy công nhận: one page for the wall, with a code by which a stranger can check it.
//!
//! The certificate is not one of the 29 kinds of documents of Nghị định 30/2020/NĐ-CP; motto, place,
//! date and signatory follow the decree, the rest is free.

use jiff::civil::Date;
use qrcode::{EcLevel, QrCode, render::svg};
use typst::foundations::{Bytes, Dict, dict};

use super::parts::Signature;
use crate::{RenderError, text};

/// Longest address that still gives modules of half a millimetre in the printed size of the code.
const LONGEST_ADDRESS_BYTES: usize = 200;

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
            "qr" => qr_code(&self.check_address)?,
            "notice" => text::clean("notice", &self.notice)?,
            "sample" => self.sample,
        })
    }
}

/// The address as an SVG drawing, without the empty border, which the template gives.
fn qr_code(address: &str) -> Result<Bytes, RenderError> {
    if address.is_empty() || address.len() > LONGEST_ADDRESS_BYTES {
        return Err(RenderError::UnusableAddress);
    }
    // Level M survives a fold or a stain of fifteen percent.
    let code = QrCode::with_error_correction_level(address, EcLevel::M).map_err(|_| RenderError::UnusableAddress)?;
    let drawing = code.render::<svg::Color<'_>>().quiet_zone(false).module_dimensions(1, 1).build();
    Ok(Bytes::new(drawing.into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_must_fit_its_code() {
        assert!(qr_code("https://baclieu.example/c/7KQ2-M9XA-4TBC-5").is_ok());
        assert_eq!(qr_code(""), Err(RenderError::UnusableAddress));
        assert_eq!(qr_code(&"a".repeat(201)), Err(RenderError::UnusableAddress));
    }
}
