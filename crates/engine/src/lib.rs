//! Scores from columns of numbers, and why they are so.
//!
//! A criteria set is compiled into a [`Plan`]; [`score()`] takes the plan and [`Inputs`] (one column a figure, one
//! row a unit) and gives [`Scores`]. [`explain()`] gives the reasons for one row and one criterion. Pure: the same
//! input gives the same output.
//!
//! Points are thousandths in whole numbers; shares are compared by multiplication; a missing figure is a third
//! outcome and never zero. Knows nothing of people or units. Reading order: [`mod@plan`], [`mod@score`],
//! [`mod@cohort`], [`mod@explain`], [`mod@words`].

pub mod analysis;
pub mod batch;
pub mod cases;
pub mod cohort;
mod compile;
pub mod difference;
pub mod explain;
pub mod next;
pub mod plan;
pub mod program;
pub mod row;
pub mod score;
pub mod words;

pub use cohort::{Standing, standings};
pub use difference::{Difference, difference};
pub use explain::{Explanation, Step, explain};
pub use next::{Lacking, lacking};
pub use plan::{BadValue, Inputs, Plan};
pub use score::{Outcome, Scores, Totals, rescore, score};
pub use words::{Language, rule_in_words};
