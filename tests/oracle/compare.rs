//! The two answers side by side, flattened to lines of text: a place, and what stands there.

use std::collections::BTreeSet;

use num_traits::{Signed, Zero};
use serde_json::Value;

use crate::evaluate::{Entry, Line, Quote, Section};
use crate::model::Val;
use crate::number::{Mode, Q, date, decimal, parse, round, show, size, whole};

/// An answer as places and what stands there, in the order of the answer.
pub type Flat = Vec<(String, String)>;

/// What stands at different places, or differs at one: place, the crate's, the oracle's.
pub fn differences(crates: &Flat, oracles: &Flat) -> Vec<String> {
    let find = |flat: &Flat, place: &str| {
        let found = flat.iter().find(|(at, _)| at == place);
        found.map_or("(nothing)".to_owned(), |(_, text)| text.clone())
    };
    let mut places: Vec<&String> = crates.iter().chain(oracles).map(|(place, _)| place).collect();
    let mut seen = BTreeSet::new();
    places.retain(|place| seen.insert(place.as_str()));
    let mut lines = Vec::new();
    for place in places {
        let (crates, oracles) = (find(crates, place), find(oracles, place));
        if crates != oracles {
            lines.push(format!("{place}: crate {crates}, oracle {oracles}"));
        }
    }
    lines
}

fn amount(value: Option<&Q>) -> String {
    value.map_or("unknown".to_owned(), show)
}

/// A margin is a share of a price; of nothing or less there is none.
fn price(net: Option<&Q>) -> Option<&Q> {
    net.filter(|net| net.is_positive())
}

fn share(part: Option<Q>, of: Option<&Q>) -> String {
    match (part, of) {
        (Some(part), Some(of)) if !of.is_zero() => show(&round(&(part / of), Mode::HalfEven, &decimal(1, 4))),
        _ => "unknown".to_owned(),
    }
}

/// The oracle's answer.
pub fn of_oracle(quote: &Quote) -> Flat {
    let mut flat = vec![("status".to_owned(), quote.status.to_owned())];
    for (at, line) in quote.lines.iter().enumerate() {
        line_of_oracle(&mut flat, &format!("lines[{at}]"), line);
    }
    for (at, gift) in quote.gifts.iter().enumerate() {
        gift_of_oracle(&mut flat, &format!("gifts[{at}]"), gift);
    }
    for (name, costs) in &quote.charges {
        flat.push((format!("charge.{name}"), show(costs)));
    }
    let mut put = |place: &str, text: String| flat.push((format!("totals.{place}"), text));
    put("list", amount(quote.list.as_ref()));
    put("cost", amount(quote.cost.as_ref()));
    put("net", amount(quote.net.as_ref()));
    put("total", amount(quote.total.as_ref()));
    put("margin", share(minus(&quote.net, &quote.cost), price(quote.net.as_ref())));
    put("off_list", share(minus(&quote.list, &quote.net), quote.list.as_ref()));
    put("partial", quote.partial.to_string());
    for (name, tax) in &quote.taxes {
        put(&format!("tax.{name}"), show(tax));
    }
    figures_of_oracle(&mut flat, "totals", &quote.figures);
    waterfall_of_oracle(&mut flat, "totals", &quote.waterfall);
    if let Some(payable) = &quote.payable {
        flat.push(("payable".to_owned(), amount(payable.net.as_ref())));
        figures_of_oracle(&mut flat, "payable", &payable.figures);
        waterfall_of_oracle(&mut flat, "payable", &payable.waterfall);
    }
    for (at, signer) in quote.route.iter().enumerate() {
        let ladder = signer.ladder.clone().unwrap_or_default();
        let who = if signer.reviewer { "reviewer" } else { "level" };
        let text = format!("{who} {} of [{ladder}] in step {}, {}", signer.name, signer.step, signer.needs);
        flat.push((format!("route[{at}]"), text));
    }
    flat.push(("skipped".to_owned(), quote.skipped.join(", ")));
    for (at, asked) in quote.requirements.iter().enumerate() {
        let who = asked.who.clone().unwrap_or_else(|| "reject".to_owned());
        let instead = asked.instead_of.clone().unwrap_or_default();
        let text = format!("{who} for [{instead}] on [{}]", asked.lines.join(", "));
        flat.push((format!("requirements[{at}]"), text));
    }
    flat.push(("violations".to_owned(), join(&quote.violations)));
    flat.push(("valid_until".to_owned(), quote.valid_until.map_or("none".to_owned(), date)));
    flat
}

fn minus(left: &Option<Q>, right: &Option<Q>) -> Option<Q> {
    Some(left.as_ref()? - right.as_ref()?)
}

fn line_of_oracle(flat: &mut Flat, at: &str, line: &Line) {
    head_of_oracle(flat, at, line);
    flat.push((format!("{at}.part_of"), line.part_of.clone().unwrap_or_default()));
    flat.push((format!("{at}.pieces"), line.pieces.join("; ")));
    if line.has_unit {
        section_of_oracle(flat, &format!("{at}.unit"), &line.unit);
    }
    figures_of_oracle(flat, &format!("{at}.line"), &line.line.figures);
    waterfall_of_oracle(flat, &format!("{at}.line"), &line.line.waterfall);
}

/// A line that the book gave: it has no waterfall.
fn gift_of_oracle(flat: &mut Flat, at: &str, line: &Line) {
    flat.push((format!("{at}.product"), line.product.clone()));
    head_of_oracle(flat, at, line);
}

/// What lines have whether they have a waterfall or not.
fn head_of_oracle(flat: &mut Flat, at: &str, line: &Line) {
    let mut put = |place: &str, text: String| flat.push((format!("{at}.{place}"), text));
    put("status", if line.invalid { "invalid" } else { "ok" }.to_owned());
    put("list", amount(line.list.as_ref()));
    put("cost", amount(line.cost.as_ref()));
    put("net", amount(line.net.as_ref()));
    put("margin", share(minus(&line.net, &line.cost), price(line.net.as_ref())));
    put("off_list", share(minus(&line.list, &line.net), line.list.as_ref()));
    put("applied", line.applied.join(", "));
    put("violations", join(&line.violations));
    put("alerts", line.alerts.join(", "));
    for (name, value) in &line.values {
        if let Some(text) = value_of_oracle(value) {
            put(name, text);
        }
    }
}

fn join(names: &BTreeSet<String>) -> String {
    let names: BTreeSet<&str> = names.iter().filter_map(|name| name.split(' ').next()).collect();
    names.into_iter().collect::<Vec<&str>>().join(", ")
}

/// A value as the flat answer has it.
pub fn value_of_oracle(value: &Val) -> Option<String> {
    Some(match value {
        Val::Bool(value) => value.to_string(),
        Val::Num(value) => show(value),
        Val::Share(..) | Val::Absent | Val::List(_) => return None,
        Val::Word(text, _) | Val::Text(text) => text.clone(),
        Val::Set(words) => words.iter().cloned().collect::<Vec<String>>().join(", "),
        Val::Date(day) => date(*day),
    })
}

fn section_of_oracle(flat: &mut Flat, at: &str, section: &Section) {
    flat.push((format!("{at}.list"), amount(section.list.as_ref())));
    flat.push((format!("{at}.cost"), amount(section.cost.as_ref())));
    flat.push((format!("{at}.net"), amount(section.net.as_ref())));
    figures_of_oracle(flat, at, &section.figures);
    waterfall_of_oracle(flat, at, &section.waterfall);
}

fn figures_of_oracle(flat: &mut Flat, at: &str, figures: &[(String, Option<Q>)]) {
    for (name, value) in figures {
        flat.push((format!("{at}.figures.{name}"), amount(value.as_ref())));
    }
}

fn waterfall_of_oracle(flat: &mut Flat, at: &str, entries: &[Entry]) {
    let told = entries.iter().filter(|entry| !entry.amount.is_zero());
    for (position, entry) in told.enumerate() {
        let text = format!("{} {} makes {}", entry.step, show(&entry.amount), amount(entry.running.as_ref()));
        flat.push((format!("{at}.waterfall[{position}]"), text));
    }
}

/// The crate's answer, read from its JSON.
pub fn of_crate(json: &Value) -> Flat {
    let mut flat = vec![("status".to_owned(), text(&json["status"]))];
    let mut gifts = 0;
    for (at, line) in list(&json["lines"]).iter().enumerate() {
        if line["gift"] == true {
            gift_of_crate(&mut flat, &format!("gifts[{gifts}]"), line);
            gifts += 1;
            continue;
        }
        if line["charge"] == true {
            flat.push((format!("charge.{}", text(&line["step"])), figure(&line["net"])));
            continue;
        }
        line_of_crate(&mut flat, &format!("lines[{at}]"), line);
    }
    let totals = &json["totals"];
    for name in ["list", "cost", "net", "total", "margin", "off_list"] {
        flat.push((format!("totals.{name}"), figure(&totals[name])));
    }
    flat.push(("totals.partial".to_owned(), totals["partial"].to_string()));
    for tax in list(&totals["tax"]) {
        flat.push((format!("totals.tax.{}", text(&tax["name"])), figure(&tax["amount"])));
    }
    figures_of_crate(&mut flat, "totals", totals);
    waterfall_of_crate(&mut flat, "totals", totals);
    if let Some(payable) = totals.get("payable") {
        flat.push(("payable".to_owned(), figure(&payable["amount"])));
        figures_of_crate(&mut flat, "payable", payable);
        waterfall_of_crate(&mut flat, "payable", payable);
    }
    let approvals = &json["approvals"];
    for (at, signer) in list(&approvals["route"]).iter().enumerate() {
        let ladder = signer["ladder"].as_str().unwrap_or_default();
        let who = if signer["reviewer"] == true { "reviewer" } else { "level" };
        let (name, step, needs) = (text(&signer["name"]), &signer["step"], &signer["needs"]);
        flat.push((format!("route[{at}]"), format!("{who} {name} of [{ladder}] in step {step}, {needs}")));
    }
    flat.push(("skipped".to_owned(), names(&approvals["skipped"])));
    for (at, requirement) in list(&approvals["requirements"]).iter().enumerate() {
        let who = requirement["who"].as_str().unwrap_or("reject");
        let instead = requirement["instead_of"].as_str().unwrap_or_default();
        let lines: Vec<String> = list(&requirement["lines"]).iter().map(text).collect();
        let told = format!("{who} for [{instead}] on [{}]", lines.join(", "));
        flat.push((format!("requirements[{at}]"), told));
    }
    flat.push(("violations".to_owned(), violations(json)));
    flat.push(("valid_until".to_owned(), json["valid_until"].as_str().unwrap_or("none").to_owned()));
    flat
}

fn gift_of_crate(flat: &mut Flat, at: &str, line: &Value) {
    flat.push((format!("{at}.product"), text(&line["product"])));
    head_of_crate(flat, at, line);
}

/// What lines have whether they have a waterfall or not.
fn head_of_crate(flat: &mut Flat, at: &str, line: &Value) {
    let mut put = |place: &str, text: String| flat.push((format!("{at}.{place}"), text));
    put("status", text(&line["status"]));
    for name in ["list", "cost", "net", "margin", "off_list"] {
        put(name, figure(&line[name]));
    }
    let applied: Vec<String> = list(&line["applied"]).iter().map(text).collect();
    put("applied", applied.join(", "));
    put("violations", violations(line));
    put("alerts", names(&line["alerts"]));
    put("quantity", value(&line["quantity"]));
    for block in ["options", "entries"] {
        for (name, given) in line[block].as_object().into_iter().flatten() {
            put(name, value(given));
        }
    }
    for named in list(&line["values"]) {
        put(&text(&named["name"]), value(&named["value"]));
    }
}

fn line_of_crate(flat: &mut Flat, at: &str, line: &Value) {
    head_of_crate(flat, at, line);
    flat.push((format!("{at}.part_of"), line["part_of"].as_str().unwrap_or_default().to_owned()));
    let mut pieces = Vec::new();
    pieces_of_crate(&mut pieces, &line["parts"]);
    flat.push((format!("{at}.pieces"), pieces.join("; ")));
    if let Some(unit) = line.get("unit") {
        for name in ["list", "cost", "net"] {
            flat.push((format!("{at}.unit.{name}"), figure(&unit[name])));
        }
        figures_of_crate(flat, &format!("{at}.unit"), unit);
        waterfall_of_crate(flat, &format!("{at}.unit"), unit);
    }
    figures_of_crate(flat, &format!("{at}.line"), &line["line"]);
    waterfall_of_crate(flat, &format!("{at}.line"), &line["line"]);
}

/// The pieces that are included, each behind what it is a part of.
fn pieces_of_crate(texts: &mut Vec<String>, parts: &Value) {
    for piece in parts.as_object().into_iter().flat_map(|parts| parts.values()).flat_map(list) {
        let options = piece["options"].as_object().into_iter().flatten();
        let mut values: Vec<String> =
            options.map(|(name, given)| format!("{name} {}", value(given))).collect();
        let named = list(&piece["values"]).iter();
        values.extend(named.map(|named| format!("{} {}", text(&named["name"]), value(&named["value"]))));
        texts.push(format!("{} of {}", value(&piece["quantity"]), values.join(" ")));
        pieces_of_crate(texts, &piece["parts"]);
    }
}

fn figures_of_crate(flat: &mut Flat, at: &str, section: &Value) {
    for (name, value) in section["figures"].as_object().into_iter().flatten() {
        flat.push((format!("{at}.figures.{name}"), figure(value)));
    }
}

/// The entries that changed the price. All of them must add up, those that changed nothing included.
fn waterfall_of_crate(flat: &mut Flat, at: &str, section: &Value) {
    let mut sum = Q::zero();
    let mut position = 0;
    for entry in list(&section["waterfall"]) {
        let by = entry["amount"].as_str().and_then(parse);
        let by = by.unwrap_or_else(|| panic!("an entry's amount is a decimal: {entry}"));
        sum += &by;
        let (step, running) = (text(&entry["step"]), entry["running"].as_str().and_then(parse));
        if running.as_ref().is_some_and(|running| *running != sum) {
            flat.push((format!("{at}.{step}"), format!("running is not the sum {}", show(&sum))));
        }
        let kind = text(&entry["kind"]);
        let changes = ["add", "less", "floor", "cap"].contains(&kind.as_str());
        // In the quote, what `each line` did to the lines may come to nothing together.
        let applies = !by.is_zero() || at == "totals" && entry["outcome"] == "applied";
        if changes && running.is_some() && (entry["outcome"] == "applied") != applies {
            flat.push((format!("{at}.{step}"), format!("{} {}", entry["outcome"], show(&by))));
        }
        if by.is_zero() || kind == "start" {
            continue;
        }
        flat.push((
            format!("{at}.waterfall[{position}]"),
            format!("{step} {} makes {}", show(&by), amount(running.as_ref())),
        ));
        position += 1;
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn names(value: &Value) -> String {
    list(value).iter().map(|named| text(&named["name"])).collect::<Vec<String>>().join(", ")
}

fn violations(of: &Value) -> String {
    join(&list(&of["violations"]).iter().map(|violation| text(&violation["name"])).collect())
}

/// An amount: a decimal as a text, or nothing.
fn figure(value: &Value) -> String {
    match value {
        Value::Null => "unknown".to_owned(),
        Value::String(text) => parse(text).map_or_else(|| text.clone(), |value| show(&value)),
        other => other.to_string(),
    }
}

/// A value with or without a unit, brought to the base unit.
fn value(value: &Value) -> String {
    let plain = text(value);
    if let Value::Array(values) = value {
        let mut words: Vec<String> = values.iter().map(text).collect();
        words.sort();
        return words.join(", ");
    }
    if let Some(rate) = plain.strip_suffix('%').and_then(parse) {
        return show(&(rate / whole(100)));
    }
    let (number, unit) = plain.split_once(' ').unwrap_or((&plain, ""));
    match parse(number) {
        Some(number) => show(&(number * size(unit))),
        None => plain,
    }
}
