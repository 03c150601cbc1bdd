//! The units as a tree as of a day, open down to one of them.

use std::collections::BTreeMap;

use axum::{
    extract::{Query, State},
    response::Response,
};
use dienhinh_domain::{
    calendar::format_day,
    ids::UnitId,
    units::{UnitKind, UnitVersion},
};
use dienhinh_storage::{
    Tx,
    units::{self as stored, Branch},
};
use jiff::civil::Date;
use serde::Deserialize;

use super::{current::first_below, id, list_href};
use crate::{
    app::App,
    dossiers::fill::words,
    units::{
        crosswalk::eve,
        views::tree::{BelowView, BranchView, NodeView, TreePage},
    },
    web::{lang::Lang, layout::Place, problem::Outcome, reply, visit::Visit},
};

/// How many units of a kind a branch has before it leads on to their list: more than any province has communes.
const BRANCH_MAX: usize = 250;

/// Which day, and down to which unit.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    as_of: Option<String>,
    unit: Option<String>,
}

/// `GET /units/tree`: the units as of a day, today without one.
pub(crate) async fn tree(State(app): State<App>, visit: Visit, Query(asked): Query<Asked>) -> Outcome<Response> {
    let (lang, today) = (visit.lang, app.today());
    let (day, unreadable) = match asked.as_of.as_deref().map(str::trim).filter(|typed| !typed.is_empty()) {
        None => (today, None),
        Some(typed) => match typed.parse() {
            Ok(day) => (day, None),
            Err(_) => (today, Some(lang.t1("tree-day-unreadable", "typed", typed))),
        },
    };
    let wanted = asked.unit.as_deref().filter(|unit| !unit.is_empty()).map(id).transpose()?;
    let mut tx = app.db.read().await?;
    let tops = stored::tops(&mut tx, day).await?;
    let unit = match wanted {
        Some(wanted) => stored::get(&mut tx, wanted, day).await?,
        None => None,
    };
    let absent = (wanted.is_some() && unit.is_none()).then(|| lang.t1("tree-unit-absent", "day", format_day(day)));
    let way: Vec<UnitId> = match (&unit, tops.as_slice()) {
        (Some(unit), _) => [unit.id()].into_iter().chain(unit.ancestors.iter().map(|above| above.unit)).collect(),
        (None, [(only, _)]) => vec![only.unit],
        (None, _) => Vec::new(),
    };
    let tree = Tree { here: wanted, ..Tree::new(lang, day) };
    let branch = tree.open(&mut tx, tops, &way).await?;
    let shell = visit.shell_in(&app, &mut tx, lang.t("tree-title"), Some(Place::Units)).await?;
    drop(tx);
    let three_levels = eve(words::TWO_LEVELS_FROM);
    reply::page(&TreePage {
        day: day.to_string(),
        boundary: words::boundary_text(lang, day),
        unit: wanted.map(|unit| unit.to_string()).unwrap_or_default(),
        trouble: unreadable.or(absent).unwrap_or_default(),
        days: [(three_levels, "tree-day-before"), (today, "tree-day-today")]
            .map(|(day, key)| (tree_href(wanted, day), lang.t1(key, "day", format_day(day))))
            .to_vec(),
        branch,
        shell,
    })
}

/// `GET /units/tree/branch`: what lies directly below one unit, for a page that is there already.
pub(crate) async fn branch(State(app): State<App>, visit: Visit, Query(asked): Query<Asked>) -> Outcome<Response> {
    let day = asked.as_of.as_deref().and_then(|typed| typed.parse().ok()).unwrap_or_else(|| app.today());
    let unit = id(asked.unit.as_deref().unwrap_or_default())?;
    let mut tx = app.db.read().await?;
    let mut tree = Tree::new(visit.lang, day);
    let (units, more) = tree.read(&mut tx, unit).await?;
    reply::page(&tree.view(units, more, None))
}

/// The address of the tree as of a day, open down to a unit.
pub(super) fn tree_href(unit: Option<UnitId>, day: Date) -> String {
    let unit = unit.map(|unit| format!("&unit={unit}")).unwrap_or_default();
    format!("/units/tree?as_of={day}{unit}")
}

/// Units, and lists of those that are not among them: address and text.
type Found = (Vec<Branch>, Vec<(String, String)>);

/// The tree as of a day.
struct Tree {
    lang: Lang,
    day: Date,
    /// The unit down to which it is open.
    here: Option<UnitId>,
    /// `đến 30/06/2025` by the day after: on most days most units say the same.
    until: BTreeMap<Date, String>,
}

impl Tree {
    fn new(lang: Lang, day: Date) -> Self {
        Self { lang, day, here: None, until: BTreeMap::new() }
    }

    /// The top, with the branches on the way from a unit up to it open; the unit stands first.
    async fn open(mut self, tx: &mut Tx, tops: Vec<Branch>, way: &[UnitId]) -> Outcome<BranchView> {
        let mut read: Vec<(UnitId, Found)> = Vec::new();
        for parent in way.iter().rev() {
            let above = read.last().map_or(&tops, |(_, (units, _))| units);
            // Where nothing lies below, nothing is asked for.
            if above.iter().any(|(unit, has_below)| unit.unit == *parent && *has_below) {
                read.push((*parent, self.read(tx, *parent).await?));
            }
        }
        let mut inner = None;
        while let Some((parent, (units, more))) = read.pop() {
            inner = Some((parent, self.view(units, more, inner)));
        }
        Ok(self.view(tops, Vec::new(), inner))
    }

    /// What lies directly below a unit, and the lists of the kinds of which only the first are among it.
    async fn read(&self, tx: &mut Tx, parent: UnitId) -> Outcome<Found> {
        let limit = i64::try_from(BRANCH_MAX + 1).unwrap_or(i64::MAX);
        let units = stored::below(tx, parent, self.day, limit).await?;
        if units.len() <= BRANCH_MAX {
            return Ok((units, Vec::new()));
        }
        let kinds = first_below(tx, parent, self.day, BRANCH_MAX).await?;
        let cut = kinds.iter().filter(|(_, (_, more))| *more);
        let more = cut.map(|(kind, _)| self.list(parent, *kind)).collect();
        let units: Vec<UnitVersion> = kinds.into_values().flat_map(|(units, _)| units).collect();
        let has_below = stored::with_units_below(tx, units.iter().map(|unit| unit.unit), self.day).await?;
        let marked = |unit: UnitVersion| {
            let has_below = has_below.contains(&unit.unit);
            (unit, has_below)
        };
        Ok((units.into_iter().map(marked).collect(), more))
    }

    /// Units with what is below them: open below one of them, else folded.
    fn view(
        &mut self,
        units: Vec<Branch>,
        more: Vec<(String, String)>,
        mut inner: Option<(UnitId, BranchView)>,
    ) -> BranchView {
        let mut nodes = Vec::with_capacity(units.len());
        for (unit, has_below) in units {
            let below = match inner.take_if(|(parent, _)| *parent == unit.unit) {
                Some((_, branch)) if !branch.nodes.is_empty() => BelowView::Open(branch),
                _ if has_below => BelowView::Folded,
                _ => BelowView::Nothing,
            };
            nodes.push(self.node(unit, below));
        }
        BranchView {
            day: self.day.to_string(),
            open: self.lang.t("tree-open"),
            page: self.lang.t("tree-unit"),
            nodes,
            more,
        }
    }

    fn node(&mut self, unit: UnitVersion, below: BelowView) -> NodeView {
        let lang = self.lang;
        let text = |until: Date| lang.t1("unit-valid-until", "day", format_day(eve(until)));
        let until = unit.valid.until.map(|until| self.until.entry(until).or_insert_with(|| text(until)).clone());
        NodeView {
            id: unit.unit.to_string(),
            is_here: self.here == Some(unit.unit),
            name: unit.name,
            what: [unit.code, until].into_iter().flatten().collect::<Vec<_>>().join(" · "),
            below,
        }
    }

    /// The list of all units of a kind below one.
    fn list(&self, parent: UnitId, kind: UnitKind) -> (String, String) {
        let text = self.lang.t1("tree-all", "kind", words::kind_text(self.lang, kind));
        (list_href(parent, kind, Some(self.day), None), text)
    }
}
