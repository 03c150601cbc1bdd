//! Decisions and certificates as papers, from what was decided. Papers are in Vietnamese.
//!
//! Nothing here signs or seals: the room for it stays empty.

use std::sync::Arc;

use dienhinh_documents::{
    Annex, AnnexLast, AnnexRow, Certificate as CertificatePaper, Decision as DecisionPaper, Document, Letterhead,
    RenderError, Signature,
};
use dienhinh_domain::{
    Refused,
    calendar::format_day,
    programmes::CriteriaSet,
    recognition::{Decision, DecisionItem, Draft, Measure, Ruled, Ruling, SigningCapacity, Status},
    text::proper_name,
    units::{UnitKind, UnitVersion, lower_first},
};

use crate::{
    app::App,
    dossiers::{case::Case, fill::words},
    web::problem::{Outcome, Problem},
};

/// Both ways to set the tone mark of the first word are in use.
const COMMITTEES: [&str; 2] = ["ỦY BAN NHÂN DÂN", "UỶ BAN NHÂN DÂN"];

/// Words before the name of a place; those that end with another one come first.
const KINDS_OF_PLACE: [&str; 8] = ["TỈNH", "THÀNH PHỐ", "HUYỆN", "QUẬN", "THỊ XÃ", "THỊ TRẤN", "PHƯỜNG", "XÃ"];

/// Whom a decision binds, in its last article.
const BOUND: &str = "Các cơ quan, đơn vị liên quan và đơn vị có tên tại Điều 1";

/// Prints a paper. It is work for the processor, so it leaves the threads that answer requests.
pub(crate) async fn print(app: &App, document: Document) -> Outcome<Vec<u8>> {
    let papers = Arc::clone(&app.papers);
    let printed = tokio::task::spawn_blocking(move || papers.render_pdf(&document)).await;
    let printed = printed.map_err(|cause| Problem::Failed(format!("printing broke off: {cause}")))?;
    printed.map_err(|error| match error {
        RenderError::MissingFonts { .. } => Refused::new("documents.fonts_missing").into(),
        // Never the fault of what was typed: the cause is for the log.
        RenderError::Template { .. } => Problem::Failed(error.to_string()),
        _ => Refused::new("documents.not_printable").with("cause", error).into(),
    })
}

/// The name of the issuing body as a heading begins with it: `ỦY BAN NHÂN DÂN TỈNH BẠC LIÊU`.
pub(crate) fn committee_of(unit: &str) -> String {
    format!("{} {}", COMMITTEES[0], unit.to_uppercase())
}

/// The place in the date line. Names that are numbers keep their kind (Decree 30/2020/NĐ-CP): `Phường 1`.
pub(crate) fn place_of(unit: &str) -> &str {
    let proper = proper_name(unit);
    if proper.starts_with(|first: char| first.is_ascii_digit()) { unit } else { proper }
}

/// `TM. ỦY BAN NHÂN DÂN` or `KT. CHỦ TỊCH`: for whom the signatory signs.
pub(super) fn authority(draft: &Draft) -> String {
    let code = draft.capacity.code();
    if draft.capacity != SigningCapacity::ForTheCollective {
        return format!("{code} CHỦ TỊCH");
    }
    let body = COMMITTEES.into_iter().find(|committee| draft.issuer.starts_with(committee));
    format!("{code} {}", body.unwrap_or(&draft.issuer))
}

fn signature(draft: &Draft) -> Signature {
    Signature { authority: Some(authority(draft)), title: draft.signatory.clone(), name: None }
}

/// The decision with its list in the order given.
pub(super) fn decision(
    decision: &Decision,
    listed: &[(DecisionItem, Case)],
    issuer: &str,
    replaced: Vec<String>,
    sample: bool,
) -> Outcome<Document> {
    let (_, first) = listed.first().ok_or(Problem::Missing("dossier"))?;
    let set = &first.loaded.set;
    let recognised = listed.iter().filter(|(item, _)| item.recognised).count();
    let named = listed.iter().filter(|(item, _)| item.recognised || recognised == 0);
    let kinds: Vec<UnitKind> = named.map(|(_, case)| case.unit.version.kind).collect();
    let (title, units) = (title_of(first, &kinds), units_of(listed));
    let verb = if recognised > 0 { "công nhận" } else { "xét công nhận" };
    let annex_verb = if recognised == listed.len() { "CÔNG NHẬN" } else { "XÉT CÔNG NHẬN" };
    let rows: Outcome<Vec<AnnexRow>> = listed.iter().map(|(item, case)| annex_row(decision, item, case)).collect();
    Ok(paper(
        decision,
        issuer,
        format!("Về việc {verb} {units} {title}"),
        articles(units, recognised, listed.len() - recognised, &title, replaced),
        Annex {
            title: format!("DANH SÁCH ĐƠN VỊ ĐƯỢC {annex_verb}"),
            has_points: set.has_points(),
            last: AnnexLast::CriteriaMet,
            rows: rows?,
        },
        sample,
    ))
}

/// What units of these kinds are given, as decisions name it: `đạt danh hiệu “Xã điển hình” năm 2023`.
fn title_of(case: &Case, kinds: &[UnitKind]) -> String {
    let set = &case.loaded.set;
    format!("{} {} năm {}", set.standing.vi, quoted(&awards(set, kinds)), case.cycle.year)
}

/// One unit or several.
fn units_of(listed: &[(DecisionItem, Case)]) -> &'static str {
    if listed.len() == 1 { "đơn vị" } else { "các đơn vị" }
}

/// A decision as a paper, from what it says.
fn paper(
    decision: &Decision,
    issuer: &str,
    subject: String,
    articles: Vec<String>,
    annex: Annex,
    sample: bool,
) -> Document {
    let (draft, last) = (&decision.draft, articles.len());
    Document::Decision(DecisionPaper {
        letterhead: Letterhead {
            superior: None,
            issuer: draft.issuer.clone(),
            number: Some(decision.notation()),
            place: draft.place.clone(),
            date: Some(draft.signed_on),
        },
        subject,
        authority: draft.issuer.clone(),
        issuer_in_text: in_text(&draft.issuer, issuer),
        legal_bases: draft.legal_bases.clone(),
        articles,
        signature: signature(draft),
        recipients: vec![format!("Như Điều {last}"), "Lưu: VT".to_owned()],
        annex,
        sample,
    })
}

/// A decision as others name it: `Quyết định số 05/QĐ-UBND ngày 24/11/2023 của Ủy ban nhân dân tỉnh Bạc Liêu`. `issuer`
/// is the issuing unit's name on its day.
pub(super) fn named(decision: &Decision, issuer: &str) -> String {
    let draft = &decision.draft;
    let (number, day, body) = (decision.notation(), format_day(draft.signed_on), in_text(&draft.issuer, issuer));
    format!("Quyết định số {number} ngày {day} của {body}")
}

/// What a decision says of the one whose place it takes, for some units.
pub(super) fn replaces(named: &str, units: &[String]) -> String {
    format!("Quyết định này thay thế kết quả đối với {} tại {named}", units.join(", "))
}

/// The decision that rules on titles which another one, `given`, gave, with their list in the order given.
pub(super) fn ruling(
    decision: &Decision,
    ruling: &Ruling,
    given: &str,
    listed: &[(DecisionItem, Case)],
    issuer: &str,
    sample: bool,
) -> Outcome<Document> {
    let (_, first) = listed.first().ok_or(Problem::Missing("dossier"))?;
    let kinds: Vec<UnitKind> = listed.iter().map(|(_, case)| case.unit.version.kind).collect();
    let (title, units) = (title_of(first, &kinds), units_of(listed));
    let (verb, mark, result) = match ruling.measure {
        Measure::Suspend => ("tạm đình chỉ công nhận", "BỊ TẠM ĐÌNH CHỈ CÔNG NHẬN", "Tạm đình chỉ"),
        Measure::Restore => ("khôi phục công nhận", "ĐƯỢC KHÔI PHỤC CÔNG NHẬN", "Khôi phục"),
        Measure::Revoke => ("thu hồi công nhận", "BỊ THU HỒI CÔNG NHẬN", "Thu hồi"),
    };
    let row = |(item, case): &(DecisionItem, Case)| AnnexRow {
        unit: annex_unit(decision, case),
        result: result.to_owned(),
        points: String::new(),
        last: item.certificate.as_ref().map(|certificate| certificate.code.clone()).unwrap_or_default(),
    };
    Ok(paper(
        decision,
        issuer,
        format!("Về việc {verb} {units} {title}"),
        ruling_articles(ruling, &format!("{units} có tên trong danh sách kèm theo {title}"), verb, given),
        Annex {
            title: format!("DANH SÁCH ĐƠN VỊ {mark}"),
            has_points: false,
            last: AnnexLast::Code,
            rows: listed.iter().map(row).collect(),
        },
        sample,
    ))
}

fn ruling_articles(ruling: &Ruling, whom: &str, verb: &str, given: &str) -> Vec<String> {
    let reason = ruling.reason.split_whitespace().collect::<Vec<_>>().join(" ");
    let reason = reason.trim_end_matches('.');
    let (first, rest) = after_first(verb);
    let day = format_day(ruling.effective_on);
    let papers = match ruling.measure {
        Measure::Suspend => "không có giá trị sử dụng từ ngày đó cho đến khi có quyết định khác",
        Measure::Restore => "có giá trị sử dụng trở lại từ ngày đó",
        Measure::Revoke => "hết giá trị sử dụng từ ngày đó",
    };
    vec![
        format!("{}{rest} {whom} tại {given}, kể từ ngày {day}. Lý do: {reason}", first.to_uppercase()),
        format!("Giấy công nhận đã cấp cho đơn vị có tên tại Điều 1 {papers}"),
        // Not with the day of signing, as other decisions: it holds from the day in the first article.
        format!("{BOUND} chịu trách nhiệm thi hành Quyết định này"),
    ]
}

/// What a certificate must say of itself once it does not hold; none while it does.
pub(super) fn notice(rulings: &[Ruled]) -> Option<String> {
    let last = rulings.last()?;
    let said = match Status::of(rulings) {
        Status::InForce => return None,
        Status::Suspended => "ĐANG TẠM ĐÌNH CHỈ",
        Status::Revoked => "ĐÃ THU HỒI",
    };
    let (from, signed_on) = (format_day(last.ruling.effective_on), format_day(last.signed_on));
    Some(format!("{said} từ ngày {from} theo Quyết định số {} ngày {signed_on}", last.notation))
}

/// The articles; `replaced` say whose place the decision takes, before the last one.
fn articles(units: &str, recognised: usize, refused: usize, title: &str, replaced: Vec<String>) -> Vec<String> {
    let listed = "có tên trong danh sách kèm theo";
    let (first, second) = match (recognised, refused) {
        (_, 0) => (format!("Công nhận {units} {listed} {title}"), true),
        (0, _) => (format!("Không công nhận {units} {listed} {title}"), false),
        _ => (
            format!(
                "Công nhận {recognised} đơn vị ghi “Công nhận” trong danh sách kèm theo {title}. \
                 Không công nhận {refused} đơn vị còn lại trong danh sách"
            ),
            true,
        ),
    };
    let duty = if second {
        "Đơn vị được công nhận có trách nhiệm duy trì các tiêu chí đã đạt và thực hiện kế hoạch khắc phục các tiêu chí \
         còn lại (nếu có)"
    } else {
        "Đơn vị có tên trong danh sách có trách nhiệm thực hiện kế hoạch khắc phục các tiêu chí chưa đạt"
    };
    let force = format!("Quyết định này có hiệu lực kể từ ngày ký. {BOUND} chịu trách nhiệm thi hành Quyết định này");
    [vec![first, duty.to_owned()], replaced, vec![force]].concat()
}

fn annex_row(decision: &Decision, item: &DecisionItem, case: &Case) -> Outcome<AnnexRow> {
    let totals = case.scores(case.stage_in_force())?;
    Ok(AnnexRow {
        unit: annex_unit(decision, case),
        result: if item.recognised { "Công nhận" } else { "Không công nhận" }.to_owned(),
        points: words::points_of_max(&totals).unwrap_or_default(),
        last: format!("{}/{}", totals.met, totals.of),
    })
}

/// The issuing body stands above the list: what lies above it need not be said in each row.
fn annex_unit(decision: &Decision, case: &Case) -> String {
    let below_issuer = case.unit.ancestors.iter().take_while(|above| above.unit != decision.issuing_unit);
    with_places(&case.unit.version, below_issuer)
}

/// Where a stranger checks a certificate.
pub(super) struct Check {
    /// The whole address, for the square code.
    pub(super) address: String,
    /// Where people type the code.
    pub(super) place: String,
}

/// The certificate of one unit, by its code, with what it must say of itself once it does not hold.
pub(super) fn certificate(
    decision: &Decision,
    (code, notice): (&str, String),
    case: &Case,
    issuer: &str,
    check: Check,
    sample: bool,
) -> Document {
    let set = &case.loaded.set;
    let draft = &decision.draft;
    // A province that issues is named in the heading; below it there are places of the same name.
    let places =
        case.unit.ancestors.iter().filter(|above| above.parent.is_some() || above.unit != decision.issuing_unit);
    Document::Certificate(CertificatePaper {
        issuer: draft.issuer.clone(),
        unit: with_places(&case.unit.version, places),
        standing: set.standing.vi.clone(),
        title: quoted(&[&set.award(case.unit.version.kind).vi]),
        year: case.cycle.year,
        decision_number: decision.notation(),
        decision_date: draft.signed_on,
        issuer_in_text: in_text(&draft.issuer, issuer),
        place: draft.place.clone(),
        date: Some(draft.signed_on),
        signature: signature(draft),
        code: code.to_owned(),
        check_address: check.address,
        check_place: check.place,
        notice,
        sample,
    })
}

/// `Thị trấn Châu Hưng, huyện Vĩnh Lợi`.
fn with_places<'a>(unit: &UnitVersion, above: impl Iterator<Item = &'a UnitVersion>) -> String {
    let names = above.map(|above| in_sentence(&above.name));
    std::iter::once(unit.name.clone()).chain(names).collect::<Vec<_>>().join(", ")
}

/// The titles that units of these kinds are given, each once, in the order of the set.
fn awards<'a>(set: &'a CriteriaSet, kinds: &[UnitKind]) -> Vec<&'a str> {
    let mut awards: Vec<&str> = Vec::new();
    for kind in set.kinds.iter().filter(|kind| kinds.contains(kind)) {
        let award = set.award(*kind).vi.as_str();
        if !awards.contains(&award) {
            awards.push(award);
        }
    }
    awards
}

/// Titles in quotes. Those that end alike are told in one: `“Phường, xã điển hình về phong trào”`.
fn quoted(titles: &[&str]) -> String {
    let words: Vec<Vec<&str>> = titles.iter().map(|title| title.split_whitespace().collect()).collect();
    let shared = match words.as_slice() {
        [first, others @ ..] if !others.is_empty() => {
            let ends_alike = |count: &usize| others.iter().all(|other| other.ends_with(&first[first.len() - count..]));
            (1..=first.len()).take_while(ends_alike).last().unwrap_or(0)
        }
        _ => 0,
    };
    if shared == 0 || words.iter().any(|title| title.len() == shared) {
        return titles.iter().map(|title| format!("“{title}”")).collect::<Vec<_>>().join(", ");
    }
    let (_, end) = words[0].split_at(words[0].len() - shared);
    let heads: Vec<String> = words.iter().map(|title| title[..title.len() - shared].join(" ")).collect();
    let lower = |head: &String| {
        let (first, rest) = after_first(head);
        first.to_lowercase() + rest
    };
    let heads: Vec<String> = heads.iter().take(1).cloned().chain(heads.iter().skip(1).map(lower)).collect();
    format!("“{} {}”", heads.join(", "), end.join(" "))
}

/// A name in capitals as it stands in running text: `Ủy ban nhân dân tỉnh Bạc Liêu`. What was not typed in
/// capitals is left as it is.
fn in_text(issuer: &str, unit: &str) -> String {
    let issuer = issuer.trim();
    if issuer.chars().any(char::is_lowercase) {
        return issuer.to_owned();
    }
    let (body, place) = match issuer.strip_suffix(unit.to_uppercase().as_str()) {
        Some(body) => (body, in_sentence(unit)),
        None => typed_place(issuer),
    };
    let body = body.trim().to_lowercase();
    let body = COMMITTEES.iter().fold(body, |body, committee| {
        let lower = committee.to_lowercase();
        body.replace(&lower, &capitalised(&lower))
    });
    let (first, rest) = after_first(&body);
    format!("{}{rest} {place}", first.to_uppercase()).trim().to_owned()
}

/// A body and the place it belongs to, from the first word that says the kind of place.
fn typed_place(issuer: &str) -> (&str, String) {
    let found = KINDS_OF_PLACE.iter().find_map(|kind| {
        let at = issuer.find(&format!(" {kind} "))?;
        let (body, place) = issuer.split_at(at + 1);
        let name: Vec<String> = place[kind.len()..].split_whitespace().map(capitalised).collect();
        Some((body, format!("{} {}", kind.to_lowercase(), name.join(" "))))
    });
    found.unwrap_or((issuer, String::new()))
}

/// A unit's name inside a sentence. A kind before a number keeps its capital: `Phường 1`, `tỉnh Bạc Liêu`.
fn in_sentence(name: &str) -> String {
    if place_of(name) == name { name.to_owned() } else { lower_first(name) }
}

fn capitalised(word: &str) -> String {
    let (first, rest) = after_first(word);
    first.to_uppercase() + &rest.to_lowercase()
}

fn after_first(text: &str) -> (&str, &str) {
    text.split_at(text.chars().next().map_or(0, char::len_utf8))
}

#[cfg(test)]
mod tests {
    use dienhinh_domain::ids::DecisionId;
    use jiff::civil::date;

    use super::*;

    fn draft(issuer: &str, capacity: SigningCapacity) -> Draft {
        Draft {
            issuer: issuer.to_owned(),
            place: "Bạc Liêu".to_owned(),
            signed_on: date(2023, 11, 24),
            capacity,
            signatory: "CHỦ TỊCH".to_owned(),
            legal_bases: Vec::new(),
        }
    }

    #[test]
    fn names_in_capitals_become_running_text() {
        for (issuer, unit, text) in [
            ("ỦY BAN NHÂN DÂN TỈNH BẠC LIÊU", "Tỉnh Bạc Liêu", "Ủy ban nhân dân tỉnh Bạc Liêu"),
            ("ỦY BAN NHÂN DÂN PHƯỜNG 1", "Phường 1", "Ủy ban nhân dân Phường 1"),
            ("ỦY BAN NHÂN DÂN THỊ XÃ GIÁ RAI", "Tỉnh Bạc Liêu", "Ủy ban nhân dân thị xã Giá Rai"),
            ("CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH CÀ MAU", "Tỉnh Bạc Liêu", "Chủ tịch Ủy ban nhân dân tỉnh Cà Mau"),
            ("UỶ BAN NHÂN DÂN TỈNH BẠC LIÊU", "Tỉnh Bạc Liêu", "Uỷ ban nhân dân tỉnh Bạc Liêu"),
            ("HỘI ĐỒNG XÉT DUYỆT", "Tỉnh Bạc Liêu", "Hội đồng xét duyệt"),
            ("Ủy ban nhân dân tỉnh", "Tỉnh Bạc Liêu", "Ủy ban nhân dân tỉnh"),
            ("", "Tỉnh Bạc Liêu", ""),
        ] {
            assert_eq!(in_text(issuer, unit), text, "{issuer}");
        }
    }

    #[test]
    fn the_heading_and_the_place_come_from_the_unit() {
        assert_eq!(committee_of("Tỉnh Bạc Liêu"), "ỦY BAN NHÂN DÂN TỈNH BẠC LIÊU");
        assert_eq!(place_of("Tỉnh Bạc Liêu"), "Bạc Liêu");
        assert_eq!(place_of("Phường 1"), "Phường 1");
    }

    #[test]
    fn who_signs_says_for_whom() {
        use SigningCapacity::{ByOrder, ForTheCollective, InPlaceOf};
        for (issuer, capacity, authority_line) in [
            ("ỦY BAN NHÂN DÂN TỈNH BẠC LIÊU", ForTheCollective, "TM. ỦY BAN NHÂN DÂN"),
            ("HỘI ĐỒNG XÉT DUYỆT", ForTheCollective, "TM. HỘI ĐỒNG XÉT DUYỆT"),
            ("ỦY BAN NHÂN DÂN TỈNH BẠC LIÊU", InPlaceOf, "KT. CHỦ TỊCH"),
            ("ỦY BAN NHÂN DÂN TỈNH BẠC LIÊU", ByOrder, "TL. CHỦ TỊCH"),
        ] {
            assert_eq!(authority(&draft(issuer, capacity)), authority_line);
        }
    }

    #[test]
    fn titles_that_end_alike_are_told_in_one() {
        for (titles, told) in [
            (&["Xã điển hình về phong trào"][..], "“Xã điển hình về phong trào”"),
            (
                &["Phường điển hình về phong trào", "Xã điển hình về phong trào", "Thị trấn điển hình về phong trào"],
                "“Phường, xã, thị trấn điển hình về phong trào”",
            ),
            (&["Xã điển hình", "Phường an toàn"], "“Xã điển hình”, “Phường an toàn”"),
            (&["An toàn", "Xã An toàn"], "“An toàn”, “Xã An toàn”"),
            (&["Xã An toàn", "An toàn"], "“Xã An toàn”, “An toàn”"),
        ] {
            assert_eq!(quoted(titles), told);
        }
    }

    #[test]
    fn a_ruling_says_what_from_when_and_why() {
        for (measure, verb, first, second) in [
            (
                Measure::Suspend,
                "tạm đình chỉ công nhận",
                "Tạm đình chỉ công nhận đơn vị",
                "cho đến khi có quyết định khác",
            ),
            (Measure::Restore, "khôi phục công nhận", "Khôi phục công nhận đơn vị", "có giá trị sử dụng trở lại"),
            (Measure::Revoke, "thu hồi công nhận", "Thu hồi công nhận đơn vị", "hết giá trị sử dụng"),
        ] {
            let reason = "Số liệu sai;\nđã kiểm tra.".to_owned();
            let on = DecisionId::new(uuid::Uuid::nil());
            let ruling = Ruling { on, measure, effective_on: date(2024, 3, 1), reason, certificates: Vec::new() };
            let articles = ruling_articles(&ruling, "đơn vị A", verb, "Quyết định số 05/QĐ-UBND");
            assert!(articles[0].starts_with(first), "{}", articles[0]);
            assert!(articles[0].ends_with("kể từ ngày 01/03/2024. Lý do: Số liệu sai; đã kiểm tra"), "{}", articles[0]);
            assert!(articles[1].contains(second), "{}", articles[1]);
            assert!(!articles[2].contains("kể từ ngày ký"), "it holds from the day in the first article");
        }
    }

    #[test]
    fn the_first_article_says_who_is_recognised() {
        for (recognised, refused, start) in [
            (3, 0, "Công nhận các đơn vị có tên"),
            (2, 1, "Công nhận 2 đơn vị ghi “Công nhận”"),
            (0, 3, "Không công nhận các đơn vị có tên"),
        ] {
            let articles = articles("các đơn vị", recognised, refused, "đạt danh hiệu “Xã” năm 2023", Vec::new());
            assert!(articles[0].starts_with(start), "{}", articles[0]);
            assert_eq!(articles.len(), 3);
        }
    }

    #[test]
    fn a_decision_says_whose_place_it_takes_before_the_last_article() {
        let units = ["xã Vĩnh Trạch", "thị trấn Châu Hưng"].map(str::to_owned);
        let replaced = replaces("Quyết định số 02/QĐ-UBND ngày 24/11/2023", &units);
        assert_eq!(
            replaced,
            "Quyết định này thay thế kết quả đối với xã Vĩnh Trạch, thị trấn Châu Hưng tại Quyết định số 02/QĐ-UBND ngày 24/11/2023"
        );
        let articles = articles("các đơn vị", 2, 0, "đạt danh hiệu “Xã” năm 2023", vec![replaced.clone()]);
        assert_eq!((articles.len(), &articles[2]), (4, &replaced));
        assert!(articles[3].starts_with("Quyết định này có hiệu lực"), "{}", articles[3]);
    }
}
