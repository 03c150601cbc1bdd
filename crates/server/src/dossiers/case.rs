//! A dossier with everything that bears on it, and how it scores in each column.

use std::{collections::BTreeMap, sync::Arc};

use dienhinh_domain::{
    appeals::{Appeal, State as Appeals},
    audit::sha256,
    cycles::Cycle,
    dossiers::{Answer, Dossier, Mark, Return, Row, Stage, Standing, State, open_return},
    evidence::Evidence,
    ids::DossierId,
    plans::{Plan, of_criterion},
    programmes::{Criterion, EvidenceRule, From, Role},
    units::UnitAsOf,
};
use dienhinh_engine::{Explanation, Inputs, Outcome as Score, Totals, explain, score};
use dienhinh_storage::{Tx, appeals, cycles, dossiers, evidence, plans, units};
use jiff::civil::Date;

use super::{children, snapshot};
use crate::{
    app::{App, LoadedSet},
    web::problem::{Outcome, Problem},
};

/// How many dossiers are read at once.
const AT_ONCE: usize = 100;

/// A dossier under its cycle's rules.
pub(crate) struct Case {
    pub(crate) dossier: Dossier,
    /// The unit as it was at the end of the days assessed.
    pub(crate) unit: UnitAsOf,
    pub(crate) cycle: Cycle,
    pub(crate) loaded: Arc<LoadedSet>,
    pub(crate) answers: dossiers::Answers,
    pub(crate) returns: Vec<Return>,
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) plans: Vec<Plan>,
    /// The earliest first.
    pub(crate) appeals: Vec<Appeal>,
    /// Figures that the product takes from the results of child units, by input key.
    pub(crate) derived: BTreeMap<String, i64>,
}

/// How a case scores in one column.
pub(crate) struct Results {
    /// The figures as the engine took them.
    pub(crate) inputs: Inputs,
    /// Outcome of each criterion, in the order of the set.
    pub(crate) outcomes: Vec<Score>,
    /// Points of each criterion, in thousandths and in the order of the set; those of a penalty are less than none.
    pub(crate) points_thousandths: Vec<i64>,
    /// The totals.
    pub(crate) totals: Totals,
}

/// What belongs to each dossier, in the order in which it came.
fn sorted<T>(found: Vec<T>, of: impl Fn(&T) -> DossierId) -> BTreeMap<DossierId, Vec<T>> {
    let mut sorted: BTreeMap<DossierId, Vec<T>> = BTreeMap::new();
    for one in found {
        sorted.entry(of(&one)).or_default().push(one);
    }
    sorted
}

/// Whether a dossier can have appeals at all: only what a decision withheld is appealed against, and what was opened again
/// is in a later round.
fn has_appeals(dossier: &Dossier) -> bool {
    matches!(dossier.state, State::NotRecognised | State::Appealed) || dossier.round > 1
}

impl Case {
    /// Reads a dossier with everything around it. Missing: no such dossier.
    pub(crate) async fn load(app: &App, tx: &mut Tx, id: DossierId) -> Outcome<Self> {
        let dossier = dossiers::get(tx, id).await?.ok_or(Problem::Missing("dossier"))?;
        Self::of(app, tx, dossier).await
    }

    /// [`Self::load`] for a dossier that was read already.
    pub(crate) async fn of(app: &App, tx: &mut Tx, dossier: Dossier) -> Outcome<Self> {
        Self::many(app, tx, vec![dossier]).await?.pop().ok_or(Problem::Missing("dossier"))
    }

    /// [`Self::load`] for several, in their order.
    pub(crate) async fn listed(app: &App, tx: &mut Tx, ids: Vec<DossierId>) -> Outcome<Vec<Self>> {
        let mut found = dossiers::some(tx, ids.iter().copied()).await?;
        let taken = |id: &DossierId| found.remove(id).ok_or(Problem::Missing("dossier"));
        let found = ids.iter().map(taken).collect::<Outcome<_>>()?;
        Self::many(app, tx, found).await
    }

    /// [`Self::listed`], each as it was judged under a hash where it has been opened again since.
    pub(crate) async fn as_judged(app: &App, tx: &mut Tx, wanted: Vec<(DossierId, String)>) -> Outcome<Vec<Self>> {
        let mut cases = Self::listed(app, tx, wanted.iter().map(|(id, _)| *id).collect()).await?;
        let in_later_rounds = cases.iter().map(|case| &case.dossier).filter(|dossier| dossier.round > 1);
        let kept = dossiers::judged(tx, in_later_rounds.map(|dossier| dossier.id)).await?;
        for (case, wanted) in cases.iter_mut().zip(wanted) {
            if let Some(judged) = kept.get(&wanted) {
                snapshot::put_back(case, judged)?;
            }
        }
        Ok(cases)
    }

    /// [`Self::of`] for several, in their order: a hundred with as few statements as one.
    pub(crate) async fn many(app: &App, tx: &mut Tx, mut dossiers: Vec<Dossier>) -> Outcome<Vec<Self>> {
        let mut cases = Vec::with_capacity(dossiers.len());
        while !dossiers.is_empty() {
            let some = dossiers.drain(..dossiers.len().min(AT_ONCE)).collect();
            cases.extend(Self::some(app, tx, some).await?);
        }
        Ok(cases)
    }

    async fn some(app: &App, tx: &mut Tx, dossiers: Vec<Dossier>) -> Outcome<Vec<Self>> {
        let ids = || dossiers.iter().map(|dossier| dossier.id);
        let mut answers = dossiers::answers_by_dossier(tx, ids()).await?;
        let mut returns = dossiers::returns_by_dossier(tx, ids()).await?;
        let mut evidence = sorted(evidence::of_dossiers(tx, ids()).await?, |proof| proof.dossier);
        let mut plans = sorted(plans::of_dossiers(tx, ids()).await?, |plan| plan.dossier);
        let mut appeals =
            appeals::of_dossiers(tx, dossiers.iter().filter(|one| has_appeals(one)).map(|one| one.id)).await?;
        let handed_in = dossiers.iter().filter(|dossier| dossier.state.is_handed_in());
        let frozen = dossiers::frozen(tx, handed_in.map(|dossier| dossier.id)).await?;
        let cycles: BTreeMap<_, _> = cycles::all(tx).await?.into_iter().map(|cycle| (cycle.id, cycle)).collect();
        let cycle_of = |dossier: &Dossier| cycles.get(&dossier.cycle).cloned().ok_or(Problem::Missing("cycle"));
        let mut wanted = Vec::new();
        for dossier in &dossiers {
            wanted.push((cycle_of(dossier)?.last_day(), dossier.unit));
        }
        let units = units::as_of(tx, wanted.into_iter()).await?;
        let mut cases = Vec::new();
        for dossier in dossiers {
            let (id, cycle) = (dossier.id, cycle_of(&dossier)?);
            let unit = units.get(&(cycle.last_day(), dossier.unit)).cloned().ok_or(Problem::Missing("unit"))?;
            let loaded = Arc::clone(app.set_of(&cycle));
            let mut case = Self {
                answers: answers.remove(&id).unwrap_or_default(),
                returns: returns.remove(&id).unwrap_or_default(),
                evidence: evidence.remove(&id).unwrap_or_default(),
                plans: plans.remove(&id).unwrap_or_default(),
                appeals: appeals.remove(&id).unwrap_or_default(),
                derived: match frozen.get(&id) {
                    Some(content) => snapshot::figures(id, content)?,
                    None => children::figures(tx, &unit, &cycle, &loaded.set).await?,
                },
                dossier,
                unit,
                cycle,
                loaded,
            };
            if case.is_open_again() && !case.dossier.state.is_handed_in() {
                case.keep_judged_figures(tx).await?;
            }
            cases.push(case);
        }
        Ok(cases)
    }

    /// An appeal opens some rows: in the others the figures of child units stay as they were when they were judged.
    async fn keep_judged_figures(&mut self, tx: &mut Tx) -> Outcome<()> {
        let Some((_, content)) = dossiers::snapshot(tx, self.dossier.id, self.dossier.round - 1).await? else {
            return Ok(());
        };
        let mut judged = snapshot::figures(self.dossier.id, &content)?;
        let closed = |criterion: &&Criterion| self.open_return(&criterion.id).is_none();
        let inputs = self.loaded.set.criteria.iter().filter(closed).flat_map(|criterion| &criterion.inputs);
        let keys = inputs.filter(|input| input.from == From::Derived).map(|input| input.key.clone());
        for key in keys.collect::<Vec<_>>() {
            match judged.remove(&key) {
                Some(value) => self.derived.insert(key, value),
                None => self.derived.remove(&key),
            };
        }
        Ok(())
    }

    /// Reads again what an action on the dossier may have written.
    pub(super) async fn read_again(&mut self, tx: &mut Tx) -> Outcome<()> {
        let id = self.dossier.id;
        self.dossier = dossiers::get(tx, id).await?.ok_or(Problem::Missing("dossier"))?;
        self.answers = dossiers::answers(tx, id).await?;
        self.returns = dossiers::returns(tx, id).await?;
        self.evidence = evidence::of_dossier(tx, id).await?;
        self.plans = plans::of_dossier(tx, id).await?;
        self.appeals = appeals::of_dossier(tx, id).await?;
        Ok(())
    }

    /// A criterion of the set by its id.
    pub(crate) fn criterion(&self, id: &str) -> Outcome<&Criterion> {
        self.loaded.set.criterion(id).ok_or(Problem::Missing("criterion"))
    }

    /// What stands in one column of one row.
    pub(crate) fn answer(&self, criterion: &str, stage: Stage) -> Option<&Answer> {
        self.answers.get(&(criterion.to_owned(), stage))
    }

    /// The figures of one column. Derived ones belong to the unit's own column; the others have them where
    /// somebody looked at the row.
    fn figures(&self, stage: Stage) -> BTreeMap<String, i64> {
        let mut figures = BTreeMap::new();
        for criterion in &self.loaded.set.criteria {
            let answer = self.answer(&criterion.id, stage);
            if answer.is_some() || stage == Stage::SelfAssessed {
                for input in criterion.inputs.iter().filter(|input| input.from == From::Derived) {
                    figures.extend(self.derived.get(&input.key).map(|value| (input.key.clone(), *value)));
                }
            }
            if let Some(answer) = answer {
                figures.extend(answer.inputs.iter().map(|(key, value)| (key.clone(), *value)));
            }
        }
        figures
    }

    /// What the dossier adds to the figures of its areas once it stands in a state; none unless it is handed in. The
    /// council adopts the appraisers' column as it is.
    pub(crate) fn standing(&self, state: State) -> Outcome<Option<Standing>> {
        self.standing_with(state, None)
    }

    /// [`standing`](Self::standing) with a plan for one criterion more.
    pub(crate) fn standing_with(&self, state: State, planned: Option<&str>) -> Outcome<Option<Standing>> {
        let stage = match state {
            State::Submitted => Stage::SelfAssessed,
            State::Appraised | State::Recognised | State::NotRecognised | State::Appealed | State::Revoked => {
                Stage::Appraised
            }
            State::Invited | State::InProgress | State::Returned | State::Presented => return Ok(None),
        };
        let results = self.results(stage)?;
        let mark = |(criterion, outcome): (&Criterion, &Score)| match outcome.as_met() {
            None => Mark::NoData,
            Some(true) => Mark::Met,
            Some(false) if self.plan_of(&criterion.id).is_some() || planned == Some(&criterion.id) => Mark::Planned,
            Some(false) => Mark::Unmet,
        };
        let marks = self.loaded.set.criteria.iter().zip(&results.outcomes).map(mark).collect();
        Ok(Some(Standing { marks, fulfils: results.totals.recognised == Some(true) }))
    }

    /// Scores one column. An unusable stored figure is a failure: it blocks and never awards.
    pub(crate) fn results(&self, stage: Stage) -> Outcome<Results> {
        let plan = &self.loaded.plan;
        let inputs = Inputs::of_one(plan, &self.figures(stage))
            .map_err(|(key, bad)| Problem::Failed(format!("dossier {}: {key} is {bad:?}", self.dossier.id)))?;
        let scores = score(plan, &inputs);
        let outcomes = scores.outcomes.iter().map(|column| column[0]).collect();
        let points_thousandths = scores.points_thousandths.iter().map(|column| column[0]).collect();
        Ok(Results { inputs, outcomes, points_thousandths, totals: scores.totals[0] })
    }

    /// Points of each group in one column, and the most it can have, in thousandths. The counted ones, with bonus and
    /// penalty, make the total; a penalty has no most.
    pub(crate) fn groups_thousandths(&self, results: &Results) -> Vec<(i64, i64)> {
        let set = &self.loaded.set;
        let together = |group: usize| {
            let rows = set.criteria.iter().zip(&results.points_thousandths);
            rows.filter(|(criterion, _)| criterion.group == group).map(|(_, points)| points).sum()
        };
        let counted = explain::groups(&self.loaded.plan, &results.inputs, 0);
        let of_role = |(at, counted): (usize, (i64, i64))| match set.groups[at].role {
            Role::Counted => counted,
            Role::Bonus => (together(at), set.group_points_thousandths(at)),
            Role::Penalty | Role::Condition | Role::Deferral => (together(at), 0),
        };
        counted.into_iter().enumerate().map(of_role).collect()
    }

    /// The totals of one column.
    pub(crate) fn scores(&self, stage: Stage) -> Outcome<Totals> {
        Ok(self.results(stage)?.totals)
    }

    /// Whether a criterion is met in one column; none without data.
    pub(crate) fn met(&self, criterion: &str, stage: Stage) -> Outcome<Option<bool>> {
        self.criterion(criterion)?;
        let at = self.loaded.plan.criterion(criterion).ok_or(Problem::Missing("criterion"))?;
        Ok(self.results(stage)?.outcomes[at].as_met())
    }

    /// Whether the rules of recognition are met in one column; none while data could still decide it.
    pub(crate) fn rules_met(&self, stage: Stage) -> Outcome<Option<bool>> {
        Ok(self.scores(stage)?.recognised)
    }

    /// Why one criterion (by its place) came out as it did.
    pub(crate) fn explanation(&self, results: &Results, at: usize) -> Explanation {
        explain(&self.loaded.plan, &results.inputs, at, 0)
    }

    /// The column that counts now.
    pub(crate) fn stage_in_force(&self) -> Stage {
        self.dossier.state.stage_in_force()
    }

    /// Whether a column may be shown to a reader: a column under work is its authors' until they hand it over.
    pub(crate) fn shows(&self, stage: Stage) -> bool {
        match stage {
            Stage::SelfAssessed => true,
            Stage::Appraised => {
                self.dossier.state == State::Appraised || self.dossier.state.is_decided() || self.dossier.round > 1
            }
            Stage::Council => self.dossier.state.is_decided(),
        }
    }

    /// By when whoever has it is to be done: the unit with its sheet, the body that decided with its answer to an appeal.
    /// None in a round that an appeal opened: no rule gives it a term.
    pub(crate) fn due_on(&self) -> Option<Date> {
        match self.appeals.last() {
            Some(appeal) if appeal.state == Appeals::Waiting => Some(appeal.due_on()),
            Some(_) if self.is_open_again() => None,
            _ => Some(self.cycle.due_on),
        }
    }

    /// Whether an appeal has opened it, and it is not decided anew.
    fn is_open_again(&self) -> bool {
        let reopened = self.appeals.last().is_some_and(|appeal| appeal.state == Appeals::Reopened);
        reopened && !self.dossier.state.is_decided()
    }

    /// The reason with which a row came back in this round.
    pub(crate) fn open_return(&self, criterion: &str) -> Option<&Return> {
        open_return(&self.returns, criterion, self.dossier.round)
    }

    /// The mark for return that the appraisers have put on a row and not sent yet.
    pub(crate) fn marked_return(&self, criterion: &str) -> Option<&Return> {
        open_return(&self.returns, criterion, self.dossier.round + 1)
    }

    /// The proofs of one criterion.
    pub(crate) fn evidence_of<'a>(&'a self, criterion: &'a str) -> impl Iterator<Item = &'a Evidence> {
        self.evidence.iter().filter(move |proof| proof.criterion == criterion)
    }

    /// The plan for one criterion.
    pub(crate) fn plan_of(&self, criterion: &str) -> Option<&Plan> {
        of_criterion(&self.plans, criterion)
    }

    /// What each row has and lacks, as the rules of submission see it.
    pub(crate) fn rows(&self) -> Outcome<Vec<Row>> {
        let results = self.results(Stage::SelfAssessed)?;
        let row = |(criterion, outcome): (&Criterion, &Score)| Row {
            criterion: criterion.id.clone(),
            met: outcome.as_met(),
            derived: criterion.is_derived(),
            evidence_required: criterion.proof == EvidenceRule::Required,
            has_evidence: self.evidence_of(&criterion.id).next().is_some(),
            has_note: self.answer(&criterion.id, Stage::SelfAssessed).is_some_and(|answer| !answer.note.is_empty()),
            has_plan: self.plan_of(&criterion.id).is_some(),
            awaits_reply: self.open_return(&criterion.id).is_some_and(|back| back.reply.is_empty()),
        };
        Ok(self.loaded.set.criteria.iter().zip(&results.outcomes).map(row).collect())
    }

    /// Whether the appraisers have said something to a row in this round.
    pub(crate) fn is_seen(&self, criterion: &str) -> bool {
        self.answer(criterion, Stage::Appraised).is_some() || self.marked_return(criterion).is_some()
    }

    /// Rows that the appraisers have said nothing to.
    pub(crate) fn unseen_rows(&self) -> usize {
        self.loaded.set.criteria.iter().filter(|criterion| !self.is_seen(&criterion.id)).count()
    }

    /// SHA-256 of [`judged`](Self::judged).
    pub(crate) fn judged_sha256(&self) -> String {
        sha256(self.judged().as_bytes())
    }

    /// What is judged: the frozen dossier together with the appraisers' column, as canonical text.
    pub(crate) fn judged(&self) -> String {
        snapshot::judged(self)
    }
}
