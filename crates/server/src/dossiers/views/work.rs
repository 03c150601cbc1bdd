//! My work (S2): what to do now, the most urgent first, each with one button to the exact field.

use askama::Template;

use crate::web::{
    filters,
    layout::{Bar, Shell, Tone},
};

/// The home page of everyone who signs in.
#[derive(Debug, Clone, Template)]
#[template(path = "dossiers/work.html")]
pub(crate) struct WorkPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// `Cán bộ nhập liệu, thị trấn Châu Hưng · hôm nay 24/11/2023`.
    pub(crate) about: String,
    /// Lists may be taken in.
    pub(crate) may_import: bool,
    /// Overdue, this week, waiting for others, done; groups without items are left out.
    pub(crate) groups: Vec<WorkGroup>,
    /// What to say when nothing is due: `Không còn việc nào đến hạn. Việc kế tiếp: 05/12.`
    pub(crate) nothing: String,
}

/// Work of one urgency.
#[derive(Debug, Clone)]
pub(crate) struct WorkGroup {
    /// `Quá hạn`.
    pub(crate) title: String,
    /// How it is meant: overdue is `No`, this week `Wait`, others `Plain`.
    pub(crate) tone: Tone,
    /// What is to be done.
    pub(crate) items: Vec<WorkItem>,
}

/// One thing to do.
#[derive(Debug, Clone)]
pub(crate) struct WorkItem {
    /// What to do and for whom: `Chấm điểm thị trấn Châu Hưng`.
    pub(crate) title: String,
    /// Programme and year.
    pub(crate) programme: String,
    /// `Hạn 30/11/2023, còn 6 ngày`; may be empty.
    pub(crate) due: String,
    /// Why it is here: `bị trả: 2 tiêu chí`; may be empty.
    pub(crate) why: String,
    /// How the reason is meant.
    pub(crate) tone: Tone,
    /// `31/34 đã chấm`; may be empty.
    pub(crate) progress: String,
    /// The same as a bar.
    pub(crate) bar: Option<Bar>,
    /// Where the button leads: the exact field.
    pub(crate) href: String,
    /// `Chấm tiếp`.
    pub(crate) button: String,
}
