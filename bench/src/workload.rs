//! The workload: 1,000,000 units with 60 figures each, and a programme of 40 criteria in 7 groups.
//!
//! Every figure follows from its row and column alone, so that any language can make the same ones.

use dienhinh_engine::{
    batch::NO_DATA,
    program::{Class, Extra, Fraction, Gate, Kind, Leaf, Missing, NotApplicable, Program, Step, Test, Value},
};

/// Figures of a unit.
pub(crate) const COLUMNS: usize = 60;

/// How the figures of a column are made from chance.
#[derive(Clone, Copy)]
enum Column {
    /// 1 in so many of a hundred, else 0.
    OneIn(u64),
    /// From the first on, so many different ones.
    From(u64, u64),
    /// Nothing in so many of a hundred, else from 1 up to the second.
    Rare(u64, u64),
    /// Nothing in so many of a thousand, else 1.
    RareOfThousand(u64),
    /// Nothing in one of 97, else less than so many.
    Whole(u64),
    /// So many thousandths of the next column, from the first on.
    Part(u64, u64),
}

fn columns() -> Vec<Column> {
    use Column::{From, OneIn, Part, Rare, RareOfThousand, Whole};
    let mut all: Vec<Column> = [85, 88, 80, 90, 75, 92].map(OneIn).to_vec();
    all.extend([From(0, 1001); 6]);
    let pair = |whole: u64| [Part(600, 401), Whole(whole)];
    all.extend([10_000, 24, 10_000, 24, 10_000, 24].into_iter().flat_map(pair));
    all.extend([Rare(90, 5); 3]);
    all.extend([From(0, 1001); 3]);
    all.extend([10_000, 24, 10_000].into_iter().flat_map(pair));
    all.extend([From(0, 1001); 3]);
    all.extend(pair(10_000));
    all.extend([Rare(60, 9); 4]);
    for _ in 0..3 {
        all.extend([Part(900, 251), From(1000, 49_001)]);
    }
    for _ in 0..2 {
        all.extend([Part(500, 501), Whole(41)]);
    }
    all.extend([From(0, 10), From(0, 1001), Rare(80, 6), RareOfThousand(985), From(300, 701)]);
    all
}

/// Chance for a cell: splitmix64 of its number.
fn chance(row: u64, column: usize) -> u64 {
    let number = row * 64 + u64::try_from(column).unwrap_or_default() + 1;
    let mixed = 20_261u64.wrapping_add(number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// A figure as it would be if none were missing.
fn figure(all: &[Column], row: u64, column: usize) -> u64 {
    let x = chance(row, column) >> 24;
    match all[column] {
        Column::OneIn(percent) => u64::from(x % 100 < percent),
        Column::From(first, many) => first + x % many,
        Column::Rare(percent, _) if x % 100 < percent => 0,
        Column::Rare(_, many) => 1 + (x >> 8) % many,
        Column::RareOfThousand(thousandths) => u64::from(x % 1000 >= thousandths),
        Column::Whole(_) if x.is_multiple_of(97) => 0,
        Column::Whole(many) => x % many,
        Column::Part(first, many) => figure(all, row, column + 1) * (first + x % many) / 1000,
    }
}

/// The figures of so many units, by column; 3 in 100 are missing.
pub(crate) fn figures(units: u64) -> Vec<Vec<i32>> {
    let all = columns();
    assert_eq!(all.len(), COLUMNS, "every column is described");
    let cell = |row: u64, column: usize| {
        let is_missing = (chance(row, column) & 0xFF_FFFF) % 100 < 3;
        let figure = i32::try_from(figure(&all, row, column)).unwrap_or(NO_DATA);
        if is_missing { NO_DATA } else { figure }
    };
    (0..COLUMNS).map(|column| (0..units).map(|row| cell(row, column)).collect()).collect()
}

fn thousandths(part: i64) -> Fraction {
    Fraction { part, whole: 1000 }
}

fn share(part: usize) -> Value {
    Value::Share { part, whole: part + 1 }
}

/// A quarter of the points more from each bound on.
fn quarters(bounds: [Fraction; 4], points: i64) -> Vec<Step> {
    let step = |(at, bound): (i64, Fraction)| Step { bound, inclusive: true, points_thousandths: points * at / 4 };
    (1..).zip(bounds).map(step).collect()
}

/// The rule of each criterion with how much of its points it takes to be met, as quarters.
fn rules(points: impl Fn(usize) -> i64) -> Vec<(Kind, i64)> {
    let count = |column| Value::Count { column };
    let within = |value, at_least, at_most| Kind::Within { value, at_least, at_most };
    let mut rules: Vec<(Kind, i64)> = (0..6).map(|column| (Kind::Judgement { column }, 4)).collect();
    for (column, (bound, is_least)) in
        (6..).zip([(300, true), (450, true), (500, true), (700, false), (800, false), (600, true)])
    {
        let bound = Some(Fraction::whole(bound));
        let (at_least, at_most) = if is_least { (bound, None) } else { (None, bound) };
        rules.push((within(count(column), at_least, at_most), 4));
    }
    for (at, bound) in [700, 750, 800, 850, 655, 905].into_iter().enumerate() {
        rules.push((within(share(12 + 2 * at), Some(thousandths(bound)), None), 4));
    }
    rules.extend((24..27).map(|column| (within(count(column), None, Some(Fraction::whole(0))), 4)));
    for (column, bounds) in (27..).zip([[150, 350, 550, 750], [200, 400, 600, 800], [250, 500, 700, 900]]) {
        let steps = quarters(bounds.map(Fraction::whole), points(rules.len()));
        rules.push((Kind::Steps { value: count(column), steps }, 3));
    }
    for (at, bounds) in [[650, 750, 850, 950], [700, 800, 900, 1000], [620, 740, 860, 980]].into_iter().enumerate() {
        let steps = quarters(bounds.map(thousandths), points(rules.len()));
        rules.push((Kind::Steps { value: share(30 + 2 * at), steps }, 3));
    }
    for (column, (from, to)) in (36..).zip([(100, 900), (0, 1000), (250, 950)]) {
        let (from, to) = (Fraction::whole(from), Fraction::whole(to));
        rules.push((Kind::Linear { value: count(column), from, to }, 2));
    }
    rules.push((Kind::Linear { value: share(39), from: thousandths(650), to: thousandths(950) }, 2));
    for (column, (each_thousandths, floor_thousandths)) in (41..).zip([(250, 0), (500, 0), (300, 500), (400, 0)]) {
        rules.push((Kind::Deduction { column, each_thousandths, floor_thousandths }, 2));
    }
    for (at, percent) in [105, 103, 110].into_iter().enumerate() {
        let (current, all) = (45 + 2 * at, points(rules.len()));
        let step = |part, points_thousandths| Step {
            bound: Fraction { part, whole: 100 },
            inclusive: true,
            points_thousandths,
        };
        let value = Value::Change { current, previous: current + 1 };
        rules.push((Kind::Steps { value, steps: vec![step(100, all / 2), step(percent, all)] }, 2));
    }
    rules.extend([(51, 750), (53, 800)].map(|(part, bound)| (within(share(part), Some(thousandths(bound)), None), 4)));
    rules
}

/// The programme.
pub(crate) fn programme() -> Program {
    let points = |at: usize| 1500 + 500 * i64::try_from(at % 5).unwrap_or_default();
    let leaf = |(at, (kind, quarters)): (usize, (Kind, i64))| Leaf {
        kind,
        points_thousandths: points(at),
        met_at_thousandths: points(at) * quarters / 4,
        group: at % 7,
        applies: None,
    };
    let own = |column, at_least: Option<i64>, at_most: Option<i64>| {
        let bound = |bound: Option<i64>| bound.map(Fraction::whole);
        Kind::Within { value: Value::Count { column }, at_least: bound(at_least), at_most: bound(at_most) }
    };
    let extra = |kind, points_thousandths, is_penalty| Extra { kind, points_thousandths, is_penalty };
    Program {
        columns: COLUMNS,
        leaves: rules(points).into_iter().enumerate().map(leaf).collect(),
        group_caps_thousandths: vec![14_000, 13_000, 15_000, 14_000, 16_000, 11_000, 12_500],
        extras: vec![
            extra(Kind::Each { column: 55, each_thousandths: 500 }, 3000, false),
            extra(own(56, Some(700), None), 2000, false),
            extra(Kind::Each { column: 57, each_thousandths: 1000 }, 5000, true),
        ],
        gates: vec![
            Gate { test: Test::Own(own(58, None, Some(0))), at_most: 0 },
            Gate { test: Test::Own(own(59, Some(500), None)), at_most: 1 },
        ],
        classes: vec![
            Class { points_thousandths: 55_000, ..Class::default() },
            Class { points_thousandths: 61_000, met: 21, group_share: None },
            Class { points_thousandths: 66_000, met: 24, group_share: Some(Fraction { part: 30, whole: 100 }) },
        ],
        missing: Missing::Tolerated { leaves: 6 },
        not_applicable: NotApplicable::Drop,
    }
}
