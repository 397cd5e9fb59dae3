//! Values as requests write them: with units, as sets, with a day of their own.

use std::path::Path;

use serde_json::{Value, json};
use tarif::Book;

use super::{at_root, batch, complaint, folder, read, write};

/// Prices requests in one batch, and each by itself; says how many rows that were not refused were not done in columns.
fn both_ways(book: &str, name: &str, requests: &[Value]) -> String {
    let folder = folder(name);
    let (input, out) = (folder.join("in.ndjson"), folder.join("out.ndjson"));
    let lines: Vec<String> = requests.iter().map(ToString::to_string).collect();
    write(&input, lines.join("\n"));
    let ran = batch(book, &input, &out, &["--select", "net"]);
    let loaded = Book::load(at_root(book)).expect("the book is clean");
    let answers = read(&out);
    for (request, answer) in lines.iter().zip(answers.lines()) {
        let answer: Value = serde_json::from_str(answer).expect("JSON");
        let quote: Value = serde_json::from_str(&loaded.quote_json(request)).expect("JSON");
        match quote["errors"].is_array() {
            false => assert_eq!(answer["net"], quote["totals"]["net"], "{request}"),
            true => assert!(answer["error"].is_string(), "{request}: {answer}"),
        }
    }
    assert_eq!(answers.lines().count(), requests.len(), "{}", complaint(&ran));
    not_in_columns(&ran)
}

fn not_in_columns(ran: &std::process::Output) -> String {
    let summary = String::from_utf8_lossy(&ran.stdout).into_owned();
    let line = summary.lines().find(|line| line.starts_with("one by one")).expect("a summary").to_owned();
    line.split_whitespace().last().expect("a number").to_owned()
}

fn press(options: Value, steel: Value) -> Value {
    json!({
        "as_of": "2026-02-10", "customer": {"level": "gold", "region": "east"}, "market": {"q235": steel},
        "lines": [{"product": "press", "quantity": 3, "options": options}],
    })
}

#[test]
fn units_sets_and_figures_with_a_day_are_done_in_columns() {
    let fresh = json!({"value": "4.10", "date": "2026-02-09"});
    let options = [
        json!({"force": "160 tf", "frame": "h_frame", "cooling": "water"}),
        json!({"force": 160, "frame": "h_frame", "stroke": "50 cm", "extras": []}),
        json!({"force": "100 tf", "frame": "c_frame", "stroke": " 450 mm", "extras": ["light_curtain"]}),
        json!({"force": "63 tf", "frame": "c_frame", "extras": ["data_logger", "light_curtain"]}),
        json!({"force": "63  tf", "frame": "c_frame", "warranty": "36 months"}),
    ];
    let requests: Vec<Value> = options.into_iter().map(|options| press(options, fresh.clone())).collect();
    assert_eq!(both_ways("rules/press", "units", &requests), "0");
}

#[test]
fn what_is_wrong_with_units_sets_and_days_is_refused_as_in_a_quote() {
    let good = json!({"force": "160 tf", "frame": "h_frame"});
    let figure = |date: &str| json!({"value": "4.10", "date": date});
    let mut requests: Vec<Value> =
        [figure("2026-02-11"), figure("2020-01-01"), figure("yesterday"), json!("4.10")]
            .map(|steel| press(good.clone(), steel))
            .to_vec();
    let wrong = [
        json!({"force": "160 kg", "frame": "h_frame"}),
        json!({"force": "160tf", "frame": "h_frame"}),
        json!({"force": "160%", "frame": "h_frame"}),
        json!({"force": "160 tf", "frame": "h_frame", "stroke": "45 cm 3"}),
        json!({"force": "160 tf", "frame": "h_frame", "stroke": "451 mm"}),
        json!({"force": "160 tf", "frame": "h_frame", "extras": ["cup_holder"]}),
        json!({"force": "160 tf", "frame": "h_frame", "extras": "light_curtain"}),
    ];
    requests.extend(wrong.map(|options| press(options, figure("2026-02-09"))));
    // A stroke of 451 mm is a line that is not sold, which no request is refused for.
    assert_eq!(both_ways("rules/press", "wrong", &requests), "1");
}

/// `19` for a rate whose range the book does not say is meant as 19 %, and would be 1900 %: it is refused, however
/// the row is read.
#[test]
fn a_bare_number_of_more_than_the_whole_is_no_rate_in_any_file() {
    let folder = folder("rates");
    write(
        &folder.join("book.tarif"),
        "book rates {\n  currency EUR\n  effective 2026-01-01 to 2026-12-31\n}\n\
         context customer { share: rate }\n\
         product pump { quantity 1 to 1_000 }\n\
         price pump {\n  per line {\n    list \"Price\" = 100 EUR * quantity\n    \
         add surcharge \"Surcharge\" = customer.share of running rounded half_even to 0.01 EUR\n  }\n}\n",
    );
    let (csv, ndjson) = (folder.join("in.csv"), folder.join("in.ndjson"));
    let said = ["0.5", "50%", "1", "190%", "19", "1.01"];
    let rows: Vec<String> = said.iter().map(|share| format!("2026-05-01,1,{share}")).collect();
    write(&csv, format!("as_of,quantity,customer.share\n{}\n", rows.join("\n")));
    let line = |share: &&str| {
        json!({"as_of": "2026-05-01", "customer": {"share": share}, "lines": [{"product": "pump", "quantity": 1}]})
            .to_string()
    };
    write(&ndjson, said.iter().map(line).collect::<Vec<_>>().join("\n"));
    let book = folder.to_string_lossy().into_owned();
    for input in [csv, ndjson] {
        let out =
            Path::new(&folder).join(format!("{}.out.ndjson", input.display().to_string().replace('/', "_")));
        let ran = batch(&book, &input, &out, &["--select", "net"]);
        let text = read(&out);
        let found: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        let nets: Vec<&Value> = found.iter().map(|row| &row["net"]).collect();
        assert_eq!(nets[..4], ["150.00", "150.00", "200.00", "290.00"], "{}", complaint(&ran));
        for refused in &found[4..] {
            assert!(refused["error"].as_str().is_some_and(|error| error.contains("as a rate")), "{refused}");
        }
        assert_eq!(not_in_columns(&ran), "0");
    }
}

/// Sets and units in a table, and figures of the market that all rows share.
#[test]
fn a_table_says_units_and_sets_as_a_request_does() {
    let folder = folder("table_units");
    let (input, out, market) = (folder.join("in.csv"), folder.join("out.ndjson"), folder.join("market.json"));
    write(
        &input,
        "as_of,quantity,customer.level,customer.region,force,frame,stroke,extras\n\
         2026-02-10,3,gold,east,160 tf,h_frame,50 cm,light_curtain|data_logger\n\
         2026-02-10,1,gold,east,63 tf,c_frame,,\n\
         2026-03-30,1,gold,east,63 tf,c_frame,,\n",
    );
    write(&market, r#"{"q235": {"value": "4.10", "date": "2026-02-09"}}"#);
    let market_file = market.to_string_lossy().into_owned();
    let ran = batch("rules/press", &input, &out, &["--select", "net", "--market", &market_file]);
    let steel = json!({"value": "4.10", "date": "2026-02-09"});
    let many = json!({"force": "160 tf", "frame": "h_frame", "stroke": 500, "extras": ["light_curtain", "data_logger"]});
    let mut few = press(json!({"force": "63 tf", "frame": "c_frame"}), steel.clone());
    few["lines"][0]["quantity"] = json!(1);
    let book = Book::load(at_root("rules/press")).expect("the book is clean");
    let text = read(&out);
    for (request, row) in [press(many, steel), few].iter().zip(text.lines()) {
        let quote = book.quote_json(&request.to_string());
        let quote: Value = serde_json::from_str(&quote).expect("JSON");
        let row: Value = serde_json::from_str(row).expect("JSON");
        assert_eq!(row["net"], quote["totals"]["net"]);
    }
    let old = text.lines().last().expect("three rows");
    assert!(old.contains("E0911"), "the figure is 49 days old: {old}");
    assert_eq!(not_in_columns(&ran), "0", "{}", complaint(&ran));
}

/// A row may bring its own figure of the market with its day.
#[test]
fn a_row_of_a_table_says_of_which_day_its_figure_is() {
    let folder = folder("dated");
    let (input, out) = (folder.join("in.csv"), folder.join("out.ndjson"));
    write(
        &input,
        "as_of,quantity,customer.region,force,frame,q235,q235.date\n\
         2026-02-10,3,east,160 tf,h_frame,4.10,2026-02-09\n\
         2026-02-10,3,east,160 tf,h_frame,\"4.10 CNY/kg\",2026-02-03\n\
         2026-02-10,3,east,160 tf,h_frame,4.10,2026-02-02\n\
         2026-02-10,3,east,160 tf,h_frame,4.10,\n\
         2026-02-10,3,east,160 tf,h_frame,,2026-02-09\n",
    );
    let ran = batch("rules/press", &input, &out, &["--select", "net"]);
    let mut request =
        press(json!({"force": "160 tf", "frame": "h_frame"}), json!({"value": "4.10", "date": "2026-02-09"}));
    request["customer"] = json!({"region": "east"});
    let book = Book::load(at_root("rules/press")).expect("the book is clean");
    let quote: Value = serde_json::from_str(&book.quote_json(&request.to_string())).expect("JSON");
    let text = read(&out);
    let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!([&rows[0]["net"], &rows[1]["net"]], [&quote["totals"]["net"]; 2], "{}", complaint(&ran));
    let reasons = ["8 days before 2026-02-10", "`q235` has no date", "`q235` has no `value`"];
    for (row, reason) in rows[2..].iter().zip(reasons) {
        assert!(row["error"].as_str().is_some_and(|error| error.contains(reason)), "{row}");
    }
    assert_eq!(not_in_columns(&ran), "0");
}
