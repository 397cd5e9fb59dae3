//! Random waterfalls of units and lines.

use super::expr::{Made, math};
use super::input::input;
use super::source::Stage;
use super::{Known, Maker, Open, Place};
use crate::model::{Domain, Expr, GroupKind, Input, Lit, Math, Price, Rounding, Step, StepKind, Ty};
use crate::number::{day, decimal, whole};

pub fn step(name: String, kind: StepKind) -> Step {
    Step { name, kind, when: None, during: None, spread: None, may_be_negative: false }
}

/// What has been said in a section so far.
#[derive(Default)]
struct Section {
    steps: Vec<Step>,
    /// The price has been rounded so, and floors and caps must keep to it.
    rounded: Option<Rounding>,
}

impl Maker<'_> {
    /// The price of a product or a family. `money` is the unit of prices of one unit.
    pub fn price(&mut self, target: &str, mut place: Place, money: &str, has_cost: bool) {
        let mut entries = Vec::new();
        for _ in 0..self.random.between(0, 2) {
            let entry = self.entry(&place);
            place.known.push(self.known(&entry, entry.name.clone(), None));
            entries.push(entry);
        }
        let per_unit = self.random.chance(85);
        let mut in_unit = Place { money: money.to_owned(), ..place.clone() };
        if self.random.chance(35) {
            let of_lines = self.sources_of_lines(Stage::Unit, Some((target, &entries, per_unit, money)));
            in_unit.sources.extend(of_lines);
        }
        self.derive(&mut in_unit);
        if has_cost {
            in_unit.known.push(unsigned("cost", money));
        }
        let unit = per_unit.then(|| self.section(&mut in_unit, true));
        let line = (!per_unit || self.random.chance(65)).then(|| {
            let currency = self.currency();
            let mut in_line = Place { money: currency.clone(), ..place.clone() };
            if self.random.chance(35) {
                let of_lines = self.sources_of_lines(Stage::Line, Some((target, &entries, per_unit, money)));
                in_line.sources.extend(of_lines);
            }
            if has_cost {
                in_line.known.push(unsigned("cost", &currency));
                if per_unit {
                    in_line.known.push(unsigned("unit.cost", money));
                }
            }
            if per_unit {
                in_line.known.push(unsigned("list", &currency));
                let figures = in_unit.known.iter().skip(place.known.len());
                let figures = figures.filter(|known| known.name != "cost" && known.expr.is_none());
                let figures: Vec<Known> = figures
                    .map(|known| {
                        let name = format!("unit.{}", known.name);
                        Known { home: format!("{name} {money}"), name, ..known.clone() }
                    })
                    .collect();
                in_line.known.extend(figures);
                in_line
                    .known
                    .extend(in_unit.members.iter().map(|name| signed(&format!("unit.{name}"), money)));
            }
            self.derive(&mut in_line);
            self.section(&mut in_line, !per_unit)
        });
        self.book.prices.push(Price { target: target.to_owned(), entries, per_unit: unit, per_line: line });
    }

    /// Something that a salesperson types.
    pub fn entry(&mut self, place: &Place) -> Input {
        let name = self.name("entry");
        let currency = self.currency();
        let mut entry = match self.random.between(1, 3) {
            1 => {
                let most = whole(*self.random.pick(&[5, 50, 500]));
                let step = self.random.chance(70).then(|| decimal(1, self.book.places));
                input(name, Ty::Measure(currency.clone()), Domain::Range(whole(0), most, step))
            }
            _ => {
                let most = decimal(self.random.between(2, 6) * 5, 2);
                input(name, Ty::Rate, Domain::Range(whole(0), most, None))
            }
        };
        entry.default = Some(match &entry.ty {
            Ty::Rate => Lit::Rate(whole(0)),
            _ => Lit::Num(whole(0), currency),
        });
        if self.random.chance(30) {
            let Domain::Range(_, most, _) = &entry.domain else { panic!("a range") };
            let half = Lit::Rate(crate::number::round(
                &(most / whole(2)),
                crate::number::Mode::Down,
                &decimal(1, 2),
            ));
            let context: Vec<&Known> =
                place.known.iter().filter(|known| known.is_of_context() && !known.optional).collect();
            if entry.ty == Ty::Rate && !context.is_empty() {
                let known = (*self.random.pick(&context)).clone();
                if let Some(test) = self.test(&Place::default(), &known) {
                    let most = Lit::Rate(most.clone());
                    entry.limit =
                        Some(Expr::If(Box::new(test), Box::new(Expr::Lit(half)), Box::new(Expr::Lit(most))));
                }
            }
        }
        entry.reason_required = self.random.chance(25);
        entry
    }

    fn section(&mut self, place: &mut Place, list: bool) -> Vec<Step> {
        let mut section = Section::default();
        if list {
            let made = self.money(&Place { running: false, ..place.clone() }, 2);
            let amount = self.writable(made, &place.money.clone());
            section.steps.push(step("list".to_owned(), StepKind::List(amount)));
            place.known.push(unsigned("list", &place.money));
        }
        place.running = true;
        for _ in 0..self.random.between(0, 6) {
            self.push_step(&mut section, place);
        }
        if self.random.chance(60) {
            self.push_subtotal(&mut section, place);
        }
        section.steps
    }

    fn push_step(&mut self, section: &mut Section, place: &mut Place) {
        match self.random.between(1, 20) {
            1..=4 => self.push_change(section, place, false),
            5..=10 => self.push_change(section, place, true),
            11..=13 => {
                let mut members = Vec::new();
                let group = self.group(place, 2, &mut members);
                if !group.name.is_empty() {
                    place.known.push(signed(&group.name, &place.money));
                }
                place.steps.extend(members.iter().cloned());
                place.members.extend(members);
                section.steps.push(group);
            }
            14..=15 => {
                let mut to = self.rounding(&place.money.clone());
                if self.random.chance(15) {
                    let places = if to.minor { 0 } else { self.book.places };
                    to.offset = Some(-decimal(1, places));
                }
                section.rounded = Some(to.clone());
                section.steps.push(step("round".to_owned(), StepKind::Round(to)));
            }
            16..=17 => self.push_bound(section, place),
            18 => {
                let name = self.name("let");
                let made = self.surcharge(place);
                let amount = self.writable(made, &place.money.clone());
                section.steps.push(step(name.clone(), StepKind::Let(amount)));
                place.known.push(signed(&name, &place.money));
            }
            _ => self.push_subtotal(section, place),
        }
    }

    fn push_subtotal(&mut self, section: &mut Section, place: &mut Place) {
        let name = self.name("sub");
        section.steps.push(step(name.clone(), StepKind::Subtotal));
        place.known.push(signed(&name, &place.money));
    }

    fn push_change(&mut self, section: &mut Section, place: &mut Place, less: bool) {
        let name = self.name("step");
        let made = if less { self.discount(place) } else { self.surcharge(place) };
        let fold = made.open == Open::Quotient && self.random.chance(60);
        let amount = if fold { made.expr } else { self.writable(made, &place.money.clone()) };
        let (amount, may_be_negative) = match fold {
            false => self.perhaps_negative(place, amount),
            true => (amount, false),
        };
        let kind = if less { StepKind::Less(amount) } else { StepKind::Add(amount) };
        let mut change = Step { may_be_negative, ..step(name.clone(), kind) };
        if self.random.chance(35) {
            change.when = Some(self.condition(place, 1));
        }
        if self.random.chance(8) {
            let from = day(2026, 1, 1) + self.random.between(0, 300);
            change.during = Some((Some(from), Some(from + self.random.between(0, 120))));
        }
        section.steps.push(change);
        if fold {
            let to = self.rounding(&place.money.clone());
            section.rounded = Some(to.clone());
            section.steps.push(step("round".to_owned(), StepKind::Round(to)));
        }
        place.known.push(signed(&name, &place.money));
        place.steps.push(name);
    }

    /// Now and then an amount that may turn round, and says so.
    fn perhaps_negative(&mut self, place: &Place, amount: Expr) -> (Expr, bool) {
        match self.random.between(1, 25) {
            1 => (Expr::Negate(Box::new(amount)), true),
            2 => (math(Math::Subtract, self.literal_money(place).expr, amount), true),
            3 => (amount, true),
            _ => (amount, false),
        }
    }

    fn discount(&mut self, place: &Place) -> Made {
        match self.random.between(1, 10) {
            1..=2 => self.small_money(place),
            _ => self.share(place, 1).unwrap_or_else(|| self.small_money(place)),
        }
    }

    fn surcharge(&mut self, place: &Place) -> Made {
        self.money(place, 2)
    }

    /// A floor or a cap, rounded to what the price was rounded to.
    fn push_bound(&mut self, section: &mut Section, place: &mut Place) {
        if section.rounded.as_ref().is_some_and(|to| to.offset.is_some()) {
            return self.push_subtotal(section, place);
        }
        let name = self.name("bound");
        let made = self.money(place, 1);
        let amount = match &section.rounded {
            Some(to) => {
                let mode = *self.random.pick(&crate::number::Mode::ALL);
                Expr::Rounded(Box::new(made.expr), Rounding { mode, ..to.clone() })
            }
            None => self.writable(made, &place.money.clone()),
        };
        let kind = if self.random.chance(60) { StepKind::Floor(amount) } else { StepKind::Cap(amount) };
        let mut bound = step(name.clone(), kind);
        if self.random.chance(20) {
            bound.when = Some(self.condition(place, 1));
        }
        section.steps.push(bound);
        place.known.push(signed(&name, &place.money));
        place.steps.push(name);
    }

    /// A group of steps, and groups in it. Below it its name reads what it changed; of its members it can only
    /// be asked whether they applied.
    fn group(&mut self, place: &Place, depth: i64, members: &mut Vec<String>) -> Step {
        let kind = *self.random.pick(&[
            GroupKind::Best,
            GroupKind::Best,
            GroupKind::Worst,
            GroupKind::First,
            GroupKind::All,
        ]);
        let name = if self.random.chance(30) { String::new() } else { self.name("group") };
        let mut steps = Vec::new();
        for _ in 0..self.random.between(1, 3) {
            if depth > 1 && self.random.chance(25) {
                steps.push(self.group(place, depth - 1, members));
                continue;
            }
            let name = self.name("step");
            let less = self.random.chance(75);
            let made = if less { self.discount(place) } else { self.surcharge(place) };
            let amount = match made.open {
                Open::Ends => made.expr,
                _ => Expr::Rounded(Box::new(made.expr), self.rounding(&place.money.clone())),
            };
            let mut member =
                step(name.clone(), if less { StepKind::Less(amount) } else { StepKind::Add(amount) });
            if self.random.chance(50) {
                member.when = Some(self.condition(place, 1));
            }
            if self.random.chance(10) {
                let from = day(2026, 1, 1) + self.random.between(0, 300);
                member.during = Some((Some(from), Some(from + self.random.between(0, 120))));
            }
            members.push(name);
            steps.push(member);
        }
        let mut group = step(name, StepKind::Group(kind, steps));
        if self.random.chance(20) {
            group.when = Some(self.condition(place, 1));
        }
        group
    }
}

/// An amount that is not negative.
pub fn unsigned(name: &str, money: &str) -> Known {
    // `list` and `cost` are other figures in each place.
    Known { home: format!("{name} {money}"), ..Known::number(name, Ty::Measure(money.to_owned()), 0, 9_999) }
}

/// An amount that may be negative: it is no key of a table, and no discount is taken of it.
pub fn signed(name: &str, money: &str) -> Known {
    Known { low: None, ..unsigned(name, money) }
}
