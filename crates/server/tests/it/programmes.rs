//! A version of a criteria set is put into an installation: what the record says of it, and what stands in its way.

use std::{sync::Arc, time::Duration};

use axum::http::StatusCode;
use dienhinh_domain::{access::Action, audit::Author};
use dienhinh_server::{ActivateError, Activated, Proposal, SystemClock, activate};
use dienhinh_storage::{
    Db,
    audit::{self, Of},
    programmes,
};

use crate::{site::Site, story::Cast};

const CODE: &str = "movement-classification";

fn proposal(pack: String) -> Proposal {
    let cases = include_str!("../../../../packs/movement-classification/cases.toml");
    Proposal { code: CODE.to_owned(), pack, cases: Some(cases.to_owned()) }
}

fn pack() -> String {
    include_str!("../../../../packs/movement-classification/pack.toml").to_owned()
}

async fn put(site: &Site, proposal: &Proposal) -> Result<Activated, ActivateError> {
    activate(&site.installation(), Arc::new(SystemClock), proposal).await
}

/// How many entries the record has and how many versions are installed.
async fn sizes(db: &Db) -> (u64, usize) {
    let mut tx = db.read().await.expect("a transaction");
    let entries = audit::size(&mut tx).await.expect("read");
    (entries, programmes::all(&mut tx).await.expect("read").len())
}

#[tokio::test]
async fn the_record_names_the_operator_and_what_was_put_in() {
    let site = Site::fresh().await;
    let db = site.database().await;
    let (entries, versions) = sizes(&db).await;
    let activated = put(&site, &proposal(pack())).await.expect("taken");
    assert!(activated.is_new && activated.cases > 0, "{activated:?}");
    assert_eq!(sizes(&db).await, (entries + 1, versions + 1));
    let mut tx = db.read().await.expect("a transaction");
    let record = audit::latest(&mut tx, Of::All, i64::MAX, 2).await.expect("read");
    let [last, before] = record.as_slice() else { panic!("entries") };
    let entry = &last.entry;
    assert_eq!((entry.author, entry.action, entry.unit), (Author::Operator, Action::ProgrammesActivate, None));
    assert_eq!(entry.subject, format!("{CODE} 1"));
    assert!(entry.at > before.entry.at, "the clock of the sample runs on from its November");
    let stored = programmes::all(&mut tx).await.expect("read").into_iter().find(|set| set.code == CODE);
    let stored = stored.expect("installed");
    assert_eq!(stored.pack, pack());
    assert!(entry.detail.contains(&stored.sha256), "{}", entry.detail);
    assert_eq!((&entry.change.before, entry.change.after.as_ref()), (&None, Some(&stored.sha256)));
    drop(tx);
    assert!(!put(&site, &proposal(pack())).await.expect("there").is_new);
    assert_eq!(sizes(&db).await, (entries + 1, versions + 1), "what is there is not put in again");
}

#[tokio::test]
async fn what_the_server_would_leave_out_is_refused() {
    let site = Site::fresh().await;
    let db = site.database().await;
    let before = sizes(&db).await;
    let quota =
        "[[quota]]\nclass = \"excellent\"\nof = \"good\"\nat_most = \"20/100\"\nties = \"leave_out\"\n\n[award]";
    let refused = put(&site, &proposal(pack().replacen("[award]", quota, 1))).await;
    let Err(ActivateError::Findings(findings)) = refused else { panic!("{refused:?}") };
    let told: Vec<&str> = findings.iter().map(|finding| finding.problem.what.en.as_str()).collect();
    assert!(
        matches!(told.as_slice(), [only] if only.starts_with("quota: the server does not apply quotas")),
        "{told:?}"
    );
    assert_eq!(sizes(&db).await, before);
}

#[tokio::test]
async fn it_waits_for_whoever_writes_and_leaves_nothing_when_it_is_cut_off() {
    let site = Site::fresh().await;
    let db = site.database().await;
    let before = sizes(&db).await;
    let writer = db.write().await.expect("a transaction");
    let proposal = proposal(pack());
    let cut_off = tokio::time::timeout(Duration::from_millis(300), put(&site, &proposal)).await;
    assert!(cut_off.is_err(), "somebody else writes");
    let (put_in, ()) = tokio::join!(put(&site, &proposal), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(sizes(&db).await, before);
        drop(writer);
    });
    assert!(put_in.expect("taken").is_new);
    assert_eq!(sizes(&db).await, (before.0 + 1, before.1 + 1));
}

#[tokio::test]
async fn a_cycle_is_scored_as_if_another_version_counted() {
    let site = Site::fresh().await;
    // The second version asks for 33 criteria, and its row 19 has another id.
    let text = include_str!("../../../../packs/exemplary-commune-34/pack.toml");
    let row = text.find("id = \"c19\"").expect("row 19");
    let of_row = text[row..].replacen("id = \"c19\"", "id = \"s19\"\nreplaces = [\"c19\"]", 1);
    let pack = format!("{}{of_row}", &text[..row]).replacen("version = \"1\"", "version = \"2\"", 1).replacen(
        "min_met = 30",
        "min_met = 33",
        1,
    );
    let day = pack.lines().find(|line| line.starts_with("valid_from")).expect("a day").to_owned();
    let pack = pack.replacen(&day, "valid_from = 2027-01-01", 1);
    let cases = "[[case]]\nname = \"all\"\nrest = \"met\"\nmet = 34\nrecognised = \"yes\"\n".to_owned();
    let code = "exemplary-commune-34".to_owned();
    put(&site, &Proposal { code, pack, cases: Some(cases) }).await.expect("taken");
    let site = Site::open(site.at).await;
    let cast = Cast::of(&site).await;
    let page = "/programmes/exemplary-commune-34/what-if";
    let offered = site.get(&cast.appraiser, page).await.text();
    assert!(offered.contains("Phiên bản 2, áp dụng từ 01/01/2027"), "{offered}");
    let result = |page: &str| {
        let from = page.find("class=\"say lead\"").expect("a result");
        page[from..].split("</main>").next().map(str::to_owned)
    };
    let version = site.get(&cast.appraiser, &format!("{page}?version=2")).await.text();
    let number = site.get(&cast.appraiser, &format!("{page}?key=min_met&value=33")).await.text();
    assert_eq!(result(&version), result(&number), "every figure of row 19 is taken over under its new id");
    assert!(version.contains("Đủ điều kiện → Chưa đủ điều kiện"), "some units lose the title");
    let unknown = site.get(&cast.appraiser, &format!("{page}?version=3")).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert_eq!(site.get(&cast.officer, &format!("{page}?version=2")).await.status, StatusCode::FORBIDDEN);
}
