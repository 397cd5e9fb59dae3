//! Lists through the whole: what requests say of them, what is summed, and how the quote says so. All figures are
//! worked by hand.

use serde_json::{Value, json};
use tarif::Book;

fn book(text: &str) -> Book {
    let head = "book shop { currency EUR  effective 2026-01-01 to 2026-12-31 }\n";
    match Book::from_files([("book.tarif", format!("{head}{text}"))]) {
        Ok(book) => book,
        Err(error) => panic!("the book is good: {error}"),
    }
}

fn quote(book: &Book, request: Value) -> Value {
    serde_json::from_str(&book.quote_json(&request.to_string())).expect("JSON")
}

/// The quote for one line, with these facts.
fn with(book: &Book, facts: Value) -> Value {
    let mut request = json!({ "as_of": "2026-02-10", "lines": [{ "product": "plan", "quantity": 1 }] });
    for (name, value) in facts.as_object().expect("an object") {
        request[name] = value.clone();
    }
    quote(book, request)
}

fn net(quote: &Value) -> &str {
    quote["totals"]["net"].as_str().unwrap_or_else(|| panic!("no net: {quote:#}"))
}

/// Paths and codes of a refused request.
fn errors(quote: &Value) -> Vec<(String, String)> {
    let errors = quote["errors"].as_array().unwrap_or_else(|| panic!("not refused: {quote:#}"));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    errors.iter().map(|error| (text(&error["path"]), text(&error["code"]))).collect()
}

/// A book whose one product costs what a formula says.
fn costing(facts: &str, formula: &str) -> Book {
    book(&format!(
        "{facts}\nproduct plan {{ quantity 1 to 100_000 }}\nprice plan {{ per unit {{ list = {formula} }} }}"
    ))
}

const CALLS: &str = "enum kind: card | sepa\n\
    given calls: list of { amount: EUR, kind: kind default card, note: text optional } in order";

fn calls(amounts: &[&str]) -> Value {
    let calls: Vec<Value> = amounts.iter().map(|amount| json!({ "amount": amount })).collect();
    json!({ "calls": calls })
}

#[test]
fn a_list_is_summed_counted_and_filtered() {
    let sum = costing(CALLS, "sum(c.amount for c in calls where c.kind = card)");
    let facts = json!({ "calls": [
        { "amount": "12.50" }, { "amount": 3, "kind": "sepa" }, { "amount": "0.05 EUR", "kind": "card" },
    ] });
    assert_eq!(net(&with(&sum, facts.clone())), "12.55");
    let count = costing(CALLS, "1 EUR * count(calls)");
    assert_eq!(net(&with(&count, facts.clone())), "3.00");
    let greatest = costing(CALLS, "max(c.amount for c in calls) otherwise 7 EUR");
    assert_eq!(net(&with(&greatest, facts.clone())), "12.50");
    assert_eq!(net(&with(&greatest, json!({ "calls": [] }))), "7.00");
    let average =
        costing(CALLS, "(avg(c.amount for c in calls) otherwise 7 EUR) rounded half_up to 0.01 EUR");
    // 15.55 / 3
    assert_eq!(net(&with(&average, facts.clone())), "5.18");
    let some = costing(CALLS, "if any(c.kind = sepa for c in calls) then 1 EUR else 2 EUR");
    assert_eq!(net(&with(&some, facts.clone())), "1.00");
    let all = costing(CALLS, "if all(c.kind = sepa for c in calls) then 1 EUR else 2 EUR");
    assert_eq!(net(&with(&all, facts)), "2.00");
    assert_eq!(net(&with(&all, json!({ "calls": [] }))), "1.00");
}

#[test]
fn what_an_element_leaves_out_is_its_default_or_absent() {
    let noted = costing(CALLS, "1 EUR * count(c for c in calls where given(c.note))");
    let facts =
        json!({ "calls": [{ "amount": 1, "note": "a" }, { "amount": 1 }, { "amount": 1, "note": null }] });
    assert_eq!(net(&with(&noted, facts)), "1.00");
    // What the filter says is given is there to be read.
    let facts = "given calls: list of { amount: EUR optional, bonus: EUR default 1 EUR }";
    let opened = costing(facts, "sum(c.amount + c.bonus for c in calls where given(c.amount))");
    assert_eq!(net(&with(&opened, json!({ "calls": [{ "amount": 5 }, { "bonus": 7 }, {}] }))), "6.00");
}

#[test]
fn plain_values_are_read_by_the_name_of_the_element_and_units_are_converted() {
    let book = costing("given readings: list of kWh default []", "2 EUR/kWh * sum(r for r in readings)");
    assert_eq!(net(&with(&book, json!({ "readings": [1.5, "0.002 MWh"] }))), "7.00");
    assert_eq!(net(&with(&book, json!({}))), "0.00");
}

#[test]
fn the_sum_before_and_the_position_count_what_passes_the_filter() {
    // A cap of 100 EUR on the running sum: 60, then 40 of 70, then nothing.
    let capped = costing(CALLS, "sum(min(c.amount, max(0 EUR, 100 EUR - before(c.amount))) for c in calls)");
    assert_eq!(net(&with(&capped, calls(&["60", "70", "5.50"]))), "100.00");
    let later = costing(CALLS, "sum(if nth > 1 then c.amount else 0 EUR for c in calls where c.kind = card)");
    let facts = json!({ "calls": [
        { "amount": 1, "kind": "sepa" }, { "amount": 10 }, { "amount": 100, "kind": "sepa" }, { "amount": 1000 },
    ] });
    assert_eq!(net(&with(&later, facts.clone())), "1000.00");
    // before: 0 for the first, 10 for the second that is paid by card.
    let before = costing(CALLS, "sum(before(c.amount) for c in calls where c.kind = card)");
    assert_eq!(net(&with(&before, facts)), "10.00");
    // A sum before inside of a sum before: of 1, 2, 3 the sums before are 0, 1, 3, and of these 0, 0, 1.
    let twice = costing(CALLS, "sum(before(before(c.amount)) for c in calls)");
    assert_eq!(net(&with(&twice, calls(&["1", "2", "3"]))), "1.00");
}

#[test]
fn lists_inside_of_lists_are_gone_through_one_inside_the_other() {
    let orders = "given orders: list of { rate: rate, items: list of { q: int, price: EUR } in order }";
    let book =
        costing(orders, "sum(sum(i.q * i.price * nth for i in o.items) * (1 - o.rate) for o in orders)");
    let facts = json!({ "orders": [
        { "rate": "50%", "items": [{ "q": 2, "price": 3 }, { "q": 1, "price": 5 }] },
        { "rate": 0, "items": [] },
        { "rate": "0%", "items": [{ "q": 4, "price": "0.25" }] },
    ] });
    // (2 × 3 + 5 × 2) / 2 + 1
    assert_eq!(net(&with(&book, facts)), "9.00");
}

#[test]
fn an_enumeration_and_the_rows_of_a_table_are_gone_through_in_order() {
    let tables = format!(
        "{CALLS}\ntable fee(kind) -> {{ base: EUR, cap: EUR }} {{\n  kind | base | cap\n  card | 0.25 | 9\n  sepa | 0.10 | 7\n}}"
    );
    let by_kind =
        costing(&tables, "sum(min(fee(k).cap, sum(c.amount for c in calls where c.kind = k)) for k in kind)");
    let facts = json!({ "calls": [{ "amount": 20 }, { "amount": 3, "kind": "sepa" }, { "amount": 1, "kind": "sepa" }] });
    assert_eq!(net(&with(&by_kind, facts.clone())), "13.00");
    let rows =
        costing(&tables, "sum(f.base * nth * count(c for c in calls where c.kind = f.kind) for f in fee)");
    // 0.25 × 1 × 1 + 0.10 × 2 × 2
    assert_eq!(net(&with(&rows, facts)), "0.65");
    let cheapest = costing(&tables, "min(f.base for f in fee)");
    assert_eq!(net(&with(&cheapest, calls(&[]))), "0.10");
}

#[test]
fn rows_are_gone_through_as_they_are_written_also_where_the_most_specific_counts() {
    // Written 5, 7, 11; the row that lies inside all others stands second. 1 × 5 + 2 × 7 + 3 × 11 = 52.
    let book = book(
        "table fees(k: int, m: int) most specific -> EUR {\n\
           any, any: 5\n\
           1, 2: 7\n\
           1, any: 11\n\
         }\n\
         product item { quantity 1 to 9  option n: 1 to 9 }\n\
         price item { per unit { list = sum(nth * r.value for r in fees) } }",
    );
    let line = json!({ "product": "item", "quantity": 1, "options": { "n": 1 } });
    let quote = quote(&book, json!({ "as_of": "2026-02-03", "lines": [line] }));
    assert_eq!(net(&quote), "52.00");
}

#[test]
fn alike_pieces_are_taken_one_by_one_where_their_order_counts() {
    let book = book(
        "product seat { quantity 1 to 100  option size: small | big  let price: EUR = by size { small: 10 EUR, big: 20 EUR } }
         price seat { per unit { list = price } }
         product plan { quantity 1 to 10  parts included  part seats: 0 to 10 of seat }
         // The third seat and all behind it cost half.
         price plan { per unit { list = sum(if nth >= 3 then s.price / 2 else s.price for s in seats) } }",
    );
    let request = json!({ "as_of": "2026-02-10", "lines": [{ "product": "plan", "quantity": 1, "parts": { "seats": [
        { "quantity": 2, "options": { "size": "big" } }, { "quantity": 3, "options": { "size": "small" } },
    ] } }] });
    // 20 + 20 + 5 + 5 + 5
    assert_eq!(net(&quote(&book, request)), "55.00");
}

#[test]
fn the_quote_says_what_was_summed_and_over_how_many() {
    let book = costing(CALLS, "sum(c.amount for c in calls where c.kind = card)");
    let quote = with(
        &book,
        json!({ "calls": [{ "amount": 800 }, { "amount": 5, "kind": "sepa" }, { "amount": 12 }] }),
    );
    let inputs = &quote["lines"][0]["unit"]["waterfall"][0]["inputs"];
    let expected = json!([{ "text": "sum(c.amount for c in calls where c.kind = card)", "value": "812.00 EUR over 2 elements" }]);
    assert_eq!(*inputs, expected, "{quote:#}");
}

#[test]
fn each_slip_in_a_list_is_told_with_its_path() {
    let book = costing(CALLS, "sum(c.amount for c in calls)");
    let slips = json!({ "calls": [
        { "amount": "x" }, { "amont": 3 }, 7, { "amount": 1, "kind": "crd" }, { "amount": null },
    ] });
    let expected = [
        ("calls[0].amount", "E0906"),
        ("calls[1].amont", "E0903"),
        ("calls[1].amount", "E0907"),
        ("calls[2]", "E0906"),
        ("calls[3].kind", "E0906"),
        ("calls[4].amount", "E0906"),
    ];
    let expected = expected.map(|(path, code)| (path.to_owned(), code.to_owned()));
    assert_eq!(errors(&with(&book, slips)), expected);
    let missing = [("calls".to_owned(), "E0907".to_owned())];
    assert_eq!(errors(&with(&book, json!({}))), missing);
    let no_list = [("calls".to_owned(), "E0906".to_owned())];
    assert_eq!(errors(&with(&book, json!({ "calls": { "amount": 3 } }))), no_list);
}

#[test]
fn a_request_with_a_very_long_list_is_refused_once() {
    let book = costing(CALLS, "sum(c.amount for c in calls)");
    let too_many = vec![json!({ "amount": 1 }); 100_001];
    assert_eq!(
        errors(&with(&book, json!({ "calls": too_many }))),
        [("calls".to_owned(), "E0915".to_owned())]
    );
    let many_slips = vec![json!({ "amount": "x" }); 1_000];
    assert!(errors(&with(&book, json!({ "calls": many_slips }))).len() <= 20);
}

#[test]
fn running_sums_over_a_hundred_thousand_elements_look_at_each_once() {
    let book = costing(
        CALLS,
        "sum(min(c.amount, max(0 EUR, 100 EUR - before(c.amount))) + 0 EUR * nth for c in calls)",
    );
    let many = vec![json!({ "amount": "0.01" }); 100_000];
    assert_eq!(net(&with(&book, json!({ "calls": many }))), "100.00");
}

#[test]
fn a_comprehension_that_would_look_at_more_than_a_million_combinations_is_refused_and_not_priced() {
    let facts = "given one: list of int default []\ngiven other: list of int default []";
    let book = costing(facts, "1 EUR * sum(count(b for b in other where b = a) for a in one)");
    let many: Vec<u32> = (0..2_000).collect();
    let quote = with(&book, json!({ "one": many, "other": many }));
    assert_eq!(quote["status"], "invalid");
    assert_eq!(quote["lines"][0]["violations"][0]["code"], "E0915");
    // A thousand times nine hundred fit.
    let (one, other): (Vec<u32>, Vec<u32>) = ((0..1_000).collect(), (100..1_000).collect());
    assert_eq!(net(&with(&book, json!({ "one": one, "other": other }))), "900.00");
}

const TEES: &str = "enum cut: small | big
    family shirts
    product tee in shirts { quantity 1 to 100_000  option size: cut  default small }
    product polo in shirts { quantity 1 to 100_000  option size: cut  default small }
    product cap { quantity 1 to 100_000  option colour: red | blue  default red }
    tiers bulk(int) whole -> rate { from 0: 0%, from 10: 10%, from 20: 20% }";

fn of_lines(book: &Book, lines: Value) -> Value {
    quote(book, json!({ "as_of": "2026-02-10", "lines": lines }))
}

fn line_nets(quote: &Value) -> Vec<&str> {
    let lines = quote["lines"].as_array().unwrap_or_else(|| panic!("no lines: {quote:#}"));
    lines.iter().map(|line| line["net"].as_str().unwrap_or("none")).collect()
}

#[test]
fn a_unit_price_hangs_on_the_quantities_of_all_lines_of_a_family() {
    let book = book(&format!(
        "{TEES}
        price shirts {{ per unit {{ list = 10 EUR  less bulk_rate = bulk(sum(l.quantity for l in lines of shirts)) of list }} }}
        price cap {{ per unit {{ list = 5 EUR  less other = 10% of list when any(l.size = big for l in lines of shirts) }} }}"
    ));
    let lines = json!([
        { "product": "tee", "quantity": 6 }, { "product": "polo", "quantity": 5, "options": { "size": "big" } },
        { "product": "cap", "quantity": 40 },
    ]);
    // 11 shirts: 10 % off; a big one: caps 10 % off
    assert_eq!(line_nets(&of_lines(&book, lines)), ["54.00", "45.00", "180.00"]);
    let alone = json!([{ "product": "cap", "quantity": 1 }]);
    assert_eq!(line_nets(&of_lines(&book, alone)), ["5.00"]);
}

#[test]
fn a_line_step_hangs_on_the_list_prices_and_unit_prices_of_all_lines() {
    let book = book(&format!(
        "{TEES}
        price shirts {{
          per unit {{ list = 10 EUR  less promo = 1 EUR when size = big }}
          per line {{
            add freight \"Freight\" = 30 EUR * (quantity * unit.net / sum(l.quantity * l.unit.net for l in lines of shirts))
              rounded half_up to 0.01 EUR
            add rank \"Rank\" = 1 EUR * count(l for l in lines where l.list > list)
          }}
        }}
        price cap {{ per unit {{ list = 5 EUR }} }}"
    ));
    let lines = json!([
        { "product": "tee", "quantity": 1 }, { "product": "polo", "quantity": 2, "options": { "size": "big" } },
        { "product": "cap", "quantity": 3 },
    ]);
    // 10 and 18 of 28: 10.71 and 19.29; lists are 10, 20, 15: two above the first
    assert_eq!(line_nets(&of_lines(&book, lines)), ["22.71", "37.29", "15.00"]);
}

#[test]
fn a_comprehension_asks_for_the_product_of_each_line() {
    let book = book(&format!(
        "{TEES}
        product care {{ quantity 1 to 1 }}
        price shirts {{
          per unit {{ list = 10 EUR }}
          per line {{ less alike = 1 EUR when count(l for l in lines where l.product = polo and l.size = size) >= 2 }}
        }}
        price cap {{ per unit {{ list = 5 EUR }} }}
        price care {{ per line {{
          list = 10% of sum(l.list for l in lines where l.product != care)
          add heads = 2 EUR when any(l.product in [cap, care] and l.quantity > 2 for l in lines)
        }} }}
        quote {{ add shirts_fee = 3 EUR * count(l for l in lines where l.product in shirts) spread by 1 }}"
    ));
    let lines = json!([
        { "product": "polo", "quantity": 2, "options": { "size": "big" } }, { "product": "polo", "quantity": 1, "options": { "size": "big" } },
        { "product": "cap", "quantity": 3 }, { "product": "care", "quantity": 1 },
    ]);
    // 20 - 1, 10 - 1, 15 and 10 % of 45 + 2; two lines of shirts bring 6 EUR, 1.50 for each of the four lines
    assert_eq!(line_nets(&of_lines(&book, lines)), ["20.50", "10.50", "16.50", "8.00"]);
    let lines = json!([
        { "product": "polo", "quantity": 2, "options": { "size": "big" } }, { "product": "tee", "quantity": 1, "options": { "size": "big" } },
        { "product": "cap", "quantity": 2 }, { "product": "care", "quantity": 1 },
    ]);
    // 20, 10, 10 and 10 % of 40, and 1.50 each
    assert_eq!(line_nets(&of_lines(&book, lines)), ["21.50", "11.50", "11.50", "5.50"]);
}

#[test]
fn offers_name_quantities_that_can_be_ordered() {
    let book = book(
        "product crate { quantity 6 to 60 step 6 }
        product box { quantity 6 | 10 | 25 }
        product wine { quantity 1 to 20 }
        tiers volume(int) whole -> rate { from 1: 0%, from 20: 5%, from 58: 8%, from 61: 10% }
        price crate { per unit { list = 1 EUR  less bulk = volume(quantity) of list  less many = 2% of list when quantity > 30 } }
        price box { per unit { list = 1 EUR  less bulk = volume(quantity) of list  less many = 2% of list when quantity >= 8 } }
        price wine { per unit { list = 1 EUR  less many = 2% of list when quantity > 20 } }",
    );
    let offers = |product: &str, quantity: u32| -> Vec<String> {
        let quote = of_lines(&book, json!([{ "product": product, "quantity": quantity }]));
        let offers = quote["lines"][0]["offers"].as_array().cloned().unwrap_or_default();
        offers.iter().map(|offer| offer["message"].as_str().expect("a message").to_owned()).collect()
    };
    // The next crates: 24, the first multiple of 6 from 20 on, and 36, the first above 30.
    assert_eq!(offers("crate", 18), ["6 more units bring 5%", "18 more units would bring it"]);
    // 58 is no multiple of 6; 60 is, and the tier from 61 cannot be ordered.
    assert_eq!(offers("crate", 54), ["6 more units bring 8%"]);
    assert_eq!(offers("crate", 60), Vec::<String>::new());
    assert_eq!(offers("box", 6), ["19 more units bring 5%", "4 more units would bring it"]);
    assert_eq!(offers("wine", 20), Vec::<String>::new());
}

#[test]
fn a_share_of_a_line_that_costs_nothing_is_compared_without_dividing() {
    let book = book(&format!(
        "{TEES}
        price shirts {{ per unit {{ list = 10 EUR  less promo = 10 EUR when size = big }} }}
        price cap {{ per unit {{ list = 0 EUR }} }}
        approvals {{
          level boss
          ask boss when any(l.off_list > 15% for l in lines of cap)
          ask boss when all(l.off_list >= 0% for l in lines)
          ask boss when count(l for l in lines where 100% <= l.off_list) >= 2
        }}"
    ));
    let lines = json!([
        { "product": "tee", "quantity": 1, "options": { "size": "big" } }, { "product": "cap", "quantity": 1 },
    ]);
    let priced = of_lines(&book, lines);
    // Of the cap 0 - 0 > 15 % of 0 fails, and 0 - 0 >= 0 % of 0 holds; so does 0 - 0 >= 100 % of 0.
    let requirements = priced["approvals"]["requirements"].as_array().expect("requirements");
    let rules: Vec<&str> = requirements.iter().map(|it| it["rule"].as_str().expect("a rule")).collect();
    assert_eq!(
        rules,
        ["all(l.off_list >= 0% for l in lines)", "count(l for l in lines where 100% <= l.off_list) >= 2",]
    );
    assert_eq!(priced["status"], "needs_approval", "{priced:#}");
}

#[test]
fn steps_of_the_quote_rules_and_alerts_go_through_its_lines() {
    let book = book(&format!(
        "{TEES}
        price shirts {{ per unit {{ list = 10 EUR  less promo = 1 EUR when size = big }} }}
        price cap {{ per unit {{ list = 5 EUR }} }}
        quote {{
          less shirts_off \"Shirts\" = 10% of sum(l.running for l in lines of shirts) rounded half_up to 0.01 EUR
            when count(lines of shirts) >= 2
          less dearest \"Dearest\" = (max(l.unit.net for l in lines) otherwise 0 EUR) rounded half_even to 0.01 EUR
        }}
        approvals {{
          level boss
          ask boss when sum(l.net for l in lines of cap) > 100 EUR
          ask boss when any(l.off_list > 15% for l in lines)
        }}"
    ));
    let lines = json!([
        { "product": "tee", "quantity": 1 }, { "product": "polo", "quantity": 2, "options": { "size": "big" } },
        { "product": "cap", "quantity": 3 },
    ]);
    let priced = of_lines(&book, lines);
    // 10 + 18 + 15 = 43; 2.80 and then 10 off
    assert_eq!(net(&priced), "30.20", "{priced:#}");
    let rules: Vec<&str> = priced["approvals"]["requirements"]
        .as_array()
        .expect("requirements")
        .iter()
        .map(|it| it["rule"].as_str().expect("a rule"))
        .collect();
    // The lines come to 7.03, 12.64 and 10.53 of list prices of 10, 20 and 15.
    assert_eq!(rules, ["any(l.off_list > 15% for l in lines)"]);
}

#[test]
fn a_line_at_fault_takes_no_part_even_where_its_fault_shows_late() {
    let book = book(&format!(
        "{TEES}
        table base(cut) -> EUR {{ small: 10, big: 2 }}
        price shirts {{
          per unit {{ list = base(size) }}
          per line {{ less coupon = 5 EUR  add others \"Others\" = 1 EUR * sum(l.quantity for l in lines) }}
        }}
        price cap {{ per unit {{ list = 5 EUR }} per line {{ add others \"Others\" = 1 EUR * sum(l.quantity for l in lines) }} }}"
    ));
    let early = json!([{ "product": "cap", "quantity": 2 }, { "product": "cap", "quantity": 4, "options": { "colour": "red" } },
        { "product": "tee", "quantity": 200_000 }]);
    // 6 caps in all; what cannot be ordered does not count.
    assert_eq!(line_nets(&of_lines(&book, early))[..2], ["16.00", "26.00"]);
    let book = self::book(&format!(
        "{TEES}
        price shirts {{
          per unit {{ list = 10 EUR }}
          per line {{ less coupon = 5 EUR * quantity * quantity }}
        }}
        price cap {{ per unit {{ list = 5 EUR }} per line {{ add others \"Others\" = 1 EUR * sum(l.quantity for l in lines) }} }}"
    ));
    let late = json!([{ "product": "cap", "quantity": 2 }, { "product": "tee", "quantity": 3 }]);
    let priced = of_lines(&book, late);
    // 30 - 45 is below zero, which shows when the tee's own price is finished.
    assert_eq!(priced["lines"][1]["violations"][0]["code"], "E0931", "{priced:#}");
    assert_eq!(line_nets(&priced)[0], "12.00");
}

/// Caps at 11 EUR, 4 EUR less for each line of caps and tees; tees in red have no price. A coupon of 5 EUR is
/// shared equally.
fn neighbours() -> Book {
    book(
        "product cap { quantity 1 to 1 }
        product tee { quantity 1 to 1  option price: 1 EUR to 9 EUR default 1 EUR  option colour: blue | red default blue }
        table dyed(tee.colour) -> EUR { blue: 0, red: n/a }
        price cap {
          per unit { list = 11 EUR }
          per line { less neighbours = 4 EUR * count(lines) }
        }
        price tee { per unit { list = price  add dye = dyed(colour) } }
        quote { less coupon = 5 EUR spread by 1 }",
    )
}

#[test]
fn a_line_is_not_below_zero_for_the_sake_of_one_that_is_at_fault() {
    // With the red tee the cap would be at 11 - 8, less than the coupon; without it at 11 - 4.
    let asked = json!([{ "product": "cap", "quantity": 1 },
        { "product": "tee", "quantity": 1, "options": { "colour": "red" } }]);
    let priced = of_lines(&neighbours(), asked);
    assert_eq!(priced["lines"][1]["violations"][0]["code"], "E0919", "{priced:#}");
    assert_eq!(priced["lines"][0]["violations"], json!([]));
    assert_eq!(line_nets(&priced)[0], "2.00");
    assert_eq!(net(&priced), "2.00");
}

#[test]
fn a_line_is_not_below_zero_for_the_sake_of_one_that_a_step_brought_there() {
    // 2.50 off each brings the tee from 1 below zero, the cap stands at 11 - 8 - 2.50. Without the tee it is at
    // 10 - 4, and takes all of the coupon.
    let asked = json!([{ "product": "tee", "quantity": 1 }, { "product": "cap", "quantity": 1 }]);
    let priced = of_lines(&neighbours(), asked);
    assert_eq!(priced["lines"][0]["violations"][0]["code"], "E0931", "{priced:#}");
    assert_eq!(priced["lines"][1]["status"], "ok", "{priced:#}");
    assert_eq!(line_nets(&priced)[1], "2.00");
}

#[test]
fn a_sum_over_all_lines_in_the_waterfall_of_each_takes_no_longer_for_more_lines() {
    let book = book(&format!(
        "{TEES}
        price shirts {{ per unit {{ list = 10 EUR  less bulk_rate = bulk(sum(l.quantity for l in lines)) of list }} }}
        price cap {{ per unit {{ list = 5 EUR }} }}"
    ));
    let lines = vec![json!({ "product": "tee", "quantity": 1 }); 20_000];
    assert_eq!(net(&of_lines(&book, json!(lines))), "160000.00");
}

const REPAIR: &str = "product repair {
      quantity 1 to 100
      given hours \"Hours\": 0 h to 40 h
      given parts_used: list of { price: EUR, q: int default 1 } in order default []
      option express: bool default false
      require short: hours <= 8 h when express
        because \"express takes a day\"
      let work \"Work\": EUR = hours * 60 EUR/h
    }
    price repair {
      per unit {
        list = work
        add material \"Material\" = sum(p.q * p.price for p in parts_used)
        add small \"Small repair\" = 5 EUR when hours < 1 h and count(parts_used) > 0
      }
    }
    quote {
      add handling \"Handling\" = 1 EUR * sum(count(p for p in l.parts_used where p.price > 10 EUR) for l in lines)
    }
    approvals {
      level boss
      ask boss when line.hours > 20 h
      ask boss when sum(p.price for p in line.parts_used) > 100 EUR
    }";

#[test]
fn what_comes_with_a_line_is_read_like_an_option() {
    let book = book(REPAIR);
    let priced = of_lines(
        &book,
        json!([
            { "product": "repair", "quantity": 1, "hours": "90 min", "parts_used": [{ "price": 12, "q": 2 }, { "price": "3.50" }] },
            { "product": "repair", "quantity": 2, "hours": 0.5, "parts_used": [{ "price": 11 }] },
            { "product": "repair", "quantity": 1, "hours": 21 },
        ]),
    );
    // 90 + 27.50; (30 + 11 + 5) × 2; 21 × 60; handling 1 + 1
    assert_eq!(net(&priced), "1471.50", "{priced:#}");
    assert_eq!(priced["lines"][0]["entries"]["hours"], json!("1.5 h"), "{priced:#}");
    assert_eq!(priced["approvals"]["requirements"].as_array().expect("requirements").len(), 1, "{priced:#}");
}

#[test]
fn a_constraint_reads_what_comes_with_the_line() {
    let book = book(REPAIR);
    let priced = of_lines(
        &book,
        json!([
            { "product": "repair", "quantity": 1, "hours": 9, "options": { "express": true } },
        ]),
    );
    assert_eq!(priced["lines"][0]["violations"][0]["code"], "E0916", "{priced:#}");
    assert_eq!(priced["lines"][0]["violations"][0]["name"], "short", "{priced:#}");
}

#[test]
fn slips_in_what_comes_with_a_line_are_told_where_they_are() {
    let book = book(REPAIR);
    let slips = of_lines(
        &book,
        json!([
            { "product": "repair", "quantity": 1, "hours": 1, "parts_used": [{ "price": "x" }], "options": { "hours": 3 } },
            { "product": "repair", "quantity": 1, "hour": 1 },
        ]),
    );
    let expected = [
        ("lines[0].parts_used[0].price", "E0906"),
        ("lines[0].options.hours", "E0905"),
        ("lines[1].hour", "E0903"),
    ];
    let expected = expected.map(|(path, code)| (path.to_owned(), code.to_owned()));
    assert_eq!(errors(&slips), expected);
    let missing = of_lines(&book, json!([{ "product": "repair", "quantity": 1 }]));
    assert_eq!(missing["lines"][0]["violations"][0]["code"], "E0917", "{missing:#}");
}
