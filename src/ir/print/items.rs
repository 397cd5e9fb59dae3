//! Declarations of the checked form as text, prices apart.

use super::expr::{expr, typed};
use super::{Printer, ROWS_SHOWN, domain, label, number, period, ty, value};
use crate::ir::{
    Band, Book, Constraint, ConstraintRule, CostComponent, Expected, Input, KeyMatch, NameList, Part,
    PartsPrice, Product, Rows, Suggested, Table, TableVersion, Test, TestLine, TestPart, TierMode, TierPer,
    TierRow, Tiers, Ty, Value,
};
use crate::value::Currency;

impl Printer {
    /// The whole book.
    pub(super) fn book(&mut self, book: &Book) {
        self.line(0, &format!("book {}{}", book.name, label(book.label.as_deref())));
        let chosen = if book.currency_by_request { " chosen by the request" } else { "" };
        let standard = |code: &str| Currency::by_code(code).map(|currency| currency.places);
        let currency = |code: &str| match book.units.places(code) {
            places if places == standard(code) => code.to_string(),
            _ => format!("{code} to {}", book.units.smallest(code)),
        };
        let currencies: Vec<String> = book.currencies.iter().map(|code| currency(code)).collect();
        self.line(1, &format!("currency {}{chosen}", currencies.join(" | ")));
        self.line(1, &format!("effective{}", period(&book.effective)));
        for context in &book.contexts {
            self.line(0, &format!("\ncontext {}{}", context.name, label(context.label.as_deref())));
            for field in &context.fields {
                self.input("field", field, 1);
            }
        }
        for fact in &book.facts {
            self.text.push('\n');
            self.input("given", fact, 0);
        }
        for index in &book.indexes {
            self.text.push('\n');
            self.input("index", &index.input, 0);
            self.max_age(index.max_age_days);
        }
        for exchange in &book.exchanges {
            self.line(0, &format!("\nexchange {} to {}", exchange.from, exchange.to));
            self.max_age(exchange.max_age_days);
        }
        for family in &book.families {
            self.line(0, &format!("\nfamily {}{}", family.name, label(family.label.as_deref())));
        }
        for product in &book.products {
            self.product(product);
        }
        for preset in &book.presets {
            self.preset(book, preset);
        }
        for guide in &book.guides {
            self.guide(guide);
        }
        for table in &book.tables {
            self.table(table);
        }
        for tiers in &book.tiers {
            self.tiers(tiers);
        }
        for def in &book.defs {
            let parameters: Vec<String> =
                def.parameters.iter().map(|(name, of)| format!("{name}: {}", ty(of))).collect();
            let (text, of) = typed(&def.body.expr);
            self.line(0, &format!("\ndef {}({}) -> {} = {text}", def.name, parameters.join(", "), ty(of)));
        }
        for price in &book.prices {
            self.price(price);
        }
        self.quote(&book.quote);
        self.approvals(&book.approvals);
        for always in &book.always {
            self.always(always);
        }
        for test in &book.tests {
            self.test(test);
        }
    }

    fn max_age(&mut self, days: Option<u32>) {
        if let Some(days) = days {
            self.line(1, &format!("max_age {days} days"));
        }
    }

    /// An option, a field, an entry, a fact or an index.
    pub(super) fn input(&mut self, word: &str, input: &Input, depth: usize) {
        let mut text = format!("{word} {}{}: {}", input.name, label(input.label.as_deref()), ty(&input.ty));
        if let Ty::Choice(choices) | Ty::Set(choices) = input.ty.required() {
            let keys: Vec<&str> = choices.values.iter().map(|value| &*value.key).collect();
            text.push_str(&format!(" {{{}}}", keys.join(if choices.ranked { " < " } else { " | " })));
        }
        text.push_str(&domain(&input.domain, &input.ty));
        if let Some(default) = &input.default {
            text.push_str(&format!(" default {}", value(default, &input.ty)));
        }
        if let Some(when) = &input.when {
            text.push_str(&format!(" when {}", expr(&when.expr)));
        }
        if let Some(limit) = &input.limit {
            text.push_str(&format!(" limit {}", expr(&limit.expr)));
        }
        if input.reason_required {
            text.push_str(" reason required");
        }
        if !input.visible_to.is_empty() {
            text.push_str(&format!(" visible to {}", input.visible_to.join(", ")));
        }
        self.line(depth, &text);
    }

    fn product(&mut self, product: &Product) {
        let family = product.family.as_ref().map_or_else(String::new, |family| format!(" in {family}"));
        self.line(0, &format!("\nproduct {}{}{family}", product.name, label(product.label.as_deref())));
        self.line(1, &format!("prices in {}", product.currency.unit));
        self.input("quantity as", &product.quantity, 1);
        for option in &product.options {
            self.input(if option.with_line { "given" } else { "option" }, option, 1);
        }
        if let Some(price) = product.parts_price {
            self.line(1, if price == PartsPrice::Priced { "parts priced" } else { "parts included" });
        }
        for part in &product.parts {
            self.part(part);
        }
        for member in &product.lets {
            let (text, of) = typed(&member.value.expr);
            let words = label(member.label.as_deref());
            self.line(1, &format!("let {}{words}: {} = {text}", member.name, ty(of)));
        }
        for constraint in &product.constraints {
            self.constraint(constraint);
        }
        for (word, components) in [("cost", &product.unit_cost), ("cost line", &product.line_cost)] {
            for component in components {
                self.component(word, component);
            }
        }
        for suggestion in &product.suggestions {
            let what = match &suggestion.what {
                Suggested::With { option, value } => {
                    format!("{option} with {}", self.choice(product, option, value))
                }
                Suggested::Value { option, value } => {
                    format!("{option} = {}", self.choice(product, option, value))
                }
                Suggested::Product(name) => format!("product {name}"),
            };
            let when = suggestion
                .when
                .as_ref()
                .map_or_else(String::new, |when| format!(" when {}", expr(&when.expr)));
            self.line(1, &format!("suggest {what}{when}"));
        }
        for alert in &product.alerts {
            let name = alert.name.as_deref().unwrap_or("");
            self.line(1, &format!("alert {name} when {}", expr(&alert.when.expr)));
        }
    }

    fn part(&mut self, part: &Part) {
        let when = part.when.as_ref().map_or_else(String::new, |when| format!(" when {}", expr(&when.expr)));
        let words = label(part.label.as_deref());
        let counts = format!("{} to {}", part.least, part.most);
        self.line(1, &format!("part {}{words}: {counts} of {}{when}", part.name, part.product));
    }

    /// A value of an option, in the option's words.
    fn choice(&self, product: &Product, option: &str, chosen: &Value) -> String {
        let input = product.options.iter().find(|input| &*input.name == option);
        match input.map(|input| input.ty.required()) {
            Some(Ty::Set(choices)) => value(chosen, &Ty::Choice(choices.clone())),
            Some(of) => value(chosen, of),
            None => value(chosen, &Ty::Bool),
        }
    }

    fn constraint(&mut self, constraint: &Constraint) {
        let name = constraint.name.as_deref().map_or_else(String::new, |name| format!(" {name}:"));
        let rule = match &constraint.rule {
            ConstraintRule::Holds(condition) => expr(condition),
            ConstraintRule::Row { table, keys } => {
                let keys: Vec<String> = keys.iter().map(expr).collect();
                format!("({}) in {table}", keys.join(", "))
            }
        };
        self.line(1, &format!("require{name} {rule}"));
    }

    fn component(&mut self, word: &str, component: &CostComponent) {
        let when =
            component.when.as_ref().map_or_else(String::new, |when| format!(" when {}", expr(&when.expr)));
        let words = label(component.label.as_deref());
        self.line(1, &format!("{word} {}{words} = {}{when}", component.name, expr(&component.amount.expr)));
    }

    fn table(&mut self, table: &Table) {
        let keys: Vec<String> =
            table.keys.iter().map(|key| format!("{}: {}", key.name, ty(&key.ty))).collect();
        let columns: Vec<String> = table
            .columns
            .iter()
            .map(|column| match &column.name {
                Some(name) => format!("{name}: {}", ty(&column.ty)),
                None => ty(&column.ty),
            })
            .collect();
        let optional = if table.optional { " optional" } else { "" };
        let policy = table.policy.word().map_or_else(String::new, |word| format!(" {word}"));
        self.line(
            0,
            &format!(
                "\ntable {}({}){policy} -> {}{optional}",
                table.name,
                keys.join(", "),
                columns.join(", ")
            ),
        );
        for version in &table.versions {
            self.version(table, version);
        }
    }

    fn version(&mut self, table: &Table, version: &TableVersion) {
        let rows: &Rows = &version.rows;
        let count = rows.values.first().map_or(0, Vec::len);
        self.line(1, &format!("{count} rows{}", period(&version.effective)));
        for row in 0..count.min(ROWS_SHOWN) {
            let keys: Vec<String> = rows
                .keys
                .iter()
                .zip(&table.keys)
                .filter_map(|(matches, key)| Some(key_match(matches.get(row)?, &key.ty)))
                .collect();
            let cells: Vec<_> = rows.values.iter().map(|column| column.get(row).cloned().flatten()).collect();
            let cells = cell_texts(table, &cells);
            self.line(2, &format!("{}: {cells}", keys.join(", ")));
        }
        if count > ROWS_SHOWN {
            self.line(2, &format!("and {} more", count - ROWS_SHOWN));
        }
        if let Some(otherwise) = &rows.otherwise {
            self.line(2, &format!("else: {}", cell_texts(table, otherwise)));
        }
    }

    fn tiers(&mut self, tiers: &Tiers) {
        let mode = match tiers.mode {
            TierMode::Whole => "whole",
            TierMode::Graduated => "graduated",
            TierMode::Stair => "stair",
        };
        let driver = Ty::Number(tiers.driver.clone());
        let words = label(tiers.label.as_deref());
        self.line(
            0,
            &format!("\ntiers {}{words}({}) {mode} -> {}", tiers.name, ty(&driver), ty(&tiers.result)),
        );
        for version in &tiers.versions {
            self.line(1, &format!("{} tiers{}", version.tiers.len(), period(&version.effective)));
            if let Some(row) = &version.zero {
                self.line(2, &format!("zero: {}", tier_row(row, &tiers.result)));
            }
            for tier in &version.tiers {
                let bound = if tier.start_included { "from" } else { "above" };
                let end =
                    tier.end.as_ref().map_or_else(String::new, |end| format!(" to {}", number(end, &driver)));
                let row = tier_row(&tier.row, &tiers.result);
                self.line(2, &format!("{bound} {}{end}: {row}", number(&tier.start, &driver)));
            }
        }
    }

    fn pieces(&mut self, of: &TestLine, depth: usize) {
        for (part, said) in &of.parts {
            match said {
                TestPart::Count(count) => self.line(depth, &format!("part {part}: {count}")),
                TestPart::Pieces(pieces) => {
                    for piece in pieces {
                        let quantity = &piece.quantity;
                        self.line(
                            depth,
                            &format!("part {part} {}: {} quantity {quantity}", piece.id, piece.product),
                        );
                        self.pieces(piece, depth + 1);
                    }
                }
            }
        }
    }

    fn test(&mut self, test: &Test) {
        self.line(0, &format!("\ntest {:?} as of {}", test.title, test.as_of));
        for line in &test.lines {
            self.line(1, &format!("line {}: {} quantity {}", line.id, line.product, line.quantity));
            self.pieces(line, 2);
        }
        for (expected, text, _) in &test.expectations {
            let meaning = match expected {
                Expected::Holds { line, condition } => {
                    let on = line.map_or_else(String::new, |line| format!(" on line {line}"));
                    format!("{}{on}", expr(condition))
                }
                Expected::Names { list, line, names } => {
                    let on = line.map_or_else(String::new, |line| format!(" of line {line}"));
                    format!("{}{on} = [{}]", list_word(*list), names.join(", "))
                }
                Expected::Status(status) => format!("status = {status}"),
                Expected::Errors(codes) => format!("errors = [{}]", codes.join(", ")),
            };
            self.line(1, &format!("expect {text:?} is {meaning}"));
        }
    }
}

fn list_word(list: NameList) -> &'static str {
    match list {
        NameList::Applied => "applied",
        NameList::Violations => "violations",
        NameList::Approvals => "approvals",
        NameList::Alerts => "alerts",
        NameList::Suggestions => "suggestions",
        NameList::Offers => "offers",
    }
}

fn cell_texts(table: &Table, cells: &[Option<Value>]) -> String {
    let texts: Vec<String> = cells
        .iter()
        .zip(&table.columns)
        .map(|(cell, column)| cell.as_ref().map_or_else(|| "n/a".to_owned(), |cell| value(cell, &column.ty)))
        .collect();
    texts.join(", ")
}

fn key_match(of: &KeyMatch, key: &Ty) -> String {
    match of {
        KeyMatch::Any => "any".to_owned(),
        KeyMatch::One(one) => value(one, key),
        KeyMatch::OneOf(several) => {
            several.iter().map(|one| value(one, key)).collect::<Vec<_>>().join(" or ")
        }
        KeyMatch::Starts(of) => {
            let texts: Vec<String> = of.iter().map(|text| format!("{text:?}")).collect();
            format!("starts {}", texts.join(" or "))
        }
        KeyMatch::Band(of) => band(of, key),
    }
}

fn band(of: &Band, key: &Ty) -> String {
    let mut words = Vec::new();
    if let Some((bound, included)) = &of.lower {
        words.push(format!("{} {}", if *included { "from" } else { "above" }, value(bound, key)));
    }
    if let Some((bound, included)) = &of.upper {
        words.push(format!("{} {}", if *included { "up to" } else { "under" }, value(bound, key)));
    }
    if words.is_empty() { "any".to_owned() } else { words.join(" ") }
}

fn tier_row(row: &TierRow, result: &Ty) -> String {
    match row {
        TierRow::Price { flat, unit } => {
            let mut parts = Vec::new();
            if !flat.is_zero() || unit.is_none() {
                parts.push(format!("{} flat", number(flat, result)));
            }
            if let Some((price, per)) = unit {
                let per = match per {
                    TierPer::Share => "of the quantity".to_owned(),
                    TierPer::Each => "each".to_owned(),
                    TierPer::Started(size) => format!("per started {size}"),
                    TierPer::Full(size) => format!("per full {size}"),
                };
                parts.push(format!("{price} {per}"));
            }
            parts.join(" + ")
        }
        TierRow::Value(of) => value(of, result),
        TierRow::Refuse(reason) => format!("refuse {reason:?}"),
    }
}
