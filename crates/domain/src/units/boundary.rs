//! Where the area of a unit lies: polygons of points in millionths of a degree, longitude and latitude on WGS 84, as GeoJSON
//! has them (RFC 7946).

use super::Level;

/// Longitude and latitude in millionths of a degree.
pub type Point = (i32, i32);

/// Points of a line that ends where it begins.
pub type Ring = Vec<Point>;

/// A ring has so many points, the last being the first.
pub const RING_POINTS_MIN: usize = 4;

/// The area of a unit: polygons, each an outer ring and the rings of its holes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Boundary {
    /// Its polygons.
    pub polygons: Vec<Vec<Ring>>,
}

impl Boundary {
    /// How many points it has.
    pub fn points(&self) -> usize {
        self.polygons.iter().flatten().map(Vec::len).sum()
    }

    /// As it is stored: `lon,lat` with blanks between points, `;` between rings and `|` between polygons.
    pub fn text(&self) -> String {
        let ring = |ring: &Ring| ring.iter().map(|(lon, lat)| format!("{lon},{lat}")).collect::<Vec<_>>().join(" ");
        let polygon = |rings: &Vec<Ring>| rings.iter().map(ring).collect::<Vec<_>>().join(";");
        self.polygons.iter().map(polygon).collect::<Vec<_>>().join("|")
    }

    /// The boundary behind [`Self::text`].
    pub fn read(text: &str) -> Option<Self> {
        let point = |point: &str| {
            let (lon, lat) = point.split_once(',')?;
            Some((lon.parse().ok()?, lat.parse().ok()?))
        };
        let ring = |ring: &str| ring.split(' ').map(point).collect::<Option<Ring>>();
        let polygon = |polygon: &str| polygon.split(';').map(ring).collect::<Option<Vec<Ring>>>();
        let polygons = text.split('|').map(polygon).collect::<Option<_>>()?;
        Some(Self { polygons })
    }

    /// The same with far fewer points: each goes to the nearest point of a grid, and what lies on a straight line or back
    /// and forth goes away. A point that two neighbours share stays one, so no gap opens between them.
    #[must_use]
    pub fn outline(&self, grid: i32) -> Self {
        let polygon = |rings: &Vec<Ring>| {
            let mut rings = rings.iter().map(|ring| coarse(ring, grid));
            let outer = rings.next().flatten()?;
            Some(std::iter::once(outer).chain(rings.flatten()).collect::<Vec<Ring>>())
        };
        let polygons: Vec<Vec<Ring>> = self.polygons.iter().filter_map(polygon).collect();
        if !polygons.is_empty() {
            return Self { polygons };
        }
        // All of it is smaller than the grid.
        let largest = self.polygons.iter().max_by_key(|rings| rings.first().map_or(0, Vec::len));
        Self { polygons: largest.cloned().into_iter().collect() }
    }
}

/// The grid on which units of a level are drawn, in millionths of a degree: a map of all of them shows no finer detail.
pub fn grid(level: Level) -> i32 {
    match level {
        Level::Province => 5_000,
        Level::District => 1_000,
        _ => 500,
    }
}

fn coarse(ring: &Ring, grid: i32) -> Option<Ring> {
    let near = |value: i32| value.saturating_add(grid / 2).div_euclid(grid).saturating_mul(grid);
    let mut kept: Ring = Vec::new();
    for point in ring.iter().map(|(lon, lat)| (near(*lon), near(*lat))) {
        keep(&mut kept, point);
    }
    // The ring is closed: its ends meet on no line either.
    kept.pop_if(|last| ring.first().is_some_and(|(lon, lat)| *last == (near(*lon), near(*lat))));
    while kept.len() > 2 && is_straight(kept[kept.len() - 1], kept[0], kept[1]) {
        kept.remove(0);
    }
    let first = *kept.first()?;
    keep(&mut kept, first);
    if kept.last() != Some(&first) {
        kept.push(first);
    }
    (kept.len() >= RING_POINTS_MIN).then_some(kept)
}

/// Adds a point to a line, taking away those that say nothing any more.
fn keep(line: &mut Ring, point: Point) {
    while let [.., before, last] = line[..]
        && is_straight(before, last, point)
    {
        line.pop();
    }
    if line.last() != Some(&point) {
        line.push(point);
    }
}

/// Whether three points lie on one line.
fn is_straight(one: Point, two: Point, three: Point) -> bool {
    let across = |from: Point, to: Point| (i64::from(to.0) - i64::from(from.0), i64::from(to.1) - i64::from(from.1));
    let ((x, y), (next_x, next_y)) = (across(one, two), across(two, three));
    x * next_y == y * next_x
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(from: i32, to: i32) -> Ring {
        vec![(from, from), (to, from), (to, to), (from, to), (from, from)]
    }

    #[test]
    fn what_is_stored_is_read_again() {
        let island = vec![vec![(-5, 90_000_000), (180_000_000, 0), (7, -3), (-5, 90_000_000)]];
        let boundary = Boundary { polygons: vec![vec![square(0, 1_000), square(200, 400)], island] };
        assert_eq!(Boundary::read(&boundary.text()), Some(boundary.clone()));
        assert_eq!(boundary.points(), 14);
        for broken in ["", "1", "1,2,3", "1,x", "1,2 ;3,4", "99999999999,1"] {
            assert_eq!(Boundary::read(broken), None, "{broken}");
        }
    }

    #[test]
    fn an_outline_has_no_point_that_says_nothing() {
        let ring =
            vec![(0, 0), (501, 4), (1_000, 0), (1_498, 3), (2_000, 2), (2_000, 2_001), (2_000, 2_900), (2_003, 1_999)];
        let ring = [ring, vec![(1, 2_000), (0, 1_000), (0, 0)]].concat();
        let hole = square(760, 900);
        let outline = Boundary { polygons: vec![vec![ring, hole]] }.outline(500);
        assert_eq!(outline.polygons, [vec![square(0, 2_000)]], "the spike and the small hole are gone");
    }

    #[test]
    fn neighbours_keep_the_line_that_they_share() {
        let shared = [(10_000, 0), (10_260, 2_600), (9_770, 5_100), (10_100, 7_300), (10_000, 10_000)];
        let west = [vec![(0, 0)], shared.to_vec(), vec![(0, 10_000), (0, 0)]].concat();
        let mut back = shared.to_vec();
        back.reverse();
        let east = [vec![(20_000, 0), (20_000, 10_000)], back, vec![(20_000, 0)]].concat();
        let [west, east] = [west, east].map(|ring| Boundary { polygons: vec![vec![ring]] }.outline(500));
        let on_line = |boundary: &Boundary| {
            let points = boundary.polygons[0][0].iter().filter(|(lon, _)| (9_000..=11_000).contains(lon));
            points.copied().collect::<std::collections::BTreeSet<_>>()
        };
        assert_eq!(on_line(&west), on_line(&east));
        assert_eq!(on_line(&west), [(10_000, 0), (10_000, 5_000), (10_000, 10_000), (10_500, 2_500)].into());
    }

    #[test]
    fn what_is_smaller_than_the_grid_is_still_there() {
        let islet = Boundary { polygons: vec![vec![square(100, 200)]] };
        assert_eq!(islet.outline(5_000), islet);
        assert_eq!(Boundary::default().outline(500), Boundary::default());
    }
}
