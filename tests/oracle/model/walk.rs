//! Going through the expressions of a book.

use super::{Expr, Source, Step, StepKind};

impl Expr {
    /// The expressions that it is made of.
    pub fn inside(&self) -> Vec<&Expr> {
        match self {
            Expr::Lit(_)
            | Expr::Read(_)
            | Expr::Contains(..)
            | Expr::ProductIs(..)
            | Expr::BundleIs(..)
            | Expr::Applied(_) => Vec::new(),
            Expr::Math(_, left, right)
            | Expr::Of(left, right)
            | Expr::Compare(_, left, right)
            | Expr::And(left, right)
            | Expr::Or(left, right)
            | Expr::Implies(left, right)
            | Expr::Otherwise(left, right)
            | Expr::RoundCall(_, left, right)
            | Expr::PriceAt(_, left, right)
            | Expr::Pow(left, right)
            | Expr::Period(_, left, right)
            | Expr::Days(left, right, _) => vec![left, right],
            Expr::Negate(inner)
            | Expr::Not(inner)
            | Expr::OneOf(inner, ..)
            | Expr::StartsWith(inner, _)
            | Expr::Given(inner)
            | Expr::Rounded(inner, _)
            | Expr::Abs(inner)
            | Expr::Convert(inner, ..)
            | Expr::Later(inner, ..)
            | Expr::DatePart(_, inner)
            | Expr::Before(inner) => vec![inner],
            Expr::Root(..) => Vec::new(),
            Expr::If(condition, then, otherwise) => vec![condition, then, otherwise],
            Expr::Clamp(inner, low, high) => vec![inner, low, high],
            Expr::By(_, rows, otherwise) => {
                rows.iter().map(|(_, row)| row).chain(otherwise.as_deref()).collect()
            }
            Expr::Lookup(_, of, _) | Expr::Call(_, of) | Expr::Min(of) | Expr::Max(of) => of.iter().collect(),
            Expr::Tier(_, quantity, tier_by, scaled_by) => {
                [Some(quantity), tier_by.as_ref(), scaled_by.as_ref()]
                    .into_iter()
                    .flatten()
                    .map(|it| &**it)
                    .collect()
            }
            Expr::Aggregate(own) => {
                own.body.iter().chain(&own.filter).chain(own.rank.iter().map(|rank| &rank.by)).collect()
            }
        }
    }

    /// Whether something is true of it, or of an expression in it.
    pub fn any(&self, is: &dyn Fn(&Expr) -> bool) -> bool {
        is(self) || self.inside().into_iter().any(|inner| inner.any(is))
    }

    /// It goes through the lines of the request.
    pub fn asks_lines(&self) -> bool {
        self.any(&|expr| matches!(expr, Expr::Aggregate(own) if matches!(own.source, Source::Lines { .. })))
    }
}

impl Step {
    /// The expressions of the step and of its members.
    pub fn exprs(&self) -> Vec<&Expr> {
        let own: Vec<&Expr> = match &self.kind {
            StepKind::List(amount)
            | StepKind::Add(amount)
            | StepKind::Less(amount)
            | StepKind::Floor(amount)
            | StepKind::Cap(amount)
            | StepKind::Let(amount)
            | StepKind::Tax(amount, _)
            | StepKind::Charge(amount) => vec![amount],
            StepKind::Round(_) | StepKind::Subtotal => Vec::new(),
            StepKind::Group(_, steps) | StepKind::EachLine(steps) | StepKind::Payable(steps) => {
                steps.iter().flat_map(Step::exprs).collect()
            }
            StepKind::Gift(gift) => std::iter::once(&gift.count).chain(&gift.price).collect(),
            StepKind::Taxes(_, base, taxes) => {
                let of = taxes.iter().flat_map(|tax| tax.rate.iter().chain(&tax.amount).chain(&tax.when));
                base.iter().map(|(_, base)| base).chain(of).collect()
            }
            StepKind::Claims(claims) => {
                claims.iter().flat_map(|it| std::iter::once(&it.amount).chain(&it.when)).collect()
            }
        };
        own.into_iter().chain(&self.when).collect()
    }
}
