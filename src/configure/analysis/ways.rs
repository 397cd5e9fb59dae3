//! Presets that break constraints, and answers to questions that lead nowhere.

use super::dead::{View, common, is_none};
use super::limits::MOST_REASONS;
use super::product::{Analysis, Asked};
use super::words::{self, listed, with_rules};
use crate::configure::{Class, Possible, RuleInfo, Shape, Slot, SlotKind, Wanted, Words};
use crate::diagnostic::{Diagnostic, codes};
use crate::ir::{Preset, Ty, Value};
use crate::logic::{Claim, Literal, ValueSet};

/// Looks for presets of the product that no valid configuration has, on every day.
pub(super) fn presets(analysis: &mut Analysis<'_>) {
    let book = analysis.plan.book().clone();
    for preset in book.presets_of(analysis.product) {
        let mut clash = None;
        for at in 0..analysis.models.len() {
            let Some(asked) = analysis.models.get_mut(at) else { continue };
            let (names, claims) = claims_of(asked, preset);
            match asked.reason(&claims) {
                Ok(None) => {
                    clash = None;
                    break;
                }
                Ok(Some(core)) if clash.is_none() => {
                    let mut values: Vec<String> = Vec::new();
                    for name in core.claims.iter().filter_map(|at| names.get(*at)) {
                        if !values.contains(name) {
                            values.push(name.clone());
                        }
                    }
                    clash = Some((values, asked.rules(&core)));
                }
                Ok(Some(_)) => {}
                Err(_) => {
                    clash = None;
                    analysis.open(format!("whether the preset `{}` fits", preset.name));
                    break;
                }
            }
        }
        if let Some((values, rules)) = clash {
            let problem = preset_clash(analysis, preset, &values, &rules);
            analysis.push(problem);
        }
    }
}

/// The values of a preset as claims, each with the option and its value in words. The value of an option that does
/// not exist is left aside.
fn claims_of(asked: &Asked, preset: &Preset) -> (Vec<String>, Vec<Claim>) {
    let model = &asked.model;
    let (mut names, mut found) = (Vec::new(), Vec::new());
    for (name, value) in &preset.values {
        let Some((id, slot)) = asked.slot(name) else { continue };
        let value = match &slot.ty {
            Ty::Row(table) if !matches!(value, Value::Row(_) | Value::Absent) => {
                let row = model.plan.row_of(Words::new(model, 0).day(), table, value);
                row.map_or_else(|| value.clone(), Value::Row)
            }
            _ => value.clone(),
        };
        let Ok(claims) = model.claims(id, &Wanted::Value(value.clone())) else { continue };
        // That an element is in a set that may not exist cannot be said of one variable.
        if matches!(slot.shape, Shape::Set { present: Some(_), .. }) {
            continue;
        }
        for mut claim in claims {
            if let Shape::Classes { var, classes } = &slot.shape
                && *var == claim.var
                && !slot.optional
            {
                claim.values = claim.values.or(&absent(classes));
            }
            names.push(Words::new(model, 0).typed(id, &Wanted::Value(value.clone())));
            found.push(claim);
        }
    }
    (names, found)
}

fn absent(classes: &[Class]) -> ValueSet {
    classes.iter().zip(0..).filter(|(class, _)| matches!(class, Class::Absent)).map(|(_, at)| at).collect()
}

fn preset_clash(
    analysis: &Analysis<'_>,
    preset: &Preset,
    values: &[String],
    rules: &[RuleInfo],
) -> Diagnostic {
    let (name, product) = (&preset.name, &analysis.product.name);
    let message = match rules {
        [rule] => format!("the preset `{name}` breaks {} of `{product}`", words::rule(rule)),
        _ => format!("no valid configuration of `{product}` has the values of the preset `{name}`"),
    };
    let label = match values {
        [] => String::new(),
        [one] => format!("`{one}` is not possible"),
        several => format!("{} do not go together", listed(several, "and")),
    };
    with_rules(Diagnostic::new(codes::PRESET_CLASH, message).at(preset.span, label), rules)
        .note(format!("`{}` shows what clashes", analysis.command(values)))
        .help("change one of the values of the preset")
}

/// Looks for answers to the questions of the guide that no valid configuration goes with, on any day.
pub(super) fn answers(analysis: &mut Analysis<'_>) {
    let book = analysis.plan.book().clone();
    let Some(guide) = book.guide_of(analysis.product) else { return };
    let is_shared = guide.target != analysis.product.name;
    let mut left = MOST_REASONS;
    for (path, dead, claims) in dead_answers(analysis) {
        let mut rules: Vec<RuleInfo> = Vec::new();
        for (asked, claim) in analysis.models.iter_mut().zip(&claims).take(left) {
            left = left.saturating_sub(1);
            if let Ok(Some(core)) = asked.reason(std::slice::from_ref(claim)) {
                rules.extend(asked.rules(&core));
            }
        }
        let Some(asked) = analysis.models.first() else { return };
        let Some((id, slot)) = asked.slot(&path) else { continue };
        let values = words::values(&asked.model, id, &dead);
        let problem = dead_answer(asked, slot, &values, &rules);
        let span = slot.span;
        if is_shared {
            analysis.push_shared(span, &values, problem);
        } else {
            analysis.push(problem);
        }
    }
}

/// The questions with dead answers: their paths, the answers, and for each model the claim that is impossible.
fn dead_answers(analysis: &Analysis<'_>) -> Vec<(String, Possible, Vec<Claim>)> {
    let mut found = Vec::new();
    let Some(first) = analysis.models.first() else { return found };
    for slot in first.model.slots.iter().filter(|slot| slot.kind == SlotKind::Question) {
        let mut dead: Option<Possible> = None;
        let mut claims = Vec::new();
        for view in analysis.models.iter().filter_map(|asked| View::of(asked, &slot.path)) {
            let Shape::Classes { var, classes } = &view.slot.shape else { continue };
            let here = view.dead(*var).without(&absent(classes));
            let values = view.model.possible_values(view.id, &here);
            claims.push(Literal::new(*var, here));
            dead = Some(dead.map_or_else(|| values.clone(), |dead| common(&dead, &values)));
        }
        let dead = dead.filter(|_| claims.iter().all(|claim| !claim.values.is_empty()));
        if let Some(dead) = dead.filter(|dead| !is_none(dead)) {
            found.push((slot.path.to_string(), dead, claims));
        }
    }
    found
}

fn dead_answer(asked: &Asked, slot: &Slot, answers: &[String], rules: &[RuleInfo]) -> Diagnostic {
    let question = slot.path.strip_prefix("guide.").unwrap_or(&slot.path);
    let message = format!(
        "no valid configuration of `{}` goes with the answer {} to `{question}`",
        asked.model.product,
        listed(answers, "or")
    );
    let problem = Diagnostic::new(codes::DEAD_ANSWER, message).at(slot.span, "it can be answered so");
    with_rules(problem, rules).help("mend what the answer asks for, or leave the answer out")
}
