//! Styles: the font of a cell and whether its number is a day. Knows nothing of colours and borders.

use std::{collections::HashMap, sync::Arc};

use quick_xml::events::{BytesStart, Event};

use super::{
    super::{
        SheetError,
        numbers::{self, Shown},
    },
    package::Package,
    xml::{attribute, number},
};

/// Fonts, formats and styles that Excel allows.
const MOST: usize = 65_536;
const FONT_NAME_BYTES: usize = 256;

#[derive(Default)]
pub(super) struct Styles {
    fonts: Vec<Option<Arc<str>>>,
    /// Of each style its font and what it makes of numbers.
    of_cells: Vec<(usize, Shown)>,
    formats: HashMap<usize, Shown>,
}

impl Styles {
    pub(super) fn font(&self, style: usize) -> Option<Arc<str>> {
        let (font, _) = self.of_cells.get(style)?;
        self.fonts.get(*font)?.clone()
    }

    pub(super) fn shown(&self, style: usize) -> Shown {
        self.of_cells.get(style).map(|(_, shown)| *shown).unwrap_or_default()
    }

    fn read_tag(&mut self, list: List, tag: &BytesStart) -> Result<(), SheetError> {
        match (list, tag.local_name().as_ref()) {
            (List::Formats, "numFmt") => {
                if let (Some(id), Some(code)) = (number(tag, "numFmtId")?, attribute(tag, "formatCode")?) {
                    self.formats.insert(id, numbers::by_code(&code));
                }
            }
            (List::Fonts, "font") => self.fonts.push(None),
            (List::Fonts, "name") => {
                let name = attribute(tag, "val")?.filter(|name| !name.is_empty() && name.len() <= FONT_NAME_BYTES);
                if let Some(font) = self.fonts.last_mut() {
                    *font = name.map(Arc::from);
                }
            }
            (List::Styles, "xf") => {
                let format = number(tag, "numFmtId")?.unwrap_or(0);
                let built_in = || u32::try_from(format).map(numbers::built_in).unwrap_or_default();
                let shown = self.formats.get(&format).copied().unwrap_or_else(built_in);
                self.of_cells.push((number(tag, "fontId")?.unwrap_or(0), shown));
            }
            _ => {}
        }
        if self.fonts.len().max(self.of_cells.len()).max(self.formats.len()) > MOST {
            return Err(SheetError::too_large(
                format!("tệp có hơn {MOST} kiểu ô; hãy chép các ô sang tệp mới"),
                format!("the file has more than {MOST} styles; copy the cells to a new file"),
            ));
        }
        Ok(())
    }
}

/// The list that is being read.
#[derive(Clone, Copy)]
enum List {
    Formats,
    Fonts,
    Styles,
    Other,
}

pub(super) fn read(package: &mut Package, path: &str) -> Result<Styles, SheetError> {
    let mut styles = Styles::default();
    let Some(mut xml) = package.part(path)? else {
        return Ok(styles);
    };
    let mut list = List::Other;
    while let Some(event) = xml.next()? {
        match event {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "numFmts" => list = List::Formats,
                "fonts" => list = List::Fonts,
                "cellXfs" => list = List::Styles,
                _ => styles.read_tag(list, &tag)?,
            },
            Event::End(tag) if matches!(tag.local_name().as_ref(), "numFmts" | "fonts" | "cellXfs") => {
                list = List::Other;
            }
            _ => {}
        }
    }
    Ok(styles)
}
