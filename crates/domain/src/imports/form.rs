//! The form in which answers to a criteria set come when nobody wrote a map for it: what its columns may answer, the map
//! that is made of what somebody chose, and an empty form to fill in.

use std::{collections::BTreeMap, ops::RangeInclusive};

use toml::Value;

use crate::{
    programmes::{CriteriaSet, Criterion, From, Input, InputKind, Text},
    sheets::{Kind, Map, Question, Seen, SeenColumn, Table, Title, both, reads_as_chosen},
    text::fold,
    units::{UnitKind, lower_first},
};

/// The question which unit a row is of.
pub const UNIT: &str = "unit";

/// The question what that lies in.
pub const WITHIN: &str = "within";

/// So much of the text of a criterion stands above its columns, in characters.
const HEADING_CHARS: usize = 120;

/// Behind a field, before what a mark in a column means: such columns have questions of their own.
const MARKED: char = ':';

/// Words that mean yes and no in the column of a judgement, the first as an empty form offers it.
const MET: [&str; 9] = ["Đạt", "1", "x", "có", "đạt yêu cầu", "rồi", "true", "yes", "met"];
const NOT_MET: [&str; 8] = ["Không đạt", "0", "không", "chưa", "chưa đạt", "không đạt yêu cầu", "false", "no"];

/// What a column of a form may say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// What may stand above it.
    pub question: Question,
    /// What it says.
    pub label: Text,
    /// The criterion above it: number and beginning of the text; empty for the unit.
    pub criterion: String,
    /// The kind of figure; none for names of units.
    pub kind: Option<InputKind>,
    /// A mark in it means that the criterion is met, or not; none where its cells say so in words.
    pub mark: Option<bool>,
    /// What it is measured in, where the set says so.
    pub measured_in: Option<String>,
}

impl Ask {
    /// The field of a map that it is; several columns of marks are one.
    pub fn of_map(&self) -> &str {
        self.question.field.split(MARKED).next().unwrap_or_default()
    }

    /// Its label with what it is measured in.
    fn counted_as(&self) -> String {
        let measured_in = self.measured_in.iter().map(|measure| format!(" ({measure})"));
        self.label.vi.clone() + &measured_in.collect::<String>()
    }
}

/// Everything that a form for a set may say, in the order of an empty one.
pub fn asks(set: &CriteriaSet) -> Vec<Ask> {
    let is_commune = set.kinds.iter().any(|kind| kind.is_commune_level());
    let is_area = set.kinds.contains(&UnitKind::ResidentialArea);
    let (unit, within): (&[&str], &[&str]) = if is_commune {
        (
            &["Đơn vị", "Xã, phường, thị trấn", "Xã, phường", "Xã, thị trấn", "Xã", "Phường", "Địa phương"],
            &["Trực thuộc", "Đơn vị cấp trên", "Huyện, thị xã, thành phố", "Huyện", "Thuộc huyện", "Thuộc"],
        )
    } else {
        let areas: &[&str] = &[
            "Đơn vị",
            "Khu dân cư",
            "Khóm",
            "Ấp",
            "Khóm, ấp",
            "Ấp, khóm",
            "Thôn",
            "Tổ dân phố",
            "Khu phố",
            "Địa phương",
        ];
        let bodies: &[&str] = &["Đơn vị", "Cơ quan, đơn vị", "Cơ quan", "Doanh nghiệp", "Trường", "Cơ sở giáo dục"];
        (
            if is_area { areas } else { bodies },
            &[
                "Trực thuộc",
                "Đơn vị cấp trên",
                "Xã, phường, thị trấn",
                "Xã, phường",
                "Xã",
                "Phường",
                "Thuộc",
                "Địa bàn",
            ],
        )
    };
    // `Tên khóm` says what `Khóm` says.
    let name = |field: &str, label: Text, words: &[&str]| Ask {
        question: Question {
            field: field.to_owned(),
            titles: words.iter().flat_map(|word| [(*word).to_owned(), format!("Tên {}", lower_first(word))]).collect(),
        },
        label,
        criterion: String::new(),
        kind: None,
        mark: None,
        measured_in: None,
    };
    let mut asks = vec![name(UNIT, both("Đơn vị", "Unit"), unit), name(WITHIN, both("Trực thuộc", "Part of"), within)];
    for criterion in &set.criteria {
        asks.extend(entered(criterion).flat_map(|input| ask(criterion, input)));
    }
    asks
}

fn entered(criterion: &Criterion) -> impl Iterator<Item = &Input> {
    criterion.inputs.iter().filter(|input| input.from == From::Entered)
}

/// What columns may say of an input: it in words or numbers, and a judgement by marks too.
fn ask(criterion: &Criterion, input: &Input) -> Vec<Ask> {
    let above = heading(criterion);
    let label = &input.label.vi;
    let own = if is_all(criterion, input) { above.clone() } else { format!("{above} / {}", part(label)) };
    let mut titles = vec![own.clone(), input.key.clone(), label.clone()];
    titles.extend(is_all(criterion, input).then(|| format!("Tiêu chí {}", criterion.number)));
    let words = Ask {
        question: Question { field: input.key.clone(), titles },
        label: input.label.clone(),
        criterion: above,
        kind: Some(input.kind),
        mark: None,
        measured_in: input.measured_in.clone(),
    };
    let marks = [(true, MET[0], "met"), (false, NOT_MET[0], "not met")].map(|(mark, word, en)| Ask {
        question: Question {
            field: format!("{}{MARKED}{}", input.key, i32::from(mark)),
            titles: vec![format!("{own} / {word}")],
        },
        label: both(format!("đánh dấu x là “{word}”"), format!("a mark means “{en}”")),
        mark: Some(mark),
        ..words.clone()
    });
    let has_marks = input.kind == InputKind::Judgement;
    std::iter::once(words).chain(marks.into_iter().filter(|_| has_marks)).collect()
}

/// What stands above the columns of a criterion.
fn heading(criterion: &Criterion) -> String {
    let text = part(&criterion.text.vi);
    let cut = text.char_indices().nth(HEADING_CHARS).and_then(|(at, _)| text.get(..at));
    let text = cut.map_or_else(|| text.clone(), |cut| format!("{}…", cut.trim_end()));
    format!("{}. {text}", criterion.number)
}

/// A text as one part of a title: what parts titles must not stand in it.
fn part(text: &str) -> String {
    text.replace(" / ", "/")
}

/// Whether the criterion asks one thing, which its text says.
fn is_all(criterion: &Criterion, input: &Input) -> bool {
    criterion.text == input.label && entered(criterion).count() == 1
}

/// Why no map is made of what was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unclear {
    /// Which column names the units is not said.
    NoUnit,
    /// No column says a figure.
    NoFigure,
    /// Another column cannot be told from this one by its title.
    Twice(String),
    /// This one says in words what other columns say by marks.
    WordsAndMarks(String),
    /// This one counts in thousands or millions, which is not what is asked for.
    Multiple(String),
}

/// The map, TOML, of a table whose columns were chosen, by the question that each answers. `name` is what it is remembered
/// by; `tables` the names of all tables of the file, and `at` the place of this one. It reads the table exactly as it was
/// shown, or there is none.
pub fn map_text(
    set: &CriteriaSet,
    name: &str,
    (tables, at): (&[Table], usize),
    seen: &Seen,
    chosen: &BTreeMap<String, &SeenColumn>,
) -> Result<String, Unclear> {
    let with_column = |ask: Ask| chosen.get(&ask.question.field).map(|column| (ask, *column));
    let asks: Vec<(Ask, &SeenColumn)> = asks(set).into_iter().filter_map(with_column).collect();
    if !chosen.contains_key(UNIT) {
        return Err(Unclear::NoUnit);
    }
    if asks.iter().all(|(ask, _)| ask.kind.is_none()) {
        return Err(Unclear::NoFigure);
    }
    let is_multiple = |(ask, column): &&(Ask, &SeenColumn)| {
        ask.kind == Some(InputKind::Count) && column.is_multiple_of(&ask.counted_as())
    };
    if let Some((_, column)) = asks.iter().find(is_multiple) {
        return Err(Unclear::Multiple(column.title.clone()));
    }
    let is_marked = |ask: &Ask| asks.iter().any(|(other, _)| other.mark.is_some() && other.of_map() == ask.of_map());
    if let Some((_, column)) = asks.iter().find(|(ask, _)| ask.mark.is_none() && is_marked(ask)) {
        return Err(Unclear::WordsAndMarks(column.title.clone()));
    }
    let Some(table) = tables.get(at) else { return Err(Unclear::NoUnit) };
    let columns: BTreeMap<(&str, Option<&str>), usize> =
        asks.iter().map(|(ask, column)| ((ask.of_map(), ask.mark.map(word)), column.at)).collect();
    // The heading is looked for, so that the map fits other files too; where that finds another one, its rows are said.
    for heading in [None, Some(&seen.heading_rows)] {
        let text = written(set, (name, if tables.len() > 1 { &table.name } else { "" }), heading, &asks);
        let is_so = |map: Map| reads_as_chosen(&map, table, &seen.heading_rows, &columns);
        if Map::read(&text).is_ok_and(is_so) {
            return Ok(text);
        }
    }
    // Which one it is cannot be said for sure; the first whose title another column has, is.
    let letters = |title: &str| fold(title).chars().filter(|letter| letter.is_alphanumeric()).collect::<String>();
    let last = |title: &str| letters(title.rsplit(" / ").next().unwrap_or_default());
    let is_twice = |column: &&SeenColumn| {
        seen.columns.iter().filter(|other| last(&other.title) == last(&column.title)).count() > 1
    };
    let chosen: Vec<&SeenColumn> = asks.iter().map(|(_, column)| *column).collect();
    let first = chosen.iter().copied().find(is_twice).or(chosen.first().copied());
    Err(Unclear::Twice(first.map(|column| column.title.clone()).unwrap_or_default()))
}

fn written(
    set: &CriteriaSet,
    (name, table): (&str, &str),
    heading: Option<&RangeInclusive<usize>>,
    asks: &[(Ask, &SeenColumn)],
) -> String {
    let tables = if table.is_empty() { String::new() } else { format!("tables = [{}]\n", quoted(table)) };
    let heading = heading.map(|rows| format!("heading = [{}, {}]\n", rows.start(), rows.end())).unwrap_or_default();
    let has_within = asks.iter().any(|(ask, _)| ask.question.field == WITHIN);
    let within = if has_within { format!("within = \"{WITHIN}\"\n") } else { String::new() };
    // Columns of marks stand together: they are one field.
    let mut fields: Vec<Vec<&(Ask, &SeenColumn)>> = Vec::new();
    for one in asks {
        match fields.last_mut().filter(|last| last.iter().any(|(ask, _)| ask.of_map() == one.0.of_map())) {
            Some(last) => last.push(one),
            None => fields.push(vec![one]),
        }
    }
    let columns: String = fields.iter().map(|field| column_text(field)).collect();
    let inputs: String = fields.iter().filter_map(|field| input_text(&field.first()?.0)).collect();
    format!(
        "name = {}\n{tables}{heading}{columns}\n[[unit]]\nname = \"{UNIT}\"\n{within}\n[into.answers]\nset = {}\nunit = \
         \"{UNIT}\"\ninput = [\n{inputs}]\n",
        quoted(name),
        quoted(&set.code),
    )
}

/// The word of a judgement.
fn word(met: bool) -> &'static str {
    if met { MET[0] } else { NOT_MET[0] }
}

/// A column of a map: one of a table, or several with marks.
fn column_text(columns: &[&(Ask, &SeenColumn)]) -> String {
    let Some((ask, column)) = columns.first() else { return String::new() };
    let mark = |(ask, column): &&(Ask, &SeenColumn)| {
        let word = ask.mark.map(word)?;
        Some(format!("{{ word = {}, titles = [{}] }}", quoted(word), quoted(&column.title)))
    };
    let marks: Vec<String> = columns.iter().filter_map(mark).collect();
    let titles = format!("titles = [{}]\n", quoted(&column.title));
    let (titles, value) = match ask.kind {
        _ if !marks.is_empty() => (String::new(), format!("{{ kind = \"mark\", marks = [{}] }}", marks.join(", "))),
        None => (titles, "{ kind = \"unit_name\" }".to_owned()),
        Some(InputKind::Count) => (titles, "{ kind = \"count\" }".to_owned()),
        Some(InputKind::Judgement) => {
            (titles, format!("{{ kind = \"choice\", words = [{}, {}] }}", choice(&MET), choice(&NOT_MET)))
        }
    };
    let field = ask.of_map();
    let more = match field {
        UNIT => "required = true\n",
        WITHIN => "fill = true\n",
        _ => "",
    };
    format!("\n[[column]]\nfield = {}\n{titles}value = {value}\n{more}", quoted(field))
}

/// The question that a map has answered by the column with a title.
pub fn question_of(map: &Map, title: &str) -> Option<String> {
    let is_it = |titles: &[Title]| titles.iter().any(|one| one.text == title);
    map.columns.iter().find_map(|column| match &column.kind {
        Kind::Mark(marks) => {
            let mark = marks.iter().find(|mark| is_it(&mark.titles))?;
            Some(format!("{}{MARKED}{}", column.field, i32::from(mark.word == MET[0])))
        }
        _ => is_it(&column.titles).then(|| column.field.to_string()),
    })
}

/// Which input a column answers; none for names of units.
fn input_text(ask: &Ask) -> Option<String> {
    let words = match ask.kind? {
        InputKind::Count => String::new(),
        InputKind::Judgement => format!(", words = {{ {} = 1, {} = 0 }}", quoted(MET[0]), quoted(NOT_MET[0])),
    };
    Some(format!("  {{ key = {0}, field = {0}{words} }},\n", quoted(ask.of_map())))
}

fn choice(said: &[&str]) -> String {
    let said_all = said.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", ");
    format!("{{ word = {}, said = [{said_all}] }}", quoted(said[0]))
}

fn quoted(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

/// A column of an empty form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormColumn {
    /// Its field.
    pub field: String,
    /// What stands in the upper row of the heading.
    pub above: String,
    /// What stands below; empty where the upper cell is all there is.
    pub title: String,
    /// Words to choose from; nothing where numbers are typed.
    pub words: Vec<&'static str>,
}

/// The columns of an empty form for a set. What is filled into it is found again without anybody choosing columns.
pub fn empty_form(set: &CriteriaSet) -> Vec<FormColumn> {
    let mut columns: Vec<FormColumn> = asks(set).into_iter().filter(|ask| ask.kind.is_none()).map(named).collect();
    for criterion in &set.criteria {
        columns.extend(entered(criterion).map(|input| FormColumn {
            field: input.key.clone(),
            above: heading(criterion),
            title: if is_all(criterion, input) { String::new() } else { part(&input.label.vi) },
            words: match input.kind {
                InputKind::Judgement => vec![MET[0], NOT_MET[0]],
                InputKind::Count => Vec::new(),
            },
        }));
    }
    columns
}

fn named(ask: Ask) -> FormColumn {
    FormColumn { field: ask.question.field, above: ask.label.vi, title: String::new(), words: Vec::new() }
}

/// What a form says of a figure: a word of a judgement, or the number.
pub fn shown(kind: InputKind, figure: i64) -> String {
    match (kind, figure) {
        (InputKind::Judgement, 1) => MET[0].to_owned(),
        (InputKind::Judgement, 0) => NOT_MET[0].to_owned(),
        _ => figure.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;
    use crate::{
        programmes::parse,
        sheets::{Cell, Merge, Row, Value as Held, read, see},
    };

    fn sets() -> Vec<CriteriaSet> {
        let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
        let folders = fs::read_dir(packs).unwrap().map(|folder| folder.unwrap().path()).filter(|path| path.is_dir());
        let set = |folder: std::path::PathBuf| {
            let name = folder.file_name().unwrap().to_string_lossy().into_owned();
            parse(&name, &fs::read_to_string(folder.join("pack.toml")).unwrap()).unwrap()
        };
        folders.map(set).collect()
    }

    /// An empty form of a set as a sheet, with one row: a unit, and for each figure what `says` gives.
    fn filled(set: &CriteriaSet, says: impl Fn(&FormColumn) -> &str) -> Table {
        let columns = empty_form(set);
        let cell = |text: &str| Cell { value: Held::Text(text.to_owned()), font: None };
        let row = |texts: Vec<&str>| Row { hidden: false, cells: texts.into_iter().map(cell).collect() };
        let is_first = |at: usize| at == 0 || columns[at].above != columns[at - 1].above;
        let above = columns.iter().enumerate().map(|(at, column)| if is_first(at) { &*column.above } else { "" });
        let titles = columns.iter().map(|column| &*column.title).collect();
        let mut merges = Vec::new();
        for (at, column) in columns.iter().enumerate().filter(|(at, _)| is_first(*at)) {
            let beside = columns[at..].iter().take_while(|other| other.above == column.above).count();
            let down = usize::from(column.title.is_empty());
            if beside > 1 || down > 0 {
                merges.push(Merge { rows: 0..=down, columns: at..=at + beside - 1 });
            }
        }
        let rows = vec![row(above.collect()), row(titles), row(columns.iter().map(says).collect())];
        Table { name: "Biểu".to_owned(), rows, merges, ..Table::default() }
    }

    fn chosen<'a>(set: &CriteriaSet, seen: &'a Seen) -> BTreeMap<String, &'a SeenColumn> {
        let answered = asks(set).into_iter().zip(&seen.answered_by);
        let found = answered.filter_map(|(ask, column)| Some((ask.question.field, (*column)?)));
        found.map(|(field, column)| (field, &seen.columns[column])).collect()
    }

    /// A table of texts, cells parted by `|`.
    fn table(lines: &str) -> Table {
        let cell = |text: &str| Cell { value: Held::Text(text.to_owned()), font: None };
        let row = |line: &str| Row { hidden: false, cells: line.split('|').map(cell).collect() };
        Table { name: "Biểu".to_owned(), rows: lines.lines().map(row).collect(), ..Table::default() }
    }

    fn areas() -> CriteriaSet {
        sets().into_iter().find(|set| set.code == "circular-124-residential-area").unwrap()
    }

    /// The map of a table with these fields in its columns, the heading being where it is said to be.
    fn made(table: &Table, heading: RangeInclusive<usize>, fields: &[(&str, usize)]) -> Result<String, Unclear> {
        let set = areas();
        let questions: Vec<Question> = asks(&set).into_iter().map(|ask| ask.question).collect();
        let seen = see(table, &questions, Some(heading));
        let column = |at: usize| seen.columns.iter().find(|column| column.at == at).unwrap();
        let chosen = fields.iter().map(|(field, at)| ((*field).to_owned(), column(*at))).collect();
        map_text(&set, "form", (std::slice::from_ref(table), 0), &seen, &chosen)
    }

    #[test]
    fn an_empty_form_of_every_set_is_filled_in_and_understood_by_itself() {
        let sets = sets();
        assert!(sets.len() > 5);
        for set in &sets {
            let questions: Vec<Question> = asks(set).into_iter().map(|ask| ask.question).collect();
            let table = filled(set, |column| match (&*column.field, column.words.first()) {
                (UNIT, _) => "Khóm 1",
                (WITHIN, _) => "Phường 1",
                (_, Some(met)) => met,
                _ => "7",
            });
            let seen = see(&table, &questions, None);
            let in_words = asks(set).into_iter().map(|ask| ask.mark.is_none());
            let answered = questions.iter().zip(&seen.answered_by).zip(in_words);
            let missing: Vec<_> = answered.filter(|((_, column), words)| *words && column.is_none()).collect();
            assert!(missing.is_empty(), "{}: {missing:?}", set.code);
            let tables = std::slice::from_ref(&table);
            let map = map_text(set, "form", (tables, 0), &seen, &chosen(set, &seen)).unwrap();
            let map = Map::read(&map).unwrap_or_else(|wrong| panic!("{}: {wrong:?}\n{map}", set.code));
            let reading = read(&map, std::slice::from_ref(&table));
            assert_eq!((reading.records.len(), &reading.problems[..]), (1, &[][..]), "{}", set.code);
            let said: Vec<String> = reading.records[0].fields.iter().map(|field| field.value.to_string()).collect();
            assert!(said[2..].iter().all(|said| said == "7" || said == "Đạt"), "{}: {said:?}", set.code);
        }
    }

    #[test]
    fn a_map_says_which_column_names_the_units_and_what_counts_in_full() {
        let table = table("Khóm|Xã|Số hộ|Số hộ (nghìn)|Tên \"khóm\" [\\]|Đạt\nKhóm 1|Xã A|5|6|7|x");
        let made = |fields: &[(&str, usize)]| made(&table, 1..=1, fields);
        assert_eq!(made(&[("c02", 5)]), Err(Unclear::NoUnit));
        assert_eq!(made(&[(UNIT, 0), (WITHIN, 1)]), Err(Unclear::NoFigure));
        assert_eq!(made(&[(UNIT, 0), ("unknown", 2)]), Err(Unclear::NoFigure));
        let thousands = made(&[(UNIT, 0), ("c01.total", 3)]);
        assert_eq!(thousands, Err(Unclear::Multiple("Số hộ (nghìn)".to_owned())));
        assert!(made(&[(UNIT, 4), ("c01.total", 2)]).is_ok(), "odd letters stand in titles");
    }

    #[test]
    fn a_map_reads_the_column_that_was_chosen_or_there_is_none() {
        // The title of a column with brackets is that of another one without, in a heading of two rows.
        let odd = Table {
            merges: vec![
                Merge { rows: 0..=1, columns: 0..=0 },
                Merge { rows: 0..=1, columns: 1..=1 },
                Merge { rows: 0..=0, columns: 2..=3 },
            ],
            ..table("Khóm|Số hộ (đầu năm)|Cuối năm|\n||Số hộ|Đăng ký\nKhóm 1|1|2|3")
        };
        for (column, figure) in [(1, "1"), (2, "2"), (3, "3")] {
            let map = Map::read(&made(&odd, 1..=2, &[(UNIT, 0), ("c01.total", column)]).unwrap()).unwrap();
            let reading = read(&map, std::slice::from_ref(&odd));
            assert_eq!(reading.records[0].fields[1].value.to_string(), figure, "{column}");
        }
        // The same heading twice: the second one is meant.
        let two = table("Khóm|Số hộ\nKhóm 1|1\nNăm 2023\nKhóm|Số hộ\nKhóm 1|2");
        let map = Map::read(&made(&two, 4..=4, &[(UNIT, 0), ("c01.total", 1)]).unwrap()).unwrap();
        assert_eq!(map.heading, Some((4, 4)));
        for rows in ["[0, 0]", "[4, 3]", "[4, 7]"] {
            let text = format!(
                "name = \"a\"\nheading = {rows}\n[[column]]\nfield = \"a\"\ntitles = [\"A\"]\nvalue = {{ kind = \"text\" }}"
            );
            let wrong = Map::read(&text).unwrap_err();
            assert!(wrong[0].line == Some(2) && wrong[0].what.en.contains("at most 3 rows"), "{rows}: {wrong:?}");
        }
        let figures: Vec<String> =
            read(&map, &[two]).records.iter().map(|record| record.fields[1].value.to_string()).collect();
        assert_eq!(figures, ["2"]);
        // A title with something above it is not the one without.
        let below = Table {
            merges: vec![Merge { rows: 0..=1, columns: 0..=0 }, Merge { rows: 0..=1, columns: 1..=1 }],
            ..table("Khóm|Số hộ|Hộ nghèo\n||Số hộ\nKhóm 1|5|6")
        };
        let map = Map::read(&made(&below, 1..=2, &[(UNIT, 0), ("c01.total", 1)]).unwrap()).unwrap();
        assert_eq!(read(&map, &[below]).records[0].fields[1].value.to_string(), "5");
        // Two columns of one name cannot be told apart.
        let same = table("Khóm|Số hộ|Số hộ\nKhóm 1|5|6");
        let twice = made(&same, 1..=1, &[(UNIT, 0), ("c01.total", 1)]);
        assert_eq!(twice, Err(Unclear::Twice("Số hộ".to_owned())));
    }

    #[test]
    fn marks_in_two_columns_are_one_judgement() {
        let lines =
            "Khóm|Chấp hành||Lực lượng\n|Đạt|Không đạt|\nKhóm 1|x||Đạt\nKhóm 2||x|\nKhóm 3|||chưa\nKhóm 4|x|x|\n";
        let merges = vec![
            Merge { rows: 0..=1, columns: 0..=0 },
            Merge { rows: 0..=0, columns: 1..=2 },
            Merge { rows: 0..=1, columns: 3..=3 },
        ];
        let table = Table { merges, ..table(lines) };
        let map = made(&table, 1..=2, &[(UNIT, 0), ("c02:1", 1), ("c02:0", 2), ("c05", 3)]).unwrap();
        let map = Map::read(&map).unwrap_or_else(|wrong| panic!("{wrong:?}\n{map}"));
        let reading = read(&map, std::slice::from_ref(&table));
        let said: Vec<[String; 2]> =
            reading.records.iter().map(|record| [1, 2].map(|at| record.fields[at].value.to_string())).collect();
        assert_eq!(said, [["Đạt", "Đạt"], ["Không đạt", ""], ["", "Không đạt"], ["", ""]]);
        let cells: Vec<String> = reading.problems.iter().map(crate::sheets::Problem::cell).collect();
        assert_eq!(cells.len(), 1, "both marks are a mistake: {cells:?}");
        let titles = ["Khóm", "Chấp hành / Đạt", "Chấp hành / Không đạt", "Lực lượng", "Ghi chú"];
        let known = titles.map(|title| question_of(&map, title).unwrap_or_default());
        assert_eq!(known, [UNIT, "c02:1", "c02:0", "c05", ""]);
        let both = made(&table, 1..=2, &[(UNIT, 0), ("c02:1", 1), ("c02", 2)]);
        assert_eq!(both, Err(Unclear::WordsAndMarks("Chấp hành / Không đạt".to_owned())));
    }

    #[test]
    fn words_of_a_judgement_are_read_as_people_write_them() {
        let map = made(&table("Khóm|Chấp hành\nKhóm 1|x"), 1..=1, &[(UNIT, 0), ("c02", 1)]).unwrap();
        let map = Map::read(&map).unwrap();
        for (written, said) in [("x", "Đạt"), ("chưa đạt", "Không đạt"), ("1", "Đạt"), ("", ""), ("-", "")]
        {
            let cell = |text: &str| Cell { value: Held::Text(text.to_owned()), font: None };
            let rows = [["Khóm", "Chấp hành"], ["Khóm 1", written]];
            let rows = rows.map(|row| Row { hidden: false, cells: row.map(cell).into() }).into();
            let reading = read(&map, &[Table { rows, ..Table::default() }]);
            assert_eq!(reading.problems, [], "{written}");
            assert_eq!(reading.records[0].fields[1].value.to_string(), said, "{written}");
        }
    }
}
