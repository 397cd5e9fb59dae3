//! A feature model as a product: what is exclusive becomes an enumeration, everything else can be had or not.

use super::formula::Tree;
use super::tree::{self, Group, GroupKind, Model};
use super::{Refused, refuse};
use crate::book::{Book, Builder, Feature};
use crate::formula::{Formula, summed};
use crate::names::quoted;

/// The price book of a model.
pub fn book(text: &str) -> Result<Book, Refused> {
    let model = tree::read(text)?;
    let mut converter = Converter {
        builder: Builder::new(&model.name),
        // Nothing is asked for before it is filled in.
        said: vec![Formula::Any(Vec::new()); model.features.len()],
        model: &model,
    };
    converter.features();
    for (line, tree) in &model.formulas {
        let formula = converter.formula(tree, *line)?;
        converter.builder.require(None, &formula);
    }
    Ok(converter.builder.finish())
}

struct Converter<'m> {
    model: &'m Model,
    builder: Builder,
    /// How the book says that a configuration has a feature; each is filled in before its children are met.
    said: Vec<Formula>,
}

impl Converter<'_> {
    fn features(&mut self) {
        let root = self.bool_option(0);
        self.builder.require(None, &root);
        for parent in 0..self.model.features.len() {
            for group in &self.model.features[parent].groups {
                self.group(parent, group);
            }
        }
    }

    fn group(&mut self, parent: usize, group: &Group) {
        let size = group.children.len();
        let (from, to) = match group.kind {
            GroupKind::Mandatory => (size, size),
            GroupKind::Optional => (0, size),
            GroupKind::Between(from, to) => (from, to.unwrap_or(size).min(size)),
        };
        if to == 1 && size > 1 && from <= 1 {
            self.exclusive(parent, &group.children, from == 0);
            return;
        }
        let has_parent = self.said[parent].clone();
        let mut children = Vec::new();
        for child in &group.children {
            let child = self.bool_option(*child);
            let (child_box, parent_box) = (Box::new(child.clone()), Box::new(has_parent.clone()));
            let rule = match from == size && to == size {
                true => Formula::Same(child_box, parent_box),
                false => Formula::Implies(child_box, parent_box),
            };
            self.builder.require(None, &rule);
            children.push(child);
        }
        match (from, to) {
            _ if from == size && to == size => {}
            (0, to) if to == size => {}
            (1, to) if to == size => {
                let rule = Formula::Implies(Box::new(has_parent), Box::new(Formula::Any(children)));
                self.builder.require(None, &rule);
            }
            _ => self.counted(parent, has_parent, &children, (from, to)),
        }
    }

    /// At most one of them, as the values of one option that exists where the parent does.
    fn exclusive(&mut self, parent: usize, children: &[usize], none_is_fine: bool) {
        let shown = &self.model.features[parent].name;
        let option = self.builder.name(&format!("{shown}_choice"));
        let mut values = Vec::new();
        for child in children {
            let name = &self.model.features[*child].name;
            let taken = self.builder.name(name);
            // A word that is the name of something else could be read as that; a text is a value only.
            let value = if taken == *name { taken } else { quoted(name) };
            self.said[*child] = Formula::Compared(format!("{option} = {value}"));
            self.builder.features.push(Feature {
                name: name.clone(),
                value: None,
                option: option.clone(),
                choice: name.clone(),
            });
            values.push(value);
        }
        let optional = if none_is_fine { "  optional" } else { "" };
        let when = match parent {
            0 => String::new(),
            _ => match &self.said[parent] {
                Formula::Word(text) | Formula::Compared(text) => format!("  when {text}"),
                _ => String::new(),
            },
        };
        self.builder.option(&option, shown, &format!("{}{optional}{when}", values.join(" | ")));
    }

    /// Some of them, counted.
    fn counted(
        &mut self,
        parent: usize,
        has_parent: Formula,
        children: &[Formula],
        (from, to): (usize, usize),
    ) {
        let shown = &self.model.features[parent].name;
        let count = self.builder.name(&format!("{shown}_count"));
        let ones = children.iter().map(|child| match child {
            Formula::Word(text) => format!("(if {text} then 1 else 0)"),
            _ => "0".to_owned(),
        });
        let sum = summed(&ones.collect::<Vec<_>>());
        self.builder.named_value(&count, &format!("int = {sum}"));
        let mut bounds = Vec::new();
        if from > 0 {
            bounds.push(Formula::Compared(format!("{count} >= {from}")));
        }
        if to < children.len() {
            bounds.push(Formula::Compared(format!("{count} <= {to}")));
        }
        let rule = Formula::Implies(Box::new(has_parent), Box::new(Formula::All(bounds)));
        self.builder.require(None, &rule);
    }

    fn bool_option(&mut self, feature: usize) -> Formula {
        let shown = &self.model.features[feature].name;
        let name = self.builder.name(shown);
        self.builder.option(&name, shown, "bool");
        self.builder.features.push(Feature {
            name: shown.clone(),
            value: None,
            option: name.clone(),
            choice: "true".to_owned(),
        });
        let said = Formula::Word(name);
        self.said[feature] = said.clone();
        said
    }

    fn formula(&self, tree: &Tree, line: usize) -> Result<Formula, Refused> {
        let all = |of: &[Tree]| of.iter().map(|one| self.formula(one, line)).collect::<Result<Vec<_>, _>>();
        let one = |of: &Tree| self.formula(of, line).map(Box::new);
        Ok(match tree {
            Tree::Feature(name) => match self.model.by_name.get(name) {
                Some(feature) => self.said[*feature].clone(),
                None => return refuse(line, format!("there is no feature `{name}`")),
            },
            Tree::Truth(truth) => Formula::Word(truth.to_string()),
            Tree::Not(of) => Formula::Not(one(of)?),
            Tree::All(of) => Formula::All(all(of)?),
            Tree::Any(of) => Formula::Any(all(of)?),
            Tree::Implies(left, right) => Formula::Implies(one(left)?, one(right)?),
            Tree::Same(left, right) => Formula::Same(one(left)?, one(right)?),
        })
    }
}
