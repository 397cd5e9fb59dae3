//! Whether an amount always is a multiple of a step, so that no rounding is undone by it.

use std::cell::Cell;

use super::nets::lines_lie_on;
use super::reach::is_whole;
use crate::check::Signatures;
use crate::check::bodies::{Bodies, Whole};
use crate::ir::{
    AggregateKind, ArithmeticOp, Builtin, CompareOp, Domain, ElementPlace, Expr, ExprKind, Level, LogicOp,
    Name, NumberKind, PerCurrency, Place, RoundTo, TierMode, TierPer, TierRow, Value,
};
use crate::value::Exact;

/// The multiples of a step, moved by an offset: 0.99, 1.99, 2.99 for a step of 1 with offset −0.01.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Steps {
    step: PerCurrency,
    offset: PerCurrency,
    /// Only requests in the currency at this position are looked at.
    currency: Option<u16>,
    /// The steps are those of the smallest unit that is paid.
    of_paid_amounts: bool,
    /// Figures of the section that lie on the grid.
    figures: Vec<(Level, Name)>,
}

impl Steps {
    /// Whether an expression certainly lies on the steps, for some products, with what is known of bodies.
    pub(in crate::check) fn hold(
        &self,
        expr: &Expr,
        products: &[Name],
        signatures: &Signatures,
        bodies: Bodies<'_>,
    ) -> bool {
        Grid { steps: self.clone(), signatures }.holds_with(expr, products, bodies)
    }
}

/// Steps, and what is declared of what expressions read.
#[derive(Clone, Debug)]
pub(super) struct Grid<'a> {
    pub(super) steps: Steps,
    signatures: &'a Signatures,
}

/// So many parts of expressions are looked at for one answer; bodies are looked into again and again.
const MOST_PARTS: u32 = 100_000;

/// An expression under a grid: with what is known of bodies, and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Look<'e> {
    pub(super) grid: &'e Grid<'e>,
    pub(super) bodies: Bodies<'e>,
    pub(super) products: &'e [Name],
    /// In the waterfall of a product: whether its price so far lies on the grid.
    pub(super) own: Option<bool>,
    /// In the body of a function the arguments of the call, and where the call stands.
    pub(super) arguments: Option<(&'e [Expr], &'e Look<'e>)>,
    pub(super) left: &'e Cell<u32>,
}

impl<'a> Grid<'a> {
    /// The amounts that can be paid: multiples of a currency's smallest unit.
    pub(super) fn of_paid(minor: Exact, signatures: &'a Signatures) -> Grid<'a> {
        let (step, offset) = (PerCurrency::Same(minor), PerCurrency::ZERO);
        let steps = Steps { step, offset, currency: None, of_paid_amounts: true, figures: Vec::new() };
        Grid { steps, signatures }
    }

    /// The amounts that can be paid in the currency at a position of the book.
    pub(super) fn of_paid_in(at: u16, minor: Exact, signatures: &'a Signatures) -> Grid<'a> {
        let mut grid = Grid::of_paid(minor, signatures);
        grid.steps.currency = Some(at);
        grid
    }

    pub(super) fn of_rounding(round: &RoundTo, signatures: &'a Signatures) -> Grid<'a> {
        let (step, offset) = (round.step.clone(), round.offset.clone());
        let steps = Steps { step, offset, currency: None, of_paid_amounts: false, figures: Vec::new() };
        Grid { steps, signatures }
    }

    /// The same grid, with nothing known of figures.
    pub(super) fn without_figures(&self) -> Grid<'a> {
        let mut grid = self.clone();
        grid.steps.figures.clear();
        grid
    }

    /// Remembers that a figure lies on the grid.
    pub(super) fn add_figure(&mut self, level: Level, name: Name) {
        self.steps.figures.push((level, name));
    }

    /// Whether a figure is known to lie on the grid.
    pub(super) fn has_figure(&self, level: Level, name: &Name) -> bool {
        self.steps.figures.iter().any(|(of, known)| *of == level && known == name)
    }

    /// Whether a number is one of the grid, in every currency.
    pub(super) fn has(&self, value: &PerCurrency) -> bool {
        self.all(value, |value, step, offset| {
            value.checked_sub(offset).is_ok_and(|moved| is_multiple(&moved, step))
        })
    }

    /// Whether a step is a multiple of the grid's, in every currency.
    pub(super) fn has_step(&self, value: &PerCurrency) -> bool {
        self.all(value, |value, step, _| is_multiple(value, step))
    }

    fn all(&self, value: &PerCurrency, fits: impl Fn(&Exact, &Exact, &Exact) -> bool) -> bool {
        let fits_in = |at: u16| {
            fits(value.in_currency(at), self.steps.step.in_currency(at), self.steps.offset.in_currency(at))
        };
        let count = [value, &self.steps.step, &self.steps.offset]
            .map(|it| it.all().len())
            .into_iter()
            .max()
            .unwrap_or(1);
        match self.steps.currency {
            Some(at) => fits_in(at),
            None => (0..count).filter_map(|at| u16::try_from(at).ok()).all(fits_in),
        }
    }

    fn has_number(&self, value: &Exact) -> bool {
        self.has(&PerCurrency::Same(value.clone()))
    }

    /// Whether the expression certainly is a number of the grid.
    pub(super) fn holds(&self, expr: &Expr) -> bool {
        self.holds_with(expr, &[], Bodies::Hidden { fine: false })
    }

    /// Whether the expression may be one of the grid always, if bodies that are not known here are so.
    pub(super) fn may_hold(&self, expr: &Expr) -> bool {
        self.holds_with(expr, &[], Bodies::Hidden { fine: true })
    }

    fn holds_with(&self, expr: &Expr, products: &[Name], bodies: Bodies<'_>) -> bool {
        let left = Cell::new(MOST_PARTS);
        Look { grid: self, bodies, products, own: None, arguments: None, left: &left }.holds(expr)
    }

    /// Whether the expression certainly is a multiple of the step, so that a number of the grid stays one.
    pub(super) fn keeps(&self, expr: &Expr) -> bool {
        let mut grid = self.clone();
        grid.steps.offset = PerCurrency::ZERO;
        grid.holds(expr)
    }

    /// What a condition is for requests in the currency that is looked at, where that decides it.
    pub(super) fn decides(&self, condition: &Expr) -> Option<bool> {
        let here = Value::Choice(self.steps.currency?);
        match &condition.kind {
            ExprKind::Compare { op, left, right } => {
                let other = match (reads_currency(left), reads_currency(right)) {
                    (true, false) => right,
                    (false, true) => left,
                    _ => return None,
                };
                let ExprKind::Const(other) = &other.kind else { return None };
                match op {
                    CompareOp::Equal => Some(*other == here),
                    CompareOp::NotEqual => Some(*other != here),
                    _ => None,
                }
            }
            ExprKind::OneOf { value, of } if reads_currency(value) => Some(of.contains(&here)),
            ExprKind::Not(of) => self.decides(of).map(|it| !it),
            ExprKind::Logic { op, left, right } => match (op, self.decides(left), self.decides(right)) {
                (LogicOp::And, Some(false), _) | (LogicOp::And, _, Some(false)) => Some(false),
                (LogicOp::And, Some(true), Some(true)) => Some(true),
                (LogicOp::Or, Some(true), _) | (LogicOp::Or, _, Some(true)) => Some(true),
                (LogicOp::Or, Some(false), Some(false)) => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// What a salesperson types. An amount is typed as it is paid.
    fn holds_typed(&self, domain: &Domain) -> bool {
        self.holds_domain(domain).unwrap_or(self.steps.of_paid_amounts)
    }

    /// Whether all values of a domain that is written out lie on the grid; none for one that is not.
    fn holds_domain(&self, domain: &Domain) -> Option<bool> {
        match domain {
            Domain::Range { from, step: Some(step), .. } => {
                Some(self.has_number(from) && self.has_step(&PerCurrency::Same(step.clone())))
            }
            Domain::Numbers(values) => Some(values.iter().all(|(value, _)| self.has_number(value))),
            Domain::Range { .. } | Domain::All => None,
        }
    }
}

impl Look<'_> {
    pub(super) fn holds(&self, expr: &Expr) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        if left == 0 {
            return false;
        }
        match &expr.kind {
            ExprKind::Const(Value::Number(value)) => self.grid.has_number(value),
            ExprKind::Round { step, offset, .. } => self.grid.has_step(step) && self.grid.has(offset),
            ExprKind::RoundedPower(of) => self.grid.has_step(&of.step) && self.grid.has(&of.offset),
            ExprKind::If { condition, then, otherwise } => match self.grid.decides(condition) {
                Some(true) => self.holds(then),
                Some(false) => self.holds(otherwise),
                None => self.holds(then) && self.holds(otherwise),
            },
            ExprKind::Otherwise { value, fallback } => self.holds(value) && self.holds(fallback),
            ExprKind::Switch { subject, cases, otherwise } => {
                let here = self.grid.steps.currency.map(Value::Choice).filter(|_| reads_currency(subject));
                let case = here.and_then(|here| cases.iter().find(|(of, _)| of.contains(&here)));
                match case {
                    Some((_, result)) => self.holds(result),
                    None => {
                        let results = cases.iter().map(|(_, result)| result);
                        results.chain(otherwise.as_deref()).all(|it| self.holds(it))
                    }
                }
            }
            ExprKind::Extreme { of, .. } => of.iter().all(|it| self.holds(it)),
            ExprKind::Read(place) => self.holds_input(place),
            ExprKind::Lookup { table, column, .. } => self.holds_cells(table, *column),
            ExprKind::Tier { tiers, quantity, scaled_by, .. } => {
                self.holds_tiers(tiers, quantity, scaled_by.is_some())
            }
            ExprKind::Call { def, arguments } => match self.bodies {
                Bodies::Hidden { fine } => fine,
                Bodies::Shown(whole) => {
                    let inner = Look { products: &[], arguments: Some((arguments, self)), ..*self };
                    whole.def(def).is_some_and(|body| inner.holds(body))
                }
            },
            ExprKind::Parameter(at) => self.arguments.is_some_and(|(arguments, outer)| {
                arguments.get(usize::from(*at)).is_some_and(|argument| outer.holds(argument))
            }),
            _ => self.grid.steps.offset.is_zero() && self.holds_combination(expr),
        }
    }

    /// What a table gives for whatever keys.
    fn holds_cells(&self, table: &Name, column: u16) -> bool {
        match self.bodies {
            Bodies::Hidden { fine } => fine,
            Bodies::Shown(whole) => whole.cells(table, column).is_some_and(|(sums, mut cells)| {
                (!sums || self.grid.steps.offset.is_zero()) && cells.all(|cell| self.grid.has_number(cell))
            }),
        }
    }

    /// What a tier scheme gives for whatever quantity.
    fn holds_tiers(&self, tiers: &Name, quantity: &Expr, scaled: bool) -> bool {
        let tiers = match self.bodies {
            Bodies::Hidden { fine } => return fine,
            Bodies::Shown(whole) => whole.tiers(tiers),
        };
        let Some(tiers) = tiers else { return false };
        let adds_up = tiers.mode == TierMode::Graduated;
        let counts = is_whole(quantity) && !(adds_up && scaled);
        let fits = |row: &TierRow| match row {
            TierRow::Refuse(_) => true,
            TierRow::Value(Value::Number(value)) => !adds_up && self.grid.has_number(value),
            TierRow::Value(_) => false,
            TierRow::Price { flat, unit } => {
                let fits = match unit {
                    None => true,
                    Some((_, TierPer::Share)) => false,
                    Some((price, TierPer::Each)) => counts && self.grid.has_number(price),
                    Some((price, TierPer::Started(_) | TierPer::Full(_))) => self.grid.has_number(price),
                };
                fits && self.grid.has_number(flat)
            }
        };
        let mut rows = tiers
            .versions
            .iter()
            .flat_map(|version| version.tiers.iter().map(|tier| &tier.row).chain(&version.zero));
        self.grid.steps.offset.is_zero() && rows.all(fits)
    }

    /// Sums, and whole numbers of multiples, are multiples again. A chain of operators leans left: it is
    /// walked in a loop, however long it is.
    fn holds_combination(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Negate(inner) | ExprKind::Absolute(inner) => self.holds(inner),
            ExprKind::Scale { factor, of } => factor.is_integer() && self.holds(of),
            ExprKind::Arithmetic { .. } => self.holds_chain(expr),
            ExprKind::Aggregate(own) if own.kind == AggregateKind::Sum => {
                own.body.as_ref().is_some_and(|body| self.holds(body))
            }
            _ => false,
        }
    }

    fn holds_chain(&self, expr: &Expr) -> bool {
        let (mut pending, mut rest) = (Vec::new(), expr);
        while let ExprKind::Arithmetic { op, left, right } = &rest.kind {
            pending.push((*op, left, right));
            rest = left;
        }
        pending.into_iter().rev().fold(self.holds(rest), |held, (op, left, right)| match op {
            ArithmeticOp::Add | ArithmeticOp::Subtract => held && self.holds(right),
            ArithmeticOp::Multiply => held && is_whole(right) || is_whole(left) && self.holds(right),
            ArithmeticOp::Divide => false,
        })
    }

    fn holds_input(&self, place: &Place) -> bool {
        match place {
            Place::Entry { level: Level::Quote, name } => {
                let entry = self.grid.signatures.quote.entries.get(name);
                entry.is_some_and(|entry| self.grid.holds_typed(&entry.domain))
            }
            Place::Entry { level: Level::Line, name } => self.holds_entry(name),
            Place::Fact(name) => {
                let fact = self.grid.signatures.facts.get(name);
                fact.is_some_and(|fact| self.grid.holds_domain(&fact.domain) == Some(true))
            }
            Place::Context { context, field } => {
                let context = self.grid.signatures.contexts.get(context);
                let field = context.and_then(|context| context.fields.get(field));
                field.is_some_and(|field| self.grid.holds_domain(&field.domain) == Some(true))
            }
            Place::Figure { level: Level::Quote, name } if &**name == "total" => self.holds_running(),
            Place::Figure { level, name } => self.grid.has_figure(*level, name),
            Place::Member(name) => self.holds_let(name),
            Place::Running(_) => self.own.unwrap_or_else(|| self.holds_running()),
            Place::Builtin { level, figure: Builtin::Net } if self.own.is_none() && *level != Level::Unit => {
                self.holds_running()
            }
            Place::Builtin { level, figure: figure @ (Builtin::Net | Builtin::List) } => {
                self.grid.has_figure(*level, &figure.word().into())
            }
            Place::Element { of: ElementPlace::Line(place), .. } => match self.bodies {
                Bodies::Hidden { fine } => fine,
                Bodies::Shown(whole) => Look { products: whole.names(), ..*self }.holds_input(place),
            },
            _ => false,
        }
    }

    /// The price so far of a line or of the quote. What the quote's steps add is asked to be payable, step by
    /// step: so the lines decide.
    fn holds_running(&self) -> bool {
        // Only the quote asks for what is paid.
        self.grid.steps.of_paid_amounts
            && self.own.is_none()
            && match self.bodies {
                Bodies::Hidden { fine } => fine,
                Bodies::Shown(whole) => lines_lie_on(self, whole),
            }
    }

    /// What a salesperson types for a line, in all waterfalls that have it.
    fn holds_entry(&self, name: &Name) -> bool {
        let signatures = self.grid.signatures;
        let mut entries = signatures.prices.values().filter_map(|price| price.entries.get(name));
        entries.all(|entry| self.grid.holds_typed(&entry.domain))
    }

    /// Whether all products of a waterfall are sold in whole units.
    pub(super) fn whole_units(&self, whole: &Whole<'_>, target: &Name) -> bool {
        let products = whole.names().iter().filter_map(|name| {
            let product = self.grid.signatures.products.get(name)?;
            (name == target || product.family.as_ref() == Some(target)).then_some(product)
        });
        let mut kinds = products.map(|product| product.quantity.kind);
        kinds.all(|kind| kind == NumberKind::Int)
    }

    /// An option whose values are written out.
    fn holds_option(&self, product: &Name, name: &Name) -> bool {
        let members = self.grid.signatures.products.get(product).map(|product| &product.members);
        let option = members.and_then(|members| members.get(name)).filter(|member| member.option);
        option.is_some_and(|option| self.grid.holds_domain(&option.input.domain) == Some(true))
    }

    /// A let, or an option, of all products concerned.
    fn holds_let(&self, name: &Name) -> bool {
        let whole = match self.bodies {
            Bodies::Hidden { fine } => return fine,
            Bodies::Shown(whole) => whole,
        };
        let of = self.products.iter();
        let mut of = of.filter(|product| {
            self.grid.signatures.products.get(*product).is_some_and(|it| it.members.contains_key(name))
        });
        of.all(|product| {
            let products = std::slice::from_ref(product);
            let inner = Look { products, arguments: None, ..*self };
            match whole.named_value(product, name) {
                Some(body) => inner.holds(body),
                None => self.holds_option(product, name),
            }
        })
    }
}

fn is_multiple(value: &Exact, step: &Exact) -> bool {
    value.checked_div(step).is_ok_and(|times| times.is_integer())
}

fn reads_currency(expr: &Expr) -> bool {
    expr.kind == ExprKind::Read(Place::Currency)
}
