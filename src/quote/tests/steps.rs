//! Steps and groups, one by one.

use super::maker::*;
use super::{entry, names, quote, reason, sum, text};
use crate::ir::*;
use crate::quote::{Outcome, Section};
use crate::value::Rounding;

/// The waterfall of one unit of a product whose list price is 100.
fn unit(mut steps: Vec<Step>) -> Section {
    steps.insert(0, list(money("100")));
    let book = book(vec![product("thing", Vec::new())], vec![price("thing", steps, Vec::new())]);
    let quote = quote(book, &request(vec![line("thing", "1")]));
    assert_eq!(quote.lines[0].violations, []);
    let unit = quote.lines[0].unit.clone().expect("a unit price");
    assert_eq!(Some(sum(&unit)), unit.net);
    unit
}

fn off(name: &str, percent_off: &str) -> Step {
    less(name, "a share of running", of(percent(percent_off), running(Level::Unit)))
}

#[test]
fn shares_of_list_add_up_and_shares_of_running_compound() {
    let of_list = |name| less(name, "10% of list", of(percent("10"), figure(Level::Unit, "list")));
    assert_eq!(text(&unit(vec![of_list("a"), of_list("b")]).net), "80");
    assert_eq!(text(&unit(vec![off("a", "10"), off("b", "10")]).net), "81");
}

#[test]
fn the_best_of_equal_members_is_the_first() {
    let unit = unit(vec![group("best", GroupKind::Best, vec![off("a", "5"), off("b", "5"), off("c", "3")])]);
    assert_eq!(entry(&unit, "a").outcome, Outcome::Applied);
    assert_eq!(reason(&unit, "b"), "`a` does the same and stands before it");
    assert_eq!(reason(&unit, "c"), "`a` gives more: 5.00 CNY against 3.00 CNY");
    assert_eq!(text(&unit.net), "95");
}

#[test]
fn the_worst_leaves_the_highest_price() {
    let unit = unit(vec![group("worst", GroupKind::Worst, vec![off("a", "5"), off("b", "3")])]);
    assert_eq!(text(&unit.net), "97");
    assert_eq!(reason(&unit, "a"), "`b` gives less: 3.00 CNY against 5.00 CNY");
}

#[test]
fn the_first_that_counts_wins_even_with_nothing_to_give() {
    let never = when(off("never", "50"), "false", truth(false));
    let unit = unit(vec![group("first", GroupKind::First, vec![never, off("zero", "0"), off("late", "9")])]);
    assert_eq!(text(&unit.net), "100");
    assert_eq!(reason(&unit, "never"), "needs `false`");
    assert_eq!(reason(&unit, "zero"), "comes to 0.00 CNY");
    assert_eq!(reason(&unit, "late"), "`zero` stands before it and counts");
}

#[test]
fn all_members_are_worked_out_on_the_price_at_entry_and_added() {
    let unit = unit(vec![group("all", GroupKind::All, vec![off("a", "10"), off("b", "10")])]);
    assert_eq!(text(&unit.net), "80");
    assert_eq!(text(&entry(&unit, "a").running), "90");
}

#[test]
fn groups_nest_and_a_losing_group_loses_whole() {
    let two = group("two", GroupKind::All, vec![off("a", "4"), off("b", "3")]);
    let both = group("offer", GroupKind::Best, vec![off("club", "8"), two.clone()]);
    let unit_net = unit(vec![both]);
    assert_eq!(text(&unit_net.net), "92");
    assert_eq!(reason(&unit_net, "a"), "`club` gives more: 8.00 CNY against 7.00 CNY");
    let other = group("offer", GroupKind::Best, vec![off("club", "6"), two]);
    assert_eq!(text(&unit(vec![other]).net), "93");
}

#[test]
fn a_group_of_which_no_member_counts_changes_nothing() {
    let never = when(off("never", "50"), "false", truth(false));
    let unit = unit(vec![group("best", GroupKind::Best, vec![never])]);
    assert_eq!(text(&unit.net), "100");
    assert_eq!(reason(&unit, "best"), "none of its members counts");
    assert_eq!(reason(&unit, "never"), "needs `false`");
}

#[test]
fn the_figure_of_a_skipped_step_is_zero_also_inside_a_skipped_group() {
    let never = when(group("best", GroupKind::Best, vec![off("a", "5")]), "false", truth(false));
    let twice = add("b", "a", figure(Level::Unit, "a"));
    assert_eq!(text(&unit(vec![never, twice]).net), "100");
}

#[test]
fn floors_lift_and_caps_lower_by_what_they_say() {
    let floor = |name: &str, at: &str| step(name, StepKind::Floor(formula("a floor", money(at))));
    let cap = |name: &str, at: &str| step(name, StepKind::Cap(formula("a cap", money(at))));
    let unit = unit(vec![cap("high", "90"), floor("low", "95.50"), floor("idle", "10")]);
    assert_eq!(entry(&unit, "high").amount.to_string(), "-10");
    assert_eq!(entry(&unit, "low").amount.to_string(), "5.5");
    assert_eq!(reason(&unit, "idle"), "the price is at least 10.00 CNY already");
    assert_eq!(text(&unit.net), "95.5");
}

#[test]
fn an_open_amount_takes_the_rounding_that_follows_into_itself() {
    // A third of 100 off is 66.666…, which is rounded to 66.67: the step takes 33.33.
    let third = calc(running(Level::Unit), ArithmeticOp::Divide, number("3"));
    let mut open = less("third", "running / 3", third);
    if let StepKind::Less(change) = &mut open.kind {
        change.open = true;
    }
    let unit = unit(vec![open, round(Rounding::HalfUp, "0.01")]);
    assert_eq!(entry(&unit, "third").amount.to_string(), "-33.33");
    assert_eq!(reason(&unit, "round"), "the step before is rounded by it");
    assert_eq!(text(&unit.net), "66.67");
}

#[test]
fn whether_a_step_applied_can_be_asked() {
    let applied = |name: &str| node(ExprKind::Applied { level: Level::Unit, step: name.into() }, Ty::Bool);
    let members = vec![off("a", "5"), off("b", "3")];
    let steps = vec![
        group("best", GroupKind::Best, members),
        when(off("after_a", "10"), "applied(a)", applied("a")),
        when(off("after_b", "10"), "applied(b)", applied("b")),
    ];
    assert_eq!(text(&unit(steps).net), "85.5");
}

#[test]
fn a_line_without_unit_price_has_the_list_price_of_the_line() {
    let steps = vec![list(money("250")), less("a", "10 CNY", money("10"))];
    let book = book(vec![product("thing", Vec::new())], vec![price("thing", Vec::new(), steps)]);
    let quote = quote(book, &request(vec![line("thing", "4")]));
    let line = &quote.lines[0];
    assert_eq!(
        (text(&line.list), text(&line.net), text(&line.off_list)),
        ("250".into(), "240".into(), "0.04".into())
    );
    assert_eq!((&line.unit, text(&line.cost), text(&line.margin)), (&None, "-".into(), "-".into()));
    assert_eq!(names(&line.applied), ["a"]);
}

#[test]
fn what_a_role_may_not_see_is_left_out_with_all_members_of_its_group() {
    let mut secret = group("secret", GroupKind::All, vec![off("kickback", "10")]);
    secret.visible_to = vec!["manager".into()];
    let steps = vec![list(money("100")), secret, off("open", "10")];
    let mut book = book(vec![product("thing", Vec::new())], vec![price("thing", steps, Vec::new())]);
    let role = choices("actor.role", &["rep", "manager"]);
    let role = input("role", role, Domain::All, Some(Value::Choice(0)));
    let actor = Context { name: "actor".into(), label: None, fields: vec![role], span: at(0) };
    book.contexts = vec![std::sync::Arc::new(actor)];
    let ask = |role: &str| {
        let mut request = request(vec![line("thing", "1")]);
        request.fields.push(("actor".into(), super::press::object("role", role)));
        let line = quote(book.clone(), &request).lines.remove(0);
        let unit = line.unit.expect("a unit price");
        let steps: Vec<String> = unit.entries.iter().map(|entry| entry.step.to_string()).collect();
        (steps.join(" "), unit.withheld, names(&line.applied).join(" "), text(&unit.net))
    };
    assert_eq!(ask("rep"), ("list open".into(), true, "open".into(), "81".into()));
    assert_eq!(
        ask("manager"),
        ("list secret kickback open".into(), false, "kickback open".into(), "81".into())
    );
}
