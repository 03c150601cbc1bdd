//! One row of the sheet from a case: how it is answered, what it lacks, what proves it.

use std::collections::BTreeMap;

use dienhinh_domain::{
    calendar::{format_day, format_instant},
    dossiers::{Lack, Row, Stage},
    evidence::{ACCEPTED, Evidence},
    plans::Cause,
    programmes::{Criterion, EvidenceRule, Input, InputKind, Rule},
    text::{format_count, format_thousandths},
};
use dienhinh_engine::rule_in_words;

use super::{
    sheet::{Reader, Sight},
    words,
};
use crate::{
    dossiers::{
        case::{Case, Results},
        seen,
        views::{
            parts::{EvidenceList, FileView, OutcomeView, TagView},
            sheet::{AnswerView, CauseView, CountInput, PlanView, ReturnedView, RowView},
        },
    },
    web::{lang::Lang, layout::Tone},
};

/// What a form brought that could not be stored, by field name, with the words beside it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Typed {
    /// Values as they were typed.
    pub(crate) values: BTreeMap<String, String>,
    /// What is wrong with a field.
    pub(crate) errors: BTreeMap<String, String>,
    /// The plan of one row as it was typed.
    pub(crate) plan: Option<(String, PlanFields)>,
}

/// The fields of a plan as they were typed.
#[derive(Debug, Clone, Default)]
pub(crate) struct PlanFields {
    pub(crate) cause: String,
    pub(crate) action: String,
    pub(crate) owner: String,
    pub(crate) due_on: String,
}

impl Typed {
    fn value(&self, field: &str) -> Option<&String> {
        self.values.get(field)
    }
}

/// Everything rows of one sheet share.
pub(super) struct Sheet<'a> {
    pub(super) case: &'a Case,
    pub(super) results: &'a Results,
    pub(super) reader: Reader,
    pub(super) typed: &'a Typed,
}

impl Sheet<'_> {
    /// The row of the criterion at a place of the set.
    pub(super) fn row(&self, at: usize, state: &Row) -> RowView {
        let (case, lang) = (self.case, self.reader.lang);
        let criterion = &case.loaded.set.criteria[at];
        let answer = case.answer(&criterion.id, Stage::SelfAssessed);
        let editable = self.reader.may_write && case.dossier.may_answer(&criterion.id, &case.returns).is_ok();
        let lacks = state.lacks();
        let explanation = case.explanation(self.results, at);
        let outcome = OutcomeView::from(self.results.outcomes[at]);
        let has_points = case.loaded.set.has_points();
        let note = self.typed.value(&format!("{}.note", criterion.id)).cloned();
        RowView {
            lang,
            dossier: case.dossier.id.to_string(),
            number: criterion.number,
            text: lang.of(&criterion.text).to_owned(),
            tags: self.tags(criterion, state),
            answer: self.answer(criterion, &explanation.figures()),
            editable,
            outcome,
            has_points,
            points: explanation.points_thousandths.map(|points| format_thousandths(points, 1)),
            max: has_points.then(|| format_thousandths(criterion.points_thousandths, 1)),
            rule: rule_in_words(criterion, lang.of_engine()),
            guidance: guidance(lang, criterion),
            explanation: explanation.sentence(lang.of_engine()),
            source: source(lang, criterion),
            note: note.unwrap_or_else(|| answer.map(|answer| answer.note.clone()).unwrap_or_default()),
            revision: answer.map_or(0, |answer| answer.revision),
            saved: answer
                .map(|answer| lang.t1("sheet-saved-at", "at", words::moment(answer.at, self.reader.today)))
                .unwrap_or_default(),
            evidence_missing: lacks.contains(&Lack::Evidence),
            lacks: lacks.iter().map(|lack| lack_text(lang, *lack)).collect(),
            evidence: evidence_list(lang, case, &criterion.id, editable),
            returned: self.returned(criterion),
            appraised: self.appraised(criterion),
            plan: Some(self.plan(criterion, state)),
            plan_editable: self.reader.may_plan && !case.dossier.state.is_decided(),
            open: self.opens(criterion, &lacks),
            id: criterion.id.clone(),
        }
    }

    /// Unfolded where something has to be read or mended first.
    fn opens(&self, criterion: &Criterion, lacks: &[Lack]) -> bool {
        let wrong = self.typed.errors.keys().any(|field| field.starts_with(&format!("{}.", criterion.id)));
        let plan_came_back = self.typed.plan.as_ref().is_some_and(|(of, _)| *of == criterion.id);
        let asked = lacks.iter().any(|lack| matches!(lack, Lack::Explanation | Lack::Plan));
        wrong || plan_came_back || (self.reader.may_write && asked)
    }

    fn tags(&self, criterion: &Criterion, state: &Row) -> Vec<TagView> {
        let lang = self.reader.lang;
        let mut tags = requirement_tags(lang, criterion);
        if state.met == Some(false) {
            let tone = if state.has_plan { Tone::Info } else { Tone::No };
            tags.push(TagView { tone, text: lang.t("tag-plan"), href: format!("#{}-plan", criterion.id) });
        }
        tags.extend(words::mark_tag(lang, criterion.mark).map(|tag| TagView {
            tone: Tone::Plain,
            href: format!("/programmes/{}#{}", self.case.loaded.set.code, criterion.id),
            ..tag
        }));
        tags
    }

    fn answer(&self, criterion: &Criterion, computed: &str) -> AnswerView {
        let answer = self.case.answer(&criterion.id, Stage::SelfAssessed);
        if matches!(criterion.rule, Rule::Judgement { .. }) {
            let typed = self.typed.value(&criterion.id).map(|value| value == "1");
            let stored = answer.and_then(|answer| answer.inputs.get(&criterion.id)).map(|value| *value == 1);
            return AnswerView::Judgement { met: typed.or(stored) };
        }
        let computed = computed.to_owned();
        if criterion.is_derived() {
            let values = criterion.inputs.iter().map(|input| self.figure(input, self.case.derived.get(&input.key)));
            let source = self.reader.lang.t("sheet-derived");
            return AnswerView::Derived { values: values.collect(), source, computed };
        }
        let stored = |input: &Input| answer.and_then(|answer| answer.inputs.get(&input.key));
        let inputs = criterion.inputs.iter().map(|input| self.figure(input, stored(input))).collect();
        AnswerView::Counts { inputs, computed }
    }

    fn figure(&self, input: &Input, stored: Option<&i64>) -> CountInput {
        let stored = stored.map(|value| format_count(*value)).unwrap_or_default();
        CountInput {
            key: input.key.clone(),
            label: self.reader.lang.of(&input.label).to_owned(),
            value: self.typed.value(&input.key).cloned().unwrap_or(stored),
            error: self.typed.errors.get(&input.key).cloned().unwrap_or_default(),
        }
    }

    fn returned(&self, criterion: &Criterion) -> Option<ReturnedView> {
        // Between the unit and those above it, also once what came of it is public.
        let back = self.case.open_return(&criterion.id).filter(|_| self.reader.sight != Sight::Public)?;
        let typed = self.typed.value(&format!("{}.reply", criterion.id));
        Some(ReturnedView { reason: back.reason.clone(), reply: typed.unwrap_or(&back.reply).clone() })
    }

    /// What the appraisers found, once they have handed it over.
    fn appraised(&self, criterion: &Criterion) -> Option<String> {
        let case = self.case;
        let answer = case.answer(&criterion.id, Stage::Appraised).filter(|_| case.shows(Stage::Appraised))?;
        let results = case.results(Stage::Appraised).ok()?;
        let at = case.loaded.plan.criterion(&criterion.id)?;
        let lang = self.reader.lang;
        let outcome = OutcomeView::from(results.outcomes[at]).text(lang);
        Some(if answer.note.is_empty() { outcome } else { format!("{outcome}. {}", answer.note) })
    }

    fn plan(&self, criterion: &Criterion, state: &Row) -> PlanView {
        let lang = self.reader.lang;
        let stored = self.case.plan_of(&criterion.id);
        let typed = self.typed.plan.as_ref().filter(|(of, _)| *of == criterion.id).map(|(_, fields)| fields.clone());
        let fields = typed.unwrap_or_else(|| {
            stored.map_or_else(PlanFields::default, |plan| PlanFields {
                cause: plan.cause.code().to_owned(),
                action: plan.action.clone(),
                owner: plan.owner.clone(),
                due_on: format_day(plan.due_on),
            })
        });
        let causes = Cause::ALL.map(|cause| CauseView {
            code: cause.code(),
            text: lang.look_up(&format!("cause-{}", cause.code()), &[]),
            chosen: cause.code() == fields.cause,
        });
        PlanView {
            needed: state.met == Some(false),
            written: stored.is_some(),
            causes: causes.to_vec(),
            action: fields.action,
            owner: fields.owner,
            due_on: fields.due_on,
            seen: seen::plan(self.case, &criterion.id),
        }
    }
}

/// Mandatory, knock-out.
pub(crate) fn requirement_tags(lang: Lang, criterion: &Criterion) -> Vec<TagView> {
    let tag = |tone, key: &str| TagView { tone, text: lang.t(key), href: String::new() };
    let mandatory = criterion.mandatory.then(|| tag(Tone::Info, "tag-mandatory"));
    let knock_out = criterion.knock_out.then(|| tag(Tone::No, "tag-knock-out"));
    mandatory.into_iter().chain(knock_out).collect()
}

/// What a row lacks, in words.
pub(super) fn lack_text(lang: Lang, lack: Lack) -> String {
    lang.look_up(&format!("lack-{}", lack_code(lack)), &[])
}

/// The word of a lack in keys and filters.
pub(super) fn lack_code(lack: Lack) -> &'static str {
    match lack {
        Lack::Answer => "answer",
        Lack::Evidence => "evidence",
        Lack::Explanation => "explanation",
        Lack::Plan => "plan",
        Lack::Reply => "reply",
    }
}

/// Guidance, and what usually proves it.
fn guidance(lang: Lang, criterion: &Criterion) -> String {
    let evidence = lang.of(&criterion.evidence);
    let proof = match criterion.proof {
        _ if evidence.is_empty() => String::new(),
        EvidenceRule::Required => lang.t1("row-evidence-required", "evidence", evidence),
        EvidenceRule::Optional => lang.t1("row-evidence-usual", "evidence", evidence),
    };
    [lang.of(&criterion.guidance).to_owned(), proof]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Document and clause with the mark of the text.
fn source(lang: Lang, criterion: &Criterion) -> String {
    let mark = lang.look_up(&format!("mark-{}", criterion.mark.code()), &[]);
    format!("{} ({})", lang.of(&criterion.source), mark.to_lowercase())
}

/// The proofs of one criterion.
pub(crate) fn evidence_list(lang: Lang, case: &Case, criterion: &str, removable: bool) -> EvidenceList {
    EvidenceList {
        lang,
        dossier: case.dossier.id.to_string(),
        criterion: criterion.to_owned(),
        files: case.evidence_of(criterion).map(|proof| file_view(lang, proof)).collect(),
        removable,
    }
}

fn file_view(lang: Lang, proof: &Evidence) -> FileView {
    let effective = proof.effective_on.map(|day| lang.t1("evidence-of-day", "day", format_day(day)));
    let received = lang.t1("evidence-received", "at", format_instant(proof.uploaded_at));
    let facts = [Some(size_text(proof.bytes)), effective, Some(received)];
    FileView {
        id: proof.id.to_string(),
        name: proof.file_name.clone(),
        kind: ACCEPTED.iter().find(|kind| kind.media == proof.media).map_or("?", |kind| kind.label),
        facts: facts.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        pointer: proof.pointer.clone(),
    }
}

/// `1,2 MB`, `640 kB`, in steps of a thousand.
fn size_text(bytes: u64) -> String {
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    if bytes >= 1_000_000 {
        format!("{} MB", format_thousandths(bytes / 100_000 * 100, 1))
    } else {
        format!("{} kB", format_count((bytes + 999) / 1000))
    }
}

/// Figures as a unit gave them, `Số vụ: 18; tổng số: 25`; empty for a judgement.
pub(crate) fn figures_text(lang: Lang, case: &Case, criterion: &Criterion, stage: Stage) -> String {
    let answer = case.answer(&criterion.id, stage);
    let value = |input: &Input| {
        answer.and_then(|answer| answer.inputs.get(&input.key)).or_else(|| case.derived.get(&input.key))
    };
    let counts = criterion.inputs.iter().filter(|input| input.kind == InputKind::Count);
    let figures =
        counts.filter_map(|input| Some(format!("{}: {}", lang.of(&input.label), format_count(*value(input)?))));
    figures.collect::<Vec<_>>().join("; ")
}
