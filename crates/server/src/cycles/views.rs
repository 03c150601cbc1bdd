//! The overview of one cycle (S7): a sentence, four figures, where it fails, how far each unit is.
//!
//! Display-ready values only. Every number is a link to what it counts.

use askama::Template;

use crate::web::{
    filters,
    layout::{Bar, Choice, Shell, Tone},
};

/// Opening a cycle: which one, and what it would be.
#[derive(Debug, Clone, Template)]
#[template(path = "cycles/open.html")]
pub(crate) struct OpenPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// The criteria sets.
    pub(crate) sets: Vec<Choice>,
    /// The years that can be chosen.
    pub(crate) years: Vec<Choice>,
    /// Why the chosen one cannot be opened; empty when it can or none is chosen.
    pub(crate) error: String,
    /// The chosen one as it would be.
    pub(crate) proposed: Option<ProposedView>,
}

/// A cycle that is not opened yet.
#[derive(Debug, Clone)]
pub(crate) struct ProposedView {
    /// `Khu dân cư 2024`.
    pub(crate) title: String,
    /// Code of the set.
    pub(crate) set: String,
    /// Its version.
    pub(crate) version: String,
    /// The year.
    pub(crate) year: String,
    /// `16/11/2023 – 15/11/2024`.
    pub(crate) assessed: String,
    /// Last day to register.
    pub(crate) registration_until: String,
    /// Last day to submit.
    pub(crate) due_on: String,
    /// `Xã, Phường, Thị trấn`.
    pub(crate) kinds: String,
    /// How many units are looked at.
    pub(crate) units: String,
}

/// One cycle at a glance.
#[derive(Debug, Clone, Template)]
#[template(path = "cycles/overview.html")]
pub(crate) struct OverviewPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// `Toàn cảnh xã, phường, thị trấn điển hình năm 2023`.
    pub(crate) heading: String,
    /// `64 xã, phường, thị trấn, địa giới trước 01/7/2025`.
    pub(crate) scope: String,
    /// `Số liệu đến 14:30 ngày 24/11/2023`.
    pub(crate) as_of: String,
    /// Where a new cycle is opened; empty where the reader cannot.
    pub(crate) open_href: &'static str,
    /// The list of the dossiers.
    pub(crate) list_href: String,
    /// The cycles a reader can choose from.
    pub(crate) cycles: Vec<CycleLink>,
    /// One generated sentence, in parts so that some can be links.
    pub(crate) sentence: Vec<SentencePart>,
    /// Why it is too early to compare: `Mới có 6/64 phiếu, chưa nên so sánh.`
    pub(crate) too_early: Option<String>,
    /// What to say instead of everything else while nothing is there.
    pub(crate) empty: Option<EmptyView>,
    /// Four figures.
    pub(crate) figures: Vec<FigureView>,
    /// Districts × groups of criteria; `None` while there is nothing to compare.
    pub(crate) heat: Option<HeatView>,
    /// Stage of each unit by district.
    pub(crate) districts: Vec<DistrictView>,
    /// How many units are at each stage.
    pub(crate) stages: Vec<StageCount>,
    /// The criteria most often not met.
    pub(crate) failed: Vec<FailedView>,
    /// Under the title of that list: `Số đơn vị chưa đạt, trên 51 đơn vị đã nộp`.
    pub(crate) failed_of: String,
    /// By kind of unit.
    pub(crate) kinds: Vec<KindView>,
    /// Sources and sample data, at the end of the page.
    pub(crate) colophon: String,
}

/// A cycle to choose.
#[derive(Debug, Clone)]
pub(crate) struct CycleLink {
    /// `/cycles/{id}`.
    pub(crate) href: String,
    /// `Khu dân cư 2023`.
    pub(crate) text: String,
    /// It is the one shown.
    pub(crate) current: bool,
}

/// A part of the sentence.
#[derive(Debug, Clone)]
pub(crate) struct SentencePart {
    /// Its words, with the spaces that belong before and after.
    pub(crate) text: String,
    /// Where it leads; empty when nowhere.
    pub(crate) href: String,
    /// Set in bold.
    pub(crate) strong: bool,
}

/// What will be here, and who starts it.
#[derive(Debug, Clone)]
pub(crate) struct EmptyView {
    /// `Chưa có đơn vị nào đăng ký.`
    pub(crate) title: String,
    /// `Kỳ đăng ký mở từ 05/01 đến 31/01/2023.`
    pub(crate) text: String,
}

/// One of the four figures.
#[derive(Debug, Clone)]
pub(crate) struct FigureView {
    /// `Đã nộp phiếu tự chấm`.
    pub(crate) title: String,
    /// `51`.
    pub(crate) value: String,
    /// `/64 đơn vị`.
    pub(crate) of: String,
    /// The same as a bar.
    pub(crate) bar: Bar,
    /// `79,7% · trung bình 4,2 ngày mỗi hồ sơ`.
    pub(crate) note: String,
    /// The list behind the figure; empty when there is none.
    pub(crate) href: String,
}

/// Where criteria are not met.
#[derive(Debug, Clone)]
pub(crate) struct HeatView {
    /// What each row is: `Huyện, thị xã, thành phố`.
    pub(crate) corner: String,
    /// Titles of the columns after *Chung*, shortened.
    pub(crate) columns: Vec<String>,
    /// One row a district.
    pub(crate) rows: Vec<HeatRow>,
    /// The five classes in words: `dưới 5%`, …
    pub(crate) legend: [String; 5],
}

/// A district on the heat map.
#[derive(Debug, Clone)]
pub(crate) struct HeatRow {
    /// Its name.
    pub(crate) name: String,
    /// All groups together.
    pub(crate) total: HeatCell,
    /// One cell a column.
    pub(crate) cells: Vec<HeatCell>,
}

/// One cell: the number is always printed in it.
#[derive(Debug, Clone)]
pub(crate) struct HeatCell {
    /// `24%`, or `–` without data.
    pub(crate) text: String,
    /// 0 (light) to 4 (dark).
    pub(crate) level: u8,
    /// The list behind it; empty when there is none.
    pub(crate) href: String,
    /// What the share is of: `12/31 lượt chưa đạt`. Row and column say the rest.
    pub(crate) label: String,
}

/// How far a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StageView {
    /// A decision was taken.
    Decided,
    /// Appraised.
    Appraised,
    /// Handed in, with the appraisers.
    Submitted,
    /// Being filled in.
    Working,
    /// Should have been handed in.
    Late,
    /// Not registered.
    Invited,
}

impl StageView {
    /// The class that colours its tile.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Decided => "decided",
            Self::Appraised => "appraised",
            Self::Submitted => "submitted",
            Self::Working => "working",
            Self::Late => "late",
            Self::Invited => "invited",
        }
    }

    /// The icon in its tile.
    pub(crate) fn icon(self) -> &'static str {
        match self {
            Self::Decided => "medal",
            Self::Appraised => "check",
            Self::Submitted => "right",
            Self::Working => "dots",
            Self::Late => "alert",
            Self::Invited => "blank",
        }
    }
}

/// The units of one district.
#[derive(Debug, Clone)]
pub(crate) struct DistrictView {
    /// Its name.
    pub(crate) name: String,
    /// The list of its dossiers.
    pub(crate) href: String,
    /// Handed in out of all: `6/9`.
    pub(crate) handed_in: String,
    /// How many are how far, where there are too many for tiles.
    pub(crate) bar: Option<Bar>,
    /// One tile a unit.
    pub(crate) tiles: Vec<TileView>,
}

/// One unit.
#[derive(Debug, Clone)]
pub(crate) struct TileView {
    /// How far it is.
    pub(crate) stage: StageView,
    /// `Xã Ninh Thạnh Lợi: đang tự chấm`.
    pub(crate) label: String,
    /// Its dossier, or its page.
    pub(crate) href: String,
}

/// Units at one stage.
#[derive(Debug, Clone)]
pub(crate) struct StageCount {
    /// The stage.
    pub(crate) stage: StageView,
    /// Its name.
    pub(crate) text: String,
    /// How many units.
    pub(crate) count: i64,
}

/// A criterion that many do not meet.
#[derive(Debug, Clone)]
pub(crate) struct FailedView {
    /// Its text.
    pub(crate) text: String,
    /// Who does not meet it.
    pub(crate) href: String,
    /// How many units.
    pub(crate) count: i64,
    /// The same as a bar.
    pub(crate) bar: Bar,
    /// `36/41 có kế hoạch khắc phục`.
    pub(crate) plans: String,
}

/// One kind of units.
#[derive(Debug, Clone)]
pub(crate) struct KindView {
    /// `Xã, phường, thị trấn`.
    pub(crate) name: String,
    /// Registered.
    pub(crate) registered: String,
    /// Handed in.
    pub(crate) handed_in: String,
    /// Fulfil the rules so far: `33 (51,6%)`.
    pub(crate) fulfil: String,
    /// The same as a bar.
    pub(crate) bar: Bar,
}

/// The dossiers of a cycle in an area, page by page.
#[derive(Debug, Clone, Template)]
#[template(path = "cycles/list.html")]
pub(crate) struct ListPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// Where the form leads.
    pub(crate) action: String,
    /// The overview of the cycle.
    pub(crate) overview_href: String,
    /// `2.650 hồ sơ, tỉnh Bạc Liêu`.
    pub(crate) summary: String,
    /// Where dossiers may stand.
    pub(crate) states: Vec<Choice>,
    /// The areas to choose from.
    pub(crate) areas: Vec<Choice>,
    /// The orders.
    pub(crate) sorts: Vec<Choice>,
    /// The dossiers of this page.
    pub(crate) lines: Vec<ListLine>,
    /// The first page; empty on it.
    pub(crate) first_href: String,
    /// The next page; empty on the last.
    pub(crate) next_href: String,
}

/// A dossier in the list.
#[derive(Debug, Clone)]
pub(crate) struct ListLine {
    /// The page of its unit.
    pub(crate) href: String,
    /// The unit.
    pub(crate) name: String,
    /// What lies above the unit, up to the area; may be empty.
    pub(crate) place: String,
    /// What kind of unit it is.
    pub(crate) kind: String,
    /// The day of the last submission; may be empty.
    pub(crate) submitted: String,
    /// Where the dossier stands.
    pub(crate) state: String,
    /// How that is meant.
    pub(crate) tone: Tone,
}
