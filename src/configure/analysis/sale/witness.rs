//! A solution as a request: priced here to see that it is what the solver says, and written so that it can be run.

use crate::configure::{Model, Shape, Slot};
use crate::diagnostic::codes;
use crate::eval::{Cell, Day, Evaluation, Facts, Fault, Given, LineFacts, PartFacts, PieceFacts, set_holds};
use crate::ir::{Domain, Input, Name, Part, PartsPrice, Place, Product, Ty, Value};
use crate::value::Exact;

/// A configuration of a product in a request.
#[derive(Debug)]
pub(in crate::configure::analysis) struct Witness<'m> {
    model: &'m Model,
    product: &'m Product,
    day: Day,
    /// The values of slots, in their order.
    values: Vec<Value>,
}

impl<'m> Witness<'m> {
    /// A solution of a model.
    pub(in crate::configure::analysis) fn new(
        model: &'m Model,
        product: &'m Product,
        solution: &[u32],
    ) -> Option<Witness<'m>> {
        let slots = model.slots.iter();
        let values: Vec<Value> =
            slots.map(|slot| value_of(model, slot, solution)).collect::<Option<Vec<Value>>>()?;
        let rates = vec![Some(Exact::ONE); model.plan.book().exchanges.len()];
        let mut witness =
            Witness { model, product, day: Day { as_of: model.day, currency: 0, rates }, values };
        if let Some(Value::Choice(at)) = witness.slot("currency") {
            witness.day.currency = *at;
        }
        Some(witness)
    }

    fn slot(&self, path: &str) -> Option<&Value> {
        self.values.get(self.model.find(path)?.0 as usize)
    }

    /// The value of an input of the request: that of its slot, else what is taken when nothing is said, else any.
    fn input(&self, path: &str, input: &Input) -> Value {
        let slot = self.slot(path).or(input.default.as_ref());
        slot.cloned().unwrap_or_else(|| self.any(input))
    }

    /// Whether a request has to give an input.
    fn must_give(&self, path: &str, input: &Input) -> bool {
        let silent = input.default.clone().unwrap_or(Value::Absent);
        match self.slot(path) {
            Some(value) => *value != silent,
            None => input.default.is_none() && !is_optional(input) && !matches!(input.ty, Ty::Set(_)),
        }
    }

    fn any(&self, input: &Input) -> Value {
        match (&input.domain, &input.ty) {
            _ if is_optional(input) => Value::Absent,
            (Domain::Numbers(numbers), _) => {
                numbers.first().map_or(Value::Absent, |(number, _)| Value::Number(number.clone()))
            }
            (Domain::Range { from, .. }, _) => Value::Number(from.clone()),
            (_, Ty::Bool) => Value::Bool(false),
            (_, Ty::Text) => Value::Text(Name::from("x")),
            (_, Ty::Date) => Value::Date(self.day.as_of),
            (_, Ty::Number(_)) => Value::Number(Exact::ONE),
            (_, Ty::Choice(_)) => Value::Choice(0),
            (_, Ty::Set(_)) => Value::Set(0),
            (_, Ty::Row(_)) => Value::Row(0),
            (_, Ty::Optional(_) | Ty::List(_) | Ty::Names) => Value::Absent,
        }
    }

    /// Why the line cannot be bought: what a quote would say of it.
    pub(in crate::configure::analysis) fn faults(&self) -> Option<Vec<Fault>> {
        let plan = &self.model.plan;
        let mut inputs = vec![Cell::Empty; plan.input_count()];
        let mut set = |place: Place, value: Value| {
            if let Some(cell) = plan.find_input(&place).and_then(|at| inputs.get_mut(at)) {
                *cell = Cell::Known(value);
            }
        };
        set(Place::AsOf, Value::Date(self.day.as_of));
        set(Place::Currency, Value::Choice(self.day.currency));
        let book = plan.book();
        for context in &book.contexts {
            for field in &context.fields {
                let place = Place::Context { context: context.name.clone(), field: field.name.clone() };
                set(place, self.input(&format!("{}.{}", context.name, field.name), field));
            }
        }
        for fact in &book.facts {
            set(Place::Fact(fact.name.clone()), self.input(&fact.name, fact));
        }
        for index in &book.indexes {
            set(Place::Index(index.input.name.clone()), self.input(&index.input.name, &index.input));
        }
        let mut lines = Vec::new();
        self.line(self.product, "", None, &mut lines)?;
        let facts = Facts {
            day: self.day.clone(),
            inputs,
            explained: false,
            has_reason: true,
            faults: Vec::new(),
            entries: book.quote.entries.iter().map(|entry| self.entry(entry)).collect(),
            lines,
        };
        let evaluation = Evaluation::new(plan, facts);
        let (line, pieces) = evaluation.lines.split_first()?;
        // What a piece lacks is told with its own product.
        let of_pieces = pieces.iter().flat_map(|piece| &piece.faults).filter(|gap| !is_missing(gap));
        Some(line.faults.iter().chain(of_pieces).map(|gap| Fault::clone(gap)).collect())
    }

    fn entry(&self, input: &Input) -> Given {
        if input.default.is_some() { Given::Silent } else { given(&self.any(input)) }
    }

    /// Adds the facts of a product with its pieces, and gives their place among the lines.
    fn line(
        &self,
        product: &Product,
        prefix: &str,
        piece: Option<PieceFacts>,
        lines: &mut Vec<LineFacts>,
    ) -> Option<usize> {
        let plan = &self.model.plan;
        let at = plan.find_product(&product.name)?;
        let price = plan.product(at).and_then(|planned| planned.price.clone());
        let option = |input: &Input| match self.slot(&format!("{prefix}{}", input.name)) {
            None if input.ty.list().is_some() => Given::Value(Value::List(Vec::new().into())),
            slot => slot.map_or(Given::Silent, given),
        };
        let quantity = match &piece {
            None => self.slot("quantity")?.clone(),
            Some(piece) => Value::Number(piece.count.clone()),
        };
        let own = lines.len();
        lines.push(LineFacts {
            id: format!("{}", own + 1),
            reason: None,
            product: at,
            quantity: Given::Value(quantity),
            options: product.options.iter().map(option).collect(),
            preset: None,
            entries: price.iter().flat_map(|price| &price.entries).map(|entry| self.entry(entry)).collect(),
            has_reason: true,
            path: String::new(),
            piece,
            parts: Vec::new(),
        });
        let mut parts = Vec::new();
        for part in &product.parts {
            let mut facts = PartFacts { said: true, pieces: Vec::new() };
            let of = plan.book().products.iter().find(|it| it.name == part.product)?;
            for number in 1..=self.count(prefix, part) {
                let place = format!("{prefix}{}[{number}]", part.name);
                let priced = product.parts_price == Some(PartsPrice::Priced);
                let piece = PieceFacts { of: own, count: Exact::ONE, priced, place: place.as_str().into() };
                facts.pieces.push(self.line(of, &format!("{place}."), Some(piece), lines)?);
            }
            parts.push(facts);
        }
        lines.get_mut(own)?.parts = parts;
        Some(own)
    }

    /// How many pieces of a part there are.
    fn count(&self, prefix: &str, part: &Part) -> u32 {
        match self.slot(&format!("{prefix}{}", part.name)) {
            Some(Value::Number(number)) => {
                number.to_i64().and_then(|count| u32::try_from(count).ok()).unwrap_or(0)
            }
            // A part that nobody can choose the number of has no slot.
            None => part.least,
            Some(_) => 0,
        }
    }

    /// The request on one line, in JSON.
    pub(in crate::configure::analysis) fn request(&self) -> String {
        let book = self.model.plan.book();
        let mut fields = vec![format!("\"as_of\": \"{}\"", self.day.as_of)];
        if book.currency_by_request {
            fields.push(format!("\"currency\": {}", quoted(self.model.plan.currency(&self.day))));
        }
        for context in &book.contexts {
            let path = |field: &Input| format!("{}.{}", context.name, field.name);
            let given = context.fields.iter().filter(|field| self.must_give(&path(field), field));
            let given: Vec<String> = given.map(|field| self.field(&path(field), field)).collect();
            if !given.is_empty() {
                fields.push(format!("{}: {{ {} }}", quoted(&context.name), given.join(", ")));
            }
        }
        let facts = book.facts.iter().filter(|fact| self.must_give(&fact.name, fact));
        fields.extend(facts.map(|fact| self.field(&fact.name, fact)));
        let market = book.indexes.iter().map(|index| {
            let value = self.json(&self.input(&index.input.name, &index.input), &index.input.ty);
            let name = quoted(&index.input.name);
            format!("{name}: {{ \"value\": {value}, \"date\": \"{}\" }}", self.day.as_of)
        });
        let market: Vec<String> = market.collect();
        if !market.is_empty() {
            fields.push(format!("\"market\": {{ {} }}", market.join(", ")));
        }
        let quantity = self.slot("quantity").map(|value| self.json(value, &self.product.quantity.ty));
        let mut line = vec![
            format!("\"product\": {}", quoted(&self.product.name)),
            format!("\"quantity\": {}", quantity.unwrap_or_else(|| "1".to_owned())),
        ];
        line.extend(self.choices(self.product, ""));
        fields.push(format!("\"lines\": [{{ {} }}]", line.join(", ")));
        format!("{{ {} }}", fields.join(", "))
    }

    /// The options and parts of a product, as fields.
    fn choices(&self, product: &Product, prefix: &str) -> Vec<String> {
        let mut fields = Vec::new();
        let path = |name: &Name| format!("{prefix}{name}");
        let there = |option: &&Input| self.slot(&path(&option.name)).is_some_and(|it| *it != Value::Absent);
        let options = product.options.iter().filter(there);
        let options: Vec<String> = options.map(|option| self.field(&path(&option.name), option)).collect();
        if !options.is_empty() {
            fields.push(format!("\"options\": {{ {} }}", options.join(", ")));
        }
        let mut parts = Vec::new();
        for part in &product.parts {
            let Some(of) = self.model.plan.book().products.iter().find(|it| it.name == part.product) else {
                continue;
            };
            let pieces: Vec<String> =
                (1..=self.count(prefix, part))
                    .map(|number| self.choices(of, &format!("{prefix}{}[{number}].", part.name)))
                    .map(|fields| {
                        if fields.is_empty() {
                            "{}".to_owned()
                        } else {
                            format!("{{ {} }}", fields.join(", "))
                        }
                    })
                    .collect();
            if !pieces.is_empty() {
                parts.push(format!("{}: [{}]", quoted(&part.name), pieces.join(", ")));
            }
        }
        if !parts.is_empty() {
            fields.push(format!("\"parts\": {{ {} }}", parts.join(", ")));
        }
        fields
    }

    fn field(&self, path: &str, input: &Input) -> String {
        format!("{}: {}", quoted(&input.name), self.json(&self.input(path, input), &input.ty))
    }

    fn json(&self, value: &Value, ty: &Ty) -> String {
        match (value, ty.required()) {
            (Value::Bool(truth), _) => truth.to_string(),
            (Value::Text(text), _) => quoted(text),
            (Value::Set(set), Ty::Set(of)) => {
                let held = of.values.iter().enumerate().filter(|(at, _)| set_holds(*set, *at));
                let keys: Vec<String> = held.map(|(_, value)| quoted(&value.key)).collect();
                format!("[{}]", keys.join(", "))
            }
            (Value::Row(row), Ty::Row(table)) => {
                let key = self.model.plan.row_key(&self.day, table, *row);
                key.map_or_else(|| "null".to_owned(), |(key, ty)| self.json(key, ty))
            }
            (Value::Number(number), Ty::Number(of)) if of.unit.is_none() => {
                number.to_decimal_text(0).unwrap_or_else(|| quoted(&number.to_fraction_text()))
            }
            (value, ty) => quoted(&self.model.plan.show(&self.day, value, ty).to_string()),
        }
    }
}

fn given(value: &Value) -> Given {
    if *value == Value::Absent { Given::Silent } else { Given::Value(value.clone()) }
}

/// Whether what is wrong is an `n/a`.
pub(super) fn is_missing(fault: &Fault) -> bool {
    fault.code == codes::CANNOT_BE_BOUGHT
}

fn is_optional(input: &Input) -> bool {
    input.optional || matches!(input.ty, Ty::Optional(_))
}

/// What a solution says of a slot; none for a class without a value to show.
fn value_of(model: &Model, slot: &Slot, solution: &[u32]) -> Option<Value> {
    let of = |var: crate::logic::Var| solution.get(var.0 as usize).copied();
    match &slot.shape {
        Shape::Classes { var, .. } => {
            model.representative(model.find(&slot.path)?, of(*var)?, slot.default.as_ref())
        }
        Shape::Set { present: Some(present), .. } if of(*present)? == 0 => Some(Value::Absent),
        Shape::Set { elements, .. } => {
            let mut set = 0_u128;
            for (at, var) in elements.iter().enumerate() {
                if of(*var)? == 1 {
                    set |= u32::try_from(at).ok().and_then(|at| 1_u128.checked_shl(at))?;
                }
            }
            Some(Value::Set(set))
        }
    }
}

/// A text of JSON.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            letter if letter.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(letter))),
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}
