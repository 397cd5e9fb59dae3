//! The book, uses, units, enumerations, contexts, facts, market figures and functions.

use super::clauses::{self, Place};
use super::{Builder, Pieces, skip, take};
use crate::syntax::NO_UNIT;
use crate::syntax::ast::{
    Always, Book, BookCurrency, Context, Def, EnumDecl, Exchange, Field, Index, Name, Parameter, Period,
    Quantity, UnitDecl, Use, UseTarget,
};
use crate::syntax::errors;
use crate::syntax::grammar::Rule;

impl<'t> Builder<'t> {
    pub(super) fn book(&mut self, mut parts: Pieces<'t>) -> Option<Book> {
        skip(&mut parts, Rule::k_book);
        let (name, label) = self.name_and_label(&mut parts)?;
        let mut book =
            Book { name, label, currencies: Vec::new(), currency_by_request: false, effective: None };
        let mut currency_at = None;
        for part in parts {
            let span = self.span(&part);
            if part.as_rule() == Rule::effective {
                let period = self.effective(part.into_inner())?;
                match &book.effective {
                    Some(known) => self.report(errors::twice(span, known.span, "effective")),
                    None => book.effective = Some(period),
                }
                continue;
            }
            if let Some(first) = currency_at {
                self.report(errors::twice(span, first, "currency"));
                continue;
            }
            currency_at = Some(span);
            book.currency_by_request = part.as_rule() == Rule::currencies;
            for part in part.into_inner().filter(|part| part.as_rule() == Rule::smallest) {
                let mut parts = part.into_inner();
                let name = self.name(&mut parts)?;
                let to = match skip(&mut parts, Rule::k_to) {
                    true => Some(self.written_number(&take(&mut parts, Rule::number)?)),
                    false => None,
                };
                book.currencies.push(BookCurrency { name, to });
            }
        }
        Some(book)
    }

    /// `effective PERIOD`, its word included.
    pub(super) fn effective(&mut self, mut parts: Pieces<'t>) -> Option<Period> {
        skip(&mut parts, Rule::k_effective);
        Some(self.period(take(&mut parts, Rule::period)?))
    }

    pub(super) fn use_item(&mut self, mut parts: Pieces<'t>) -> Option<Use> {
        skip(&mut parts, Rule::k_use);
        let target = match self.next_text(&mut parts) {
            Some(folder) => UseTarget::Folder(folder),
            None => UseTarget::Path(self.path(take(&mut parts, Rule::path)?)),
        };
        Some(Use { target })
    }

    pub(super) fn unit_item(&mut self, mut parts: Pieces<'t>) -> Option<UnitDecl> {
        skip(&mut parts, Rule::k_unit);
        let (name, label) = self.name_and_label(&mut parts)?;
        if NO_UNIT.contains(&&*name.text) {
            self.report(errors::no_unit_name(name.span, &name.text));
        }
        let size = self.next_quantity(&mut parts);
        Some(UnitDecl { name, label, size })
    }

    pub(super) fn enum_item(&mut self, mut parts: Pieces<'t>) -> Option<EnumDecl> {
        skip(&mut parts, Rule::k_enum);
        let (name, label) = self.name_and_label(&mut parts)?;
        let values = self.choices(take(&mut parts, Rule::choices)?)?;
        Some(EnumDecl { name, label, values })
    }

    pub(super) fn context(&mut self, mut parts: Pieces<'t>) -> Option<Context> {
        skip(&mut parts, Rule::k_context);
        let (name, label) = self.name_and_label(&mut parts)?;
        let mut fields = Vec::new();
        while parts.peek().is_some() {
            fields.push(self.field(&mut parts, &clauses::FIELD)?);
        }
        Some(Context { name, label, fields })
    }

    pub(super) fn given(&mut self, mut parts: Pieces<'t>) -> Option<Field> {
        skip(&mut parts, Rule::k_given);
        self.field(&mut parts, &clauses::FACT)
    }

    /// The `field` that comes next.
    pub(super) fn field(&mut self, pieces: &mut Pieces<'t>, place: &Place) -> Option<Field> {
        let mut parts = take(pieces, Rule::field)?.into_inner();
        let (name, label) = self.name_and_label(&mut parts)?;
        let ty = self.next_type(&mut parts)?;
        let clauses = self.clauses(&mut parts, place)?;
        Some(Field { name, label, ty, clauses })
    }

    pub(super) fn index(&mut self, mut parts: Pieces<'t>) -> Option<Index> {
        skip(&mut parts, Rule::k_index);
        let (name, label) = self.name_and_label(&mut parts)?;
        let ty = self.next_type(&mut parts)?;
        let max_age = self.max_age(&mut parts);
        Some(Index { name, label, ty, max_age })
    }

    pub(super) fn exchange(&mut self, mut parts: Pieces<'t>) -> Option<Exchange> {
        skip(&mut parts, Rule::k_exchange);
        let from = self.name(&mut parts)?;
        skip(&mut parts, Rule::k_to);
        let to = self.name(&mut parts)?;
        let max_age = self.max_age(&mut parts);
        Some(Exchange { from, to, max_age })
    }

    fn max_age(&mut self, parts: &mut Pieces<'t>) -> Option<Quantity> {
        let piece = take(parts, Rule::max_age)?;
        self.quantity_of(piece.into_inner().last()?)
    }

    pub(super) fn def(&mut self, mut parts: Pieces<'t>) -> Option<Def> {
        skip(&mut parts, Rule::k_def);
        let name = self.name(&mut parts)?;
        let mut parameters = Vec::new();
        while let Some(piece) = take(&mut parts, Rule::parameter) {
            let mut inner = piece.into_inner();
            let name = self.name(&mut inner)?;
            let ty = self.optional_type(&mut inner)?;
            parameters.push(Parameter { name, ty });
        }
        let result = self.optional_type(&mut parts)?;
        let body = self.expr(parts.next()?)?;
        Some(Def { name, parameters, result, body })
    }

    pub(super) fn always(&mut self, mut parts: Pieces<'t>) -> Option<Always> {
        skip(&mut parts, Rule::k_always);
        let title = self.next_text(&mut parts)?;
        let narrowed_to = self.narrowed(&mut parts);
        let condition = self.expr(parts.next()?)?;
        Some(Always { title, narrowed_to, condition })
    }

    /// `for machines`, if it comes next.
    pub(super) fn narrowed(&mut self, parts: &mut Pieces<'t>) -> Option<Name> {
        let mut inner = take(parts, Rule::narrowed)?.into_inner();
        skip(&mut inner, Rule::k_for);
        self.name(&mut inner)
    }
}
