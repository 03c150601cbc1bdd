//! A spreadsheet that an officer takes in from a page: the file waits, what its columns mean is said, everything is checked,
//! and only then something is written.

use std::collections::BTreeMap;

use dienhinh_documents::sheets::{Form, LIMITS, Limits, SheetError, read as read_file};
use dienhinh_domain::{
    Refused,
    access::{Action, Actor, may_import},
    audit::{Author, sha256},
    cycles::Cycle,
    ids::{CycleId, DraftId, ImportId},
    imports::form::{Ask, Unclear, asks, map_text},
    programmes::CriteriaSet,
    sheets::{Map, Question, Seen, SeenColumn, Table, see},
};
use dienhinh_storage::{
    blobs::Incoming,
    cycles,
    imports::{
        self as stored,
        drafts::{self, Draft},
    },
    units,
};
use jiff::SignedDuration;
use tokio::io::AsyncReadExt as _;

use super::{
    tables::tables_of,
    take::{Cycle as Chosen, ImportError, Imported, MapSource, Read, Taken, WantedImport, read_tables, take, usable},
    undo::{UndoError, Undone, undo},
};
use crate::{
    access::actions::{act, permit},
    app::App,
    web::{
        lang::{Lang, halves},
        problem::{Outcome, Problem},
    },
};

/// How long a draft waits.
pub(crate) const KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How large a file may be that comes over a page; several may come at once.
pub(super) const FORM_LIMITS: Limits = Limits {
    file_bytes: 5 << 20,
    inflated_bytes: 48 << 20,
    text_bytes: 8 << 20,
    rows: 10_000,
    columns: 250,
    cells: 500_000,
    ..LIMITS
};

const MISSING: Problem = Problem::Missing("import");

/// A draft with its file, read.
pub(super) struct Opened {
    pub(super) draft: Draft,
    pub(super) cycle: Cycle,
    form: Form,
    pub(super) tables: Vec<Table>,
}

/// Keeps a file that came. Refused: it is no table, too large, or the actor takes no lists in.
pub(super) async fn add(
    app: &App,
    (actor, lang): (Actor, Lang),
    cycle: CycleId,
    (incoming, file_name): (Incoming, String),
) -> Outcome<DraftId> {
    let bytes = incoming.bytes();
    let placed = incoming.place(&app.blobs).await?;
    tables(app, (&placed.sha256, bytes), lang).await?;
    let id = DraftId::new(app.new_id());
    let (sha256, file_name) = (&placed.sha256, &file_name);
    act(&app.db, &*app.chance, |mut tx| async move {
        if placed.look_again && app.blobs.find(sha256).await?.is_none() {
            return Err(Problem::Unavailable("the content was cleared away before its row came".to_owned()));
        }
        permit_own(app, &mut tx, actor).await?;
        let cycle = cycles::get(&mut tx, cycle).await?.ok_or(Problem::Missing("cycle"))?;
        let draft = Draft {
            id,
            by: actor,
            cycle: cycle.id,
            file_name: file_name.clone(),
            sha256: sha256.clone(),
            bytes,
            map: String::new(),
            made_at: app.now(),
        };
        drafts::insert(&mut tx, &draft).await?;
        Ok(tx.commit().await?)
    })
    .await?;
    Ok(id)
}

/// Asks whether the actor may take lists in for their own unit, from which all else follows.
async fn permit_own(app: &App, tx: &mut dienhinh_storage::Tx, actor: Actor) -> Outcome<()> {
    let own = units::get(tx, actor.scope, app.today()).await?.ok_or(Problem::Missing("unit"))?;
    permit(actor, Action::ImportsTake, &own)
}

/// The tables of a file in the store. Refused: it cannot be read.
async fn tables(app: &App, (sha256, bytes): (&str, u64), lang: Lang) -> Outcome<(Form, Vec<Table>)> {
    let gone = || Problem::from(Refused::new("imports.gone"));
    let (there, mut content) = app.blobs.read(sha256).await?.ok_or_else(gone)?;
    if there != bytes {
        return Err(gone());
    }
    let mut file = Vec::new();
    content.read_to_end(&mut file).await?;
    let read = tokio::task::spawn_blocking(move || {
        let book = read_file(&file, &FORM_LIMITS)?;
        Ok((book.form, tables_of(book)))
    });
    let read = read.await.map_err(|cause| Problem::Failed(format!("a spreadsheet was not read: {cause}")))?;
    read.map_err(|error: SheetError| unreadable(lang, &error.to_string()))
}

fn unreadable(lang: Lang, why: &str) -> Problem {
    let (vi, en) = halves(why);
    Refused::new("imports.unreadable").with("why", lang.pick(vi, en)).into()
}

/// A draft of the actor with its file.
pub(super) async fn open(app: &App, (actor, lang): (Actor, Lang), id: DraftId) -> Outcome<Opened> {
    may_import(actor)?;
    let mut tx = app.db.read().await?;
    let draft = drafts::get(&mut tx, id).await?.filter(|draft| draft.by == actor).ok_or(MISSING)?;
    let cycle = cycles::get(&mut tx, draft.cycle).await?.ok_or(Problem::Missing("cycle"))?;
    drop(tx);
    let (form, tables) = tables(app, (&draft.sha256, draft.bytes), lang).await?;
    Ok(Opened { draft, cycle, form, tables })
}

/// One table of a draft, to say what its columns mean.
pub(super) struct Chooser {
    pub(super) asks: Vec<Ask>,
    pub(super) seen: Seen,
    /// Under this name it is remembered what these columns meant.
    name: String,
    /// For each question the place among the columns of the one that answers it, as was said before, or as it seems.
    pub(super) answered_by: Vec<Option<usize>>,
    /// It was said before, of this file or of one with the same columns.
    pub(super) is_remembered: bool,
}

impl Opened {
    /// The table with a number, or the first that Excel shows.
    pub(super) fn table(&self, wanted: Option<usize>) -> Outcome<(usize, &Table)> {
        let first = || self.tables.iter().position(|table| !table.hidden).unwrap_or_default();
        let at = wanted.filter(|at| *at < self.tables.len()).unwrap_or_else(first);
        self.tables.get(at).map(|table| (at, table)).ok_or_else(|| Refused::new("imports.empty").into())
    }

    /// What its columns may mean.
    pub(super) async fn chooser(
        &self,
        app: &App,
        table: &Table,
        heading: Option<std::ops::RangeInclusive<usize>>,
    ) -> Outcome<Chooser> {
        let set = &app.installed(&self.cycle)?.set;
        let asks = asks(set);
        let questions: Vec<Question> = asks.iter().map(|ask| ask.question.clone()).collect();
        let seen = see(table, &questions, heading);
        let name = map_name(set, &seen);
        let of_draft = Map::read(&self.draft.map).ok().filter(|map| map.name == name);
        let known = match of_draft {
            Some(map) => Some(map),
            None => {
                let text = stored::map(&mut app.db.read().await?, &name).await?;
                text.and_then(|text| Map::read(&text).ok())
            }
        };
        let answered_by = match &known {
            Some(map) => asks.iter().map(|ask| column_of(map, &ask.question.field, &seen.columns)).collect(),
            None => seen.answered_by.clone(),
        };
        Ok(Chooser { asks, seen, name, answered_by, is_remembered: known.is_some() })
    }

    /// Keeps what the columns mean: the field that each answers, by its number from 0.
    pub(super) async fn choose(
        &self,
        app: &App,
        chooser: &Chooser,
        said: &BTreeMap<usize, String>,
        table: &Table,
    ) -> Outcome<()> {
        let mut chosen: BTreeMap<String, &SeenColumn> = BTreeMap::new();
        for column in &chooser.seen.columns {
            let Some(field) = said.get(&column.at) else { continue };
            if let Some(first) = chosen.insert(field.clone(), column) {
                let refused = Refused::new("imports.answer_twice");
                return Err(refused.with("first", &first.shown).with("second", &column.shown).into());
            }
        }
        let set = &app.installed(&self.cycle)?.set;
        let name = if self.tables.len() > 1 { table.name.as_str() } else { "" };
        let map = map_text(set, &chooser.name, name, &chosen).map_err(|unclear| match unclear {
            Unclear::NoUnit => Refused::new("imports.no_unit"),
            Unclear::NoFigure => Refused::new("imports.no_figure"),
            Unclear::Twice(title) => Refused::new("imports.title_twice").with("title", title),
        })?;
        let (id, map) = (self.draft.id, map.as_str());
        act(&app.db, &*app.chance, |mut tx| async move {
            drafts::save_map(&mut tx, id, map).await?;
            Ok::<_, Problem>(tx.commit().await?)
        })
        .await
    }

    /// The file by what its columns mean; none while that was not said. Takes long.
    async fn read(self) -> Outcome<Result<(Draft, Read), ImportError>> {
        let Self { draft, form, tables, .. } = self;
        let worked = tokio::task::spawn_blocking(move || {
            let read = usable(&draft.map).and_then(|map| read_tables(map, (form, draft.sha256.clone()), tables));
            read.map(|read| (draft, read))
        });
        worked.await.map_err(|cause| Problem::Failed(format!("a spreadsheet was not read: {cause}")))
    }
}

/// The same columns in the same order mean the same the next time.
fn map_name(set: &CriteriaSet, seen: &Seen) -> String {
    let titles: Vec<&str> = seen.columns.iter().map(|column| column.shown.as_str()).collect();
    let hash = sha256(titles.join("\n").as_bytes());
    format!("{}-{}", set.code, hash.get(..12).unwrap_or_default())
}

/// The place of the column by which a map answers a question.
fn column_of(map: &Map, field: &str, columns: &[SeenColumn]) -> Option<usize> {
    let titles = &map.columns.iter().find(|column| &*column.field == field)?.titles;
    columns
        .iter()
        .position(|column| titles.iter().any(|title| title.text == column.title || title.text == column.shown))
}

/// What a draft would do, or why that cannot be said.
pub(super) async fn check(app: &App, actor: Actor, opened: Opened) -> Outcome<Result<Imported, ImportError>> {
    let (draft, read) = match opened.read().await? {
        Ok(read) => read,
        Err(error) => return Ok(Err(error)),
    };
    let wanted = wanted(&draft, true, true);
    let mut imported =
        match take(app, app.db.snapshot().await?, (&wanted, Author::Actor(actor)), &draft.map, &read).await {
            Ok(imported) => imported,
            Err(error) => return Ok(Err(error)),
        };
    // A workbook is written without keeping others waiting.
    let worked = tokio::task::spawn_blocking(move || {
        imported.rejected_rows = read.rejected_rows(&imported);
        imported
    });
    let imported = worked.await.map_err(|cause| Problem::Failed(format!("a spreadsheet was not checked: {cause}")))?;
    Ok(Ok(imported))
}

fn wanted(draft: &Draft, only_sound: bool, dry_run: bool) -> WantedImport {
    WantedImport {
        file_name: draft.file_name.clone(),
        file: Vec::new(),
        map: MapSource::Text(draft.map.clone()),
        as_of: None,
        below: None,
        cycle: Some(Chosen::Id(draft.cycle)),
        only_sound,
        dry_run,
    }
}

/// Takes a draft in. Refused: mistakes stand against it, or there is nothing new in it.
pub(super) async fn take_in(app: &App, who: (Actor, Lang), id: DraftId, only_sound: bool) -> Outcome<Taken> {
    let (actor, lang) = who;
    let opened = open(app, who, id).await?;
    let (draft, read) = opened.read().await?.map_err(|error| told(lang, error))?;
    let wanted = &wanted(&draft, only_sound, false);
    let (map, read) = (&draft.map, &read);
    app.act(actor, |mut tx| async move {
        permit_own(app, &mut tx, actor).await?;
        let imported = take(app, tx, (wanted, Author::Actor(actor)), map, read).await;
        let imported = imported.map_err(|error| told(lang, error))?;
        match imported.id {
            Some(import) => Ok(Taken { import, written: imported.written }),
            None if imported.is_refused => {
                Err(Refused::new("imports.mistakes").with("count", imported.rejected).into())
            }
            None => Err(Refused::new("imports.nothing_new").into()),
        }
    })
    .await
}

/// Takes an import of the actor back.
pub(super) async fn take_back(app: &App, actor: Actor, import: ImportId) -> Outcome<Undone> {
    app.act(actor, |mut tx| async move {
        permit_own(app, &mut tx, actor).await?;
        match undo(app, tx, import, Author::Actor(actor)).await {
            Ok(undone) => Ok(undone),
            Err(UndoError::Missing(_)) => Err(MISSING),
            Err(UndoError::Already) => Err(Refused::new("imports.taken_back").into()),
            Err(UndoError::BuiltOn(_)) => Err(Refused::new("imports.built_on").into()),
            Err(UndoError::Failed(error)) => Err(told(Lang::Vi, error)),
        }
    })
    .await
}

/// What kept an import from being looked at, as it is told on a page.
pub(super) fn told(lang: Lang, error: ImportError) -> Problem {
    match error {
        ImportError::Overtaken(told) => Problem::Overtaken(told),
        ImportError::Failed(told) => Problem::Failed(told),
        ImportError::Start(cause) => Problem::Failed(cause.to_string()),
        ImportError::Map(problems) => {
            let what = problems.first().map(|problem| lang.of(&problem.what)).unwrap_or_default();
            Refused::new("imports.unreadable").with("why", what).into()
        }
        other => unreadable(lang, &other.to_string()),
    }
}
