//! The way of a dossier as a table: what each step gives from each state.

use jiff::civil::date;
use uuid::Uuid;

use super::*;

fn dossier(state: State) -> Dossier {
    Dossier {
        id: DossierId::new(Uuid::nil()),
        unit: UnitId::new(Uuid::nil()),
        cycle: CycleId::new(Uuid::nil()),
        state,
        round: 1,
        registered_on: None,
        submitted_at: None,
        frozen_sha256: None,
    }
}

fn full_row() -> Row {
    Row {
        criterion: "c01".to_owned(),
        met: Some(true),
        derived: false,
        evidence_required: true,
        has_evidence: true,
        has_note: false,
        has_plan: false,
        awaits_reply: false,
    }
}

fn returned(round: i64) -> Return {
    Return { criterion: "c01".to_owned(), round, reason: "Thiếu dấu".to_owned(), reply: String::new() }
}

#[test]
fn every_step_is_open_from_its_states_only() {
    use State::{
        Appealed, Appraised, InProgress, Invited, NotRecognised, Presented, Recognised, Returned, Revoked, Submitted,
    };
    type Step = fn(Dossier) -> Result<Dossier, Refused>;
    type Case = (&'static str, Step, &'static [(State, State)]);
    let until = date(2023, 3, 31);
    let steps: [Case; 14] = [
        ("register", |d| d.register(date(2023, 3, 1), date(2023, 3, 31)), &[(Invited, InProgress)]),
        ("present", |d| d.present(&[full_row()]), &[(InProgress, Presented), (Returned, Presented)]),
        ("withdraw", Dossier::withdraw, &[(Presented, InProgress)]),
        ("submit", |d| d.submit(&[full_row()], Timestamp::UNIX_EPOCH, "00".to_owned()), &[(Presented, Submitted)]),
        ("send back", |d| d.send_back(&[returned(2)]), &[(Submitted, Returned)]),
        ("appraise", |d| d.appraise(0, &[]), &[(Submitted, Appraised)]),
        ("recognise", |d| d.decide(true, Some(true)), &[(Appraised, Recognised)]),
        ("turn down", |d| d.decide(false, None), &[(Appraised, NotRecognised)]),
        ("appeal", Dossier::appealed, &[(NotRecognised, Appealed)]),
        ("uphold", Dossier::upheld, &[(Appealed, NotRecognised)]),
        ("reopen", Dossier::reopened, &[(Appealed, Returned)]),
        ("revoke", |d| d.titled(Status::Revoked), &[(Recognised, Revoked), (Revoked, Revoked)]),
        ("suspend", |d| d.titled(Status::Suspended), &[(Recognised, Recognised), (Revoked, Recognised)]),
        ("restore", |d| d.titled(Status::InForce), &[(Recognised, Recognised), (Revoked, Recognised)]),
    ];
    for (name, step, open) in steps {
        for state in State::ALL {
            let expected = open.iter().find(|(from, _)| *from == state).map(|(_, to)| *to);
            assert_eq!(step(dossier(state)).ok().map(|after| after.state), expected, "{name} from {state:?}");
        }
    }
    assert_eq!(
        dossier(Invited).register(date(2023, 4, 1), until).map_err(|no| no.code),
        Err("dossiers.registration_closed".into())
    );
}

#[test]
fn a_title_is_never_given_against_or_without_the_rules() {
    for rules_met in [Some(false), None] {
        let refused = dossier(State::Appraised).decide(true, rules_met).map_err(|no| no.code);
        assert_eq!(refused, Err("recognition.rules_not_met".into()));
    }
}

#[test]
fn a_row_says_what_it_lacks() {
    let full = full_row();
    let unmet = Row { met: Some(false), has_evidence: false, ..full.clone() };
    let cases = [
        (full.clone(), vec![]),
        (Row { has_evidence: false, ..full.clone() }, vec![Lack::Evidence]),
        (Row { has_evidence: false, has_note: true, ..full.clone() }, vec![]),
        (Row { has_evidence: false, evidence_required: false, ..full.clone() }, vec![]),
        (Row { met: None, ..full.clone() }, vec![Lack::Answer]),
        (Row { met: None, derived: true, ..full.clone() }, vec![]),
        (unmet.clone(), vec![Lack::Explanation, Lack::Plan]),
        (Row { has_note: true, ..unmet.clone() }, vec![Lack::Plan]),
        (Row { has_note: true, has_plan: true, ..unmet }, vec![]),
        (Row { awaits_reply: true, ..full }, vec![Lack::Reply]),
    ];
    for (row, lacks) in cases {
        assert_eq!(row.lacks(), lacks, "{row:?}");
    }
}

#[test]
fn in_a_returned_dossier_only_returned_rows_are_open() {
    let mut back = dossier(State::Returned);
    back.round = 2;
    let returns = [returned(2)];
    assert!(back.may_answer("c01", &returns).is_ok());
    assert_eq!(back.may_answer("c02", &returns).map_err(|no| no.code), Err("dossiers.row_not_returned".into()));
    assert_eq!(back.may_answer("c01", &[returned(1)]).map_err(|no| no.code), Err("dossiers.row_not_returned".into()));
    assert_eq!(dossier(State::Submitted).may_answer("c01", &[]).map_err(|no| no.code), Err("dossiers.locked".into()));
}

#[test]
fn an_appraisal_ends_with_every_row_seen_and_none_marked() {
    let code = |result: Result<Dossier, Refused>| result.map_err(|no| no.code).map(|d| d.state);
    assert_eq!(code(dossier(State::Submitted).appraise(3, &[])), Err("dossiers.rows_unseen".into()));
    assert_eq!(code(dossier(State::Submitted).appraise(0, &[returned(2)])), Err("dossiers.returns_pending".into()));
    assert_eq!(code(dossier(State::Submitted).send_back(&[returned(1)])), Err("dossiers.nothing_to_return".into()));
    assert_eq!(code(dossier(State::Submitted).appraise(0, &[returned(1)])), Ok(State::Appraised));
}

#[test]
fn a_standing_comes_back_from_its_letters() {
    let standing = Standing { marks: vec![Mark::Met, Mark::Unmet, Mark::Planned, Mark::NoData], fulfils: false };
    assert_eq!(standing.letters(), "mupn");
    assert_eq!(Standing::from_letters("mupn", false), Some(standing));
    assert_eq!(Standing::from_letters("mx", true), None);
}
