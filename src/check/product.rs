//! Products and families: options, lets, constraints, costs, suggestions, alerts.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::expr::{check_condition, check_expr, check_formula};
use super::inputs::{self, clause, roles};
use super::price::zero_divisor;
use super::scope::{Scope, Section};
use super::setting::Setting;
use super::unproved::Unproved;
use super::{MemberSig, Signatures, errors};
use crate::diagnostic::Diagnostic;
use crate::format::expr_text;
use crate::ir::{self, Expr, ExprKind, Formula, Level, LogicOp, Name, Suggested, Ty};
use crate::resolve::Kind;
use crate::source::Span;
use crate::syntax::ast::{self, MemberKind};

/// What a family or a product declares, checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// Options in the order written.
    pub options: Vec<ir::Input>,
    /// Parts in the order written.
    pub parts: Vec<ir::Part>,
    /// Lets in the order written.
    pub lets: Vec<ir::Let>,
    /// Constraints in the order written.
    pub constraints: Vec<ir::Constraint>,
    /// Cost components per unit.
    pub unit_cost: Vec<ir::CostComponent>,
    /// Cost components per line.
    pub line_cost: Vec<ir::CostComponent>,
    /// Suggestions.
    pub suggestions: Vec<ir::Suggestion>,
    /// Alerts.
    pub alerts: Vec<ir::Alert>,
}

/// A family with what it brings to each of its products.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FamilyIr {
    /// The family.
    pub family: ir::Family,
    /// What its products share.
    pub shared: Body,
}

/// Checks a family for all its products at once. Of one without products nothing can be said.
pub(crate) fn family(
    family: &ast::Family,
    span: Span,
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
    unproved: &mut Vec<Unproved>,
) -> Option<Arc<FamilyIr>> {
    let sig = signatures.families.get(&family.name.text)?;
    let checked = ir::Family {
        name: family.name.text.clone(),
        label: family.label.as_ref().map(|label| label.text.clone()),
        span,
    };
    let shared = match sig.products.is_empty() {
        true => Body::default(),
        false => body(signatures, &sig.products, &family.members, problems, unproved)?,
    };
    Some(Arc::new(FamilyIr { family: checked, shared }))
}

/// Checks a product; what its family shares is added when the book is put together.
pub(crate) fn product(
    product: &ast::Product,
    span: Span,
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
    unproved: &mut Vec<Unproved>,
) -> Option<Arc<ir::Product>> {
    let name = product.name.text.clone();
    let sig = signatures.products.get(&name)?;
    let body = body(signatures, std::slice::from_ref(&name), &product.members, problems, unproved)?;
    let Ty::Number(currency) = signatures.money()? else { return None };
    Some(Arc::new(ir::Product {
        name,
        label: product.label.as_ref().map(|label| label.text.clone()),
        family: sig.family.clone(),
        quantity: quantity(sig, product),
        options: body.options,
        parts: body.parts,
        parts_price: sig.parts_price,
        lets: body.lets,
        order: Vec::new(),
        constraints: body.constraints,
        unit_cost: body.unit_cost,
        line_cost: body.line_cost,
        has_cost: sig.has_cost,
        currency,
        suggestions: body.suggestions,
        alerts: body.alerts,
        span,
    }))
}

fn quantity(sig: &super::ProductSig, product: &ast::Product) -> ir::Input {
    let written = product.members.iter().find(|member| matches!(member.kind, MemberKind::Quantity(_)));
    let span = written.map_or(product.name.span, |member| member.span);
    let ty = Ty::Number(sig.quantity.clone());
    ir::Input::new(Name::from("quantity"), ty, sig.quantity_domain.clone(), span)
}

/// Checks members for the products that have them.
fn body(
    signatures: &Signatures,
    products: &[Name],
    members: &[ast::Member],
    problems: &mut Vec<Diagnostic>,
    unproved: &mut Vec<Unproved>,
) -> Option<Body> {
    let scope = Scope::of_products(signatures, Section::Product, products.to_vec());
    let own = cost_components(members);
    let body = Body::default();
    let mut checking = Checking { signatures, products, scope, own, body, problems, unproved };
    let mut whole = true;
    for member in members {
        whole &= checking.member(member).is_some();
    }
    whole.then_some(checking.body)
}

fn cost_components(members: &[ast::Member]) -> BTreeSet<Name> {
    let blocks = members.iter().filter_map(|member| match &member.kind {
        MemberKind::Cost(cost) => Some(&cost.components),
        _ => None,
    });
    blocks.flatten().map(|component| component.name.text.clone()).collect()
}

struct Checking<'a, 'p> {
    signatures: &'a Signatures,
    products: &'p [Name],
    scope: Scope<'a>,
    /// The cost components of this body; others are the family's and stand above.
    own: BTreeSet<Name>,
    body: Body,
    problems: &'p mut Vec<Diagnostic>,
    unproved: &'p mut Vec<Unproved>,
}

impl<'a> Checking<'a, '_> {
    fn member(&mut self, member: &ast::Member) -> Option<()> {
        match &member.kind {
            MemberKind::Quantity(_) | MemberKind::Parts(_) => Some(()),
            MemberKind::Part(it) => self.part(it),
            MemberKind::Option(field) => self.option(field, false),
            MemberKind::Given(field) => self.option(field, true),
            MemberKind::Let(it) => self.named_value(it),
            MemberKind::Require(it) => self.require(it, member.span),
            MemberKind::Exclude(it) => self.exclude(it, member.span),
            MemberKind::Allow(it) => self.allow(it, member.span),
            MemberKind::Cost(it) => self.cost(it),
            MemberKind::Suggest(it) => self.suggest(it, member.span),
            MemberKind::Alert(it) => self.alert(it, member.span),
        }
    }

    /// The signature of an option or let, in the first of the products: they all have this one.
    fn sig(&self, name: &Name) -> Option<&'a MemberSig> {
        self.signatures.products.get(self.products.first()?)?.members.get(name)
    }

    /// An option, or what comes with the line beside its options.
    fn option(&mut self, field: &ast::Field, with_line: bool) -> Option<()> {
        let sig = self.sig(&field.name.text)?;
        let option = inputs::input(&self.scope, field, &sig.input, self.problems)?;
        self.body.options.push(ir::Input { with_line, ..option });
        Some(())
    }

    fn part(&mut self, written: &ast::Part) -> Option<()> {
        let name = &written.name.text;
        let sig = self.signatures.products.get(self.products.first()?)?.parts.get(name)?;
        let when = clause(written.when.as_ref(), |when| check_condition(&self.scope, when, self.problems));
        self.signatures.products.get(&sig.product)?;
        self.body.parts.push(ir::Part {
            name: name.clone(),
            label: sig.label.clone(),
            product: sig.product.clone(),
            least: sig.least,
            most: sig.most,
            when: when?,
            span: written.name.span,
        });
        Some(())
    }

    fn named_value(&mut self, written: &ast::Let) -> Option<()> {
        let sig = self.sig(&written.name.text)?;
        // A written type that is wrong has been reported; the value may be wrong besides.
        let expected = sig.input.ty.as_ref().filter(|_| written.ty.is_some());
        let value = check_formula(&self.scope, &written.value, expected, self.problems)?;
        if written.ty.is_some() && expected.is_none() {
            return None;
        }
        if let (Some(_), Ty::Number(ty)) = (&written.label, value.expr.ty.required()) {
            let what = format!("`{}` is shown on the quote and", written.name.text);
            let problem = || errors::unrounded(written.value.span, &what, ty, self.signatures);
            Unproved::ends(&self.scope, &value.expr, problem, self.problems, self.unproved);
        }
        self.divisors(&value.expr)?;
        self.body.lets.push(ir::Let {
            name: written.name.text.clone(),
            label: written.label.as_ref().map(|label| label.text.clone()),
            value,
            span: written.name.span,
        });
        Some(())
    }

    /// Refuses a formula that divides by zero for some configurations.
    fn divisors(&mut self, formula: &Expr) -> Option<()> {
        match zero_divisor(self.signatures, self.products, formula) {
            None => Some(()),
            Some(problem) => {
                self.problems.push(problem);
                None
            }
        }
    }

    fn require(&mut self, written: &ast::Constraint, span: Span) -> Option<()> {
        let guarded = written.when.as_ref().and_then(|when| self.scope.where_it(when, true));
        let scope = guarded.as_ref().unwrap_or(&self.scope);
        let condition = check_condition(scope, &written.condition, self.problems);
        let when = clause(written.when.as_ref(), |when| check_condition(&self.scope, when, self.problems));
        let (condition, when) = (condition?, when?);
        let mut text = format!("require {}", condition.text);
        let rule = match when {
            None => condition.expr,
            Some(when) => {
                text.push_str(&format!(" when {}", when.text));
                logic(LogicOp::Implies, when, condition, span)
            }
        };
        self.constraint(&written.name, ir::ConstraintRule::Holds(rule), text, &written.because, span);
        Some(())
    }

    fn exclude(&mut self, written: &ast::Exclude, span: Span) -> Option<()> {
        let left = check_condition(&self.scope, &written.left, self.problems);
        let guarded = self.scope.where_it(&written.left, true);
        let right = check_condition(guarded.as_ref().unwrap_or(&self.scope), &written.right, self.problems);
        let (left, right) = (left?, right?);
        let text = format!("exclude {} with {}", left.text, right.text);
        let both = logic(LogicOp::And, left, right, span);
        let rule = Expr { kind: ExprKind::Not(Box::new(both)), ty: Ty::Bool, span };
        self.constraint(&written.name, ir::ConstraintRule::Holds(rule), text, &written.because, span);
        Some(())
    }

    fn allow(&mut self, written: &ast::Allow, span: Span) -> Option<()> {
        let Some(table) = self.signatures.tables.get(&written.table.text) else {
            let problem = errors::wrong_target(self.signatures, &written.table, &[Kind::Table]);
            self.problems.push(problem);
            return None;
        };
        if table.policy.collects() {
            self.problems.push(errors::allow_policy(&written.table, table.policy));
            return None;
        }
        if let [(_, Some(Ty::Optional(of)))] = table.columns.as_slice()
            && **of == Ty::Bool
        {
            self.problems.push(errors::allow_missing(&written.table));
            return None;
        }
        if table.keys.len() != written.options.len() {
            let keys: Vec<&str> = table.keys.iter().map(|key| key.name.as_ref()).collect();
            self.problems.push(errors::allow_count(written.table.span, &written.table.text, &keys));
            return None;
        }
        let mut keys = Vec::new();
        let mut whole = true;
        let mut texts = Vec::new();
        for (option, key) in written.options.iter().zip(&table.keys) {
            let tree = ast::Expr { kind: ast::ExprKind::Path(option.clone()), span: option.span };
            texts.push(expr_text(&tree));
            match check_expr(&self.scope, &tree, key.ty.as_ref(), self.problems) {
                Some(key) => keys.push(key),
                None => whole = false,
            }
        }
        if !whole {
            return None;
        }
        let text = format!("allow ({}) in {}", texts.join(", "), written.table.text);
        let rule = ir::ConstraintRule::Row { table: written.table.text.clone(), keys };
        self.constraint(&written.name, rule, text, &written.because, span);
        Some(())
    }

    fn constraint(
        &mut self,
        name: &Option<ast::Name>,
        rule: ir::ConstraintRule,
        text: String,
        because: &Option<ast::Text>,
        span: Span,
    ) {
        self.body.constraints.push(ir::Constraint {
            name: name.as_ref().map(|name| name.text.clone()),
            rule,
            text: Name::from(text),
            because: because.as_ref().map(|because| because.text.clone()),
            span,
        });
    }

    fn alert(&mut self, written: &ast::Constraint, span: Span) -> Option<()> {
        let when = check_condition(&self.scope, &written.condition, self.problems)?;
        self.body.alerts.push(ir::Alert {
            name: written.name.as_ref().map(|name| name.text.clone()),
            when,
            because: written.because.as_ref().map(|because| because.text.clone()),
            span,
        });
        Some(())
    }

    /// Components read those above them in their own block, and what the family's block has.
    fn cost(&mut self, cost: &ast::Cost) -> Option<()> {
        let (section, level) = match cost.per_line {
            true => (Section::LineCost, Level::Line),
            false => (Section::UnitCost, Level::Unit),
        };
        let mut scope = Scope::of_products(self.signatures, section, self.products.to_vec());
        for name in self.components_above(level) {
            scope.declare_component(level, name);
        }
        let money = self.money_at(level)?;
        let block_roles = roles(self.signatures, &cost.visible_to, self.problems);
        let mut whole = true;
        for component in &cost.components {
            let checked = self.component(&scope, component, &money, &block_roles);
            scope.declare_component(level, component.name.text.clone());
            let Some(checked) = checked else {
                whole = false;
                continue;
            };
            match level {
                Level::Line => self.body.line_cost.push(checked),
                Level::Unit | Level::Quote => self.body.unit_cost.push(checked),
            }
        }
        whole.then_some(())
    }

    /// The components that stand above a block: those inherited, and those of blocks above in this body.
    fn components_above(&self, level: Level) -> Vec<Name> {
        let Some(sig) = self.products.first().and_then(|product| self.signatures.products.get(product))
        else {
            return Vec::new();
        };
        let (all, done) = match level {
            Level::Line => (&sig.line_cost, &self.body.line_cost),
            Level::Unit | Level::Quote => (&sig.unit_cost, &self.body.unit_cost),
        };
        let inherited = all.iter().filter(|name| !self.own.contains(*name)).cloned();
        inherited.chain(done.iter().map(|component| component.name.clone())).collect()
    }

    /// The unit of costs, which must be one in all products.
    fn money_at(&mut self, level: Level) -> Option<Ty> {
        let mut found: Option<(&Name, Ty)> = None;
        for product in self.products {
            let ty = self.signatures.money_at(level, product)?;
            match &found {
                Some((_, known)) if *known == ty => {}
                Some((other, known)) => {
                    let span = self.signatures.names.get(product).map(|(_, span)| *span).unwrap_or_default();
                    self.problems.push(errors::types_differ(
                        span,
                        "the unit of costs",
                        (other, known),
                        (product, &ty),
                    ));
                    return None;
                }
                None => found = Some((product, ty)),
            }
        }
        found.map(|(_, ty)| ty)
    }

    fn component(
        &mut self,
        scope: &Scope<'_>,
        written: &ast::CostComponent,
        money: &Ty,
        block_roles: &[Name],
    ) -> Option<ir::CostComponent> {
        let guarded = written.clauses.when.as_ref().and_then(|when| scope.where_it(when, true));
        let amount =
            check_formula(guarded.as_ref().unwrap_or(scope), &written.amount, Some(money), self.problems);
        let when = clause(written.clauses.when.as_ref(), |when| check_condition(scope, when, self.problems));
        let own_roles = roles(self.signatures, &written.clauses.visible_to, self.problems);
        let (amount, when) = (amount?, when?);
        self.divisors(&amount.expr)?;
        if let Ty::Number(ty) = money {
            let what = format!("the cost `{}`", written.name.text);
            let problem = || errors::unrounded(written.amount.span, &what, ty, self.signatures);
            Unproved::ends(scope, &amount.expr, problem, self.problems, self.unproved);
        }
        Some(ir::CostComponent {
            name: written.name.text.clone(),
            label: written.label.as_ref().map(|label| label.text.clone()),
            amount,
            when,
            because: written.clauses.because.as_ref().map(|because| because.text.clone()),
            visible_to: if own_roles.is_empty() { block_roles.to_vec() } else { own_roles },
            span: written.span,
        })
    }

    fn suggest(&mut self, written: &ast::Suggest, span: Span) -> Option<()> {
        let what = match &written.what {
            ast::Suggestion::With { option, value } => self.suggested(option, value, true),
            ast::Suggestion::Value { option, value } => self.suggested(option, value, false),
            ast::Suggestion::Product(product) => match self.signatures.products.contains_key(&product.text) {
                true => Some(Suggested::Product(product.text.clone())),
                false => {
                    let problem = errors::wrong_target(self.signatures, product, &[Kind::Product]);
                    self.problems.push(problem);
                    None
                }
            },
        };
        let when =
            clause(written.clauses.when.as_ref(), |when| check_condition(&self.scope, when, self.problems));
        let because = written.clauses.because.as_ref().map(|because| because.text.clone());
        self.body.suggestions.push(ir::Suggestion { what: what?, when: when?, because, span });
        Some(())
    }

    fn suggested(&mut self, option: &ast::Name, literal: &ast::Literal, with: bool) -> Option<Suggested> {
        let setting = Setting { verb: "suggest", option, value: literal, with };
        let (_, value) = setting.check(self.signatures, self.products, self.problems)?;
        let option = option.text.clone();
        Some(if with { Suggested::With { option, value } } else { Suggested::Value { option, value } })
    }
}

/// Two conditions with a connective between.
pub(super) fn logic(op: LogicOp, left: Formula, right: Formula, span: Span) -> Expr {
    let (left, right) = (Box::new(left.expr), Box::new(right.expr));
    Expr { kind: ExprKind::Logic { op, left, right }, ty: Ty::Bool, span }
}
