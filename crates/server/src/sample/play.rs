//! The made-up part of the sample: how far every other dossier is, and what is answered in it.
//!
//! Everything follows from the units' keys, so that each load gives the same province.

use std::collections::BTreeMap;

use dienhinh_domain::{
    access::{Actor, Role},
    dossiers::Stage,
    ids::{DossierId, UnitId},
    plans::{Cause, Plan},
    programmes::Criterion,
    recognition::{Draft, SigningCapacity},
    text::proper_name,
    units::UnitKind,
};
use jiff::civil::date;

use super::{EXEMPLARY, Entry, WARD_1, at, council, figures, ids::percent, when};
use crate::{
    app::App,
    dossiers::{
        actions::{self, Judged, Typed, Verdict},
        case::Case,
    },
    plans::actions as plans,
    recognition::actions::{self as recognition, Judgement},
    web::problem::{Outcome, Problem},
};

/// The criteria of a set.
pub(super) fn criteria(app: &App, set: &str) -> Outcome<Vec<Criterion>> {
    let loaded = app.latest_set(set).ok_or(Problem::Missing("set"))?;
    Ok(loaded.set.criteria.clone())
}

/// How far a dossier goes in the sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    Invited,
    Partly,
    Filled,
    Presented,
    Submitted,
    Returned,
    Appraised,
    /// Appraised, and on the list of a decision.
    Decided,
}

fn reach(entry: &Entry) -> Reach {
    let chance = percent(&[&entry.key, &entry.set, "reach"]);
    match (entry.set.as_str(), entry.unit.kind) {
        (EXEMPLARY, _) => match chance {
            0..6 => Reach::Invited,
            6..16 => Reach::Partly,
            16..19 => Reach::Presented,
            19..23 => Reach::Returned,
            23..46 => Reach::Submitted,
            46..86 => Reach::Appraised,
            _ => Reach::Decided,
        },
        (_, UnitKind::ResidentialArea) => match entry.key.as_str() {
            "P1-K1" | "P1-K2" | "P1-K3" => Reach::Decided,
            "P1-K4" => Reach::Appraised,
            "P1-K5" => Reach::Submitted,
            "P1-K6" => Reach::Filled,
            _ => Reach::Partly,
        },
        (_, UnitKind::Agency | UnitKind::School) => match chance {
            0..40 => Reach::Partly,
            40..70 => Reach::Filled,
            _ => Reach::Submitted,
        },
        _ => Reach::Partly,
    }
}

/// Lets one dossier go as far as it goes.
pub(super) async fn dossier(app: &App, entry: &Entry, province: UnitId) -> Outcome<()> {
    let reach = reach(entry);
    if reach == Reach::Invited {
        return Ok(());
    }
    let (officer, leader) = (entry.actor(Role::UnitOfficer), entry.actor(Role::UnitLeader));
    let appraiser = Actor { role: Role::Appraiser, scope: province };
    let day = i8::try_from(percent(&[&entry.key, "day"]) / 4).unwrap_or_default();
    actions::register(&when(app, at(2, 1 + day.min(24), 8, 30)), leader, entry.dossier).await?;
    fill_in(&when(app, at(11, 14, 10, day)), entry, officer, reach).await?;
    if reach < Reach::Presented {
        return Ok(());
    }
    actions::present(&when(app, at(11, 15, 15, day)), officer, entry.dossier).await?;
    if reach < Reach::Submitted {
        return Ok(());
    }
    actions::submit(&when(app, at(11, 16, 9, day)), leader, entry.dossier).await?;
    if reach == Reach::Submitted {
        return Ok(());
    }
    appraise(&when(app, at(11, 18, 14, day)), entry, appraiser, reach).await
}

/// Answers the sheet; in part where the officer has not come further.
async fn fill_in(app: &App, entry: &Entry, officer: Actor, reach: Reach) -> Outcome<()> {
    let mut rows = BTreeMap::new();
    let mut unmet = Vec::new();
    for criterion in criteria(app, &entry.set)? {
        let chance = percent(&[&entry.key, &entry.set, &criterion.id]);
        if reach == Reach::Partly && chance >= 70 || criterion.is_derived() {
            continue;
        }
        let met = chance >= misses(entry, &criterion);
        let note =
            if met { "Hồ sơ lưu tại đơn vị." } else { "Chưa đạt, đã có kế hoạch khắc phục." };
        let inputs = figures::typed(&criterion, met, chance);
        rows.insert(criterion.id.clone(), Typed { inputs, note: Some(note.to_owned()), ..Typed::default() });
        if !met {
            unmet.push(criterion.id.clone());
        }
    }
    actions::answer(app, officer, entry.dossier, |_| Ok(rows.clone())).await?;
    for criterion in unmet {
        plans::save(app, officer, plan(entry, &criterion), None).await?;
    }
    Ok(())
}

/// How many of a hundred units do not meet a criterion. Funding and the police station of the article are the
/// hardest; two districts have it harder than others; nobody loses the title by an occurrence.
fn misses(entry: &Entry, criterion: &Criterion) -> u64 {
    if entry.set != EXEMPLARY || criterion.knock_out || criterion.mandatory {
        return 0;
    }
    let code: u32 = entry.key.parse().unwrap_or_default();
    let hard = matches!(code, 31_843..=31_864 | 31_972..=31_996);
    let base = match criterion.id.as_str() {
        "c33" => 34,
        "c34" => 40,
        _ if criterion.group == 4 => 9,
        _ => 3,
    };
    if hard { base + base / 2 + 3 } else { base }
}

fn plan(entry: &Entry, criterion: &str) -> Plan {
    let (cause, action) = match criterion {
        "c34" => (Cause::Land, "Rà soát quỹ đất, đề nghị cấp trên bố trí vốn xây dựng trụ sở."),
        "c33" => (Cause::Funding, "Bổ sung dự toán và vận động nguồn xã hội hóa."),
        _ => (Cause::Staff, "Phân công bộ phận phụ trách, kiểm tra hằng tháng."),
    };
    Plan {
        dossier: entry.dossier,
        criterion: criterion.to_owned(),
        cause,
        action: action.to_owned(),
        owner: "Ủy ban nhân dân".to_owned(),
        due_on: date(2024, 6, 30),
    }
}

/// Agrees with every row, corrects one now and then, or returns one.
async fn appraise(app: &App, entry: &Entry, appraiser: Actor, reach: Reach) -> Outcome<()> {
    let mut verdicts: BTreeMap<String, Judged> = BTreeMap::new();
    let judged = |verdict| Judged { verdict, seen: None };
    for criterion in criteria(app, &entry.set)? {
        let chance = percent(&[&entry.key, &criterion.id, "verdict"]);
        let may_correct = reach == Reach::Appraised && !criterion.mandatory && !criterion.knock_out;
        let verdict = if may_correct && chance < 2 {
            let inputs = figures::typed(&criterion, false, chance);
            Verdict::Correct { inputs, reason: "Hồ sơ chưa thể hiện kết quả trong kỳ.".to_owned() }
        } else {
            Verdict::Agree
        };
        verdicts.insert(criterion.id, judged(verdict));
    }
    if reach == Reach::Returned {
        let reason = "Bổ sung văn bản có chữ ký và đóng dấu.".to_owned();
        verdicts.insert("c05".to_owned(), judged(Verdict::Return { reason }));
    }
    actions::appraise_rows(app, appraiser, entry.dossier, &verdicts).await?;
    if reach == Reach::Returned {
        return actions::send_back(app, appraiser, entry.dossier).await;
    }
    actions::appraise(app, appraiser, entry.dossier).await
}

/// Two decisions of 20 November: the province on its first communes, Phường 1 on its first quarters.
pub(super) async fn decisions(app: &App, entries: &[Entry], province: UnitId) -> Outcome<()> {
    let app = when(app, at(11, 20, 10, 0));
    let secretary = Actor { role: Role::CouncilSecretary, scope: province };
    let decided = |wanted: fn(&Entry) -> bool| {
        entries.iter().filter(move |entry| wanted(entry) && reach(entry) == Reach::Decided)
    };
    let communes: Vec<&Entry> = decided(|entry| entry.set == EXEMPLARY).collect();
    council::meeting(&app, secretary, &communes).await?;
    decide(&app, secretary, province, "TỈNH BẠC LIÊU", "Bạc Liêu", &communes).await?;
    let ward = entries.iter().find(|entry| entry.key == WARD_1).ok_or(Problem::Missing("unit"))?;
    let quarters: Vec<&Entry> = decided(|entry| entry.unit.kind == UnitKind::ResidentialArea).collect();
    let name = ward.unit.name.to_uppercase();
    let place = format!("Phường {}", proper_name(&ward.unit.name));
    decide(&app, secretary, ward.unit.unit, &name, &place, &quarters).await
}

async fn decide(
    app: &App,
    secretary: Actor,
    issuer: UnitId,
    name: &str,
    place: &str,
    entries: &[&Entry],
) -> Outcome<()> {
    let first = entries.first().ok_or(Problem::Missing("dossier"))?;
    let set = app.latest_set(&first.set).ok_or(Problem::Missing("set"))?;
    let draft = Draft {
        issuer: format!("ỦY BAN NHÂN DÂN {name}"),
        place: place.to_owned(),
        signed_on: app.today(),
        capacity: SigningCapacity::ForTheCollective,
        signatory: "CHỦ TỊCH".to_owned(),
        legal_bases: set.set.legal_bases.iter().map(|base| format!("Căn cứ {}", base.vi)).collect(),
    };
    let borne_out = borne_out(app, entries).await?;
    let judgements: Vec<_> = borne_out.map(|dossier| Judgement { dossier, recognised: true }).collect();
    recognition::decide(app, secretary, issuer, draft, &judgements).await?;
    Ok(())
}

/// The dossiers whose figures bear the title out; the others stay with the appraised ones.
pub(super) async fn borne_out(app: &App, entries: &[&Entry]) -> Outcome<impl Iterator<Item = DossierId>> {
    let mut found = Vec::new();
    let mut tx = app.db.read().await?;
    for entry in entries {
        let case = Case::load(app, &mut tx, entry.dossier).await?;
        if case.rules_met(Stage::Appraised)? == Some(true) {
            found.push(entry.dossier);
        }
    }
    Ok(found.into_iter())
}
