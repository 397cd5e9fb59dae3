//! Walking down a waterfall: what each step does to the running price, and why others do nothing.
//!
//! A step is first judged (what would it do?) and then settled (it did, or it lost its group), so that the
//! members of a group can be compared before any of them counts.

use std::cell::RefCell;

use super::code::{Formula, Reading, in_formula};
use super::fault::{Gap, arithmetic};
use super::ground::{Entered, Ground, Settled};
use super::layout::Cell;
use super::note::{Note, ReadThen};
use super::step::{Change, Step, StepKind, negative};
use crate::ir::{GroupKind, Name, RoundTo, Value};
use crate::value::Exact;

/// What a step did, or why it did nothing.
#[derive(Clone, Debug)]
pub struct Mark<'p> {
    /// The step.
    pub step: &'p Step,
    /// What came of it.
    pub outcome: Outcome,
    /// What it added to the price.
    pub amount: Exact,
    /// The price that its formulas read as `running`.
    pub read: Option<Exact>,
    /// The price after it.
    pub running: Option<Exact>,
    /// What leaves the price as it is: the tax that is contained in it, the figure of a `let`.
    pub contained: Option<Exact>,
    /// The least or greatest price that a floor or cap asks for.
    pub bound: Option<Exact>,
    /// What could not be spread over the lines.
    pub left_over: Exact,
    /// The tables and tiers that its amount met.
    pub notes: Vec<Note>,
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It counted.
    Applied,
    /// It was considered and did not count.
    Skipped(Reason),
    /// It cannot be worked out.
    Unknown(Gap),
}

/// Why a step did not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Its condition does not hold.
    When,
    /// It does not count on this day.
    During,
    /// Its amount is zero.
    Zero,
    /// The price is above the floor, or below the cap.
    NotNeeded {
        /// The floor or cap.
        bound: Exact,
    },
    /// The price is a multiple of the step already.
    Even,
    /// The step before was rounded by it.
    Folded,
    /// Another member of its group won.
    Lost {
        /// How the group chooses.
        kind: GroupKind,
        /// Who won.
        winner: Name,
        /// What that does to the price.
        winning: Exact,
        /// What this would have done.
        own: Exact,
    },
    /// No member of the group counts.
    NoneCounts,
    /// It reaches no line.
    NoLines,
    /// There are not enough units to take.
    NoUnits,
}

/// A walk down one waterfall.
pub(super) struct Walk<'w, 'p, G> {
    pub ground: &'w mut G,
    /// The price so far; why it is not known, once it is not.
    pub running: Result<Exact, Gap>,
    pub marks: Vec<Mark<'p>>,
    /// What went wrong.
    pub gaps: Vec<Gap>,
}

/// What a step would do.
pub(super) struct Verdict<'p> {
    pub(super) step: &'p Step,
    pub(super) skipped: Option<Reason>,
    pub(super) effect: Exact,
    /// What its name stands for.
    pub(super) figure: Exact,
    pub(super) read: Exact,
    pub(super) contained: Option<Exact>,
    pub(super) bound: Option<Exact>,
    pub(super) shares: Vec<(usize, Exact)>,
    pub(super) left_over: Exact,
    pub(super) overdrawn: Option<Gap>,
    pub(super) notes: Vec<Note>,
    pub(super) members: Vec<Verdict<'p>>,
}

impl<'p> Verdict<'p> {
    pub(super) fn nothing(step: &'p Step, read: &Exact, skipped: Option<Reason>) -> Verdict<'p> {
        Verdict {
            step,
            skipped,
            effect: Exact::ZERO,
            figure: Exact::ZERO,
            read: read.clone(),
            contained: None,
            bound: None,
            shares: Vec::new(),
            left_over: Exact::ZERO,
            overdrawn: None,
            notes: Vec::new(),
            members: Vec::new(),
        }
    }

    /// What a step does that was worked out outside of the walk.
    pub(super) fn of(step: &'p Step, settled: Settled) -> Verdict<'p> {
        let Settled { skipped, effect, figure, read, shares, notes } = settled;
        Verdict { skipped, effect, figure, shares, notes, ..Verdict::nothing(step, &read, None) }
    }

    /// Why it cannot count, if it or a member that counts takes more off the lines than there is. Members that
    /// lose take nothing.
    fn overdraws(&self) -> Option<&Gap> {
        match &self.skipped {
            Some(_) => None,
            None => self.overdrawn.as_ref().or_else(|| self.members.iter().find_map(Verdict::overdraws)),
        }
    }

    pub(super) fn counts(&self) -> bool {
        counts(self.skipped.as_ref())
    }
}

/// Whether a step that is skipped for this reason was in force all the same.
pub(super) fn counts(skipped: Option<&Reason>) -> bool {
    !matches!(
        skipped,
        Some(Reason::When | Reason::During | Reason::NoneCounts | Reason::NoLines | Reason::NoUnits)
    )
}

impl<'w, 'p, G: Ground<'p>> Walk<'w, 'p, G> {
    /// A walk that begins at a price.
    pub fn from(ground: &'w mut G, running: Result<Exact, Gap>) -> Walk<'w, 'p, G> {
        let mut walk = Walk { ground, running, marks: Vec::new(), gaps: Vec::new() };
        walk.publish();
        walk
    }

    /// Walks down steps; none of them is `each line`.
    pub fn steps(&mut self, steps: &'p [Step]) {
        let mut at = 0;
        self.marks.reserve(steps.len());
        while let Some(step) = steps.get(at) {
            at += 1;
            let running = match &self.running {
                Ok(running) => running.clone(),
                Err(gap) => {
                    let gap = gap.clone();
                    self.lose(step, gap);
                    continue;
                }
            };
            let folded = step.folds(steps.get(at));
            if let Err(gap) = self.step(step, &running, folded.map(|to| (to, &steps[at])), &mut at) {
                self.lose(step, gap);
            }
        }
    }

    fn step(
        &mut self,
        step: &'p Step,
        running: &Exact,
        folded: Option<(&RoundTo, &'p Step)>,
        at: &mut usize,
    ) -> Result<(), Gap> {
        let mut verdict = self.judge(step, running)?;
        if let Some(gap) = verdict.overdraws() {
            return Err(gap.clone());
        }
        let Some((to, rounding)) = folded.filter(|_| verdict.counts()) else {
            return self.settle(verdict, None);
        };
        *at += 1;
        let fits = |number: Result<Exact, _>| number.map_err(|error| arithmetic(error, step.span));
        let open = fits(running.checked_add(&verdict.effect))?;
        verdict.effect =
            fits(round(&open, to, self.currency()).and_then(|rounded| rounded.checked_sub(running)))?;
        verdict.figure = match &step.kind {
            StepKind::Less(_) => verdict.effect.neg(),
            _ => verdict.effect.clone(),
        };
        verdict.skipped = verdict.effect.is_zero().then_some(Reason::Zero);
        self.settle(verdict, None)?;
        let after = self.running.clone()?;
        self.settle(Verdict::nothing(rounding, &after, Some(Reason::Folded)), None)
    }

    /// The price is not known from here on.
    pub(super) fn lose(&mut self, step: &'p Step, gap: Gap) {
        if !self.gaps.iter().any(|known| std::sync::Arc::ptr_eq(known, &gap)) {
            self.gaps.push(gap.clone());
        }
        forget(self.ground, step, &gap);
        let read = self.running.as_ref().ok().cloned();
        self.running = Err(gap.clone());
        self.publish();
        self.marks.push(Mark {
            step,
            outcome: Outcome::Unknown(gap),
            amount: Exact::ZERO,
            read,
            running: None,
            contained: None,
            bound: None,
            left_over: Exact::ZERO,
            notes: Vec::new(),
        });
    }

    /// The price is not known any more, nor is what this step does.
    pub(super) fn lose_again(&mut self, step: &'p Step) {
        if let Err(gap) = self.running.clone() {
            self.lose(step, gap);
        }
    }

    /// The position of the request's currency.
    pub(super) fn currency(&self) -> u16 {
        self.ground.scope(None).day.currency
    }

    pub(super) fn publish(&mut self) {
        self.ground.set_running(Cell::of(self.running.clone().map(Value::Number)));
    }

    /// Why a step does not count here and now, if it does not.
    pub(super) fn skipped(&self, step: &Step) -> Result<Option<Reason>, Gap> {
        let scope = self.ground.scope(None);
        if step.during.as_ref().is_some_and(|during| !during.holds(scope.day.as_of)) {
            return Ok(Some(Reason::During));
        }
        match &step.when {
            Some(when) if !scope.truth(&when.code)? => Ok(Some(Reason::When)),
            _ => Ok(None),
        }
    }

    pub(super) fn number(&self, formula: &Formula, notes: &mut Vec<Note>) -> Result<Exact, Gap> {
        let noted = RefCell::new(Vec::new());
        let wanted = self.ground.explains().then_some(&noted);
        let number = self.ground.scope(wanted).number(&formula.code);
        *notes = noted.into_inner();
        if formula.passes {
            let passing = formula.reads.iter().filter(|reading| reading.passes);
            notes.push(Note::Then(self.told(passing)));
        }
        number.map_err(|gap| in_formula(gap, formula))
    }

    /// What readings are now, where that is to be told.
    pub(super) fn told<'r>(&self, readings: impl Iterator<Item = &'r Reading>) -> Vec<ReadThen> {
        match self.ground.explains() {
            true => self.ground.scope(None).told(readings),
            false => Vec::new(),
        }
    }

    pub(super) fn judge(&mut self, step: &'p Step, running: &Exact) -> Result<Verdict<'p>, Gap> {
        let reason = self.skipped(step)?;
        if reason.is_some() {
            return Ok(Verdict::nothing(step, running, reason));
        }
        let mut verdict = Verdict::nothing(step, running, None);
        let fits = |number: Result<Exact, _>| number.map_err(|error| arithmetic(error, step.span));
        match &step.kind {
            StepKind::Add(change) => return self.change(verdict, change, false),
            StepKind::Less(change) => return self.change(verdict, change, true),
            StepKind::Group { kind, steps, takes } => return self.group(verdict, *kind, steps, *takes),
            StepKind::Tax(tax) => return self.tax(verdict, tax),
            StepKind::Taxes { steps, round } => return self.taxes(verdict, steps, round.as_ref()),
            StepKind::Charge(change) => return self.charge(verdict, change),
            StepKind::Claims(claims) => return self.claims(verdict, claims),
            // What takes units or adds lines of products is no step of a plain walk.
            StepKind::Claim(_) | StepKind::Gift(_) | StepKind::Payable(_) => {}
            StepKind::Subtotal | StepKind::EachLine { .. } => verdict.figure = running.clone(),
            StepKind::Let(figure) => {
                verdict.figure = self.number(figure, &mut verdict.notes)?;
                verdict.contained = Some(verdict.figure.clone());
            }
            StepKind::List(amount) => {
                verdict.effect = self.number(amount, &mut verdict.notes)?;
                verdict.figure = verdict.effect.clone();
            }
            StepKind::Round(to) => {
                let rounded =
                    round(running, to, self.currency()).and_then(|rounded| rounded.checked_sub(running));
                self.bring(&mut verdict, None, fits(rounded)?)?;
                verdict.skipped = verdict.effect.is_zero().then_some(Reason::Even);
            }
            StepKind::Floor(bound) | StepKind::Cap(bound) => {
                let bound = self.number(bound, &mut verdict.notes)?;
                let needless = match step.kind {
                    StepKind::Floor(_) => *running >= bound,
                    _ => *running <= bound,
                };
                verdict.bound = Some(bound.clone());
                if needless {
                    verdict.skipped = Some(Reason::NotNeeded { bound });
                } else {
                    self.bring(&mut verdict, None, fits(bound.checked_sub(running))?)?;
                    verdict.figure = verdict.effect.abs();
                }
            }
        }
        Ok(verdict)
    }

    /// Brings an effect to where it counts.
    fn bring(
        &mut self,
        verdict: &mut Verdict<'p>,
        change: Option<&'p Change>,
        effect: Exact,
    ) -> Result<(), Gap> {
        let reach = self.ground.reach(change, effect, verdict.step.span)?;
        verdict.figure = reach.effect.clone();
        verdict.effect = reach.effect;
        verdict.shares = reach.shares;
        verdict.left_over = reach.left_over;
        verdict.overdrawn = reach.overdrawn;
        Ok(())
    }

    /// Lets a step read the price of those whom it reaches; whether it reaches anybody.
    pub(super) fn reaches(&mut self, entered: Entered, verdict: &mut Verdict<'p>) -> bool {
        match entered {
            Entered::Nobody => verdict.skipped = Some(Reason::NoLines),
            Entered::Reaches(Some(running)) => {
                self.ground.set_running(Cell::Known(Value::Number(running.clone())));
                verdict.read = running;
            }
            Entered::Reaches(None) => {}
        }
        verdict.skipped.is_none()
    }

    fn change(
        &mut self,
        mut verdict: Verdict<'p>,
        change: &'p Change,
        takes: bool,
    ) -> Result<Verdict<'p>, Gap> {
        if change.spread.as_ref().is_some_and(|spread| spread.each.is_some()) {
            return G::judge_groups(self, verdict, change, takes);
        }
        let entered = self.ground.enter(change)?;
        if !self.reaches(entered, &mut verdict) {
            return Ok(verdict);
        }
        let amount = self.number(&change.amount, &mut verdict.notes);
        self.publish();
        let amount = amount?;
        if amount.is_negative() && !change.may_be_negative {
            return Err(negative(verdict.step, &change.amount, &amount, self.ground.scope(None)));
        }
        self.bring(&mut verdict, Some(change), if takes { amount.neg() } else { amount })?;
        if takes {
            verdict.figure = verdict.effect.neg();
        }
        verdict.skipped = verdict.effect.is_zero().then_some(Reason::Zero);
        Ok(verdict)
    }

    fn group(
        &mut self,
        mut verdict: Verdict<'p>,
        kind: GroupKind,
        steps: &'p [Step],
        takes: bool,
    ) -> Result<Verdict<'p>, Gap> {
        let running = verdict.read.clone();
        let mut winner: Option<usize> = None;
        let mut sum = Exact::ZERO;
        for (at, step) in steps.iter().enumerate() {
            let member = if kind == GroupKind::First && winner.is_some() {
                Verdict::nothing(step, &running, None)
            } else {
                self.judge(step, &running)?
            };
            if member.counts() {
                let wins = match (kind, winner.and_then(|at| verdict.members.get(at))) {
                    (_, None) => true,
                    (GroupKind::Best, Some(best)) => member.effect < best.effect,
                    (GroupKind::Worst, Some(worst)) => member.effect > worst.effect,
                    (GroupKind::First | GroupKind::All, Some(_)) => false,
                };
                winner = if wins { Some(at) } else { winner };
                let added = sum.checked_add(&member.effect);
                sum = added.map_err(|error| arithmetic(error, step.span))?;
            }
            verdict.members.push(member);
        }
        let Some(winner) = winner else {
            verdict.skipped = Some(Reason::NoneCounts);
            return Ok(verdict);
        };
        if kind != GroupKind::All {
            sum = verdict.members.get(winner).map(|it| it.effect.clone()).unwrap_or_default();
            lose_to(&mut verdict.members, winner, kind);
        }
        verdict.figure = if takes { sum.neg() } else { sum.clone() };
        verdict.effect = sum;
        Ok(verdict)
    }

    /// Makes a verdict count, or says why it does not.
    pub(super) fn settle(&mut self, verdict: Verdict<'p>, lost: Option<&Reason>) -> Result<(), Gap> {
        let Verdict {
            step,
            skipped,
            effect,
            figure,
            read,
            contained,
            bound,
            shares,
            left_over,
            overdrawn: _,
            notes,
            members,
        } = verdict;
        let counts = counts(skipped.as_ref());
        let reason = if counts { lost.cloned().or(skipped) } else { skipped };
        let counted = reason.is_none();
        let is_group =
            matches!(step.kind, StepKind::Group { .. } | StepKind::Taxes { .. } | StepKind::Claims(_));
        let applied = counted && !(effect.is_zero() && contained.as_ref().is_none_or(Exact::is_zero));
        let amount = if counted && !is_group { effect } else { Exact::ZERO };
        if !amount.is_zero() {
            let after = self.running.clone()?.checked_add(&amount);
            self.running = Ok(after.map_err(|error| arithmetic(error, step.span))?);
            self.publish();
        }
        if counted && !shares.is_empty() {
            self.ground.share(step, Some(&read), &shares)?;
        }
        if counted && matches!(step.kind, StepKind::Charge(_)) {
            self.ground.charge(step, &amount);
        }
        let figure = if counted { figure } else { Exact::ZERO };
        // An amount of which no line can take anything changes nothing, and is left over all the same.
        let in_force = counted || reason == Some(Reason::Zero);
        self.ground.set(step.figure, Cell::Known(Value::Number(figure)));
        self.ground.set(step.applied, Cell::Known(Value::Bool(applied)));
        self.marks.push(Mark {
            step,
            outcome: reason.clone().map_or(Outcome::Applied, Outcome::Skipped),
            amount,
            read: Some(read),
            running: self.running.as_ref().ok().cloned(),
            contained: contained.filter(|_| counted),
            bound,
            left_over: if in_force { left_over } else { Exact::ZERO },
            notes,
        });
        let lost = reason.as_ref().filter(|reason| matches!(reason, Reason::Lost { .. }));
        match (&step.kind, members.is_empty()) {
            (
                StepKind::Group { steps, .. } | StepKind::Taxes { steps, .. } | StepKind::Claims(steps),
                true,
            ) => clear(self.ground, steps),
            _ => members.into_iter().try_for_each(|member| self.settle(member, lost))?,
        }
        Ok(())
    }
}

/// Steps that are not even considered amount to nothing.
pub(super) fn clear<'p>(ground: &mut impl Ground<'p>, steps: &[Step]) {
    for step in steps {
        ground.set(step.figure, Cell::Known(Value::Number(Exact::ZERO)));
        ground.set(step.applied, Cell::Known(Value::Bool(false)));
        clear(ground, step.members());
    }
}

/// Neither a step nor its members are known.
fn forget<'p>(ground: &mut impl Ground<'p>, step: &Step, gap: &Gap) {
    ground.set(step.figure, Cell::Gap(gap.clone()));
    ground.set(step.applied, Cell::Gap(gap.clone()));
    if !matches!(step.kind, StepKind::EachLine { .. }) {
        step.members().iter().for_each(|member| forget(ground, member, gap));
    }
}

/// Tells the members of a group that did not win why.
fn lose_to(members: &mut [Verdict<'_>], winner: usize, kind: GroupKind) {
    let Some((name, winning)) = members.get(winner).map(|it| (it.step.name.clone(), it.effect.clone()))
    else {
        return;
    };
    for (at, member) in members.iter_mut().enumerate() {
        if at != winner && member.counts() {
            let (winner, winning) = (name.clone(), winning.clone());
            member.skipped = Some(Reason::Lost { kind, winner, winning, own: member.effect.clone() });
        }
    }
}

/// A price rounded as a step says, for a request in the currency at a position.
pub(super) fn round(
    number: &Exact,
    to: &RoundTo,
    currency: u16,
) -> Result<Exact, crate::value::ArithmeticError> {
    number.round_to(to.mode, to.step.in_currency(currency))?.checked_add(to.offset.in_currency(currency))
}
