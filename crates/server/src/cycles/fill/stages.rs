//! How far each unit is: tiles by district, counts by stage, and the same by kind of unit.

use dienhinh_domain::{access::Role, dossiers::State, text::format_share, units::UnitKind};

use super::Overview;
use crate::{
    cycles::{
        fill::batch::Entry,
        views::{DistrictView, KindView, StageCount, StageView, TileView},
    },
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
fn stage(overview: &Overview<'_>, entry: &Entry) -> StageView {
    match entry.dossier.state {
        State::Recognised | State::NotRecognised => StageView::Decided,
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

/// One tile a unit, by district.
pub(super) fn districts(overview: &Overview<'_>) -> Vec<DistrictView> {
    let district = |part: super::Part<'_>| DistrictView {
        handed_in: format!("{}/{}", part.handed_in().count(), part.entries.len()),
        tiles: part.entries.iter().map(|entry| tile(overview, entry)).collect(),
        name: part.name,
    };
    overview.parts().into_iter().map(district).collect()
}

fn tile(overview: &Overview<'_>, entry: &Entry) -> TileView {
    let stage = stage(overview, entry);
    let judges = matches!(overview.role, Role::Appraiser | Role::CouncilSecretary);
    TileView {
        stage,
        label: format!("{}: {}", entry.unit.version.name, words::lowered(&text(overview.lang, stage))),
        href: if judges && entry.dossier.state.is_handed_in() {
            format!("/dossiers/{}", entry.dossier.id)
        } else {
            format!("/units/{}", entry.unit.id())
        },
    }
}

/// How many units are at each stage that somebody is at.
pub(super) fn counts(overview: &Overview<'_>) -> Vec<StageCount> {
    let count = |of: StageView| StageCount {
        stage: of,
        text: text(overview.lang, of),
        count: overview.batch.entries.iter().filter(|entry| stage(overview, entry) == of).count(),
    };
    STAGES.into_iter().map(count).filter(|count| count.count > 0).collect()
}

/// The cycle by kind of unit, in the order of the set.
pub(super) fn kinds(overview: &Overview<'_>) -> Vec<KindView> {
    let kind = |kind: UnitKind| {
        let of_kind = || overview.batch.entries.iter().filter(move |entry| entry.unit.version.kind == kind);
        let registered = of_kind().filter(|entry| entry.dossier.state != State::Invited).count();
        let fulfil = of_kind().filter(|entry| entry.dossier.state.is_handed_in() && super::fulfils(entry)).count();
        let share = format_share(words::whole(fulfil), words::whole(registered));
        of_kind().next().map(|_| KindView {
            name: words::kind_text(overview.lang, kind),
            registered: registered.to_string(),
            handed_in: of_kind().filter(|entry| entry.dossier.state.is_handed_in()).count().to_string(),
            fulfil: share.map_or_else(|| fulfil.to_string(), |share| format!("{fulfil} ({share})")),
            bar: Bar::of(words::whole(registered), &[("ok", words::whole(fulfil))]),
        })
    };
    overview.batch.loaded.set.kinds.iter().filter_map(|of| kind(*of)).collect()
}
