//! Expressions: operands, calls, `if`, `by`.

use super::operators::{Grown, Operand};
use super::{Builder, Piece, Pieces, skip, take};
use crate::source::Span;
use crate::syntax::ast::{
    BinaryOp, ByRow, Call, Comprehension, Expr, ExprKind, Literal, Name, Ranking, RoundTo,
};
use crate::syntax::errors;
use crate::syntax::grammar::Rule;
use crate::value::Rounding;

impl<'t> Builder<'t> {
    /// An expression.
    pub(super) fn expr(&mut self, piece: Piece<'t>) -> Option<Expr> {
        self.grow(piece).map(|grown| grown.expr)
    }

    fn grow(&mut self, piece: Piece<'t>) -> Option<Grown> {
        let mut parts = piece.into_inner();
        if parts.peek()?.as_rule() == Rule::if_then {
            return self.if_then(parts.next()?);
        }
        self.operation(parts)
    }

    /// Operands with operators between them.
    fn operation(&mut self, mut parts: Pieces<'t>) -> Option<Grown> {
        let first = self.operand(parts.next()?)?;
        if parts.peek().is_none() && first.nots.is_empty() && first.rounded.is_none() {
            return Some(first.grown);
        }
        let several = parts.len() / 2;
        if several == 1 {
            let operator = self.operator(&parts.next()?);
            let second = self.operand(parts.next()?)?;
            return Some(self.join_two(first, operator, second));
        }
        let (mut operands, mut operators) = (Vec::with_capacity(several + 1), Vec::with_capacity(several));
        operands.push(first);
        while let Some(piece) = parts.next() {
            operators.push(self.operator(&piece));
            operands.push(self.operand(parts.next()?)?);
        }
        self.join_all(operands, operators)
    }

    fn operator(&mut self, piece: &Piece<'t>) -> (BinaryOp, Span) {
        let span = self.span(piece);
        let written = piece.as_str();
        let (op, plain) = match written {
            "+" => (BinaryOp::Add, true),
            "-" => (BinaryOp::Subtract, true),
            "*" => (BinaryOp::Multiply, true),
            "/" => (BinaryOp::Divide, true),
            "=" => (BinaryOp::Equal, true),
            "!=" => (BinaryOp::NotEqual, true),
            "<" => (BinaryOp::Less, true),
            "<=" => (BinaryOp::LessOrEqual, true),
            ">" => (BinaryOp::Greater, true),
            ">=" => (BinaryOp::GreaterOrEqual, true),
            "and" => (BinaryOp::And, true),
            "or" => (BinaryOp::Or, true),
            "of" => (BinaryOp::Of, true),
            "in" => (BinaryOp::In, true),
            "implies" => (BinaryOp::Implies, true),
            "otherwise" => (BinaryOp::Otherwise, true),
            "==" => (BinaryOp::Equal, false),
            "<>" | "≠" => (BinaryOp::NotEqual, false),
            "=<" | "≤" => (BinaryOp::LessOrEqual, false),
            "=>" | "≥" => (BinaryOp::GreaterOrEqual, false),
            "&&" => (BinaryOp::And, false),
            "||" => (BinaryOp::Or, false),
            "×" => (BinaryOp::Multiply, false),
            "÷" => (BinaryOp::Divide, false),
            "−" => (BinaryOp::Subtract, false),
            words if words.starts_with("not") => (BinaryOp::NotIn, true),
            _ => (BinaryOp::StartsWith, true),
        };
        if !plain {
            self.report(errors::foreign_operator(span, written, op.symbol()));
        }
        (op, span)
    }

    fn operand(&mut self, piece: Piece<'t>) -> Option<Operand> {
        let (mut nots, mut minuses) = (Vec::new(), Vec::new());
        let mut parts = piece.into_inner();
        while let Some(rule) = parts.peek().map(|part| part.as_rule()) {
            if !matches!(rule, Rule::k_not | Rule::minus) {
                break;
            }
            let sign = parts.next()?;
            let span = self.span(&sign);
            if rule == Rule::minus {
                if sign.as_str() != "-" {
                    self.report(errors::foreign_operator(span, sign.as_str(), "-"));
                }
                minuses.push(span);
                continue;
            }
            if !minuses.is_empty() {
                let help = "`-` takes an amount and `not` a condition";
                self.report(errors::unexpected(span, "`not` stands behind `-`", "", help));
            }
            nots.push(span);
        }
        let grown = self.primary(parts.next()?)?;
        let mut grown = self.dots(grown, &mut parts);
        while let Some(minus) = minuses.pop() {
            let span = minus.cover(grown.expr.span);
            let kind = ExprKind::Negate(Box::new(grown.expr));
            grown = self.limited(Grown { expr: Expr { kind, span }, height: grown.height + 1 });
        }
        let rounded = match take(&mut parts, Rule::rounded) {
            Some(piece) => Some(Box::new(self.rounded(piece)?)),
            None => None,
        };
        Some(Operand { grown, nots, rounded })
    }

    /// Fields of what was just read: `skus(sku).price`.
    fn dots(&mut self, mut grown: Grown, parts: &mut Pieces<'t>) -> Grown {
        while let Some(dot) = take(parts, Rule::dot) {
            let span = grown.expr.span.cover(self.span(&dot));
            let Some(word) = dot.into_inner().next() else { return grown };
            let kind = ExprKind::Field { of: Box::new(grown.expr), name: self.name_of(&word) };
            grown = self.limited(Grown { expr: Expr { kind, span }, height: grown.height + 1 });
        }
        grown
    }

    fn primary(&mut self, piece: Piece<'t>) -> Option<Grown> {
        let span = self.span(&piece);
        let leaf = |kind| Some(Grown { expr: Expr { kind, span }, height: 1 });
        match piece.as_rule() {
            Rule::amount => {
                let kind = self.amount(piece)?;
                leaf(ExprKind::Literal(Box::new(Literal { kind, span })))
            }
            Rule::date | Rule::text | Rule::bool => {
                let literal = self.literal(piece)?;
                leaf(ExprKind::Literal(Box::new(literal)))
            }
            Rule::paren => {
                let inner = self.grow(piece.into_inner().next()?)?;
                let height = inner.height + 1;
                let kind = ExprKind::Paren(Box::new(inner.expr));
                Some(self.limited(Grown { expr: Expr { kind, span }, height }))
            }
            Rule::list => {
                let (values, height) = self.all(piece.into_inner())?;
                Some(self.limited(Grown { expr: Expr { kind: ExprKind::List(values), span }, height }))
            }
            Rule::by => self.by(piece, span),
            Rule::price_at => self.price_at(piece, span),
            Rule::earlier_lines => {
                Some(Grown { expr: Expr { kind: ExprKind::EarlierLines, span }, height: 1 })
            }
            Rule::reference => self.reference(piece, span),
            _ => None,
        }
    }

    /// Expressions side by side, and the height of what holds them.
    fn all(&mut self, parts: Pieces<'t>) -> Option<(Vec<Expr>, usize)> {
        let (mut values, mut height) = (Vec::with_capacity(parts.len()), 1);
        for part in parts {
            let grown = self.grow(part)?;
            height = height.max(grown.height + 1);
            values.push(grown.expr);
        }
        Some((values, height))
    }

    fn reference(&mut self, piece: Piece<'t>, span: Span) -> Option<Grown> {
        let mut parts = piece.into_inner();
        let path = self.path(parts.next()?);
        if let Some(item) = take(&mut parts, Rule::at_item) {
            let at = self.grow(item.into_inner().next()?)?;
            let list = Expr { span: path.span, kind: ExprKind::Path(path) };
            let kind = ExprKind::Item { list: Box::new(list), at: Box::new(at.expr) };
            return Some(self.limited(Grown { expr: Expr { kind, span }, height: at.height + 1 }));
        }
        let Some(arguments) = take(&mut parts, Rule::arguments) else {
            return Some(Grown { expr: Expr { kind: ExprKind::Path(path), span }, height: 1 });
        };
        if path.names.len() > 1 {
            let message = format!("`{}` cannot be called", self.slice(path.span));
            let help = "tables, tiers and functions are called by their plain name";
            self.report(errors::unexpected(path.span, message, "expected one name", help));
        }
        let name = path.names.into_iter().last()?;
        self.call(name, arguments.into_inner(), span)
    }

    fn call(&mut self, name: Name, arguments: Pieces<'t>, span: Span) -> Option<Grown> {
        let room = Vec::with_capacity(arguments.len());
        let mut call = Call { name, arguments: room, tier_by: None, scaled_by: None, mode: None };
        let mut height = 1;
        for argument in arguments {
            let mut parts = argument.into_inner();
            let first = parts.next()?;
            let place = self.span(&first);
            match first.as_rule() {
                rule @ (Rule::tier_by | Rule::scaled_by) => {
                    let grown = self.grow(first.into_inner().last()?)?;
                    height = height.max(grown.height + 1);
                    let (slot, what) = if rule == Rule::tier_by {
                        (&mut call.tier_by, "tier by")
                    } else {
                        (&mut call.scaled_by, "scaled by")
                    };
                    match slot {
                        Some(known) => {
                            let known = known.span;
                            self.report(errors::twice(place, known, what));
                        }
                        None => *slot = Some(Box::new(grown.expr)),
                    }
                }
                _ => {
                    let grown = self.grow(first)?;
                    height = height.max(grown.height + 1);
                    let Some(tail) = parts.next() else {
                        self.argument(&mut call, grown.expr);
                        continue;
                    };
                    if tail.as_rule() == Rule::days_tail {
                        return self.days(call, grown, tail, span);
                    }
                    return self.comprehension(call, grown, tail, span);
                }
            }
        }
        Some(self.limited(Grown { expr: Expr { kind: ExprKind::Call(Box::new(call)), span }, height }))
    }

    /// `sum(d.mass for d in dies where d.size = big)`
    fn comprehension(&mut self, call: Call, body: Grown, tail: Piece<'t>, span: Span) -> Option<Grown> {
        if !call.arguments.is_empty() || call.tier_by.is_some() || call.scaled_by.is_some() {
            let help = "the whole of it stands in parentheses of its own: `max(sum(x for d in dies), 5 kg)`";
            let message = "`for … in …` is all that stands between its parentheses";
            self.report(errors::unexpected(self.span(&tail), message, "", help));
        }
        let mut parts = tail.into_inner();
        skip(&mut parts, Rule::k_for);
        let element = self.name(&mut parts)?;
        skip(&mut parts, Rule::k_in);
        let source = self.grow(parts.next()?)?;
        let filter = match skip(&mut parts, Rule::k_where) {
            true => Some(self.grow(parts.next()?)?),
            false => None,
        };
        let (ranking, of_ranking) = match parts.next() {
            Some(piece) => {
                let (ranking, height) = self.ranking(piece)?;
                (Some(ranking), height)
            }
            None => (None, 0),
        };
        let inner = [body.height, source.height, filter.as_ref().map_or(0, |it| it.height), of_ranking];
        let height = inner.into_iter().max().unwrap_or(0) + 1;
        let own = Comprehension {
            function: call.name,
            body: body.expr,
            element,
            source: source.expr,
            filter: filter.map(|it| it.expr),
            ranking,
        };
        let kind = ExprKind::Comprehension(Box::new(own));
        Some(self.limited(Grown { expr: Expr { kind, span }, height }))
    }

    /// `greatest 3 by r.load`, and its height.
    fn ranking(&mut self, piece: Piece<'t>) -> Option<(Ranking, usize)> {
        let mut parts = piece.into_inner();
        let greatest = parts.next()?.as_rule() == Rule::k_greatest;
        let count = self.grow(parts.next()?)?;
        skip(&mut parts, Rule::k_by);
        let by = self.grow(parts.next()?)?;
        let height = count.height.max(by.height);
        Some((Ranking { greatest, count: count.expr, by: by.expr }, height))
    }

    /// One argument; the mode word of `round` is no value.
    fn argument(&mut self, call: &mut Call, argument: Expr) {
        if &*call.name.text == "round"
            && !call.arguments.is_empty()
            && call.mode.is_none()
            && let ExprKind::Path(path) = &argument.kind
            && let [word] = path.names.as_slice()
            && let Some(mode) = Rounding::from_name(&word.text)
        {
            call.mode = Some((mode, word.span));
            return;
        }
        call.arguments.push(argument);
    }

    /// `days(a to b)`.
    fn days(&mut self, call: Call, from: Grown, tail: Piece<'t>, span: Span) -> Option<Grown> {
        if &*call.name.text != "days" || !call.arguments.is_empty() {
            let message = format!("`{}` does not take a span of days", call.name.text);
            let help = "`days(a to b)` counts days without the last, `days(a through b)` with it";
            self.report(errors::unexpected(self.span(&tail), message, "", help));
        }
        let mut parts = tail.into_inner();
        let through = skip(&mut parts, Rule::k_through);
        let to = self.grow(parts.last()?)?;
        let height = from.height.max(to.height) + 1;
        let kind = ExprKind::Days { from: Box::new(from.expr), to: Box::new(to.expr), through };
        Some(self.limited(Grown { expr: Expr { kind, span }, height }))
    }

    fn if_then(&mut self, piece: Piece<'t>) -> Option<Grown> {
        let mut branches = Vec::new();
        let mut last = None;
        let end = self.span(&piece);
        for part in piece.into_inner() {
            let span = self.span(&part);
            match part.as_rule() {
                Rule::if_branch => {
                    let mut plain = part.into_inner().filter(|part| part.as_rule() == Rule::plain);
                    let condition = self.operation(plain.next()?.into_inner())?;
                    let value = self.operation(plain.next()?.into_inner())?;
                    branches.push((span, condition, value));
                }
                Rule::plain => last = Some(self.operation(part.into_inner())?),
                _ => {}
            }
        }
        let mut grown = last?;
        if let ExprKind::Rounded { rounding, .. } = &grown.expr.kind {
            let (whole, step) = (self.slice(end), self.slice(rounding.span));
            let branch = self.slice(grown.expr.span);
            let before = whole.strip_suffix(step).unwrap_or(whole).trim_end();
            let tail = whole.strip_suffix(branch).unwrap_or(whole);
            let readings = [format!("({before}) {step}"), format!("{tail}({branch})")];
            self.report(errors::mixed(rounding.span, "rounded", "if", readings));
        }
        while let Some((span, condition, value)) = branches.pop() {
            let height = condition.height.max(value.height).max(grown.height) + 1;
            let span = span.cover(end.tail());
            let kind = ExprKind::If {
                condition: Box::new(condition.expr),
                then: Box::new(value.expr),
                otherwise: Box::new(grown.expr),
            };
            grown = self.limited(Grown { expr: Expr { kind, span }, height });
        }
        Some(grown)
    }

    fn by(&mut self, piece: Piece<'t>, span: Span) -> Option<Grown> {
        let mut parts = piece.into_inner();
        take(&mut parts, Rule::k_by)?;
        let subject = self.path(parts.next()?);
        let (mut rows, mut height) = (Vec::new(), 1);
        for part in parts {
            let row_span = self.span(&part);
            let mut keys = Vec::new();
            for cell in part.into_inner() {
                match cell.as_rule() {
                    Rule::k_else | Rule::k_or => {}
                    Rule::value_or_word => keys.push(self.literal(cell)?),
                    _ => {
                        let grown = self.grow(cell)?;
                        height = height.max(grown.height + 1);
                        rows.push(ByRow {
                            keys: std::mem::take(&mut keys),
                            value: grown.expr,
                            span: row_span,
                        });
                    }
                }
            }
        }
        Some(self.limited(Grown { expr: Expr { kind: ExprKind::By { subject, rows }, span }, height }))
    }

    fn price_at(&mut self, piece: Piece<'t>, span: Span) -> Option<Grown> {
        let mut parts = piece.into_inner();
        take(&mut parts, Rule::k_price_at)?;
        let margin = parts.next()?.as_rule() == Rule::k_margin;
        let rate = self.factor(take(&mut parts, Rule::factor)?)?;
        take(&mut parts, Rule::k_of)?;
        let cost = self.factor(take(&mut parts, Rule::factor)?)?;
        let height = rate.height.max(cost.height) + 1;
        let kind = ExprKind::PriceAt { margin, rate: Box::new(rate.expr), cost: Box::new(cost.expr) };
        Some(self.limited(Grown { expr: Expr { kind, span }, height }))
    }

    /// One operand of `price_at`, built as any operand.
    pub(super) fn factor(&mut self, piece: Piece<'t>) -> Option<Grown> {
        self.operand(piece).map(|operand| operand.grown)
    }

    /// `rounded half_even to 0.01 CNY offset -0.01 CNY`.
    pub(super) fn rounded(&mut self, piece: Piece<'t>) -> Option<RoundTo> {
        let span = self.span(&piece);
        let mut parts = piece.into_inner();
        take(&mut parts, Rule::k_rounded)?;
        let round_to = self.round_to(parts.next()?)?;
        Some(RoundTo { span, ..round_to })
    }

    /// What stands behind `round` and `rounded`.
    pub(super) fn round_to(&mut self, piece: Piece<'t>) -> Option<RoundTo> {
        let span = self.span(&piece);
        let mut parts = piece.into_inner();
        let word = take(&mut parts, Rule::round_mode)?;
        let mode_span = self.span(&word);
        let mode = Rounding::from_name(word.as_str().trim_end()).unwrap_or_else(|| {
            let known = Rounding::ALL.map(Rounding::name);
            self.report(errors::unknown_word(mode_span, "way of rounding", word.as_str().trim_end(), &known));
            Rounding::HalfEven
        });
        take(&mut parts, Rule::k_to)?;
        let step = self.amount_literal(parts.next()?)?;
        let offset = match take(&mut parts, Rule::k_offset) {
            Some(_) => Some(self.amount_literal(parts.next()?)?),
            None => None,
        };
        Some(RoundTo { mode, mode_span, step, offset, span })
    }
}
