//! What the article says of Châu Hưng: 34 criteria, 32 met and held, two not, each with its remedy.
//!
//! Proofs and the days on them are made up. One criterion still lacks its proof, so that there is something to
//! do on the sheet.

use std::collections::BTreeMap;

use dienhinh_domain::{
    access::Role,
    evidence::FILE_BYTES_MAX,
    plans::{Cause, Plan},
};
use jiff::civil::date;

use super::{Entry, at, figures, play::criteria, proof, when};
use crate::{
    app::App,
    dossiers::actions::{self, Typed},
    evidence::actions as evidence,
    plans::actions as plans,
    web::problem::Outcome,
};

/// Funding and facilities; an independent police station.
const UNMET: [&str; 2] = ["c33", "c34"];

/// The criterion that is met and not yet proven.
pub(super) const OPEN: &str = "c18";

/// Criteria with a file: criterion, file name, where to look.
const PROOFS: [(&str, &str, &str); 6] = [
    ("c01", "Bao-cao-quan-triet-van-ban-2023.pdf", "trang 1–3"),
    ("c02", "Nghi-quyet-va-ke-hoach-nam-2023.pdf", "trang 2–9, mục II"),
    ("c02", "Chuong-trinh-cong-tac-Ban-Chi-dao-2023.pdf", "trang 1"),
    ("c13", "Tong-hop-hoa-giai-2023.pdf", "trang 1, bảng 1"),
    ("c20", "Bao-cao-mo-hinh-tu-quan-2023.pdf", "trang 4"),
    ("c34", "To-trinh-quy-hoach-dat-tru-so-2023.pdf", "trang 2"),
];

/// Fills in the town's sheet up to where it stands.
pub(super) async fn chau_hung(app: &App, entry: &Entry) -> Outcome<()> {
    let officer = entry.actor(Role::UnitOfficer);
    actions::register(&when(app, at(2, 8, 9, 15)), entry.actor(Role::UnitLeader), entry.dossier).await?;
    let proven: Vec<&str> = PROOFS.iter().map(|(criterion, ..)| *criterion).collect();
    let mut rows = BTreeMap::new();
    for criterion in criteria(app, &entry.set)? {
        let note = match criterion.id.as_str() {
            "c33" => "Kinh phí và cơ sở vật chất mới bảo đảm một phần nhu cầu của phong trào.",
            "c34" => "Công an thị trấn chưa có trụ sở làm việc độc lập.",
            id if id == OPEN || proven.contains(&id) => "",
            _ => "Hồ sơ lưu tại Công an thị trấn.",
        };
        let row = Typed {
            inputs: figures::typed(&criterion, !UNMET.contains(&criterion.id.as_str()), 40),
            note: Some(note.to_owned()),
            ..Typed::default()
        };
        rows.insert(criterion.id.clone(), row);
    }
    actions::answer(&when(app, at(11, 23, 16, 20)), officer, entry.dossier, |_| Ok(rows.clone())).await?;
    for plan in remedies(entry) {
        plans::save(&when(app, at(11, 23, 16, 45)), officer, plan, None).await?;
    }
    for (minute, (criterion, name, pointer)) in PROOFS.into_iter().enumerate() {
        let minute = i8::try_from(minute).unwrap_or_default();
        attach(&when(app, at(11, 24, 9, minute)), entry, criterion, name, pointer).await?;
    }
    Ok(())
}

/// The remedies the chairman of the town names in the article: land, advice upward, budget, social funds.
fn remedies(entry: &Entry) -> [Plan; 2] {
    let plan = |criterion: &str, cause, action: &str, owner: &str, due_on| Plan {
        dossier: entry.dossier,
        criterion: criterion.to_owned(),
        cause,
        action: action.to_owned(),
        owner: owner.to_owned(),
        due_on,
    };
    [
        plan(
            "c33",
            Cause::Funding,
            "Cân đối, bổ sung kinh phí từ ngân sách và vận động nguồn xã hội hóa để bảo đảm thực hiện phong trào.",
            "Ủy ban nhân dân thị trấn",
            date(2024, 3, 31),
        ),
        plan(
            "c34",
            Cause::Land,
            "Quy hoạch quỹ đất, tham mưu cấp trên sớm xây dựng trụ sở Công an thị trấn.",
            "Ủy ban nhân dân thị trấn",
            date(2024, 12, 31),
        ),
    ]
}

async fn attach(app: &App, entry: &Entry, criterion: &str, name: &str, pointer: &str) -> Outcome<()> {
    let title = name.trim_end_matches(".pdf").replace('-', " ");
    let bytes =
        proof::pdf(&["DU LIEU MAU / SAMPLE DATA", &title, "Thi tran Chau Hung, 2023", "Khong co gia tri phap ly."]);
    let mut incoming = app.blobs.receive(&app.new_id().to_string()).await?;
    evidence::take(&mut incoming, &bytes, FILE_BYTES_MAX).await?;
    let received = evidence::received(incoming, name)?;
    let about = evidence::About {
        criterion: criterion.to_owned(),
        effective_on: Some(date(2023, 1, 12)),
        pointer: pointer.to_owned(),
    };
    evidence::attach(app, entry.actor(Role::UnitOfficer), entry.dossier, about, received).await?;
    Ok(())
}
