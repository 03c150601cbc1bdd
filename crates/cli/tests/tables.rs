//! Tables that are large, and tables in Parquet: the binary as people run it.

use std::{
    fmt::Write as _,
    fs::{self, File, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::Arc,
};

use dienhinh_tables::{
    Sink, Source,
    array::{Array as _, ArrayRef, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray},
    texts,
};

/// A folder for tables, and the pack for communes.
struct Room(tempfile::TempDir);

impl Room {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, input: &str, output: &str) -> Command {
        let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/circular-124-commune");
        let mut command = Command::new(env!("CARGO_BIN_EXE_dienhinh"));
        command.args(["score", "--pack"]).arg(pack).arg("--input").arg(self.path(input));
        command.arg("--output").arg(self.path(output)).stderr(Stdio::piped());
        command
    }

    fn score(&self, input: &str, output: &str, more: &[&str]) -> Output {
        self.command(input, output).args(more).output().expect("the binary runs")
    }

    fn write(&self, name: &str, columns: Vec<(&str, ArrayRef)>) {
        let columns = columns.into_iter().map(|(name, column)| (name, column, true));
        let rows = RecordBatch::try_from_iter_with_nullable(columns).expect("columns of one length");
        let mut sink = Sink::new(File::create(self.path(name)).expect("a file"), rows.schema()).expect("a table");
        sink.write(&rows).expect("written");
        sink.finish().expect("finished");
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).expect("a folder");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    }
}

fn messages(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

/// The cells of a column as the CSV would have them. The set for communes gives no points.
fn cells(column: &ArrayRef) -> Vec<String> {
    let without = || {
        assert_eq!(column.null_count(), column.len(), "{}", column.data_type());
        vec![String::new(); column.len()]
    };
    texts(column).unwrap_or_else(without)
}

/// A Parquet file as CSV.
fn as_csv(file: &Path) -> String {
    let source = Source::open(File::open(file).expect("a file")).expect("a table");
    let mut csv = source.names().join(",") + "\n";
    for batch in source.batches(|_| true).expect("batches") {
        let columns: Vec<Vec<String>> = batch.expect("rows").columns().iter().map(cells).collect();
        for row in 0..columns[0].len() {
            let cells: Vec<&str> = columns.iter().map(|column| column[row].as_str()).collect();
            csv += &(cells.join(",") + "\n");
        }
    }
    csv
}

fn communes() -> Vec<(&'static str, ArrayRef)> {
    vec![
        ("unit", Arc::new(StringArray::from(vec!["Một", "Hai", "Ba"]))),
        ("parent", Arc::new(StringArray::from(vec!["T", "T", "T"]))),
        ("c01", Arc::new(Int32Array::from(vec![Some(1), Some(0), None]))),
        ("c04.total", Arc::new(Int64Array::from(vec![Some(25), Some(25), Some(25)]))),
        ("c04.registered", Arc::new(Int64Array::from(vec![Some(25), Some(25), None]))),
        ("c04.recognised", Arc::new(Int64Array::from(vec![Some(18), Some(17), Some(20)]))),
    ]
}

const COMMUNES: &str = "unit,parent,c01,c04.total,c04.registered,c04.recognised\n\
                        Một,T,1,25,25,18\nHai,T,0,25,25,17\nBa,T,,25,,20\n";

#[test]
fn parquet_says_what_csv_says() {
    let room = Room::new();
    room.write("in.parquet", communes());
    fs::write(room.path("in.csv"), COMMUNES).expect("written");
    for more in [&[][..], &["--rank"]] {
        for input in ["in.parquet", "in.csv"] {
            for output in ["out.parquet", "out.csv"] {
                let ran = room.score(input, output, more);
                assert!(ran.status.success(), "{}", messages(&ran));
            }
            let csv = fs::read_to_string(room.path("out.csv")).expect("results");
            assert!(csv.contains("\nMột,met,no_data,no_data,met,2,0,2,4,"), "{csv}");
            assert_eq!(as_csv(&room.path("out.parquet")), csv, "{input}");
            assert_eq!(csv.contains(",rank,"), !more.is_empty());
        }
    }
    let ran = room.score("in.parquet", "out.parquet", &["--json"]);
    assert_eq!(ran.status.code(), Some(3), "{}", messages(&ran));
}

#[test]
fn a_parquet_file_with_mistakes_is_rejected_whole() {
    type Columns = Vec<(&'static str, ArrayRef)>;
    let units: ArrayRef = Arc::new(StringArray::from(vec![Some("A"), None]));
    let whole: ArrayRef = Arc::new(Int32Array::from(vec![1, 2]));
    let broken: Vec<(Columns, &[&str])> = vec![
        (vec![("unit", units.clone())], &["row 2, cột / column unit"]),
        (vec![("unit", whole.clone()), ("c04.total", Arc::new(Int32Array::from(vec![-1, -2])))], &["row 1", "row 2"]),
        (
            vec![("unit", whole.clone()), ("c04.total", Arc::new(Float64Array::from(vec![0.5, 1.0])))],
            &["column c04.total: Float64"],
        ),
        (vec![("unit", Arc::new(Float64Array::from(vec![0.5])))], &["column unit: Float64"]),
        (vec![("unit", whole.clone()), ("c04.sum", whole.clone())], &["column c04.sum"]),
        (vec![("c01", whole)], &["`unit`"]),
    ];
    for (columns, places) in broken {
        let room = Room::new();
        room.write("in.parquet", columns);
        let ran = room.score("in.parquet", "out.parquet", &[]);
        assert_eq!(ran.status.code(), Some(3), "{}", messages(&ran));
        for place in places {
            assert!(messages(&ran).contains(place), "{place}: {}", messages(&ran));
        }
        assert_eq!(room.names(), ["in.parquet"], "nothing is written");
    }
    let room = Room::new();
    fs::write(room.path("in.parquet"), COMMUNES).expect("written");
    let ran = room.score("in.parquet", "out.csv", &[]);
    assert_eq!(ran.status.code(), Some(3), "{}", messages(&ran));
    assert!(messages(&ran).contains("not a Parquet file"), "{}", messages(&ran));
}

/// So many communes; every third has too few recognised areas.
fn many(rows: std::ops::Range<usize>) -> String {
    let mut text = String::new();
    for row in rows {
        let recognised = if row % 3 == 0 { 17 } else { 18 };
        writeln!(text, "Xã {row},25,25,{recognised}").expect("a string");
    }
    text
}

const HEADER: &str = "unit,c04.total,c04.registered,c04.recognised\n";

#[test]
fn stretches_do_not_show() {
    let room = Room::new();
    let count = 140_000;
    fs::write(room.path("in.csv"), HEADER.to_owned() + &many(0..count)).expect("written");
    let ran = room.score("in.csv", "out.csv", &[]);
    assert!(ran.status.success(), "{}", messages(&ran));
    let results = fs::read_to_string(room.path("out.csv")).expect("results");
    let lines: Vec<&str> = results.lines().skip(1).collect();
    assert_eq!(lines.len(), count);
    for (row, line) in lines.into_iter().enumerate() {
        let outcome = if row % 3 == 0 { "unmet" } else { "met" };
        assert!(line.starts_with(&format!("Xã {row},no_data,no_data,no_data,{outcome},")), "{line}");
    }
    let ran = room.score("in.csv", "out.parquet", &[]);
    assert!(ran.status.success(), "{}", messages(&ran));
    assert_eq!(as_csv(&room.path("out.parquet")), results);
    assert_eq!(messages(&ran).matches("c01").count(), 1, "what is absent is named once: {}", messages(&ran));
}

#[test]
fn a_mistake_far_behind_rejects_the_whole_table() {
    let room = Room::new();
    let text = HEADER.to_owned() + &many(0..70_000) + "Xã cuối,25,25,x\nXã sau,25,y,1\n";
    fs::write(room.path("in.csv"), text).expect("written");
    fs::write(room.path("out.csv"), "what was there\n").expect("written");
    let ran = room.score("in.csv", "out.csv", &[]);
    assert_eq!(ran.status.code(), Some(3), "{}", messages(&ran));
    for place in ["row 70002, cột / column c04.recognised", "row 70003, cột / column c04.registered"] {
        assert!(messages(&ran).contains(place), "{}", messages(&ran));
    }
    assert_eq!(fs::read_to_string(room.path("out.csv")).expect("a file"), "what was there\n");
    assert_eq!(room.names().len(), 2, "nothing else lies there");
}

/// The table comes through a pipe and goes on for as long as anyone reads it.
#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_and_leaves_nothing() {
    let room = Room::new();
    let made = Command::new("mkfifo").arg(room.path("in.csv")).status().expect("mkfifo runs");
    assert!(made.success());
    let mut process = room.command("in.csv", "out.csv").spawn().expect("the binary runs");
    let mut pipe = OpenOptions::new().write(true).open(room.path("in.csv")).expect("someone reads");
    pipe.write_all(HEADER.as_bytes()).expect("read");
    let rows = many(0..10_000);
    for _ in 0..20 {
        pipe.write_all(rows.as_bytes()).expect("read");
    }
    assert!(room.path(".out.csv.part").exists(), "it is at work");
    let sent = Command::new("kill").args(["-INT", &process.id().to_string()]).status().expect("kill runs");
    assert!(sent.success());
    while pipe.write_all(rows.as_bytes()).is_ok() {}
    drop(pipe);
    assert_eq!(process.wait().expect("it ends").code(), Some(130));
    assert_eq!(room.names(), ["in.csv"], "nothing is left behind");
}
