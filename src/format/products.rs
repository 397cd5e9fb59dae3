//! Families and products with their members.

use super::expressions::expr;
use super::flow::Flow;
use super::items::field_line;
use super::lines::{Columns, Line, Lines};
use super::words::{any_type, because, clauses, labelled, literal, names, path, text};
use crate::source::Span;
use crate::syntax::ast::{
    Allow, Constraint, Cost, CostComponent, Exclude, Family, Let, Member, MemberKind, Name, Part, PartsPrice,
    Product, Suggest, Suggestion,
};

impl Lines<'_> {
    pub(super) fn family(&mut self, family: &Family, at: Span) {
        let head = Flow::of(format!("family {}", labelled(&family.name, family.label.as_ref())));
        if family.members.is_empty() {
            return self.push(Line::plain(head, at));
        }
        self.members(head, &family.members, at);
    }

    pub(super) fn product(&mut self, product: &Product, at: Span) {
        let family = product.family.as_ref().map_or(String::new(), |family| format!(" in {}", family.text));
        let head = Flow::of(format!("product {}{family}", labelled(&product.name, product.label.as_ref())));
        if let [member] = product.members.as_slice()
            && !matches!(member.kind, MemberKind::Cost(_))
        {
            let line = member_line(member);
            return self.block(head, vec![line], at, "");
        }
        self.members(head, &product.members, at);
    }

    fn members(&mut self, head: Flow, members: &[Member], at: Span) {
        self.open(Line::plain(head, at));
        for member in members {
            match &member.kind {
                MemberKind::Cost(cost) => self.cost(cost, member.span),
                _ => self.push(member_line(member)),
            }
        }
        self.close("", at.end);
    }

    fn cost(&mut self, cost: &Cost, at: Span) {
        let head = Flow::of(if cost.per_line { "cost line" } else { "cost" });
        let lines = cost.components.iter().map(component_line).collect();
        let visible = if cost.visible_to.is_empty() {
            String::new()
        } else {
            format!(" visible to {}", names(&cost.visible_to, ", "))
        };
        self.block(head, lines, at, &visible);
    }
}

fn component_line(component: &CostComponent) -> Line {
    let mut main = Flow::of("= ");
    main.append(expr(&component.amount));
    let mut line = Line::plain(main, component.span);
    line.head = vec![component.name.text.to_string(), component.label.as_ref().map_or(String::new(), text)];
    line.tails = clauses(&component.clauses);
    line.columns = Columns::Costs;
    line
}

/// A member that is no block.
pub(super) fn member_line(member: &Member) -> Line {
    let at = member.span;
    match &member.kind {
        MemberKind::Option(field) => field_line("option", field, at),
        MemberKind::Given(field) => field_line("given", field, at),
        MemberKind::Quantity(ty) => {
            let mut flow = Flow::of("quantity ");
            flow.append(any_type(ty));
            Line::plain(flow, at)
        }
        MemberKind::Require(own) => constraint("require", own, at),
        MemberKind::Alert(own) => alert(own, at),
        MemberKind::Exclude(own) => exclude(own, at),
        MemberKind::Allow(own) => allow(own, at),
        MemberKind::Let(own) => let_line(own, at),
        MemberKind::Suggest(own) => suggest(own, at),
        MemberKind::Part(own) => part(own, at),
        MemberKind::Parts(PartsPrice::Priced) => Line::plain(Flow::of("parts priced"), at),
        MemberKind::Parts(PartsPrice::Included) => Line::plain(Flow::of("parts included"), at),
        MemberKind::Cost(_) => Line::plain(Flow::default(), at),
    }
}

/// `require name: `
fn begun(word: &str, name: Option<&Name>) -> Flow {
    match name {
        Some(name) => Flow::of(format!("{word} {}: ", name.text)),
        None => Flow::of(format!("{word} ")),
    }
}

fn constraint(word: &str, own: &Constraint, at: Span) -> Line {
    let mut main = begun(word, own.name.as_ref());
    main.append(expr(&own.condition));
    let mut line = Line::plain(main, at);
    if let Some(when) = &own.when {
        let mut flow = Flow::of("when ");
        flow.append(expr(when));
        line.tails.push(flow);
    }
    line.tails.extend(because(own.because.as_ref()));
    line
}

fn alert(own: &Constraint, at: Span) -> Line {
    let mut main = begun("alert", own.name.as_ref());
    main.glue("when ").append(expr(&own.condition));
    let mut line = Line::plain(main, at);
    line.tails.extend(because(own.because.as_ref()));
    line
}

fn exclude(own: &Exclude, at: Span) -> Line {
    let mut main = begun("exclude", own.name.as_ref());
    main.append(expr(&own.left));
    main.part("with ").append(expr(&own.right));
    let mut line = Line::plain(main, at);
    line.tails.extend(because(own.because.as_ref()));
    line
}

fn allow(own: &Allow, at: Span) -> Line {
    let mut main = begun("allow", own.name.as_ref());
    let options = own.options.iter().map(path).collect::<Vec<_>>().join(", ");
    main.glue(&format!("({options}) in {}", own.table.text));
    let mut line = Line::plain(main, at);
    line.tails.extend(because(own.because.as_ref()));
    line
}

fn part(own: &Part, at: Span) -> Line {
    let colon = if own.label.is_some() { "" } else { ":" };
    let label = own.label.as_ref().map_or_else(String::new, |label| format!("{}:", text(label)));
    let count = own.count.as_ref().map_or_else(String::new, |count| match &count.most {
        Some(most) => format!("{} to {} of ", count.least.text, most.text),
        None => format!("{} of ", count.least.text),
    });
    let mut line = Line::plain(Flow::of(format!("{count}{}", own.product.text)), at);
    line.head = vec![format!("part {}{colon}", own.name.text), label];
    line.columns = Columns::Field;
    if let Some(when) = &own.when {
        let mut flow = Flow::of("when ");
        flow.append(expr(when));
        line.tails.push(flow);
    }
    line
}

fn let_line(own: &Let, at: Span) -> Line {
    let mut main = Flow::of(format!("let {}", labelled(&own.name, own.label.as_ref())));
    if let Some(ty) = &own.ty {
        main.glue(": ").append(any_type(ty));
    }
    main.glue(" =").part("").append(expr(&own.value));
    Line::plain(main, at)
}

fn suggest(own: &Suggest, at: Span) -> Line {
    let what = match &own.what {
        Suggestion::With { option, value } => format!("suggest {} with {}", option.text, literal(value)),
        Suggestion::Value { option, value } => format!("suggest {} = {}", option.text, literal(value)),
        Suggestion::Product(product) => format!("suggest product {}", product.text),
    };
    let mut line = Line::plain(Flow::of(what), at);
    line.tails = clauses(&own.clauses);
    line
}
