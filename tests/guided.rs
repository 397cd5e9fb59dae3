//! What a quote makes of presets, suggestions and alerts, and a configuration of the answers to a guide.

use std::sync::Arc;

use serde_json::{Value, json};
use tarif::Book;
use tarif::configure::{Model, Session, Wanted};
use tarif::eval::Plan;
use tarif::ir;
use tarif::logic::Budget;
use tarif::value::{Date, Exact};

const BOOK: &str = r#"
book shop { currency CNY  effective 2026-01-01 to 2026-12-31 }

context customer { region: home | abroad  default home }

table dies(die: text) -> { mass: kg } {
  die   | mass
  "D-1" | 20
  "D-2" | 30
  else  | 40
}

product press "Press" {
  quantity 1 to 50
  option force  "Force":  63 tf | 100 tf "Strong" | 160 tf  default 63 tf
  option frame  "Frame":  c_frame | h_frame
  option extras "Extras": any of light_curtain "Light curtain" | quiet_pump
  option die    "Die":    key of dies  optional
  option hood   "Hood":   bool  default false
  option tint   "Tint":   red | blue  default red  when hood

  require frame_limit: force <= 100 tf  when frame = c_frame  because "C-frames stop at 100 tf"

  suggest extras with light_curtain  when customer.region = abroad  because "most markets require one"
  suggest force = 100 tf  when hood
  suggest die = "D-1"  when frame = h_frame  because "it comes with the frame"
  suggest product service  when quantity >= 2
  alert heavy: when force = 160 tf  because "needs a low-bed trailer"
}

product service "Service plan" { quantity 1 to 50 }

price press { per unit { list = 900 CNY  less special = 500 CNY when hood } }
price service { per unit { list = 90 CNY } }

quote {
  alert cheap: for press when line.off_list > 50%  because "look at it twice"
  alert large: when quote.net >= 2_000 CNY
}

preset workshop "Workshop press" of press {
  force = 100 tf, frame = c_frame, extras = [light_curtain], die = "D-2", tint = blue
} because "what most workshops buy"

preset broken of press { force = 160 tf, frame = c_frame }
"#;

fn book() -> Book {
    Book::from_files([("book.tarif", BOOK)]).expect("a book without errors")
}

/// The answer for lines on a day of the book.
fn answer(lines: Value) -> Value {
    let request = json!({ "as_of": "2026-02-10", "lines": lines });
    serde_json::from_str(&book().quote_json(&request.to_string())).expect("an answer in JSON")
}

fn line(line: Value) -> Value {
    answer(json!([line]))["lines"][0].clone()
}

/// The fields of what is listed.
fn each<'v>(list: &'v Value, field: &str) -> Vec<&'v str> {
    let values = list.as_array().expect("a list");
    values.iter().map(|it| it[field].as_str().unwrap_or("")).collect()
}

#[test]
fn a_preset_fills_what_the_line_is_silent_about_and_comes_before_defaults() {
    let line = line(json!({ "product": "press", "quantity": 1, "preset": "workshop",
        "options": { "extras": [] } }));
    assert_eq!(line["status"], "ok");
    assert_eq!(
        line["options"],
        json!({ "force": "100 tf", "frame": "c_frame", "extras": [], "die": "D-2", "hood": false })
    );
    assert_eq!(
        line["preset"],
        json!({ "name": "workshop", "label": "Workshop press", "options": ["force", "frame", "die"] })
    );
}

#[test]
fn a_value_of_the_preset_counts_only_where_its_option_exists() {
    let with_hood = line(json!({ "product": "press", "quantity": 1, "preset": "workshop",
        "options": { "hood": true } }));
    assert_eq!(with_hood["options"]["tint"], "blue");
    assert_eq!(with_hood["status"], "ok");
    let chosen = line(json!({ "product": "press", "quantity": 1, "preset": "workshop",
        "options": { "tint": "blue" } }));
    assert_eq!(each(&chosen["violations"], "code"), ["E0918"]);
}

#[test]
fn a_preset_that_breaks_a_constraint_makes_the_line_invalid_with_the_reason() {
    let line = line(json!({ "product": "press", "quantity": 1, "preset": "broken" }));
    assert_eq!(each(&line["violations"], "name"), ["frame_limit"]);
    assert_eq!(each(&line["violations"], "because"), ["C-frames stop at 100 tf"]);
}

#[test]
fn a_wrong_preset_refuses_the_request_with_the_right_one() {
    let refused = |product: &str, preset: Value| {
        let answer = answer(json!([{ "product": product, "quantity": 1, "preset": preset }]));
        let error = answer["errors"][0].clone();
        assert_eq!(error["path"], "lines[0].preset", "{answer}");
        assert_eq!(error["code"], "E0906");
        format!("{} {}", error["message"].as_str().unwrap_or(""), error["help"].as_str().unwrap_or(""))
    };
    assert!(refused("press", json!("workshp")).contains("did you mean `workshop`?"));
    assert!(refused("press", json!("xyz")).contains("it has `workshop`, `broken`"));
    assert!(refused("service", json!("workshop")).contains("a preset of `press`, not of `service`"));
    assert!(refused("press", json!(["workshop"])).contains("the name of a preset is expected"));
}

const BUNDLE: &str = r#"
book shop { currency CNY  effective 2026-01-01 to 2026-12-31 }

product shelf {
  option width: 600 mm | 900 mm  default 600 mm
  part hooks: 0 to 9 of hook
  parts included
}
product hook { option long: bool default false }
product rack {
  option doors: bool default false
  part shelves: 1 to 6 of shelf
  part locks: 0 to 2 of lock  when doors
  parts priced
}
product lock { option code: bool default false }

price shelf { per unit { list = 50 CNY  add wide = 10 CNY when width = 900 mm  add hooked = count(hooks) * 2 CNY } }
price hook { per unit { list = 3 CNY } }
price lock { per unit { list = 20 CNY } }
price rack { per unit { list = 100 CNY } }

preset pantry of rack {
  doors = true
  part shelves { width = 900 mm, quantity = 2, part hooks { long = true, quantity = 3 } }
  part shelves
  locks = 1
}
"#;

/// The nets of the lines of a request for one rack from the preset.
fn rack(line: Value) -> (Vec<(String, String)>, String) {
    let book = Book::from_files([("book.tarif", BUNDLE)]).expect("a book without errors");
    let mut fields = json!({ "product": "rack", "quantity": 1, "preset": "pantry" });
    for (name, value) in line.as_object().expect("an object") {
        fields[name] = value.clone();
    }
    let request = json!({ "as_of": "2026-02-10", "lines": [fields] });
    let answer: Value = serde_json::from_str(&book.quote_json(&request.to_string())).expect("JSON");
    assert_eq!(answer["status"], "ok", "{answer:#}");
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    let lines = answer["lines"].as_array().expect("lines");
    let nets = lines.iter().map(|line| (text(&line["id"]), text(&line["net"]))).collect();
    (nets, text(&answer["totals"]["net"]))
}

#[test]
fn a_preset_brings_the_pieces_of_its_parts() {
    let (lines, total) = rack(json!({}));
    let expected =
        [("1", "100.00"), ("1.shelves[1]", "132.00"), ("1.shelves[2]", "50.00"), ("1.locks[1]", "20.00")];
    assert_eq!(lines, expected.map(|(id, net)| (id.to_owned(), net.to_owned())));
    // 100 + 2 × (50 + 10 + 3 × 2) + 50 + 20
    assert_eq!(total, "302.00");
}

#[test]
fn pieces_that_a_line_gives_stand_for_all_of_the_preset_of_that_part() {
    let (lines, total) = rack(json!({ "parts": { "shelves": [{ "quantity": 3 }] } }));
    assert_eq!(lines.len(), 3);
    // 100 + 3 × 50 + 20
    assert_eq!(total, "270.00");
}

#[test]
fn pieces_of_a_part_that_does_not_exist_are_left_aside() {
    let (_, total) = rack(json!({ "options": { "doors": false } }));
    assert_eq!(total, "282.00");
}

#[test]
fn suggestions_name_what_is_missing_with_labels_and_reasons() {
    let request = json!({ "as_of": "2026-02-10", "customer": { "region": "abroad" }, "lines": [
        { "product": "press", "quantity": 2, "options": { "frame": "h_frame", "hood": true } }] });
    let answer: Value = serde_json::from_str(&book().quote_json(&request.to_string())).expect("JSON");
    let suggestions = &answer["lines"][0]["suggestions"];
    let texts = ["extras with light_curtain", "force = 100 tf", "die = D-1", "product service"];
    assert_eq!(each(suggestions, "text"), texts);
    assert_eq!(each(suggestions, "label"), ["Extras", "Force", "Die", "Service plan"]);
    assert_eq!(each(suggestions, "option"), ["extras", "force", "die", ""]);
    assert_eq!(each(suggestions, "product"), ["", "", "", "service"]);
    assert_eq!(each(suggestions, "value"), ["light_curtain", "100 tf", "D-1", "service"]);
    assert_eq!(each(suggestions, "value_label"), ["Light curtain", "Strong", "", ""]);
    assert_eq!(each(suggestions, "because")[0], "most markets require one");
}

#[test]
fn what_a_line_follows_already_is_not_suggested() {
    let answer = answer(json!([
        { "product": "press", "quantity": 2,
          "options": { "frame": "h_frame", "die": "D-1", "hood": true, "force": "100 tf" } },
        { "product": "service", "quantity": 1 }
    ]));
    assert_eq!(answer["lines"][0]["suggestions"], json!([]));
}

#[test]
fn what_would_break_a_constraint_is_not_suggested() {
    let book = Book::from_files([(
        "book.tarif",
        r#"book shop { currency CNY  effective 2026-01-01 to 2026-12-31 }
           table mass(force: 63 tf | 100 tf | 160 tf) -> kg { 63 tf: 5, 100 tf: 6, 160 tf: n/a }
           product press {
             option force: 63 tf | 100 tf | 160 tf  default 63 tf
             option frame: c_frame | h_frame  default c_frame
             option extras: any of curtain | pump
             let weight = mass(force)
             require force <= 63 tf when frame = c_frame
             require not (curtain in extras and pump in extras)
             require named: quantity < 3
             suggest force = 100 tf
             suggest force = 160 tf
             suggest extras with pump
           }
           price press { per unit { list = 900 CNY  add more = 5 CNY when weight > 5 kg } }"#,
    )])
    .expect("a book without errors");
    let suggested = |quantity: u32, options: Value| -> Vec<String> {
        let line = json!({ "product": "press", "quantity": quantity, "options": options });
        let request = json!({ "as_of": "2026-02-10", "lines": [line] });
        let answer: Value = serde_json::from_str(&book.quote_json(&request.to_string())).expect("JSON");
        each(&answer["lines"][0]["suggestions"], "text").into_iter().map(str::to_owned).collect()
    };
    assert_eq!(suggested(1, json!({})), ["extras with pump"]);
    assert_eq!(suggested(1, json!({ "frame": "h_frame" })), ["force = 100 tf", "extras with pump"]);
    assert_eq!(suggested(1, json!({ "frame": "h_frame", "extras": ["curtain"] })), ["force = 100 tf"]);
    // What is broken already is not broken by the suggestion.
    assert_eq!(suggested(5, json!({ "frame": "h_frame" })), ["force = 100 tf", "extras with pump"]);
}

#[test]
fn alerts_stand_where_they_are_raised_in_the_authors_words() {
    let answer = answer(json!([
        { "product": "press", "quantity": 1, "options": { "frame": "h_frame", "force": "160 tf" } },
        { "product": "press", "quantity": 3, "options": { "frame": "h_frame", "hood": true } }
    ]));
    assert_eq!(each(&answer["lines"][0]["alerts"], "name"), ["heavy"]);
    assert_eq!(each(&answer["lines"][0]["alerts"], "message"), ["needs a low-bed trailer"]);
    assert_eq!(each(&answer["lines"][1]["alerts"], "name"), ["cheap"]);
    // 900 + 3 × 400 = 2 100
    assert_eq!(each(&answer["alerts"], "name"), ["large"]);
    assert_eq!(each(&answer["alerts"], "message"), ["quote.net >= 2_000 CNY"]);
    assert_eq!(answer["status"], "ok");
}

/// Questions of every kind over a product small enough to try every configuration with every answer.
const GUIDED: &str = r#"
book shop { currency CNY  effective 2026-01-01 to 2026-12-31 }

product press {
  option force:  1 tf | 2 tf | 3 tf
  option frame:  c_frame | h_frame
  option extras: any of pump | logger
  option tint:   red | blue  default red  when frame = h_frame
  let strong = force >= 2 tf
  require force <= 2 tf  when frame = c_frame
}
price press { per unit { list = 900 CNY  add more = 5 CNY when strong } }

guide press {
  question material: steel | wood | plastic {
    steel: require strong  set extras with pump
    plastic: set force = 1 tf  when frame = c_frame
    else: recommend tint = blue
  }
  question needed: 1 tf to 3 tf step 1 tf {
    require force + 1 tf >= needed + 1 tf
    require logger in extras  when material = steel
    3 tf: set tint = blue
  }
  question needs: any of silence | record  when material != plastic {
    silence: set extras with pump
    record: set extras with logger
    else: require extras = []
  }
  question sure: bool  when needed otherwise 1 tf >= 2 tf { false: set frame = c_frame }
}
"#;

/// A configuration with answers; every value by its position, nothing for what is absent.
#[derive(Clone, Copy, Debug)]
struct Case {
    force: usize,
    frame: usize,
    pump: bool,
    logger: bool,
    tint: Option<usize>,
    material: Option<usize>,
    needed: Option<usize>,
    needs: Option<(bool, bool)>,
    sure: Option<bool>,
}

impl Case {
    /// What the book above says, in other words.
    fn is_valid(&self) -> bool {
        let tf = self.force + 1;
        let h_frame = self.frame == 1;
        let product = self.tint.is_some() == h_frame && (h_frame || tf <= 2);
        let material = match self.material {
            Some(0) => tf >= 2 && self.pump,
            Some(2) => h_frame || tf == 1,
            _ => true,
        };
        let needed = self.needed.map(|at| at + 1).is_none_or(|needed| {
            tf >= needed && (self.material != Some(0) || self.logger) && (needed != 3 || self.tint == Some(1))
        });
        let needs = self.needs.is_none_or(|(silence, record)| {
            self.material != Some(2)
                && (!silence || self.pump)
                && (!record || self.logger)
                && (silence || record || !self.pump && !self.logger)
        });
        let sure = self.sure.is_none_or(|sure| self.needed.is_some_and(|at| at >= 1) && (sure || !h_frame));
        product && material && needed && needs && sure
    }

    fn all() -> Vec<Case> {
        let mut all = Vec::new();
        let maybe = |most: usize| (0..=most).map(move |at| at.checked_sub(1));
        let bools = [false, true];
        for force in 0..3 {
            for (frame, tint) in (0..2).flat_map(|frame| maybe(2).map(move |tint| (frame, tint))) {
                for (pump, logger) in bools.into_iter().flat_map(|it| bools.map(|other| (it, other))) {
                    for (material, needed) in maybe(3).flat_map(|it| maybe(3).map(move |other| (it, other))) {
                        for needs in maybe(4).map(|at| at.map(|at| (at & 1 == 1, at & 2 == 2))) {
                            for sure in maybe(2).map(|at| at.map(|at| at == 1)) {
                                let case =
                                    Case { force, frame, pump, logger, tint, material, needed, needs, sure };
                                if case.is_valid() {
                                    all.push(case);
                                }
                            }
                        }
                    }
                }
            }
        }
        all
    }

    /// The value of a slot, as the book has it.
    fn value(&self, path: &str) -> ir::Value {
        let choice = |at: Option<usize>| match at.and_then(|at| u16::try_from(at).ok()) {
            Some(at) => ir::Value::Choice(at),
            None => ir::Value::Absent,
        };
        let number = |at: usize| ir::Value::Number(Exact::from(u32::try_from(at + 1).expect("small")));
        let set = |(one, other): (bool, bool)| ir::Value::Set(u128::from(one) | u128::from(other) << 1);
        match path {
            "force" => number(self.force),
            "frame" => choice(Some(self.frame)),
            "extras" => set((self.pump, self.logger)),
            "tint" => choice(self.tint),
            "guide.material" => choice(self.material),
            "guide.needed" => self.needed.map_or(ir::Value::Absent, number),
            "guide.needs" => self.needs.map_or(ir::Value::Absent, set),
            "guide.sure" => self.sure.map_or(ir::Value::Absent, ir::Value::Bool),
            _ => panic!("no slot {path}"),
        }
    }
}

const SLOTS: [&str; 8] =
    ["force", "frame", "extras", "tint", "guide.material", "guide.needed", "guide.needs", "guide.sure"];

/// Whether choices fit, by the solver.
fn fits(model: &Arc<Model>, choices: &[(&str, ir::Value)]) -> bool {
    let mut session = Session::new(Arc::clone(model));
    for (path, value) in choices {
        let wanted = match value {
            ir::Value::Absent => Wanted::Absent,
            value => Wanted::Value(value.clone()),
        };
        session.choose(path, wanted).expect("a slot with this value");
    }
    session.fits().expect("a small problem is decided")
}

#[test]
fn answers_and_choices_exclude_each_other_exactly_as_the_effects_say() {
    let book = Book::from_files([("book.tarif", GUIDED)]).expect("a book without errors");
    let plan = Arc::new(Plan::new(Arc::clone(book.ir())));
    let day = Date::parse("2026-02-10").expect("a day");
    let model = Arc::new(Model::new(&plan, "press", day, Budget::default()).expect("a model"));
    assert!(model.open.is_empty(), "every rule is decided");
    let valid = Case::all();
    let values = |path: &str| -> Vec<ir::Value> {
        let mut values: Vec<ir::Value> = Vec::new();
        for case in &valid {
            let value = case.value(path);
            if !values.contains(&value) {
                values.push(value);
            }
        }
        values
    };
    let mut tried = 0;
    for (at, one) in SLOTS.iter().enumerate() {
        for (between, other) in SLOTS.iter().enumerate().skip(at + 1) {
            for third in SLOTS.iter().skip(between + 1).step_by(2) {
                for (a, b, c) in triples(&values(one), &values(other), &values(third)) {
                    let expected = valid
                        .iter()
                        .any(|case| case.value(one) == a && case.value(other) == b && case.value(third) == c);
                    let choices = [(*one, a), (*other, b), (*third, c)];
                    assert_eq!(fits(&model, &choices), expected, "{choices:?}");
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 1_000, "only {tried} choices were tried");
}

fn triples(
    one: &[ir::Value],
    other: &[ir::Value],
    third: &[ir::Value],
) -> Vec<(ir::Value, ir::Value, ir::Value)> {
    let pairs = one.iter().flat_map(|a| other.iter().map(move |b| (a, b)));
    pairs.flat_map(|(a, b)| third.iter().map(move |c| (a.clone(), b.clone(), c.clone()))).collect()
}
