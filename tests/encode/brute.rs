//! Every configuration tried twice: as a line of a quote, and as a solution of the problem.

use std::sync::Arc;

use tarif::configure::{Effort, Model, Shape, Slot, SlotKind, Wanted};
use tarif::eval::{Cell, Day, Evaluation, Facts, Given, LineFacts, PartFacts, PieceFacts, Plan};
use tarif::ir::{Domain, NumberKind, Place, Ty, Value};
use tarif::logic::{self, Budget, Claim, Problem};
use tarif::value::{Date, Exact};

/// A book and the product `it` of it.
pub struct Case {
    pub text: String,
    pub plan: Arc<Plan>,
    pub product: u32,
}

impl Case {
    pub fn new(text: &str) -> Case {
        Case::try_new(text).unwrap_or_else(|problem| panic!("{problem}\n{text}"))
    }

    pub fn try_new(text: &str) -> Result<Case, String> {
        let book = tarif::Book::from_files([("book.tarif", text)]).map_err(|error| error.to_string())?;
        let plan = book.plan().clone();
        let product = plan.find_product("it").ok_or("no product `it`")?;
        Ok(Case { text: text.to_owned(), plan, product })
    }

    fn day(&self) -> Date {
        Date::new(2026, 2, 10).unwrap()
    }
}

/// The model of a book's product.
pub fn model(case: &Case) -> Model {
    model_within(case, Effort::default())
}

/// The same with another effort.
pub fn model_within(case: &Case, effort: Effort) -> Model {
    // The solver is not asked: it may give up at once.
    let budget = Budget { nodes: 0, compile_steps: 0, conflicts: 0 };
    Model::within(&case.plan, "it", case.day(), budget, effort).unwrap()
}

/// Holds all configurations of a small product against its problem; the number of those that a quote accepts.
///
/// # Errors
///
/// Where the two differ.
pub fn agree(case: &Case) -> Result<u64, String> {
    let model = model(case);
    if let Some(open) = model.open.first() {
        return Err(format!("`{}` is open: {}\n{}", open.rule.text, open.why, case.text));
    }
    agree_with(case, &model, usize::MAX)
}

/// The same for a model that may leave rules open: it then accepts whatever a quote accepts, and perhaps more.
/// Of many configurations `most` are tried.
///
/// # Errors
///
/// Where the two differ.
pub fn agree_with(case: &Case, model: &Model, most: usize) -> Result<u64, String> {
    let values: Vec<Vec<Value>> = model.slots.iter().map(all_values).collect();
    let combinations: usize = values.iter().map(Vec::len).product();
    let problem = model.solver.problem();
    let (search, is_open) = (Search::new(problem), !model.open.is_empty());
    let (mut accepted, mut counted) = (0_u64, 0_u64);
    let mut seen = std::collections::HashSet::new();
    let is_whole = combinations <= most;
    for at in 0..combinations.min(most) {
        // Of too many combinations some are tried that lie far apart.
        let number = if is_whole { at } else { at.wrapping_mul(0x9e37_79b9_7f4a_7c15) % combinations };
        let mut rest = number;
        let mut choice = Vec::with_capacity(values.len());
        for of in &values {
            choice.push(of[rest % of.len()].clone());
            rest /= of.len();
        }
        let valid = case.quote_accepts(model, &choice);
        let claims: Vec<Claim> = choice
            .iter()
            .enumerate()
            .flat_map(|(at, value)| {
                let slot = tarif::configure::SlotId(at as u32);
                model.claims(slot, &Wanted::Value(value.clone())).unwrap()
            })
            .collect();
        let solutions = search.solutions(&claims);
        let shown = || format!("{:?} of\n{}", shown(model, &choice), case.text);
        if solutions.len() > 1 {
            return Err(format!("{} solutions for one configuration: {}", solutions.len(), shown()));
        }
        if is_open && !valid {
            continue;
        }
        if valid != (solutions.len() == 1) {
            return Err(format!("a quote says {valid}, the problem {}: {}", !valid, shown()));
        }
        accepted += u64::from(valid);
        // Classes count for all their values, once.
        for solution in solutions {
            if seen.insert(solution.clone()) {
                counted += solution
                    .iter()
                    .enumerate()
                    .map(|(var, value)| problem.multiplicity[var].get(*value as usize).copied().unwrap_or(1))
                    .product::<u64>();
            }
        }
    }
    let inputs = model
        .slots
        .iter()
        .any(|slot| !matches!(slot.kind, SlotKind::Option | SlotKind::PartCount | SlotKind::Quantity));
    if is_whole && model.uncounted.is_empty() && !inputs && !is_open && counted != accepted {
        return Err(format!("{accepted} lines are accepted, {counted} solutions counted\n{}", case.text));
    }
    let quantities = model.slots.iter().zip(&values).filter(|(slot, _)| slot.kind == SlotKind::Quantity);
    let quantities: usize = quantities.map(|(_, values)| values.len()).product();
    Ok(if model.uncounted.is_empty() { accepted } else { accepted / quantities as u64 })
}

fn shown(model: &Model, choice: &[Value]) -> Vec<(String, Value)> {
    model.slots.iter().zip(choice).map(|(slot, value)| (slot.path.to_string(), value.clone())).collect()
}

/// All values of a slot, or a few of a long range.
fn all_values(slot: &Slot) -> Vec<Value> {
    let mut values = Vec::new();
    if slot.may_be_absent {
        values.push(Value::Absent);
    }
    match (&slot.ty, &slot.domain, &slot.shape) {
        (Ty::Bool, ..) => values.extend([Value::Bool(false), Value::Bool(true)]),
        (Ty::Choice(of), ..) => values.extend((0..of.values.len()).map(|at| Value::Choice(at as u16))),
        (Ty::Set(of), ..) => values.extend((0..1_u128 << of.values.len()).map(Value::Set)),
        (Ty::Number(_), Domain::Numbers(numbers), _) => {
            values.extend(numbers.iter().map(|(number, _)| Value::Number(number.clone())));
        }
        (Ty::Number(ty), Domain::Range { from, to, step }, _) => {
            let whole = ty.kind == NumberKind::Int;
            let step = step.clone().or(whole.then_some(Exact::ONE)).unwrap_or_else(|| {
                let width = to.checked_sub(from).unwrap();
                width.checked_div(&Exact::from(13)).unwrap()
            });
            let all = to.checked_sub(from).unwrap().checked_div(&step).unwrap().floor().to_i64().unwrap();
            let every = if slot.kind == SlotKind::Quantity { (all / 3).max(1) } else { 1 };
            let mut at = 0;
            while at <= all {
                let number = from.checked_add(&step.checked_mul(&Exact::from(at)).unwrap()).unwrap();
                values.push(Value::Number(number));
                at += every;
            }
        }
        (Ty::Row(_), _, Shape::Classes { classes, .. }) => {
            for class in classes {
                if let tarif::configure::Class::Values(of) = class {
                    values.extend(of.iter().cloned());
                }
            }
        }
        (Ty::Text, _, Shape::Classes { classes, .. }) => {
            for class in classes {
                if let tarif::configure::Class::Texts { named, others } = class {
                    values.extend(named.iter().cloned().map(Value::Text));
                    values.extend(others.iter().map(|other| Value::Text(other.example.clone())));
                }
            }
        }
        (Ty::Date, ..) => {
            let days = [(2025, 12, 31), (2026, 1, 1), (2026, 2, 28), (2026, 3, 1), (2027, 5, 9)];
            values.extend(days.iter().map(|(y, m, d)| Value::Date(Date::new(*y, *m, *d).unwrap())));
        }
        (ty, ..) => panic!("no values for {ty:?}"),
    }
    values
}

impl Case {
    /// Whether a quote finds nothing wrong with a line of these choices.
    pub fn quote_accepts(&self, model: &Model, choice: &[Value]) -> bool {
        let plan = &self.plan;
        let value = |path: &str| model.find(path).map(|slot| choice[slot.0 as usize].clone());
        let mut inputs = vec![Cell::Empty; plan.input_count()];
        let day = Day { as_of: self.day(), currency: 0, rates: vec![None; plan.book().exchanges.len()] };
        let mut put = |place: &Place, value: Option<Value>| {
            if let (Some(at), Some(value)) = (plan.find_input(place), value) {
                inputs[at] = Cell::Known(value);
            }
        };
        put(&Place::AsOf, Some(Value::Date(day.as_of)));
        put(&Place::Currency, Some(Value::Choice(0)));
        for context in &plan.book().contexts {
            for field in &context.fields {
                let place = Place::Context { context: context.name.clone(), field: field.name.clone() };
                put(&place, value(&format!("{}.{}", context.name, field.name)));
            }
        }
        for fact in &plan.book().facts {
            put(&Place::Fact(fact.name.clone()), value(&fact.name));
        }
        let mut request = Request { case: self, value: &value, lines: Vec::new(), paths: Vec::new() };
        request.add(self.product, String::new(), None);
        // What belongs to pieces that are not there can have no value.
        let told = |path: &str| {
            let piece = path.rsplit_once(']').map(|(piece, _)| format!("{piece}]."));
            piece.is_none_or(|piece| request.paths.contains(&piece))
        };
        let idle = model.slots.iter().zip(choice).any(|(slot, value)| {
            matches!(slot.kind, SlotKind::Option | SlotKind::PartCount)
                && *value != Value::Absent
                && !told(&slot.path)
        });
        let (lines, paths) = (request.lines, request.paths);
        if idle {
            return false;
        }
        let facts = Facts {
            day,
            inputs,
            explained: true,
            has_reason: false,
            faults: Vec::new(),
            entries: Vec::new(),
            lines,
        };
        let evaluation = Evaluation::new(plan, facts.clone());
        paths.iter().enumerate().all(|(line, prefix)| {
            let product = &evaluation.lines[line].product.product;
            // A missing choice takes the default, which is another configuration.
            let same = product.options.iter().enumerate().all(|(at, option)| {
                let wanted = value(&format!("{prefix}{}", option.name));
                evaluation.option(line, at).is_none_or(|found| Some(found) == wanted.as_ref())
            });
            // A part is absent, and has not just no pieces, exactly where it does not exist.
            let gone = product.parts.iter().enumerate().all(|(at, part)| {
                match value(&format!("{prefix}{}", part.name)) {
                    Some(Value::Absent) => self.lacks_part(&facts, line, at),
                    Some(Value::Number(none)) if none.is_zero() => !self.lacks_part(&facts, line, at),
                    _ => true,
                }
            });
            same && gone && evaluation.lines[line].faults.is_empty()
        })
    }

    /// Whether it is a fault to give pieces of a part because there is no such part.
    fn lacks_part(&self, facts: &Facts, line: usize, part: usize) -> bool {
        let mut facts = facts.clone();
        let bundle = self.plan.product(facts.lines[line].product).unwrap();
        let part_of = &bundle.product.parts[part];
        let position = facts.lines.len();
        facts.lines.push(LineFacts {
            product: self.plan.find_product(&part_of.product).unwrap(),
            options: Vec::new(),
            parts: Vec::new(),
            piece: Some(PieceFacts { of: line, count: Exact::ONE, priced: false, place: "tried".into() }),
            ..facts.lines[line].clone()
        });
        facts.lines[line].parts[part] = PartFacts { said: true, pieces: vec![position] };
        let told = format!("pieces of `{}` are given, and exist only", part_of.name);
        let evaluation = Evaluation::new(&self.plan, facts);
        evaluation.lines[line].faults.iter().any(|fault| fault.message.starts_with(&told))
    }
}

/// The lines of a request: the bundle, and its pieces behind it.
struct Request<'a> {
    case: &'a Case,
    value: &'a dyn Fn(&str) -> Option<Value>,
    lines: Vec<LineFacts>,
    /// What stands before the names of each line's options.
    paths: Vec<String>,
}

impl Request<'_> {
    fn add(&mut self, product: u32, prefix: String, piece: Option<PieceFacts>) -> usize {
        let planned = self.case.plan.product(product).unwrap();
        let options = planned.product.options.iter().map(|option| {
            match (self.value)(&format!("{prefix}{}", option.name)) {
                None | Some(Value::Absent) => Given::Silent,
                Some(value) => Given::Value(value),
            }
        });
        let line = LineFacts {
            id: prefix.clone(),
            reason: None,
            product,
            quantity: Given::Value((self.value)("quantity").unwrap()),
            options: options.collect(),
            preset: None,
            entries: Vec::new(),
            has_reason: false,
            path: prefix.clone(),
            piece,
            parts: Vec::new(),
        };
        let position = self.lines.len();
        self.lines.push(line);
        self.paths.push(prefix.clone());
        for part in &planned.product.parts {
            let path = format!("{prefix}{}", part.name);
            let mut said = PartFacts::default();
            if let Some(Value::Number(count)) = (self.value)(&path) {
                said.said = true;
                for at in 1..=count.to_i64().unwrap() {
                    let place = format!("{path}[{at}]");
                    let piece = PieceFacts {
                        of: position,
                        count: Exact::ONE,
                        priced: false,
                        place: place.as_str().into(),
                    };
                    let product = self.case.plan.find_product(&part.product).unwrap();
                    let line = self.add(product, format!("{place}."), Some(piece));
                    said.pieces.push(line);
                }
            }
            self.lines[position].parts.push(said);
        }
        position
    }
}

/// A plain search for solutions.
struct Search<'p> {
    problem: &'p Problem,
    /// For each variable the clauses and tables whose last variable it is.
    clauses: Vec<Vec<&'p logic::Clause>>,
    tables: Vec<Vec<&'p logic::Table>>,
    empty: bool,
}

impl<'p> Search<'p> {
    fn new(problem: &'p Problem) -> Search<'p> {
        let mut clauses = vec![Vec::new(); problem.sizes.len()];
        let mut tables = vec![Vec::new(); problem.sizes.len()];
        let mut empty = false;
        for rule in &problem.rules {
            for clause in &rule.clauses {
                match clause.iter().map(|literal| literal.var.0).max() {
                    Some(last) => clauses[last as usize].push(clause),
                    None => empty = true,
                }
                let mut vars: Vec<_> = clause.iter().map(|literal| literal.var).collect();
                vars.sort_unstable();
                vars.dedup();
                assert_eq!(vars.len(), clause.len(), "a clause names a variable twice");
                for literal in clause {
                    let size = problem.size(literal.var);
                    assert!(!literal.values.is_empty() && literal.values.len() < size, "an idle literal");
                }
            }
            for table in &rule.tables {
                let mut vars = table.vars.clone();
                vars.sort_unstable();
                vars.dedup();
                assert_eq!(vars.len(), table.vars.len(), "a table names a variable twice");
                tables[table.vars.iter().map(|var| var.0).max().unwrap() as usize].push(table);
            }
        }
        Search { problem, clauses, tables, empty }
    }

    fn solutions(&self, claims: &[Claim]) -> Vec<Vec<u32>> {
        let mut found = Vec::new();
        let mut claimed = vec![None; self.problem.sizes.len()];
        for claim in claims {
            claimed[claim.var.0 as usize] = Some(claim);
        }
        if !self.empty {
            self.extend(&claimed, &mut Vec::new(), &mut found);
        }
        found
    }

    fn extend(&self, claims: &[Option<&Claim>], values: &mut Vec<u32>, found: &mut Vec<Vec<u32>>) {
        let var = values.len();
        let Some(size) = self.problem.sizes.get(var) else {
            found.push(values.clone());
            return;
        };
        for value in 0..*size {
            if claims[var].is_some_and(|claim| !claim.values.has(value)) {
                continue;
            }
            values.push(value);
            let clauses = self.clauses[var].iter().all(|clause| {
                clause.iter().any(|literal| literal.values.has(values[literal.var.0 as usize]))
            });
            let tables = clauses
                && self.tables[var].iter().all(|table| {
                    table.rows.iter().any(|row| {
                        row.iter().zip(&table.vars).all(|(cell, var)| cell.has(values[var.0 as usize]))
                    })
                });
            if tables {
                self.extend(claims, values, found);
            }
            values.pop();
        }
    }
}
