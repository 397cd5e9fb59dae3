//! The preset that a line of a request starts from.

use super::bind::Binder;
use super::error::RequestError;
use super::read::{Refusal, found};
use super::request::{Raw, RequestLine, RequestPart};
use crate::diagnostic::{codes, nearest};
use crate::eval::{Fault, Given};
use crate::ir::{Input, Name, Part, Preset, Product, TestLine, TestPart, Value};

impl Binder<'_> {
    /// The position of the preset that a line names.
    pub(super) fn preset(&mut self, raw: &Raw, product: &Product, path: &str) -> Option<usize> {
        let book = self.plan.book();
        let path = format!("{path}.preset");
        let (Raw::Text(name) | Raw::Number(name)) = raw else {
            let message = format!("`preset` is {}, and the name of a preset is expected", found(raw));
            self.error(codes::BAD_VALUE, path, message);
            return None;
        };
        let at = book.presets.iter().position(|preset| *preset.name == **name);
        let known = at.and_then(|at| book.presets.get(at));
        if known.is_some_and(|preset| preset.is_for(product)) {
            return at;
        }
        let message = match known {
            Some(preset) => {
                format!("`{name}` is a preset of `{}`, not of `{}`", preset.target, product.name)
            }
            None => format!("`{}` has no preset `{name}`", product.name),
        };
        let own: Vec<&str> = book.presets_of(product).map(|preset| &*preset.name).collect();
        let near = nearest(name, own.iter().copied());
        let error = RequestError::new(codes::BAD_VALUE, path, message);
        self.errors.push(match (near, own.as_slice()) {
            (None, []) => error.help("leave it out: the product has no presets"),
            (None, own) => {
                let names: Vec<String> = own.iter().map(|name| format!("`{name}`")).collect();
                error.help(format!("it has {}", names.join(", ")))
            }
            (near, _) => error.did_you_mean(near),
        });
        None
    }

    /// What a preset has for an option.
    pub(super) fn of_preset(&self, preset: usize, option: &Input) -> Given {
        let preset = self.plan.book().presets.get(preset);
        let value = preset.and_then(|preset| preset.values.iter().find(|(name, _)| *name == option.name));
        let Some((_, value)) = value else { return Given::Silent };
        Given::Preset(match self.reader().input(option, &Raw::Typed(value.clone())) {
            Ok(value) => Ok(value),
            Err(Refusal::Type { message, .. } | Refusal::Range { message, .. }) => {
                let mut fault = Fault::new(codes::VALUE_NOT_OFFERED, message).at(option.span);
                fault.help =
                    Some("the preset has this value: choose another, or leave the preset out".into());
                Err(fault.gap())
            }
        })
    }

    /// What a preset says of a part, as a request would.
    pub(super) fn part_of_preset(&self, preset: usize, part: &Part) -> Option<RequestPart> {
        let preset = self.plan.book().presets.get(preset)?;
        preset.parts.iter().find(|(name, _)| *name == part.name).map(|(_, said)| part_of(said))
    }
}

/// What a preset says, as a line of a request would: options, and the pieces of parts.
pub fn line_of_preset(preset: &Preset) -> RequestLine {
    RequestLine {
        options: preset.values.iter().map(typed).collect(),
        parts: preset.parts.iter().map(|(name, said)| (name.to_string(), part_of(said))).collect(),
        ..RequestLine::default()
    }
}

fn typed((name, value): &(Name, Value)) -> (String, Raw) {
    let raw = match value {
        Value::Absent => Raw::Null,
        value => Raw::Typed(value.clone()),
    };
    (name.to_string(), raw)
}

fn part_of(said: &TestPart) -> RequestPart {
    match said {
        TestPart::Count(count) => RequestPart::Count(Raw::Typed(Value::Number(count.clone()))),
        TestPart::Pieces(pieces) => RequestPart::Pieces(pieces.iter().map(piece_of).collect()),
    }
}

fn piece_of(piece: &TestLine) -> RequestLine {
    RequestLine {
        quantity: Some(Raw::Typed(Value::Number(piece.quantity.clone()))),
        options: piece.options.iter().map(typed).collect(),
        parts: piece.parts.iter().map(|(name, said)| (name.to_string(), part_of(said))).collect(),
        ..RequestLine::default()
    }
}
