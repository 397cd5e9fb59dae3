//! What the fields of a quote come to: one cell a field, as the whole answer shows it.

use crate::eval::{Day, Field, FieldOf, Figures, Plan, StepField};
use crate::ir::{Builtin, Domain, Input, Level, Name, Place, Ty, Value};
use crate::quote::{
    self, Entry, EntryKind, Line, Outcome, Quote, Raw, Request, Section, Shown, Totals, Violation,
};
use crate::value::Exact;

/// The value of a field in one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// There is none: a figure that cannot be known, or that the reader may not see.
    Nothing,
    /// A name, a choice, a day.
    Text(String),
    /// An amount in the currency of the row, written with at least so many decimal places.
    Amount(Exact, u32),
    /// A margin or the like, rounded for reading when it is written.
    Share(Exact),
    /// A number without a unit.
    Number(Exact),
    /// True or false.
    Flag(bool),
    /// Names, in their order.
    Names(Vec<Name>),
    /// One for each line, where the request does not have exactly one.
    Lines(Vec<Cell>),
}

/// The cells of a quote, one a field.
pub(super) fn cells(plan: &Plan, fields: &[Field], request: &Request, quote: &Quote) -> Vec<Cell> {
    let asked = |line: &&Line| !line.gift && line.part_of.is_none();
    let lines: Vec<&Line> = quote.lines.iter().filter(asked).collect();
    let currencies = &plan.book().currencies;
    let currency = currencies.iter().position(|code| *code == quote.currency).unwrap_or_default();
    let day =
        Day { as_of: quote.as_of, currency: u16::try_from(currency).unwrap_or_default(), rates: Vec::new() };
    let reader = Reader { plan, day, request, quote, lines };
    fields.iter().map(|field| reader.cell(&field.of)).collect()
}

struct Reader<'a> {
    plan: &'a Plan,
    day: Day,
    request: &'a Request,
    quote: &'a Quote,
    /// Those that were asked for.
    lines: Vec<&'a Line>,
}

impl Reader<'_> {
    fn cell(&self, of: &FieldOf) -> Cell {
        let quote = self.quote;
        match of {
            FieldOf::Id => quote.id.clone().map_or(Cell::Nothing, Cell::Text),
            FieldOf::Status => Cell::Text(quote.status.word().to_owned()),
            FieldOf::Violations => Cell::Names(self.violations()),
            FieldOf::Approvals => {
                Cell::Names(quote.approvals.route.iter().map(|it| it.name.clone()).collect())
            }
            FieldOf::Alerts => {
                let lines = quote.lines.iter().flat_map(|line| &line.alerts);
                Cell::Names(lines.chain(&quote.alerts).filter_map(|it| it.name.clone()).collect())
            }
            FieldOf::Total => self.amount(quote.totals.total.as_ref()),
            FieldOf::Tax => self.tax(),
            FieldOf::Figure { level: Level::Quote, figure } => {
                let Totals { list, cost, net, margin, off_list, .. } = &quote.totals;
                self.builtin(*figure, [list, cost, net], [margin, off_list])
            }
            FieldOf::Step { level: Level::Quote, step, what } => {
                self.step(&quote.totals.section, step, *what)
            }
            FieldOf::CostComponent { level: Level::Quote, .. } => Cell::Nothing,
            FieldOf::Figure { level, figure } => self.on_lines(|line| self.figure(line, *level, *figure)),
            FieldOf::Step { level, step, what } => self.on_lines(|line| match section(line, *level) {
                Some(section) => match self.step(section, step, *what) {
                    Cell::Nothing if *level == Level::Line => self.tax_of(line, step, *what),
                    cell => cell,
                },
                None => Cell::Nothing,
            }),
            FieldOf::CostComponent { level, name } => self.on_lines(|line| {
                let component = section(line, *level)
                    .and_then(|section| section.components.iter().find(|it| it.name == *name));
                self.amount(component.and_then(|it| it.amount.as_ref()))
            }),
            FieldOf::Input(place) => self.input(place),
        }
    }

    /// The value on the only line, or one for each line.
    fn on_lines(&self, find: impl Fn(&Line) -> Cell) -> Cell {
        match self.lines.as_slice() {
            [line] => find(line),
            lines => Cell::Lines(lines.iter().map(|line| find(line)).collect()),
        }
    }

    fn amount(&self, amount: Option<&Exact>) -> Cell {
        amount.map_or(Cell::Nothing, |amount| Cell::Amount(amount.clone(), self.quote.places))
    }

    fn violations(&self) -> Vec<Name> {
        let of_lines = self.quote.lines.iter().flat_map(|line| &line.violations);
        of_lines.chain(&self.quote.violations).map(|it: &Violation| it.name.clone()).collect()
    }

    /// The sum of the taxes that are not contained in the price.
    fn tax(&self) -> Cell {
        let own = self.quote.totals.taxes.iter().filter(|tax| !tax.within);
        let mut sum = Exact::ZERO;
        for tax in own {
            match sum.checked_add(&tax.amount) {
                Ok(more) => sum = more,
                Err(_) => return Cell::Nothing,
            }
        }
        match &self.quote.totals.total {
            Some(_) => self.amount(Some(&sum)),
            None => Cell::Nothing,
        }
    }

    fn figure(&self, line: &Line, level: Level, figure: Builtin) -> Cell {
        let Line { list, cost, net, margin, off_list, .. } = line;
        if level != Level::Unit {
            return self.builtin(figure, [list, cost, net], [margin, off_list]);
        }
        let Some(Section { list, cost, net, .. }) = &line.unit else { return Cell::Nothing };
        let figures = Figures { list: list.clone(), cost: cost.clone(), net: net.clone() };
        self.builtin(figure, [list, cost, net], [&figures.margin(), &figures.off_list()])
    }

    /// One of list price, cost and net, or of margin and share off the list price.
    fn builtin(
        &self,
        figure: Builtin,
        [list, cost, net]: [&Option<Exact>; 3],
        [margin, off_list]: [&Option<Exact>; 2],
    ) -> Cell {
        let share = |share: &Option<Exact>| share.clone().map_or(Cell::Nothing, Cell::Share);
        match figure {
            Builtin::List => self.amount(list.as_ref()),
            Builtin::Cost => self.amount(cost.as_ref()),
            Builtin::Net => self.amount(net.as_ref()),
            Builtin::Margin => share(margin),
            Builtin::OffList => share(off_list),
        }
    }

    /// What a step did to the price, its bound, or whether it changed the price.
    fn step(&self, section: &Section, step: &Name, what: StepField) -> Cell {
        let entry = || section.entries.iter().find(|entry| entry.step == *step);
        match what {
            StepField::Bound => self.amount(entry().and_then(|entry| entry.bound.as_ref())),
            StepField::Applied => {
                entry().map_or(Cell::Nothing, |entry| Cell::Flag(entry.outcome == Outcome::Applied))
            }
            StepField::Amount => {
                let members = |entry: &Entry| {
                    matches!(entry.kind, EntryKind::Group(_) | EntryKind::Claims | EntryKind::Taxes)
                };
                let figure = section.figures.iter().find(|figure| figure.name == *step);
                if let Some(figure) = figure.filter(|_| !entry().is_some_and(members)) {
                    return self.amount(figure.amount.as_ref());
                }
                match entry() {
                    None => Cell::Nothing,
                    Some(Entry { outcome: Outcome::Unknown(_), .. }) => Cell::Nothing,
                    Some(Entry { contained: Some(tax), .. }) => self.amount(Some(tax)),
                    Some(entry) => self.amount(Some(entry.sum.as_ref().unwrap_or(&entry.amount))),
                }
            }
        }
    }

    /// What a tax of the quote comes to on a line.
    fn tax_of(&self, line: &Line, step: &Name, what: StepField) -> Cell {
        match (line.taxes.iter().find(|tax| tax.name == *step), what) {
            (Some(tax), StepField::Amount) => self.amount(Some(&tax.amount)),
            (Some(tax), StepField::Applied) => Cell::Flag(tax.amount != Exact::ZERO),
            _ => Cell::Nothing,
        }
    }

    /// What the request said, defaults of options and entries filled in.
    fn input(&self, place: &Place) -> Cell {
        match place {
            Place::AsOf => Cell::Text(self.quote.as_of.to_string()),
            Place::Currency => Cell::Text(self.quote.currency.to_string()),
            Place::Quantity => self.on_lines(|line| line.quantity.as_ref().map_or(Cell::Nothing, shown)),
            Place::Member(name) => self.on_lines(|line| {
                let mut values = line.options.iter().chain(&line.values);
                values.find(|value| value.name == *name).map_or(Cell::Nothing, |value| shown(&value.value))
            }),
            Place::Entry { level: Level::Line, name } => self.on_lines(|line| {
                let entry = line.entries.iter().find(|value| value.name == *name);
                entry.map_or(Cell::Nothing, |value| shown(&value.value))
            }),
            Place::Product => self.on_lines(|line| Cell::Text(line.product.to_string())),
            Place::Context { context, field } => {
                let contexts = &self.plan.book().contexts;
                let input = contexts.iter().find(|it| it.name == *context);
                let input = input.and_then(|it| it.fields.iter().find(|input| input.name == *field));
                let raw = match given(&self.request.fields, context) {
                    Some(Raw::Object(fields)) => given(fields, field),
                    _ => None,
                };
                self.said(input, raw)
            }
            Place::Fact(name) => {
                let input = self.plan.book().facts.iter().find(|it| it.name == *name);
                self.said(input.map(AsRef::as_ref), given(&self.request.fields, name))
            }
            Place::Entry { name, .. } => {
                let input = self.plan.book().quote.entries.iter().find(|it| it.name == *name);
                self.said(input, given(&self.request.fields, name))
            }
            Place::Index(name) => {
                let index = self.plan.book().indexes.iter().find(|it| it.input.name == *name);
                let raw = match given(&self.request.market, name) {
                    Some(Raw::Object(fields)) => given(fields, "value"),
                    raw => raw,
                };
                self.said(index.map(|it| &it.input), raw)
            }
            _ => Cell::Nothing,
        }
    }

    /// A value of the request, or the default, as a quote would show it.
    fn said(&self, input: Option<&Input>, raw: Option<&Raw>) -> Cell {
        let Some(input) = input else { return Cell::Nothing };
        let value = match raw {
            Some(raw) => quote::read_value(self.plan, &self.day, input, raw).ok(),
            None => input.default.clone(),
        };
        value.map_or(Cell::Nothing, |value| as_shown(self.plan, &self.day, &value, &input.ty))
    }
}

/// A value of a type as a quote shows it.
pub(super) fn as_shown(plan: &Plan, day: &Day, value: &Value, ty: &Ty) -> Cell {
    match value {
        Value::Absent => Cell::Nothing,
        value => shown(&quote::shown(plan, day, value, ty, &Domain::All)),
    }
}

fn section(line: &Line, level: Level) -> Option<&Section> {
    match level {
        Level::Unit => line.unit.as_ref(),
        _ => Some(&line.line),
    }
}

fn given<'f>(fields: &'f [(String, Raw)], name: &str) -> Option<&'f Raw> {
    fields.iter().find(|(field, _)| field == name).map(|(_, raw)| raw)
}

fn shown(value: &Shown) -> Cell {
    match value {
        Shown::Bool(truth) => Cell::Flag(*truth),
        Shown::Number(number) => Cell::Number(number.clone()),
        Shown::Text { text, .. } => Cell::Text(text.to_string()),
        Shown::Set(values) => Cell::Names(values.iter().map(|(name, _)| name.clone()).collect()),
    }
}
