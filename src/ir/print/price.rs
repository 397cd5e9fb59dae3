//! Waterfalls, the quote and properties of the checked form as text.

use super::expr::expr;
use super::{Printer, label, period};
use crate::ir::{
    Always, CLAIMS, Change, Claim, Count, Each, Gift, GroupKey, GroupKind, Pick, Price, Quote, Repeat,
    Residual, RoundTo, Selection, Spread, Step, StepKind, Tax,
};

impl Printer {
    /// A waterfall.
    pub(super) fn price(&mut self, price: &Price) {
        self.line(0, &format!("\nprice {}", price.target));
        for entry in &price.entries {
            self.input("entry", entry, 1);
        }
        for (word, steps) in [("per unit", &price.per_unit), ("per line", &price.per_line)] {
            if !steps.is_empty() {
                self.line(1, word);
                self.steps(steps, 2);
            }
        }
    }

    /// The quote's own steps.
    pub(super) fn quote(&mut self, quote: &Quote) {
        if quote.span.is_none() {
            return;
        }
        self.line(0, "\nquote");
        for entry in &quote.entries {
            self.input("entry", entry, 1);
        }
        self.steps(&quote.steps, 1);
        for alert in &quote.alerts {
            let name = alert.name.as_deref().map_or_else(String::new, |name| format!(" {name}:"));
            let narrowed = alert.narrowed_to.as_ref().map_or_else(String::new, |name| format!(" for {name}"));
            let lines = if alert.per_line { " for any line" } else { "" };
            let word = if alert.hides { "hide lines" } else { "alert" };
            self.line(1, &format!("{word}{name}{narrowed}{lines} when {}", expr(&alert.when.expr)));
        }
        for rule in &quote.requirements {
            let name = rule.name.as_deref().map_or_else(String::new, |name| format!(" {name}:"));
            let when =
                rule.when.as_ref().map_or_else(String::new, |when| format!(" when {}", expr(&when.expr)));
            self.line(1, &format!("require{name} {}{when}", expr(&rule.condition.expr)));
        }
        if let Some(days) = quote.valid_days {
            self.line(1, &format!("valid {days} days"));
        }
        if let Some(days) = quote.follow_up_days {
            self.line(1, &format!("follow up {days} days"));
        }
    }

    fn steps(&mut self, steps: &[Step], depth: usize) {
        for step in steps {
            self.step(step, depth);
        }
    }

    fn step(&mut self, step: &Step, depth: usize) {
        let (what, inner): (String, &[Step]) = match &step.kind {
            StepKind::List(amount) => (format!("list = {}", expr(&amount.expr)), &[]),
            StepKind::Add(change) => (self.change("add", step, change), &[]),
            StepKind::Less(change) => (self.change("less", step, change), &[]),
            StepKind::Group { kind, steps } => (format!("{} {}", group(*kind), step.name), steps),
            StepKind::Round(to) => (round(to), &[]),
            StepKind::Floor(bound) => (format!("floor {} = {}", step.name, expr(&bound.expr)), &[]),
            StepKind::Cap(bound) => (format!("cap {} = {}", step.name, expr(&bound.expr)), &[]),
            StepKind::Subtotal => (format!("subtotal {}", step.name), &[]),
            StepKind::Let(figure) => (format!("let {} = {}", step.name, expr(&figure.expr)), &[]),
            StepKind::Tax(tax) => (tax_text(step, tax), &[]),
            StepKind::Taxes { steps, round: None } => (format!("taxes {}", step.name), steps),
            StepKind::Taxes { steps, round: Some(to) } => {
                (format!("taxes {} {}", step.name, round(to)), steps)
            }
            StepKind::EachLine(steps) => ("each line".to_owned(), steps),
            StepKind::Payable(steps) => ("payable".to_owned(), steps),
            StepKind::Charge(change) => (self.change("charge", step, change), &[]),
            StepKind::Gift(gift) => (gift_text(step, gift), &[]),
            StepKind::Claims(steps) if step.name.as_ref() == CLAIMS => (CLAIMS.to_owned(), steps),
            StepKind::Claims(steps) => (format!("{CLAIMS} {}", step.name), steps),
            StepKind::Claim(claim) => (claim_text(step, claim), &[]),
        };
        let mut text = what + &label(step.label.as_deref());
        if let Some(when) = &step.when {
            text.push_str(&format!(" when {}", expr(&when.expr)));
        }
        if let Some(during) = &step.during {
            text.push_str(&format!(" during{}", period(during)));
        }
        if !step.visible_to.is_empty() {
            text.push_str(&format!(" visible to {}", step.visible_to.join(", ")));
        }
        self.line(depth, &text);
        self.steps(inner, depth + 1);
    }

    fn change(&self, word: &str, step: &Step, change: &Change) -> String {
        let mut text = format!("{word} {} = {}", step.name, expr(&change.amount.expr));
        if change.may_be_negative {
            text.push_str(" may be negative");
        }
        if change.open {
            text.push_str(" folded into the round below");
        }
        if let Some(spread) = &change.spread {
            text.push_str(&spread_text(spread));
        }
        text
    }

    /// A property.
    pub(super) fn always(&mut self, always: &Always) {
        let narrowed = always.narrowed_to.as_ref().map_or_else(String::new, |name| format!(" for {name}"));
        self.line(0, &format!("\nalways {:?}{narrowed}: {}", always.title, expr(&always.condition.expr)));
    }
}

fn spread_text(spread: &Spread) -> String {
    let mut text = String::new();
    if let Some(lines) = &spread.on_lines {
        text.push_str(&format!(" on lines where {}", expr(&lines.expr)));
    }
    if let Some(each) = &spread.each {
        text.push_str(&each_text(each));
    }
    if let Some(by) = &spread.by {
        text.push_str(&format!(" spread by {}", expr(&by.expr)));
    }
    if let Some(step) = &spread.to {
        text.push_str(&format!(" to {step}"));
    }
    text.push_str(match spread.residual {
        Residual::Largest => " largest",
        Residual::First => " first",
        Residual::Last => " last",
    });
    if spread.partly {
        text.push_str(" partly");
    }
    if spread.with_charges {
        text.push_str(" with charges");
    }
    if let Some(within) = &spread.within {
        text.push_str(&format!(" within {}", expr(&within.expr)));
    }
    text
}

fn tax_text(step: &Step, tax: &Tax) -> String {
    let within = if tax.within { " within" } else { "" };
    let negative = if tax.may_be_negative { " may be negative" } else { "" };
    let lines = tax.on_lines.as_ref().map(|lines| format!(" on lines where {}", expr(&lines.expr)));
    format!("tax {}{within} = {}{negative}{}", step.name, expr(&tax.amount.expr), lines.unwrap_or_default())
}

fn gift_text(step: &Step, gift: &Gift) -> String {
    let options: Vec<String> =
        gift.options.iter().map(|(name, value)| format!("{name} = {value:?}")).collect();
    let price = gift.price.as_ref().map(|price| format!(" at {}", expr(&price.expr))).unwrap_or_default();
    let count = expr(&gift.count.expr);
    format!("gift {}: {count} of {} {{ {} }}{price}", step.name, gift.product, options.join(", "))
}

fn claim_text(step: &Step, claim: &Claim) -> String {
    let needs =
        if claim.needs.is_empty() { String::new() } else { format!(" needs {}", selections(&claim.needs)) };
    let repeat = match &claim.repeat {
        Repeat::Once => String::new(),
        Repeat::Always => " repeat".to_owned(),
        Repeat::AtMost(most) => format!(" repeat at most {}", expr(&most.expr)),
        Repeat::AtMostInAll(most) => format!(" repeat at most {} in all", expr(&most.expr)),
    };
    let each = claim.each.as_ref().map(each_text).unwrap_or_default();
    let amount = expr(&claim.amount.expr);
    format!("less {} = {amount}{needs} on {}{each}{repeat}", step.name, selections(&claim.on))
}

fn each_text(each: &Each) -> String {
    let key = match &each.key {
        GroupKey::Bundle => "bundle".to_owned(),
        GroupKey::Product => "product".to_owned(),
        GroupKey::Line => "line".to_owned(),
        GroupKey::Of(key) => expr(&key.expr),
    };
    format!(" for each {key} of {}", each.of.join(", "))
}

fn selections(selections: &[Selection]) -> String {
    selections.iter().map(selection).collect::<Vec<String>>().join(", ")
}

fn selection(selection: &Selection) -> String {
    let order = match selection.order {
        Pick::InOrder => "",
        Pick::Dearest => "dearest ",
        Pick::Cheapest => "cheapest ",
    };
    let count = match &selection.count {
        Count::Exactly(count) => format!("{} of ", expr(&count.expr)),
        Count::UpTo(count) => format!("up to {} of ", expr(&count.expr)),
        Count::All => "all ".to_owned(),
        Count::Worth(worth) => {
            return format!("{order}units worth {}{}", expr(&worth.expr), among(selection));
        }
    };
    format!("{order}{count}units{}", among(selection))
}

fn among(selection: &Selection) -> String {
    selection.among.as_ref().map(|among| format!(" where {}", expr(&among.expr))).unwrap_or_default()
}

fn round(to: &RoundTo) -> String {
    let offset = if to.offset.is_zero() { String::new() } else { format!(" offset {}", to.offset) };
    format!("round {} to {}{offset}", to.mode.name(), to.step)
}

fn group(kind: GroupKind) -> &'static str {
    match kind {
        GroupKind::Best => "best of",
        GroupKind::Worst => "worst of",
        GroupKind::First => "first of",
        GroupKind::All => "all of",
    }
}
