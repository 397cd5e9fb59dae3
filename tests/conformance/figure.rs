//! Figures of a quote, by their place, held against what a case expects.

use serde_json::Value;

/// What differs between the figure at a place of a quote and what is expected there, to the last digit.
///
/// A place is a path with dots and then, perhaps, how to read what stands there: `lines.0.net|cents`.
pub fn difference(quote: &Value, place: &str, expected: &Value, field: &str) -> Option<String> {
    let mut parts = place.split('|');
    let mut found = find(quote, &parts.next().unwrap_or_default().split('.').collect::<Vec<_>>());
    for reading in parts {
        match read(found, reading) {
            Ok(value) => found = value,
            Err(mistake) => return Some(format!("{field}: {mistake}")),
        }
    }
    (!same(&found, expected)).then(|| format!("{field}: expected {expected}, found {found} at {place}"))
}

/// What stands at a path: fields by name, elements by place, by `field=value`, or all of them with `*`.
fn find(from: &Value, path: &[&str]) -> Value {
    let Some((step, rest)) = path.split_first() else {
        return from.clone();
    };
    let next = match (from, step.split_once('=')) {
        (Value::Array(list), _) if *step == "*" => return list.iter().map(|one| find(one, rest)).collect(),
        (Value::Array(list), Some((field, value))) => list.iter().find(|one| one[field] == value),
        (Value::Array(list), None) => step.parse::<usize>().ok().and_then(|at| list.get(at)),
        _ => from.get(step),
    };
    next.map_or(Value::Null, |next| find(next, rest))
}

/// A value read in another way.
fn read(found: Value, reading: &str) -> Result<Value, String> {
    Ok(match (reading, found) {
        ("count", Value::Array(list)) => list.len().into(),
        ("exists", found) => (!found.is_null()).into(),
        ("empty", Value::Array(list)) => list.is_empty().into(),
        (_, Value::Array(list)) if matches!(reading, "cents" | "percent" | "minus" | "zero") => {
            list.into_iter().map(|one| read(one, reading)).collect::<Result<_, _>>()?
        }
        ("cents" | "percent", found) => match decimal(&found) {
            Some(figure) => figure.moved(2).to_string().into(),
            None => found,
        },
        ("minus", found) => match decimal(&found) {
            Some(mut figure) => {
                figure.negative = !figure.negative && figure.digits != "0";
                figure.to_string().into()
            }
            None => found,
        },
        ("zero", Value::Null) => 0.into(),
        ("zero", found) if !found.is_array() => found,
        // The only element of a list, or the word that stands for none.
        (none, Value::Array(list)) if none.starts_with("or ") => match list.as_slice() {
            [] => none.trim_start_matches("or ").into(),
            [one] => one.clone(),
            _ => Value::Array(list),
        },
        (_, found) => return Err(format!("`{reading}` does not read {found}")),
    })
}

fn same(found: &Value, expected: &Value) -> bool {
    if let (Value::Array(found), Value::Array(expected)) = (found, expected) {
        return found.len() == expected.len() && found.iter().zip(expected).all(|(a, b)| same(a, b));
    }
    match (decimal(found), decimal(expected)) {
        (Some(found), Some(expected)) => found == expected,
        _ => found == expected,
    }
}

/// A decimal number: digits without zeros at their ends, and how many of them stand behind the point.
#[derive(PartialEq)]
pub struct Decimal {
    negative: bool,
    digits: String,
    places: i64,
}

/// The number of a figure: `"12.50"`, `"12.50 EUR"`, `"8%"`, `12`.
pub fn decimal(of: &Value) -> Option<Decimal> {
    let text = match of {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.split(' ').next().unwrap_or_default().to_owned(),
        _ => return None,
    };
    let (text, percent) = text.strip_suffix('%').map_or((text.as_str(), false), |text| (text, true));
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |text| (true, text));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{fraction}");
    if whole.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let places = i64::try_from(fraction.len()).ok()? + if percent { 2 } else { 0 };
    Some(Decimal { negative, digits, places }.plain())
}

impl Decimal {
    /// The number times ten to the power of `places`.
    pub fn moved(self, places: i64) -> Decimal {
        Decimal { places: self.places - places, ..self }.plain()
    }

    fn plain(mut self) -> Decimal {
        self.digits = self.digits.trim_start_matches('0').to_owned();
        while self.digits.ends_with('0') {
            self.digits.pop();
            self.places -= 1;
        }
        if self.digits.is_empty() {
            self = Decimal { negative: false, digits: "0".to_owned(), places: 0 };
        }
        self
    }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.negative { "-" } else { "" };
        let Ok(places) = usize::try_from(self.places) else {
            let zeros = usize::try_from(-self.places).unwrap_or_default();
            return write!(out, "{sign}{}{}", self.digits, "0".repeat(zeros));
        };
        let digits = format!("{:0>width$}", self.digits, width = places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places);
        let point = if fraction.is_empty() { "" } else { "." };
        write!(out, "{sign}{whole}{point}{fraction}")
    }
}
