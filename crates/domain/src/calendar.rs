//! Dates and half-open periods; how people write and read them. No clock: "today" is an argument.

use jiff::{Timestamp, civil::Date, tz};

/// UTC+7 all year: Việt Nam has no daylight saving.
const VIETNAM: tz::Offset = tz::offset(7);

/// Days `[from, until)`; no `until` means "still in force".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// First day inside.
    pub from: Date,
    /// First day outside.
    pub until: Option<Date>,
}

impl Period {
    /// Open-ended from a day on.
    pub fn from(from: Date) -> Self {
        Self { from, until: None }
    }

    /// Whether the day lies inside.
    pub fn contains(self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }
}

/// The civil day in Việt Nam at an instant.
pub fn day_in_vietnam(at: Timestamp) -> Date {
    VIETNAM.to_datetime(at).date()
}

/// `14:32` in Việt Nam.
pub fn time_of_day(at: Timestamp) -> String {
    let local = VIETNAM.to_datetime(at);
    format!("{:02}:{:02}", local.hour(), local.minute())
}

/// `05/11/2024`, as written in Vietnamese; the same order in English pages, so nobody misreads.
pub fn format_day(day: Date) -> String {
    format!("{:02}/{:02}/{:04}", day.day(), day.month(), day.year())
}

/// `14:32 24/11/2023`.
pub fn format_instant(at: Timestamp) -> String {
    format!("{} {}", time_of_day(at), format_day(day_in_vietnam(at)))
}

/// Reads a date as officers type it: `5/11/2024`, `05-11-2024`, `051124`, `05112024`,
/// `5/11` (this year), `2024-11-05` (what scripts send), `hôm nay`, `today`.
pub fn parse_day(text: &str, today: Date) -> Option<Date> {
    let text = text.trim().to_lowercase();
    if matches!(text.as_str(), "hôm nay" | "hom nay" | "today") {
        return Some(today);
    }
    let parts: Vec<&str> = text.split(['/', '-', '.']).map(str::trim).collect();
    if parts.iter().any(|part| part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit())) {
        return None;
    }
    match parts.as_slice() {
        [year, month, day] if year.len() == 4 => date(year, month, day),
        [day, month, year] if year.len() == 4 => date(year, month, day),
        [day, month, year] if year.len() == 2 => date(&format!("20{year}"), month, day),
        [day, month] => date(&today.year().to_string(), month, day),
        [run] if run.len() == 8 => date(&run[4..], &run[2..4], &run[..2]),
        [run] if run.len() == 6 => date(&format!("20{}", &run[4..]), &run[2..4], &run[..2]),
        _ => None,
    }
}

fn date(year: &str, month: &str, day: &str) -> Option<Date> {
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date as d;

    use super::*;

    #[test]
    fn dates_as_officers_type_them() {
        let today = d(2024, 11, 24);
        for (text, expected) in [
            ("5/11/2024", Some(d(2024, 11, 5))),
            ("05/11/24", Some(d(2024, 11, 5))),
            ("05-11-2024", Some(d(2024, 11, 5))),
            ("2024-11-05", Some(d(2024, 11, 5))),
            ("051124", Some(d(2024, 11, 5))),
            ("05112024", Some(d(2024, 11, 5))),
            ("5/11", Some(d(2024, 11, 5))),
            (" Hôm nay ", Some(today)),
            ("31/02/2024", None),
            ("13/13/2024", None),
            ("5/11/", None),
            ("ngày mai", None),
            ("", None),
        ] {
            assert_eq!(parse_day(text, today), expected, "{text:?}");
        }
    }

    #[test]
    fn a_period_ends_before_its_end() {
        let period = Period { from: d(2022, 11, 16), until: Some(d(2023, 11, 16)) };
        assert!(period.contains(d(2022, 11, 16)) && period.contains(d(2023, 11, 15)));
        assert!(!period.contains(d(2023, 11, 16)) && !period.contains(d(2022, 11, 15)));
    }

    #[test]
    fn the_day_changes_at_midnight_in_vietnam() {
        let before: Timestamp = "2023-11-15T16:59:59.999Z".parse().expect("instant");
        let after: Timestamp = "2023-11-15T17:00:00Z".parse().expect("instant");
        assert_eq!(day_in_vietnam(before), d(2023, 11, 15));
        assert_eq!(day_in_vietnam(after), d(2023, 11, 16));
    }
}
