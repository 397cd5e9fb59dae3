//! What formulas become: conversions written out, types known.

use super::{in_yuan, only_error, sound};
use crate::ir::{ArithmeticOp, Expr, ExprKind, NumberKind, Ty, Value};
use crate::value::Exact;

/// The value of the let `it` in a product with some options.
fn value_of(formula: &str) -> Expr {
    let text = in_yuan(&format!(
        "index steel: 1 CNY/kg to 20 CNY/kg
         context customer {{ code: text optional  born: date }}
         given prior: kg optional
         product press {{
           quantity 1 to 50
           option force: 63 tf | 100 tf
           option frame: c_frame | h_frame
           option stroke: 100 mm to 800 mm step 50 mm
           option extras: any of lamp | logger
           option guard: bool default false
           option jaw: 100 mm | 150 mm  default 100 mm  when guard
           let it = {formula}
           let share: rate = 5%
           let mass: kg = 40 kg
           alert used: when given(prior) and mass > 1 kg and share > 1%
         }}
         price press {{ per unit {{ list = 900 CNY }} }}"
    ));
    let book = sound(&text);
    let found = book.products[0].lets.iter().find(|it| it.name.as_ref() == "it").expect("the let");
    found.value.expr.clone()
}

fn unit_of(formula: &str) -> String {
    match value_of(formula).ty {
        Ty::Number(number) => number.unit.to_string(),
        other => format!("{other:?}"),
    }
}

fn kind_of(formula: &str) -> NumberKind {
    match value_of(formula).ty {
        Ty::Number(number) => number.kind,
        other => panic!("a number: {other:?}"),
    }
}

fn constant_of(formula: &str) -> Value {
    super::super::expr::constant(&value_of(formula)).expect("a constant")
}

fn number(text: &str) -> Value {
    Value::Number(Exact::parse(text).expect("a number"))
}

#[test]
fn units_multiply_and_divide() {
    assert_eq!(unit_of("mass * steel"), "CNY");
    assert_eq!(unit_of("mass * 3 CNY/kg / 2 h"), "CNY/h");
    assert_eq!(unit_of("stroke * 0.7 m"), "mm*mm");
    assert_eq!(unit_of("steel / 2"), "CNY/kg");
    assert_eq!(unit_of("8% of mass"), "kg");
}

#[test]
fn a_product_that_merges_units_carries_the_exact_factor() {
    // 2 kg at 3 CNY/g are 6000 CNY.
    assert_eq!(constant_of("2 kg * 3 CNY/g"), number("6000"));
    let product = value_of("mass * 3 CNY/g");
    let ExprKind::Scale { factor, .. } = &product.kind else { panic!("{product:?}") };
    assert_eq!(*factor, Exact::from(1000));
}

#[test]
fn a_sum_is_in_the_unit_of_its_first_operand() {
    assert_eq!(constant_of("1 h + 30 min"), number("1.5"));
    assert_eq!(unit_of("1 h + 30 min"), "h");
    assert_eq!(constant_of("30 min + 1 h"), number("90"));
    let sum = value_of("mass + 500 g");
    let ExprKind::Arithmetic { op: ArithmeticOp::Add, right, .. } = &sum.kind else { panic!("{sum:?}") };
    assert_eq!(right.kind, ExprKind::Const(number("0.5")));
}

#[test]
fn numbers_keep_the_kind_that_their_makers_share() {
    assert_eq!(kind_of("quantity + 1"), NumberKind::Int);
    assert_eq!(kind_of("quantity * 2 - 1"), NumberKind::Int);
    assert_eq!(kind_of("quantity / 2"), NumberKind::Plain);
    assert_eq!(kind_of("share + 3%"), NumberKind::Rate);
    assert_eq!(kind_of("share * 2"), NumberKind::Rate);
    assert_eq!(kind_of("1 - share"), NumberKind::Plain);
    assert_eq!(kind_of("2 kg / mass"), NumberKind::Plain);
    assert_eq!(kind_of("ceil(quantity / 3, 1)"), NumberKind::Int);
    assert_eq!(kind_of("ceil(quantity / 3, 0.5)"), NumberKind::Plain);
}

#[test]
fn a_percentage_is_the_number_that_it_says() {
    assert_eq!(constant_of("1 - 8%"), number("0.92"));
    assert_eq!(constant_of("8% of 250 CNY"), number("20"));
    assert_eq!(constant_of("price_at markup 30% of 70 CNY"), number("91"));
    assert_eq!(constant_of("price_at margin 30% of 70 CNY"), number("100"));
}

#[test]
fn a_bare_word_is_a_value_where_the_other_side_is_an_enumeration() {
    let comparison = value_of("frame = h_frame");
    let ExprKind::Compare { right, .. } = &comparison.kind else { panic!("{comparison:?}") };
    assert_eq!(right.kind, ExprKind::Const(Value::Choice(1)));
    let turned = value_of("h_frame = frame");
    let ExprKind::Compare { left, .. } = &turned.kind else { panic!("{turned:?}") };
    assert_eq!(left.kind, ExprKind::Const(Value::Choice(1)));
    let listed = value_of("frame in [h_frame, c_frame]");
    let ExprKind::OneOf { of, .. } = &listed.kind else { panic!("{listed:?}") };
    assert_eq!(*of, [Value::Choice(1), Value::Choice(0)]);
    assert!(matches!(value_of("lamp in extras").kind, ExprKind::Contains { .. }));
    let set = value_of("extras = [logger]");
    let ExprKind::Compare { right, .. } = &set.kind else { panic!("{set:?}") };
    assert_eq!(right.kind, ExprKind::Const(Value::Set(0b10)));
}

#[test]
fn a_comparison_brings_the_right_side_to_the_unit_of_the_left() {
    let comparison = value_of("stroke >= 0.4 m");
    let ExprKind::Compare { right, .. } = &comparison.kind else { panic!("{comparison:?}") };
    assert_eq!(right.kind, ExprKind::Const(number("400")));
}

#[test]
fn a_missing_value_is_compared_asked_for_or_replaced() {
    assert!(matches!(value_of("jaw = 150 mm").ty, Ty::Bool));
    assert!(matches!(value_of("customer.code in [\"A\", \"B\"]").ty, Ty::Bool));
    assert!(matches!(value_of("given(customer.code)").ty, Ty::Bool));
    assert!(matches!(value_of("jaw = (if guard then 100 mm else 150 mm)").ty, Ty::Bool));
    let opened = value_of("jaw otherwise 10 cm");
    assert_eq!(opened.ty, value_of("stroke").ty);
    let ExprKind::Otherwise { fallback, .. } = &opened.kind else { panic!("{opened:?}") };
    assert_eq!(fallback.kind, ExprKind::Const(number("100")));
}

#[test]
fn what_a_condition_says_is_given_is_used_as_it_is() {
    let length = value_of("stroke").ty;
    assert_eq!(value_of("if given(jaw) then jaw + 1 mm else 5 mm").ty, length);
    assert_eq!(value_of("if not given(jaw) then 5 mm else jaw").ty, length);
    assert_eq!(value_of("if guard then 5 mm else if given(jaw) then jaw else 6 mm").ty, length);
    assert_eq!(value_of("given(jaw) and guard and jaw > 5 mm").ty, Ty::Bool);
    assert_eq!(value_of("not given(jaw) or jaw > 5 mm").ty, Ty::Bool);
    assert_eq!(value_of("given(jaw) implies jaw > 5 mm").ty, Ty::Bool);
    // What was said without knowing it is still right.
    assert_eq!(value_of("if given(jaw) then (jaw otherwise 1 mm) else 5 mm").ty, length);
    assert_eq!(value_of("given(jaw) and given(jaw)").ty, Ty::Bool);
}

#[test]
fn dates_move_by_days_and_months() {
    let weeks = value_of("as_of + 2 weeks");
    let ExprKind::AddTime { count, months: false, .. } = &weeks.kind else { panic!("{weeks:?}") };
    assert_eq!(count.kind, ExprKind::Const(number("14")));
    let years = value_of("customer.born + 1 years");
    let ExprKind::AddTime { count, months: true, .. } = &years.kind else { panic!("{years:?}") };
    assert_eq!(count.kind, ExprKind::Const(number("12")));
    assert_eq!(unit_of("as_of - customer.born"), "days");
    assert_eq!(unit_of("days(customer.born through as_of)"), "days");
}

#[test]
fn alternatives_take_the_unit_of_the_first() {
    let chosen = value_of("if guard then 1 kg else 250 g");
    let ExprKind::If { otherwise, .. } = &chosen.kind else { panic!("{chosen:?}") };
    assert_eq!(otherwise.kind, ExprKind::Const(number("0.25")));
    assert_eq!(kind_of("by force { 63 tf: 1, 100 tf: 2.5 }"), NumberKind::Plain);
    assert_eq!(unit_of("min(mass, 20 g)"), "kg");
}

#[test]
fn the_longest_chains_that_parse_are_checked() {
    let sum = vec!["mass"; 190].join(" + ");
    assert_eq!(unit_of(&sum), "kg");
    let mut choice = String::new();
    for _ in 0..90 {
        choice.push_str("if guard then 1 kg else ");
    }
    assert_eq!(unit_of(&format!("{choice} 2 kg")), "kg");
}

#[test]
fn nested_calls_take_no_time_that_grows_with_every_level() {
    let mut nested = "mass".to_owned();
    for _ in 0..60 {
        nested = format!("min({nested}, 1 kg)");
    }
    assert_eq!(unit_of(&nested), "kg");
}

#[test]
fn values_that_are_shown_must_end() {
    let book = |formula: &str| {
        in_yuan(&format!(
            "product press {{ quantity 1 to 50  let it \"Shown\" = {formula} }}
             price press {{ per unit {{ list = 900 CNY }} }}"
        ))
    };
    for ends in
        ["1 CNY / 8", "quantity * 1.12", "quantity / 40", "1 CNY / 3 rounded up to 0.01 CNY", "1 h + 15 min"]
    {
        sound(&book(ends));
    }
    // 20 min are a third of an hour, and the stair charges what the tier reached says.
    sound(&in_yuan(
        "tiers fee(h) stair -> CNY { up to 1 h: 1, up to 2 h: 2, rest: 7 }
         product stay { given time: 0 min to 600 min }
         price stay { per line { list = fee(time) } }",
    ));
    for open in ["1 CNY / 3", "quantity / 7", "1 h + 20 min * quantity", "10 CNY / quantity"] {
        assert_eq!(only_error(&book(open)).0, "E0314", "{open}");
    }
}
