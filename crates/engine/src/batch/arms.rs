//! One block with the widest vectors that the machine has. The loops are plain code, compiled once for each kind.

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::{__m128i, _MM_HINT_T1, _mm_loadu_si128, _mm_prefetch, _mm_sfence, _mm_stream_si128};

use super::{Columns, Part, block, block::Scratch, rules::Lanes};
use crate::program::Program;

/// A kind of instructions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arm {
    /// What every machine of its kind has.
    Plain,
    /// 256 bits, on x86-64.
    Avx2,
    /// 512 bits, on x86-64.
    Avx512,
}

impl Arm {
    /// Every arm.
    pub const ALL: [Self; 3] = [Self::Plain, Self::Avx2, Self::Avx512];

    /// Whether this machine has the instructions.
    pub fn is_here(self) -> bool {
        match self {
            Self::Plain => true,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => std::arch::is_x86_feature_detected!("avx2"),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => {
                std::arch::is_x86_feature_detected!("avx512f")
                    && std::arch::is_x86_feature_detected!("avx512bw")
                    && std::arch::is_x86_feature_detected!("avx512dq")
                    && std::arch::is_x86_feature_detected!("avx512vl")
            }
            #[cfg(not(target_arch = "x86_64"))]
            Self::Avx2 | Self::Avx512 => false,
        }
    }

    /// The widest that this machine has.
    pub fn best() -> Self {
        Self::ALL.into_iter().rev().find(|arm| arm.is_here()).unwrap_or(Self::Plain)
    }
}

/// Scores a block. An arm that the machine does not have is the plain one.
pub(super) fn run(arm: Arm, program: &Program, columns: &Columns, part: &mut Part<'_>, scratch: &mut Scratch) {
    match arm {
        #[cfg(target_arch = "x86_64")]
        Arm::Avx512 if arm.is_here() => {
            #[expect(unsafe_code, reason = "the only way to vectors that not every machine has: decision 10")]
            // SAFETY: the features that the function is compiled for were detected just above.
            unsafe {
                x86::with_avx512(program, columns, part, scratch);
            }
        }
        #[cfg(target_arch = "x86_64")]
        Arm::Avx2 if arm.is_here() => {
            #[expect(unsafe_code, reason = "the only way to vectors that not every machine has: decision 10")]
            // SAFETY: the feature that the function is compiled for was detected just above.
            unsafe {
                x86::with_avx2(program, columns, part, scratch);
            }
        }
        _ => block::score(program, columns, part, scratch),
    }
}

/// Asks the memory for cells that are read soon. Says nothing of what they hold.
#[cfg_attr(not(debug_assertions), inline(always), expect(clippy::inline_always, reason = "one instruction in a loop"))]
pub(super) fn fetch(cells: &[i32]) {
    #[cfg(target_arch = "x86_64")]
    for line in cells.chunks(16) {
        #[expect(unsafe_code, reason = "a hint without which the loops wait for the memory: decision 10")]
        // SAFETY: a hint; it reads nothing that the program sees and faults on no address.
        unsafe {
            _mm_prefetch::<_MM_HINT_T1>(line.as_ptr().cast());
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = cells;
}

/// Writes points to results that are not read again soon, past the cache where they lie so that they can.
#[cfg_attr(
    not(debug_assertions),
    inline(always),
    expect(clippy::inline_always, reason = "a few instructions in a loop")
)]
pub(super) fn write_past(place: &mut Lanes, points: &Lanes) {
    #[cfg(target_arch = "x86_64")]
    if place.as_ptr().addr().is_multiple_of(size_of::<__m128i>()) {
        let (places, values) = (place.as_chunks_mut::<4>().0, points.as_chunks::<4>().0);
        for (place, value) in places.iter_mut().zip(values) {
            #[expect(unsafe_code, reason = "without it every result is fetched before it is overwritten: decision 10")]
            // SAFETY: both are 16 bytes, `place` is ours alone, and its alignment was looked at; `settle` makes what
            // was written visible before another thread may look.
            unsafe {
                _mm_stream_si128(place.as_mut_ptr().cast(), _mm_loadu_si128(value.as_ptr().cast()));
            }
        }
        return;
    }
    *place = *points;
}

/// After the last [`write_past`]: what was written stands before whatever this thread writes next.
pub(super) fn settle() {
    #[cfg(target_arch = "x86_64")]
    #[expect(unsafe_code, reason = "the other half of `write_past`")]
    // SAFETY: every x86-64 has it, and it only orders what this thread writes.
    unsafe {
        _mm_sfence();
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{Columns, Part, Program, Scratch, block};

    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
    pub(super) fn with_avx512(program: &Program, columns: &Columns, part: &mut Part<'_>, scratch: &mut Scratch) {
        block::score(program, columns, part, scratch);
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn with_avx2(program: &Program, columns: &Columns, part: &mut Part<'_>, scratch: &mut Scratch) {
        block::score(program, columns, part, scratch);
    }
}
