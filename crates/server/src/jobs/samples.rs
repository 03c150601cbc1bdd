//! Pages of long work filled the way handlers fill them; for tests of the templates only.

use super::views::{JobPage, JobView, JobsPage};
use crate::web::{
    lang::Lang,
    layout::{Place, Shell, Tone},
};

impl JobView {
    fn sample(lang: Lang) -> Self {
        Self {
            lang,
            href: "/jobs/j1".to_owned(),
            title: "Mời đơn vị vào kỳ: Xã điển hình 2024".to_owned(),
            state: "Đang chạy".to_owned(),
            tone: Tone::Info,
            done: 1_500,
            total: 3_321,
            counted: "Đã xét 1.500/3.321 đơn vị".to_owned(),
            effects: "đã mời 1.480 đơn vị".to_owned(),
            asked: "Thư ký hội đồng yêu cầu lúc 14:30 24/11/2023".to_owned(),
            ended: String::new(),
            is_open: true,
            retried: Some("Bước vừa rồi lỗi 1 lần, đang thử lại.".to_owned()),
            given_up: false,
            stop_url: "/jobs/j1/stop".to_owned(),
            resume_url: String::new(),
            result_href: "/cycles/c1".to_owned(),
        }
    }

    fn sample_given_up(lang: Lang) -> Self {
        Self {
            state: "Dừng vì lỗi".to_owned(),
            tone: Tone::No,
            ended: "Kết thúc lúc 14:32 24/11/2023".to_owned(),
            is_open: false,
            retried: None,
            given_up: true,
            stop_url: String::new(),
            resume_url: "/jobs/j1/resume".to_owned(),
            ..Self::sample(lang)
        }
    }
}

impl JobPage {
    pub(crate) fn sample(lang: Lang) -> Self {
        let job = JobView::sample(lang);
        Self { shell: Shell::sample(lang, &job.title, Some(Place::Overview)), job }
    }

    pub(crate) fn sample_given_up(lang: Lang) -> Self {
        Self { job: JobView::sample_given_up(lang), ..Self::sample(lang) }
    }
}

impl JobsPage {
    pub(crate) fn sample(lang: Lang) -> Self {
        let waiting = JobView { total: 0, counted: String::new(), ..JobView::sample(lang) };
        Self {
            shell: Shell::sample(lang, "Công việc chạy nền", Some(Place::Overview)),
            jobs: vec![waiting, JobView::sample_given_up(lang)],
            older_href: "/jobs?before=1".to_owned(),
        }
    }
}
