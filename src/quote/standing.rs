//! What earlier signatures still cover: whose count, which stand, and what must be asked again.

use std::collections::HashMap;

use super::consent::{Again, Moved, NotCounted, Requirement, Tested, Unneeded};
use super::request::{Request, Signed, SignedValue};
use crate::ir::{Approvals, Value};
use crate::value::{Exact, Said};

/// The signatures that a request brings.
pub(super) struct Signatures<'r> {
    signed: &'r [Signed],
    author: Option<&'r str>,
}

/// A side of a comparison.
#[derive(Clone, Copy)]
pub(super) enum Side {
    Value,
    Threshold,
}

/// Shows a value as a side of the comparison at a position does.
type Show<'s> = &'s dyn Fn(usize, Side, &Value) -> Said;

impl<'r> Signatures<'r> {
    pub(super) fn of(request: &'r Request) -> Signatures<'r> {
        Signatures { signed: &request.approved, author: named(request.author.as_ref()) }
    }

    /// Enters into a requirement who has signed it, and what is missing.
    pub(super) fn count(&self, requirement: &mut Requirement, show: Show<'_>) {
        let mut nameless = 0_u32;
        for signed in self.signed {
            if !is_of(signed, requirement) {
                continue;
            }
            let by = named(signed.by.as_ref());
            if let Some(reason) = self.refused(by) {
                requirement.not_counted.push(not_counted(by, reason));
                continue;
            }
            let changes = changes(signed, requirement, show);
            if !changes.is_empty() {
                requirement.again.extend(changes);
                continue;
            }
            match by {
                None => nameless += 1,
                Some(by) if requirement.signed_by.iter().any(|other| same_person(other, by)) => {
                    if requirement.needs > 1 {
                        requirement.not_counted.push(not_counted(Some(by), "a person signs once"));
                    }
                }
                Some(by) => requirement.signed_by.push(by.to_owned()),
            }
        }
        // Who has signed anew since is not asked once more.
        let stands = requirement.signed_by.clone();
        let has_signed = |by: &String| stands.iter().any(|other| same_person(other, by));
        requirement.again.retain(|again| !again.by.as_ref().is_some_and(has_signed));
        let people = u32::try_from(requirement.signed_by.len()).unwrap_or(u32::MAX);
        // Who has no name may be anybody who signed already, and counts once.
        let count = people.max(nameless.min(1));
        if requirement.needs > 1 && nameless + people > count {
            let reason = "it does not say who signed, which may be one who has signed already";
            requirement.not_counted.push(not_counted(None, reason));
        }
        requirement.signed = requirement.needs > 0 && count >= requirement.needs;
        if requirement.signed {
            requirement.again.clear();
        }
    }

    /// Why a person's signature does not count, whatever it covers.
    fn refused(&self, by: Option<&str>) -> Option<&'static str> {
        match (self.author?, by) {
            (author, Some(by)) => same_person(author, by).then_some("nobody signs a quote of their own"),
            (_, None) => Some("it does not say who signed, which may be the author of the quote"),
        }
    }
}

fn not_counted(by: Option<&str>, reason: &str) -> NotCounted {
    NotCounted { by: by.map(str::to_owned), reason: reason.to_owned() }
}

/// A name that is not empty.
fn named(name: Option<&String>) -> Option<&str> {
    name.map(|name| name.trim()).filter(|name| !name.is_empty())
}

/// Whether two names may be one person's: small and capital letters aside.
fn same_person(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// Whether a signature is for a requirement: the same rule of the same signer.
fn is_of(signed: &Signed, now: &Requirement) -> bool {
    now.who.as_deref() == Some(signed.who.as_str()) && *signed.rule == *now.rule
}

/// Whether a requirement that somebody signed covers one of now: it is the same rule of the same signer, and
/// either nothing that it read has changed, or nothing that it tested got worse for the company. A value got
/// worse when it moved further in the direction that the rule warns of, or its threshold moved against it; where
/// the rule has no direction both must be the same. A threshold that is not known from then may have been any,
/// unless it stands in the rule itself.
pub fn still_stands(signed: &Signed, now: &Requirement) -> bool {
    is_of(signed, now) && changes(signed, now, &|_, _, _| Said::default()).is_empty()
}

/// What got worse since a requirement was signed; nothing where the signature still stands.
fn changes(signed: &Signed, now: &Requirement, show: Show<'_>) -> Vec<Again> {
    if signed.hash == now.hash.to_string() {
        return Vec::new();
    }
    let by = named(signed.by.as_ref()).map(str::to_owned);
    if now.tested.is_empty() {
        let reason = "what the rule reads has changed".to_owned();
        return vec![Again { by, line: None, what: None, earlier: None, now: None, threshold: None, reason }];
    }
    let mut earlier: HashMap<(Option<&str>, &str), Vec<&SignedValue>> = HashMap::new();
    let mut lines: HashMap<Option<&str>, ()> = HashMap::new();
    for it in &signed.tested {
        earlier.entry((it.line.as_deref(), &it.what)).or_default().push(it);
        lines.insert(it.line.as_deref(), ());
    }
    let again = |tested: &Tested, earlier: Option<Said>, reason: &str| Again {
        by: by.clone(),
        line: tested.line.clone(),
        what: Some(tested.what.clone()),
        earlier,
        now: tested.shown.clone(),
        threshold: None,
        reason: reason.to_owned(),
    };
    let mut found = Vec::new();
    for (at, tested) in now.tested.iter().enumerate() {
        let values = earlier.get(&(tested.line.as_deref(), &*tested.what));
        let Some(values) = values else {
            let known = lines.contains_key(&tested.line.as_deref());
            let reason = if known { "it was not tested then" } else { "the line was not signed for" };
            found.push(again(tested, None, reason));
            continue;
        };
        let shown = |side: Side, text: &str| {
            let shown = match number(text) {
                Some(number) => show(at, side, &Value::Number(number)),
                None => Said::Text(text.to_owned()),
            };
            Some(shown).filter(|shown| !shown.is_empty())
        };
        if let Some(worse) = values.iter().find(|signed| !no_worse(&signed.value, tested)) {
            let earlier = shown(Side::Value, &worse.value);
            found.push(again(tested, earlier, moved(&worse.value, tested)));
        } else if let Some(looser) = values.iter().find(|signed| !no_stricter(signed, tested)) {
            let earlier = shown(Side::Value, &looser.value);
            let bound = looser.against.as_deref().and_then(|bound| shown(Side::Threshold, bound));
            let reason = match (&bound, tested.operator) {
                (None, _) => "its earlier threshold is not known",
                (Some(_), "<" | "<=") => "its threshold rose",
                (Some(_), ">" | ">=") => "its threshold fell",
                (Some(_), _) => "what it is held against changed",
            };
            let now = tested.threshold.clone().unwrap_or_default();
            let threshold = Some(Moved { earlier: bound, now });
            found.push(Again { threshold, ..again(tested, earlier, reason) });
        }
    }
    found
}

/// How a value changed for the worse, in words.
fn moved(earlier: &str, now: &Tested) -> &'static str {
    let value = now.value.as_ref().and_then(|value| number(&value.to_string()));
    match (number(earlier), value, now.operator) {
        (None, _, _) if earlier.is_empty() => "its earlier value is not known",
        (Some(_), Some(_), "<" | "<=") => "it fell",
        (Some(_), Some(_), ">" | ">=") => "it rose",
        _ => "it changed",
    }
}

fn no_worse(earlier: &str, now: &Tested) -> bool {
    let Some(value) = now.value.as_ref().map(Said::to_string) else { return false };
    if earlier == value {
        return true;
    }
    let (Some(earlier), Some(value)) = (number(earlier), number(&value)) else { return false };
    match now.operator {
        "<" | "<=" => value >= earlier,
        ">" | ">=" => value <= earlier,
        _ => value == earlier,
    }
}

/// Whether the threshold did not move against a value.
fn no_stricter(earlier: &SignedValue, now: &Tested) -> bool {
    let bound = now.against.as_ref().map(Said::to_string);
    let (Some(earlier), Some(bound)) = (&earlier.against, &bound) else { return now.constant };
    if earlier == bound {
        return true;
    }
    let (Some(earlier), Some(bound)) = (number(earlier), number(bound)) else { return false };
    match now.operator {
        "<" | "<=" => bound <= earlier,
        ">" | ">=" => bound >= earlier,
        _ => bound == earlier,
    }
}

/// The number that a signed value is, if it is one.
fn number(text: &str) -> Option<Exact> {
    match text.split_once('/') {
        None => Exact::parse(text).ok(),
        Some((above, below)) => Exact::parse(above).ok()?.checked_div(&Exact::parse(below).ok()?).ok(),
    }
}

/// The signatures that nothing asks for now.
pub(super) fn unneeded(
    approvals: &Approvals,
    signed: &[Signed],
    requirements: &[Requirement],
) -> Vec<Unneeded> {
    let idle = signed.iter().filter(|signed| !requirements.iter().any(|now| is_of(signed, now)));
    let unneeded = idle.map(|signed| {
        let of_now = requirements.iter().find(|now| *now.rule == *signed.rule);
        let reason = match of_now.and_then(|now| now.who.as_ref()) {
            Some(who) => format!("`{who}` is asked for it now"),
            None if approvals.rules.iter().any(|rule| *rule.when.text == *signed.rule) => {
                "the rule asks for nothing any more".to_owned()
            }
            None => "the book has no such rule".to_owned(),
        };
        Unneeded {
            who: signed.who.clone(),
            rule: signed.rule.clone(),
            by: named(signed.by.as_ref()).map(str::to_owned),
            reason,
        }
    });
    unneeded.collect()
}
