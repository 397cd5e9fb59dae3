//! Checked expressions → planned ones: each name is looked up once, here.

use super::code::{Code, Driven, Driver, Formula, Node, Ratio, Reading, RoundedPower, Test};
use super::elements::Around;
use super::fault::{broken, too_deep};
use super::layout::{Frame, Layout, Slot};
use crate::ir::{
    self, Builtin, CompareOp, ElementPlace, Expr, ExprKind, Level, LogicOp, Name, Place, Ty, Value,
};
use crate::source::Span;
use crate::source::limits::MAX_EVALUATION_DEPTH;
use crate::value::Exact;
use std::collections::HashMap;
use std::sync::Arc;

/// The items of a book by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Items {
    pub tables: HashMap<Name, u32>,
    pub tiers: HashMap<Name, u32>,
    pub defs: HashMap<Name, u32>,
    pub products: HashMap<Name, Arc<ir::Product>>,
    /// The products' positions in the book.
    pub positions: HashMap<Name, u32>,
    /// How deep the evaluation of each function goes.
    pub depths: HashMap<Name, usize>,
}

/// What names mean where an expression stands.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    pub items: &'a Items,
    pub inputs: &'a Layout,
    pub quote: &'a Layout,
    /// The line's, and the product's and its family's name, where there is a line.
    pub line: Option<(&'a Layout, &'a ir::Product)>,
    /// The level whose figures go by their bare names here.
    pub bare: Option<Level>,
    /// Where the expression is one of a [`Bench`](super::Bench): the cells of the line that its parameters stand for.
    pub operands: Option<&'a [u32]>,
    /// The elements of the aggregates around, the innermost first.
    pub elements: Option<&'a Around<'a>>,
}

impl Items {
    /// The positions of a product, or of the products of a family.
    pub(super) fn of_target(&self, target: &Name) -> Box<[u32]> {
        let is_of =
            |product: &&Arc<ir::Product>| product.name == *target || product.family.as_ref() == Some(target);
        let mut found: Vec<u32> = self
            .products
            .values()
            .filter(is_of)
            .filter_map(|product| self.positions.get(&product.name).copied())
            .collect();
        found.sort_unstable();
        found.into()
    }
}

impl Names<'_> {
    /// A formula with what it reads.
    pub fn formula(&self, formula: &ir::Formula) -> Formula {
        self.formula_of(&formula.expr, &formula.text)
    }

    /// The same from an expression and its text.
    pub fn formula_of(&self, expr: &Expr, text: &Name) -> Formula {
        let mut reads = Vec::new();
        self.gather_reads(expr, &mut reads);
        let mut tests = Vec::new();
        self.gather_tests(expr, false, &mut tests);
        let mut drivers = Vec::new();
        self.gather_drivers(expr, &mut drivers);
        let (code, passes) = (self.shallow(expr), reads.iter().any(|it| it.passes));
        Formula { code, text: text.clone(), ty: expr.ty.clone(), reads, passes, tests, drivers }
    }

    /// What some expressions read.
    pub fn readings(&self, of: &[Expr]) -> Vec<Reading> {
        let mut reads = Vec::new();
        of.iter().for_each(|expr| self.gather_reads(expr, &mut reads));
        reads
    }

    /// The planned form of an expression, unless it goes too deep.
    fn shallow(&self, expr: &Expr) -> Code {
        match depth(expr, &self.items.depths) {
            0..=MAX_EVALUATION_DEPTH => self.code(expr),
            _ => Code { node: Node::Missing(too_deep(expr.span)), span: expr.span },
        }
    }

    /// The planned form of an expression.
    pub fn code(&self, expr: &Expr) -> Code {
        Code { node: self.node(expr), span: expr.span }
    }

    pub(super) fn boxed(&self, expr: &Expr) -> Box<Code> {
        Box::new(self.code(expr))
    }

    pub(super) fn all(&self, of: &[Expr]) -> Box<[Code]> {
        of.iter().map(|expr| self.code(expr)).collect()
    }

    fn node(&self, expr: &Expr) -> Node {
        match &expr.kind {
            ExprKind::Const(value) => Node::Constant(value.clone()),
            ExprKind::Read(place) => self.place(place, expr.span),
            ExprKind::Parameter(at) => self.parameter(*at, expr.span),
            ExprKind::Scale { factor, of } => Node::Scale { factor: factor.clone(), of: self.boxed(of) },
            ExprKind::Arithmetic { op, left, right } => {
                Node::Arithmetic { op: *op, left: self.boxed(left), right: self.boxed(right) }
            }
            ExprKind::Negate(of) => Node::Negate(self.boxed(of)),
            ExprKind::Compare { op, left, right } => self.compare(*op, left, right),
            ExprKind::Not(of) => Node::Not(self.boxed(of)),
            ExprKind::Logic { op, left, right } => {
                Node::Logic { op: *op, left: self.boxed(left), right: self.boxed(right) }
            }
            ExprKind::OneOf { value, of } => match self.product_is(value, of) {
                Some(is) => Node::Constant(Value::Bool(is)),
                None => Node::OneOf { value: Box::new(self.key(value)), of: of.as_slice().into() },
            },
            ExprKind::Contains { set, value } => {
                Node::Contains { set: self.boxed(set), value: self.boxed(value) }
            }
            ExprKind::StartsWith { text, prefix } => {
                Node::StartsWith { text: self.boxed(text), prefix: self.boxed(prefix) }
            }
            ExprKind::If { condition, then, otherwise } => Node::If {
                condition: self.boxed(condition),
                then: self.boxed(then),
                otherwise: self.boxed(otherwise),
            },
            ExprKind::Switch { subject, cases, otherwise } => Node::Switch {
                subject: self.boxed(subject),
                cases: cases.iter().map(|(of, then)| (of.as_slice().into(), self.code(then))).collect(),
                otherwise: otherwise.as_ref().map(|expr| self.boxed(expr)),
            },
            ExprKind::Otherwise { value, fallback } => {
                Node::Otherwise { value: self.boxed(value), fallback: self.boxed(fallback) }
            }
            ExprKind::Given(of) => Node::Given(self.boxed(of)),
            ExprKind::Lookup { table, keys, column } => self.lookup(table, keys, *column, expr.span),
            ExprKind::Tier { tiers, quantity, tier_by, scaled_by } => match self.items.tiers.get(tiers) {
                None => missing(expr.span, tiers),
                Some(at) => Node::Tier {
                    tiers: *at,
                    quantity: self.boxed(quantity),
                    tier_by: tier_by.as_ref().map(|expr| self.boxed(expr)),
                    scaled_by: scaled_by.as_ref().map(|expr| self.boxed(expr)),
                },
            },
            ExprKind::Call { def, arguments } => match self.items.defs.get(def) {
                None => missing(expr.span, def),
                Some(at) => Node::Call { def: *at, arguments: self.all(arguments) },
            },
            ExprKind::Round { value, mode, step, offset } => Node::Round {
                value: self.boxed(value),
                mode: *mode,
                step: step.clone(),
                offset: offset.clone(),
            },
            ExprKind::Extreme { greatest, of } => Node::Extreme { greatest: *greatest, of: self.all(of) },
            ExprKind::Absolute(of) => Node::Absolute(self.boxed(of)),
            ExprKind::RoundedPower(of) => Node::RoundedPower(Box::new(RoundedPower {
                factor: self.code(&of.factor),
                base: self.code(&of.base),
                exponent: self.code(&of.exponent),
                logarithm: of.logarithm,
                mode: of.mode,
                step: of.step.clone(),
                offset: of.offset.clone(),
            })),
            ExprKind::Power { base, exponent } => {
                Node::Power { base: self.boxed(base), exponent: self.boxed(exponent) }
            }
            ExprKind::Days { from, to, through } => {
                Node::Days { from: self.boxed(from), to: self.boxed(to), through: *through }
            }
            ExprKind::AddTime { date, count, months } => {
                Node::AddTime { date: self.boxed(date), count: self.boxed(count), months: *months }
            }
            ExprKind::DatePart { part, date } => Node::DatePart { part: *part, date: self.boxed(date) },
            ExprKind::Convert { amount, from, to } => {
                Node::Convert { amount: self.boxed(amount), from: from.clone(), to: to.clone() }
            }
            ExprKind::Applied { level, step } => self.applied(*level, step, expr.span),
            ExprKind::Aggregate(own) => self.aggregate(own, expr.span),
        }
    }

    fn parameter(&self, at: u16, span: Span) -> Node {
        match self.operands {
            None => Node::Parameter(at),
            Some(operands) => match operands.get(usize::from(at)) {
                Some(cell) => Node::Read(Slot { frame: Frame::Line, at: *cell }),
                None => missing(span, "operand"),
            },
        }
    }

    fn lookup(&self, table: &Name, keys: &[Expr], column: u16, span: Span) -> Node {
        let Some(at) = self.items.tables.get(table) else { return missing(span, table) };
        match keys {
            [row] if matches!(row.ty.required(), Ty::Row(of) if of == table) => {
                Node::RowColumn { table: *at, column, row: self.boxed(row) }
            }
            _ => Node::Lookup { table: *at, column, keys: self.keys(keys) },
        }
    }

    /// Keys as the rows of a table hold them: rows of other tables by their keys.
    pub fn keys(&self, keys: &[Expr]) -> Box<[Code]> {
        keys.iter().map(|key| self.key(key)).collect()
    }

    fn key(&self, key: &Expr) -> Code {
        match key.ty.required() {
            Ty::Row(of) => match self.items.tables.get(of) {
                Some(table) => {
                    Code { node: Node::RowKey { table: *table, row: self.boxed(key) }, span: key.span }
                }
                None => Code { node: missing(key.span, of), span: key.span },
            },
            _ => self.code(key),
        }
    }

    /// A comparison; one with a margin is made without dividing.
    fn compare(&self, op: CompareOp, left: &Expr, right: &Expr) -> Node {
        if let (ExprKind::Const(value), true) =
            (&right.kind, matches!(op, CompareOp::Equal | CompareOp::NotEqual))
            && let Some(is) = self.product_is(left, std::slice::from_ref(value))
        {
            return Node::Constant(Value::Bool(is == (op == CompareOp::Equal)));
        }
        match (self.ratio(left), self.ratio(right)) {
            (Some(ratio), None) => Node::CompareRatio { ratio, op, bound: self.boxed(right) },
            (None, Some(ratio)) => Node::CompareRatio { ratio, op: op.mirrored(), bound: self.boxed(left) },
            _ => Node::Compare { op, left: Box::new(self.key(left)), right: Box::new(self.key(right)) },
        }
    }

    /// The margin or share off the list price that an expression is.
    fn ratio(&self, expr: &Expr) -> Option<Ratio> {
        match &expr.kind {
            ExprKind::Read(Place::Builtin { level, figure }) => self.ratio_of(*level, *figure),
            ExprKind::Read(Place::Element { depth, of: ElementPlace::Line(place), .. }) => match **place {
                Place::Builtin { level, figure: figure @ (Builtin::Margin | Builtin::OffList) } => {
                    let (_, outwards) = self.around(*depth)?;
                    Some(Ratio::OfLine { outwards, level, figure })
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn ratio_of(&self, level: Level, figure: Builtin) -> Option<Ratio> {
        let slot = |figure| self.slot(&Place::Builtin { level, figure });
        match figure {
            Builtin::Margin => {
                let net = slot(Builtin::Net)?;
                Some(Ratio::Own { left: net, right: slot(Builtin::Cost)?, below: net })
            }
            Builtin::OffList => {
                let list = slot(Builtin::List)?;
                Some(Ratio::Own { left: list, right: slot(Builtin::Net)?, below: list })
            }
            Builtin::List | Builtin::Cost | Builtin::Net => None,
        }
    }

    /// Whether the line's product, or its family, is one of these names; none where nothing is said of it.
    fn product_is(&self, value: &Expr, names: &[Value]) -> Option<bool> {
        let (_, product) = self.line?;
        if value.kind != ExprKind::Read(Place::Product) {
            return None;
        }
        let is = |name: &Value| match name {
            Value::Text(name) => *name == product.name || Some(name) == product.family.as_ref(),
            _ => false,
        };
        Some(names.iter().any(is))
    }

    fn place(&self, place: &Place, span: Span) -> Node {
        if let Place::Element { depth, of, .. } = place {
            return self.element(*depth, of, span, &self.text(place));
        }
        if let (Place::Product, Some((_, product))) = (place, self.line) {
            return Node::Constant(Value::Text(product.name.clone()));
        }
        if let Place::Builtin { level, figure } = place
            && let Some(ratio) = self.ratio_of(*level, *figure)
        {
            return Node::Ratio(ratio);
        }
        match self.slot(place) {
            Some(slot) => Node::Read(slot),
            None => missing(span, &self.text(place)),
        }
    }

    fn applied(&self, level: Level, step: &Name, span: Span) -> Node {
        let found = match level {
            Level::Quote => self.quote.find_applied(level, step).map(|at| (Frame::Quote, at)),
            _ => self.line.and_then(|(it, _)| it.find_applied(level, step)).map(|at| (Frame::Line, at)),
        };
        match found {
            Some((frame, at)) => Node::Read(Slot { frame, at }),
            None => missing(span, step),
        }
    }

    fn slot(&self, place: &Place) -> Option<Slot> {
        let (frame, layout) = match frame_of(place) {
            Frame::Inputs => (Frame::Inputs, self.inputs),
            Frame::Quote => (Frame::Quote, self.quote),
            Frame::Line => (Frame::Line, self.line?.0),
        };
        layout.find(place).map(|at| Slot { frame, at })
    }

    /// A place as it is written where the expression stands.
    fn text(&self, place: &Place) -> Name {
        let level = |level: Level, name: &str| -> Name {
            match (self.bare == Some(level), level) {
                (true, _) => name.into(),
                (false, Level::Unit) => format!("unit.{name}").into(),
                (false, Level::Line) => format!("line.{name}").into(),
                (false, Level::Quote) => format!("quote.{name}").into(),
            }
        };
        let of_line = |name: &Name| -> Name {
            match self.bare {
                Some(Level::Unit | Level::Line) => name.clone(),
                _ => format!("line.{name}").into(),
            }
        };
        match place {
            Place::AsOf => "as_of".into(),
            Place::Currency => "currency".into(),
            Place::Context { context, field } => format!("{context}.{field}").into(),
            Place::Fact(name) | Place::Index(name) | Place::Answer(name) => name.clone(),
            Place::Member(name) => of_line(name),
            Place::Quantity => of_line(&"quantity".into()),
            Place::Entry { level: Level::Quote, name } => level(Level::Quote, name),
            Place::Entry { name, .. } => of_line(name),
            Place::CostComponent { name, .. } => name.clone(),
            Place::Running(_) => "running".into(),
            Place::Figure { level: at, name } => level(*at, name),
            Place::Builtin { level: at, figure } => level(*at, figure.word()),
            Place::Product => "product".into(),
            Place::Bundle => "bundle".into(),
            Place::Element { element, of, .. } => match of {
                ElementPlace::Member(name) | ElementPlace::Field { name: Some(name), .. } => {
                    format!("{element}.{name}").into()
                }
                ElementPlace::Cost => format!("{element}.cost").into(),
                ElementPlace::Line(place) => {
                    let of_line = Names { bare: Some(Level::Line), ..*self }.text(place);
                    format!("{element}.{of_line}").into()
                }
                ElementPlace::Field { name: None, .. } | ElementPlace::Value => element.clone(),
                ElementPlace::Nth => "nth".into(),
                ElementPlace::Before { text, .. } => format!("before({text})").into(),
            },
        }
    }

    /// Adds what an expression reads, each place once.
    fn gather_reads(&self, expr: &Expr, reads: &mut Vec<Reading>) {
        let text: Option<Name> = match &expr.kind {
            ExprKind::Read(place) => Some(self.text(place)),
            ExprKind::Applied { step, .. } => Some(format!("applied({step})").into()),
            ExprKind::Aggregate(own) => Some(own.text.clone()),
            _ => None,
        };
        match text {
            Some(text) if !reads.iter().any(|it| it.text == text) => {
                let (code, ty, passes) = (self.code(expr), expr.ty.clone(), reads_passing_prices(expr));
                reads.push(Reading { text, code, ty, passes });
            }
            Some(_) => {}
            None => expr.for_each_operand(&mut |operand| self.gather_reads(operand, reads)),
        }
        if let ExprKind::Aggregate(_) = &expr.kind {
            expr.for_each_operand(&mut |operand| self.gather_from_within(operand, reads));
        }
    }

    /// Adds what an expression inside of an aggregate reads beside the elements.
    fn gather_from_within(&self, expr: &Expr, reads: &mut Vec<Reading>) {
        match &expr.kind {
            ExprKind::Read(Place::Element { .. }) => {}
            // The aggregate itself names the list.
            ExprKind::Read(_) if expr.ty.list().is_some() => {}
            ExprKind::Read(_) | ExprKind::Applied { .. } => self.gather_reads(expr, reads),
            _ => expr.for_each_operand(&mut |operand| self.gather_from_within(operand, reads)),
        }
    }

    /// Adds the comparisons of a condition, those behind `and`, `or`, `not` and `implies` too.
    fn gather_tests(&self, expr: &Expr, negated: bool, tests: &mut Vec<Test>) {
        match &expr.kind {
            ExprKind::Not(of) => self.gather_tests(of, !negated, tests),
            ExprKind::Logic { op, left, right } => {
                // `a implies b` is `not a or b`.
                self.gather_tests(left, negated != (*op == LogicOp::Implies), tests);
                self.gather_tests(right, negated, tests);
            }
            ExprKind::Compare { op, left, right } => {
                let constant = |expr: &Expr| matches!(expr.kind, ExprKind::Const(_));
                let (op, left, right) = match constant(left) && !constant(right) {
                    true => (op.mirrored(), right, left),
                    false => (*op, left, right),
                };
                let right_ty = right.ty.clone();
                self.add_test(left, Some(op), vec![self.code(right)], right_ty, negated, tests);
            }
            ExprKind::OneOf { value, of } => {
                let constants =
                    of.iter().map(|it| Code { node: Node::Constant(it.clone()), span: expr.span });
                let ty = value.ty.required().clone();
                self.add_test(value, None, constants.collect(), ty, negated, tests);
            }
            ExprKind::Contains { set, value } => {
                let ty = value.ty.clone();
                self.add_test(set, None, vec![self.code(value)], ty, negated, tests);
            }
            ExprKind::Read(_) | ExprKind::Applied { .. } | ExprKind::Aggregate(_) if expr.ty == Ty::Bool => {
                let yes = Code { node: Node::Constant(Value::Bool(true)), span: expr.span };
                self.add_test(expr, Some(CompareOp::Equal), vec![yes], Ty::Bool, negated, tests);
            }
            _ => {}
        }
    }

    /// Adds the tiers and bands that the line's quantity alone decides.
    fn gather_drivers(&self, expr: &Expr, drivers: &mut Vec<Driver>) {
        match &expr.kind {
            ExprKind::Tier { tiers, quantity, tier_by: None, scaled_by: None } => {
                if let (Some(factor), Some(at)) = (of_quantity(quantity), self.items.tiers.get(tiers)) {
                    drivers.push(Driver { factor, of: Driven::Tiers(*at) });
                }
            }
            ExprKind::Lookup { table, keys, .. } => {
                for (key, value) in keys.iter().enumerate() {
                    if let (Some(factor), Some(at)) = (of_quantity(value), self.items.tables.get(table)) {
                        let (lookup, ty) = (self.code(expr), expr.ty.clone());
                        drivers.push(Driver { factor, of: Driven::Table { table: *at, key, lookup, ty } });
                    }
                }
            }
            // What stands inside is worked out for each piece.
            ExprKind::Aggregate(_) => return,
            _ => {}
        }
        expr.for_each_operand(&mut |operand| self.gather_drivers(operand, drivers));
    }

    fn add_test(
        &self,
        left: &Expr,
        op: Option<CompareOp>,
        right: Vec<Code>,
        right_ty: Ty,
        negated: bool,
        tests: &mut Vec<Test>,
    ) {
        let mut reads = Vec::new();
        self.gather_reads(left, &mut reads);
        let what: Name = match (&left.kind, reads.as_slice()) {
            (ExprKind::Read(place), _) => self.text(place),
            // A value that a condition says is there is known by its name.
            (ExprKind::Otherwise { value, fallback }, [one, ..]) if value.kind == fallback.kind => {
                one.text.clone()
            }
            (ExprKind::Aggregate(own), _) => own.text.clone(),
            (ExprKind::Round { .. }, [one]) => format!("{}, rounded", one.text).into(),
            (_, []) => "the value".into(),
            (_, reads) => {
                let names: Vec<&str> = reads.iter().map(|it| &*it.text).collect();
                format!("what comes of {}", names.join(", ")).into()
            }
        };
        let left_ty = left.ty.clone();
        tests.push(Test { what, left: self.code(left), left_ty, op, right, right_ty, negated });
    }
}

/// What the line's quantity is multiplied with, if an expression is just that.
fn of_quantity(expr: &Expr) -> Option<Exact> {
    match &expr.kind {
        ExprKind::Read(Place::Quantity) => Some(Exact::ONE),
        ExprKind::Scale { factor, of } if matches!(of.kind, ExprKind::Read(Place::Quantity)) => {
            Some(factor.clone())
        }
        _ => None,
    }
}

/// The frame that holds a place.
fn frame_of(place: &Place) -> Frame {
    match place {
        Place::AsOf | Place::Currency | Place::Context { .. } | Place::Fact(_) | Place::Index(_) => {
            Frame::Inputs
        }
        Place::Entry { level: Level::Quote, .. } => Frame::Inputs,
        Place::Running(Level::Quote)
        | Place::Figure { level: Level::Quote, .. }
        | Place::Builtin { level: Level::Quote, .. } => Frame::Quote,
        _ => Frame::Line,
    }
}

pub(super) fn missing(span: Span, name: &str) -> Node {
    Node::Missing(broken(span, &format!("there is no `{name}` here")))
}

/// How deep the evaluation of an expression goes, given that of the functions that it calls.
pub(super) fn depth(expr: &Expr, depths: &HashMap<Name, usize>) -> usize {
    let mut below = match &expr.kind {
        ExprKind::Call { def, .. } => depths.get(def).copied().unwrap_or(0),
        _ => 0,
    };
    expr.for_each_operand(&mut |operand| below = below.max(depth(operand, depths)));
    below.saturating_add(1)
}

/// Whether an expression goes through lines and reads their prices as they stand.
fn reads_passing_prices(expr: &Expr) -> bool {
    let ExprKind::Aggregate(_) = &expr.kind else { return false };
    let (mut waiting, mut found) = (vec![expr], false);
    while let Some(expr) = waiting.pop() {
        if let ExprKind::Read(Place::Element { of: ElementPlace::Line(place), .. }) = &expr.kind {
            found |= matches!(**place, Place::Running(_));
        }
        expr.for_each_operand(&mut |operand| waiting.push(operand));
    }
    found
}
