//! What people are told: the code, and the words that help.

use super::{in_yuan, only_error};

/// The error of a list price of a press.
fn of_list(formula: &str) -> (&'static str, String) {
    only_error(&in_yuan(&format!(
        "context customer {{ level: standard | silver | gold  default standard  code: text optional }}
         exchange USD to CNY
         enum colour: red | blue
         product press {{
           quantity 1 to 50
           option force: 63 tf | 100 tf
           option tint: colour
           option stroke: 100 mm to 800 mm step 50 mm
           option rail: 100 mm | 200 mm  optional
           let mass: kg = 40 kg
           cost {{ steel = mass * 6 CNY/kg }}
         }}
         table rate_of(customer.level) -> rate {{ standard: 0%, silver: 2%, gold: 4% }}
         table sizes(code: text) -> {{ price: CNY, mass: kg }} {{
           code | price | mass
           \"A\"  | 10    | 2
           else | 12    | 3
         }}
         price press {{
           entry discount: 0% to 15%  default 0%
           per unit {{ list = {formula}  less agreed = discount of list  subtotal price }}
           per line {{ subtotal amount }}
         }}"
    )))
}

/// Fails unless the error has the code and says all the words.
fn says(formula: &str, code: &str, words: &[&str]) {
    let (found, said) = of_list(formula);
    assert_eq!(found, code, "{formula}: {said}");
    for word in words {
        assert!(said.contains(word), "{formula}: `{word}` is not said in\n{said}");
    }
}

#[test]
fn units_that_do_not_fit_are_named_with_what_is_missing() {
    says(
        "mass",
        "E0301",
        &["a quantity in `kg`", "an amount in `CNY`", "multiply it by a price in `CNY/kg`"],
    );
    says("6 CNY/kg", "E0301", &["multiply it by a quantity in `kg`"]);
    says("mass * mass * 6 CNY/kg", "E0301", &["divide it by a quantity in `kg`"]);
    says("(mass + 2 h) * 6 CNY/kg", "E0301", &["a quantity in `h` cannot be added to a quantity in `kg`"]);
    says("30 CNY * 30 CNY", "E0319", &["times"]);
}

#[test]
fn plain_numbers_and_bare_rates_are_told_what_to_become() {
    says("900", "E0304", &["write `900 CNY`"]);
    says("900 CNY + 5", "E0304", &["write `5 CNY`"]);
    says("8%", "E0305", &["`8% of list`", "`8% of running`"]);
    says("900 CNY - 5%", "E0305", &["5% of 900 CNY"]);
    says("5 of 900 CNY", "E0317", &["write `5%`"]);
    says("0.05 of 900 CNY", "E0317", &["write `5%`"]);
    says("if discount > 5 then 1 CNY else 2 CNY", "E0317", &["write `5%`"]);
}

#[test]
fn currencies_are_converted_by_name_only() {
    says("900 CNY + 10 USD", "E0303", &["convert(…, CNY)"]);
    says("900 EUR", "E0307", &["`CNY`", "exchange EUR to CNY"]);
    says("convert(9 EUR, CNY)", "E0318", &["exchange EUR to CNY"]);
    says("convert(mass, CNY)", "E0302", &["only amounts of money"]);
}

#[test]
fn names_that_are_not_there_are_told_their_nearest_or_their_place() {
    says("mas * 6 CNY/kg", "E0201", &["did you mean `mass`"]);
    says("rate_off(customer.level) of 900 CNY", "E0201", &["did you mean `rate_of`"]);
    says("rate_of(level) of 900 CNY", "E0201", &["customer.level"]);
    says("rate_of of 900 CNY", "E0204", &["rate_of(level)"]);
    says("if gold then 1 CNY else 2 CNY", "E0201", &["`gold` is a value of `customer.level`"]);
    says("press.force * 1 CNY/tf", "E0204", &["write `force`"]);
    says("rate_of(customer.levl) of 900 CNY", "E0203", &["did you mean `level`"]);
    says("steel", "E0201", &["`cost` in prices"]);
}

#[test]
fn values_that_are_none_are_told_the_list() {
    says(
        "if customer.level = golden then 1 CNY else 2 CNY",
        "E0211",
        &["`standard`, `silver`, `gold`", "did you mean `gold`"],
    );
    says("if force = 80 tf then 1 CNY else 2 CNY", "E0211", &["`63 tf`, `100 tf`"]);
    says("if force in [63 tf, 80 tf] then 1 CNY else 2 CNY", "E0211", &["`63 tf`, `100 tf`"]);
    says("if customer.level >= silver then 1 CNY else 2 CNY", "E0308", &["standard < silver < gold"]);
    says("if tint = customer.level then 1 CNY else 2 CNY", "E0302", &["`enum`"]);
    says("by tint { red: 1 CNY }", "E0311", &["`blue`"]);
    says("by tint { red: 1 CNY, blue: 2 CNY, red: 3 CNY }", "E0214", &["listed twice"]);
    says("by stroke { 100 mm: 1 CNY }", "E0311", &["else"]);
}

#[test]
fn figures_read_too_early_are_told_the_stages() {
    says("cost + unit.price", "E0210", &["not known here yet"]);
    says("cost + line.amount", "E0210", &["`per line`"]);
    says("1% of line.net", "E0210", &["line.net"]);
    says("quote.net", "E0210", &["quote"]);
    says("10 CNY * line.quantity", "E0210", &["write `quantity`"]);
    says("1% of list", "E0210", &["`list`"]);
    says("price", "E0210", &["does not stand above"]);
    says("amount", "E0210", &["line"]);
}

#[test]
fn missing_values_are_told_how_to_open_them() {
    says("rail * 2 CNY/mm", "E0309", &["(rail otherwise 0 mm)", "given(rail)"]);
    says("if given(rail) then 0 CNY else rail * 2 CNY/mm", "E0309", &["`rail` may be missing"]);
    says("if given(rail) or true then rail * 2 CNY/mm else 0 CNY", "E0309", &["`rail` may be missing"]);
    says(
        "if customer.code starts with \"A\" then 1 CNY else 2 CNY",
        "E0309",
        &["`customer.code` may be missing"],
    );
    says("(stroke otherwise 0 mm) * 2 CNY/mm", "E0302", &["never missing"]);
}

#[test]
fn calls_are_told_their_form() {
    says("sizes(\"A\", 3).price", "E0310", &["1 key", "2 are given"]);
    says("sizes(\"A\")", "E0203", &["sizes(…).price", "`mass`"]);
    says("sizes(\"A\").prise", "E0203", &["did you mean `price`"]);
    says("round(900.4 CNY, 1 CNY)", "E0310", &["half_up"]);
    says("round(900.4 CNY, half_up, 1)", "E0304", &["`1 CNY`"]);
    says("clamp(900 CNY, 5 CNY)", "E0310", &["clamp(x, low, high)"]);
    says("900 CNY rounded up to 0 CNY", "E0315", &["above zero"]);
    says("900 CNY / 0", "E0312", &["divides by zero"]);
    says("price_at margin 100% of cost", "E0321", &["price_at markup"]);
}

#[test]
fn conditions_are_told_to_be_questions() {
    says("if force then 1 CNY else 2 CNY", "E0302", &["compare it"]);
    says("if tint then 1 CNY else 2 CNY", "E0302", &["one of its values"]);
    says("if 1 CNY < 2 kg then 1 CNY else 2 CNY", "E0301", &["cannot be compared"]);
    says("if force > 80 then 1 CNY else 2 CNY", "E0304", &["write `80 tf`"]);
}

#[test]
fn a_count_is_no_share() {
    says("if discount > quantity then 1 CNY else 2 CNY", "E0302", &["a rate cannot be compared"]);
    let (code, said) = only_error(&in_yuan(
        "product press { quantity 1 to 50  let part: rate = quantity  alert a: when part > 3% }
         price press { per unit { list = 900 CNY } }",
    ));
    assert_eq!(code, "E0302", "{said}");
}

#[test]
fn ranges_are_for_what_a_request_brings() {
    let (code, said) = only_error(&in_yuan(
        "product press { quantity 1 to 50  let mass: 1 kg to 5 kg = 3 kg  alert a: when mass > 3 kg }
         price press { per unit { list = 900 CNY } }",
    ));
    assert_eq!(code, "E0302");
    assert!(said.contains("write `kg`"), "{said}");
}

#[test]
fn a_name_declared_twice_is_one_message() {
    let (code, said) = only_error(&in_yuan(
        "product press { quantity 1 to 50 }
         product press { quantity 1 to 50  option other: a | b  require other = a }
         price press { per unit { list = 900 CNY } }",
    ));
    assert_eq!(code, "E0202");
    assert!(said.contains("first declared here"), "{said}");
}

#[test]
fn one_mistake_is_one_message() {
    // A let that is wrong says nothing more where it is used, nor does what is made from it.
    let (code, _) = only_error(&in_yuan(
        "product press {
           quantity 1 to 50
           let a = 3 kg + 2 h
           let b \"Shown\" = a * 2
           require light: a <= 5 kg
           cost { steel = b * 6 CNY/kg }
         }
         price press { per unit { list = a * 6 CNY/kg  less half = 50% of list when b > 1 kg } }",
    ));
    assert_eq!(code, "E0301");
}

#[test]
fn circles_show_their_whole_path() {
    let (code, said) = only_error(&in_yuan(
        "product press {
           quantity 1 to 50
           option guard: bool default false when a > 1 kg
           let a: kg = b + 1 kg
           let b: kg = if guard otherwise false then c else 1 kg
           let c: kg = 2 kg
         }
         price press { per unit { list = 900 CNY } }",
    ));
    assert_eq!(code, "E0209");
    assert!(said.contains("`a` → `b` → `guard`") || said.contains("`guard` → `a` → `b`"), "{said}");
}
