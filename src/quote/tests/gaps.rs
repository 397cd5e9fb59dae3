//! What cannot be known is told once, on its line, and disturbs nothing else.

use std::sync::Arc;

use super::maker::*;
use super::{Quote, entry, quote, reason, text};
use crate::diagnostic::codes;
use crate::ir::*;
use crate::quote::{Outcome, Raw, Status};
use crate::value::Rounding;

/// A product with an option `n`, and a waterfall that may fail after its list price of 100.
fn fragile(steps: Vec<Step>) -> Book {
    let n = input("n", Ty::number(NumberKind::Int), range("0", "9"), Some(Value::Number(exact("1"))));
    let mut all = vec![list(money("100"))];
    all.extend(steps);
    book(vec![product("thing", vec![n])], vec![price("thing", all, Vec::new())])
}

fn n() -> Expr {
    member("n", Ty::number(NumberKind::Int))
}

/// A line with `n` = 0, and a plain one.
fn both(book: Book) -> Quote {
    let zero = with(line("thing", "2"), "n", Raw::Number("0".into()));
    quote(book, &request(vec![zero, line("thing", "2")]))
}

fn by_n() -> Step {
    let share = rounded(calc(money("10"), ArithmeticOp::Divide, n()), Rounding::HalfUp, "0.01");
    less("share", "10 CNY / n rounded half_up to 0.01 CNY", share)
}

#[test]
fn a_division_by_zero_spoils_its_own_line_only() {
    let quote = both(fragile(vec![by_n(), add("after", "1 CNY", money("1"))]));
    let bad = &quote.lines[0];
    assert_eq!(bad.violations.len(), 1);
    assert_eq!(bad.violations[0].code, codes::DIVISION_BY_ZERO_IN_QUOTE);
    assert_eq!(bad.violations[0].message, "a division by zero in `10 CNY / n rounded half_up to 0.01 CNY`");
    assert_eq!((text(&bad.list), text(&bad.net)), ("200".into(), "-".into()));
    let unit = bad.unit.as_ref().expect("a unit price");
    assert_eq!(entry(unit, "list").amount.to_string(), "100");
    assert!(matches!(entry(unit, "share").outcome, Outcome::Unknown(_)));
    assert_eq!(reason(unit, "after"), bad.violations[0].message);

    let good = &quote.lines[1];
    assert_eq!((good.invalid, text(&good.net)), (false, "182".into()));
    assert_eq!((text(&quote.totals.total), quote.totals.partial), ("182".into(), true));
    assert_eq!(quote.status, Status::Invalid);
}

#[test]
fn an_amount_below_zero_is_refused_unless_it_may_turn_round() {
    let negative = calc(n(), ArithmeticOp::Subtract, number("1"));
    let mut step = less("odd", "n - 1", negative);
    let refused = both(fragile(vec![step.clone()]));
    assert_eq!(refused.lines[0].violations[0].code, codes::NEGATIVE_STEP_IN_QUOTE);
    assert!(!refused.lines[1].invalid);
    if let StepKind::Less(change) = &mut step.kind {
        change.may_be_negative = true;
    }
    let allowed = both(fragile(vec![step]));
    assert_eq!((allowed.lines[0].invalid, text(&allowed.lines[0].net)), (false, "202".into()));
}

#[test]
fn a_line_on_which_a_step_of_the_quote_fails_is_taken_out_and_the_rest_is_spread_anew() {
    let mut book = fragile(Vec::new());
    let weight = calc(number("1"), ArithmeticOp::Divide, n());
    let how = Spread { by: Some(formula("1 / n", weight)), ..evenly() };
    quote_steps(&mut book, vec![spread(less("coupon", "10 CNY", money("10")), how)]);
    let quote = both(book);
    assert_eq!(quote.lines[0].violations[0].code, codes::DIVISION_BY_ZERO_IN_QUOTE);
    assert_eq!((text(&quote.lines[0].net), quote.lines[0].applied.len()), ("200".into(), 0));
    assert_eq!((text(&quote.lines[1].net), text(&quote.totals.net)), ("190".into(), "190".into()));
}

#[test]
fn what_is_not_for_sale_is_told_unless_a_broken_constraint_says_it_already() {
    let colour = choices("thing.colour", &["red", "blue"]);
    let mut thing = product("thing", vec![input("colour", colour.clone(), Domain::All, None)]);
    let red = Constraint {
        name: Some("only_red".into()),
        rule: ConstraintRule::Holds(is(member("colour", colour.clone()), choice(&colour, 0))),
        text: "require colour = red".into(),
        because: Some("blue is sold out".into()),
        span: at(0),
    };
    let amount = lookup("list_price", vec![member("colour", colour.clone())], cny());
    let rows = vec![(Value::Choice(0), Some(Value::Number(exact("10")))), (Value::Choice(1), None)];
    let build = |thing: Product| {
        let mut book = book(vec![thing], vec![price("thing", vec![list(amount.clone())], Vec::new())]);
        book.tables = vec![Arc::new(table("list_price", colour.clone(), cny(), rows.clone()))];
        let blue = with(line("thing", "1"), "colour", Raw::Text("blue".into()));
        let quote = quote(book, &request(vec![blue, line("thing", "1")]));
        let told = |at: usize| -> Vec<String> {
            quote.lines[at].violations.iter().map(|it| format!("{}: {}", it.name, it.message)).collect()
        };
        (told(0), told(1))
    };
    let (blue, silent) = build(thing.clone());
    assert_eq!(blue, ["E0919: `list_price` says `n/a` for key = blue: this cannot be bought"]);
    assert_eq!(silent, ["E0917: `colour` is not chosen and has no default"]);
    thing.constraints = vec![red];
    let (blue, silent) = build(thing);
    assert_eq!(blue, ["only_red: `require colour = red` is broken: colour is blue"]);
    assert_eq!(silent, ["E0917: `colour` is not chosen and has no default"]);
}

#[test]
fn a_missing_index_spoils_the_lines_that_read_it() {
    let mut book = fragile(Vec::new());
    let mut metal = product("metal", Vec::new());
    metal.name = "metal".into();
    book.products.push(Arc::new(metal));
    let index = read(Place::Index("q235".into()), cny());
    book.prices.push(Arc::new(price("metal", vec![list(index)], Vec::new())));
    let q235 = input("q235", cny(), range("1", "20"), None);
    book.indexes = vec![Arc::new(Index { input: q235, max_age_days: None })];
    let quote = quote(book, &request(vec![line("thing", "1"), line("metal", "1")]));
    assert_eq!((quote.lines[0].invalid, quote.lines[1].invalid), (false, true));
    let violation = &quote.lines[1].violations[0];
    assert_eq!(violation.code, codes::MISSING_MARKET);
    assert_eq!(violation.help.as_deref(), Some("add `\"q235\"` to the request's `market`"));
}

#[test]
fn an_option_that_does_not_exist_here_equals_nothing_and_cannot_be_chosen() {
    let cooling = choices("thing.cooling", &["air", "water"]);
    let pump = choices("thing.pump", &["small", "large"]);
    let wet = is(member("cooling", cooling.clone()), choice(&cooling, 1));
    let mut optional =
        input("pump", Ty::Optional(Box::new(pump.clone())), Domain::All, Some(Value::Choice(0)));
    optional.optional = false;
    optional.when = Some(formula("cooling = water", wet));
    let options = vec![input("cooling", cooling, Domain::All, Some(Value::Choice(0))), optional];
    let read_pump = member("pump", Ty::Optional(Box::new(pump.clone())));
    let steps = vec![
        list(money("100")),
        when(add("small", "1 CNY", money("1")), "pump = small", is(read_pump.clone(), choice(&pump, 0))),
        when(
            add("other", "2 CNY", money("2")),
            "pump != small",
            compare(read_pump, CompareOp::NotEqual, choice(&pump, 0)),
        ),
    ];
    let book = book(vec![product("thing", options)], vec![price("thing", steps, Vec::new())]);
    let text_of = |value: &str| Raw::Text(value.into());
    let water = with(line("thing", "1"), "cooling", text_of("water"));
    let chosen = with(line("thing", "1"), "pump", text_of("large"));
    let quote = quote(book, &request(vec![line("thing", "1"), water, chosen]));
    assert_eq!((text(&quote.lines[0].net), text(&quote.lines[1].net)), ("102".into(), "101".into()));
    assert_eq!((quote.lines[0].options.len(), quote.lines[1].options.len()), (1, 2));
    assert_eq!(quote.lines[2].violations[0].code, codes::OPTION_ABSENT);
}

#[test]
fn figures_that_make_sense_are_kept_when_the_quantity_is_out_of_range() {
    let quote = quote(
        fragile(Vec::new()),
        &request(vec![line("thing", "2000"), line("thing", "0"), line("thing", "-1")]),
    );
    let codes: Vec<_> = quote.lines.iter().map(|line| line.violations[0].code).collect();
    assert_eq!(codes, [codes::QUANTITY_OUT_OF_RANGE; 3]);
    assert_eq!((text(&quote.lines[0].net), text(&quote.lines[1].net)), ("200000".into(), "-".into()));
    assert_eq!(quote.lines[2].violations.len(), 1);
}

#[test]
fn a_rule_that_cannot_be_decided_makes_the_quote_invalid() {
    let mut book = fragile(Vec::new());
    let bound =
        calc(money("1"), ArithmeticOp::Divide, calc(quantity_sum(), ArithmeticOp::Subtract, money("400")));
    let rule = ApprovalRule {
        who: Some("boss".into()),
        narrowed_to: None,
        when: formula("1 CNY / (quote.net - 400 CNY) > 1", compare(bound, CompareOp::Greater, number("1"))),
        per_line: false,
        because: None,
        span: at(0),
    };
    let boss = ApprovalLevel { name: "boss".into(), label: None, needs: 1 };
    book.approvals = Arc::new(Approvals { levels: vec![boss], rules: vec![rule], ..Approvals::default() });
    let quote = both(book);
    assert_eq!(quote.violations[0].code, codes::DIVISION_BY_ZERO_IN_QUOTE);
    assert_eq!((quote.status, quote.totals.partial), (Status::Invalid, false));
}

fn quantity_sum() -> Expr {
    builtin(Level::Quote, Builtin::Net)
}

#[test]
fn functions_that_call_functions_end_in_words_and_not_in_a_full_stack() {
    let parameter = || node(ExprKind::Parameter(0), cny());
    let chain = |length: usize| {
        let mut book = fragile(Vec::new());
        let call = |at: usize, argument: Expr| {
            node(ExprKind::Call { def: format!("f{at}").into(), arguments: vec![argument] }, cny())
        };
        let body = |at: usize| if at + 1 < length { call(at + 1, parameter()) } else { parameter() };
        let def = |number: usize| Def {
            name: format!("f{number}").into(),
            parameters: vec![("x".into(), cny())],
            body: formula("f", body(number)),
            span: at(0),
        };
        book.defs = (0..length).map(|number| Arc::new(def(number))).collect();
        book.prices = vec![Arc::new(price("thing", vec![list(call(0, money("7")))], Vec::new()))];
        let quote = quote(book, &request(vec![line("thing", "1")]));
        (text(&quote.lines[0].net), quote.lines[0].violations.first().map(|it| it.code))
    };
    let sum = |expr, _| calc(expr, ArithmeticOp::Add, money("1"));
    let mut book = fragile(Vec::new());
    book.prices = vec![Arc::new(price("thing", vec![list((1..499).fold(money("1"), sum))], Vec::new()))];
    assert_eq!(text(&quote(book, &request(vec![line("thing", "1")])).lines[0].net), "499");
    assert_eq!(chain(498), ("7".into(), None));
    assert_eq!(chain(50_000), ("-".into(), Some(codes::NESTED_TOO_DEEP)));
}
