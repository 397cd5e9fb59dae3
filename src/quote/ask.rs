//! A priced request that can be asked about: what the tests of a book do.

use super::answer::{Line, Quote};
use super::approval::operator;
use super::bind::bind;
use super::build::{answer, is_applied};
use super::error::RequestError;
use super::request::Request;
use crate::eval::{Evaluation, Plan, Standing, Test};
use crate::ir::{Expr, Name, NameList, Ty, Value};

/// A priced request: its quote, and every figure that led to it.
#[derive(Debug)]
pub struct Priced<'p> {
    evaluation: Evaluation<'p>,
    quote: Quote,
    /// The positions of the quote's lines among those that were evaluated.
    shown: Vec<usize>,
}

/// What came of a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// It holds.
    pub holds: bool,
    /// The comparisons in it, with the values of both sides.
    pub compared: Vec<Compared>,
}

/// A comparison, with its values as shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// The left side, as written where that is short.
    pub what: Name,
    /// The value on the left; the reason in words where there is none.
    pub left: String,
    /// `<`, `<=`, `=`, `!=`, `>`, `>=`, `in`, `not in`; turned round under a `not`.
    pub operator: &'static str,
    /// The value on the right.
    pub right: String,
}

impl<'p> Priced<'p> {
    pub(super) fn of(plan: &'p Plan, request: &Request) -> Result<Priced<'p>, Vec<RequestError>> {
        let evaluation = Evaluation::new(plan, bind(plan, request)?);
        let quote = answer(request, &evaluation);
        let lines = evaluation.lines.iter().enumerate();
        let shown = lines.filter(|(_, run)| run.standing == Standing::Line).map(|(at, _)| at).collect();
        Ok(Priced { evaluation, quote, shown })
    }

    /// The quote.
    pub fn quote(&self) -> &Quote {
        &self.quote
    }

    /// The quote, when nothing more is asked.
    pub fn into_quote(self) -> Quote {
        self.quote
    }

    /// Whether a condition holds: read on a line (by its position in the quote), or on the quote.
    ///
    /// # Errors
    ///
    /// Where a figure that it reads is not known: the reason in words.
    pub fn ask(&self, condition: &Expr, line: Option<usize>) -> Result<Answer, String> {
        let line = line.and_then(|line| self.shown.get(line)).copied();
        let formula = self.evaluation.formula(line, condition);
        let compared = formula.tests.iter().map(|test| self.compared(line, test)).collect();
        let holds = self.evaluation.holds(line, &formula).map_err(|gap| gap.message.clone())?;
        Ok(Answer { holds, compared })
    }

    fn compared(&self, line: Option<usize>, test: &Test) -> Compared {
        let show = |value: &Result<Value, crate::eval::Gap>, ty: &Ty| match value {
            Ok(value) => self.evaluation.plan.show(&self.evaluation.facts.day, value, ty).to_string(),
            Err(gap) => gap.message.clone(),
        };
        let right = self.evaluation.right(line, test);
        let right: Vec<String> = right.iter().map(|value| show(value, &test.right_ty)).collect();
        Compared {
            what: test.what.clone(),
            left: show(&self.evaluation.left(line, test), &test.left_ty),
            operator: operator(test),
            right: match test.op {
                Some(_) => right.join(", "),
                None => format!("[{}]", right.join(", ")),
            },
        }
    }

    /// A list of names, of a line (by its position in the quote) or of the quote. For the quote,
    /// `violations`, `alerts`, `applied` and `offers` are those of all lines, in their order, and then its own.
    pub fn names(&self, list: NameList, line: Option<usize>) -> Vec<Name> {
        let all = |of: &dyn Fn(&Line) -> Vec<Name>, own: Vec<Name>| match line {
            Some(at) => self.quote.lines.get(at).map(of).unwrap_or_default(),
            None => self.quote.lines.iter().flat_map(of).chain(own).collect(),
        };
        let quote = &self.quote;
        match list {
            NameList::Applied => {
                let own =
                    self.evaluation.quote.marks.iter().filter(|mark| line.is_none() && is_applied(mark));
                all(&|line| line.applied.clone(), own.map(|mark| mark.step.name.clone()).collect())
            }
            NameList::Violations => {
                let names = |of: &[super::remarks::Violation]| of.iter().map(|it| it.name.clone()).collect();
                all(&|line| names(&line.violations), names(&quote.violations))
            }
            NameList::Approvals => quote.approvals.route.iter().map(|signer| signer.name.clone()).collect(),
            NameList::Alerts => {
                let names =
                    |of: &[super::remarks::Alert]| of.iter().filter_map(|it| it.name.clone()).collect();
                all(&|line| names(&line.alerts), names(&quote.alerts))
            }
            NameList::Suggestions => {
                all(&|line| line.suggestions.iter().map(|it| it.what().clone()).collect(), Vec::new())
            }
            NameList::Offers => {
                let names = |of: &[super::remarks::Offer]| of.iter().map(|it| it.step.clone()).collect();
                all(&|line| names(&line.offers), names(&quote.offers))
            }
        }
    }
}
