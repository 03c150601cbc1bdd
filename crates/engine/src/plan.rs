//! A criteria set made ready for scoring, and the columns it is scored from.

use std::{borrow::Cow, collections::BTreeMap};

use dienhinh_domain::programmes::{CriteriaSet, Criterion, Formula, From, InputKind, Problem, Quota, Role, Text};

pub use crate::program::VALUE_MAX;
use crate::{
    compile::{self, Place},
    program::Program,
};

/// A compiled criteria set.
#[derive(Debug, Clone)]
pub struct Plan {
    pub(crate) criteria: Vec<Criterion>,
    /// Column of the first input of each criterion; the others follow it.
    pub(crate) first_column: Vec<usize>,
    /// What is run.
    pub(crate) program: Program,
    /// Where each criterion stands in the program.
    pub(crate) places: Vec<Place>,
    /// Criteria that put the title off while they are not met.
    pub(crate) deferrals: Vec<usize>,
    /// Columns that are computed: which, and from what.
    pub(crate) computed: Vec<(usize, Formula)>,
    /// The class from which a unit is recognised.
    pub(crate) recognised_from: usize,
    pub(crate) class_ids: Vec<String>,
    pub(crate) quotas: Vec<Quota>,
    pub(crate) has_points: bool,
    keys: Vec<String>,
    kinds: Vec<InputKind>,
    columns: BTreeMap<String, usize>,
}

impl Plan {
    /// Compiles a set. Refused with every reason when the sums of its points could overflow or a column stands
    /// twice; a set that [`dienhinh_domain::programmes::parse`] gave has neither.
    pub fn compile(set: &CriteriaSet) -> Result<Self, Vec<Problem>> {
        let mut problem = Vec::new();
        let mut complain = |vi: String, en: String| problem.push(Problem { line: None, what: Text { vi, en } });
        let points = set.criteria.iter().try_fold(0i64, |sum, criterion| sum.checked_add(criterion.points_thousandths));
        if points.is_none_or(|sum| sum > VALUE_MAX) {
            complain("tổng điểm quá lớn".to_owned(), "the points add up to too much".to_owned());
        }
        let (mut keys, mut kinds, mut first_column, mut columns) =
            (Vec::new(), Vec::new(), Vec::new(), BTreeMap::new());
        let mut computed = Vec::new();
        for criterion in &set.criteria {
            first_column.push(keys.len());
            for input in &criterion.inputs {
                if columns.insert(input.key.clone(), keys.len()).is_some() {
                    complain(format!("cột {} bị trùng", input.key), format!("the column {} stands twice", input.key));
                }
                if let From::Computed(formula) = &input.from {
                    computed.push((keys.len(), formula.clone()));
                }
                keys.push(input.key.clone());
                kinds.push(input.kind);
            }
        }
        if !problem.is_empty() {
            return Err(problem);
        }
        let (program, places) = compile::program(set, &first_column, keys.len());
        let is_deferral = |at: &usize| set.role(&set.criteria[*at]) == Role::Deferral;
        Ok(Self {
            criteria: set.criteria.clone(),
            program,
            places,
            deferrals: (0..set.criteria.len()).filter(is_deferral).collect(),
            computed,
            recognised_from: set.recognition.class,
            class_ids: set.classes.iter().map(|class| class.id.clone()).collect(),
            has_points: set.has_points(),
            quotas: set.quotas.clone(),
            first_column,
            keys,
            kinds,
            columns,
        })
    }

    /// What is run.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The columns in their order, by key.
    pub fn keys(&self) -> &[String] {
        &self.keys
    }

    /// The criteria in their order.
    pub fn criteria(&self) -> &[Criterion] {
        &self.criteria
    }

    /// The ids of the classes, the lowest first; a set without classes has one.
    pub fn class_ids(&self) -> &[String] {
        &self.class_ids
    }

    /// The class from which a unit is recognised, as its place among the classes from 1.
    pub fn recognised_from(&self) -> usize {
        self.recognised_from
    }

    /// Whether classes are limited by quotas: a unit's class is then decided among the others of its parent.
    pub fn has_quotas(&self) -> bool {
        !self.quotas.is_empty()
    }

    /// The place of a criterion by its id.
    pub fn criterion(&self, id: &str) -> Option<usize> {
        self.criteria.iter().position(|criterion| criterion.id == id)
    }
}

/// A figure that is not taken: it would be an error in the data, and errors block instead of awarding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadValue {
    /// The set has no such column.
    UnknownColumn,
    /// There is no such row.
    UnknownRow,
    /// Counts go from 0 to [`VALUE_MAX`].
    OutOfRange,
    /// A judgement is 1 or 0.
    NotAJudgement,
}

/// Figures in columns: one column for each key of the plan, one row for each unit. A cell without a value has
/// no data.
#[derive(Debug, Clone)]
pub struct Inputs {
    rows: usize,
    columns: Vec<Vec<Option<i64>>>,
}

impl Inputs {
    /// Columns of a plan without any data.
    pub fn empty(plan: &Plan, rows: usize) -> Self {
        Self { rows, columns: vec![vec![None; rows]; plan.keys.len()] }
    }

    /// One unit with the figures given by key; keys the plan does not have are left out.
    ///
    /// # Errors
    /// The first figure that is not taken, with its key.
    pub fn of_one(plan: &Plan, figures: &BTreeMap<String, i64>) -> Result<Self, (String, BadValue)> {
        let mut inputs = Self::empty(plan, 1);
        for (key, value) in figures.iter().filter(|(key, _)| plan.columns.contains_key(*key)) {
            inputs.set(plan, 0, key, Some(*value)).map_err(|bad| (key.clone(), bad))?;
        }
        Ok(inputs)
    }

    /// Writes one cell.
    pub fn set(&mut self, plan: &Plan, row: usize, key: &str, value: Option<i64>) -> Result<(), BadValue> {
        let column = *plan.columns.get(key).ok_or(BadValue::UnknownColumn)?;
        match (plan.kinds[column], value) {
            (InputKind::Judgement, Some(value)) if value != 0 && value != 1 => return Err(BadValue::NotAJudgement),
            (InputKind::Count, Some(value)) if !(0..=VALUE_MAX).contains(&value) => return Err(BadValue::OutOfRange),
            _ => {}
        }
        *self.columns[column].get_mut(row).ok_or(BadValue::UnknownRow)? = value;
        Ok(())
    }

    /// Takes over a row of other inputs of the same plan.
    ///
    /// # Panics
    /// When a row does not exist or the plans have other numbers of columns.
    pub fn copy_row(&mut self, row: usize, from: &Self, from_row: usize) {
        assert_eq!(self.columns.len(), from.columns.len(), "inputs of one plan");
        for (column, other) in self.columns.iter_mut().zip(&from.columns) {
            column[row] = other[from_row];
        }
    }

    /// The same units for another version of the set, and the columns that it asks for and the old one did not have.
    /// A criterion has the figures of the one it replaces, else of its own id; the figures are paired by the rest of
    /// their keys. What stands for several criteria takes over none of their figures: none is the right one.
    pub fn for_version(&self, old: &Plan, new: &Plan) -> (Self, Vec<String>) {
        let claimed: Vec<&String> = new.criteria.iter().flat_map(|criterion| &criterion.replaces).collect();
        let mut inputs = Self::empty(new, self.rows);
        let mut asked = Vec::new();
        for criterion in &new.criteria {
            let stands_for = match &criterion.replaces[..] {
                [] if !claimed.contains(&&criterion.id) => Some(&criterion.id),
                [one] => Some(one),
                _ => None,
            };
            for input in criterion.inputs.iter().filter(|input| !matches!(input.from, From::Computed(_))) {
                let of_key = &input.key[criterion.id.len()..];
                let from = stands_for.and_then(|id| old.columns.get(&format!("{id}{of_key}")));
                let to = new.columns[&input.key];
                match from.filter(|from| old.kinds[**from] == new.kinds[to]) {
                    Some(from) => inputs.columns[to].clone_from(&self.columns[*from]),
                    None => asked.push(input.key.clone()),
                }
            }
        }
        (inputs, asked)
    }

    /// Adds the rows of other inputs of the same plan.
    ///
    /// # Panics
    /// When the plans have other numbers of columns.
    pub fn append(&mut self, other: Self) {
        assert_eq!(self.columns.len(), other.columns.len(), "inputs of one plan");
        self.rows += other.rows;
        for (column, other) in self.columns.iter_mut().zip(other.columns) {
            column.extend(other);
        }
    }

    /// How many units.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The inputs with the computed figures filled in: no data where a figure of the formula has none, and where
    /// the result is no figure, that is below 0 or beyond [`VALUE_MAX`].
    pub(crate) fn completed<'a>(&'a self, plan: &Plan) -> Cow<'a, Self> {
        if plan.computed.is_empty() {
            return Cow::Borrowed(self);
        }
        let mut complete = self.clone();
        for (column, formula) in &plan.computed {
            let value = |row: usize| {
                let mut sum = i128::from(formula.constant);
                for (key, factor) in &formula.terms {
                    let figure = self.columns[*plan.columns.get(key)?][row]?;
                    sum += i128::from(*factor) * i128::from(figure);
                }
                i64::try_from(sum).ok().filter(|value| (0..=VALUE_MAX).contains(value))
            };
            complete.columns[*column] = (0..self.rows).map(value).collect();
        }
        Cow::Owned(complete)
    }

    /// The figures, by column and then by row.
    pub(crate) fn columns(&self) -> &[Vec<Option<i64>>] {
        &self.columns
    }

    /// The figures of one row, in the order of the columns.
    pub(crate) fn row(&self, row: usize) -> Vec<Option<i64>> {
        self.columns.iter().map(|column| column[row]).collect()
    }

    /// The figures of one criterion in one row, in the order of its inputs.
    pub(crate) fn of_criterion(&self, plan: &Plan, criterion: usize, row: usize) -> Vec<Option<i64>> {
        let first = plan.first_column[criterion];
        let count = plan.criteria[criterion].inputs.len();
        self.columns[first..first + count].iter().map(|column| column[row]).collect()
    }
}
