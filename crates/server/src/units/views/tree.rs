//! The units as a tree as of a day. A branch that is folded is asked for when somebody opens it.

use askama::{Template, filters::HtmlSafe};

use crate::web::{filters, layout::Shell};

/// The tree, open down to one unit.
#[derive(Debug, Clone, Template)]
#[template(path = "units/tree.html")]
pub(crate) struct TreePage {
    /// The frame.
    pub(crate) shell: Shell,
    /// The day, like `2025-06-30`.
    pub(crate) day: String,
    /// The boundary set in force.
    pub(crate) boundary: String,
    /// The unit down to which the tree is open; may be empty.
    pub(crate) unit: String,
    /// Why not what was asked for is shown; may be empty.
    pub(crate) trouble: String,
    /// Days worth a look: address and text.
    pub(crate) days: Vec<(String, String)>,
    /// The top.
    pub(crate) branch: BranchView,
}

/// The units directly below one, or those below nothing.
#[derive(Debug, Clone, Template)]
#[template(path = "units/branch.html")]
pub(crate) struct BranchView {
    /// The day, like `2025-06-30`.
    pub(crate) day: String,
    /// What leads to the units below one.
    pub(crate) open: String,
    /// What leads to the page of a unit.
    pub(crate) page: String,
    /// The units, from the top kind down and in reading order.
    pub(crate) nodes: Vec<NodeView>,
    /// Lists of the kinds of which only the first are here: address and text.
    pub(crate) more: Vec<(String, String)>,
}

impl HtmlSafe for BranchView {}

/// A unit in the tree.
#[derive(Debug, Clone)]
pub(crate) struct NodeView {
    /// Its identity.
    pub(crate) id: String,
    /// The tree is open down to it.
    pub(crate) is_here: bool,
    /// Its name.
    pub(crate) name: String,
    /// Its code, and until when it was so; may be empty.
    pub(crate) what: String,
    /// What is below it.
    pub(crate) below: BelowView,
}

/// What is below a unit.
#[derive(Debug, Clone)]
pub(crate) enum BelowView {
    /// Nothing.
    Nothing,
    /// Units that are not read yet.
    Folded,
    /// These units.
    Open(BranchView),
}
