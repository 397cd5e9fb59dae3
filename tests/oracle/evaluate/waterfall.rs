//! The steps of a waterfall: section 10 of the language reference.

use num_traits::{Signed, Zero};

use super::Entry;
use super::expr::{Fault, NEGATIVE_STEP, Res, Scope, UNKNOWN, World, number, rounded, truth};
use super::lookup::holds;
use crate::model::{Expr, GroupKind, Kind, Lit, Math, Rounding, Step, StepKind, TierMode, Ty, Val};
use crate::number::{Q, whole};

/// What came of the steps of a section.
pub struct Waterfall {
    pub running: Res<Q>,
    pub entries: Vec<Entry>,
    pub subtotals: Vec<(String, Res<Q>)>,
    /// The steps that applied, in their order.
    pub applied: Vec<String>,
    pub faults: Vec<Fault>,
}

/// A step that takes off, by its name: what a block of several steps does under one of its names.
pub fn named(name: &str) -> Step {
    let nothing = Expr::Lit(Lit::Num(Q::zero(), String::new()));
    let (name, kind) = (name.to_owned(), StepKind::Less(nothing));
    Step { name, kind, when: None, during: None, spread: None, may_be_negative: false }
}

/// What a step does to the price: nothing where it does not count.
#[derive(Clone)]
pub enum Effect {
    Skipped,
    Changes(Q),
    Unknown(Fault),
}

/// The change that each `add` and `less` step in a step makes: zero for those that lost.
pub struct Member<'a> {
    pub step: &'a Step,
    pub change: Res<Q>,
}

impl Waterfall {
    pub fn new(start: Res<Q>) -> Waterfall {
        Waterfall {
            running: start,
            entries: Vec::new(),
            subtotals: Vec::new(),
            applied: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// Notes what a step did, under its bare name and with the level before it.
    pub fn note(&mut self, scope: &mut Scope, level: &str, step: &Step, change: &Res<Q>) {
        if let Err(fault) = change {
            self.faults.push(fault.clone());
        }
        self.running = add(&self.running, change);
        let amount = change.clone().unwrap_or_else(|_| Q::zero());
        let running = self.running.clone().ok();
        self.entries.push(Entry { step: step.name.clone(), amount, running });
        let applies = change.as_ref().map(|change| !change.is_zero()).map_err(Clone::clone);
        let named =
            matches!(step.kind, StepKind::Add(_) | StepKind::Less(_) | StepKind::Floor(_) | StepKind::Cap(_));
        if named && applies == Ok(true) {
            self.applied.push(step.name.clone());
        }
        let takes_off = matches!(step.kind, StepKind::Less(_) | StepKind::Cap(_));
        let figure = change.clone().map(|change| if takes_off { -change } else { change });
        scope.set_number(step.name.clone(), figure.clone());
        scope.set_number(format!("{level}.{}", step.name), figure);
        scope.applied.insert(step.name.clone(), applies);
    }

    /// A step below one that could not be worked out is not worked out either.
    pub fn lose(&mut self, scope: &mut Scope, level: &str, step: &Step, fault: &Fault) {
        match &step.kind {
            StepKind::Subtotal | StepKind::Let(_) => self.figure(scope, level, step, Err(fault.clone())),
            StepKind::Taxes(_, _, taxes) => {
                let names = taxes.iter().map(|tax| &tax.name).chain([&step.name]);
                names.for_each(|name| self.note(scope, level, &named(name), &Err(fault.clone())));
            }
            StepKind::Claims(claims) => {
                claims.iter().for_each(|it| self.note(scope, level, &named(&it.name), &Err(fault.clone())));
                name_group(scope, level, step, std::iter::once(Err(fault.clone())));
            }
            StepKind::Group(_, steps) | StepKind::EachLine(steps) => {
                steps.iter().for_each(|member| self.lose(scope, level, member, fault));
                name_group(scope, level, step, std::iter::once(Err(fault.clone())));
            }
            _ => self.note(scope, level, step, &Err(fault.clone())),
        }
    }

    /// Keeps what the members of a group, or the steps of a block, come to among the figures, if the author gave
    /// it a name.
    pub fn sum(&mut self, scope: &Scope, level: &str, step: &Step) {
        if is_named(step) {
            let sum = match scope.names.get(&format!("{level}.{}", step.name)) {
                Some(Ok(Val::Num(sum))) => Ok(sum.clone()),
                _ => Err(UNKNOWN),
            };
            self.subtotals.push((step.name.clone(), sum));
        }
    }

    /// Names the price so far.
    pub fn subtotal(&mut self, scope: &mut Scope, level: &str, step: &Step) {
        self.figure(scope, level, step, self.running.clone());
    }

    /// Names a figure. Without it the price is not known either.
    pub fn figure(&mut self, scope: &mut Scope, level: &str, step: &Step, figure: Res<Q>) {
        if let (Ok(_), Err(fault)) = (&self.running, &figure) {
            self.faults.push(fault.clone());
            self.running = Err(fault.clone());
        }
        self.entries.push(Entry {
            step: step.name.clone(),
            amount: Q::zero(),
            running: self.running.clone().ok(),
        });
        self.subtotals.push((step.name.clone(), figure.clone()));
        scope.set_number(step.name.clone(), figure.clone());
        scope.set_number(format!("{level}.{}", step.name), figure);
    }
}

/// Runs the steps of a unit or of a line. `level` is the word before the dot: `unit`, `line`.
pub fn run(world: &World, scope: &mut Scope, steps: &[Step], level: &str, start: Res<Q>) -> Waterfall {
    let mut so_far = Waterfall::new(start);
    for (at, step) in steps.iter().enumerate() {
        scope.set_number("running", so_far.running.clone());
        if let Err(fault) = so_far.running.clone() {
            so_far.lose(scope, level, step, &fault);
            so_far.sum(scope, level, step);
            continue;
        }
        match &step.kind {
            StepKind::Subtotal => so_far.subtotal(scope, level, step),
            StepKind::Let(amount) => {
                let figure = number(world, scope, amount);
                so_far.figure(scope, level, step, figure);
            }
            StepKind::Group(..) => {
                let members = weigh(world, scope, step).1;
                for member in &members {
                    so_far.note(scope, level, member.step, &member.change);
                }
                name_group(scope, level, step, members.into_iter().map(|member| member.change));
                so_far.sum(scope, level, step);
            }
            StepKind::Add(amount) | StepKind::Less(amount) => {
                let mut change = change(world, scope, step);
                let follows = steps.get(at + 1).map(|next| &next.kind);
                if let (true, Some(StepKind::Round(to)), Effect::Changes(by)) =
                    (never_ends(world, amount), follows, &change)
                {
                    change = folded(world, &so_far.running, by, to);
                }
                so_far.note(scope, level, step, &known(change));
            }
            _ => {
                let change = known(change(world, scope, step));
                so_far.note(scope, level, step, &change);
            }
        }
    }
    so_far
}

/// A group, or a block of claims or taxes, that the author gave a name.
pub fn is_named(step: &Step) -> bool {
    matches!(step.kind, StepKind::Group(..) | StepKind::Claims(_) | StepKind::Taxes(..))
        && !step.name.is_empty()
}

/// What a group's name stands for: what it took off where it can only take off, else what it put on.
pub fn name_group(scope: &mut Scope, level: &str, group: &Step, changes: impl Iterator<Item = Res<Q>>) {
    let sum: Res<Q> = changes.sum();
    let figure = sum.map(|sum| if only_takes(group) { -sum } else { sum });
    scope.set_number(group.name.clone(), figure.clone());
    scope.set_number(format!("{level}.{}", group.name), figure);
}

fn only_takes(step: &Step) -> bool {
    match &step.kind {
        StepKind::Group(_, steps) => steps.iter().all(only_takes),
        kind => matches!(kind, StepKind::Less(_) | StepKind::Claims(_)),
    }
}

/// The change of a step whose amount has no end, with the rounding that follows it.
fn folded(world: &World, running: &Res<Q>, by: &Q, to: &Rounding) -> Effect {
    match running {
        Ok(running) => Effect::Changes(rounded(world, &(running + by), to) - running),
        Err(fault) => Effect::Unknown(fault.clone()),
    }
}

/// The change, zero where the step does not count.
pub fn known(effect: Effect) -> Res<Q> {
    match effect {
        Effect::Skipped => Ok(Q::zero()),
        Effect::Changes(by) => Ok(by),
        Effect::Unknown(fault) => Err(fault),
    }
}

pub fn add(left: &Res<Q>, right: &Res<Q>) -> Res<Q> {
    Ok(left.clone()? + right.clone()?)
}

/// What a step that is no group does to the price, which `running` in the scope is.
pub fn change(world: &World, scope: &Scope, step: &Step) -> Effect {
    let running = || number(world, scope, &Expr::Read("running".to_owned()));
    let result = counts(world, scope, step).and_then(|counts| {
        if !counts {
            return Ok(None);
        }
        let change = match &step.kind {
            StepKind::List(amount) => number(world, scope, amount)?,
            StepKind::Add(amount) => not_negative(step, number(world, scope, amount)?)?,
            StepKind::Less(amount) => -not_negative(step, number(world, scope, amount)?)?,
            StepKind::Tax(amount, _) => number(world, scope, amount)?,
            StepKind::Round(to) => {
                let running = running()?;
                rounded(world, &running, to) - running
            }
            StepKind::Floor(least) => {
                let (least, running) = (number(world, scope, least)?, running()?);
                if running < least { least - running } else { Q::zero() }
            }
            StepKind::Cap(most) => {
                let (most, running) = (number(world, scope, most)?, running()?);
                if running > most { most - running } else { Q::zero() }
            }
            StepKind::Charge(amount) => not_negative(step, number(world, scope, amount)?)?,
            StepKind::Group(..)
            | StepKind::Subtotal
            | StepKind::Let(_)
            | StepKind::EachLine(_)
            | StepKind::Taxes(..)
            | StepKind::Gift(_)
            | StepKind::Claims(_)
            | StepKind::Payable(_) => panic!("no single change"),
        };
        Ok(Some(change))
    });
    match result {
        Ok(None) => Effect::Skipped,
        Ok(Some(by)) => Effect::Changes(by),
        Err(fault) => Effect::Unknown(fault),
    }
}

/// A step that says `may be negative`, or holds one.
pub fn may_turn_round(step: &Step) -> bool {
    match &step.kind {
        StepKind::Group(_, steps) | StepKind::EachLine(steps) => steps.iter().any(may_turn_round),
        _ => step.may_be_negative,
    }
}

pub fn not_negative(step: &Step, amount: Q) -> Res<Q> {
    if amount.is_negative() && !step.may_be_negative { Err(NEGATIVE_STEP) } else { Ok(amount) }
}

/// Its days and its condition hold.
pub fn counts(world: &World, scope: &Scope, step: &Step) -> Res<bool> {
    if !holds(step.during, world.as_of) {
        return Ok(false);
    }
    step.when.as_ref().map_or(Ok(true), |when| truth(world, scope, when))
}

/// What a step changes as a whole, and what the `add` and `less` steps in it change.
pub fn weigh<'a>(world: &World, scope: &Scope, step: &'a Step) -> (Effect, Vec<Member<'a>>) {
    let StepKind::Group(kind, steps) = &step.kind else {
        let effect = change(world, scope, step);
        let by = known(effect.clone());
        return (effect, vec![Member { step, change: by }]);
    };
    match counts(world, scope, step) {
        Err(fault) => return (Effect::Unknown(fault.clone()), all_become(step, &Err(fault))),
        Ok(false) => return (Effect::Skipped, all_become(step, &Ok(Q::zero()))),
        Ok(true) => {}
    }
    let mut counting: Vec<(usize, Q)> = Vec::new();
    let mut inside: Vec<Vec<Member>> = Vec::new();
    for (at, member) in steps.iter().enumerate() {
        if *kind == GroupKind::First && !counting.is_empty() {
            inside.push(all_become(member, &Ok(Q::zero())));
            continue;
        }
        let (effect, members) = weigh(world, scope, member);
        match effect {
            Effect::Unknown(fault) => return (Effect::Unknown(fault.clone()), all_become(step, &Err(fault))),
            Effect::Changes(by) => counting.push((at, by)),
            Effect::Skipped => {}
        }
        inside.push(members);
    }
    // `min_by` and `max_by` differ in which of equal ones they give, so the first is looked for by hand.
    let winning = match kind {
        GroupKind::Best => counting.iter().map(|(_, by)| by).min(),
        GroupKind::Worst => counting.iter().map(|(_, by)| by).max(),
        GroupKind::First | GroupKind::All => counting.first().map(|(_, by)| by),
    };
    let winner = counting.iter().find(|(_, by)| Some(by) == winning).map(|(at, _)| *at);
    let wins = |at: usize| *kind == GroupKind::All || Some(at) == winner;
    let effect = match winner {
        None => Effect::Skipped,
        Some(_) => Effect::Changes(counting.iter().filter(|(at, _)| wins(*at)).map(|(_, by)| by).sum()),
    };
    let members = inside.into_iter().enumerate().flat_map(|(at, members)| {
        let lost = !wins(at);
        members
            .into_iter()
            .map(move |member| if lost { Member { change: Ok(Q::zero()), ..member } } else { member })
    });
    (effect, members.collect())
}

/// All `add` and `less` steps in a step change so much.
fn all_become<'a>(step: &'a Step, change: &Res<Q>) -> Vec<Member<'a>> {
    match &step.kind {
        StepKind::Group(_, steps) => steps.iter().flat_map(|member| all_become(member, change)).collect(),
        _ => vec![Member { step, change: change.clone() }],
    }
}

/// Whether an amount may have no last decimal: a quotient, or the average rate of a graduated scheme.
fn never_ends(world: &World, expr: &Expr) -> bool {
    let book = world.book;
    let any = |exprs: &[&Expr]| exprs.iter().any(|inner| never_ends(world, inner));
    match expr {
        Expr::Math(Math::Divide, over, under) => {
            let ends = constant(world, expr).is_some_and(|value| has_an_end(&value));
            !ends
                && (!constant(world, under).is_some_and(|under| divides_with_an_end(&under)) || any(&[over]))
        }
        Expr::Math(_, left, right) | Expr::Of(left, right) => any(&[left, right]),
        Expr::Tier(name, ..) => book.tiers.iter().any(|tiers| {
            tiers.name == *name && tiers.mode == TierMode::Graduated && tiers.result == Ty::Rate
        }),
        Expr::PriceAt(true, rate, base) => {
            !matches!(&**rate, Expr::Lit(Lit::Rate(rate)) if divides_with_an_end(&(whole(1) - rate)))
                || any(&[base])
        }
        Expr::PriceAt(false, rate, base) => any(&[rate, base]),
        Expr::Period(name, ..) => *name != "full_months",
        Expr::Pow(base, _) => any(&[base]),
        Expr::Aggregate(own) => {
            own.kind == Kind::Average || any(&own.body.iter().chain(&own.filter).collect::<Vec<_>>())
        }
        Expr::Negate(inner) | Expr::Abs(inner) | Expr::Before(inner) => any(&[inner]),
        Expr::If(_, then, otherwise) | Expr::Otherwise(then, otherwise) => any(&[then, otherwise]),
        Expr::By(_, rows, otherwise) => {
            rows.iter().any(|(_, row)| any(&[row])) || otherwise.as_ref().is_some_and(|other| any(&[other]))
        }
        Expr::Min(of) | Expr::Max(of) => of.iter().any(|inner| any(&[inner])),
        Expr::Clamp(inner, low, high) => any(&[inner, low, high]),
        Expr::Call(name, arguments) => {
            let body = book.defs.iter().find(|def| def.name == *name).map(|def| &def.body);
            body.is_some_and(|body| any(&[body])) || arguments.iter().any(|inner| any(&[inner]))
        }
        _ => false,
    }
}

/// The value of what reads nothing.
fn constant(world: &World, expr: &Expr) -> Option<Q> {
    let reads = |it: &Expr| {
        let made_up = matches!(
            it,
            Expr::Lit(Lit::Num(..) | Lit::Rate(_))
                | Expr::Math(..)
                | Expr::Negate(_)
                | Expr::Abs(_)
                | Expr::Pow(..)
                | Expr::Min(_)
                | Expr::Max(_)
                | Expr::Clamp(..)
                | Expr::RoundCall(..)
                | Expr::Rounded(..)
        );
        // What is rounded may depend on the currency.
        !made_up || matches!(it, Expr::Rounded(_, to) if to.minor && to.unit.starts_with("money"))
    };
    if expr.any(&reads) { None } else { number(world, &Scope::default(), expr).ok() }
}

/// A quotient by 2, 4, 5, 10 … has an end.
fn divides_with_an_end(by: &Q) -> bool {
    !by.is_zero() && has_an_end(&by.recip())
}

fn has_an_end(value: &Q) -> bool {
    let mut rest = value.clone();
    for _ in 0..40 {
        if rest.is_integer() {
            return true;
        }
        rest *= whole(10);
    }
    false
}
