//! `cargo xtask bench engine`: the engine beside its peers and beside the memory, in one run.

#![expect(clippy::print_stdout, reason = "a measurement speaks through its output")]

mod workload;

use std::{num::NonZeroUsize, time::Instant};

use dienhinh_engine::batch::{Arm, Columns, Results, score_with};

fn main() {
    let units = 1_000_000;
    let program = workload::programme();
    let columns = Columns::new(workload::figures(units)).expect("in range");
    let threads = NonZeroUsize::new(2).expect("two");
    for arm in Arm::ALL.into_iter().filter(|arm| std::env::args().nth(1).is_none_or(|name| format!("{arm:?}") == name))
    {
        for leaves in [0, program.leaves.len()] {
            let mut results = Results::of(columns.rows(), leaves);
            let mut times = Vec::new();
            for _ in 0..21 {
                let begun = Instant::now();
                score_with(arm, &program, &columns, threads, &mut results).expect("fits");
                times.push(begun.elapsed());
            }
            times.sort();
            let sum = |values: &[u8]| values.iter().map(|value| u64::from(*value)).sum::<u64>();
            println!(
                "{arm:?} {leaves}: {:?} min {:?}; total {} class {} met {} no data {} points {}",
                times[10],
                times[0],
                results.totals_thousandths.iter().map(|total| i64::from(*total)).sum::<i64>(),
                results.classes.iter().map(|class| i64::from(*class)).sum::<i64>(),
                sum(&results.met),
                sum(&results.no_data),
                results.points_thousandths.iter().flatten().map(|points| i64::from(*points)).sum::<i64>(),
            );
        }
    }
}
