//! Identities and chance of the sample: the same in every load.

use dienhinh_domain::audit::sha256;
use uuid::Uuid;

use crate::app::Chance;

/// Counts identities up from the day the sample begins.
pub(crate) struct Ids {
    millis: u64,
    count: u64,
}

impl Ids {
    /// Identities as of an instant, in milliseconds since 1970.
    pub(crate) fn new(millis: u64) -> Self {
        Self { millis, count: 0 }
    }

    /// The next identity, greater than all before it.
    pub(crate) fn next(&mut self) -> Uuid {
        self.count += 1;
        let mut chance = [0; 10];
        chance[2..].copy_from_slice(&self.count.to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(self.millis, &chance).into_uuid()
    }
}

/// Bytes that look like chance and are the same in every load.
#[derive(Debug, Default)]
pub(super) struct SameChance(std::sync::atomic::AtomicU64);

impl Chance for SameChance {
    fn fill(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            let count = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            chunk.copy_from_slice(&mixed(count).to_be_bytes()[..chunk.len()]);
        }
    }
}

/// A number from 0 to 99 that depends on the words only.
pub(super) fn percent(words: &[&str]) -> u64 {
    let digits = sha256(words.join("\u{1f}").as_bytes());
    u64::from_str_radix(&digits[..8], 16).unwrap_or_default() % 100
}

/// SplitMix64 (Steele, Lea, Flood 2014), one step.
pub(crate) fn mixed(count: u64) -> u64 {
    let mut value = count.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}
