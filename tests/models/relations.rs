//! Models of variables and relations in JSON: each variable has listed values, each constraint is a list of allowed
//! combinations or an expression in prefix form.
//!
//! ```json
//! { "name": "desk",
//!   "variables": [{ "name": "width", "values": [80, 120] }, { "name": "legs", "values": [4, 6] }],
//!   "constraints": [
//!     { "id": "c1", "kind": "table", "scope": ["width", "legs"], "rows": [[80, 4], [120, 6]] },
//!     { "id": "c2", "kind": "expr", "expr": ["or", ["=", "legs", 6], ["<", "width", 100]] } ] }
//! ```

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use crate::book::{Book, Builder, Feature};
use crate::formula::{Formula, summed};
use crate::names::quoted;

/// The price book of a model, or why it is not taken.
pub fn book(text: &str) -> Result<Book, String> {
    let model: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let name = model["name"].as_str().unwrap_or("model");
    let mut converter = Converter { builder: Builder::new(name), variables: HashMap::new() };
    for variable in list(&model, "variables")? {
        converter.variable(variable)?;
    }
    for (at, constraint) in list(&model, "constraints")?.iter().enumerate() {
        let id = match &constraint["id"] {
            Value::String(id) => id.clone(),
            _ => format!("c{}", at + 1),
        };
        converter.constraint(&id, constraint).map_err(|why| format!("constraint `{id}`: {why}"))?;
    }
    Ok(converter.builder.finish())
}

struct Variable {
    option: String,
    values: BTreeSet<String>,
    /// Its values are texts.
    texts: bool,
}

struct Converter {
    builder: Builder,
    variables: HashMap<String, Variable>,
}

/// What an expression gives.
enum Term {
    Truth(Formula),
    /// A sum or a product, as the book writes it.
    Number(String),
    /// One value: a number or a text.
    Constant(Value),
    Variable(String),
}

impl Converter {
    fn variable(&mut self, variable: &Value) -> Result<(), String> {
        let name = text(&variable["name"])?;
        let given = list(variable, "values")?;
        let texts = given.iter().any(Value::is_string);
        let option = self.builder.name(name);
        let (mut values, mut choices) = (BTreeSet::new(), Vec::new());
        for (at, value) in given.iter().enumerate() {
            let key = key(value)?;
            if value.is_string() != texts {
                return Err(format!("`{name}` has numbers and texts"));
            }
            if !values.insert(key.clone()) {
                return Err(format!("`{name}` has `{key}` twice"));
            }
            let label = match &variable["labels"] {
                Value::Array(labels) => labels.get(at).and_then(Value::as_str),
                Value::Object(labels) => labels.get(&key).and_then(Value::as_str),
                _ => None,
            };
            let label =
                label.filter(|label| *label != key).map_or(String::new(), |it| format!(" {}", quoted(it)));
            choices.push(format!("{}{label}", literal(&key, texts)));
            self.builder.features.push(Feature {
                name: name.to_owned(),
                value: Some(key.clone()),
                option: option.clone(),
                choice: key,
            });
        }
        if choices.is_empty() {
            return Err(format!("`{name}` has no values"));
        }
        self.builder.option(&option, name, &choices.join(" | "));
        match self.variables.insert(name.to_owned(), Variable { option, values, texts }) {
            None => Ok(()),
            Some(_) => Err(format!("`{name}` stands twice")),
        }
    }

    fn constraint(&mut self, id: &str, constraint: &Value) -> Result<(), String> {
        match constraint["kind"].as_str() {
            Some("table") => self.table(id, constraint),
            Some("expr") => match self.term(&constraint["expr"], 0)? {
                Term::Truth(formula) => {
                    self.builder.require(Some(id), &formula);
                    Ok(())
                }
                _ => Err("the expression is no condition".to_owned()),
            },
            kind => Err(format!("constraints of the kind {kind:?} are not taken")),
        }
    }

    /// Rows that name a value which its variable has not can never be met, and the language calls them mistakes.
    fn table(&mut self, id: &str, constraint: &Value) -> Result<(), String> {
        let scope = list(constraint, "scope")?.iter().map(text).collect::<Result<Vec<_>, _>>()?;
        let columns: Vec<usize> = (0..scope.len()).filter(|at| !scope[..*at].contains(&scope[*at])).collect();
        let variables = scope.iter().map(|name| self.variable_of(name)).collect::<Result<Vec<_>, _>>()?;
        let mut rows = Vec::new();
        let mut seen = BTreeSet::new();
        for row in list(constraint, "rows")? {
            let row = row.as_array().ok_or("a row is a list")?;
            if row.len() != scope.len() {
                return Err(format!("a row has {} values for {} variables", row.len(), scope.len()));
            }
            let keys = row.iter().map(key).collect::<Result<Vec<_>, _>>()?;
            let known = keys.iter().zip(&variables).all(|(key, variable)| variable.values.contains(key));
            // A variable that stands twice has one value.
            let first = |at: usize| scope.iter().position(|name| *name == scope[at]).unwrap_or(at);
            let agrees = (0..keys.len()).all(|at| keys[at] == keys[first(at)]);
            let kept: Vec<String> =
                columns.iter().map(|at| literal(&keys[*at], variables[*at].texts)).collect();
            if known && agrees && seen.insert(kept.clone()) {
                rows.push(kept);
            }
        }
        let options: Vec<String> = columns.iter().map(|at| variables[*at].option.clone()).collect();
        if rows.is_empty() || options.is_empty() {
            let never = Formula::Any(Vec::new());
            let always = Formula::All(Vec::new());
            let met = options.is_empty() && !list(constraint, "rows")?.is_empty();
            self.builder.require(Some(id), if met { &always } else { &never });
        } else {
            self.builder.allow(id, &options, &rows);
        }
        Ok(())
    }

    fn term(&self, expr: &Value, depth: usize) -> Result<Term, String> {
        if depth > DEEPEST {
            return Err(format!("the expression is deeper than {DEEPEST}"));
        }
        let parts = match expr {
            Value::Number(_) => return Ok(Term::Constant(expr.clone())),
            Value::String(name) if self.variables.contains_key(name) => {
                return Ok(Term::Variable(name.clone()));
            }
            Value::String(_) => return Ok(Term::Constant(expr.clone())),
            Value::Bool(truth) => return Ok(Term::Truth(Formula::Word(truth.to_string()))),
            Value::Array(parts) => parts,
            _ => return Err(format!("`{expr}` is not understood")),
        };
        let (operator, operands) = parts.split_first().ok_or("an expression is empty")?;
        let operator = text(operator)?;
        let operands = operands.iter().map(|one| self.term(one, depth + 1)).collect::<Result<Vec<_>, _>>()?;
        match operator {
            "and" => Ok(Term::Truth(Formula::All(truths(operands)?))),
            "or" => Ok(Term::Truth(Formula::Any(truths(operands)?))),
            "not" => {
                let [only] =
                    <[Formula; 1]>::try_from(truths(operands)?).map_err(|_| "`not` takes one operand")?;
                Ok(Term::Truth(Formula::Not(Box::new(only))))
            }
            "=>" | "implies" => {
                let [left, right] = pair(truths(operands)?, operator)?;
                Ok(Term::Truth(Formula::Implies(Box::new(left), Box::new(right))))
            }
            "<=>" | "iff" => {
                let [left, right] = pair(truths(operands)?, operator)?;
                Ok(Term::Truth(Formula::Same(Box::new(left), Box::new(right))))
            }
            "=" | "!=" | ">=" | "<=" | "<" | ">" => {
                let [left, right] = pair(operands, operator)?;
                self.compared(left, operator, right).map(Term::Truth)
            }
            "+" | "*" | "-" => {
                let numbers =
                    operands.into_iter().map(|one| self.operand(one)).collect::<Result<Vec<_>, _>>()?;
                match (operator, numbers.as_slice()) {
                    (_, []) => Err(format!("`{operator}` has no operand")),
                    ("-", [only]) => Ok(Term::Number(format!("0 - {only}"))),
                    ("+", _) => Ok(Term::Number(summed(&numbers))),
                    _ => Ok(Term::Number(numbers.join(&format!(" {operator} ")))),
                }
            }
            _ => Err(format!("`{operator}` is not understood")),
        }
    }

    fn compared(&self, left: Term, operator: &str, right: Term) -> Result<Formula, String> {
        match (&left, &right) {
            (Term::Truth(_), _) | (_, Term::Truth(_)) => {
                let [left, right] = pair(truths(vec![left, right])?, operator)?;
                let same = Formula::Same(Box::new(left), Box::new(right));
                return match operator {
                    "=" => Ok(same),
                    "!=" => Ok(Formula::Not(Box::new(same))),
                    _ => Err(format!("`{operator}` compares numbers")),
                };
            }
            (Term::Variable(name), Term::Constant(Value::String(value)))
            | (Term::Constant(Value::String(value)), Term::Variable(name))
                if !self.variable_of(name)?.texts =>
            {
                return Err(format!("there is no variable `{value}`"));
            }
            // The language calls it a mistake to ask for a value that there is not.
            (Term::Variable(name), Term::Constant(value)) | (Term::Constant(value), Term::Variable(name))
                if matches!(operator, "=" | "!=")
                    && !self.variable_of(name)?.values.contains(&key(value)?) =>
            {
                return Ok(Formula::Word((operator == "!=").to_string()));
            }
            (Term::Variable(name), Term::Constant(Value::String(value)))
            | (Term::Constant(Value::String(value)), Term::Variable(name))
                if matches!(operator, "=" | "!=") =>
            {
                let option = &self.variable_of(name)?.option;
                return Ok(Formula::Compared(format!("{option} {operator} {}", quoted(value))));
            }
            _ => {}
        }
        let (left, right) = (self.number(left)?, self.number(right)?);
        Ok(Formula::Compared(format!("{left} {operator} {right}")))
    }

    /// A number inside a greater one.
    fn operand(&self, term: Term) -> Result<String, String> {
        match term {
            Term::Number(text) => Ok(format!("({text})")),
            other => self.number(other),
        }
    }

    fn number(&self, term: Term) -> Result<String, String> {
        match term {
            Term::Number(text) => Ok(text),
            Term::Constant(Value::Number(number)) => {
                let text = number.to_string();
                Ok(if text.starts_with('-') { format!("({text})") } else { text })
            }
            Term::Variable(name) => match self.variable_of(&name)? {
                Variable { texts: true, .. } => Err(format!("`{name}` is no number")),
                variable => Ok(variable.option.clone()),
            },
            Term::Constant(value) => Err(format!("`{value}` is no variable and no number")),
            Term::Truth(_) => Err("a condition stands in the place of a number".to_owned()),
        }
    }

    fn variable_of(&self, name: &str) -> Result<&Variable, String> {
        self.variables.get(name).ok_or_else(|| format!("there is no variable `{name}`"))
    }
}

/// How deep expressions are followed.
const DEEPEST: usize = 500;

fn list<'v>(of: &'v Value, field: &str) -> Result<&'v [Value], String> {
    of[field].as_array().map(Vec::as_slice).ok_or_else(|| format!("`{field}` is no list"))
}

fn text(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| format!("`{value}` is no text"))
}

/// A value as it is told from others.
fn key(value: &Value) -> Result<String, String> {
    match value {
        Value::Number(number) if number.as_i64().is_some() => Ok(number.to_string()),
        Value::String(text) => Ok(text.clone()),
        _ => Err(format!("`{value}` is no whole number and no text")),
    }
}

/// A value as the book writes it.
fn literal(key: &str, texts: bool) -> String {
    if texts { quoted(key) } else { key.to_owned() }
}

fn truths(terms: Vec<Term>) -> Result<Vec<Formula>, String> {
    let truth = |term| match term {
        Term::Truth(formula) => Ok(formula),
        _ => Err("a number stands in the place of a condition".to_owned()),
    };
    terms.into_iter().map(truth).collect()
}

fn pair<T>(of: Vec<T>, operator: &str) -> Result<[T; 2], String> {
    <[T; 2]>::try_from(of).map_err(|of| format!("`{operator}` takes two operands, not {}", of.len()))
}
