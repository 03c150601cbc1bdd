//! Recognition (S11): the register of decisions, what waits for one, and a decision with its list.

use askama::Template;

use crate::web::{
    filters,
    layout::{Choice, Shell, Tone},
};

/// The register, and the form for the next decision.
#[derive(Debug, Clone, Template)]
#[template(path = "recognition/register.html")]
pub(crate) struct RegisterPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// What may be decided now, one form a cycle and issuing body; empty for readers who may not decide.
    pub(crate) forms: Vec<DecideForm>,
    /// What to say when nothing waits.
    pub(crate) nothing_waits: String,
    /// The register, newest first.
    pub(crate) decisions: Vec<DecisionLine>,
}

/// A decision in the register.
#[derive(Debug, Clone)]
pub(crate) struct DecisionLine {
    /// `/recognition/{id}`.
    pub(crate) href: String,
    /// `05/QĐ-UBND`.
    pub(crate) notation: String,
    /// Issuing body: each has numbers of its own.
    pub(crate) issuer: String,
    /// `24/11/2023`.
    pub(crate) signed_on: String,
    /// Programme and year.
    pub(crate) programme: String,
    /// `33 công nhận, 2 không công nhận`.
    pub(crate) outcome: String,
    /// `TM. ỦY BAN NHÂN DÂN · CHỦ TỊCH`.
    pub(crate) signatory: String,
}

/// The form for a decision of one body on one cycle.
#[derive(Debug, Clone)]
pub(crate) struct DecideForm {
    /// Identity of the cycle, hidden field `cycle`.
    pub(crate) cycle: String,
    /// Identity of the unit whose People's Committee decides, hidden field `issuer_unit`.
    pub(crate) issuer_unit: String,
    /// Programme and year, and the name of the issuing unit.
    pub(crate) title: String,
    /// The dossiers that wait.
    pub(crate) waiting: Vec<WaitingView>,
    /// The set asks for the vote of a council.
    pub(crate) has_council: bool,
    /// The fields about the decision itself.
    pub(crate) draft: DraftFields,
    /// What has to be put right when the form came back.
    pub(crate) mistake: Mistake,
}

/// The fields about a decision itself.
#[derive(Debug, Clone)]
pub(crate) struct DraftFields {
    /// The number that comes next: `05/QĐ-UBND`.
    pub(crate) number_preview: String,
    /// Issuing body in capitals.
    pub(crate) issuer: String,
    /// Place in the date line.
    pub(crate) place: String,
    /// `24/11/2023`.
    pub(crate) signed_on: String,
    /// Capacities to choose from.
    pub(crate) capacities: Vec<CapacityView>,
    /// Title of the signatory.
    pub(crate) signatory: String,
    /// Legal bases, one a line.
    pub(crate) legal_bases: String,
    /// The second factor is to be shown.
    pub(crate) asks_code: bool,
}

/// A mistake in a form, shown beside its field.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mistake {
    /// Name of the field, `outcome` for the choices; empty when nothing is wrong.
    pub(crate) field: &'static str,
    /// What to put right.
    pub(crate) text: String,
}

/// A dossier that waits for a decision; its field is `outcome.{dossier}` = `later`, `yes`, `no`.
#[derive(Debug, Clone)]
pub(crate) struct WaitingView {
    /// Identity of the dossier.
    pub(crate) dossier: String,
    /// The unit.
    pub(crate) unit: String,
    /// The names above it.
    pub(crate) place: String,
    /// Its dossier.
    pub(crate) href: String,
    /// `32/34 đạt · 96,0 điểm`.
    pub(crate) result: String,
    /// What the rules say, in a word.
    pub(crate) rules: String,
    /// How that is meant.
    pub(crate) tone: Tone,
    /// What the council said; empty where the set asks for none.
    pub(crate) council: String,
    /// How that is meant.
    pub(crate) council_tone: Tone,
    /// The meeting at which it said so, or will; else where it is called together.
    pub(crate) council_href: String,
    /// The rules bear the title out, and so does the council: without it the title cannot be given.
    pub(crate) may_recognise: bool,
    /// The title can be withheld: a council that is for it has to be heard again first.
    pub(crate) may_refuse: bool,
    /// What is chosen now: `later`, `yes` or `no`.
    pub(crate) chosen: &'static str,
}

/// A capacity to sign in.
#[derive(Debug, Clone)]
pub(crate) struct CapacityView {
    /// `TM.`
    pub(crate) code: &'static str,
    /// `TM. (thay mặt tập thể)`.
    pub(crate) text: String,
    /// It is chosen.
    pub(crate) chosen: bool,
}

/// One decision.
#[derive(Debug, Clone, Template)]
#[template(path = "recognition/decision.html")]
pub(crate) struct DecisionPage {
    /// The frame.
    pub(crate) shell: Shell,
    /// Identity: `/recognition/{id}/decision.pdf`.
    pub(crate) id: String,
    /// `Quyết định 05/QĐ-UBND`.
    pub(crate) heading: String,
    /// Programme and year.
    pub(crate) programme: String,
    /// Issuing body.
    pub(crate) issuer: String,
    /// `24/11/2023`.
    pub(crate) signed_on: String,
    /// `TM. ỦY BAN NHÂN DÂN · CHỦ TỊCH`.
    pub(crate) signatory: String,
    /// Legal bases.
    pub(crate) legal_bases: Vec<String>,
    /// What it rules on titles that an earlier decision gave.
    pub(crate) ruling: Option<RulingFacts>,
    /// The units decided on.
    pub(crate) items: Vec<DecidedView>,
    /// The form for a ruling on its titles; none for readers who may not rule.
    pub(crate) form: Option<RulingForm>,
    /// To whoever could rule: no body is competent any more.
    pub(crate) nobody: bool,
}

/// What a decision rules.
#[derive(Debug, Clone)]
pub(crate) struct RulingFacts {
    /// The decision that gave the titles: address and name.
    pub(crate) on: (String, String),
    /// `Thu hồi`.
    pub(crate) measure: String,
    /// `01/03/2024`.
    pub(crate) effective_on: String,
    /// Why.
    pub(crate) reason: String,
}

/// A ruling in the history of a title.
#[derive(Debug, Clone)]
pub(crate) struct RuledView {
    /// `/recognition/{id}`.
    pub(crate) href: String,
    /// `06/QĐ-UBND, 01/03/2024`.
    pub(crate) decision: String,
    /// `Thu hồi`.
    pub(crate) measure: String,
    /// `01/03/2024`.
    pub(crate) effective_on: String,
    /// Why.
    pub(crate) reason: String,
}

/// The form for a decision that suspends, restores or revokes titles.
#[derive(Debug, Clone)]
pub(crate) struct RulingForm {
    /// The titles to choose from.
    pub(crate) titles: Vec<TitleChoice>,
    /// What can be done to them.
    pub(crate) measures: Vec<Choice>,
    /// `01/03/2024`.
    pub(crate) effective_on: String,
    /// Why.
    pub(crate) reason: String,
    /// The fields about the decision itself.
    pub(crate) draft: DraftFields,
    /// What has to be put right when the form came back.
    pub(crate) mistake: Mistake,
}

/// A title that the form offers.
#[derive(Debug, Clone)]
pub(crate) struct TitleChoice {
    /// Identity of its certificate.
    pub(crate) certificate: String,
    /// The unit.
    pub(crate) unit: String,
    /// The names above it.
    pub(crate) place: String,
    /// How it stands.
    pub(crate) status: String,
    /// It is chosen.
    pub(crate) chosen: bool,
}

/// A unit in a decision.
#[derive(Debug, Clone)]
pub(crate) struct DecidedView {
    /// The unit.
    pub(crate) unit: String,
    /// The names above it.
    pub(crate) place: String,
    /// Its dossier; empty where it is closed to the reader again.
    pub(crate) href: String,
    /// `Công nhận` or `Không công nhận`.
    pub(crate) outcome: String,
    /// How that is meant.
    pub(crate) tone: Tone,
    /// `32/34 đạt · 96,0 điểm`.
    pub(crate) result: String,
    /// Its certificate.
    pub(crate) certificate: Option<CertificateLink>,
    /// How its title stands, where something was ruled on it; or that the decision is looked at again.
    pub(crate) status: Option<(String, Tone)>,
    /// The decision that holds instead, and the one that this one takes the place of: words, address, name.
    pub(crate) beside: Vec<(String, String, String)>,
    /// What was ruled on its title, the earliest first.
    pub(crate) rulings: Vec<RuledView>,
}

/// A certificate with its papers.
#[derive(Debug, Clone)]
pub(crate) struct CertificateLink {
    /// What people type or scan.
    pub(crate) code: String,
    /// `/recognition/certificates/{code}.pdf`.
    pub(crate) pdf_href: String,
    /// `/portal/certificates/{code}`.
    pub(crate) portal_href: String,
}
