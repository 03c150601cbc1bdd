//! What the pages of long work show. Display-ready values only.

use askama::{Template, filters::HtmlSafe};

use crate::web::{
    filters,
    lang::Lang,
    layout::{Shell, Tone},
};

/// The list of long work.
#[derive(Debug, Clone, Template)]
#[template(path = "jobs/jobs.html")]
pub(crate) struct JobsPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// Latest first.
    pub(crate) jobs: Vec<JobView>,
    /// The page with older ones; empty where there is none.
    pub(crate) older_href: String,
}

/// One piece of long work. While it moves, the script asks for the page again and puts its part in place.
#[derive(Debug, Clone, Template)]
#[template(path = "jobs/job.html")]
pub(crate) struct JobPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// The work.
    pub(crate) job: JobView,
}

/// How one piece of long work stands.
#[derive(Debug, Clone, Template)]
#[template(path = "jobs/job_state.html")]
pub(crate) struct JobView {
    /// The reader's language.
    pub(crate) lang: Lang,
    /// Its page.
    pub(crate) href: String,
    /// `Mời đơn vị vào kỳ: Khu dân cư 2024`.
    pub(crate) title: String,
    /// `Đang chạy`.
    pub(crate) state: String,
    /// How the state is meant.
    pub(crate) tone: Tone,
    /// Parts done, for the bar.
    pub(crate) done: i64,
    /// Parts in all; 0 while they are not counted.
    pub(crate) total: i64,
    /// `1.500/3.321 đơn vị`; empty while they are not counted.
    pub(crate) counted: String,
    /// `Đã mời 1.480 đơn vị`.
    pub(crate) effects: String,
    /// `Thư ký hội đồng, 14:30 24/11/2023`.
    pub(crate) asked: String,
    /// `Kết thúc 14:31 24/11/2023`; empty while it has not.
    pub(crate) ended: String,
    /// It still moves.
    pub(crate) is_open: bool,
    /// Its last step failed and is tried again.
    pub(crate) retried: Option<String>,
    /// It was given up.
    pub(crate) given_up: bool,
    /// Where to stop it; empty where the reader cannot.
    pub(crate) stop_url: String,
    /// Where to let it go on; empty where the reader cannot.
    pub(crate) resume_url: String,
    /// Where its result is seen.
    pub(crate) result_href: String,
}

impl HtmlSafe for JobView {}
