//! Phiếu tự chấm điểm: the criteria of a unit in three columns, as it is signed and handed in.

use typst::foundations::{Dict, IntoValue as _, Value, dict};

use super::parts::{Letterhead, Signature};
use crate::{RenderError, text};

/// A row with more characters than this may be split between two pages; shorter rows stay whole.
/// About half a page in the columns of this paper.
const SPLIT_FROM_CHARACTERS: usize = 1_200;

/// The score sheet of one unit in one cycle, A4 landscape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreSheet {
    /// The head of the first page.
    pub letterhead: Letterhead,
    /// Name of the paper in capitals: `PHIẾU TỰ CHẤM ĐIỂM`.
    pub title: String,
    /// What it is about: `Danh hiệu “Thị trấn điển hình” năm 2023`.
    pub subject: String,
    /// The unit assessed, with the names above it.
    pub unit: String,
    /// The cycle: `Năm 2023 (01/01/2023 – 31/12/2023)`.
    pub cycle: String,
    /// The criteria set and its version: `34 tiêu chí, phiên bản 1`.
    pub criteria_set: String,
    /// Where the set comes from: `Quyết định số 9745/QĐ-BCA-V05 ngày 28/12/2022`.
    pub legal_basis: String,
    /// Whether the set gives points; without them the paper has no column and no line for points.
    pub has_points: bool,
    /// The groups in their order.
    pub groups: Vec<ScoreGroup>,
    /// The last row.
    pub totals: Totals,
    /// What follows from the totals, in a sentence; may be empty.
    pub explanation: String,
    /// Who signs, from left to right; the head of the unit last.
    pub signatures: Vec<Signature>,
    /// Made from sample data: every page says so.
    pub sample: bool,
}

/// A group of criteria.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreGroup {
    /// `I. Lãnh đạo, chỉ đạo`.
    pub title: String,
    /// Its criteria in their order.
    pub rows: Vec<ScoreRow>,
}

/// One criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreRow {
    /// `1` or `3.2`.
    pub number: String,
    /// What is required.
    pub text: String,
    /// How far the text was checked against its source.
    pub mark: Mark,
    /// Highest points, `3,0`; empty when the set gives none.
    pub max_points: String,
    /// What the unit found.
    pub self_assessed: Option<Judgement>,
    /// What the appraisers found.
    pub appraised: Option<Judgement>,
    /// What the council found.
    pub council: Option<Judgement>,
    /// Figures, explanation, proofs; may be empty.
    pub note: String,
}

/// How far the text of a criterion was checked against its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Compared with the source.
    Verified,
    /// A summary of the source: the paper says so beside the text.
    Summary,
    /// Written for illustration, not taken from a source: the paper says so beside the text.
    Illustrative,
}

impl Mark {
    /// What stands beside the text, and the remark below the table that explains it.
    fn words(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Verified => None,
            Self::Summary => Some((
                "(tóm tắt)",
                "“(tóm tắt)”: lời văn là bản tóm tắt, không phải nguyên văn của văn bản chính thức.",
            )),
            Self::Illustrative => {
                Some(("(minh họa)", "“(minh họa)”: lời văn được viết để minh họa, không lấy từ văn bản chính thức."))
            }
        }
    }
}

/// What one side found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// `Đạt`, `Chưa đạt`, `Chưa có số liệu`; in the totals `32/34`.
    pub outcome: String,
    /// `3,0`; empty when there are none.
    pub points: String,
}

/// The last row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    /// `Tổng cộng (số tiêu chí đạt)`.
    pub label: String,
    /// Highest points together, `100,0`; empty when the set gives none.
    pub max_points: String,
    /// What the unit found: `32/34`.
    pub self_assessed: Option<Judgement>,
    /// What the appraisers found.
    pub appraised: Option<Judgement>,
    /// What the council found.
    pub council: Option<Judgement>,
}

impl ScoreSheet {
    pub(crate) fn inputs(&self) -> Result<Dict, RenderError> {
        let groups: Result<Vec<Value>, RenderError> = self.groups.iter().map(ScoreGroup::inputs).collect();
        let signatures: Result<Vec<Dict>, RenderError> = self.signatures.iter().map(Signature::inputs).collect();
        Ok(dict! {
            "letterhead" => self.letterhead.inputs()?,
            "title" => text::line("title", &self.title)?,
            "subject" => text::line("subject", &self.subject)?,
            "unit" => text::line("unit", &self.unit)?,
            "cycle" => text::line("cycle", &self.cycle)?,
            "criteria_set" => text::line("criteria_set", &self.criteria_set)?,
            "legal_basis" => text::line("legal_basis", &self.legal_basis)?,
            "has_points" => self.has_points,
            "remarks" => self.remarks(),
            "groups" => groups?,
            "totals" => self.totals.inputs()?,
            "explanation" => text::optional("explanation", Some(&self.explanation))?,
            "signatures" => signatures?,
            "sample" => self.sample,
        })
    }

    /// One remark for every mark that is on the paper.
    fn remarks(&self) -> Vec<Value> {
        let used = |mark: Mark| self.groups.iter().flat_map(|group| &group.rows).any(|row| row.mark == mark);
        let marks = [Mark::Summary, Mark::Illustrative].into_iter().filter(|mark| used(*mark));
        marks.filter_map(|mark| mark.words().map(|(_, remark)| remark.into_value())).collect()
    }
}

impl ScoreGroup {
    fn inputs(&self) -> Result<Value, RenderError> {
        let rows: Result<Vec<Value>, RenderError> = self.rows.iter().map(ScoreRow::inputs).collect();
        Ok(dict! { "title" => text::line("group.title", &self.title)?, "rows" => rows? }.into_value())
    }
}

impl ScoreRow {
    fn inputs(&self) -> Result<Value, RenderError> {
        let length = self.text.chars().count().max(self.note.chars().count());
        let inputs = dict! {
            "number" => text::narrow("number", &self.number)?,
            "text" => text::column("text", &self.text)?,
            "mark" => self.mark.words().map_or(Value::None, |(beside, _)| beside.into_value()),
            "max_points" => text::narrow("max_points", &self.max_points)?,
            "judgements" => judgements([&self.self_assessed, &self.appraised, &self.council])?,
            "note" => text::column("note", &self.note)?,
            "may_split" => length > SPLIT_FROM_CHARACTERS,
        };
        Ok(inputs.into_value())
    }
}

impl Totals {
    fn inputs(&self) -> Result<Value, RenderError> {
        let inputs = dict! {
            "label" => text::column("totals.label", &self.label)?,
            "max_points" => text::narrow("totals.max_points", &self.max_points)?,
            "judgements" => judgements([&self.self_assessed, &self.appraised, &self.council])?,
        };
        Ok(inputs.into_value())
    }
}

/// The three columns; `none` where a side has not spoken.
fn judgements(sides: [&Option<Judgement>; 3]) -> Result<Value, RenderError> {
    let mut values = Vec::with_capacity(sides.len());
    for side in sides {
        values.push(match side {
            Some(judgement) => dict! {
                "outcome" => text::narrow("outcome", &judgement.outcome)?,
                "points" => text::narrow("points", &judgement.points)?,
            }
            .into_value(),
            None => Value::None,
        });
    }
    Ok(values.into_value())
}
