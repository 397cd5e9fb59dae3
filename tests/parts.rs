//! Parts through the whole: what requests say of pieces, what pieces weigh in sums, what they cost, and how a
//! bundle and its pieces stand or fall together. All figures are worked by hand.

use serde_json::Value;
use tarif::Book;

fn book(text: &str) -> Book {
    let head = "book shop { currency EUR  effective 2026-01-01 to 2026-12-31 }\n";
    match Book::from_files([("book.tarif", format!("{head}{text}"))]) {
        Ok(book) => book,
        Err(error) => panic!("the book is good: {error}"),
    }
}

/// The quote for some lines, written as JSON.
fn quote(book: &Book, lines: &str) -> Value {
    let request = format!(r#"{{ "as_of": "2026-02-10", "lines": [{lines}] }}"#);
    serde_json::from_str(&book.quote_json(&request)).expect("JSON")
}

/// The figures of the labelled lets of the first line.
fn values(quote: &Value) -> Vec<(String, Value)> {
    let values = quote["lines"][0]["values"].as_array().expect("values");
    values.iter().map(|it| (it["name"].as_str().expect("a name").to_owned(), it["value"].clone())).collect()
}

fn value(quote: &Value, name: &str) -> Value {
    let found = values(quote).into_iter().find(|(it, _)| it == name);
    found.unwrap_or_else(|| panic!("`{name}` has no value: {quote:#}")).1
}

/// Id, what it is a part of, quantity and net of every line.
fn lines(quote: &Value) -> Vec<String> {
    let lines = quote["lines"].as_array().unwrap_or_else(|| panic!("no lines: {quote:#}"));
    let shown = |line: &Value| {
        let part_of = line["part_of"].as_str().map_or(String::new(), |of| format!(" of {of}"));
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        format!("{}{part_of}: {} at {}", text(&line["id"]), text(&line["quantity"]), text(&line["net"]))
    };
    lines.iter().map(shown).collect()
}

/// Line, code and message of every violation.
fn violations(quote: &Value) -> Vec<String> {
    let lines = quote["lines"].as_array().unwrap_or_else(|| panic!("no lines: {quote:#}"));
    let mut found = Vec::new();
    for line in lines {
        for it in line["violations"].as_array().expect("violations") {
            let (id, code, message) = (&line["id"], &it["code"], &it["message"]);
            let text = |value: &Value| value.as_str().expect("a text").to_owned();
            found.push(format!("{} {} {}", text(id), text(code), text(message)));
        }
    }
    found
}

/// Paths and codes of a refused request.
fn errors(quote: &Value) -> Vec<(String, String)> {
    let errors = quote["errors"].as_array().unwrap_or_else(|| panic!("not refused: {quote:#}"));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    errors.iter().map(|error| (text(&error["path"]), text(&error["code"]))).collect()
}

const SUMS: &str = r#"
product pin {
  option length: 10 mm | 20 mm | 40 mm  default 10 mm
  option coat: zinc | gold  optional
  let mass "Mass" = length * 0.1 g/mm
}
product die "Die" {
  option size "Size": small < medium < large  default small
  parts included
  part pins "Pins": 0 to 9 of pin
  let mass "Mass": g = (by size { small: 10 g, medium: 20 g, large: 40 g }) + sum(p.mass for p in pins)
}
price die { per unit { list = 5 EUR } }
product press "Press" {
  parts included
  part dies "Dies": 0 to 9 of die
  let number "Number" = count(dies)
  let big_ones "Large" = count(d for d in dies where d.size = large)
  let mass "Mass" = sum(d.mass for d in dies)
  let lightest "Lightest" = min(d.mass for d in dies) otherwise 0 g
  let heaviest "Heaviest" = max(d.mass for d in dies where d.size != large) otherwise 0 g
  let usual "Usual" = (avg(d.mass for d in dies) otherwise 0 g) rounded half_up to 0.01 g
  let some_large "Some large" = any(d.size = large for d in dies)
  let all_large "All large" = all(d.size = large for d in dies)
  let pins "Pins" = sum(count(d.pins) for d in dies)
  let zinced "Zinc" = count(d for d in dies where any(p.coat = zinc for p in d.pins))
  let biggest "Biggest" = max(d.size for d in dies) otherwise small
  let even "Even" = all(all(d.mass < 2 * e.mass for e in dies) for d in dies)
}
price press { per unit { list = 100 EUR } }
"#;

#[test]
fn alike_pieces_count_as_many_as_they_are() {
    let quote = quote(
        &book(SUMS),
        r#"{ "product": "press", "quantity": 1, "parts": { "dies": [
            { "quantity": 3, "parts": { "pins": [{ "options": { "length": 20, "coat": "zinc" } }] } },
            { "options": { "size": "medium" }, "parts": { "pins": 4 } },
            { "options": { "size": "large" } }
        ] } }"#,
    );
    assert_eq!(violations(&quote), Vec::<String>::new());
    // Three of 10 g with a pin of 2 g; one of 20 g with four pins of 1 g; one of 40 g: 12, 12, 12, 24, 40.
    let expected = [
        ("number", "5"),
        ("big_ones", "1"),
        ("mass", "\"100 g\""),
        ("lightest", "\"12 g\""),
        ("heaviest", "\"24 g\""),
        ("usual", "\"20 g\""),
        ("some_large", "true"),
        ("all_large", "false"),
        ("pins", "7"),
        ("zinced", "3"),
        ("biggest", "\"large\""),
        ("even", "false"),
    ];
    for (name, figure) in expected {
        assert_eq!(value(&quote, name).to_string(), figure, "{name}");
    }
}

#[test]
fn of_no_pieces_sums_are_nothing_and_extremes_are_missing() {
    let quote = quote(&book(SUMS), r#"{ "product": "press", "quantity": 1, "parts": { "dies": [] } }"#);
    let expected = [
        ("number", "0"),
        ("mass", "\"0 g\""),
        ("lightest", "\"0 g\""),
        ("usual", "\"0 g\""),
        ("some_large", "false"),
        ("all_large", "true"),
        ("biggest", "\"small\""),
        ("even", "true"),
    ];
    for (name, figure) in expected {
        assert_eq!(value(&quote, name).to_string(), figure, "{name}");
    }
}

#[test]
fn included_pieces_stand_in_their_line_with_their_defaults_filled_in() {
    let quote = quote(
        &book(SUMS),
        r#"{ "product": "press", "quantity": 2, "parts": { "dies": [{ "parts": { "pins": 2 } }] } }"#,
    );
    assert_eq!(lines(&quote), ["1: 2 at 200.00"]);
    let die = &quote["lines"][0]["parts"]["dies"][0];
    assert_eq!(die["options"]["size"], "small");
    assert_eq!(die["quantity"], 1);
    assert_eq!(die["values"][0]["value"], "12 g");
    assert_eq!(die["parts"]["pins"][0]["quantity"], 2);
    assert_eq!(die["parts"]["pins"][0]["options"]["length"], "10 mm");
}

const SILENCE: &str = r#"
product bolt { option thread: fine | coarse  default coarse }
price bolt { per unit { list = 2 EUR } }
product lamp { option colour: red | green }
price lamp { per unit { list = 30 EUR } }
product desk "Desk" {
  option lit: bool  default false
  parts priced
  part bolts: 8 of bolt
  part spare: 0 to 4 of bolt
  part lamps: 1 to 2 of lamp  when lit
  part cable: bolt  when lit
}
price desk { per unit { list = 100 EUR } }
"#;

#[test]
fn where_there_must_be_so_many_pieces_silence_means_them() {
    let quote = quote(&book(SILENCE), r#"{ "product": "desk", "quantity": 3 }"#);
    assert_eq!(violations(&quote), Vec::<String>::new());
    assert_eq!(lines(&quote), ["1: 3 at 300.00", "1.bolts[1] of 1: 24 at 48.00"]);
    assert_eq!(quote["lines"][1]["options"]["thread"], "coarse");
}

#[test]
fn where_there_is_a_choice_silence_is_a_violation_and_a_choice_without_default_too() {
    let book = book(SILENCE);
    let lit = r#""product": "desk", "quantity": 1, "options": { "lit": true }"#;
    let silent = quote(&book, &format!("{{ {lit} }}"));
    assert_eq!(
        violations(&silent),
        [
            "1 E0940 nothing is said of the part `lamps`, of which 1 to 2 belong here",
            "1.bolts[1] E0942 `bolts[1]`: what it is sold with cannot be sold so",
            "1.cable[1] E0942 `cable[1]`: what it is sold with cannot be sold so",
        ]
    );
    let counted = quote(&book, &format!(r#"{{ {lit}, "parts": {{ "lamps": 1 }} }}"#));
    assert_eq!(
        violations(&counted)[..2],
        [
            "1 E0942 its part `lamps[1]` cannot be sold so",
            "1.bolts[1] E0942 `bolts[1]`: what it is sold with cannot be sold so",
        ]
    );
    assert_eq!(
        violations(&counted)[2],
        "1.lamps[1] E0917 `lamps[1]`: `colour` is not chosen and has no default"
    );
    let whole = format!(r#"{{ {lit}, "parts": {{ "lamps": [{{ "options": {{ "colour": "red" }} }}] }} }}"#);
    let whole = quote(&book, &whole);
    assert_eq!(
        lines(&whole),
        [
            "1: 1 at 100.00",
            "1.bolts[1] of 1: 8 at 16.00",
            "1.lamps[1] of 1: 1 at 30.00",
            "1.cable[1] of 1: 1 at 2.00"
        ]
    );
}

#[test]
fn pieces_of_a_part_that_does_not_exist_are_a_violation_and_no_lines() {
    let quote = quote(
        &book(SILENCE),
        r#"{ "product": "desk", "quantity": 1, "parts": { "lamps": [{ "options": { "colour": "red" } }] } }"#,
    );
    assert_eq!(
        violations(&quote),
        [
            "1 E0941 pieces of `lamps` are given, and exist only when `lit`",
            "1.bolts[1] E0942 `bolts[1]`: what it is sold with cannot be sold so",
        ]
    );
    assert_eq!(quote["lines"][0]["violations"][0]["path"], "lines[0].parts.lamps");
}

#[test]
fn too_many_pieces_make_what_depends_on_them_unknown_and_are_told_once() {
    let quote = quote(
        &book(SUMS),
        r#"{ "product": "press", "quantity": 1, "parts": { "dies": 12 } },
           { "product": "press", "quantity": 1, "parts": { "dies": [] } }"#,
    );
    assert_eq!(violations(&quote), ["1 E0940 `dies` has 12 pieces here, and 0 to 9 are possible"]);
    assert_eq!(values(&quote), Vec::new());
    assert_eq!(quote["totals"]["total"], "100.00");
    assert_eq!(quote["totals"]["partial"], true);
}

#[test]
fn what_is_wrong_with_an_included_piece_is_wrong_with_its_line_and_names_the_piece() {
    let book = book(
        r#"
product pin { option length: 10 mm | 20 mm }
product die {
  option size: small | big  default small
  parts included
  part pins: 0 to 9 of pin
  require sturdy: count(pins) >= 2 when size = big  because "big dies tilt"
}
product press { parts included  part dies: 0 to 9 of die  let n "N" = sum(count(d.pins) for d in dies) }
price press { per unit { list = 100 EUR + 1 EUR * count(dies) } }
"#,
    );
    let quote = quote(
        &book,
        r#"{ "product": "press", "quantity": 1, "parts": { "dies": [
            {},
            { "options": { "size": "big" }, "parts": { "pins": [{ "options": { "length": 20 } }] } },
            { "parts": { "pins": 1 } }
        ] } }"#,
    );
    assert_eq!(
        violations(&quote),
        [
            "1 E0916 `dies[2]`: `require count(pins) >= 2 when size = big` is broken: size is big, \
             count(pins) is 1",
            "1 E0917 `dies[3].pins[1]`: `length` is not chosen and has no default",
        ]
    );
    let violation = &quote["lines"][0]["violations"][0];
    assert_eq!(violation["piece"], "dies[2]");
    assert_eq!(violation["name"], "sturdy");
    assert_eq!(violation["because"], "big dies tilt");
    // The price does not hang on what is wrong.
    assert_eq!(lines(&quote), ["1: 1 at 103.00"]);
}

const NESTED: &str = r#"
product pin { cost { steel = 2 EUR } }
price pin { per unit { list = 3 EUR } }
product die {
  parts priced
  part pins: 4 of pin
  cost { steel = 10 EUR }
}
price die { per unit { list = 50 EUR } }
product press { parts priced    part dies: 1 to 4 of die  cost { frame = 400 EUR } }
price press { per unit { list = 900 EUR } }
product kit {
  parts included
  part dies: 1 to 4 of die
  cost { all = sum(d.cost for d in dies) + sum(sum(p.cost for p in d.pins) for d in dies) }
}
price kit { per unit { list = 300 EUR } }
"#;

#[test]
fn pieces_of_pieces_are_lines_with_the_product_of_all_quantities() {
    let quote = quote(
        &book(NESTED),
        r#"{ "id": "A", "product": "press", "quantity": 2, "parts": { "dies": [
            { "quantity": 3 }, { "id": "odd", "parts": { "pins": [{ "quantity": 3 }, {}] } }
        ] } }"#,
    );
    assert_eq!(
        lines(&quote),
        [
            "A: 2 at 1800.00",
            "A.dies[1] of A: 6 at 300.00",
            "A.dies[1].pins[1] of A.dies[1]: 24 at 72.00",
            "odd of A: 2 at 100.00",
            "odd.pins[1] of odd: 6 at 18.00",
            "odd.pins[2] of odd: 2 at 6.00",
        ]
    );
    assert_eq!(quote["totals"]["total"], "2296.00");
    // 800 of frames, 80 of dies, 64 of pins.
    assert_eq!(quote["totals"]["cost"], "944.00");
}

#[test]
fn what_stands_inside_of_an_included_piece_is_included_with_it() {
    let quote = quote(&book(NESTED), r#"{ "product": "kit", "quantity": 2, "parts": { "dies": 3 } }"#);
    assert_eq!(lines(&quote), ["1: 2 at 600.00"]);
    // 3 × 10 and 3 × 4 × 2, twice.
    assert_eq!(quote["totals"]["cost"], "108.00");
    assert_eq!(quote["lines"][0]["parts"]["dies"][0]["parts"]["pins"][0]["quantity"], 4);
}

#[test]
fn the_cost_of_a_piece_that_cannot_be_known_spoils_only_who_reads_it() {
    let book = book(
        r#"
index steel: 1 EUR/kg to 9 EUR/kg
product pin { cost { steel_cost = 2 kg * steel } }
product press { parts included  part pins: 1 to 4 of pin }
product kit { parts included  part pins: 1 to 4 of pin  cost { all = sum(p.cost for p in pins) } }
price press { per unit { list = 900 EUR } }
price kit { per unit { list = 900 EUR } }
"#,
    );
    let quote = quote(
        &book,
        r#"{ "product": "press", "quantity": 1, "parts": { "pins": 1 } },
           { "product": "kit", "quantity": 1, "parts": { "pins": 1 } }"#,
    );
    assert_eq!(violations(&quote), ["2 E0910 `pins[1]`: the request brings no value of the index `steel`"]);
}

#[test]
fn a_bundle_and_its_pieces_are_sold_together_or_not_at_all() {
    let book = book(
        r#"
product pin { option length: 10 mm | 20 mm  default 10 mm }
price pin { per unit { list = 3 EUR } }
product die { option size: small | big  parts priced  part pins: 0 to 4 of pin }
price die { per unit { list = 50 EUR } }
product press { parts priced  part dies: 0 to 4 of die }
price press { per unit { list = 900 EUR } }
quote { less bonus = 10% of running rounded half_up to 0.01 EUR }
"#,
    );
    let quote = quote(
        &book,
        r#"{ "product": "press", "quantity": 1, "parts": { "dies": [
                { "parts": { "pins": 2 } }, { "options": { "size": "big" }, "parts": { "pins": 1 } }
            ] } },
           { "product": "press", "quantity": 1, "parts": { "dies": [{ "options": { "size": "big" } }] } }"#,
    );
    assert_eq!(
        violations(&quote),
        [
            "1 E0942 its part `dies[1]` cannot be sold so",
            "1.dies[1] E0917 `dies[1]`: `size` is not chosen and has no default",
            "1.dies[1].pins[1] E0942 `dies[1].pins[1]`: what it is sold with cannot be sold so",
            "1.dies[2] E0942 `dies[2]`: what it is sold with cannot be sold so",
            "1.dies[2].pins[1] E0942 `dies[2].pins[1]`: what it is sold with cannot be sold so",
        ]
    );
    // 950 less 10 %: the first press and all that is in it are left out.
    assert_eq!(quote["totals"]["total"], "855.00");
    assert_eq!(quote["totals"]["partial"], true);
    assert_eq!(quote["lines"][5]["net"], "810.00");
    assert_eq!(quote["lines"][6]["net"], "45.00");
}

#[test]
fn a_piece_that_a_step_of_the_quote_cannot_be_worked_out_on_takes_its_bundle_along() {
    let book = book(
        r#"
family goods { option kind: plain | odd  default plain }
table weight(goods.kind) -> number { plain: 1, odd: n/a }
product die in goods { quantity 1 to 9 }
product press in goods { parts priced  part dies: 0 to 4 of die }
price goods { per unit { list = 100 EUR } }
quote { less bonus = 30 EUR spread by weight(line.kind) }
"#,
    );
    let quote = quote(
        &book,
        r#"{ "product": "press", "quantity": 1, "parts": { "dies": [{ "options": { "kind": "odd" } }] } },
           { "product": "die", "quantity": 1 },
           { "product": "press", "quantity": 1, "parts": { "dies": 1 } }"#,
    );
    assert_eq!(
        violations(&quote),
        [
            "1 E0942 its part `dies[1]` cannot be sold so",
            "1.dies[1] E0919 `dies[1]`: `weight` says `n/a` for kind = odd: this cannot be bought",
        ]
    );
    assert_eq!(
        lines(&quote),
        [
            "1: 1 at 100.00",
            "1.dies[1] of 1: 1 at 100.00",
            "2: 1 at 90.00",
            "3: 1 at 90.00",
            "3.dies[1] of 3: 1 at 90.00",
        ]
    );
    assert_eq!(quote["totals"]["total"], "270.00");
}

#[test]
fn options_parts_and_lets_may_hang_on_each_other_as_long_as_there_is_no_circle() {
    let book = book(
        r#"
product pin { option length: 10 mm | 20 mm  default 10 mm }
price pin { per unit { list = 3 EUR } }
product press {
  option crane: small | large  default large  when many
  parts priced
  part extra: 2 of pin  when (crane otherwise small) = large
  part pins: 0 to 9 of pin
  let long = count(p for p in pins where p.length = 20 mm)
  let many = long > 2
  let all "All" = count(pins) + count(extra)
}
price press { per unit { list = 100 EUR } }
"#,
    );
    let of = |pins: &str| {
        quote(&book, &format!(r#"{{ "product": "press", "quantity": 1, "parts": {{ "pins": {pins} }} }}"#))
    };
    let few = of(r#"[{ "quantity": 2, "options": { "length": 20 } }]"#);
    assert_eq!(value(&few, "all"), 2);
    assert_eq!(lines(&few), ["1: 1 at 100.00", "1.pins[1] of 1: 2 at 6.00"]);
    let many = of(r#"[{ "quantity": 3, "options": { "length": 20 } }]"#);
    assert_eq!(value(&many, "all"), 5);
    assert_eq!(many["lines"][0]["options"]["crane"], "large");
    assert_eq!(lines(&many), ["1: 1 at 100.00", "1.extra[1] of 1: 2 at 6.00", "1.pins[1] of 1: 3 at 9.00"]);
}

#[test]
fn rules_look_at_priced_pieces_as_at_any_line_and_at_pieces_through_their_line() {
    let book = book(
        r#"
product die { option size: small | big  default small  cost { steel = 40 EUR } }
price die { entry rebate: 0% to 50%  default 0%  per unit { list = 50 EUR  less r = rebate of list } }
product press { parts priced  part dies: 0 to 4 of die  cost { frame = 400 EUR } }
price press { entry rebate: 0% to 50%  default 0%  per unit { list = 900 EUR  less r = rebate of list } }
approvals {
  level boss
  level owner
  ask boss when line.margin < 15%
  ask owner for press when count(d for d in line.dies where d.size = big) >= 2
}
"#,
    );
    let quote = quote(
        &book,
        r#"{ "product": "press", "quantity": 1, "parts": { "dies": [
            { "rebate": "10%" }, { "quantity": 2, "options": { "size": "big" } }
        ] } }"#,
    );
    let requirements = quote["approvals"]["requirements"].as_array().expect("requirements");
    let found: Vec<(&Value, &Value)> = requirements.iter().map(|it| (&it["who"], &it["lines"])).collect();
    // 50 less 10 % is 45, of which 40 is the cost: a margin of 11.1 %.
    assert_eq!(
        found,
        [
            (&Value::from("boss"), &serde_json::json!(["1.dies[1]"])),
            (&Value::from("owner"), &serde_json::json!(["1"])),
        ]
    );
    let tested = &requirements[1]["tested"][0];
    assert_eq!(tested["what"], "count(d for d in line.dies where d.size = big)");
    assert_eq!(tested["value"], "2");
}

#[test]
fn families_may_have_parts_and_each_product_its_own_besides() {
    let book = book(
        r#"
product foot { option height: 5 mm | 9 mm  default 5 mm }
product tray { option height: 5 mm | 9 mm  default 9 mm }
family racks {
  parts included
  part feet: 4 of foot
  let base "Base" = max(f.height for f in feet)
}
product low in racks { quantity 1 to 9 }
product high in racks { part trays: 1 to 5 of tray  let all "All": mm = base + sum(t.height for t in trays) }
price racks { per unit { list = 10 EUR + 1 EUR * count(feet) } }
"#,
    );
    let quote = quote(
        &book,
        r#"{ "product": "high", "quantity": 1, "parts": { "trays": 2, "feet": [{ "quantity": 3 }, { "options": { "height": 9 } }] } },
           { "product": "low", "quantity": 1 }"#,
    );
    assert_eq!(violations(&quote), Vec::<String>::new());
    assert_eq!(value(&quote, "all"), "27 mm");
    assert_eq!(lines(&quote), ["1: 1 at 14.00", "2: 1 at 14.00"]);
}

#[test]
fn senseless_requests_are_refused_with_the_place_of_each_slip() {
    let book = book(SILENCE);
    let refused = quote(
        &book,
        r#"{ "product": "desk", "quantity": 1, "options": { "lamps": 1 }, "parts": { "lamp": 1, "bolts": 1.5,
               "spare": [{ "quantity": 0 }, { "product": "bolt" }, { "options": { "thred": "fine" } }] } },
           { "id": "1.bolts[1]", "product": "bolt", "quantity": 1 }"#,
    );
    let expected = [
        ("lines[0].options.lamps", "E0905"),
        ("lines[0].parts.bolts", "E0906"),
        ("lines[0].parts.spare[0].quantity", "E0906"),
        ("lines[0].parts.spare[1].product", "E0903"),
        ("lines[0].parts.spare[2].options.thred", "E0905"),
        ("lines[0].parts.lamp", "E0903"),
    ];
    assert_eq!(errors(&refused), expected.map(|(path, code)| (path.to_owned(), code.to_owned())));
    let twice = quote(
        &book,
        r#"{ "product": "desk", "quantity": 1 }, { "id": "1.bolts[1]", "product": "bolt", "quantity": 1 }"#,
    );
    assert_eq!(errors(&twice), [("lines[1].id".to_owned(), "E0928".to_owned())]);
    let shape = quote(&book, r#"{ "product": "desk", "quantity": 1, "parts": { "bolts": { "a": 1 } } }"#);
    assert_eq!(errors(&shape), [("lines[0].parts.bolts".to_owned(), "E0906".to_owned())]);
}

#[test]
fn alerts_of_included_pieces_are_raised_on_their_line() {
    let book = book(
        r#"
product pin { option length: 10 mm | 20 mm  default 10 mm  alert bent: when length = 20 mm because "bends" }
product die { parts included  part pins: 0 to 4 of pin  alert many: when count(pins) > 3 }
product press { parts included  part dies: 0 to 4 of die }
price press { per unit { list = 9 EUR } }
"#,
    );
    let quote = quote(
        &book,
        r#"{ "product": "press", "quantity": 1, "parts": { "dies": [
            { "parts": { "pins": 4 } }, { "parts": { "pins": [{}, { "options": { "length": 20 } }] } }
        ] } }"#,
    );
    let alerts = quote["lines"][0]["alerts"].as_array().expect("alerts");
    let messages: Vec<&str> = alerts.iter().filter_map(|alert| alert["message"].as_str()).collect();
    assert_eq!(messages, ["`dies[1]`: count(pins) > 3", "`dies[2].pins[2]`: bends"]);
}

#[test]
fn what_is_only_a_part_of_others_is_not_sold_by_itself() {
    let book = book(SUMS);
    let refused = quote(&book, r#"{ "product": "pin", "quantity": 1 }"#);
    assert_eq!(errors(&refused), [("lines[0].product".to_owned(), "E0943".to_owned())]);
    assert_eq!(refused["errors"][0]["help"], "it is a part of `die`");
}

#[test]
fn more_pieces_than_a_line_can_order_are_a_violation_of_the_piece() {
    let book = book(
        r#"
product die { quantity 1 to 10 }
price die { per unit { list = 5 EUR } }
product press { parts priced  part dies: 0 to 4 of die }
price press { per unit { list = 9 EUR } }
"#,
    );
    let quote = quote(&book, r#"{ "product": "press", "quantity": 3, "parts": { "dies": 4 } }"#);
    assert_eq!(violations(&quote)[1], "1.dies[1] E0908 `dies[1]`: `quantity` is 12, which is not allowed");
}

#[test]
fn a_request_of_too_many_pieces_is_refused_and_not_worked_out() {
    let book = book(SILENCE);
    let pieces = vec!["{}"; 120_000].join(",");
    let refused = quote(
        &book,
        &format!(r#"{{ "product": "desk", "quantity": 1, "parts": {{ "spare": [{pieces}] }} }}"#),
    );
    assert_eq!(errors(&refused), [("lines".to_owned(), "E0915".to_owned())]);
}

#[test]
fn the_schema_of_requests_knows_parts_and_each_product_once() {
    let schema = tarif::wire::schema(book(NESTED).ir(), tarif::wire::SchemaOf::Requests).pretty();
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let line = |at: usize| &schema["properties"]["lines"]["items"]["anyOf"][at]["properties"];
    assert_eq!(line(2)["parts"]["properties"]["dies"]["anyOf"][0]["items"]["$ref"], "#/$defs/piece_1");
    assert_eq!(
        line(3)["parts"]["properties"]["dies"]["anyOf"][0]["items"]["$ref"],
        "#/$defs/included_piece_1"
    );
    let definitions: Vec<&String> = schema["$defs"].as_object().expect("definitions").keys().collect();
    assert_eq!(definitions, ["piece_0", "included_piece_0", "piece_1", "included_piece_1"]);
}
