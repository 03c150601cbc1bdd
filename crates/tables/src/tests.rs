//! What goes into a file comes out again, whatever its integers are; what is no table is refused.

use std::{
    fs::{self, File},
    sync::Arc,
};

use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray, UInt8Array};
use arrow_buffer::NullBuffer;
use dienhinh_engine::batch::{Columns, NO_DATA, Results};

use super::*;

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, column)| (name, column, true)))
        .expect("columns of one length")
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Values below a null are garbage.
fn with_garbage() -> Int32Array {
    Int32Array::new(vec![5, -77, 7].into(), Some(NullBuffer::from(vec![true, false, true])))
}

#[test]
fn a_file_gives_back_its_rows() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("t.parquet");
    let rows = batch(vec![
        ("unit", Arc::new(StringArray::from(vec!["a", "b", "c"]))),
        ("narrow", Arc::new(with_garbage())),
        ("unread", Arc::new(Float64Array::from(vec![0.5, 1.0, 2.0]))),
    ]);
    let mut sink = Sink::new(File::create(&place).expect("a file"), rows.schema()).expect("a table");
    sink.write(&rows).expect("written");
    sink.finish().expect("finished");
    let source = Source::open(File::open(&place).expect("a file")).expect("a table");
    assert_eq!((source.names(), source.rows()), (names(&["unit", "narrow", "unread"]), 3));
    let read: Vec<RecordBatch> =
        source.batches(|name| name != "unread").expect("batches").collect::<Result<_, _>>().expect("rows");
    assert_eq!(texts(read[0].column(0)), Some(names(&["a", "b", "c"])));
    assert_eq!(figures(read[0].column(1)), Some(vec![Some(5), None, Some(7)]));
    assert_eq!(read[0].num_columns(), 2);
}

#[test]
fn a_file_that_is_not_finished_is_no_table() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("t.parquet");
    let rows = batch(vec![("a", Arc::new(with_garbage()))]);
    let mut sink = Sink::new(File::create(&place).expect("a file"), rows.schema()).expect("a table");
    sink.write(&rows).expect("written");
    drop(sink);
    assert!(matches!(Source::open(File::open(&place).expect("a file")), Err(Fault::Content(_))));
}

#[test]
fn integers_of_every_kind_are_figures() {
    let rows = batch(vec![
        ("narrow", Arc::new(with_garbage())),
        ("wide", Arc::new(Int64Array::from(vec![Some(1), None, Some(3)]))),
        ("byte", Arc::new(UInt8Array::from(vec![1, 2, 3]))),
        ("truth", Arc::new(BooleanArray::from(vec![Some(true), Some(false), None]))),
    ]);
    let expected = vec![vec![5, NO_DATA, 7], vec![1, NO_DATA, 3], vec![1, 2, 3], vec![1, 0, NO_DATA]];
    assert_eq!(columns(&rows, &names(&["narrow", "wide", "byte", "truth"])).ok(), Columns::new(expected));
}

#[test]
fn what_is_no_figure_is_named() {
    let rows = batch(vec![
        ("share", Arc::new(Float64Array::from(vec![0.5]))),
        ("below", Arc::new(Int32Array::from(vec![-1]))),
        ("sentinel", Arc::new(Int32Array::from(vec![NO_DATA]))),
        ("beyond", Arc::new(Int64Array::from(vec![1 << 40]))),
    ]);
    let refused = |name: &str| columns(&rows, &names(&[name])).expect_err("refused");
    assert_eq!(refused("share"), NotFigures::Type("share".to_owned(), schema::DataType::Float64));
    assert_eq!(refused("none"), NotFigures::Absent("none".to_owned()));
    for name in ["below", "sentinel", "beyond"] {
        assert_eq!(refused(name), NotFigures::Range, "{name}");
    }
}

#[test]
fn what_is_no_table_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("t.parquet");
    fs::write(&place, "unit,a\n1,2\n").expect("written");
    assert!(matches!(Source::open(File::open(&place).expect("a file")), Err(Fault::Content(_))));
}

#[test]
fn results_have_nulls_where_nothing_can_be_said() {
    let mut results = Results::of(2, 1);
    results.classes = vec![-1, 2];
    results.met = vec![0, 1];
    results.no_data = vec![1, 0];
    results.points_thousandths[0] = vec![-1, 500];
    let rows = record(results, 1, &names(&["p00"])).expect("a batch");
    let column = |name: &str| figures(rows.column_by_name(name).expect("there")).expect("figures");
    assert_eq!(column("class"), [None, Some(2)]);
    assert_eq!(column("unmet"), [Some(0), Some(0)]);
    assert_eq!(column("p00"), [None, Some(500)]);
}
