//! What exact numbers promise, against hand-worked values and an oracle.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::str::FromStr;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{ArithmeticError, Exact, Form, Fraction, MAX_SCALE, ParseNumberError};
use crate::value::Rounding;

fn number(text: &str) -> Exact {
    match text.split_once('/') {
        Some((over, under)) => number(over).checked_div(&number(under)).expect("a quotient"),
        None => Exact::parse(text).unwrap_or_else(|error| panic!("`{text}` {error}")),
    }
}

/// 10 to the power `exponent`, also where that cannot be written.
fn power_of_ten(exponent: i32) -> Exact {
    Exact::from(10).checked_pow(exponent).expect("within the limit")
}

#[test]
fn one_value_is_one_number_however_it_came_about() {
    let third = number("1/3");
    let halves = [
        number("0.5"),
        number("00.5000"),
        number("5e-1"),
        Exact::ratio(1, 2).expect("2 is not 0"),
        Exact::ratio(-3, -6).expect("-6 is not 0"),
        Exact::scaled(50, 2),
        third.checked_mul(&number("1.5")).expect("fits"),
        power_of_ten(100)
            .checked_mul(&number("0.5"))
            .and_then(|it| it.checked_div(&power_of_ten(100)))
            .expect("fits"),
    ];
    assert_eq!(halves.iter().collect::<HashSet<_>>().len(), 1, "{halves:?}");
}

#[test]
fn zero_has_no_sign() {
    for zero in ["0", "-0", "-0.00", "0e99999999999999999999", "-0e-5"] {
        assert_eq!(number(zero), Exact::ZERO, "{zero}");
        assert_eq!(number(zero).to_string(), "0");
    }
    assert_eq!(Exact::ZERO.neg(), Exact::ZERO);
    assert_eq!(Exact::default(), Exact::ZERO);
}

#[test]
fn a_quotient_stays_open_until_it_closes() {
    let third = Exact::ONE.checked_div(&Exact::from(3)).expect("3 is not 0");
    let sum = third.checked_add(&third).and_then(|two_thirds| two_thirds.checked_add(&third));
    assert_eq!(sum, Ok(Exact::ONE));
}

#[test]
fn dividing_by_zero_is_refused() {
    assert_eq!(Exact::ONE.checked_div(&Exact::ZERO), Err(ArithmeticError::DivisionByZero));
    assert_eq!(Exact::ZERO.checked_div(&Exact::ZERO), Err(ArithmeticError::DivisionByZero));
    assert_eq!(Exact::ZERO.checked_pow(-1), Err(ArithmeticError::DivisionByZero));
    assert_eq!(Exact::ONE.round_to(Rounding::Up, &Exact::ZERO), Err(ArithmeticError::DivisionByZero));
    assert_eq!(Exact::ratio(1, 0), None);
}

#[test]
fn results_may_be_4096_bits_long_and_no_longer() {
    // 1233 × log2(10) = 4095.94, and 1234 × log2(10) = 4099.26.
    let largest = power_of_ten(1233);
    assert_eq!(largest.checked_mul(&Exact::from(10)), Err(ArithmeticError::Overflow));
    assert_eq!(Exact::from(10).checked_pow(1234), Err(ArithmeticError::Overflow));
    let smallest = power_of_ten(-1233);
    assert_eq!(smallest.checked_div(&Exact::from(10)), Err(ArithmeticError::Overflow));
    assert_eq!(smallest.checked_add(&Exact::ONE).map(|_| ()), Ok(()));
    assert_eq!(largest.checked_mul(&smallest), Ok(Exact::ONE));
    assert_eq!(Exact::from(2).checked_pow(i32::MAX), Err(ArithmeticError::Overflow));
    assert_eq!(Exact::from(-1).checked_pow(i32::MIN), Ok(Exact::ONE));
}

#[test]
fn numbers_at_the_border_of_128_bits_neither_wrap_nor_get_stuck() {
    let border = Exact::from_i128(i128::MAX);
    let beyond = border.checked_add(&Exact::ONE).expect("fits");
    assert_eq!(beyond.to_string(), "170141183460469231731687303715884105728");
    assert_eq!(beyond.to_i128(), None);
    assert_eq!(beyond.checked_sub(&Exact::ONE), Ok(border.clone()));
    assert_eq!(beyond.neg(), Exact::from_i128(i128::MIN));
    assert_eq!(beyond.neg().to_i128(), Some(i128::MIN));
    assert_eq!(Exact::from_i128(i128::MIN).abs(), beyond);
    assert!(Exact::from_i128(i128::MIN) < border.neg());
    let half = Exact::from_i128(i128::MIN).checked_div(&Exact::from(-2)).expect("fits");
    assert_eq!(half.to_i128(), Some(1 << 126));
    assert_eq!(Exact::from_i128(i128::MIN).floor().to_i128(), Some(i128::MIN));
    let rounded = border.round_to(Rounding::Up, &Exact::from(10)).expect("fits");
    assert_eq!(rounded.to_string(), "170141183460469231731687303715884105730");
}

#[test]
fn whole_numbers_are_told_from_others_and_from_those_that_do_not_fit() {
    assert_eq!(number("12.00").to_i64(), Some(12));
    assert_eq!(number("12.01").to_i64(), None);
    assert_eq!(number("1/3").to_i64(), None);
    assert_eq!(number("9223372036854775808").to_i64(), None);
    assert_eq!(number("9223372036854775808").to_u64(), Some(9_223_372_036_854_775_808));
    assert_eq!(number("-1").to_u64(), None);
    assert!(power_of_ten(60).is_integer());
    assert!(!power_of_ten(-60).is_integer());
    assert_eq!((number("-0.1").signum(), Exact::ZERO.signum(), number("1/3").signum()), (-1, 0, 1));
}

#[test]
fn numbers_are_ordered_by_value_across_all_forms() {
    let ascending = [
        power_of_ten(50).neg(),
        number("-9999999999999999999999999999"),
        number("-1/3"),
        number("-0.3333333333333333333333333333"),
        power_of_ten(-50).neg(),
        Exact::ZERO,
        power_of_ten(-50),
        number("0.3333333333333333333333333333"),
        number("1/3"),
        number("0.3333333333333333333333333334"),
        number("9999999999999999999999999999/9999999999999999999999999998"),
        number("9999999999999999999999999998/9999999999999999999999999997"),
        number("9999999999999999999999999999"),
        power_of_ten(50),
    ];
    for (left, lesser) in ascending.iter().enumerate() {
        for (right, greater) in ascending.iter().enumerate() {
            assert_eq!(lesser.cmp(greater), left.cmp(&right), "{lesser} and {greater}");
        }
    }
}

#[test]
fn long_numbers_that_differ_in_the_last_bit_are_compared_on_a_small_stack() {
    // Neighbours of the Fibonacci numbers have the longest continued fractions there are.
    let (mut small, mut great) = (Exact::ONE, Exact::ONE);
    for _ in 0..5_800 {
        (small, great) = (great.clone(), small.checked_add(&great).expect("fits"));
    }
    let ratio = great.checked_div(&small).expect("fits");
    let next = small.checked_add(&great).and_then(|sum| sum.checked_div(&great)).expect("fits");
    let thread = std::thread::Builder::new().stack_size(64 * 1024).spawn(move || {
        assert_ne!(ratio.cmp(&next), Ordering::Equal);
        assert_eq!(HashSet::from([ratio.clone(), next, ratio]).len(), 2);
    });
    thread.expect("a thread").join().expect("no overflow of the stack");
}

#[test]
fn plain_decimal_text_is_read_exactly() {
    for (text, fraction) in [
        ("0", "0/1"),
        ("7", "7/1"),
        ("-12.50", "-25/2"),
        ("0012.500", "25/2"),
        ("0.1", "1/10"),
        ("1e3", "1000/1"),
        ("1E+3", "1000/1"),
        ("1.5e-3", "3/2000"),
        ("1250e-2", "25/2"),
        ("9999999999999999999999999999", "9999999999999999999999999999/1"),
        ("9e27", "9000000000000000000000000000/1"),
        ("0.0000000000000000000000000001", "1/10000000000000000000000000000"),
        ("1000000000000000000000000000000e-10", "100000000000000000000/1"),
        ("0.00000000000000000000000000000000000001e20", "1/1000000000000000000"),
    ] {
        assert_eq!(Exact::parse(text).map(|it| it.to_fraction_text()).as_deref(), Ok(fraction), "{text}");
    }
}

#[test]
fn text_that_is_no_plain_decimal_is_refused() {
    assert_eq!(Exact::parse(""), Err(ParseNumberError::Empty));
    for text in [
        "-", "+1", ".5", "5.", "-.5", "1.2.3", "1,5", "1_000", "1 000", " 1", "1 ", "0x10", "1e", "1e+",
        "1e1.5", "e5", "--1", "NaN", "inf", "１２", "1²", "8%", "1/3", "1e--1", "٣",
    ] {
        assert_eq!(Exact::parse(text), Err(ParseNumberError::NotANumber), "{text}");
    }
}

#[test]
fn numbers_beyond_28_digits_are_refused_and_not_rounded() {
    for text in [
        "1e28",
        "10000000000000000000000000000",
        "-1e400",
        "1e999999999999999999999999",
        "12345678901234567890123456789",
    ] {
        assert_eq!(Exact::parse(text), Err(ParseNumberError::TooLarge), "{text}");
    }
    for text in [
        "1e-29",
        "1e-400",
        "1e-99999999999999999999",
        "0.12345678901234567890123456789",
        "1.2345678901234567890123456789",
    ] {
        assert_eq!(Exact::parse(text), Err(ParseNumberError::TooManyDigits), "{text}");
    }
    let long = format!("1{}.5", "0".repeat(1_000_000));
    assert_eq!(Exact::parse(&long), Err(ParseNumberError::TooLarge));
    let padded = format!("{}1.5{}", "0".repeat(1_000_000), "0".repeat(1_000_000));
    assert_eq!(Exact::parse(&padded), Ok(Exact::scaled(15, 1)));
}

#[test]
fn each_mode_rounds_each_case_as_its_description_says() {
    use Rounding::{Ceiling, Down, Floor, HalfDown, HalfEven, HalfUp, Up};
    let modes = [HalfEven, HalfUp, HalfDown, Up, Down, Ceiling, Floor];
    for (value, expected) in [
        ("2.5", [2, 3, 2, 3, 2, 3, 2]),
        ("3.5", [4, 4, 3, 4, 3, 4, 3]),
        ("-2.5", [-2, -3, -2, -3, -2, -2, -3]),
        ("-3.5", [-4, -4, -3, -4, -3, -3, -4]),
        ("2.1", [2, 2, 2, 3, 2, 3, 2]),
        ("-2.1", [-2, -2, -2, -3, -2, -2, -3]),
        ("2.9", [3, 3, 3, 3, 2, 3, 2]),
        ("-2.9", [-3, -3, -3, -3, -2, -2, -3]),
        ("0.5", [0, 1, 0, 1, 0, 1, 0]),
        ("-0.5", [0, -1, 0, -1, 0, 0, -1]),
        ("1/3", [0, 0, 0, 1, 0, 1, 0]),
        ("-2/3", [-1, -1, -1, -1, 0, 0, -1]),
        ("7", [7, 7, 7, 7, 7, 7, 7]),
        ("-7", [-7, -7, -7, -7, -7, -7, -7]),
        ("0", [0, 0, 0, 0, 0, 0, 0]),
    ] {
        for (mode, expected) in modes.into_iter().zip(expected) {
            let rounded = number(value).round_to(mode, &Exact::ONE);
            assert_eq!(rounded, Ok(Exact::from(expected)), "{value} {mode}");
        }
    }
}

#[test]
fn a_step_can_be_any_positive_number() {
    for (value, mode, step, expected) in [
        ("224000.005", Rounding::HalfEven, "0.01", "224000"),
        ("224000.015", Rounding::HalfEven, "0.01", "224000.02"),
        ("1.125", Rounding::HalfUp, "0.05", "1.15"),
        ("1.12", Rounding::HalfUp, "0.05", "1.1"),
        ("1249.99", Rounding::Up, "50", "1250"),
        ("-1201", Rounding::Ceiling, "50", "-1200"),
        ("12.34", Rounding::HalfEven, "0.001", "12.34"),
        ("5", Rounding::HalfUp, "1/3", "5"),
        ("1/7", Rounding::Up, "0.01", "0.15"),
        ("0.5", Rounding::Down, "1/3", "1/3"),
        ("1.30", Rounding::HalfEven, "0.20", "1.2"),
        ("1.25", Rounding::HalfUp, "-0.1", "1.3"),
    ] {
        let rounded = number(value).round_to(mode, &number(step));
        assert_eq!(rounded, Ok(number(expected)), "{value} {mode} to {step}");
    }
}

#[test]
fn the_sum_of_rounded_shares_of_a_third_shows_why_rounding_is_declared() {
    let share = number("100/3").round_to(Rounding::HalfEven, &number("0.01")).expect("fits");
    assert_eq!(share, number("33.33"));
    assert_eq!(share.checked_mul(&Exact::from(3)), Ok(number("99.99")));
}

#[test]
fn decimals_are_written_exactly_with_the_places_asked_for() {
    for (value, places, text) in [
        ("224000", 2, "224000.00"),
        ("224000", 0, "224000"),
        ("12.5", 2, "12.50"),
        ("12.345", 2, "12.345"),
        ("-0.05", 0, "-0.05"),
        ("0", 3, "0.000"),
        ("1/8", 1, "0.125"),
        ("0.000001", 2, "0.000001"),
    ] {
        assert_eq!(number(value).to_decimal_text(places).as_deref(), Some(text), "{value}");
    }
    assert_eq!(number("1/3").to_decimal_text(2), None);
    let small = power_of_ten(-40).checked_mul(&number("-12")).expect("fits");
    assert_eq!(small.to_decimal_text(0), Some(format!("-0.{}12", "0".repeat(38))));
    let binary = Exact::from(2).checked_pow(-200).expect("fits");
    let text = binary.to_decimal_text(0).expect("it terminates");
    assert!(text.starts_with("0.0000") && text.ends_with("5") && text.len() == 202, "{text}");
    assert_eq!(Exact::ONE.to_decimal_text(u32::MAX).map(|text| text.len()), Some(1_002));
}

#[test]
fn an_open_quotient_is_shown_as_a_fraction_and_rounded_on_request() {
    assert_eq!(number("-4/6").to_string(), "-2/3");
    assert_eq!(number("0.25").to_string(), "0.25");
    assert_eq!(number("7").to_fraction_text(), "7/1");
    assert_eq!(number("-1.50").to_fraction_text(), "-3/2");
    for (value, places, text) in [
        ("2/3", 2, "0.67"),
        ("-2/3", 0, "-1"),
        ("0.125", 2, "0.12"),
        ("0.135", 2, "0.14"),
        ("-1/300", 2, "0.00"),
        ("1/3", 4, "0.3333"),
        ("5", 2, "5.00"),
        ("99.999", 2, "100.00"),
    ] {
        assert_eq!(number(value).to_rounded_text(places), text, "{value}");
    }
}

#[test]
fn a_format_aligns_numbers_and_never_shortens_them() {
    assert_eq!(
        format!("{:>8}|{:<8}|{:8}", number("-1.25"), number("1/3"), number("10")),
        "   -1.25|1/3     |      10"
    );
    assert_eq!(format!("{:.2}", number("123.456")), "123.456");
}

#[test]
fn whether_decimals_end_depends_on_twos_and_fives() {
    for (value, ends) in
        [("1/3", false), ("1/6", false), ("3/6", true), ("1/40", true), ("7/125", true), ("1/7", false)]
    {
        assert_eq!(number(value).terminates(), ends, "{value}");
    }
    assert!(Exact::from(2).checked_pow(-100).expect("fits").terminates());
    assert!(power_of_ten(-500).terminates());
    assert!(!power_of_ten(-500).checked_div(&Exact::from(3)).expect("fits").terminates());
}

#[test]
fn decimals_of_the_decimal_crate_pass_unchanged_or_not_at_all() {
    for text in ["0", "1.10", "-79228162514264337593543950335", "0.0000000000000000000000000001"] {
        let decimal = Decimal::from_str(text).expect("a decimal");
        assert_eq!(Exact::from(decimal).to_decimal(), Some(decimal), "{text}");
    }
    assert_eq!(number("1/3").to_decimal(), None);
    assert_eq!(power_of_ten(30).to_decimal(), None);
    assert_eq!(power_of_ten(-29).to_decimal(), None);
}

/// A number of any form, beside what the oracle holds.
fn any_number() -> impl Strategy<Value = (Exact, BigRational)> {
    let decimals = (any::<i64>(), 0_u8..20).prop_map(|(mantissa, scale)| {
        (Exact::scaled(mantissa, scale), ratio(mantissa.into(), 10_i128.pow(scale.into())))
    });
    let amounts = (-100_000_i64..100_000, 0_u8..3).prop_map(|(mantissa, scale)| {
        (Exact::scaled(mantissa, scale), ratio(mantissa.into(), 10_i128.pow(scale.into())))
    });
    let fractions = (-1_000_i64..1_000, 1_i64..100).prop_map(|(over, under)| {
        (Exact::ratio(over, under).expect("under is not 0"), ratio(over.into(), under.into()))
    });
    let long = (any::<i128>(), any::<i64>(), 0_u32..38).prop_map(|(over, under, shift)| {
        let (over, under) = (over >> shift, i128::from(under.saturating_abs().max(1)));
        let value = Exact::from_i128(over).checked_div(&Exact::from_i128(under)).expect("fits");
        (value, ratio(over, under))
    });
    let beyond = (any::<i128>(), any::<i128>()).prop_map(|(left, right)| {
        let value = Exact::from_i128(left).checked_mul(&Exact::from_i128(right)).expect("fits");
        (value, ratio(left, 1) * ratio(right, 1))
    });
    prop_oneof![3 => amounts, 3 => decimals, 3 => fractions, 2 => long, 1 => beyond]
}

fn ratio(over: i128, under: i128) -> BigRational {
    BigRational::new(BigInt::from(over), BigInt::from(under))
}

/// The value in the form that the definition of the forms demands, and equal to the oracle's.
fn assert_is(value: &Exact, expected: &BigRational) -> Result<(), TestCaseError> {
    let fits = |part: &BigInt| part.abs() <= BigInt::from(i128::MAX);
    let form_is_right = match &value.0 {
        Form::Short { mantissa, scale } => {
            u32::from(*scale) <= MAX_SCALE && (*scale == 0 || mantissa % 10 != 0)
        }
        Form::Long(long) => {
            i64::try_from(long.mantissa).is_err()
                && long.mantissa != i128::MIN
                && long.scale <= MAX_SCALE
                && (long.scale == 0 || long.mantissa % 10 != 0)
        }
        Form::Fraction(fraction) => {
            let Fraction { numerator, denominator } = &**fraction;
            let widened = ratio(*numerator, *denominator) * BigInt::from(10).pow(MAX_SCALE);
            *denominator > 1
                && *numerator != i128::MIN
                && ratio(*numerator, *denominator).denom() == &BigInt::from(*denominator)
                && (!widened.is_integer() || value.terminates() && !shortest_mantissa_fits(expected))
        }
        Form::Large(large) => {
            let lowest = BigRational::new(large.numerator.clone(), large.denominator.clone());
            lowest.numer() == &large.numerator
                && lowest.denom() == &large.denominator
                && !(fits(&large.numerator) && fits(&large.denominator))
        }
    };
    prop_assert!(form_is_right, "{value:?} is not in its form");
    prop_assert_eq!(value.to_big(), expected.clone());
    Ok(())
}

/// Whether the number, written out with as few decimal places as it needs, has 127 bits without the point.
fn shortest_mantissa_fits(number: &BigRational) -> bool {
    let mut mantissa = number.clone();
    while !mantissa.is_integer() {
        mantissa *= BigInt::from(10);
    }
    mantissa.numer().abs() <= BigInt::from(i128::MAX)
}

/// The modes by their definition: from the two neighbours, without looking at how rounding is built.
fn round_by_definition(value: &BigRational, mode: Rounding) -> BigRational {
    let (below, above) = (value.floor(), value.ceil());
    if below == above {
        return below;
    }
    let (outer, inner) = if value.is_negative() { (&below, &above) } else { (&above, &below) };
    let (to_below, to_above) = (value - &below, &above - value);
    let nearest = |tie: &BigRational| match to_below.cmp(&to_above) {
        Ordering::Less => below.clone(),
        Ordering::Greater => above.clone(),
        Ordering::Equal => tie.clone(),
    };
    let even = if (below.numer() % 2_u8).is_zero() { &below } else { &above };
    match mode {
        Rounding::HalfEven => nearest(even),
        Rounding::HalfUp => nearest(outer),
        Rounding::HalfDown => nearest(inner),
        Rounding::Up => outer.clone(),
        Rounding::Down => inner.clone(),
        Rounding::Ceiling => above,
        Rounding::Floor => below,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn sums_products_and_quotients_are_those_of_the_oracle((a, x) in any_number(), (b, y) in any_number()) {
        assert_is(&a, &x)?;
        assert_is(&a.checked_add(&b).expect("fits"), &(&x + &y))?;
        assert_is(&a.checked_sub(&b).expect("fits"), &(&x - &y))?;
        assert_is(&a.checked_mul(&b).expect("fits"), &(&x * &y))?;
        assert_is(&a.neg(), &-&x)?;
        assert_is(&a.abs(), &x.abs())?;
        if b.is_zero() {
            prop_assert_eq!(a.checked_div(&b), Err(ArithmeticError::DivisionByZero));
        } else {
            assert_is(&a.checked_div(&b).expect("fits"), &(&x / &y))?;
        }
    }

    #[test]
    fn order_and_sign_are_those_of_the_oracle((a, x) in any_number(), (b, y) in any_number()) {
        prop_assert_eq!(a.cmp(&b), x.cmp(&y));
        prop_assert_eq!(a == b, x == y);
        prop_assert_eq!(a.is_negative(), x.is_negative());
        prop_assert_eq!(a.is_integer(), x.is_integer());
        prop_assert_eq!(a.is_zero(), x.is_zero());
    }

    #[test]
    fn every_mode_rounds_as_defined((a, x) in any_number(), (step, s) in any_number()) {
        prop_assume!(!step.is_zero());
        for mode in Rounding::ALL {
            let expected = round_by_definition(&(&x / s.abs()), mode) * s.abs();
            assert_is(&a.round_to(mode, &step).expect("fits"), &expected)?;
            assert_is(&a.round_whole(mode), &round_by_definition(&x, mode))?;
        }
        assert_is(&a.floor(), &x.floor())?;
        assert_is(&a.ceil(), &x.ceil())?;
    }

    #[test]
    fn halfway_cases_round_as_defined(count in -1_000_i64..1_000, mantissa in 1_i64..10_000, scale in 0_u8..6) {
        let step = Exact::scaled(mantissa, scale);
        let s = ratio(mantissa.into(), 10_i128.pow(scale.into()));
        let half = Exact::scaled(count * 10 + 5, 1).checked_mul(&step).expect("fits");
        let quotient = ratio(i128::from(count) * 10 + 5, 10);
        for mode in Rounding::ALL {
            assert_is(&half.round_to(mode, &step).expect("fits"), &(round_by_definition(&quotient, mode) * &s))?;
        }
    }

    #[test]
    fn powers_are_repeated_products((a, x) in any_number(), exponent in -4_i32..5) {
        prop_assume!(!a.is_zero() || exponent >= 0);
        let expected = (0..exponent.abs()).fold(BigRational::one(), |power, _| power * &x);
        let expected = if exponent < 0 { expected.recip() } else { expected };
        assert_is(&a.checked_pow(exponent).expect("fits"), &expected)?;
    }

    #[test]
    fn decimal_text_is_read_back((a, x) in any_number()) {
        prop_assert_eq!(a.to_fraction_text(), format!("{}/{}", x.numer(), x.denom()));
        match a.to_decimal_text(0) {
            None => prop_assert!(!a.terminates()),
            Some(text) => {
                prop_assert!(a.terminates());
                if let Ok(back) = Exact::parse(&text) {
                    prop_assert_eq!(back, a.clone());
                }
                let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
                let digits = BigInt::from_str(&format!("{whole}{fraction}")).expect("digits");
                let scale = u32::try_from(fraction.len()).expect("short");
                prop_assert_eq!(BigRational::new(digits, BigInt::from(10).pow(scale)), x);
            }
        }
    }

    #[test]
    fn rounded_text_is_the_rounded_number((a, _) in any_number(), places in 0_u32..5) {
        let step = power_of_ten(-i32::try_from(places).expect("small"));
        let rounded = a.round_to(Rounding::HalfEven, &step).expect("fits");
        prop_assert_eq!(Some(a.to_rounded_text(places)), rounded.to_decimal_text(places));
    }

    #[test]
    fn parsing_agrees_with_the_decimal_crate(text in "-?[0-9]{1,16}(\\.[0-9]{1,12})?") {
        let expected = Exact::from(Decimal::from_str_exact(&text).expect("at most 28 digits"));
        prop_assert_eq!(Exact::parse(&text), Ok(expected));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[-+0-9eE._]{0,40}|.{0,20}") {
        if let Ok(value) = Exact::parse(&text) {
            prop_assert!(value.to_decimal().is_some());
        }
    }
}
