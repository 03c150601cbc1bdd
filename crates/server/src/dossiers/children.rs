//! Figures that a criterion takes from results the product has, so that nobody retypes them: of the units below,
//! and of the unit itself in another programme.

use std::collections::BTreeMap;

use dienhinh_domain::{
    cycles::Cycle,
    dossiers::State,
    programmes::CriteriaSet,
    units::{UnitAsOf, UnitKind},
};
use dienhinh_storage::{Tx, cycles, dossiers, units};

use crate::web::problem::Outcome;

/// The derived inputs of a set for one unit, by key. Empty for sets that derive nothing.
pub(crate) async fn figures(
    tx: &mut Tx,
    unit: &UnitAsOf,
    cycle: &Cycle,
    set: &CriteriaSet,
) -> Outcome<BTreeMap<String, i64>> {
    let mut figures = BTreeMap::new();
    for criterion in &set.criteria {
        if let (Some(programme), Some(input)) = (&criterion.other_programme, criterion.inputs.first()) {
            let result = own_result(tx, unit, programme, cycle.year).await?;
            figures.extend(result.map(|recognised| (input.key.clone(), i64::from(recognised))));
        }
        let Some(reads) = &criterion.children else { continue };
        let children = units::children(tx, unit.id(), unit.as_of).await?;
        let below = |kind: UnitKind| children.iter().filter(|child| child.kind == kind).count();
        let states = dossiers::states_below(tx, unit.id(), &reads.programme, cycle.year, unit.as_of).await?;
        let states: Vec<_> =
            states.into_iter().filter_map(|(kind, state)| Some((UnitKind::from_code(&kind)?, state))).collect();
        let found = reads.figures(below, &states);
        let values = found.iter().flat_map(|of| [Some(of.total), Some(of.registered), of.recognised]);
        // The figures of the rule stand first, in this order.
        let keys = criterion.inputs.iter().map(|input| input.key.clone());
        figures.extend(keys.zip(values).filter_map(|(key, value)| Some((key, value?))));
    }
    Ok(figures)
}

/// Whether the unit itself was recognised in a programme and year; none before that is decided.
async fn own_result(tx: &mut Tx, unit: &UnitAsOf, programme: &str, year: i16) -> Outcome<Option<bool>> {
    for dossier in dossiers::of_unit(tx, unit.id()).await? {
        let cycle = cycles::get(tx, dossier.cycle).await?;
        if cycle.is_some_and(|cycle| cycle.programme == programme && cycle.year == year) {
            return Ok(dossier.state.is_decided().then_some(dossier.state == State::Recognised));
        }
    }
    Ok(None)
}
