//! Figures that a criterion takes from the results of the units below, so that nobody retypes them.

use std::collections::BTreeMap;

use dienhinh_domain::{
    cycles::Cycle,
    programmes::CriteriaSet,
    units::{UnitAsOf, UnitKind},
};
use dienhinh_storage::{Tx, dossiers, units};

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
        let Some(reads) = &criterion.children else { continue };
        let below = units::children(tx, unit.id(), unit.as_of).await?;
        let below = below.iter().filter(|child| reads.kinds.contains(&child.kind)).count();
        let states = dossiers::states_below(tx, unit.id(), &reads.programme, cycle.year, unit.as_of).await?;
        let states: Vec<_> =
            states.into_iter().filter_map(|(kind, state)| Some((UnitKind::from_code(&kind)?, state))).collect();
        let (total, registered, recognised) = reads.figures(below, &states);
        let values = [Some(total), Some(registered), recognised];
        let keys = criterion.inputs.iter().map(|input| input.key.clone());
        figures.extend(keys.zip(values).filter_map(|(key, value)| Some((key, value?))));
    }
    Ok(figures)
}
