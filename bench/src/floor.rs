//! The limit of the machine: reading the same figures and writing the same results, and nothing else.

use std::hint::black_box;

use dienhinh_engine::batch::Results;

/// Reads every figure and fills every result, on two threads.
pub(crate) fn move_bytes(figures: &[Vec<i32>], results: &mut Results) {
    let half = results.totals_thousandths.len() / 2;
    let (totals, totals_after) = results.totals_thousandths.split_at_mut(half);
    let (classes, classes_after) = results.classes.split_at_mut(half);
    let (met, met_after) = results.met.split_at_mut(half);
    let (no_data, no_data_after) = results.no_data.split_at_mut(half);
    let (other, other_after) = results.not_applicable.split_at_mut(half);
    let (points, points_after): (Vec<_>, Vec<_>) =
        results.points_thousandths.iter_mut().map(|points| points.split_at_mut(half)).unzip();
    let before = figures.iter().map(|column| &column[..half]).collect();
    let after = figures.iter().map(|column| &column[half..]).collect();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            one_thread(before, totals, points, classes, [met, no_data, other]);
        });
        one_thread(after, totals_after, points_after, classes_after, [met_after, no_data_after, other_after]);
    });
}

fn one_thread(
    figures: Vec<&[i32]>,
    totals: &mut [i32],
    points: Vec<&mut [i32]>,
    classes: &mut [i8],
    counts: [&mut [u8]; 3],
) {
    for column in figures {
        black_box(read(column));
    }
    for column in points {
        write(column);
    }
    write(totals);
    classes.fill(0);
    for column in counts {
        column.fill(0);
    }
}

/// Writes without fetching what is overwritten, as far as the machine can.
#[cfg(target_arch = "x86_64")]
fn write(column: &mut [i32]) {
    use std::arch::x86_64::{_mm_setzero_si128, _mm_sfence, _mm_stream_si128};
    #[expect(unsafe_code, reason = "the limit is what the machine can do, not what safe code can")]
    // SAFETY: the middle is aligned and ours alone, and the fence comes before anyone else looks.
    unsafe {
        let (before, middle, after) = column.align_to_mut();
        for place in middle {
            _mm_stream_si128(place, _mm_setzero_si128());
        }
        before.fill(0);
        after.fill(0);
        _mm_sfence();
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn write(column: &mut [i32]) {
    column.fill(0);
}

/// Looks at every figure, in as many lanes as keep the memory busy.
fn read(column: &[i32]) -> [i32; 64] {
    let mut seen = [0; 64];
    for cells in column.as_chunks::<64>().0 {
        for (seen, cell) in seen.iter_mut().zip(cells) {
            *seen |= cell;
        }
    }
    seen
}
