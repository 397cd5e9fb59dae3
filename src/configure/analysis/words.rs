//! Slots, values, rules and commands in words.

use super::limits::MOST_NAMED;
use crate::configure::{Interval, Model, Possible, RuleInfo, RuleKind, Shape, Slot, SlotId, Words};
use crate::diagnostic::Diagnostic;
use crate::ir::{Domain, Value};
use crate::value::Exact;

/// A value of a slot as a request writes it.
pub(super) fn value(model: &Model, id: SlotId, value: &Value) -> String {
    Words::new(model, 0).written(id, value)
}

/// Values of a slot, one text each; an interval, and neighbors of a range, are one text.
pub(super) fn values(model: &Model, id: SlotId, possible: &Possible) -> Vec<String> {
    let words = Words::new(model, 0);
    let mut texts = Vec::new();
    for run in runs(model.slot(id), &possible.values) {
        match run {
            [first, _, .., last] => {
                texts.push(format!("{} to {}", words.written(id, first), words.written(id, last)));
            }
            few => texts.extend(few.iter().map(|it| words.written(id, it))),
        }
    }
    texts.extend(
        possible.intervals.iter().map(|it| words.interval(id, &Interval { step: None, ..it.clone() })),
    );
    let others =
        Possible { days: possible.days.clone(), others: possible.others.clone(), ..Possible::default() };
    texts.extend(words.possible(id, &others));
    texts
}

/// Values in pieces: neighbors of a stepped range together, others one by one.
fn runs<'v>(slot: Option<&Slot>, values: &'v [Value]) -> impl Iterator<Item = &'v [Value]> {
    let step = slot.and_then(|slot| match &slot.domain {
        Domain::Range { step, .. } => Some(step.clone().unwrap_or(Exact::ONE)),
        Domain::All | Domain::Numbers(_) => None,
    });
    values.chunk_by(move |one, next| match (one, next, &step) {
        (Value::Number(one), Value::Number(next), Some(step)) => {
            one.checked_add(step).is_ok_and(|after| after == *next)
        }
        _ => false,
    })
}

/// Texts in backticks: "`a`, `b` or `c`", at most so many as are read with ease.
pub(super) fn listed(texts: &[String], and: &str) -> String {
    let quoted = |text: &String| format!("`{text}`");
    if texts.len() > MOST_NAMED {
        let shown: Vec<String> = texts.iter().take(MOST_NAMED - 1).map(quoted).collect();
        return format!("{} {and} {} more", shown.join(", "), texts.len() - shown.len());
    }
    match texts.split_last() {
        None => String::new(),
        Some((only, [])) => quoted(only),
        Some((last, before)) => {
            let before: Vec<String> = before.iter().map(quoted).collect();
            format!("{} {and} {}", before.join(", "), quoted(last))
        }
    }
}

/// How a rule is called: by its name, else as it is written.
pub(super) fn called(rule: &RuleInfo) -> String {
    rule.name.as_ref().unwrap_or(&rule.text).to_string()
}

/// How a rule is called in a sentence.
pub(super) fn rule(rule: &RuleInfo) -> String {
    match &rule.within {
        Some(part) => format!("`{}` of `{part}`", called(rule)),
        None => format!("`{}`", called(rule)),
    }
}

/// What to say beside the declaration of a rule that takes part.
pub(super) fn part_of(rule: &RuleInfo) -> String {
    let within = rule.within.as_ref().map_or_else(String::new, |part| format!(" in `{part}`"));
    match (&rule.kind, &rule.because) {
        (_, Some(because)) => format!("{because}{within}"),
        (RuleKind::Exists, _) => format!("it exists under this condition{within}"),
        (RuleKind::Value | RuleKind::Price, _) => format!("this needs a value{within}"),
        (RuleKind::Guide, _) => "the answer asks this".to_owned(),
        (RuleKind::Constraint | RuleKind::Meaning, _) => format!("this must hold{within}"),
    }
}

/// A problem with a label on the declaration of each rule that takes part.
pub(super) fn with_rules<'r>(
    problem: Diagnostic,
    rules: impl IntoIterator<Item = &'r RuleInfo>,
) -> Diagnostic {
    let mut problem = problem;
    for rule in rules {
        let known = problem.labels.iter().any(|label| label.span == rule.span && !label.primary);
        if !known {
            problem = problem.also(rule.span, part_of(rule));
        }
    }
    problem
}

/// A command that shows in the book's folder what a problem speaks of, with choices as they are typed.
pub(super) fn command(product: &str, choices: &[String]) -> String {
    let mut words = vec!["tarif configure .".to_owned(), shell(product)];
    words.extend(choices.iter().map(|choice| format!("--choose {}", shell(choice))));
    words.join(" ")
}

/// A word of a command, in quotes where a shell would part it.
fn shell(word: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "_-=.,/:%+".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// A value of a slot that is not this one; none where the declaration leaves no choice.
pub(super) fn another(model: &Model, id: SlotId, slot: &Slot, known: &Value) -> Option<Value> {
    let Shape::Classes { classes, .. } = &slot.shape else { return None };
    let mut all = (0..).take(classes.len()).filter_map(|at| model.representative(id, at, None));
    all.find(|it| it != known && *it != Value::Absent)
}
