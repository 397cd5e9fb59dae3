//! What can be asked of a quote of one line, written as a path: `line.net`, `line.minimum.bound`, `customer.tier`.

use crate::diagnostic::nearest;
use crate::ir::{Book, Builtin, Level, Name, Place, Step, StepKind};

/// Something that is asked of every quote, and the name that it goes by in the output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name of the output's column.
    pub name: Name,
    /// What is asked.
    pub of: FieldOf,
}

/// What is asked of a quote. Where the quote shows nothing of it, there is nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldOf {
    /// The request's id.
    Id,
    /// How the quote stands.
    Status,
    /// The names of violations: of the line, then of the quote.
    Violations,
    /// Who signs, in the order of the route.
    Approvals,
    /// The names of alerts: of the line, then of the quote.
    Alerts,
    /// A figure that every level has. Margins and shares off the list price are rounded half to even to four
    /// places, as the quote shows them.
    Figure {
        /// Of a unit, the line, or the quote.
        level: Level,
        /// Which.
        figure: Builtin,
    },
    /// The end of the quote's waterfall.
    Total,
    /// The sum of the quote's taxes that are not contained in the price.
    Tax,
    /// Something of a step.
    Step {
        /// Where the step stands.
        level: Level,
        /// The step.
        step: Name,
        /// What of it.
        what: StepField,
    },
    /// The amount of a component of the cost.
    CostComponent {
        /// Of a unit, or of the line.
        level: Level,
        /// The component.
        name: Name,
    },
    /// What the request said: the day, the currency, the quantity, an option, a context's field, a fact, an
    /// index, an entry. Defaults are filled in.
    Input(Place),
}

/// What is asked of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StepField {
    /// What it added to the price, negative for what it took off, zero where it did not count; the figure of a
    /// subtotal or a `let`; of a tax what it comes to, contained in the price or not. On a line also its share of
    /// a step of the quote, where it has one.
    Amount,
    /// The least or greatest price of a `floor` or `cap` that was worked out, whether it was needed or not.
    Bound,
    /// Whether it changed the price.
    Applied,
}

/// The words for what a whole quote has.
const OF_QUOTE: [(&str, FieldOf); 12] = [
    ("id", FieldOf::Id),
    ("status", FieldOf::Status),
    ("violations", FieldOf::Violations),
    ("approvals", FieldOf::Approvals),
    ("alerts", FieldOf::Alerts),
    ("list", FieldOf::Figure { level: Level::Quote, figure: Builtin::List }),
    ("cost", FieldOf::Figure { level: Level::Quote, figure: Builtin::Cost }),
    ("net", FieldOf::Figure { level: Level::Quote, figure: Builtin::Net }),
    ("margin", FieldOf::Figure { level: Level::Quote, figure: Builtin::Margin }),
    ("off_list", FieldOf::Figure { level: Level::Quote, figure: Builtin::OffList }),
    ("total", FieldOf::Total),
    ("tax", FieldOf::Tax),
];

/// The figures that every level has.
const FIGURES: [Builtin; 5] = [Builtin::List, Builtin::Cost, Builtin::Net, Builtin::Margin, Builtin::OffList];

/// The words before a point, with what they mean.
const LEVELS: [(&str, Level); 3] = [("unit", Level::Unit), ("line", Level::Line), ("quote", Level::Quote)];

impl Field {
    /// Reads `PATH` or `NAME=PATH`.
    ///
    /// # Errors
    ///
    /// What the book does not have, with what was probably meant.
    pub fn parse(book: &Book, text: &str) -> Result<Field, String> {
        let (name, path) = text.split_once('=').unwrap_or((text, text));
        let (name, path) = (name.trim(), path.trim());
        if name.is_empty() || path.is_empty() {
            return Err(format!("`{text}` names no field; write `net` or `price=line.net`"));
        }
        let words: Vec<&str> = path.split('.').collect();
        let of = match words.as_slice() {
            [word] => of_quote(word).or_else(|| input(book, word)),
            [level, word] => match level_of(level) {
                Some(level) => of_level(book, level, word),
                None => of_owner(book, level, word),
            },
            [level, step, what] => level_of(level).and_then(|level| of_step(book, level, step, what)),
            _ => None,
        };
        match of {
            Some(of) => Ok(Field { name: name.into(), of }),
            None => Err(unknown(book, path)),
        }
    }

    /// Every field that quotes of the book have.
    pub fn all(book: &Book) -> Vec<Field> {
        paths(book).iter().filter_map(|path| Field::parse(book, path).ok()).collect()
    }
}

fn of_quote(word: &str) -> Option<FieldOf> {
    OF_QUOTE.iter().find(|(known, _)| *known == word).map(|(_, of)| of.clone())
}

fn level_of(word: &str) -> Option<Level> {
    LEVELS.iter().find(|(known, _)| *known == word).map(|(_, level)| *level)
}

/// An input by its bare name.
fn input(book: &Book, word: &str) -> Option<FieldOf> {
    inputs(book).into_iter().find(|(path, _)| path == word).map(|(_, place)| FieldOf::Input(place))
}

/// A field of a context, or an index as a request writes it.
fn of_owner(book: &Book, owner: &str, word: &str) -> Option<FieldOf> {
    match owner {
        "market" => match input(book, word)? {
            index @ FieldOf::Input(Place::Index(_)) => Some(index),
            _ => None,
        },
        owner => input(book, &format!("{owner}.{word}")),
    }
}

/// A figure, a step or a component of the cost.
fn of_level(book: &Book, level: Level, word: &str) -> Option<FieldOf> {
    if let Some(figure) = FIGURES.into_iter().find(|figure| figure.word() == word) {
        return Some(FieldOf::Figure { level, figure });
    }
    if level == Level::Quote
        && let Some(of @ (FieldOf::Total | FieldOf::Tax)) = of_quote(word)
    {
        return Some(of);
    }
    if let Some((step, _)) = steps(book, level).into_iter().find(|(name, _)| ***name == *word) {
        return Some(FieldOf::Step { level, step: step.clone(), what: StepField::Amount });
    }
    let component = components(book, level).into_iter().find(|name| ***name == *word);
    component.map(|name| FieldOf::CostComponent { level, name: name.clone() })
}

fn of_step(book: &Book, level: Level, step: &str, what: &str) -> Option<FieldOf> {
    let mut found = steps(book, level).into_iter().filter(|(name, _)| ***name == *step);
    let what = match what {
        "amount" => StepField::Amount,
        "applied" => StepField::Applied,
        "bound" => {
            let bounds = |kind: &StepKind| matches!(kind, StepKind::Floor(_) | StepKind::Cap(_));
            let (name, _) = found.find(|(_, kind)| bounds(kind))?;
            return Some(FieldOf::Step { level, step: name.clone(), what: StepField::Bound });
        }
        _ => return None,
    };
    found.next().map(|(name, _)| FieldOf::Step { level, step: name.clone(), what })
}

/// The steps of a level, those in groups too, in all waterfalls.
fn steps(book: &Book, level: Level) -> Vec<(&Name, &StepKind)> {
    fn gather<'b>(steps: &'b [Step], level: Level, found: &mut Vec<(&'b Name, &'b StepKind)>) {
        for step in steps {
            if level == Level::Line || !matches!(step.kind, StepKind::EachLine(_)) {
                found.push((&step.name, &step.kind));
                gather(step.kind.steps(), level, found);
            }
        }
    }
    let mut found = Vec::new();
    for price in &book.prices {
        match level {
            Level::Unit => gather(&price.per_unit, level, &mut found),
            Level::Line => gather(&price.per_line, level, &mut found),
            Level::Quote => {}
        }
    }
    let each_line = book.quote.steps.iter().filter_map(|step| match &step.kind {
        StepKind::EachLine(steps) => Some(steps),
        _ => None,
    });
    match level {
        Level::Unit => {}
        Level::Line => {
            each_line.for_each(|steps| gather(steps, level, &mut found));
            shared(&book.quote.steps, &mut found);
        }
        Level::Quote => {
            gather(&book.quote.steps, level, &mut found);
            // What a step of `each line` comes to on all lines is told like a step of the quote.
            let mut of_lines = Vec::new();
            each_line.for_each(|steps| gather(steps, level, &mut of_lines));
            let is_shown =
                |kind: &StepKind| !matches!(kind, StepKind::Let(_) | StepKind::Subtotal | StepKind::List(_));
            found.extend(of_lines.into_iter().filter(|(_, kind)| is_shown(kind)));
        }
    }
    found
}

/// The steps of the quote of which a line is told its share.
fn shared<'b>(steps: &'b [Step], found: &mut Vec<(&'b Name, &'b StepKind)>) {
    for step in steps {
        match &step.kind {
            StepKind::Add(_)
            | StepKind::Less(_)
            | StepKind::Floor(_)
            | StepKind::Cap(_)
            | StepKind::Claim(_) => found.push((&step.name, &step.kind)),
            StepKind::Group { steps, .. } | StepKind::Claims(steps) => shared(steps, found),
            _ => {}
        }
    }
}

/// The components of the costs of all products.
fn components(book: &Book, level: Level) -> Vec<&Name> {
    let of = book.products.iter().flat_map(|product| match level {
        Level::Unit => product.unit_cost.as_slice(),
        Level::Line => product.line_cost.as_slice(),
        Level::Quote => &[],
    });
    of.map(|component| &component.name).collect()
}

/// Everything that a request can say of a quote of one line, by its path.
fn inputs(book: &Book) -> Vec<(String, Place)> {
    let mut all = vec![
        ("as_of".to_owned(), Place::AsOf),
        ("currency".to_owned(), Place::Currency),
        ("quantity".to_owned(), Place::Quantity),
    ];
    for context in &book.contexts {
        for field in &context.fields {
            let place = Place::Context { context: context.name.clone(), field: field.name.clone() };
            all.push((format!("{}.{}", context.name, field.name), place));
        }
    }
    let facts = book.facts.iter().map(|it| (it.name.to_string(), Place::Fact(it.name.clone())));
    let indexes =
        book.indexes.iter().map(|it| (it.input.name.to_string(), Place::Index(it.input.name.clone())));
    let options = book.products.iter().flat_map(|it| &it.options).map(|it| &it.name);
    // What has a label is shown with the line, as an option is.
    let lets =
        book.products.iter().flat_map(|it| &it.lets).filter(|it| it.label.is_some()).map(|it| &it.name);
    let options = options.chain(lets).map(|name| (name.to_string(), Place::Member(name.clone())));
    let entry = |level, name: &Name| (name.to_string(), Place::Entry { level, name: name.clone() });
    let of_lines = book.prices.iter().flat_map(|price| &price.entries).map(|it| entry(Level::Line, &it.name));
    let of_quote = book.quote.entries.iter().map(|it| entry(Level::Quote, &it.name));
    all.extend(facts.chain(indexes).chain(options).chain(of_lines).chain(of_quote));
    all
}

/// The paths of all fields.
fn paths(book: &Book) -> Vec<String> {
    let mut known: Vec<String> = OF_QUOTE.iter().map(|(word, _)| (*word).to_owned()).collect();
    known.extend(inputs(book).into_iter().map(|(path, _)| path));
    for (word, level) in LEVELS {
        known.extend(FIGURES.iter().map(|figure| format!("{word}.{}", figure.word())));
        known.extend(components(book, level).into_iter().map(|name| format!("{word}.{name}")));
        for (step, kind) in steps(book, level) {
            known.push(format!("{word}.{step}"));
            known.push(format!("{word}.{step}.applied"));
            if matches!(kind, StepKind::Floor(_) | StepKind::Cap(_)) {
                known.push(format!("{word}.{step}.bound"));
            }
        }
    }
    known
}

/// Says of a path that the book does not have it, and what is probably meant.
fn unknown(book: &Book, path: &str) -> String {
    let known = paths(book);
    // A name without its level is the commonest slip.
    let behind = known.iter().find(|it| it.split_once('.').is_some_and(|(_, rest)| rest == path));
    match behind.map(String::as_str).or_else(|| nearest(path, known.iter().map(String::as_str))) {
        Some(near) => format!("a quote has no field `{path}`; did you mean `{near}`?"),
        None => format!("a quote has no field `{path}`; write `net`, `line.STEP` or the name of an input"),
    }
}
