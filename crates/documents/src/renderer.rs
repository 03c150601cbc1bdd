//! The typesetter behind the papers: fonts and templates once, then a paper per call.
//!
//! Knows no paper's content. Besides what typst reports it looks at the finished pages itself: a
//! letter without a glyph is an error here, not an empty box on an official paper.

use typst::{
    diag::Warned,
    foundations::{Dict, Smart},
    layout::{Frame, FrameItem},
    text::{Font, FontStyle, FontWeight, TextItem},
};
use typst_as_lib::{TypstAsLibError, TypstEngine, conversions::IntoFonts};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

use crate::{Document, Paper, RenderError};

/// Family every template is set in; metric-compatible with Times New Roman and free to embed.
const FAMILY: &str = "Tinos";

/// The faces that the templates use.
const FACES: [(&str, FontStyle, FontWeight); 4] = [
    ("Regular", FontStyle::Normal, FontWeight::REGULAR),
    ("Italic", FontStyle::Italic, FontWeight::REGULAR),
    ("Bold", FontStyle::Normal, FontWeight::BOLD),
    ("Bold Italic", FontStyle::Italic, FontWeight::BOLD),
];

/// The templates by the names they know one another by.
const TEMPLATES: [(&str, &str); 5] = [
    ("common.typ", include_str!("../templates/common.typ")),
    ("score_sheet.typ", include_str!("../templates/score_sheet.typ")),
    ("minutes.typ", include_str!("../templates/minutes.typ")),
    ("decision.typ", include_str!("../templates/decision.typ")),
    ("certificate.typ", include_str!("../templates/certificate.typ")),
];

/// How many papers a piece of layout is remembered for after it was last used.
const REMEMBERED_PAPERS: usize = 4;

/// Everything that papers need from outside.
pub trait Resources {
    /// The four faces of Tinos as TrueType, in any order; fewer when they are not at hand.
    fn fonts(&self) -> Vec<&'static [u8]>;
}

/// Fonts and templates, ready for any number of papers. Made once and shared: rendering takes `&self`.
pub struct Renderer {
    engine: TypstEngine,
    missing_face: Option<&'static str>,
}

impl std::fmt::Debug for Renderer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Renderer").field("missing_face", &self.missing_face).finish_non_exhaustive()
    }
}

impl Renderer {
    /// Reads the fonts. Missing ones are reported by [`Self::render_pdf`], so that an installation
    /// without fonts still does everything else.
    pub fn new(resources: &dyn Resources) -> Self {
        let fonts: Vec<Font> = resources.fonts().into_iter().flat_map(IntoFonts::into_fonts).collect();
        let missing_face = FACES.iter().find(|face| !fonts.iter().any(|font| is_face(font, face))).map(|face| face.0);
        let engine = TypstEngine::builder()
            .fonts(fonts)
            .with_static_source_file_resolver(TEMPLATES)
            .comemo_evict_max_age(Some(REMEMBERED_PAPERS))
            .build();
        Self { engine, missing_face }
    }

    /// Whether every font is here; without them each paper is refused.
    pub fn has_fonts(&self) -> bool {
        self.missing_face.is_none()
    }

    /// Prints one paper. The same value gives the same bytes.
    ///
    /// # Errors
    /// [`RenderError`]: fonts or glyphs are missing, a text cannot be printed, or it does not fit.
    pub fn render_pdf(&self, document: &Document) -> Result<Vec<u8>, RenderError> {
        let pages = self.pages(document)?;
        // No creation date: it would be the only thing in the bytes that is not in the value.
        let options = PdfOptions { creator: Smart::Custom(None), ..PdfOptions::default() };
        typst_pdf::pdf(&pages, &options)
            .map_err(|problems| RenderError::Template { paper: document.paper(), cause: format!("{problems:?}") })
    }

    /// The finished pages before they become bytes.
    pub(crate) fn pages(&self, document: &Document) -> Result<PagedDocument, RenderError> {
        if let Some(face) = self.missing_face {
            return Err(RenderError::MissingFonts { face });
        }
        let paper = document.paper();
        let (template, inputs) = match document {
            Document::ScoreSheet(sheet) => ("score_sheet.typ", sheet.inputs()?),
            Document::Minutes(minutes) => ("minutes.typ", minutes.inputs()?),
            Document::Decision(decision) => ("decision.typ", decision.inputs()?),
            Document::Certificate(certificate) => ("certificate.typ", certificate.inputs()?),
        };
        let pages = self.typeset(paper, template, inputs)?;
        if paper == Paper::Certificate && pages.pages().len() != 1 {
            return Err(RenderError::DoesNotFit { paper });
        }
        Ok(pages)
    }

    /// The finished pages, checked.
    fn typeset(&self, paper: Paper, template: &str, inputs: Dict) -> Result<PagedDocument, RenderError> {
        let Warned { output, warnings } = self.engine.compile_with_input::<_, _, PagedDocument>(template, inputs);
        let pages =
            output.map_err(|problem: TypstAsLibError| RenderError::Template { paper, cause: problem.to_string() })?;
        for page in pages.pages() {
            check_glyphs(&page.frame)?;
        }
        match warnings.first() {
            Some(warning) => Err(RenderError::Template { paper, cause: warning.message.to_string() }),
            None => Ok(pages),
        }
    }
}

fn is_face(font: &Font, (_, style, weight): &(&str, FontStyle, FontWeight)) -> bool {
    let info = font.info();
    info.family == FAMILY && info.variant.style == *style && info.variant.weight == *weight
}

/// Finds the first text that was set with the box that stands for a missing glyph.
fn check_glyphs(frame: &Frame) -> Result<(), RenderError> {
    for (_, item) in frame.items() {
        match item {
            FrameItem::Group(group) => check_glyphs(&group.frame)?,
            FrameItem::Text(text) if text.glyphs.iter().any(|glyph| glyph.id == 0) => {
                return Err(RenderError::MissingGlyph { text: without_glyph(text) });
            }
            _ => {}
        }
    }
    Ok(())
}

/// The characters of a text that have no glyph, each once.
fn without_glyph(text: &TextItem) -> String {
    let mut found = String::new();
    for glyph in text.glyphs.iter().filter(|glyph| glyph.id == 0) {
        let part = text.text.get(glyph.range()).unwrap_or(&text.text);
        if !found.contains(part) {
            found.push_str(part);
        }
    }
    found
}
