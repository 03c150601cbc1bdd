//! Why a paper is not printed. A paper that would be wrong is refused as a whole.

use std::fmt;

/// The kinds of papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// Phiếu tự chấm điểm.
    ScoreSheet,
    /// Biên bản họp hội đồng.
    Minutes,
    /// Quyết định công nhận.
    Decision,
    /// Giấy công nhận.
    Certificate,
}

impl fmt::Display for Paper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ScoreSheet => "phiếu tự chấm điểm / score sheet",
            Self::Minutes => "biên bản / minutes",
            Self::Decision => "quyết định / decision",
            Self::Certificate => "giấy công nhận / certificate",
        })
    }
}

/// Why a paper is not printed. Texts are Vietnamese first, English second.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// One of the four faces of Tinos was not given; another face would give a wrong paper.
    #[error("thiếu phông chữ Tinos {face} / Missing fonts: Tinos {face}")]
    MissingFonts {
        /// The first face that is missing: `Regular`, `Italic`, `Bold` or `Bold Italic`.
        face: &'static str,
    },
    /// A text holds a control character, or one that reverses the direction of what follows.
    #[error("ký tự U+{code:04X} không được phép trong “{field}” / character U+{code:04X} is not allowed in “{field}”")]
    ForbiddenCharacter {
        /// The field of the value.
        field: &'static str,
        /// The Unicode number of the character.
        code: u32,
    },
    /// The fonts have no glyph for a part of a text.
    #[error("phông chữ không có chữ cho “{text}” / the fonts have no glyph for “{text}”")]
    MissingGlyph {
        /// The part of the text.
        text: String,
    },
    /// The certificate is one page; its texts are too long for it even at the smallest size.
    #[error("nội dung quá dài cho {paper} / the texts are too long")]
    DoesNotFit {
        /// The paper.
        paper: Paper,
    },
    /// The address for the QR code is empty or too long for a code that a phone reads from paper.
    #[error("địa chỉ kiểm tra không dùng được cho mã QR / the address for the QR code is empty or too long")]
    UnusableAddress,
    /// The template is wrong: an error of the program, never of a value.
    #[error("lỗi mẫu {paper} / error in the template: {cause}")]
    Template {
        /// The paper.
        paper: Paper,
        /// What the typesetter said.
        cause: String,
    },
}
