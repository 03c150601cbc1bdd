//! Results as they come out: CSV, Parquet or JSON. A file appears whole or not at all.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use dienhinh_engine::{Plan, Scores, Standing, Totals};
use dienhinh_tables::{
    Sink,
    array::{ArrayRef, Decimal128Array, RecordBatch, StringArray, UInt32Array},
};
use serde_json::{Value, json};

use super::{class, recognised};
use crate::commands::{
    Rejected,
    table::{Table, UNIT, is_parquet},
};

/// What is written: a table, or a stretch of one, with its scores.
pub(super) struct Results<'a> {
    pub(super) plan: &'a Plan,
    pub(super) table: &'a Table,
    pub(super) scores: &'a Scores,
    /// How the units stand among those with the same parent, where that is asked for.
    pub(super) standings: Option<Vec<Standing>>,
}

/// Rank, class and recognition of a unit once all units of its parent are known.
type Final<'a> = (Option<usize>, Option<&'a str>, &'static str);

impl Results<'_> {
    fn rows(&self) -> usize {
        self.table.units.len()
    }

    fn final_of(&self, row: usize) -> Option<Final<'_>> {
        let standing = self.standings.as_ref()?[row];
        let own = self.scores.totals[row];
        let recognised = match (own.recognised, standing.class) {
            (Some(true), None) => None,
            (Some(true), Some(class)) => Some(class >= self.plan.recognised_from()),
            (other, _) => other,
        };
        let totals = Totals { class: standing.class, recognised, ..own };
        Some((standing.rank, class(self.plan, &totals), super::recognised(&totals)))
    }

    fn headings(&self) -> Vec<String> {
        let ids = self.plan.criteria().iter().map(|criterion| criterion.id.as_str());
        let totals = ["met", "unmet", "no_data", "of", "points", "max_points", "class", "recognised"];
        let among: &[&str] = if self.standings.is_some() { &["rank", "final_class", "final_recognised"] } else { &[] };
        [UNIT].into_iter().chain(ids).chain(totals).chain(among.iter().copied()).map(str::to_owned).collect()
    }

    fn line(&self, row: usize) -> Vec<String> {
        let outcomes = self.scores.outcomes.iter().map(|column| column[row].code().to_owned());
        let mut line = vec![self.table.units[row].clone()];
        line.extend(outcomes);
        line.extend(totals_of(self.plan, &self.scores.totals[row]));
        if let Some((rank, class, recognised)) = self.final_of(row) {
            let rank = rank.map_or_else(String::new, |rank| rank.to_string());
            line.extend([rank, class.unwrap_or_default().to_owned(), recognised.to_owned()]);
        }
        line
    }

    /// The same columns as the CSV has, each of its own type; what is empty there is null.
    fn as_batch(&self) -> Result<RecordBatch, Rejected> {
        let (plan, scores) = (self.plan, self.scores);
        let texts = |texts: Vec<Option<&str>>| -> ArrayRef { Arc::new(StringArray::from(texts)) };
        let counts = |count: fn(&Totals) -> usize| -> ArrayRef {
            let narrow = |totals: &Totals| u32::try_from(count(totals)).unwrap_or(u32::MAX);
            Arc::new(scores.totals.iter().map(narrow).map(Some).collect::<UInt32Array>())
        };
        let points = |thousandths: fn(&Totals) -> i64| {
            let known = |totals: &Totals| (totals.max_thousandths > 0).then(|| i128::from(thousandths(totals)));
            let column = scores.totals.iter().map(known).collect::<Decimal128Array>();
            column.with_precision_and_scale(18, 3).map(|column| Arc::new(column) as ArrayRef)
        };
        let failed = |cause: &dyn std::fmt::Display| Rejected::Failed(cause.to_string());
        let mut columns = vec![texts(self.table.units.iter().map(|unit| Some(unit.as_str())).collect())];
        for outcomes in &scores.outcomes {
            columns.push(texts(outcomes.iter().map(|outcome| Some(outcome.code())).collect()));
        }
        columns.extend([counts(|of| of.met), counts(|of| of.unmet), counts(|of| of.no_data), counts(|of| of.of)]);
        columns.push(points(|totals| totals.points_thousandths).map_err(|cause| failed(&cause))?);
        columns.push(points(|totals| totals.max_thousandths).map_err(|cause| failed(&cause))?);
        columns.push(texts(scores.totals.iter().map(|totals| class(plan, totals)).collect()));
        columns.push(texts(scores.totals.iter().map(|totals| Some(recognised(totals))).collect()));
        if self.standings.is_some() {
            let among: Vec<Final> = (0..self.rows()).filter_map(|row| self.final_of(row)).collect();
            let rank = |of: &Final| of.0.and_then(|rank| u32::try_from(rank).ok());
            columns.push(Arc::new(among.iter().map(rank).collect::<UInt32Array>()));
            columns.push(texts(among.iter().map(|of| of.1).collect()));
            columns.push(texts(among.iter().map(|of| Some(of.2)).collect()));
        }
        let named = self.headings().into_iter().zip(columns).map(|(name, column)| (name, column, true));
        RecordBatch::try_from_iter_with_nullable(named).map_err(|cause| failed(&cause))
    }

    pub(super) fn as_json(&self) -> Value {
        let (plan, scores) = (self.plan, self.scores);
        let unit = |(row, unit): (usize, &String)| {
            let totals = &scores.totals[row];
            let outcomes: serde_json::Map<String, Value> = plan
                .criteria()
                .iter()
                .zip(&scores.outcomes)
                .map(|(criterion, column)| (criterion.id.clone(), json!(column[row].code())))
                .collect();
            let among = self
                .final_of(row)
                .map(|(rank, class, recognised)| json!({ "rank": rank, "class": class, "recognised": recognised }));
            json!({
                "unit": unit,
                "outcomes": outcomes,
                "totals": {
                    "met": totals.met,
                    "unmet": totals.unmet,
                    "no_data": totals.no_data,
                    "not_applicable": totals.not_applicable,
                    "of": totals.of,
                    "points": points(totals, totals.points_thousandths),
                    "max": points(totals, totals.max_thousandths),
                    "class": class(plan, totals),
                    "recognised": recognised(totals),
                },
                "final": among,
            })
        };
        json!({ "units": self.table.units.iter().enumerate().map(unit).collect::<Vec<_>>() })
    }
}

fn totals_of(plan: &Plan, totals: &Totals) -> [String; 8] {
    [
        totals.met.to_string(),
        totals.unmet.to_string(),
        totals.no_data.to_string(),
        totals.of.to_string(),
        points(totals, totals.points_thousandths).unwrap_or_default(),
        points(totals, totals.max_thousandths).unwrap_or_default(),
        class(plan, totals).unwrap_or_default().to_owned(),
        recognised(totals).to_owned(),
    ]
}

/// A decimal, exact to a thousandth; none where the set gives no points.
fn points(totals: &Totals, thousandths: i64) -> Option<String> {
    let text = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
    let text = text.trim_end_matches('0').trim_end_matches('.').to_owned();
    (totals.max_thousandths > 0).then_some(text)
}

/// Where results go, stretch by stretch.
pub(super) enum Output {
    /// Standard output.
    Csv(csv::Writer<io::Stdout>),
    CsvFile(csv::Writer<Aside>, PathBuf),
    /// Begun with the first rows, which say what columns there are.
    Parquet(Option<Sink<Aside>>, PathBuf),
}

impl Output {
    /// By the ending of the file's name; standard output without one.
    pub(super) fn open(file: Option<&Path>) -> Result<Self, Rejected> {
        match file {
            None => Ok(Self::Csv(csv::Writer::from_writer(io::stdout()))),
            Some(file) if is_parquet(file) => Ok(Self::Parquet(None, file.to_owned())),
            Some(file) => {
                let aside = Aside::create(file).map_err(|cause| failed(file, &cause))?;
                Ok(Self::CsvFile(csv::Writer::from_writer(aside), file.to_owned()))
            }
        }
    }

    /// Adds rows.
    pub(super) fn write(&mut self, results: &Results, is_first: bool) -> Result<(), Rejected> {
        match self {
            Self::Csv(writer) => {
                write_lines(writer, results, is_first).map_err(|cause| Rejected::Failed(cause.to_string()))
            }
            Self::CsvFile(writer, file) => write_lines(writer, results, is_first).map_err(|cause| failed(file, &cause)),
            Self::Parquet(sink, file) => {
                let batch = results.as_batch()?;
                let sink = if let Some(sink) = sink {
                    sink
                } else {
                    let aside = Aside::create(file).map_err(|cause| failed(file, &cause))?;
                    sink.insert(Sink::new(aside, batch.schema()).map_err(|cause| failed(file, &cause))?)
                };
                sink.write(&batch).map_err(|cause| failed(file, &cause))
            }
        }
    }

    /// Puts the file in its place.
    pub(super) fn finish(self) -> Result<(), Rejected> {
        match self {
            Self::Csv(mut writer) => writer.flush().map_err(|cause| Rejected::Failed(cause.to_string())),
            Self::CsvFile(writer, file) => {
                let aside = writer.into_inner().map_err(|cause| failed(&file, &cause))?;
                aside.put(&file).map_err(|cause| failed(&file, &cause))
            }
            Self::Parquet(None, _) => Ok(()),
            Self::Parquet(Some(sink), file) => {
                let aside = sink.finish().map_err(|cause| failed(&file, &cause))?;
                aside.put(&file).map_err(|cause| failed(&file, &cause))
            }
        }
    }
}

pub(super) fn failed(file: &Path, cause: &dyn std::fmt::Display) -> Rejected {
    Rejected::Failed(format!("{}: {cause}", file.display()))
}

fn write_lines(writer: &mut csv::Writer<impl Write>, results: &Results, is_first: bool) -> csv::Result<()> {
    if is_first {
        writer.write_record(results.headings())?;
    }
    (0..results.rows()).try_for_each(|row| writer.write_record(results.line(row)))
}

/// A file that is written beside its place. Dropped before it is put there, it leaves nothing behind.
pub(super) struct Aside {
    file: BufWriter<File>,
    path: PathBuf,
    is_put: bool,
}

impl Aside {
    fn create(place: &Path) -> io::Result<Self> {
        let name = place.file_name().unwrap_or_default().to_string_lossy();
        let path = place.with_file_name(format!(".{name}.part"));
        Ok(Self { file: BufWriter::new(File::create(&path)?), path, is_put: false })
    }

    fn put(mut self, place: &Path) -> io::Result<()> {
        self.file.flush()?;
        fs::rename(&self.path, place)?;
        self.is_put = true;
        Ok(())
    }
}

impl Write for Aside {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        if !self.is_put {
            // The failure that is reported is the one that counts.
            let _ = fs::remove_file(&self.path);
        }
    }
}
