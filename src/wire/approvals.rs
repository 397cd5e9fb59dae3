//! Who must agree to a quote, as JSON.

use super::document::Fields;
use super::quote::put_place;
use crate::ir::Route;
use crate::quote::{
    Again, Approvals, Moved, NotCounted, Requirement, SideLadder, Signer, Skipped, Tested, Unneeded,
};
use crate::source::{Place, Span};

/// Who must agree; `place` says where a span of the book lies.
pub(super) fn approvals(approvals: &Approvals, place: &dyn Fn(Span) -> Place, it: &mut Fields<'_>) {
    it.put("how", route_word(approvals.how))
        .list_if_any("ladders", &approvals.ladders, ladder)
        .list("route", &approvals.route, signer)
        .list_if_any("skipped", &approvals.skipped, |of, it| skipped(of, place, it))
        .list("requirements", &approvals.requirements, |of, it| requirement(of, place, it))
        .list_if_any("unneeded", &approvals.unneeded, unneeded);
}

fn route_word(how: Route) -> &'static str {
    match how {
        Route::Climb => "climb",
        Route::Jump => "jump",
        Route::Each => "each",
    }
}

fn ladder(ladder: &SideLadder, it: &mut Fields<'_>) {
    it.put("name", &*ladder.name).maybe("label", ladder.label.as_deref()).put("how", route_word(ladder.how));
}

fn signer(signer: &Signer, it: &mut Fields<'_>) {
    it.put("name", &*signer.name)
        .maybe("label", signer.label.as_deref())
        .put("reviewer", signer.reviewer)
        .maybe("ladder", signer.ladder.as_deref())
        .put("step", signer.step)
        .put("needs", signer.needs)
        .put("signed", signer.signed)
        .texts("signed_by", signer.signed_by.iter().map(String::as_str));
}

fn skipped(skipped: &Skipped, place: &dyn Fn(Span) -> Place, it: &mut Fields<'_>) {
    it.put("name", &*skipped.name)
        .maybe("label", skipped.label.as_deref())
        .put("rule", &*skipped.rule)
        .maybe("because", skipped.because.as_deref());
    put_place(place, skipped.span, it);
}

fn requirement(requirement: &Requirement, place: &dyn Fn(Span) -> Place, it: &mut Fields<'_>) {
    it.put("who", requirement.who.as_deref())
        .maybe("label", requirement.label.as_deref())
        .maybe("instead_of", requirement.instead_of.as_deref())
        .put("rule", &*requirement.rule)
        .maybe("because", requirement.because.as_deref())
        .texts("lines", requirement.lines.iter().map(String::as_str))
        .list("tested", &requirement.tested, tested)
        .put("needs", requirement.needs)
        .put("signed", requirement.signed)
        .texts("signed_by", requirement.signed_by.iter().map(String::as_str))
        .list_if_any("not_counted", &requirement.not_counted, not_counted)
        .list_if_any("again", &requirement.again, again)
        .put("hash", requirement.hash.to_string());
    put_place(place, requirement.span, it);
}

fn tested(tested: &Tested, it: &mut Fields<'_>) {
    it.maybe("line", tested.line.as_deref())
        .put("what", &*tested.what)
        .put("shown", tested.shown.as_ref())
        .put("value", tested.value.as_ref())
        .put("operator", tested.operator)
        .put("threshold", tested.threshold.as_ref())
        .put("against", tested.against.as_ref());
}

fn not_counted(of: &NotCounted, it: &mut Fields<'_>) {
    it.put("by", of.by.as_deref()).put("reason", of.reason.as_str());
}

fn again(again: &Again, it: &mut Fields<'_>) {
    it.put("by", again.by.as_deref())
        .maybe("line", again.line.as_deref())
        .maybe("what", again.what.as_deref())
        .maybe("earlier", again.earlier.as_ref())
        .maybe("now", again.now.as_ref());
    if let Some(moved) = &again.threshold {
        it.object("threshold", |it| threshold(moved, it));
    }
    it.put("reason", again.reason.as_str());
}

fn threshold(moved: &Moved, it: &mut Fields<'_>) {
    it.put("earlier", moved.earlier.as_ref()).put("now", &moved.now);
}

fn unneeded(of: &Unneeded, it: &mut Fields<'_>) {
    it.put("who", of.who.as_str())
        .put("rule", of.rule.as_str())
        .put("by", of.by.as_deref())
        .put("reason", of.reason.as_str());
}
