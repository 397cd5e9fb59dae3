//! Steps of the quote: spreading, taxes, lines of several kinds.

use super::maker::*;
use super::{entry, names, quote, reason, sum, text};
use crate::ir::*;
use crate::quote::{Quote, Status};
use crate::value::{Exact, Rounding};

/// Two products, `book` at 10.00 and `lamp` at 35.50.
fn shop(steps: Vec<Step>) -> Book {
    let products = vec![product("book", Vec::new()), product("lamp", Vec::new())];
    let of = |name: &str, amount: &str| price(name, vec![list(money(amount))], Vec::new());
    let mut book = book(products, vec![of("book", "10"), of("lamp", "35.50")]);
    quote_steps(&mut book, steps);
    book
}

/// 3 books (30.00), a lamp (35.50), 2 books (20.00): together 85.50.
fn order(steps: Vec<Step>) -> Quote {
    let quote = quote(shop(steps), &request(vec![line("book", "3"), line("lamp", "1"), line("book", "2")]));
    let net = quote.lines.iter().try_fold(Exact::ZERO, |sum, line| {
        assert_eq!(Some(super::sum(&line.line)), line.net);
        sum.checked_add(line.net.as_ref()?).ok()
    });
    assert_eq!(net, quote.totals.net);
    assert_eq!(Some(sum(&quote.totals.section)), quote.totals.total);
    quote
}

fn nets(quote: &Quote) -> Vec<String> {
    quote.lines.iter().map(|line| text(&line.net)).collect()
}

fn books_only() -> Expr {
    let value = Box::new(read(Place::Product, Ty::Text));
    node(ExprKind::OneOf { value, of: vec![Value::Text("book".into())] }, Ty::Bool)
}

#[test]
fn an_amount_is_spread_by_the_lines_prices() {
    // 10.00 over 30 : 35.5 : 20 is 3.5087…, 4.1520…, 2.3391…; one cent is left, for the first.
    let quote = order(vec![spread(less("coupon", "10 CNY", money("10")), evenly())]);
    assert_eq!(nets(&quote), ["26.49", "31.35", "17.66"]);
    assert_eq!(names(&quote.lines[1].applied), ["coupon"]);
}

#[test]
fn a_step_for_some_lines_reads_their_price_and_leaves_the_others_alone() {
    let how = Spread { on_lines: Some(formula("product = book", books_only())), ..evenly() };
    let tenth = of(percent("10"), running(Level::Quote));
    let quote = order(vec![spread(less("books", "10% of running", tenth), how.clone())]);
    assert_eq!(nets(&quote), ["27", "35.5", "18"]);
    assert_eq!(names(&quote.lines[1].applied), [""; 0]);
    let inputs = &entry(&quote.totals.section, "books").inputs;
    assert_eq!(inputs[0].value, "50.00 CNY");

    let lamps = super::quote(
        shop(vec![spread(less("books", "1 CNY", money("1")), how)]),
        &request(vec![line("lamp", "1")]),
    );
    assert_eq!(text(&lamps.totals.net), "35.5");
    assert_eq!(reason(&lamps.totals.section, "books"), "no line fulfils `product = book`");
}

#[test]
fn the_cents_that_remain_go_to_the_last_line_where_it_says_so() {
    let how = Spread { residual: Residual::Last, by: Some(formula("1", number("1"))), ..evenly() };
    let quote = order(vec![spread(less("coupon", "1 CNY", money("1")), how)]);
    assert_eq!(nets(&quote), ["29.67", "35.17", "19.66"]);
}

#[test]
fn shares_stop_at_what_a_line_may_take_and_what_nobody_takes_makes_the_quote_invalid() {
    let within = |most: &str| Spread { within: Some(formula("most", money(most))), ..evenly() };
    let quote = order(vec![spread(less("coupon", "9 CNY", money("9")), within("3"))]);
    assert_eq!(nets(&quote), ["27", "32.5", "17"]);
    assert_eq!(quote.status, Status::Ok);
    let quote = order(vec![spread(less("coupon", "9.50 CNY", money("9.50")), within("3"))]);
    assert_eq!(quote.violations[0].name.to_string(), "E0926");
    assert!(quote.violations[0].message.starts_with("0.50 CNY of `coupon` cannot be spread"));
    assert_eq!(quote.status, Status::Invalid);
}

#[test]
fn rounding_the_quote_is_spread_too() {
    let quote = order(vec![round(Rounding::HalfUp, "1"), subtotal("net")]);
    assert_eq!(text(&quote.totals.net), "86");
    assert_eq!(entry(&quote.totals.section, "round").amount.to_string(), "0.5");
}

#[test]
fn groups_of_the_quote_share_out_the_winner_only() {
    let off = |name: &str, amount: &str| spread(less(name, "an amount", money(amount)), evenly());
    let quote = order(vec![group("best", GroupKind::Best, vec![off("small", "1"), off("big", "8.55")])]);
    assert_eq!(nets(&quote), ["27", "31.95", "18"]);
    assert_eq!(reason(&quote.totals.section, "small"), "`big` gives more: 8.55 CNY against 1.00 CNY");
    assert_eq!(names(&quote.lines[0].applied), ["big"]);
}

#[test]
fn the_net_stands_before_the_first_tax_and_later_rounding_touches_no_line() {
    let vat = rounded(of(percent("19"), figure(Level::Quote, "net")), Rounding::HalfUp, "0.01");
    let steps =
        vec![subtotal("net"), tax("vat", "19% of net", vat), round(Rounding::Up, "1"), subtotal("total")];
    let quote = order(steps);
    assert_eq!((text(&quote.totals.net), text(&quote.totals.total)), ("85.5".into(), "102".into()));
    // 85.50 × 19 % = 16.245.
    assert_eq!(quote.totals.taxes[0].amount.to_string(), "16.25");
    assert_eq!(nets(&quote), ["30", "35.5", "20"]);
}

#[test]
fn a_tax_within_only_says_how_much_is_tax() {
    let mut within = tax("vat", "a sixth of running", {
        rounded(calc(running(Level::Quote), ArithmeticOp::Divide, number("6")), Rounding::HalfUp, "0.01")
    });
    if let StepKind::Tax(tax) = &mut within.kind {
        tax.within = true;
    }
    let quote = order(vec![within]);
    assert_eq!((text(&quote.totals.net), text(&quote.totals.total)), ("85.5".into(), "85.5".into()));
    assert_eq!(
        entry(&quote.totals.section, "vat").contained.as_ref().map(ToString::to_string),
        Some("14.25".into())
    );
}

#[test]
fn taxes_line_by_line_add_up_in_the_total_and_stay_out_of_the_lines_net() {
    let rate = node(
        ExprKind::If {
            condition: Box::new(books_only()),
            then: Box::new(percent("7")),
            otherwise: Box::new(percent("19")),
        },
        rate_ty(),
    );
    let vat = rounded(of(rate, running(Level::Line)), Rounding::HalfUp, "0.01");
    let each = step("each", StepKind::EachLine(vec![tax("vat", "by class", vat)]));
    let quote = order(vec![each, subtotal("total")]);
    // 30 × 7 % = 2.10, 35.50 × 19 % = 6.745, 20 × 7 % = 1.40.
    let taxes: Vec<String> = quote.lines.iter().map(|line| line.taxes[0].amount.to_string()).collect();
    assert_eq!(taxes, ["2.1", "6.75", "1.4"]);
    assert_eq!(nets(&quote), ["30", "35.5", "20"]);
    assert_eq!((text(&quote.totals.net), text(&quote.totals.total)), ("85.5".into(), "95.75".into()));
    assert_eq!(quote.totals.taxes[0].amount.to_string(), "10.25");
    assert_eq!(names(&quote.lines[1].applied), ["vat"]);
}

#[test]
fn steps_on_each_line_change_its_net() {
    let fee = step("each", StepKind::EachLine(vec![add("fee", "0.25 CNY", money("0.25"))]));
    let quote = order(vec![fee, subtotal("net")]);
    assert_eq!(nets(&quote), ["30.25", "35.75", "20.25"]);
    assert_eq!(entry(&quote.totals.section, "fee").amount.to_string(), "0.75");
}

#[test]
fn a_quote_without_lines_is_nothing_and_has_no_steps() {
    let floor = step("least", StepKind::Floor(formula("50 CNY", money("50"))));
    let quote = quote(shop(vec![floor]), &request(Vec::new()));
    assert_eq!((text(&quote.totals.total), quote.totals.partial), ("0".into(), false));
}
