//! The book: which sheets it has, which of them Excel shows, and where the parts lie.

use std::collections::HashMap;

use quick_xml::events::Event;

use super::{
    super::{Limits, SheetError, numbers::Epoch},
    package::Package,
    xml::{attribute, says_yes},
};

/// Names and paths are shorter; longer ones are not kept.
const NAME_BYTES: usize = 1_024;

pub(super) struct Book {
    pub(super) sheets: Vec<SheetEntry>,
    pub(super) epoch: Epoch,
    pub(super) styles: String,
    pub(super) strings: String,
}

pub(super) struct SheetEntry {
    pub(super) name: String,
    pub(super) hidden: bool,
    /// The path of its part.
    pub(super) path: String,
}

struct Relation {
    id: String,
    kind: String,
    path: String,
}

pub(super) fn read(package: &mut Package, limits: &Limits) -> Result<Book, SheetError> {
    let roots = relations(package, "_rels/.rels", "", limits)?;
    let root = roots.into_iter().find(|relation| relation.kind == "officeDocument");
    let path = root.map_or_else(|| "xl/workbook.xml".to_owned(), |relation| relation.path);
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", &path));
    let relations = relations(package, &format!("{folder}/_rels/{file}.rels"), folder, limits)?;
    let (listed, epoch) = listed(package, &path, limits)?;
    let by_id: HashMap<&str, &Relation> = relations.iter().map(|relation| (relation.id.as_str(), relation)).collect();
    let mut sheets = Vec::new();
    for (name, hidden, id) in listed {
        let relation = by_id.get(id.as_str()).ok_or_else(|| SheetError::damaged(format!("“{name}”: no part {id}")))?;
        // A chart on a sheet of its own has no cells.
        if relation.kind == "worksheet" {
            sheets.push(SheetEntry { name, hidden, path: relation.path.clone() });
        }
    }
    let part = |kind: &str, usual: &str| {
        let found = relations.iter().find(|relation| relation.kind == kind);
        found.map_or_else(|| format!("{folder}/{usual}"), |relation| relation.path.clone())
    };
    Ok(Book {
        sheets,
        epoch,
        styles: part("styles", "styles.xml"),
        strings: part("sharedStrings", "sharedStrings.xml"),
    })
}

type Listed = (String, bool, String);

/// Names of sheets, whether they are hidden, and the ids of their relations.
fn listed(package: &mut Package, path: &str, limits: &Limits) -> Result<(Vec<Listed>, Epoch), SheetError> {
    let Some(mut xml) = package.part(path)? else {
        return Err(SheetError::unknown("tệp nén ZIP", "a ZIP archive"));
    };
    let (mut sheets, mut epoch) = (Vec::new(), Epoch::Y1900);
    while let Some(event) = xml.next()? {
        let Event::Start(tag) = event else { continue };
        match tag.local_name().as_ref() {
            "workbookPr" if says_yes(&tag, "date1904")? => epoch = Epoch::Y1904,
            "sheet" if sheets.len() > limits.tables => break,
            "sheet" => {
                let text = |name: &str| Ok::<_, SheetError>(attribute(&tag, name)?.unwrap_or_default().into_owned());
                let hidden = text("state")?.to_ascii_lowercase().ends_with("hidden");
                let name: String = text("name")?.chars().take(NAME_BYTES / 4).collect();
                sheets.push((name, hidden, text("id")?));
            }
            _ => {}
        }
    }
    Ok((sheets, epoch))
}

fn relations(package: &mut Package, path: &str, folder: &str, limits: &Limits) -> Result<Vec<Relation>, SheetError> {
    let mut relations = Vec::new();
    let Some(mut xml) = package.part(path)? else {
        return Ok(relations);
    };
    while let Some(event) = xml.next()? {
        let Event::Start(tag) = event else { continue };
        if tag.local_name().as_ref() != "Relationship" || relations.len() >= limits.parts {
            continue;
        }
        let text = |name: &str| Ok::<_, SheetError>(attribute(&tag, name)?.unwrap_or_default());
        let (id, kind, target) = (text("Id")?, text("Type")?, text("Target")?);
        if id.len() + kind.len() + target.len() > NAME_BYTES {
            continue;
        }
        let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
        relations.push(Relation { id: id.into_owned(), kind, path: resolved(folder, &target) });
    }
    Ok(relations)
}

/// A target seen from a folder, without `..`.
fn resolved(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let from = if target.starts_with('/') { "" } else { folder };
    let mut steps = Vec::new();
    for step in from.split('/').chain(target.split('/')) {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    steps.join("/")
}
