//! Who must agree to a quote and why, and what an earlier agreement still covers.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::consent::{Approvals, Requirement, Signer, Tested};
use super::explain::Explainer;
use super::request::Signed;
use crate::eval::{Formula, Held, Test};
use crate::ir::{CompareOp, Name, Route, Value};
use crate::value::Exact;

impl Explainer<'_, '_> {
    /// The requirements of a quote. `ids` are the ids of its lines.
    pub fn approvals(&self, ids: &[String], signed: &[Signed]) -> Approvals {
        let book = self.evaluation.plan.book();
        let rules = self.evaluation.rules();
        let mut requirements: Vec<Requirement> =
            rules.iter().filter_map(|held| self.requirement(held, ids)).collect();
        for requirement in &mut requirements {
            requirement.signed = signed.iter().any(|earlier| still_stands(earlier, requirement));
        }
        let how = book.approvals.route;
        let route = self.route(how, &requirements);
        self.hide_costs(&rules, &mut requirements, ids);
        Approvals { how, route, requirements }
    }

    fn requirement(&self, held: &Held<'_>, ids: &[String]) -> Option<Requirement> {
        let approvals = &self.evaluation.plan.book().approvals;
        let rule = approvals.rules.get(held.rule)?;
        let mut tested = Vec::new();
        for (line, formula) in &held.places {
            self.tested(*line, formula, ids, &mut tested);
        }
        let lines = held.places.iter().filter_map(|(line, _)| ids.get((*line)?).cloned()).collect();
        Some(Requirement {
            label: rule.who.as_ref().and_then(|who| self.label(who)),
            who: rule.who.clone(),
            rule: rule.when.text.clone(),
            because: rule.because.clone(),
            lines,
            hash: self.hash(rule.who.as_ref(), &rule.when.text, held, ids),
            tested,
            signed: false,
            span: rule.span,
        })
    }

    /// The label of a level or a reviewer.
    fn label(&self, who: &Name) -> Option<Name> {
        let approvals = &self.evaluation.plan.book().approvals;
        let level = approvals.levels.iter().find(|level| level.name == *who).map(|level| &level.label);
        let reviewer = || approvals.reviewers.iter().find(|it| it.name == *who).map(|it| &it.label);
        level.or_else(reviewer).cloned().flatten()
    }

    /// Adds the comparisons that make a rule hold.
    fn tested(&self, line: Option<usize>, formula: &Formula, ids: &[String], tested: &mut Vec<Tested>) {
        let id = line.and_then(|line| ids.get(line)).cloned();
        let told: Vec<Tested> = formula
            .tests
            .iter()
            .filter(|test| formula.tests.len() == 1 || self.is_met(line, test))
            .filter_map(|test| self.one_tested(line, id.clone(), test))
            .collect();
        tested.extend(told);
    }

    fn one_tested(&self, line: Option<usize>, id: Option<String>, test: &Test) -> Option<Tested> {
        let left = self.evaluation.left(line, test);
        let right: Vec<Value> =
            self.evaluation.right(line, test).into_iter().collect::<Result<_, _>>().ok()?;
        let right: Vec<String> = right.iter().map(|value| self.show(value, &test.right_ty)).collect();
        let (shown, value) = match &left {
            Ok(value) => {
                (self.show(value, &test.left_ty), exact_text(value, &self.show(value, &test.left_ty)))
            }
            // A margin of nothing: the rule was decided without dividing.
            Err(_) => ("undefined".into(), "undefined".into()),
        };
        Some(Tested {
            line: id,
            what: test.what.clone(),
            shown: Some(shown),
            value: Some(value),
            operator: operator(test),
            threshold: match test.op {
                Some(_) => right.join(", "),
                None => format!("[{}]", right.join(", ")),
            },
        })
    }

    /// Whether a comparison speaks for the rule.
    fn is_met(&self, line: Option<usize>, test: &Test) -> bool {
        let (Ok(left), Ok(right)) = (
            self.evaluation.left(line, test),
            self.evaluation.right(line, test).into_iter().collect::<Result<Vec<Value>, _>>(),
        ) else {
            return true;
        };
        let holds = match (test.op, right.as_slice()) {
            (None, values) => match (&left, values) {
                (Value::Set(set), [Value::Choice(at)]) => crate::eval::set_holds(*set, usize::from(*at)),
                _ => values.contains(&left),
            },
            (Some(op), [right]) => crate::eval::compared(&left, right, op),
            (Some(_), _) => true,
        };
        holds != test.negated
    }

    /// The hash of a rule's content, of all that it read, and so of what it tested.
    fn hash(&self, who: Option<&Name>, rule: &str, held: &Held<'_>, ids: &[String]) -> String {
        let mut hasher = Sha256::new();
        let mut add = |part: &str| {
            hasher.update(part.as_bytes());
            hasher.update([0]);
        };
        add(&self.evaluation.plan.book().name);
        add(who.map_or("reject", |who| who));
        add(rule);
        for (line, formula) in &held.places {
            let run = line.and_then(|line| self.evaluation.lines.get(line));
            add(line.and_then(|line| ids.get(line)).map_or("", |id| id));
            add(run.map_or("", |run| &run.product.product.name));
            for reading in &formula.reads {
                let value = self.evaluation.read(*line, reading, None);
                add(&reading.text);
                add(&value.map_or_else(|_| String::new(), |it| exact_text(&it, &self.show(&it, &reading.ty))));
            }
        }
        hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Who signs, in order: levels from the lowest, each with the reviewers beside it; then reviewers beside
    /// none.
    fn route(&self, how: Route, requirements: &[Requirement]) -> Vec<Signer> {
        let approvals = &self.evaluation.plan.book().approvals;
        let asked = |name: &Name| requirements.iter().any(|it| it.who.as_ref() == Some(name));
        let highest = approvals.levels.iter().rposition(|level| asked(&level.name));
        let own =
            |name: &Name| requirements.iter().filter(|it| it.who.as_ref() == Some(name)).all(|it| it.signed);
        let mut route = Vec::new();
        for (at, level) in approvals.levels.iter().enumerate() {
            let signs = highest.is_some_and(|highest| match how {
                Route::Climb => at <= highest,
                Route::Jump => at == highest,
                Route::Each => asked(&level.name),
            });
            if signs {
                // A level that only passes a request on has signed when all above it have.
                let above = || approvals.levels.iter().skip(at).all(|level| own(&level.name));
                let signed = if asked(&level.name) { own(&level.name) } else { above() };
                let (name, label) = (level.name.clone(), level.label.clone());
                route.push(Signer { name, label, reviewer: false, signed });
            }
            self.reviewers(Some(&level.name), requirements, &mut route);
        }
        self.reviewers(None, requirements, &mut route);
        route
    }

    fn reviewers(&self, with: Option<&Name>, requirements: &[Requirement], route: &mut Vec<Signer>) {
        for reviewer in &self.evaluation.plan.book().approvals.reviewers {
            let mut own = requirements.iter().filter(|it| it.who.as_ref() == Some(&reviewer.name)).peekable();
            if reviewer.with.as_ref() == with && own.peek().is_some() {
                let (name, label) = (reviewer.name.clone(), reviewer.label.clone());
                let signed = own.all(|it| it.signed);
                route.push(Signer { name, label, reviewer: true, signed });
            }
        }
    }

    /// Takes away values that would tell a cost to one who may not see it.
    fn hide_costs(&self, rules: &[Held<'_>], requirements: &mut [Requirement], ids: &[String]) {
        if self.sight.sees_all_costs(self.evaluation) {
            return;
        }
        let positions: HashMap<&String, usize> = ids.iter().enumerate().map(|(at, id)| (id, at)).collect();
        for (requirement, held) in requirements.iter_mut().zip(rules) {
            for tested in &mut requirement.tested {
                let line = tested.line.as_ref().and_then(|id| positions.get(id)).copied();
                let line = line.filter(|_| held.places.iter().any(|(place, _)| place.is_some()));
                if self.sight.tells_cost(self.evaluation, line, &tested.what) {
                    tested.shown = None;
                    tested.value = None;
                }
            }
        }
    }
}

/// The sign of a comparison, turned round under a `not`.
pub(super) fn operator(test: &Test) -> &'static str {
    let Some(op) = test.op else { return if test.negated { "not in" } else { "in" } };
    match (op, test.negated) {
        (CompareOp::Equal, false) | (CompareOp::NotEqual, true) => "=",
        (CompareOp::NotEqual, false) | (CompareOp::Equal, true) => "!=",
        (CompareOp::Less, false) | (CompareOp::GreaterOrEqual, true) => "<",
        (CompareOp::LessOrEqual, false) | (CompareOp::Greater, true) => "<=",
        (CompareOp::Greater, false) | (CompareOp::LessOrEqual, true) => ">",
        (CompareOp::GreaterOrEqual, false) | (CompareOp::Less, true) => ">=",
    }
}

/// A number exactly, as decimals or as a fraction; anything else as shown.
fn exact_text(value: &Value, shown: &str) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        _ => shown.to_owned(),
    }
}

/// Whether a requirement that somebody signed covers one of now: it is the same rule of the same signer, and
/// either nothing that it read has changed, or nothing that it tested got worse for the company. A value got
/// worse when it moved further in the direction that the rule warns of; where the rule has no direction it
/// must be the same.
pub fn still_stands(signed: &Signed, now: &Requirement) -> bool {
    let same_rule = now.who.as_deref() == Some(signed.who.as_str()) && *signed.rule == *now.rule;
    if !same_rule {
        return false;
    }
    signed.hash == now.hash
        || !now.tested.is_empty()
            && now.tested.iter().all(|tested| {
                let earlier =
                    signed.tested.iter().filter(|it| it.line == tested.line && it.what == *tested.what);
                let mut earlier = earlier.peekable();
                earlier.peek().is_some() && earlier.all(|earlier| no_worse(&earlier.value, tested))
            })
}

fn no_worse(earlier: &str, now: &Tested) -> bool {
    let Some(value) = &now.value else { return false };
    if earlier == value {
        return true;
    }
    let (Some(earlier), Some(value)) = (number(earlier), number(value)) else { return false };
    match now.operator {
        "<" | "<=" => value >= earlier,
        ">" | ">=" => value <= earlier,
        _ => value == earlier,
    }
}

/// The number that a signed value is, if it is one.
fn number(text: &str) -> Option<Exact> {
    match text.split_once('/') {
        None => Exact::parse(text).ok(),
        Some((above, below)) => Exact::parse(above).ok()?.checked_div(&Exact::parse(below).ok()?).ok(),
    }
}
