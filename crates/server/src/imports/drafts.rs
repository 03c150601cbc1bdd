//! A spreadsheet that an officer takes in from a page: the file waits, what its columns mean is said, everything is checked,
//! and only then something is written.

use std::{collections::BTreeMap, ops::RangeInclusive};

use dienhinh_documents::sheets::{Form, LIMITS, Limits, SheetError, read as read_file};
use dienhinh_domain::{
    Refused,
    access::{Action, Actor, holds},
    audit::{Author, sha256},
    cycles::Cycle,
    ids::{CycleId, DraftId, ImportId},
    imports::form::{Ask, Unclear, asks, map_text, question_of},
    programmes::CriteriaSet,
    sheets::{Map, Question, Seen, SeenColumn, Table, heading_of, see},
};
use dienhinh_storage::{
    blobs::Incoming,
    cycles,
    imports::{
        self as stored,
        drafts::{self, Draft},
    },
};
use jiff::SignedDuration;
use tokio::{io::AsyncReadExt as _, sync::Semaphore};

use super::{
    tables::tables_of,
    take::{Cycle as Chosen, How, ImportError, Imported, Read, Taken, read_tables, take, usable},
    undo::{UndoError, Undone, undo},
    views::short,
};
use crate::{
    access::actions::act,
    app::{App, beside},
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

/// How many spreadsheets are read at once; each takes some ten megabytes and a core.
static READERS: Semaphore = Semaphore::const_new(4);

const MISSING: Problem = Problem::Missing("import");

/// Does what takes long beside the requests of others, a few at a time: also where whoever asked went away meanwhile.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Outcome<T> {
    let place = READERS.acquire().await.map_err(|cause| Problem::Failed(cause.to_string()))?;
    beside(move || {
        let done = work();
        drop(place);
        done
    })
    .await
}

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
    holds(actor, Action::ImportsTake)?;
    let bytes = incoming.bytes();
    let placed = incoming.place(&app.blobs).await?;
    tables(app, (&placed.sha256, bytes), lang).await?;
    let id = DraftId::new(app.new_id());
    let (sha256, file_name) = (&placed.sha256, &file_name);
    act(&app.db, &*app.chance, |mut tx| async move {
        if placed.look_again && app.blobs.find(sha256).await?.is_none() {
            return Err(Problem::Unavailable("the content was cleared away before its row came".to_owned()));
        }
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

/// The tables of a file in the store. Refused: it cannot be read.
async fn tables(app: &App, (sha256, bytes): (&str, u64), lang: Lang) -> Outcome<(Form, Vec<Table>)> {
    let gone = || Problem::from(Refused::new("imports.gone"));
    let (there, mut content) = app.blobs.read(sha256).await?.ok_or_else(gone)?;
    if there != bytes {
        return Err(gone());
    }
    let mut file = Vec::new();
    content.read_to_end(&mut file).await?;
    let read = aside(move || {
        let book = read_file(&file, &FORM_LIMITS)?;
        Ok((book.form, tables_of(book)))
    });
    read.await?.map_err(|error: SheetError| unreadable(lang, &error.to_string()))
}

fn unreadable(lang: Lang, why: &str) -> Problem {
    let (vi, en) = halves(why);
    Refused::new("imports.unreadable").with("why", lang.pick(vi, en)).into()
}

/// A draft of the actor with its file.
pub(super) async fn open(app: &App, (actor, lang): (Actor, Lang), id: DraftId) -> Outcome<Opened> {
    holds(actor, Action::ImportsTake)?;
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
    /// Its place among the tables of the file.
    pub(super) at: usize,
    /// Under this name it is remembered what these columns meant.
    name: String,
    /// The question that a column answers, by its number from 0: as was said before, or as it seems.
    pub(super) chosen: BTreeMap<usize, String>,
    /// It was said before, of this file or of one with the same columns.
    pub(super) is_remembered: bool,
    /// Somebody said where the heading is.
    pub(super) is_heading_said: bool,
}

impl Opened {
    /// A table by its number, the one whose columns were said already, or the first that Excel shows.
    fn table(&self, wanted: Option<usize>, said: Option<&Map>) -> Outcome<usize> {
        let named = said.and_then(|map| map.tables.first());
        let of_map = || self.tables.iter().position(|table| Some(&table.name) == named);
        let shown = || self.tables.iter().position(|table| !table.hidden);
        let wanted = wanted.filter(|at| *at < self.tables.len()).or_else(of_map).or_else(shown);
        let first = (!self.tables.is_empty()).then_some(0);
        wanted.or(first).ok_or_else(|| Refused::new("imports.empty").into())
    }

    /// What the columns of a table may mean, and the draft again.
    pub(super) async fn chooser(
        self,
        app: &App,
        looked: (Option<usize>, Option<RangeInclusive<usize>>),
    ) -> Outcome<(Self, Chooser)> {
        let loaded = app.installed(&self.cycle)?.clone();
        let said = Map::read(&self.draft.map).ok();
        let at = self.table(looked.0, said.as_ref())?;
        // Whoever comes back without saying where the heading is finds it where they chose the columns.
        let chosen_by = said.clone().filter(|_| looked.0.is_none() && looked.1.is_none());
        let is_asked = looked.1.is_some();
        let (opened, asks, name, seen, is_heading_said) = aside(move || {
            let asks = asks(&loaded.set);
            let questions: Vec<Question> = asks.iter().map(|ask| ask.question.clone()).collect();
            let table = self.tables.get(at)?;
            let seen = see(table, &questions, looked.1);
            let name = map_name(&loaded.set, &seen);
            let other = chosen_by.filter(|map| map.name != name).map(|map| {
                let seen = see(table, &questions, Some(heading_of(&map, table)));
                (map_name(&loaded.set, &seen) == map.name).then_some((map.name, seen))
            });
            let other = other.flatten();
            let is_heading_said = is_asked || other.is_some();
            let (name, seen) = other.unwrap_or((name, seen));
            Some((self, asks, name, seen, is_heading_said))
        })
        .await?
        .ok_or_else(|| Refused::new("imports.empty"))?;
        let mut known = said.filter(|map| map.name == name);
        if known.is_none() {
            let text = stored::map(&mut app.db.read().await?, &name).await?;
            known = text.and_then(|text| Map::read(&text).ok());
        }
        let guessed = || {
            let answered = asks.iter().zip(&seen.answered_by);
            let column = |column: &Option<usize>| column.and_then(|column| seen.columns.get(column));
            answered.filter_map(|(ask, at)| Some((column(at)?.at, ask.question.field.clone()))).collect()
        };
        let chosen = known.as_ref().map_or_else(guessed, |map| answers_of(map, &asks, &seen.columns));
        let is_remembered = known.is_some();
        Ok((opened, Chooser { asks, seen, at, name, chosen, is_remembered, is_heading_said }))
    }

    /// Keeps what the columns mean: the field that each answers, by its number from 0.
    pub(super) async fn choose(&self, app: &App, chooser: &Chooser) -> Outcome<()> {
        let mut chosen: BTreeMap<String, &SeenColumn> = BTreeMap::new();
        for column in &chooser.seen.columns {
            let Some(field) = chooser.chosen.get(&column.at) else { continue };
            if let Some(first) = chosen.insert(field.clone(), column) {
                let refused = Refused::new("imports.answer_twice");
                return Err(refused.with("first", short(&first.title)).with("second", short(&column.title)).into());
            }
        }
        let set = &app.installed(&self.cycle)?.set;
        let map = map_text(set, &chooser.name, (&self.tables, chooser.at), &chooser.seen, &chosen);
        let map = map.map_err(|unclear| match unclear {
            Unclear::NoUnit => Refused::new("imports.no_unit"),
            Unclear::NoFigure => Refused::new("imports.no_figure"),
            Unclear::Twice(title) => Refused::new("imports.title_twice").with("title", short(&title)),
            Unclear::WordsAndMarks(title) => Refused::new("imports.words_and_marks").with("title", short(&title)),
            Unclear::Multiple(title) => Refused::new("imports.multiple").with("title", short(&title)),
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
        aside(move || {
            let read = usable(&draft.map).and_then(|map| read_tables(map, (form, draft.sha256.clone()), tables));
            read.map(|read| (draft, read))
        })
        .await
    }
}

/// The same columns in the same order mean the same the next time.
fn map_name(set: &CriteriaSet, seen: &Seen) -> String {
    let titles: Vec<&str> = seen.columns.iter().map(|column| column.title.as_str()).collect();
    let hash = sha256(titles.join("\n").as_bytes());
    format!("{}-{}", set.code, hash.get(..12).unwrap_or_default())
}

/// The questions that a map has answered by some columns, by the number of the column.
fn answers_of(map: &Map, asks: &[Ask], columns: &[SeenColumn]) -> BTreeMap<usize, String> {
    let is_asked = |question: &String| asks.iter().any(|ask| ask.question.field == *question);
    let of_column = |column: &SeenColumn| Some((column.at, question_of(map, &column.title).filter(is_asked)?));
    columns.iter().filter_map(of_column).collect()
}

/// What a draft would do, or why that cannot be said.
pub(super) async fn check(app: &App, actor: Actor, opened: Opened) -> Outcome<Result<Imported, ImportError>> {
    let (draft, read) = match opened.read().await? {
        Ok(read) => read,
        Err(error) => return Ok(Err(error)),
    };
    let how = how(&draft, actor, (true, true));
    let mut imported = match take(app, app.db.snapshot().await?, &how, &draft.map, &read).await {
        Ok(imported) => imported,
        Err(error) => return Ok(Err(error)),
    };
    let imported = aside(move || {
        imported.rejected_rows = read.rejected_rows(&imported);
        imported
    });
    Ok(Ok(imported.await?))
}

/// By which a page knows the choice of columns that it shows the outcome of.
pub(super) fn fingerprint(draft: &Draft) -> String {
    sha256(draft.map.as_bytes()).get(..16).unwrap_or_default().to_owned()
}

fn how(draft: &Draft, actor: Actor, (only_sound, dry_run): (bool, bool)) -> How<'_> {
    How {
        by: Author::Actor(actor),
        file_name: &draft.file_name,
        as_of: None,
        below: None,
        cycle: Some(Chosen::Id(draft.cycle)),
        only_sound,
        dry_run,
    }
}

/// Takes a draft in. Refused: mistakes stand against it, or there is nothing new in it.
/// `checked` is [`fingerprint`] of the map by which it was checked.
pub(super) async fn take_in(
    app: &App,
    who: (Actor, Lang),
    id: DraftId,
    (only_sound, checked): (bool, &str),
) -> Outcome<Taken> {
    let (actor, lang) = who;
    let opened = open(app, who, id).await?;
    if fingerprint(&opened.draft) != checked {
        return Err(Refused::new("imports.checked_otherwise").into());
    }
    let (draft, read) = opened.read().await?.map_err(|error| told(lang, error))?;
    let how = &how(&draft, actor, (only_sound, false));
    let (map, read) = (&draft.map, &read);
    app.act(actor, |tx| async move {
        let imported = take(app, tx, how, map, read).await;
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
    holds(actor, Action::ImportsUndo)?;
    app.act(actor, |tx| async move {
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
