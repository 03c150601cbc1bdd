//! A "no" from the rules: expected, shown to people, translated. Not a failure of the world.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// The rules say no.
///
/// `code` is stable (`dossiers.not_editable`): it names the text in both catalogues, stands in
/// `problem+json` and in the log. `args` fill the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("refused: {code}")]
pub struct Refused {
    /// Room, dot, reason; never changes once published.
    pub code: Cow<'static, str>,
    /// Named values for the sentence shown to people.
    pub args: Vec<(Cow<'static, str>, String)>,
}

impl Refused {
    /// A refusal whose sentence needs no values.
    pub fn new(code: &'static str) -> Self {
        Self { code: Cow::Borrowed(code), args: Vec::new() }
    }

    /// Adds one named value to the sentence.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "callers hand over values and references alike")]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((Cow::Borrowed(name), value.to_string()));
        self
    }

    /// The key of the sentence in the catalogues: `refused-dossiers-not_editable`.
    pub fn text_key(&self) -> String {
        format!("refused-{}", self.code.replace('.', "-"))
    }
}
