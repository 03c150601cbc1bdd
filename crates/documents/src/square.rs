//! Square codes that telephones read, on paper and on screens.

use qrcode::{EcLevel, QrCode, render::svg};

use crate::RenderError;

/// Longest address that still gives modules of half a millimetre in the size printed on certificates.
const LONGEST_ADDRESS_BYTES: usize = 200;

/// An address as an SVG drawing, a unit for each module, without the empty border of four modules that readers need: whoever
/// shows it gives that.
///
/// # Errors
///
/// [`RenderError::UnusableAddress`]: it is empty, or longer than 200 bytes.
pub fn drawing(address: &str) -> Result<String, RenderError> {
    if address.is_empty() || address.len() > LONGEST_ADDRESS_BYTES {
        return Err(RenderError::UnusableAddress);
    }
    // Level M survives a fold or a stain of fifteen percent.
    let code = QrCode::with_error_correction_level(address, EcLevel::M).map_err(|_| RenderError::UnusableAddress)?;
    let drawing = code.render::<svg::Color<'_>>().quiet_zone(false).module_dimensions(1, 1).build();
    // Within a page there is no declaration of XML, and a paper needs none.
    Ok(drawing.find("<svg").map_or(String::new(), |from| drawing[from..].to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_must_fit_its_code() {
        assert!(drawing("https://baclieu.example/c/7KQ2-M9XA-4TBC-5").is_ok_and(|drawing| drawing.starts_with("<svg")));
        assert_eq!(drawing(""), Err(RenderError::UnusableAddress));
        assert_eq!(drawing(&"a".repeat(201)), Err(RenderError::UnusableAddress));
    }
}
