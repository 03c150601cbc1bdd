//! What a row of rules may and must say, by the kind of its rule. A new kind of rule adds its line here.

/// The words of the column `kind`, in the order of `packs/README.md`.
pub(super) const CODES: &[&str] = &[
    "judgement",
    "threshold",
    "ratio",
    "zero",
    "objects",
    "children_share",
    "year_over_year",
    "target",
    "bands",
    "linear",
    "each",
    "deduction",
    "sub_points",
    "other_programme",
    "all_of",
    "n_of_m",
];

/// The figures of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Figures {
    /// Exactly these roles.
    These(&'static [&'static str]),
    /// `count`, or `part` and `whole`.
    Measure,
}

/// What the bounds of a rule are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bounds {
    /// Whole numbers.
    Counts,
    /// Shares of a whole, at most 1.
    Shares,
    /// Shares of another figure: more than 1 as well.
    Changes,
    /// As the figures are.
    OfMeasure,
}

/// One kind of rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    /// Columns that must be filled.
    pub(super) needs: &'static [&'static str],
    /// Columns that may be filled.
    pub(super) may: &'static [&'static str],
    pub(super) figures: Figures,
    pub(super) bounds: Bounds,
    /// Consists of parts.
    pub(super) has_parts: bool,
    /// Has rows on the sheet of bands.
    pub(super) has_bands: bool,
}

const NONE: Kind = Kind {
    needs: &[],
    may: &[],
    figures: Figures::These(&[]),
    bounds: Bounds::Counts,
    has_parts: false,
    has_bands: false,
};
const COUNTS: Kind = Kind { figures: Figures::These(&["count"]), ..NONE };
const BOTH: &[&str] = &["at_least", "at_most"];

/// The kind behind a word of [`CODES`].
pub(super) fn kind(code: &str) -> Option<Kind> {
    Some(match code {
        "judgement" => NONE,
        "threshold" => Kind { may: BOTH, ..COUNTS },
        "ratio" => Kind { may: BOTH, figures: Figures::These(&["part", "whole"]), bounds: Bounds::Shares, ..NONE },
        "zero" => COUNTS,
        "objects" => Kind { needs: &["at_least"], ..COUNTS },
        "children_share" => {
            let needs = &["programme", "kinds", "registered", "recognised"];
            Kind { needs, may: &["per_kind"], bounds: Bounds::Shares, ..NONE }
        }
        "year_over_year" => {
            Kind { may: BOTH, figures: Figures::These(&["this", "last"]), bounds: Bounds::Changes, ..NONE }
        }
        "target" => Kind {
            needs: &["at_least"],
            figures: Figures::These(&["done", "planned"]),
            bounds: Bounds::Changes,
            ..NONE
        },
        "bands" => Kind { figures: Figures::Measure, bounds: Bounds::OfMeasure, has_bands: true, ..NONE },
        "linear" => Kind { needs: &["from", "to"], figures: Figures::Measure, bounds: Bounds::OfMeasure, ..NONE },
        "each" => Kind { needs: &["each"], ..COUNTS },
        "deduction" => Kind { needs: &["each"], may: &["floor"], ..COUNTS },
        "sub_points" | "all_of" => Kind { has_parts: true, ..NONE },
        "other_programme" => Kind { needs: &["programme"], ..NONE },
        "n_of_m" => Kind { needs: &["need"], has_parts: true, ..NONE },
        _ => return None,
    })
}
