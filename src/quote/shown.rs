//! A value as a quote shows it.

use super::answer::Shown;
use crate::eval::{Day, Plan, set_holds};
use crate::ir::{Domain, NumberKind, Ty, Value};
use crate::value::Said;

/// A value of a type as a quote shows it, with the labels of choices and of the numbers of a domain.
pub fn shown(plan: &Plan, day: &Day, value: &Value, ty: &Ty, domain: &Domain) -> Shown {
    let text = |label| Shown::Text { text: plan.show(day, value, ty), label };
    match (value, ty.required()) {
        (Value::Bool(truth), _) => Shown::Bool(*truth),
        (Value::Set(set), Ty::Set(of)) => {
            let held = of.values.iter().enumerate().filter(|(at, _)| set_holds(*set, *at));
            Shown::Set(held.map(|(_, value)| (value.key.clone(), value.label.clone())).collect())
        }
        (Value::Choice(at), Ty::Choice(of)) => {
            text(of.values.get(usize::from(*at)).and_then(|value| value.label.clone()))
        }
        (Value::Number(number), Ty::Number(of)) if of.unit.is_none() && of.kind != NumberKind::Rate => {
            Shown::Number(number.clone())
        }
        (Value::Number(number), _) => text(match domain {
            Domain::Numbers(numbers) => {
                numbers.iter().find(|(it, _)| it == number).and_then(|(_, label)| label.clone())
            }
            _ => None,
        }),
        (Value::Text(text), _) => Shown::Text { text: text.clone().into(), label: None },
        (Value::Row(row), Ty::Row(table)) => match plan.row_key(day, table, *row) {
            Some((key, ty)) => shown(plan, day, key, ty, &Domain::All),
            None => Shown::Text { text: Said::default(), label: None },
        },
        _ => text(None),
    }
}
