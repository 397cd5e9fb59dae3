//! Costs and waterfalls: what each step does to the running price.
//!
//! A step is first judged (what would it do?) and then settled (it did, or it lost its group), as the evaluator
//! does it.

use super::compile::{Compiler, StepOut, Val, cut, unsupported};
use super::graph::B;
use super::number::Num;
use super::program::Unsupported;
use super::trace::Told;
use crate::ir::{
    Builtin, Change, CompareOp, CostComponent, Formula, GroupKind, Level, Name, Place, RoundTo, Step,
    StepKind, Tax,
};
use crate::source::Span;

/// What a step would do.
pub(super) struct Judged<'s> {
    step: &'s Step,
    /// It is in force, and of a group some member.
    pub counts: B,
    /// Its members are looked at.
    opens: B,
    effect: Num,
    /// What its name stands for.
    figure: Num,
    /// Where it is in force, it changes something.
    changes: B,
    bound: Option<(Num, B)>,
    /// The members of a group, and where each of them won.
    members: Vec<(Judged<'s>, B)>,
}

impl<'p> Compiler<'p> {
    pub fn formula(&mut self, formula: &Formula) -> Result<Num, Unsupported> {
        self.number(&formula.expr)
    }

    /// Costs, the waterfall of a unit, the waterfall of the line.
    pub fn waterfalls(&mut self) -> Result<(), Unsupported> {
        let product = self.product;
        let Some(price) = self.price else {
            return unsupported("a product that is not sold alone", product.span);
        };
        let turns = may_turn_round(&price.per_unit) || may_turn_round(&price.per_line);
        let quantity = self.figure_at(Place::Quantity, product.span)?;
        let unit_cost = self.costs(Level::Unit, &product.unit_cost)?;
        self.set_builtin(Level::Unit, Builtin::Cost, unit_cost);
        let own = self.costs(Level::Line, &product.line_cost)?;
        let cost = self.graph.times(unit_cost, quantity)?;
        let cost = self.graph.plus(cost, own)?;
        self.set_builtin(Level::Line, Builtin::Cost, cost);
        let mut start = self.graph.zero();
        if !price.per_unit.is_empty() {
            let net = self.walk(Level::Unit, &price.per_unit, start)?;
            self.not_below_zero(net, turns);
            self.set_builtin(Level::Unit, Builtin::Net, net);
            if price.per_unit.iter().any(|step| matches!(step.kind, StepKind::List(_))) {
                let list = self
                    .figure_at(Place::Builtin { level: Level::Unit, figure: Builtin::List }, product.span)?;
                let list = self.graph.times(list, quantity)?;
                self.set_builtin(Level::Line, Builtin::List, list);
            }
            start = self.graph.times(net, quantity)?;
            self.tell_start(Level::Line, "units", start);
        }
        let net = self.walk(Level::Line, &price.per_line, start)?;
        self.not_below_zero(net, turns);
        self.set_builtin(Level::Line, Builtin::Net, net);
        Ok(())
    }

    /// A price below zero is refused unless a step may turn round.
    fn not_below_zero(&mut self, price: Num, turns: bool) {
        if !turns {
            let negative = self.graph.compare_const(CompareOp::Less, price.above, 0);
            self.defer(negative);
        }
    }

    pub fn figure_at(&mut self, place: Place, span: Span) -> Result<Num, Unsupported> {
        match self.read(&place, span)? {
            Val::Num(number) => Ok(number),
            _ => unsupported("a figure that may be missing", span),
        }
    }

    pub fn set_builtin(&mut self, level: Level, figure: Builtin, number: Num) {
        let named = Place::Figure { level, name: figure.word().into() };
        self.cells.insert(named, Val::Num(number));
        self.cells.insert(Place::Builtin { level, figure }, Val::Num(number));
    }

    fn costs(&mut self, level: Level, components: &[CostComponent]) -> Result<Num, Unsupported> {
        let mut sum = self.graph.zero();
        for component in components {
            let counts = match &component.when {
                None => self.graph.known(true),
                Some(when) => self.truth(&when.expr)?,
            };
            let nothing = self.graph.zero();
            let amount = self.either(
                counts,
                component.span,
                |it| it.formula(&component.amount).map(Val::Num),
                |_| Ok(Val::Num(nothing)),
            )?;
            let Val::Num(amount) = amount else {
                return unsupported("a cost that may be missing", component.span);
            };
            sum = self.graph.plus(sum, amount)?;
            let place = Place::CostComponent { level, name: component.name.clone() };
            self.cells.insert(place, Val::Num(amount));
        }
        Ok(sum)
    }

    /// Walks down steps; the price at the end.
    pub fn walk(&mut self, level: Level, steps: &'p [Step], start: Num) -> Result<Num, Unsupported> {
        let (mut running, always) = (start, self.graph.known(true));
        self.cells.insert(Place::Running(level), Val::Num(running));
        let mut rest = steps;
        while let Some((step, behind)) = rest.split_first() {
            rest = behind;
            let (told, before) = (self.told(level), running);
            let mut judged = self.judge(level, step, running)?;
            if let Some((to, rounding)) = folded(step, behind) {
                rest = &behind[1..];
                // Where the step does not count, the rounding stands for itself.
                let open = self.graph.plus(running, judged.effect)?;
                let open = self.chosen(judged.counts, open, running)?;
                let rounded = self.rounded(open, to)?;
                judged.effect = self.graph.minus(rounded, running)?;
                judged.figure = match step.kind {
                    StepKind::Less(_) => self.graph.negated(judged.effect),
                    _ => judged.effect,
                };
                judged.changes = self.is_not_zero(judged.effect);
                let (counts, changes) = (judged.counts, judged.changes);
                self.settle(level, judged, counts, always)?;
                let after = self.chosen(counts, rounded, running)?;
                self.ran(level, told, before, after)?;
                let told = self.told(level);
                let alone = self.graph.not(counts);
                let difference = self.graph.minus(rounded, running)?;
                let own = Judged {
                    counts: alone,
                    effect: difference,
                    figure: difference,
                    changes,
                    ..self.nothing(rounding)
                };
                self.settle(level, own, alone, always)?;
                self.ran(level, told, after, rounded)?;
                running = rounded;
            } else {
                let zero = self.graph.zero();
                let effect = self.chosen(judged.counts, judged.effect, zero)?;
                let after = self.graph.plus(running, effect)?;
                // A price that is set, not moved, needs no sum.
                running = match step.kind {
                    StepKind::Round(_) | StepKind::Floor(_) | StepKind::Cap(_) => {
                        self.moved(&judged, running, after)?
                    }
                    _ => after,
                };
                let counts = judged.counts;
                self.settle(level, judged, counts, always)?;
                self.ran(level, told, before, running)?;
            }
            self.cells.insert(Place::Running(level), Val::Num(running));
        }
        Ok(running)
    }

    /// The price after a rounding, a floor or a cap.
    fn moved(&mut self, judged: &Judged<'_>, running: Num, after: Num) -> Result<Num, Unsupported> {
        let to = match (&judged.step.kind, judged.bound) {
            (StepKind::Round(to), _) => self.rounded(running, to)?,
            (StepKind::Floor(_) | StepKind::Cap(_), Some((bound, _))) => bound,
            _ => return Ok(after),
        };
        let moves = match judged.step.kind {
            StepKind::Round(_) => judged.counts,
            _ => self.graph.and(judged.counts, judged.changes),
        };
        self.chosen(moves, to, running)
    }

    fn rounded(&mut self, price: Num, to: &RoundTo) -> Result<Num, Unsupported> {
        let (step, offset) =
            (to.step.in_currency(self.day.currency), to.offset.in_currency(self.day.currency));
        let rounded = self.graph.rounded_to(price, to.mode, step)?;
        let offset = self.graph.exact(offset)?;
        self.graph.plus(rounded, offset)
    }

    fn is_not_zero(&mut self, of: Num) -> B {
        self.graph.compare_const(CompareOp::NotEqual, of.above, 0)
    }

    fn nothing<'s>(&mut self, step: &'s Step) -> Judged<'s> {
        let (zero, never) = (self.graph.zero(), self.graph.known(false));
        Judged {
            step,
            counts: never,
            opens: never,
            effect: zero,
            figure: zero,
            changes: never,
            bound: None,
            members: Vec::new(),
        }
    }

    /// Where a step's condition holds, on a day on which it counts.
    pub fn is_in_force(&mut self, step: &Step) -> Result<B, Unsupported> {
        let day = self.day.as_of;
        match &step.when {
            _ if step.during.as_ref().is_some_and(|during| !cut(&mut self.period, during, day)) => {
                Ok(self.graph.known(false))
            }
            None => Ok(self.graph.known(true)),
            Some(when) => self.truth(&when.expr),
        }
    }

    fn judge<'s>(&mut self, level: Level, step: &'s Step, running: Num) -> Result<Judged<'s>, Unsupported> {
        let counts = self.is_in_force(step)?;
        if self.graph.truth(counts) == Some(false) {
            return self.left_out(step);
        }
        let judged = self.under(counts, |it| it.in_force(level, step, running, counts));
        match judged {
            // What cannot be done is the evaluator's where it counts.
            Err(_) if self.graph.truth(counts).is_none() => {
                self.defer(counts);
                self.left_out(step)
            }
            judged => judged,
        }
    }

    /// A step that does nothing, and so do its members.
    fn left_out<'s>(&mut self, step: &'s Step) -> Result<Judged<'s>, Unsupported> {
        let mut judged = self.nothing(step);
        for member in step.kind.steps() {
            let never = self.graph.known(false);
            judged.members.push((self.left_out(member)?, never));
        }
        Ok(judged)
    }

    fn in_force<'s>(
        &mut self,
        level: Level,
        step: &'s Step,
        running: Num,
        counts: B,
    ) -> Result<Judged<'s>, Unsupported> {
        let mut judged = Judged { counts, opens: counts, ..self.nothing(step) };
        judged.changes = self.graph.known(true);
        match &step.kind {
            StepKind::Add(change) => self.change(&mut judged, change, false)?,
            StepKind::Less(change) => self.change(&mut judged, change, true)?,
            StepKind::Group { kind, steps } => self.group(level, &mut judged, *kind, steps, running)?,
            StepKind::List(amount) => {
                judged.effect = self.formula(amount)?;
                judged.figure = judged.effect;
            }
            StepKind::Subtotal => judged.figure = running,
            StepKind::Let(figure) => judged.figure = self.formula(figure)?,
            StepKind::Round(to) => {
                let rounded = self.rounded(running, to)?;
                judged.effect = self.graph.minus(rounded, running)?;
                judged.figure = judged.effect;
                judged.changes = self.is_not_zero(judged.effect);
            }
            StepKind::Floor(bound) | StepKind::Cap(bound) => {
                let bound = self.formula(bound)?;
                let op = match step.kind {
                    StepKind::Floor(_) => CompareOp::Less,
                    _ => CompareOp::Greater,
                };
                let needed = self.graph.compare_numbers(op, running, bound)?;
                let (difference, zero) = (self.graph.minus(bound, running)?, self.graph.zero());
                judged.effect = self.chosen(needed, difference, zero)?;
                judged.figure = self.graph.size(judged.effect);
                judged.changes = needed;
                judged.bound = Some((bound, counts));
            }
            StepKind::Tax(tax) => self.tax(&mut judged, tax)?,
            StepKind::Taxes { round: Some(_), .. } => {
                return unsupported("taxes that share what their sum is rounded to", step.span);
            }
            StepKind::Taxes { steps, round: None } => {
                self.group(level, &mut judged, GroupKind::All, steps, running)?;
                // Taxes that are contained in the price change nothing, and count all the same.
                let mut sum = self.graph.zero();
                for (tax, counts) in &judged.members {
                    let zero = self.graph.zero();
                    let amount = self.chosen(*counts, tax.figure, zero)?;
                    sum = self.graph.plus(sum, amount)?;
                }
                judged.figure = sum;
            }
            StepKind::Charge(change) => self.change(&mut judged, change, false)?,
            StepKind::EachLine(_) => return unsupported("`each line` inside another step", step.span),
            StepKind::Gift(_) => return unsupported("a gift", step.span),
            StepKind::Claims(_) | StepKind::Claim(_) => {
                return unsupported("units that are claimed", step.span);
            }
            StepKind::Payable(_) => return unsupported("what is to be paid", step.span),
        }
        Ok(judged)
    }

    fn change(&mut self, judged: &mut Judged<'_>, change: &Change, takes: bool) -> Result<(), Unsupported> {
        if let Some(each) = change.spread.as_ref().and_then(|spread| spread.each.as_ref()) {
            let span = each.formula().map_or(change.amount.expr.span, |key| key.expr.span);
            return unsupported("lines that are grouped", span);
        }
        let on_lines = change.spread.as_ref().and_then(|spread| spread.on_lines.as_ref());
        let amount = self.reaching(judged, on_lines, |it| {
            let amount = it.formula(&change.amount)?;
            if !change.may_be_negative {
                let negative = it.graph.compare_const(CompareOp::Less, amount.above, 0);
                it.defer(negative);
            }
            it.shared(change, amount)?;
            Ok(amount)
        })?;
        judged.effect = if takes { self.graph.negated(amount) } else { amount };
        judged.figure = amount;
        judged.changes = self.is_not_zero(amount);
        Ok(())
    }

    fn tax(&mut self, judged: &mut Judged<'_>, tax: &Tax) -> Result<(), Unsupported> {
        let amount = self.reaching(judged, tax.on_lines.as_ref(), |it| it.formula(&tax.amount))?;
        if !tax.within {
            judged.effect = amount;
        }
        judged.figure = amount;
        judged.changes = self.is_not_zero(amount);
        Ok(())
    }

    fn group<'s>(
        &mut self,
        level: Level,
        judged: &mut Judged<'s>,
        kind: GroupKind,
        steps: &'s [Step],
        running: Num,
    ) -> Result<(), Unsupported> {
        let (zero, mut some) = (self.graph.zero(), self.graph.known(false));
        let mut effect = zero;
        for step in steps {
            let none = self.graph.not(some);
            let mut member = match kind {
                GroupKind::First => self.under(none, |it| it.judge(level, step, running))?,
                _ => self.judge(level, step, running)?,
            };
            if kind == GroupKind::First {
                // Behind the first that counts nobody is looked at.
                member.opens = self.graph.and(member.opens, none);
            }
            let wins = match kind {
                GroupKind::All => member.counts,
                GroupKind::First => self.graph.and(member.counts, none),
                GroupKind::Best | GroupKind::Worst => {
                    let op = if kind == GroupKind::Best { CompareOp::Less } else { CompareOp::Greater };
                    let better = self.graph.compare_numbers(op, member.effect, effect)?;
                    let better = self.graph.or(none, better);
                    self.graph.and(member.counts, better)
                }
            };
            if kind == GroupKind::All {
                let more = self.chosen(wins, member.effect, zero)?;
                effect = self.graph.plus(effect, more)?;
            } else {
                effect = self.chosen(wins, member.effect, effect)?;
                let others = self.graph.not(wins);
                for (_, won) in &mut judged.members {
                    *won = self.graph.and(*won, others);
                }
            }
            some = self.graph.or(some, member.counts);
            judged.members.push((member, wins));
        }
        judged.counts = self.graph.and(judged.counts, some);
        judged.effect = effect;
        judged.figure = if only_takes(steps) { self.graph.negated(effect) } else { effect };
        Ok(())
    }

    /// Keeps what a step did where it counted.
    fn settle(&mut self, level: Level, judged: Judged<'_>, counted: B, there: B) -> Result<(), Unsupported> {
        let zero = self.graph.zero();
        let figure = self.chosen(counted, judged.figure, zero)?;
        let amount = self.chosen(counted, judged.effect, zero)?;
        let name = &judged.step.name;
        self.set_figure(level, name, figure);
        let applied = self.graph.and(counted, judged.changes);
        let moved = match judged.step.kind {
            StepKind::Group { .. } | StepKind::Taxes { .. } | StepKind::List(_) => self.is_not_zero(amount),
            StepKind::Subtotal => self.graph.known(false),
            StepKind::Let(_) => self.is_not_zero(figure),
            _ => applied,
        };
        let moved = self.graph.and(counted, moved);
        self.applied.entry((level, name.clone())).or_insert(moved);
        let shown = match judged.step.kind {
            StepKind::Subtotal | StepKind::Let(_) | StepKind::Tax(_) | StepKind::Taxes { .. } => figure,
            _ => amount,
        };
        let out = StepOut { amount: shown, applied, there, bound: judged.bound };
        self.steps.entry((level, name.clone())).or_insert(out);
        self.tell_settled(level, &judged, (amount, figure), (counted, applied, there));
        if level == Level::Quote {
            self.told_with_line(judged.step, (amount, figure), moved)?;
        }
        let there = self.graph.and(there, judged.opens);
        for (member, won) in judged.members {
            let won = self.graph.and(won, counted);
            self.settle(level, member, won, there)?;
        }
        Ok(())
    }

    /// Tells what a step did where it counted.
    fn tell_settled(
        &mut self,
        level: Level,
        judged: &Judged<'_>,
        (amount, figure): (Num, Num),
        (counted, applied, there): (B, B, B),
    ) {
        let kind = &judged.step.kind;
        // The members of a group have its amount.
        let has_members = matches!(kind, StepKind::Group { .. } | StepKind::Taxes { .. });
        let amount = if has_members { self.graph.zero() } else { amount };
        let contained = match kind {
            StepKind::Let(_) => Some((figure, counted)),
            // A tax that comes to nothing is not told.
            StepKind::Tax(tax) if tax.within => Some((figure, applied)),
            _ => None,
        };
        let told = Told {
            step: judged.step.name.clone(),
            amount,
            running: amount,
            contained,
            bound: judged.bound,
            applied,
            there,
        };
        self.tell(level, told);
    }

    /// Keeps a figure under its name; the first step of a name keeps it.
    fn set_figure(&mut self, level: Level, name: &Name, figure: Num) {
        let builtin = match &**name {
            "list" => Some(Builtin::List),
            "net" => Some(Builtin::Net),
            _ => None,
        };
        match builtin {
            Some(builtin) => self.set_builtin(level, builtin, figure),
            None => {
                let place = Place::Figure { level, name: name.clone() };
                self.cells.entry(place).or_insert(Val::Num(figure));
            }
        }
    }
}

/// The unconditional rounding behind a step whose amount is open.
pub(super) fn folded<'s>(step: &Step, behind: &'s [Step]) -> Option<(&'s RoundTo, &'s Step)> {
    let open = match &step.kind {
        StepKind::Add(change) | StepKind::Less(change) => change.open,
        _ => false,
    };
    match behind.first() {
        Some(next @ Step { kind: StepKind::Round(to), when: None, during: None, .. }) if open => {
            Some((to, next))
        }
        _ => None,
    }
}

/// Whether a step may turn round: a price below zero is then meant.
pub(super) fn may_turn_round(steps: &[Step]) -> bool {
    steps.iter().any(|step| match &step.kind {
        StepKind::Add(change) | StepKind::Less(change) | StepKind::Charge(change) => change.may_be_negative,
        StepKind::Group { steps, .. } | StepKind::EachLine(steps) => may_turn_round(steps),
        _ => false,
    })
}

fn only_takes(steps: &[Step]) -> bool {
    steps.iter().all(|step| match &step.kind {
        StepKind::Less(_) => true,
        StepKind::Group { steps, .. } => only_takes(steps),
        _ => false,
    })
}
