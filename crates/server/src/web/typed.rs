//! What a form held that came back, so that nobody types it twice.

/// What was typed into a form that came back; empty on a fresh page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Typed(pub(crate) Vec<(String, String)>);

impl Typed {
    /// The form was sent and came back.
    pub(crate) fn is_back(&self) -> bool {
        !self.0.is_empty()
    }

    /// What was typed into a field.
    pub(crate) fn of(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// The same, or what a fresh form offers.
    pub(crate) fn or<'a>(&'a self, name: &str, fresh: &'a str) -> &'a str {
        if self.is_back() { self.of(name) } else { fresh }
    }

    /// Whether something was chosen.
    pub(crate) fn has(&self, name: &str, value: &str) -> bool {
        self.0.iter().any(|(field, chosen)| field == name && chosen == value)
    }
}
