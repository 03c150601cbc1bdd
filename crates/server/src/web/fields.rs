//! The fields of a form as they were sent.

/// The value of a field, the first where there are several; empty without one.
pub(crate) fn value(fields: &[(String, String)], name: &str) -> String {
    let field = fields.iter().find(|(field, _)| field == name);
    field.map(|(_, value)| value.clone()).unwrap_or_default()
}
