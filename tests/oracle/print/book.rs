//! A book as the text of its files.

use std::fmt::Write as _;

use super::expr::{expr, lit, minor_units, rounding, ty, values};
use super::table::{table, tiers};
use crate::model::{
    Approvals, Body, Book, Claim, Component, Constraint, Domain, Expr, Gift, GroupKind, GroupedBy, Input,
    ListTy, Period, Price, QuoteBlock, Reviewer, Rounding, Rule, Selection, Spread, Step, StepKind, TaxOf,
    Ty,
};
use crate::number::{Q, date, decimal, literal, standard_places};

/// A currency, with its smallest amount where that is not the one of the standard.
fn smallest(code: &str, places: u32) -> String {
    match standard_places(code) == places {
        true => code.to_owned(),
        false => format!("{code} to {}", literal(&decimal(1, places))),
    }
}

/// The files of a book: path and content.
pub fn files(book: &Book) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let currency = match book.currencies.as_slice() {
        [] => format!("currency {}", smallest(&book.currency, book.places)),
        several => {
            let codes: Vec<String> = several.iter().map(|(code, places)| smallest(code, *places)).collect();
            format!("currencies {}", codes.join(", "))
        }
    };
    let mut text = format!(
        "book oracle \"A random book\" {{\n  {currency}\n  effective 2026-01-01 to 2026-12-31\n}}\n\nunit box \"Box\" = 12 pc\n",
    );
    for of in &book.enums {
        let _ = writeln!(text, "\nenum {}: {}", of.name.as_deref().expect("a name"), values(of));
    }
    for (name, fields) in &book.contexts {
        let _ = writeln!(text, "\ncontext {name} {{");
        for field in fields {
            let _ = writeln!(text, "  {}", input(field));
        }
        text.push_str("}\n");
    }
    for fact in &book.facts {
        let _ = writeln!(text, "\ngiven {}", input(fact));
    }
    for (index, max_age) in &book.indexes {
        let age = max_age.map(|days| format!(" max_age {days} days")).unwrap_or_default();
        let _ = writeln!(text, "\nindex {}{age}", input(index));
    }
    for (from, to, max_age) in &book.exchanges {
        let age = max_age.map(|days| format!(" max_age {days} days")).unwrap_or_default();
        let _ = writeln!(text, "\nexchange {from} to {to}{age}");
    }
    for (name, body) in &book.families {
        let _ = writeln!(text, "\nfamily {name} \"Family {name}\" {{");
        members(&mut text, body);
        text.push_str("}\n");
    }
    for product in &book.products {
        let family = product.family.as_ref().map(|family| format!(" in {family}")).unwrap_or_default();
        let _ = writeln!(text, "\nproduct {} \"Product\"{family} {{", product.name);
        if let Some(quantity) = &product.quantity {
            let _ = writeln!(text, "  quantity {}", domain(quantity));
        }
        members(&mut text, &product.body);
        text.push_str("}\n");
    }
    files.push(("book.tarif".to_owned(), std::mem::take(&mut text)));
    for of in &book.tables {
        table(&mut text, &mut files, of);
    }
    for of in &book.tiers {
        tiers(&mut text, of);
    }
    for def in &book.defs {
        let parameters: Vec<String> =
            def.parameters.iter().map(|(name, of)| format!("{name}: {}", ty(of))).collect();
        let _ = writeln!(
            text,
            "\ndef {}({}) -> {} = {}",
            def.name,
            parameters.join(", "),
            ty(&def.result),
            expr(&def.body)
        );
    }
    for price in &book.prices {
        print_price(&mut text, price);
    }
    if let Some(quote) = &book.quote {
        print_quote(&mut text, quote, &book.currency);
    }
    if let Some(approvals) = &book.approvals {
        print_approvals(&mut text, approvals);
    }
    let used = ["use std.proration", "use std.calendar"];
    let text = format!("{}\n\n{text}", used.join("\n"));
    files.push(("policy/policy.tarif".to_owned(), text));
    files
}

/// An input with its clauses.
fn input(of: &Input) -> String {
    let label = of.label.as_ref().map(|label| format!(" \"{label}\"")).unwrap_or_default();
    let mut text = format!("{}{label}: {}", of.name, domain(of));
    if let Some(default) = &of.default {
        let _ = write!(text, " default {}", lit(default));
    }
    if of.optional {
        text.push_str(" optional");
    }
    if let Some(when) = &of.when {
        let _ = write!(text, " when {}", expr(when));
    }
    if let Some(limit) = &of.limit {
        let _ = write!(text, " limit {}", expr(limit));
    }
    if of.reason_required {
        text.push_str(" reason required");
    }
    text
}

/// The type of an input with the values that it may have.
fn domain(of: &Input) -> String {
    let amount = |value: &Q| match &of.ty {
        Ty::Rate => lit(&crate::model::Lit::Rate(value.clone())),
        Ty::Measure(unit) => lit(&crate::model::Lit::Num(value.clone(), unit.clone())),
        _ => lit(&crate::model::Lit::Num(value.clone(), String::new())),
    };
    match &of.domain {
        Domain::All => match &of.ty {
            Ty::List(list) => list_of(list),
            other => ty(other),
        },
        Domain::Numbers(numbers) => numbers.iter().map(amount).collect::<Vec<String>>().join(" | "),
        Domain::Range(from, to, step) => {
            let step = step.as_ref().map(|step| format!(" step {}", amount(step))).unwrap_or_default();
            format!("{} to {}{step}", amount(from), amount(to))
        }
    }
}

/// `list of { at: date, amount: EUR } in order`
fn list_of(list: &ListTy) -> String {
    let fields: Vec<String> = match list.record {
        true => list.fields.iter().map(input).collect(),
        false => list.fields.iter().map(domain).collect(),
    };
    let fields = fields.join(", ");
    let fields = if list.record { format!("{{ {fields} }}") } else { fields };
    format!("list of {fields}{}", if list.in_order { " in order" } else { "" })
}

fn members(text: &mut String, body: &Body) {
    for option in &body.options {
        let word = if option.with_line { "given" } else { "option" };
        let _ = writeln!(text, "  {word} {}", input(option));
    }
    if !body.parts.is_empty() {
        let _ = writeln!(text, "  parts {}", if body.parts_priced { "priced" } else { "included" });
    }
    for part in &body.parts {
        let range = match (part.least, part.most) {
            (1, 1) => String::new(),
            (least, most) if least == most => format!("{least} of "),
            (least, most) => format!("{least} to {most} of "),
        };
        let when = part.when.as_ref().map(|when| format!(" when {}", expr(when))).unwrap_or_default();
        let _ = writeln!(text, "  part {}: {range}{}{when}", part.name, part.product);
    }
    for of in &body.lets {
        let label = of.label.as_ref().map(|label| format!(" \"{label}\"")).unwrap_or_default();
        let of_type = of.ty.as_ref().map(|of| format!(": {}", ty(of))).unwrap_or_default();
        let _ = writeln!(text, "  let {}{label}{of_type} = {}", of.name, expr(&of.value));
    }
    constraints(text, &body.constraints);
    components(text, "cost", &body.cost);
    components(text, "cost line", &body.line_cost);
    for (name, when) in &body.alerts {
        let _ = writeln!(text, "  alert {name}: when {} because \"mind this\"", expr(when));
    }
}

fn constraints(text: &mut String, of: &[Constraint]) {
    for constraint in of {
        let name = constraint.name.as_ref().map(|name| format!("{name}: ")).unwrap_or_default();
        let _ = match &constraint.rule {
            Rule::Require(must, None) => writeln!(text, "  require {name}{}", expr(must)),
            Rule::Require(must, Some(when)) => {
                writeln!(text, "  require {name}{} when {}", expr(must), expr(when))
            }
            Rule::Exclude(one, other) => writeln!(text, "  exclude {name}{} with {}", expr(one), expr(other)),
            Rule::Allow(options, table) => {
                writeln!(text, "  allow {name}({}) in {table}", options.join(", "))
            }
        };
    }
}

fn components(text: &mut String, word: &str, of: &[Component]) {
    if of.is_empty() {
        return;
    }
    let _ = writeln!(text, "  {word} {{");
    for component in of {
        let when = component.when.as_ref().map(|when| format!(" when {}", expr(when))).unwrap_or_default();
        let _ = writeln!(text, "    {} = {}{when}", component.name, expr(&component.amount));
    }
    text.push_str("  }\n");
}

fn print_price(text: &mut String, price: &Price) {
    let _ = writeln!(text, "\nprice {} {{", price.target);
    for entry in &price.entries {
        let _ = writeln!(text, "  entry {}", input(entry));
    }
    for (word, steps) in [("unit", &price.per_unit), ("line", &price.per_line)] {
        if let Some(of) = steps {
            let _ = writeln!(text, "  per {word} {{");
            steps_of(text, of, 4, "");
            text.push_str("  }\n");
        }
    }
    text.push_str("}\n");
}

fn print_quote(text: &mut String, quote: &QuoteBlock, currency: &str) {
    text.push_str("\nquote {\n");
    for entry in &quote.entries {
        let _ = writeln!(text, "  entry {}", input(entry));
    }
    steps_of(text, &quote.steps, 2, currency);
    constraints(text, &quote.rules);
    if let Some(days) = quote.valid_days {
        let _ = writeln!(text, "  valid {days} days");
    }
    text.push_str("}\n");
}

fn steps_of(text: &mut String, steps: &[Step], indent: usize, currency: &str) {
    for of in steps {
        let pad = " ".repeat(indent);
        let label = format!("{} \"Step {}\"", of.name, of.name);
        let head = match &of.kind {
            StepKind::List(amount) => format!("list \"List\" = {}", expr(amount)),
            StepKind::Add(amount) => format!("add {label} = {}", expr(amount)),
            StepKind::Less(amount) => format!("less {label} = {}", expr(amount)),
            StepKind::Floor(bound) => format!("floor {label} = {}", expr(bound)),
            StepKind::Cap(bound) => format!("cap {label} = {}", expr(bound)),
            StepKind::Tax(amount, within) => {
                format!("tax {label}{} = {}", if *within { " within" } else { "" }, expr(amount))
            }
            StepKind::Charge(amount) => format!("charge {label} = {}", expr(amount)),
            StepKind::Gift(gift) => format!("gift {label}: {}", print_gift(gift)),
            StepKind::Taxes(sum, base, taxes) => {
                print_taxes(text, of, (sum.as_ref(), base.as_ref()), taxes, &pad);
                continue;
            }
            StepKind::Claims(claims) => {
                let when = of.when.as_ref().map(|when| format!(" when {}", expr(when))).unwrap_or_default();
                let _ = writeln!(text, "{pad}claims {}{when} {{", of.name);
                claims.iter().for_each(|claim| print_claim(text, claim, &pad, currency));
                let _ = writeln!(text, "{pad}}}");
                continue;
            }
            StepKind::Round(to) => format!("round {}", rounding(to)),
            StepKind::Subtotal => format!("subtotal {label}"),
            StepKind::Let(amount) => format!("let {label} = {}", expr(amount)),
            StepKind::EachLine(inner) => {
                let _ = writeln!(text, "{pad}each line {{");
                steps_of(text, inner, indent + 2, currency);
                let _ = writeln!(text, "{pad}}}");
                continue;
            }
            StepKind::Payable(inner) => {
                let _ = writeln!(text, "{pad}payable {{");
                steps_of(text, inner, indent + 2, currency);
                let _ = writeln!(text, "{pad}}}");
                continue;
            }
            StepKind::Group(kind, inner) => {
                let word = match kind {
                    GroupKind::Best => "best of",
                    GroupKind::Worst => "worst of",
                    GroupKind::First => "first of",
                    GroupKind::All => "all of",
                };
                let when = of.when.as_ref().map(|when| format!(" when {}", expr(when))).unwrap_or_default();
                let _ = writeln!(text, "{pad}{word} {}{when} {{", of.name);
                steps_of(text, inner, indent + 2, currency);
                let _ = writeln!(text, "{pad}}}");
                continue;
            }
        };
        let _ = write!(text, "{pad}{head}");
        let spread = of.spread.as_ref().map(|of| spread(of, currency)).unwrap_or_default();
        let when = of.when.as_ref().map(|when| format!(" when {}", expr(when))).unwrap_or_default();
        let during = of.during.map(|days| format!(" during {}", period(days))).unwrap_or_default();
        let negative = if of.may_be_negative { " may be negative" } else { "" };
        let _ = writeln!(text, "{negative}{spread}{when}{during}");
    }
}

fn spread(of: &Spread, currency: &str) -> String {
    let mut text = String::new();
    if let Some(lines) = &of.on_lines {
        let _ = write!(text, " on lines where {}", expr(lines));
    }
    if let Some(each) = &of.each {
        let _ = write!(text, " for each {}", grouped_by(each));
    }
    if let Some(by) = &of.by {
        let _ = write!(text, " spread by {}", expr(by));
        if let Some(to) = &of.to {
            let amount = match of.to_minor {
                true => minor_units(to, currency),
                false => lit(&crate::model::Lit::Num(to.clone(), currency.to_owned())),
            };
            let _ = write!(text, " to {amount}");
        }
        if let Some(residual) = of.residual {
            let _ = write!(text, " {residual}");
        }
        if of.partly {
            text.push_str(" partly");
        }
        if let Some(within) = &of.within {
            let _ = write!(text, " within {}", expr(within));
        }
    }
    if of.with_charges {
        text.push_str(" with charges");
    }
    text
}

fn print_taxes(
    text: &mut String,
    of: &Step,
    (sum, base): (Option<&Rounding>, Option<&(bool, Expr)>),
    taxes: &[TaxOf],
    pad: &str,
) {
    let sum = sum.map(|to| format!(" rounded {}", rounding(to))).unwrap_or_default();
    let word = |within: bool| if within { "within" } else { "on" };
    let base = base.map(|(within, base)| format!(" {} {}", word(*within), expr(base))).unwrap_or_default();
    let when = of.when.as_ref().map(|when| format!(" when {}", expr(when))).unwrap_or_default();
    let _ = writeln!(text, "{pad}taxes {}{sum}{base}{when} {{", of.name);
    for tax in taxes {
        let share = tax.rate.as_ref().or(tax.amount.as_ref()).map(expr).unwrap_or_default();
        let own = tax.rounding.as_ref().map(|to| format!(" rounded {}", rounding(to))).unwrap_or_default();
        let when = tax.when.as_ref().map(|when| format!(" when {}", expr(when))).unwrap_or_default();
        let _ = writeln!(text, "{pad}  tax {} = {share}{own}{when}", tax.name);
    }
    let _ = writeln!(text, "{pad}}}");
}

fn print_gift(gift: &Gift) -> String {
    let alone = |of: &Expr| match of {
        Expr::Lit(_) => expr(of),
        _ => format!("({})", expr(of)),
    };
    let chosen: Vec<String> =
        gift.options.iter().map(|(name, value)| format!("{name} = {}", lit(value))).collect();
    let chosen = if chosen.is_empty() { String::new() } else { format!(" {{ {} }}", chosen.join(", ")) };
    let price = gift.price.as_ref().map(|price| format!(" at {}", alone(price))).unwrap_or_default();
    format!("{} of {}{chosen}{price}", alone(&gift.count), gift.product)
}

fn print_claim(text: &mut String, claim: &Claim, pad: &str, currency: &str) {
    let _ = write!(text, "{pad}  less {} = {}", claim.name, expr(&claim.amount));
    if !claim.needs.is_empty() {
        let _ = write!(text, " needs {}", selections(&claim.needs, currency));
    }
    let _ = write!(text, " on {}", selections(&claim.on, currency));
    if let Some(each) = &claim.each {
        let _ = write!(text, " for each {}", grouped_by(each));
    }
    if claim.times > 1 || claim.in_all {
        let in_all = if claim.in_all { " in all" } else { "" };
        let _ = write!(text, " repeat at most {}{in_all}", claim.times);
    }
    let when = claim.when.as_ref().map(|when| format!(" when {}", expr(when))).unwrap_or_default();
    let _ = writeln!(text, "{when}");
}

fn grouped_by(each: &GroupedBy) -> &str {
    match each {
        GroupedBy::Bundle => "bundle",
        GroupedBy::Product => "product",
        GroupedBy::Line => "line",
        GroupedBy::Of(path) => path,
    }
}

fn selections(of: &[Selection], currency: &str) -> String {
    of.iter().map(|of| selection(of, currency)).collect::<Vec<String>>().join(", ")
}

fn selection(of: &Selection, currency: &str) -> String {
    let order = match of.dearest {
        None => "",
        Some(true) => "dearest ",
        Some(false) => "cheapest ",
    };
    let count = match (&of.worth, of.count, of.up_to) {
        (Some(worth), ..) => {
            format!("units worth {}", lit(&crate::model::Lit::Num(worth.clone(), currency.to_owned())))
        }
        (None, None, _) => "all units".to_owned(),
        (None, Some(count), true) => format!("up to {count} of units"),
        (None, Some(count), false) => format!("{count} of units"),
    };
    let among = of.among.as_ref().map(|among| format!(" where {}", expr(among))).unwrap_or_default();
    format!("{order}{count}{among}")
}

/// `2026-01-01 to 2026-06-30`, `from …`, `to …`
pub fn period((from, to): Period) -> String {
    match (from, to) {
        (Some(from), Some(to)) => format!("{} to {}", date(from), date(to)),
        (Some(from), None) => format!("from {}", date(from)),
        (None, Some(to)) => format!("to {}", date(to)),
        (None, None) => panic!("a period has an end"),
    }
}

fn print_approvals(text: &mut String, of: &Approvals) {
    text.push_str("\napprovals {\n");
    for ladder in &of.ladders {
        let pad = if ladder.name.is_some() { "    " } else { "  " };
        if let Some(name) = &ladder.name {
            let _ = writeln!(text, "  ladder {name} \"Ladder {name}\" {{");
        }
        for (level, needs) in &ladder.levels {
            let _ = writeln!(text, "{pad}level {level} \"Level {level}\"{}", people(*needs));
        }
        if let (Some(route), true) = (ladder.route, ladder.name.is_some()) {
            let _ = writeln!(text, "{pad}route {route}");
        }
        if ladder.name.is_some() {
            text.push_str("  }\n");
        }
    }
    for reviewer in &of.reviewers {
        let Reviewer { name, with, needs, parallel } = reviewer;
        let parallel = if *parallel { " parallel" } else { "" };
        let _ = writeln!(text, "  reviewer {name} \"Reviewer\" with {with}{parallel}{}", people(*needs));
    }
    for (level, when) in &of.skips {
        let _ = writeln!(text, "  skip {level} when {}", expr(when));
    }
    for rule in &of.rules {
        let who = rule.who.as_ref().map_or("reject".to_owned(), |who| format!("ask {who}"));
        let narrowed = rule.narrowed_to.as_ref().map(|to| format!(" for {to}")).unwrap_or_default();
        let _ = writeln!(text, "  {who}{narrowed} when {}", expr(&rule.when));
    }
    if let Some(route) = of.ladders.iter().find(|ladder| ladder.name.is_none()).and_then(|it| it.route) {
        let _ = writeln!(text, "  route {route}");
    }
    text.push_str("}\n");
}

fn people(needs: i64) -> String {
    if needs > 1 { format!(" needs {needs}") } else { String::new() }
}
