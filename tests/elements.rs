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

/// The quote for lines of these products, quantities and other fields.
fn of_lines(book: &Book, lines: Value) -> Value {
    let request = json!({ "as_of": "2026-02-10", "lines": lines });
    serde_json::from_str(&book.quote_json(&request.to_string())).expect("JSON")
}

/// A field of each line; of lines that are invalid their status.
fn each<'q>(quote: &'q Value, field: &str) -> Vec<&'q str> {
    let lines = quote["lines"].as_array().expect("lines").iter();
    let shown = lines.map(|line| if line["status"] == "invalid" { &line["status"] } else { &line[field] });
    shown.map(|shown| shown.as_str().unwrap_or_else(|| panic!("no {field}: {quote:#}"))).collect()
}

const BOTTLES: &str = "
product bottle { quantity 1 to 100_000  option kind: 1 to 9  default 1  require kind != 9 }
product bag { quantity 1 to 100 }
price bottle {
  per unit { list = 2 EUR }
  per line { less free = 2 EUR * clamp(100 - sum(l.quantity for l in earlier lines of bottle), 0, quantity) }
}
price bag { per unit { list = 1 EUR * count(earlier lines) } }
";

#[test]
fn an_allowance_is_used_up_line_by_line_and_lines_at_fault_use_nothing() {
    let bottles = book(BOTTLES);
    let bottle = |quantity: i64, kind: i64| json!({ "product": "bottle", "quantity": quantity, "options": { "kind": kind } });
    let bag = json!({ "product": "bag", "quantity": 1 });
    let lines = json!([bottle(60, 1), bag, bottle(30, 9), bottle(60, 1), bag, bottle(5, 1)]);
    // The third is invalid: of the fourth 40 are free, and the fifth stands behind three lines.
    let quote = of_lines(&bottles, lines);
    assert_eq!(each(&quote, "net"), ["0.00", "1.00", "invalid", "40.00", "3.00", "10.00"]);
}

#[test]
fn a_line_that_turns_out_at_fault_late_is_left_out_of_what_stands_before_the_others() {
    let late = book(
        "product bottle { quantity 1 to 9  given part: 0 to 9 }
         price bottle {
           per unit { list = 6 EUR  less part_of = 1 EUR * part  add place = 1 EUR * count(earlier lines) }
         }",
    );
    let bottle = |part: i64| json!({ "product": "bottle", "quantity": 1, "part": part });
    // The second comes to -2.
    let quote = of_lines(&late, json!([bottle(1), bottle(9), bottle(2), bottle(3)]));
    assert_eq!(each(&quote, "net"), ["5.00", "invalid", "5.00", "5.00"]);
}

#[test]
fn an_earlier_line_that_cannot_be_taken_in_is_a_fault_of_the_lines_below_it_only() {
    let parts = book(
        "product bottle { quantity 1 to 9  given part: 0 to 9 }
         table share(part: 0 to 9) -> EUR { 0: n/a, from 1: 3 }
         price bottle { per unit { list = 1 EUR + sum(share(l.part) for l in earlier lines of bottle) } }",
    );
    let bottle = |part: i64| json!({ "product": "bottle", "quantity": 1, "part": part });
    let quote = of_lines(&parts, json!([bottle(2), bottle(0), bottle(1)]));
    assert_eq!(each(&quote, "net"), ["1.00", "4.00", "invalid"]);
}

#[test]
fn the_rounding_of_a_tax_is_carried_from_line_to_line() {
    let carried = book(
        "product item { quantity 1 to 9  option price: 0 EUR to 100 EUR step 0.01 EUR }
         price item { per unit { list = price } }
         quote {
           subtotal net
           each line {
             tax vat = (8.25% of (sum(l.running for l in earlier lines) + running) rounded half_up to 0.01 EUR)
               - (8.25% of sum(l.running for l in earlier lines) rounded half_up to 0.01 EUR)
           }
           subtotal total
         }
         test \"0.83 and 0.90\" {
           as_of 2026-02-10
           line a: item { price = 10 EUR }
           line b: item { price = 11 EUR }
           line c: item { price = 0.05 EUR }
           // 0.825; 1.7325 - 0.83; 1.736625 - 1.73, which is 1.74 - 1.73
           expect a.vat = 0.83 EUR
           expect b.vat = 0.90 EUR
           expect c.vat = 0.01 EUR
         }",
    );
    let tested = tarif::testing::run(carried.plan());
    let problems: Vec<String> = tested.problems().into_iter().map(|problem| problem.message).collect();
    assert!(tested.tests.len() == 1 && problems.is_empty(), "{problems:?}");
}

#[test]
fn steps_of_the_quote_choose_and_weigh_lines_by_those_above_them() {
    let quote = book(
        "product item { quantity 1 to 9 }
         price item { per unit { list = 10 EUR } }
         quote {
           less second = 1 EUR on lines where count(earlier lines) = 1
           less rest = 3 EUR spread by sum(l.quantity for l in earlier lines)
           each line { less place = 1% of sum(l.running for l in earlier lines) rounded half_up to 0.01 EUR }
         }",
    );
    let item = |quantity: i64| json!({ "product": "item", "quantity": quantity });
    let quote = of_lines(&quote, json!([item(1), item(1), item(2)]));
    // 10, 9, 20; then shares of 0, 1 and 2; then 0, 0.10 of 10.00 and of 18.00.
    assert_eq!(each(&quote, "net"), ["10.00", "7.90", "17.82"]);
}

#[test]
fn priced_pieces_stand_behind_their_whole_and_a_gift_behind_all() {
    let kit = book(
        "product bolt { quantity 1 to 100 }
         product kit { quantity 1 to 9  parts priced  part bolts: 1 to 3 of bolt }
         product mug { quantity 1 to 9  cost { box = 1 EUR * count(earlier lines) } }
         price bolt { per unit { list = 1 EUR * count(earlier lines) } }
         price kit { per unit { list = 10 EUR * count(earlier lines) } }
         price mug { per unit { list = 5 EUR } }
         quote { gift thanks: 2 of mug }",
    );
    let one = json!({ "product": "kit", "quantity": 1, "parts": { "bolts": [{}] } });
    let quote = of_lines(&kit, json!([one, one]));
    // Four lines: kit, bolt, kit, bolt; and the mugs cost 4 each.
    assert_eq!(each(&quote, "net"), ["0.00", "1.00", "20.00", "3.00", "0.00"]);
    assert_eq!(quote["lines"][4]["cost"], "8.00", "{quote:#}");
}

/// A sum over the earlier lines of each of 10,000 lines looks at each once: 50,000,000 looks would be refused.
#[test]
fn the_lines_before_each_of_ten_thousand_lines_are_looked_at_once() {
    let many = book(
        "product item { quantity 1 to 9  let ahead: int = sum(l.quantity for l in earlier lines of item) }
         price item {
           per unit { list = 1 EUR * ahead + 0.01 EUR * count(earlier lines) }
           per line { less greatest = (max(l.unit.net for l in earlier lines) otherwise 0 EUR) when quantity = 2 }
         }
         quote { each line { add above = 0.01 EUR * count(l for l in earlier lines where l.quantity = 2) } }",
    );
    let item = |at: u64| json!({ "product": "item", "quantity": if at == 9_999 { 2 } else { 1 } });
    let quote = of_lines(&many, (0..10_000).map(item).collect());
    let nets = each(&quote, "net");
    assert_eq!(&nets[..3], ["0.00", "1.01", "2.02"]);
    // Twice 9,999 + 99.99, less 9,998 + 99.98.
    assert_eq!(nets[9_999], "10100.00");
}
