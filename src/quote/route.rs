//! Who signs, in which order: levels of ladders, and reviewers beside them.

use super::consent::{Requirement, SideLadder, Signer};
use crate::ir::{ApprovalLevel, Approvals, Ladder, Name, Reviewer, Route};

/// Who signs.
pub(super) struct Signing {
    /// In the order of the steps.
    pub route: Vec<Signer>,
    /// The ladders beside the nameless one on which somebody signs.
    pub ladders: Vec<SideLadder>,
    /// Levels that would have signed on the way up to a higher one, and are skipped.
    pub passed_over: Vec<Name>,
}

/// Who signs for some requirements, which ask nobody who is skipped.
pub(super) fn signing(approvals: &Approvals, requirements: &[Requirement], skipped: &[&Name]) -> Signing {
    let mut signing = Signing { route: Vec::new(), ladders: Vec::new(), passed_over: Vec::new() };
    for (ladder, levels, how) in approvals.each_ladder() {
        let before = signing.route.len();
        Climb { approvals, requirements, skipped, ladder, step: 0, signing: &mut signing }
            .ladder(levels, how);
        if let Some(ladder) = ladder.filter(|_| signing.route.len() > before) {
            let (name, label) = (ladder.name.clone(), ladder.label.clone());
            signing.ladders.push(SideLadder { name, label, how });
        }
    }
    // Of one step first those of the ladder that is declared first.
    signing.route.sort_by_key(|signer| signer.step);
    signing
}

/// The way up one ladder.
struct Climb<'a> {
    approvals: &'a Approvals,
    requirements: &'a [Requirement],
    skipped: &'a [&'a Name],
    ladder: Option<&'a Ladder>,
    step: u32,
    signing: &'a mut Signing,
}

impl<'a> Climb<'a> {
    fn ladder(&mut self, levels: &'a [ApprovalLevel], how: Route) {
        let highest = levels.iter().rposition(|level| self.is_asked(&level.name));
        for (at, level) in levels.iter().enumerate() {
            let on_the_way = highest.is_some_and(|highest| match how {
                Route::Climb => at <= highest,
                Route::Jump => at == highest,
                Route::Each => self.is_asked(&level.name),
            });
            let signs = on_the_way && !self.skipped.contains(&&level.name);
            if on_the_way && !signs {
                self.signing.passed_over.push(level.name.clone());
            }
            if signs {
                self.step += 1;
                let mut above = levels.iter().skip(at);
                let signed = match self.is_asked(&level.name) {
                    true => self.has_signed(&level.name),
                    // A level that only passes a request on has signed when all above it have.
                    false => above.all(|level| self.has_signed(&level.name)),
                };
                self.sign(&level.name, level.label.as_ref(), level.needs, false, signed);
            }
            self.reviewers(Some(&level.name), signs);
        }
        if self.ladder.is_none() {
            self.reviewers(None, false);
        }
    }

    /// The reviewers beside a level: the parallel ones first, at its step; then the others, one by one.
    fn reviewers(&mut self, with: Option<&Name>, level_signs: bool) {
        let approvals = self.approvals;
        let beside = |reviewer: &&&Reviewer| reviewer.with.as_ref() == with;
        let asked: Vec<&Reviewer> =
            approvals.reviewers.iter().filter(|reviewer| self.is_asked(&reviewer.name)).collect();
        let mut step_is_begun = level_signs;
        for reviewer in asked.iter().filter(beside).filter(|reviewer| reviewer.parallel) {
            if !step_is_begun {
                self.step += 1;
                step_is_begun = true;
            }
            self.reviewer(reviewer);
        }
        for reviewer in asked.iter().filter(beside).filter(|reviewer| !reviewer.parallel) {
            self.step += 1;
            self.reviewer(reviewer);
        }
    }

    fn reviewer(&mut self, reviewer: &Reviewer) {
        let signed = self.has_signed(&reviewer.name);
        self.sign(&reviewer.name, reviewer.label.as_ref(), reviewer.needs, true, signed);
    }

    fn sign(&mut self, name: &Name, label: Option<&Name>, needs: u32, reviewer: bool, signed: bool) {
        let mut signed_by: Vec<String> = Vec::new();
        for person in self.requirements_of(name).flat_map(|it| &it.signed_by) {
            if !signed_by.contains(person) {
                signed_by.push(person.clone());
            }
        }
        self.signing.route.push(Signer {
            name: name.clone(),
            label: label.cloned(),
            reviewer,
            ladder: self.ladder.map(|ladder| ladder.name.clone()),
            step: self.step,
            needs,
            signed,
            signed_by,
        });
    }

    fn requirements_of(&self, name: &Name) -> impl Iterator<Item = &'a Requirement> {
        let requirements = self.requirements;
        requirements.iter().filter(move |it| it.who.as_ref() == Some(name))
    }

    fn is_asked(&self, name: &Name) -> bool {
        self.requirements_of(name).next().is_some()
    }

    fn has_signed(&self, name: &Name) -> bool {
        self.requirements_of(name).all(|it| it.signed)
    }
}
