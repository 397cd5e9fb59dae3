//! What is `visible to` some roles stays hidden from all others, in every part of a quote. All figures are
//! worked by hand.

use serde_json::{Value, json};
use tarif::Book;

const HEAD: &str = r#"
book shop { currency EUR  effective 2026-01-01 to 2026-12-31 }
context actor { role: clerk | manager  default clerk }
"#;

/// A press with steps for one unit; its cost is for managers.
fn press(steps: &str, more: &str) -> Book {
    let text = format!(
        "{HEAD}
         product press \"Press\" {{ quantity 1 to 50  cost {{ steel = 613.37 EUR }} visible to manager }}
         price press {{
           entry discount: 0% to 50%  default 10%
           per unit {{
             list = 1_000 EUR
             {steps}
           }}
         }}
         {more}"
    );
    match Book::from_files([("book.tarif", text)]) {
        Ok(book) => book,
        Err(error) => panic!("the book is good: {error}"),
    }
}

fn quote(book: &Book, role: &str) -> Value {
    let line = json!({ "product": "press", "quantity": 1 });
    let request = json!({ "as_of": "2026-02-10", "actor": { "role": role }, "lines": [line] });
    serde_json::from_str(&book.quote_json(&request.to_string())).expect("JSON")
}

/// Step, kind, amount and price of the entries for one unit.
fn waterfall(quote: &Value) -> Vec<String> {
    let entries = quote["lines"][0]["unit"]["waterfall"].as_array();
    let entries = entries.unwrap_or_else(|| panic!("no waterfall: {quote:#}"));
    let shown = |entry: &Value| {
        let text = |name: &str| entry[name].as_str().unwrap_or("-").to_owned();
        format!("{} {} {} {}", text("step"), text("kind"), text("amount"), text("running"))
    };
    entries.iter().map(shown).collect()
}

fn entry<'q>(quote: &'q Value, step: &str) -> &'q Value {
    let entries = quote["lines"][0]["unit"]["waterfall"].as_array().expect("a waterfall");
    entries.iter().find(|entry| entry["step"] == step).unwrap_or_else(|| panic!("no `{step}`: {quote:#}"))
}

/// Figures that must stand nowhere in the quote.
fn says_nothing_of(quote: &Value, secrets: &[&str]) {
    let text = quote.to_string();
    for secret in secrets {
        assert!(!text.contains(secret), "`{secret}` is told: {quote:#}");
    }
}

#[test]
fn a_floor_on_the_cost_does_not_tell_it() {
    let book =
        press("less agreed = discount of list\n floor least = cost / (1 - 20%) rounded up to 1 EUR", "");
    // 613.37 / 0.8 is 766.7125.
    assert_eq!(entry(&quote(&book, "manager"), "least")["bound"], "767.00");
    let clerk = quote(&book, "clerk");
    let least = entry(&clerk, "least");
    assert_eq!((&least["bound"], &least["formula"]), (&json!(null), &json!(null)));
    assert_eq!(least["inputs"][0]["value"], "not shown");
    assert_eq!(least["reason"], "the price keeps to it already");
    says_nothing_of(&clerk, &["613.37", "766.7", "767.00", "20%"]);
}

#[test]
fn a_price_made_from_the_cost_shows_the_price_alone() {
    let text = format!(
        "{HEAD}
         product press {{ cost {{ steel = 613.37 EUR }} visible to manager }}
         price press {{ per unit {{ list = cost * 1.37 rounded up to 1 EUR }} }}"
    );
    let book = Book::from_files([("book.tarif", text)]).expect("a good book");
    // 613.37 × 1.37 is 840.3169.
    let manager = quote(&book, "manager");
    assert!(entry(&manager, "list")["formula"].as_str().is_some_and(|text| text.contains("1.37")));
    let clerk = quote(&book, "clerk");
    assert_eq!(entry(&clerk, "list")["amount"], "841.00");
    says_nothing_of(&clerk, &["613.37", "1.37", "227.63"]);
}

#[test]
fn a_hidden_step_is_told_together_with_the_next_one() {
    let book = press("add reserve = 70 EUR visible to manager\n less agreed = discount of running", "");
    let all = ["list list 1000.00 1000.00", "reserve add 70.00 1070.00", "agreed less -107.00 963.00"];
    assert_eq!(waterfall(&quote(&book, "manager")), all);
    let clerk = quote(&book, "clerk");
    assert_eq!(waterfall(&clerk), ["list list 1000.00 1000.00", "agreed withheld -37.00 963.00"]);
    assert_eq!(clerk["lines"][0]["unit"]["withheld"], true);
    says_nothing_of(&clerk, &["70.00", "107.00"]);
}

#[test]
fn a_hidden_step_before_a_figure_is_told_together_with_the_step_before() {
    let book = press(
        "less agreed = discount of list\n add reserve = 70 EUR visible to manager\n subtotal price
         add freight = 5 EUR",
        "",
    );
    let expected = [
        "list list 1000.00 1000.00",
        "agreed withheld -30.00 970.00",
        "price subtotal 0.00 970.00",
        "freight add 5.00 975.00",
    ];
    let clerk = quote(&book, "clerk");
    assert_eq!(waterfall(&clerk), expected);
    says_nothing_of(&clerk, &["\"70.00", "900.00"]);
}

#[test]
fn what_stands_between_does_not_tell_the_price_there() {
    let book = press(
        "add reserve = 70 EUR visible to manager
         less volume = 3% of running when running > 5_000 EUR
         less agreed = discount of running
         less again = 1% of agreed",
        "",
    );
    let clerk = quote(&book, "clerk");
    let volume = entry(&clerk, "volume");
    assert_eq!((&volume["reason"], &volume["running"]), (&json!("it does not count here"), &json!(null)));
    assert_eq!(entry(&clerk, "again")["inputs"][0]["value"], "not shown");
    // 1000 + 70 − 107 − 1.07
    assert_eq!(entry(&clerk, "again")["running"], "961.93");
    says_nothing_of(&clerk, &["70.00", "107.00"]);
}

#[test]
fn what_a_group_of_lines_reads_in_between_does_not_tell_the_price_there() {
    let book = press(
        "",
        "quote {
           add reserve = 70 EUR visible to manager
           less volume = if running > 5_000 EUR then 1 EUR else 0 EUR  for each line
           less agreed = 10% of running rounded half_up to 0.01 EUR  for each line
         }",
    );
    let read = |role: &str| {
        let quote = quote(&book, role);
        let steps = quote["totals"]["waterfall"].as_array().cloned().expect("a waterfall");
        let volume = steps.into_iter().find(|it| it["step"] == "volume").expect("the step");
        (volume["details"][0]["inputs"][0]["value"].clone(), quote)
    };
    let (running, clerk) = read("clerk");
    assert_eq!(running, "not shown", "{clerk:#}");
    // 1000 + 70 − 107
    assert_eq!(clerk["totals"]["total"], "963.00");
    says_nothing_of(&clerk, &["70.00", "107.00", "reserve"]);
    assert_eq!(read("manager").0, "1070.00 EUR");
}

#[test]
fn a_hidden_member_of_a_group_is_not_told_to_the_others() {
    let book = press(
        "best of programme { less loyalty = 80 EUR  less secret = 93 EUR visible to manager }
         less agreed = discount of list",
        "",
    );
    let clerk = quote(&book, "clerk");
    assert_eq!(entry(&clerk, "loyalty")["reason"], "another step counts instead");
    // −93 − 100
    assert_eq!(entry(&clerk, "agreed")["amount"], "-193.00");
    says_nothing_of(&clerk, &["93.00 EUR", "-93.00", "secret"]);
    assert_eq!(entry(&clerk, "programme").get("sum"), None);
    let manager = quote(&book, "manager");
    assert_eq!(entry(&manager, "programme")["sum"], "-93.00");
}

#[test]
fn figures_that_tell_the_cost_are_hidden_with_it() {
    let book = press(
        "less agreed = discount of list\n let gain \"Gain\" = running - cost",
        "approvals { level boss  ask boss when unit.gain < 300 EUR }",
    );
    // 900 − 613.37
    let manager = quote(&book, "manager");
    assert_eq!(manager["lines"][0]["unit"]["figures"]["gain"], "286.63");
    assert_eq!(manager["approvals"]["requirements"][0]["tested"][0]["shown"], "286.63 EUR");
    let clerk = quote(&book, "clerk");
    assert_eq!(clerk["lines"][0]["unit"]["figures"], json!({}));
    let tested = &clerk["approvals"]["requirements"][0]["tested"][0];
    assert_eq!((&tested["shown"], &tested["threshold"]), (&json!(null), &json!("300.00 EUR")));
    says_nothing_of(&clerk, &["286.63", "613.37"]);
}

#[test]
fn a_threshold_made_from_the_cost_is_hidden() {
    let rule = |condition: &str| format!("approvals {{ level boss  ask boss when {condition} }}");
    let tested = |condition: &str| {
        let clerk = quote(&press("less agreed = 30% of list", &rule(condition)), "clerk");
        says_nothing_of(&clerk, &["613.37", "736.04", "86.63"]);
        let tested = &clerk["approvals"]["requirements"][0]["tested"][0];
        (tested["shown"].clone(), tested["threshold"].clone())
    };
    // 613.37 × 1.2 is 736.044, and 700 less.
    assert_eq!(tested("line.net < line.cost * 1.2"), (json!("700.00 EUR"), json!(null)));
    assert_eq!(tested("line.margin < 15%"), (json!(null), json!("15%")));
}

#[test]
fn a_remark_on_the_margin_is_for_those_who_may_see_it_unless_it_has_words_for_all() {
    let book = press(
        "less agreed = 30% of list",
        "quote { alert thin: when line.margin < 15%
                 alert talk: when line.margin < 16% because \"talk to your manager\" }",
    );
    let names = |role: &str| {
        let quote = quote(&book, role);
        let alerts = quote["lines"][0]["alerts"].as_array().expect("alerts").clone();
        alerts.iter().map(|alert| alert["name"].as_str().unwrap_or("-").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("manager"), ["thin", "talk"]);
    assert_eq!(names("clerk"), ["talk"]);
}

#[test]
fn steps_of_the_quote_are_folded_on_it_and_on_its_lines() {
    let book = press(
        "less agreed = discount of list",
        "quote {
           add reserve = 40 EUR visible to manager
           less coupon = 15 EUR
           subtotal net
           tax vat = 20% of net rounded half_up to 0.01 EUR
         }",
    );
    let clerk = quote(&book, "clerk");
    let shown = |entries: &Value| {
        let shown = |entry: &Value| format!("{} {} {}", entry["step"], entry["kind"], entry["amount"]);
        entries.as_array().expect("entries").iter().map(shown).collect::<Vec<_>>().join(" ").replace('"', "")
    };
    let expected = "lines start 900.00 coupon withheld 25.00 net subtotal 0.00 vat tax 185.00";
    assert_eq!(shown(&clerk["totals"]["waterfall"]), expected);
    assert_eq!(shown(&clerk["lines"][0]["line"]["waterfall"]), "units start 900.00 coupon withheld 25.00");
    says_nothing_of(&clerk, &["40.00", "940.00", "15.00"]);
}
