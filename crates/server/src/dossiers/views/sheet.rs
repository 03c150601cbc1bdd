//! The self-scoring sheet (S3): one page of native inputs, saved field by field.

use askama::{Template, filters::HtmlSafe};
use serde::Serialize;

use super::parts::{EvidenceList, OutcomeTag, OutcomeView, TagView};
use crate::web::{
    filters,
    lang::Lang,
    layout::{Bar, Shell},
};

/// The sheet of one dossier.
#[derive(Debug, Clone, Template)]
#[template(path = "dossiers/sheet.html")]
pub(crate) struct SheetPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// Identity of the dossier.
    pub(crate) id: String,
    /// `Phiếu tự chấm điểm năm 2023`.
    pub(crate) heading: String,
    /// The unit assessed.
    pub(crate) unit: String,
    /// Its page.
    pub(crate) unit_href: String,
    /// `huyện Vĩnh Lợi, tỉnh Bạc Liêu`; may be empty.
    pub(crate) place: String,
    /// `34 tiêu chí, phiên bản 1`.
    pub(crate) set_line: String,
    /// The page of the criteria set.
    pub(crate) programme_href: String,
    /// Heading of the answer column: `Tự chấm 2023`.
    pub(crate) answer_heading: String,
    /// `Đã lưu 14:32`, or that nothing is written yet.
    pub(crate) saved: String,
    /// The day it must be handed in; `None` once it is.
    pub(crate) due: Option<DueView>,
    /// The way of the dossier, registration to decision.
    pub(crate) steps: Vec<StepView>,
    /// Something the reader must know about the content, e.g. that row texts are illustrative.
    pub(crate) notice: Option<String>,
    /// What there is about an appeal, with its page: words, address, link.
    pub(crate) appeal: Option<(String, String, String)>,
    /// Why nothing can be written now, and how it reopens; `None` when it can.
    pub(crate) locked: Option<String>,
    /// Whether the reader may write anything on this page.
    pub(crate) editable: bool,
    /// Answered so far, for phones.
    pub(crate) progress: ProgressView,
    /// Filters with their counts.
    pub(crate) chips: ChipsView,
    /// The groups that have rows under the filter.
    pub(crate) groups: Vec<GroupView>,
    /// Running total, what is missing, groups.
    pub(crate) side: SideView,
    /// What blocks, and the main action.
    pub(crate) submit: SubmitView,
    /// One sentence on sources and sample data, at the end of the page.
    pub(crate) colophon: String,
}

/// A deadline with the days left.
#[derive(Debug, Clone)]
pub(crate) struct DueView {
    /// `Hạn nộp 30/11/2023 · còn 6 ngày`.
    pub(crate) text: String,
    /// The day has passed.
    pub(crate) late: bool,
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Behind us.
    Done,
    /// Where the dossier stands.
    Now,
    /// Ahead.
    Ahead,
}

/// A step on the way of the dossier.
#[derive(Debug, Clone)]
pub(crate) struct StepView {
    /// `Tự chấm điểm`.
    pub(crate) text: String,
    /// How far it is.
    pub(crate) progress: Progress,
}

impl StepView {
    fn class(&self) -> &'static str {
        match self.progress {
            Progress::Done => "done",
            Progress::Now => "now",
            Progress::Ahead => "",
        }
    }

    fn is_done(&self) -> bool {
        self.progress == Progress::Done
    }

    fn is_now(&self) -> bool {
        self.progress == Progress::Now
    }
}

/// One filter of the sheet, a link.
#[derive(Debug, Clone)]
pub(crate) struct FilterView {
    /// `/dossiers/{id}?show=todo`.
    pub(crate) href: String,
    /// `Chưa chấm`.
    pub(crate) text: String,
    /// How many rows it shows.
    pub(crate) count: usize,
    /// It is the one in force.
    pub(crate) current: bool,
}

/// The filters in a row.
#[derive(Debug, Clone, Template)]
#[template(path = "dossiers/sheet_chips.html")]
pub(crate) struct ChipsView {
    /// The reader's language.
    pub(crate) lang: Lang,
    /// In their order.
    pub(crate) filters: Vec<FilterView>,
}

/// Answered so far in one line, for phones.
#[derive(Debug, Clone, Template)]
#[template(path = "dossiers/sheet_progress.html")]
pub(crate) struct ProgressView {
    /// The reader's language.
    pub(crate) lang: Lang,
    /// Criteria with an outcome.
    pub(crate) answered: usize,
    /// Criteria of the set.
    pub(crate) of: usize,
    /// Criteria met.
    pub(crate) met: usize,
    /// Points so far, `87,5`; `None` when the set has none.
    pub(crate) points: Option<String>,
    /// Most points possible.
    pub(crate) max: Option<String>,
    /// Met (`ok`) and unmet (`no`) out of all.
    pub(crate) bar: Bar,
}

/// A group of criteria.
#[derive(Debug, Clone)]
pub(crate) struct GroupView {
    /// Its id, also the anchor.
    pub(crate) id: String,
    /// `I`, `II`.
    pub(crate) numeral: String,
    /// Its title.
    pub(crate) title: String,
    /// Answered and points in its head.
    pub(crate) facts: GroupFacts,
    /// The rows under the filter.
    pub(crate) rows: Vec<RowView>,
}

/// The figures in the head of a group.
#[derive(Debug, Clone, Template)]
#[template(
    source = r#"<span class="tag {% if answered == of %}ok{% else %}wait{% endif %}">{{ lang.t2("group-answered", "n", answered, "of", of) }}</span>{% if let Some(points) = points %}<b>{{ points }}</b>{% if let Some(max) = max %}<span class="muted">{{ lang.t1("points-of", "max", max) }}</span>{% endif %}{% endif %}"#,
    ext = "html"
)]
pub(crate) struct GroupFacts {
    /// The reader's language.
    pub(crate) lang: Lang,
    /// Criteria of the group with an outcome.
    pub(crate) answered: usize,
    /// Criteria of the group.
    pub(crate) of: usize,
    /// Points so far; `None` when the set has none.
    pub(crate) points: Option<String>,
    /// Most points of the group; `None` for what is taken off.
    pub(crate) max: Option<String>,
}

/// A figure that is typed.
#[derive(Debug, Clone)]
pub(crate) struct CountInput {
    /// Key of the input and name of the field (`c13.settled`); `{key}-in` is its id.
    pub(crate) key: String,
    /// What is counted.
    pub(crate) label: String,
    /// As it is to be shown, `1.842`, or as it was typed when it was refused; empty without data.
    pub(crate) value: String,
    /// What is wrong with it; empty when nothing is.
    pub(crate) error: String,
}

/// How a row is answered.
#[derive(Debug, Clone)]
pub(crate) enum AnswerView {
    /// Đạt or chưa đạt.
    Judgement {
        /// What was chosen.
        met: Option<bool>,
    },
    /// One figure or several.
    Counts {
        /// The figures.
        inputs: Vec<CountInput>,
        /// What follows from them: `1.842/1.990 · 92,6%`; may be empty.
        computed: String,
    },
    /// Taken from results the product has; nothing to type.
    Derived {
        /// The figures, read-only.
        values: Vec<CountInput>,
        /// Where they come from.
        source: String,
        /// What follows from them.
        computed: String,
    },
}

/// Why a row came back.
#[derive(Debug, Clone)]
pub(crate) struct ReturnedView {
    /// The appraiser's reason.
    pub(crate) reason: String,
    /// What the unit answers; may be empty.
    pub(crate) reply: String,
}

/// One cause in the list of a plan.
#[derive(Debug, Clone)]
pub(crate) struct CauseView {
    /// Its word in forms.
    pub(crate) code: &'static str,
    /// Its name.
    pub(crate) text: String,
    /// It is the one in the plan.
    pub(crate) chosen: bool,
}

/// The plan for a row that is not met.
#[derive(Debug, Clone)]
pub(crate) struct PlanView {
    /// The row is not met, so the plan is asked for; otherwise the form stays folded away.
    pub(crate) needed: bool,
    /// A plan is stored.
    pub(crate) written: bool,
    /// The list of causes.
    pub(crate) causes: Vec<CauseView>,
    /// What will be done.
    pub(crate) action: String,
    /// Office or post that does it.
    pub(crate) owner: String,
    /// Until when, `30/06/2024`.
    pub(crate) due_on: String,
    /// The plan that is stored, for the form to bring back.
    pub(crate) seen: String,
}

impl PlanView {
    fn cause_text(&self) -> &str {
        self.causes.iter().find(|cause| cause.chosen).map_or("", |cause| &cause.text)
    }
}

/// One criterion on the sheet.
#[derive(Debug, Clone, Template)]
#[template(path = "dossiers/sheet_row.html")]
#[expect(clippy::struct_excessive_bools, reason = "one yes or no for each thing the template shows or hides")]
pub(crate) struct RowView {
    /// The reader's language.
    pub(crate) lang: Lang,
    /// Identity of the dossier.
    pub(crate) dossier: String,
    /// Id of the criterion (`c01`), also the anchor of the row.
    pub(crate) id: String,
    /// Its number on paper.
    pub(crate) number: u16,
    /// What is required.
    pub(crate) text: String,
    /// Mandatory, knock-out, illustrative, plan.
    pub(crate) tags: Vec<TagView>,
    /// How it is answered.
    pub(crate) answer: AnswerView,
    /// The reader may write in this row now.
    pub(crate) editable: bool,
    /// What follows from the answer.
    pub(crate) outcome: OutcomeView,
    /// The set gives points: the column is shown.
    pub(crate) has_points: bool,
    /// Points, `3,0`; `None` without an outcome.
    pub(crate) points: Option<String>,
    /// Most points of the row.
    pub(crate) max: Option<String>,
    /// The rule in words.
    pub(crate) rule: String,
    /// Guidance and typical evidence; may be empty.
    pub(crate) guidance: String,
    /// The engine's sentence on how the outcome came about.
    pub(crate) explanation: String,
    /// Document and clause the row rests on.
    pub(crate) source: String,
    /// The unit's explanation.
    pub(crate) note: String,
    /// The stored revision the page was built on.
    pub(crate) revision: i64,
    /// `Đã lưu 14:32`; empty when nothing is stored.
    pub(crate) saved: String,
    /// What the row lacks before it can be handed in, in words; colours the row.
    pub(crate) lacks: Vec<String>,
    /// A proof is asked for and none is there.
    pub(crate) evidence_missing: bool,
    /// The proofs.
    pub(crate) evidence: EvidenceList,
    /// Why it came back in this round.
    pub(crate) returned: Option<ReturnedView>,
    /// What the appraisers found, in a sentence, once they have and the reader may see it.
    pub(crate) appraised: Option<String>,
    /// The plan; `None` where none can be asked for.
    pub(crate) plan: Option<PlanView>,
    /// The reader may write the plan now.
    pub(crate) plan_editable: bool,
    /// The details are unfolded.
    pub(crate) open: bool,
}

impl RowView {
    fn outcome_tag(&self) -> OutcomeTag {
        self.outcome.tag(self.lang)
    }

    /// What follows from the figures; empty for a judgement.
    pub(crate) fn computed(&self) -> &str {
        match &self.answer {
            AnswerView::Judgement { .. } => "",
            AnswerView::Counts { computed, .. } | AnswerView::Derived { computed, .. } => computed,
        }
    }
}

/// Something that is still missing, a link to its row.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct MissingItem {
    /// `#c13`.
    pub(crate) href: String,
    /// Number of the criterion.
    pub(crate) number: u16,
    /// Its text, cut to about fifty characters.
    pub(crate) text: String,
}

/// Rows that lack the same thing.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct MissingGroup {
    /// `Chưa chấm`, `Thiếu minh chứng`, `Chưa giải trình`, `Chưa có kế hoạch`, `Chưa trả lời`.
    pub(crate) title: String,
    /// The rows.
    pub(crate) items: Vec<MissingItem>,
}

/// One group in the summary.
#[derive(Debug, Clone)]
pub(crate) struct GroupShare {
    /// Anchor of the group.
    pub(crate) id: String,
    /// `I`.
    pub(crate) numeral: String,
    /// Its title.
    pub(crate) title: String,
    /// Criteria with an outcome.
    pub(crate) answered: usize,
    /// Criteria of the group.
    pub(crate) of: usize,
    /// The same as a bar.
    pub(crate) bar: Bar,
}

/// The summary beside the rows.
#[derive(Debug, Clone, Template)]
#[template(path = "dossiers/sheet_side.html")]
pub(crate) struct SideView {
    /// The reader's language.
    pub(crate) lang: Lang,
    /// Points so far; `None` when the set has none.
    pub(crate) points: Option<String>,
    /// Most points possible.
    pub(crate) max: Option<String>,
    /// Points so far (`brand`) and still possible (`soft`); or met out of all.
    pub(crate) bar: Bar,
    /// What can still be reached: `Còn 8 điểm chưa chấm; cao nhất đạt 95,5.`; may be empty.
    pub(crate) reach: String,
    /// What the rules of the set say of it now; may be empty.
    pub(crate) result: String,
    /// Criteria of the set.
    pub(crate) of: usize,
    /// Criteria met.
    pub(crate) met: usize,
    /// Criteria not met.
    pub(crate) unmet: usize,
    /// Criteria without an outcome.
    pub(crate) no_data: usize,
    /// What is missing.
    pub(crate) missing: Vec<MissingGroup>,
    /// The groups.
    pub(crate) groups: Vec<GroupShare>,
}

/// A part of what blocks, a link to the first row concerned.
#[derive(Debug, Clone)]
pub(crate) struct BlockedPart {
    /// `#c13`.
    pub(crate) href: String,
    /// `còn 3 tiêu chí chưa chấm`.
    pub(crate) text: String,
}

/// A step the reader may take with the whole dossier.
#[derive(Debug, Clone)]
pub(crate) struct ActionView {
    /// Where the form goes: `/dossiers/{id}/present`.
    pub(crate) url: String,
    /// `Trình lãnh đạo ký nộp`.
    pub(crate) text: String,
    /// The main action of the page.
    pub(crate) primary: bool,
    /// It cannot be taken yet; the bar says why.
    pub(crate) blocked: bool,
}

/// The bar at the end: what blocks, print view, actions.
#[derive(Debug, Clone, Template)]
#[template(path = "dossiers/sheet_submit.html")]
pub(crate) struct SubmitView {
    /// The reader's language.
    pub(crate) lang: Lang,
    /// Identity of the dossier.
    pub(crate) id: String,
    /// `Chưa nộp được:`.
    pub(crate) blocked_lead: String,
    /// What blocks; empty when nothing does.
    pub(crate) blocked: Vec<BlockedPart>,
    /// What to say when nothing blocks: what happens next and when.
    pub(crate) ready: String,
    /// The next row without an answer.
    pub(crate) next: Option<String>,
    /// The actions of this role in this state.
    pub(crate) actions: Vec<ActionView>,
}

impl HtmlSafe for ChipsView {}
impl HtmlSafe for ProgressView {}
impl HtmlSafe for GroupFacts {}
impl HtmlSafe for RowView {}
impl HtmlSafe for SideView {}
impl HtmlSafe for SubmitView {}
