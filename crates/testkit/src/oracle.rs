//! A second evaluator of the engine's programs: slow, one unit at a time, in exact fractions, and written from
//! what [`dienhinh_engine::program`] promises. It shares no line with the evaluators that it judges.
//!
//! Missing data are not summed up as least and most. Everything that is open gets a list of the points it may
//! still turn out to have, and a class is certain when it is the same in every world, that is in every choice
//! from these lists. Each leaf, part, extra and rule of a gate is chosen for itself, also where two read the same
//! figure: a class that is certain here is then certain for the figures too.
//!
//! In some worlds a leaf does not apply at all.

mod points;
pub mod programs;
pub mod rows;

use std::collections::BTreeSet;

use dienhinh_engine::{
    Outcome,
    program::{Class, Kind, Leaf, Missing, NotApplicable, Program, Test},
};
use num_bigint::BigInt;
use num_rational::BigRational;

use points::{possible, rational};

/// More worlds than this are not all visited.
const WORLDS_MAX: usize = 256;

/// What the oracle says of one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Points of each leaf with missing data as none, in thousandths.
    pub points_thousandths: Vec<i64>,
    /// What missing figures may still add to each leaf, in thousandths.
    pub open_thousandths: Vec<i64>,
    /// How each leaf stands.
    pub outcomes: Vec<Outcome>,
    /// Points of each group after its cap, missing data as none, in thousandths.
    pub groups_thousandths: Vec<i64>,
    /// Points together, missing data as none, in thousandths.
    pub total_thousandths: i64,
    /// The most points together in any world, in thousandths.
    pub best_thousandths: i64,
    /// The class, 0 for none; open where missing data leave it so.
    pub class: Option<usize>,
    /// The lowest and the highest class that are open.
    pub classes: (usize, usize),
}

/// Judges one unit.
pub fn score(program: &Program, figures: &[Option<i64>]) -> Verdict {
    let open = Open::of(program, figures);
    let worlds = open.worlds(program);
    let standing = |(leaf, may): (&Leaf, &Vec<Choice>)| match agreed(may.iter().map(Option::is_some)) {
        Some(true) => agreed(may.iter().flatten().map(|points| *points >= leaf.met_at_thousandths)).into(),
        Some(false) => Outcome::NotApplicable,
        None => Outcome::NoData,
    };
    let outcomes: Vec<Outcome> = program.leaves.iter().zip(&open.leaves).map(standing).collect();
    let missing_as_none = open.missing_as_none();
    let points: Vec<(i64, i64)> = program
        .leaves
        .iter()
        .zip(&open.leaves)
        .map(|(leaf, may)| {
            let points = || may.iter().map(|choice| counted(program, leaf, *choice));
            (points().min().unwrap_or_default(), points().max().unwrap_or_default())
        })
        .collect();
    let classes = match program.missing {
        Missing::Certain => {
            let classes: BTreeSet<usize> = worlds.iter().map(|world| world.class(program)).collect();
            (classes.first().copied().unwrap_or_default(), classes.last().copied().unwrap_or_default())
        }
        Missing::Tolerated { leaves } => tolerant(program, &open, &outcomes, leaves),
    };
    Verdict {
        points_thousandths: points.iter().map(|(least, _)| *least).collect(),
        open_thousandths: points.iter().map(|(least, most)| most - least).collect(),
        class: (classes.0 == classes.1).then_some(classes.0),
        classes,
        outcomes,
        groups_thousandths: missing_as_none.groups(program),
        total_thousandths: missing_as_none.total(program),
        best_thousandths: worlds.iter().map(|world| world.total(program)).max().unwrap_or_default(),
    }
}

/// What all say, when all say the same.
fn agreed<T: PartialEq>(mut said: impl Iterator<Item = T>) -> Option<T> {
    let first = said.next()?;
    said.all(|other| other == first).then_some(first)
}

/// The classes that are open where some missing data are tolerated: one, with missing data as no points, or where
/// too much is missing to judge, all that no gate surely forbids.
fn tolerant(program: &Program, open: &Open, outcomes: &[Outcome], tolerated: usize) -> (usize, usize) {
    let gate_holds: Vec<Option<bool>> = program
        .gates
        .iter()
        .zip(&open.own_rules)
        .map(|(gate, own)| match gate.test {
            Test::Leaf(leaf) => outcomes[leaf].as_met(),
            Test::Own(_) => agreed(own.iter().flatten().map(|points| *points >= 1)),
        })
        .collect();
    // Who is surely knocked out is in no class, whatever else is unknown.
    let surely_failed = program.gates.iter().zip(&gate_holds).filter(|(_, holds)| **holds == Some(false));
    let allowed = surely_failed.map(|(gate, _)| gate.at_most).fold(program.classes.len(), usize::min);
    let without_data = outcomes.iter().filter(|outcome| **outcome == Outcome::NoData).count();
    if allowed > 0 && (without_data > tolerated || gate_holds.contains(&None)) {
        return (0, allowed);
    }
    let is_base_sure =
        program.not_applicable != NotApplicable::Drop || open.leaves.iter().any(|may| !may.contains(&None));
    let class = if is_base_sure { open.missing_as_none().class(program) } else { 0 };
    (class, class)
}

/// How a thing turns out: its points, or that it does not apply.
type Choice = Option<i64>;

/// The fewest points of those that apply.
fn least(may: &[Choice]) -> Choice {
    may.iter().flatten().copied().min()
}

fn most(may: &[Choice]) -> Choice {
    may.iter().flatten().copied().max()
}

/// The points that a leaf counts with.
fn counted(program: &Program, leaf: &Leaf, choice: Choice) -> i64 {
    match (choice, program.not_applicable) {
        (Some(points), _) => points,
        (None, NotApplicable::Full) => leaf.points_thousandths,
        (None, NotApplicable::Drop | NotApplicable::Zero) => 0,
    }
}

/// Everything with the ways in which it may turn out.
struct Open {
    leaves: Vec<Vec<Choice>>,
    extras: Vec<Vec<Choice>>,
    /// One for each gate; nothing to choose where it looks at a leaf.
    own_rules: Vec<Vec<Choice>>,
}

impl Open {
    fn of(program: &Program, figures: &[Option<i64>]) -> Self {
        let possible = |kind: &Kind, points: i64| -> Vec<Choice> {
            possible(kind, points, figures).into_iter().map(Some).collect()
        };
        let of_gate = |test: &Test| match test {
            Test::Leaf(_) => vec![Some(0)],
            Test::Own(kind) => possible(kind, 1),
        };
        let of_leaf = |leaf: &Leaf| {
            let applies = leaf.applies.as_ref().map_or(vec![Some(1)], |applies| possible(applies, 1));
            match agreed(applies.iter().map(|points| *points >= Some(1))) {
                Some(true) => possible(&leaf.kind, leaf.points_thousandths),
                Some(false) => vec![None],
                // It may turn out to have any points: none and all decide whatever lies between.
                None => vec![Some(0), Some(leaf.points_thousandths), None],
            }
        };
        let extras = program.extras.iter().map(|extra| possible(&extra.kind, extra.points_thousandths));
        Self {
            leaves: program.leaves.iter().map(of_leaf).collect(),
            extras: extras.collect(),
            own_rules: program.gates.iter().map(|gate| of_gate(&gate.test)).collect(),
        }
    }

    fn lists(&self) -> impl Iterator<Item = &Vec<Choice>> {
        self.leaves.iter().chain(&self.extras).chain(&self.own_rules)
    }

    fn world(&self, chosen: &[Choice]) -> World {
        let (leaves, rest) = chosen.split_at(self.leaves.len());
        let (extras, own_rules) = rest.split_at(self.extras.len());
        let points = |choices: &[Choice]| choices.iter().map(|choice| choice.unwrap_or_default()).collect();
        World { leaves: leaves.to_vec(), extras: points(extras), own_rules: points(own_rules) }
    }

    /// Missing figures give no points, add nothing and take nothing.
    fn missing_as_none(&self) -> World {
        self.world(&self.lists().map(|may| least(may)).collect::<Vec<Choice>>())
    }

    /// Every world when they are few, else the outermost.
    fn worlds(&self, program: &Program) -> Vec<World> {
        let count = self.lists().try_fold(1usize, |count, may| count.checked_mul(may.len()));
        let chosen = match count {
            Some(count) if count <= WORLDS_MAX => every_choice(self.lists()),
            _ => self.outermost(program),
        };
        chosen.iter().map(|chosen| self.world(chosen)).collect()
    }

    /// The best and the worst world, the one in which as little as may be applies, and each of them with one thing
    /// turned out differently. More points of a
    /// leaf, a bonus or a gate's rule never lose a class, more of a penalty never win one: the lowest and the
    /// highest class are among these.
    fn outermost(&self, program: &Program) -> Vec<Vec<Choice>> {
        let corner = |best: bool| -> Vec<Choice> {
            let end = |best: bool, may: &[Choice]| if best { most(may) } else { least(may) };
            let leaves = self.leaves.iter().map(|may| end(best, may));
            let extras = program.extras.iter().zip(&self.extras);
            let extras = extras.map(|(extra, may)| end(best != extra.is_penalty, may));
            leaves.chain(extras).chain(self.own_rules.iter().map(|may| end(best, may))).collect()
        };
        let barest = |(may, worst): (&Vec<Choice>, Choice)| if may.contains(&None) { None } else { worst };
        let mut found = vec![self.lists().zip(corner(false)).map(barest).collect()];
        for corner in [corner(false), corner(true)] {
            for (at, may) in self.lists().enumerate() {
                for points in may {
                    found.push(corner.clone());
                    found.last_mut().expect("just pushed")[at] = *points;
                }
            }
        }
        found
    }
}

/// Every choice of one from each list.
fn every_choice<'a>(lists: impl Iterator<Item = &'a Vec<Choice>>) -> Vec<Vec<Choice>> {
    lists.fold(vec![Vec::new()], |begun, may| {
        begun.iter().flat_map(|chosen| may.iter().map(|points| [chosen.as_slice(), &[*points]].concat())).collect()
    })
}

/// One way in which everything that is open may turn out.
struct World {
    leaves: Vec<Choice>,
    extras: Vec<i64>,
    own_rules: Vec<i64>,
}

impl World {
    fn groups(&self, program: &Program) -> Vec<i64> {
        let of_group = |(group, cap): (usize, i64)| {
            let inside = program.leaves.iter().zip(&self.leaves).filter(|(leaf, _)| leaf.group == group);
            inside.map(|(leaf, choice)| counted(program, leaf, *choice)).sum::<i64>().min(cap)
        };
        self.caps(program).into_iter().enumerate().map(of_group).collect()
    }

    /// Whether a leaf is part of what classes ask a share of.
    fn is_in_base(program: &Program, choice: Choice) -> bool {
        choice.is_some() || program.not_applicable != NotApplicable::Drop
    }

    fn caps(&self, program: &Program) -> Vec<i64> {
        let is_in_base = |choice: &Choice| Self::is_in_base(program, *choice);
        let of_group = |(group, declared): (usize, &i64)| {
            let inside = program.leaves.iter().zip(&self.leaves).filter(|(leaf, _)| leaf.group == group);
            let remaining = inside.filter(|(_, choice)| is_in_base(choice));
            let points: i64 = remaining.map(|(leaf, _)| leaf.points_thousandths).sum();
            if self.leaves.iter().all(is_in_base) { *declared } else { points.min(*declared) }
        };
        program.group_caps_thousandths.iter().enumerate().map(of_group).collect()
    }

    /// Never less than nothing, however much is taken off.
    fn total(&self, program: &Program) -> i64 {
        let mut total = self.groups(program).iter().sum::<i64>();
        for (extra, points) in program.extras.iter().zip(&self.extras) {
            total += if extra.is_penalty { -points } else { *points };
        }
        total.max(0)
    }

    /// What does not apply is met where it counts as full.
    fn met(&self, program: &Program) -> Vec<bool> {
        let is_full = program.not_applicable == NotApplicable::Full;
        let met = |(leaf, choice): (&Leaf, &Choice)| choice.map_or(is_full, |points| points >= leaf.met_at_thousandths);
        program.leaves.iter().zip(&self.leaves).map(met).collect()
    }

    /// The highest class that the unit has what it takes for and that no gate forbids.
    fn class(&self, program: &Program) -> usize {
        let met = self.met(program);
        let forbidden = |class: usize| {
            program.gates.iter().zip(&self.own_rules).any(|(gate, own)| {
                let holds = match gate.test {
                    Test::Leaf(leaf) => met[leaf] || self.leaves[leaf].is_none(),
                    Test::Own(_) => *own >= 1,
                };
                !holds && class > gate.at_most
            })
        };
        let (groups, total) = (self.groups(program), self.total(program));
        let caps = self.caps(program);
        let all = |points: &[i64]| rational_of(points.iter().sum());
        let (all_points, base_points) = (all(&program.group_caps_thousandths), all(&caps));
        let base = self.leaves.iter().filter(|choice| Self::is_in_base(program, **choice)).count();
        if base == 0 {
            return 0;
        }
        // The same share of what remains as of all.
        let count = |count: usize| rational_of(i64::try_from(count).expect("few leaves"));
        let remains = count(base) / count(program.leaves.len());
        let met_count = count(met.iter().filter(|met| **met).count());
        let takes = |class: &Class| {
            let points = rational_of(class.points_thousandths);
            let points = if base_points == all_points { points } else { points * &base_points / &all_points };
            rational_of(total) >= points
                && met_count >= count(class.met) * &remains
                && class.group_share.is_none_or(|share| {
                    let cap_of = |cap: i64| rational(share) * BigRational::from_integer(BigInt::from(cap));
                    let enough =
                        |(points, cap): (&i64, &i64)| BigInt::from(*points) >= cap_of(*cap).ceil().to_integer();
                    groups.iter().zip(&caps).all(enough)
                })
        };
        let mut classes = program.classes.iter().enumerate().map(|(at, class)| (at + 1, class)).rev();
        classes.find(|(at, class)| takes(class) && !forbidden(*at)).map_or(0, |(at, _)| at)
    }
}

fn rational_of(number: i64) -> BigRational {
    BigRational::from_integer(BigInt::from(number))
}
