//! The units of a simulation: a country of provinces, or one province, down to areas and organisations.

use std::collections::BTreeMap;

use dienhinh_domain::{
    ids::UnitId,
    text::{self, Order},
    units::UnitKind,
};
use dienhinh_storage::Tx;
use serde_json::Value;

use super::{
    ORGANISATIONS_IN_PROGRAMME, Scale, SimulateError, names,
    writer::{UNITS, VERSIONS, Writer},
};
use crate::{backup::Progress, sample::ids::Ids, web::problem::Problem};

/// From when on every unit is there.
const VALID_FROM: &str = "2022-01-01";

/// A unit that takes part, and the commune or province that decides on it.
pub(super) struct Member {
    pub(super) unit: UnitId,
    pub(super) kind: UnitKind,
    /// Its number among all units, from which its chances come.
    pub(super) number: u64,
    /// The place of its issuer in [`Country::issuers`].
    pub(super) issuer: usize,
}

/// Who decides on dossiers.
pub(super) struct Issuer {
    pub(super) unit: UnitId,
    pub(super) name: String,
    /// The last number of a decision by year.
    pub(super) numbers: BTreeMap<i16, i64>,
}

/// What of the units is needed for their dossiers, in the order of their issuers.
pub(super) struct Country {
    pub(super) issuers: Vec<Issuer>,
    pub(super) communes: Vec<Member>,
    pub(super) areas: Vec<Member>,
    pub(super) organisations: Vec<Member>,
}

impl Country {
    /// The first province and its first commune.
    pub(super) fn first(&self) -> (UnitId, UnitId) {
        let commune = &self.communes[0];
        (self.issuers[commune.issuer].unit, commune.unit)
    }
}

/// Gives rows to units.
struct Maker<'a> {
    writer: &'a mut Writer,
    scale: Scale,
    ids: &'a mut Ids,
    order: Order,
    made: u64,
}

impl Maker<'_> {
    fn unit(&mut self, kind: UnitKind, number: u32, parent: Option<UnitId>) -> (UnitId, String) {
        let unit = UnitId::new(self.ids.next());
        let name = names::name(kind, number, self.scale.chance(1, self.made));
        self.made += 1;
        let parent = parent.map_or(Value::Null, |parent| parent.to_string().into());
        self.writer.add(UNITS, vec![unit.to_string().into()]);
        let row = vec![
            unit.to_string().into(),
            VALID_FROM.into(),
            Value::Null,
            name.clone().into(),
            text::fold(&name).into(),
            self.order.key(&name).into(),
            kind.code().into(),
            Value::Null,
            parent,
            1.into(),
            Value::Null,
            Value::Null,
            Value::Null,
            Value::Null,
            Value::Null,
        ];
        self.writer.add(VERSIONS, row);
        (unit, name)
    }
}

/// The part of `all` that falls to one of `shares`, as evenly as whole numbers go.
fn share(all: u32, at: u32, shares: u32) -> u32 {
    let until = |at: u32| u64::from(all) * u64::from(at) / u64::from(shares);
    u32::try_from(until(at + 1) - until(at)).unwrap_or(u32::MAX)
}

/// Writes all units.
pub(super) async fn make(
    tx: &mut Tx,
    writer: &mut Writer,
    scale: Scale,
    ids: &mut Ids,
    progress: &mut (dyn FnMut(&Progress<'_>) + Send),
) -> Result<Country, SimulateError> {
    let mut country =
        Country { issuers: Vec::new(), communes: Vec::new(), areas: Vec::new(), organisations: Vec::new() };
    let mut maker = Maker { writer, scale, ids, order: Order::new(), made: 0 };
    let provinces = scale.provinces();
    let top = (provinces > 1).then(|| maker.unit(UnitKind::Country, 1, None).0);
    let mut commune = 0;
    for at in 0..provinces {
        let (province, name) = maker.unit(UnitKind::Province, at + 1, top);
        country.issuers.push(issuer(province, name));
        let of_province = country.issuers.len() - 1;
        for _ in 0..share(scale.communes, at, provinces) {
            fill_commune(tx, &mut maker, &mut country, (province, of_province), commune).await?;
            commune += 1;
            progress(&Progress { what: "communes", done: commune.into(), of: scale.communes.into() });
        }
    }
    Ok(country)
}

fn issuer(unit: UnitId, name: String) -> Issuer {
    Issuer { unit, name, numbers: BTreeMap::new() }
}

/// One commune with all below it.
async fn fill_commune(
    tx: &mut Tx,
    maker: &mut Maker<'_>,
    country: &mut Country,
    (province, of_province): (UnitId, usize),
    at: u32,
) -> Result<(), Problem> {
    let scale = maker.scale;
    let kind = if scale.chance(2, at.into()).is_multiple_of(4) { UnitKind::Ward } else { UnitKind::Commune };
    let (commune, name) = maker.unit(kind, at + 1, Some(province));
    country.communes.push(Member { unit: commune, kind, number: maker.made, issuer: of_province });
    country.issuers.push(issuer(commune, name));
    let issuer = country.issuers.len() - 1;
    for number in 0..share(scale.areas, at, scale.communes) {
        let kind = UnitKind::ResidentialArea;
        let (unit, _) = maker.unit(kind, number + 1, Some(commune));
        country.areas.push(Member { unit, kind, number: maker.made, issuer });
        maker.writer.relieve(tx).await?;
    }
    for number in 0..share(scale.organisations, at, scale.communes) {
        // Mostly enterprises, as in the registers of 2021.
        let chance = scale.chance(3, maker.made);
        let kind = match chance % 100 {
            0..6 => UnitKind::Agency,
            6..8 => UnitKind::School,
            _ => UnitKind::Enterprise,
        };
        let (unit, _) = maker.unit(kind, number + 1, Some(commune));
        if chance / 100 % 100 < ORGANISATIONS_IN_PROGRAMME {
            country.organisations.push(Member { unit, kind, number: maker.made, issuer });
        }
        maker.writer.relieve(tx).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn shares_make_the_whole() {
        for (all, shares) in [(90_000, 3_321), (5, 7), (0, 3), (3_321, 34)] {
            assert_eq!((0..shares).map(|at| share(all, at, shares)).sum::<u32>(), all);
        }
    }
}
