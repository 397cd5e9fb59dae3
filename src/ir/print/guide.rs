//! Presets and guides of the checked form as text.

use super::expr::expr;
use super::{Printer, label, value};
use crate::ir::{Book, Guide, Name, Preset, Question, TestLine, TestPart, Ty, Value};

impl Printer {
    pub(super) fn preset(&mut self, book: &Book, preset: &Preset) {
        let words = label(preset.label.as_deref());
        self.line(0, &format!("\npreset {}{words} of {}", preset.name, preset.target));
        for (option, chosen) in &preset.values {
            self.line(1, &format!("{option} = {}", option_value(book, &preset.target, option, chosen)));
        }
        for (part, said) in &preset.parts {
            match said {
                TestPart::Count(count) => self.line(1, &format!("part {part} = {count}")),
                TestPart::Pieces(pieces) => pieces.iter().for_each(|piece| self.piece(book, part, piece, 1)),
            }
        }
    }

    fn piece(&mut self, book: &Book, part: &Name, piece: &TestLine, depth: usize) {
        self.line(depth, &format!("part {part}: {} quantity {}", piece.product, piece.quantity));
        for (option, chosen) in &piece.options {
            let chosen = option_value(book, &piece.product, option, chosen);
            self.line(depth + 1, &format!("{option} = {chosen}"));
        }
        for (part, said) in &piece.parts {
            match said {
                TestPart::Count(count) => self.line(depth + 1, &format!("part {part} = {count}")),
                TestPart::Pieces(pieces) => {
                    pieces.iter().for_each(|piece| self.piece(book, part, piece, depth + 1));
                }
            }
        }
    }

    pub(super) fn guide(&mut self, guide: &Guide) {
        self.line(0, &format!("\nguide {}{}", guide.target, label(guide.label.as_deref())));
        for question in &guide.questions {
            self.question(question);
        }
    }

    fn question(&mut self, question: &Question) {
        self.input("question", &question.input, 1);
        self.line(2, &format!("bears on [{}]", question.touches.join(", ")));
        for effect in &question.effects {
            let word = if effect.is_wish() { "wish" } else { "require" };
            self.line(2, &format!("{word} {} if {}", expr(&effect.asks.expr), expr(&effect.condition)));
        }
    }
}

/// A value of an option of a product, or of all products of a family.
fn option_value(book: &Book, target: &Name, option: &Name, chosen: &Value) -> String {
    let concerned =
        |it: &&std::sync::Arc<crate::ir::Product>| it.name == *target || it.family.as_ref() == Some(target);
    let product = book.products.iter().find(concerned);
    let input = product.and_then(|product| product.options.iter().find(|it| it.name == *option));
    value(chosen, input.map_or(&Ty::Bool, |input| input.ty.required()))
}
