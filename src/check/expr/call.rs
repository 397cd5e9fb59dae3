//! Calls of what a book declares: tables, tier schemes, functions.

use super::{Checker, node};
use crate::check::errors;
use crate::check::signature::{DefSig, TableSig, TiersSig};
use crate::check::types::optional;
use crate::diagnostic::nearest;
use crate::ir::{self, ExprKind, HitPolicy, Name, NumberKind, Ty};
use crate::resolve::{FUNCTIONS, function};
use crate::source::Span;
use crate::syntax::ast;

impl<'a> Checker<'_, 'a> {
    /// `skus(sku).price`
    pub(super) fn field(&mut self, of: &ast::Expr, name: &ast::Name, whole: &ast::Expr) -> Option<ir::Expr> {
        match &super::bare(of).kind {
            ast::ExprKind::Call(call) => self.call(call, Some(name), whole.span),
            ast::ExprKind::Item { list, at } => self.item((list, at), Some(name), whole),
            _ => {
                self.problems.push(errors::field_of_what(name));
                None
            }
        }
    }

    /// `name(a, b)`, and its field where the call stands before a dot.
    pub(super) fn call(
        &mut self,
        call: &ast::Call,
        field: Option<&ast::Name>,
        span: Span,
    ) -> Option<ir::Expr> {
        let name = &call.name;
        let signatures = self.signatures;
        if let Some(table) = signatures.tables.get(&name.text) {
            self.no_tier_words(call);
            return self.table(call, table, field, span);
        }
        let called = if let Some(tiers) = signatures.tiers.get(&name.text) {
            self.tiers(call, tiers, span)
        } else if let Some(def) = signatures.defs.get(&name.text) {
            self.no_tier_words(call);
            self.def(call, def, span)
        } else if function(&name.text).is_some() {
            self.no_tier_words(call);
            self.built_in_call(call, span)
        } else if let ("before", [number]) = (name.text.as_ref(), call.arguments.as_slice()) {
            self.no_tier_words(call);
            self.before(number, span)
        } else {
            let problem = self.not_callable(name);
            self.problems.push(problem);
            return None;
        };
        if let Some(field) = field {
            self.problems.push(errors::no_record(field, &name.text));
            return None;
        }
        called
    }

    fn not_callable(&self, name: &ast::Name) -> crate::diagnostic::Diagnostic {
        if let Some((kind, at)) = self.signatures.names.get(&name.text) {
            return errors::not_callable(name, *kind, *at);
        }
        if self.can_read(name) {
            return errors::value_called(name);
        }
        let own = self.signatures.names.iter().filter(|(_, (kind, _))| {
            use crate::resolve::Kind::{Def, Table, Tiers};
            matches!(kind, Table | Tiers | Def)
        });
        let known = own.map(|(name, _)| name.as_ref()).chain(FUNCTIONS.iter().map(|it| it.name));
        errors::unknown_function(name, nearest(&name.text, known))
    }

    fn no_tier_words(&mut self, call: &ast::Call) {
        for (word, argument) in [("tier by", &call.tier_by), ("scaled by", &call.scaled_by)] {
            if let Some(argument) = argument {
                self.problems.push(errors::tier_word(argument.span, word, &call.name));
            }
        }
        if let Some((_, span)) = call.mode
            && call.name.text.as_ref() != "round"
        {
            self.problems.push(errors::mode_out_of_place(span, &call.name));
        }
    }

    fn table(
        &mut self,
        call: &ast::Call,
        table: &'a TableSig,
        field: Option<&ast::Name>,
        span: Span,
    ) -> Option<ir::Expr> {
        let name = &call.name.text;
        if table.policy == HitPolicy::All {
            self.problems.push(errors::rows_are_no_value(span, &call.name, field));
            return None;
        }
        let column = self.column(call, table, field);
        let keys = self.keys(call, table);
        let (position, ty) = column?;
        let ty = ty.clone()?;
        let ty = if table.optional { optional(ty) } else { ty };
        let kind = ExprKind::Lookup { table: name.clone(), keys: keys?, column: position };
        Some(node(kind, ty, span))
    }

    /// The keys of a call of a table, each of its type.
    pub(super) fn keys(&mut self, call: &ast::Call, table: &'a TableSig) -> Option<Vec<ir::Expr>> {
        let name = &call.name.text;
        if call.arguments.len() != table.keys.len() {
            let keys: Vec<&str> = table.keys.iter().map(|key| key.name.as_ref()).collect();
            self.problems.push(errors::wrong_count(call, "key", &keys));
            return None;
        }
        let mut keys = Vec::new();
        let mut whole = true;
        for (argument, key) in call.arguments.iter().zip(&table.keys) {
            // A row of this very table, as `skus(sku)` for an option `sku: key of skus`.
            let row = Ty::Row(name.clone());
            let own_row = table.keys.len() == 1 && self.is_row_of(argument, &row);
            let want = if own_row { Some(&row) } else { key.ty.as_ref() };
            match want.and_then(|want| self.key(argument, want, table.optional)) {
                Some(key) => keys.push(key),
                None => whole = false,
            }
            if want.is_none() {
                // The key's own declaration is wrong; the argument may be wrong besides.
                self.infer(argument, None);
            }
        }
        whole.then_some(keys)
    }

    /// Whether a name reads a row of a table, perhaps one that is missing.
    fn is_row_of(&mut self, argument: &ast::Expr, row: &Ty) -> bool {
        // Only a name is read twice, so that nested calls stay cheap.
        if !matches!(super::bare(argument).kind, ast::ExprKind::Path(_)) {
            return false;
        }
        let mut untold = Vec::new();
        let found = self.silent(self.scope, self.stands, &mut untold).infer(argument, None);
        found.is_some_and(|found| found.ty.required() == row)
    }

    /// A key: a value that may be missing finds no row, which an optional table allows.
    fn key(&mut self, argument: &ast::Expr, want: &Ty, optional_table: bool) -> Option<ir::Expr> {
        let found = self.infer(argument, Some(want))?;
        if optional_table && matches!(found.ty, Ty::Optional(_)) {
            return self.coerce(found, &optional(want.clone()), argument);
        }
        self.coerce(found, want, argument)
    }

    /// The column that is read.
    fn column(
        &mut self,
        call: &ast::Call,
        table: &'a TableSig,
        field: Option<&ast::Name>,
    ) -> Option<(u16, &'a Option<Ty>)> {
        let names: Vec<&str> = table.columns.iter().filter_map(|(name, _)| name.as_deref()).collect();
        let position = match field {
            None if names.is_empty() => Some(0),
            None => {
                self.problems.push(errors::which_column(call, &names));
                return None;
            }
            Some(field) if names.is_empty() => {
                self.problems.push(errors::no_record(field, &call.name.text));
                return None;
            }
            Some(field) => {
                let found = table.columns.iter().position(|(name, _)| name.as_ref() == Some(&field.text));
                if found.is_none() {
                    self.problems.push(errors::no_column(field, &call.name.text, &names));
                }
                found
            }
        }?;
        let (_, ty) = table.columns.get(position)?;
        Some((u16::try_from(position).ok()?, ty))
    }

    fn tiers(&mut self, call: &ast::Call, tiers: &'a TiersSig, span: Span) -> Option<ir::Expr> {
        if let Some((_, span)) = call.mode {
            self.problems.push(errors::mode_out_of_place(span, &call.name));
        }
        let [quantity] = call.arguments.as_slice() else {
            self.problems.push(errors::wrong_count(call, "quantity", &["quantity"]));
            return None;
        };
        if let (Some(by), ir::TierMode::Graduated) = (&call.tier_by, tiers.mode) {
            self.problems.push(errors::graduated_tier_by(by.span, &call.name));
        }
        let driver = tiers.driver.clone().map(Ty::Number);
        let quantity = self.check(quantity, driver.as_ref());
        let tier_by = self.clause(call.tier_by.as_deref(), driver.as_ref());
        let plain = Ty::number(NumberKind::Plain);
        let scaled_by = self.clause(call.scaled_by.as_deref(), Some(&plain));
        let (quantity, tier_by, scaled_by) = (Box::new(quantity?), tier_by?, scaled_by?);
        driver?;
        let kind = ExprKind::Tier { tiers: call.name.text.clone(), quantity, tier_by, scaled_by };
        Some(node(kind, tiers.result.clone()?, span))
    }

    /// An expression that may be left out: `None` only where it is wrong.
    fn clause(&mut self, written: Option<&ast::Expr>, want: Option<&Ty>) -> Option<Option<Box<ir::Expr>>> {
        match written {
            None => Some(None),
            Some(written) => self.check(written, want).map(|it| Some(Box::new(it))),
        }
    }

    fn def(&mut self, call: &ast::Call, def: &'a DefSig, span: Span) -> Option<ir::Expr> {
        if call.arguments.len() != def.parameters.len() {
            let names: Vec<&str> = def.parameters.iter().map(|(name, _)| name.as_ref()).collect();
            self.problems.push(errors::wrong_count(call, "argument", &names));
            return None;
        }
        let mut arguments = Vec::new();
        let mut whole = true;
        for (argument, (_, ty)) in call.arguments.iter().zip(&def.parameters) {
            match self.check(argument, ty.as_ref()) {
                Some(argument) if ty.is_some() => arguments.push(argument),
                _ => whole = false,
            }
        }
        let name: Name = call.name.text.clone();
        let ty = def.result.clone()?;
        whole.then(|| node(ExprKind::Call { def: name, arguments }, ty, span))
    }
}
