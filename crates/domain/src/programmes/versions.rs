//! Which of two versions of a set is the newer one.

use std::cmp::Ordering;

use super::CriteriaSet;

impl CriteriaSet {
    /// Orders versions of one set from the oldest to the newest: by the first day they may be used, those of one day
    /// by the numbers in their names.
    pub fn by_age(&self, other: &Self) -> Ordering {
        self.valid_from.cmp(&other.valid_from).then_with(|| by_numbers(&self.version, &other.version))
    }
}

/// `2` before `10`, `2023.9` before `2023.10`, `1` before `1.1`. Equal only where the texts are.
fn by_numbers(left: &str, right: &str) -> Ordering {
    let mut lefts = runs(left);
    let mut rights = runs(right);
    loop {
        let order = match (lefts.next(), rights.next()) {
            (Some(left), Some(right)) => by_run(left, right),
            (None, None) => return left.cmp(right),
            (more, _) => return if more.is_some() { Ordering::Greater } else { Ordering::Less },
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// Digits, and what stands between them, in turn.
fn runs(version: &str) -> impl Iterator<Item = &[u8]> {
    version.as_bytes().chunk_by(|left, right| left.is_ascii_digit() == right.is_ascii_digit())
}

/// Numbers of any length by their value, everything else by its bytes.
fn by_run(left: &[u8], right: &[u8]) -> Ordering {
    if left[0].is_ascii_digit() && right[0].is_ascii_digit() {
        let (left, right) = (significant(left), significant(right));
        return left.len().cmp(&right.len()).then_with(|| left.cmp(right));
    }
    left.cmp(right)
}

fn significant(digits: &[u8]) -> &[u8] {
    &digits[digits.iter().take_while(|digit| **digit == b'0').count()..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_ascend_by_their_numbers() {
        let huge = ["99999999999999999999998", "99999999999999999999999"];
        let ascending = ["", "1", "1.1", "2", "2b", "9", "09.1", "10", huge[0], huge[1], "v2", "v10"];
        for (at, left) in ascending.iter().enumerate() {
            for (other, right) in ascending.iter().enumerate() {
                assert_eq!(by_numbers(left, right), at.cmp(&other), "{left:?} and {right:?}");
            }
        }
    }

    #[test]
    fn the_same_number_written_otherwise_is_another_version() {
        assert_eq!(by_numbers("01", "1"), Ordering::Less);
        assert_eq!(by_numbers("1", "01"), Ordering::Greater);
        assert_eq!(by_numbers("2023.9", "2023.10"), Ordering::Less);
    }
}
