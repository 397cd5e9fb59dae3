//! What is made of elements beyond sums: products, the greatest and least, the n-th, the lines before a line. All
//! figures are worked by hand.

use serde_json::{Value, json};
use tarif::Book;

fn book(text: &str) -> Book {
    let head = "book shop { currency EUR  effective 2026-01-01 to 2026-12-31 }\n";
    match Book::from_files([("book.tarif", format!("{head}{text}"))]) {
        Ok(book) => book,
        Err(error) => panic!("the book is good: {error}"),
    }
}

/// A book whose one product costs what a formula says.
fn costing(facts: &str, formula: &str) -> Book {
    book(&format!(
        "{facts}\nproduct plan {{ quantity 1 to 100_000 }}\nprice plan {{ per unit {{ list = {formula} }} }}"
    ))
}

/// The quote for one line, with these facts.
fn with(book: &Book, facts: Value) -> Value {
    let mut request = json!({ "as_of": "2026-02-10", "lines": [{ "product": "plan", "quantity": 1 }] });
    for (name, value) in facts.as_object().expect("an object") {
        request[name] = value.clone();
    }
    serde_json::from_str(&book.quote_json(&request.to_string())).expect("JSON")
}

fn net(quote: &Value) -> &str {
    quote["totals"]["net"].as_str().unwrap_or_else(|| panic!("no net: {quote:#}"))
}

#[test]
fn factors_are_multiplied_exactly_and_none_make_one() {
    let chain = costing(
        "given chain: list of rate default []",
        "5_000 EUR * product(1 - c for c in chain) rounded half_up to 0.01 EUR",
    );
    // 5000 less 20 %, 10 % and 5 %: 0.8 × 0.9 × 0.95 = 0.684.
    assert_eq!(net(&with(&chain, json!({ "chain": ["20%", "10%", "5%"] }))), "3420.00");
    assert_eq!(net(&with(&chain, json!({}))), "5000.00");
    let index = costing(
        "given cpi: list of rate in order",
        "1_000 EUR * product(1 + clamp(c, 2%, 5%) for c in cpi) rounded half_up to 0.01 EUR",
    );
    // 1.02 × 1.03 × 1.05 = 1.10313.
    assert_eq!(net(&with(&index, json!({ "cpi": ["1%", "3%", "7%"] }))), "1103.13");
}

#[test]
fn a_product_of_more_digits_than_are_kept_is_refused_and_not_rounded() {
    let index = costing(
        "given cpi: list of rate in order",
        "1_000 EUR * product(1 + c for c in cpi) rounded half_up to 0.01 EUR",
    );
    let many: Vec<&str> = vec!["2.345%"; 2_000];
    let refused = with(&index, json!({ "cpi": many }));
    assert_eq!(refused["status"], "invalid", "{refused:#}");
    let text = refused.to_string();
    assert!(text.contains("a product with more digits than are kept exactly"), "{text}");
}

const LOADS: &str = "given loads: list of { kw: kW } default []";

fn loads(kw: &[i64]) -> Value {
    json!({ "loads": kw.iter().map(|kw| json!({ "kw": kw })).collect::<Vec<_>>() })
}

#[test]
fn so_many_of_the_greatest_are_taken_and_of_equal_ones_no_more() {
    let three = costing(
        LOADS,
        "(avg(l.kw for l in loads greatest 3 by l.kw) otherwise 0 kW) * 3 EUR/kW rounded half_up to 0.01 EUR",
    );
    assert_eq!(net(&with(&three, loads(&[10, 20, 20, 20, 20]))), "60.00");
    assert_eq!(net(&with(&three, loads(&[7, 30, 1, 20, 10]))), "60.00");
    // Fewer than three: all.
    assert_eq!(net(&with(&three, loads(&[7, 8]))), "22.50");
    assert_eq!(net(&with(&three, loads(&[]))), "0.00");
}

#[test]
fn the_least_are_taken_of_those_that_pass_where() {
    let two = costing(LOADS, "sum(l.kw for l in loads where l.kw > 5 kW least 1 + 1 by l.kw) * 1 EUR/kW");
    assert_eq!(net(&with(&two, loads(&[9, 4, 30, 7, 8]))), "15.00");
    let none =
        costing(LOADS, "10 EUR + sum(l.kw for l in loads greatest count(loads) - 2 by l.kw) * 1 EUR/kW");
    assert_eq!(net(&with(&none, loads(&[9]))), "10.00");
    assert_eq!(net(&with(&none, loads(&[9, 8, 7]))), "19.00");
}

#[test]
fn the_ninety_fifth_percentile_of_a_month_of_five_minute_readings_is_found() {
    let burst = costing(
        "unit mbps \"Mbit/s\"\ngiven samples: list of mbps",
        "(min(s for s in samples greatest floor(5% of count(samples), 1) + 1 by s) otherwise 0 mbps) * 5 EUR/mbps",
    );
    // 8 640 readings of 1 to 8 640 in a mixed order: 432 are dropped, and 8 640 − 432 = 8 208 is charged.
    let samples: Vec<u64> = (0..8_640).map(|at| at * 2_699 % 8_640 + 1).collect();
    let quote = with(&burst, json!({ "samples": samples }));
    assert_eq!(net(&quote), "41040.00");
}

#[test]
fn ranked_elements_know_their_rank_and_the_sum_before_them() {
    let rank = costing(
        LOADS,
        "sum(l.kw * (if nth = 1 then 1 else 0.5) for l in loads greatest 3 by l.kw) * 1 EUR/kW",
    );
    // 30 + 10 + 5.
    assert_eq!(net(&with(&rank, loads(&[10, 30, 20, 5]))), "45.00");
    let before = costing(
        LOADS,
        "sum(max(0 kW, min(l.kw, 40 kW - before(l.kw))) for l in loads greatest 9 by l.kw) * 1 EUR/kW",
    );
    assert_eq!(net(&with(&before, loads(&[10, 30, 20, 5]))), "40.00");
}

#[test]
fn the_latest_element_is_the_one_of_the_greatest_date() {
    let latest = costing(
        "given states: list of { at: date, price: EUR }",
        "max(s.price for s in states greatest 1 by s.at) otherwise 0 EUR",
    );
    let states = json!({ "states": [
        { "at": "2026-01-03", "price": 5 }, { "at": "2026-01-09", "price": 3 }, { "at": "2026-01-09", "price": 4 },
    ] });
    // Of two on the same day the first.
    assert_eq!(net(&with(&latest, states)), "3.00");
}

#[test]
fn the_element_at_a_position_is_read_where_there_is_one() {
    let third = costing(
        "given used: list of { units: int, price: EUR optional } in order\ngiven month: 0 to 100 step 1",
        "(used[month].units otherwise 7) * 1 EUR + (used[month + 1].price otherwise 0.50 EUR)",
    );
    let at = |month: i64| {
        let used = json!([{ "units": 1 }, { "units": 20, "price": 3 }, { "units": 300, "price": 4 }]);
        net(&with(&third, json!({ "used": used, "month": month }))).to_owned()
    };
    // Position 1, and the price of the second.
    assert_eq!(at(1), "4.00");
    assert_eq!(at(2), "24.00");
    assert_eq!(at(3), "300.50");
    // There is no element at 0 nor at 4; the first has no price.
    assert_eq!(at(0), "7.50");
    assert_eq!(at(4), "7.50");
}

#[test]
fn two_lists_are_joined_by_position_and_an_element_sees_the_one_before() {
    let joined = costing(
        "given used: list of kWh in order\ngiven prices: list of EUR/kWh in order",
        "sum(u * (prices[nth] otherwise 0 EUR/kWh) for u in used) rounded half_up to 0.01 EUR",
    );
    // 2 × 0.30 + 5 × 0.20; the third has no price.
    let facts = json!({ "used": [2, 5, 9], "prices": ["0.30", "0.20"] });
    assert_eq!(net(&with(&joined, facts)), "1.60");
    let month: Vec<i64> = vec![1; 8_640];
    let facts = json!({ "used": month, "prices": vec!["0.25"; 8_640] });
    assert_eq!(net(&with(&joined, facts)), "2160.00");
    let meter = costing(
        "given read: list of kWh in order",
        "sum(r - (read[nth - 1] otherwise r) for r in read) * 1 EUR/kWh",
    );
    assert_eq!(net(&with(&meter, json!({ "read": [100, 130, 131] }))), "31.00");
}
