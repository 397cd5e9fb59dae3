//! One declaration and what it needs to know of the others: its checked form, or its problems.

use std::sync::Arc;

use super::expr::check_formula;
use super::inputs;
use super::price::{
    check_always, check_approvals, check_price, check_quote, check_test, warn_of_idle_levels,
};
use super::product::{self, FamilyIr};
use super::scope::{Scope, Section};
use super::summary::Summary;
use super::table::{TableFile, check_table};
use super::tier::check_tiers;
use super::unproved::Unproved;
use super::{Signatures, errors, signature::InputSig};
use super::{guide, preset};
use crate::diagnostic::{Diagnostic, has_errors};
use crate::ir;
use crate::resolve::declared_name;
use crate::source::Span;
use crate::syntax::ast::{self, ItemKind};

/// The checked form of one declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemIr {
    /// A context.
    Context(Arc<ir::Context>),
    /// A fact.
    Fact(Arc<ir::Input>),
    /// A market index.
    Index(Arc<ir::Index>),
    /// An exchange rate.
    Exchange(Arc<ir::Exchange>),
    /// A family with what it brings to each of its products.
    Family(Arc<FamilyIr>),
    /// A product without what its family shares.
    Product(Arc<ir::Product>),
    /// A preset.
    Preset(Arc<ir::Preset>),
    /// A guide.
    Guide(Arc<ir::Guide>),
    /// One version of a table.
    Table(Arc<ir::Table>),
    /// One version of a tier scheme.
    Tiers(Arc<ir::Tiers>),
    /// A function.
    Def(Arc<ir::Def>),
    /// A waterfall.
    Price(Arc<ir::Price>),
    /// The quote's steps.
    Quote(Arc<ir::Quote>),
    /// Approvals.
    Approvals(Arc<ir::Approvals>),
    /// A property.
    Always(Arc<ir::Always>),
    /// A test.
    Test(Arc<ir::Test>),
    /// The book, units, enumerations and `use` leave nothing behind but what the signatures know.
    Nothing,
}

/// What came of checking one declaration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// The checked form; none if there was an error, here or in the signatures.
    pub ir: Option<ItemIr>,
    /// The problems, errors and warnings.
    pub problems: Vec<Diagnostic>,
    /// What is proved, or a problem, when the book is put together.
    pub unproved: Vec<Unproved>,
    /// What the whole book asks of it.
    pub summary: Summary,
}

/// Checks one declaration against the signatures of all. A table whose rows are in a file beside it (see
/// [`table::file_of`](super::table::file_of)) needs that file as it was read; none means that there is no
/// such file.
pub fn check_item(item: &ast::Item, signatures: &Signatures, file: Option<&TableFile>) -> Checked {
    if is_second(item, signatures) {
        // That the name is taken is said already; the signatures are those of the first.
        return Checked::default();
    }
    let (mut problems, mut unproved) = (Vec::new(), Vec::new());
    let ir = check_kind(item, signatures, file, (&mut problems, &mut unproved));
    let mut refused = has_errors(&problems);
    if ir.is_none() && signatures.sound && !refused {
        // Nothing is left out of a book in silence.
        problems.push(errors::cannot_check(item.span));
        refused = true;
    }
    if refused {
        unproved.clear();
    }
    let ir = ir.filter(|_| !refused);
    let summary = ir.as_ref().map(|ir| Summary::of(ir, signatures)).unwrap_or_default();
    Checked { ir, problems, unproved, summary }
}

/// Whether another declaration, which came first, has the name.
fn is_second(item: &ast::Item, signatures: &Signatures) -> bool {
    if matches!(item.kind, ItemKind::Unit(_) | ItemKind::Enum(_) | ItemKind::Table(_) | ItemKind::Tiers(_)) {
        return false;
    }
    let Some(name) = declared_name(&item.kind) else { return false };
    signatures.names.get(&name.text).is_none_or(|(_, first)| *first != name.span)
}

fn check_kind(
    item: &ast::Item,
    signatures: &Signatures,
    file: Option<&TableFile>,
    (problems, unproved): (&mut Vec<Diagnostic>, &mut Vec<Unproved>),
) -> Option<ItemIr> {
    let span = item.span;
    match &item.kind {
        ItemKind::Book(_) | ItemKind::Use(_) | ItemKind::Unit(_) | ItemKind::Enum(_) => Some(ItemIr::Nothing),
        ItemKind::Context(it) => context(it, span, signatures, problems).map(ItemIr::Context),
        ItemKind::Given(field) => {
            let sig = signatures.facts.get(&field.name.text)?;
            fixed_input(field, sig, signatures, problems).map(|it| ItemIr::Fact(Arc::new(it)))
        }
        ItemKind::Index(it) => index(it, signatures, problems).map(ItemIr::Index),
        ItemKind::Exchange(it) => exchange(it, span, signatures, problems).map(ItemIr::Exchange),
        ItemKind::Family(it) => product::family(it, span, signatures, problems, unproved).map(ItemIr::Family),
        ItemKind::Product(it) => {
            product::product(it, span, signatures, problems, unproved).map(ItemIr::Product)
        }
        ItemKind::Preset(it) => preset::preset(it, span, signatures, problems).map(ItemIr::Preset),
        ItemKind::Guide(it) => guide::guide(it, span, signatures, problems).map(ItemIr::Guide),
        ItemKind::Def(it) => def(it, span, signatures, problems).map(ItemIr::Def),
        ItemKind::Table(it) => {
            check_table(it, span, signatures, file, problems).map(|it| ItemIr::Table(Arc::new(it)))
        }
        ItemKind::Tiers(it) => {
            check_tiers(it, span, signatures, problems).map(|it| ItemIr::Tiers(Arc::new(it)))
        }
        ItemKind::Price(it) => {
            check_price(it, span, signatures, problems, unproved).map(|it| ItemIr::Price(Arc::new(it)))
        }
        ItemKind::Quote(it) => {
            check_quote(it, span, signatures, problems, unproved).map(|it| ItemIr::Quote(Arc::new(it)))
        }
        ItemKind::Approvals(it) => {
            let checked = check_approvals(it, span, signatures, problems)?;
            warn_of_idle_levels(it, problems);
            Some(ItemIr::Approvals(Arc::new(checked)))
        }
        ItemKind::Always(it) => {
            check_always(it, span, signatures, problems).map(|it| ItemIr::Always(Arc::new(it)))
        }
        ItemKind::Test(it) => check_test(it, span, signatures, problems).map(|it| ItemIr::Test(Arc::new(it))),
    }
}

fn context(
    context: &ast::Context,
    span: Span,
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) -> Option<Arc<ir::Context>> {
    let sig = signatures.contexts.get(&context.name.text)?;
    let mut fields = Vec::new();
    let mut whole = true;
    for field in &context.fields {
        let checked = sig.fields.get(&field.name.text);
        match checked.and_then(|sig| fixed_input(field, sig, signatures, problems)) {
            Some(field) => fields.push(field),
            None => whole = false,
        }
    }
    let label = context.label.as_ref().map(|label| label.text.clone());
    whole.then(|| Arc::new(ir::Context { name: context.name.text.clone(), label, fields, span }))
}

/// An input that is there before any product is.
fn fixed_input(
    field: &ast::Field,
    sig: &InputSig,
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) -> Option<ir::Input> {
    inputs::input(&Scope::new(signatures, Section::Constant), field, sig, problems)
}

fn index(
    index: &ast::Index,
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) -> Option<Arc<ir::Index>> {
    let sig = signatures.indexes.get(&index.name.text)?;
    let max_age_days = inputs::max_age(signatures, index.max_age.as_ref(), problems);
    let input = ir::Input {
        label: sig.label.clone(),
        ..ir::Input::new(index.name.text.clone(), sig.ty.clone()?, sig.domain.clone(), index.name.span)
    };
    Some(Arc::new(ir::Index { input, max_age_days: max_age_days? }))
}

fn exchange(
    exchange: &ast::Exchange,
    span: Span,
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) -> Option<Arc<ir::Exchange>> {
    let max_age_days = inputs::max_age(signatures, exchange.max_age.as_ref(), problems)?;
    let (from, to) = (exchange.from.text.clone(), exchange.to.text.clone());
    Some(Arc::new(ir::Exchange { from, to, max_age_days, span }))
}

fn def(
    def: &ast::Def,
    span: Span,
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) -> Option<Arc<ir::Def>> {
    let sig = signatures.defs.get(&def.name.text)?;
    let scope = Scope::of_def(signatures, sig.parameters.clone());
    let body = check_formula(&scope, &def.body, sig.result.as_ref(), problems)?;
    let parameters = sig.parameters.iter().map(|(name, ty)| Some((name.clone(), ty.clone()?)));
    let parameters: Option<Vec<_>> = parameters.collect();
    sig.result.as_ref()?;
    Some(Arc::new(ir::Def { name: def.name.text.clone(), parameters: parameters?, body, span }))
}
