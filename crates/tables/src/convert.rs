//! Between Arrow and the engine: figures, texts, results.

use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, Int8Array, Int32Array, RecordBatch, UInt8Array,
    cast::AsArray as _,
    types::{
        ArrowPrimitiveType, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
    },
};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use arrow_schema::{ArrowError, DataType};
use dienhinh_engine::batch::{Columns, FIGURE_MAX, NO_DATA, Results};

/// A column that holds something else than whole numbers, or one that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotFigures {
    /// There is no such column.
    Absent(String),
    /// It holds something else.
    Type(String, DataType),
    /// A figure is below 0 or above [`FIGURE_MAX`]: these go row by row.
    Range,
}

/// The figures of a column, none where there is no data. None when it holds something else than whole numbers or
/// truth values; a figure beyond 64 bits becomes the greatest one.
pub fn figures(column: &dyn Array) -> Option<Vec<Option<i64>>> {
    fn of<T: ArrowPrimitiveType>(column: &dyn Array) -> Vec<Option<i64>>
    where
        T::Native: TryInto<i64>,
    {
        let wide = |value: T::Native| value.try_into().unwrap_or(i64::MAX);
        column.as_primitive::<T>().iter().map(|value| value.map(wide)).collect()
    }
    Some(match column.data_type() {
        DataType::Int8 => of::<Int8Type>(column),
        DataType::Int16 => of::<Int16Type>(column),
        DataType::Int32 => of::<Int32Type>(column),
        DataType::Int64 => of::<Int64Type>(column),
        DataType::UInt8 => of::<UInt8Type>(column),
        DataType::UInt16 => of::<UInt16Type>(column),
        DataType::UInt32 => of::<UInt32Type>(column),
        DataType::UInt64 => of::<UInt64Type>(column),
        DataType::Boolean => column.as_boolean().iter().map(|value| value.map(i64::from)).collect(),
        DataType::Null => vec![None; column.len()],
        _ => return None,
    })
}

/// The texts of a column; empty where there is none. None when it holds something else; whole numbers are texts too.
pub fn texts(column: &dyn Array) -> Option<Vec<String>> {
    fn of<'a>(texts: impl Iterator<Item = Option<&'a str>>) -> Vec<String> {
        texts.map(|text| text.unwrap_or_default().trim().to_owned()).collect()
    }
    Some(match column.data_type() {
        DataType::Utf8 => of(column.as_string::<i32>().iter()),
        DataType::LargeUtf8 => of(column.as_string::<i64>().iter()),
        DataType::Utf8View => of(column.as_string_view().iter()),
        DataType::Boolean => return None,
        _ => {
            let number = |value: Option<i64>| value.map(|value| value.to_string()).unwrap_or_default();
            figures(column)?.into_iter().map(number).collect()
        }
    })
}

/// Columns of the engine from columns of a batch, by name.
///
/// # Errors
/// The first column that holds no figures, or a figure beyond what the engine's columns hold.
pub fn columns(batch: &RecordBatch, names: &[String]) -> Result<Columns, NotFigures> {
    let column = |name: &String| {
        let array = batch.column_by_name(name).ok_or_else(|| NotFigures::Absent(name.clone()))?;
        narrow(array).unwrap_or_else(|| Err(NotFigures::Type(name.clone(), array.data_type().clone())))
    };
    let all = names.iter().map(column).collect::<Result<Vec<Vec<i32>>, NotFigures>>()?;
    Columns::new(all).ok_or(NotFigures::Range)
}

/// A column of the engine; none when it holds something else than figures.
fn narrow(array: &ArrayRef) -> Option<Result<Vec<i32>, NotFigures>> {
    if let Some(array) = array.as_primitive_opt::<Int32Type>() {
        let mut column = array.values().to_vec();
        if let Some(nulls) = array.nulls().filter(|nulls| nulls.null_count() > 0) {
            // What stands below a null may be anything, also below zero.
            for at in (!nulls.inner()).set_indices() {
                column[at] = NO_DATA;
            }
        }
        // The sentinel is none where it stands as a figure.
        let is_known = array.null_count() == column.iter().filter(|value| **value == NO_DATA).count();
        return Some(if is_known { Ok(column) } else { Err(NotFigures::Range) });
    }
    let cell = |figure: Option<i64>| match figure {
        None => Ok(NO_DATA),
        Some(figure) => {
            i32::try_from(figure).ok().filter(|figure| (0..=FIGURE_MAX).contains(figure)).ok_or(NotFigures::Range)
        }
    };
    Some(figures(array)?.into_iter().map(cell).collect())
}

/// Results of the engine as a record batch: `total`, `class`, `met`, `unmet`, `no_data`, `not_applicable`, and where
/// results have points a column for each leaf, named by `leaves`. An open class and a leaf without data are null.
///
/// # Errors
/// When there are other leaves than names.
pub fn record(results: Results, of: usize, leaves: &[String]) -> Result<RecordBatch, ArrowError> {
    let counted = results.met.iter().zip(&results.no_data).zip(&results.not_applicable);
    let of = u8::try_from(of).unwrap_or(u8::MAX);
    let unmet: Vec<u8> = counted.map(|((met, no_data), other)| of.saturating_sub(met + no_data + other)).collect();
    let class_known = known(&results.classes, |class| *class >= 0);
    let mut columns: Vec<(&str, ArrayRef, bool)> = vec![
        ("total", Arc::new(Int32Array::new(results.totals_thousandths.into(), None)), false),
        ("class", Arc::new(Int8Array::new(results.classes.into(), class_known)), true),
        ("met", Arc::new(UInt8Array::new(results.met.into(), None)), false),
        ("unmet", Arc::new(UInt8Array::new(unmet.into(), None)), false),
        ("no_data", Arc::new(UInt8Array::new(results.no_data.into(), None)), false),
        ("not_applicable", Arc::new(UInt8Array::new(results.not_applicable.into(), None)), false),
    ];
    for (name, points) in leaves.iter().zip(results.points_thousandths) {
        let has_data = known(&points, |points| *points >= 0);
        columns.push((name, Arc::new(Int32Array::new(points.into(), has_data)), true));
    }
    RecordBatch::try_from_iter_with_nullable(columns)
}

fn known<T>(values: &[T], is_known: impl Fn(&T) -> bool) -> Option<NullBuffer> {
    let bits = BooleanBuffer::collect_bool(values.len(), |at| is_known(&values[at]));
    Some(NullBuffer::new(bits)).filter(|nulls| nulls.null_count() > 0)
}
