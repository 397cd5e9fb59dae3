//! What a quote makes of presets, suggestions and alerts.

use serde_json::{Value, json};
use tarif::Book;

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
