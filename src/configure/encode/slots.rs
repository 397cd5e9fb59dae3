//! What can be set becomes axes, with all values that its type and domain allow.

use std::sync::Arc;

use super::axis::{AxisId, Outcome, Raw, Values, count};
use super::formula::Formula;
use super::spans::Line;
use super::term::{Node, Operands, Size, TermId};
use super::why::Why;
use super::{Encoder, Pending};
use crate::configure::model::{ModelError, RuleInfo, RuleKind};
use crate::configure::slot::SlotKind;
use crate::ir::{Domain, Input, KeyMatch, Name, NumberKind, Place, Ty, Value};
use crate::logic::ValueSet;
use crate::source::Span;
use crate::source::limits::MAX_SLOT_VALUES;
use crate::value::Exact;

/// A slot on its way.
#[derive(Clone, Debug)]
pub struct Draft {
    /// How it is addressed.
    pub path: Arc<str>,
    /// For people.
    pub label: Option<Name>,
    /// What kind of thing.
    pub kind: SlotKind,
    /// The type of its values.
    pub ty: Ty,
    /// Its allowed values.
    pub domain: Domain,
    /// Taken when nothing is said.
    pub default: Option<Value>,
    /// It has no value in some configurations.
    pub may_be_absent: bool,
    /// It may be left out where it exists.
    pub optional: bool,
    /// It is there whenever what it belongs to is.
    pub is_steady: bool,
    /// The declaration.
    pub span: Span,
    /// Its axes.
    pub axes: Axes,
    /// Its place among the slots.
    pub order: (u8, u32),
}

/// The axes of a slot.
#[derive(Clone, Debug)]
pub enum Axes {
    /// One.
    One(AxisId),
    /// One an element of the set, and one for whether there is a set.
    Set { present: Option<AxisId>, elements: Vec<AxisId> },
}

/// Numbers that no one bounds, such as measured quantities, are taken to have no more bits than this.
const OPEN_NUMBER_BITS: u32 = 256;

impl Encoder {
    /// Adds a slot for an input; the term is its value. It may be absent also where it belongs to something that may.
    pub fn slot(
        &mut self,
        input: &Input,
        path: &str,
        kind: SlotKind,
        order: (u8, u32),
        is_conditional: bool,
    ) -> Result<TermId, ModelError> {
        let ty = input.ty.required().clone();
        let is_steady = !(input.optional || input.when.is_some() || matches!(input.ty, Ty::Optional(_)));
        let may_be_absent = is_conditional || !is_steady;
        let default = match (&input.default, &ty) {
            (Some(key), Ty::Row(table)) if !matches!(key, Value::Row(_)) => {
                let bench = self.probe.bench();
                bench.plan().row_of(bench.day(), table, key).map(Value::Row)
            }
            (default, _) => default.clone(),
        };
        let (axes, term) = match &ty {
            Ty::Set(of) => self.set_axes(of.values.len(), may_be_absent, &input.ty, input.span),
            _ => {
                let values = self.values_of(&ty, &input.domain, may_be_absent, path)?;
                let (axis, term) = self.leaf(values, &input.ty, size_of_domain(&input.domain), input.span);
                (Axes::One(axis), term)
            }
        };
        self.drafts.push(Draft {
            path: path.into(),
            label: input.label.clone(),
            kind,
            ty,
            domain: input.domain.clone(),
            default,
            may_be_absent,
            optional: input.optional || kind == SlotKind::Question,
            is_steady,
            span: input.span,
            axes,
            order,
        });
        Ok(term)
    }

    /// A new axis with the term that is its value.
    pub fn leaf(&mut self, values: Values, ty: &Ty, size: Size, span: Span) -> (AxisId, TermId) {
        let axis = self.axis(values, true);
        let term = self.terms.leaf(axis, ty, size, span);
        self.probe.leaf(axis, term);
        (axis, term)
    }

    /// One axis an element. Where there is no set none is in it.
    fn set_axes(&mut self, elements: usize, may_be_absent: bool, ty: &Ty, span: Span) -> (Axes, TermId) {
        let two = || Values::Points(vec![Some(Value::Bool(false)), Some(Value::Bool(true))]);
        let (present, first) = match may_be_absent {
            true => {
                let (axis, term) = self.leaf(two(), &Ty::Bool, Size::SMALL, span);
                (Some(axis), term)
            }
            false => (None, self.terms.constant(Some(Value::Bool(true)), &Ty::Bool)),
        };
        let mut operands = Operands::from_slice(&[first]);
        let mut axes = Vec::with_capacity(elements);
        for _ in 0..elements {
            let (axis, term) = self.leaf(two(), &Ty::Bool, Size::SMALL, span);
            axes.push(axis);
            operands.push(term);
            if let Some(present) = present {
                let of = |value: u32| Raw::Points(ValueSet::one(value));
                let formula = Formula::Or(vec![Formula::Is(present, of(1)), Formula::Is(axis, of(0))]);
                self.mean(formula);
            }
        }
        let term = self.terms.form(Node::Set, operands, ty, span, false);
        (Axes::Set { present, elements: axes }, term)
    }

    /// Says what a variable means.
    pub fn mean(&mut self, formula: Formula) {
        let info = RuleInfo {
            name: None,
            text: Name::from(""),
            because: None,
            span: Span::default(),
            within: None,
            kind: RuleKind::Meaning,
        };
        let term = self.terms.constant(Some(Value::Bool(true)), &Ty::Bool);
        self.rules.push(Pending { info, term, asked: Ok(formula) });
    }

    /// All values of a type and a domain, in the order of the declaration.
    pub fn values_of(
        &self,
        ty: &Ty,
        domain: &Domain,
        may_be_absent: bool,
        path: &str,
    ) -> Result<Values, ModelError> {
        let mut points: Vec<Outcome> = Vec::new();
        if may_be_absent {
            points.push(Some(Value::Absent));
        }
        match (ty, domain) {
            (Ty::Bool, _) => points.extend([Some(Value::Bool(false)), Some(Value::Bool(true))]),
            (Ty::Choice(of), _) => {
                let all = (0..of.values.len()).filter_map(|at| u16::try_from(at).ok());
                points.extend(all.map(|at| Some(Value::Choice(at))));
            }
            (Ty::Number(_), Domain::Numbers(numbers)) => {
                points.extend(numbers.iter().map(|(number, _)| Some(Value::Number(number.clone()))));
            }
            (Ty::Number(of), _) => {
                let line = line_of(domain, of.kind == NumberKind::Int);
                match listed(&line, self.effort.listed) {
                    Some(numbers) => points.extend(numbers.into_iter().map(|it| Some(Value::Number(it)))),
                    None => return Ok(Values::Line { line, absent: may_be_absent }),
                }
            }
            (Ty::Date, _) => return Ok(Values::Line { line: Line::days(), absent: may_be_absent }),
            (Ty::Row(table), _) => points.extend(self.rows_of(table).into_iter().map(Some)),
            // What texts can be told apart is known when all rules are.
            (Ty::Text | Ty::Set(_) | Ty::List(_) | Ty::Optional(_) | Ty::Names, _) => {}
        }
        if points.len() > MAX_SLOT_VALUES {
            let found = points.len();
            return Err(ModelError::TooLarge(format!(
                "`{path}` has {found} values to choose from, more than {MAX_SLOT_VALUES}"
            )));
        }
        Ok(Values::Points(points))
    }

    /// The rows that a key of a table can name.
    fn rows_of(&self, table: &Name) -> Vec<Value> {
        let plan = self.probe.bench().plan();
        let found = plan.find_table(table);
        let rows = found.and_then(|found| found.rows(found.version_on(self.day)?));
        let keys = rows.and_then(|rows| rows.keys.first()).map_or(&[][..], Vec::as_slice);
        let named = keys.iter().enumerate().filter(|(_, key)| matches!(key, KeyMatch::One(_)));
        named.map(|(at, _)| Value::Row(count(at))).collect()
    }

    /// An input of the request: a slot from the first rule on that reads it.
    pub fn input(&mut self, place: &Place) -> Result<TermId, Why> {
        if let Some(known) = self.inputs.get(place) {
            return Ok(*known);
        }
        let book = self.book.clone();
        let position = |at: Option<usize>| at.ok_or(Why::Figure);
        let (input, path, kind, order) = match place {
            Place::Currency => return self.currency(),
            Place::Context { context, field } => {
                let at = position(book.contexts.iter().position(|it| it.name == *context))?;
                let fields = &book.contexts.get(at).ok_or(Why::Figure)?.fields;
                let within = position(fields.iter().position(|it| it.name == *field))?;
                let input = fields.get(within).ok_or(Why::Figure)?;
                let order = count(at).saturating_mul(1_000).saturating_add(count(within));
                (input, format!("{context}.{field}"), SlotKind::Context, (3, order))
            }
            Place::Fact(name) => {
                let at = position(book.facts.iter().position(|it| it.name == *name))?;
                let input = book.facts.get(at).filter(|it| it.ty.list().is_none()).ok_or(Why::Figure)?;
                (input.as_ref(), name.to_string(), SlotKind::Fact, (4, count(at)))
            }
            Place::Index(name) => {
                let at = position(book.indexes.iter().position(|it| it.input.name == *name))?;
                let index = book.indexes.get(at).ok_or(Why::Figure)?;
                (&index.input, name.to_string(), SlotKind::Index, (5, count(at)))
            }
            _ => return Err(Why::Figure),
        };
        let term = self.slot(input, &path, kind, order, false).map_err(|_| Why::Combinations)?;
        self.inputs.insert(place.clone(), term);
        Ok(term)
    }

    /// The currency of the request, where there is a choice.
    fn currency(&mut self) -> Result<TermId, Why> {
        let ty = Ty::Choice(Arc::new(currency_type(&self.book.currencies)));
        let term = match self.book.currency_by_request {
            false => self.terms.constant(Some(Value::Choice(0)), &ty),
            true => {
                let input = Input::new(Name::from("currency"), ty, Domain::All, Span::default());
                self.slot(&input, "currency", SlotKind::Context, (2, 0), false)
                    .map_err(|_| Why::Combinations)?
            }
        };
        self.inputs.insert(Place::Currency, term);
        Ok(term)
    }

    /// Gives the axes of texts their values: what rules name, and one text for each beginning that they ask for.
    pub fn fill_texts(&mut self) {
        self.texts = self.named_texts();
        let (texts, beginnings) = &self.texts;
        let mut points: Vec<Outcome> = texts.iter().map(|text| Some(Value::Text(text.clone()))).collect();
        for beginning in beginnings.iter().chain(std::iter::once(&Name::from(""))) {
            points.push(Some(Value::Text(other_text(beginning, texts, beginnings))));
        }
        for draft in &self.drafts {
            let (Ty::Text, Axes::One(axis)) = (&draft.ty, &draft.axes) else { continue };
            let absent = draft.may_be_absent.then_some(Some(Value::Absent));
            let values = Values::Points(absent.into_iter().chain(points.iter().cloned()).collect());
            if let Some(axis) = self.axes.get_mut(axis.0 as usize) {
                axis.all = values.all();
                axis.values = values;
            }
        }
    }
}

/// A text that begins so, is none of the named ones and begins with no longer beginning.
pub fn other_text(beginning: &str, texts: &[Name], beginnings: &[Name]) -> Name {
    let mut text = beginning.to_owned();
    loop {
        text.push('~');
        let taken = texts.iter().any(|named| **named == *text)
            || beginnings.iter().any(|other| other.len() > beginning.len() && text.starts_with(&**other));
        if !taken {
            return text.into();
        }
    }
}

fn currency_type(currencies: &[Name]) -> crate::ir::EnumTy {
    let values = currencies.iter().map(|code| crate::ir::EnumValue { key: code.clone(), label: None });
    crate::ir::EnumTy { name: Name::from("currency"), ranked: false, values: values.collect() }
}

fn line_of(domain: &Domain, whole: bool) -> Line {
    let standard = whole.then_some(Exact::ONE);
    match domain {
        Domain::Range { from, to, step } => Line {
            from: Some(if whole { from.ceil() } else { from.clone() }),
            to: Some(to.clone()),
            step: step.clone().or(standard),
            days: false,
        },
        Domain::All | Domain::Numbers(_) => Line { step: standard, ..Line::endless() },
    }
}

/// The numbers of a short range.
fn listed(line: &Line, most: u64) -> Option<Vec<Exact>> {
    let (from, to) = (line.from.as_ref()?, line.to.as_ref()?);
    if from == to {
        return Some(vec![from.clone()]);
    }
    let step = line.step.as_ref()?;
    let steps = to.checked_sub(from).ok()?.checked_div(step).ok()?.floor().to_u64()?;
    if steps >= most {
        return None;
    }
    let mut numbers = vec![from.clone()];
    for _ in 0..steps {
        numbers.push(numbers.last()?.checked_add(step).ok()?);
    }
    Some(numbers)
}

fn size_of_domain(domain: &Domain) -> Size {
    match domain {
        Domain::All => Size::of_bits(OPEN_NUMBER_BITS),
        Domain::Numbers(numbers) => {
            numbers.iter().map(|(number, _)| Size::of(number)).fold(Size::SMALL, Size::or)
        }
        Domain::Range { from, to, step } => {
            let ends = Size::of(from).or(Size::of(to));
            // A number of the range is its first and some steps, and not beyond its ends.
            match step {
                Some(step) => ends.stepping(Size::of(step)),
                None => Size::of_bits(ends.bits.saturating_add(OPEN_NUMBER_BITS)),
            }
        }
    }
}
