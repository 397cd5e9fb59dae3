//! Steps that only a quote has: taxes on one base, gifts, claims.

use super::expressions::expr;
use super::flow::Flow;
use super::lines::{Line, Lines};
use super::prices::equation;
use super::test_blocks::{Inside, within};
use super::words::{clauses, for_each, labelled, round_to, text};
use crate::source::Span;
use crate::syntax::ast::{Claim, Claims, Clauses, Count, Gift, Pick, Selection, Taxes};

impl Lines<'_> {
    pub(super) fn taxes(&mut self, taxes: &Taxes, at: Span) {
        let name = taxes.name.as_ref().map_or(String::new(), |name| format!(" {}", name.text));
        let label = taxes.label.as_ref().map_or(String::new(), |label| format!(" {}", text(label)));
        let mut main = Flow::of(format!("taxes{name}{label}"));
        if let Some(rounded) = &taxes.rounded {
            main.part(&format!("rounded {}", round_to(rounded)));
        }
        if let Some(base) = &taxes.base {
            main.part(if base.within { "within " } else { "on " }).append(expr(&base.amount));
        }
        let mut line = Line::plain(main, at);
        line.tails = clauses(&taxes.clauses);
        self.open(line);
        for step in &taxes.steps {
            self.step(step);
        }
        self.close("", at.end);
    }

    pub(super) fn claims(&mut self, claims: &Claims, at: Span) {
        let name = claims.name.as_ref().map_or(String::new(), |name| format!(" {}", name.text));
        let label = claims.label.as_ref().map_or(String::new(), |label| format!(" {}", text(label)));
        let mut line = Line::plain(Flow::of(format!("claims{name}{label}")), at);
        line.tails = clauses(&claims.clauses);
        self.open(line);
        for claim in &claims.steps {
            self.push(claim_line(claim));
        }
        self.close("", at.end);
    }
}

/// `gift mug "A mug": 1 of mug { colour = red } at 0 EUR`
pub(super) fn gift_line(gift: &Gift, at: Span) -> Line {
    let mut main = Flow::of(format!("gift {}: ", labelled(&gift.name, gift.label.as_ref())));
    main.append(expr(&gift.count)).glue(&format!(" of {}", gift.product.text));
    let choices: Vec<String> = within(&gift.choices, &[]).iter().map(Inside::text).collect();
    if !choices.is_empty() {
        main.part(&format!("{{ {} }}", choices.join(", ")));
    }
    if let Some(price) = &gift.price {
        main.part("at ").append(expr(price));
    }
    let mut line = Line::plain(main, at);
    line.tails = clauses(&gift.clauses);
    line
}

fn claim_line(claim: &Claim) -> Line {
    let head = format!("less {}", labelled(&claim.name, claim.label.as_ref()));
    let clauses = Clauses { for_each: None, ..(*claim.clauses).clone() };
    let mut line = equation(head, &claim.amount, &clauses, claim.span);
    let mut own: Vec<Flow> = Vec::new();
    if !claim.needs.is_empty() {
        own.push(selections("needs ", &claim.needs));
    }
    own.push(selections("on ", &claim.on));
    own.extend(claim.clauses.for_each.as_ref().map(for_each));
    own.extend(claim.repeat.iter().map(|repeat| match &repeat.most {
        Some(most) => {
            let mut flow = Flow::of("repeat at most ");
            flow.append(expr(most));
            if repeat.in_all.is_some() {
                flow.glue(" in all");
            }
            flow
        }
        None => Flow::of("repeat"),
    }));
    own.append(&mut line.tails);
    line.tails = own;
    line
}

/// `on dearest 2 of units where product in tees, 1 of units`
fn selections(word: &str, selections: &[Selection]) -> Flow {
    let mut flow = Flow::of(word);
    for (at, one) in selections.iter().enumerate() {
        if at == 0 {
            flow.append(selection(one));
        } else {
            flow.glue(",").part("").append(selection(one));
        }
    }
    flow
}

fn selection(selection: &Selection) -> Flow {
    let order = match selection.order {
        Pick::InOrder => "",
        Pick::Dearest => "dearest ",
        Pick::Cheapest => "cheapest ",
    };
    let mut flow = Flow::of(order);
    match &selection.count {
        Count::All => {
            flow.glue("all units");
        }
        Count::UpTo(count) => {
            flow.glue("up to ").append(expr(count)).glue(" of units");
        }
        Count::Exactly(count) => {
            flow.append(expr(count)).glue(" of units");
        }
        Count::Worth(worth) => {
            flow.glue("units worth ").append(expr(worth));
        }
    }
    if let Some(among) = &selection.among {
        flow.part("where ").append(expr(among));
    }
    flow
}
