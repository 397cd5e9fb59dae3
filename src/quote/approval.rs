//! Who must agree to a quote and why.

use std::collections::HashMap;

use super::consent::{Approvals, Requirement, Skipped, Tested};
use super::explain::Explainer;
use super::request::Request;
use super::route::{Signing, signing};
use super::seal::Seal;
use super::standing::{Side, Signatures, unneeded};
use crate::eval::{Formula, Held, Test};
use crate::ir::{CompareOp, Name, Ty, Value};
use crate::value::Said;

/// A requirement, and the types of what it tests.
struct Asked<'f> {
    requirement: Requirement,
    types: Vec<[&'f Ty; 2]>,
}

impl Explainer<'_, '_> {
    /// The requirements of a quote. `ids` are the ids of its lines.
    pub fn approvals(&self, ids: &[String], request: &Request) -> Approvals {
        let book = self.evaluation.plan.book();
        let rules = self.evaluation.rules();
        let skips = self.evaluation.skips();
        let skipped: Vec<&Name> =
            skips.iter().filter_map(|(at, _)| Some(&book.approvals.skips.get(*at)?.level)).collect();
        let signatures = Signatures::of(request);
        let asked = rules.iter().filter_map(|held| self.asked(held, ids, &skipped));
        let mut requirements: Vec<Requirement> = asked
            .map(|Asked { mut requirement, types }| {
                let show = |at: usize, side: Side, value: &Value| {
                    types.get(at).map_or_else(Said::default, |[left, right]| match side {
                        Side::Value => self.show(value, left),
                        Side::Threshold => self.show(value, right),
                    })
                };
                signatures.count(&mut requirement, &show);
                requirement
            })
            .collect();
        let Signing { route, ladders, passed_over } = signing(&book.approvals, &requirements, &skipped);
        let unneeded = unneeded(&book.approvals, &request.approved, &requirements);
        let skipped = self.skipped(&requirements, &passed_over);
        self.hide(&rules, &mut requirements, ids);
        Approvals { how: book.approvals.route, ladders, route, skipped, requirements, unneeded }
    }

    fn asked<'f>(&self, held: &Held<'f>, ids: &[String], skipped: &[&Name]) -> Option<Asked<'f>> {
        let approvals = &self.evaluation.plan.book().approvals;
        let rule = approvals.rules.get(held.rule)?;
        let mut tested = Vec::new();
        for (line, formula) in &held.places {
            self.tested(*line, formula, ids, &mut tested);
        }
        let (tested, types) = tested.into_iter().unzip();
        let lines = held.places.iter().filter_map(|(line, _)| ids.get((*line)?).cloned()).collect();
        let who = rule.who.as_ref().map(|who| self.instead_of(who, skipped));
        let (needs, label) = who.and_then(|who| approvals.signer(who)).unwrap_or((0, None));
        let requirement = Requirement {
            who: who.cloned(),
            label: label.cloned(),
            instead_of: rule.who.clone().filter(|asked| who.is_some_and(|who| who != asked)),
            rule: rule.when.text.clone(),
            because: rule.because.clone(),
            lines,
            hash: self.seal(who, &rule.when.text, held, ids),
            tested,
            needs,
            signed: false,
            signed_by: Vec::new(),
            not_counted: Vec::new(),
            again: Vec::new(),
            span: rule.span,
        };
        Some(Asked { requirement, types })
    }

    /// Who signs for a level: itself, or the next above it that is not skipped.
    fn instead_of<'n>(&'n self, who: &'n Name, skipped: &[&Name]) -> &'n Name {
        let approvals = &self.evaluation.plan.book().approvals;
        let mut ladders = approvals.each_ladder().map(|(_, levels, _)| levels);
        let Some(levels) = ladders.find(|levels| levels.iter().any(|level| level.name == *who)) else {
            return who;
        };
        let mut from = levels.iter().map(|level| &level.name).skip_while(|name| *name != who);
        from.find(|name| !skipped.contains(name)).unwrap_or(who)
    }

    /// The levels that would sign, and why they do not.
    fn skipped(&self, requirements: &[Requirement], passed: &[Name]) -> Vec<Skipped> {
        let approvals = &self.evaluation.plan.book().approvals;
        let mut found: Vec<Skipped> = Vec::new();
        for (at, _) in self.evaluation.skips() {
            let Some(skip) = approvals.skips.get(at) else { continue };
            let asked = requirements.iter().any(|it| it.instead_of.as_ref() == Some(&skip.level));
            let known = found.iter().any(|it| it.name == skip.level);
            if !known && (asked || passed.contains(&skip.level)) {
                found.push(Skipped {
                    name: skip.level.clone(),
                    label: approvals.signer(&skip.level).and_then(|(_, label)| label.cloned()),
                    rule: skip.when.text.clone(),
                    because: skip.because.clone(),
                    span: skip.span,
                });
            }
        }
        found
    }

    /// Adds the comparisons that make a rule hold.
    fn tested<'f>(
        &self,
        line: Option<usize>,
        formula: &'f Formula,
        ids: &[String],
        tested: &mut Vec<(Tested, [&'f Ty; 2])>,
    ) {
        let id = line.and_then(|line| ids.get(line));
        for test in formula.tests.iter().filter(|test| formula.tests.len() == 1 || self.is_met(line, test)) {
            if let Some(one) = self.one_tested(line, id.cloned(), formula, test) {
                tested.push((one, [&test.left_ty, &test.right_ty]));
            }
        }
    }

    fn one_tested(
        &self,
        line: Option<usize>,
        id: Option<String>,
        formula: &Formula,
        test: &Test,
    ) -> Option<Tested> {
        let left = self.evaluation.left(line, test);
        let right: Vec<Value> =
            self.evaluation.right(line, test).into_iter().collect::<Result<_, _>>().ok()?;
        let both = |value: &Value, ty: &Ty| {
            let shown = self.show(value, ty);
            (exactly(value, &shown), shown)
        };
        let (against, right): (Vec<Said>, Vec<Said>) =
            right.iter().map(|value| both(value, &test.right_ty)).unzip();
        let (value, shown) = match &left {
            Ok(value) => both(value, &test.left_ty),
            // A margin of nothing: the rule was decided without dividing.
            Err(_) => ("undefined".into(), "undefined".into()),
        };
        Some(Tested {
            line: id,
            what: test.what.clone(),
            shown: Some(shown),
            value: Some(value),
            operator: operator(test),
            threshold: Some(match test.op {
                Some(_) => Said::listed(right),
                None => Said::of(["[".into(), Said::listed(right), "]".into()]),
            }),
            against: Some(Said::listed(against)),
            constant: test.right.iter().all(|code| code.is_written_in(formula)),
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
    fn seal(&self, who: Option<&Name>, rule: &str, held: &Held<'_>, ids: &[String]) -> Seal {
        let mut seal = Seal::default();
        seal.add(&self.evaluation.plan.book().name);
        seal.add(who.map_or("reject", |who| who));
        seal.add(rule);
        for (line, formula) in &held.places {
            let run = line.and_then(|line| self.evaluation.lines.get(line));
            seal.add(line.and_then(|line| ids.get(line)).map_or("", |id| id));
            seal.add(run.map_or("", |run| &run.product.product.name));
            for reading in &formula.reads {
                let value = self.evaluation.read(*line, reading, None);
                seal.add(&reading.text);
                seal.add_written(|out| match value {
                    Ok(Value::Number(number)) => Said::Exact(number).add_to(out),
                    Ok(value) => self.show(&value, &reading.ty).add_to(out),
                    Err(_) => {}
                });
            }
        }
        seal
    }

    /// Takes away values that would tell what one who asks may not see.
    fn hide(&self, rules: &[Held<'_>], requirements: &mut [Requirement], ids: &[String]) {
        let positions: HashMap<&String, usize> = ids.iter().enumerate().map(|(at, id)| (id, at)).collect();
        let position = |id: &Option<String>| id.as_ref().and_then(|id| positions.get(id)).copied();
        for (requirement, held) in requirements.iter_mut().zip(rules) {
            let Some((place, formula)) = held.places.first() else { continue };
            let hidden = self.sight.count(self.evaluation, *place, &formula.text);
            if hidden == 0 {
                continue;
            }
            // What the left sides do not name stands in a threshold.
            let left = formula.tests.iter().map(|test| self.sight.count(self.evaluation, *place, &test.what));
            let in_threshold = left.sum::<usize>() < hidden;
            for tested in &mut requirement.tested {
                if self.sight.tells(self.evaluation, position(&tested.line), &tested.what) {
                    tested.shown = None;
                    tested.value = None;
                }
                tested.threshold.take_if(|_| in_threshold);
                tested.against.take_if(|_| in_threshold);
            }
            for again in &mut requirement.again {
                again.threshold.take_if(|_| in_threshold);
                let line = position(&again.line);
                if again.what.as_ref().is_some_and(|what| self.sight.tells(self.evaluation, line, what)) {
                    again.earlier = None;
                    again.now = None;
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
fn exactly(value: &Value, shown: &Said) -> Said {
    match value {
        Value::Number(number) => Said::Exact(number.clone()),
        _ => shown.clone(),
    }
}
