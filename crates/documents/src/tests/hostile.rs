//! Texts that try to be more than text, fonts that are not there, and bytes that must not vary.

use super::*;
use crate::{Paper, RenderError, render_pdf};

/// A score sheet with a text in the places that users write.
fn with_note(text: &str) -> Document {
    let mut sheet = values::score_sheet(true);
    sheet.groups.truncate(1);
    sheet.groups[0].rows[0].note = text.to_owned();
    text.clone_into(&mut sheet.unit);
    Document::ScoreSheet(sheet)
}

#[test]
fn markup_is_printed_as_it_was_typed() {
    for text in [
        "#panic(1) #import sys: inputs",
        "$ x^2 $ *đậm* _nghiêng_ `mã` ~ ---",
        "= Đề mục - mục + mục / mục: x",
        "// chú thích /* hết */ <nhãn> @nguồn",
        "\\ \\u{41} [ ] { } \" ' #[ ) ]",
        "http://baclieu.example/?a=1&b=<script>",
    ] {
        let printed = pages(&with_note(text))[0].text().replace(' ', "");
        // Once as the unit, once as the note; lines may break anywhere.
        assert_eq!(printed.matches(&text.replace(' ', "")).count(), 2, "{text} became {printed}");
    }
}

#[test]
fn a_text_without_spaces_stays_in_its_column() {
    let pages = pages(&with_note(&"W".repeat(10_000)));
    assert!(pages.iter().flat_map(|page| &page.runs).all(|run| run.right < 297.0 - 14.9));
    let printed: usize = pages.iter().map(|page| page.text().matches('W').count()).sum();
    assert_eq!(printed, 20_000);
}

#[test]
fn every_field_of_a_table_keeps_its_column() {
    let mut decision = values::decision(1);
    let row = &mut decision.annex.rows[0];
    for field in [&mut row.unit, &mut row.result, &mut row.points, &mut row.last] {
        *field = "W".repeat(200);
    }
    let list = pages(&Document::Decision(decision)).remove(1);
    // Right edges of the columns of the list, in millimetres.
    let edges = [117.0, 152.0, 176.0, 195.0];
    for run in list.runs.iter().filter(|run| run.text.contains('W')) {
        let edge = edges.into_iter().find(|edge| run.left < *edge).expect("a column");
        assert!(run.right < edge, "{run:?} leaves the column that ends at {edge}");
    }
}

#[test]
fn letters_without_a_glyph_are_refused_by_name() {
    for (text, missing) in [("mô hình 🏅 xanh", "🏅"), ("مرحبا", "ا"), ("社会", "社")] {
        match RENDERER.render_pdf(&with_note(text)) {
            Err(RenderError::MissingGlyph { text: found }) => assert!(found.contains(missing), "{found}"),
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn controls_and_reversals_are_refused_with_their_field() {
    for (text, code) in [("a\0b", 0), ("bell\u{7}", 7), ("12\u{202E}34", 0x202E), ("\u{2067}x", 0x2067)] {
        let refused = RENDERER.render_pdf(&with_note(text));
        assert_eq!(refused, Err(RenderError::ForbiddenCharacter { field: "unit", code }));
    }
}

#[test]
fn every_vietnamese_letter_has_a_glyph_in_every_face() {
    let mut decision = values::decision(1);
    decision.articles.push(values::ALPHABET.to_owned());
    decision.legal_bases.push(values::ALPHABET.to_owned());
    values::ALPHABET.clone_into(&mut decision.subject);
    assert!(pages(&Document::Decision(decision))[0].has("ỳỷỹýỵ"));
}

#[test]
fn letters_and_marks_typed_apart_are_printed_together() {
    // The circumflex and the dot as characters of their own, as some keyboards send them.
    let pages = pages(&with_note("Vie\u{302}\u{323}t"));
    assert!(pages[0].has("Vie\u{302}\u{323}t"));
}

#[test]
fn a_certificate_that_does_not_fit_is_refused() {
    let mut certificate = values::certificate();
    certificate.title = vec!["nghiêm"; 1_700].join(" ");
    let refused = RENDERER.render_pdf(&Document::Certificate(certificate));
    assert_eq!(refused, Err(RenderError::DoesNotFit { paper: Paper::Certificate }));
}

#[test]
fn missing_fonts_are_named() {
    struct Some(Vec<&'static [u8]>);
    impl Resources for Some {
        fn fonts(&self) -> Vec<&'static [u8]> {
            self.0.clone()
        }
    }
    let paper = Document::Certificate(values::certificate());
    let none = render_pdf(&paper, &Some(Vec::new()));
    assert_eq!(none, Err(RenderError::MissingFonts { face: "Regular" }));
    assert!(none.is_err_and(|error| error.to_string().contains("Missing fonts")));
    assert!(render_pdf(&paper, &Some(vec![b"not a font"])).is_err());
    for left_out in 0..4 {
        let mut fonts = Embedded.fonts();
        fonts.remove(left_out);
        assert!(matches!(render_pdf(&paper, &Some(fonts)), Err(RenderError::MissingFonts { .. })), "{left_out}");
    }
}

#[test]
fn the_same_value_gives_the_same_bytes() {
    let other = Renderer::new(&Embedded);
    let papers = [
        Document::ScoreSheet(values::score_sheet(true)),
        Document::Minutes(values::minutes(3)),
        Document::Decision(values::decision(3)),
        Document::Certificate(values::certificate()),
    ];
    for paper in papers {
        let bytes = RENDERER.render_pdf(&paper).expect("a paper");
        assert!(bytes.starts_with(b"%PDF-1.7"));
        assert!(bytes == RENDERER.render_pdf(&paper).expect("a paper"), "the second print differs");
        assert!(bytes == other.render_pdf(&paper).expect("a paper"), "another renderer differs");
    }
}

#[test]
fn the_file_tells_its_language_and_no_time() {
    let bytes = RENDERER.render_pdf(&Document::Certificate(values::certificate())).expect("a paper");
    let has = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(has("/Lang") && has("vi-VN"));
    assert!(has("/Title"));
    assert!(!has("/CreationDate") && !has("/ModDate"));
}
