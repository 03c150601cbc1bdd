//! What cookies and links hold: 256 bits nobody can foresee. The server keeps their hash only.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use dienhinh_domain::audit::sha256;

use crate::app::Chance;

/// Bytes of a secret.
const BYTES: usize = 32;

/// A secret as it goes out.
#[derive(Clone)]
pub(crate) struct Secret(String);

impl std::fmt::Debug for Secret {
    /// Without what is secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    /// A new one.
    pub(super) fn new(chance: &dyn Chance) -> Self {
        let mut bytes = [0; BYTES];
        chance.fill(&mut bytes);
        Self(BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }

    /// What goes out.
    pub(crate) fn shown(&self) -> &str {
        &self.0
    }

    /// What is kept.
    pub(super) fn hash(&self) -> String {
        sha256(self.0.as_bytes())
    }

    /// One that came back; none where it cannot be one.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        (bytes.len() == BYTES).then(|| Self(text.to_owned()))
    }
}
