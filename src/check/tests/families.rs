//! What a family shares, and names that must be in every product.

use super::{in_yuan, only_error, sound};

const FAMILY: &str = "family machines {
    option frame: c_frame | h_frame
    let base: kg = by frame { c_frame: 40 kg, h_frame: 60 kg }
    require upright: frame != c_frame when heavy
    cost { steel = base * 6 CNY/kg }
  }
  product press in machines {
    quantity 1 to 50
    option heavy: bool default false
    let mass: kg = base + 5 kg
    cost { work = steel * 2 }
  }
  product shear in machines {
    quantity 1 to 50
    option heavy: bool default true
  }";

#[test]
fn what_a_family_shares_stands_first_in_each_of_its_products() {
    let book = sound(&in_yuan(&format!("{FAMILY}\nprice machines {{ per unit {{ list = cost * 2 }} }}")));
    let names = |at: usize| -> Vec<&str> {
        let product = &book.products[at];
        let options = product.options.iter().map(|it| it.name.as_ref());
        let lets = product.lets.iter().map(|it| it.name.as_ref());
        options.chain(lets).chain(product.unit_cost.iter().map(|it| it.name.as_ref())).collect()
    };
    assert_eq!(names(0), ["frame", "heavy", "base", "mass", "steel", "work"]);
    assert_eq!(names(1), ["frame", "heavy", "base", "steel"]);
    assert_eq!(book.products[0].constraints.len(), 1);
    assert_eq!(book.products[0].constraints[0].text.as_ref(), "require frame != c_frame when heavy");
}

#[test]
fn a_name_that_one_product_lacks_is_told_with_that_product() {
    let (code, said) = only_error(&in_yuan(&format!(
        "{FAMILY}\nprice machines {{ per unit {{ list = mass * 9 CNY/kg }} }}"
    )));
    assert_eq!(code, "E0213");
    assert!(said.contains("`mass` is known in `press` and not in `shear`"), "{said}");
}

#[test]
fn a_product_with_a_price_of_its_own_is_not_concerned() {
    sound(&in_yuan(&format!(
        "{FAMILY}\nprice machines {{ per unit {{ list = mass * 9 CNY/kg }} }}
         price shear {{ per unit {{ list = 700 CNY }} }}"
    )));
}

#[test]
fn a_rule_reads_what_every_product_has_or_is_narrowed() {
    let priced = format!("{FAMILY}\nprice machines {{ per unit {{ list = 900 CNY }} }}");
    let rule = |words: &str| in_yuan(&format!("{priced}\napprovals {{ level boss  {words}  route climb }}"));
    let (code, said) = only_error(&rule("ask boss when line.mass > 50 kg"));
    assert_eq!(code, "E0213");
    assert!(said.contains("for press"), "{said}");
    sound(&rule("ask boss for press when line.mass > 50 kg"));
    let (code, said) = only_error(&rule("ask boss when heavy"));
    assert_eq!(code, "E0201");
    assert!(said.contains("write `line.heavy`"), "{said}");
}

#[test]
fn lists_written_twice_are_two_types_and_say_so() {
    let (code, said) = only_error(&in_yuan(
        "family tools
         product saw in tools { quantity 1 to 9  option edge: fine | rough }
         product axe in tools { quantity 1 to 9  option edge: fine | rough }
         price tools { per unit { list = by edge { fine: 9 CNY, rough: 7 CNY } } }",
    ));
    assert_eq!(code, "E0213");
    assert!(said.contains("enum"), "{said}");
}

#[test]
fn measured_products_are_priced_per_unit_of_their_quantity() {
    sound(&in_yuan(
        "product wire { quantity 0.5 kg to 500 kg  cost { copper = 60 CNY/kg } }
         price wire {
           per unit { list = price_at markup 20% of cost  subtotal price }
           per line { add cut = 5 CNY  subtotal amount }
         }
         approvals { level boss  ask boss when unit.price < 61 CNY/kg or line.amount > 9_000 CNY  route climb }",
    ));
    let (code, said) = only_error(&in_yuan(
        "product wire { quantity 0.5 kg to 500 kg }
         price wire { per unit { list = 72 CNY } }",
    ));
    assert_eq!(code, "E0301");
    assert!(said.contains("CNY/kg"), "{said}");
}

#[test]
fn requests_that_choose_their_currency_pay_in_money() {
    let book = "book shop { currencies CNY, USD  effective 2026-01-01 to 2026-12-31 }
        exchange USD to CNY
        product press { quantity 1 to 50 }";
    sound(&format!(
        "{book}\nprice press {{ per unit {{ list = by currency {{ CNY: convert(9 USD, money), USD: convert(9 USD, money) }} }} }}"
    ));
    let (code, said) = only_error(&format!("{book}\nprice press {{ per unit {{ list = 9 USD }} }}"));
    assert_eq!(code, "E0303");
    assert!(said.contains("convert(…, money)"), "{said}");
    let (code, said) =
        only_error(&format!("{book}\nprice press {{ per unit {{ list = convert(9 CNY, money) }} }}"));
    assert_eq!(code, "E0318");
    assert!(said.contains("exchange CNY to USD"), "{said}");
}
