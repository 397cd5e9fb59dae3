//! Contradictions and dead values as problems.

use super::dead::{self, Finding, What};
use super::product::Analysis;
use super::words::{self, listed, with_rules};
use crate::configure::{Model, Possible, RuleInfo, Shape, Slot, SlotKind, Wanted, Words};
use crate::diagnostic::{Diagnostic, codes};
use crate::ir::{Ty, Value};
use crate::logic::{Core, Var};
use crate::source::Span;

/// So many options are shown beside the rules that clash.
const MOST_SLOTS: usize = 4;

/// The slots that the rules of a core read, where they are few.
fn slots_of<'m>(model: &'m Model, core: &Core) -> Vec<&'m Slot> {
    let problem = model.solver.problem();
    let mut vars: Vec<Var> = Vec::new();
    for rule in core.rules.iter().filter_map(|rule| problem.rules.get(rule.0 as usize)) {
        vars.extend(rule.clauses.iter().flatten().map(|literal| literal.var));
        vars.extend(rule.tables.iter().flat_map(|table| &table.vars));
    }
    let is_read = |slot: &&Slot| match &slot.shape {
        Shape::Classes { var, .. } => vars.contains(var),
        Shape::Set { present, elements } => present.iter().chain(elements).any(|var| vars.contains(var)),
    };
    let slots: Vec<&Slot> = model.slots.iter().filter(is_read).collect();
    if slots.len() > MOST_SLOTS { Vec::new() } else { slots }
}

/// No configuration is possible.
pub(super) fn contradiction(analysis: &Analysis<'_>, core: &Core) -> Diagnostic {
    let product = &analysis.product.name;
    let asked = analysis.models.first();
    let rules = asked.map_or_else(Vec::new, |asked| asked.rules(core));
    let slots = asked.map_or_else(Vec::new, |asked| slots_of(&asked.model, core));
    let message = match rules.as_slice() {
        [] => format!("no configuration of `{product}` is possible"),
        [rule] => format!("no configuration of `{product}` satisfies {}", words::rule(rule)),
        [one, other] => {
            format!(
                "no configuration of `{product}` satisfies {} and {} together",
                words::rule(one),
                words::rule(other)
            )
        }
        rules => format!("no configuration of `{product}` satisfies these {} rules together", rules.len()),
    };
    let mut problem = Diagnostic::new(codes::CONTRADICTION, message);
    problem = match rules.split_last() {
        None => problem.at(head(analysis), ""),
        Some((last, before)) => with_rules(problem.at(last.span, words::part_of(last)), before),
    };
    for slot in slots {
        problem = problem.also(slot.span, declared(analysis, slot));
    }
    if rules.is_empty() {
        problem = problem
            .note("not decided: which of its rules clash takes more steps to find than a question may");
    }
    if rules.len() > 1 {
        problem = problem.note("each of them is necessary: without any one the others can be satisfied");
    }
    problem
        .note(format!("`{}` shows what clashes", analysis.command(&[])))
        .help("drop or loosen one of the rules")
}

/// What an option may be, as it is declared.
fn declared(analysis: &Analysis<'_>, slot: &Slot) -> String {
    let options = analysis.product.options.iter().chain([&analysis.product.quantity]);
    let input = options.into_iter().find(|input| *input.name == *slot.path);
    let Some(asked) = analysis.models.first() else { return String::new() };
    let choices = input.and_then(|input| analysis.plan.choices(Words::new(&asked.model, 0).day(), input));
    choices.map_or_else(String::new, |choices| format!("one of {choices}"))
}

/// The words that begin the declaration of the product.
pub(super) fn head(analysis: &Analysis<'_>) -> Span {
    let whole = analysis.product.span;
    let length = u32::try_from("product ".len() + analysis.product.name.len()).unwrap_or(0);
    Span::new(whole.file, whole.start, whole.end.min(whole.start.saturating_add(length)))
}

/// One finding, with the rules that exclude what is dead.
pub(super) fn finding(analysis: &mut Analysis<'_>, finding: &Finding, rules: &[RuleInfo]) {
    let Some(said) = said(analysis, finding) else { return };
    let code = match finding.what {
        What::Same { .. } | What::SameElement(_) => codes::ALWAYS_SAME,
        What::Never | What::Dead(_) | What::DeadElements(_) => codes::DEAD_VALUE,
    };
    let mut problem = Diagnostic::new(code, said.message).at(said.span, said.label);
    problem = with_rules(problem, rules);
    if let Some(witness) = said.witness {
        let command = analysis.command(&[witness]);
        problem = problem.note(format!("`{command}` shows what clashes"));
    }
    let help = match finding.what {
        What::Same { .. } | What::SameElement(_) => {
            "nobody can choose here: write a `let` in the place of the option, or loosen one of the rules"
        }
        What::Never => {
            "whoever reads the book takes it for something to choose: drop it, or loosen one of the rules"
        }
        What::Dead(_) | What::DeadElements(_) => "leave out what nobody can have, or loosen one of the rules",
    };
    analysis.push_of(said.span, &said.values, problem.help(help));
}

/// A finding in words.
struct Said {
    message: String,
    label: String,
    span: Span,
    values: Vec<String>,
    /// A choice that is refused, as it is typed.
    witness: Option<String>,
}

fn said(analysis: &Analysis<'_>, finding: &Finding) -> Option<Said> {
    let asked = analysis.models.first()?;
    let model = &asked.model;
    let id = model.find(&finding.path)?;
    let slot = model.slot(id)?;
    let typed = |wanted| Words::new(model, 0).typed(id, &wanted);
    let (path, product) = (&finding.path, &analysis.product.name);
    let in_none = format!("in no valid configuration of `{product}`");
    let said = |message, label: &str, values: Vec<String>, witness| {
        Some(Said { message, label: label.to_owned(), span: slot.span, values, witness })
    };
    match &finding.what {
        What::Never => said(format!("`{path}` exists {in_none}"), "never there", Vec::new(), None),
        What::Dead(dead) => {
            let values = words::values(model, id, dead);
            let verb = if slot.kind == SlotKind::PartCount { "counts" } else { "is" };
            let message = format!("`{path}` {verb} {} {in_none}", listed(&values, "or"));
            let label = match dead::has_default(slot, dead) {
                true => "what it is by default is refused",
                false => "offered here",
            };
            let witness = first(dead).map(|value| typed(Wanted::Value(value)));
            said(message, label, values, witness)
        }
        What::DeadElements(elements) => {
            let names = elements_of(slot, elements);
            let message = format!("`{path}` has {} {in_none}", listed(&names, "or"));
            let witness = elements.first().map(|at| typed(Wanted::With(*at)));
            said(message, "offered here", names, witness)
        }
        What::Same { value, always } => {
            let shown = words::value(model, id, value);
            let there = if *always { "" } else { " that has it" };
            let message = format!("`{path}` is `{shown}` in every valid configuration of `{product}`{there}");
            let witness = words::another(model, id, slot, value).map(|other| typed(Wanted::Value(other)));
            said(message, "nothing to choose", vec![shown], witness)
        }
        What::SameElement(element) => {
            let names = elements_of(slot, &[*element]);
            let message =
                format!("`{path}` has {} in every valid configuration of `{product}`", listed(&names, "and"));
            said(message, "nothing to choose", names, Some(typed(Wanted::Without(*element))))
        }
    }
}

/// A dead value.
fn first(dead: &Possible) -> Option<Value> {
    let number = || dead.intervals.iter().find_map(|it| it.from.clone().filter(|_| it.from_included));
    dead.values.first().cloned().or_else(|| number().map(Value::Number))
}

fn elements_of(slot: &Slot, elements: &[u16]) -> Vec<String> {
    let Ty::Set(of) = &slot.ty else { return Vec::new() };
    let name = |at: &u16| of.values.get(usize::from(*at)).map(|value| value.key.to_string());
    elements.iter().filter_map(name).collect()
}

/// What is left when enough reasons have been told.
pub(super) fn rest(analysis: &mut Analysis<'_>, findings: &[&Finding]) {
    let product = &analysis.product.name;
    for (code, words_of) in [(codes::DEAD_VALUE, "dead values"), (codes::ALWAYS_SAME, "one value only")] {
        let is_of = |finding: &&&Finding| {
            let same = matches!(finding.what, What::Same { .. } | What::SameElement(_));
            same == (code == codes::ALWAYS_SAME)
        };
        let paths: Vec<String> = findings.iter().filter(is_of).map(|finding| finding.path.clone()).collect();
        let Some(first) = paths.first() else { continue };
        let span = analysis.models.first().and_then(|asked| asked.slot(first)).map(|(_, slot)| slot.span);
        let message = match paths.len() {
            1 => format!("and 1 more option of `{product}` has {words_of}: {}", listed(&paths, "and")),
            count => {
                format!("and {count} more options of `{product}` have {words_of}: {}", listed(&paths, "and"))
            }
        };
        let problem =
            Diagnostic::new(code, message).at(span.unwrap_or_else(|| head(analysis)), "the first of them");
        analysis.push(problem.note("why is told for the first ones only"));
    }
}
