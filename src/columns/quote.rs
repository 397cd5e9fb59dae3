//! The quote's own steps, on a quote of one line: what reaches the lines reaches this one whole.
//!
//! A row whose line does not count, falls below zero, or cannot take its share is deferred.

use std::collections::hash_map::Entry;

use super::compile::{Compiler, StepOut, Val, unsupported};
use super::graph::{B, Graph};
use super::number::Num;
use super::program::Unsupported;
use super::waterfall::{Judged, folded};
use crate::ir::{
    Aggregate, AggregateKind, Builtin, Change, CompareOp, ElementPlace, Formula, Level, Name, Place,
    Requirement, Source, Spread, Step, StepKind, Ty,
};
use crate::source::Span;

/// Where a quote stands between two of its steps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stand {
    /// The price of the line so far.
    line: Num,
    /// The price of the quote so far.
    running: Num,
    /// The net is fixed: what follows changes no line's net.
    fixed: bool,
    /// Steps of an `each line` are looked at.
    each: bool,
    /// The line does not count.
    pub invalid: B,
}

impl<'p> Compiler<'p> {
    /// The quote's own steps, and what it must fulfil.
    pub fn quote_steps(&mut self, invalid: B) -> Result<(), Unsupported> {
        let (quote, span) = (&self.book.quote, self.product.span);
        // Steps are not even looked at where no line counts.
        self.defer(invalid);
        for figure in [Builtin::List, Builtin::Cost] {
            let has = figure != Builtin::Cost || self.product.has_cost;
            let of_line = self.cells.get(&Place::Builtin { level: Level::Line, figure });
            if let Some(Val::Num(number)) = of_line.cloned().filter(|_| has) {
                self.set_builtin(Level::Quote, figure, number);
            }
        }
        let net = self.figure_at(Place::Builtin { level: Level::Line, figure: Builtin::Net }, span)?;
        self.tell_start(Level::Quote, "lines", net);
        self.stands(Stand { line: net, running: net, fixed: false, each: false, invalid });
        for chunk in chunks(&quote.steps) {
            match chunk {
                [step @ Step { kind: StepKind::EachLine(steps), .. }] => self.each_line(step, steps)?,
                _ => self.on_quote(chunk)?,
            }
        }
        self.fix_net();
        let Some(Stand { running, .. }) = self.stand else { return Ok(()) };
        self.not_below(running);
        self.total(running);
        quote.requirements.iter().try_for_each(|rule| self.requirement(rule))
    }

    /// A quote without steps of its own begins and ends with the price of its line.
    pub fn begin_quote(&mut self, net: Num, invalid: B) {
        self.stand = Some(Stand { line: net, running: net, fixed: true, each: false, invalid });
    }

    /// A step of the quote, with the rounding behind it that is folded into it.
    fn on_quote(&mut self, chunk: &'p [Step]) -> Result<(), Unsupported> {
        if chunk.iter().any(is_tax) {
            self.fix_net();
        }
        let Some(before) = self.stand else { return Ok(()) };
        let running = self.walk(Level::Quote, chunk, before.running)?;
        let line = match chunk.iter().any(|step| matches!(step.kind, StepKind::Charge(_))) || before.fixed {
            true => before.line,
            false if before.line == before.running => running,
            false => {
                let moved = self.graph.minus(running, before.running)?;
                self.graph.plus(before.line, moved)?
            }
        };
        if line != before.line {
            self.not_below(line);
        }
        self.stands(Stand { line, running, ..before });
        Ok(())
    }

    /// `each line { … }`: its steps on the line, and what they come to on the quote.
    fn each_line(&mut self, step: &'p Step, steps: &'p [Step]) -> Result<(), Unsupported> {
        if self.trace.is_some() {
            return unsupported("the steps of `each line` one by one", step.span);
        }
        let counts = self.is_in_force(step)?;
        if steps.iter().any(|it| self.cells.contains_key(&figure(Level::Line, &it.name))) {
            return unsupported("a step of `each line` with a name that the line has", step.span);
        }
        if steps.iter().any(is_tax) {
            // Where none of the taxes counts, the net is fixed elsewhere.
            let elsewhere = self.graph.not(counts);
            self.defer(elsewhere);
        }
        for chunk in chunks(steps) {
            if chunk.iter().any(is_tax) {
                self.fix_net();
            }
            self.on_line(chunk, counts)?;
        }
        Ok(())
    }

    /// A step of `each line`, with the rounding behind it that is folded into it.
    fn on_line(&mut self, chunk: &'p [Step], counts: B) -> Result<(), Unsupported> {
        let Some(before) = self.stand else { return Ok(()) };
        self.stand = Some(Stand { each: true, ..before });
        let of_quote = std::mem::take(&mut self.steps);
        let line = self.under(counts, |it| it.walk(Level::Line, chunk, before.line));
        let of_line = std::mem::replace(&mut self.steps, of_quote);
        let line = line?;
        let line = self.chosen(counts, line, before.line)?;
        let running = match before.line == before.running {
            true => line,
            false => {
                let moved = self.graph.minus(line, before.line)?;
                self.graph.plus(before.running, moved)?
            }
        };
        // What follows on the net is told with the quote alone, but for taxes.
        for it in all(chunk).into_iter().filter(|it| !before.fixed || matches!(it.kind, StepKind::Tax(_))) {
            if let Some(out) = of_line.get(&(Level::Line, it.name.clone())).copied() {
                let mut there = self.graph.and(out.there, counts);
                // A tax that comes to nothing is not told.
                if matches!(it.kind, StepKind::Tax(_)) {
                    there = self.graph.and(there, out.applied);
                }
                self.tell_with_line(it, StepOut { there, ..out })?;
            }
        }
        for it in flat(chunk) {
            if let Some(out) = of_line.get(&(Level::Line, it.name.clone())).copied() {
                self.sum_up(it, out, counts)?;
            }
        }
        if line != before.line {
            self.not_below(line);
        }
        self.stands(Stand { line, running, ..before });
        Ok(())
    }

    /// What a step of `each line` came to on the only line is what it came to on all.
    fn sum_up(&mut self, step: &Step, out: StepOut, counts: B) -> Result<(), Unsupported> {
        let zero = self.graph.zero();
        let of_line = figure(Level::Line, &step.name);
        let Some(Val::Num(own)) = self.cells.get(&of_line).cloned() else {
            return unsupported("a figure that may be missing", step.span);
        };
        let own = self.chosen(counts, own, zero)?;
        self.cells.insert(of_line, Val::Num(own));
        self.cells.entry(figure(Level::Quote, &step.name)).or_insert(Val::Num(own));
        let applied = self.graph.and(out.applied, counts);
        if let Some(of_line) = self.applied.get_mut(&(Level::Line, step.name.clone())) {
            *of_line = self.graph.and(*of_line, counts);
        }
        self.applied.entry((Level::Quote, step.name.clone())).or_insert(applied);
        let out = StepOut { amount: out.amount, applied, there: counts, bound: None };
        self.steps.entry((Level::Quote, step.name.clone())).or_insert(out);
        Ok(())
    }

    /// What stands here is the quote's net, and the line's.
    fn fix_net(&mut self) {
        let Some(stand) = self.stand.filter(|stand| !stand.fixed) else { return };
        self.not_below(stand.running);
        self.set_builtin(Level::Quote, Builtin::Net, stand.running);
        self.set_builtin(Level::Line, Builtin::Net, stand.line);
        self.stand = Some(Stand { fixed: true, ..stand });
    }

    fn stands(&mut self, stand: Stand) {
        self.cells.insert(Place::Running(Level::Line), Val::Num(stand.line));
        self.cells.insert(Place::Running(Level::Quote), Val::Num(stand.running));
        self.stand = Some(stand);
    }

    /// Defers rows in which a price is below zero.
    fn not_below(&mut self, price: Num) {
        let negative = self.graph.compare_const(CompareOp::Less, price.above, 0);
        self.defer(negative);
    }

    /// Narrows a step to the lines that it is for, and lets its amount read their price.
    pub fn reaching<T>(
        &mut self,
        judged: &mut Judged<'_>,
        on_lines: Option<&Formula>,
        work: impl FnOnce(&mut Self) -> Result<T, Unsupported>,
    ) -> Result<T, Unsupported> {
        let (Some(on_lines), Some(stand)) = (on_lines, self.stand) else { return work(self) };
        let reached = self.truth(&on_lines.expr)?;
        judged.counts = self.graph.and(judged.counts, reached);
        let place = Place::Running(Level::Quote);
        let of_quote = self.cells.insert(place.clone(), Val::Num(stand.line));
        let done = self.under(reached, work);
        if let Some(of_quote) = of_quote {
            self.cells.insert(place, of_quote);
        }
        done
    }

    /// The taxes of the quote that are not contained in the price.
    pub fn taxes(&mut self) -> Result<Num, Unsupported> {
        let mut sum = self.graph.zero();
        for step in all(&self.book.quote.steps) {
            if !matches!(&step.kind, StepKind::Tax(tax) if !tax.within) {
                continue;
            }
            if let Some(out) = self.steps.get(&(Level::Quote, step.name.clone())).copied() {
                let zero = self.graph.zero();
                let amount = self.chosen(out.there, out.amount, zero)?;
                sum = self.graph.plus(sum, amount)?;
            }
        }
        Ok(sum)
    }

    /// What comes of the elements that a formula goes through: here of the only line.
    pub fn aggregate(&mut self, of: &Aggregate, ty: &Ty, span: Span) -> Result<Val, Unsupported> {
        let Source::Lines { of: only, earlier: false } = &of.source else {
            return unsupported("a sum over many elements", span);
        };
        if of.ranking.is_some() || of.kind == AggregateKind::Product {
            return unsupported("elements that are ranked or multiplied", span);
        }
        let Some(stand) = self.stand.filter(|stand| !stand.each) else {
            return unsupported("lines that are gone through before the quote", span);
        };
        self.defer(stand.invalid);
        let mut counts = self.graph.known(self.speaks_of(only.as_ref()));
        if let Some(filter) = &of.filter {
            let holds = self.under(counts, |it| it.truth(filter))?;
            counts = self.graph.and(counts, holds);
        }
        let Some(body) = &of.body else {
            let (one, none) = (self.graph.number(1), self.graph.number(0));
            let above = self.graph.select(counts, one, none);
            return Ok(Val::Num(Num { above, scale: 0, below: None }));
        };
        let nobody = self.graph.not(counts);
        Ok(match of.kind {
            AggregateKind::Any | AggregateKind::All => {
                let body = self.under(counts, |it| it.truth(body))?;
                Val::Bool(match of.kind {
                    AggregateKind::Any => self.graph.and(counts, body),
                    _ => self.graph.or(nobody, body),
                })
            }
            AggregateKind::Sum | AggregateKind::Product | AggregateKind::Count => {
                let (body, zero) = (self.under(counts, |it| it.number(body))?, self.graph.zero());
                Val::Num(self.chosen(counts, body, zero)?)
            }
            AggregateKind::Min | AggregateKind::Max | AggregateKind::Average => {
                let body = self.under(counts, |it| it.number(body))?;
                match ty {
                    Ty::Optional(_) => Val::Maybe(counts, Box::new(Val::Num(body))),
                    _ => {
                        self.defer(nobody);
                        Val::Num(body)
                    }
                }
            }
        })
    }

    /// What is read of an element, which is the only line.
    pub fn of_element(&mut self, of: &ElementPlace, span: Span) -> Result<Val, Unsupported> {
        let whole =
            |graph: &mut Graph, number| Val::Num(Num { above: graph.number(number), scale: 0, below: None });
        match of {
            ElementPlace::Line(place) => self.place(place, span),
            ElementPlace::Nth => Ok(whole(&mut self.graph, 1)),
            ElementPlace::Before { .. } => Ok(whole(&mut self.graph, 0)),
            _ => unsupported("an element of a rare kind", span),
        }
    }

    /// What a step of the quote does must find room on the line.
    pub fn shared(&mut self, change: &Change, effect: Num) -> Result<(), Unsupported> {
        let Some(Spread { by, within, with_charges, .. }) = &change.spread else { return Ok(()) };
        if *with_charges {
            return unsupported("charges that take a share", change.amount.expr.span);
        }
        if let Some(by) = by {
            // Of one line any weight is the whole, once it is known.
            self.formula(by)?;
        }
        if let Some(within) = within {
            let (limit, size) = (self.formula(within)?, self.graph.size(effect));
            let above = self.graph.compare_numbers(CompareOp::Greater, size, limit)?;
            self.defer(above);
        }
        Ok(())
    }

    /// What a step of the quote did to the price of the line is told with the line.
    pub fn told_with_line(
        &mut self,
        step: &Step,
        (amount, share): (Num, Num),
        moved: B,
    ) -> Result<(), Unsupported> {
        let moves = matches!(
            step.kind,
            StepKind::Add(_) | StepKind::Less(_) | StepKind::Round(_) | StepKind::Floor(_) | StepKind::Cap(_)
        );
        if self.stand.is_none_or(|stand| stand.fixed) {
            return Ok(());
        }
        if moves && !matches!(step.kind, StepKind::Round(_)) || matches!(step.kind, StepKind::Group { .. }) {
            self.cells.entry(figure(Level::Line, &step.name)).or_insert(Val::Num(share));
        }
        if !moves {
            return Ok(());
        }
        let applied = self.graph.known(true);
        let out = StepOut { amount, applied, there: moved, bound: None };
        self.tell_share(&step.name, out)?;
        self.tell_with_line(step, out)
    }

    /// The first step of a name is told.
    fn tell_with_line(&mut self, step: &Step, out: StepOut) -> Result<(), Unsupported> {
        match self.steps.entry((Level::Line, step.name.clone())) {
            Entry::Vacant(free) => {
                free.insert(out);
                Ok(())
            }
            Entry::Occupied(own) if self.graph.truth(own.get().there) == Some(true) => Ok(()),
            Entry::Occupied(_) => unsupported("a step with a name that the line has", step.span),
        }
    }

    fn requirement(&mut self, rule: &Requirement) -> Result<(), Unsupported> {
        let asks = match &rule.when {
            Some(when) => self.truth(&when.expr)?,
            None => self.graph.known(true),
        };
        let holds = self.under(asks, |it| it.truth(&rule.condition.expr))?;
        let fails = self.graph.not(holds);
        let unmet = self.graph.and(asks, fails);
        self.defer(unmet);
        Ok(())
    }
}

fn figure(level: Level, name: &Name) -> Place {
    Place::Figure { level, name: name.clone() }
}

fn is_tax(step: &Step) -> bool {
    matches!(step.kind, StepKind::Tax(_) | StepKind::Taxes { .. })
}

/// Steps and all that stand inside them.
fn all(steps: &[Step]) -> Vec<&Step> {
    steps.iter().flat_map(|step| std::iter::once(step).chain(all(step.kind.steps()))).collect()
}

/// Steps one by one, each with the rounding behind it that is folded into it.
fn chunks(steps: &[Step]) -> Vec<&[Step]> {
    let (mut chunks, mut rest) = (Vec::new(), steps);
    while let Some((step, behind)) = rest.split_first() {
        let count = if folded(step, behind).is_some() { 2 } else { 1 };
        let (chunk, more) = rest.split_at(count);
        chunks.push(chunk);
        rest = more;
    }
    chunks
}

/// Steps, and behind a block of taxes the taxes, which the quote tells one by one.
fn flat(steps: &[Step]) -> Vec<&Step> {
    let inside = |step: &'_ Step| matches!(step.kind, StepKind::Taxes { .. });
    steps
        .iter()
        .flat_map(|step| std::iter::once(step).chain(step.kind.steps().iter().filter(move |_| inside(step))))
        .collect()
}
