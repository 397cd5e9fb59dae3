//! Planned waterfalls: steps whose formulas read slots and whose figures have slots.

use super::code::Formula;
use super::fault::{Fault, Gap};
use super::layout::{Layout, StepSlots};
use super::lower::Names;
use super::run::Scope;
use crate::diagnostic::codes;
use crate::ir::{self, GroupKind, Level, Name, PerCurrency, Period, Pick, Residual, RoundTo, Ty, Value};
use crate::source::Span;
use crate::value::Exact;

/// A step of a waterfall.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its name.
    pub name: Name,
    /// For people.
    pub label: Option<Name>,
    /// What it does.
    pub kind: StepKind,
    /// It counts only where this holds.
    pub when: Option<Formula>,
    /// It counts only on these days.
    pub during: Option<Period>,
    /// The author's words.
    pub because: Option<Name>,
    /// Roles that may see it; empty for all.
    pub visible_to: Vec<Name>,
    /// Where it is declared.
    pub span: Span,
    /// The group that it belongs to: its label or name, and where it is declared.
    pub group: Option<(Name, Span)>,
    /// Where its figure is kept.
    pub(super) figure: u32,
    /// Where it is kept whether it applied.
    pub(super) applied: u32,
}

/// What a step does.
#[derive(Clone, Debug)]
pub enum StepKind {
    /// The list price.
    List(Formula),
    /// Adds an amount.
    Add(Change),
    /// Takes an amount off.
    Less(Change),
    /// Chooses among its members.
    Group {
        /// How.
        kind: GroupKind,
        /// The members.
        steps: Vec<Step>,
        /// All members take off: the group's figure is then what they take off.
        takes: bool,
    },
    /// Rounds the price.
    Round(RoundTo),
    /// A least price.
    Floor(Formula),
    /// A greatest price.
    Cap(Formula),
    /// Names the price.
    Subtotal,
    /// A figure that leaves the price as it is.
    Let(Formula),
    /// A tax.
    Tax(Tax),
    /// Taxes, all on the price at entry.
    Taxes {
        /// The taxes.
        steps: Vec<Step>,
        /// How their sum is rounded.
        round: Option<RoundTo>,
    },
    /// Steps on every line of the quote.
    EachLine {
        /// The steps, as the quote sees them; each product has its own.
        steps: Vec<Step>,
        /// Their position among the quote's `each line`.
        at: usize,
    },
    /// A line that the book adds.
    Charge(Change),
    /// A line of a product that the book adds.
    Gift(Box<Gift>),
    /// Steps that take units of lines.
    Claims(Vec<Step>),
    /// Steps from the total to what is to be paid.
    Payable(Vec<Step>),
    /// One of them.
    Claim(Box<Claim>),
}

/// A tax.
#[derive(Clone, Debug)]
pub struct Tax {
    /// Its amount.
    pub amount: Formula,
    /// It is contained in the price.
    pub within: bool,
    /// Only these lines.
    pub on_lines: Option<Condition>,
}

/// A condition on lines, of which each product has its own formula.
#[derive(Clone, Debug)]
pub struct Condition {
    /// Its position among the quote's conditions on lines.
    pub at: usize,
    /// As written.
    pub text: Name,
}

/// A line of a product that the book adds.
#[derive(Clone, Debug)]
pub struct Gift {
    /// How many.
    pub count: Formula,
    /// The product.
    pub product: Name,
    /// Values for its options.
    pub options: Vec<(Name, Value)>,
    /// The price of one; free without it.
    pub price: Option<Formula>,
}

/// Lines that are looked at group by group.
#[derive(Clone, Debug)]
pub struct EachRule {
    /// Its position among the quote's groupings; each product has its own formulas.
    pub at: usize,
    /// What the lines of a group have in common.
    pub key: KeyRule,
    /// As written.
    pub text: Name,
}

/// What the lines of a group have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyRule {
    /// The line of the request that they are pieces of.
    Bundle,
    /// The product.
    Product,
    /// Nothing: each line stands by itself.
    Line,
    /// Something of the line, of this type.
    Of(Ty),
}

/// What a grouping reads on the lines of one product, or where that is the bundle of the lines.
#[derive(Clone, Debug)]
pub(super) struct Grouping {
    /// What the lines of a group have in common, where that is a value.
    pub key: Option<Formula>,
    /// What is worked out for each group, in the order of the step's formulas.
    pub formulas: Vec<Formula>,
}

/// Units that become cheaper.
#[derive(Clone, Debug)]
pub struct Claim {
    /// What is taken off each time.
    pub amount: Formula,
    /// Units that must be there besides.
    pub needs: Vec<Selection>,
    /// The units that become cheaper.
    pub on: Vec<Selection>,
    /// The units of each group are taken by themselves.
    pub each: Option<EachRule>,
    /// How often at most.
    pub repeat: Repeat,
}

/// How often a claim is made.
#[derive(Clone, Debug)]
pub enum Repeat {
    /// Once.
    Once,
    /// As often as there are units.
    Always,
    /// So often at most, of each group.
    AtMost(Box<Formula>),
    /// So often at most, all groups together.
    AtMostInAll(Box<Formula>),
}

/// Which units are taken.
#[derive(Clone, Debug)]
pub struct Selection {
    /// Which come first.
    pub order: Pick,
    /// How many, or what they must come to; none for all.
    pub count: Option<Formula>,
    /// Fewer will do, but not none.
    pub up_to: bool,
    /// The number is what the units must come to.
    pub worth: bool,
    /// Only units of these lines.
    pub among: Option<Condition>,
}

/// Whether a step of these says that it `may be negative`: a price below zero is then meant.
pub(super) fn may_turn_round(steps: &[Step]) -> bool {
    steps.iter().any(|step| match &step.kind {
        StepKind::Add(change) | StepKind::Less(change) | StepKind::Charge(change) => change.may_be_negative,
        StepKind::Group { steps, .. } | StepKind::EachLine { steps, .. } => may_turn_round(steps),
        _ => false,
    })
}

/// The amount of an `add` or `less`.
#[derive(Clone, Debug)]
pub struct Change {
    /// The amount.
    pub amount: Formula,
    /// It may be negative.
    pub may_be_negative: bool,
    /// The rounding that follows is folded into it.
    pub open: bool,
    /// In the quote: how it reaches the lines.
    pub spread: Option<SpreadRule>,
}

/// How an amount reaches the lines, without what is read on them.
#[derive(Clone, Debug)]
pub struct SpreadRule {
    /// Its position among the quote's spreads; each product has its own formulas.
    pub at: usize,
    /// The condition on lines, as written.
    pub on_lines: Option<Name>,
    /// The amount is worked out for each group of lines.
    pub each: Option<EachRule>,
    /// Shares are multiples of this.
    pub to: Option<PerCurrency>,
    /// Who gets what remains.
    pub residual: Residual,
    /// There is a most that a line takes.
    pub within: bool,
    /// What no line can take is left over, and no mistake.
    pub partly: bool,
    /// The charges above take part: weighed by their amount, or all by this.
    pub charges: Option<Option<Exact>>,
}

/// What a spread reads on the lines of one product.
#[derive(Clone, Debug)]
pub(super) struct Spread {
    pub on_lines: Option<Formula>,
    pub by: Option<Formula>,
    pub within: Option<Formula>,
}

/// Gives slots to steps and the members of their groups, in the order in which `plan_steps` takes them.
pub(super) fn reserve(layout: &mut Layout, level: Level, steps: &[ir::Step], slots: &mut Vec<StepSlots>) {
    for step in steps {
        slots.push(layout.add_step(level, step));
        if level == Level::Quote || !matches!(step.kind, ir::StepKind::EachLine(_)) {
            reserve(layout, level, step.kind.steps(), slots);
        }
    }
}

/// Plans steps one after the other.
pub(super) struct StepPlanner<'a, S> {
    pub names: Names<'a>,
    pub slots: S,
    /// How many spreads and `each line` were met.
    pub spreads: usize,
    pub each: usize,
    /// How many conditions on lines were met.
    pub conditions: usize,
    /// How many groupings of lines were met.
    pub groupings: usize,
    /// Who may see the group that is planned: its members without a word of their own are for the same.
    pub visible_to: Vec<Name>,
}

impl<S: Iterator<Item = StepSlots>> StepPlanner<'_, S> {
    /// The planned form of steps whose slots come next.
    pub fn steps(&mut self, steps: &[ir::Step], group: Option<&(Name, Span)>) -> Vec<Step> {
        steps.iter().map(|step| self.step(step, group)).collect()
    }

    fn step(&mut self, step: &ir::Step, group: Option<&(Name, Span)>) -> Step {
        // The slots were reserved for these very steps; a step beyond them would keep its figure in the
        // first cell of a frame that has none.
        let visible_to =
            if step.visible_to.is_empty() { self.visible_to.clone() } else { step.visible_to.clone() };
        let outer = std::mem::replace(&mut self.visible_to, visible_to.clone());
        let slots = self.slots.next().unwrap_or(StepSlots { figure: u32::MAX, applied: u32::MAX });
        let kind = self.kind(step, group.is_some());
        self.visible_to = outer;
        Step {
            name: step.name.clone(),
            label: step.label.clone(),
            kind,
            when: step.when.as_ref().map(|formula| self.names.formula(formula)),
            during: step.during.clone(),
            because: step.because.clone(),
            visible_to,
            span: step.span,
            group: group.cloned(),
            figure: slots.figure,
            applied: slots.applied,
        }
    }

    fn kind(&mut self, step: &ir::Step, in_group: bool) -> StepKind {
        let names = self.names;
        match &step.kind {
            ir::StepKind::List(amount) => StepKind::List(names.formula(amount)),
            ir::StepKind::Add(change) => StepKind::Add(self.change(change)),
            ir::StepKind::Less(change) => StepKind::Less(self.change(change)),
            ir::StepKind::Group { kind, steps } => StepKind::Group {
                kind: *kind,
                takes: only_takes(steps),
                steps: {
                    let name = step.label.as_ref().unwrap_or(&step.name).clone();
                    self.steps(steps, Some(&(name, step.span)))
                },
            },
            ir::StepKind::Round(to) => StepKind::Round(to.clone()),
            ir::StepKind::Floor(bound) => StepKind::Floor(names.formula(bound)),
            ir::StepKind::Cap(bound) => StepKind::Cap(names.formula(bound)),
            ir::StepKind::Subtotal => StepKind::Subtotal,
            ir::StepKind::Let(figure) => StepKind::Let(names.formula(figure)),
            ir::StepKind::Tax(tax) => StepKind::Tax(Tax {
                on_lines: tax.on_lines.as_ref().map(|it| self.condition(it)),
                amount: names.formula(&tax.amount),
                within: tax.within,
            }),
            ir::StepKind::Taxes { steps, round } => {
                let name = step.label.as_ref().unwrap_or(&step.name).clone();
                StepKind::Taxes { steps: self.steps(steps, Some(&(name, step.span))), round: round.clone() }
            }
            ir::StepKind::Charge(change) => StepKind::Charge(self.change(change)),
            ir::StepKind::Gift(gift) => StepKind::Gift(Box::new(Gift {
                count: names.formula(&gift.count),
                product: gift.product.clone(),
                options: gift.options.clone(),
                price: gift.price.as_ref().map(|price| names.formula(price)),
            })),
            ir::StepKind::Claims(steps) => StepKind::Claims({
                let named = step.label.is_some() || in_group || *step.name != *ir::CLAIMS;
                let name = step.label.as_ref().unwrap_or(&step.name).clone();
                self.steps(steps, named.then_some((name, step.span)).as_ref())
            }),
            ir::StepKind::Payable(steps) => StepKind::Payable(self.steps(steps, None)),
            ir::StepKind::Claim(claim) => StepKind::Claim(Box::new(Claim {
                amount: names.formula(&claim.amount),
                needs: claim.needs.iter().map(|needs| self.selection(needs)).collect(),
                on: claim.on.iter().map(|on| self.selection(on)).collect(),
                each: claim.each.as_ref().map(|each| self.each(each)),
                repeat: match &claim.repeat {
                    ir::Repeat::Once => Repeat::Once,
                    ir::Repeat::Always => Repeat::Always,
                    ir::Repeat::AtMost(most) => Repeat::AtMost(Box::new(names.formula(most))),
                    ir::Repeat::AtMostInAll(most) => Repeat::AtMostInAll(Box::new(names.formula(most))),
                },
            })),
            ir::StepKind::EachLine(steps) => {
                let at = self.each;
                self.each += 1;
                StepKind::EachLine { steps: self.steps(steps, None), at }
            }
        }
    }

    fn condition(&mut self, condition: &ir::Formula) -> Condition {
        self.conditions += 1;
        Condition { at: self.conditions - 1, text: condition.text.clone() }
    }

    fn selection(&mut self, selection: &ir::Selection) -> Selection {
        let (count, up_to) = match &selection.count {
            ir::Count::Exactly(count) | ir::Count::Worth(count) => (Some(self.names.formula(count)), false),
            ir::Count::UpTo(count) => (Some(self.names.formula(count)), true),
            ir::Count::All => (None, true),
        };
        let worth = matches!(selection.count, ir::Count::Worth(_));
        let among = selection.among.as_ref().map(|among| self.condition(among));
        Selection { order: selection.order, count, up_to, worth, among }
    }

    fn each(&mut self, each: &ir::Each) -> EachRule {
        self.groupings += 1;
        let key = match &each.key {
            ir::GroupKey::Bundle => KeyRule::Bundle,
            ir::GroupKey::Product => KeyRule::Product,
            ir::GroupKey::Line => KeyRule::Line,
            ir::GroupKey::Of(key) => KeyRule::Of(key.expr.ty.clone()),
        };
        EachRule { at: self.groupings - 1, key, text: each.text.clone() }
    }

    fn change(&mut self, change: &ir::Change) -> Change {
        let spread = change.spread.as_ref().map(|spread| {
            self.spreads += 1;
            SpreadRule {
                at: self.spreads - 1,
                on_lines: spread.on_lines.as_ref().map(|formula| formula.text.clone()),
                each: spread.each.as_ref().map(|each| self.each(each)),
                to: spread.to.clone(),
                residual: spread.residual,
                within: spread.within.is_some(),
                partly: spread.partly,
                charges: spread.with_charges.then(|| match spread.by.as_ref().map(|by| &by.expr.kind) {
                    Some(ir::ExprKind::Const(Value::Number(weight))) => Some(weight.clone()),
                    _ => None,
                }),
            }
        });
        Change {
            amount: self.names.formula(&change.amount),
            may_be_negative: change.may_be_negative,
            open: change.open,
            spread,
        }
    }
}

/// Calls `visit` for each spread of the quote's steps, in the order in which they are numbered.
pub(super) fn for_each_spread<'s>(steps: &'s [ir::Step], visit: &mut dyn FnMut(&'s ir::Spread)) {
    for step in steps {
        match &step.kind {
            ir::StepKind::Add(change) | ir::StepKind::Less(change) => {
                change.spread.iter().for_each(&mut *visit);
            }
            ir::StepKind::Group { steps, .. } | ir::StepKind::EachLine(steps) => {
                for_each_spread(steps, visit);
            }
            _ => {}
        }
    }
}

/// Calls `visit` for each condition on lines, in the order in which they are numbered.
pub(super) fn for_each_condition<'s>(steps: &'s [ir::Step], visit: &mut dyn FnMut(&'s ir::Formula)) {
    for step in steps {
        match &step.kind {
            ir::StepKind::Tax(tax) => tax.on_lines.iter().for_each(&mut *visit),
            ir::StepKind::Claim(claim) => {
                claim.selections().filter_map(|it| it.among.as_ref()).for_each(&mut *visit);
            }
            _ => for_each_condition(step.kind.steps(), visit),
        }
    }
}

/// Calls `visit` for each grouping of lines, in the order in which they are numbered, with the formulas that are
/// worked out for each group.
pub(super) fn for_each_grouping<'s>(
    steps: &'s [ir::Step],
    visit: &mut dyn FnMut(&'s ir::Each, Vec<&'s ir::Formula>),
) {
    for step in steps {
        match &step.kind {
            ir::StepKind::Add(change) | ir::StepKind::Less(change) => {
                if let Some(each) = change.spread.as_ref().and_then(|spread| spread.each.as_ref()) {
                    visit(each, vec![&change.amount]);
                }
            }
            ir::StepKind::Claim(claim) => {
                if let Some(each) = &claim.each {
                    visit(each, claim.formulas().collect());
                }
            }
            _ => for_each_grouping(step.kind.steps(), visit),
        }
    }
}

fn only_takes(steps: &[ir::Step]) -> bool {
    steps.iter().all(|step| match &step.kind {
        ir::StepKind::Less(_) | ir::StepKind::Claims(_) => true,
        ir::StepKind::Group { steps, .. } => only_takes(steps),
        _ => false,
    })
}

impl Step {
    /// The formula of its amount or bound.
    pub fn formula(&self) -> Option<&Formula> {
        match &self.kind {
            StepKind::List(formula)
            | StepKind::Floor(formula)
            | StepKind::Cap(formula)
            | StepKind::Let(formula) => Some(formula),
            StepKind::Add(change) | StepKind::Less(change) | StepKind::Charge(change) => Some(&change.amount),
            StepKind::Tax(tax) => Some(&tax.amount),
            StepKind::Claim(claim) => Some(&claim.amount),
            StepKind::Gift(gift) => Some(gift.price.as_ref().unwrap_or(&gift.count)),
            StepKind::Group { .. }
            | StepKind::Taxes { .. }
            | StepKind::Round(_)
            | StepKind::Subtotal
            | StepKind::EachLine { .. }
            | StepKind::Payable(_)
            | StepKind::Claims(_) => None,
        }
    }

    /// A group, or a block of claims or taxes, that the author gave a name.
    pub fn has_own_name(&self) -> bool {
        !matches!(&*self.name, "best" | "worst" | "first" | "all" | "taxes" | ir::CLAIMS)
    }

    /// How its lines are grouped, where they are.
    pub fn each(&self) -> Option<&EachRule> {
        match &self.kind {
            StepKind::Claim(claim) => claim.each.as_ref(),
            _ => self.spread().and_then(|rule| rule.each.as_ref()),
        }
    }

    /// How it reaches the lines, where it says so.
    pub(super) fn spread(&self) -> Option<&SpreadRule> {
        match &self.kind {
            StepKind::Add(change) | StepKind::Less(change) => change.spread.as_ref(),
            _ => None,
        }
    }

    /// The steps inside.
    pub fn members(&self) -> &[Step] {
        match &self.kind {
            StepKind::Group { steps, .. }
            | StepKind::Taxes { steps, .. }
            | StepKind::EachLine { steps, .. }
            | StepKind::Payable(steps)
            | StepKind::Claims(steps) => steps,
            _ => &[],
        }
    }

    /// It is a tax, or holds one.
    pub(super) fn is_tax(&self) -> bool {
        match &self.kind {
            StepKind::Tax(_) | StepKind::Taxes { .. } => true,
            StepKind::EachLine { steps, .. } => steps.iter().any(Step::is_tax),
            _ => false,
        }
    }

    /// The rounding that is folded into this step, if it stands next.
    pub(super) fn folds<'s>(&self, next: Option<&'s Step>) -> Option<&'s RoundTo> {
        let open = match &self.kind {
            StepKind::Add(change) | StepKind::Less(change) => change.open,
            _ => false,
        };
        match next {
            Some(Step { kind: StepKind::Round(to), when: None, during: None, .. }) if open => Some(to),
            _ => None,
        }
    }
}

/// An amount that came out below zero, and may not.
pub(super) fn negative(step: &Step, formula: &Formula, amount: &Exact, scope: Scope<'_>) -> Gap {
    let amount = scope.plan.show(scope.day, &Value::Number(amount.clone()), &formula.ty);
    let message = format!("`{}` comes to {amount}, and its amount cannot be negative", step.name);
    let help = "if it may turn round, the book says `may be negative`";
    Fault::new(codes::NEGATIVE_STEP_IN_QUOTE, message).at(step.span).help(help).gap()
}
