//! What becomes of the records of a form when it is imported.

use std::collections::BTreeMap;

use crate::units::UnitKind;

/// What the rows of a form become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Residential areas and bodies below communes.
    Units(IntoUnits),
    /// Answers in the dossiers of a cycle.
    Answers(IntoAnswers),
}

/// Each row a residential area or a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntoUnits {
    /// The field with its name.
    pub name: String,
    /// What kind of unit it is.
    pub kind: KindOf,
    /// The field that names what it lies below, which a [`UnitRule`](super::super::UnitRule) looks up; without it, whoever
    /// imports says so for the whole list.
    pub below: Option<String>,
    /// The field with its code, where it has one.
    pub code: Option<String>,
}

/// Of which kind the units of a form are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KindOf {
    /// All of one.
    All(UnitKind),
    /// As a field says.
    Field {
        /// The field.
        field: String,
        /// What its words mean.
        kinds: BTreeMap<String, UnitKind>,
    },
}

/// Each row the answers of one dossier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntoAnswers {
    /// The code of the criteria set.
    pub set: String,
    /// The field that names the unit, which a [`UnitRule`](super::super::UnitRule) looks up.
    pub unit: String,
    /// Which field answers which input of the set.
    pub inputs: Vec<IntoInput>,
}

/// A field that answers an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntoInput {
    /// The key of the input in the criteria set.
    pub key: String,
    /// The field.
    pub field: String,
    /// What its words mean as a figure; nothing for a field that is one.
    pub words: BTreeMap<String, i64>,
}
