//! Tests of a book, as declarations.

use super::{clean, help, mistakes};
use crate::ir::{Expected, NameList, Value};
use crate::value::Exact;

const SHOP: &str = r#"
book shop { currency CNY  effective 2026-01-01 to 2026-12-31 }
context customer { level "Level": standard < silver < gold  default standard }
given prior: kg default 0 kg
index q235 "Steel plate": 1 CNY/kg to 20 CNY/kg
exchange USD to CNY
product press "Press" {
  quantity 1 to 50
  option force "Force": 63 tf | 100 tf  default 63 tf
  option cooling "Cooling": air | water  default air
  option extras "Extras": any of light_curtain | data_logger
  let mass: kg = 100 kg
  require cold: cooling = water when force = 100 tf
  alert heavy: when mass > 30 kg because "two people needed"
}
price press {
  entry discount "Discount": 0% to 15% default 0%
  per unit {
    list = mass * q235
    less agreed "Agreed" = discount of list
    subtotal price "Price"
  }
}
quote {
  entry coupon: 0 CNY to 500 CNY default 0 CNY
  less voucher = coupon
}
approvals {
  level manager "Manager"
  ask manager when line.discount > 5%
}
"#;

fn test(lines: &str) -> String {
    format!("test \"a press\" {{\n  as_of 2026-02-10\n{lines}\n}}\n")
}

#[test]
fn a_request_is_read_against_the_types_of_the_book() {
    let book = clean(
        SHOP,
        &test(
            "  market q235 = 4.10 CNY/kg on 2026-02-09
  market USD to CNY = 7.10
  given customer { level = gold }
  given prior = 0.5 t
  coupon = 20 CNY
  line a: press { quantity = 3, force = 100 tf, extras = [data_logger, light_curtain], discount = 4%, reason = \"loyal\" }
  line press {}
  expect status = needs_approval",
        ),
    );
    let test = &book.tests[0];
    assert_eq!(test.market[0].1, Exact::scaled(410, 2));
    assert_eq!(test.market[0].2.to_string(), "2026-02-09");
    assert_eq!(test.rates[0].3.to_string(), "2026-02-10");
    assert_eq!(test.facts[0].1, Value::Number(Exact::from(500)));
    assert_eq!(test.contexts[0].2, Value::Choice(2));
    assert_eq!(test.entries[0].1, Value::Number(Exact::from(20)));
    let [first, second] = test.lines.as_slice() else { panic!("two lines") };
    assert_eq!((first.id.as_ref(), second.id.as_ref()), ("a", "2"));
    assert_eq!(first.options[1].1, Value::Set(0b11));
    assert_eq!(first.entries[0].1, Value::Number(Exact::scaled(4, 2)));
    assert_eq!(first.reason.as_deref(), Some("loyal"));
    assert_eq!(second.quantity, Exact::ONE);
}

#[test]
fn an_expectation_reads_the_line_that_it_names() {
    let book = clean(
        SHOP,
        &test(
            "  market q235 = 4 CNY/kg
  line a: press {}
  line b: press { quantity = 2 }
  expect b.net = 800 CNY
  expect a.unit.price = 400 CNY
  expect b.discount = 0%
  expect quote.net = 1_200 CNY
  expect b.applied = []
  expect a.violations = [cold]
  expect violations = [E0922]
  expect approvals = [manager]
  expect alerts = [heavy, heavy]
  expect offers = [agreed]
  expect (b.net > 5 CNY and b.unit.list > 5 CNY)",
        ),
    );
    let expected: Vec<_> = book.tests[0]
        .expectations
        .iter()
        .map(|(expected, text, _)| match expected {
            Expected::Holds { line, .. } => (text.to_string(), *line, None),
            Expected::Names { line, list, .. } => (text.to_string(), *line, Some(*list)),
            Expected::Status(_) | Expected::Errors(_) => (text.to_string(), None, None),
        })
        .collect();
    let found =
        |text: &str| expected.iter().find(|(it, ..)| it == text).map(|(_, line, list)| (*line, *list));
    assert_eq!(found("b.net = 800 CNY"), Some((Some(1), None)));
    assert_eq!(found("a.unit.price = 400 CNY"), Some((Some(0), None)));
    assert_eq!(found("quote.net = 1_200 CNY"), Some((None, None)));
    assert_eq!(found("b.applied = []"), Some((Some(1), Some(NameList::Applied))));
    assert_eq!(found("violations = [E0922]"), Some((None, Some(NameList::Violations))));
}

#[test]
fn a_test_says_its_day_and_the_book_has_prices_then() {
    mistakes(SHOP, "test \"a press\" { //~ E0802\n  line press {}\n  expect status = ok\n}");
    mistakes(
        SHOP,
        "test \"a press\" {\n  as_of 2027-02-10 //~ E0804\n  line press {}\n  expect status = ok\n}",
    );
}

#[test]
fn a_test_expects_something() {
    mistakes(SHOP, "test \"a press\" { //~ W0801\n  as_of 2026-02-10\n  line press {}\n}");
}

#[test]
fn a_line_among_several_is_named() {
    let problems = mistakes(
        SHOP,
        &test(
            "  line press {}\n  line press {}\n  expect line.net = 4 CNY //~ E0805\n  expect line.applied = [] //~ E0805\n  expect unit.price = 4 CNY //~ E0805",
        ),
    );
    assert!(help(&problems).contains("line a: PRODUCT"), "{problems:#?}");
    mistakes(
        SHOP,
        &test(
            "  line a: press {}\n  line b: press {}\n  expect a.net = b.net //~ E0805\n  expect c.net = 5 CNY //~ E0201",
        ),
    );
    mistakes(SHOP, &test("  expect line.net = 4 CNY //~ E0804"));
}

#[test]
fn the_names_of_lines_are_their_own() {
    mistakes(
        SHOP,
        &test(
            "  line a: press {}
  line a: press {} //~ E0202
  line quote: press {} //~ E0202
  line customer: press {} //~ E0202
  expect status = ok",
        ),
    );
}

#[test]
fn what_a_request_names_exists() {
    mistakes(
        SHOP,
        &test(
            "  market q253 = 4 CNY/kg //~ E0201
  market CNY to USD = 0.14 //~ E0318
  given custmer { level = gold } //~ E0201
  given customer { lvel = gold } //~ E0203
  given priro = 4 kg //~ E0201
  coupn = 20 CNY //~ E0201
  line pres {} //~ E0201
  line press { forze = 63 tf } //~ E0203
  line press { mass = 63 kg } //~ E0204
  expect status = ok",
        ),
    );
}

#[test]
fn what_a_request_gives_has_the_type_that_is_asked_for() {
    let problems = mistakes(
        SHOP,
        &test(
            "  market q235 = 4 CNY/h //~ E0301
  given customer { level = platinum } //~ E0211
  line press { extras = light_curtain } //~ E0302
  line press { force = [63 tf] } //~ E0302
  line press { discount = 4 } //~ E0317
  line press { reason = 4 } //~ E0302
  line press { quantity = [4] } //~ E0302
  line press { force = 63 tf, force = 100 tf } //~ E0202
  expect status = ok",
        ),
    );
    assert!(help(&problems).contains("[light_curtain]"));
}

#[test]
fn a_value_outside_its_range_is_what_a_test_may_be_about() {
    clean(
        SHOP,
        &test("  line press { quantity = 51, discount = 16%, force = 80 tf }\n  expect status = invalid"),
    );
}

#[test]
fn names_in_lists_exist() {
    let problems = mistakes(
        SHOP,
        &test(
            "  line press {}
  expect line.applied = [agred] //~ E0211
  expect line.applied = [price] //~ E0211
  expect applied = [agreed] //~ E0804
  expect quote.applied = [agreed] //~ E0211
  expect violations = [clod] //~ E0211
  expect approvals = [manger] //~ E0211
  expect alerts = [havy] //~ E0211
  expect status = okay //~ E0211
  expect line.approvals = [manager] //~ E0804
  expect line.applied = agreed //~ E0804
  expect line.applied != [agreed] //~ E0804
  expect line.applied = [1] //~ E0804",
        ),
    );
    let near: Vec<_> = problems.iter().filter_map(|problem| problem.fix.as_ref()).collect();
    assert!(near.iter().any(|fix| fix.replacement == "cold"));
}

#[test]
fn an_amount_in_the_chosen_currency_is_money_in_an_expectation() {
    let shop = r#"
book shop { currencies EUR, JPY  effective 2026-01-01 to 2026-12-31 }
table price_of(currency) -> money { EUR: 9, JPY: 1_400 }
product press { quantity 1 to 50 }
price press { per unit { list = price_of(currency) } }
"#;
    clean(
        shop,
        &test("  currency EUR\n  line press {}\n  expect line.net = 9 EUR\n  expect quote.total < 10 EUR"),
    );
    mistakes(shop, &test("  currency EUR\n  line press {}\n  expect line.net = 1_400 JPY //~ E0303"));
}

#[test]
fn a_currency_is_chosen_where_the_book_leaves_it_open() {
    let shop = r#"
book shop { currencies EUR, USD  effective 2026-01-01 to 2026-12-31 }
exchange EUR to USD
product press { quantity 1 to 50 }
price press {
  per unit {
    list = convert(9 EUR, money) rounded half_up to 0.01 money
  }
}
"#;
    clean(shop, &test("  currency USD\n  market EUR to USD = 1.10\n  line press {}\n  expect status = ok"));
    mistakes(shop, &test("  currency GBP //~ E0307\n  line press {}\n  expect status = ok"));
    mistakes(
        shop,
        "test \"a press\" { //~ E0804\n  as_of 2026-02-10\n  line press {}\n  expect status = ok\n}",
    );
    mistakes(SHOP, &test("  currency CNY //~ E0804\n  line press {}\n  expect status = ok"));
}
