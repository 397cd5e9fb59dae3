//! Who must agree to a quote, for people.

use super::paper::{Look, Paper};
use crate::quote::{Again, Approvals, Moved, NotCounted, Requirement, Signer};

/// Adds who signs, in which order, and why; nothing where nobody is asked and nothing was signed.
pub(super) fn approvals(paper: &mut Paper, approvals: &Approvals) {
    if approvals.requirements.is_empty() && approvals.unneeded.is_empty() {
        return;
    }
    paper.blank();
    paper.words(0, "Approvals", Look::Strong);
    let nameless = route(approvals, None);
    if !nameless.is_empty() {
        paper.words(3, &nameless, Look::Plain);
    }
    for ladder in &approvals.ladders {
        let label = ladder.label.as_ref().unwrap_or(&ladder.name);
        paper.words(3, &format!("{label}: {}", route(approvals, Some(&ladder.name))), Look::Plain);
    }
    for it in &approvals.skipped {
        let why = it.because.as_ref().unwrap_or(&it.rule);
        let label = it.label.as_ref().unwrap_or(&it.name);
        paper.words(3, &format!("{label} does not sign: {why}"), Look::Faint);
    }
    for it in &approvals.requirements {
        requirement(paper, it);
    }
    for it in &approvals.unneeded {
        let by = it.by.as_ref().map_or(String::new(), |by| format!(" by {by}"));
        let text = format!("signed{by} for {}, not needed: {} (`{}`)", it.who, it.reason, it.rule);
        paper.words(3, &text, Look::Faint);
    }
}

/// `Manager → Director + Legal`: one step behind the other, those of one step side by side.
fn route(approvals: &Approvals, ladder: Option<&str>) -> String {
    let mut text = String::new();
    let mut step = 0;
    for it in approvals.route.iter().filter(|it| it.ladder.as_deref() == ladder) {
        if !text.is_empty() {
            text.push_str(if it.step == step { " + " } else { " → " });
        }
        step = it.step;
        text.push_str(&signer(it));
    }
    text
}

fn signer(it: &Signer) -> String {
    let label = it.label.as_ref().unwrap_or(&it.name);
    let people = it.signed_by.join(", ");
    match (it.signed, people.is_empty(), it.needs) {
        (true, true, _) => format!("{label} (has signed)"),
        (true, false, _) => format!("{label} (signed by {people})"),
        (false, _, 1) => label.to_string(),
        (false, true, needs) => format!("{label} ({needs} people)"),
        (false, false, needs) => format!("{label} ({needs} people, of whom {people})"),
    }
}

fn requirement(paper: &mut Paper, it: &Requirement) {
    let (who, look) = match (it.label.as_ref().or(it.who.as_ref()), it.signed) {
        (None, _) => ("rejected", Look::Bad),
        (Some(who), true) => (&**who, Look::Faint),
        (Some(who), false) => (&**who, Look::Warning),
    };
    let because = it.because.as_ref().unwrap_or(&it.rule);
    let instead = it.instead_of.as_ref().map_or(String::new(), |of| format!(" instead of {of}"));
    let signed = match (it.signed, it.signed_by.is_empty()) {
        (true, true) => " (has signed, and nothing got worse)".to_owned(),
        (true, false) => format!(" (signed by {}, and nothing got worse)", it.signed_by.join(", ")),
        (false, _) => String::new(),
    };
    paper.words(3, &format!("{who}{instead}: {because}{signed}"), look);
    for tested in &it.tested {
        let value = tested.shown.clone().unwrap_or("not for you to see".into());
        let threshold = tested.threshold.clone().unwrap_or("(not for you to see)".into());
        let line = of_line(tested.line.as_ref());
        let text = format!("{line}{} = {value}, rule: {} {threshold}", tested.what, tested.operator);
        paper.words(5, &text, Look::Faint);
    }
    for again in &it.again {
        paper.words(5, &asked_again(again), Look::Warning);
    }
    for NotCounted { by, reason } in &it.not_counted {
        let by = by.as_ref().map_or(String::new(), |by| format!(" by {by}"));
        paper.words(5, &format!("a signature{by} does not count: {reason}"), Look::Warning);
    }
}

/// `ask again: line 1: line.discount was 5%, is 8%: it rose since ann signed`
fn asked_again(again: &Again) -> String {
    let line = of_line(again.line.as_ref());
    let what = again.what.as_ref().map_or(String::new(), |what| format!("{what} "));
    let values = match (&again.earlier, &again.now) {
        (Some(earlier), Some(now)) => format!("{what}was {earlier}, is {now}: "),
        (None, Some(now)) => format!("{what}is {now}: "),
        _ if what.is_empty() => String::new(),
        _ => format!("{}: ", what.trim_end()),
    };
    let by = again.by.as_ref().map_or(String::new(), |by| format!(", since {by} signed"));
    let threshold = match &again.threshold {
        Some(Moved { earlier: Some(earlier), now }) => format!(" from {earlier} to {now}"),
        Some(Moved { earlier: None, now }) => format!("; it is {now} now"),
        None => String::new(),
    };
    format!("ask again: {line}{values}{}{threshold}{by}", again.reason)
}

fn of_line(id: Option<&String>) -> String {
    id.map_or(String::new(), |id| format!("line {id}: "))
}
