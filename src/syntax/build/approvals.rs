//! Approvals: levels, reviewers, ladders, and the rules that ask them.

use super::{Builder, Pieces, clauses, skip, take};
use crate::source::Span;
use crate::syntax::ast::{ApprovalRule, Approvals, Clauses, Ladder, Level, Name, Number, Reviewer, Skip};
use crate::syntax::errors;
use crate::syntax::grammar::Rule;

/// The words behind `route`.
const ROUTES: [&str; 3] = ["climb", "jump", "each"];

impl<'t> Builder<'t> {
    pub(super) fn approvals(&mut self, mut parts: Pieces<'t>) -> Option<Approvals> {
        let mut approvals = Approvals {
            levels: Vec::new(),
            reviewers: Vec::new(),
            ladders: Vec::new(),
            skips: Vec::new(),
            rules: Vec::new(),
            route: None,
        };
        skip(&mut parts, Rule::k_approvals);
        for part in parts {
            let rule = part.as_rule();
            let span = self.span(&part);
            let mut inner = part.into_inner();
            // The word that the part begins with.
            inner.next()?;
            match rule {
                Rule::level => approvals.levels.push(self.level(inner)?),
                Rule::reviewer => approvals.reviewers.push(self.reviewer(inner)?),
                Rule::ladder => approvals.ladders.push(self.ladder(inner, span)?),
                Rule::skip_rule => approvals.skips.push(self.skip_rule(inner, span)?),
                Rule::ask | Rule::reject => approvals.rules.push(self.approval_rule(inner, span)?),
                Rule::route => self.route(&mut approvals.route, inner)?,
                _ => {}
            }
        }
        Some(approvals)
    }

    fn ladder(&mut self, mut parts: Pieces<'t>, span: Span) -> Option<Ladder> {
        let (name, label) = self.name_and_label(&mut parts)?;
        let mut ladder = Ladder { name, label, levels: Vec::new(), reviewers: Vec::new(), route: None, span };
        for part in parts {
            let rule = part.as_rule();
            let mut inner = part.into_inner();
            inner.next()?;
            match rule {
                Rule::level => ladder.levels.push(self.level(inner)?),
                Rule::reviewer => ladder.reviewers.push(self.reviewer(inner)?),
                Rule::route => self.route(&mut ladder.route, inner)?,
                _ => {}
            }
        }
        Some(ladder)
    }

    fn level(&mut self, mut parts: Pieces<'t>) -> Option<Level> {
        let (name, label) = self.name_and_label(&mut parts)?;
        let mut needs = None;
        for part in parts {
            self.people(&mut needs, part.into_inner())?;
        }
        Some(Level { name, label, needs })
    }

    fn reviewer(&mut self, mut parts: Pieces<'t>) -> Option<Reviewer> {
        let (name, label) = self.name_and_label(&mut parts)?;
        let (mut needs, mut with, mut parallel): (_, Option<Name>, Option<Span>) = (None, None, None);
        for part in parts {
            let (rule, span) = (part.as_rule(), self.span(&part));
            let mut inner = part.into_inner();
            match rule {
                Rule::people => self.people(&mut needs, inner)?,
                Rule::beside => {
                    skip(&mut inner, Rule::k_with);
                    let level = self.name(&mut inner)?;
                    match &with {
                        Some(first) => self.report(errors::twice(level.span, first.span, "with")),
                        None => with = Some(level),
                    }
                }
                Rule::parallel => match parallel {
                    Some(first) => self.report(errors::twice(span, first, "parallel")),
                    None => parallel = Some(span),
                },
                _ => {}
            }
        }
        Some(Reviewer { name, label, needs, with, parallel: parallel.is_some() })
    }

    /// `needs 2`
    fn people(&mut self, known: &mut Option<Number>, mut parts: Pieces<'t>) -> Option<()> {
        skip(&mut parts, Rule::k_needs);
        let number = self.written_number(&take(&mut parts, Rule::number)?);
        match known {
            Some(first) => {
                let first = first.span;
                self.report(errors::twice(number.span, first, "needs"));
            }
            None => *known = Some(number),
        }
        Some(())
    }

    fn skip_rule(&mut self, mut parts: Pieces<'t>, span: Span) -> Option<Skip> {
        let level = self.name(&mut parts)?;
        let Clauses { when, because, .. } = *self.clauses(&mut parts, &clauses::RULE)?;
        Some(Skip { level, when: when?, because, span })
    }

    fn approval_rule(&mut self, mut parts: Pieces<'t>, span: Span) -> Option<ApprovalRule> {
        let who = self.name(&mut parts);
        let narrowed_to = self.narrowed(&mut parts);
        let Clauses { when, because, .. } = *self.clauses(&mut parts, &clauses::RULE)?;
        Some(ApprovalRule { who, narrowed_to, when: when?, because, span })
    }

    fn route(&mut self, known: &mut Option<Name>, mut parts: Pieces<'t>) -> Option<()> {
        let route = self.name(&mut parts)?;
        if !ROUTES.contains(&&*route.text) {
            self.report(errors::unknown_word(route.span, "route", &route.text, &ROUTES));
        }
        match known {
            Some(first) => {
                let first = first.span;
                self.report(errors::twice(route.span, first, "route"));
            }
            None => *known = Some(route),
        }
        Some(())
    }
}
