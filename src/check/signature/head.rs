//! What of a declaration the signatures are made of, so that bodies can change without them.

use crate::syntax::ast::{
    ApprovalRule, Claims, Clauses, Expr, ExprKind, Field, Item, ItemKind, Member, MemberKind, Section, Skip,
    Step, StepKind, TableRows,
};

/// Whether the signatures read anything of a declaration.
pub fn is_signed(item: &Item) -> bool {
    !matches!(item.kind, ItemKind::Test(_) | ItemKind::Always(_) | ItemKind::Use(_))
}

/// The declaration as far as the signatures read it, but for the bodies of functions and lets and for how
/// waterfalls round.
pub(super) fn head(kind: &ItemKind) -> ItemKind {
    let mut kind = kind.clone();
    match &mut kind {
        ItemKind::Test(_)
        | ItemKind::Always(_)
        | ItemKind::Use(_)
        | ItemKind::Book(_)
        | ItemKind::Unit(_)
        | ItemKind::Enum(_)
        | ItemKind::Index(_)
        | ItemKind::Exchange(_) => {}
        ItemKind::Given(field) => without_values(field),
        ItemKind::Context(context) => context.fields.iter_mut().for_each(without_values),
        ItemKind::Table(table) => table.rows = TableRows::Rows(Vec::new()),
        ItemKind::Tiers(tiers) => tiers.tiers.clear(),
        ItemKind::Def(def) => blank(&mut def.body),
        ItemKind::Family(family) => family.members.iter_mut().for_each(without_rules),
        ItemKind::Product(product) => {
            for member in &mut product.members {
                without_rules(member);
                if let MemberKind::Let(own) = &mut member.kind {
                    blank(&mut own.value);
                }
            }
        }
        ItemKind::Preset(preset) => {
            preset.values.clear();
            preset.pieces.clear();
            preset.because = None;
        }
        ItemKind::Guide(guide) => {
            for question in &mut guide.questions {
                question.help = None;
                question.effects.clear();
                question.cases.clear();
            }
        }
        ItemKind::Price(price) => {
            price.entries.iter_mut().for_each(without_values);
            let sections = [&mut price.per_unit, &mut price.per_line];
            sections.into_iter().flatten().for_each(of_section);
        }
        ItemKind::Quote(quote) => {
            quote.entries.iter_mut().for_each(without_values);
            of_steps(&mut quote.steps);
            (quote.valid, quote.follow_up) = (None, None);
            for alert in &mut quote.alerts {
                (alert.narrowed_to, alert.because) = (None, None);
                blank(&mut alert.when);
            }
            quote.requirements.iter_mut().for_each(without_rules);
        }
        ItemKind::Approvals(approvals) => {
            approvals.rules = Vec::<ApprovalRule>::new();
            approvals.skips = Vec::<Skip>::new();
        }
    }
    kind
}

/// Something small in the place of an expression.
fn blank(expr: &mut Expr) {
    expr.kind = ExprKind::EarlierLines;
}

/// A field of which only is told whether it has a default.
fn without_values(field: &mut Field) {
    let clauses = &mut field.clauses;
    clauses.default.iter_mut().for_each(blank);
    clauses.because = None;
    clauses.limit = None;
    clauses.visible_to.clear();
}

/// A member of which only is told what others can name, and what that is.
fn without_rules(member: &mut Member) {
    match &mut member.kind {
        MemberKind::Option(field) | MemberKind::Given(field) => without_values(field),
        MemberKind::Require(rule) | MemberKind::Alert(rule) => {
            blank(&mut rule.condition);
            (rule.when, rule.because) = (None, None);
        }
        MemberKind::Exclude(rule) => {
            blank(&mut rule.left);
            blank(&mut rule.right);
            rule.because = None;
        }
        MemberKind::Allow(rule) => {
            rule.options.clear();
            rule.table.text = "".into();
            rule.because = None;
        }
        MemberKind::Cost(cost) => {
            cost.visible_to.clear();
            for component in &mut cost.components {
                blank(&mut component.amount);
                *component.clauses = Clauses::default();
            }
        }
        MemberKind::Suggest(suggest) => *suggest.clauses = Clauses::default(),
        MemberKind::Quantity(_) | MemberKind::Let(_) | MemberKind::Part(_) | MemberKind::Parts(_) => {}
    }
}

fn of_section(section: &mut Section) {
    of_steps(&mut section.steps);
}

fn of_steps(steps: &mut Vec<Step>) {
    // A rounding has no name.
    steps.retain(|step| !matches!(step.kind, StepKind::Round(_)));
    steps.iter_mut().for_each(of_step);
}

/// A step of which only is told how it is called and what kind of figure it is.
fn of_step(step: &mut Step) {
    let of = |amount: &mut Expr, clauses: &mut Box<Clauses>| {
        blank(amount);
        **clauses = Clauses::default();
    };
    match &mut step.kind {
        StepKind::List { amount, clauses, .. }
        | StepKind::Change { amount, clauses, .. }
        | StepKind::Bound { amount, clauses, .. }
        | StepKind::Let { amount, clauses, .. }
        | StepKind::Tax { amount, clauses, .. } => of(amount, clauses),
        StepKind::Charge(charge) => of(&mut charge.amount, &mut charge.clauses),
        StepKind::Gift(gift) => {
            of(&mut gift.count, &mut gift.clauses);
            gift.product.text = "".into();
            gift.choices.clear();
            gift.price = None;
        }
        StepKind::Group(group) => {
            *group.clauses = Clauses::default();
            of_steps(&mut group.steps);
        }
        StepKind::Taxes(taxes) => {
            (taxes.rounded, taxes.base) = (None, None);
            *taxes.clauses = Clauses::default();
            of_steps(&mut taxes.steps);
        }
        StepKind::Claims(claims) => of_claims(claims),
        StepKind::EachLine(section) => of_section(section),
        StepKind::Payable(payable) => of_section(&mut payable.section),
        StepKind::Round(_) | StepKind::Subtotal { .. } => {}
    }
}

fn of_claims(claims: &mut Claims) {
    *claims.clauses = Clauses::default();
    for claim in &mut claims.steps {
        blank(&mut claim.amount);
        claim.needs.clear();
        claim.on.clear();
        claim.repeat = None;
        *claim.clauses = Clauses::default();
    }
}
