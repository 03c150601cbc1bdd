//! Why a file is not read, in words for the person who sent it.

/// Why a file is not read. Texts are Vietnamese first, English second, and say what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SheetError {
    /// Something else than a spreadsheet.
    #[error(
        "đây là {vi}, không phải bảng tính đọc được; hãy lưu lại dạng .xlsx / this is {en}, not a spreadsheet that can be read; save it as .xlsx"
    )]
    Unknown {
        /// What it seems to be, Vietnamese.
        vi: String,
        /// What it seems to be, English.
        en: String,
    },
    /// A spreadsheet with broken insides.
    #[error(
        "tệp bị hỏng ({cause}); hãy mở bằng Excel rồi lưu lại dạng .xlsx / the file is damaged ({cause}); open it in Excel and save it as .xlsx"
    )]
    Damaged {
        /// What the reader met.
        cause: String,
    },
    /// A text whose last quoted field has no end: everything behind the quote would be one cell.
    #[error(
        "hàng {row}: có dấu ngoặc kép mở mà không đóng; hãy đóng hoặc bỏ dấu ngoặc kép ở hàng này rồi gửi lại / row {row}: a quote is opened and never closed; close or remove the quote in this row and send the file again"
    )]
    OpenQuote {
        /// The row of the opening quote, from 1.
        row: usize,
    },
    /// A spreadsheet under a password.
    #[error(
        "tệp có mật khẩu; hãy bỏ mật khẩu rồi gửi lại / the file has a password; remove it and send the file again"
    )]
    Encrypted,
    /// More than a table of a commune or a province can have.
    #[error("{vi} / {en}")]
    TooLarge {
        /// What there is too much of, Vietnamese.
        vi: String,
        /// What there is too much of, English.
        en: String,
    },
}

impl SheetError {
    pub(super) fn unknown(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self::Unknown { vi: vi.into(), en: en.into() }
    }

    #[expect(clippy::needless_pass_by_value, reason = "stands in `map_err` without a closure")]
    pub(super) fn damaged(cause: impl ToString) -> Self {
        Self::Damaged { cause: cause.to_string() }
    }

    /// The text of a cell is longer than any that may be kept.
    pub(super) fn long_text() -> Self {
        Self::too_large("văn bản của một ô quá dài", "the text of a cell is too long")
    }

    pub(super) fn too_large(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self::TooLarge { vi: vi.into(), en: en.into() }
    }
}
