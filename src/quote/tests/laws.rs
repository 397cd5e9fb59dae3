//! Laws that every quote keeps, tried on books made at random.

use proptest::prelude::*;

use super::maker::*;
use super::{quote, sum};
use crate::ir::*;
use crate::value::{Exact, Rounding};

/// A step of a line or a unit: what it does and two numbers for it.
#[derive(Clone, Debug)]
enum Plan {
    Share(bool, i64),
    Amount(bool, i64),
    Round(i64),
    Floor(i64),
    Cap(i64),
    Group(GroupKind, Vec<Plan>),
    Fails,
}

fn plans() -> impl Strategy<Value = Vec<Plan>> {
    let leaf = prop_oneof![
        4 => (any::<bool>(), 0_i64..3_000).prop_map(|(adds, bips)| Plan::Share(adds, bips)),
        3 => (any::<bool>(), 0_i64..5_000).prop_map(|(adds, cents)| Plan::Amount(adds, cents)),
        1 => prop::sample::select(vec![1_i64, 5, 10, 100]).prop_map(Plan::Round),
        1 => (0_i64..20_000).prop_map(Plan::Floor),
        1 => (0_i64..20_000).prop_map(Plan::Cap),
    ];
    let kind =
        prop::sample::select(vec![GroupKind::Best, GroupKind::Worst, GroupKind::First, GroupKind::All]);
    let members = prop::collection::vec(
        prop_oneof![
            (any::<bool>(), 0_i64..3_000).prop_map(|(adds, bips)| Plan::Share(adds, bips)),
            (any::<bool>(), 0_i64..5_000).prop_map(|(adds, cents)| Plan::Amount(adds, cents)),
        ],
        1..4,
    );
    let grouped = (kind, members).prop_map(|(kind, members)| Plan::Group(kind, members));
    let step = prop_oneof![8 => leaf, 2 => grouped, 1 => Just(Plan::Fails)];
    prop::collection::vec(step, 0..7)
}

fn amount(cents: i64) -> Expr {
    node(ExprKind::Const(Value::Number(Exact::scaled(cents, 2))), cny())
}

fn build(plan: &Plan, name: &str, level: Level) -> Step {
    let change = |adds: bool, amount: Expr| {
        let made = if adds { add(name, "an amount", amount) } else { less(name, "an amount", amount) };
        if level == Level::Quote { spread(made, evenly()) } else { made }
    };
    match plan {
        Plan::Share(adds, bips) => {
            let rate = node(ExprKind::Const(Value::Number(Exact::scaled(*bips, 4))), rate_ty());
            let part = of(rate, node(ExprKind::Absolute(Box::new(running(level))), cny()));
            let part = if level == Level::Quote { rounded(part, Rounding::HalfEven, "0.01") } else { part };
            change(*adds, part)
        }
        Plan::Amount(adds, cents) => change(*adds, amount(*cents)),
        Plan::Round(cents) => round(Rounding::HalfUp, &Exact::scaled(*cents, 2).to_string()),
        Plan::Floor(cents) => step(name, StepKind::Floor(formula("a floor", amount(*cents)))),
        Plan::Cap(cents) => step(name, StepKind::Cap(formula("a cap", amount(*cents)))),
        Plan::Group(kind, members) => {
            let steps = members.iter().enumerate().map(|(at, it)| build(it, &format!("{name}_{at}"), level));
            group(name, *kind, steps.collect())
        }
        Plan::Fails => {
            // It fails on lines of more than 15 only; on the quote it never does.
            let fails = compare(quantity(), CompareOp::Greater, number("15"));
            let bad = calc(money("1"), ArithmeticOp::Divide, number("0"));
            let condition = if level == Level::Quote { truth(false) } else { fails };
            when(change(true, bad), "quantity > 15", condition)
        }
    }
}

fn steps(plans: &[Plan], prefix: &str, level: Level) -> Vec<Step> {
    plans.iter().enumerate().map(|(at, plan)| build(plan, &format!("{prefix}{at}"), level)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]
    #[test]
    fn entries_sum_to_the_price_and_lines_to_the_quote(
        list_price in 0_i64..100_000,
        per_unit in plans(),
        per_line in plans(),
        whole in plans(),
        quantities in prop::collection::vec(1_i64..20, 0..6),
        vat in 0_i64..30,
    ) {
        let mut unit = vec![list(amount(list_price))];
        unit.extend(steps(&per_unit, "u", Level::Unit));
        let line_steps = steps(&per_line, "l", Level::Line);
        let mut book = book(vec![product("thing", Vec::new())], vec![price("thing", unit, line_steps)]);
        let mut all = steps(&whole, "q", Level::Quote);
        all.push(subtotal("net"));
        all.push(tax("vat", "vat", rounded(of(percent(&vat.to_string()), figure(Level::Quote, "net")), Rounding::HalfUp, "0.01")));
        quote_steps(&mut book, all);
        let lines = quantities.iter().map(|quantity| line("thing", &quantity.to_string())).collect();
        let quote = quote(book, &request(lines));

        let mut net = Exact::ZERO;
        for line in &quote.lines {
            let unit = line.unit.as_ref().expect("a unit price");
            if let Some(price) = &unit.net {
                prop_assert_eq!(&sum(unit), price);
            }
            if let Some(price) = &line.net {
                prop_assert_eq!(&sum(&line.line), price);
                if !line.invalid {
                    net = net.checked_add(price).expect("fits");
                }
            }
            prop_assert!(line.invalid || line.net.is_some());
            for section in [unit, &line.line] {
                let mut running = Exact::ZERO;
                for entry in &section.entries {
                    running = running.checked_add(&entry.amount).expect("fits");
                    if let Some(told) = &entry.running {
                        prop_assert_eq!(told, &running);
                    }
                }
            }
        }
        prop_assert_eq!(Some(net), quote.totals.net.clone());
        prop_assert_eq!(Some(sum(&quote.totals.section)), quote.totals.total.clone());
        prop_assert_eq!(quote.totals.partial, quote.lines.iter().any(|line| line.invalid));
    }

    #[test]
    fn the_order_of_lines_changes_no_line_of_one_product_alone(
        per_unit in plans(),
        quantities in prop::collection::vec(1_i64..20, 1..5),
    ) {
        let mut unit = vec![list(amount(50_000))];
        unit.extend(steps(&per_unit, "u", Level::Unit));
        let book = book(vec![product("thing", Vec::new())], vec![price("thing", unit, Vec::new())]);
        let ask = |quantities: &[i64]| {
            let lines = quantities.iter().map(|quantity| line("thing", &quantity.to_string())).collect();
            let quote = quote(book.clone(), &request(lines));
            quote.lines.iter().map(|line| line.net.clone()).collect::<Vec<_>>()
        };
        let forward = ask(&quantities);
        let backward: Vec<i64> = quantities.iter().rev().copied().collect();
        let mut reversed = ask(&backward);
        reversed.reverse();
        prop_assert_eq!(forward, reversed);
    }
}
