//! What a reader of the papers would check with a ruler: [`layout`]; what an attacker would try: [`hostile`].
//!
//! Looks at the finished pages before they become PDF, so no PDF reader is needed.

use std::sync::LazyLock;

use typst::layout::{Frame, FrameItem, Point};

use crate::{
    Annex, AnnexLast, AnnexRow, Certificate, Decision, Document, Judgement, Letterhead, Mark, Minutes, MinutesMember,
    MinutesMotion, Renderer, Resources, ScoreGroup, ScoreRow, ScoreSheet, Signature, Totals,
};

mod hostile;
mod layout;
mod values;

/// One for all tests: reading the fonts takes longer than a paper.
static RENDERER: LazyLock<Renderer> = LazyLock::new(|| {
    let renderer = Renderer::new(&Embedded);
    assert!(renderer.has_fonts(), "the build could not fetch the fonts, so no paper can be tested");
    renderer
});

/// The fonts of the build.
struct Embedded;

impl Resources for Embedded {
    fn fonts(&self) -> Vec<&'static [u8]> {
        dienhinh_assets::paper_fonts().to_vec()
    }
}

/// A run of text on a page, in millimetres from its upper left corner.
#[derive(Debug)]
struct Run {
    text: String,
    left: f64,
    right: f64,
    baseline: f64,
    size_pt: f64,
}

/// A page with its runs of text in the order in which they were set.
#[derive(Debug)]
struct Sheet {
    width: f64,
    height: f64,
    images: usize,
    runs: Vec<Run>,
}

impl Sheet {
    fn has(&self, text: &str) -> bool {
        self.text().contains(text)
    }

    /// Everything on the page in one line, without the invisible places to break.
    fn text(&self) -> String {
        let runs: Vec<&str> = self.runs.iter().map(|run| run.text.as_str()).collect();
        runs.join(" ").replace('\u{200B}', "").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn run(&self, text: &str) -> &Run {
        self.runs.iter().find(|run| run.text.contains(text)).unwrap_or_else(|| panic!("{text} is not on the page"))
    }
}

/// The pages of a paper as a reader sees them.
fn pages(document: &Document) -> Vec<Sheet> {
    let pages = RENDERER.pages(document).expect("a paper that can be printed");
    pages.pages().iter().map(|page| sheet(&page.frame)).collect()
}

fn sheet(frame: &Frame) -> Sheet {
    let mut sheet = Sheet { width: frame.width().to_mm(), height: frame.height().to_mm(), images: 0, runs: Vec::new() };
    collect(frame, Point::zero(), &mut sheet);
    sheet
}

fn collect(frame: &Frame, origin: Point, sheet: &mut Sheet) {
    for (place, item) in frame.items() {
        let at = origin + *place;
        match item {
            FrameItem::Group(group) => {
                collect(&group.frame, at + Point::new(group.transform.tx, group.transform.ty), sheet);
            }
            FrameItem::Text(text) => sheet.runs.push(Run {
                text: text.text.to_string(),
                left: at.x.to_mm(),
                right: (at.x + text.width()).to_mm(),
                baseline: at.y.to_mm(),
                size_pt: text.size.to_pt(),
            }),
            FrameItem::Image(..) => sheet.images += 1,
            _ => {}
        }
    }
}

/// Whether two lengths are the same to the eye.
fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 0.3
}
