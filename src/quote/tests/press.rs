//! The press of the language's design: the figures are those worked by hand for `rules/press`.

use std::sync::Arc;

use super::maker::*;
use super::{entry, names, quote, reason, sum, text};
use crate::ir::*;
use crate::quote::{Detail, Offer, Quote, Raw, Request, RequestLine, RowPlace, Status};
use crate::value::Rounding;

/// One press of one size: list price 224 000, cost 84 436.10, freight 14 000.
pub(super) fn press_book() -> Book {
    let level = choices("customer.level", &["standard", "silver", "gold", "key"]);
    let role = choices("actor.role", &["rep", "manager"]);
    let cooling = choices("press.cooling", &["none", "air", "water"]);
    let payment = choices("deal.payment", &["net30", "net90"]);

    let mut press =
        product("press", vec![input("cooling", cooling.clone(), Domain::All, Some(Value::Choice(1)))]);
    press.quantity.domain = range("1", "50");
    press.has_cost = true;
    press.unit_cost = vec![cost("making", "84_436.10 CNY", money("84436.10"))];
    press.line_cost = vec![cost("shipping", "14_000 CNY", money("14000"))];

    let unit = |figure| builtin(Level::Unit, figure);
    let share = |rate| of(rate, running(Level::Unit));
    let per_unit = vec![
        list(money("224000")),
        when(
            add("water_cooling", "3% of list", of(percent("3"), figure(Level::Unit, "list"))),
            "cooling = water",
            is(member("cooling", cooling.clone()), choice(&cooling, 2)),
        ),
        less(
            "volume",
            "quantity_break(quantity) of running",
            share(tier("quantity_break", quantity(), rate_ty())),
        ),
        group(
            "programme",
            GroupKind::Best,
            vec![
                less("loyalty", "level_rate(customer.level) of running", {
                    let level = context("customer", "level", level.clone());
                    share(lookup("level_rate", vec![level], rate_ty()))
                }),
                during(less("fair", "5% of running", share(percent("5"))), "2026-03-01", "2026-05-31"),
            ],
        ),
        less("negotiated", "discount of running", share(entry_rate())),
        round(Rounding::HalfEven, "1"),
        step(
            "minimum",
            StepKind::Floor(formula("cost / (1 - 8%) rounded up to 1 CNY", {
                rounded(calc(unit(Builtin::Cost), ArithmeticOp::Divide, number("0.92")), Rounding::Up, "1")
            })),
        ),
        subtotal("price"),
    ];
    let per_line = vec![subtotal("goods"), add("freight", "14_000 CNY", money("14000")), subtotal("amount")];
    let mut prices = price("press", per_unit, per_line);
    let mut discount = input("discount", rate_ty(), range("0", "0.15"), Some(Value::Number(exact("0"))));
    discount.reason_required = true;
    discount.limit = Some(formula("by actor.role { rep: 10%, manager: 15% }", {
        let cases = vec![(vec![Value::Choice(0)], percent("10")), (vec![Value::Choice(1)], percent("15"))];
        let subject = Box::new(context("actor", "role", role.clone()));
        node(ExprKind::Switch { subject, cases, otherwise: None }, rate_ty())
    }));
    prices.entries = vec![discount];

    let mut book = book(vec![press], vec![prices]);
    let field = |context: &str, field: &str, ty: &Ty| Context {
        name: context.into(),
        label: None,
        fields: vec![input(field, ty.clone(), Domain::All, Some(Value::Choice(0)))],
        span: at(0),
    };
    book.contexts = vec![
        Arc::new(field("customer", "level", &level)),
        Arc::new(field("actor", "role", &role)),
        Arc::new(field("deal", "payment", &payment)),
    ];
    let rate = |at: u16, percent: &str| (Value::Choice(at), Some(Value::Number(exact(percent))));
    let rates = vec![rate(0, "0"), rate(1, "0.02"), rate(2, "0.04"), rate(3, "0.06")];
    book.tables = vec![Arc::new(table("level_rate", level, rate_ty(), rates))];
    let breaks = vec![(1, rate_row(0)), (3, rate_row(4)), (10, rate_row(7))];
    book.tiers = vec![Arc::new(tiers("quantity_break", TierMode::Whole, rate_ty(), breaks))];
    let quote = |name: &str| figure(Level::Quote, name);
    let bonus = less("order_bonus", "1% of running rounded half_even to 0.01 CNY", {
        rounded(of(percent("1"), running(Level::Quote)), Rounding::HalfEven, "0.01")
    });
    let large = compare(running(Level::Quote), CompareOp::GreaterOrEqual, money("1000000"));
    quote_steps(
        &mut book,
        vec![
            when(spread(bonus, evenly()), "running >= 1_000_000 CNY", large),
            subtotal("net"),
            tax("vat", "13% of net rounded half_even to 0.01 CNY", {
                rounded(of(percent("13"), quote("net")), Rounding::HalfEven, "0.01")
            }),
            subtotal("total"),
        ],
    );
    book.approvals = Arc::new(approvals(&payment));
    book
}

fn entry_rate() -> Expr {
    super::maker::entry(Level::Line, "discount", rate_ty())
}

fn approvals(payment: &Ty) -> Approvals {
    let level = |name: &str| ApprovalLevel { name: name.into(), label: None, needs: 1 };
    let rule = |who: Option<&str>, per_line: bool, text: &str, condition: Expr| ApprovalRule {
        who: who.map(Into::into),
        narrowed_to: None,
        when: formula(text, condition),
        per_line,
        because: None,
        span: at(0),
    };
    let margin =
        |bound: &str| compare(builtin(Level::Line, Builtin::Margin), CompareOp::Less, percent(bound));
    let discount = compare(entry_rate(), CompareOp::Greater, percent("5"));
    let large = compare(builtin(Level::Quote, Builtin::Net), CompareOp::Greater, money("2000000"));
    let late = is(context("deal", "payment", payment.clone()), choice(payment, 1));
    Approvals {
        levels: vec![level("sales_manager"), level("director"), level("cfo")],
        reviewers: vec![Reviewer {
            name: "finance".into(),
            label: None,
            needs: 1,
            with: Some("director".into()),
            parallel: false,
        }],
        rules: vec![
            rule(Some("sales_manager"), true, "line.discount > 5%", discount),
            rule(Some("sales_manager"), true, "line.margin < 25%", margin("25")),
            rule(Some("director"), true, "line.margin < 15%", margin("15")),
            rule(Some("director"), false, "quote.net > 2_000_000 CNY", large),
            rule(Some("finance"), false, "deal.payment = net90", late),
            rule(None, true, "line.margin < 6%", margin("6")),
        ],
        ..Approvals::default()
    }
}

pub(super) fn object(field: &str, value: &str) -> Raw {
    Raw::Object(vec![(field.into(), Raw::Text(value.into()))])
}

pub(super) fn gold(lines: Vec<RequestLine>) -> Request {
    Request { fields: vec![("customer".into(), object("level", "gold"))], ..request(lines) }
}

fn three_presses() -> Quote {
    quote(press_book(), &gold(vec![with(line("press", "3"), "cooling", Raw::Text("water".into()))]))
}

#[test]
fn three_water_cooled_presses_for_a_gold_customer() {
    let quote = three_presses();
    let line = &quote.lines[0];
    let unit = line.unit.as_ref().expect("a unit price");
    let amounts: Vec<(&str, String)> =
        unit.entries.iter().map(|entry| (&*entry.step, entry.amount.to_string())).collect();
    let expected = [
        ("list", "224000"),
        ("water_cooling", "6720"),
        ("volume", "-9228.8"),
        ("programme", "0"),
        ("loyalty", "-8859.648"),
        ("fair", "0"),
        ("negotiated", "0"),
        ("round", "0.448"),
        ("minimum", "0"),
        ("price", "0"),
    ];
    assert_eq!(amounts, expected.map(|(step, amount)| (step, amount.to_owned())));
    assert_eq!(text(&unit.net), "212632");
    assert_eq!(sum(unit).to_string(), "212632");
    assert_eq!(text(&line.list), "672000");
    assert_eq!(text(&line.cost), "267308.3");
    assert_eq!(text(&line.net), "651896");
    assert_eq!(sum(&line.line).to_string(), "651896");
    assert_eq!(text(&quote.totals.net), "651896");
    assert_eq!(quote.totals.taxes[0].amount.to_string(), "84746.48");
    assert_eq!(text(&quote.totals.total), "736642.48");
    assert_eq!(sum(&quote.totals.section).to_string(), "736642.48");
    assert_eq!(names(&line.applied), ["water_cooling", "volume", "loyalty", "freight"]);
    assert_eq!((quote.status, quote.approvals.route.len()), (Status::Ok, 0));
}

#[test]
fn what_was_considered_and_did_not_count_is_told_in_words() {
    let quote = three_presses();
    let unit = quote.lines[0].unit.as_ref().expect("a unit price");
    assert_eq!(reason(unit, "fair"), "counts from 2026-03-01 to 2026-05-31");
    assert_eq!(reason(unit, "negotiated"), "comes to 0.00 CNY");
    assert_eq!(reason(unit, "minimum"), "the price is at least 91 779.00 CNY already");
    let total = &quote.totals.section;
    assert_eq!(reason(total, "order_bonus"), "needs `running >= 1_000_000 CNY`; running is 651896.00 CNY");
    let dry = super::quote(press_book(), &gold(vec![line("press", "3")]));
    let unit = dry.lines[0].unit.as_ref().expect("a unit price");
    assert_eq!(reason(unit, "water_cooling"), "needs `cooling = water`; cooling is air");
}

#[test]
fn a_loser_of_a_group_is_told_by_how_much() {
    let mut request = gold(vec![with(line("press", "3"), "cooling", Raw::Text("water".into()))]);
    request.as_of = Some(Raw::Text("2026-04-15".into()));
    let quote = quote(press_book(), &request);
    let unit = quote.lines[0].unit.as_ref().expect("a unit price");
    assert_eq!(reason(unit, "loyalty"), "`fair` gives more: 11 074.56 CNY against 8 859.648 CNY");
    assert_eq!(entry(unit, "fair").amount.to_string(), "-11074.56");
}

#[test]
fn steps_that_almost_applied_are_offered() {
    let quote = three_presses();
    let told = |offers: &[Offer]| -> Vec<String> {
        offers.iter().map(|it| format!("{}: {}", it.step, it.message)).collect()
    };
    assert_eq!(
        told(&quote.lines[0].offers),
        ["volume: 7 more units bring 7%", "fair: valid from 2026-03-01"]
    );
    assert_eq!(told(&quote.offers), ["order_bonus: 348 104.00 CNY more would bring it"]);
}

#[test]
fn a_step_shows_what_it_read_and_the_rows_and_tiers_it_met() {
    let quote = three_presses();
    let unit = quote.lines[0].unit.as_ref().expect("a unit price");
    let volume = entry(unit, "volume");
    let inputs: Vec<String> =
        volume.inputs.iter().map(|read| format!("{} = {}", read.text, read.value)).collect();
    assert_eq!(inputs, ["quantity = 3", "running = 230720.00 CNY"]);
    let [Detail::Tiers { tiers, quantity, value, parts }] = volume.details.as_slice() else {
        panic!("{:?}", volume.details)
    };
    assert_eq!((&**tiers, quantity.clone(), value.clone()), ("quantity_break", "3".into(), "4%".into()));
    assert_eq!((&parts[0].tier, &parts[0].price), (&"from 3".into(), &"4%".into()));
    let [Detail::Row { table, value, place }] = entry(unit, "loyalty").details.as_slice() else {
        panic!("{:?}", entry(unit, "loyalty").details)
    };
    assert_eq!((&**table, value), ("level_rate", &"4%".into()));
    assert_eq!(*place, RowPlace::File { file: "rows.csv".into(), line: 4 });
}

#[test]
fn the_order_bonus_is_spread_and_lines_add_up_to_the_cent() {
    let quote = quote(press_book(), &gold(vec![line("press", "10"), line("press", "7"), line("press", "1")]));
    let net = quote.lines.iter().fold(crate::value::Exact::ZERO, |sum, line| {
        sum.checked_add(line.net.as_ref().expect("a net price")).expect("fits")
    });
    assert_eq!(Some(net), quote.totals.net);
    let bonus = entry(&quote.totals.section, "order_bonus");
    let start = entry(&quote.totals.section, "lines").amount.clone();
    let hundredth = start.checked_div(&100.into()).expect("fits");
    let cents = hundredth.round_to(Rounding::HalfEven, &exact("0.01")).expect("fits");
    assert_eq!(bonus.amount, cents.neg());
    for line in &quote.lines {
        assert_eq!(Some(sum(&line.line)), line.net);
        assert_eq!(line.applied.last().map(|name| &**name), Some("order_bonus"));
    }
}

#[test]
fn a_large_order_on_late_terms_asks_level_by_level_and_the_reviewer() {
    let mut request = gold(vec![line("press", "11")]);
    request.fields.push(("deal".into(), object("payment", "net90")));
    let quote = quote(press_book(), &request);
    // 224 000 × 0.93 × 0.96 = 199 987.2 → 199 987; × 11 + 14 000 = 2 213 857; less 1 %, 22 138.57.
    assert_eq!(text(&quote.totals.net), "2191718.43");
    let route: Vec<&str> = quote.approvals.route.iter().map(|signer| &*signer.name).collect();
    assert_eq!(route, ["sales_manager", "director", "finance"]);
    let large = &quote.approvals.requirements[0];
    assert_eq!(&*large.rule, "quote.net > 2_000_000 CNY");
    let tested = &large.tested[0];
    assert_eq!(
        (&*tested.what, tested.operator, tested.threshold.clone()),
        ("quote.net", ">", Some("2000000.00 CNY".into()))
    );
    assert_eq!(tested.shown, Some("2191718.43 CNY".into()));
    assert_eq!(quote.status, Status::NeedsApproval);
}

#[test]
fn an_entry_is_bound_by_its_limit_its_reason_and_its_range() {
    let discount = |value: &str, reason: Option<&str>| {
        let mut line = line("press", "1");
        line.fields.push(("discount".into(), Raw::Text(value.into())));
        line.reason = reason.map(Into::into);
        let quote = quote(press_book(), &gold(vec![line]));
        let names: Vec<String> = quote.lines[0].violations.iter().map(|it| it.name.to_string()).collect();
        (names.join(" "), text(&quote.lines[0].net))
    };
    // 224 000 × 0.96 × 0.94 = 202 137.6 → 202 138, + 14 000.
    assert_eq!(discount("6%", Some("first order")), ("".into(), "216138".into()));
    assert_eq!(discount("0.06", None), ("E0922".into(), "216138".into()));
    assert_eq!(discount("12%", Some("first order")).0, "E0921");
    assert_eq!(discount("20%", Some("first order")).0, "E0920 E0921");
}
