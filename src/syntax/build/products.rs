//! Families and products with their members.

use super::{Builder, Piece, Pieces, clauses, skip, take};
use crate::syntax::ast::{
    Allow, Clauses, Constraint, Cost, CostComponent, Exclude, Family, Let, Member, MemberKind, Name, Number,
    Part, PartCount, PartsPrice, Product, Suggest, Suggestion,
};
use crate::syntax::errors;
use crate::syntax::grammar::Rule;

impl<'t> Builder<'t> {
    pub(super) fn family(&mut self, mut parts: Pieces<'t>) -> Option<Family> {
        skip(&mut parts, Rule::k_family);
        let (name, label) = self.name_and_label(&mut parts)?;
        let members = self.members(parts)?;
        Some(Family { name, label, members })
    }

    pub(super) fn product(&mut self, mut parts: Pieces<'t>) -> Option<Product> {
        skip(&mut parts, Rule::k_product);
        let (name, label) = self.name_and_label(&mut parts)?;
        let family = if skip(&mut parts, Rule::k_in) { Some(self.name(&mut parts)?) } else { None };
        let members = self.members(parts)?;
        Some(Product { name, label, family, members })
    }

    fn members(&mut self, parts: Pieces<'t>) -> Option<Vec<Member>> {
        let mut members = Vec::with_capacity(parts.len());
        for piece in parts {
            members.push(self.member(piece)?);
        }
        Some(members)
    }

    fn member(&mut self, piece: Piece<'t>) -> Option<Member> {
        let span = self.span(&piece);
        let rule = piece.as_rule();
        let mut parts = piece.into_inner();
        // The word that the member begins with.
        parts.next()?;
        let kind = match rule {
            Rule::quantity => MemberKind::Quantity(self.next_type(&mut parts)?),
            Rule::option => MemberKind::Option(self.field(&mut parts, &clauses::OPTION)?),
            Rule::given => MemberKind::Given(self.field(&mut parts, &clauses::FACT)?),
            Rule::require => MemberKind::Require(self.require(parts)?),
            Rule::exclude => MemberKind::Exclude(self.exclude(parts)?),
            Rule::allow => MemberKind::Allow(self.allow(parts)?),
            Rule::alert => MemberKind::Alert(self.alert(parts)?),
            Rule::let_member => MemberKind::Let(self.let_member(parts)?),
            Rule::cost => MemberKind::Cost(self.cost(parts)?),
            Rule::suggest => MemberKind::Suggest(self.suggest(parts)?),
            Rule::part => MemberKind::Part(self.part(parts)?),
            Rule::parts => MemberKind::Parts(self.parts_price(parts)?),
            _ => return None,
        };
        Some(Member { kind, span })
    }

    /// `name:` before a constraint or a line of a test.
    pub(super) fn own_name(&mut self, parts: &mut Pieces<'t>) -> Option<Name> {
        let mut inner = take(parts, Rule::own_name)?.into_inner();
        self.name(&mut inner)
    }

    pub(super) fn require(&mut self, mut parts: Pieces<'t>) -> Option<Constraint> {
        let name = self.own_name(&mut parts);
        let condition = self.expr(parts.next()?)?;
        let Clauses { when, because, .. } = *self.clauses(&mut parts, &clauses::REQUIREMENT)?;
        Some(Constraint { name, condition, when, because })
    }

    fn alert(&mut self, mut parts: Pieces<'t>) -> Option<Constraint> {
        let name = self.own_name(&mut parts);
        let Clauses { when, because, .. } = *self.clauses(&mut parts, &clauses::ALERT)?;
        Some(Constraint { name, condition: when?, when: None, because })
    }

    pub(super) fn exclude(&mut self, mut parts: Pieces<'t>) -> Option<Exclude> {
        let name = self.own_name(&mut parts);
        let left = self.expr(parts.next()?)?;
        skip(&mut parts, Rule::k_with);
        let right = self.expr(parts.next()?)?;
        let Clauses { because, .. } = *self.clauses(&mut parts, &clauses::EXCLUSION)?;
        Some(Exclude { name, left, right, because })
    }

    fn allow(&mut self, mut parts: Pieces<'t>) -> Option<Allow> {
        let name = self.own_name(&mut parts);
        let mut options = Vec::new();
        while let Some(piece) = take(&mut parts, Rule::path) {
            options.push(self.path(piece));
        }
        skip(&mut parts, Rule::k_in);
        let table = self.name(&mut parts)?;
        let Clauses { because, .. } = *self.clauses(&mut parts, &clauses::ALLOWANCE)?;
        Some(Allow { name, options, table, because })
    }

    fn part(&mut self, mut parts: Pieces<'t>) -> Option<Part> {
        let (name, label) = self.name_and_label(&mut parts)?;
        let count = match take(&mut parts, Rule::part_count) {
            Some(piece) => Some(self.part_count(piece)?),
            None => None,
        };
        skip(&mut parts, Rule::k_of);
        let product = self.name(&mut parts)?;
        let Clauses { when, .. } = *self.clauses(&mut parts, &clauses::PART)?;
        Some(Part { name, label, count, product, when })
    }

    fn part_count(&mut self, piece: Piece<'t>) -> Option<PartCount> {
        let span = self.span(&piece);
        let mut numbers = piece.into_inner().filter(|part| part.as_rule() == Rule::number);
        let mut next = || {
            let piece = numbers.next()?;
            let (span, text) = (self.span(&piece), piece.as_str());
            Some(Number { value: self.number(text, span), text: text.into(), span })
        };
        Some(PartCount { least: next()?, most: next(), span })
    }

    /// `priced` or `included`.
    fn parts_price(&mut self, mut parts: Pieces<'t>) -> Option<PartsPrice> {
        let word = take(&mut parts, Rule::parts_price)?;
        Some(match word.as_str().trim_end() {
            "priced" => PartsPrice::Priced,
            "included" => PartsPrice::Included,
            other => {
                let known = ["priced", "included"];
                self.report(errors::unknown_word(self.span(&word), "way to price parts", other, &known));
                PartsPrice::Priced
            }
        })
    }

    fn let_member(&mut self, mut parts: Pieces<'t>) -> Option<Let> {
        let (name, label) = self.name_and_label(&mut parts)?;
        let ty = self.next_type(&mut parts);
        let value = self.expr(parts.next()?)?;
        Some(Let { name, label, ty, value })
    }

    fn cost(&mut self, mut parts: Pieces<'t>) -> Option<Cost> {
        let per_line = skip(&mut parts, Rule::k_line);
        let mut components = Vec::new();
        while let Some(piece) = take(&mut parts, Rule::component) {
            components.push(self.component(piece)?);
        }
        let visible = take(&mut parts, Rule::visible);
        let names = visible.into_iter().flat_map(|piece| piece.into_inner());
        let names = names.filter(|part| part.as_rule() == Rule::name);
        let visible_to = names.map(|part| self.name_of(&part)).collect();
        Some(Cost { per_line, components, visible_to })
    }

    fn component(&mut self, piece: Piece<'t>) -> Option<CostComponent> {
        let span = self.span(&piece);
        let mut parts = piece.into_inner();
        let (name, label) = self.name_and_label(&mut parts)?;
        let amount = self.expr(parts.next()?)?;
        let clauses = self.clauses(&mut parts, &clauses::COMPONENT)?;
        Some(CostComponent { name, label, amount, clauses, span })
    }

    fn suggest(&mut self, mut parts: Pieces<'t>) -> Option<Suggest> {
        let what = parts.next()?;
        let rule = what.as_rule();
        let mut inner = what.into_inner();
        skip(&mut inner, Rule::k_product);
        let name = self.name(&mut inner)?;
        skip(&mut inner, Rule::k_with);
        let what = match rule {
            Rule::suggest_product => Suggestion::Product(name),
            Rule::suggest_with => Suggestion::With { option: name, value: self.literal(inner.next()?)? },
            _ => Suggestion::Value { option: name, value: self.literal(inner.next()?)? },
        };
        let clauses = self.clauses(&mut parts, &clauses::SUGGESTION)?;
        Some(Suggest { what, clauses })
    }
}
