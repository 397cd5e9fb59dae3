//! The random quote block and approvals.

use super::price::{signed, step, unsigned};
use super::source::Stage;
use super::{Known, Maker, Place};
use crate::model::{
    Claim, Compare, Constraint, Expr, GroupKind, GroupedBy, Input, Lit, Math, Product, QuoteBlock, Rounding,
    Rule, Selection, Spread, Step, StepKind, TaxOf, Ty,
};
use crate::number::{Mode, decimal, whole};

impl Maker<'_> {
    pub fn quote(&mut self) {
        if self.random.chance(15) {
            return;
        }
        let mut block = QuoteBlock::default();
        let mut place = self.inputs_place();
        for _ in 0..self.random.between(0, 2) {
            let mut entry = self.entry(&place);
            entry.limit = None;
            place.known.push(self.known(&entry, entry.name.clone(), None));
            block.entries.push(entry);
        }
        let currency = self.currency();
        place.known.push(unsigned("list", &currency));
        if self.all_have_cost() {
            place.known.push(unsigned("cost", &currency));
        }
        place.running = true;
        if self.random.chance(50) {
            place.sources.extend(self.sources_of_lines(Stage::Quote, None));
        }
        self.derive(&mut place);
        let mut rounded = None;
        for _ in 0..self.random.between(0, 4) {
            let made = self.quote_step(&mut place, &mut rounded);
            block.steps.push(made);
        }
        if self.random.chance(70) {
            block.steps.push(step("net".to_owned(), StepKind::Subtotal));
            place.known.push(signed("net", &currency));
            let taxes = self.random.between(0, 2);
            for _ in 0..taxes {
                let tax = match self.random.between(1, 10) {
                    1..=2 => step("each".to_owned(), StepKind::EachLine(vec![self.line_tax()])),
                    3..=5 => self.taxes(&place),
                    6 => self.tax_on_lines(),
                    _ => self.tax(&place),
                };
                block.steps.push(tax);
            }
            if taxes > 0 && self.random.chance(30) {
                let to = self.rounding(&currency);
                block.steps.push(step("round".to_owned(), StepKind::Round(to)));
            }
            if taxes > 0 && self.random.chance(60) {
                block.steps.push(step("total".to_owned(), StepKind::Subtotal));
            }
        }
        if self.random.chance(20) {
            let payable = self.payable(&mut place);
            block.steps.push(payable);
            place.known.push(signed("payable", &currency));
        }
        if self.random.chance(25) {
            block.rules = self.requirements(&place);
        }
        block.valid_days = (self.random.chance(50)).then(|| self.random.between(1, 90));
        self.book.quote = Some(block);
    }

    pub(super) fn all_have_cost(&self) -> bool {
        self.book.products.iter().all(|product| self.has_cost(product))
    }

    fn quote_step(&mut self, place: &mut Place, rounded: &mut Option<Rounding>) -> Step {
        let currency = self.currency();
        let name = self.name("order");
        let charged = self.book_is_charged;
        let mut made = match self.random.between(1, 18) {
            17..=18 => match self.gift(name.clone(), place) {
                Some(gift) => gift,
                None => self.quote_change(name.clone(), place),
            },
            14 => {
                self.book_is_charged = true;
                let amount = Expr::Lit(Lit::Num(self.some_amount(&currency), currency.clone()));
                step(name.clone(), StepKind::Charge(amount))
            }
            15..=16 => {
                let mut claims = step(String::new(), StepKind::Claims(self.claims()));
                if self.random.chance(40) {
                    claims.when = self.random.chance(40).then(|| self.condition(place, 1));
                    claims.name.clone_from(&name);
                    place.known.push(signed(&name, &currency));
                }
                return claims;
            }
            13 => {
                let steps = (0..self.random.between(1, 3)).map(|_| self.line_step()).collect();
                return step(name, StepKind::EachLine(steps));
            }
            1..=8 if charged => self.quote_change(name.clone(), place),
            1..=7 => self.quote_change(name.clone(), place),
            8 if !charged => {
                let steps = (0..self.random.between(1, 3))
                    .map(|_| {
                        if self.random.chance(35) {
                            let name =
                                if self.random.chance(50) { self.name("offers") } else { String::new() };
                            let mut claims = step(name, StepKind::Claims(self.claims()));
                            claims.when = self.random.chance(20).then(|| self.condition(place, 1));
                            return claims;
                        }
                        let name = self.name("order");
                        let mut member = self.quote_change(name, place);
                        // What is worked out for groups of lines stays so.
                        member.spread = member.spread.filter(|spread| spread.each.is_some()).map(|spread| {
                            Spread { each: spread.each, on_lines: spread.on_lines, ..Spread::default() }
                        });
                        member
                    })
                    .collect();
                let kind =
                    *self.random.pick(&[GroupKind::Best, GroupKind::Worst, GroupKind::First, GroupKind::All]);
                place.known.push(signed(&name, &currency));
                return step(name, StepKind::Group(kind, steps));
            }
            9 => {
                let to = self.rounding(&currency);
                *rounded = Some(to.clone());
                return step("round".to_owned(), StepKind::Round(to));
            }
            10..=11 => {
                let bound = Expr::Lit(Lit::Num(self.some_amount(&currency), currency.clone()));
                let bound = match rounded {
                    Some(to) => Expr::Rounded(Box::new(bound), to.clone()),
                    None => bound,
                };
                let kind = if self.random.chance(50) { StepKind::Floor(bound) } else { StepKind::Cap(bound) };
                step(name.clone(), kind)
            }
            _ => {
                place.known.push(signed(&name, &currency));
                return step(name, StepKind::Subtotal);
            }
        };
        if self.random.chance(40) {
            made.when = Some(self.condition(place, 1));
        }
        place.known.push(signed(&name, &currency));
        made
    }

    /// A rounding to what is paid.
    fn cents(&mut self, mode: Mode) -> Rounding {
        let step = decimal(1, self.book.places);
        let to = Rounding { mode, step, offset: None, unit: self.currency(), minor: false };
        self.perhaps_minor(to)
    }

    /// From the total to what is to be paid.
    fn payable(&mut self, place: &mut Place) -> Step {
        let currency = self.currency();
        let (mut steps, mut rounded) = (Vec::new(), None::<Rounding>);
        for _ in 0..self.random.between(1, 4) {
            let name = self.name("paid");
            let made = match self.random.between(1, 10) {
                1..=4 => {
                    let mut change = self.change_of_all(name.clone(), place);
                    change.spread = None;
                    change.when = self.random.chance(40).then(|| self.condition(place, 1));
                    change
                }
                5 => {
                    let mut member = || {
                        let name = self.name("paid");
                        let mut member = self.change_of_all(name, place);
                        member.spread = None;
                        member
                    };
                    let members = vec![member(), member()];
                    let kind = *self.random.pick(&[GroupKind::Best, GroupKind::Worst, GroupKind::All]);
                    step(name.clone(), StepKind::Group(kind, members))
                }
                6 => {
                    let to = self.rounding(&currency);
                    rounded = Some(to.clone());
                    steps.push(step("round".to_owned(), StepKind::Round(to)));
                    continue;
                }
                7..=8 => {
                    let bound = Expr::Lit(Lit::Num(self.some_amount(&currency), currency.clone()));
                    let bound = match &rounded {
                        Some(to) => Expr::Rounded(Box::new(bound), to.clone()),
                        None => bound,
                    };
                    let floor = self.random.chance(50);
                    step(name.clone(), if floor { StepKind::Floor(bound) } else { StepKind::Cap(bound) })
                }
                9 => {
                    let share = self.rounded_share("running");
                    step(name.clone(), StepKind::Let(share))
                }
                _ => step(name.clone(), StepKind::Subtotal),
            };
            steps.push(made);
            place.known.push(signed(&name, &currency));
        }
        step(String::new(), StepKind::Payable(steps))
    }

    /// What the whole quote must fulfil, by its figures, its lines, and what the request says.
    fn requirements(&mut self, place: &Place) -> Vec<Constraint> {
        let mut place = Place { running: false, steps: Vec::new(), ..place.clone() };
        let currency = self.currency();
        for known in place.known.iter_mut().filter(|known| ["list", "cost"].contains(&known.name.as_str())) {
            known.name = format!("quote.{}", known.name);
        }
        place.known.extend([signed("net", &currency), signed("total", &currency)]);
        let share = |name: &str| Known { low: Some(-whole(1)), ..Known::number(name, Ty::Rate, 0, 1) };
        place.known.push(share("quote.off_list"));
        if self.all_have_cost() {
            place.known.push(share("quote.margin"));
        }
        place.known.retain(|known| known.expr.is_none());
        place.sources = self.inputs_place().sources;
        place.sources.extend(self.sources_of_lines(Stage::Rules, None));
        let mut rules = Vec::new();
        for _ in 0..self.random.between(1, 3) {
            let name = self.random.chance(60).then(|| self.name("quoted"));
            let must = self.condition(&place, 1);
            let rule = match self.random.between(1, 3) {
                1 => Rule::Require(must, None),
                2 => Rule::Require(must, Some(self.condition(&place, 0))),
                _ => Rule::Exclude(must, self.condition(&place, 0)),
            };
            rules.push(Constraint { name, rule });
        }
        rules
    }

    /// A step of `each line`.
    fn line_step(&mut self) -> Step {
        let currency = self.currency();
        if self.random.chance(25) {
            let to = self.rounding(&currency);
            return step("round".to_owned(), StepKind::Round(to));
        }
        let name = self.name("order");
        let less = self.random.chance(60);
        let amount = self.rounded_share("running");
        let mut made = step(name, if less { StepKind::Less(amount) } else { StepKind::Add(amount) });
        made.may_be_negative = self.random.chance(80);
        if self.random.chance(40) {
            let on = self.spread_of(less).on_lines;
            made.when = on;
        }
        made
    }

    fn line_tax(&mut self) -> Step {
        let name = self.name("tax");
        let amount = self.rounded_share("running");
        let mut tax = step(name, StepKind::Tax(amount, self.random.chance(20)));
        if self.random.chance(40) {
            tax.when = self.spread_of(false).on_lines;
        }
        tax
    }

    /// A rate of a figure, rounded to the currency.
    fn rounded_share(&mut self, of: &str) -> Expr {
        let share = Expr::Of(Box::new(self.literal_rate()), Box::new(Expr::Read(of.to_owned())));
        let mode = *self.random.pick(&Mode::ALL);
        let to = self.cents(mode);
        Expr::Rounded(Box::new(share), to)
    }

    /// An `add` or `less` of the quote, rounded, with a way to the lines.
    fn quote_change(&mut self, name: String, place: &Place) -> Step {
        let grouped = self.random.chance(30).then(|| self.grouped_by());
        self.change(name, place, grouped)
    }

    /// The same, and never for groups of lines.
    fn change_of_all(&mut self, name: String, place: &Place) -> Step {
        self.change(name, place, None)
    }

    fn change(&mut self, name: String, place: &Place, grouped: Option<(GroupedBy, Option<Expr>)>) -> Step {
        let currency = self.currency();
        let less = self.random.chance(65);
        let made = match self.random.between(1, 4) {
            1 => self.small_money(place),
            2 if !less => self.money(place, 1),
            _ => self.share(place, 1).unwrap_or_else(|| self.small_money(place)),
        };
        let places = self.book.places;
        let times = *self.random.pick(&[1, 1, 1, 5, 100]);
        let mode = *self.random.pick(&Mode::ALL);
        let to = Rounding { mode, step: decimal(times, places), offset: None, unit: currency, minor: false };
        let to = self.perhaps_minor(to);
        let of = match &grouped {
            Some((each, on_lines)) => self.of_group(made.expr, (each, on_lines.as_ref())),
            None => made.expr,
        };
        let amount = match &of {
            Expr::Lit(_) => of,
            _ => Expr::Rounded(Box::new(of), to.clone()),
        };
        let mut change = step(name, if less { StepKind::Less(amount) } else { StepKind::Add(amount) });
        if self.random.chance(50) {
            change.spread = Some(self.spread_of(less));
        }
        if let Some((each, on_lines)) = grouped {
            let spread = change.spread.get_or_insert_default();
            (spread.each, spread.on_lines) = (Some(each), on_lines);
        } else if self.book_is_charged && self.random.chance(40) {
            let one = Expr::Lit(Lit::Num(whole(1), String::new()));
            let by = self.random.chance(50).then(|| match self.random.chance(30) {
                true => one,
                false => Expr::Read("running".to_owned()),
            });
            change.spread = Some(Spread { by, with_charges: true, ..Spread::default() });
        }
        change.may_be_negative = self.random.chance(50);
        change
    }

    /// What the lines of a group have in common, and which lines are grouped.
    fn grouped_by(&mut self) -> (GroupedBy, Option<Expr>) {
        let kits: Vec<String> = self.kits().iter().map(|kit| kit.name.clone()).collect();
        let on_lines = self.spread_of(false).on_lines;
        match self.random.between(1, 6) {
            1..=2 if !kits.is_empty() => {
                let kit = self.random.pick(&kits).clone();
                (GroupedBy::Bundle, self.random.chance(60).then_some(Expr::BundleIs(kit, false)))
            }
            1..=2 => (GroupedBy::Line, on_lines),
            3 => (GroupedBy::Product, on_lines),
            _ => {
                let of_families = self.book.families.iter().map(|(_, body)| body);
                let bodies = of_families.chain(self.book.products.iter().map(|product| &product.body));
                let groups = |option: &&Input| !matches!(option.ty, Ty::Set(_) | Ty::List(_));
                let options = bodies.flat_map(|body| &body.options).filter(groups);
                let options: Vec<String> = options.map(|option| format!("line.{}", option.name)).collect();
                match options.is_empty() {
                    true => (GroupedBy::Line, on_lines),
                    // Where none of the lines has it, it is an error.
                    false => (GroupedBy::Of(self.random.pick(&options).clone()), None),
                }
            }
        }
    }

    fn kits(&self) -> Vec<Product> {
        self.book.products.iter().filter(|product| product.body.parts_priced).cloned().collect()
    }

    /// The amount of a group, which may hang on what its lines have in common.
    fn of_group(&mut self, amount: Expr, of: (&GroupedBy, Option<&Expr>)) -> Expr {
        let small = Expr::Lit(Lit::Num(self.some_amount(&self.currency()), self.currency()));
        let one_of_two = |condition: Expr| {
            Expr::If(Box::new(condition), Box::new(amount.clone()), Box::new(small.clone()))
        };
        match of {
            _ if self.random.chance(30) => amount,
            (GroupedBy::Bundle, Some(Expr::BundleIs(..))) | (GroupedBy::Bundle, None) => {
                let count = Expr::Read("bundle.quantity".to_owned());
                super::expr::math(Math::Multiply, small, count)
            }
            (GroupedBy::Line, _) => {
                let share = self.literal_rate();
                Expr::Of(Box::new(share), Box::new(Expr::Read("line.list".to_owned())))
            }
            (GroupedBy::Product, _) => {
                let product = self.random.pick(&self.book.products).name.clone();
                one_of_two(Expr::ProductIs(product, false))
            }
            (GroupedBy::Of(path), _) => {
                let of_families = self.book.families.iter().map(|(_, body)| body);
                let bodies = of_families.chain(self.book.products.iter().map(|product| &product.body));
                let option =
                    bodies.flat_map(|body| &body.options).find(|it| *path == format!("line.{}", it.name));
                let Some(option) = option.cloned() else { return amount };
                let key = Known { optional: false, ..self.known(&option, path.clone(), None) };
                let known = Place { known: vec![key], running: false, ..Place::default() };
                one_of_two(self.condition(&known, 1))
            }
            _ => amount,
        }
    }

    /// Claims on units, a few of them.
    fn claims(&mut self) -> Vec<Claim> {
        let mut claims = Vec::new();
        for _ in 0..self.random.between(1, 3) {
            let name = self.name("claim");
            let amount = match self.random.between(1, 4) {
                1 => {
                    let left = Expr::Read("running".to_owned());
                    let fixed = Expr::Lit(Lit::Num(self.some_amount(&self.currency()), self.currency()));
                    let nothing = Expr::Lit(Lit::Num(whole(0), self.currency()));
                    let off = Expr::Max(vec![super::expr::math(Math::Subtract, left, fixed), nothing]);
                    let mode = *self.random.pick(&Mode::ALL);
                    Expr::Rounded(Box::new(off), self.cents(mode))
                }
                _ => self.rounded_share("running"),
            };
            let more = if self.random.chance(40) { self.random.between(1, 2) } else { 0 };
            let mut on = vec![self.selection(more == 0)];
            on.extend((0..more).map(|_| self.selection(false)).collect::<Vec<_>>());
            let needed = *self.random.pick(&[0, 0, 1, 1, 2]);
            let needs = (0..needed).map(|_| self.selection(false)).collect();
            let times = if on.iter().any(|on| on.count.is_none() && on.worth.is_none()) {
                1
            } else {
                *self.random.pick(&[1, 1, 2, 3, 50])
            };
            let each = self.random.chance(35).then(|| self.grouped_by().0);
            let in_all = each.is_some() && on.iter().all(|on| on.count.is_some() || on.worth.is_some());
            let in_all = in_all && self.random.chance(30);
            claims.push(Claim { name, amount, needs, on, each, times, in_all, when: None });
        }
        claims
    }

    fn selection(&mut self, may_take_all: bool) -> Selection {
        let dearest = *self.random.pick(&[None, Some(true), Some(false)]);
        let all = may_take_all && self.random.chance(15);
        let count = (!all).then(|| self.random.between(1, 4));
        let up_to = self.random.chance(25);
        let among = self.random.chance(40).then(|| self.spread_of(false).on_lines).flatten();
        let worth = (!all && self.random.chance(15)).then(|| self.some_amount(&self.currency()));
        let count = count.filter(|_| worth.is_none());
        Selection { dearest, count, worth, up_to: up_to && count.is_some(), among }
    }

    /// Several taxes at once, rounded one by one or in sum.
    fn taxes(&mut self, place: &Place) -> Step {
        let cents = |maker: &mut Self| {
            let mode = *maker.random.pick(&Mode::ALL);
            maker.cents(mode)
        };
        let sum = self.random.chance(50).then(|| cents(self));
        let base = self.random.chance(85).then(|| (self.random.chance(50), Expr::Read("net".to_owned())));
        let mut taxes = Vec::new();
        for _ in 0..self.random.between(1, 3) {
            let name = self.name("tax");
            let is_rate = base.is_some() && self.random.chance(80);
            let fixed = Expr::Lit(Lit::Num(self.some_amount(&self.currency()), self.currency()));
            let when = self.random.chance(25).then(|| self.spread_condition(place)).flatten();
            taxes.push(TaxOf {
                name,
                rate: is_rate.then(|| self.literal_rate()),
                amount: (!is_rate).then_some(fixed),
                rounding: (is_rate && sum.is_none()).then(|| cents(self)),
                when,
            });
        }
        step(self.name("taxes"), StepKind::Taxes(sum, base, taxes))
    }

    /// A condition on what the request says.
    fn spread_condition(&mut self, place: &Place) -> Option<Expr> {
        let known: Vec<Known> = place.known.iter().filter(|known| known.is_of_context()).cloned().collect();
        let inputs = Place { running: false, known, ..Place::default() };
        (!inputs.known.is_empty()).then(|| self.condition(&inputs, 0))
    }

    /// A tax of some of the lines.
    fn tax_on_lines(&mut self) -> Step {
        let name = self.name("tax");
        let amount = self.rounded_share("running");
        let mut tax = step(name, StepKind::Tax(amount, self.random.chance(20)));
        let on_lines = self.spread_of(false).on_lines;
        tax.spread = on_lines.map(|on_lines| Spread { on_lines: Some(on_lines), ..Spread::default() });
        tax
    }

    fn spread_of(&mut self, less: bool) -> Spread {
        let read = |name: &str| Expr::Read(name.to_owned());
        let mut spread = Spread::default();
        if self.random.chance(40) {
            let product = self.random.pick(&self.book.products).clone();
            let kits = self.book.products.iter().filter(|product| product.body.parts_priced);
            let kits: Vec<Product> = kits.cloned().collect();
            let of_kits = !kits.is_empty() && self.random.chance(50);
            spread.on_lines = Some(match (&product.family, self.random.between(1, 3)) {
                _ if of_kits => {
                    let kit = self.random.pick(&kits).clone();
                    match kit.family {
                        Some(family) if self.random.chance(30) => Expr::BundleIs(family, true),
                        _ => Expr::BundleIs(kit.name, false),
                    }
                }
                (Some(family), 1) => Expr::ProductIs(family.clone(), true),
                (_, 2) => {
                    let bound = Expr::Lit(Lit::Num(self.some_amount(&self.currency()), self.currency()));
                    Expr::Compare(Compare::Greater, Box::new(read("line.list")), Box::new(bound))
                }
                _ => Expr::ProductIs(product.name, false),
            });
        }
        if self.random.chance(70) {
            spread.by = Some(match self.random.between(1, 4) {
                1 => read("line.list"),
                2 if self.all_count() => read("line.quantity"),
                3 => Expr::Lit(Lit::Num(whole(1), String::new())),
                _ => read("running"),
            });
            if self.random.chance(30) {
                let places = self.book.places;
                let to = [(1, places + 1), (1, places + 3), (5, places), (100, places), (25, places)];
                let (value, places) = *self.random.pick(&to);
                // A share of a cent would have to be one in each currency.
                spread.to_minor = self.random.chance(40) && self.book.currencies.is_empty();
                spread.to = Some(match spread.to_minor {
                    true => decimal(value, places - self.book.places),
                    false => decimal(value, places),
                });
            }
            spread.residual = *self.random.pick(&[None, None, Some("largest"), Some("first"), Some("last")]);
            if less && self.random.chance(25) {
                spread.partly = self.random.chance(40);
                spread.within = Some(match self.random.chance(50) {
                    true => read("running"),
                    false => {
                        Expr::Of(Box::new(Expr::Lit(Lit::Rate(decimal(5, 1)))), Box::new(read("running")))
                    }
                });
            }
        }
        spread
    }

    /// All products are sold in whole numbers.
    fn all_count(&self) -> bool {
        let counts = |product: &Product| {
            !matches!(product.quantity.as_ref().map(|input| &input.ty), Some(Ty::Measure(_)))
        };
        self.book.products.iter().all(counts)
    }

    fn tax(&mut self, place: &Place) -> Step {
        let within = self.random.chance(20);
        let rate = self.literal_rate();
        let base = Box::new(Expr::Read("net".to_owned()));
        let amount = Expr::Of(Box::new(rate), base);
        let mode = *self.random.pick(&[Mode::HalfUp, Mode::HalfEven, Mode::Down]);
        let to = self.cents(mode);
        let name = self.name("tax");
        let mut tax = step(name, StepKind::Tax(Expr::Rounded(Box::new(amount), to), within));
        if self.random.chance(30) {
            let inputs = Place {
                running: false,
                known: place.known.iter().filter(|known| known.is_of_context()).cloned().collect(),
                ..Place::default()
            };
            tax.when = Some(self.condition(&inputs, 0));
        }
        tax
    }

    /// The product, or its family, says what it costs.
    pub(super) fn has_cost(&self, product: &Product) -> bool {
        let of_family = self.book.families.iter().filter(|(name, _)| Some(name) == product.family.as_ref());
        let bodies = of_family.map(|(_, body)| body).chain([&product.body]);
        bodies.into_iter().any(|body| !body.cost.is_empty() || !body.line_cost.is_empty())
    }
}
