//! Requests made from a template and the inputs of a case.

use serde_json::{Map, Value};

use super::figure::decimal;

/// A template with its places filled from the inputs of a case.
///
/// # Errors
///
/// What a place names and the inputs lack.
pub fn fill(template: &Value, inputs: &Value) -> Result<Value, String> {
    make(template, inputs, inputs).map(|made| made.unwrap_or_default())
}

/// A part of a template, filled; nothing where an input is missing that may be (`{tax?}`).
fn make(template: &Value, inputs: &Value, element: &Value) -> Result<Option<Value>, String> {
    Ok(Some(match template {
        Value::Object(fields) => {
            let mut made = Map::new();
            for (name, field) in fields {
                if let Some(field) = make(field, inputs, element)? {
                    made.insert(name.clone(), field);
                }
            }
            Value::Object(made)
        }
        Value::Array(parts) => {
            let mut made = Vec::new();
            for part in parts {
                match part.get("each") {
                    None => made.extend(make(part, inputs, element)?),
                    Some(over) => {
                        for one in elements(over, inputs, element)? {
                            made.extend(make(&part["make"], inputs, &one)?);
                        }
                    }
                }
            }
            Value::Array(made)
        }
        Value::String(text) => return place(text, inputs, element),
        other => other.clone(),
    }))
}

/// The elements that `each` goes through: those of a list, or of several side by side.
fn elements(over: &Value, inputs: &Value, element: &Value) -> Result<Vec<Value>, String> {
    let list = |name: &Value| match look_up(name.as_str().unwrap_or_default(), inputs, element) {
        Some(Value::Array(list)) => Ok(list.clone()),
        _ => Err(format!("the inputs have no list {name}")),
    };
    let Value::Array(names) = over else {
        return list(over);
    };
    let lists = names.iter().map(list).collect::<Result<Vec<_>, _>>()?;
    let longest = lists.iter().map(Vec::len).max().unwrap_or_default();
    let side_by_side =
        |at: usize| lists.iter().map(|list| list.get(at).cloned().unwrap_or_default()).collect::<Value>();
    Ok((0..longest).map(side_by_side).collect())
}

/// A text of a template: `{qty}` is the input itself, `{rate}%` a text with it inside.
fn place(text: &str, inputs: &Value, element: &Value) -> Result<Option<Value>, String> {
    let whole = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
    if let Some(name) = whole.filter(|name| !name.contains('{')) {
        return input(name, inputs, element);
    }
    let (mut made, mut rest) = (String::new(), text);
    while let Some((before, name, behind)) = rest
        .split_once('{')
        .and_then(|(before, inside)| inside.split_once('}').map(|(name, behind)| (before, name, behind)))
    {
        let Some(value) = input(name, inputs, element)? else {
            return Ok(None);
        };
        made.push_str(before);
        made.push_str(value.as_str().map_or_else(|| value.to_string(), str::to_owned).as_str());
        rest = behind;
    }
    made.push_str(rest);
    Ok(Some(made.into()))
}

/// An input by its path, read as the words behind `|` say. One that may be missing ends with `?`, and
/// perhaps with what stands for it then: `{qty?1}`.
fn input(name: &str, inputs: &Value, element: &Value) -> Result<Option<Value>, String> {
    let (name, missing) = name.split_once('?').map_or((name, None), |(name, missing)| (name, Some(missing)));
    let mut parts = name.split('|');
    let path = parts.next().unwrap_or_default();
    let mut value = match look_up(path, inputs, element) {
        Some(value) if !value.is_null() => value.clone(),
        _ if missing == Some("") => return Ok(None),
        _ if missing.is_some() => return Ok(missing.map(Value::from)),
        _ => return Err(format!("the inputs have no `{path}`")),
    };
    for reading in parts {
        value = match reading {
            // Hundredths: 1250 cents are 12.5.
            "cents" => match decimal(&value) {
                Some(figure) => figure.moved(-2).to_string().into(),
                None => return Err(format!("`{path}` is no number")),
            },
            "bool" => (value != 0 && value != false).into(),
            "name" => value.as_str().unwrap_or_default().to_lowercase().replace(' ', "_").into(),
            "count" => value.as_array().map_or(0, Vec::len).into(),
            _ => return Err(format!("`{reading}` reads nothing")),
        };
    }
    Ok(Some(value))
}

/// The input at a path; one that begins with a dot starts at the element of `each`.
fn look_up<'v>(path: &str, inputs: &'v Value, element: &'v Value) -> Option<&'v Value> {
    let (from, path) = path.strip_prefix('.').map_or((inputs, path), |path| (element, path));
    path.split('.').filter(|step| !step.is_empty()).try_fold(from, |from, step| match from {
        Value::Array(list) => list.get(step.parse::<usize>().ok()?),
        _ => from.get(step),
    })
}
