//! What a unit lacks for the class above its own.

use crate::{
    Inputs, Plan,
    compile::Place,
    program::{Fraction, NotApplicable, Test},
    row::{reached, score_row},
};

/// What is lacking for a class. All of it is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    /// The class, as its place among the classes from 1.
    pub class: usize,
    /// Points, in thousandths; 0 where there are enough.
    pub points_thousandths: i64,
    /// Criteria to be met.
    pub met: usize,
    /// Groups below their share, by place, with the points that they lack.
    pub groups: Vec<(usize, i64)>,
    /// Criteria without which there is no such class, by place: they are not met, or it is not known.
    pub criteria: Vec<usize>,
}

/// What one unit lacks for the class above the one that it surely has; none when it has the highest.
pub fn lacking(plan: &Plan, inputs: &Inputs, row: usize) -> Option<Lacking> {
    let inputs = inputs.completed(plan);
    let figures = inputs.row(row);
    let found = score_row(&plan.program, &figures);
    let program = &plan.program;
    let class = found.classes.0 + 1;
    let wanted = program.classes.get(class - 1)?;
    // What leaves the base lowers what is asked in proportion.
    let dropped = found.outcomes.iter().filter(|outcome| **outcome == crate::Outcome::NotApplicable).count();
    let (dropped, as_met) = match program.not_applicable {
        NotApplicable::Drop => (dropped, 0),
        NotApplicable::Full => (0, dropped),
        NotApplicable::Zero => (0, 0),
    };
    let all: i64 = program.group_caps_thousandths.iter().sum();
    let base: i64 = found.caps_thousandths.iter().sum();
    let points = if base == all { wanted.points_thousandths } else { up(wanted.points_thousandths, base, all) };
    let leaves = program.leaves.len();
    let needed = (wanted.met * (leaves - dropped)).div_ceil(leaves);
    let met = found.outcomes.iter().filter(|outcome| **outcome == crate::Outcome::Met).count() + as_met;
    let below = |share: Fraction| {
        let groups = found.groups_thousandths.iter().zip(&found.caps_thousandths).enumerate();
        groups.filter_map(move |(at, (points, cap))| {
            let short = up(*cap, share.part, share.whole) - points;
            (short > 0).then_some((at, short))
        })
    };
    let gates = program.gates.iter().enumerate().filter(|(_, gate)| gate.at_most < class);
    let criteria = gates.filter_map(|(at, gate)| {
        let (holds, place) = match &gate.test {
            Test::Leaf(leaf) => (found.outcomes[*leaf].as_met(), Place::Leaf(*leaf)),
            Test::Own(kind) => (reached(kind, 1, &figures).at_least(1), Place::Gate(at)),
        };
        let criterion = plan.places.iter().position(|of| *of == place);
        criterion.filter(|_| holds != Some(true))
    });
    Some(Lacking {
        class,
        points_thousandths: if plan.has_points { (points - found.total_thousandths).max(0) } else { 0 },
        met: needed.saturating_sub(met),
        groups: wanted.group_share.map(below).into_iter().flatten().collect(),
        criteria: criteria.collect(),
    })
}

/// `number × part / whole`, up to a whole.
fn up(number: i64, part: i64, whole: i64) -> i64 {
    let (product, whole) = (i128::from(number) * i128::from(part), i128::from(whole.max(1)));
    i64::try_from((product + whole - 1) / whole).unwrap_or(i64::MAX)
}
