//! The request of a test: contexts, facts, market values and lines, each value held against its type.

use super::test_errors as errors;
use crate::check::describe;
use crate::check::errors::{named_piece, preset_of_other, preset_word, value_not_allowed, wrong_target};
use crate::check::expr::literal_value;
use crate::check::{InputSig, Signatures};
use crate::diagnostic::{Diagnostic, nearest};
use crate::ir::{self, Name, NumberKind, NumberTy, Ty, Value};
use crate::resolve::Kind;
use crate::source::Span;
use crate::syntax::ast::{self, AssignValue, LiteralKind};
use crate::value::{Date, Exact, Unit};

/// Reads the values of a test's request.
pub(super) struct Reader<'a, 'p> {
    pub(super) signatures: &'a Signatures,
    pub(super) problems: &'p mut Vec<Diagnostic>,
}

/// A line of a test, or a piece, as it is written.
struct Written<'t> {
    product: &'t Name,
    fields: &'t [ast::Assign],
    pieces: &'t [ast::TestPiece],
    /// A piece: its quantity counts pieces of one bundle.
    piece: bool,
    /// It stands in a preset, whose values are allowed and which chooses options only.
    preset: bool,
    /// It has entries.
    priced: bool,
}

/// Index, value, date.
type Market = Vec<(Name, Exact, Date)>;

/// From, to, rate, date.
type Rates = Vec<(Name, Name, Exact, Date)>;

impl Reader<'_, '_> {
    /// The currency that the request chooses. A test that is about a refusal may choose a wrong one, or none.
    pub(super) fn currency(
        &mut self,
        written: Option<&ast::Name>,
        title: Span,
        about_refusal: bool,
    ) -> Option<Name> {
        let book = &self.signatures.book;
        if about_refusal {
            return written.map(|name| name.text.clone());
        }
        let Some(name) = written else {
            if book.by_request {
                self.problems.push(errors::no_currency(title, &book.currencies));
            }
            return None;
        };
        if !book.by_request {
            self.problems.push(errors::currency_is_fixed(name, &book.currencies));
        } else if !book.currencies.contains(&name.text) {
            let nearest = nearest(&name.text, book.currencies.iter().map(AsRef::as_ref));
            self.problems.push(errors::unknown_currency(name, &book.currencies, nearest));
        }
        Some(name.text.clone())
    }

    /// `market q235 = 4.10 CNY/kg`, `market USD to CNY = 7.10`
    pub(super) fn market(&mut self, written: &[ast::MarketValue], as_of: Date) -> (Market, Rates) {
        let (mut market, mut rates): (Market, Rates) = Default::default();
        for one in written {
            let on = one.on.unwrap_or(as_of);
            match &one.to {
                None => market.extend(self.index_value(one).map(|value| (one.name.text.clone(), value, on))),
                Some(to) => {
                    let rate = self.rate(one, to);
                    rates.extend(rate.map(|rate| (one.name.text.clone(), to.text.clone(), rate, on)));
                }
            }
        }
        self.refuse_repeated(written.iter().map(|one| (market_name(one), one.name.span)));
        (market, rates)
    }

    fn index_value(&mut self, one: &ast::MarketValue) -> Option<Exact> {
        let Some(index) = self.signatures.indexes.get(&one.name.text) else {
            let known = self.signatures.indexes.keys().map(AsRef::as_ref);
            self.problems.push(errors::unknown(&one.name, "index", nearest(&one.name.text, known)));
            return None;
        };
        self.number(&one.value, index.ty.as_ref()?, true)
    }

    fn rate(&mut self, one: &ast::MarketValue, to: &ast::Name) -> Option<Exact> {
        if !self.signatures.exchanges.contains(&(one.name.text.clone(), to.text.clone())) {
            let turned = self.signatures.exchanges.contains(&(to.text.clone(), one.name.text.clone()));
            self.problems.push(errors::unknown_exchange(&one.name, to, turned));
            return None;
        }
        let ty = Ty::Number(NumberTy { unit: Unit::none(), kind: NumberKind::Plain });
        let rate = self.number(&one.value, &ty, true)?;
        if !rate.is_positive() {
            self.problems.push(errors::rate_not_positive(one.value.span));
            return None;
        }
        Some(rate)
    }

    fn number(&mut self, literal: &ast::Literal, ty: &Ty, bare: bool) -> Option<Exact> {
        match literal_value(self.signatures, literal, ty, bare, self.problems)? {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    /// `given customer { level = gold }`
    pub(super) fn contexts(&mut self, written: &[ast::GivenContext]) -> Vec<(Name, Name, Value)> {
        let mut values = Vec::new();
        for given in written {
            let Some(context) = self.signatures.contexts.get(&given.name.text) else {
                let known = self.signatures.contexts.keys().map(AsRef::as_ref);
                self.problems.push(errors::unknown(&given.name, "context", nearest(&given.name.text, known)));
                continue;
            };
            for field in &given.fields {
                let Some(input) = context.fields.get(&field.name.text) else {
                    let near = nearest(&field.name.text, context.fields.keys().map(AsRef::as_ref));
                    self.problems.push(errors::unknown_field(&field.name, &given.name.text, near));
                    continue;
                };
                let value = self.value(field, input);
                values.extend(value.map(|it| (given.name.text.clone(), field.name.text.clone(), it)));
            }
            self.refuse_repeated(given.fields.iter().map(assigned));
        }
        self.refuse_repeated(written.iter().map(|given| (given.name.text.clone(), given.name.span)));
        values
    }

    /// `given prior = 3 kWh`
    pub(super) fn facts(&mut self, written: &[ast::Assign]) -> Vec<(Name, Value)> {
        self.refuse_repeated(written.iter().map(assigned));
        let mut values = Vec::new();
        for assign in written {
            let Some(input) = self.signatures.facts.get(&assign.name.text) else {
                if self
                    .signatures
                    .names
                    .get(&assign.name.text)
                    .is_some_and(|(kind, _)| *kind == Kind::Context)
                {
                    self.problems.push(errors::context_without_fields(&assign.name));
                    continue;
                }
                let known = self.signatures.facts.keys().map(AsRef::as_ref);
                self.problems.push(errors::unknown(&assign.name, "fact", nearest(&assign.name.text, known)));
                continue;
            };
            values.extend(self.value(assign, input).map(|value| (assign.name.text.clone(), value)));
        }
        values
    }

    /// `coupon = 20 EUR`: entries of the quote.
    pub(super) fn entries(&mut self, written: &[ast::Assign]) -> Vec<(Name, Value)> {
        self.refuse_repeated(written.iter().map(assigned));
        let entries = &self.signatures.quote.entries;
        let mut values = Vec::new();
        for assign in written.iter().filter(|assign| assign.name.text.as_ref() != "reason") {
            let Some(input) = entries.get(&assign.name.text) else {
                let near = nearest(&assign.name.text, entries.keys().map(AsRef::as_ref).chain(["reason"]));
                self.problems.push(errors::unknown(&assign.name, "entry of the quote", near));
                continue;
            };
            values.extend(self.value(assign, input).map(|value| (assign.name.text.clone(), value)));
        }
        values
    }

    /// `reason = "a large order"`, for the entries of the quote.
    pub(super) fn reason_of_quote(&mut self, written: &[ast::Assign]) -> Option<Name> {
        let reason = written.iter().find(|assign| assign.name.text.as_ref() == "reason")?;
        self.reason(reason)
    }

    /// `line press { quantity = 3, force = 160 tf, discount = 4%, reason = "loyal" }`
    pub(super) fn line(&mut self, line: &ast::TestLine, at: usize) -> Option<ir::TestLine> {
        let name = &line.product;
        if !self.signatures.products.contains_key(&name.text) {
            let known = self.signatures.products.keys().map(AsRef::as_ref);
            self.problems.push(errors::unknown(name, "product", nearest(&name.text, known)));
            return None;
        }
        let id = line.name.as_ref().map_or_else(|| (at + 1).to_string().into(), |name| name.text.clone());
        let written = Written {
            product: &name.text,
            fields: &line.fields,
            pieces: &line.pieces,
            piece: false,
            preset: false,
            priced: true,
        };
        let preset = line.preset.as_ref().and_then(|preset| self.preset(preset, &name.text));
        Some(ir::TestLine { preset, ..self.written(id, &written)? })
    }

    fn written(&mut self, id: Name, written: &Written<'_>) -> Option<ir::TestLine> {
        let name = written.product;
        let product = self.signatures.products.get(name)?;
        self.refuse_repeated(written.fields.iter().map(assigned));
        let price = self.signatures.price_of(name).filter(|_| written.priced);
        let entries = price.map(|(_, price)| &price.entries);
        let mut checked = ir::TestLine {
            id,
            product: name.clone(),
            preset: None,
            quantity: Exact::ONE,
            options: Vec::new(),
            entries: Vec::new(),
            reason: None,
            parts: Vec::new(),
        };
        for field in written.fields {
            let option = product.members.get(&field.name.text).filter(|member| member.option);
            let option = option.filter(|_| !written.preset || !product.given.contains(&field.name.text));
            let entry = entries.and_then(|entries| entries.get(&field.name.text));
            match (field.name.text.as_ref(), option, entry) {
                ("quantity", ..) => {
                    let quantity = match written.piece {
                        true => self.pieces_at_least(field, 1),
                        false => self.quantity(field, &product.quantity),
                    };
                    checked.quantity = quantity.unwrap_or(checked.quantity);
                }
                ("reason", ..) if written.preset => {
                    self.problems.push(preset_word(&field.name, "the reason"));
                }
                ("reason", ..) => checked.reason = self.reason(field),
                (_, Some(option), _) => {
                    let value = self.value(field, &option.input);
                    let value =
                        value.filter(|value| !written.preset || self.allowed(field, &option.input, value));
                    checked.options.extend(value.map(|value| (field.name.text.clone(), value)));
                }
                (_, None, Some(entry)) => {
                    let value = self.value(field, entry);
                    checked.entries.extend(value.map(|value| (field.name.text.clone(), value)));
                }
                (text, None, None) if product.parts.contains_key(text) => {
                    let count = self.pieces_at_least(field, 0);
                    let count = count.map(|count| (field.name.text.clone(), ir::TestPart::Count(count)));
                    checked.parts.extend(count);
                }
                (text, None, None) => {
                    let options = product.options.iter().map(AsRef::as_ref);
                    let entries = entries.into_iter().flat_map(|entries| entries.keys().map(AsRef::as_ref));
                    let parts = product.parts.keys().map(AsRef::as_ref);
                    let known = options.chain(entries).chain(parts).chain(["quantity", "reason"]);
                    let is_let = product.members.contains_key(text);
                    let problem = errors::unknown_line_field(&field.name, name, is_let, nearest(text, known));
                    self.problems.push(problem);
                }
            }
        }
        for piece in written.pieces {
            self.piece(piece, written, &mut checked)?;
        }
        Some(checked)
    }

    /// `part dies { size = big }`
    fn piece(&mut self, piece: &ast::TestPiece, of: &Written<'_>, line: &mut ir::TestLine) -> Option<()> {
        let product = self.signatures.products.get(of.product)?;
        let Some(part) = product.parts.get(&piece.part.text) else {
            let known = product.parts.keys().map(AsRef::as_ref);
            self.problems.push(errors::unknown(&piece.part, "part", nearest(&piece.part.text, known)));
            return None;
        };
        if let Some(name) = piece.name.as_ref().filter(|_| of.preset) {
            self.problems.push(named_piece(name));
        }
        let number = match line.parts.iter().find(|(name, _)| *name == piece.part.text) {
            Some((_, ir::TestPart::Pieces(pieces))) => pieces.len() + 1,
            Some((name, ir::TestPart::Count(_))) => {
                let first = of.fields.iter().find(|field| field.name.text == *name);
                let first = first.map_or(piece.span, |field| field.name.span);
                self.problems.push(errors::given_twice(name, piece.part.span, first));
                return None;
            }
            None => 1,
        };
        let id = match &piece.name {
            Some(name) => name.text.clone(),
            None => format!("{}.{}[{number}]", line.id, piece.part.text).into(),
        };
        let written = Written {
            product: &part.product,
            fields: &piece.fields,
            pieces: &piece.pieces,
            piece: true,
            preset: of.preset,
            priced: of.priced && product.parts_price == Some(ir::PartsPrice::Priced),
        };
        let checked = self.written(id, &written)?;
        match line.parts.iter_mut().find(|(name, _)| *name == piece.part.text) {
            Some((_, ir::TestPart::Pieces(pieces))) => pieces.push(checked),
            _ => line.parts.push((piece.part.text.clone(), ir::TestPart::Pieces(vec![checked]))),
        }
        Some(())
    }

    /// `from workshop`
    fn preset(&mut self, preset: &ast::Name, product: &str) -> Option<Name> {
        let Some(sig) = self.signatures.presets.get(&preset.text) else {
            self.problems.push(wrong_target(self.signatures, preset, &[Kind::Preset]));
            return None;
        };
        if !self.signatures.is_of(product, &sig.target) {
            let at = self.signatures.names.get(&preset.text).map(|(_, at)| *at).unwrap_or_default();
            self.problems.push(preset_of_other(preset, &sig.target, product, at));
            return None;
        }
        Some(preset.text.clone())
    }

    /// Whether a value is one that an option offers; if not, that is reported.
    fn allowed(&mut self, field: &ast::Assign, input: &InputSig, value: &Value) -> bool {
        let (Value::Number(number), Some(Ty::Number(ty))) = (value, input.ty.as_ref().map(Ty::required))
        else {
            return true;
        };
        if input.domain.contains(number) {
            return true;
        }
        let allowed = describe::domain_around(&input.domain, ty, number);
        let shown = describe::number_of(number, ty);
        let at = field.value.span();
        self.problems.push(value_not_allowed(at, &field.name.text, &shown, allowed));
        false
    }

    /// A number of pieces.
    fn pieces_at_least(&mut self, field: &ast::Assign, least: i64) -> Option<Exact> {
        let ty = NumberTy { unit: Unit::none(), kind: NumberKind::Int };
        let count = self.quantity(field, &ty)?;
        if count < Exact::from(least) {
            self.problems.push(errors::no_such_count(field, least));
            return None;
        }
        Some(count)
    }

    fn quantity(&mut self, field: &ast::Assign, ty: &NumberTy) -> Option<Exact> {
        match &field.value {
            AssignValue::One(literal) => self.number(literal, &Ty::Number(ty.clone()), false),
            AssignValue::Many(_, span) | AssignValue::Elements(_, span) => {
                self.problems.push(errors::list_for_one(*span, &field.name.text));
                None
            }
        }
    }

    fn reason(&mut self, field: &ast::Assign) -> Option<Name> {
        match &field.value {
            AssignValue::One(ast::Literal { kind: LiteralKind::Text(text), .. }) => Some(text.clone()),
            AssignValue::One(ast::Literal { span, .. })
            | AssignValue::Many(_, span)
            | AssignValue::Elements(_, span) => {
                self.problems.push(errors::reason_is_no_text(*span));
                None
            }
        }
    }

    /// The value of an input: one, or a list for a set. Of a row of a table it is the row's key.
    fn value(&mut self, assign: &ast::Assign, input: &InputSig) -> Option<Value> {
        self.value_of(assign, input.ty.as_ref()?.required())
    }

    pub(super) fn value_of(&mut self, assign: &ast::Assign, ty: &Ty) -> Option<Value> {
        match (&assign.value, ty) {
            (written, Ty::List(list)) => self.list(&assign.name.text, written, list),
            (AssignValue::One(literal), Ty::Set(_)) => {
                self.problems.push(errors::one_for_list(
                    literal.span,
                    &assign.name.text,
                    &literal_text(literal),
                ));
                None
            }
            (AssignValue::One(literal), ty) => {
                literal_value(self.signatures, literal, ty, false, self.problems)
            }
            (AssignValue::Many(literals, _), Ty::Set(of)) => {
                let one = Ty::Choice(of.clone());
                let mut set = 0_u128;
                for literal in literals {
                    if let Value::Choice(at) =
                        literal_value(self.signatures, literal, &one, false, self.problems)?
                    {
                        set |= 1_u128.checked_shl(u32::from(at)).unwrap_or(0);
                    }
                }
                Some(Value::Set(set))
            }
            (AssignValue::Many(_, span) | AssignValue::Elements(_, span), _) => {
                self.problems.push(errors::list_for_one(*span, &assign.name.text));
                None
            }
        }
    }

    pub(super) fn refuse_repeated(&mut self, names: impl Iterator<Item = (Name, Span)>) {
        let mut seen: Vec<(Name, Span)> = Vec::new();
        for (name, span) in names {
            match seen.iter().find(|(other, _)| *other == name) {
                Some((_, first)) => self.problems.push(errors::given_twice(&name, span, *first)),
                None => seen.push((name, span)),
            }
        }
    }
}

/// What a preset says of parts: numbers among the fields, and pieces.
pub(in crate::check) fn preset_parts(
    signatures: &Signatures,
    product: &Name,
    fields: &[ast::Assign],
    pieces: &[ast::TestPiece],
    problems: &mut Vec<Diagnostic>,
) -> Option<Vec<(Name, ir::TestPart)>> {
    let before = problems.len();
    let written = Written { product, fields, pieces, piece: false, preset: true, priced: false };
    let checked = Reader { signatures, problems }.written(Name::from(""), &written);
    checked.filter(|_| problems.len() == before).map(|line| line.parts)
}

/// The value that is given to an option in a preset: one, or a list for a set. Of a row of a table it is the
/// row's key.
pub(in crate::check) fn preset_value(
    signatures: &Signatures,
    assign: &ast::Assign,
    input: &InputSig,
    problems: &mut Vec<Diagnostic>,
) -> Option<Value> {
    let mut reader = Reader { signatures, problems };
    reader.value(assign, input).filter(|value| reader.allowed(assign, input, value))
}

pub(super) fn assigned(assign: &ast::Assign) -> (Name, Span) {
    (assign.name.text.clone(), assign.name.span)
}

fn market_name(one: &ast::MarketValue) -> Name {
    match &one.to {
        Some(to) => format!("{} to {}", one.name.text, to.text).into(),
        None => one.name.text.clone(),
    }
}

/// A word or text as it was written.
fn literal_text(literal: &ast::Literal) -> String {
    match &literal.kind {
        LiteralKind::Word(word) => word.to_string(),
        LiteralKind::Text(text) => format!("\"{text}\""),
        _ => "…".to_owned(),
    }
}
