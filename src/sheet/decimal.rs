//! The numbers of workbooks as decimal text.
//!
//! A workbook keeps binary fractions. The shortest decimal that stands for the same binary fraction is what
//! was typed, as long as it has at most 15 digits: so many survive the way into the workbook and back. A
//! longer one is the trace of a computation, and nobody has seen it, because sheets show 15 digits.

/// How many significant digits a spreadsheet keeps and shows.
const SHOWN_DIGITS: usize = 15;

/// The shortest decimal text of a workbook's number, or that text as an error if it has too many digits.
pub(super) fn plain(number: &impl ToString) -> Result<String, String> {
    let text = number.to_string();
    let digits = text.trim_start_matches('-').replace('.', "");
    let regular = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let whole = !text.contains('.');
    let significant = digits.trim_start_matches('0');
    // Zeros at the end of a whole number are not known digits, but a price of 10^20 is a slip as well.
    let length = if whole { significant.len() } else { significant.trim_end_matches('0').len() };
    match regular && length <= SHOWN_DIGITS {
        true if text == "-0" => Ok("0".to_owned()),
        true => Ok(text),
        false => Err(text),
    }
}

/// The same number in per cent, with the sign: `0.075` is `7.5%`.
pub(super) fn percent(text: &str) -> String {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let fraction = format!("{fraction:0<2}");
    let (moved, rest) = fraction.split_at(2);
    let whole = format!("{whole}{moved}");
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    if rest.is_empty() { format!("{sign}{whole}%") } else { format!("{sign}{whole}.{rest}%") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_at_most_fifteen_digits_are_what_was_typed() {
        assert_eq!(plain(&0.1), Ok("0.1".to_owned()));
        assert_eq!(plain(&1234.5), Ok("1234.5".to_owned()));
        assert_eq!(plain(&-0.0), Ok("0".to_owned()));
        assert_eq!(plain(&123_456_789_012_345_i64), Ok("123456789012345".to_owned()));
    }

    #[test]
    fn longer_numbers_and_what_is_no_number_are_refused() {
        assert_eq!(plain(&(0.1 + 0.2)), Err("0.30000000000000004".to_owned()));
        assert_eq!(plain(&1_234_567_890_123_456_i64), Err("1234567890123456".to_owned()));
        assert!(plain(&1e300).is_err());
        assert_eq!(plain(&"NaN"), Err("NaN".to_owned()));
    }

    #[test]
    fn per_cent_moves_the_point_by_two_digits() {
        for (number, shown) in [
            ("0.08", "8%"),
            ("0.075", "7.5%"),
            ("1", "100%"),
            ("0", "0%"),
            ("-0.005", "-0.5%"),
            ("0.5", "50%"),
        ] {
            assert_eq!(percent(number), shown);
        }
    }
}
