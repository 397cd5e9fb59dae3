//! The quote's steps.

use super::{clean, help, mistakes};
use crate::ir::{Residual, StepKind};
use crate::value::Exact;

const SHOP: &str = r#"
book shop { currency CNY  effective 2026-01-01 to 2026-12-31 }
product press "Press" {
  quantity 1 to 50
  option force: 63 tf | 100 tf
  cost { steel = 600 CNY }
}
price press {
  per unit { list = 900 CNY }
  per line {
    add freight = 40 CNY
    subtotal amount
  }
}
"#;

#[test]
fn a_quote_with_every_kind_of_step_is_accepted() {
    let book = clean(
        SHOP,
        r#"
quote {
  entry coupon "Coupon": 0 CNY to 500 CNY default 0 CNY
  less bonus "Bonus" = 1% of running rounded half_even to 0.01 CNY when running >= 1_000_000 CNY
  less voucher "Voucher" = coupon on lines where line.force = 63 tf
    spread by line.list to 0.05 CNY first within running - line.cost
  best of closing {
    less a = 5 CNY
    less b = 0.5% of running rounded half_up to 0.01 CNY
  }
  each line {
    add handling = 1 CNY
  }
  subtotal net "Net"
  tax vat "VAT" = 13% of net rounded half_even to 0.01 CNY
  each line {
    tax waste = 0.10 CNY * line.quantity
  }
  subtotal total "Total"
  valid 30 days
}
"#,
    );
    assert_eq!(book.quote.valid_days, Some(30));
    let StepKind::Less(change) = &book.quote.steps[1].kind else { panic!("a discount") };
    let spread = change.spread.as_ref().expect("a step of the quote is spread");
    assert_eq!(spread.to, Some(Exact::scaled(5, 2).into()));
    assert_eq!(spread.residual, Residual::First);
    assert!(spread.on_lines.is_some() && spread.by.is_some() && spread.within.is_some());
}

#[test]
fn an_amount_of_the_quote_is_one_that_can_be_paid() {
    let problems = mistakes(
        SHOP,
        "quote {
  less a = 1% of running //~ E0611
  less b = 1% of running rounded half_even to 0.001 CNY //~ E0611
  less c = 5.005 CNY //~ E0611
  floor d = 99.999 CNY //~ E0611
  each line {
    less e = 1% of running //~ E0611
  }
  tax f = 13% of running //~ E0611
}",
    );
    assert!(help(&problems).contains("write `1% of running rounded half_even to 0.01 CNY`"), "{problems:#?}");
}

#[test]
fn a_sum_of_amounts_that_can_be_paid_can_be_paid() {
    clean(
        SHOP,
        "quote {
  entry coupon: 0 CNY to 500 CNY default 0 CNY
  less a = 5 CNY
  less b = 2 * (a + coupon)
  less c = if running > 100 CNY then 1.50 CNY else 0 CNY
}",
    );
}

#[test]
fn a_tax_can_be_rounded_by_the_rounding_that_follows() {
    clean(
        SHOP,
        "quote {
  tax vat = 13% of running
  round half_up to 0.01 CNY
}",
    );
}

#[test]
fn taxes_stand_last() {
    mistakes(
        SHOP,
        "quote {
  tax vat = 13% of running rounded half_even to 0.01 CNY
  less bonus = 5 CNY //~ E0609
  each line { less late = 5 CNY } //~ E0609
  subtotal total
}",
    );
}

#[test]
fn an_each_line_that_taxes_changes_nothing_else() {
    mistakes(
        SHOP,
        "quote {
  each line {
    less late = 5 CNY //~ E0609
    tax vat = 13% of running rounded half_even to 0.01 CNY
    add later = 5 CNY //~ E0609
  }
}",
    );
}

#[test]
fn net_and_total_name_what_they_mean() {
    mistakes(
        SHOP,
        "quote {
  subtotal net //~ E0215
  less bonus = 5 CNY
  tax vat = 13% of running rounded half_even to 0.01 CNY
}",
    );
    mistakes(
        SHOP,
        "quote {
  tax vat = 13% of running rounded half_even to 0.01 CNY
  subtotal net //~ E0215
}",
    );
    mistakes(
        SHOP,
        "quote {
  subtotal total //~ E0215
  tax vat = 13% of running rounded half_even to 0.01 CNY
}",
    );
    mistakes(SHOP, "quote {\n  less total = 5 CNY //~ E0215\n}");
}

#[test]
fn the_quote_has_no_list_step() {
    mistakes(SHOP, "quote {\n  list = 900 CNY //~ E0609\n}");
}

#[test]
fn each_line_stands_in_the_quote_alone() {
    mistakes(
        SHOP,
        "quote {
  each line {
    each line { add a = 1 CNY } //~ E0609
  }
}",
    );
}

#[test]
fn a_spread_can_be_carried_out() {
    mistakes(
        SHOP,
        "quote {
  less a = 5 CNY spread by line.force = 63 tf //~ E0612
  less b = 5 CNY spread by running to 0.003 CNY //~ E0612
  less c = 5 CNY spread by running within 5 kg //~ E0612
  less d = 5 CNY on lines where line.amount //~ E0302
  less e = 5 CNY spread by running to 0 CNY //~ E0315
}",
    );
}

#[test]
fn a_quote_is_valid_for_whole_days() {
    mistakes(SHOP, "quote {\n  valid 1.5 days //~ E0321\n}");
    mistakes(SHOP, "quote {\n  valid 0 days //~ E0321\n}");
    clean(SHOP, "quote {\n  valid 2 weeks\n}");
}

#[test]
fn a_floor_that_the_quote_undercuts_and_nobody_watches_is_remarked() {
    let shop = SHOP.replace("list = 900 CNY", "list = 900 CNY\n    floor minimum = 850 CNY //~ W0602\n");
    mistakes(&shop, "quote { less bonus = 5 CNY }");
    let watched = shop.replace("//~ W0602", "");
    clean(&watched, "quote { less bonus = 5 CNY }\nalways \"never at a loss\": line.net >= line.cost");
    clean(
        &watched,
        "quote { less bonus = 5 CNY spread by running within running - 850 CNY * line.quantity }",
    );
}
