//! XML of a part, event by event, within limits; what is common to all parts.

use std::{borrow::Cow, io::BufReader};

use quick_xml::{
    Reader, XmlVersion,
    escape::resolve_xml_entity,
    events::{BytesStart, Event},
};

use super::{
    super::SheetError,
    package::{Meter, Metered},
};

/// Elements within elements; sheets have about ten.
const DEPTH: usize = 200;

/// A part being read. Empty elements come as a start and an end.
pub(super) struct Xml<'p> {
    reader: Reader<BufReader<Metered<'p>>>,
    buffer: Vec<u8>,
    meter: &'p Meter,
    depth: usize,
}

impl<'p> Xml<'p> {
    pub(super) fn new(part: Metered<'p>, meter: &'p Meter) -> Self {
        let mut reader = Reader::from_reader(BufReader::with_capacity(32 << 10, part));
        reader.config_mut().expand_empty_elements = true;
        Self { reader, buffer: Vec::new(), meter, depth: 0 }
    }

    /// The next event, none at the end of the part.
    pub(super) fn next(&mut self) -> Result<Option<Event<'_>>, SheetError> {
        self.meter.new_event()?;
        self.buffer.clear();
        let event = self.reader.read_event_into(&mut self.buffer).map_err(|cause| self.meter.error(cause))?;
        match &event {
            Event::Start(_) if self.depth == DEPTH => return Err(SheetError::damaged("XML")),
            Event::Start(_) => self.depth += 1,
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            Event::Eof if self.depth > 0 => return Err(SheetError::damaged("XML")),
            Event::Eof => return Ok(None),
            _ => {}
        }
        Ok(Some(event))
    }
}

/// An attribute by its name without a prefix.
pub(super) fn attribute<'t>(tag: &'t BytesStart, name: &str) -> Result<Option<Cow<'t, str>>, SheetError> {
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(SheetError::damaged)?;
        if attribute.key.local_name().as_ref() == name {
            return attribute.normalized_value(XmlVersion::Implicit1_0).map(Some).map_err(SheetError::damaged);
        }
    }
    Ok(None)
}

/// Whether an attribute says yes.
pub(super) fn says_yes(tag: &BytesStart, name: &str) -> Result<bool, SheetError> {
    Ok(attribute(tag, name)?.is_some_and(|value| value == "1" || value == "true"))
}

/// A number in an attribute; none where it is missing or no number.
pub(super) fn number(tag: &BytesStart, name: &str) -> Result<Option<usize>, SheetError> {
    Ok(attribute(tag, name)?.and_then(|value| value.trim().parse().ok()))
}

/// Adds what an event says in letters.
pub(super) fn add_text(event: &Event, text: &mut String) -> Result<(), SheetError> {
    match event {
        Event::Text(piece) => text.push_str(&piece.xml10_content()),
        Event::CData(piece) => text.push_str(&piece.xml10_content()),
        Event::GeneralRef(entity) => match entity.resolve_char_ref().map_err(SheetError::damaged)? {
            Some(letter) => text.push(letter),
            None => text.push_str(resolve_xml_entity(entity).ok_or_else(|| SheetError::damaged("XML"))?),
        },
        _ => {}
    }
    Ok(())
}
