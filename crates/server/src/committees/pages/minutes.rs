//! The minutes of a meeting as a paper, from what was done at it. Papers are in Vietnamese.

use axum::{
    extract::{Path, State},
    response::Response,
};
use dienhinh_documents::{Document, Letterhead, Minutes, MinutesMember, MinutesMotion, Signature};
use dienhinh_domain::{committees::State as Stands, dossiers::Stage, units::lower_first};

use super::meetings::{Loaded, id};
use crate::{
    app::App,
    committees::words,
    dossiers::fill::words as sheet_words,
    recognition::papers,
    web::{
        lang::Lang,
        problem::{Outcome, Problem},
        reply,
        visit::Visit,
    },
};

/// `GET /committees/meetings/{meeting}/minutes.pdf`: for those who may see the meeting, once it is over.
pub(crate) async fn pdf(State(app): State<App>, visit: Visit, Path(meeting): Path<String>) -> Outcome<Response> {
    let loaded = Loaded::of(&app, &mut app.db.read().await?, &visit, id(&meeting)?).await?;
    if !matches!(loaded.meeting().state, Stands::Closed | Stands::Inquorate) {
        return Err(Problem::Missing("page"));
    }
    let name = format!("bien-ban-{}", loaded.meeting().held_on);
    Ok(reply::pdf(&name, papers::print(&app, Document::Minutes(minutes(&loaded, app.sample)?)).await?))
}

fn minutes(loaded: &Loaded, sample: bool) -> Outcome<Minutes> {
    let lang = Lang::Vi;
    let (council, meeting) = (&loaded.sitting.committee, loaded.meeting());
    let unit = &loaded.sitting.unit.version.name;
    let facts = loaded.facts(lang);
    let seats = loaded.seats.iter().map(|seat| loaded.seat(lang, seat));
    let rules = words::rules(lang, &loaded.sitting.rules);
    let signature = |title: &str| Signature { authority: None, title: title.to_owned(), name: None };
    Ok(Minutes {
        letterhead: Letterhead {
            superior: Some(papers::committee_of(unit)),
            issuer: council.name.to_uppercase(),
            // Minutes are numbered by the clerk of the body whose council it is.
            number: Some("/BB-HĐ".to_owned()),
            place: papers::place_of(unit).to_owned(),
            date: Some(meeting.held_on),
        },
        subject: loaded.programme(lang).map_or_else(String::new, |programme| format!("Họp xét {programme}")),
        facts: facts.into_iter().filter(|(name, _)| !rules.iter().any(|(rule, _)| rule == name)).collect(),
        members: seats
            .map(|seat| MinutesMember { position: seat.position, post: seat.post, came: seat.came })
            .collect(),
        rules: rules.iter().map(|(name, rule)| format!("{name}: {rule}.")).collect(),
        motions: motions(loaded, lang)?,
        remarks: remarks(loaded),
        signatures: vec![signature("THƯ KÝ"), signature("CHỦ TRÌ")],
        sample,
    })
}

fn motions(loaded: &Loaded, lang: Lang) -> Outcome<Vec<MinutesMotion>> {
    let mut motions = Vec::new();
    for (motion, case) in &loaded.motions {
        let is_counted = loaded.meeting().state == Stands::Closed;
        let (outcome, _) = words::outcome(lang, motion);
        motions.push(MinutesMotion {
            unit: [case.unit.version.name.clone(), sheet_words::place_text(&case.unit.ancestors)].join(", "),
            result: sheet_words::result_text(lang, &case.scores(Stage::Appraised)?),
            votes: if is_counted { words::tally(lang, motion.tally) } else { String::new() },
            outcome,
        });
    }
    Ok(motions)
}

/// How ties were broken, and how it ended.
fn remarks(loaded: &Loaded) -> Vec<String> {
    let mut remarks = Vec::new();
    for (motion, case) in &loaded.motions {
        if let Some(said) = &motion.adjudication {
            let side = if said.is_for { "tán thành" } else { "không tán thành" };
            let unit = lower_first(&case.unit.version.name);
            remarks.push(format!("Đối với {unit}: ngang phiếu; người chủ trì {side}, lý do: {}", said.reason));
        }
    }
    remarks.push(if loaded.meeting().state == Stands::Inquorate {
        "Số thành viên có mặt không đủ; cuộc họp không tiến hành biểu quyết.".to_owned()
    } else {
        "Cuộc họp kết thúc sau khi công bố kết quả kiểm phiếu. Biên bản được đọc lại, những người có tên dưới đây ký \
         xác nhận."
            .to_owned()
    });
    remarks
}
