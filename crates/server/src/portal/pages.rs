//! Handlers of the portal. They ask for no cookie: the language is in the address, and everyone sees the same.

use std::{collections::BTreeMap, str::FromStr as _, sync::Arc};

use axum::{
    extract::{OriginalUri, Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use dienhinh_domain::{
    audit::checkpoint::PublicKey,
    calendar::{format_day, format_instant},
    cycles::Cycle,
    dossiers::Dossier,
    ids::DecisionId,
    recognition::{Decision, DecisionItem, Ruled, Status, normalise_code},
    text::Order,
    units::UnitAsOf,
};
use dienhinh_storage::{Tx, cycles, dossiers, recognition as rows, units};
use serde::Deserialize;

use super::views::{CertificatePage, PortalPage, PortalShell, TitleView, UnknownCodePage};
use crate::{
    app::{App, LoadedSet},
    audit::operator::of_certificate,
    recognition::words,
    web::{
        lang::Lang,
        problem::{Outcome, Problem},
        reply,
    },
};

/// A page shows whole decisions until it has so many titles.
const TITLES_ABOUT: i64 = 50;

/// How many decisions a page shows at most.
const DECISIONS_MAX: usize = 50;

/// What stands in an address behind the question mark.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    code: Option<String>,
    /// The last decision of the page before.
    before: Option<String>,
    #[serde(default)]
    lang: String,
}

impl Asked {
    fn lang(&self) -> Lang {
        Lang::from_code(&self.lang).unwrap_or_default()
    }
}

/// The name and port that the page was asked at; empty when the client does not say.
pub(crate) fn host(headers: &HeaderMap) -> &str {
    headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default()
}

/// The whole address at which a certificate is checked, for the square code on paper; empty without a host.
pub(crate) fn address(headers: &HeaderMap, code: &str) -> String {
    let forwarded = headers.get("x-forwarded-proto").and_then(|scheme| scheme.to_str().ok()).unwrap_or_default();
    let scheme =
        if forwarded.split(',').next().is_some_and(|first| first.trim() == "https") { "https" } else { "http" };
    match host(headers) {
        "" => String::new(),
        host => format!("{scheme}://{host}/portal/certificates/{code}"),
    }
}

async fn shell(app: &App, headers: &HeaderMap, lang: Lang, title: String, path: &str) -> Outcome<PortalShell> {
    let mut tx = app.db.read().await?;
    let root = units::roots(&mut tx, app.today()).await?.into_iter().next();
    Ok(PortalShell {
        lang,
        title,
        path: path.to_owned(),
        domain: host(headers).to_owned(),
        area: root.map(|unit| unit.name).unwrap_or_default(),
        sample: app.sample,
    })
}

/// A title that was given, and to whom.
pub(super) struct Title {
    pub(super) decision: Decision,
    pub(super) item: DecisionItem,
    /// What was ruled on it, the earliest first.
    pub(super) rulings: Vec<Ruled>,
    /// The unit as it was when it was assessed.
    pub(super) unit: UnitAsOf,
    pub(super) cycle: Cycle,
    pub(super) loaded: Arc<LoadedSet>,
}

impl Title {
    /// What some decisions gave, in their order, each in reading order of the units.
    async fn of(
        app: &App,
        tx: &mut Tx,
        decisions: &[Decision],
        wanted: impl Fn(&DecisionItem) -> bool,
    ) -> Outcome<Vec<Self>> {
        let items = || decisions.iter().flat_map(|decision| &decision.items).filter(|item| wanted(item));
        let dossiers = dossiers::some(tx, items().map(|item| item.dossier)).await?;
        let certificates = items().filter_map(|item| item.certificate.as_ref().map(|certificate| certificate.id));
        let mut rulings = rows::rulings(tx, certificates).await?;
        let opened: BTreeMap<_, _> = cycles::all(tx).await?.into_iter().map(|cycle| (cycle.id, cycle)).collect();
        let cycle_of = |dossier: &Dossier| opened.get(&dossier.cycle).ok_or(Problem::Missing("cycle"));
        let mut then = Vec::new();
        for dossier in dossiers.values() {
            then.push((cycle_of(dossier)?.last_day(), dossier.unit));
        }
        let assessed = units::as_of(tx, then.into_iter()).await?;
        let (order, mut titles) = (Order::new(), Vec::new());
        for decision in decisions {
            let mut given = Vec::new();
            for item in decision.items.iter().filter(|item| wanted(item)) {
                let dossier = dossiers.get(&item.dossier).ok_or(Problem::Missing("dossier"))?;
                let cycle = cycle_of(dossier)?.clone();
                let unit = assessed.get(&(cycle.last_day(), dossier.unit)).ok_or(Problem::Missing("unit"))?.clone();
                let loaded = Arc::clone(app.set_of(&cycle));
                let decision = Decision { items: Vec::new(), ..decision.clone() };
                let rulings = item.certificate.as_ref().and_then(|certificate| rulings.remove(&certificate.id));
                let rulings = rulings.unwrap_or_default();
                given.push(Self { decision, item: item.clone(), rulings, unit, cycle, loaded });
            }
            given.sort_by_cached_key(|title| order.key(&title.unit.version.name));
            titles.extend(given);
        }
        Ok(titles)
    }

    /// The title behind a code, however it is typed.
    pub(super) async fn by_code(app: &App, typed: &str) -> Outcome<Option<Self>> {
        let Some(code) = normalise_code(typed) else { return Ok(None) };
        let mut tx = app.db.read().await?;
        let Some(decision) = rows::by_certificate_code(&mut tx, &code).await? else { return Ok(None) };
        let bears = |item: &DecisionItem| item.certificate.as_ref().is_some_and(|found| found.code == code);
        Ok(Self::of(app, &mut tx, std::slice::from_ref(&decision), bears).await?.pop())
    }

    /// The code in its written form.
    pub(super) fn code(&self) -> String {
        self.item.certificate.as_ref().map(|certificate| certificate.code.clone()).unwrap_or_default()
    }

    /// How it stands.
    pub(super) fn status(&self) -> Status {
        Status::of(&self.rulings)
    }

    fn award(&self, lang: Lang) -> String {
        lang.of(self.loaded.set.award(self.unit.version.kind)).to_owned()
    }
}

/// The titles of the decisions before one, or of the latest, newest first, each decision in reading order; and the last
/// decision, where there are more.
async fn given(app: &App, before: Option<DecisionId>) -> Outcome<(Vec<Title>, Option<DecisionId>)> {
    let mut tx = app.db.read().await?;
    let limit = i64::try_from(DECISIONS_MAX + 1).unwrap_or(i64::MAX);
    let mut decisions = rows::latest(&mut tx, before, limit, false).await?;
    let titles = rows::titles(&mut tx, decisions.iter().map(|decision| decision.id)).await?;
    let (mut shown, mut together) = (0, 0);
    while shown < decisions.len().min(DECISIONS_MAX) && together < TITLES_ABOUT {
        together += titles.get(&decisions[shown].id).copied().unwrap_or_default();
        shown += 1;
    }
    let more = decisions.len() > shown;
    decisions.truncate(shown);
    rows::add_items(&mut tx, &mut decisions).await?;
    let last = decisions.last().filter(|_| more).map(|decision| decision.id);
    Ok((Title::of(app, &mut tx, &decisions, |item| item.recognised).await?, last))
}

fn title_view(lang: Lang, title: &Title) -> TitleView {
    let decision = &title.decision;
    TitleView {
        unit: title.unit.version.name.clone(),
        place: title.unit.place(),
        title: title.award(lang),
        year: title.cycle.year.to_string(),
        decision: format!("{}, {}", decision.notation(), format_day(decision.draft.signed_on)),
        href: format!("/portal/certificates/{}?lang={}", title.code(), lang.code()),
        status: (title.status() != Status::InForce)
            .then(|| (words::status_text(lang, title.status()), words::status_tone(title.status()))),
    }
}

/// `GET /portal`: recognised units, and the form to look up a code.
pub(crate) async fn titles(
    State(app): State<App>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Outcome<Response> {
    let lang = asked.lang();
    if let Some(code) = asked.code.as_deref().and_then(normalise_code) {
        return Ok(Redirect::to(&format!("/portal/certificates/{code}?lang={}", lang.code())).into_response());
    }
    let (status, code_error) = match asked.code {
        Some(_) => (StatusCode::UNPROCESSABLE_ENTITY, lang.t("portal-code-wrong")),
        None => (StatusCode::OK, String::new()),
    };
    let first = "/portal?lang=".to_owned() + lang.code();
    let before = asked.before.as_deref().map(DecisionId::from_str).transpose();
    let before = before.map_err(|_| Problem::Missing("decision"))?;
    let (titles, last) = given(&app, before).await?;
    let units = titles.iter().map(|title| title_view(lang, title)).collect();
    let next_href = last.map(|last| format!("{first}&before={last}")).unwrap_or_default();
    let first_href = if before.is_some() { first } else { String::new() };
    let shell = shell(&app, &headers, lang, lang.t("portal-title"), "/portal").await?;
    let page = PortalPage { shell, code: asked.code.unwrap_or_default(), code_error, units, first_href, next_href };
    reply::page_with(status, &page)
}

/// `GET /portal/certificates/{code}`: whether a certificate is real.
pub(crate) async fn certificate(
    State(app): State<App>,
    headers: HeaderMap,
    OriginalUri(uri): OriginalUri,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Outcome<Response> {
    let lang = asked.lang();
    let Some(title) = Title::by_code(&app, &code).await? else {
        // The path as it came, since a code that is not one may hold anything.
        let shell = shell(&app, &headers, lang, lang.t("portal-unknown-mark"), uri.path()).await?;
        let code = normalise_code(&code).unwrap_or(code);
        return reply::page_with(StatusCode::NOT_FOUND, &UnknownCodePage { shell, code });
    };
    let code = title.code();
    let heading = format!("{}: {}", lang.t("portal-certificate"), title.unit.version.name);
    let shell = shell(&app, &headers, lang, heading, &format!("/portal/certificates/{code}")).await?;
    reply::page(&CertificatePage {
        shell,
        status: words::status_text(lang, title.status()),
        tone: words::status_tone(title.status()),
        rulings: title.rulings.iter().map(|ruled| words::ruled(lang, ruled)).collect(),
        proof_href: if title.item.attested.is_some() {
            format!("/portal/certificates/{code}/proof")
        } else {
            String::new()
        },
        keys: app.keys.public.iter().map(PublicKey::text).collect(),
        code,
        unit: title.unit.version.name.clone(),
        place: title.unit.place(),
        title: title.award(lang),
        year: title.cycle.year.to_string(),
        decision: title.decision.notation(),
        signed_on: format_day(title.decision.draft.signed_on),
        issuer: title.decision.draft.issuer.clone(),
        checked_at: format_instant(app.now()),
    })
}

/// `GET /portal/certificates/{code}/proof`: a file that shows without this server that the certificate is recorded.
pub(crate) async fn proof(State(app): State<App>, Path(code): Path<String>) -> Outcome<Response> {
    let missing = Problem::Missing("certificate");
    let code = normalise_code(&code).ok_or(missing.clone())?;
    let mut tx = app.db.read().await?;
    let proof = of_certificate(&mut tx, &code, app.keys.signing.public().name()).await?.ok_or(missing)?;
    let disposition = format!("attachment; filename=\"{code}.proof.json\"");
    let headers = [(header::CONTENT_TYPE, "application/json".to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, proof.text()).into_response())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_address_on_paper_is_the_one_people_use() {
        for (host, forwarded, expected) in [
            (Some("a.example"), None, "http://a.example/portal/certificates/K"),
            (Some("a.example"), Some("https"), "https://a.example/portal/certificates/K"),
            (Some("a.example:8080"), Some("https, http"), "https://a.example:8080/portal/certificates/K"),
            (Some("a.example"), Some("ftp"), "http://a.example/portal/certificates/K"),
            (None, None, ""),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in [("host", host), ("x-forwarded-proto", forwarded)] {
                if let Some(value) = value {
                    headers.insert(name, HeaderValue::from_static(value));
                }
            }
            assert_eq!(address(&headers, "K"), expected);
        }
    }
}
