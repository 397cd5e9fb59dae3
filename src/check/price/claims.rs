//! `claims`: steps that take units of lines, each unit once.

use super::groups::Grouped;
use super::walk::{Block, Walk, plain_step};
use super::wide::warn_of_selections;
use super::{errors, group_errors, quote_errors};
use crate::check::expr::{check_amount, check_condition, constant};
use crate::format::expr_text;
use crate::ir::{self, Value};
use crate::source::Span;
use crate::syntax::ast;

impl Walk<'_, '_> {
    /// `claims { … }`, by itself or as a member of a group
    pub(super) fn claims(&mut self, span: Span, claims: &ast::Claims, in_group: bool) -> Option<ir::Step> {
        self.only_in_quote(span, "claims", "units are taken over all lines: write it in the `quote` block")?;
        if claims.steps.is_empty() {
            self.problems.push(errors::empty_group(span));
        }
        if let Some(name) = &claims.name {
            self.refuse_reserved(name);
            self.refuse_total(name, false);
        }
        let what = claims.name.as_ref().map_or("claims".to_owned(), |name| format!("claims {}", name.text));
        let conditions = self.conditions(&claims.clauses, &what);
        let steps: Vec<Option<ir::Step>> = self.where_it_holds(&claims.clauses, |walk| {
            claims.steps.iter().map(|claim| walk.claim(claim, in_group)).collect()
        });
        let name = claims.name.as_ref().map(|name| name.text.clone());
        match &name {
            Some(name) if in_group => self.members.push(name.clone()),
            Some(name) => self.declare(name),
            None => {}
        }
        let steps = steps.into_iter().collect::<Option<Vec<_>>>()?;
        let name = name.unwrap_or_else(|| ir::CLAIMS.into());
        Some(conditions.on(plain_step(name, claims.label.as_ref(), ir::StepKind::Claims(steps), span)))
    }

    fn claim(&mut self, claim: &ast::Claim, in_group: bool) -> Option<ir::Step> {
        let name = &claim.name;
        let what = format!("less {}", name.text);
        self.refuse_reserved(name);
        self.refuse_total(name, false);
        let grouped = match &claim.clauses.for_each {
            Some(each) => Some(self.grouped(each, None)?),
            None => None,
        };
        let grouped = grouped.as_ref();
        let amount = self.of_group(grouped, |walk| walk.amount(&claim.amount, &claim.clauses));
        if let Some(formula) = &amount {
            self.refuse_fine(formula, &what, &claim.clauses);
            self.refuse_negative(formula, "less", claim.clauses.when.is_some());
        }
        let needs = self.of_group(grouped, |walk| walk.selections(&claim.needs));
        let on = self.of_group(grouped, |walk| walk.selections(&claim.on));
        let repeat = self.repeat(claim, grouped);
        let conditions = self.conditions(&claim.clauses, &what);
        self.finish(&name.text, amount.as_ref().map(|it| &it.expr), in_group, true);
        if let Some(formula) = amount.as_ref().filter(|_| !in_group) {
            self.learn_share(&name.text, &formula.expr, true);
        }
        let each = grouped.map(|grouped| grouped.each.clone());
        let claim_ir = ir::Claim { amount: amount?, needs: needs?, on: on?, each, repeat: repeat? };
        let kind = ir::StepKind::Claim(Box::new(claim_ir));
        Some(conditions.on(plain_step(name.text.clone(), claim.label.as_ref(), kind, claim.span)))
    }

    fn selections(&mut self, written: &[ast::Selection]) -> Option<Vec<ir::Selection>> {
        let checked: Vec<Option<ir::Selection>> = written.iter().map(|it| self.selection(it)).collect();
        let checked = checked.into_iter().collect::<Option<Vec<_>>>()?;
        warn_of_selections(written, &checked, self.scope.signatures(), self.problems);
        Some(checked)
    }

    fn selection(&mut self, written: &ast::Selection) -> Option<ir::Selection> {
        let count = match &written.count {
            ast::Count::Exactly(count) => self.units(count).map(ir::Count::Exactly),
            ast::Count::UpTo(count) => self.units(count).map(ir::Count::UpTo),
            ast::Count::All => Some(ir::Count::All),
            ast::Count::Worth(worth) => self.worth(worth).map(ir::Count::Worth),
        };
        let scope = self.line_scope.clone().filter(|_| self.block == Block::Quote)?;
        let among = match &written.among {
            Some(among) => Some(check_condition(&scope, among, self.problems)?),
            None => None,
        };
        let order = match written.order {
            ast::Pick::InOrder => ir::Pick::InOrder,
            ast::Pick::Dearest => ir::Pick::Dearest,
            ast::Pick::Cheapest => ir::Pick::Cheapest,
        };
        Some(ir::Selection { order, count: count?, among })
    }

    /// A number of units, above zero where it is known.
    fn units(&mut self, written: &ast::Expr) -> Option<ir::Formula> {
        if let ast::ExprKind::Literal(literal) = &written.kind
            && matches!(literal.kind, ast::LiteralKind::Quantity(_))
        {
            self.problems.push(group_errors::worth_as_count(written.span, &expr_text(written)));
            return None;
        }
        let count = self.count(written)?;
        if let Some(Value::Number(number)) = constant(&count.expr)
            && !number.is_positive()
        {
            self.problems.push(quote_errors::no_units(written.span, &count.text));
            return None;
        }
        Some(count)
    }

    /// What units must come to, above zero where it is known.
    fn worth(&mut self, written: &ast::Expr) -> Option<ir::Formula> {
        let worth = check_amount(&self.scope, written, &self.amount_ty(), self.problems)?;
        if let Some(Value::Number(number)) = constant(&worth.expr)
            && !number.is_positive()
        {
            self.problems.push(quote_errors::worth_nothing(written.span, &worth.text));
            return None;
        }
        Some(worth)
    }

    fn repeat(&mut self, claim: &ast::Claim, grouped: Option<&Grouped>) -> Option<ir::Repeat> {
        let Some(repeat) = &claim.repeat else { return Some(ir::Repeat::Once) };
        // What takes all that there are finds none a second time.
        if claim.needs.iter().chain(&claim.on).any(|it| matches!(it.count, ast::Count::All)) {
            self.problems.push(quote_errors::repeats_all(repeat.span));
            return None;
        }
        match (&repeat.most, repeat.in_all) {
            (Some(_), Some(in_all)) if grouped.is_none() => {
                self.problems.push(group_errors::in_all_of_one(in_all));
                None
            }
            (Some(most), Some(_)) => self.count(most).map(|most| ir::Repeat::AtMostInAll(Box::new(most))),
            (Some(most), None) => {
                let most = self.of_group(grouped, |walk| walk.count(most));
                most.map(|most| ir::Repeat::AtMost(Box::new(most)))
            }
            (None, _) => Some(ir::Repeat::Always),
        }
    }
}
