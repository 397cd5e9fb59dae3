//! What is said without a mistake, and is most often not what was meant.

use super::bodies::Whole;
use super::item::ItemIr;
use super::{Signatures, errors, reads};
use crate::diagnostic::Diagnostic;
use crate::ir::{
    Aggregate, ArithmeticOp, Claim, ElementPlace, Expr, ExprKind, Name, NumberKind, PartsPrice, PerCurrency,
    Place, Product, Repeat, Source, Step, StepKind, Tax, Ty, Value,
};
use crate::source::Span;
use crate::value::Exact;

/// The doubts about one declaration, each once.
pub(crate) fn of_item(item: &ItemIr, signatures: &Signatures) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut doubts = Doubts { currencies: &signatures.book.currencies, found: &mut found };
    match item {
        ItemIr::Price(price) => {
            doubts.steps(&price.per_unit);
            doubts.steps(&price.per_line);
        }
        ItemIr::Quote(quote) => doubts.steps(&quote.steps),
        _ => {}
    }
    for expr in reads::of_item(item) {
        reads::for_each(expr, &mut |expr| {
            doubts.rounded(expr);
            doubts.without_percent(expr);
        });
    }
    let mut told: Vec<Diagnostic> = Vec::new();
    for problem in found {
        if !told.contains(&problem) {
            told.push(problem);
        }
    }
    told
}

/// The doubts about a book that no declaration shows alone.
pub(crate) fn of_whole(whole: &Whole<'_>, problems: &mut Vec<Diagnostic>) {
    // What a family declares stands in each of its products.
    let mut told: Vec<Diagnostic> = Vec::new();
    for product in &whole.book.products {
        costs_left_out(whole, product, &mut |problem| {
            if !told.contains(&problem) {
                told.push(problem);
            }
        });
    }
    problems.extend(told);
}

struct Doubts<'b, 'p> {
    currencies: &'b [Name],
    found: &'p mut Vec<Diagnostic>,
}

impl Doubts<'_, '_> {
    fn steps(&mut self, all: &[Step]) {
        for step in all {
            match &step.kind {
                StepKind::Round(round) => self.odd_steps(&round.step, &round.offset, step.span),
                StepKind::Tax(tax) => self.share_as_contained(tax, step),
                StepKind::Claim(claim) => self.all_for_nothing(claim, step),
                _ => {}
            }
            self.steps(step.kind.steps());
        }
    }

    /// Steps such as 0.99, whose multiples are no price endings, and offsets that skip a step.
    fn odd_steps(&mut self, step: &PerCurrency, offset: &PerCurrency, at: Span) {
        let (Some(step), Some(offset)) = (step.same(), offset.same()) else { return };
        let unit = match self.currencies {
            [one] => format!(" {one}"),
            _ => String::new(),
        };
        if offset.abs() >= *step {
            self.found.push(errors::offset_skips(at, step, offset, &unit));
        } else if let Some(round) = ending(step) {
            self.found.push(errors::ending_as_step(at, step, &round, &unit));
        }
    }

    fn rounded(&mut self, expr: &Expr) {
        if let (ExprKind::Round { step, offset, .. }, Ty::Number(ty)) = (&expr.kind, expr.ty.required())
            && ty.unit.currency().is_some()
        {
            self.odd_steps(step, offset, expr.span);
        }
    }

    /// `cost / (1 - 8)`: a share is said in per cent.
    fn without_percent(&mut self, expr: &Expr) {
        let ExprKind::Arithmetic { op, left, right } = &expr.kind else { return };
        let sides: &[(&Expr, &Expr)] = match op {
            ArithmeticOp::Divide => &[(right, left)],
            ArithmeticOp::Multiply => &[(left, right), (right, left)],
            _ => return,
        };
        for (factor, of) in sides {
            let is_money = matches!(of.ty.required(), Ty::Number(ty) if ty.unit.powers().any(|(atom, _)| self.is_money(atom.name())));
            if let Some((op, number)) = one_and_whole(factor)
                && (op == ArithmeticOp::Subtract || is_money)
            {
                self.found.push(errors::without_percent(factor.span, op, number));
            }
        }
    }

    fn is_money(&self, unit: &str) -> bool {
        unit == "money" || self.currencies.iter().any(|currency| currency.as_ref() == unit)
    }

    /// 19 % of a price with the tax in it are not the tax in it.
    fn share_as_contained(&mut self, tax: &Tax, step: &Step) {
        if !tax.within {
            return;
        }
        let mut amount = &tax.amount.expr;
        while let ExprKind::Round { value, .. } = &amount.kind {
            amount = value;
        }
        let ExprKind::Arithmetic { op: ArithmeticOp::Multiply, left, right } = &amount.kind else { return };
        let is_price = matches!(
            &right.kind,
            ExprKind::Read(Place::Running(_) | Place::Figure { .. } | Place::Builtin { .. })
        );
        let is_rate = matches!(left.ty.required(), Ty::Number(ty) if ty.kind == NumberKind::Rate);
        if is_price && is_rate {
            let text = &tax.amount.text;
            self.found.push(errors::share_as_contained(amount.span, &step.name, text));
        }
    }

    /// A claim that takes unit after unit for nothing, and asks for none that is paid.
    fn all_for_nothing(&mut self, claim: &Claim, step: &Step) {
        if claim.repeat != Repeat::Always || !claim.needs.is_empty() {
            return;
        }
        let mut amount = &claim.amount.expr;
        loop {
            match &amount.kind {
                ExprKind::Round { value, .. } => amount = value,
                ExprKind::Arithmetic { op: ArithmeticOp::Multiply, left, right }
                    if left.kind == ExprKind::Const(Value::Number(Exact::ONE)) =>
                {
                    amount = right;
                }
                _ => break,
            }
        }
        if matches!(amount.kind, ExprKind::Read(Place::Running(_))) {
            self.found.push(errors::all_for_nothing(step.span, &step.name));
        }
    }
}

/// Included pieces whose cost is in no component of the whole.
fn costs_left_out(whole: &Whole<'_>, product: &Product, tell: &mut dyn FnMut(Diagnostic)) {
    if product.parts_price != Some(PartsPrice::Included) || !product.has_cost {
        return;
    }
    let mut exprs = Vec::new();
    reads::of_product(product, &mut exprs);
    for part in &product.parts {
        if !whole.product(&part.product).is_some_and(|pieces| pieces.has_cost) {
            continue;
        }
        let mut counted = false;
        for expr in &exprs {
            reads::for_each(expr, &mut |expr| {
                if let ExprKind::Aggregate(own) = &expr.kind {
                    counted |= goes_through(own, &part.name) && reads_cost(expr);
                }
            });
        }
        if !counted {
            tell(errors::cost_left_out(part.span, &product.name, &part.name));
        }
    }
}

fn goes_through(own: &Aggregate, part: &str) -> bool {
    matches!(&own.source, Source::Parts { owner: None, part: of } if of.as_ref() == part)
}

fn reads_cost(expr: &Expr) -> bool {
    let mut reads = false;
    reads::for_each(expr, &mut |expr| {
        reads |= matches!(expr.kind, ExprKind::Read(Place::Element { of: ElementPlace::Cost, .. }));
    });
    reads
}

/// `1 - 8` or `1 + 19`, both written out.
fn one_and_whole(factor: &Expr) -> Option<(ArithmeticOp, &Exact)> {
    let ExprKind::Arithmetic { op: op @ (ArithmeticOp::Add | ArithmeticOp::Subtract), left, right } =
        &factor.kind
    else {
        return None;
    };
    let bare = |expr: &Expr| matches!(expr.ty.required(), Ty::Number(ty) if ty.unit.is_none() && ty.kind != NumberKind::Rate);
    match (&left.kind, &right.kind) {
        (ExprKind::Const(Value::Number(one)), ExprKind::Const(Value::Number(number)))
            if *one == Exact::ONE
                && *number > Exact::ONE
                && number.is_integer()
                && bare(left)
                && bare(right) =>
        {
            Some((*op, number))
        }
        _ => None,
    }
}

/// The round amount just above a step that looks like the ending of a price: 1 for 0.99, 5 for 4.95.
fn ending(step: &Exact) -> Option<Exact> {
    let text = step.to_string();
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_matches('0');
    if !digits.ends_with('9') && !digits.ends_with("95") && !digits.ends_with("98") {
        return None;
    }
    // Of the place of the first digit.
    let whole = text.split('.').next().unwrap_or_default().trim_start_matches('0');
    let place = match whole.len() {
        0 => {
            let zeros =
                text.split('.').nth(1).unwrap_or_default().chars().take_while(|it| *it == '0').count();
            Exact::scaled(1, u8::try_from(zeros + 1).ok()?)
        }
        length => Exact::from(10).checked_pow(i32::try_from(length - 1).ok()?).ok()?,
    };
    step.checked_div(&place).ok()?.ceil().checked_mul(&place).ok()
}
