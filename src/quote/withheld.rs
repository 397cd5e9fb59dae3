//! Steps that the reader may not see: each is folded into a step beside it, so that neither the prices in
//! between nor what is missing from the sum tell what it did.

use super::answer::{Detail, Entry, EntryKind, Outcome, Read};
use super::sight::NOT_SHOWN;
use crate::value::Exact;

/// A step of a waterfall as the reader sees it.
pub(super) enum Seen {
    /// All of it.
    Shown(Box<Entry>),
    /// Nothing: what it added to the price, and the price after it.
    Hidden { amount: Exact, running: Option<Exact> },
}

/// The entries that are shown, and whether steps are withheld.
///
/// A hidden step is told together with the next step that changes the price, or with the last one before it.
/// A figure with a name, such as a subtotal, is shown all the same, so no step beyond one can hide another.
pub(super) fn fold(steps: Vec<Seen>) -> (Vec<Entry>, bool) {
    let withheld = steps.iter().any(|step| matches!(step, Seen::Hidden { .. }));
    let mut cover: Vec<Option<usize>> = vec![None; steps.len()];
    for (at, step) in steps.iter().enumerate() {
        if matches!(step, Seen::Hidden { amount, .. } if !amount.is_zero()) {
            cover[at] = partner(&steps, at);
        }
    }
    let folds: Vec<Fold> = (0..steps.len()).filter_map(|at| Fold::around(&steps, &cover, at)).collect();
    let mut entries = Vec::new();
    for (at, step) in steps.into_iter().enumerate() {
        let fold = folds.iter().find(|fold| fold.last == at);
        match step {
            Seen::Shown(entry) if !folds.iter().any(|fold| fold.partner == at) => {
                let inside = folds.iter().any(|fold| fold.first < at && at < fold.last);
                entries.push(if inside { blinded(*entry) } else { *entry });
            }
            _ => {}
        }
        entries.extend(fold.map(|fold| fold.entry.clone()));
    }
    for entry in &mut entries {
        let named = |read: &Read| folds.iter().any(|fold| fold.is_named(&read.text));
        if entry.inputs.iter().any(named) || entry.details.iter().any(|it| it.inputs().iter().any(named)) {
            (entry.formula, entry.details) = (None, Vec::new());
            entry.inputs.iter_mut().for_each(|read| read.value = NOT_SHOWN.into());
        }
    }
    (entries, withheld)
}

/// A step with the hidden ones that it stands for too.
struct Fold {
    partner: usize,
    first: usize,
    last: usize,
    entry: Entry,
}

impl Fold {
    /// The fold of the step at a position, if it stands for hidden ones.
    fn around(steps: &[Seen], cover: &[Option<usize>], partner: usize) -> Option<Fold> {
        let Some(Seen::Shown(shown)) = steps.get(partner) else { return None };
        let hidden = cover.iter().enumerate().filter(|(_, cover)| **cover == Some(partner));
        let hidden: Vec<usize> = hidden.map(|(at, _)| at).collect();
        let (first, last) = ((*hidden.first()?).min(partner), (*hidden.last()?).max(partner));
        let mut amount = shown.amount.clone();
        let mut running = shown.running.clone();
        for at in hidden {
            let Some(Seen::Hidden { amount: own, running: after }) = steps.get(at) else { continue };
            amount = amount.checked_add(own).ok()?;
            if at > partner {
                running.clone_from(after);
            }
        }
        let entry = Entry {
            kind: EntryKind::Withheld,
            amount,
            running,
            bound: None,
            formula: None,
            inputs: Vec::new(),
            details: Vec::new(),
            ..Entry::clone(shown)
        };
        Some(Fold { partner, first, last, entry })
    }

    /// Whether a text reads the step, whose own amount is not shown.
    fn is_named(&self, text: &str) -> bool {
        text.rsplit('.').next() == Some(&*self.entry.step)
    }
}

/// The step that can be told together with a hidden one.
fn partner(steps: &[Seen], hidden: usize) -> Option<usize> {
    let behind = (hidden + 1..steps.len()).map_while(|at| passable(steps, at)).flatten().next();
    behind.or_else(|| (0..hidden).rev().map_while(|at| passable(steps, at)).flatten().next())
}

/// A step that can stand for others, or nothing where there is none; nothing at all beyond a figure that is
/// shown.
fn passable(steps: &[Seen], at: usize) -> Option<Option<usize>> {
    let Some(Seen::Shown(entry)) = steps.get(at) else { return Some(None) };
    match entry.kind {
        EntryKind::Start | EntryKind::List | EntryKind::Subtotal | EntryKind::Tax | EntryKind::Taxes => None,
        EntryKind::Add | EntryKind::Less | EntryKind::Round | EntryKind::Floor | EntryKind::Cap => {
            let changes = entry.outcome == Outcome::Applied && !entry.amount.is_zero();
            Some(changes.then_some(at))
        }
        // What the book adds has its own line.
        EntryKind::Group(_)
        | EntryKind::Claims
        | EntryKind::Let
        | EntryKind::Charge
        | EntryKind::Gift
        | EntryKind::Withheld => Some(None),
    }
}

/// A step between a hidden one and the one that stands for it: what it read tells the price in between.
fn blinded(entry: Entry) -> Entry {
    let mut entry = Entry { running: None, bound: None, ..entry };
    if let Outcome::Skipped(reason) = &mut entry.outcome {
        *reason = "it does not count here".into();
    }
    let of_groups = entry.details.iter_mut().filter_map(|detail| match detail {
        Detail::Group { inputs, .. } => Some(inputs),
        _ => None,
    });
    for read in entry.inputs.iter_mut().chain(of_groups.flatten()) {
        if &*read.text == "running" {
            read.value = NOT_SHOWN.into();
        }
    }
    entry
}
