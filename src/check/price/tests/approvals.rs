//! Approvals and properties.

use super::{clean, mistakes};
use crate::ir::Route;

const SHOP: &str = r#"
book shop { currency CNY  effective 2026-01-01 to 2026-12-31 }
context deal { payment: prepaid | net30 | net90  default net30  volume: 0 CNY to 5_000_000 CNY  default 0 CNY }
family machines "Machines"
product press "Press" in machines {
  quantity 1 to 50
  option force: 63 tf | 100 tf
  cost { steel = 600 CNY }
}
product shear "Shear" {
  quantity 1 to 5
}
price press {
  entry discount: 0% to 15% default 0%
  per unit {
    list = 900 CNY
    less agreed = discount of list
    subtotal price
  }
}
price shear { per unit { list = 100 CNY } }
"#;

fn rules(rules: &str) -> String {
    format!(
        "approvals {{\n  level manager \"Manager\"\n  level director\n  reviewer finance with director\n{rules}\n}}\n"
    )
}

#[test]
fn rules_speak_of_lines_or_of_the_quote() {
    let book = clean(
        SHOP,
        &rules(
            "  ask manager for press when line.discount > 5% because \"large\"
  ask director for machines when line.margin < 15% and unit.price > 100 CNY
  ask director when quote.net > 2_000_000 CNY
  ask finance when deal.payment = net90
  ask finance when line.net > 100 CNY or quote.net > 1_000 CNY
  reject for press when line.margin < 6%
  route jump",
        ),
    );
    let per_line: Vec<bool> = book.approvals.rules.iter().map(|rule| rule.per_line).collect();
    assert_eq!(per_line, [true, true, false, false, true, true]);
    assert_eq!(book.approvals.route, Route::Jump);
    assert_eq!(book.approvals.rules[5].who, None);
}

#[test]
fn who_is_asked_is_declared_once() {
    let problems = mistakes(
        SHOP,
        "approvals {
  level director
  level chief
  level director //~ E0202
  reviewer finance //~ E0703
  reviewer legal with directr //~ E0201
  reviewer tax with legal //~ E0204
  ask manger when quote.net > 5 CNY //~ E0201
}",
    );
    let fix = problems.iter().find_map(|problem| problem.fix.as_ref());
    assert_eq!(fix.map(|fix| fix.replacement.as_str()), Some("director"));
}

#[test]
fn approvals_without_a_level_ask_nobody() {
    mistakes(SHOP, "approvals {\n  ask manager when quote.net > 5 CNY //~ E0201\n}");
}

#[test]
fn a_rule_that_no_quote_can_fulfil_is_refused() {
    let problems = mistakes(
        SHOP,
        &rules(
            "  ask manager for press when line.discount > 20% //~ E0702
  ask manager when line.quantity > 100 //~ E0702
  ask manager when line.quantity < 1 or deal.volume > 5_000_000 CNY //~ E0702
  ask manager for press when line.force > 100 tf and line.net > 5 CNY //~ E0702
  ask manager for press when not (line.discount <= 15%) //~ E0702
  ask manager for shear when line.quantity in [10, 20] //~ E0702",
        ),
    );
    assert!(
        problems[0].notes.iter().any(|note| note == "`line.discount` goes from 0% to 15%"),
        "{problems:#?}"
    );
}

#[test]
fn a_rule_at_the_end_of_a_range_can_hold() {
    clean(
        SHOP,
        &rules(
            "  ask manager for press when line.discount >= 15%
  ask manager when line.quantity > 5
  ask director for shear when line.quantity >= 5",
        ),
    );
}

#[test]
fn a_margin_is_asked_of_products_with_a_cost() {
    mistakes(SHOP, &rules("  ask manager when line.margin < 15% //~ E0607"));
    clean(SHOP, &rules("  ask manager for machines when line.margin < 15%"));
}

#[test]
fn a_figure_is_asked_of_products_that_have_it() {
    mistakes(SHOP, &rules("  ask manager when line.discount > 5% //~ E0213"));
    mistakes(SHOP, &rules("  ask manager when unit.price > 5 CNY //~ E0213"));
}

#[test]
fn a_rule_of_the_quote_is_not_narrowed() {
    mistakes(SHOP, &rules("  ask manager for press when quote.net > 5_000 CNY //~ E0704"));
    mistakes(SHOP, &rules("  ask manager for deal when line.net > 5_000 CNY //~ E0204"));
    mistakes(SHOP, &rules("  ask manager for machine when line.net > 5_000 CNY //~ E0201"));
}

#[test]
fn a_rule_that_says_the_same_again_is_remarked() {
    mistakes(
        SHOP,
        &rules(
            "  ask manager when line.net > 5 CNY\n  ask director when line.net > 5 CNY\n  ask manager when line.net>5 CNY //~ W0701",
        ),
    );
}

#[test]
fn a_property_is_of_lines_or_of_the_quote() {
    let book = clean(
        SHOP,
        "always \"nothing is sold below cost\" for press: line.net >= line.cost\nalways \"a quote is worth something\": quote.net >= 0 CNY",
    );
    assert!(book.always[0].per_line && !book.always[1].per_line);
    assert_eq!(book.always[0].condition.text.as_ref(), "line.net >= line.cost");
}

#[test]
fn a_property_that_no_quote_has_is_refused() {
    mistakes(SHOP, "always \"large orders\": line.quantity > 50 //~ E0803");
    mistakes(SHOP, "always \"small\" for press: quote.net < 50 CNY //~ E0704");
}

#[test]
fn ladders_needs_and_skips_are_checked_as_written() {
    let book = clean(
        SHOP,
        "approvals {
  level manager \"Manager\"
  level director needs 2
  reviewer finance needs 3 with head parallel
  ladder services \"Services\" {
    level head
    level board needs 99
    reviewer works with board
    route each
  }
  skip manager when deal.payment = prepaid because \"paid\"
  skip head when quote.net < 5 CNY
  ask manager when quote.net > 5 CNY
  ask works when quote.net > 9 CNY
}",
    );
    let approvals = &book.approvals;
    let needs = |levels: &[crate::ir::ApprovalLevel]| levels.iter().map(|it| it.needs).collect::<Vec<_>>();
    assert_eq!((needs(&approvals.levels), approvals.route), (vec![1, 2], Route::Climb));
    let services = &approvals.ladders[0];
    assert_eq!((needs(&services.levels), services.route), (vec![1, 99], Route::Each));
    let reviewers: Vec<_> =
        approvals.reviewers.iter().map(|it| (&*it.name, it.needs, it.with.as_deref(), it.parallel)).collect();
    assert_eq!(reviewers, [("finance", 3, Some("head"), true), ("works", 1, Some("board"), false)]);
    let skipped: Vec<&str> = approvals.skips.iter().map(|it| &*it.level).collect();
    assert_eq!(skipped, ["manager", "head"]);
}

#[test]
fn slips_of_ladders_and_skips_are_found_where_they_are() {
    mistakes(
        SHOP,
        "approvals {
  level manager needs 0 //~ E0640
  level director needs 2.5 //~ E0640
  level owner needs 100 //~ E0640
  reviewer legal with head
  ladder services { //~ W0640
    level head
    reviewer works with director //~ E0204
  }
  ladder empty { route each } //~ E0643
  ladder manager { level other } //~ E0202
  skip owner when quote.net > 5 CNY //~ E0641
  skip head when quote.net > 5 CNY //~ E0641
  skip legal when quote.net > 5 CNY //~ E0204
  skip manager when line.quantity > 5 //~ E0642
  skip manager when deal.volume > 5_000_000 CNY //~ E0702
  ask services when quote.net > 5 CNY //~ E0204
  ask other when quote.net > 5 CNY
}",
    );
}
