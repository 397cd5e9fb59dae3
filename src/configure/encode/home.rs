//! What the names of a product stand for: of the product itself, and of each of the pieces that it is made of.

use std::collections::HashMap;
use std::sync::Arc;

use super::Encoder;
use super::axis::count;
use super::product::{Asked, parameter};
use super::term::TermId;
use super::why::Why;
use crate::configure::model::{ModelError, RuleInfo, RuleKind};
use crate::configure::slot::SlotKind;
use crate::ir::{CompareOp, Domain, ExprKind, Input, MemberAt, Name, NumberKind, Part, Product, Ty, Value};
use crate::source::Span;
use crate::source::limits::MAX_MODEL_PIECES;
use crate::value::Exact;

/// A home, by its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HomeId(pub usize);

/// A product whose expressions are entered, with what its names stand for.
#[derive(Clone, Debug)]
pub struct Home {
    /// Before the names of its options: empty, or `dies[1].`.
    pub prefix: String,
    /// The product.
    pub product: Arc<Product>,
    /// Whether there is such a piece; none where there always is.
    pub exists: Option<TermId>,
    /// Options and lets.
    pub members: HashMap<Name, TermId>,
    /// Lets that are not known here, with the reason, which is that of what reads them.
    pub unknown: HashMap<Name, Why>,
    /// Its parts.
    pub parts: HashMap<Name, Pieces>,
    /// Answers to the questions of the guide.
    pub answers: HashMap<Name, TermId>,
    /// How many are ordered; none of pieces that may be alike, whose number is known with the quote.
    pub quantity: Option<TermId>,
    /// The components of its cost, and their sum.
    pub cost: Option<(HashMap<Name, TermId>, Result<TermId, Why>)>,
}

/// How many there are of a product in a line.
#[derive(Clone, Copy, Debug)]
pub struct Ordered {
    /// How many bundles the line orders.
    pub bundles: TermId,
    /// How many alike pieces one bundle has at most: 1 of the bundle itself.
    pub alike: u64,
}

/// The pieces of a part.
#[derive(Clone, Debug)]
pub struct Pieces {
    /// How many there are; absent where there is no part.
    pub count: TermId,
    /// Each, in their order. Where they are all alike the first stands for all.
    pub homes: Vec<HomeId>,
    /// Nothing can be chosen for them.
    pub are_alike: bool,
}

impl Encoder {
    /// What a product's names stand for.
    pub fn home(&self, id: HomeId) -> Option<&Home> {
        self.homes.get(id.0)
    }

    pub fn home_mut(&mut self, id: HomeId) -> Option<&mut Home> {
        self.homes.get_mut(id.0)
    }

    /// Adds the slots of a product, or of a piece, and says what its rules ask.
    pub fn settle(
        &mut self,
        product: &Arc<Product>,
        prefix: String,
        ordered: Ordered,
        exists: Option<TermId>,
        asked: &mut Vec<Asked>,
    ) -> Result<HomeId, ModelError> {
        let id = HomeId(self.homes.len());
        self.homes.push(Home {
            prefix,
            product: product.clone(),
            exists,
            members: HashMap::with_capacity(product.options.len() + product.lets.len()),
            unknown: HashMap::new(),
            parts: HashMap::new(),
            answers: HashMap::new(),
            quantity: (ordered.alike <= 1).then_some(ordered.bundles),
            cost: None,
        });
        let prefix = self.home(id).map_or_else(String::new, |home| home.prefix.clone());
        for option in &product.options {
            // No rule reads a list.
            if option.ty.list().is_some() {
                continue;
            }
            let path = format!("{prefix}{}", option.name);
            let order = self.next_order();
            let kind = if option.with_line { SlotKind::LineFact } else { SlotKind::Option };
            let term = self.slot(option, &path, kind, order, exists.is_some())?;
            if let Some(home) = self.home_mut(id) {
                home.members.insert(option.name.clone(), term);
            }
        }
        for part in &product.parts {
            self.part(id, part, &prefix, ordered, asked)?;
        }
        for member in &product.order {
            if let MemberAt::Let(at) = member
                && let Some(own) = product.lets.get(usize::from(*at))
            {
                self.named_value(own, id, asked);
            }
        }
        for option in &product.options {
            let term = self.home(id).and_then(|home| home.members.get(&option.name).copied());
            if let Some(term) = term {
                self.exists(option, term, id, RuleKind::Exists, asked);
            }
        }
        for part in &product.parts {
            let count = self.home(id).and_then(|home| home.parts.get(&part.name)).map(|pieces| pieces.count);
            if let Some(count) = count {
                let input = Input { when: part.when.clone(), ..counted(part, Domain::All) };
                self.exists(&input, count, id, RuleKind::Exists, asked);
            }
        }
        for constraint in &product.constraints {
            self.constraint(constraint, id, asked);
        }
        Ok(id)
    }

    /// The place of the next slot of the product among the slots.
    fn next_order(&mut self) -> (u8, u32) {
        self.sequence = self.sequence.saturating_add(1);
        (1, self.sequence)
    }

    /// The number of pieces of a part, and each of them.
    fn part(
        &mut self,
        home: HomeId,
        part: &Part,
        prefix: &str,
        ordered: Ordered,
        asked: &mut Vec<Asked>,
    ) -> Result<(), ModelError> {
        let book = self.book.clone();
        let product = book.products.iter().find(|product| product.name == part.product);
        let product = product.ok_or(ModelError::UnknownProduct)?;
        let owner_exists = self.home(home).and_then(|home| home.exists);
        let is_conditional = owner_exists.is_some() || part.when.is_some();
        let path = format!("{prefix}{}", part.name);
        let (from, to) = (Exact::from(part.least), Exact::from(part.most));
        let domain = Domain::Range { from, to, step: Some(Exact::ONE) };
        let input = Input { when: part.when.clone(), ..counted(part, domain) };
        let order = self.next_order();
        let count = self.slot(&input, &path, SlotKind::PartCount, order, is_conditional)?;
        let are_alike = product.options.is_empty() && product.parts.is_empty();
        let pieces = if are_alike { part.most.min(1) } else { part.most };
        let ordered = Ordered { alike: ordered.alike.saturating_mul(u64::from(part.most)), ..ordered };
        let mut homes = Vec::new();
        for at in 1..=pieces {
            self.pieces = self.pieces.saturating_add(1);
            if self.pieces > MAX_MODEL_PIECES {
                return Err(ModelError::TooLarge(format!(
                    "the parts of `{}` have more than {MAX_MODEL_PIECES} pieces together",
                    self.homes.first().map_or("", |home| &home.product.name)
                )));
            }
            let exists = (is_conditional || at > part.least).then(|| self.at_least(count, at, part.span));
            let piece = self.settle(product, format!("{path}[{at}]."), ordered, exists, asked)?;
            self.quantity_of_piece(product, piece, (ordered, count), are_alike, asked);
            homes.push(piece);
        }
        if let Some(home) = self.home_mut(home) {
            home.parts.insert(part.name.clone(), Pieces { count, homes, are_alike });
        }
        Ok(())
    }

    /// The number of pieces reaches so many.
    fn at_least(&mut self, count: TermId, many: u32, span: Span) -> TermId {
        let ty = Ty::number(NumberKind::Int);
        let many = self.terms.constant(Some(Value::Number(Exact::from(many))), &ty);
        self.compared(CompareOp::GreaterOrEqual, count, many, &ty, span)
    }

    /// A comparison written for the encoder.
    pub fn compared(&mut self, op: CompareOp, left: TermId, right: TermId, ty: &Ty, span: Span) -> TermId {
        let [first, second] = [0, 1].map(|at| Box::new(parameter(at, ty.clone())));
        let kind = ExprKind::Compare { op, left: first, right: second };
        self.made(&kind, &[left, right], &Ty::Bool, span)
    }

    /// How many pieces are ordered must be a quantity of the piece's product: each for itself as many as there are
    /// bundles, alike ones as many as they are together. Which of them a request puts together is not known here,
    /// so only what no way of putting them together mends is ruled out, and the rest is left to the quote.
    fn quantity_of_piece(
        &mut self,
        product: &Product,
        piece: HomeId,
        (ordered, count): (Ordered, TermId),
        are_alike: bool,
        asked: &mut Vec<Asked>,
    ) {
        let Some(bundle) = self.homes.first().map(|home| home.product.quantity.clone()) else { return };
        let own = &product.quantity;
        let (Domain::Range { from, to, step }, Domain::Range { from: low, to: high, step: steps }) =
            (&own.domain, &bundle.domain)
        else {
            return;
        };
        let same_steps = step == steps || step.as_ref().is_none_or(|step| *step == Exact::ONE);
        if from <= low && high <= to && same_steps {
            return;
        }
        let info = RuleInfo {
            name: Some(own.name.clone()),
            text: "quantity".into(),
            because: None,
            span: own.span,
            within: self.within(piece),
            kind: RuleKind::Constraint,
        };
        let exists = self.home(piece).and_then(|home| home.exists);
        let mut ask = |term| asked.push(Asked::holds(info.clone(), term, exists));
        let Ok(least) = from.checked_div(&Exact::from(ordered.alike.max(1))) else { return };
        let mut ends = vec![
            (CompareOp::GreaterOrEqual, ordered.bundles, least),
            (CompareOp::LessOrEqual, ordered.bundles, to.clone()),
        ];
        // Of one bundle the number of pieces alone decides.
        if are_alike
            && low == high
            && let Ok(least) = from.checked_div(low)
        {
            ends.push((CompareOp::GreaterOrEqual, count, least));
        }
        for (op, of, end) in ends {
            let end = self.terms.constant(Some(Value::Number(end)), &own.ty);
            ask(Ok(self.compared(op, of, end, &own.ty, own.span)));
        }
        if !same_steps {
            ask(Err(Why::Curve));
        } else if ordered.alike > 1 && !are_alike && from > low {
            ask(Err(Why::Figure));
        }
    }

    /// The piece that the rules of a home speak of.
    pub fn within(&self, home: HomeId) -> Option<Arc<str>> {
        let prefix = self.home(home)?.prefix.strip_suffix('.')?;
        Some(Arc::from(prefix))
    }
}

/// The number of pieces of a part as an input.
fn counted(part: &Part, domain: Domain) -> Input {
    let default = if part.least == part.most { Some(part.least) } else { (part.least == 0).then_some(0) };
    Input {
        label: part.label.clone(),
        default: default.map(|number| Value::Number(Exact::from(number))),
        ..Input::new(part.name.clone(), Ty::number(NumberKind::Int), domain, part.span)
    }
}

/// The position of a question among the slots.
pub fn question_order(at: usize) -> (u8, u32) {
    (6, count(at))
}
