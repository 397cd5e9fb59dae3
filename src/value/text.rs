//! How a number's text is made easier to read.

/// Puts `separator` between groups of three digits of the whole part, counted from the point.
///
/// `group_digits("-1234567.5", ' ')` is `-1 234 567.5`. The sign, the fraction and anything that
/// does not begin with digits stay as they are; each side of a fraction `n/d` is grouped.
pub fn group_digits(text: &str, separator: char) -> String {
    let mut grouped = String::with_capacity(text.len() + text.len() / 3 + 8);
    for (at, number) in text.split('/').enumerate() {
        grouped.push_str(if at == 0 { "" } else { "/" });
        group_one(number, separator, &mut grouped);
    }
    grouped
}

/// Groups the digits of one number.
fn group_one(text: &str, separator: char, grouped: &mut String) {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let sign = &text[..text.len() - unsigned.len()];
    let whole_len = unsigned.bytes().take_while(u8::is_ascii_digit).count();
    let (whole, rest) = unsigned.split_at(whole_len);

    grouped.push_str(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole_len - index) % 3 == 0 {
            grouped.push(separator);
        }
        grouped.push(digit);
    }
    grouped.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_three_are_counted_from_the_point() {
        for (plain, grouped) in [
            ("0", "0"),
            ("999", "999"),
            ("1000", "1 000"),
            ("1234567.80", "1 234 567.80"),
            ("100000", "100 000"),
            ("0.123456", "0.123456"),
        ] {
            assert_eq!(group_digits(plain, ' '), grouped);
        }
    }

    #[test]
    fn a_sign_does_not_count_as_a_digit() {
        assert_eq!(group_digits("-123", '_'), "-123");
        assert_eq!(group_digits("-123456", '_'), "-123_456");
    }

    #[test]
    fn both_sides_of_a_fraction_are_grouped() {
        assert_eq!(group_digits("-10000/3001", ' '), "-10 000/3 001");
    }

    #[test]
    fn text_that_is_no_number_stays_as_it_is() {
        for text in ["", "-", "n a", "价格", "-价格", "."] {
            assert_eq!(group_digits(text, ' '), text);
        }
    }
}
