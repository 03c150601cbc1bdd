//! Prints the sample papers into a folder, for looking at a changed template:
//! `cargo run -p dienhinh-documents --example papers -- FOLDER`.

use std::{env, error::Error, fs, path::Path};

use dienhinh_documents::{
    Annex, AnnexLast, AnnexRow, Certificate, Decision, Document, Judgement, Letterhead, Mark, Minutes, MinutesMember,
    MinutesMotion, Renderer, Resources, ScoreGroup, ScoreRow, ScoreSheet, Signature, Totals,
};

#[path = "../src/tests/values.rs"]
mod values;

struct Embedded;

impl Resources for Embedded {
    fn fonts(&self) -> Vec<&'static [u8]> {
        dienhinh_assets::paper_fonts().to_vec()
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args().nth(1).ok_or("usage: papers FOLDER")?;
    fs::create_dir_all(&folder)?;
    let renderer = Renderer::new(&Embedded);
    let mut letters = values::score_sheet(false);
    values::ALPHABET.clone_into(&mut letters.explanation);
    let papers = [
        ("score-sheet.pdf", Document::ScoreSheet(values::score_sheet(true))),
        ("score-sheet-without-points.pdf", Document::ScoreSheet(letters)),
        ("minutes.pdf", Document::Minutes(values::minutes(12))),
        ("decision.pdf", Document::Decision(values::decision(40))),
        ("certificate.pdf", Document::Certificate(values::certificate())),
    ];
    for (name, paper) in papers {
        fs::write(Path::new(&folder).join(name), renderer.render_pdf(&paper)?)?;
    }
    Ok(())
}
