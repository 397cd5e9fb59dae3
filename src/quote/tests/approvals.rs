//! Approvals: margins without dividing, routes, and what an earlier signature still covers.

use std::sync::Arc;

use super::maker::*;
use super::press::{gold, object, press_book};
use super::quote;
use crate::ir::*;
use crate::quote::{Raw, Request, Requirement, Signed, SignedValue, Status, still_stands};

/// A free gift that costs 5, with a rule on its margin.
fn gift(net: &str, op: CompareOp) -> Book {
    let mut thing = product("thing", Vec::new());
    thing.has_cost = true;
    thing.unit_cost = vec![cost("making", "5 CNY", money("5"))];
    let steps = vec![list(money("10")), less("gift", "a gift", money(net))];
    let mut book = book(vec![thing], vec![price("thing", steps, Vec::new())]);
    let rule = ApprovalRule {
        who: Some("boss".into()),
        narrowed_to: None,
        when: formula("line.margin < 25%", compare(builtin(Level::Line, Builtin::Margin), op, percent("25"))),
        per_line: true,
        because: Some("thin".into()),
        span: at(0),
    };
    let boss = ApprovalLevel { name: "boss".into(), label: Some("The boss".into()), needs: 1 };
    book.approvals = Arc::new(Approvals { levels: vec![boss], rules: vec![rule], ..Approvals::default() });
    book
}

fn asked(book: Book) -> Vec<Requirement> {
    quote(book, &request(vec![line("thing", "1")])).approvals.requirements
}

#[test]
fn a_margin_is_decided_without_dividing_also_where_the_price_is_zero() {
    // 10 − 3.50 = 6.50 leaves 1.50, which is 23 %; 10 − 3.20 leaves 1.80 of 6.80, 26.5 %.
    assert_eq!(asked(gift("3.50", CompareOp::Less)).len(), 1);
    assert_eq!(asked(gift("3.20", CompareOp::Less)).len(), 0);
    let free = asked(gift("10", CompareOp::Less));
    assert_eq!(free[0].tested[0].shown, Some("undefined".into()));
    assert_eq!(asked(gift("10", CompareOp::GreaterOrEqual)).len(), 0);
}

#[test]
fn a_requirement_says_what_was_tested_and_why() {
    let requirement = &asked(gift("3.50", CompareOp::Less))[0];
    assert_eq!(requirement.label.as_deref(), Some("The boss"));
    assert_eq!((&*requirement.rule, requirement.because.as_deref()), ("line.margin < 25%", Some("thin")));
    assert_eq!(requirement.lines, ["1"]);
    let tested = &requirement.tested[0];
    assert_eq!(
        (&*tested.what, tested.operator, tested.threshold.clone()),
        ("line.margin", "<", Some("25%".into()))
    );
    assert_eq!(tested.shown, Some("about 23.076923%".into()));
    assert_eq!(tested.value, Some("3/13".into()));
    assert_eq!(requirement.hash.to_string().len(), 64);
}

/// The press quote with a negotiated discount, and the earlier signatures that come with it.
fn discounted(discount: &str, approved: Vec<Signed>) -> crate::quote::Quote {
    let mut line = line("press", "1");
    line.fields.push(("discount".into(), Raw::Text(discount.into())));
    line.reason = Some("first order".into());
    let mut request = Request { approved, ..gold(vec![line]) };
    request.fields.push(("actor".into(), object("role", "manager")));
    quote(press_book(), &request)
}

fn signature(of: &Requirement) -> Signed {
    let tested = of.tested.iter().map(|tested| SignedValue {
        line: tested.line.clone(),
        what: tested.what.to_string(),
        value: tested.value.clone().unwrap_or_default().to_string(),
        against: tested.against.as_ref().map(ToString::to_string),
    });
    Signed {
        who: of.who.as_deref().unwrap_or_default().to_owned(),
        by: None,
        rule: of.rule.to_string(),
        hash: of.hash.to_string(),
        tested: tested.collect(),
    }
}

#[test]
fn a_signature_stands_until_something_gets_worse() {
    let first = discounted("8%", Vec::new());
    assert_eq!(first.status, Status::NeedsApproval);
    let signed = signature(&first.approvals.requirements[0]);
    let again = |discount: &str| {
        let quote = discounted(discount, vec![signed.clone()]);
        (quote.status, quote.approvals.route[0].signed)
    };
    assert_eq!(again("8%"), (Status::Ok, true));
    assert_eq!(again("7%"), (Status::Ok, true));
    assert_eq!(again("9%"), (Status::NeedsApproval, false));
}

#[test]
fn a_signature_covers_its_own_rule_and_lines_only() {
    let first = discounted("8%", Vec::new());
    let requirement = &first.approvals.requirements[0];
    let signed = signature(requirement);
    assert!(still_stands(&signed, requirement));
    let other_rule = Signed { rule: "line.discount > 6%".into(), ..signed.clone() };
    assert!(!still_stands(&other_rule, requirement));
    let mut other_line = Signed { hash: String::new(), ..signed };
    other_line.tested[0].line = Some("2".into());
    assert!(!still_stands(&other_line, requirement));
}

#[test]
fn the_hash_changes_with_what_was_read_and_with_nothing_else() {
    let hash = |discount: &str| discounted(discount, Vec::new()).approvals.requirements[0].hash.clone();
    assert_eq!(hash("8%"), hash("0.08"));
    assert_ne!(hash("8%"), hash("9%"));
}

#[test]
fn the_route_climbs_jumps_or_takes_each_that_is_asked() {
    let route = |how: Route| {
        let mut book = press_book();
        let mut approvals = Approvals::clone(&book.approvals);
        approvals.route = how;
        approvals.rules.retain(|rule| rule.who.as_deref() != Some("sales_manager"));
        book.approvals = Arc::new(approvals);
        let mut request = gold(vec![line("press", "11")]);
        request.fields.push(("deal".into(), object("payment", "net90")));
        let quote = quote(book, &request);
        let names: Vec<String> = quote.approvals.route.iter().map(|it| it.name.to_string()).collect();
        names.join(" ")
    };
    assert_eq!(route(Route::Climb), "sales_manager director finance");
    assert_eq!(route(Route::Jump), "director finance");
    assert_eq!(route(Route::Each), "director finance");
}

#[test]
fn costs_stay_hidden_from_those_who_may_not_see_them() {
    let mut book = press_book();
    let mut press = Product::clone(&book.products[0]);
    press.unit_cost[0].visible_to = vec!["manager".into()];
    book.products = vec![Arc::new(press)];
    let ask = |role: &str| {
        let mut request = gold(vec![line("press", "1")]);
        request.fields.push(("actor".into(), object("role", role)));
        let quote = quote(book.clone(), &request);
        let line = &quote.lines[0];
        let unit = line.unit.as_ref().expect("a unit price");
        let told = super::entry(unit, "minimum").inputs[0].value.clone();
        (line.cost.is_some(), line.margin.is_some(), quote.totals.cost.is_some(), unit.components.len(), told)
    };
    assert_eq!(ask("manager"), (true, true, true, 1, "84436.10 CNY".into()));
    assert_eq!(ask("rep"), (false, false, false, 0, "not shown".into()));
}
