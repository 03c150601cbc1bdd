//! From the sheet to the certificate over HTTP, as five roles walk it; the steps serve other tests too.

use axum::http::StatusCode;
use dienhinh_testkit::Empty;

use crate::{
    committees::Council,
    site::{As, Site},
};

dienhinh_testkit::on_both!(from_the_sheet_to_the_certificate);

/// A small PDF.
pub(crate) const PDF: &[u8] = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n";

/// The criterion of the town that still lacks its proof.
pub(crate) const OPEN: &str = "c18";

/// The fields about a decision itself, as a secretary of the province fills them in.
pub(crate) const DRAFT: [(&str, &str); 6] = [
    ("signed_on", "24/11/2023"),
    ("issuer", "ỦY BAN NHÂN DÂN TỈNH BẠC LIÊU"),
    ("place", "Bạc Liêu"),
    ("capacity", "TM."),
    ("signatory", "CHỦ TỊCH"),
    ("legal_bases", "Căn cứ Quyết định số 9745/QĐ-BCA-V05"),
];

/// What stands between two marks.
pub(crate) fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("no {before}")).1;
    rest.split_once(after).expect("its end").0
}

/// The town's people, its dossier, and the province's.
pub(crate) struct Cast {
    pub(crate) dossier: String,
    pub(crate) officer: As,
    pub(crate) leader: As,
    pub(crate) appraiser: As,
    pub(crate) secretary: As,
    pub(crate) public: As,
}

impl Cast {
    pub(crate) async fn of(site: &Site) -> Self {
        let (unit, dossier) = site.find("exemplary-commune-34", "Thị trấn Châu Hưng").await;
        let province = site.province().await;
        Self {
            dossier,
            officer: As("unit_officer", unit.clone()),
            leader: As("unit_leader", unit),
            appraiser: As("appraiser", province.clone()),
            secretary: As("council_secretary", province.clone()),
            public: As("public", province),
        }
    }

    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/dossiers/{}{rest}", self.dossier)
    }

    /// A step of the whole dossier, which must work.
    pub(crate) async fn step(&self, site: &Site, who: &As, step: &str) {
        let answer = site.post(who, &self.path(step), &[]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{step}: {}", answer.text());
        assert!(answer.header("set-cookie").contains("done-"), "{step}: {}", answer.header("set-cookie"));
    }

    /// Attaches the missing proof, and hands the dossier in.
    pub(crate) async fn hand_in(&self, site: &Site) {
        let attached = site.upload(&self.officer, &self.path("/evidence"), OPEN, "cam-ket.pdf", PDF).await;
        assert_eq!(attached.status, StatusCode::OK, "{}", attached.text());
        self.step(site, &self.officer, "/present").await;
        self.step(site, &self.leader, "/submit").await;
    }

    /// Records a verdict on one row.
    pub(crate) async fn judge(&self, site: &Site, criterion: &str, verdict: &str, reason: &str) {
        let path = self.path(&format!("/appraisal/{criterion}"));
        let answer = site.post(&self.appraiser, &path, &[("verdict", verdict), ("reason", reason)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{criterion} {verdict}: {}", answer.text());
    }

    pub(crate) async fn state(&self, site: &Site) -> String {
        let dossier = site.api(&format!("/api/v1{}", self.path(""))).await;
        dossier["state"].as_str().expect("a state").to_owned()
    }
}

async fn from_the_sheet_to_the_certificate(empty: Empty) {
    let site = Site::open(empty).await;
    let cast = Cast::of(&site).await;
    let location = decide(&site, &cast).await;
    check_decision(&site, &cast, &location).await;
}

/// Takes the dossier the whole way, with a return and the vote of the council, to a decision; gives its address.
pub(crate) async fn decide(site: &Site, cast: &Cast) -> String {
    appraised(site, cast).await;
    Council::of(site, cast).await.is_for(site, &cast.dossier).await;
    record(site, cast).await
}

/// Takes the dossier, with a return, to where the council has it before it.
pub(crate) async fn appraised(site: &Site, cast: &Cast) {
    cast.hand_in(site).await;
    assert_eq!(cast.state(site).await, "submitted");

    cast.judge(site, "c05", "unmet", "Chưa thể hiện trong năm.").await;
    cast.judge(site, "c06", "return", "Bổ sung chữ ký.").await;
    cast.step(site, &cast.appraiser, "/return").await;
    assert_eq!(cast.state(site).await, "returned");

    let sheet = site.get(&cast.officer, &cast.path("?show=returned")).await.text();
    assert!(sheet.contains("Bổ sung chữ ký."), "the reason stands at the row");
    let too_early = site.post(&cast.officer, &cast.path("/present"), &[]).await;
    assert!(too_early.header("set-cookie").contains("refused-dossiers-incomplete"), "the reason is not answered");
    let replied = site.post_json(&cast.officer, &cast.path("/answers/c06"), &[("c06.reply", "Đã bổ sung.")]).await;
    assert_eq!(replied.status, StatusCode::OK, "{}", replied.text());
    cast.step(site, &cast.officer, "/present").await;
    cast.step(site, &cast.leader, "/submit").await;

    for number in 1..=34 {
        if number != 5 {
            cast.judge(site, &format!("c{number:02}"), "agree", "").await;
        }
    }
    cast.step(site, &cast.appraiser, "/appraise").await;
}

/// As secretary: records the decision for this dossier alone. Gives its address.
async fn record(site: &Site, cast: &Cast) -> String {
    let (status, location, decision) = decision(site, cast, "yes").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert_eq!(cast.state(site).await, "recognised");
    let fields: Vec<(&str, &str)> = decision.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let again = site.post_json(&cast.secretary, "/recognition", &fields).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "decided once");
    location
}

/// Sends the form for a decision on this dossier alone. Gives the status, the address it leads to, and the form.
pub(crate) async fn decision(site: &Site, cast: &Cast, outcome: &str) -> (StatusCode, String, Vec<(String, String)>) {
    let register = site.get(&cast.secretary, "/recognition").await.text();
    let form = register.split("<form").find(|form| form.contains(&cast.dossier)).expect("the dossier waits");
    let hidden = |name: &str| {
        let rest = form.split(&format!("name=\"{name}\" value=\"")).nth(1).expect("a hidden field");
        rest.split('"').next().expect("its value").to_owned()
    };
    let (cycle, issuer_unit) = (hidden("cycle"), hidden("issuer_unit"));
    let chosen = format!("outcome.{}", cast.dossier);
    let judged = [("cycle", cycle.as_str()), ("issuer_unit", &issuer_unit), (chosen.as_str(), outcome)];
    let decision = [&judged[..], &DRAFT].concat();
    let decided = site.post(&cast.secretary, "/recognition", &decision).await;
    let sent = decision.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    (decided.status, decided.header("location").to_owned(), sent)
}

/// The decision's page, its papers, and the public page behind the code.
async fn check_decision(site: &Site, cast: &Cast, location: &str) {
    let page = site.get(&cast.secretary, location).await.text();
    assert!(page.contains("02/QĐ-UBND"), "the sample's own decision is number 01");
    let line = page.split("<tr>").find(|line| line.contains("Châu Hưng")).expect("the unit is listed");
    let code = line.split("class=\"code\">").nth(1).expect("a code").split('<').next().expect("the code").to_owned();
    let certificate = site.api(&format!("/api/v1/certificates/{code}")).await;
    assert_eq!(certificate["unit"]["name"], "Thị trấn Châu Hưng");
    assert_eq!(certificate["decision"]["notation"], "02/QĐ-UBND");
    let paper = |path: String| async move {
        let paper = site.get(&cast.secretary, &path).await;
        assert_eq!(paper.status, StatusCode::OK, "{path}: {}", paper.text());
        assert!(paper.body.starts_with(b"%PDF-"), "{path}");
    };
    paper(format!("{location}/decision.pdf")).await;
    let href =
        line.split("href=\"/recognition/certificates/").nth(1).expect("a link").split('"').next().expect("its end");
    paper(format!("/recognition/certificates/{href}")).await;
    paper(cast.path("/score-sheet.pdf")).await;

    let typed = code.to_lowercase().replace('-', " ").replace(' ', "%20");
    let found = site.get(&cast.public, &format!("/portal/certificates/{typed}")).await;
    assert_eq!(found.status, StatusCode::OK);
    assert!(found.text().contains("Thị trấn Châu Hưng") && found.text().contains("Còn hiệu lực"));
    assert_eq!(found.header("set-cookie"), "", "the public page sets no cookie");
}
