//! What a test expects: figures of its lines and of the quote, and lists of names.

use std::collections::BTreeSet;

use super::test::Subject;
use super::test_errors as errors;
use super::visit::speaks_of_a_line;
use crate::check::expr::check_condition;
use crate::check::{Scope, Section, Signatures};
use crate::diagnostic::{Code, Diagnostic, codes, nearest};
use crate::format::expr_text;
use crate::ir::{Expected, Name, NameList, REFUSED};
use crate::source::Span;
use crate::syntax::ast::{self, BinaryOp, ExprKind};

/// The words of `expect status = …`.
const STATUS_WORDS: [&str; 5] = ["ok", "needs_approval", "rejected", "invalid", REFUSED];

/// With which codes a request is refused as a whole, as far as a test can write it.
const REFUSALS: [Code; 7] = [
    codes::BAD_VALUE,
    codes::MISSING_VALUE,
    codes::OUTSIDE_EFFECTIVE,
    codes::STALE_MARKET,
    codes::MARKET_OUT_OF_RANGE,
    codes::REQUEST_TOO_LARGE,
    codes::NOT_SOLD_ALONE,
];

/// Those of them that are never found on a line or a quote.
const ONLY_REFUSALS: [Code; 4] =
    [codes::OUTSIDE_EFFECTIVE, codes::STALE_MARKET, codes::MARKET_OUT_OF_RANGE, codes::NOT_SOLD_ALONE];

/// Whether a test expects that its request is refused as a whole.
pub(super) fn expects_refusal(test: &ast::Test) -> bool {
    test.expectations.iter().any(|it| match &bare(&it.condition).kind {
        ExprKind::Binary { op: BinaryOp::Equal, left, right, .. } => {
            let subject = |word| path_of(left).is_some_and(|path| is_word(path, word));
            match &bare(right).kind {
                ExprKind::List(items) => subject("errors") && !items.is_empty(),
                _ => subject("status") && path_of(right).is_some_and(|path| is_word(path, REFUSED)),
            }
        }
        _ => false,
    })
}

/// Whether a problem is found while a quote is made, and stands on it.
fn is_of_quotes(code: Code) -> bool {
    let while_quoting = code.id().starts_with("E09") || code == codes::NESTED_TOO_DEEP;
    while_quoting && !ONLY_REFUSALS.contains(&code)
}

/// Reads the expectations of one test.
pub(super) struct Expecting<'a, 'p> {
    pub(super) signatures: &'a Signatures,
    pub(super) lines: &'a [Subject<'a>],
    /// The currency that the test's request chooses, in a book of several.
    pub(super) currency: Option<&'a Name>,
    pub(super) problems: &'p mut Vec<Diagnostic>,
}

/// Which line an expectation speaks of.
#[derive(Clone, Copy, Default)]
struct Spoken {
    line: Option<(usize, Span)>,
}

impl<'a> Expecting<'a, '_> {
    /// Checks one expectation.
    pub(super) fn expectation(&mut self, written: &ast::Expectation) -> Option<(Expected, Name, Span)> {
        let expected = self.expected(bare(&written.condition))?;
        Some((expected, expr_text(&written.condition).into(), written.span))
    }

    fn expected(&mut self, condition: &ast::Expr) -> Option<Expected> {
        if let ExprKind::Binary { op, left, right, op_span } = &condition.kind {
            let subject = path_of(left).and_then(|path| self.list_of(path).map(|list| (path, list)));
            match (subject, &bare(right).kind) {
                (Some((path, list)), ExprKind::List(items)) if *op == BinaryOp::Equal => {
                    return self.names(path, list, items);
                }
                (Some((path, _)), _) => {
                    self.problems.push(errors::list_is_compared_whole(*op_span, &expr_text_of(path)));
                    return None;
                }
                _ => {}
            }
            if path_of(left).is_some_and(|path| is_word(path, "status")) {
                return self.status(*op, *op_span, right);
            }
            if path_of(left).is_some_and(|path| is_word(path, "errors")) {
                if let (BinaryOp::Equal, ExprKind::List(items)) = (op, &bare(right).kind) {
                    return self.errors(items);
                }
                self.problems.push(errors::list_is_compared_whole(*op_span, "errors"));
                return None;
            }
            if *op == BinaryOp::In
                && let Some(path) = path_of(right)
                && self.list_of(path).is_some()
            {
                self.problems.push(errors::list_is_compared_whole(*op_span, &expr_text_of(path)));
                return None;
            }
        }
        self.holds(condition)
    }

    /// `expect status = needs_approval`
    fn status(&mut self, op: BinaryOp, op_span: Span, word: &ast::Expr) -> Option<Expected> {
        if op != BinaryOp::Equal {
            self.problems.push(errors::status_is_compared_whole(op_span, &STATUS_WORDS));
            return None;
        }
        let name = path_of(word).and_then(single);
        match name {
            Some(name) if STATUS_WORDS.contains(&name.text.as_ref()) => {
                Some(Expected::Status(name.text.clone()))
            }
            _ => {
                let near = name.and_then(|name| nearest(&name.text, STATUS_WORDS));
                self.problems.push(errors::unknown_status(word.span, &STATUS_WORDS, near));
                None
            }
        }
    }

    /// `expect errors = [E0907]`
    fn errors(&mut self, items: &[ast::Expr]) -> Option<Expected> {
        let mut codes = Vec::new();
        for item in items {
            let name = self.listed_name(item)?;
            let code = Code::find(&name).filter(|code| code.id() == name.as_ref());
            if !code.is_some_and(|code| REFUSALS.contains(&code)) {
                self.problems.push(errors::no_refusal(item.span, &name, code, &REFUSALS));
            }
            codes.push(name);
        }
        Some(Expected::Errors(codes))
    }

    /// The list that a path names: `approvals`, `line.applied`, `a.violations`.
    fn list_of(&self, path: &ast::Path) -> Option<NameList> {
        let (owner, list) = match path.names.as_slice() {
            [list] => (None, list),
            [owner, list] => (Some(owner), list),
            _ => return None,
        };
        let list = NameList::of(&list.text)?;
        let owner_is_known = owner.is_none_or(|owner| {
            matches!(owner.text.as_ref(), "line" | "unit" | "quote") || self.line_named(&owner.text).is_some()
        });
        owner_is_known.then_some(list)
    }

    /// `expect line.applied = [a, b]`
    fn names(&mut self, path: &ast::Path, list: NameList, items: &[ast::Expr]) -> Option<Expected> {
        let line = match path.names.as_slice() {
            [owner, _] if owner.text.as_ref() == "quote" => None,
            [owner, _] if list == NameList::Approvals => {
                self.problems.push(errors::approvals_are_of_the_quote(owner.span));
                return None;
            }
            [owner, _] if owner.text.as_ref() == "unit" => {
                self.problems.push(errors::list_of_a_unit(path.span, &owner.text));
                return None;
            }
            [owner, _] => Some(self.line_of(owner)?),
            _ if list == NameList::Applied => {
                self.problems.push(errors::applied_to_what(path.span));
                return None;
            }
            _ => None,
        };
        let known = self.known_names(list, line);
        let mut names = Vec::new();
        for item in items {
            let name = self.listed_name(item)?;
            let code = Code::find(&name).filter(|_| list == NameList::Violations && !known.contains(&name));
            if let Some(code) = code {
                if !is_of_quotes(code) {
                    self.problems.push(errors::no_violation(item.span, code, REFUSALS.contains(&code)));
                }
            } else if !known.contains(&name) {
                let near = nearest(&name, known.iter().map(AsRef::as_ref));
                self.problems.push(errors::unknown_in_list(item.span, &name, list, near));
            }
            names.push(name);
        }
        let line = line.and_then(|line| u16::try_from(line).ok());
        Some(Expected::Names { list, line, names })
    }

    fn listed_name(&mut self, item: &ast::Expr) -> Option<Name> {
        match &item.kind {
            ExprKind::Path(path) => {
                if let Some(name) = single(path) {
                    return Some(name.text.clone());
                }
            }
            ExprKind::Literal(literal) => {
                if let ast::LiteralKind::Text(text) = &literal.kind {
                    return Some(text.clone());
                }
            }
            _ => {}
        }
        self.problems.push(errors::not_a_name(item.span));
        None
    }

    /// The names that can stand in a list, of one line or of all.
    fn known_names(&self, list: NameList, of_line: Option<usize>) -> BTreeSet<Name> {
        let signatures = self.signatures;
        if list == NameList::Approvals {
            return signatures
                .approvals
                .levels
                .iter()
                .chain(&signatures.approvals.reviewers)
                .cloned()
                .collect();
        }
        let lines = self.lines.iter().enumerate().filter(|(at, _)| of_line.is_none_or(|line| line == *at));
        let mut known = BTreeSet::new();
        for (_, line) in lines {
            let product = &line.product;
            let Some(signature) = signatures.products.get(product) else { continue };
            match list {
                NameList::Violations => known.extend(signature.constraints.iter().cloned()),
                NameList::Alerts => known.extend(signature.alerts.iter().cloned()),
                NameList::Suggestions => known.extend(signature.suggested.iter().cloned()),
                // Those of the quote are its own steps.
                NameList::Applied if of_line.is_none() => {}
                NameList::Applied | NameList::Offers => {
                    let price = signatures.price_of(product).map(|(_, price)| price);
                    let steps = price.into_iter().flat_map(|it| it.unit_steps.iter().chain(&it.line_steps));
                    let steps = steps.filter(|step| list == NameList::Offers || step.can_apply);
                    known.extend(steps.map(|step| step.name.clone()));
                }
                NameList::Approvals => {}
            }
        }
        if list == NameList::Alerts {
            known.extend(signatures.quote.alerts.iter().cloned());
            known.insert(codes::NOT_PAYABLE.id().into());
        }
        if list == NameList::Violations && of_line.is_none() {
            known.extend(signatures.quote.requirements.iter().cloned());
        }
        if matches!(list, NameList::Applied | NameList::Offers) {
            let steps = signatures.quote.steps.iter().chain(&signatures.quote.line_steps);
            known.extend(steps.map(|step| step.name.clone()));
        }
        known
    }

    /// Any other condition: on a line, or on the quote.
    fn holds(&mut self, condition: &ast::Expr) -> Option<Expected> {
        let mut condition = condition.clone();
        let mut spoken = Spoken::default();
        self.find_line(&mut condition, &mut spoken)?;
        let line = spoken.line.map(|(line, _)| line);
        let lines = self.lines.iter().enumerate().filter(|(at, _)| line.is_none_or(|line| line == *at));
        let products: BTreeSet<Name> = lines.map(|(_, line)| line.product.clone()).collect();
        let products: Vec<Name> =
            products.into_iter().filter(|it| self.signatures.products.contains_key(it)).collect();
        let mut scope = Scope::of_products(self.signatures, Section::Expectation, products);
        scope.chosen = self.currency.cloned();
        let formula = check_condition(&scope, &condition, self.problems)?;
        if line.is_none() && speaks_of_a_line(&formula.expr) {
            self.problems.push(errors::speaks_of_no_line(condition.span));
            return None;
        }
        let line = line.and_then(|line| u16::try_from(line).ok());
        Some(Expected::Holds { line, condition: formula.expr })
    }

    /// Finds the one line that an expression speaks of, and lets its figures be read as those of `line`.
    fn find_line(&mut self, expr: &mut ast::Expr, spoken: &mut Spoken) -> Option<()> {
        match &mut expr.kind {
            ExprKind::Literal(_) | ExprKind::EarlierLines => Some(()),
            ExprKind::Path(path) => self.turn(path, spoken),
            ExprKind::List(items) => items.iter_mut().try_for_each(|item| self.find_line(item, spoken)),
            ExprKind::Call(call) => {
                let arguments = call.arguments.iter_mut();
                let clauses = [&mut call.tier_by, &mut call.scaled_by].into_iter().flatten();
                arguments.chain(clauses.map(AsMut::as_mut)).try_for_each(|it| self.find_line(it, spoken))
            }
            ExprKind::Field { of: inner, .. }
            | ExprKind::Paren(inner)
            | ExprKind::Not(inner)
            | ExprKind::Negate(inner)
            | ExprKind::Rounded { value: inner, .. } => self.find_line(inner, spoken),
            ExprKind::Binary { .. } => self.find_line_in_chain(expr, spoken),
            ExprKind::If { condition, then, otherwise } => {
                self.find_line(condition, spoken)?;
                self.find_line(then, spoken)?;
                self.find_line(otherwise, spoken)
            }
            ExprKind::By { subject, rows } => {
                self.turn(subject, spoken)?;
                rows.iter_mut().try_for_each(|row| self.find_line(&mut row.value, spoken))
            }
            ExprKind::Days { from, to, .. } => {
                self.find_line(from, spoken)?;
                self.find_line(to, spoken)
            }
            ExprKind::Item { list, at } => {
                self.find_line(list, spoken)?;
                self.find_line(at, spoken)
            }
            ExprKind::Comprehension(own) => {
                if let Some(line) = self.line_named(&own.element.text) {
                    let at = self.lines.get(line).and_then(|line| line.name).map(|name| name.span);
                    self.problems.push(crate::check::errors::element_name_taken(&own.element, at));
                    return None;
                }
                self.find_line(&mut own.source, spoken)?;
                self.find_line(&mut own.body, spoken)?;
                own.filter.iter_mut().try_for_each(|filter| self.find_line(filter, spoken))?;
                let of_ranking =
                    own.ranking.iter_mut().flat_map(|ranking| [&mut ranking.count, &mut ranking.by]);
                of_ranking.into_iter().try_for_each(|it| self.find_line(it, spoken))
            }
            ExprKind::PriceAt { rate, cost, .. } => {
                self.find_line(rate, spoken)?;
                self.find_line(cost, spoken)
            }
        }
    }

    /// A chain of operators leans left: it is walked in a loop, however long it is.
    fn find_line_in_chain(&mut self, expr: &mut ast::Expr, spoken: &mut Spoken) -> Option<()> {
        let mut rest = expr;
        loop {
            match rest {
                ast::Expr { kind: ExprKind::Binary { left, right, .. }, .. } => {
                    self.find_line(right, spoken)?;
                    rest = left;
                }
                first => return self.find_line(first, spoken),
            }
        }
    }

    /// `a.margin` becomes `line.margin`, and `a.unit.list` becomes `unit.list`, of line `a`.
    fn turn(&mut self, path: &mut ast::Path, spoken: &mut Spoken) -> Option<()> {
        let Some(owner) = path.names.first().cloned() else { return Some(()) };
        let named = self.line_named(&owner.text).is_some();
        if !named && !matches!(owner.text.as_ref(), "line" | "unit") {
            return Some(());
        }
        if path.names.len() < 2 {
            self.problems.push(errors::line_without_figure(&owner, named));
            return None;
        }
        let line = self.line_of(&owner)?;
        match spoken.line {
            Some((other, first)) if other != line => {
                self.problems.push(errors::two_lines(path.span, first));
                return None;
            }
            Some(_) => {}
            None => spoken.line = Some((line, path.span)),
        }
        if named {
            let second_is_level =
                path.names.get(1).is_some_and(|name| matches!(name.text.as_ref(), "unit" | "line"));
            if second_is_level {
                path.names.remove(0);
            } else if let Some(first) = path.names.first_mut() {
                first.text = "line".into();
            }
        }
        Some(())
    }

    /// The line of a name, or the only one for `line` and `unit`.
    fn line_of(&mut self, owner: &ast::Name) -> Option<usize> {
        if let Some(line) = self.line_named(&owner.text) {
            if self.lines.get(line).is_some_and(|line| !line.priced) {
                self.problems.push(errors::piece_is_included(owner));
                return None;
            }
            return Some(line);
        }
        if !matches!(owner.text.as_ref(), "line" | "unit") {
            let names = self.lines.iter().filter_map(|line| line.name);
            let near = nearest(&owner.text, names.map(|name| name.text.as_ref()));
            self.problems.push(errors::unknown(owner, "line", near));
            return None;
        }
        match self.lines.iter().filter(|line| line.line).count() {
            1 => Some(0),
            0 => {
                self.problems.push(errors::no_line(owner.span));
                None
            }
            _ => {
                let named = self.lines.iter().find_map(|line| line.name);
                self.problems.push(errors::which_line(owner, named.map(|name| name.text.as_ref())));
                None
            }
        }
    }

    fn line_named(&self, name: &str) -> Option<usize> {
        self.lines.iter().position(|line| line.name.is_some_and(|it| it.text.as_ref() == name))
    }
}

/// The expression without parentheses around it.
fn bare(mut expr: &ast::Expr) -> &ast::Expr {
    while let ExprKind::Paren(inner) = &expr.kind {
        expr = inner;
    }
    expr
}

fn path_of(expr: &ast::Expr) -> Option<&ast::Path> {
    match &bare(expr).kind {
        ExprKind::Path(path) => Some(path),
        _ => None,
    }
}

fn single(path: &ast::Path) -> Option<&ast::Name> {
    match path.names.as_slice() {
        [name] => Some(name),
        _ => None,
    }
}

fn is_word(path: &ast::Path, word: &str) -> bool {
    single(path).is_some_and(|name| name.text.as_ref() == word)
}

fn expr_text_of(path: &ast::Path) -> String {
    path.names.iter().map(|name| name.text.as_ref()).collect::<Vec<_>>().join(".")
}
