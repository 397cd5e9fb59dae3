//! The tree of features, read by its indentation.

use std::collections::HashMap;

use super::formula::{self, Tree};
use super::lines::{self, Line, Word};
use super::{Refused, refuse};

/// A feature model. The first feature is the root, and every feature stands behind its parent.
#[derive(Debug)]
pub struct Model {
    pub name: String,
    pub features: Vec<Feature>,
    pub by_name: HashMap<String, usize>,
    pub formulas: Vec<(usize, Tree)>,
}

#[derive(Debug)]
pub struct Feature {
    pub name: String,
    pub groups: Vec<Group>,
}

#[derive(Debug)]
pub struct Group {
    pub kind: GroupKind,
    pub children: Vec<usize>,
}

/// How many children of a group a configuration that has the parent has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupKind {
    /// All.
    Mandatory,
    /// Any number.
    Optional,
    /// At least the first number, at most the second; without a second number all of them.
    Between(usize, Option<usize>),
}

/// Reads a model.
pub fn read(text: &str) -> Result<Model, Refused> {
    let lines = lines::lines(text)?;
    let mut reader = Reader {
        model: Model {
            name: String::new(),
            features: Vec::new(),
            by_name: HashMap::new(),
            formulas: Vec::new(),
        },
        open: Vec::new(),
    };
    let mut section = Section::None;
    for line in &lines {
        if line.indent.is_empty() {
            section = reader.section(line)?;
            continue;
        }
        match section {
            Section::Features => reader.feature_line(line)?,
            Section::Constraints => {
                let tree = formula::read(&line.words, line.number)?;
                reader.model.formulas.push((line.number, tree));
            }
            Section::Include => {}
            Section::None => return refuse(line.number, "this line belongs to no section"),
        }
    }
    let model = reader.model;
    let Some(root) = model.features.first() else { return refuse(1, "there is no feature") };
    let name = if model.name.is_empty() { root.name.clone() } else { model.name.clone() };
    Ok(Model { name, ..model })
}

#[derive(Clone, Copy)]
enum Section {
    None,
    Include,
    Features,
    Constraints,
}

struct Reader {
    model: Model,
    /// The features and groups around the next line, each with the blanks before it.
    open: Vec<(String, Open)>,
}

#[derive(Clone, Copy)]
enum Open {
    Feature(usize),
    Group { parent: usize, group: usize },
}

impl Reader {
    fn section(&mut self, line: &Line) -> Result<Section, Refused> {
        match line.words.as_slice() {
            [word, rest @ ..] if word.is("namespace") => {
                let names: Vec<&str> = rest.iter().map(Word::shown).collect();
                self.model.name = names.concat();
                Ok(Section::None)
            }
            [word] if word.is("include") => Ok(Section::Include),
            [word] if word.is("features") => Ok(Section::Features),
            [word] if word.is("constraints") => Ok(Section::Constraints),
            [word, ..] if word.is("imports") => {
                refuse(line.number, "models that import others are not taken")
            }
            [word, ..] => refuse(line.number, format!("`{}` begins no section", word.shown())),
            [] => Ok(Section::None),
        }
    }

    fn feature_line(&mut self, line: &Line) -> Result<(), Refused> {
        while self.open.last().is_some_and(|(indent, _)| indent.len() >= line.indent.len()) {
            self.open.pop();
        }
        if let Some((outer, _)) = self.open.last()
            && !line.indent.starts_with(outer.as_str())
        {
            return refuse(line.number, "tabs and blanks are mixed, so the tree has no certain shape");
        }
        let around = self.open.last().map(|(_, open)| *open);
        let open = match (group_kind(&line.words, line.number)?, around) {
            (Some(kind), Some(Open::Feature(parent))) => {
                let groups = &mut self.model.features[parent].groups;
                groups.push(Group { kind, children: Vec::new() });
                Open::Group { parent, group: groups.len() - 1 }
            }
            (Some(_), _) => return refuse(line.number, "a group stands in a feature"),
            (None, Some(Open::Group { parent, group })) => {
                let child = self.feature(line)?;
                self.model.features[parent].groups[group].children.push(child);
                Open::Feature(child)
            }
            (None, None) if self.model.features.is_empty() => Open::Feature(self.feature(line)?),
            (None, None) => return refuse(line.number, "there is a second root"),
            (None, Some(Open::Feature(_))) => return refuse(line.number, "a feature stands in a group"),
        };
        self.open.push((line.indent.clone(), open));
        Ok(())
    }

    fn feature(&mut self, line: &Line) -> Result<usize, Refused> {
        let words = match line.words.as_slice() {
            [kind, rest @ ..] if kind.is("Boolean") && matches!(rest.first(), Some(Word::Name { .. })) => {
                rest
            }
            [kind, Word::Name { .. }, ..] if ["Integer", "Real", "String"].iter().any(|it| kind.is(it)) => {
                return refuse(
                    line.number,
                    format!("features with a value of `{}` are not taken", kind.shown()),
                );
            }
            words => words,
        };
        let (name, rest) = match words {
            [Word::Name { text, .. }, rest @ ..] => (text, rest),
            _ => return refuse(line.number, "a feature begins with its name"),
        };
        match rest {
            [] => {}
            [open, inside @ .., close] if open.is_mark("{") && close.is_mark("}") => {
                self.attributes(inside, line.number)?;
            }
            [word, ..] if word.is("cardinality") => {
                return refuse(
                    line.number,
                    "features that stand several times in a configuration are not taken",
                );
            }
            [word, ..] => return refuse(line.number, format!("`{}` is not expected here", word.shown())),
        }
        let index = self.model.features.len();
        if self.model.by_name.insert(name.clone(), index).is_some() {
            return refuse(line.number, format!("`{name}` stands in the tree twice"));
        }
        self.model.features.push(Feature { name: name.clone(), groups: Vec::new() });
        Ok(index)
    }

    /// Attributes say nothing about what can be built, but for formulas among them.
    fn attributes(&mut self, words: &[Word], line: usize) -> Result<(), Refused> {
        for attribute in parted(words) {
            match attribute {
                [word, formula @ ..] if word.is("constraint") => {
                    self.model.formulas.push((line, formula::read(formula, line)?));
                }
                [word, open, inside @ .., close]
                    if word.is("constraints") && open.is_mark("[") && close.is_mark("]") =>
                {
                    for formula in parted(inside) {
                        self.model.formulas.push((line, formula::read(formula, line)?));
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// What stands between the commas that stand in no bracket.
fn parted(words: &[Word]) -> Vec<&[Word]> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0_usize, 0);
    for (at, word) in words.iter().enumerate() {
        match word {
            Word::Mark("(" | "[" | "{") => depth += 1,
            Word::Mark(")" | "]" | "}") => depth = depth.saturating_sub(1),
            Word::Mark(",") if depth == 0 => {
                parts.push(&words[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&words[start..]);
    parts.retain(|part| !part.is_empty());
    parts
}

/// The group that a line opens, or none where it names a feature.
fn group_kind(words: &[Word], line: usize) -> Result<Option<GroupKind>, Refused> {
    let number = |word: &Word| match word {
        Word::Name { text, quoted: false } => text.parse::<usize>().ok(),
        _ => None,
    };
    Ok(match words {
        [word] if word.is("mandatory") => Some(GroupKind::Mandatory),
        [word] if word.is("optional") => Some(GroupKind::Optional),
        [word] if word.is("or") => Some(GroupKind::Between(1, None)),
        [word] if word.is("alternative") => Some(GroupKind::Between(1, Some(1))),
        [open, inside @ .., close] if open.is_mark("[") && close.is_mark("]") => {
            let bounds = match inside {
                [only] => number(only).map(|only| (only, Some(only))),
                [from, dots, to] if dots.is_mark("..") && to.is_mark("*") => {
                    number(from).map(|from| (from, None))
                }
                [from, dots, to] if dots.is_mark("..") => number(from).zip(number(to).map(Some)),
                _ => None,
            };
            match bounds {
                Some((from, to)) => Some(GroupKind::Between(from, to)),
                None => return refuse(line, "a cardinality is written `[1..3]`, `[2]` or `[1..*]`"),
            }
        }
        _ => None,
    })
}
