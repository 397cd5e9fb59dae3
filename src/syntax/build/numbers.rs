//! How numbers are written, and what is meant by those that are written otherwise.

use super::{Builder, Piece};
use crate::source::Span;
use crate::syntax::ast::Number;
use crate::syntax::errors;
use crate::value::{Date, Exact, ParseNumberError, group_digits};

impl Builder<'_> {
    /// An unsigned number with its text.
    pub(super) fn written_number(&mut self, piece: &Piece<'_>) -> Number {
        let (text, span) = (piece.as_str(), self.span(piece));
        Number { value: self.number(text, span), text: text.into(), span }
    }

    /// The value of an unsigned number; zero stands in for one that cannot be read, beside its problem.
    pub(super) fn number(&mut self, text: &str, at: Span) -> Exact {
        if !is_well_written(text) {
            return self.odd_number(text, at);
        }
        let parsed =
            if text.contains('_') { Exact::parse(&text.replace('_', "")) } else { Exact::parse(text) };
        match parsed {
            Ok(value) => value,
            Err(ParseNumberError::TooManyDigits | ParseNumberError::TooLarge) => {
                self.report(errors::number_too_long(at, text));
                Exact::ZERO
            }
            Err(_) => {
                self.report(errors::bad_number(at, text, "it cannot be read", None));
                Exact::ZERO
            }
        }
    }

    /// Reports a number that is not written as numbers are, with the likeliest meaning.
    fn odd_number(&mut self, text: &str, at: Span) -> Exact {
        if let Some(split) = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '_' | '.' | ','))) {
            return self.letters_in_number(text, split, at);
        }
        if text.contains(',') {
            let (mend, list) = without_commas(text);
            self.report(errors::comma_in_number(at, text, &mend, list));
            return read(&mend);
        }
        if let Some(date) = day_first(text) {
            let help = format!("a date is written year-month-day: `{date}`");
            self.report(errors::bad_date(at, text, help));
            return Exact::ZERO;
        }
        let (mend, why) = tidy(text);
        let readable = is_well_written(&mend);
        self.report(errors::bad_number(at, text, why, readable.then_some(mend.as_str())));
        read(&mend)
    }

    fn letters_in_number(&mut self, text: &str, split: usize, at: Span) -> Exact {
        let (digits, letters) = text.split_at(split);
        let power = letters
            .strip_prefix(['e', 'E'])
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        if power {
            self.report(errors::bad_number(at, text, "powers of ten are written out", None));
        } else if is_well_written(digits) && !letters.contains(['.', ',']) {
            self.report(errors::unit_touches(at, digits, letters));
        } else {
            self.report(errors::bad_number(at, text, "letters stand among its digits", None));
        }
        read(digits)
    }
}

/// The value of a text that may be a number.
fn read(text: &str) -> Exact {
    Exact::parse(&text.replace('_', "")).unwrap_or(Exact::ZERO)
}

/// `0`, `21_000`, `1_250.50`: digits, in threes if grouped, and a fraction of plain digits.
fn is_well_written(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, rest)| (whole, Some(rest)));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !fraction.is_none_or(digits) {
        return false;
    }
    if whole.len() > 1 && whole.starts_with('0') {
        return false;
    }
    let mut groups = whole.split('_');
    let first = groups.next().unwrap_or("");
    let grouped = whole.contains('_');
    digits(first) && (!grouped || first.len() <= 3) && groups.all(|group| group.len() == 3 && digits(group))
}

/// A number with commas as it was likely meant, and whether it may have been a list instead.
fn without_commas(text: &str) -> (String, bool) {
    let plain = text.replace('_', "");
    let last_comma = plain.rfind(',').unwrap_or(0);
    let last_point = plain.rfind('.');
    if let Some(point) = last_point {
        // The mark that stands last is the decimal one: `1,250.50` or `1.250,50`.
        let (decimal, thousands) = if point > last_comma { ('.', ',') } else { (',', '.') };
        let number = plain.replace(thousands, "").replace(decimal, ".");
        return (group_digits(&number, '_'), false);
    }
    let mut groups = plain.split(',');
    let first = groups.next().unwrap_or("");
    let thousands = !first.is_empty() && first.len() <= 3 && groups.all(|group| group.len() == 3);
    if thousands && first != "0" {
        return (plain.replace(',', "_"), false);
    }
    match plain.split_once(',') {
        Some((whole, fraction)) if !fraction.contains(',') => {
            (format!("{}.{fraction}", group_digits(whole, '_')), true)
        }
        _ => (plain.replace(',', ", "), true),
    }
}

/// `01.03.2026` as a date is written here, where a calendar has it.
fn day_first(text: &str) -> Option<Date> {
    let mut parts = text.split('.');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let is_date = parts.next().is_none() && year.len() == 4;
    Date::parse(&format!("{year}-{month:0>2}-{day:0>2}")).ok().filter(|_| is_date)
}

/// A number of digits, `_` and points, as it was likely meant, and what is wrong with it.
fn tidy(text: &str) -> (String, &'static str) {
    if text.starts_with('.') {
        return (format!("0{text}"), "a digit stands before the point");
    }
    if let Some(whole) = text.strip_suffix('.') {
        return (whole.to_owned(), "a digit stands behind the point");
    }
    if text.matches('.').count() > 1 {
        return (group_digits(&text.replace(['.', '_'], ""), '_'), "it has more than one point");
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = whole.replace('_', "");
    let trimmed = digits.trim_start_matches('0');
    let digits = if trimmed.is_empty() { "0" } else { trimmed };
    let point = if text.contains('.') { "." } else { "" };
    let whole_mend = if whole.contains('_') { group_digits(digits, '_') } else { digits.to_owned() };
    let why = if whole.starts_with('0') && whole.len() > 1 {
        "it begins with zeros"
    } else if fraction.contains('_') {
        "`_` stands behind the point"
    } else {
        "`_` parts groups of three digits"
    };
    (format!("{whole_mend}{point}{}", fraction.replace('_', "")), why)
}
