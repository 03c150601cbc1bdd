//! Boundaries of units, by the operator: from GeoJSON (RFC 7946) and TopoJSON 1.0, and out as GeoJSON.

use std::{collections::BTreeMap, io, sync::Arc};

use dienhinh_domain::{
    access::Action,
    audit::{Change, sha256},
    programmes::Text,
    units::{
        UnitKind,
        boundary::{Boundary, Point, RING_POINTS_MIN, Ring, grid},
    },
};
use dienhinh_storage::{
    Db, Failure,
    units::boundaries::{self as stored, OfVersion},
};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

pub use dienhinh_storage::units::boundaries::Bounded;

use super::operator::{ListError, day};
use crate::{
    access::actions::{DoneByOperator, conclude_for_operator},
    app::SystemClock,
    start::{Installation, StartError},
};

/// No file is larger, in bytes.
pub const BOUNDARY_FILE_BYTES_MAX: usize = 64 << 20;

/// No file has more points.
const POINTS_MAX: usize = 4_000_000;

/// Millionths of a degree in one.
const MICRO: f64 = 1_000_000.0;

/// What is wrong with a feature of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongBoundary {
    /// Which one, from 1; 0 for the file as a whole.
    pub feature: usize,
    /// What is wrong, and what to do.
    pub what: Text,
}

impl WrongBoundary {
    fn of(feature: usize, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self { feature, what: Text { vi: vi.into(), en: en.into() } }
    }
}

/// What came in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BoundariesTaken {
    /// Boundaries that were not there, or were others.
    pub written: usize,
    /// Those that are there already.
    pub unchanged: usize,
}

/// Why nothing came in.
#[derive(Debug, thiserror::Error)]
pub enum BoundaryError {
    /// Everything that is wrong in the file.
    #[error("tệp ranh giới không được nhận / the file of boundaries is not taken")]
    Wrong(Vec<WrongBoundary>),
    /// The place cannot be used.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The database does not do it.
    #[error(transparent)]
    Failed(#[from] Failure),
}

/// Takes the boundaries of a file in, all of them or nothing: each for the version of its unit that holds on a day. Its unit
/// is found by its code, which a feature has as its `id` or as a property called `key`.
pub async fn take_boundaries(
    installation: &Installation,
    file: &[u8],
    (key, on): (&str, Date),
) -> Result<BoundariesTaken, BoundaryError> {
    let features = features(file, key).map_err(BoundaryError::Wrong)?;
    let db = installation.open_database().await?;
    let taken = take(installation, &db, file, features, on).await;
    db.close().await;
    taken
}

async fn take(
    installation: &Installation,
    db: &Db,
    file: &[u8],
    features: Vec<Feature>,
    on: Date,
) -> Result<BoundariesTaken, BoundaryError> {
    let (keys, at) = installation.signing_now(db, Arc::new(SystemClock)).await?;
    let mut tx = db.write_long().await?;
    let codes: Vec<String> = features.iter().map(|feature| feature.code.clone()).collect();
    let found = stored::bearers(&mut tx, codes.into_iter(), on).await?;
    let placed = placed(&features, found, on).map_err(BoundaryError::Wrong)?;
    let mut taken = BoundariesTaken::default();
    for (feature, (version, kind)) in features.iter().zip(placed) {
        let outline = feature.boundary.outline(grid(kind.level()));
        if stored::save(&mut tx, version, &feature.boundary, &outline).await? {
            taken.written += 1;
        } else {
            taken.unchanged += 1;
        }
    }
    if taken.written == 0 {
        return Ok(taken);
    }
    let detail = json!({
        "as_of": on.to_string(),
        "file_sha256": sha256(file),
        "written": taken.written,
        "unchanged": taken.unchanged,
    });
    let (action, change) = (Action::UnitsBoundaries, Change::salted("", None, None));
    let done = DoneByOperator { at, action, subject: "boundaries".to_owned(), detail: &detail, change };
    conclude_for_operator(tx, &keys.signing, done).await?;
    Ok(taken)
}

/// For each feature the version of the unit that it means.
fn placed(
    features: &[Feature],
    found: Vec<(String, OfVersion, String)>,
    on: Date,
) -> Result<Vec<(OfVersion, UnitKind)>, Vec<WrongBoundary>> {
    let mut by_code: BTreeMap<String, Vec<(OfVersion, UnitKind)>> = BTreeMap::new();
    for (code, version, kind) in found {
        if let Some(kind) = UnitKind::from_code(&kind) {
            by_code.entry(code).or_default().push((version, kind));
        }
    }
    let (mut placed, mut wrong, mut firsts) = (Vec::new(), Vec::new(), BTreeMap::new());
    for (at, feature) in (1..).zip(features) {
        let code = &feature.code;
        match by_code.get(code).map(Vec::as_slice) {
            Some([one]) => match firsts.insert(one.0, at) {
                None => placed.push(*one),
                Some(first) => {
                    let vi = format!("mã {code} đã có ở đối tượng {first}; giữ một");
                    wrong.push(WrongBoundary::of(at, vi, format!("the code {code} stands at feature {first} already")));
                }
            },
            Some([_, ..]) => {
                let vi = format!("mã {code} có ở nhiều đơn vị vào ngày {on}");
                wrong.push(WrongBoundary::of(at, vi, format!("several units have the code {code} on {on}")));
            }
            _ => {
                let vi = format!("không có đơn vị nào mang mã “{code}” vào ngày {on}; xem lại --as-of và --key");
                let en = format!("no unit has the code “{code}” on {on}; look at --as-of and --key");
                wrong.push(WrongBoundary::of(at, vi, en));
            }
        }
    }
    if wrong.is_empty() { Ok(placed) } else { Err(wrong) }
}

/// Gives the boundaries that are known of a day, or of today, one at a time, by code.
pub async fn boundaries(
    installation: &Installation,
    as_of: Option<Date>,
    mut each: impl FnMut(&Bounded) -> io::Result<()>,
) -> Result<(), ListError> {
    let db = installation.open_database().await?;
    let listed = async {
        let as_of = day(installation, &db, as_of).await?;
        let failed = |failure| installation.failed(failure);
        let mut tx = db.snapshot().await.map_err(failed)?;
        let mut list = stored::list(&mut tx, as_of);
        while let Some(bounded) = list.next().await.map_err(failed)? {
            each(&bounded)?;
        }
        Ok(())
    }
    .await;
    db.close().await;
    listed
}

/// A unit with its boundary as a feature of GeoJSON.
pub fn boundary_feature(bounded: &Bounded) -> Value {
    json!({
        "type": "Feature",
        "id": bounded.code,
        "properties": {
            "unit": bounded.unit.to_string(),
            "code": bounded.code,
            "name": bounded.name,
            "kind": bounded.kind,
            "valid_from": bounded.valid_from.to_string(),
        },
        "geometry": geometry(&bounded.boundary),
    })
}

fn geometry(boundary: &Boundary) -> Value {
    let point = |(lon, lat): &Point| json!([f64::from(*lon) / MICRO, f64::from(*lat) / MICRO]);
    let ring = |ring: &Ring| ring.iter().map(point).collect::<Value>();
    let polygon = |rings: &Vec<Ring>| rings.iter().map(ring).collect::<Value>();
    match &boundary.polygons[..] {
        [one] => json!({ "type": "Polygon", "coordinates": polygon(one) }),
        several => json!({ "type": "MultiPolygon", "coordinates": several.iter().map(polygon).collect::<Value>() }),
    }
}

/// A feature of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Feature {
    code: String,
    boundary: Boundary,
}

/// What a file may be.
#[derive(Deserialize)]
#[serde(tag = "type")]
enum Whole {
    FeatureCollection { features: Vec<RawFeature> },
    Topology(Topology),
}

#[derive(Deserialize)]
struct RawFeature {
    id: Option<Value>,
    properties: Option<Value>,
    geometry: Option<Geometry>,
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum Geometry {
    Polygon {
        coordinates: Vec<Vec<Vec<f64>>>,
    },
    MultiPolygon {
        coordinates: Vec<Vec<Vec<Vec<f64>>>>,
    },
    #[serde(other)]
    Other,
}

/// TopoJSON: lines that neighbours share stand once.
#[derive(Deserialize)]
struct Topology {
    transform: Option<Transform>,
    arcs: Vec<Vec<Vec<f64>>>,
    objects: BTreeMap<String, TopoObject>,
}

#[derive(Deserialize)]
struct Transform {
    scale: [f64; 2],
    translate: [f64; 2],
}

#[derive(Deserialize)]
struct TopoObject {
    id: Option<Value>,
    properties: Option<Value>,
    #[serde(flatten)]
    shape: TopoShape,
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum TopoShape {
    GeometryCollection {
        geometries: Vec<TopoObject>,
    },
    Polygon {
        arcs: Vec<Vec<i64>>,
    },
    MultiPolygon {
        arcs: Vec<Vec<Vec<i64>>>,
    },
    #[serde(other)]
    Other,
}

/// The features of a file, or everything that is wrong with them.
fn features(file: &[u8], key: &str) -> Result<Vec<Feature>, Vec<WrongBoundary>> {
    let whole = |vi: String, en: String| vec![WrongBoundary::of(0, vi, en)];
    if file.len() > BOUNDARY_FILE_BYTES_MAX {
        let most = BOUNDARY_FILE_BYTES_MAX >> 20;
        return Err(whole(
            format!("tệp lớn hơn {most} MiB; chia ra"),
            format!("more than {most} MiB; divide the file"),
        ));
    }
    let read: Whole = serde_json::from_slice(file).map_err(|cause| {
        let vi = format!("không đọc được GeoJSON (FeatureCollection) hoặc TopoJSON (Topology): {cause}");
        whole(vi, format!("cannot be read as GeoJSON (FeatureCollection) or TopoJSON (Topology): {cause}"))
    })?;
    let shapes: Vec<Shape> = match read {
        Whole::FeatureCollection { features } => features.into_iter().map(|feature| of_feature(feature, key)).collect(),
        Whole::Topology(topology) => of_topology(topology, key),
    };
    let (mut features, mut wrong, mut points) = (Vec::new(), Vec::new(), 0_usize);
    for (at, (code, polygons)) in (1..).zip(shapes) {
        match feature(at, code, polygons) {
            Ok(feature) => {
                points = points.saturating_add(feature.boundary.points());
                features.push(feature);
            }
            Err(one) => wrong.push(one),
        }
    }
    if points > POINTS_MAX {
        let vi = format!("tệp có {points} điểm, không quá {POINTS_MAX}; đơn giản hóa hoặc chia ra");
        wrong.push(WrongBoundary::of(
            0,
            vi,
            format!("{points} points, at most {POINTS_MAX} are taken; simplify or divide"),
        ));
    }
    if features.is_empty() && wrong.is_empty() {
        return Err(whole("tệp không có đối tượng nào".to_owned(), "there is no feature in the file".to_owned()));
    }
    if wrong.is_empty() { Ok(features) } else { Err(wrong) }
}

/// The code of a feature and its polygons in degrees; none of either where it has none that can be used.
type Shape = (Option<String>, Option<Vec<Vec<Vec<Vec<f64>>>>>);

fn of_feature(feature: RawFeature, key: &str) -> Shape {
    let polygons = match feature.geometry {
        Some(Geometry::Polygon { coordinates }) => Some(vec![coordinates]),
        Some(Geometry::MultiPolygon { coordinates }) => Some(coordinates),
        Some(Geometry::Other) | None => None,
    };
    (code(feature.id.as_ref(), feature.properties.as_ref(), key), polygons)
}

/// The code is a property, or the `id`; numbers lost their zeros, and are no codes.
fn code(id: Option<&Value>, properties: Option<&Value>, key: &str) -> Option<String> {
    let property = properties.and_then(|properties| properties.get(key));
    let text = |value: &Value| value.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    property.and_then(text).or_else(|| id.and_then(text))
}

fn of_topology(topology: Topology, key: &str) -> Vec<Shape> {
    let Topology { transform, arcs, objects } = topology;
    let arcs: Vec<Vec<Vec<f64>>> = arcs.into_iter().map(|arc| unfolded(arc, transform.as_ref())).collect();
    let mut shapes = Vec::new();
    let mut open: Vec<TopoObject> = objects.into_values().rev().collect();
    while let Some(object) = open.pop() {
        let polygons = match object.shape {
            TopoShape::GeometryCollection { geometries } => {
                open.extend(geometries.into_iter().rev());
                continue;
            }
            TopoShape::Polygon { arcs: rings } => joined(&[rings], &arcs),
            TopoShape::MultiPolygon { arcs: polygons } => joined(&polygons, &arcs),
            TopoShape::Other => None,
        };
        shapes.push((code(object.id.as_ref(), object.properties.as_ref(), key), polygons));
    }
    shapes
}

/// An arc in degrees: with a transform its points are steps on a grid, each from the one before.
fn unfolded(arc: Vec<Vec<f64>>, transform: Option<&Transform>) -> Vec<Vec<f64>> {
    let Some(Transform { scale, translate }) = transform else { return arc };
    let mut at = [0.0, 0.0];
    let point = |step: Vec<f64>| {
        for (sum, step) in at.iter_mut().zip(&step) {
            *sum += step;
        }
        vec![at[0] * scale[0] + translate[0], at[1] * scale[1] + translate[1]]
    };
    arc.into_iter().map(point).collect()
}

/// Rings made of arcs, one after the other; a negative number is an arc backwards. None where there is no such arc.
fn joined(polygons: &[Vec<Vec<i64>>], arcs: &[Vec<Vec<f64>>]) -> Option<Vec<Vec<Vec<Vec<f64>>>>> {
    let ring = |numbers: &Vec<i64>| {
        let mut ring: Vec<Vec<f64>> = Vec::new();
        for number in numbers {
            let at = usize::try_from(if *number < 0 { !*number } else { *number }).ok()?;
            let arc = arcs.get(at)?;
            // The point at which two arcs meet is one.
            ring.pop();
            if *number < 0 { ring.extend(arc.iter().rev().cloned()) } else { ring.extend(arc.iter().cloned()) }
        }
        Some(ring)
    };
    let polygon = |rings: &Vec<Vec<i64>>| rings.iter().map(ring).collect::<Option<Vec<_>>>();
    polygons.iter().map(polygon).collect()
}

fn feature(
    at: usize,
    code: Option<String>,
    polygons: Option<Vec<Vec<Vec<Vec<f64>>>>>,
) -> Result<Feature, WrongBoundary> {
    let no = |vi: &str, en: &str| WrongBoundary::of(at, vi, en);
    let code = code.ok_or_else(|| {
        no(
            "không có mã đơn vị: ghi ở id, hoặc chọn thuộc tính bằng --key; mã là chữ, như \"031\"",
            "no code of a unit: put it into id, or choose a property with --key; codes are texts, like \"031\"",
        )
    })?;
    let polygons = polygons.ok_or_else(|| {
        no("cần hình Polygon hoặc MultiPolygon", "a geometry of the type Polygon or MultiPolygon is expected")
    })?;
    let mut boundary = Boundary::default();
    for rings in polygons {
        let rings = rings.iter().map(|positions| ring(positions)).collect::<Option<Vec<Ring>>>();
        let rings = rings.filter(|rings| !rings.is_empty()).ok_or_else(|| {
            no(
                "tọa độ cần là kinh độ, vĩ độ bằng độ (WGS 84), mỗi vòng ít nhất 4 điểm; tọa độ VN-2000 bằng mét phải chuyển đổi trước",
                "positions are longitude and latitude in degrees (WGS 84), at least 4 to a ring; metres of VN-2000 must be converted first",
            )
        })?;
        boundary.polygons.push(rings);
    }
    if boundary.polygons.is_empty() {
        return Err(no("hình trống", "the geometry is empty"));
    }
    Ok(Feature { code, boundary })
}

/// A ring in millionths of a degree; none where it is not one.
fn ring(positions: &[Vec<f64>]) -> Option<Ring> {
    let mut ring = positions.iter().map(|position| point(position)).collect::<Option<Ring>>()?;
    if ring.first() != ring.last() {
        ring.push(*ring.first()?);
    }
    (ring.len() >= RING_POINTS_MIN).then_some(ring)
}

fn point(position: &[f64]) -> Option<Point> {
    let [lon, lat, ..] = position else { return None };
    let is_degrees = (-180.0..=180.0).contains(lon) && (-90.0..=90.0).contains(lat);
    is_degrees.then(|| (micro(*lon), micro(*lat)))
}

#[expect(clippy::cast_possible_truncation, reason = "no more than 180 million, as its callers saw to")]
fn micro(degrees: f64) -> i32 {
    (degrees * MICRO).round() as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(file: &str) -> Result<Vec<Feature>, Vec<WrongBoundary>> {
        features(file.as_bytes(), "code")
    }

    const SQUARE: &str = "[[105,9],[106,9],[106,10],[105,10],[105,9]]";

    fn collection(properties: &str, geometry: &str) -> String {
        format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","id":"31825",{properties}"geometry":{geometry}}}]}}"#
        )
    }

    #[test]
    fn what_goes_out_comes_in_again() {
        let file = collection("", &format!(r#"{{"type":"Polygon","coordinates":[{SQUARE}]}}"#));
        let [one] = &read(&file).unwrap()[..] else { panic!() };
        assert_eq!((&*one.code, one.boundary.polygons[0][0][1]), ("31825", (106_000_000, 9_000_000)));
        let bounded = Bounded {
            unit: "018c003c-48c0-7449-aad6-7bd2634cdd7c".parse().unwrap(),
            name: "Phường 1".to_owned(),
            code: Some("31825".to_owned()),
            kind: "ward".to_owned(),
            valid_from: jiff::civil::date(2010, 1, 1),
            boundary: one.boundary.clone(),
        };
        let out = json!({ "type": "FeatureCollection", "features": [boundary_feature(&bounded)] });
        assert_eq!(read(&out.to_string()).unwrap(), std::slice::from_ref(one));
    }

    #[test]
    fn lines_that_neighbours_share_come_apart() {
        // Two unit squares beside each other; the line between them is arc 0.
        let topology = r#"{"type":"Topology","transform":{"scale":[0.5,0.5],"translate":[105,9]},
            "arcs":[[[2,0],[0,2]],[[2,2],[-2,0],[0,-2],[2,0]],[[2,2],[2,0],[0,-2],[-2,0]]],
            "objects":{"units":{"type":"GeometryCollection","geometries":[
              {"type":"Polygon","arcs":[[0,1]],"properties":{"code":"1"}},
              {"type":"MultiPolygon","arcs":[[[-1,-3]]],"id":"2"}]}}}"#;
        let features = read(topology).unwrap();
        let [west, east] = &features[..] else { panic!("{features:?}") };
        assert_eq!((&*west.code, &*east.code), ("1", "2"));
        let degrees =
            |points: &[(i32, i32)]| points.iter().map(|(x, y)| (x * 1_000_000, y * 1_000_000)).collect::<Ring>();
        assert_eq!(west.boundary.polygons, [vec![degrees(&[(106, 9), (106, 10), (105, 10), (105, 9), (106, 9)])]]);
        assert_eq!(east.boundary.polygons, [vec![degrees(&[(106, 10), (106, 9), (107, 9), (107, 10), (106, 10)])]]);
    }

    #[test]
    fn what_is_no_boundary_is_named_with_what_to_do() {
        let polygon = |ring: &str| format!(r#"{{"type":"Polygon","coordinates":[{ring}]}}"#);
        for (file, told) in [
            ("{".to_owned(), "cannot be read"),
            (r#"{"type":"Feature"}"#.to_owned(), "cannot be read"),
            (r#"{"type":"FeatureCollection","features":[]}"#.to_owned(), "no feature"),
            (collection("", r#"{"type":"Point","coordinates":[105,9]}"#).replace("[105,9]", "[]"), "Polygon"),
            (collection("", &polygon(SQUARE)).replace("\"31825\"", "31825"), "codes are texts"),
            (collection("", &polygon("[[105,9],[106,9]]")), "at least 4"),
            (collection("", &polygon(&SQUARE.replace("105", "561234"))), "VN-2000"),
            (collection("", &polygon("[[105],[106],[107],[105]]")), "longitude"),
            (collection("", r#"{"type":"MultiPolygon","coordinates":[]}"#), "empty"),
            (
                r#"{"type":"Topology","arcs":[],"objects":{"a":{"type":"Polygon","arcs":[[0]],"id":"1"}}}"#.to_owned(),
                "Polygon",
            ),
        ] {
            let wrong = read(&file).expect_err(&file);
            assert!(wrong[0].what.en.contains(told), "{told}: {wrong:?}");
        }
        let other = read(&collection(r#""properties":{"code":"95"},"#, &polygon(SQUARE))).unwrap();
        assert_eq!(other[0].code, "95", "a property counts more than the id");
    }
}
