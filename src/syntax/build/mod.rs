//! From what the grammar recognised to the tree.
//!
//! The grammar is a little wider than the language; what is recognised and not allowed is reported here, and
//! the tree goes on with the likeliest reading, so that one slip does not hide the next problem. A function
//! gives `None` only where the grammar and the builder disagree, which is a mistake of ours.

mod approvals;
mod clauses;
mod declarations;
mod expressions;
mod guides;
mod numbers;
mod operators;
mod prices;
mod products;
mod quotes;
mod tables;
mod test_blocks;
mod types;
mod words;

use pest::iterators::{Pair, Pairs};

use super::ast::{Expr, ItemKind};
use super::grammar::Rule;
use super::prepare;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};

type Piece<'t> = Pair<'t, Rule>;
type Pieces<'t> = Pairs<'t, Rule>;

/// Builds trees and collects what is wrong with them.
pub(super) struct Builder<'t> {
    text: &'t str,
    file: FileId,
    base: u32,
    /// What was found, in the order of finding.
    pub problems: Vec<Diagnostic>,
    /// Inside a `quote` block: clauses about lines are allowed there only.
    in_quote: bool,
}

impl<'t> Builder<'t> {
    /// A builder for a prepared text whose first byte is at `base` of a file.
    pub fn new(text: &'t str, file: FileId, base: u32) -> Builder<'t> {
        Builder { text, file, base, problems: Vec::new(), in_quote: false }
    }

    /// The declaration that a parse of `only_item` or `item_and_rest` gave, and its span.
    pub fn item(&mut self, mut pieces: Pieces<'t>) -> Option<(ItemKind, Span)> {
        let piece = pieces.next()?;
        let span = self.span(&piece);
        let rule = piece.as_rule();
        let parts = piece.into_inner();
        let kind = match rule {
            Rule::book => ItemKind::Book(self.book(parts)?),
            Rule::use_item => ItemKind::Use(self.use_item(parts)?),
            Rule::unit_item => ItemKind::Unit(self.unit_item(parts)?),
            Rule::enum_item => ItemKind::Enum(self.enum_item(parts)?),
            Rule::context => ItemKind::Context(self.context(parts)?),
            Rule::given => ItemKind::Given(self.given(parts)?),
            Rule::index => ItemKind::Index(self.index(parts)?),
            Rule::exchange => ItemKind::Exchange(self.exchange(parts)?),
            Rule::family => ItemKind::Family(self.family(parts)?),
            Rule::product => ItemKind::Product(self.product(parts)?),
            Rule::preset => ItemKind::Preset(self.preset(parts)?),
            Rule::guide => ItemKind::Guide(self.guide(parts)?),
            Rule::table => ItemKind::Table(self.table(parts)?),
            Rule::tiers => ItemKind::Tiers(self.tiers(parts)?),
            Rule::def => ItemKind::Def(self.def(parts)?),
            Rule::price => ItemKind::Price(self.price(parts)?),
            Rule::quote => ItemKind::Quote(self.quote(parts)?),
            Rule::approvals => ItemKind::Approvals(self.approvals(parts)?),
            Rule::test => ItemKind::Test(self.test(parts)?),
            Rule::always => ItemKind::Always(self.always(parts)?),
            _ => return None,
        };
        Some((kind, span))
    }

    /// The expression that a parse of `only_expression` gave.
    pub fn only_expression(&mut self, mut pieces: Pieces<'t>) -> Option<Expr> {
        self.expr(pieces.next()?)
    }

    /// Where a piece stands; the grammar's own spans may reach over blanks behind the last word.
    fn span(&self, piece: &Piece<'t>) -> Span {
        let start = piece.as_span().start();
        let written = piece.as_str();
        let bare = written.as_bytes().last().is_some_and(|last| *last > b' ');
        let length = if bare { written.len() } else { written.trim_end().len() };
        prepare::span(self.file, self.base, start, start + length)
    }

    /// The prepared text under a span.
    fn slice(&self, span: Span) -> &'t str {
        let offset = |at: u32| at.saturating_sub(self.base) as usize;
        self.text.get(offset(span.start)..offset(span.end)).unwrap_or("")
    }

    fn report(&mut self, problem: Diagnostic) {
        self.problems.push(problem);
    }
}

/// The next piece, if it is of that rule.
fn take<'t>(pieces: &mut Pieces<'t>, rule: Rule) -> Option<Piece<'t>> {
    if pieces.peek()?.as_rule() == rule { pieces.next() } else { None }
}

/// Whether the next piece is of that rule; if so it is passed.
fn skip(pieces: &mut Pieces<'_>, rule: Rule) -> bool {
    take(pieces, rule).is_some()
}
