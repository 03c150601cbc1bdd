//! A map of units in their outlines, drawn by the browser from whole numbers.

use dienhinh_domain::{
    ids::UnitId,
    units::boundary::{Point, Ring},
};
use dienhinh_storage::units::boundaries::Outlined;

/// The longer side of a map, in its own units.
const SIDE: f64 = 1_000.0;

/// What is kept free around it.
const MARGIN: f64 = 4.0;

/// Units beside each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MapView {
    /// Width and height.
    pub(crate) size: (i32, i32),
    /// The units.
    pub(crate) areas: Vec<AreaView>,
}

/// A unit on a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AreaView {
    /// Where it leads.
    pub(crate) href: String,
    /// Its name.
    pub(crate) name: String,
    /// Its outline as SVG has paths.
    pub(crate) path: String,
    /// It is the unit of the page.
    pub(crate) is_here: bool,
}

impl MapView {
    /// Draws units; none where there is nothing to draw.
    pub(crate) fn of(units: &[Outlined], here: UnitId, href: impl Fn(UnitId) -> String) -> Option<Self> {
        let points = || units.iter().flat_map(|unit| unit.outline.polygons.iter().flatten().flatten());
        let (west, east) = (points().map(|point| point.0).min()?, points().map(|point| point.0).max()?);
        let (south, north) = (points().map(|point| point.1).min()?, points().map(|point| point.1).max()?);
        // A degree of longitude is shorter than one of latitude by the cosine of the latitude.
        let middle = f64::midpoint(f64::from(north), f64::from(south)) / 1_000_000.0;
        let narrowing = middle.to_radians().cos();
        let (width, height) = (f64::from(east - west) * narrowing, f64::from(north - south));
        let scale = SIDE / width.max(height).max(1.0);
        let drawn = |(lon, lat): Point| {
            let x = f64::from(lon - west) * narrowing * scale;
            (rounded(x + MARGIN), rounded(f64::from(north - lat) * scale + MARGIN))
        };
        let area = |unit: &Outlined| AreaView {
            href: href(unit.unit),
            name: unit.name.clone(),
            path: unit.outline.polygons.iter().flatten().map(|ring| path(ring, drawn)).collect(),
            is_here: unit.unit == here,
        };
        let side = |length: f64| rounded(length * scale + 2.0 * MARGIN);
        Some(Self { size: (side(width), side(height)), areas: units.iter().map(area).collect() })
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a map has about a thousand units on each side")]
fn rounded(length: f64) -> i32 {
    length.round() as i32
}

/// A ring as a closed path: where it begins, then each step.
fn path(ring: &Ring, drawn: impl Fn(Point) -> (i32, i32)) -> String {
    let mut points: Vec<(i32, i32)> = ring.iter().map(|point| drawn(*point)).collect();
    points.dedup();
    let Some(first) = points.first() else { return String::new() };
    let steps = points.windows(2).filter_map(|pair| match pair {
        [from, to] => Some(format!("{} {}", to.0 - from.0, to.1 - from.1)),
        _ => None,
    });
    format!("M{} {}l{}z", first.0, first.1, steps.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use dienhinh_domain::units::boundary::Boundary;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_map_has_north_above_and_degrees_as_long_as_they_are() {
        let unit = |number: u128, west: i32| Outlined {
            unit: UnitId::new(Uuid::from_u128(number)),
            parent: UnitId::new(Uuid::from_u128(9)),
            name: format!("Xã {number}"),
            outline: Boundary {
                polygons: vec![vec![vec![
                    (west, 60_000_000),
                    (west + 2_000_000, 60_000_000),
                    (west + 2_000_000, 61_000_000),
                    (west, 60_000_000),
                ]]],
            },
        };
        let units = [unit(1, 105_000_000), unit(2, 107_000_000)];
        let map = MapView::of(&units, units[1].unit, |unit| format!("/units/{unit}")).expect("a map");
        // At 60.5 degrees four degrees of longitude are as long as 1.97 of latitude.
        assert_eq!(map.size, (1_008, 516));
        assert_eq!(map.areas[0].path, "M4 512l500 0 0 -508 -500 508z");
        assert_eq!(map.areas.iter().map(|area| area.is_here).collect::<Vec<_>>(), [false, true]);
        assert_eq!(MapView::of(&[], units[0].unit, |_| String::new()), None);
    }
}
