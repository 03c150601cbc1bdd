//! How far each unit is: tiles by district, counts by stage, and the same by kind of unit.

use dienhinh_domain::{access::Role, dossiers::State, text::format_share, units::UnitKind};
use dienhinh_storage::dossiers::list::Listed;

use super::{Overview, parts::Part};
use crate::{
    cycles::views::{DistrictView, KindView, StageCount, StageView, TileView},
    dossiers::fill::words,
    web::{lang::Lang, layout::Bar},
};

const STAGES: [StageView; 6] = [
    StageView::Decided,
    StageView::Appraised,
    StageView::Submitted,
    StageView::Working,
    StageView::Late,
    StageView::Invited,
];

/// How far a dossier is. A unit that never registered is not late: it promised nothing.
fn stage(overview: &Overview<'_>, state: State) -> StageView {
    match state {
        State::Recognised | State::NotRecognised | State::Appealed | State::Revoked => StageView::Decided,
        State::Appraised => StageView::Appraised,
        State::Submitted => StageView::Submitted,
        State::Invited => StageView::Invited,
        State::InProgress | State::Returned | State::Presented if overview.is_over() => StageView::Late,
        State::InProgress | State::Returned | State::Presented => StageView::Working,
    }
}

fn text(lang: Lang, stage: StageView) -> String {
    lang.look_up(&format!("overview-stage-{}", stage.class()), &[])
}

/// By district how many have handed in, one tile a unit where there are few, and the share of each stage where there are
/// many.
pub(super) fn districts(overview: &Overview<'_>) -> Vec<DistrictView> {
    let has_tiles = overview.figures.has_tiles;
    let district = |(part, name): (&Part, &str)| DistrictView {
        name: name.to_owned(),
        href: format!("/cycles/{}/dossiers?area={}", overview.figures.cycle.id, part.unit.unit),
        handed_in: format!("{}/{}", part.tally.handed_in(), part.tally.total()),
        tiles: part.tiles.iter().map(|row| tile(overview, row)).collect(),
        bar: (!has_tiles).then(|| {
            let share = |class, stages: &[StageView]| {
                (class, part.tally.dossiers(|state| stages.contains(&stage(overview, state))))
            };
            let shares = [
                share("ok", &[StageView::Decided, StageView::Appraised]),
                share("brand", &[StageView::Submitted]),
                share("wait", &[StageView::Working]),
                share("fail", &[StageView::Late]),
            ];
            Bar::of(part.tally.total(), &shares)
        }),
    };
    overview.parts().map(district).collect()
}

fn tile(overview: &Overview<'_>, row: &Listed) -> TileView {
    let stage = stage(overview, row.state);
    let judges = matches!(overview.role, Role::Appraiser | Role::CouncilSecretary | Role::CouncilMember);
    TileView {
        stage,
        label: format!("{}: {}", row.name, words::lowered(&text(overview.lang, stage))),
        href: if judges && row.state.is_handed_in() {
            format!("/dossiers/{}", row.dossier)
        } else {
            format!("/units/{}", row.unit)
        },
    }
}

/// How many units are at each stage that somebody is at.
pub(super) fn counts(overview: &Overview<'_>) -> Vec<StageCount> {
    let count = |of: StageView| StageCount {
        stage: of,
        text: text(overview.lang, of),
        count: overview.figures.all.dossiers(|state| stage(overview, state) == of),
    };
    STAGES.into_iter().map(count).filter(|count| count.count > 0).collect()
}

/// The cycle by kind of unit, in the order of the set.
pub(super) fn kinds(overview: &Overview<'_>) -> Vec<KindView> {
    let kind = |kind: UnitKind| {
        let tally = overview.figures.all.of_kind(kind);
        let registered = tally.dossiers(|state| state != State::Invited);
        let fulfil = tally.fulfilling();
        let share = format_share(fulfil, registered);
        (tally.total() > 0).then(|| KindView {
            name: words::kind_text(overview.lang, kind),
            registered: registered.to_string(),
            handed_in: tally.handed_in().to_string(),
            fulfil: share.map_or_else(|| fulfil.to_string(), |share| format!("{fulfil} ({share})")),
            bar: Bar::of(registered, &[("ok", fulfil)]),
        })
    };
    overview.figures.loaded.set.kinds.iter().filter_map(|of| kind(*of)).collect()
}
