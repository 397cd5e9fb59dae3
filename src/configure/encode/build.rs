//! From expressions of the book to terms: names become axes, lets and functions are entered.

use super::Encoder;
use super::home::HomeId;
use super::shell::shell;
use super::term::{Node, Operands, Size, TermId};
use super::why::Why;
use crate::ir::{Expr, ExprKind, KeyMatch, Level, Name, PerCurrency, Place, Reach, Table, Ty, Value};
use crate::source::Span;
use crate::value::Rounding;

/// How deep expressions are entered, functions included.
const MAX_DEPTH: usize = 300;

/// An expression on its way to a term.
#[derive(Clone, Copy)]
pub(super) struct Entering<'a> {
    /// The product that it is written in.
    pub home: HomeId,
    /// The pieces that the aggregates around it are at, the outermost first.
    pub elements: &'a [HomeId],
    /// The arguments of the function that it is written in.
    pub arguments: &'a [TermId],
    /// How deep it stands.
    pub depth: usize,
}

impl Encoder {
    /// The term of an expression of a product.
    pub fn term(&mut self, expr: &Expr, home: HomeId) -> Result<TermId, Why> {
        if self.probe.bench().too_deep(expr).is_some() {
            return Ok(self.terms.constant(None, &expr.ty));
        }
        self.enter(expr, Entering { home, elements: &[], arguments: &[], depth: 0 })
    }

    pub(super) fn enter(&mut self, expr: &Expr, at: Entering<'_>) -> Result<TermId, Why> {
        if at.depth > MAX_DEPTH {
            return Err(Why::Depth);
        }
        let below = Entering { depth: at.depth + 1, ..at };
        match &expr.kind {
            ExprKind::Const(value) => Ok(self.terms.constant(Some(value.clone()), &expr.ty)),
            ExprKind::Read(place) => self.read(place, at),
            ExprKind::Aggregate(own) => self.aggregate(own, expr, below),
            ExprKind::Parameter(position) => {
                at.arguments.get(usize::from(*position)).copied().ok_or(Why::Figure)
            }
            ExprKind::Call { def, arguments } => self.call(def, arguments, expr, below),
            ExprKind::Round { value, mode, step, offset }
                if step.same().is_none() || offset.same().is_none() =>
            {
                let value = self.enter(value, below)?;
                self.rounded_by_currency((value, *mode), step, offset, expr)
            }
            ExprKind::RoundedPower(of) if of.step.same().is_none() || of.offset.same().is_none() => {
                Err(Why::Rate)
            }
            ExprKind::Convert { amount, from, to } if from == to => self.enter(amount, below),
            ExprKind::Convert { .. } => Err(Why::Rate),
            ExprKind::Applied { .. } => Err(Why::Figure),
            ExprKind::OneOf { value: of, .. } | ExprKind::Compare { left: of, .. }
                if of.kind == ExprKind::Read(Place::Product) =>
            {
                let product = self
                    .home(at.home)
                    .and_then(|home| self.probe.bench().plan().find_product(&home.product.name));
                let value = self.probe.bench().fixed(expr, product).ok();
                Ok(self.terms.constant(value, &expr.ty))
            }
            ExprKind::Contains { set, value } => self.contains(expr, set, value, below),
            _ => {
                let mut operands = Operands::new();
                let mut outcome = Ok(());
                expr.for_each_operand(&mut |operand| {
                    if outcome.is_ok() {
                        outcome = self.enter(operand, below).map(|term| operands.push(term));
                    }
                });
                outcome?;
                self.form(expr, operands)
            }
        }
    }

    /// A form of the book with its operands.
    fn form(&mut self, expr: &Expr, operands: Operands) -> Result<TermId, Why> {
        let texts = match &expr.kind {
            ExprKind::Compare { .. } => operands.iter().all(|it| self.is_open_text(*it)),
            ExprKind::StartsWith { .. } => operands.get(1).is_none_or(|it| self.is_open_text(*it)),
            _ => false,
        };
        if texts {
            return Err(Why::Texts);
        }
        if let ExprKind::Given(_) = &expr.kind
            && let [of] = operands.as_slice()
            && let Some(term) = self.terms.get(*of)
            && term.node == Node::Set
            && let Some(present) = term.operands.first()
        {
            return Ok(*present);
        }
        let fails = self.fails_itself(expr, &operands);
        if let ExprKind::Lookup { table, column, .. } = &expr.kind {
            self.measure(table, *column);
        }
        let node = Node::Form(shell(expr));
        Ok(self.terms.form(node, operands, &expr.ty, expr.span, fails))
    }

    fn is_open_text(&self, term: TermId) -> bool {
        self.terms.get(term).is_some_and(|term| *term.ty.required() == Ty::Text && !term.scope.is_empty())
    }

    /// Whether one element is in a set is the value of the element's own axis.
    fn contains(&mut self, expr: &Expr, set: &Expr, value: &Expr, at: Entering<'_>) -> Result<TermId, Why> {
        let (set, value) = (self.enter(set, at)?, self.enter(value, at)?);
        if let Some(term) = self.terms.get(set)
            && term.node == Node::Set
            && let Some(Some(Value::Choice(element))) = self.terms.constant_of(value)
        {
            let element = term.operands.get(usize::from(*element) + 1).copied();
            return Ok(element.unwrap_or_else(|| self.terms.constant(Some(Value::Bool(false)), &Ty::Bool)));
        }
        self.form(expr, Operands::from_slice(&[set, value]))
    }

    /// A function is entered with its arguments; those that may come to nothing are asked for first.
    fn call(&mut self, def: &Name, arguments: &[Expr], expr: &Expr, at: Entering<'_>) -> Result<TermId, Why> {
        let arguments =
            arguments.iter().map(|argument| self.enter(argument, at)).collect::<Result<Vec<_>, _>>()?;
        let key = (def.clone(), arguments);
        if let Some(known) = self.called.get(&key) {
            return *known;
        }
        let book = self.book.clone();
        let position = *self.defs.get(def).ok_or(Why::Figure)?;
        let body = &book.defs.get(position).ok_or(Why::Figure)?.body.expr;
        let inside = Entering { arguments: &key.1, elements: &[], ..at };
        let mut result = self.enter(body, inside);
        if let Ok(mut term) = result {
            for argument in key.1.iter().rev() {
                if self.terms.get(*argument).is_some_and(|it| it.may_fail) {
                    term = self.asked_first(*argument, term, expr);
                }
            }
            result = Ok(term);
        }
        self.called.insert(key, result);
        result
    }

    /// A term that comes to nothing where another does: `if given(first) then term else term`.
    fn asked_first(&mut self, first: TermId, term: TermId, expr: &Expr) -> TermId {
        let first_ty = self.terms.get(first).map_or(Ty::Bool, |it| it.ty.clone());
        let parameter =
            |at: u16, ty: &Ty| Expr { kind: ExprKind::Parameter(at), ty: ty.clone(), span: Span::default() };
        let given = ExprKind::Given(Box::new(parameter(0, &first_ty)));
        let condition =
            self.terms.form(Node::Form(given), Operands::from_slice(&[first]), &Ty::Bool, expr.span, false);
        let choice = ExprKind::If {
            condition: Box::new(parameter(0, &Ty::Bool)),
            then: Box::new(parameter(1, &expr.ty)),
            otherwise: Box::new(parameter(2, &expr.ty)),
        };
        let operands = Operands::from_slice(&[condition, term, term]);
        self.terms.form(Node::Form(choice), operands, &expr.ty, expr.span, false)
    }

    /// A rounding whose step follows from the request's currency: `by currency { … }` of plain roundings.
    fn rounded_by_currency(
        &mut self,
        (value, mode): (TermId, Rounding),
        step: &PerCurrency,
        offset: &PerCurrency,
        expr: &Expr,
    ) -> Result<TermId, Why> {
        let currency = self.input(&Place::Currency)?;
        let currency_ty = self.terms.get(currency).map_or(Ty::Bool, |it| it.ty.clone());
        let parameter =
            |at: u16, ty: &Ty| Expr { kind: ExprKind::Parameter(at), ty: ty.clone(), span: Span::default() };
        let mut operands = Operands::from_slice(&[currency]);
        let mut cases = Vec::new();
        let count = u16::try_from(step.all().len().max(offset.all().len())).map_err(|_| Why::Combinations)?;
        for at in 0..count {
            let round = ExprKind::Round {
                value: Box::new(parameter(0, &expr.ty)),
                mode,
                step: step.in_currency(at).clone().into(),
                offset: offset.in_currency(at).clone().into(),
            };
            let of = Operands::from_slice(&[value]);
            operands.push(self.terms.form(Node::Form(round), of, &expr.ty, expr.span, false));
            cases.push((vec![Value::Choice(at)], parameter(at.saturating_add(1), &expr.ty)));
        }
        let subject = Box::new(parameter(0, &currency_ty));
        let switch = ExprKind::Switch { subject, cases, otherwise: None };
        Ok(self.terms.form(Node::Form(switch), operands, &expr.ty, expr.span, false))
    }

    fn read(&mut self, place: &Place, at: Entering<'_>) -> Result<TermId, Why> {
        let home = self.home(at.home).ok_or(Why::Figure)?;
        match place {
            Place::AsOf => {
                let day = Value::Date(self.probe.bench().day().as_of);
                Ok(self.terms.constant(Some(day), &Ty::Date))
            }
            Place::Member(name) => {
                let why = || home.unknown.get(name).copied().unwrap_or(Why::Figure);
                home.members.get(name).copied().ok_or_else(why)
            }
            Place::Answer(name) => home.answers.get(name).copied().ok_or(Why::Figure),
            Place::Quantity => home.quantity.ok_or(Why::Figure),
            Place::CostComponent { level: Level::Unit, name } => {
                let known = home.cost.as_ref().and_then(|(components, _)| components.get(name));
                known.copied().ok_or(Why::Figure)
            }
            Place::Element { depth, of, .. } => self.of_element(*depth, of, at),
            Place::Product => {
                let name = Value::Text(home.product.name.clone());
                Ok(self.terms.constant(Some(name), &Ty::Text))
            }
            Place::Context { .. } | Place::Fact(_) | Place::Index(_) | Place::Currency => self.input(place),
            _ => Err(Why::Figure),
        }
    }

    /// Whether a form may come to nothing though its operands do not, overflow aside.
    fn fails_itself(&self, expr: &Expr, operands: &[TermId]) -> bool {
        match &expr.kind {
            ExprKind::Arithmetic { op, .. } => {
                operands.get(1).is_none_or(|divisor| !self.terms.divides(*op, *divisor))
            }
            ExprKind::Lookup { table, keys, column } => self.lookup_fails(table, keys, *column),
            ExprKind::Tier { .. } | ExprKind::AddTime { .. } | ExprKind::Power { .. } => true,
            ExprKind::RoundedPower(_) => true,
            ExprKind::Switch { subject, otherwise, .. } => {
                otherwise.is_none() && matches!(subject.ty, Ty::Optional(_))
            }
            _ => false,
        }
    }

    fn lookup_fails(&self, table: &Name, keys: &[Expr], column: u16) -> bool {
        let plan = self.probe.bench().plan();
        let Some(found) = plan.find_table(table) else { return true };
        let Some(version) = found.version_on(self.day) else { return !found.table.optional };
        if self.has_gaps(&found.table, version, column) {
            return true;
        }
        let names_a_row = matches!(keys, [row] if matches!(row.ty.required(), Ty::Row(of) if of == table));
        let whole = found.table.versions.get(version).is_some_and(|version| {
            names_a_row
                || version.rows.otherwise.is_some()
                || version.reach.iter().all(|reach| *reach == Reach::All)
        });
        !found.table.optional && (!whole || may_lack_key(&found.table, keys))
    }

    /// Whether a column has an `n/a`.
    fn has_gaps(&self, table: &Table, version: usize, column: u16) -> bool {
        let key = (table.name.clone(), column);
        if let Some(known) = self.gaps.borrow().get(&key) {
            return *known;
        }
        let gaps = table.versions.get(version).is_none_or(|version| {
            let column = usize::from(column);
            let values = version.rows.values.get(column);
            let rest = version.rows.otherwise.as_ref().and_then(|row| row.get(column));
            values.is_none_or(|values| values.iter().any(Option::is_none)) || rest == Some(&None)
        });
        self.gaps.borrow_mut().insert(key, gaps);
        gaps
    }

    /// Looks how long the numbers of a column are.
    fn measure(&mut self, table: &Name, column: u16) {
        let key = (table.clone(), column);
        if self.terms.columns.contains_key(&key) {
            return;
        }
        let plan = self.probe.bench().plan();
        let rows = plan.find_table(table).and_then(|found| found.rows(found.version_on(self.day)?));
        let Some(rows) = rows else { return };
        let listed = rows.values.get(usize::from(column)).map_or(&[][..], |values| values);
        let rest = rows.otherwise.as_ref().and_then(|row| row.get(usize::from(column)));
        let sizes = listed.iter().chain(rest).flatten().map(|value| match value {
            Value::Number(number) => Size::of(number),
            _ => Size::SMALL,
        });
        let size = sizes.fold(Size::SMALL, Size::or);
        self.terms.columns.insert(key, size);
    }

    /// The texts that terms can tell from others, and the beginnings that they ask for.
    pub fn named_texts(&self) -> (Vec<Name>, Vec<Name>) {
        let (mut texts, mut beginnings) = (Vec::new(), Vec::new());
        let mut add = |value: &Value| {
            if let Value::Text(text) = value {
                texts.push(text.clone());
            }
        };
        let plan = self.probe.bench().plan();
        let mut tables: Vec<&Name> = Vec::new();
        for term in self.terms.iter() {
            match &term.node {
                Node::Constant(Some(value)) => add(value),
                Node::Form(ExprKind::OneOf { of, .. }) => of.iter().for_each(&mut add),
                Node::Form(ExprKind::Switch { cases, .. }) => {
                    cases.iter().flat_map(|(of, _)| of).for_each(&mut add);
                }
                Node::Form(ExprKind::Lookup { table, .. }) | Node::Row { table, .. }
                    if !tables.contains(&table) && term.operands.iter().any(|it| self.is_open_text(*it)) =>
                {
                    tables.push(table);
                }
                Node::Form(ExprKind::StartsWith { .. }) => {
                    let prefix = term.operands.get(1).and_then(|it| self.terms.constant_of(*it));
                    if let Some(Some(Value::Text(prefix))) = prefix {
                        beginnings.push(prefix.clone());
                    }
                }
                _ => {}
            }
        }
        for table in tables {
            let found = plan.find_table(table);
            let rows = found.and_then(|found| found.rows(found.version_on(self.day)?));
            for key in rows.map_or(&[][..], |rows| &rows.keys).iter().flatten() {
                match key {
                    KeyMatch::One(value) => add(value),
                    KeyMatch::OneOf(values) => values.iter().for_each(&mut add),
                    KeyMatch::Starts(of) => beginnings.extend(of.iter().cloned()),
                    KeyMatch::Any | KeyMatch::Band(_) => {}
                }
            }
        }
        for all in [&mut texts, &mut beginnings] {
            all.sort_unstable();
            all.dedup();
        }
        (texts, beginnings)
    }
}

/// Whether a key can be missing that rows have no answer for.
fn may_lack_key(table: &Table, keys: &[Expr]) -> bool {
    let is_optional = |ty: &Ty| matches!(ty, Ty::Optional(_));
    keys.iter().zip(&table.keys).any(|(key, of)| is_optional(&key.ty) && !is_optional(&of.ty))
}
