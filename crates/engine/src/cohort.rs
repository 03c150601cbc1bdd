//! What is decided over the units of one parent together: their order, and quotas of classes.
//!
//! Comes last: criteria, groups, total and class of each unit first, children before their parents, then this.

use std::cmp::Reverse;

use dienhinh_domain::programmes::{Quota, Ties};

use crate::{Plan, Totals};

/// How a unit stands among the others of its parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// From 1, by class and then by merit; units that stand level share a rank, and the ranks behind them are left
    /// out. None while the class is open.
    pub rank: Option<usize>,
    /// The class that the quotas leave it, as its place among the classes from 1; 0 is none. None while it is open:
    /// its own is, or that of another unit with which it competes.
    pub class: Option<usize>,
    /// A quota has taken a class from it.
    pub is_held_back: bool,
}

/// How the units of one parent stand. Merit is points, in a set without points the criteria that are met.
///
/// A quota lets at most so many of the units in its lower class and above into its class: the best, rounded down to
/// whole units. Those beyond it are in the class below, whose conditions they meet as well, since classes of a set
/// ask for more from one to the next.
pub fn standings(plan: &Plan, totals: &[Totals]) -> Vec<Standing> {
    let merit: Vec<i64> =
        totals
            .iter()
            .map(|totals| {
                if plan.has_points { totals.points_thousandths } else { i64::try_from(totals.met).unwrap_or(i64::MAX) }
            })
            .collect();
    let mut classes: Vec<Option<usize>> = totals.iter().map(|totals| totals.class).collect();
    let mut quotas: Vec<&Quota> = plan.quotas.iter().collect();
    quotas.sort_by_key(|quota| Reverse(quota.class));
    for quota in quotas {
        apply(quota, &merit, &mut classes);
    }
    let order = |at: usize| classes[at].map(|class| (class, merit[at]));
    let better = |key: (usize, i64)| (0..totals.len()).filter(|other| order(*other) > Some(key)).count();
    (0..totals.len())
        .map(|at| Standing {
            rank: order(at).map(|key| better(key) + 1),
            class: classes[at],
            is_held_back: classes[at].is_some_and(|class| totals[at].class.is_some_and(|before| class < before)),
        })
        .collect()
}

fn apply(quota: &Quota, merit: &[i64], classes: &mut [Option<usize>]) {
    let count = |from: usize| classes.iter().flatten().filter(|class| **class >= from).count();
    let open = classes.iter().filter(|class| class.is_none()).count();
    let at_most = |units: usize| {
        let units = i128::try_from(units).unwrap_or(i128::MAX);
        let most = units * i128::from(quota.at_most.part) / i128::from(quota.at_most.whole);
        usize::try_from(most).unwrap_or(usize::MAX)
    };
    let mut in_class: Vec<usize> =
        (0..classes.len()).filter(|at| classes[*at].is_some_and(|class| class >= quota.class)).collect();
    let allowed = at_most(count(quota.of));
    if in_class.len() + open <= allowed {
        return;
    }
    if open > 0 {
        // Who is open may yet compete, or raise the number that is allowed.
        for at in in_class {
            classes[at] = None;
        }
        return;
    }
    in_class.sort_by_key(|at| Reverse(merit[*at]));
    let stays = |at: usize| match quota.ties {
        Ties::LeaveOut => in_class.get(allowed).is_none_or(|first_out| merit[at] > merit[*first_out]),
        Ties::LetIn => allowed.checked_sub(1).is_some_and(|last| merit[at] >= merit[in_class[last]]),
    };
    let held_back: Vec<usize> = in_class.iter().copied().filter(|at| !stays(*at)).collect();
    for at in held_back {
        classes[at] = Some(quota.class - 1);
    }
}
