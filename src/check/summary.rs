//! What the whole book asks of each declaration, told once when it is checked: the names that it uses, what looks odd
//! in it, and whether it goes through more than the pieces of one line.

use std::collections::BTreeSet;

use super::item::ItemIr;
use super::{Signatures, doubts, reads};
use crate::diagnostic::Diagnostic;
use crate::ir::{ConstraintRule, ElementPlace, Expr, ExprKind, Name, Place, Source};

/// A name that an expression or a type uses.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Use {
    Table(Name),
    Tiers(Name),
    Def(Name),
    Index(Name),
    Fact(Name),
    Member(Name),
    Entry(Name),
    Enum(Name),
    /// An exchange rate: from, to.
    Rate(Name, Name),
}

/// What the whole book asks of a declaration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The names that it uses, each once.
    pub(super) uses: Vec<Use>,
    /// What is said in it without a mistake, and most often not meant.
    pub(super) doubts: Vec<Diagnostic>,
    /// It goes through lists, lines or rows.
    pub(super) goes_through: bool,
    /// Lets of it, or functions, go through lines of the quote.
    pub(super) lets_through_lines: bool,
}

impl Summary {
    pub(super) fn of(item: &ItemIr, signatures: &Signatures) -> Summary {
        let mut summary = Summary::default();
        let mut uses = BTreeSet::new();
        for expr in reads::of_item(item) {
            reads::for_each(expr, &mut |expr| summary.expr(expr, &mut uses));
        }
        let lets = match item {
            ItemIr::Product(it) => it.lets.as_slice(),
            ItemIr::Family(it) => it.shared.lets.as_slice(),
            _ => &[],
        };
        let function = match item {
            ItemIr::Def(it) => Some(&it.body),
            _ => None,
        };
        let values = lets.iter().map(|it| &it.value).chain(function);
        summary.lets_through_lines = values.into_iter().any(|value| goes_through(&value.expr, is_lines));
        let constraints = match item {
            ItemIr::Product(it) => it.constraints.as_slice(),
            ItemIr::Family(it) => it.shared.constraints.as_slice(),
            _ => &[],
        };
        uses.extend(constraints.iter().filter_map(|it| match &it.rule {
            ConstraintRule::Row { table, .. } => Some(Use::Table(table.clone())),
            ConstraintRule::Holds(_) => None,
        }));
        summary.uses = uses.into_iter().collect();
        summary.doubts = doubts::of_item(item, signatures);
        summary
    }

    fn expr(&mut self, expr: &Expr, uses: &mut BTreeSet<Use>) {
        let used = match &expr.kind {
            ExprKind::Lookup { table, .. } => Use::Table(table.clone()),
            ExprKind::Tier { tiers, .. } => Use::Tiers(tiers.clone()),
            ExprKind::Call { def, .. } => Use::Def(def.clone()),
            ExprKind::Convert { from, to, .. } => Use::Rate(from.clone(), to.clone()),
            ExprKind::Aggregate(own) => {
                self.goes_through |= !is_parts(&own.source);
                match &own.source {
                    Source::Rows(table) | Source::Hits { table, .. } => Use::Table(table.clone()),
                    Source::Values(of) => Use::Enum(of.name.clone()),
                    Source::Parts { .. } | Source::List(_) | Source::Item { .. } | Source::Lines { .. } => {
                        return;
                    }
                }
            }
            ExprKind::Read(place) => match place {
                Place::Index(name) => Use::Index(name.clone()),
                Place::Fact(name) => Use::Fact(name.clone()),
                Place::Element { of: ElementPlace::Member(name), .. } => Use::Member(name.clone()),
                Place::Element { of: ElementPlace::Line(place), .. } => match of_line(place) {
                    Some(used) => used,
                    None => return,
                },
                place => match of_line(place) {
                    Some(used) => used,
                    None => return,
                },
            },
            _ => return,
        };
        uses.insert(used);
    }
}

/// Whether an expression goes through a source of some kind.
pub(super) fn goes_through(expr: &Expr, wanted: fn(&Source) -> bool) -> bool {
    let mut goes = false;
    reads::for_each(expr, &mut |expr| {
        goes |= matches!(&expr.kind, ExprKind::Aggregate(own) if wanted(&own.source));
    });
    goes
}

/// The pieces of one line.
pub(super) fn is_parts(source: &Source) -> bool {
    matches!(source, Source::Parts { .. })
}

/// The lines of the quote.
pub(super) fn is_lines(source: &Source) -> bool {
    matches!(source, Source::Lines { .. })
}

/// What is used of a line's own.
fn of_line(place: &Place) -> Option<Use> {
    match place {
        Place::Member(name) => Some(Use::Member(name.clone())),
        Place::Entry { name, .. } => Some(Use::Entry(name.clone())),
        _ => None,
    }
}
