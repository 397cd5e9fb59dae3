//! Random families and products: options, lets, constraints, costs, alerts.

use super::expr::{Made, math};
use super::input::input;
use super::price::unsigned;
use super::{Known, Maker, Open, Place};
use crate::model::{
    Body, Cell, Compare, Component, Constraint, Domain, Enum, Expr, Form, Input, Key, Let, Lit, Math, Policy,
    Product, Row, Rule, Table, TableVersion, Ty,
};
use crate::number::{decimal, whole};

impl Maker<'_> {
    /// Families, products and their prices.
    pub fn products(&mut self) {
        let families = self.random.weighted(&[(4, 0), (5, 1), (1, 2)]);
        for _ in 0..families {
            let family = self.name("family");
            let body = self.family_body();
            self.book.families.push((family.clone(), body.clone()));
            let count = self.random.between(1, 3);
            for _ in 0..count {
                self.product(Some((family.clone(), body.clone())), false, false);
            }
            let members: Vec<Product> = self
                .book
                .products
                .iter()
                .filter(|product| product.family.as_ref() == Some(&family))
                .cloned()
                .collect();
            let priced =
                |product: &Product| self.book.prices.iter().any(|price| price.target == product.name);
            let shared: Vec<Product> = members.into_iter().filter(|product| !priced(product)).collect();
            if !shared.is_empty() {
                self.family_price(&family, &body, &shared);
            }
        }
        let mut least = if families == 0 { 1 } else { 0 };
        if self.random.chance(15) {
            self.product(None, true, true);
            least = 1;
        }
        for _ in 0..self.random.between(least, 2) {
            self.product(None, true, false);
        }
    }

    fn family_body(&mut self) -> Body {
        let mut body = Body::default();
        let mut place = self.inputs_place();
        for _ in 0..self.random.between(0, 2) {
            let option = self.option(true);
            place.known.push(self.known(&option, option.name.clone(), None));
            body.options.push(option);
        }
        if self.random.chance(20) {
            let fact = self.fact_of_line(true);
            self.know_fact(&fact, &mut place);
            body.options.push(fact);
        }
        if self.random.chance(30) {
            self.lets(&mut body, &mut place, None);
        }
        body
    }

    /// What can be read everywhere.
    pub fn inputs_place(&self) -> Place {
        let mut place = Place { money: self.currency(), ..Place::default() };
        for (context, fields) in &self.book.contexts {
            for field in fields {
                let path = format!("{context}.{}", field.name);
                place.known.push(self.known(field, path.clone(), Some(path)));
            }
        }
        if !self.book.currencies.is_empty() {
            let values = self.book.currencies.iter().map(|(code, _)| code.clone()).collect();
            let of = Enum { name: None, values, ranked: false };
            let currency = input("currency".to_owned(), Ty::Choice(of.into()), Domain::All);
            place.known.push(self.known(&currency, "currency".to_owned(), Some("currency".to_owned())));
        }
        for fact in self.book.facts.iter().filter(|fact| !matches!(fact.ty, Ty::List(_))) {
            place.known.push(self.known(fact, fact.name.clone(), None));
        }
        place.sources = self.sources_everywhere();
        for (index, _) in &self.book.indexes {
            place.known.push(self.known(index, index.name.clone(), None));
        }
        place
    }

    /// `inner` is only ever a part of others.
    fn product(&mut self, family: Option<(String, Body)>, alone: bool, inner: bool) {
        let name = self.name("product");
        self.product = name.clone();
        let own_price = alone || self.random.chance(35);
        let is_bundle = !inner && self.random.chance(40) && !self.book.products.is_empty();
        let is_bundle = is_bundle || self.book.products.iter().any(|product| !product.sold) && alone;
        let quantity = match is_bundle || inner {
            false => self.quantity(own_price),
            true => {
                let most = whole(if inner { 4_000 } else { self.random.between(6, 40) });
                let domain = Domain::Range(whole(1), most, Some(whole(1)));
                self.random.chance(80).then(|| input("quantity".to_owned(), Ty::Int, domain))
            }
        };
        let mut place = self.inputs_place();
        if let Some((_, body)) = &family {
            for option in &body.options {
                self.know_fact(option, &mut place);
            }
        }
        let mut body = Body::default();
        for at in 0..self.random.between(1, 5) {
            let mut option = self.option(false);
            if at > 0 && self.random.chance(15) {
                let known = self.random.pick(&place.known).clone();
                option.when = self.test(&place, &known);
            }
            let path = format!("{name}.{}", option.name);
            place.known.push(self.known(&option, option.name.clone(), Some(path)));
            body.options.push(option);
        }
        for _ in 0..self.random.weighted(&[(6, 0), (3, 1), (1, 2)]) {
            let fact = self.fact_of_line(false);
            self.know_fact(&fact, &mut place);
            body.options.push(fact);
        }
        if let Some((_, body)) = &family {
            place.known.extend(self.let_knowns(body));
        }
        if self.random.chance(20) {
            self.articles(&name, &mut body, &mut place);
        }
        place.known.push(self.quantity_known(&name, quantity.as_ref()));
        if is_bundle {
            self.parts(&mut body, &mut place);
        }
        self.lets(&mut body, &mut place, Some(&name));
        self.constraints(&mut body);
        let money = self.unit_money(quantity.as_ref());
        let with_costs = self.with_costs(&body, &place);
        self.costs(&mut body, &with_costs, &money);
        for _ in 0..self.random.between(0, 1) {
            let alert = self.name("alert");
            body.alerts.push((alert, self.condition(&place, 1)));
        }
        let (family, sold) = (family.map(|(name, _)| name), !inner);
        let place = self.with_costs(&body, &place);
        let product = Product { name: name.clone(), family, quantity, body, sold };
        self.book.products.push(product.clone());
        if own_price && !inner {
            let has_cost = !product.body.cost.is_empty() || !product.body.line_cost.is_empty();
            self.price(&name, place, &money, has_cost);
        }
    }

    /// An option of a family, or what comes with a line: a table's key knows it by its type.
    fn know_fact(&self, fact: &Input, place: &mut Place) {
        match &fact.ty {
            Ty::List(_) => place.sources.extend(self.lists_of(std::slice::from_ref(fact), "")),
            _ => place.known.push(self.known(fact, fact.name.clone(), None)),
        }
    }

    /// The unit that prices of one unit are in.
    pub(super) fn unit_money(&self, quantity: Option<&Input>) -> String {
        match quantity.map(|quantity| &quantity.ty) {
            Some(Ty::Measure(unit)) => format!("{}/{unit}", self.book.currency),
            _ => self.currency(),
        }
    }

    fn quantity(&mut self, may_be_measured: bool) -> Option<Input> {
        match self.random.between(1, 10) {
            1..=2 => None,
            3..=4 if may_be_measured => {
                let (unit, most) = *self.random.pick(&[("kg", 500), ("m", 90), ("GB", 400)]);
                let step = (self.random.chance(50)).then(|| decimal(5, 1));
                let domain = Domain::Range(decimal(5, 1), whole(most), step);
                Some(input("quantity".to_owned(), Ty::Measure(unit.to_owned()), domain))
            }
            _ => {
                let from = self.random.weighted(&[(6, 1), (1, 5)]);
                let to = self.random.between(6, 400);
                Some(input(
                    "quantity".to_owned(),
                    Ty::Int,
                    Domain::Range(whole(from), whole(to), Some(whole(1))),
                ))
            }
        }
    }

    pub(super) fn quantity_known(&self, product: &str, quantity: Option<&Input>) -> Known {
        let known = match quantity {
            Some(quantity) => self.known(quantity, "quantity".to_owned(), None),
            None => Known::number("quantity", Ty::Int, 1, 1_000_000),
        };
        Known { home: format!("{product}.quantity"), ..known }
    }

    /// A table of articles, an option that chooses one, and lets that read its columns.
    fn articles(&mut self, product: &str, body: &mut Body, place: &mut Place) {
        let of = self.named_enumeration();
        let name = self.name("articles");
        let columns =
            [("group", Ty::Choice(of)), ("price", self.money_type()), ("mass", Ty::Measure("g".to_owned()))];
        let columns: Vec<(Option<String>, Ty)> =
            columns.into_iter().map(|(name, ty)| (Some(name.to_owned()), ty)).collect();
        let rows = (1..=self.random.between(2, 6))
            .map(|id| Row {
                keys: vec![Cell::Values(vec![Lit::Text(format!("C{id}"))])],
                values: columns.iter().map(|(_, ty)| Some(self.cell_value(ty))).collect(),
            })
            .collect();
        let form = if self.random.chance(60) { Form::File(format!("{name}.csv")) } else { Form::List };
        self.book.tables.push(Table {
            name: name.clone(),
            keys: vec![Key { name: "sku".to_owned(), path: None, ty: Ty::Text, optional: false }],
            columns: columns.clone(),
            policy: Policy::One,
            optional: false,
            versions: vec![TableVersion { period: None, rows, otherwise: None, form }],
        });
        let sku = self.name("sku");
        body.options.push(input(sku.clone(), Ty::Row(name.clone()), Domain::All));
        for (column, ty) in columns {
            let let_name = self.name("let");
            let value = Expr::Lookup(name.clone(), vec![Expr::Read(sku.clone())], column);
            let known = Known {
                path: Some(format!("{product}.{let_name}")),
                ..Known::number(let_name.clone(), ty.clone(), 0, 9_999)
            };
            place.known.push(known);
            body.lets.push(Let { name: let_name, label: None, ty: Some(ty), value });
        }
    }

    fn lets(&mut self, body: &mut Body, place: &mut Place, product: Option<&str>) {
        for _ in 0..self.random.between(0, 3) {
            let name = self.name("let");
            let Some((ty, made)) = self.let_value(place) else { continue };
            let labelled = made.open == Open::Ends && self.random.chance(40);
            let open = if made.open == Open::Ends { Open::Ends } else { Open::Hidden };
            let written = self.random.chance(70).then(|| ty.clone());
            // A table's key needs a type that is written.
            let path = product.filter(|_| written.is_some()).map(|product| format!("{product}.{name}"));
            let high = usual_high(&ty);
            place.known.push(Known { open, path, high, ..Known::number(name.clone(), ty, 0, 0) });
            body.lets.push(Let {
                name,
                label: labelled.then(|| "A figure".to_owned()),
                ty: written,
                value: made.expr,
            });
        }
    }

    fn let_value(&mut self, place: &Place) -> Option<(Ty, Made)> {
        let ends = |expr| Made { expr, open: Open::Ends };
        let dates: Vec<&Known> =
            place.known.iter().filter(|known| known.ty == Ty::Date && !known.optional).collect();
        Some(match self.random.between(1, 7) {
            7 if !dates.is_empty() => {
                let date = Box::new(self.random.pick(&dates).read());
                (Ty::Date, ends(Expr::Later(date, self.random.between(1, 14), self.random.chance(80))))
            }
            1 => (Ty::Bool, ends(self.condition(place, 1))),
            2 => (Ty::Rate, self.rate(place, 1)),
            3 => {
                let ty = Ty::Measure((*self.random.pick(&["kg", "g", "mm", "h"])).to_owned());
                (ty.clone(), ends(self.lookup(place, &ty)?))
            }
            4 => {
                let ty = Ty::Choice(self.named_enumeration());
                (ty.clone(), ends(self.lookup(place, &ty)?))
            }
            5 => {
                let measured: Vec<&Known> = place
                    .known
                    .iter()
                    .filter(|known| matches!(&known.ty, Ty::Measure(unit) if ["kg", "g", "mm", "m", "GB"].contains(&unit.as_str())) && !known.optional)
                    .collect();
                if measured.is_empty() {
                    return None;
                }
                let known = (*self.random.pick(&measured)).clone();
                let factor = super::expr::number(decimal(self.random.between(1, 40), 1));
                let expr = math(Math::Multiply, known.read(), factor);
                let other = match &known.ty {
                    Ty::Measure(unit) => match unit.as_str() {
                        "kg" | "g" => *self.random.pick(&["kg", "g"]),
                        "m" | "mm" => *self.random.pick(&["m", "mm"]),
                        other => other,
                    }
                    .to_owned(),
                    _ => return None,
                };
                // A sum of two quantities is in the unit of the first.
                let more = Expr::Lit(Lit::Num(decimal(self.random.between(1, 99), 1), other));
                let expr = if self.random.chance(50) { math(Math::Add, expr, more) } else { expr };
                (known.ty.clone(), Made { expr, open: known.open })
            }
            _ => (self.money_type(), self.money(place, 1)),
        })
    }

    pub(super) fn let_knowns(&self, body: &Body) -> Vec<Known> {
        let known = |of: &Let| {
            let ty = of.ty.clone()?;
            let open = if of.label.is_some() { Open::Ends } else { Open::Hidden };
            Some(Known { open, high: usual_high(&ty), ..Known::number(of.name.clone(), ty, 0, 0) })
        };
        body.lets.iter().filter_map(known).collect()
    }

    /// What the family's own price can read.
    fn family_price(&mut self, family: &str, body: &Body, members: &[Product]) {
        let mut place = self.inputs_place();
        for option in &body.options {
            self.know_fact(option, &mut place);
        }
        place.known.extend(self.let_knowns(body));
        let low = members
            .iter()
            .map(|product| self.quantity_known("", product.quantity.as_ref()).low)
            .min()
            .flatten();
        let quantity =
            Known { low, home: format!("{family}.quantity"), ..Known::number("quantity", Ty::Int, 0, 400) };
        place.known.push(quantity);
        let has_cost =
            members.iter().all(|product| !product.body.cost.is_empty() || !product.body.line_cost.is_empty());
        let money = self.currency();
        self.price(family, place, &money, has_cost);
    }

    fn constraints(&mut self, body: &mut Body) {
        let mut options: Vec<Input> =
            body.options.iter().filter(|option| option.when.is_none() && !option.optional).cloned().collect();
        self.random.shuffle(&mut options);
        let facts: Vec<String> = options.iter().filter(|it| it.with_line).map(|it| it.name.clone()).collect();
        let tests: Vec<(String, Expr, Ty)> = options
            .iter()
            .filter_map(|option| Some((option.name.clone(), self.choice_test(option)?, option.ty.clone())))
            .collect();
        for pair in tests.chunks(2).take(2) {
            let [(first, one, first_ty), (second, other, second_ty)] = pair else { continue };
            if self.random.chance(50) {
                continue;
            }
            let with_line = facts.contains(first) || facts.contains(second);
            let name = (self.random.chance(70)).then(|| self.name("rule"));
            let rule = match self.random.between(1, 4) {
                1 => Rule::Require(one.clone(), Some(other.clone())),
                2 => Rule::Exclude(one.clone(), other.clone()),
                3 => Rule::Require(Expr::Implies(Box::new(one.clone()), Box::new(other.clone())), None),
                _ => match (first_ty, second_ty) {
                    (Ty::Choice(_), Ty::Choice(_)) if !with_line => {
                        self.allowed(first, first_ty, second, second_ty)
                    }
                    _ => Rule::Exclude(other.clone(), one.clone()),
                },
            };
            body.constraints.push(Constraint { name, rule });
        }
    }

    /// All combinations of two options but one.
    fn allowed(&mut self, first: &str, first_ty: &Ty, second: &str, second_ty: &Ty) -> Rule {
        let name = self.name("allowed");
        let values = |ty: &Ty| match ty {
            Ty::Choice(of) => of
                .values
                .iter()
                .enumerate()
                .map(|(at, word)| Lit::Word(word.clone(), at))
                .collect::<Vec<Lit>>(),
            other => panic!("{other:?}"),
        };
        let mut rows = Vec::new();
        for one in values(first_ty) {
            for other in values(second_ty) {
                let cell = |lit: &Lit| Cell::Values(vec![lit.clone()]);
                rows.push(Row {
                    keys: vec![cell(&one), cell(&other)],
                    values: vec![Some(Lit::Num(whole(1), String::new()))],
                });
            }
        }
        rows.remove(self.random.between(0, rows.len() as i64 - 1) as usize);
        let keys = [(first, first_ty), (second, second_ty)];
        let keys = keys.map(|(option, ty)| Key {
            name: option.to_owned(),
            path: Some(format!("{}.{option}", self.product)),
            ty: ty.clone(),
            optional: false,
        });
        let version = TableVersion { period: None, rows, otherwise: None, form: Form::Rows };
        let columns = vec![(None, Ty::Int)];
        self.book.tables.push(Table {
            name: name.clone(),
            keys: keys.to_vec(),
            columns,
            policy: Policy::One,
            optional: true,
            versions: vec![version],
        });
        Rule::Allow(vec![first.to_owned(), second.to_owned()], name)
    }

    /// A test that some values of the option pass, and some fail.
    fn choice_test(&mut self, option: &Input) -> Option<Expr> {
        let read = Box::new(Expr::Read(option.name.clone()));
        match (&option.ty, &option.domain) {
            (Ty::Bool, _) => Some(*read),
            (Ty::Choice(of), _) => {
                let at = self.random.between(0, of.values.len() as i64 - 1) as usize;
                let lit = Expr::Lit(Lit::Word(of.values[at].clone(), at));
                let op = *self.random.pick(&[Compare::Equal, Compare::NotEqual]);
                Some(Expr::Compare(op, read, Box::new(lit)))
            }
            (Ty::Measure(unit), Domain::Numbers(numbers)) => {
                let last = numbers.len() - 1;
                let (op, at) = match self.random.chance(50) {
                    true => (Compare::LessOrEqual, self.random.between(0, last as i64 - 1)),
                    false => (Compare::GreaterOrEqual, self.random.between(1, last as i64)),
                };
                Some(Expr::Compare(
                    op,
                    read,
                    Box::new(Expr::Lit(Lit::Num(numbers[at as usize].clone(), unit.clone()))),
                ))
            }
            _ => None,
        }
    }

    fn costs(&mut self, body: &mut Body, place: &Place, money: &str) {
        if self.random.chance(30) {
            return;
        }
        let mut inside = Place { money: money.to_owned(), ..place.clone() };
        for _ in 0..self.random.between(1, 3) {
            body.cost.push(self.component(&mut inside));
        }
        if self.random.chance(35) {
            let mut inside = Place { money: self.currency(), ..place.clone() };
            inside.known.push(unsigned("unit.cost", money));
            for _ in 0..self.random.between(1, 2) {
                body.line_cost.push(self.component(&mut inside));
            }
        }
    }

    fn component(&mut self, place: &mut Place) -> Component {
        let name = self.name("cost");
        let made = self.money(place, 2);
        let amount = self.writable(made, &place.money.clone());
        let when = (self.random.chance(20)).then(|| self.condition(place, 0));
        place.known.push(Known::number(name.clone(), Ty::Measure(place.money.clone()), 0, 9_999));
        Component { name, amount, when }
    }
}

/// A value that a let may come to, for the thresholds that it is compared with.
fn usual_high(ty: &Ty) -> crate::number::Q {
    if *ty == Ty::Rate { decimal(3, 1) } else { whole(9_999) }
}
