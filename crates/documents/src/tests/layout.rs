//! The geometry of the papers against Nghị định 30/2020/NĐ-CP: margins, sizes, repeated heads, pages.

use super::*;

const SAMPLE: &str = "DỮ LIỆU MẪU — KHÔNG CÓ GIÁ TRỊ PHÁP LÝ";

/// Every run of text lies between the margins; page numbers and the line of samples have their own place.
fn assert_margins(pages: &[Sheet]) {
    for (at, page) in pages.iter().enumerate() {
        for run in &page.runs {
            assert!(run.left > 29.9 && run.right < page.width - 14.9, "page {}: {run:?}", at + 1);
            assert!(run.baseline > 10.0 && run.baseline < page.height - 5.0, "page {}: {run:?}", at + 1);
        }
    }
}

/// Numbers stand in the middle of the top margin, from the second page on.
fn assert_page_numbers(pages: &[Sheet]) {
    for (at, page) in pages.iter().enumerate() {
        let above: Vec<&Run> = page.runs.iter().filter(|run| run.baseline < 20.0).collect();
        if at == 0 {
            assert!(above.is_empty(), "{above:?}");
        } else {
            assert_eq!(above.len(), 1, "{above:?}");
            assert_eq!(above[0].text, (at + 1).to_string());
            assert!(
                close(f64::midpoint(above[0].left, above[0].right), f64::midpoint(30.0, page.width - 15.0)),
                "{above:?}"
            );
            assert!(close(above[0].size_pt, 13.0));
        }
    }
}

#[test]
fn the_score_sheet_is_wide_and_keeps_its_margins() {
    let pages = pages(&Document::ScoreSheet(values::score_sheet(true)));
    assert!(pages.iter().all(|page| close(page.width, 297.0) && close(page.height, 210.0)));
    assert!(pages.len() > 2, "34 criteria do not fit on {}", pages.len());
    assert_margins(&pages);
    assert_page_numbers(&pages);
}

#[test]
fn the_score_sheet_repeats_its_head_and_holds_every_criterion() {
    let pages = pages(&Document::ScoreSheet(values::score_sheet(true)));
    assert!(pages.iter().all(|page| page.has("Ghi chú, giải trình")));
    for number in 1..=34 {
        let number = number.to_string();
        let rows = pages.iter().flat_map(|page| &page.runs).filter(|run| run.text == number && run.baseline > 20.0);
        assert_eq!(rows.count(), 1, "criterion {number}");
    }
    let last = pages.last().expect("pages");
    assert!(last.has("32/34") && last.has("96,0") && last.has("TM. ỦY BAN NHÂN DÂN CHỦ TỊCH"));
}

#[test]
fn a_set_without_points_shows_none() {
    let all = pages(&Document::ScoreSheet(values::score_sheet(false)));
    assert!(all.iter().all(|page| !page.has("Điểm tối đa") && !page.has("3,0")));
    assert!(all.last().is_some_and(|page| page.has("32/34")));
    // Not even when the caller sends some.
    let mut sheet = values::score_sheet(true);
    sheet.has_points = false;
    assert!(pages(&Document::ScoreSheet(sheet)).iter().all(|page| !page.has("3,0") && !page.has("102,0")));
}

#[test]
fn texts_that_are_not_the_source_say_so() {
    let mut sheet = values::score_sheet(true);
    let marked = pages(&Document::ScoreSheet(sheet.clone()));
    assert!(marked[0].has("(minh họa)") && marked[0].has("(tóm tắt)"));
    assert!(marked.last().is_some_and(|page| page.has("được viết để minh họa")));
    sheet.groups.iter_mut().flat_map(|group| &mut group.rows).for_each(|row| row.mark = Mark::Verified);
    assert!(pages(&Document::ScoreSheet(sheet)).iter().all(|page| !page.has("minh họa") && !page.has("tóm tắt")));
}

#[test]
fn a_long_explanation_goes_on_on_the_next_page() {
    let mut sheet = values::score_sheet(true);
    let words = vec!["nghiêm"; 1_700].join(" ");
    sheet.groups[0].rows[2].note = words;
    let pages = pages(&Document::ScoreSheet(sheet));
    assert_margins(&pages);
    assert_page_numbers(&pages);
    let printed: usize = pages.iter().map(|page| page.text().matches("nghiêm").count()).sum();
    assert_eq!(printed, 1_700);
    let below = pages.iter().flat_map(|page| &page.runs).filter(|run| run.text.contains("nghiêm"));
    assert!(below.map(|run| run.baseline).fold(0.0, f64::max) < 190.0, "a row runs into the lower margin");
}

#[test]
fn every_page_of_a_sample_says_so_and_no_other_paper_does() {
    for sample in [true, false] {
        let papers = [
            Document::ScoreSheet(ScoreSheet { sample, ..values::score_sheet(true) }),
            Document::Minutes(Minutes { sample, ..values::minutes(40) }),
            Document::Decision(Decision { sample, ..values::decision(40) }),
            Document::Certificate(Certificate { sample, ..values::certificate() }),
        ];
        for paper in papers {
            assert!(pages(&paper).iter().all(|page| page.has(SAMPLE) == sample), "{paper:?}");
        }
    }
}

#[test]
fn a_certificate_that_does_not_hold_says_so_and_no_other_does() {
    let said = "ĐÃ THU HỒI từ ngày 01/03/2024 theo Quyết định số 06/QĐ-UBND ngày 01/03/2024";
    for notice in [said, ""] {
        let pages = pages(&Document::Certificate(Certificate { notice: notice.to_owned(), ..values::certificate() }));
        assert_eq!(pages.len(), 1);
        assert_eq!(pages[0].has("ĐÃ THU HỒI"), !notice.is_empty());
    }
}

#[test]
fn a_list_may_end_with_the_codes_of_certificates() {
    let mut decision = values::decision(40);
    decision.annex.has_points = false;
    decision.annex.last = AnnexLast::Code;
    decision.annex.rows.iter_mut().for_each(|row| row.last = "7KQ2-M9XA-4TBC-5".to_owned());
    let pages = pages(&Document::Decision(decision));
    assert_margins(&pages);
    let codes = pages.iter().flat_map(|page| &page.runs).filter(|run| run.text.contains("7KQ2-M9XA-4TBC-5"));
    assert_eq!(codes.count(), 40, "each in one line");
    assert!(pages[1].has("Mã giấy công nhận"));
}

#[test]
fn the_decision_has_the_head_of_the_decree() {
    let pages = pages(&Document::Decision(values::decision(40)));
    let first = &pages[0];
    assert!(close(first.width, 210.0) && close(first.height, 297.0));
    for (text, size_pt) in [
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 13.0),
        ("Độc lập - Tự do - Hạnh phúc", 14.0),
        ("TỈNH BẠC LIÊU", 13.0),
        ("Số: 05/QĐ-UBND", 13.0),
        ("Bạc Liêu, ngày 05 tháng 12 năm 2023", 14.0),
        ("Điều 3.", 14.0),
        ("Nơi nhận:", 12.0),
        ("- Lưu: VT.", 11.0),
        ("TM. ỦY BAN NHÂN DÂN", 14.0),
    ] {
        assert!(close(first.run(text).size_pt, size_pt), "{:?}", first.run(text));
    }
    assert!(first.has("thi hành Quyết định này./."));
    assert!(first.has("Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;"));
    assert!(close(first.run("Điều 1.").left, 30.0 + 12.7), "first lines are indented");
    assert_margins(&pages);
    assert_page_numbers(&pages);
}

#[test]
fn minutes_hold_every_vote_and_keep_signatures_in_company() {
    for units in [1, 2, 7, 13, 14, 15, 16, 17, 18, 60] {
        let pages = pages(&Document::Minutes(values::minutes(units)));
        assert_margins(&pages);
        assert_page_numbers(&pages);
        let votes = pages.iter().flat_map(|page| &page.runs).filter(|run| run.text.contains("Thông qua")).count();
        assert_eq!(votes, units);
        let last = pages.last().expect("a page");
        assert!(last.has("CHỦ TRÌ") && last.has("Biên bản được thông qua"), "{units} units: {}", last.text());
    }
    let first = &pages(&Document::Minutes(values::minutes(1)))[0];
    assert!(close(first.run("CHỦ NGHĨA VIỆT NAM").size_pt, 13.0) && first.has("/BB-HĐ") && first.has("BIÊN BẢN"));
}

#[test]
fn articles_fill_their_lines() {
    let pages = pages(&Document::Decision(values::decision(1)));
    let line = pages[0].run("duy trì các tiêu chí");
    assert!(close(line.right, 195.0), "{line:?}");
}

#[test]
fn the_list_is_an_annex_of_its_own_with_a_repeated_head() {
    let pages = pages(&Document::Decision(values::decision(120)));
    assert!(!pages[0].has("PHỤ LỤC") && pages[1].has("PHỤ LỤC"));
    assert!(
        pages[1].has("(Kèm theo Quyết định số 05/QĐ-UBND ngày 05 tháng 12 năm 2023 của Ủy ban nhân dân tỉnh Bạc Liêu)")
    );
    assert!(pages.len() >= 4);
    assert!(pages[1..].iter().all(|page| page.has("Tiêu chí đạt")));
    assert!(pages.last().is_some_and(|page| page.has("Thị trấn Châu Hưng 120, huyện Vĩnh Lợi")));
    assert_margins(&pages);
}

#[test]
fn the_room_for_a_signature_stays_empty() {
    let mut decision = values::decision(1);
    decision.signature.name = Some("Chức danh mẫu".to_owned());
    let pages = pages(&Document::Decision(decision));
    let (office, name) = (pages[0].run("CHỦ TỊCH"), pages[0].run("Chức danh mẫu"));
    assert!(name.baseline - office.baseline > 25.0);
    let between =
        |run: &&Run| run.baseline > office.baseline + 1.0 && run.baseline < name.baseline - 1.0 && run.left > 110.0;
    assert_eq!(pages[0].runs.iter().find(between).map(|run| &run.text), None);
}

#[test]
fn a_signature_is_never_alone_on_its_page() {
    for articles in 8..24 {
        let mut decision = values::decision(1);
        decision.articles = vec![
            "Đơn vị được công nhận có trách nhiệm duy trì các tiêu chí đã đạt".to_owned();
            articles
        ];
        let pages = pages(&Document::Decision(decision));
        let signed = pages.iter().find(|page| page.has("Nơi nhận:")).expect("a page with the signature");
        assert!(signed.has(&format!("Điều {articles}.")), "{articles} articles");
    }
}

#[test]
fn what_the_clerk_writes_has_room() {
    let mut decision = values::decision(1);
    decision.letterhead.number = Some("/QĐ-UBND".to_owned());
    decision.letterhead.date = None;
    let pages = pages(&Document::Decision(decision));
    let number = pages[0].run("/QĐ-UBND");
    assert!(number.right - number.left > 28.0, "{number:?}");
    assert!(pages[0].has("Bạc Liêu, ngày …… tháng …… năm ………"));
    assert!(pages[1].has("Quyết định số ……/QĐ-UBND ngày …… tháng …… năm ……… của"));
}

#[test]
fn the_certificate_is_one_page_with_its_code() {
    let pages = pages(&Document::Certificate(values::certificate()));
    assert_eq!(pages.len(), 1);
    let page = &pages[0];
    assert!(close(page.width, 297.0) && page.images == 1);
    for text in ["7KQ2-M9XA-4TBC-5", "Kiểm tra tại baclieu.example/portal", "Năm 2023", "GIẤY CÔNG NHẬN", "CHỦ TỊCH"]
    {
        assert!(page.has(text), "{text}");
    }
    // Inside the frame, which lies twelve millimetres from the edge.
    assert!(page.runs.iter().filter(|run| run.text != SAMPLE).all(|run| run.left > 24.0 && run.right < 273.0));
}

#[test]
fn long_names_make_the_certificate_smaller_not_longer() {
    let mut certificate = values::certificate();
    certificate.unit = "Trường Trung học phổ thông chuyên và Trung tâm Giáo dục nghề nghiệp – Giáo dục thường xuyên liên huyện, Phường 1, thành phố Bạc Liêu".to_owned();
    certificate.title = format!("{} và mô hình tự quản, tự phòng, tự bảo vệ, tự hòa giải", certificate.title);
    let usual = pages(&Document::Certificate(values::certificate()))[0].run("GIẤY CÔNG NHẬN").size_pt;
    let pages = pages(&Document::Certificate(certificate));
    assert_eq!(pages.len(), 1);
    assert!(pages[0].run("GIẤY CÔNG NHẬN").size_pt < usual);
    let lowest = pages[0].runs.iter().filter(|run| run.text != SAMPLE).map(|run| run.baseline).fold(0.0, f64::max);
    assert!(lowest < 195.0, "text leaves the frame at {lowest} mm");
}
