//! Checksums: what every engine must agree on.

use std::ops::Range;

use dienhinh_engine::batch::Results;
use serde::Deserialize;

/// Sums over units. An open class and points without data count as −1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) struct Sums {
    pub(crate) total: i64,
    pub(crate) class: i64,
    pub(crate) met: i64,
    pub(crate) unmet: i64,
    pub(crate) no_data: i64,
    /// Of all leaves; none when they were not asked for.
    pub(crate) points: Option<i64>,
}

impl Sums {
    /// The sums of some rows.
    pub(crate) fn of(results: &Results, leaves: usize, rows: Range<usize>) -> Self {
        let wide = |column: &[i32]| column[rows.clone()].iter().map(|value| i64::from(*value)).sum::<i64>();
        let narrow = |column: &[u8]| column[rows.clone()].iter().map(|value| i64::from(*value)).sum::<i64>();
        let (met, no_data) = (narrow(&results.met), narrow(&results.no_data));
        let all = i64::try_from(leaves * rows.len()).unwrap_or(i64::MAX);
        let points: i64 = results.points_thousandths.iter().map(|column| wide(column)).sum();
        Self {
            total: wide(&results.totals_thousandths),
            class: results.classes[rows.clone()].iter().map(|class| i64::from(*class)).sum(),
            met,
            unmet: all - met - no_data - narrow(&results.not_applicable),
            no_data,
            points: (!results.points_thousandths.is_empty()).then_some(points),
        }
    }

    /// Without the points.
    pub(crate) fn alone(self) -> Self {
        Self { points: None, ..self }
    }
}
