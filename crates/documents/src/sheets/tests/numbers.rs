//! Numbers, days and times as Excel shows them.

use jiff::civil::date;

use super::{
    super::numbers::{Epoch, Shown, built_in, by_code, digits, value},
    *,
};

#[test]
fn fifteen_digits_are_shown() {
    for (given, expected) in [
        (0.1 + 0.2, "0.3"),
        (1250.0, "1250"),
        (-0.0, "0"),
        (92.5, "92.5"),
        (1_900_123_456.0, "1900123456"),
        (123_456_789_012_345.0, "123456789012345"),
        (1e20, "100000000000000000000"),
        (1e-7, "0.0000001"),
        (71.249_999_999_999_99, "71.25"),
    ] {
        assert_eq!(digits(given), number(expected));
    }
    assert_eq!(digits(f64::INFINITY), error("#NUM!"));
    assert_eq!(digits(f64::NAN), error("#NUM!"));
}

#[test]
fn codes_of_formats_are_told_apart() {
    for (code, expected) in [
        ("General", Shown::Number),
        ("#,##0.00", Shown::Number),
        ("0.00E+00", Shown::Number),
        ("0\" đồng / ngày dd\"", Shown::Number),
        ("#.##0\\ \\d", Shown::Number),
        ("[Red]0.0;[Blue]-0.0", Shown::Number),
        ("_(* #,##0_);_(* \\(#,##0\\);_(@_)", Shown::Number),
        ("0;dd/mm/yyyy", Shown::Number),
        ("dd/mm/yyyy", Shown::Day),
        ("[$-42A]dd\\ mmmm\\ yyyy;@", Shown::Day),
        ("\"Ngày\" d \"tháng\" m", Shown::Day),
        ("mm/yyyy", Shown::Day),
        ("h:mm AM/PM", Shown::Time),
        ("yyyy-mm-dd h:mm:ss", Shown::Time),
        ("[h]:mm:ss", Shown::Duration),
        ("0%", Shown::Percent),
        ("[Red]0.0\\ %", Shown::Percent),
        ("0\"%\"", Shown::Number),
        ("0\\%", Shown::Number),
        ("0;0%", Shown::Number),
        ("\"unclosed dd", Shown::Number),
        ("[unclosed dd", Shown::Number),
        ("\\", Shown::Number),
    ] {
        assert_eq!(by_code(code), expected, "{code}");
    }
    assert_eq!((built_in(14), built_in(22), built_in(46)), (Shown::Day, Shown::Time, Shown::Duration));
    assert_eq!((built_in(9), built_in(10), built_in(11)), (Shown::Percent, Shown::Percent, Shown::Number));
    assert_eq!((built_in(0), built_in(49), built_in(164)), (Shown::Number, Shown::Number, Shown::Number));
}

#[test]
fn a_percentage_is_what_excel_shows() {
    let percent = |number| value(number, Shown::Percent, Epoch::Y1900);
    for (given, expected) in
        [(0.985, "98.5"), (1.0, "100"), (0.07, "7"), (-0.005, "-0.5"), (2.0 / 3.0, "66.6666666666667")]
    {
        assert_eq!(percent(given), number(expected));
    }
    assert_eq!(percent(f64::MAX), error("#NUM!"));
}

#[test]
fn days_count_from_two_beginnings() {
    let day = |year, month, day| Value::Day(date(year, month, day));
    let (old, new) = (Epoch::Y1904, Epoch::Y1900);
    for (given, shown, epoch, expected) in [
        (45_838.0, Shown::Day, new, day(2025, 6, 30)),
        (44_376.0, Shown::Day, old, day(2025, 6, 30)),
        (1.0, Shown::Day, new, day(1900, 1, 1)),
        (59.0, Shown::Day, new, day(1900, 2, 28)),
        (60.0, Shown::Day, new, text("1900-02-29")),
        (61.0, Shown::Day, new, day(1900, 3, 1)),
        (0.0, Shown::Day, old, day(1904, 1, 1)),
        (0.0, Shown::Day, new, number("0")),
        (-5.0, Shown::Day, new, number("-5")),
        (2_958_465.0, Shown::Day, new, day(9999, 12, 31)),
        (2_958_466.0, Shown::Day, new, number("2958466")),
        (1e300, Shown::Time, new, digits(1e300)),
        (f64::NAN, Shown::Day, new, error("#NUM!")),
        (45_838.75, Shown::Day, new, day(2025, 6, 30)),
        (45_838.0, Shown::Time, new, day(2025, 6, 30)),
        (45_838.5, Shown::Time, new, time("2025-06-30 12:00:00")),
        (0.75, Shown::Time, new, time("18:00:00")),
        (1.5, Shown::Duration, new, time("36:00:00")),
    ] {
        assert_eq!(value(given, shown, epoch), expected, "{given} {shown:?} {epoch:?}");
    }
}
