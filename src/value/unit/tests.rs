//! What units promise, worked by hand.

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

fn unit(text: &str) -> Unit {
    UnitTable::builtin().parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn number(text: &str) -> Exact {
    match text.split_once('/') {
        Some((over, under)) => number(over).checked_div(&number(under)).expect("a quotient"),
        None => Exact::parse(text).unwrap_or_else(|error| panic!("`{text}` {error}")),
    }
}

#[test]
fn a_product_has_the_merged_unit_and_the_factor_its_numbers_need() {
    for (left, right, product, factor) in [
        ("kg", "CNY/kg", "CNY", "1"),
        ("kg", "CNY/g", "CNY", "1000"),
        ("CNY/g", "kg", "CNY", "1000"),
        ("h", "CNY/min", "CNY", "60"),
        ("CNY/h", "min", "CNY", "1/60"),
        ("h", "min", "h*h", "1/60"),
        ("min", "h", "min*min", "60"),
        ("m", "m", "m*m", "1"),
        ("m", "mm", "m*m", "0.001"),
        ("m2", "m", "m*m*m", "1"),
        ("m", "m2", "m*m*m", "1"),
        ("m2", "CNY/cm2", "CNY", "10000"),
        ("m3", "CNY/l", "CNY", "1000"),
        ("kW*h", "CNY/kWh", "CNY", "1"),
        ("CNY/kWh", "kW*h", "CNY", "1"),
        ("kW*min", "CNY/MWh", "CNY", "1/60000"),
        ("N", "m", "N*m", "1"),
        ("kg", "CNY/kg/h", "CNY/h", "1"),
        ("years", "CNY/month", "CNY", "12"),
        ("days", "CNY/h", "CNY", "24"),
        ("GiB", "CNY/GB", "CNY", "1.073741824"),
        ("", "CNY", "CNY", "1"),
        ("CNY", "1/pc", "CNY/pc", "1"),
        ("EUR", "USD/EUR", "USD", "1"),
        ("months", "CNY/day", "CNY*months/day", "1"),
    ] {
        let none_or = |text: &str| if text.is_empty() { Unit::none() } else { unit(text) };
        assert_eq!(
            none_or(left).mul(&none_or(right)),
            (none_or(product), number(factor)),
            "{left} × {right}"
        );
    }
}

#[test]
fn a_quotient_has_the_merged_unit_and_the_factor_its_numbers_need() {
    for (left, right, quotient, factor) in [
        ("CNY", "kg", "CNY/kg", "1"),
        ("h", "min", "", "60"),
        ("min", "h", "", "1/60"),
        ("CNY", "CNY", "", "1"),
        ("CNY", "CNY/kg", "kg", "1"),
        ("m2", "m", "m", "1"),
        ("cm2", "m", "m", "0.0001"),
        ("m", "m2", "1/m", "1"),
        ("kWh", "h", "kWh/h", "1"),
        ("kWh", "kW*h", "", "1"),
        ("kWh", "kW*min", "", "60"),
        ("weeks", "days", "", "7"),
        ("inch", "cm", "", "2.54"),
        ("lb", "oz", "", "16"),
        ("tf", "kN", "", "9.80665"),
        ("m3", "m2", "m3/m2", "1"),
        ("USD", "EUR", "USD/EUR", "1"),
    ] {
        let expected = if quotient.is_empty() { Unit::none() } else { unit(quotient) };
        assert_eq!(unit(left).div(&unit(right)), (expected, number(factor)), "{left} / {right}");
    }
}

#[test]
fn two_kilograms_at_three_yuan_a_gram_cost_six_thousand_yuan() {
    let (money, factor) = unit("kg").mul(&unit("CNY/g"));
    assert_eq!(money.currency().map(Atom::name), Some("CNY"));
    let price = Exact::from(2).checked_mul(&Exact::from(3)).and_then(|product| product.checked_mul(&factor));
    assert_eq!(price, Ok(Exact::from(6_000)));
}

#[test]
fn numbers_convert_between_units_that_measure_the_same() {
    for (from, to, factor) in [
        ("h", "min", "60"),
        ("days", "h", "24"),
        ("weeks", "days", "7"),
        ("years", "months", "12"),
        ("t", "kg", "1000"),
        ("lb", "g", "453.59237"),
        ("oz", "mg", "28349.523125"),
        ("ft", "inch", "12"),
        ("km", "mm", "1000000"),
        ("ha", "m2", "10000"),
        ("m*m", "m2", "1"),
        ("m2*m", "l", "1000"),
        ("hl", "ml", "100000"),
        ("dm3", "l", "1"),
        ("tf", "N", "9806.65"),
        ("kWh", "MJ", "3.6"),
        ("kWh", "kW*h", "1"),
        ("kW", "J/s", "1000"),
        ("bar", "kPa", "100"),
        ("TiB", "B", "1099511627776"),
        ("MB", "KB", "1000"),
        ("CNY/kg", "CNY/t", "1000"),
        ("CNY/h", "CNY/min", "1/60"),
        ("m3/m2", "mm", "1000"),
    ] {
        assert_eq!(unit(from).conversion_to(&unit(to)), Some(number(factor)), "{from} to {to}");
    }
    assert_eq!(unit("h/min").conversion_to(&Unit::none()), Some(Exact::from(60)));
}

#[test]
fn units_that_measure_different_things_never_convert() {
    for (from, to) in [
        ("kg", "h"),
        ("CNY", "USD"),
        ("CNY/kg", "EUR/kg"),
        ("months", "days"),
        ("m", "m2"),
        ("N", "kg"),
        ("pc", "kg"),
        ("kWh", "kW"),
        ("bar", "N/m2"),
    ] {
        assert_eq!(unit(from).conversion_to(&unit(to)), None, "{from} to {to}");
        assert!(!unit(from).same_dimension(&unit(to)));
    }
    assert_eq!(unit("pc").conversion_to(&Unit::none()), None);
}

#[test]
fn equal_units_are_equal_however_they_were_put_together() {
    let rates = [
        unit("CNY/kg/h"),
        unit("CNY/h/kg"),
        unit("1/h/kg*CNY"),
        unit("CNY").div(&unit("h")).0.div(&unit("kg")).0,
        unit("CNY/kg").div(&unit("h")).0,
        unit("kg*h").pow(-1).mul(&unit("CNY")).0,
    ];
    assert_eq!(rates.iter().collect::<HashSet<_>>().len(), 1, "{rates:?}");
    assert_ne!(unit("kg"), unit("g"));
    assert_eq!(unit("day"), unit("days"));
    assert_eq!(unit("L"), unit("l"));
}

#[test]
fn units_are_printed_with_money_first_time_last_and_the_singular_below() {
    for (written, printed) in [
        ("CNY/h/kg", "CNY/kg/h"),
        ("m*kg", "kg*m"),
        ("kg*CNY", "CNY*kg"),
        ("CNY/months", "CNY/month"),
        ("day", "days"),
        ("1/h", "1/h"),
        ("1/day/kg", "1/kg/day"),
        ("m*m", "m*m"),
        ("CNY/m/m", "CNY/m/m"),
        ("CNY/kg*h", "CNY*h/kg"),
        ("kB", "KB"),
    ] {
        assert_eq!(unit(written).to_string(), printed);
        assert_eq!(unit(printed), unit(written));
    }
    assert_eq!(Unit::none().to_string(), "");
    assert_eq!(unit("kg/kg"), Unit::none());
}

#[test]
fn the_smallest_amount_of_a_currency_is_that_of_the_standard_or_what_is_declared() {
    let mut units = UnitTable::builtin();
    for (code, places) in [("JPY", 0), ("EUR", 2), ("KWD", 3)] {
        assert_eq!(units.places(code), Some(places), "{code}");
    }
    assert_eq!(units.places("kg"), None);
    units.declare_places("EUR", 4);
    assert_eq!((units.places("EUR"), units.places("USD")), (Some(4), Some(2)));
    assert_eq!(units.smallest("EUR"), Exact::parse("0.0001").expect("a number"));
}

#[test]
fn a_currency_is_told_from_a_rate_in_it() {
    assert_eq!(unit("JPY").currency().map(Atom::name), Some("JPY"));
    for rate in ["CNY/kg", "CNY*CNY", "1/CNY"] {
        assert_eq!(unit(rate).currency(), None, "{rate}");
        assert!(unit(rate).has_currency(), "{rate}");
    }
    assert!(!unit("kg").has_currency());
    assert!(UnitTable::builtin().currency("kg").is_none());
    assert!(UnitTable::builtin().currency("EUR").is_some());
}

#[test]
fn the_missing_factor_is_what_a_number_lacks() {
    assert_eq!(Unit::missing_factor(&unit("CNY/kg"), &unit("CNY")), unit("kg"));
    assert_eq!(Unit::missing_factor(&Unit::none(), &unit("CNY")), unit("CNY"));
    assert_eq!(Unit::missing_factor(&unit("h"), &unit("CNY")), unit("CNY/h"));
}

#[test]
fn a_declared_unit_converts_to_what_it_is_made_of() {
    let mut table = UnitTable::builtin();
    table.declare_derived("pallet", Exact::from(48), &unit("pc")).expect("a new name");
    let pallet = table.parse("pallet").expect("declared");
    table.declare_derived("truck", Exact::from(33), &pallet).expect("a new name");
    let truck = table.parse("truck").expect("declared");
    assert_eq!(truck.conversion_to(&unit("pc")), Some(Exact::from(1_584)));
    assert_eq!(truck.mul(&unit("CNY/pc")), (unit("CNY"), Exact::from(1_584)));
    assert!(UnitTable::builtin().get("pallet").is_none());
}

#[test]
fn a_declared_base_converts_to_nothing_else_whatever_its_name() {
    let mut table = UnitTable::builtin();
    table.declare_base("mass").expect("a new name");
    table.declare_base("箱").expect("a new name");
    let mass = table.parse("mass").expect("declared");
    assert!(!mass.same_dimension(&unit("kg")));
    assert_eq!(table.parse("CNY/箱").map(|unit| unit.to_string()).as_deref(), Ok("CNY/箱"));
}

#[test]
fn a_unit_that_would_mislead_is_not_declared() {
    let mut table = UnitTable::builtin();
    table.declare_base("box").expect("a new name");
    let one = Exact::ONE;
    for name in ["box", "kg", "day", "kB", "CNY"] {
        assert_eq!(table.declare_base(name), Err(DeclareUnitError::NameTaken), "{name}");
        assert_eq!(table.declare_derived(name, one.clone(), &unit("kg")), Err(DeclareUnitError::NameTaken));
    }
    for (size, of, error) in [
        (one.clone(), unit("CNY"), DeclareUnitError::OfMoney),
        (one.clone(), unit("CNY/kg"), DeclareUnitError::OfMoney),
        (one.clone(), Unit::none(), DeclareUnitError::OfNothing),
        (one, unit("h/min"), DeclareUnitError::OfNothing),
        (Exact::ZERO, unit("kg"), DeclareUnitError::NotPositive),
        (number("-5"), unit("kg"), DeclareUnitError::NotPositive),
        (number("1e27"), unit("TB").pow(127), DeclareUnitError::TooLarge),
    ] {
        assert_eq!(table.declare_derived("crate", size, &of), Err(error), "{of}");
    }
    assert!(table.get("crate").is_none());
}

#[test]
fn an_unknown_name_is_reported_with_the_one_that_was_meant() {
    let mut table = UnitTable::builtin();
    table.declare_base("pallet").expect("a new name");
    for (text, name, nearest) in [
        ("CYN/kg", "CYN", Some("CNY")),
        ("CNY/KG", "KG", Some("kg")),
        ("cny", "cny", Some("CNY")),
        ("palet", "palet", Some("pallet")),
        ("CNY/hour", "hour", Some("h")),
        ("Hours", "Hours", Some("h")),
        ("moths", "moths", Some("months")),
        ("m²", "m²", Some("m2")),
        ("RMB", "RMB", Some("CNY")),
        ("xyzzy", "xyzzy", None),
        ("qq", "qq", None),
        ("kg*", "", None),
        ("", "", None),
        ("/kg", "", None),
        ("2/kg", "2", None),
        ("CNY / kg", "CNY ", Some("CNY")),
    ] {
        let error = table.parse(text).expect_err("no unit");
        assert_eq!((error.name.as_str(), error.nearest.as_deref()), (name, nearest), "{text}");
    }
}

#[test]
fn every_row_of_the_usual_units_can_be_named() {
    let table = UnitTable::builtin();
    for row in UnitTable::builtin_rows() {
        for name in [row.name, row.singular, row.also].into_iter().filter(|name| !name.is_empty()) {
            assert_eq!(table.get(name).map(|atom| atom.name().to_owned()).as_deref(), Some(row.name));
        }
    }
    let names = table.names();
    assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len());
    let spellings = UnitTable::builtin_rows().iter().flat_map(|row| [row.name, row.singular, row.also]);
    let expected = spellings.filter(|name| !name.is_empty()).count() + crate::value::CURRENCIES.len();
    assert_eq!(names.len(), expected, "two rows have a name in common");
}

#[test]
fn a_product_of_too_many_units_is_equal_to_no_unit_and_stays_so() {
    let mut huge = unit("m");
    for _ in 0..8 {
        huge = huge.mul(&huge).0;
    }
    assert_eq!(huge.to_string(), "(a unit with too many factors)");
    assert!(!huge.same_dimension(&unit("m")));
    assert_eq!(huge.div(&huge).0, huge);
    assert_eq!(unit("CNY").mul(&huge).0, huge);
    assert_eq!(unit("m*m").pow(100), huge);
    assert_eq!(
        UnitTable::builtin().parse(&format!("m{}", "*m".repeat(127))).map_err(|it| it.nearest),
        Err(None)
    );

    let mut table = UnitTable::builtin();
    let mut product = Unit::none();
    for index in 0..9 {
        product = product.mul(&Unit::of(table.declare_base(&format!("u{index}")).expect("new"))).0;
    }
    assert_eq!(product, huge);
}

#[test]
fn a_merge_whose_factor_has_too_many_digits_is_left_undone() {
    let mut table = UnitTable::builtin();
    table.declare_derived("huge", number("1e27"), &unit("m")).expect("a new name");
    let product = table.parse("huge").expect("declared").pow(100).mul(&unit("m"));
    assert_eq!((product.0.powers().count(), product.1), (2, Exact::ONE));
}

fn any_unit() -> impl Strategy<Value = Unit> {
    let names = prop::sample::select(vec![
        "CNY", "USD", "kg", "g", "m", "cm2", "l", "h", "min", "month", "kW", "kWh", "pc", "MB",
    ]);
    prop::collection::vec((names, prop::sample::select(vec![1_i8, -1, 2])), 0..4).prop_map(|powers| {
        let joined =
            powers.iter().fold(Unit::none(), |all, (name, times)| all.join(&unit(name).pow(*times), 1));
        joined.sorted()
    })
}

proptest! {
    #[test]
    fn the_factor_of_a_product_makes_up_for_the_change_of_unit(left in any_unit(), right in any_unit()) {
        for (merged, factor, plain) in [
            (left.mul(&right).0, left.mul(&right).1, left.join(&right, 1)),
            (left.div(&right).0, left.div(&right).1, left.join(&right, -1)),
        ] {
            prop_assert_eq!(plain.conversion_to(&merged), Some(factor));
        }
    }

    #[test]
    fn a_product_is_the_same_from_both_sides_up_to_conversion(left in any_unit(), right in any_unit()) {
        let ((one, a), (other, b)) = (left.mul(&right), right.mul(&left));
        let conversion = one.conversion_to(&other).expect("the same dimension");
        prop_assert_eq!(a.checked_mul(&conversion), Ok(b));
    }

    #[test]
    fn a_unit_divided_by_itself_is_none(of in any_unit()) {
        prop_assert_eq!(of.div(&of), (Unit::none(), Exact::ONE));
    }

    #[test]
    fn conversions_there_and_back_cancel(of in any_unit(), scale in any_unit()) {
        let there = of.mul(&scale).0.div(&scale).0;
        let forth = of.conversion_to(&there).expect("the same dimension");
        let back = there.conversion_to(&of).expect("the same dimension");
        prop_assert_eq!(forth.checked_mul(&back), Ok(Exact::ONE));
    }

    #[test]
    fn a_printed_unit_is_read_back(of in any_unit()) {
        prop_assume!(!of.is_none());
        prop_assert_eq!(UnitTable::builtin().parse(&of.to_string()), Ok(of));
    }

    #[test]
    fn any_text_is_read_or_refused(text in ".{0,30}") {
        let _ = UnitTable::builtin().parse(&text);
    }
}
