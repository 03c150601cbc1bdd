//! Parts that the sheet, the appraisal and the print view share.

use askama::{Template, filters::HtmlSafe};

use crate::web::{filters, lang::Lang, layout::Tone};

/// How a criterion stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum OutcomeView {
    /// Đạt.
    Met,
    /// Chưa đạt.
    Unmet,
    /// Not answered, or figures are missing.
    #[default]
    NoData,
    /// Không áp dụng.
    NotApplicable,
}

impl OutcomeView {
    /// The word in replies to scripts.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Unmet => "unmet",
            Self::NoData => "no_data",
            Self::NotApplicable => "not_applicable",
        }
    }

    /// The word on the page.
    pub(crate) fn text(self, lang: Lang) -> String {
        match self {
            Self::Met => lang.t("outcome-met"),
            Self::Unmet => lang.t("outcome-unmet"),
            Self::NoData => lang.t("outcome-no-data"),
            Self::NotApplicable => lang.t("outcome-not-applicable"),
        }
    }

    /// The word with its icon.
    pub(crate) fn tag(self, lang: Lang) -> OutcomeTag {
        let (class, icon) = match self {
            Self::Met => ("ok", "check"),
            Self::Unmet => ("no", "cross"),
            Self::NoData => ("wait", "clock"),
            Self::NotApplicable => ("", "info"),
        };
        OutcomeTag { class, icon, text: self.text(lang) }
    }
}

/// An outcome as icon and word.
#[derive(Debug, Clone, Template)]
#[template(source = r#"<span class="outcome {{ class }}">{{ icon|icon }}{{ text }}</span>"#, ext = "html")]
pub(crate) struct OutcomeTag {
    class: &'static str,
    icon: &'static str,
    text: String,
}

impl HtmlSafe for OutcomeTag {}

/// A small label on a row: mandatory, knock-out, illustrative text, plan.
#[derive(Debug, Clone, Template)]
#[template(
    source = r#"{% if href.is_empty() %}<span class="tag {{ tone.class() }}">{{ text }}</span>{% else %}<a class="tag {{ tone.class() }}" href="{{ href }}">{{ text }}</a>{% endif %}"#,
    ext = "html"
)]
pub(crate) struct TagView {
    /// How it is meant.
    pub(crate) tone: Tone,
    /// Its word.
    pub(crate) text: String,
    /// Where it leads; empty when nowhere.
    pub(crate) href: String,
}

impl HtmlSafe for TagView {}

/// A proof as it is listed.
#[derive(Debug, Clone)]
pub(crate) struct FileView {
    /// Identity of the evidence: `/evidence/{id}` opens it.
    pub(crate) id: String,
    /// Its file name.
    pub(crate) name: String,
    /// Short word for its type: `PDF`, `JPG`.
    pub(crate) kind: &'static str,
    /// Size, day of effect and time of upload in one line: `1,2 MB · hiệu lực 05/01/2023 · nhận 14:32 24/11/2023`.
    pub(crate) facts: String,
    /// Where to look inside: `trang 2–9, mục II`; may be empty.
    pub(crate) pointer: String,
}

/// The proofs of one criterion.
#[derive(Debug, Clone, Template)]
#[template(path = "dossiers/evidence_list.html")]
pub(crate) struct EvidenceList {
    /// The reader's language.
    pub(crate) lang: Lang,
    /// Identity of the dossier.
    pub(crate) dossier: String,
    /// Id of the criterion.
    pub(crate) criterion: String,
    /// The files in the order they came.
    pub(crate) files: Vec<FileView>,
    /// Whether the reader may take them off now.
    pub(crate) removable: bool,
}

impl HtmlSafe for EvidenceList {}

#[cfg(test)]
impl EvidenceList {
    /// Two files, or none.
    pub(crate) fn sample(lang: Lang, criterion: &str, files: usize) -> Self {
        let all = [
            FileView {
                id: "e1".to_owned(),
                name: "Nghi-quyet-05-NQ-DU.pdf".to_owned(),
                kind: "PDF",
                facts: "1,2 MB · hiệu lực 05/01/2023 · nhận 14:32 24/11/2023".to_owned(),
                pointer: "trang 2–9, mục II".to_owned(),
            },
            FileView {
                id: "e2".to_owned(),
                name: "anh-hop-khom.jpg".to_owned(),
                kind: "JPG",
                facts: "640 kB · nhận 14:35 24/11/2023".to_owned(),
                pointer: String::new(),
            },
        ];
        Self {
            lang,
            dossier: "d1".to_owned(),
            criterion: criterion.to_owned(),
            files: all.into_iter().take(files).collect(),
            removable: true,
        }
    }
}
