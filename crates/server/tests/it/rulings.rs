//! Titles that were given are suspended, restored and revoked over HTTP, and what each page says of them then.

use axum::http::StatusCode;
use dienhinh_testkit::Empty;
use futures_util::future::join_all;

use crate::{
    site::{Answer, As, Site},
    story::{Cast, between, decide},
};

dienhinh_testkit::on_both!(
    a_title_is_suspended_restored_and_revoked,
    what_does_not_fit_is_refused_and_nothing_is_lost,
    of_two_rulings_at_once_one_holds,
);

/// The town's title: the page of its decision, its certificate's code and identity.
#[derive(Clone)]
struct Given {
    href: String,
    code: String,
    certificate: String,
}

impl Given {
    async fn of(site: &Site, cast: &Cast) -> Self {
        let href = decide(site, cast).await;
        Self::on(site, cast, href).await
    }

    /// The first title of a decision in the register.
    async fn first_of(site: &Site, cast: &Cast, notation: &str) -> Self {
        let register = site.get(&cast.secretary, "/recognition").await.text();
        let (before, _) = register.split_once(&format!("\">{notation}</a>")).expect("in the register");
        let href = before.rsplit_once("href=\"").expect("a link").1.to_owned();
        Self::on(site, cast, href).await
    }

    async fn on(site: &Site, cast: &Cast, href: String) -> Self {
        let page = site.get(&cast.secretary, &href).await.text();
        let code = between(&page, "class=\"code\">", "<").to_owned();
        let certificate = between(&page, "name=\"certificate\" value=\"", "\"").to_owned();
        Self { href, code, certificate }
    }

    /// The form for a ruling, with some fields otherwise.
    async fn rule(&self, site: &Site, who: &As, measure: &str, changes: &[(&str, &str)]) -> Answer {
        let mut fields = vec![
            ("measure", measure),
            ("certificate", self.certificate.as_str()),
            ("effective_on", "24/11/2023"),
            ("reason", "Số liệu kê khai không đúng thực tế."),
            ("signed_on", "24/11/2023"),
            ("issuer", "ỦY BAN NHÂN DÂN TỈNH BẠC LIÊU"),
            ("place", "Bạc Liêu"),
            ("capacity", "KT."),
            ("signatory", "PHÓ CHỦ TỊCH"),
            ("legal_bases", "Căn cứ Kết luận thanh tra số 12/KL-TTr"),
        ];
        for (name, value) in changes {
            fields.retain(|(field, _)| field != name);
            if !value.is_empty() {
                fields.push((name, value));
            }
        }
        site.post(who, &format!("{}/rulings", self.href), &fields).await
    }

    /// A ruling that must be stored; gives its address.
    async fn ruled(&self, site: &Site, cast: &Cast, measure: &str) -> String {
        let ruled = self.rule(site, &cast.secretary, measure, &[]).await;
        assert_eq!(ruled.status, StatusCode::SEE_OTHER, "{measure}: {}", ruled.text());
        ruled.header("location").to_owned()
    }

    async fn status(&self, site: &Site) -> (String, usize) {
        let certificate = site.api(&format!("/api/v1/certificates/{}", self.code)).await;
        let rulings = certificate["rulings"].as_array().expect("a list").len();
        (certificate["status"].as_str().expect("a status").to_owned(), rulings)
    }

    async fn public_page(&self, site: &Site, cast: &Cast) -> String {
        site.get(&cast.public, &format!("/portal/certificates/{}", self.code)).await.text()
    }
}

fn assert_pdf(paper: &Answer) {
    assert_eq!(paper.status, StatusCode::OK, "{}", paper.text());
    assert!(paper.body.starts_with(b"%PDF-"));
}

async fn a_title_is_suspended_restored_and_revoked(empty: Empty) {
    let site = Site::open(empty).await;
    let cast = Cast::of(&site).await;
    let given = Given::of(&site, &cast).await;
    assert_eq!(given.status(&site).await, ("in_force".to_owned(), 0));

    let suspended = given.ruled(&site, &cast, "suspend").await;
    assert_eq!(given.status(&site).await, ("suspended".to_owned(), 1));
    assert_eq!(cast.state(&site).await, "recognised", "a suspended title is still the unit's");
    let page = given.public_page(&site, &cast).await;
    assert!(page.contains("verdict-card wait") && page.contains("Đang tạm đình chỉ"), "{page}");
    let ruling = site.get(&cast.secretary, &suspended).await.text();
    assert!(ruling.contains("03/QĐ-UBND") && ruling.contains("02/QĐ-UBND"), "its number, and the one it is on");
    assert!(ruling.contains("Số liệu kê khai không đúng thực tế."));
    assert!(!ruling.contains("/rulings\""), "nobody rules on a ruling");
    let on_ruling = Given { href: suspended.clone(), ..given.clone() };
    assert_eq!(on_ruling.rule(&site, &cast.secretary, "revoke", &[]).await.status, StatusCode::NOT_FOUND);

    given.ruled(&site, &cast, "restore").await;
    assert_eq!(given.status(&site).await, ("in_force".to_owned(), 2));
    assert!(given.public_page(&site, &cast).await.contains("verdict-card ok"));

    let revoked = given.ruled(&site, &cast, "revoke").await;
    assert_eq!(given.status(&site).await, ("revoked".to_owned(), 3));
    assert_eq!(cast.state(&site).await, "revoked");
    let page = given.public_page(&site, &cast).await;
    assert!(page.contains("verdict-card no") && page.contains("Đã thu hồi"), "{page}");
    assert_eq!(page.matches("<a href=\"/recognition/").count(), 3, "every ruling is told");
    assert!(page.contains("/proof\""), "that it was given can still be shown");

    // The first decision, its paper and its certificate are as they were, but for what they say of today.
    let first = site.get(&cast.public, &given.href).await.text();
    assert!(first.contains("Công nhận") && first.contains("Đã thu hồi") && !first.contains("/rulings\""));
    for path in [
        format!("{}/decision.pdf", given.href),
        format!("{revoked}/decision.pdf"),
        format!("/recognition/certificates/{}.pdf", given.code),
    ] {
        assert_pdf(&site.get(&cast.public, &path).await);
    }
    let portal = site.get(&cast.public, "/portal").await.text();
    assert!(portal.contains("Đã thu hồi"), "the list says so too");
    let register = site.get(&cast.public, "/recognition").await.text();
    assert!(register.contains("1 thu hồi") && register.contains("1 khôi phục"), "{register}");
    let record = site.get(&cast.secretary, "/audit").await.text();
    assert!(record.contains("Thu hồi danh hiệu") && record.contains(&format!("href=\"{revoked}\"")));
}

async fn what_does_not_fit_is_refused_and_nothing_is_lost(empty: Empty) {
    let site = Site::open(empty).await;
    let cast = Cast::of(&site).await;
    let given = Given::of(&site, &cast).await;
    let unfit = given.rule(&site, &cast.secretary, "restore", &[]).await;
    assert_eq!(unfit.status, StatusCode::CONFLICT, "{}", unfit.text());
    assert!(unfit.text().contains("chỉ tạm đình chỉ hoặc thu hồi được"));
    for (name, value, words) in [
        ("measure", "", "Chọn biện pháp"),
        ("certificate", "", "Chọn ít nhất một đơn vị"),
        ("reason", " ", "Nhập lý do"),
        ("effective_on", "31/02/2023", "không đúng: 31/02/2023"),
        ("effective_on", "23/11/2023", "không được trước 24/11/2023"),
        ("effective_on", "25/11/2023", "chưa đến"),
        ("signed_on", "23/11/2023", "Ngày ký không được trước"),
        ("signed_on", "25/11/2023", "chưa đến"),
        ("signatory", " ", "chức vụ người ký"),
    ] {
        let refused = given.rule(&site, &cast.secretary, "revoke", &[(name, value)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}={value}: {}", refused.text());
        let page = refused.text();
        assert!(page.contains(words), "{name}={value}: {page}");
        assert_eq!(page.matches("id=\"mistake-1\"").count(), 1, "{name}={value}: beside the field");
        assert!(page.contains("Căn cứ Kết luận thanh tra số 12/KL-TTr"), "what was typed is still there");
    }
    for (name, value) in [("measure", "forget"), ("certificate", "x"), ("capacity", "PP.")] {
        let missing = given.rule(&site, &cast.secretary, "revoke", &[(name, value)]).await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND, "{name}={value}");
    }
    // The sample's own decision gave titles too: they are not this one's to rule on.
    let others = Given::first_of(&site, &cast, "01/QĐ-UBND").await;
    let other = given.rule(&site, &cast.secretary, "revoke", &[("certificate", &others.certificate)]).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND, "a title of another decision");
    // Who has the role elsewhere, or below the body that gave the title, has no say.
    for place in ["Huyện Vĩnh Lợi", "Thị trấn Châu Hưng"] {
        let below = As("council_secretary", site.unit(place).await);
        assert_eq!(given.rule(&site, &below, "revoke", &[]).await.status, StatusCode::FORBIDDEN, "{place}");
        assert!(!site.get(&below, &given.href).await.text().contains("/rulings\""), "{place}");
    }
    for who in [&cast.officer, &cast.leader, &cast.appraiser, &cast.public] {
        assert_eq!(given.rule(&site, who, "revoke", &[]).await.status, StatusCode::FORBIDDEN, "{}", who.0);
    }
    assert_eq!(given.status(&site).await, ("in_force".to_owned(), 0));

    given.ruled(&site, &cast, "revoke").await;
    let twice = given.rule(&site, &cast.secretary, "revoke", &[]).await;
    assert!(twice.text().contains("chỉ khôi phục được"), "{}", twice.text());
    assert_eq!(given.status(&site).await, ("revoked".to_owned(), 1));
}

async fn of_two_rulings_at_once_one_holds(empty: Empty) {
    let site = Site::open(empty).await;
    let cast = Cast::of(&site).await;
    let given = Given::of(&site, &cast).await;
    let answers = join_all((0..4).map(|_| given.rule(&site, &cast.secretary, "revoke", &[]))).await;
    let kept = answers.iter().filter(|answer| answer.status == StatusCode::SEE_OTHER).count();
    assert_eq!(kept, 1, "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
    assert_eq!(given.status(&site).await, ("revoked".to_owned(), 1));
    // No number was lost to those that were refused.
    given.ruled(&site, &cast, "restore").await;
    let register = site.get(&cast.public, "/recognition").await.text();
    assert!(register.contains("04/QĐ-UBND") && !register.contains("05/QĐ-UBND"), "{register}");
}
