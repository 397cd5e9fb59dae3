//! Random parts: products made of others.

use super::expr::number;
use super::source::Elements;
use super::{Known, Maker, Place};
use crate::model::{Body, Compare, Constraint, Expr, Kind, Part, Product, Rule, Source, Ty};
use crate::number::whole;

/// What pieces are called in comprehensions, by how deep they stand.
const PIECES: [&str; 4] = ["p", "q", "s", "t"];

impl Maker<'_> {
    /// Now and then a product that is made of products that are there. Returns what the prices of it, and its
    /// cost, can go through.
    pub fn parts(&mut self, body: &mut Body, place: &mut Place) {
        let made: Vec<Product> =
            self.book.products.iter().filter(|it| self.can_be_part(it)).cloned().collect();
        if made.is_empty() {
            return;
        }
        let unsold = made.iter().any(|product| !product.sold);
        body.parts_priced = !unsold && self.random.chance(50);
        for _ in 0..self.random.between(1, 2) {
            let of = match made.iter().find(|product| !product.sold) {
                Some(inner) if body.parts.is_empty() => inner.clone(),
                _ => self.random.pick(&made).clone(),
            };
            let (least, most) = *self.random.pick(&[(1, 1), (2, 2), (0, 3), (1, 4), (0, 1)]);
            let tests: Vec<Known> = place
                .known
                .iter()
                .filter(|known| known.input.is_some() && known.name != "quantity")
                .cloned()
                .collect();
            let when = match self.random.chance(20) && !tests.is_empty() {
                true => {
                    let known = self.random.pick(&tests).clone();
                    self.test(&Place::default(), &known)
                }
                false => None,
            };
            let name = self.name("part");
            body.parts.push(Part { name: name.clone(), least, most, product: of.name.clone(), when });
            let always = least > 0 && body.parts.last().is_some_and(|part| part.when.is_none());
            let pieces = Elements { never_empty: always, ..self.pieces(name, &of, 0) };
            let count = pieces.all(Kind::Count, None, None);
            let known = Known::number(super::super::print::text(&count), Ty::Int, 0, 4);
            place.known.push(Known { expr: Some(count), ..known });
            place.sources.push(pieces);
        }
        self.rules_of_parts(body, place);
    }

    /// A product that is counted, and not made too deep already.
    fn can_be_part(&self, product: &Product) -> bool {
        let counted = !matches!(product.quantity.as_ref().map(|input| &input.ty), Some(Ty::Measure(_)));
        counted && self.depth(product) < 2
    }

    fn depth(&self, product: &Product) -> usize {
        let of =
            |part: &Part| self.book.products.iter().find(|it| it.name == part.product).expect("a product");
        product.body.parts.iter().map(|part| 1 + self.depth(of(part))).max().unwrap_or(0)
    }

    /// The pieces of a part, by its path.
    fn pieces(&self, path: String, of: &Product, depth: usize) -> Elements {
        let element = PIECES[depth];
        let options = self.options_of(of);
        let plain = options.iter().filter(|option| !matches!(option.ty, Ty::List(_)));
        let mut known: Vec<Known> =
            plain.map(|option| self.known(option, option.name.clone(), None)).collect();
        known.extend(self.let_knowns(&of.body));
        for known in &mut known {
            known.home = format!("{path}.{}", known.name);
            known.name = format!("{element}.{}", known.name);
            (known.path, known.input) = (None, None);
        }
        let mut inner = self.lists_of(&options, &format!("{element}."));
        for part in &of.body.parts {
            let of = self.book.products.iter().find(|it| it.name == part.product).expect("a product");
            let never_empty = part.least > 0 && part.when.is_none();
            let pieces = self.pieces(format!("{element}.{}", part.name), of, depth + 1);
            inner.push(Elements { never_empty, ..pieces });
        }
        let source = Source::Part(path);
        Elements { source, element, known, inner, in_order: true, never_empty: false }
    }

    /// With the cost of each piece, where that can be read.
    pub(super) fn with_costs(&self, body: &Body, place: &Place) -> Place {
        let mut place = place.clone();
        for source in &mut place.sources {
            let Source::Part(name) = &source.source else { continue };
            let part = body.parts.iter().find(|part| part.name == *name).expect("a part");
            let of = self.book.products.iter().find(|it| it.name == part.product).expect("a product");
            if !body.parts_priced && !of.body.cost.is_empty() {
                let currency = self.currency();
                let cost = super::price::unsigned(&format!("{}.cost", source.element), &currency);
                source.known.push(Known { home: format!("{name}.cost"), ..cost });
            }
        }
        place
    }

    /// Constraints on pieces.
    fn rules_of_parts(&mut self, body: &mut Body, place: &Place) {
        let parts: Vec<Elements> =
            place.sources.iter().filter(|of| matches!(of.source, Source::Part(_))).cloned().collect();
        for of in parts {
            if of.known.is_empty() || !self.random.chance(40) {
                continue;
            }
            // What hangs on lists is not known where configurations are answered.
            let known = of.known.iter().filter(|known| !known.name.contains(".let")).cloned().collect();
            let of = Elements { known, ..of };
            let Some(condition) = (!of.known.is_empty()).then(|| self.asks(&of)).flatten() else { continue };
            let must = match self.random.between(1, 3) {
                1 => of.all(Kind::All, Some(condition), None),
                2 => of.all(Kind::Any, Some(condition), None),
                _ => {
                    let count = of.all(Kind::Count, None, Some(condition));
                    let most = Box::new(number(whole(self.random.between(1, 3))));
                    Expr::Compare(Compare::LessOrEqual, Box::new(count), most)
                }
            };
            let name = self.random.chance(70).then(|| self.name("rule"));
            body.constraints.push(Constraint { name, rule: Rule::Require(must, None) });
        }
    }
}
