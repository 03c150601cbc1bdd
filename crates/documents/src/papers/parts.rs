//! What several papers share: the head of the first page and the block of a signatory.

use jiff::civil::Date;
use typst::foundations::{Dict, IntoValue as _, Value, dict};

use crate::{RenderError, text};

/// The head of the first page: issuing body on the left; motto, place and date on the right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letterhead {
    /// Body above the issuing body, in capitals; absent for a People's Committee of a province.
    pub superior: Option<String>,
    /// Issuing body in capitals: `ỦY BAN NHÂN DÂN TỈNH BẠC LIÊU`.
    pub issuer: String,
    /// Number and sign, printed after `Số:`. A value that begins with `/` (`/QĐ-UBND`) leaves room
    /// for the clerk to write the number; without a value there is no such line.
    pub number: Option<String>,
    /// Place in the date line: `Bạc Liêu`.
    pub place: String,
    /// Day of the paper; without it there is room to write the date by hand.
    pub date: Option<Date>,
}

impl Letterhead {
    pub(crate) fn inputs(&self) -> Result<Value, RenderError> {
        let issuer: Result<Vec<Value>, RenderError> =
            issuer_lines(&self.issuer).into_iter().map(|part| text::column("issuer", part)).collect();
        let number = self.number.as_deref().map(number_line).transpose()?;
        let inputs = dict! {
            "superior" => text::optional("superior", self.superior.as_deref())?,
            "issuer" => issuer?,
            "number" => number,
            "place_and_date" => text::place_and_date(&self.place, self.date)?,
        };
        Ok(inputs.into_value())
    }
}

/// `Số: 05/QĐ-UBND`, or room before the sign.
fn number_line(number: &str) -> Result<Value, RenderError> {
    let number = text::clean("number", number)?;
    // No-break spaces: ordinary ones would be set as one.
    let room = if number.starts_with('/') { "\u{A0}".repeat(8) } else { String::new() };
    Ok(format!("Số: {room}{number}").into_value())
}

/// Official papers break the name of a People's Committee before its place: `ỦY BAN NHÂN DÂN` above
/// `TỈNH BẠC LIÊU`.
fn issuer_lines(issuer: &str) -> Vec<&str> {
    let issuer = issuer.trim();
    for body in ["ỦY BAN NHÂN DÂN", "UỶ BAN NHÂN DÂN"] {
        if let Some(place) = issuer.strip_prefix(body).map(str::trim).filter(|place| !place.is_empty()) {
            return vec![body, place];
        }
    }
    vec![issuer]
}

/// Who signs, by office. The room for the signature stays empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// In what capacity, in capitals: `TM. ỦY BAN NHÂN DÂN` or `KT. CHỦ TỊCH`; absent when the
    /// signatory signs in their own.
    pub authority: Option<String>,
    /// Office in capitals: `CHỦ TỊCH`.
    pub title: String,
    /// Name below the signature; absent leaves the line empty for the clerk.
    pub name: Option<String>,
}

impl Signature {
    pub(crate) fn inputs(&self) -> Result<Dict, RenderError> {
        Ok(dict! {
            "authority" => text::optional("authority", self.authority.as_deref())?,
            "title" => text::column("title", &self.title)?,
            "name" => text::optional("name", self.name.as_deref())?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_committee_is_set_in_two_lines() {
        assert_eq!(issuer_lines("ỦY BAN NHÂN DÂN TỈNH BẠC LIÊU"), ["ỦY BAN NHÂN DÂN", "TỈNH BẠC LIÊU"]);
        assert_eq!(issuer_lines("ỦY BAN NHÂN DÂN"), ["ỦY BAN NHÂN DÂN"]);
        assert_eq!(issuer_lines("HỘI ĐỒNG XÉT DUYỆT"), ["HỘI ĐỒNG XÉT DUYỆT"]);
    }

    #[test]
    fn the_clerk_finds_room_for_the_number() {
        assert_eq!(number_line("05/QĐ-UBND"), Ok("Số: 05/QĐ-UBND".into_value()));
        assert_eq!(number_line("/QĐ-UBND"), Ok(format!("Số: {}/QĐ-UBND", "\u{A0}".repeat(8)).into_value()));
    }
}
