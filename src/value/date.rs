//! Calendar days, without clock, time of day or time zone.

use std::fmt;

use jiff::Span;
use jiff::civil;

/// A day of the Gregorian calendar, from 0001-01-01 to 9999-12-31.
///
/// Displayed and read as ISO 8601 writes it: `2026-01-31`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date(civil::Date);

/// Why a text is not read as a date.
///
/// Displayed as the end of a sentence whose subject is the text: "`2026-02-30` is not a day …".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParseDateError {
    /// The text does not look like `2026-01-31`.
    NotADate,
    /// It looks like a date, but the calendar has no such day.
    NoSuchDay,
}

impl fmt::Display for ParseDateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ParseDateError::NotADate => "is not a date written as year-month-day, such as 2026-01-31",
            ParseDateError::NoSuchDay => "is not a day of the calendar",
        })
    }
}

impl std::error::Error for ParseDateError {}

impl Date {
    /// The first day there is, 0001-01-01.
    pub const MIN: Date = Date(civil::Date::constant(1, 1, 1));

    /// The last day there is, 9999-12-31.
    pub const MAX: Date = Date(civil::Date::constant(9999, 12, 31));

    /// The day of that year, month (1 to 12) and day of the month, or `None` if there is no such day.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Date> {
        civil::Date::new(year, month, day).ok().and_then(Date::within_bounds)
    }

    /// Reads `YYYY-MM-DD`: exactly ten characters, a real day, nothing around it.
    pub fn parse(text: &str) -> Result<Date, ParseDateError> {
        let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else {
            return Err(ParseDateError::NotADate);
        };
        let number = |digits: &[u8]| {
            digits.iter().try_fold(0_i16, |number, digit| {
                digit.is_ascii_digit().then(|| number * 10 + i16::from(digit - b'0'))
            })
        };
        let (Some(year), Some(month), Some(day)) =
            (number(&[y1, y2, y3, y4]), number(&[m1, m2]), number(&[d1, d2]))
        else {
            return Err(ParseDateError::NotADate);
        };
        let (Ok(month), Ok(day)) = (i8::try_from(month), i8::try_from(day)) else {
            return Err(ParseDateError::NoSuchDay);
        };
        Date::new(year, month, day).ok_or(ParseDateError::NoSuchDay)
    }

    /// The year, 1 to 9999.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The month, 1 to 12.
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// The day of the month, 1 to 31.
    pub fn day(self) -> i8 {
        self.0.day()
    }

    /// The day of the week, 1 for Monday to 7 for Sunday.
    pub fn weekday(self) -> i8 {
        self.0.weekday().to_monday_one_offset()
    }

    /// How many days the month of this day has, 28 to 31.
    pub fn days_in_month(self) -> i8 {
        self.0.days_in_month()
    }

    /// The day `days` later, or earlier if negative; `None` if the calendar ends before.
    pub fn add_days(self, days: i64) -> Option<Date> {
        self.add(Span::new().try_days(days).ok()?)
    }

    /// The same day of the month `months` later, or earlier if negative; the month's last day where it
    /// is shorter: 2026-01-31 and one month is 2026-02-28. `None` if the calendar ends before.
    ///
    /// Always count from the first date: a month added twice to 31 January is 28 March, two months are
    /// 31 March.
    pub fn add_months(self, months: i64) -> Option<Date> {
        self.add(Span::new().try_months(months).ok()?)
    }

    /// How many days after this day `other` is: 1 from a day to the next, negative if `other` is earlier.
    pub fn days_until(self, other: Date) -> i64 {
        self.0.duration_until(other.0).as_hours() / 24
    }

    fn add(self, span: Span) -> Option<Date> {
        self.0.checked_add(span).ok().and_then(Date::within_bounds)
    }

    /// Leaves out the years before 1, which the calendar crate has.
    fn within_bounds(date: civil::Date) -> Option<Date> {
        (date.year() >= 1).then_some(Date(date))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:04}-{:02}-{:02}", self.year(), self.month(), self.day()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap_or_else(|error| panic!("`{text}` {error}"))
    }

    #[test]
    fn only_year_month_day_of_ten_characters_is_a_date() {
        for text in [
            "",
            "2026-1-31",
            "26-01-31",
            "2026/01/31",
            "20260131",
            "2026-01-31T00:00",
            " 2026-01-31",
            "2026-01-31 ",
            "-026-01-31",
            "+026-01-31",
            "2026-01-3一",
            "２０２６-01-31",
            "2026-0a-01",
        ] {
            assert_eq!(Date::parse(text), Err(ParseDateError::NotADate), "{text}");
        }
    }

    #[test]
    fn a_day_that_the_calendar_lacks_is_refused() {
        for text in [
            "2026-02-29",
            "2026-02-30",
            "2026-04-31",
            "2026-13-01",
            "2026-00-10",
            "2026-01-00",
            "2026-01-99",
            "1900-02-29",
            "0000-01-01",
        ] {
            assert_eq!(Date::parse(text), Err(ParseDateError::NoSuchDay), "{text}");
        }
    }

    #[test]
    fn leap_days_exist_in_leap_years() {
        assert_eq!(date("2028-02-29").to_string(), "2028-02-29");
        assert_eq!(date("2000-02-29").days_in_month(), 29);
    }

    #[test]
    fn the_first_and_last_day_can_be_read_and_not_passed() {
        assert_eq!(date("0001-01-01"), Date::MIN);
        assert_eq!(date("9999-12-31"), Date::MAX);
        assert_eq!(Date::MIN.add_days(-1), None);
        assert_eq!(Date::MAX.add_days(1), None);
        assert_eq!(Date::MIN.add_months(-1), None);
        assert_eq!(Date::MAX.add_months(1), None);
        assert_eq!(Date::MIN.add_days(i64::MAX), None);
        assert_eq!(Date::MAX.add_months(i64::MIN), None);
        assert_eq!(Date::MIN.days_until(Date::MAX), 3_652_058);
        assert_eq!(Date::MIN.add_days(3_652_058), Some(Date::MAX));
    }

    #[test]
    fn adding_months_stops_at_the_end_of_a_shorter_month() {
        for (start, months, end) in [
            ("2026-01-31", 1, "2026-02-28"),
            ("2028-01-31", 1, "2028-02-29"),
            ("2026-01-31", 2, "2026-03-31"),
            ("2026-03-31", -1, "2026-02-28"),
            ("2026-10-31", 4, "2027-02-28"),
            ("2024-02-29", 12, "2025-02-28"),
            ("2026-05-15", 0, "2026-05-15"),
        ] {
            assert_eq!(date(start).add_months(months), Some(date(end)), "{start} + {months}");
        }
    }

    #[test]
    fn days_are_counted_over_month_and_year_ends() {
        assert_eq!(date("2026-02-28").add_days(1), Some(date("2026-03-01")));
        assert_eq!(date("2026-12-31").days_until(date("2027-01-01")), 1);
        assert_eq!(date("2026-01-01").days_until(date("2026-12-31")), 364);
        assert_eq!(date("2028-01-01").days_until(date("2029-01-01")), 366);
        assert_eq!(date("2026-03-01").days_until(date("2026-02-01")), -28);
    }

    #[test]
    fn earlier_days_are_less() {
        assert!(date("2025-12-31") < date("2026-01-01"));
        assert!(date("2026-02-01") < date("2026-10-01"));
    }

    proptest! {
        #[test]
        fn every_day_is_read_back_from_its_text(days in 0_i64..3_652_059) {
            let day = Date::MIN.add_days(days).expect("within the calendar");
            prop_assert_eq!(Date::parse(&day.to_string()), Ok(day));
            prop_assert_eq!(Date::MIN.days_until(day), days);
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,12}") {
            if let Ok(day) = Date::parse(&text) {
                prop_assert_eq!(day.to_string(), text);
            }
        }
    }
}
