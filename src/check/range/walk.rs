//! The range of every expression, found from the inside out; calls are checked on the way.

use std::collections::HashMap;

use super::elements::{self, Around};
use super::interval::{End, Range, day_number};
use super::{Facts, Found, calls, errors};
use crate::ir::{
    ArithmeticOp, CostComponent, Expr, ExprKind, Formula, Input, Let, Level, LogicOp, Name, NumberKind,
    PerCurrency, Place, Price, Product, RoundedPower, Ty,
};
use crate::source::{Span, limits};
use crate::value::{Exact, Rounding};

/// Beyond this depth, of expressions and of the functions that they call, nothing is said: the stack is
/// finite, and what is not proved is refused when a quote is made.
const MAX_DEPTH: usize = 250;

/// Goes through the expressions of one product, or of the quote as a whole.
pub(super) struct Walker<'b, 'f> {
    pub(super) facts: &'b Facts<'b>,
    pub(super) found: &'f mut Found,
    pub(super) product: Option<&'b Product>,
    /// What the options of the product can be.
    options: HashMap<&'b Name, Range>,
    price: Option<&'b Price>,
    parameters: Vec<Range>,
    /// What conditions tell of reads, the latest last.
    pub(super) known: Vec<(Expr, Range)>,
    lets: HashMap<Name, Range>,
    components: HashMap<(Level, Name), Range>,
    /// Results of functions for the arguments seen.
    called: HashMap<(Name, Vec<Range>), Range>,
    /// The calls of functions that led here.
    pub(super) through: Vec<Span>,
    depth: usize,
    /// The elements that the aggregates around go through, the outermost first.
    pub(super) elements: Vec<Around<'b>>,
}

impl<'b, 'f> Walker<'b, 'f> {
    pub(super) fn new(facts: &'b Facts<'b>, found: &'f mut Found) -> Walker<'b, 'f> {
        Walker {
            facts,
            found,
            product: None,
            options: HashMap::new(),
            price: None,
            parameters: Vec::new(),
            known: Vec::new(),
            lets: HashMap::new(),
            components: HashMap::new(),
            called: HashMap::new(),
            through: Vec::new(),
            depth: 0,
            elements: Vec::new(),
        }
    }

    /// Sets the product whose line is looked at.
    pub(super) fn enter(&mut self, product: &'b Product, price: Option<&'b Price>) {
        self.product = Some(product);
        self.options = product.options.iter().map(|option| (&option.name, of_input(Some(option)))).collect();
        self.price = price;
    }

    /// The name of the product whose line is looked at.
    pub(super) fn product_name(&self) -> Option<&'b Name> {
        self.product.map(|product| &product.name)
    }

    /// The range of a formula.
    pub(super) fn formula(&mut self, formula: &Formula) -> Range {
        self.range(&formula.expr)
    }

    /// Takes note of what a let can be.
    pub(super) fn declare_let(&mut self, own: &Let) {
        let range = self.formula(&own.value);
        self.lets.insert(own.name.clone(), range);
    }

    /// What the lets of a product can be.
    pub(super) fn lets_of(mut self, product: &Product) -> HashMap<Name, Range> {
        for own in &product.lets {
            self.declare_let(own);
        }
        self.lets
    }

    /// Takes note of what a component of the cost can be; zero where its condition may not hold.
    pub(super) fn declare_component(&mut self, component: &CostComponent, level: Level) {
        let mark = self.mark();
        if let Some(when) = &component.when {
            self.formula(when);
            self.assume(&when.expr, true);
        }
        let mut range = self.formula(&component.amount);
        self.forget(mark);
        if component.when.is_some() {
            range = range.hull(&Range::point(Exact::ZERO));
        }
        self.components.insert((level, component.name.clone()), range);
    }

    /// How much is known so far, to [`forget`](Walker::forget) what comes after.
    pub(super) fn mark(&self) -> usize {
        self.known.len()
    }

    /// Forgets what has become known since the mark.
    pub(super) fn forget(&mut self, mark: usize) {
        self.known.truncate(mark);
    }

    /// What the value of an expression can be; everything where it is no number or day.
    pub(super) fn range(&mut self, expr: &Expr) -> Range {
        if self.depth >= MAX_DEPTH {
            self.found.too_deep = true;
            return Range::all();
        }
        self.depth += 1;
        let range = self.plain_range(expr);
        self.depth -= 1;
        let known = self.known.iter().filter(|(known, _)| known.same_value(expr));
        let range = known.fold(range, |range, (_, known)| range.meet(known));
        match expr.ty.required() {
            Ty::Number(number) if number.kind == NumberKind::Int => range.whole(),
            _ => range,
        }
    }

    fn plain_range(&mut self, expr: &Expr) -> Range {
        match &expr.kind {
            ExprKind::Const(value) => Range::of_value(value),
            ExprKind::Read(place) => self.place(place),
            ExprKind::Parameter(at) => self.parameters.get(usize::from(*at)).cloned().unwrap_or_default(),
            ExprKind::Scale { factor, of } => {
                self.range(of).combine(ArithmeticOp::Multiply, &Range::point(factor.clone()))
            }
            ExprKind::Arithmetic { op, left, right } => self.arithmetic(expr, *op, left, right),
            ExprKind::Negate(of) => self.range(of).negated(),
            ExprKind::Absolute(of) => self.range(of).absolute(),
            ExprKind::Power { base, exponent } => self.power(expr, base, exponent),
            ExprKind::RoundedPower(of) => self.rounded_power(of),
            ExprKind::Round { value, mode, step, offset } => rounded(&self.range(value), *mode, step, offset),
            ExprKind::Extreme { greatest, of } => {
                let ranges: Vec<Range> = of.iter().map(|one| self.range(one)).collect();
                let extreme = ranges.into_iter().reduce(|left, right| left.extreme(*greatest, &right));
                extreme.unwrap_or_default()
            }
            ExprKind::If { condition, then, otherwise } => {
                self.range(condition);
                let then = self.range_if(condition, true, then);
                then.hull(&self.range_if(condition, false, otherwise))
            }
            ExprKind::Switch { subject, cases, otherwise } => {
                self.range(subject);
                let results = cases.iter().map(|(_, result)| result).chain(otherwise.as_deref());
                let ranges: Vec<Range> = results.map(|result| self.range(result)).collect();
                ranges.into_iter().reduce(|left, right| left.hull(&right)).unwrap_or_default()
            }
            ExprKind::Otherwise { value, fallback } => self.range(value).hull(&self.range(fallback)),
            ExprKind::Lookup { table, keys, column } => calls::lookup(self, expr, table, keys, *column),
            ExprKind::Tier { tiers, quantity, tier_by, scaled_by } => {
                calls::tier(self, expr, tiers, quantity, tier_by.as_deref(), scaled_by.as_deref())
            }
            ExprKind::Call { def, arguments } => self.call(expr.span, def, arguments),
            ExprKind::Days { from, to, through } => {
                let more = Range::point(if *through { Exact::ONE } else { Exact::ZERO });
                let (from, to) = (self.range(from), self.range(to));
                to.combine(ArithmeticOp::Subtract, &from).combine(ArithmeticOp::Add, &more)
            }
            ExprKind::AddTime { date, count, months } => {
                let (date, count) = (self.range(date), self.range(count));
                if *months { Range::all() } else { date.combine(ArithmeticOp::Add, &count) }
            }
            ExprKind::DatePart { part, date } => {
                self.range(date);
                Range::point(Exact::ONE).hull(&Range::point(Exact::from(part.greatest())))
            }
            ExprKind::Convert { amount, .. } => {
                if self.range(amount).is_not_negative() {
                    Range::not_negative()
                } else {
                    Range::all()
                }
            }
            ExprKind::Logic { op, left, right } => self.logic(*op, left, right),
            ExprKind::Compare { left, right, .. }
            | ExprKind::Contains { set: left, value: right }
            | ExprKind::StartsWith { text: left, prefix: right } => {
                self.range(left);
                self.range(right);
                Range::all()
            }
            ExprKind::Not(of) | ExprKind::Given(of) | ExprKind::OneOf { value: of, .. } => {
                self.range(of);
                Range::all()
            }
            ExprKind::Applied { .. } => Range::all(),
            ExprKind::Aggregate(own) => elements::aggregate(self, own),
        }
    }

    /// The range of an expression that is evaluated only where a condition is true (or false).
    fn range_if(&mut self, condition: &Expr, truth: bool, expr: &Expr) -> Range {
        let mark = self.mark();
        self.assume(condition, truth);
        let range = self.range(expr);
        self.forget(mark);
        range
    }

    fn logic(&mut self, op: LogicOp, left: &Expr, right: &Expr) -> Range {
        self.range(left);
        // The right side is evaluated only where the left side does not decide.
        self.range_if(left, op != LogicOp::Or, right);
        Range::all()
    }

    fn arithmetic(&mut self, expr: &Expr, op: ArithmeticOp, left: &Expr, right: &Expr) -> Range {
        let (left_range, right_range) = (self.range(left), self.range(right));
        if op == ArithmeticOp::Divide
            && right_range.low.is_some()
            && right_range.high.is_some()
            && right_range.has(&Exact::ZERO)
        {
            self.report(errors::division_by_zero(right, &right_range));
        }
        let range = left_range.combine(op, &right_range);
        if errors::is_too_large(&range)
            && !errors::is_too_large(&left_range)
            && !errors::is_too_large(&right_range)
        {
            self.report(errors::overflow(expr, &range));
        }
        range
    }

    fn power(&mut self, expr: &Expr, base: &Expr, exponent: &Expr) -> Range {
        let (base, times) = (self.range(base), self.range(exponent));
        let most = Exact::from(limits::MAX_EXPONENT);
        let inside = |end: &Option<End>| end.as_ref().is_some_and(|(it, _)| !it.is_negative() && *it <= most);
        if !inside(&times.low) || !inside(&times.high) {
            self.report(errors::bad_exponent(exponent, &times));
            return Range::all();
        }
        let range = base.power(&times);
        if errors::is_too_large(&range) && !errors::is_too_large(&base) {
            self.report(errors::overflow(expr, &range));
        }
        range
    }

    /// A power that may be irrational: on which side of one it lies is known, and that its base is above zero.
    fn rounded_power(&mut self, of: &RoundedPower) -> Range {
        let (factor, base, exponent) =
            (self.range(&of.factor), self.range(&of.base), self.range(&of.exponent));
        let is_above = |range: &Range, number: &Exact, or_equal: bool| {
            let low = range.low.as_ref();
            low.is_some_and(|(low, reached)| low > number || low == number && (or_equal || !reached))
        };
        let is_below =
            |range: &Range, number: &Exact| range.high.as_ref().is_some_and(|(it, _)| it <= number);
        let (zero, one) = (&Exact::ZERO, &Exact::ONE);
        let sound = match of.logarithm {
            true => is_above(&exponent, zero, false),
            false => is_above(&exponent, zero, false) && is_above(&base, zero, true),
        };
        if of.logarithm && !sound {
            self.report(errors::broken_power(&of.exponent, &exponent, true));
            return Range::all();
        }
        if !is_above(&base, zero, false) && (of.logarithm || !sound) {
            self.report(errors::broken_power(&of.base, &base, false));
            return Range::all();
        }
        // Of which number an exponent above zero makes a power above one.
        let border = if of.logarithm { one } else { zero };
        let (grows, shrinks) = (is_above(&exponent, border, true), is_below(&exponent, border));
        let (large, small) = (is_above(&base, one, true), is_below(&base, one));
        let power = match (grows && large || shrinks && small, grows && small || shrinks && large) {
            (true, _) => Range { low: Some((Exact::ONE, true)), high: None },
            (_, true) => Range { low: Some((Exact::ZERO, true)), high: Some((Exact::ONE, true)) },
            _ => Range::not_negative(),
        };
        rounded(&factor.combine(ArithmeticOp::Multiply, &power), of.mode, &of.step, &of.offset)
    }

    /// Reports a problem, with the way to it where it stands in a function.
    pub(super) fn report(&mut self, problem: crate::diagnostic::Diagnostic) {
        let problem = match self.through.first() {
            Some(call) => problem.also(*call, "called from here"),
            None => problem,
        };
        let problem = match self.product_name() {
            Some(product) => problem.note(format!("found for the product `{product}`")),
            None => problem,
        };
        self.found.add(problem);
    }

    /// A function's result for what its arguments can be.
    fn call(&mut self, span: Span, def: &Name, arguments: &[Expr]) -> Range {
        let arguments: Vec<Range> = arguments.iter().map(|argument| self.range(argument)).collect();
        let key = (def.clone(), arguments);
        if let Some(result) = self.called.get(&key) {
            return result.clone();
        }
        let Some(body) = self.facts.whole.def(def) else { return Range::all() };
        // Inside, parameters are others, and what is known of reads would make the result hold here only.
        let outer = std::mem::replace(&mut self.parameters, key.1.clone());
        let known = std::mem::take(&mut self.known);
        self.through.push(span);
        let result = self.range(body);
        self.through.pop();
        self.known = known;
        self.parameters = outer;
        self.called.insert(key, result.clone());
        result
    }

    fn place(&self, place: &Place) -> Range {
        let book = self.facts.whole.book;
        match place {
            Place::AsOf => {
                let day = |date: Option<crate::value::Date>| date.map(|date| (day_number(date), true));
                Range { low: day(book.effective.from), high: day(book.effective.to) }
            }
            Place::Context { context, field } => {
                let context = self.facts.whole.context(context);
                of_input(context.and_then(|context| context.fields.iter().find(|it| it.name == *field)))
            }
            Place::Fact(name) => of_input(self.facts.whole.fact(name)),
            Place::Index(name) => of_input(self.facts.whole.market(name).map(|index| &index.input)),
            Place::Member(name) => match self.lets.get(name) {
                Some(range) => range.clone(),
                None => self.options.get(name).cloned().unwrap_or_default(),
            },
            Place::Answer(name) => {
                let guide = self.product.and_then(|product| self.facts.whole.guide_of(product));
                of_input(guide.and_then(|guide| guide.question(name)).map(|question| &question.input))
            }
            Place::Element { depth, of, .. } => {
                let around = self.elements.get(usize::from(*depth));
                around.map_or_else(Range::all, |around| around.read(self.facts, of))
            }
            Place::Quantity => of_input(self.product.map(|product| &product.quantity)),
            Place::Entry { level, name } => {
                let entries = match level {
                    Level::Quote => Some(book.quote.entries.as_slice()),
                    Level::Unit | Level::Line => self.price.map(|price| price.entries.as_slice()),
                };
                of_input(entries.and_then(|entries| entries.iter().find(|it| it.name == *name)))
            }
            Place::CostComponent { level, name } => {
                self.components.get(&(*level, name.clone())).cloned().unwrap_or_default()
            }
            Place::Currency
            | Place::Running(_)
            | Place::Figure { .. }
            | Place::Builtin { .. }
            | Place::Bundle
            | Place::Product => Range::all(),
        }
    }
}

/// What an input can be; everything where it is no number.
pub(super) fn of_input(input: Option<&Input>) -> Range {
    match input {
        Some(Input { domain, ty, .. }) if matches!(ty.required(), Ty::Number(_)) => Range::of_domain(domain),
        _ => Range::all(),
    }
}

/// What is rounded, in whatever currency.
fn rounded(range: &Range, mode: Rounding, step: &PerCurrency, offset: &PerCurrency) -> Range {
    let currencies = 0..step.all().len().max(offset.all().len());
    let rounded = currencies
        .filter_map(|at| u16::try_from(at).ok())
        .map(|at| range.rounded(mode, step.in_currency(at), offset.in_currency(at)));
    rounded.reduce(|left, right| left.hull(&right)).unwrap_or_default()
}
