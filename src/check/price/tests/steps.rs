//! Waterfalls.

use super::{clean, help, mistakes};
use crate::ir::{Level, Place, StepKind};

const SHOP: &str = r#"
book shop { currency CNY  effective 2026-01-01 to 2026-12-31 }
context customer { level: standard < silver < gold  default standard }
context actor { role: rep | manager  default rep }
product press "Press" {
  quantity 1 to 50
  option cooling: none | air | water  default air
  cost { steel = 600 CNY }
}
tiers quantity_break(int) whole -> rate { from 1: 0%, from 3: 4%, from 10: 7% }
tiers blended(int) graduated -> rate { from 1: 0%, from 3: 4% }
"#;

fn unit(steps: &str) -> String {
    format!("price press {{\n  per unit {{\n    list = 900 CNY\n{steps}\n  }}\n}}\n")
}

#[test]
fn a_waterfall_with_every_kind_of_step_is_accepted() {
    let book = clean(
        SHOP,
        r#"
price press {
  entry discount "Discount": 0% to 15%  default 0%  reason required
    limit by actor.role { rep: 10%, manager: 15% }
  per unit {
    list "List price" = 900 CNY
    add water_cooling "Water" = 3% of list  when cooling = water
    less volume "Quantity" = quantity_break(quantity) of running
    best of programme "Programme" {
      less loyalty "Level" = 2% of running  when customer.level >= silver
      less fair "Fair" = 5% of running  during 2026-03-01 to 2026-05-31
      all of clearance {
        less first_part = 1% of list
        less second_part = 2 CNY
      }
    }
    less negotiated "Negotiated" = discount of running
    round half_even to 1 CNY
    floor minimum "Minimum" = cost / (1 - 8%) rounded up to 1 CNY
    subtotal net "Net unit price"
  }
  per line {
    subtotal goods "Goods"
    add freight "Freight" = 40 CNY
    add packing "Packing" = 1% of unit.list  when applied(unit.programme)
    cap most "Most" = 2 * goods
    subtotal amount "Amount"
  }
}
"#,
    );
    let [price] = book.prices.as_slice() else { panic!("one price") };
    let names: Vec<&str> = price.per_unit.iter().map(|step| step.name.as_ref()).collect();
    let expected = ["list", "water_cooling", "volume", "programme", "negotiated", "round", "minimum", "net"];
    assert_eq!(names, expected);
    assert_eq!(price.per_line.len(), 5);
    assert!(price.entries[0].reason_required);
    assert!(price.entries[0].limit.is_some());
}

#[test]
fn an_amount_without_end_is_left_open_for_the_rounding_that_follows_directly() {
    let book =
        clean(SHOP, &unit("    less volume = blended(quantity) of running\n    round half_even to 0.01 CNY"));
    let StepKind::Less(change) = &book.prices[0].per_unit[1].kind else { panic!("a discount") };
    assert!(change.open);
    let book = clean(SHOP, &unit("    less volume = 4% of running\n    round half_even to 0.01 CNY"));
    let StepKind::Less(change) = &book.prices[0].per_unit[1].kind else { panic!("a discount") };
    assert!(!change.open);
}

#[test]
fn an_amount_without_end_needs_a_rounding_of_its_own_where_none_follows_directly() {
    let problems = mistakes(
        SHOP,
        &unit(
            "    less volume = blended(quantity) of running //~ E0314
    subtotal so_far
    round half_even to 0.01 CNY",
        ),
    );
    assert!(help(&problems).contains("let a `round` follow directly"));
    let problems = mistakes(
        SHOP,
        &unit(
            "    best of deals {
      less volume = blended(quantity) of running //~ E0314
    }
    round half_even to 0.01 CNY",
        ),
    );
    assert!(!help(&problems).contains("follow directly"));
}

#[test]
fn a_bound_without_end_is_rounded_also_where_a_rounding_follows() {
    mistakes(
        SHOP,
        &unit(
            "    floor minimum = cost / (1 - 8%) //~ E0314
    round up to 1 CNY",
        ),
    );
}

#[test]
fn a_list_price_without_end_is_refused() {
    mistakes(SHOP, "price press {\n  per unit { list = 900 CNY / 7 } //~ E0314\n}");
}

#[test]
fn a_list_price_without_end_may_be_rounded_by_the_step_behind_it() {
    mistakes(SHOP, "price press {\n  per unit { list = 900 CNY / 7  round half_up to 0.01 CNY }\n}");
}

#[test]
fn a_waterfall_begins_with_its_list_price() {
    mistakes(SHOP, "price press { //~ E0603\n  per unit { add base = 900 CNY }\n}");
    mistakes(SHOP, "price press { //~ E0603\n  per unit { }\n}");
    mistakes(SHOP, "price press { //~ E0603\n}");
    mistakes(SHOP, "price press { //~ E0603\n  per line { add base = 900 CNY }\n}");
}

#[test]
fn a_line_can_have_the_list_price_where_its_units_have_none() {
    let book = clean(SHOP, "price press { per line { list = 900 CNY * quantity  less off = 5% of list } }");
    let StepKind::Less(change) = &book.prices[0].per_line[1].kind else { panic!("a discount") };
    let mut levels = Vec::new();
    super::super::visit::parts(&change.amount.expr, &mut |part| {
        if let crate::ir::ExprKind::Read(Place::Figure { level, .. } | Place::Builtin { level, .. }) =
            &part.kind
        {
            levels.push(*level);
        }
    });
    assert_eq!(levels, [Level::Line]);
    mistakes(
        SHOP,
        "price press {
  per unit { list = 900 CNY }
  per line {
    list = 800 CNY //~ E0609
  }
}",
    );
}

#[test]
fn running_is_nothing_before_the_list_price() {
    mistakes(SHOP, "price press { per unit {\n  list = 5% of running //~ E0212\n} }");
}

#[test]
fn a_list_price_stands_once_and_first() {
    mistakes(SHOP, &unit("    list = 950 CNY //~ E0609"));
    mistakes(
        SHOP,
        "price press {
  per unit {
    add base = 10 CNY
    list = 900 CNY //~ E0609
  }
}",
    );
}

#[test]
fn a_bound_after_a_rounding_lies_on_its_steps() {
    mistakes(
        SHOP,
        &unit(
            "    round half_even to 5 CNY
    floor a = 812 CNY //~ E0605
    floor b = 1.1 * cost rounded up to 1 CNY //~ E0605
    cap c = 1.3 * cost //~ E0605",
        ),
    );
    clean(
        SHOP,
        &unit(
            "    round half_even to 5 CNY
    subtotal rounded_price
    floor a = 810 CNY
    floor b = 1.1 * cost rounded up to 10 CNY
    cap c = max(rounded_price, 900 CNY)
    cap d = if cooling = water then 950 CNY else 1_000 CNY",
        ),
    );
}

#[test]
fn a_bound_after_a_rounding_with_a_price_ending_has_that_ending() {
    clean(
        SHOP,
        &unit(
            "    round up to 1 CNY offset -0.01 CNY\n    floor a = 699.99 CNY\n    floor b = cost rounded up to 1 CNY offset -0.01 CNY",
        ),
    );
    mistakes(SHOP, &unit("    round up to 1 CNY offset -0.01 CNY\n    floor a = 700 CNY //~ E0605"));
}

#[test]
fn two_roundings_side_by_side_are_remarked() {
    mistakes(SHOP, &unit("    round half_up to 0.1 CNY\n    round half_up to 1 CNY //~ W0604"));
}

#[test]
fn a_step_to_round_to_is_above_zero_and_money() {
    mistakes(SHOP, &unit("    round half_up to 0 CNY //~ E0315"));
    mistakes(SHOP, &unit("    round half_up to 1 kg //~ E0315"));
    mistakes(SHOP, &unit("    round half_up to 1 //~ E0304"));
}

#[test]
fn a_group_holds_changes_and_groups_and_at_least_one() {
    mistakes(
        SHOP,
        &unit(
            "    best of programme {
      less spring = 5% of list
      round half_even to 1 CNY //~ E0609
      subtotal half //~ E0609
      floor least = 5 CNY //~ E0609
      all of nothing { } //~ E0610
    }",
        ),
    );
}

#[test]
fn the_members_of_a_group_are_decided_together() {
    mistakes(
        SHOP,
        &unit(
            "    best of programme {
      less spring = 5% of list
      less late = 50% of spring //~ E0210
    }",
        ),
    );
    clean(
        SHOP,
        &unit(
            "    best of programme {
      less spring = 5% of list
      less late = 3% of running
    }
    add thanks = 1 CNY when applied(spring)
    subtotal price
    less again = 1% of programme",
        ),
    );
}

#[test]
fn the_names_of_built_in_figures_name_no_step() {
    mistakes(
        SHOP,
        &unit(
            "    less margin = 5% of list //~ E0215
    subtotal cost //~ E0215
    best of quantity { //~ E0215
      less a = 1 CNY
    }",
        ),
    );
    mistakes(SHOP, &unit("    subtotal net //~ E0215\n    add late = 5 CNY"));
}

#[test]
fn a_line_has_no_net_of_its_own() {
    let problems = mistakes(
        SHOP,
        "price press {
  per unit { list = 900 CNY }
  per line {
    add freight = 40 CNY
    subtotal net //~ E0215
  }
}",
    );
    assert_eq!(problems[0].fix.as_ref().map(|fix| fix.replacement.as_str()), Some("amount"));
}

#[test]
fn after_a_tax_nothing_changes_the_price_before_it() {
    mistakes(
        SHOP,
        &unit(
            "    tax levy = 2 CNY //~ W0606
    less late = 5 CNY //~ E0609
    best of deals { //~ E0609
      less a = 1 CNY
    }
    floor least = 5 CNY //~ E0609
    tax second = 1 CNY //~ W0606
    round half_up to 1 CNY
    subtotal price",
        ),
    );
}

#[test]
fn a_tax_of_a_line_that_becomes_part_of_the_net_is_remarked() {
    mistakes(SHOP, &unit("    tax vat = 13% of running //~ W0606"));
    clean(SHOP, &unit("    tax vat within = 13% of running"));
}

#[test]
fn an_amount_that_its_ranges_show_to_be_negative_is_refused() {
    let problems = mistakes(SHOP, &unit("    less rebate = 100 CNY - 3 CNY * quantity //~ E0604"));
    assert!(problems[0].labels[0].text.contains("-50 CNY"), "{problems:#?}");
    assert!(problems[0].notes.iter().any(|note| note.contains("from 1 to 50")), "{problems:#?}");
    mistakes(SHOP, &unit("    add rebate = -5 CNY //~ E0604"));
    mistakes(
        SHOP,
        "price press {
  entry discount: -5% to 15% default 0%
  per unit {
    list = 900 CNY
    less agreed = discount of running //~ E0604
  }
}",
    );
}

#[test]
fn an_amount_that_may_be_negative_says_so_or_is_kept_from_it() {
    clean(
        SHOP,
        &unit(
            "    less a = 100 CNY - 3 CNY * quantity may be negative
    less b = max(100 CNY - 3 CNY * quantity, 0 CNY)
    less c = 100 CNY - 3 CNY * quantity when quantity <= 30
    less d = 60 CNY - 1 CNY * quantity
    less e = list - 3 CNY * quantity",
        ),
    );
}

#[test]
fn a_divisor_that_can_be_zero_is_kept_from_it() {
    let problems = mistakes(
        SHOP,
        "price press { per unit { list = 900 CNY / (quantity - 1) rounded up to 1 CNY } } //~ E0312",
    );
    assert_eq!(problems[0].notes, ["`quantity` goes from 1 to 50"]);
    clean(
        SHOP,
        &unit(
            "    less a = 900 CNY / (quantity + 1) rounded up to 1 CNY
    less b = 90 CNY / (quantity - 1) rounded up to 1 CNY when quantity > 1
    less c = (if quantity > 1 then 90 CNY / (quantity - 1) else 0 CNY) rounded up to 1 CNY",
        ),
    );
}

#[test]
fn an_entrys_default_and_limit_can_be_typed() {
    let problems = mistakes(
        SHOP,
        "price press {
  entry a: 0% to 15% default 20% //~ E0606
  entry b: 0% to 15% default 0% limit by actor.role { rep: 10%, manager: 25% } //~ E0606
  entry c: 0 CNY to 10 CNY step 2 CNY default 3 CNY //~ E0606
  entry d: yes | no default no limit yes //~ E0606
  per unit { list = 900 CNY }
}",
    );
    assert!(problems.iter().any(|problem| problem.message.contains("`25%`")));
}

#[test]
fn steps_of_other_days_than_the_books_are_remarked() {
    mistakes(
        SHOP,
        &unit(
            "    less early = 5 CNY during 2025-03-01 to 2025-05-31 //~ W0603
    less late = 5 CNY during from 2027-01-01 //~ W0603
    less fine = 5 CNY during from 2026-06-01",
        ),
    );
}

#[test]
fn discounts_of_the_list_price_do_not_take_more_than_all_of_it() {
    mistakes(SHOP, &unit("    less clearance = 60% of list\n    less fair = 50% of list //~ W0601"));
    mistakes(
        SHOP,
        "price press {
  entry discount: 0% to 50% default 0%
  per unit {
    list = 900 CNY
    less clearance = 60% of list when cooling = none
    less agreed = discount of list //~ W0601
  }
}",
    );
    clean(
        SHOP,
        &unit(
            "    less a = 60% of list when cooling = none
    less b = 60% of list when cooling = air
    less c = 40% of list",
        ),
    );
    clean(SHOP, &unit("    less a = 60% of list\n    less b = 50% of running"));
    clean(SHOP, &unit("    less a = 60% of list\n    floor f = 100 CNY\n    less b = 50% of list"));
    mistakes(
        SHOP,
        &unit(
            "    less clearance = 60% of list
    best of deals { //~ W0601
      less fair = 10% of running
      less closing = 41% of list
    }",
        ),
    );
}

#[test]
fn products_of_one_price_are_sold_in_one_unit() {
    mistakes(
        SHOP,
        r#"
family stock "Stock"
product rod in stock { quantity 1 to 50 }
product wire in stock { quantity 0.5 kg to 500 kg }
price stock { per unit { list = 40 CNY } } //~ E0613
price press { per unit { list = 900 CNY } }
"#,
    );
    clean(
        SHOP,
        r#"
family stock "Stock"
product rod in stock { quantity 0.5 kg to 50 kg }
product wire in stock { quantity 0.5 kg to 500 kg }
price stock {
  per unit {
    list = 40 CNY/kg
    less off = 3% of list
    round half_up to 0.01 CNY/kg
  }
  per line {
    add freight = 12 CNY
  }
}
price press { per unit { list = 900 CNY } }
"#,
    );
}

#[test]
fn a_price_that_prices_nothing_is_remarked() {
    mistakes(
        SHOP,
        "family empty
price empty { per unit { list = 1 CNY } } //~ W0605
price press { per unit { list = 900 CNY } }",
    );
}

#[test]
fn clauses_of_the_quote_mean_nothing_in_a_line() {
    mistakes(SHOP, &unit("    less coupon = 5 CNY spread by running //~ E0117"));
}
