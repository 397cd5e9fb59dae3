//! The lines of a request, and the pieces of their parts, held against their products.

use std::collections::HashSet;

use super::bind::{Binder, joined};
use super::error::RequestError;
use super::read::found;
use super::request::{Raw, RequestLine, RequestPart};
use crate::diagnostic::{Code, codes, nearest};
use crate::eval::{Given, LineFacts, PartFacts, PieceFacts, ProductPlan};
use crate::ir::{Input, Name, NumberKind, Part, PartsPrice, Product, Ty, Value};
use crate::source::limits;
use crate::value::Exact;

/// The fields of a line that every book has.
const LINE_FIELDS: [&str; 7] = ["id", "product", "quantity", "preset", "options", "parts", "reason"];

/// The fields of a piece that every book has.
const PIECE_FIELDS: [&str; 6] = ["id", "quantity", "preset", "options", "parts", "reason"];

/// The lines that are bound already, each followed by its pieces.
#[derive(Default)]
struct Bound {
    lines: Vec<LineFacts>,
    ids: HashSet<String>,
}

/// What a piece is a piece of, and which one.
struct Of<'p> {
    part: &'p Part,
    /// The position of the bundle among the lines.
    bundle: usize,
    /// The number of the piece, from 1.
    number: usize,
    count: Exact,
    priced: bool,
}

impl Binder<'_> {
    pub(super) fn lines(&mut self) -> Vec<LineFacts> {
        let request = self.request;
        if request.lines.len() > limits::MAX_LINES_PER_REQUEST {
            let (count, most) = (request.lines.len(), limits::MAX_LINES_PER_REQUEST);
            let message = format!("the request has {count} lines, and may have {most}");
            self.error(codes::REQUEST_TOO_LARGE, "lines", message);
            return Vec::new();
        }
        let mut bound = Bound::default();
        for (at, line) in request.lines.iter().enumerate() {
            self.line(&mut bound, line, at);
            if bound.lines.len() > limits::MAX_LINES_PER_REQUEST {
                let most = limits::MAX_LINES_PER_REQUEST;
                let message = format!("the request has more than {most} lines and pieces of their parts");
                let error = self.error(codes::REQUEST_TOO_LARGE, "lines", message);
                error.help =
                    Some("send several requests, or give alike pieces as one with a `quantity`".into());
                break;
            }
        }
        bound.lines
    }

    fn line(&mut self, bound: &mut Bound, line: &RequestLine, at: usize) {
        let path = format!("lines[{at}]");
        let id = line.id.clone().unwrap_or_else(|| (at + 1).to_string());
        self.register(bound, &id, &path);
        let Some(product) = self.product(line, &path) else { return };
        let Some(plan) = self.plan.product(product) else { return };
        if plan.price.is_none() {
            self.not_sold_alone(&plan.product, format!("{path}.product"));
        }
        let quantity = self.quantity(&plan.product.quantity, line, &path);
        let facts = LineFacts {
            id,
            reason: line.reason.clone(),
            product,
            quantity,
            options: Vec::new(),
            preset: None,
            entries: Vec::new(),
            has_reason: false,
            path,
            piece: None,
            parts: Vec::new(),
        };
        self.configuration(bound, facts, plan, line);
    }

    /// Ids are different, those that are made for pieces among them.
    fn register(&mut self, bound: &mut Bound, id: &str, path: &str) {
        if !bound.ids.insert(id.to_owned()) {
            let message = format!("two lines have the id `{id}`");
            let error = self.error(codes::DUPLICATE_LINE, format!("{path}.id"), message);
            error.help = Some("give each line an `id` of its own".into());
        }
    }

    fn product(&mut self, line: &RequestLine, path: &str) -> Option<u32> {
        let path = format!("{path}.product");
        let name = match &line.product {
            Some(Raw::Text(name)) => name,
            Some(Raw::Typed(Value::Text(name))) => &name.to_string(),
            Some(raw) => {
                let message = format!("`product` is {}, and the name of a product is expected", found(raw));
                self.error(codes::BAD_VALUE, path, message);
                return None;
            }
            None => {
                self.error(codes::MISSING_VALUE, path, "the line does not say its product");
                return None;
            }
        };
        let at = self.plan.find_product(name);
        if at.is_none() {
            let products = self.plan.book().products.iter();
            let near = nearest(name, products.map(|product| &*product.name));
            let message = format!("the book sells no `{name}`");
            self.errors.push(RequestError::new(codes::UNKNOWN_PRODUCT, path, message).did_you_mean(near));
        }
        at
    }

    fn not_sold_alone(&mut self, product: &Product, path: String) {
        let bundles = self.plan.book().products.iter();
        let bundles = bundles.filter(|it| it.parts.iter().any(|part| part.product == product.name));
        let names: Vec<String> = bundles.map(|it| format!("`{}`", it.name)).collect();
        let message = format!("`{}` is not sold by itself: it has no price", product.name);
        let error = self.error(codes::NOT_SOLD_ALONE, path, message);
        error.help = Some(format!("it is a part of {}", names.join(", ")));
    }

    /// Options, entries and parts; the pieces of parts are put behind.
    fn configuration(
        &mut self,
        bound: &mut Bound,
        mut facts: LineFacts,
        plan: &ProductPlan,
        line: &RequestLine,
    ) -> usize {
        let product = &plan.product;
        facts.preset = line.preset.as_ref().and_then(|raw| self.preset(raw, product, &facts.path));
        facts.options = self.options(plan, line, &facts);
        facts.entries = self.entries(plan, line, &facts);
        facts.has_reason = line.reason.as_ref().is_some_and(|reason| !reason.trim().is_empty());
        let position = bound.lines.len();
        bound.lines.push(facts);
        self.parts(bound, position, product, line);
        position
    }

    fn options(&mut self, plan: &ProductPlan, line: &RequestLine, facts: &LineFacts) -> Vec<Given> {
        let name = &plan.product.name;
        let path = format!("{}.options", facts.path);
        let options = &plan.product.options;
        let mut chosen = Vec::with_capacity(options.len());
        for option in options {
            if option.with_line {
                chosen.push(self.fact_of_line(option, line, &facts.path));
                continue;
            }
            chosen.push(match self.field(&line.options, &option.name, &path) {
                None => facts.preset.map_or(Given::Silent, |preset| self.of_preset(preset, option)),
                Some(raw) => {
                    self.given(option, raw, || format!("{path}.{}", option.name), codes::VALUE_NOT_OFFERED)
                }
            });
        }
        let names: Vec<&Name> = options.iter().filter(|it| !it.with_line).map(|it| &it.name).collect();
        let given = |unknown: &str| options.iter().any(|it| it.with_line && *it.name == *unknown);
        let entries = plan.price.as_deref().map_or(&[][..], |price| &price.entries);
        let parts = &plan.product.parts;
        self.unknown(codes::UNKNOWN_OPTION, &line.options, &names, &[], &path, |unknown| {
            if given(unknown) || entries.iter().any(|entry| *entry.name == *unknown) {
                format!("`{unknown}` is no option of `{name}`; it stands in the line itself")
            } else if parts.iter().any(|part| *part.name == *unknown) {
                format!("`{unknown}` is no option of `{name}`; it stands in `parts`")
            } else {
                format!("`{name}` has no option `{unknown}`")
            }
        });
        chosen
    }

    /// What comes with the line beside its options: a value, or a list.
    fn fact_of_line(&mut self, fact: &Input, line: &RequestLine, path: &str) -> Given {
        let Some(raw) = self.field(&line.fields, &fact.name, path) else { return Given::Silent };
        let path = joined(path, &fact.name);
        match &fact.ty {
            // A slip in a list refuses the request, so nothing is made of the rest.
            Ty::List(list) => self.list(list, raw, &path).map_or(Given::Silent, Given::Value),
            _ => self.given(fact, raw, || path, codes::VALUE_NOT_OFFERED),
        }
    }

    /// Entries are typed for lines; pieces that are included have none.
    fn entries(&mut self, plan: &ProductPlan, line: &RequestLine, facts: &LineFacts) -> Vec<Given> {
        let piece = facts.piece.as_ref();
        let included = piece.is_some_and(|piece| !piece.priced);
        let price = plan.price.as_deref().filter(|_| !included);
        let entered = price.map_or(&[][..], |price| &price.entries);
        let path = &facts.path;
        let mut entries = Vec::with_capacity(entered.len());
        for entry in entered {
            entries.push(match self.field(&line.fields, &entry.name, path) {
                None => Given::Silent,
                Some(raw) => {
                    self.given(entry, raw, || format!("{path}.{}", entry.name), codes::ENTRY_OUT_OF_RANGE)
                }
            });
        }
        let name = &plan.product.name;
        let given = plan.product.options.iter().filter(|it| it.with_line);
        let names: Vec<&Name> = entered.iter().chain(given).map(|input| &input.name).collect();
        let also = if piece.is_some() { &PIECE_FIELDS[..] } else { &LINE_FIELDS[..] };
        let has = |unknown: &str| plan.product.options.iter().any(|option| *option.name == *unknown);
        let has_part = |unknown: &str| plan.product.parts.iter().any(|part| *part.name == *unknown);
        self.unknown(codes::UNKNOWN_FIELD, &line.fields, &names, also, path, |unknown| {
            if has(unknown) {
                format!("`{unknown}` is an option of `{name}` and stands in `options`")
            } else if has_part(unknown) {
                format!("`{unknown}` is a part of `{name}` and stands in `parts`")
            } else if piece.is_some() {
                format!("a piece of `{name}` has no field `{unknown}` here")
            } else {
                format!("a line of `{name}` has no field `{unknown}`")
            }
        });
        entries
    }

    /// What the request says of each part, and the pieces themselves.
    fn parts(&mut self, bound: &mut Bound, position: usize, product: &Product, line: &RequestLine) {
        if product.parts.is_empty() && line.parts.is_empty() {
            return;
        }
        let Some(facts) = bound.lines.get(position) else { return };
        let path = format!("{}.parts", facts.path);
        let preset = facts.preset;
        let inside_included = facts.piece.as_ref().is_some_and(|piece| !piece.priced);
        let priced = product.parts_price == Some(PartsPrice::Priced) && !inside_included;
        for part in &product.parts {
            if bound.lines.len() > limits::MAX_LINES_PER_REQUEST {
                return;
            }
            let given = line.parts.iter().find(|(name, _)| **name == *part.name).map(|(_, given)| given);
            let path = format!("{path}.{}", part.name);
            let mut said = PartFacts { said: given.is_some(), pieces: Vec::new() };
            let of_preset = preset.and_then(|preset| self.part_of_preset(preset, part));
            let given = given.or(of_preset.as_ref());
            let of = |number: usize, count: Exact| Of { part, bundle: position, number, count, priced };
            match given {
                // Where there must be so many, there are so many; nothing else is known of them.
                None if part.least == part.most => {
                    let of = of(1, Exact::from(part.least));
                    said.pieces.extend(self.piece(bound, &RequestLine::default(), path, of));
                }
                None => {}
                Some(RequestPart::Count(raw)) => {
                    let count = self.whole(&part.name, raw, path.clone());
                    if let Some(count) = count.filter(|count| !count.is_zero()) {
                        said.pieces.extend(self.piece(bound, &RequestLine::default(), path, of(1, count)));
                    }
                }
                Some(RequestPart::Pieces(pieces)) => {
                    for (at, piece) in pieces.iter().enumerate() {
                        if bound.lines.len() > limits::MAX_LINES_PER_REQUEST {
                            return;
                        }
                        let path = format!("{path}[{at}]");
                        let count = self.piece_quantity(piece, &path);
                        said.pieces.extend(self.piece(bound, piece, path, of(at + 1, count)));
                    }
                }
            }
            if let Some(facts) = bound.lines.get_mut(position) {
                facts.parts.push(said);
            }
        }
        let mut seen = HashSet::new();
        for (name, _) in &line.parts {
            let message = if !seen.insert(name) {
                format!("`{name}` is given twice")
            } else if product.parts.iter().any(|part| *part.name == **name) {
                continue;
            } else {
                format!("`{}` has no part `{name}`", product.name)
            };
            let near = nearest(name, product.parts.iter().map(|part| &*part.name));
            let error = RequestError::new(codes::UNKNOWN_FIELD, joined(&path, name), message);
            self.errors.push(error.did_you_mean(near));
        }
    }

    fn piece(&mut self, bound: &mut Bound, line: &RequestLine, path: String, of: Of<'_>) -> Option<usize> {
        let product = self.plan.find_product(&of.part.product)?;
        let plan = self.plan.product(product)?;
        let bundle = bound.lines.get(of.bundle)?;
        let own = format!("{}[{}]", of.part.name, of.number);
        let place = match &bundle.piece {
            Some(piece) => format!("{}.{own}", piece.place),
            None => own.clone(),
        };
        let id = line.id.clone().unwrap_or_else(|| format!("{}.{own}", bundle.id));
        let quantity = self.quantity_of_piece(&plan.product.quantity, &bundle.quantity, &of.count, &path);
        self.register(bound, &id, &path);
        if let Some(raw) = &line.product {
            let message = format!("a piece is of the product of its part, and this says {}", found(raw));
            let error = self.error(codes::UNKNOWN_FIELD, format!("{path}.product"), message);
            error.help = Some(format!("leave it out: `{}` is of `{}`", of.part.name, of.part.product));
        }
        let facts = LineFacts {
            id,
            reason: line.reason.clone(),
            product,
            quantity,
            options: Vec::new(),
            preset: None,
            entries: Vec::new(),
            has_reason: false,
            path,
            piece: Some(PieceFacts {
                of: of.bundle,
                count: of.count,
                priced: of.priced,
                place: place.into(),
            }),
            parts: Vec::new(),
        };
        Some(self.configuration(bound, facts, plan, line))
    }

    /// How many alike pieces one of the bundle has: one, unless they say otherwise.
    fn piece_quantity(&mut self, piece: &RequestLine, path: &str) -> Exact {
        let Some(raw) = &piece.quantity else { return Exact::ONE };
        let path = format!("{path}.quantity");
        match self.whole("quantity", raw, path.clone()) {
            Some(count) if count.is_zero() => {
                let error =
                    self.error(codes::BAD_VALUE, path, "`quantity` is 0, and pieces are counted from 1");
                error.help = Some("leave the piece out".into());
                Exact::ONE
            }
            count => count.unwrap_or(Exact::ONE),
        }
    }

    /// A whole number that is not negative.
    fn whole(&mut self, name: &str, raw: &Raw, path: String) -> Option<Exact> {
        match self.reader().value(name, &Ty::number(NumberKind::Int), raw) {
            Ok(Value::Number(number)) if number.is_integer() && !number.is_negative() => Some(number),
            Ok(_) => {
                let message = format!("`{name}` is {}, and a whole number is expected", found(raw));
                self.error(codes::BAD_VALUE, path, message);
                None
            }
            Err(refusal) => {
                self.refuse(codes::BAD_VALUE, path, refusal);
                None
            }
        }
    }

    /// What the pieces of all the bundles of a line come to.
    fn quantity_of_piece(&mut self, input: &Input, bundle: &Given, count: &Exact, path: &str) -> Given {
        let each = match bundle {
            Given::Value(Value::Number(number)) | Given::Doubtful(number, _) => number,
            Given::Bad(gap) => return Given::Bad(gap.clone()),
            _ => return Given::Silent,
        };
        match each.checked_mul(count) {
            Ok(all) => {
                let raw = Raw::Typed(Value::Number(all));
                self.given(input, &raw, || path.to_owned(), codes::QUANTITY_OUT_OF_RANGE)
            }
            Err(_) => {
                let message = format!("the number of pieces at {path} has too many digits");
                self.error(codes::BAD_VALUE, path, message);
                Given::Silent
            }
        }
    }

    fn quantity(&mut self, input: &Input, line: &RequestLine, path: &str) -> Given {
        let path = format!("{path}.quantity");
        let Some(raw) = &line.quantity else {
            if let Some(default) = &input.default {
                return Given::Value(default.clone());
            }
            let error = self.error(codes::MISSING_VALUE, path, "the line does not say its quantity");
            error.help = Some("add `quantity`".into());
            return Given::Silent;
        };
        let whole = matches!(input.ty.required(), Ty::Number(ty) if ty.kind == NumberKind::Int);
        match self.given(input, raw, || path, codes::QUANTITY_OUT_OF_RANGE) {
            Given::Doubtful(number, gap) if !number.is_positive() || whole && !number.is_integer() => {
                Given::Bad(gap)
            }
            given => given,
        }
    }

    fn unknown(
        &mut self,
        code: Code,
        fields: &[(String, Raw)],
        known: &[&Name],
        also: &[&str],
        path: &str,
        message: impl Fn(&str) -> String,
    ) {
        for (name, _) in fields {
            if !known.iter().any(|it| ***it == **name) {
                let near = nearest(name, known.iter().map(|it| &***it).chain(also.iter().copied()));
                let error = RequestError::new(code, joined(path, name), message(name));
                self.errors.push(error.did_you_mean(near));
            }
        }
    }
}
