//! A pack or an overlay as it is written, before it is understood. Field names are the keys of `packs/README.md`.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::Text;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSet {
    pub(super) code: Spanned<String>,
    pub(super) version: String,
    pub(super) programme: String,
    pub(super) kinds: Vec<Spanned<String>>,
    pub(super) valid_from: Spanned<toml::value::Datetime>,
    pub(super) title: Text,
    pub(super) short_title: Text,
    pub(super) standing: Text,
    pub(super) award: Spanned<BTreeMap<String, Text>>,
    pub(super) legal_bases: Vec<Text>,
    pub(super) calendar: RawCalendar,
    pub(super) recognition: RawRecognition,
    #[serde(default)]
    pub(super) not_applicable: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) class: Vec<RawClass>,
    #[serde(default)]
    pub(super) quota: Vec<RawQuota>,
    #[serde(default)]
    pub(super) unit_group: Vec<RawUnitGroup>,
    pub(super) group: Vec<RawGroup>,
    pub(super) criterion: Vec<RawCriterion>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCalendar {
    pub(super) assessed_from: Spanned<String>,
    pub(super) assessed_until: Spanned<String>,
    pub(super) registration_until: Spanned<String>,
    pub(super) due: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRecognition {
    #[serde(default)]
    pub(super) min_met: Option<Spanned<usize>>,
    #[serde(default)]
    pub(super) class: Option<Spanned<String>>,
    pub(super) mark: Spanned<String>,
    pub(super) source: Text,
    pub(super) issued_by: Spanned<Vec<String>>,
    #[serde(default)]
    pub(super) council: Option<Spanned<RawCouncil>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCouncil {
    pub(super) quorum: Spanned<String>,
    pub(super) ballot: Spanned<String>,
    #[serde(default)]
    pub(super) more_than: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) at_least: Option<Spanned<String>>,
    pub(super) of: Spanned<String>,
    pub(super) tie: Spanned<String>,
    pub(super) mark: Spanned<String>,
    pub(super) source: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawGroup {
    pub(super) id: Spanned<String>,
    pub(super) title: Text,
    #[serde(default)]
    pub(super) cap: Option<Spanned<RawPoints>>,
    #[serde(default)]
    pub(super) role: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawQuota {
    pub(super) class: Spanned<String>,
    pub(super) of: Spanned<String>,
    pub(super) at_most: Spanned<String>,
    pub(super) ties: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawUnitGroup {
    pub(super) id: Spanned<String>,
    pub(super) title: Text,
    pub(super) values: BTreeMap<String, Spanned<RawBound>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawClass {
    pub(super) id: Spanned<String>,
    pub(super) title: Text,
    #[serde(default)]
    pub(super) min_points: Option<Spanned<RawPoints>>,
    #[serde(default)]
    pub(super) min_met: usize,
    #[serde(default)]
    pub(super) group_share: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCriterion {
    pub(super) id: Spanned<String>,
    pub(super) number: u16,
    pub(super) group: Spanned<String>,
    #[serde(default)]
    pub(super) points: Option<Spanned<RawPoints>>,
    pub(super) text: Text,
    pub(super) mark: Spanned<String>,
    pub(super) source: Text,
    #[serde(default)]
    pub(super) guidance: Text,
    #[serde(default)]
    pub(super) evidence: Text,
    #[serde(default)]
    pub(super) owner: Text,
    pub(super) proof: Spanned<String>,
    #[serde(default)]
    pub(super) carry_over: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) mandatory: bool,
    #[serde(default)]
    pub(super) knock_out: bool,
    #[serde(default)]
    pub(super) ceiling: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) met_at: Option<Spanned<RawPoints>>,
    #[serde(default)]
    pub(super) replaces: RawIds,
    #[serde(default)]
    pub(super) applies: Option<Spanned<RawRule>>,
    pub(super) rule: Spanned<RawRule>,
}

/// Whole points as a number, others as text: a binary fraction would not be what was written.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum RawPoints {
    Whole(i64),
    Decimal(String),
}

#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum RawRule {
    Judgement {},
    Threshold {
        count: RawFigure,
        at_least: Option<i64>,
        at_most: Option<i64>,
    },
    Ratio {
        part: RawFigure,
        whole: RawFigure,
        at_least: Option<String>,
        at_most: Option<String>,
    },
    Zero {
        count: RawFigure,
    },
    Objects {
        count: RawFigure,
        at_least: i64,
    },
    ChildrenShare {
        programme: String,
        kinds: Vec<String>,
        registered: String,
        recognised: String,
        #[serde(default)]
        per_kind: bool,
    },
    YearOverYear {
        this: RawFigure,
        last: RawFigure,
        at_least: Option<String>,
        at_most: Option<String>,
    },
    Target {
        done: RawFigure,
        planned: RawFigure,
        at_least: String,
    },
    Bands {
        count: Option<RawFigure>,
        part: Option<RawFigure>,
        whole: Option<RawFigure>,
        band: Vec<RawBand>,
    },
    Linear {
        count: Option<RawFigure>,
        part: Option<RawFigure>,
        whole: Option<RawFigure>,
        from: RawBound,
        to: RawBound,
    },
    Each {
        count: RawFigure,
        each: RawPoints,
    },
    Deduction {
        count: RawFigure,
        each: RawPoints,
        floor: Option<RawPoints>,
    },
    OtherProgramme {
        programme: String,
    },
    SubPoints {
        part: Vec<RawPart>,
    },
    AllOf {
        part: Vec<RawPart>,
    },
    NOfM {
        need: usize,
        part: Vec<RawPart>,
    },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFigure {
    pub(super) key: Option<String>,
    pub(super) vi: String,
    pub(super) en: String,
    #[serde(default)]
    pub(super) formula: Option<String>,
    #[serde(default)]
    pub(super) measured_in: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPart {
    pub(super) id: String,
    pub(super) text: Text,
    #[serde(default)]
    pub(super) points: Option<RawPoints>,
    pub(super) rule: RawRule,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawBand {
    pub(super) from: Option<RawBound>,
    pub(super) above: Option<RawBound>,
    pub(super) points: RawPoints,
}

/// One id as a text, several as a list.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum RawIds {
    One(String),
    Several(Vec<String>),
}

impl Default for RawIds {
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}

/// A count as a number, a share as `"95/100"`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum RawBound {
    Count(i64),
    Share(String),
}

impl RawBound {
    /// As [`super::adjusted`] takes it.
    pub(super) fn as_text(&self) -> String {
        match self {
            Self::Count(count) => count.to_string(),
            Self::Share(share) => share.clone(),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOverlay {
    pub(super) code: Spanned<String>,
    pub(super) version: String,
    pub(super) base: Spanned<String>,
    pub(super) base_version: Spanned<String>,
    pub(super) valid_from: Spanned<toml::value::Datetime>,
    #[serde(default)]
    pub(super) title: Option<Text>,
    #[serde(default)]
    pub(super) short_title: Option<Text>,
    pub(super) legal_bases: Spanned<Vec<Text>>,
    #[serde(default)]
    pub(super) mandatory: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) tighten: Vec<RawTighten>,
    #[serde(default)]
    pub(super) group: Vec<RawGroup>,
    #[serde(default)]
    pub(super) criterion: Vec<RawCriterion>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTighten {
    pub(super) key: Spanned<String>,
    #[serde(default)]
    pub(super) unit_group: Option<Spanned<String>>,
    pub(super) value: Spanned<RawBound>,
    #[serde(default)]
    pub(super) text: Option<Text>,
    pub(super) mark: Spanned<String>,
    pub(super) source: Text,
}
