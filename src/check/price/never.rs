//! Conditions that cannot hold together, as `quantity >= 10 and quantity < 5`.
//!
//! What is compared with constants is remembered for each value that is asked: numbers and days as an interval,
//! others as the values that are left. What is not understood asks nothing.

use crate::check::expr::constant;
use crate::check::range::interval::Range;
use crate::ir::{CompareOp, Expr, ExprKind, LogicOp, NumberKind, Place, Ty, Value};

/// Whether a condition contradicts itself.
pub(super) fn contradicts_itself(condition: &Expr) -> bool {
    let mut asked = Asked::default();
    asked.add(condition, &|_| true);
    asked.leaves_nothing()
}

/// Whether conditions of different steps contradict each other. Only inputs are looked at: the price so far is not
/// the same at two steps.
pub(super) fn exclude_each_other<'e>(conditions: impl IntoIterator<Item = &'e Expr>) -> bool {
    let mut asked = Asked::default();
    for condition in conditions {
        asked.add(condition, &is_input);
    }
    asked.leaves_nothing()
}

fn is_input(subject: &Expr) -> bool {
    match &subject.kind {
        ExprKind::Read(place) => !matches!(
            place,
            Place::Running(_) | Place::Figure { .. } | Place::Builtin { .. } | Place::Element { .. }
        ),
        ExprKind::Scale { of, .. } => is_input(of),
        _ => false,
    }
}

/// What is asked of each value.
#[derive(Default)]
struct Asked<'e>(Vec<(&'e Expr, Left)>);

/// The values that are left.
#[derive(Default)]
struct Left {
    range: Range,
    among: Option<Vec<Value>>,
    without: Vec<Value>,
}

/// What one comparison asks.
enum Asks {
    Within(Range),
    Among(Vec<Value>),
    Without(Vec<Value>),
}

impl<'e> Asked<'e> {
    fn add(&mut self, condition: &'e Expr, counts: &dyn Fn(&Expr) -> bool) {
        for part in condition.conjuncts() {
            if let Some((subject, asks)) = asks(part)
                && counts(subject)
            {
                self.of(subject).narrow(asks);
            }
        }
    }

    fn of(&mut self, subject: &'e Expr) -> &mut Left {
        let known = self.0.iter().position(|(other, _)| other.same_value(subject));
        let at = known.unwrap_or_else(|| {
            self.0.push((subject, Left::default()));
            self.0.len() - 1
        });
        &mut self.0[at].1
    }

    /// Of some value nothing is left.
    fn leaves_nothing(self) -> bool {
        self.0.into_iter().any(|(subject, left)| left.leaves_nothing(&subject.ty))
    }
}

impl Left {
    fn narrow(&mut self, asks: Asks) {
        match asks {
            Asks::Within(range) => self.range = self.range.meet(&range),
            Asks::Without(values) => self.without.extend(values),
            Asks::Among(values) => {
                self.among = Some(match self.among.take() {
                    Some(known) => known.into_iter().filter(|value| values.contains(value)).collect(),
                    None => values,
                });
            }
        }
    }

    fn leaves_nothing(self, ty: &Ty) -> bool {
        let Left { range, among, without } = self;
        let fits = |value: &Value| match Range::of_value(value).only() {
            Some(number) => range.has(number),
            None => true,
        };
        if let Some(among) = among {
            return !among.iter().any(|value| fits(value) && !without.contains(value));
        }
        let whole = matches!(ty.required(), Ty::Number(ty) if ty.kind == NumberKind::Int);
        let range = if whole { range.whole() } else { range };
        match (&range.low, &range.high) {
            (Some((low, has_low)), Some((high, has_high))) => {
                low > high || low == high && !(*has_low && *has_high)
            }
            _ => false,
        }
    }
}

/// The value that a condition asks something of, and what.
fn asks(condition: &Expr) -> Option<(&Expr, Asks)> {
    match &condition.kind {
        ExprKind::Compare { op, left, right } => match (constant(left), constant(right)) {
            (None, Some(value)) => Some((left, compared(*op, value)?)),
            (Some(value), None) => Some((right, compared(op.mirrored(), value)?)),
            _ => None,
        },
        ExprKind::OneOf { value, of } => Some((value, Asks::Among(of.clone()))),
        ExprKind::Not(inner) => match asks(inner)? {
            (subject, Asks::Among(values)) if inner.ty == Ty::Bool => Some((subject, Asks::Without(values))),
            (subject, Asks::Without(values)) => Some((subject, Asks::Among(values))),
            _ => None,
        },
        ExprKind::Read(_) if condition.ty == Ty::Bool => {
            Some((condition, Asks::Among(vec![Value::Bool(true)])))
        }
        ExprKind::Logic { op: LogicOp::Or, left, right } => match (asks(left)?, asks(right)?) {
            ((subject, Asks::Among(mut one)), (same, Asks::Among(other))) if subject.same_value(same) => {
                one.extend(other);
                Some((subject, Asks::Among(one)))
            }
            _ => None,
        },
        _ => None,
    }
}

fn compared(op: CompareOp, value: Value) -> Option<Asks> {
    let point = Range::of_value(&value).only().cloned();
    Some(match op {
        CompareOp::Equal => Asks::Among(vec![value]),
        CompareOp::NotEqual => Asks::Without(vec![value]),
        CompareOp::Less => Asks::Within(Range { low: None, high: Some((point?, false)) }),
        CompareOp::LessOrEqual => Asks::Within(Range { low: None, high: Some((point?, true)) }),
        CompareOp::Greater => Asks::Within(Range { low: Some((point?, false)), high: None }),
        CompareOp::GreaterOrEqual => Asks::Within(Range { low: Some((point?, true)), high: None }),
    })
}
