//! What a quote does beyond its lines: taxes, charges, gifts, claims, spreads, coupons and money abroad.
//!
//! Each file of `tests/quotes` is a book with its tests; all figures in them are worked by hand.

use std::path::PathBuf;

use serde_json::Value;
use tarif::{Book, testing};

#[expect(clippy::disallowed_methods, reason = "a test reads the books it checks")]
fn books() -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/quotes");
    let mut books: Vec<(String, String)> = std::fs::read_dir(folder)
        .expect("the books are there")
        .map(|entry| {
            let path = entry.expect("an entry of the folder").path();
            let name = path.file_name().expect("a file name").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).expect("a file of the project"))
        })
        .collect();
    books.sort();
    books
}

fn book(name: &str) -> Book {
    let (_, text) = books().into_iter().find(|(file, _)| file == name).expect("the book is there");
    match Book::from_files([(name, text)]) {
        Ok(book) => book,
        Err(error) => panic!("{name} is good: {error}"),
    }
}

fn quote(book: &Book, request: &str) -> Value {
    serde_json::from_str(&book.quote_json(request)).expect("JSON")
}

/// What a step of the quote's own waterfall is told to have done.
fn entry<'q>(quote: &'q Value, step: &str) -> &'q Value {
    let waterfall = quote["totals"]["waterfall"].as_array().expect("a waterfall");
    waterfall.iter().find(|entry| entry["step"] == step).expect("an entry of the step")
}

#[test]
fn every_book_gives_the_figures_that_were_worked_by_hand() {
    let mut failed = String::new();
    for (name, _) in books() {
        let book = book(&name);
        let tested = testing::run(book.plan());
        assert!(!tested.tests.is_empty(), "{name} has tests");
        for problem in tested.problems() {
            let place = book.place(problem.span().expect("a place"));
            failed.push_str(&format!("{name}:{}: {}\n", place.line, problem.message));
        }
    }
    assert!(failed.is_empty(), "{failed}");
}

#[test]
fn a_charge_stands_behind_the_lines_with_what_later_steps_did_to_it() {
    let book = book("charges.tarif");
    let quote = quote(
        &book,
        r#"{ "as_of": "2026-03-01", "wrapped": true, "rebated": true,
             "lines": [{ "product": "item", "quantity": 1, "options": { "p": "17.60" } }] }"#,
    );
    let lines = quote["lines"].as_array().expect("lines");
    assert_eq!(lines.len(), 2);
    let charge = &lines[1];
    assert_eq!((&charge["charge"], &charge["step"]), (&Value::Bool(true), &Value::from("wrap")));
    assert_eq!((&charge["label"], &charge["net"]), (&Value::from("Gift wrap"), &Value::from("2.28")));
    let steps: Vec<(&str, &str)> = charge["waterfall"]
        .as_array()
        .expect("a waterfall")
        .iter()
        .map(|entry| (entry["step"].as_str().expect("a step"), entry["amount"].as_str().expect("an amount")))
        .collect();
    assert_eq!(steps, [("charge", "2.40"), ("rebate", "-0.12")]);
    assert_eq!(quote["totals"]["net"], "19.00");
}

#[test]
fn claims_that_lose_their_group_say_to_what_they_lost_and_what_they_would_have_taken() {
    let book = book("better_offer.tarif");
    let quote = quote(
        &book,
        r#"{ "as_of": "2026-03-01",
             "lines": [{ "product": "soap", "quantity": 2, "options": { "p": 100 } },
                       { "product": "soap", "quantity": 1, "options": { "p": 1 } }] }"#,
    );
    let entry = |step: &str| entry(&quote, step);
    let reason = Value::from("`ten` gives more: 20.10 EUR against 1.00 EUR");
    let block = entry("three_for_two");
    assert_eq!((&block["kind"], &block["outcome"]), (&Value::from("claims"), &Value::from("skipped")));
    assert_eq!((&block["reason"], &block["group"]), (&reason, &Value::from("The better offer")));
    let claim = entry("free_third");
    assert_eq!((&claim["reason"], &claim["group"]), (&reason, &Value::from("Three for two")));
    assert_eq!((&claim["amount"], &claim["details"][0]["units"]), (&Value::from("0.00"), &Value::from(1)));
    assert_eq!(claim["details"][0]["amounts"][0]["amount"], "1.00");
    assert_eq!(entry("one_euro")["reason"], "there are not enough units left to take");
    assert_eq!(entry("ten")["running"], "180.90");
}

#[test]
fn a_block_of_taxes_tells_what_they_are_together() {
    let book = book("taxes.tarif");
    let told = |style: &str, block: &str| {
        let request = format!(
            r#"{{ "as_of": "2026-03-01", "style": "{style}",
                  "lines": [{{ "product": "item", "quantity": 1, "options": {{ "p": "10.10" }} }}] }}"#
        );
        let quote = quote(&book, &request);
        let entry = entry(&quote, block);
        (entry["amount"].clone(), entry["sum"].clone(), quote["totals"]["figures"][block].clone())
    };
    let (none, sum) = (Value::from("0.00"), Value::from("0.74"));
    // 0.505 and 0.22725, each rounded
    assert_eq!(told("each_tax", "two"), (none.clone(), sum.clone(), sum));
    // 20 and 5 of 125 parts of 10.10: 1.616 and 0.404
    let sum = Value::from("2.02");
    assert_eq!(told("inside", "contained"), (none.clone(), sum.clone(), sum));
    assert_eq!(told("none", "two"), (none.clone(), Value::Null, none));
}

#[test]
fn a_figure_that_is_no_money_is_told_with_its_unit() {
    let book = book("figures.tarif");
    let quote = quote(
        &book,
        r#"{ "as_of": "2026-03-01",
             "lines": [{ "product": "stone", "quantity": 3, "options": { "size": "large" } }] }"#,
    );
    let figures = &quote["totals"]["figures"];
    assert_eq!((&figures["mass"], &figures["points"]), (&Value::from("18 kg"), &Value::from("12")));
    assert_eq!(quote["lines"][0]["unit"]["figures"]["weight"], "6 kg");
    let mass = entry(&quote, "mass");
    assert_eq!((&mass["contained"], &mass["running"]), (&Value::from("18 kg"), &Value::from("120.00")));
}

#[test]
fn a_claim_that_is_made_several_times_tells_what_it_took_each_time() {
    let book = book("better_offer.tarif");
    let quote = quote(
        &book,
        r#"{ "as_of": "2026-03-01", "lines": [
             { "product": "soap", "quantity": 7, "options": { "p": "10" } },
             { "product": "soap", "quantity": 2, "options": { "p": "4" } }] }"#,
    );
    // Nine units: 4, 4 and 10 are free.
    let mut waterfall = quote["totals"]["waterfall"].as_array().expect("a waterfall").iter();
    let claim = waterfall.find(|entry| entry["step"] == "free_third").expect("the claim");
    assert_eq!(claim["amount"], "-18.00");
    let told = serde_json::json!([{ "times": 3, "units": 3, "amounts": [
        { "times": 2, "amount": "4.00" }, { "times": 1, "amount": "10.00" }] }]);
    assert_eq!(claim["details"], told);
}

#[test]
fn a_charge_that_does_not_count_adds_no_line() {
    let book = book("charges.tarif");
    let quote = quote(
        &book,
        r#"{ "as_of": "2026-03-01",
             "lines": [{ "product": "item", "quantity": 1, "options": { "p": "17.60" } }] }"#,
    );
    assert_eq!(quote["lines"].as_array().expect("lines").len(), 1);
}

#[test]
fn a_gift_is_a_line_of_its_product_that_nobody_asked_for() {
    let book = book("gifts.tarif");
    let quote = quote(
        &book,
        r#"{ "as_of": "2026-03-01", "colour": "blue",
             "lines": [{ "id": "mugs_by_value", "product": "item", "quantity": 1, "options": { "p": "170" } }] }"#,
    );
    let gift = &quote["lines"][1];
    assert_eq!(gift["id"], "mugs_by_value+");
    assert_eq!((&gift["gift"], &gift["product"]), (&Value::Bool(true), &Value::from("mug")));
    assert_eq!((&gift["quantity"], &gift["net"]), (&Value::from(3), &Value::from("1.50")));
    assert_eq!(gift["options"]["size"], "500 ml");
    assert_eq!(gift["cost"], "11.50");
}

#[test]
fn taxes_of_a_block_are_told_one_by_one() {
    let book = book("taxes.tarif");
    let quote = quote(
        &book,
        r#"{ "as_of": "2026-03-01", "style": "their_sum",
             "lines": [{ "product": "item", "quantity": 1, "options": { "p": "10.10" } }] }"#,
    );
    let taxes: Vec<String> = quote["totals"]["tax"]
        .as_array()
        .expect("taxes")
        .iter()
        .map(|tax| format!("{} {}", tax["name"].as_str().unwrap(), tax["amount"].as_str().unwrap()))
        .collect();
    assert_eq!(taxes, ["state_once 0.50", "city_once 0.23"]);
}

#[test]
fn a_line_that_the_book_hides_counts_all_the_same() {
    let book = book("gifts.tarif");
    let quote = quote(
        &book,
        r#"{ "as_of": "2026-03-01",
             "lines": [{ "product": "item", "quantity": 1, "options": { "p": "120" } },
                       { "product": "item", "quantity": 1, "options": { "p": "0" } }] }"#,
    );
    let hidden: Vec<bool> =
        quote["lines"].as_array().expect("lines").iter().map(|line| line["hidden"] == true).collect();
    // The mug is given for nothing; an item of zero is another product.
    assert_eq!(hidden, [false, false, true]);
    assert_eq!(quote["totals"]["cost"], "64.50");
}

#[test]
fn what_is_to_be_paid_stands_beside_the_total_with_the_steps_that_lead_there() {
    let book = book("payable.tarif");
    let quote = quote(
        &book,
        r#"{ "as_of": "2026-05-01", "deposit": "10", "card": "12.50", "cash": true,
             "lines": [{ "product": "chocolate", "quantity": 5 }] }"#,
    );
    let totals = &quote["totals"];
    assert_eq!((&totals["net"], &totals["total"]), (&Value::from("24.75"), &Value::from("25.39")));
    let payable = &totals["payable"];
    assert_eq!((&payable["label"], &payable["amount"]), (&Value::from("To pay"), &Value::from("2.90")));
    assert_eq!(payable["figures"]["open"], "2.89");
    let amounts: Vec<&str> = payable["waterfall"]
        .as_array()
        .expect("a waterfall")
        .iter()
        .filter(|entry| entry["outcome"] == "applied" && entry["kind"] != "subtotal")
        .map(|entry| entry["amount"].as_str().expect("an amount"))
        .collect();
    assert_eq!(amounts, ["25.39", "-10.00", "0.00", "-12.50", "0.01"]);
    // The waterfall of the total ends at the total.
    assert_eq!(totals["waterfall"].as_array().and_then(|it| it.last()).expect("a step")["running"], "25.39");
}

#[test]
fn who_pays_less_than_nothing_has_no_valid_quote() {
    let text = r#"
        book till { currency EUR  effective 2026-01-01 to 2026-12-31 }
        given card: 0 EUR to 100 EUR default 0 EUR
        product pen "Pen" {}
        price pen { per unit { list = 2 EUR } }
        quote { payable { less gift_card = card } }
    "#;
    let book = Book::from_files([("book.tarif", text)]).expect("the book is good");
    let request = r#"{ "as_of": "2026-05-01", "card": 5, "lines": [{ "product": "pen", "quantity": 1 }] }"#;
    let quote = quote(&book, request);
    assert_eq!(quote["status"], "invalid");
    assert_eq!(quote["violations"][0]["code"], "E0931");
    assert_eq!(quote["violations"][0]["message"], "what is to be paid comes to -3.00 EUR, below zero");
    assert_eq!(quote["totals"]["total"], "2.00");
}

#[test]
fn without_such_steps_nothing_is_said_of_what_is_to_be_paid() {
    let book = book("charges.tarif");
    let request = r#"{ "as_of": "2026-03-01", "lines": [{ "product": "item", "quantity": 1, "options": { "p": "17.60" } }] }"#;
    assert!(quote(&book, request)["totals"].get("payable").is_none());
}

#[test]
fn a_quote_says_by_how_much_it_misses_what_is_asked() {
    let book = book("requirements.tarif");
    let quote =
        quote(&book, r#"{ "as_of": "2026-05-01", "lines": [{ "product": "solvent", "quantity": 3 }] }"#);
    assert_eq!(quote["status"], "invalid");
    assert_eq!(quote["lines"][0]["status"], "ok");
    let violation = &quote["violations"][0];
    assert_eq!((&violation["code"], &violation["name"]), (&Value::from("E0947"), &Value::from("least")));
    assert_eq!(
        violation["message"],
        "`require net >= 50 EUR` is broken: net is 37.50 EUR, 12.50 EUR too little"
    );
    assert_eq!(violation["off_by"], "12.50 EUR");
    assert_eq!(violation["because"], "we deliver from 50 EUR on");
    assert_eq!(quote["violations"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_requirement_tells_no_hidden_margin() {
    let text = include_str!("quotes/requirements.tarif").replace("margin >= 35%", "margin >= 40%");
    let strict = Book::from_files([("book.tarif", text)]).expect("the book is good");
    let told = |role: &str| {
        let request = format!(
            r#"{{ "as_of": "2026-05-01", "actor": {{ "role": "{role}" }},
                 "lines": [{{ "product": "solvent", "quantity": 5 }}] }}"#
        );
        quote(&strict, &request)["violations"][0].clone()
    };
    let clerk = told("clerk");
    assert_eq!(clerk["message"], "`require quote.margin >= 40% when net < 100 EUR` is broken");
    assert!(clerk.get("off_by").is_none());
    // (62.50 − 40) / 62.50
    let manager = told("manager");
    assert_eq!(
        manager["message"],
        "`require quote.margin >= 40% when net < 100 EUR` is broken: margin is 36%, 4% too little"
    );
}

#[test]
fn a_book_of_finer_amounts_shows_all_of_them_so_fine() {
    let finer = book("finer.tarif");
    let request = r#"{ "as_of": "2026-05-01", "tenth": true, "lines": [
        { "product": "item", "quantity": 2, "options": { "price": "19.812" } },
        { "product": "item", "quantity": 3, "options": { "price": "31.188" } } ] }"#;
    let quote = quote(&finer, request);
    assert_eq!(quote["totals"]["total"], "126.8692");
    assert_eq!(quote["totals"]["payable"]["amount"], "126.8700", "{:#}", quote["totals"]["payable"]);
    assert_eq!(quote["lines"][0]["net"], "35.6616");
    assert_eq!(quote["alerts"], serde_json::json!([]));
}

#[test]
fn a_book_of_coarser_amounts_says_where_its_prices_are_finer() {
    let text = "book b { currency HUF to 1  effective 2026-01-01 to 2026-12-31 }
        product roll { quantity 1 to 9 }
        price roll { per unit { list = 12.50 HUF }  per line { round half_up to 1 minor_unit } }";
    let coarse = Book::from_files([("book.tarif", text)]).unwrap_or_else(|error| panic!("{error}"));
    let priced = |quantity: u64| {
        let line = serde_json::json!({ "product": "roll", "quantity": quantity });
        quote(&coarse, &serde_json::json!({ "as_of": "2026-05-01", "lines": [line] }).to_string())
    };
    // 37.50 and 25.
    assert_eq!(priced(3)["totals"]["total"], "38");
    assert_eq!(priced(2)["totals"]["total"], "25");
    let unrounded = Book::from_files([("book.tarif", text.replace("round half_up to 1 minor_unit", ""))]);
    let unrounded = unrounded.unwrap_or_else(|error| panic!("{error}"));
    let request = r#"{ "as_of": "2026-05-01", "lines": [{ "product": "roll", "quantity": 3 }] }"#;
    let told = quote(&unrounded, request);
    assert_eq!(told["totals"]["total"], "37.5");
    assert_eq!(told["alerts"][0]["name"], "W0901", "{:#}", told["alerts"]);
}

#[test]
fn each_group_is_told_with_what_its_amount_read() {
    let grouped = book("grouped.tarif");
    let asked = |offer: &str| {
        let line = |price: &str, quantity: u64, brand: &str| {
            serde_json::json!({ "product": "item", "quantity": quantity,
                "options": { "p": price, "of_brand": brand } })
        };
        let alone = serde_json::json!({ "product": "item", "quantity": 1, "options": { "p": "7" } });
        let lines = [line("10", 2, "acme"), line("10", 1, "bolt"), line("5.03", 1, "acme"), alone];
        let request = serde_json::json!({ "as_of": "2026-05-01", "offer": offer, "lines": lines });
        quote(&grouped, &request.to_string())
    };
    let told = asked("brands");
    let brands = entry(&told, "brands");
    assert_eq!((&brands["amount"], &brands["inputs"]), (&"-4.50".into(), &Value::Null));
    let [acme, bolt] = brands["details"].as_array().expect("groups").as_slice() else {
        panic!("two groups: {brands:#}");
    };
    assert_eq!(
        (&acme["group"], &acme["lines"], &acme["amount"]),
        (&"acme".into(), &2.into(), &"-2.50".into())
    );
    assert_eq!(
        acme["inputs"],
        serde_json::json!([
            { "text": "line.of_brand", "value": "acme" },
            { "text": "running", "value": "25.03 EUR" },
        ])
    );
    assert_eq!((&acme["details"][0]["table"], &acme["details"][0]["value"]), (&"off".into(), &"10%".into()));
    assert_eq!((&bolt["group"], &bolt["amount"]), (&"bolt".into(), &"-2.00".into()));

    let told = asked("claimed");
    let third = entry(&told, "third");
    let acme = &third["details"][0];
    assert_eq!(third["details"].as_array().map(Vec::len), Some(1), "{third:#}");
    assert_eq!((&acme["group"], &acme["amount"]), (&"acme".into(), &"-5.03".into()));
    assert_eq!(
        acme["details"],
        serde_json::json!([{ "times": 1, "units": 1, "amounts": [{ "times": 1, "amount": "5.03" }] }])
    );
}

#[test]
fn what_groups_cannot_read_before_it_is_known_makes_the_quote_invalid() {
    let text = "book b { currency EUR  effective 2026-01-01 to 2026-12-31 }
        product item { quantity 1 to 9  option size: small | large }
        price item { per unit { list = 10 EUR } }
        quote { less bad = 5 EUR - 10 EUR * count(lines)  for each line.size }";
    let bad = Book::from_files([("book.tarif", text.to_owned())]).unwrap_or_else(|error| panic!("{error}"));
    let line =
        |size: &str| serde_json::json!({ "product": "item", "quantity": 1, "options": { "size": size } });
    let request = serde_json::json!({ "as_of": "2026-05-01", "lines": [line("small"), line("large")] });
    let told = quote(&bad, &request.to_string());
    assert_eq!(told["status"], "invalid");
    assert_eq!(told["violations"][0]["code"], "E0930", "{:#}", told["violations"]);
}

/// What a sum over prices was when a step read it is told with the step, whatever later steps do to the prices.
#[test]
fn a_step_tells_the_prices_of_lines_that_it_read_and_not_what_became_of_them() {
    let text = "book b \"B\" { currency EUR  effective 2026-01-01 to 2026-12-31 }
product p {}
price p { per unit { list = 100 EUR } }
quote {
  less tenth = 10% of sum(l.running for l in lines) rounded half_up to 0.01 EUR
  less five = 5 EUR
  less late = 1 EUR when sum(l.running for l in lines) > 90 EUR
}
";
    let book =
        Book::from_files([("b.tarif", text)]).unwrap_or_else(|error| panic!("the book is good: {error}"));
    let quote = quote(&book, r#"{"as_of":"2026-05-01","lines":[{"product":"p","quantity":1}]}"#);
    assert_eq!(quote["totals"]["net"], "85.00");
    // A tenth of 100 EUR, before 5 EUR came off the 90.
    assert_eq!(entry(&quote, "tenth")["amount"], "-10.00");
    assert_eq!(entry(&quote, "tenth")["inputs"][0]["value"], "100.00 EUR over 1 element");
    let reason = entry(&quote, "late")["reason"].as_str().expect("a reason");
    assert!(reason.contains("needs") && !reason.contains("85"), "{reason}");
}
