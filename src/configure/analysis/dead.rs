//! Contradictions, dead values, and options that are always the same.

use std::collections::BTreeSet;

use super::dead_report as report;
use super::limits::{MOST_REASONS, RULES_OF_A_REASON};
use super::product::{Analysis, Asked};
use super::words;
use crate::configure::{Class, Interval, Model, Possible, RuleInfo, Shape, Slot, SlotId, SlotKind};
use crate::ir::Value;
use crate::logic::{Claim, Literal, Support, ValueSet, Var};
use crate::value::Exact;

/// What no valid configuration does with a slot.
pub(super) struct Finding {
    pub(super) path: String,
    pub(super) what: What,
    /// The claims that are impossible, for each of the models: one list a question.
    pub(super) claims: Vec<Vec<Vec<Claim>>>,
}

/// What is found of a slot.
pub(super) enum What {
    /// It is in no valid configuration.
    Never,
    /// It never has these values.
    Dead(Possible),
    /// A set never has these elements.
    DeadElements(Vec<u16>),
    /// It always has this value where it is there; `always` where it is always there.
    Same { value: Value, always: bool },
    /// A set always has this element where it is there.
    SameElement(u16),
}

/// Looks for contradictions and dead values. Whether any configuration is possible.
pub(super) fn prove(analysis: &mut Analysis<'_>) -> bool {
    for at in 0..analysis.models.len() {
        let Some(asked) = analysis.models.get_mut(at) else { continue };
        match asked.session.supports(&[]) {
            Err(_) => {
                analysis.open("whether a configuration is possible at all".to_owned());
                return false;
            }
            Ok(found) => asked.supports = found.unwrap_or_default(),
        }
    }
    let is_possible = |asked: &Asked| !asked.supports.is_empty();
    if !analysis.models.iter().any(is_possible) {
        contradiction(analysis);
        return false;
    }
    // On days without any configuration everything is dead, which says nothing of the others.
    analysis.models.retain(is_possible);
    let findings = findings(analysis);
    report_all(analysis, &findings);
    true
}

fn contradiction(analysis: &mut Analysis<'_>) {
    // It is a contradiction also where a minimal reason is not known.
    let core = analysis.models.first_mut().and_then(|asked| asked.reason(&[]).ok().flatten());
    let problem = report::contradiction(analysis, &core.unwrap_or_default());
    analysis.push(problem);
}

/// Whether a slot is the product's own to be looked at: its options and parts, and the quantity. What is set in
/// a part is looked at with the part's product.
fn is_own(slot: &Slot) -> bool {
    let of_product = matches!(slot.kind, SlotKind::Quantity | SlotKind::Option | SlotKind::PartCount);
    of_product && !slot.path.contains('[')
}

fn findings(analysis: &mut Analysis<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut undecided: BTreeSet<String> = BTreeSet::new();
    let Some(first) = analysis.models.first() else { return found };
    for slot in first.model.slots.iter().filter(|slot| is_own(slot)) {
        let views: Option<Vec<View<'_>>> =
            analysis.models.iter().map(|asked| View::of(asked, &slot.path)).collect();
        let Some(views) = views else { continue };
        if views.iter().any(View::is_undecided) {
            undecided.insert(slot.path.to_string());
        }
        match &slot.shape {
            Shape::Classes { .. } => found.extend(of_classes(slot, &views)),
            Shape::Set { .. } => found.extend(of_set(slot, &views)),
        }
    }
    if !undecided.is_empty() {
        let undecided: Vec<String> = undecided.into_iter().collect();
        analysis.open(format!("which values of {} are dead", words::listed(&undecided, "and")));
    }
    found
}

/// A slot on one kind of day, with what is possible there.
pub(super) struct View<'m> {
    asked: &'m Asked,
    pub(super) model: &'m Model,
    pub(super) id: SlotId,
    pub(super) slot: &'m Slot,
}

impl<'m> View<'m> {
    pub(super) fn of(asked: &'m Asked, path: &str) -> Option<View<'m>> {
        let model = &asked.model;
        let id = model.find(path)?;
        Some(View { asked, model, id, slot: model.slot(id)? })
    }

    fn support(&self, var: Var) -> Support {
        self.asked.support(var)
    }

    /// The values that a variable has in no configuration.
    pub(super) fn dead(&self, var: Var) -> ValueSet {
        let support = self.support(var);
        let all = self.model.solver.problem().all(var);
        all.without(&support.possible).without(&support.undecided)
    }

    fn is_undecided(&self) -> bool {
        match &self.slot.shape {
            Shape::Classes { var, .. } => !self.support(*var).undecided.is_empty(),
            Shape::Set { present, elements } => {
                present.iter().chain(elements).any(|var| !self.support(*var).undecided.is_empty())
            }
        }
    }

    /// The only class with a value that is possible, and that it is decided so.
    fn only(&self, var: Var, classes: &[Class]) -> Option<u32> {
        let support = self.support(var);
        let with_value = |at: &u32| !matches!(classes.get(*at as usize), Some(Class::Absent) | None);
        if support.undecided.iter().any(|at| with_value(&at)) {
            return None;
        }
        let mut possible = support.possible.iter().filter(with_value);
        possible.next().filter(|_| possible.next().is_none())
    }

    /// Whether the slot can be absent.
    fn can_be_absent(&self, var: Var, classes: &[Class]) -> bool {
        let support = self.support(var);
        let can_be = support.possible.or(&support.undecided);
        classes.iter().zip(0..).any(|(class, at)| matches!(class, Class::Absent) && can_be.has(at))
    }
}

/// The positions of classes with a value.
fn with_value(classes: &[Class]) -> ValueSet {
    let real = classes.iter().zip(0..).filter(|(class, _)| !matches!(class, Class::Absent));
    real.map(|(_, at)| at).collect()
}

fn of_classes(slot: &Slot, views: &[View<'_>]) -> Option<Finding> {
    let mut dead: Option<Possible> = None;
    let mut dead_claims = Vec::new();
    let mut never = true;
    let mut same: Option<(Value, bool)> = None;
    let mut same_claims = Vec::new();
    let mut is_same = true;
    for view in views {
        let Shape::Classes { var, classes } = &view.slot.shape else { return None };
        let real = with_value(classes);
        let dead_here = view.dead(*var).and(&real);
        never &= dead_here == real && !real.is_empty();
        dead_claims.push(vec![vec![Literal::new(*var, dead_here.clone())]]);
        let values = view.model.possible_values(view.id, &dead_here);
        dead = Some(match dead {
            None => values,
            Some(dead) => common(&dead, &values),
        });
        match view.only(*var, classes).and_then(|at| single(view, at).map(|value| (at, value))) {
            Some((at, value)) if same.as_ref().is_none_or(|(known, _)| *known == value) => {
                let always = !view.can_be_absent(*var, classes);
                let always = same.as_ref().is_none_or(|(_, other)| *other) && always;
                same = Some((value, always));
                same_claims.push(vec![vec![Literal::new(*var, real.without(&ValueSet::one(at)))]]);
            }
            _ => is_same = false,
        }
    }
    let finding = |what, claims| Some(Finding { path: slot.path.to_string(), what, claims });
    if never {
        return finding(What::Never, dead_claims);
    }
    match same {
        // That a switch is never on is said as such.
        Some((Value::Bool(false), _)) => {}
        Some((value, always)) if is_same && (always || !slot.optional) && has_choice(views, &value) => {
            return finding(What::Same { value, always }, same_claims);
        }
        _ => {}
    }
    let dead = dead.filter(|dead| !is_none(dead))?;
    finding(What::Dead(dead), dead_claims)
}

/// The only value of a class.
fn single(view: &View<'_>, class: u32) -> Option<Value> {
    let possible = view.model.possible_values(view.id, &ValueSet::one(class));
    match (possible.values.as_slice(), possible.intervals.as_slice()) {
        ([value], []) if possible.days.is_empty() && possible.others.is_empty() => Some(value.clone()),
        ([], [interval]) if interval.from == interval.to => interval.from.clone().map(Value::Number),
        _ => None,
    }
}

fn of_set(slot: &Slot, views: &[View<'_>]) -> Vec<Finding> {
    let mut found = Vec::new();
    let path = || slot.path.to_string();
    let shapes = || {
        views.iter().filter_map(|view| match &view.slot.shape {
            Shape::Set { present, elements } => Some((view, present, elements)),
            Shape::Classes { .. } => None,
        })
    };
    let never = shapes().all(|(view, present, _)| present.is_some_and(|var| view.dead(var).has(1)));
    if never {
        let claims =
            shapes().map(|(_, present, _)| present.iter().map(|var| vec![Literal::is(*var, 1)]).collect());
        return vec![Finding { path: path(), what: What::Never, claims: claims.collect() }];
    }
    let count = shapes().map(|(_, _, elements)| elements.len()).min().unwrap_or(0);
    let vars = |at: usize| {
        shapes().filter_map(move |(view, present, elements)| Some((view, *present, *elements.get(at)?)))
    };
    let dead: Vec<usize> =
        (0..count).filter(|at| vars(*at).all(|(view, _, var)| view.dead(var).has(1))).collect();
    if !dead.is_empty() {
        let elements = dead.iter().filter_map(|at| u16::try_from(*at).ok()).collect();
        let claims = shapes().map(|(_, _, vars)| {
            let dead = dead.iter().filter_map(|at| vars.get(*at));
            dead.map(|var| vec![Literal::is(*var, 1)]).collect()
        });
        found.push(Finding { path: path(), what: What::DeadElements(elements), claims: claims.collect() });
    }
    for at in 0..count {
        // Where the set can be absent, its elements are out without anything being said of them.
        let forced = vars(at).all(|(view, present, var)| present.is_none() && view.dead(var).has(0));
        let Some(element) = u16::try_from(at).ok().filter(|_| forced) else { continue };
        let claims = vars(at).map(|(_, _, var)| vec![vec![Literal::is(var, 0)]]).collect();
        found.push(Finding { path: path(), what: What::SameElement(element), claims });
    }
    found
}

pub(super) fn is_none(possible: &Possible) -> bool {
    possible.values.is_empty()
        && possible.intervals.is_empty()
        && possible.days.is_empty()
        && possible.others.is_empty()
}

/// What two days have in common.
pub(super) fn common(one: &Possible, other: &Possible) -> Possible {
    let mut intervals = Vec::new();
    for left in &one.intervals {
        intervals.extend(other.intervals.iter().filter_map(|right| overlap(left, right)));
    }
    Possible {
        absent: one.absent && other.absent,
        values: one.values.iter().filter(|value| other.values.contains(value)).cloned().collect(),
        intervals,
        days: one.days.iter().filter(|days| other.days.contains(days)).cloned().collect(),
        others: one.others.iter().filter(|texts| other.others.contains(texts)).cloned().collect(),
    }
}

/// The numbers in both intervals, which are of one range.
fn overlap(one: &Interval, other: &Interval) -> Option<Interval> {
    let higher = match (&one.from, &other.from) {
        (Some(left), Some(right)) if left < right => other,
        (Some(left), Some(right)) if left > right => one,
        (Some(_), Some(_)) if one.from_included => other,
        (None, Some(_)) => other,
        _ => one,
    };
    let lower = match (&one.to, &other.to) {
        (Some(left), Some(right)) if left > right => other,
        (Some(left), Some(right)) if left < right => one,
        (Some(_), Some(_)) if one.to_included => other,
        (None, Some(_)) => other,
        _ => one,
    };
    let both = Interval {
        from: higher.from.clone(),
        from_included: higher.from_included,
        to: lower.to.clone(),
        to_included: lower.to_included,
        step: one.step.clone(),
    };
    match (&both.from, &both.to) {
        (Some(from), Some(to)) if from > to => None,
        (Some(from), Some(to)) if from == to && !(both.from_included && both.to_included) => None,
        _ => Some(both),
    }
}

fn report_all(analysis: &mut Analysis<'_>, findings: &[Finding]) {
    let mut reasons = MOST_REASONS;
    let mut rest = Vec::new();
    for finding in findings {
        if reasons == 0 {
            rest.push(finding);
            continue;
        }
        let rules = rules_of(analysis, finding, &mut reasons);
        report::finding(analysis, finding, &rules);
    }
    if !rest.is_empty() {
        report::rest(analysis, &rest);
    }
}

/// The rules that exclude what is found, on any of the days; each answer takes one of the reasons that are left.
fn rules_of(analysis: &mut Analysis<'_>, finding: &Finding, reasons: &mut usize) -> Vec<RuleInfo> {
    let mut rules: Vec<RuleInfo> = Vec::new();
    for (asked, questions) in analysis.models.iter_mut().zip(&finding.claims) {
        for claims in questions {
            if *reasons == 0 || claims.iter().any(|claim| claim.values.is_empty()) {
                continue;
            }
            *reasons -= 1;
            let Ok(Some(core)) = asked.reason(claims) else { continue };
            // A long reason counts for several: finding it takes longer, and so does reading it.
            *reasons = reasons.saturating_sub(core.rules.len() / RULES_OF_A_REASON);
            for rule in asked.rules(&core) {
                if !rules.contains(&rule) {
                    rules.push(rule);
                }
            }
        }
    }
    rules
}

/// Whether the declaration leaves another value.
fn has_choice(views: &[View<'_>], value: &Value) -> bool {
    views.iter().any(|view| words::another(view.model, view.id, view.slot, value).is_some())
}

/// Whether the default of a slot is among values.
pub(super) fn has_default(slot: &Slot, values: &Possible) -> bool {
    match &slot.default {
        None => false,
        Some(Value::Number(number)) if values.intervals.iter().any(|it| holds(it, number)) => true,
        Some(default) => values.values.contains(default),
    }
}

/// Whether a number of the range that an interval is of lies in it.
fn holds(interval: &Interval, number: &Exact) -> bool {
    let above = interval.from.as_ref().is_none_or(|from| match interval.from_included {
        true => number >= from,
        false => number > from,
    });
    let below = interval.to.as_ref().is_none_or(|to| match interval.to_included {
        true => number <= to,
        false => number < to,
    });
    above && below
}
