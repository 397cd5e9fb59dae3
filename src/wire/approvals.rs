//! Who must agree to a quote, as JSON.

use serde_json::Value;

use super::document::{Object, text};
use super::quote::place_in;
use crate::ir::Route;
use crate::quote::{
    Again, Approvals, Moved, NotCounted, Requirement, SideLadder, Signer, Skipped, Tested, Unneeded,
};
use crate::source::{Place, Span};

/// Who must agree; `place` says where a span of the book lies.
pub(super) fn approvals(approvals: &Approvals, place: &dyn Fn(Span) -> Place) -> Object {
    Object::default()
        .put("how", route_word(approvals.how))
        .list_if_any("ladders", approvals.ladders.iter().map(ladder).collect())
        .list("route", &approvals.route, signer)
        .list_if_any("skipped", approvals.skipped.iter().map(|it| skipped(it, place)).collect())
        .list("requirements", &approvals.requirements, |it| requirement(it, place))
        .list_if_any("unneeded", approvals.unneeded.iter().map(unneeded).collect())
}

fn route_word(how: Route) -> &'static str {
    match how {
        Route::Climb => "climb",
        Route::Jump => "jump",
        Route::Each => "each",
    }
}

fn ladder(ladder: &SideLadder) -> Value {
    Object::default()
        .put("name", &*ladder.name)
        .maybe("label", ladder.label.as_deref())
        .put("how", route_word(ladder.how))
        .into()
}

fn signer(signer: &Signer) -> Value {
    Object::default()
        .put("name", &*signer.name)
        .maybe("label", signer.label.as_deref())
        .put("reviewer", signer.reviewer)
        .maybe("ladder", signer.ladder.as_deref())
        .put("step", signer.step)
        .put("needs", signer.needs)
        .put("signed", signer.signed)
        .list("signed_by", &signer.signed_by, |person| text(person))
        .into()
}

fn skipped(skipped: &Skipped, place: &dyn Fn(Span) -> Place) -> Value {
    Object::default()
        .put("name", &*skipped.name)
        .maybe("label", skipped.label.as_deref())
        .put("rule", &*skipped.rule)
        .maybe("because", skipped.because.as_deref())
        .put("place", place_in(place, skipped.span))
        .into()
}

fn requirement(requirement: &Requirement, place: &dyn Fn(Span) -> Place) -> Value {
    Object::default()
        .put("who", requirement.who.as_deref())
        .maybe("label", requirement.label.as_deref())
        .maybe("instead_of", requirement.instead_of.as_deref())
        .put("rule", &*requirement.rule)
        .maybe("because", requirement.because.as_deref())
        .list("lines", &requirement.lines, |id| text(id))
        .list("tested", &requirement.tested, tested)
        .put("needs", requirement.needs)
        .put("signed", requirement.signed)
        .list("signed_by", &requirement.signed_by, |person| text(person))
        .list_if_any("not_counted", requirement.not_counted.iter().map(not_counted).collect())
        .list_if_any("again", requirement.again.iter().map(again).collect())
        .put("hash", requirement.hash.as_str())
        .put("place", place_in(place, requirement.span))
        .into()
}

fn tested(tested: &Tested) -> Value {
    Object::default()
        .maybe("line", tested.line.as_deref())
        .put("what", &*tested.what)
        .put("shown", tested.shown.as_deref())
        .put("value", tested.value.as_deref())
        .put("operator", tested.operator)
        .put("threshold", tested.threshold.as_deref())
        .put("against", tested.against.as_deref())
        .into()
}

fn not_counted(it: &NotCounted) -> Value {
    Object::default().put("by", it.by.as_deref()).put("reason", it.reason.as_str()).into()
}

fn again(again: &Again) -> Value {
    Object::default()
        .put("by", again.by.as_deref())
        .maybe("line", again.line.as_deref())
        .maybe("what", again.what.as_deref())
        .maybe("earlier", again.earlier.as_deref())
        .maybe("now", again.now.as_deref())
        .maybe("threshold", again.threshold.as_ref().map(threshold))
        .put("reason", again.reason.as_str())
        .into()
}

fn threshold(moved: &Moved) -> Value {
    Object::default().put("earlier", moved.earlier.as_deref()).put("now", moved.now.as_str()).into()
}

fn unneeded(it: &Unneeded) -> Value {
    Object::default()
        .put("who", it.who.as_str())
        .put("rule", it.rule.as_str())
        .put("by", it.by.as_deref())
        .put("reason", it.reason.as_str())
        .into()
}
