//! Waterfalls, the quote's steps, and properties of the checked form.

use super::expr::{Expr, Formula};
use super::product::Input;
use super::quote::{Claim, Each, Gift};
use super::rounding::{PerCurrency, RoundTo};
use super::table::Period;
use super::ty::Name;
use crate::source::Span;

/// The waterfall of one product, or of every member of a family that has none of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Price {
    /// A product or a family.
    pub target: Name,
    /// What a salesperson may type for a line.
    pub entries: Vec<Input>,
    /// Steps for one unit; the price starts at zero.
    pub per_unit: Vec<Step>,
    /// Steps for the line; the price starts at unit price times quantity.
    pub per_line: Vec<Step>,
    /// The declaration.
    pub span: Span,
}

/// One step of a waterfall.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Step {
    /// `list` for the list step, `round` for a rounding, the group's own or a made-up name such as
    /// `best` for a group without one.
    pub name: Name,
    /// For people.
    pub label: Option<Name>,
    /// What it does.
    pub kind: StepKind,
    /// It counts only where this holds.
    pub when: Option<Formula>,
    /// It counts only on these days.
    pub during: Option<Period>,
    /// The author's words.
    pub because: Option<Name>,
    /// Roles that may see it; empty for all.
    pub visible_to: Vec<Name>,
    /// The declaration.
    pub span: Span,
}

/// What a step does to the running price.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum StepKind {
    /// The list price: adds its amount.
    List(Formula),
    /// Adds an amount.
    Add(Change),
    /// Takes an amount off.
    Less(Change),
    /// Chooses among or adds up its members, all on the price at entry.
    Group {
        /// How.
        kind: GroupKind,
        /// `Add`, `Less` and `Group` steps.
        steps: Vec<Step>,
    },
    /// Rounds the running price.
    Round(RoundTo),
    /// Lifts the running price to at least this.
    Floor(Formula),
    /// Lowers the running price to at most this.
    Cap(Formula),
    /// Names the running price.
    Subtotal,
    /// A figure that is worked out here and leaves the running price as it is.
    Let(Formula),
    /// A tax: adds to the running price, or, `within`, only says how much of it is tax.
    Tax(Tax),
    /// Taxes, all on the price at entry. Rounded or not, they add up.
    Taxes {
        /// `Tax` steps.
        steps: Vec<Step>,
        /// Their sum is rounded, and they share it.
        round: Option<RoundTo>,
    },
    /// In the quote: steps on every line.
    EachLine(Vec<Step>),
    /// In the quote: a line that the book adds.
    Charge(Change),
    /// In the quote: a line of a product that the book adds.
    Gift(Box<Gift>),
    /// In the quote: `Claim` steps, each of which uses up the units that it takes.
    Claims(Vec<Step>),
    /// In the quote: steps from the total to what is to be paid.
    Payable(Vec<Step>),
    /// One of `Claims`.
    Claim(Box<Claim>),
}

impl StepKind {
    /// The steps inside.
    pub fn steps(&self) -> &[Step] {
        match self {
            StepKind::Group { steps, .. }
            | StepKind::Taxes { steps, .. }
            | StepKind::EachLine(steps)
            | StepKind::Payable(steps)
            | StepKind::Claims(steps) => steps,
            _ => &[],
        }
    }

    /// Calls `visit` for the formulas of the step itself, without those of the steps inside, with what they are
    /// worked out on.
    pub fn for_each_formula<'s>(&'s self, visit: &mut dyn FnMut(&'s Formula, Subject<'s>)) {
        match self {
            StepKind::List(amount)
            | StepKind::Floor(amount)
            | StepKind::Cap(amount)
            | StepKind::Let(amount) => visit(amount, Subject::Section),
            StepKind::Tax(tax) => {
                visit(&tax.amount, Subject::Section);
                tax.on_lines.iter().for_each(|it| visit(it, Subject::Lines));
            }
            StepKind::Add(change) | StepKind::Less(change) | StepKind::Charge(change) => {
                let each = change.spread.as_ref().and_then(|spread| spread.each.as_ref());
                visit(&change.amount, Subject::of(each));
                if let Some(spread) = &change.spread {
                    let clauses = [&spread.on_lines, &spread.by, &spread.within];
                    clauses.into_iter().flatten().for_each(|it| visit(it, Subject::Lines));
                }
                each.iter().filter_map(|it| it.formula()).for_each(|it| visit(it, Subject::of(each)));
            }
            StepKind::Gift(gift) => {
                let own = [Some(&gift.count), gift.price.as_ref()];
                own.into_iter().flatten().for_each(|it| visit(it, Subject::Section));
            }
            StepKind::Claim(claim) => {
                let each = claim.each.as_ref();
                claim.formulas().for_each(|it| visit(it, Subject::of(each)));
                claim.most_in_all().into_iter().for_each(|it| visit(it, Subject::Section));
                claim
                    .selections()
                    .filter_map(|it| it.among.as_ref())
                    .for_each(|it| visit(it, Subject::Lines));
                each.iter().filter_map(|it| it.formula()).for_each(|it| visit(it, Subject::of(each)));
            }
            StepKind::Group { .. }
            | StepKind::Taxes { .. }
            | StepKind::EachLine(_)
            | StepKind::Payable(_)
            | StepKind::Claims(_)
            | StepKind::Round(_)
            | StepKind::Subtotal => {}
        }
    }
}

/// What a formula of a step is worked out on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject<'s> {
    /// The section of the step: the unit, the line or the quote.
    Section,
    /// Each line of the quote.
    Lines,
    /// Each group of lines, with what is read of the products of the groups.
    Groups(&'s Each),
}

impl<'s> Subject<'s> {
    fn of(each: Option<&'s Each>) -> Subject<'s> {
        each.map_or(Subject::Section, Subject::Groups)
    }
}

/// A tax.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tax {
    /// The amount.
    pub amount: Formula,
    /// It is contained in the price.
    pub within: bool,
    /// `may be negative`; else a negative amount is refused at run time.
    pub may_be_negative: bool,
    /// In the quote: only lines for which this holds; `running` in the amount is then theirs.
    pub on_lines: Option<Formula>,
}

/// The amount of an `add` or `less` step.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Change {
    /// The amount.
    pub amount: Formula,
    /// `may be negative`; else a negative amount is refused at run time.
    pub may_be_negative: bool,
    /// How a quote's step reaches the lines; none for steps of units and lines.
    pub spread: Option<Spread>,
    /// The amount cannot always be written as a decimal: the unconditional `round` that follows is folded
    /// into this step, whose amount is then what the rounded price differs by.
    pub open: bool,
}

/// How an amount of the quote is spread over its lines.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Spread {
    /// Only lines for which this holds; `running` in the step's amount is then theirs.
    pub on_lines: Option<Formula>,
    /// The amount is worked out for each group of them, and spread over its lines.
    pub each: Option<Each>,
    /// The weight of a line; its running price without it. A weight below zero counts as zero.
    pub by: Option<Formula>,
    /// Shares are multiples of this; without it of the currency's minor unit.
    pub to: Option<PerCurrency>,
    /// Who gets what remains.
    pub residual: Residual,
    /// The most that a line takes.
    pub within: Option<Formula>,
    /// What no line can take is left over, and no mistake.
    pub partly: bool,
    /// The charges above take their shares as lines do.
    pub with_charges: bool,
}

/// Who gets the units that proportional shares leave over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Residual {
    /// The lines with the largest remainders, one unit each; ties in line order.
    Largest,
    /// The first line.
    First,
    /// The last line.
    Last,
}

/// How a group chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GroupKind {
    /// The lowest price for the customer; ties go to the first.
    Best,
    /// The highest price; ties go to the first.
    Worst,
    /// The first that counts.
    First,
    /// All, added.
    All,
}

/// The quote's own steps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Quote {
    /// What a salesperson may type for the whole quote.
    pub entries: Vec<Input>,
    /// Steps; the price starts at the sum of the lines. Taxes come after all steps that change the net.
    pub steps: Vec<Step>,
    /// How many days the quote is valid from `as_of`, that day not counted.
    pub valid_days: Option<u32>,
    /// After how many days from `as_of` the quote is followed up.
    pub follow_up_days: Option<u32>,
    /// Remarks about the quote and its lines.
    pub alerts: Vec<QuoteAlert>,
    /// What the whole quote must fulfil.
    pub requirements: Vec<Requirement>,
    /// The declaration, where there is one.
    pub span: Option<Span>,
}

/// What a whole quote must fulfil, or it is not valid.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Requirement {
    /// Its name, where it has one.
    pub name: Option<Name>,
    /// It asks something only where this holds.
    pub when: Option<Formula>,
    /// What must hold. `exclude A with B` asks that `B` does not hold when `A` does.
    pub condition: Formula,
    /// As written, from the keyword on.
    pub text: Name,
    /// The author's words.
    pub because: Option<Name>,
    /// The declaration.
    pub span: Span,
}

/// A remark about a quote, or about those of its lines where it holds; it changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct QuoteAlert {
    /// No remark: lines where it holds are not shown to people.
    pub hides: bool,
    /// Its name.
    pub name: Option<Name>,
    /// Only lines of that product or family.
    pub narrowed_to: Option<Name>,
    /// It speaks of a line, and is made on each line where it holds.
    pub per_line: bool,
    /// When it is made.
    pub when: Formula,
    /// What it says.
    pub because: Option<Name>,
    /// The declaration.
    pub span: Span,
}

/// `always "…": …`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Always {
    /// Its sentence.
    pub title: Name,
    /// Only lines of this family or product.
    pub narrowed_to: Option<Name>,
    /// What holds.
    pub condition: Formula,
    /// The condition speaks of a line.
    pub per_line: bool,
    /// The declaration.
    pub span: Span,
}

/// The condition of an expectation, beside plain expressions.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Expected {
    /// This holds, read on the line named, or on the only line, or on the quote.
    Holds {
        /// Position of the line in the test's request, where the condition speaks of one.
        line: Option<u16>,
        /// What must hold.
        condition: Expr,
    },
    /// A list of names is exactly this, in this order.
    Names {
        /// Which list.
        list: NameList,
        /// Position of the line, for lists of a line.
        line: Option<u16>,
        /// The names.
        names: Vec<Name>,
    },
    /// `expect status = needs_approval`; `error` where the request is refused as a whole.
    Status(Name),
    /// `expect errors = [E0907]`: the request is refused as a whole, with exactly these codes, in this order.
    Errors(Vec<Name>),
}

/// The status of a request that is refused as a whole.
pub const REFUSED: &str = "error";

impl Expected {
    /// Whether this can be met only by a request that is refused as a whole.
    pub fn is_refusal(&self) -> bool {
        match self {
            Expected::Errors(codes) => !codes.is_empty(),
            Expected::Status(word) => word.as_ref() == REFUSED,
            Expected::Holds { .. } | Expected::Names { .. } => false,
        }
    }
}

/// Lists of names that an expectation can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NameList {
    /// `line.applied`: add, less, floor, cap and tax steps that applied, in waterfall order; names from
    /// unit steps, then line steps, then the quote's steps that reached the line.
    Applied,
    /// `violations`: names of violated constraints (or codes of unnamed ones), of a line or of the quote.
    Violations,
    /// `approvals`: levels and reviewers that must sign, in signing order.
    Approvals,
    /// `alerts`: names of alerts raised.
    Alerts,
    /// `suggestions`: the options and products that are suggested.
    Suggestions,
    /// `offers`: names of steps offered.
    Offers,
}

impl NameList {
    /// The list of a word.
    pub fn of(word: &str) -> Option<NameList> {
        Some(match word {
            "applied" => NameList::Applied,
            "violations" => NameList::Violations,
            "approvals" => NameList::Approvals,
            "alerts" => NameList::Alerts,
            "suggestions" => NameList::Suggestions,
            "offers" => NameList::Offers,
            _ => return None,
        })
    }
}
