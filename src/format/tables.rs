//! Tables, their grids, and tiers.

use super::flow::{Flow, pad, pad_left, width};
use super::lines::{Line, Lines};
use super::words::{any_type, labelled, literal, path, period, text};
use crate::source::Span;
use crate::syntax::ast::{
    Band, Cell, CellKind, Grid, Key, LiteralKind, ResultType, Table, TableRow, TableRows, Tier, TierBound,
    TierMode, TierPer, TierRow, Tiers, TypeKind,
};

impl Lines<'_> {
    pub(super) fn table(&mut self, table: &Table, at: Span) {
        let keys = table.keys.iter().map(key).collect::<Vec<_>>();
        let mut head = Flow::of(format!("table {}", labelled(&table.name, table.label.as_ref())));
        head.open("(");
        listed(&mut head, keys);
        head.close(")");
        if let Some(policy) = &table.policy {
            head.part(policy.kind.word());
        }
        head.part("-> ").append(result(&table.result));
        if let Some(days) = &table.effective {
            head.part(&format!("effective {}", period(days)));
        }
        match &table.rows {
            TableRows::File { path, sheet } => {
                let sheet = sheet.as_ref().map_or(String::new(), |sheet| format!(" sheet {}", text(sheet)));
                head.part(&format!("from {}{sheet}", text(path)));
                self.push(Line::plain(head, at));
            }
            TableRows::Grid(grid) => {
                self.open(Line::plain(head, at));
                self.grid(grid);
                self.close("", at.end);
            }
            TableRows::Rows(rows) => {
                let lines = rows.iter().map(|own| (row(own), own.span)).collect();
                self.rows(head, lines, at);
            }
        }
    }

    /// Rows on one line with commas if they were written so and fit, else a line each.
    fn rows(&mut self, head: Flow, rows: Vec<(String, Span)>, at: Span) {
        let inside = rows.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>().join(", ");
        let first = rows.first().map_or(at.end, |(_, span)| span.start);
        if let Some(flow) = self.one_line(&head, &inside, first, at.end) {
            return self.push(Line::plain(flow, at));
        }
        self.open(Line::plain(head, at));
        for (text, span) in rows {
            self.push(Line::plain(Flow::of(text), span));
        }
        self.close("", at.end);
    }

    fn grid(&mut self, grid: &Grid) {
        let lines: Vec<&Vec<Cell>> = [&grid.header].into_iter().chain(&grid.rows).collect();
        let columns = lines.iter().map(|line| line.len()).max().unwrap_or(0);
        let texts: Vec<Vec<String>> = lines.iter().map(|line| line.iter().map(cell).collect()).collect();
        let mut widths = vec![0; columns];
        for line in &texts {
            for (wide, text) in widths.iter_mut().zip(line) {
                *wide = (*wide).max(width(text));
            }
        }
        let figures: Vec<bool> = (0..columns).map(|column| holds_figures(&grid.rows, column)).collect();
        for (cells, texts) in lines.iter().zip(&texts) {
            let padded = texts.iter().zip(&widths).zip(&figures);
            let padded = padded
                .map(|((text, wide), right)| if *right { pad_left(text, *wide) } else { pad(text, *wide) });
            let line = padded.collect::<Vec<_>>().join(" | ");
            // A blank corner has no place of its own: the line begins where its next cell does.
            let first = cells.iter().find(|cell| cell.kind != CellKind::Blank).or(cells.first());
            let (Some(first), Some(last)) = (first, cells.last()) else { continue };
            self.push(Line::plain(Flow::of(line), first.span.cover(last.span)));
        }
    }

    pub(super) fn tiers(&mut self, tiers: &Tiers, at: Span) {
        let mode = match tiers.mode {
            TierMode::Whole => "whole",
            TierMode::Graduated => "graduated",
            TierMode::Stair => "stair",
        };
        let driver = tiers.driver_name.as_ref().map_or(String::new(), |name| format!("{}: ", name.text));
        let mut head = Flow::of(format!("tiers {}({driver}", labelled(&tiers.name, tiers.label.as_ref())));
        head.append(any_type(&tiers.driver)).glue(&format!(") {mode} -> ")).append(any_type(&tiers.result));
        if let Some(days) = &tiers.effective {
            head.part(&format!("effective {}", period(days)));
        }
        let rows = tiers.tiers.iter().map(|own| (tier(own), own.span)).collect();
        self.rows(head, rows, at);
    }
}

/// Flows with commas between them.
fn listed(flow: &mut Flow, parts: Vec<Flow>) {
    for (at, part) in parts.into_iter().enumerate() {
        if at > 0 {
            flow.glue(",").part("");
        }
        flow.append(part);
    }
}

fn key(key: &Key) -> Flow {
    let (ty, optional) = match &key.ty.kind {
        TypeKind::Optional(inner) => (inner.as_ref(), true),
        _ => (&key.ty, false),
    };
    // `press.frame` is its own name; `mass: kg` has one of its own.
    let mut flow = match &ty.kind {
        TypeKind::Named(own) if key.name.span.end == own.span.end => Flow::of(path(own)),
        _ => {
            let mut flow = Flow::of(format!("{}: ", key.name.text));
            flow.append(any_type(ty));
            flow
        }
    };
    if optional {
        flow.glue(" optional");
    }
    flow
}

fn result(result: &ResultType) -> Flow {
    let mut flow = Flow::default();
    if result.record {
        flow.open("{ ");
    }
    let columns = result.columns.iter().map(|column| {
        let name = column.name.as_ref().map_or(String::new(), |name| format!("{}: ", name.text));
        let mut flow = Flow::of(name);
        flow.append(any_type(&column.ty));
        flow
    });
    listed(&mut flow, columns.collect());
    if result.record {
        flow.close(" }");
    }
    if result.optional.is_some() {
        flow.glue(" optional");
    }
    flow
}

fn row(row: &TableRow) -> String {
    let keys: Vec<String> = row.keys.iter().map(cell).collect();
    let keys = if keys.is_empty() { "else".to_owned() } else { keys.join(", ") };
    format!("{keys}: {}", cell(&row.value))
}

fn cell(cell: &Cell) -> String {
    match &cell.kind {
        CellKind::Blank => String::new(),
        CellKind::NotAvailable => "n/a".to_owned(),
        CellKind::Any => "any".to_owned(),
        CellKind::Else => "else".to_owned(),
        CellKind::Values(values) => values.iter().map(literal).collect::<Vec<_>>().join(" or "),
        CellKind::Starts(texts) => {
            format!("starts {}", texts.iter().map(text).collect::<Vec<_>>().join(" or "))
        }
        CellKind::Band(own) => band(own),
    }
}

fn band(band: &Band) -> String {
    let mut parts = Vec::new();
    if let Some(lower) = &band.lower {
        let word = if lower.inclusive { "from" } else { "above" };
        parts.push(format!("{word} {}", literal(&lower.value)));
    }
    if let Some(upper) = &band.upper {
        let word = if upper.inclusive { "up to" } else { "under" };
        parts.push(format!("{word} {}", literal(&upper.value)));
    }
    parts.join(" ")
}

/// Whether all cells of a column below the heading are figures, which stand at the right.
fn holds_figures(rows: &[Vec<Cell>], column: usize) -> bool {
    let cells = || rows.iter().filter_map(|row| row.get(column));
    let is_figure = |cell: &Cell| match &cell.kind {
        CellKind::NotAvailable => true,
        CellKind::Values(values) => values.iter().all(|value| {
            matches!(value.kind, LiteralKind::Number(_) | LiteralKind::Percent(_) | LiteralKind::Quantity(_))
        }),
        _ => false,
    };
    column > 0 && cells().next().is_some() && cells().all(is_figure)
}

fn tier(tier: &Tier) -> String {
    let bound = match &tier.bound {
        TierBound::From(value) => format!("from {}", literal(value)),
        TierBound::Above(value) => format!("above {}", literal(value)),
        TierBound::UpTo(value) => format!("up to {}", literal(value)),
        TierBound::Under(value) => format!("under {}", literal(value)),
        TierBound::Next(value) => format!("next {}", literal(value)),
        TierBound::Rest(_) => "rest".to_owned(),
        TierBound::Zero(_) => "zero".to_owned(),
    };
    format!("{bound}: {}", tier_row(&tier.row))
}

fn tier_row(row: &TierRow) -> String {
    match row {
        TierRow::Value(value) => literal(value),
        TierRow::Refuse(reason) => format!("refuse {}", text(reason)),
        TierRow::Price { flat, unit } => {
            let flat = flat.as_ref().map(|flat| format!("{} flat", literal(flat)));
            let unit = unit.as_ref().map(|unit| {
                let per = match &unit.per {
                    TierPer::Share => return literal(&unit.price),
                    TierPer::Each => "each".to_owned(),
                    TierPer::Started(width) => format!("per started {}", literal(width)),
                    TierPer::Full(width) => format!("per full {}", literal(width)),
                };
                format!("{} {per}", literal(&unit.price))
            });
            flat.into_iter().chain(unit).collect::<Vec<_>>().join(" + ")
        }
    }
}
