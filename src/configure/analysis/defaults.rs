//! Defaults that cannot hold together.

use super::limits::MOST_REASONS;
use super::product::{Analysis, Asked};
use super::words::{self, with_rules};
use crate::configure::{Class, Shape, Slot, SlotKind, Wanted};
use crate::diagnostic::{Diagnostic, codes};
use crate::ir::Value;
use crate::logic::{Claim, Core, ValueSet, Var};

/// A default as a wish.
struct Wish {
    path: String,
    claim: Claim,
}

/// A default that the wishes before it and the rules exclude.
struct Clash {
    /// The defaults that take part, by their paths; that which is given up is the last.
    paths: Vec<String>,
    core: Core,
    /// What the default is given up for.
    instead: Option<String>,
}

/// Looks for defaults that break constraints whatever else is chosen, on every day.
pub(super) fn prove(analysis: &mut Analysis<'_>) {
    let mut found: Option<Vec<Clash>> = None;
    for at in 0..analysis.models.len() {
        let Some(asked) = analysis.models.get_mut(at) else { continue };
        let wishes = wishes(asked);
        let Ok(completion) = asked.session.complete(&[], &claims(&wishes)) else {
            analysis.open("whether the defaults fit together".to_owned());
            return;
        };
        let Some(completion) = completion else { return };
        if completion.given_up.is_empty() {
            return;
        }
        if found.is_none() {
            found = Some(clashes(asked, &wishes, &completion.given_up, &completion.values));
        }
    }
    for clash in found.unwrap_or_default() {
        if let Some(problem) = report(analysis, &clash) {
            analysis.push(problem);
        }
    }
}

fn claims(wishes: &[Wish]) -> Vec<Claim> {
    wishes.iter().map(|wish| wish.claim.clone()).collect()
}

/// The defaults that are possible at all, in the order of the declarations. Where an option does not exist, its
/// default does not count.
fn wishes(asked: &Asked) -> Vec<Wish> {
    let mut wishes = Vec::new();
    let model = &asked.model;
    for slot in &model.slots {
        if !matches!(slot.kind, SlotKind::Option | SlotKind::PartCount) {
            continue;
        }
        let Some(default) = &slot.default else { continue };
        let wanted = Wanted::Value(default.clone());
        let Some(claims) = model.find(&slot.path).and_then(|id| model.claims(id, &wanted).ok()) else {
            continue;
        };
        // That an element is in a set that does not exist cannot be said of one variable; and of a set that is empty
        // because nobody says anything else, something has to be chosen.
        let is_silent = matches!(default, Value::Set(0));
        if is_silent || matches!(slot.shape, Shape::Set { present: Some(_), .. }) {
            continue;
        }
        // A default that is dead on its own is told as such.
        for mut claim in claims.into_iter().filter(|claim| asked.can_be(claim)) {
            claim.values = claim.values.or(&absent(slot, claim.var));
            wishes.push(Wish { path: slot.path.to_string(), claim });
        }
    }
    wishes
}

/// The values of a variable that say that the slot does not exist.
fn absent(slot: &Slot, of: Var) -> ValueSet {
    match &slot.shape {
        Shape::Classes { var, classes } if *var == of => {
            let absent = classes.iter().zip(0..).filter(|(class, _)| matches!(class, Class::Absent));
            absent.map(|(_, at)| at).collect()
        }
        _ => ValueSet::none(),
    }
}

fn clashes(asked: &mut Asked, wishes: &[Wish], given_up: &[usize], values: &[u32]) -> Vec<Clash> {
    let mut found = Vec::new();
    for position in given_up.iter().take(MOST_REASONS) {
        let before = (0..*position).filter(|at| !given_up.contains(at));
        let together: Vec<usize> = before.chain([*position]).collect();
        let claims: Vec<Claim> =
            together.iter().filter_map(|at| wishes.get(*at)).map(|wish| wish.claim.clone()).collect();
        let Ok(Some(core)) = asked.reason(&claims) else { continue };
        let taking_part = core.claims.iter().filter_map(|at| wishes.get(*together.get(*at)?));
        let mut paths: Vec<String> = Vec::new();
        for wish in taking_part {
            if !paths.contains(&wish.path) {
                paths.push(wish.path.clone());
            }
        }
        let instead = wishes.get(*position).and_then(|wish| instead(asked, wish, values));
        found.push(Clash { paths, core, instead });
    }
    found
}

/// What the slot of a wish has in a solution, in words.
fn instead(asked: &Asked, wish: &Wish, values: &[u32]) -> Option<String> {
    let (id, slot) = asked.slot(&wish.path)?;
    let Shape::Classes { var, .. } = &slot.shape else { return None };
    let class = *values.get(var.0 as usize)?;
    let value = asked.model.representative(id, class, slot.default.as_ref())?;
    Some(words::value(&asked.model, id, &value))
}

fn report(analysis: &Analysis<'_>, clash: &Clash) -> Option<Diagnostic> {
    let asked = analysis.models.first()?;
    let rules = asked.rules(&clash.core);
    let (last, before) = clash.paths.split_last()?;
    let product = &analysis.product.name;
    let names: Vec<String> = clash.paths.clone();
    let broken = match rules.as_slice() {
        [rule] => format!("break {}", words::rule(rule)),
        rules => format!("break {} rules of `{product}`", rules.len()),
    };
    let message = match before {
        [] => format!("the default of `{last}` cannot hold in `{product}`"),
        _ => format!("the defaults of {} {broken}", words::listed(&names, "and")),
    };
    let mut problem = Diagnostic::new(codes::DEFAULT_CLASH, message);
    let default_of = |path: &String| {
        let (id, slot) = asked.slot(path)?;
        let default = slot.default.as_ref()?;
        Some((slot.span, format!("`{}` by default", words::value(&asked.model, id, default))))
    };
    if let Some((span, text)) = default_of(last) {
        problem = problem.at(span, text);
    }
    for (span, text) in before.iter().filter_map(default_of) {
        problem = problem.also(span, text);
    }
    problem = with_rules(problem, &rules);
    if let Some(instead) = &clash.instead {
        problem = problem.note(format!("the nearest that is possible: `{last}` is `{instead}`"));
    }
    problem = problem.note(format!("`{}` shows what clashes", analysis.command(&[])));
    Some(problem.help("give one of them another default, or none, so that somebody has to choose"))
}
