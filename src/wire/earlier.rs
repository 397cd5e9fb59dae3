//! An earlier configuration as choices: a line of a request or a quote with all its pieces, or a preset.

use super::choices::{Asked, ChoiceReader};
use crate::diagnostic::{codes, nearest};
use crate::ir::{Preset, Product, Value};
use crate::quote::{Raw, RequestError, RequestLine, RequestPart, line_of_preset};
use crate::value::Exact;

/// So many pieces of an earlier line are read one by one.
const MOST_PIECES: u64 = 100_000;

/// What an earlier configuration says, slot by slot.
struct Earlier {
    found: Vec<(String, Raw)>,
    errors: Vec<RequestError>,
    /// So many more pieces are read one by one.
    left: u64,
}

impl<'m> ChoiceReader<'m> {
    /// The configuration of a line of an earlier request or quote: quantity, options and pieces, over its preset. What
    /// cannot be read any more is told beside it.
    pub fn of_line(&self, line: &RequestLine) -> (Vec<Asked>, Vec<RequestError>) {
        let mut earlier = Earlier { found: Vec::new(), errors: Vec::new(), left: MOST_PIECES };
        if let Some(quantity) = &line.quantity {
            earlier.found.push(("quantity".to_owned(), quantity.clone()));
        }
        self.pieces_of(line, self.product(), "", &mut earlier);
        let mut asked = Vec::new();
        for (path, raw) in earlier.found {
            match self.raw(&path, &raw) {
                Ok(wanted) => asked.push((path, wanted)),
                Err(error) => earlier.errors.push(error),
            }
        }
        (asked, earlier.errors)
    }

    /// What a preset has, with the pieces of its parts. What cannot be had any more is told beside it.
    pub fn of_preset(&self, preset: &Preset) -> (Vec<Asked>, Vec<RequestError>) {
        self.of_line(&line_of_preset(preset))
    }

    /// A preset of the product by its name.
    ///
    /// # Errors
    ///
    /// Where there is none, with the nearest.
    pub fn preset(&self, name: &str) -> Result<&'m Preset, RequestError> {
        self.preset_of(self.product(), name)
    }

    fn product(&self) -> Option<&'m Product> {
        let products = &self.model.plan.book().products;
        products.iter().find(|product| product.name == self.model.product).map(|product| &**product)
    }

    fn preset_of(&self, product: Option<&'m Product>, name: &str) -> Result<&'m Preset, RequestError> {
        let book = self.model.plan.book();
        let own: Vec<&Preset> =
            product.into_iter().flat_map(|product| book.presets_of(product)).map(|it| &**it).collect();
        own.iter().copied().find(|preset| &*preset.name == name).ok_or_else(|| {
            let near = nearest(name, own.iter().map(|preset| &*preset.name));
            let of = product.map_or(&*self.model.product, |product| &*product.name);
            let error =
                RequestError::new(codes::BAD_VALUE, "preset", format!("`{of}` has no preset `{name}`"));
            let names: Vec<String> = own.iter().map(|preset| format!("`{}`", preset.name)).collect();
            match (near, names.is_empty()) {
                (None, false) => error.help(format!("it has {}", names.join(", "))),
                (near, _) => error.did_you_mean(near),
            }
        })
    }

    /// The options of a line and of its pieces, by their paths. What the line says of an option or a part stands in
    /// the place of all that its preset says of it. Pieces that are said once with a quantity are so many.
    fn pieces_of(&self, line: &RequestLine, product: Option<&'m Product>, before: &str, into: &mut Earlier) {
        let preset = match &line.preset {
            Some(Raw::Text(name)) => match self.preset_of(product, name) {
                Ok(preset) => line_of_preset(preset),
                Err(error) => {
                    into.errors.push(error);
                    RequestLine::default()
                }
            },
            // A quote tells the preset with its label; its lines have all options themselves.
            _ => RequestLine::default(),
        };
        let silent = |(name, _): &&(String, Raw)| line.options.iter().all(|(said, _)| said != name);
        let options = line.options.iter().chain(preset.options.iter().filter(silent));
        into.found.extend(options.map(|(name, raw)| (format!("{before}{name}"), raw.clone())));
        let silent = |(name, _): &&(String, RequestPart)| line.parts.iter().all(|(said, _)| said != name);
        for (name, part) in line.parts.iter().chain(preset.parts.iter().filter(silent)) {
            let pieces = match part {
                RequestPart::Count(count) => {
                    into.found.push((format!("{before}{name}"), count.clone()));
                    continue;
                }
                RequestPart::Pieces(pieces) => pieces,
            };
            let of = product.and_then(|product| product.parts.iter().find(|it| *it.name == **name));
            let of = of.and_then(|part| {
                self.model.plan.book().products.iter().find(|product| product.name == part.product)
            });
            let at = into.found.len();
            let mut number = 0_u64;
            for piece in pieces {
                let path = format!("{before}{name}");
                let alike = match alike(piece, &path) {
                    Ok(alike) => alike,
                    Err(error) => {
                        into.errors.push(error);
                        continue;
                    }
                };
                let read = alike.min(into.left);
                into.left -= read;
                for at in 1..=read {
                    let piece_path = format!("{path}[{}].", number.saturating_add(at));
                    self.pieces_of(piece, of.map(|of| &**of), &piece_path, into);
                }
                number = number.saturating_add(alike);
            }
            // The number of pieces stands before what is said of them.
            into.found.insert(at, (format!("{before}{name}"), Raw::Number(number.to_string())));
        }
    }
}

/// How many alike pieces a piece stands for.
fn alike(piece: &RequestLine, path: &str) -> Result<u64, RequestError> {
    let number = match &piece.quantity {
        None => return Ok(1),
        Some(Raw::Number(text) | Raw::Text(text)) => Exact::parse(text.trim()).ok(),
        Some(Raw::Typed(Value::Number(number))) => Some(number.clone()),
        Some(_) => None,
    };
    let counted = number.as_ref().and_then(Exact::to_u64).filter(|count| *count > 0);
    counted.ok_or_else(|| {
        let message = format!("a `quantity` of `{path}` is no whole number from 1 on");
        RequestError::new(codes::BAD_VALUE, path, message)
    })
}
