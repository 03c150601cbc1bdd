//! Texts of cells, those that cells share and those that stand in them: runs put together, readings left out.

use std::sync::Arc;

use quick_xml::events::{BytesStart, Event};

use super::{
    super::{Limits, SheetError},
    package::Package,
    xml::{add_text, attribute},
};

/// A text, and its font where all of its runs state the same one.
#[derive(Default)]
pub(super) struct Phrase {
    pub(super) text: Box<str>,
    pub(super) font: Option<Arc<str>>,
}

/// A text in the making.
#[derive(Default)]
pub(super) struct Pieces {
    text: String,
    /// Text of the open `t`, and whether its blanks count.
    open: Option<(String, bool)>,
    is_reading: bool,
    run_font: Option<Arc<str>>,
    font: Option<Arc<str>>,
    fonts_differ: bool,
}

impl Pieces {
    pub(super) fn start(&mut self, tag: &BytesStart) -> Result<(), SheetError> {
        match tag.local_name().as_ref() {
            "rPh" => self.is_reading = true,
            "r" => self.run_font = None,
            "rFont" => self.run_font = attribute(tag, "val")?.filter(|name| name.len() < 256).map(Arc::from),
            "t" if !self.is_reading => {
                let keeps = attribute(tag, "space")?.is_some_and(|space| space == "preserve");
                self.open = Some((String::new(), keeps));
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) fn text(&mut self, event: &Event, limits: &Limits) -> Result<(), SheetError> {
        let Some((piece, _)) = &mut self.open else {
            return Ok(());
        };
        add_text(event, piece)?;
        if self.text.len() + piece.len() <= limits.cell_bytes {
            return Ok(());
        }
        Err(SheetError::long_text())
    }

    pub(super) fn end(&mut self, name: &str) {
        if name == "rPh" {
            self.is_reading = false;
        }
        let Some((piece, keeps)) = self.open.take_if(|_| name == "t") else {
            return;
        };
        let piece = if keeps { &piece } else { piece.trim_matches([' ', '\t', '\r', '\n']) };
        if piece.is_empty() {
            return;
        }
        if self.text.is_empty() {
            self.font = self.run_font.clone();
        }
        self.fonts_differ |= self.font != self.run_font;
        self.text.push_str(piece);
    }

    pub(super) fn finish(self) -> Phrase {
        let font = self.font.filter(|_| !self.fonts_differ);
        Phrase { text: unescaped(self.text).into_boxed_str(), font }
    }
}

pub(super) fn read(package: &mut Package, path: &str, limits: &Limits) -> Result<Vec<Phrase>, SheetError> {
    let mut phrases = Vec::new();
    let Some(mut xml) = package.part(path)? else {
        return Ok(phrases);
    };
    let mut bytes = 0;
    let mut pieces = Pieces::default();
    while let Some(event) = xml.next()? {
        match &event {
            Event::Start(tag) if tag.local_name().as_ref() == "si" => pieces = Pieces::default(),
            Event::Start(tag) => pieces.start(tag)?,
            Event::End(tag) if tag.local_name().as_ref() == "si" => {
                let phrase = std::mem::take(&mut pieces).finish();
                bytes += phrase.text.len();
                phrases.push(phrase);
            }
            Event::End(tag) => pieces.end(tag.local_name().as_ref()),
            event => pieces.text(event, limits)?,
        }
        limits.hold_shared(phrases.len(), bytes)?;
    }
    Ok(phrases)
}

/// Excel writes letters that XML cannot hold as `_x000D_`, and an underscore before such a word as `_x005F_`.
pub(super) fn unescaped(text: String) -> String {
    if !text.contains("_x") {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find("_x") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let letter = rest.get(2..6).filter(|_| rest.as_bytes().get(6) == Some(&b'_'));
        let letter = letter.and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32);
        let (said, bytes) = letter.map_or(('_', 1), |letter| (letter, 7));
        out.push(said);
        rest = &rest[bytes..];
    }
    out.push_str(rest);
    out
}
