//! Tables and tiers.

use super::{Builder, Piece, Pieces, skip, take};
use crate::diagnostic::nearest;
use crate::source::Span;
use crate::syntax::ast::{
    Band, Bound, Cell, CellKind, Grid, HitPolicy, Key, LiteralKind, Path, Policy, ResultColumn, ResultType,
    Table, TableRow, TableRows, Tier, TierBound, TierMode, TierPer, TierRow, TierUnitPrice, Tiers, Type,
    TypeKind,
};
use crate::syntax::errors;
use crate::syntax::grammar::Rule;

impl<'t> Builder<'t> {
    pub(super) fn table(&mut self, mut parts: Pieces<'t>) -> Option<Table> {
        skip(&mut parts, Rule::k_table);
        let (name, label) = self.name_and_label(&mut parts)?;
        let mut keys = Vec::new();
        while let Some(piece) = take(&mut parts, Rule::key) {
            keys.push(self.key(piece)?);
        }
        let policy = take(&mut parts, Rule::policy).and_then(|piece| self.policy(&piece));
        let result = self.result(take(&mut parts, Rule::result)?)?;
        let effective = match take(&mut parts, Rule::effective) {
            Some(piece) => Some(self.effective(piece.into_inner())?),
            None => None,
        };
        let rows = self.table_rows(parts.next()?)?;
        Some(Table { name, label, keys, policy, result, effective, rows })
    }

    fn policy(&mut self, piece: &Piece<'t>) -> Option<Policy> {
        let (span, written) = (self.span(piece), piece.as_str());
        let words: Vec<&str> = written.split_whitespace().collect();
        let words = words.join(" ");
        let Some(kind) = HitPolicy::ALL.into_iter().find(|kind| kind.word() == words) else {
            let known = HitPolicy::ALL.map(HitPolicy::word);
            let problem = errors::unknown_policy(span, &words, nearest(&words, known), &known);
            self.report(problem);
            return None;
        };
        Some(Policy { kind, span })
    }

    fn key(&mut self, piece: Piece<'t>) -> Option<Key> {
        let span = self.span(&piece);
        let mut parts = piece.into_inner();
        let path = self.path(parts.next()?);
        let mut key = self.required_key(path, &mut parts)?;
        if skip(&mut parts, Rule::k_optional) {
            let span = Span { end: span.end, ..key.ty.span };
            key.ty = Type { kind: TypeKind::Optional(Box::new(key.ty)), span };
        }
        Some(key)
    }

    fn required_key(&mut self, path: Path, parts: &mut Pieces<'t>) -> Option<Key> {
        let name = path.names.last()?.clone();
        let Some(ty) = self.next_type(parts) else {
            let span = path.span;
            return Some(Key { name, ty: Type { kind: TypeKind::Named(path), span } });
        };
        if path.names.len() > 1 {
            let message = format!("the key `{}` has a type already", self.slice(path.span));
            let help =
                "a dotted key takes the type of what it names; a key of your own is one name and a type";
            self.report(errors::unexpected(ty.span, message, "remove this type", help));
        }
        Some(Key { name, ty })
    }

    fn result(&mut self, piece: Piece<'t>) -> Option<ResultType> {
        let span = self.span(&piece);
        let mut parts = piece.into_inner();
        let (columns, record) = match take(&mut parts, Rule::record) {
            Some(piece) => {
                let columns = piece.into_inner().map(|column| {
                    let mut inner = column.into_inner();
                    let name = self.name(&mut inner)?;
                    let ty = self.optional_type(&mut inner)?;
                    Some(ResultColumn { name: Some(name), ty })
                });
                (columns.collect::<Option<Vec<_>>>()?, true)
            }
            None => (vec![ResultColumn { name: None, ty: self.next_type(&mut parts)? }], false),
        };
        let optional = take(&mut parts, Rule::k_optional).map(|piece| self.span(&piece));
        Some(ResultType { columns, record, optional, span })
    }

    fn table_rows(&mut self, piece: Piece<'t>) -> Option<TableRows> {
        match piece.as_rule() {
            Rule::grid => Some(TableRows::Grid(self.grid(piece)?)),
            Rule::from_file => {
                let mut parts = piece.into_inner();
                skip(&mut parts, Rule::k_from);
                let path = self.next_text(&mut parts)?;
                let sheet = if skip(&mut parts, Rule::k_sheet) { self.next_text(&mut parts) } else { None };
                Some(TableRows::File { path, sheet })
            }
            _ => {
                let parts = piece.into_inner();
                let mut rows = Vec::with_capacity(parts.len());
                for row in parts {
                    rows.push(self.row(row)?);
                }
                Some(TableRows::Rows(rows))
            }
        }
    }

    fn row(&mut self, piece: Piece<'t>) -> Option<TableRow> {
        let span = self.span(&piece);
        let parts = piece.into_inner();
        let mut keys = Vec::with_capacity(parts.len());
        for part in parts {
            if part.as_rule() == Rule::cell {
                keys.push(self.cell(part)?);
            }
        }
        let value = keys.pop()?;
        Some(TableRow { keys, value, span })
    }

    fn grid(&mut self, piece: Piece<'t>) -> Option<Grid> {
        let span = self.span(&piece);
        let mut lines = Vec::new();
        for line in piece.into_inner() {
            let line_span = self.span(&line);
            let parts = line.into_inner();
            let mut cells = Vec::with_capacity(parts.len());
            for cell in parts {
                cells.push(self.grid_cell(cell)?);
            }
            lines.push((line_span, cells));
        }
        let mut lines = lines.into_iter();
        let (header_span, header) = lines.next()?;
        let mut rows = Vec::new();
        for (line_span, cells) in lines {
            if cells.len() != header.len() {
                self.report(errors::ragged(line_span, cells.len(), header_span, header.len()));
            }
            rows.push(cells);
        }
        Some(Grid { header, rows, span })
    }

    fn grid_cell(&mut self, piece: Piece<'t>) -> Option<Cell> {
        let span = self.span(&piece);
        match piece.into_inner().next() {
            Some(cell) => self.cell(cell),
            None => Some(Cell { kind: CellKind::Blank, span }),
        }
    }

    fn cell(&mut self, piece: Piece<'t>) -> Option<Cell> {
        let span = self.span(&piece);
        let parts = piece.into_inner();
        // A value, or values with `or` between them.
        let mut values = Vec::with_capacity(parts.len() / 2 + 1);
        for part in parts {
            match part.as_rule() {
                Rule::not_available => return Some(Cell { kind: CellKind::NotAvailable, span }),
                Rule::any_cell => return Some(Cell { kind: CellKind::Any, span }),
                Rule::else_cell => return Some(Cell { kind: CellKind::Else, span }),
                Rule::beginning => {
                    let texts = part.into_inner().filter(|piece| piece.as_rule() == Rule::text);
                    let texts = texts.map(|piece| self.text(piece)).collect();
                    return Some(Cell { kind: CellKind::Starts(texts), span });
                }
                Rule::band => return Some(Cell { kind: CellKind::Band(Box::new(self.band(part)?)), span }),
                Rule::value_or_word => values.push(self.literal(part)?),
                _ => {}
            }
        }
        Some(Cell { kind: CellKind::Values(values), span })
    }

    fn band(&mut self, piece: Piece<'t>) -> Option<Band> {
        let (mut lower, mut upper) = (None, None);
        for part in piece.into_inner() {
            let rule = part.as_rule();
            let words = part.into_inner();
            let inclusive = matches!(words.peek()?.as_rule(), Rule::k_from | Rule::k_up);
            let bound = Bound { value: self.literal(words.last()?)?, inclusive };
            if rule == Rule::lower { lower = Some(bound) } else { upper = Some(bound) }
        }
        Some(Band { lower, upper })
    }

    pub(super) fn tiers(&mut self, mut parts: Pieces<'t>) -> Option<Tiers> {
        skip(&mut parts, Rule::k_tiers);
        let (name, label) = self.name_and_label(&mut parts)?;
        let mut driver_parts = take(&mut parts, Rule::driver)?.into_inner();
        let driver_name = self.name(&mut driver_parts);
        let driver = self.next_type(&mut driver_parts)?;
        let mode_piece = take(&mut parts, Rule::mode)?;
        let mode = match mode_piece.as_str() {
            "whole" => TierMode::Whole,
            "graduated" => TierMode::Graduated,
            _ => TierMode::Stair,
        };
        let mode_span = self.span(&mode_piece);
        let result = self.next_type(&mut parts)?;
        let effective = match take(&mut parts, Rule::effective) {
            Some(piece) => Some(self.effective(piece.into_inner())?),
            None => None,
        };
        let tiers = parts.map(|piece| self.tier(piece)).collect::<Option<Vec<_>>>()?;
        Some(Tiers { name, label, driver_name, driver, mode, mode_span, result, effective, tiers })
    }

    fn tier(&mut self, piece: Piece<'t>) -> Option<Tier> {
        let span = self.span(&piece);
        let mut parts = piece.into_inner();
        let bound = take(&mut parts, Rule::tier_bound)?;
        let bound_span = self.span(&bound);
        let bound = self.tier_bound(bound.into_inner(), bound_span)?;
        let row = self.tier_row(take(&mut parts, Rule::tier_row)?.into_inner())?;
        Some(Tier { bound, row, span })
    }

    fn tier_bound(&mut self, mut parts: Pieces<'t>, span: Span) -> Option<TierBound> {
        let first = parts.next()?.as_rule();
        skip(&mut parts, Rule::k_to);
        Some(match first {
            Rule::k_rest => TierBound::Rest(span),
            Rule::k_zero => TierBound::Zero(span),
            Rule::k_from => TierBound::From(self.literal(parts.next()?)?),
            Rule::k_above => TierBound::Above(self.literal(parts.next()?)?),
            Rule::k_up => TierBound::UpTo(self.literal(parts.next()?)?),
            Rule::k_under => TierBound::Under(self.literal(parts.next()?)?),
            _ => TierBound::Next(self.literal(parts.next()?)?),
        })
    }

    fn tier_row(&mut self, mut parts: Pieces<'t>) -> Option<TierRow> {
        if let Some(refuse) = take(&mut parts, Rule::refuse) {
            let mut inner = refuse.into_inner();
            skip(&mut inner, Rule::k_refuse);
            return Some(TierRow::Refuse(self.next_text(&mut inner)?));
        }
        let first = self.literal(parts.next()?)?;
        if skip(&mut parts, Rule::k_flat) {
            let unit = match parts.next() {
                Some(price) => {
                    let price = self.literal(price)?;
                    let per = match parts.next() {
                        Some(per) => self.per_unit(per)?,
                        None if matches!(price.kind, LiteralKind::Percent(_)) => TierPer::Share,
                        None => {
                            let help = "write `10 flat + 2 each`, `10 flat + 2 per started 100`, or a rate: `10 flat + 2%`";
                            let message = "a price behind a flat that does not say of what".to_owned();
                            self.report(errors::unexpected(price.span, message, "charged how?", help));
                            return None;
                        }
                    };
                    Some(Box::new(TierUnitPrice { price, per }))
                }
                None => None,
            };
            return Some(TierRow::Price { flat: Some(first), unit });
        }
        match parts.next() {
            Some(per) => {
                let unit = TierUnitPrice { price: first, per: self.per_unit(per)? };
                Some(TierRow::Price { flat: None, unit: Some(Box::new(unit)) })
            }
            None => Some(TierRow::Value(first)),
        }
    }

    fn per_unit(&mut self, piece: Piece<'t>) -> Option<TierPer> {
        let mut parts = piece.into_inner();
        if skip(&mut parts, Rule::k_each) {
            return Some(TierPer::Each);
        }
        skip(&mut parts, Rule::k_per);
        let started = parts.next()?.as_rule() == Rule::k_started;
        let width = self.literal(parts.next()?)?;
        Some(if started { TierPer::Started(width) } else { TierPer::Full(width) })
    }
}
