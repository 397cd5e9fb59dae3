//! What follows at once from what is taken for granted, with the reasons.

use super::cnf::{ClauseId, Cnf, Lit, TRUE};

/// Why a literal is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// All other literals of the clause are false.
    Clause(ClauseId),
    /// The claim at this position says so.
    Claim(u32),
    /// It was tried, or is known by search.
    Tried,
}

/// What cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Conflict {
    /// All literals of the clause are false.
    Clause(ClauseId),
    /// The literal is false and asked to be true.
    Literal(Lit, Reason),
}

/// Literals taken for granted and what follows from them, in levels that can be taken back.
#[derive(Clone, Debug)]
pub(super) struct Trail {
    /// By literal, whether it is true.
    truth: Vec<bool>,
    /// By unknown.
    reasons: Vec<Reason>,
    /// The true literals in their order.
    order: Vec<Lit>,
    /// How many of them have been followed.
    head: usize,
    /// How many of them there were when each level began.
    levels: Vec<u32>,
    /// By clause of three and more literals, how many of them are false.
    falses: Vec<u32>,
    /// By unknown: asked for when reasons are traced.
    seen: Vec<bool>,
}

impl Trail {
    /// What follows from the clauses alone, with the conflict if they contradict each other at once.
    pub(super) fn new(cnf: &Cnf) -> (Trail, Option<Conflict>) {
        let mut trail = Trail {
            truth: vec![false; cnf.lit_count()],
            reasons: vec![Reason::Tried; cnf.unknowns() as usize],
            order: Vec::new(),
            head: 0,
            levels: Vec::new(),
            falses: vec![0; cnf.clause_count()],
            seen: vec![false; cnf.unknowns() as usize],
        };
        let conflict = trail.begin(cnf).err();
        (trail, conflict)
    }

    fn begin(&mut self, cnf: &Cnf) -> Result<(), Conflict> {
        self.set(TRUE, Reason::Tried)?;
        for clause in cnf.short() {
            match cnf.clause(*clause) {
                [lit] => self.set(*lit, Reason::Clause(*clause))?,
                _ => return Err(Conflict::Clause(*clause)),
            }
        }
        self.follow(cnf)
    }

    /// Whether the literal is true.
    fn holds(&self, lit: Lit) -> bool {
        self.truth[lit.index()]
    }

    /// Begins a level.
    pub(super) fn push(&mut self) {
        self.levels.push(self.order.len() as u32);
    }

    /// Takes a literal for granted; what follows is not looked at yet.
    pub(super) fn set(&mut self, lit: Lit, reason: Reason) -> Result<(), Conflict> {
        if self.holds(!lit) {
            return Err(Conflict::Literal(lit, reason));
        }
        if !self.holds(lit) {
            self.enter(lit, reason);
        }
        Ok(())
    }

    fn enter(&mut self, lit: Lit, reason: Reason) {
        self.truth[lit.index()] = true;
        self.reasons[lit.unknown()] = reason;
        self.order.push(lit);
    }

    /// Finds what follows.
    pub(super) fn follow(&mut self, cnf: &Cnf) -> Result<(), Conflict> {
        while let Some(lit) = self.order.get(self.head).copied() {
            self.head += 1;
            let mut conflict = None;
            // The counts must be complete also after a conflict, for they are taken back as a whole.
            for clause in cnf.long(!lit) {
                let falses = &mut self.falses[*clause as usize];
                *falses += 1;
                if conflict.is_none() && *falses as usize + 1 >= cnf.clause(*clause).len() {
                    conflict = self.last_one(cnf, *clause);
                }
            }
            for (other, clause) in cnf.pairs(!lit) {
                if conflict.is_some() {
                    break;
                } else if self.holds(!*other) {
                    conflict = Some(Conflict::Clause(*clause));
                } else if !self.holds(*other) {
                    self.enter(*other, Reason::Clause(*clause));
                }
            }
            if let Some(conflict) = conflict {
                return Err(conflict);
            }
        }
        Ok(())
    }

    /// A clause has at most one literal that is not known to be false.
    fn last_one(&mut self, cnf: &Cnf, clause: ClauseId) -> Option<Conflict> {
        let rest = cnf.clause(clause).iter().copied().find(|lit| !self.holds(!*lit));
        match rest {
            None => return Some(Conflict::Clause(clause)),
            Some(lit) if !self.holds(lit) => self.enter(lit, Reason::Clause(clause)),
            Some(_) => {}
        }
        None
    }

    /// Takes levels back.
    pub(super) fn back_to(&mut self, cnf: &Cnf, level: usize) {
        let Some(start) = self.levels.get(level).map(|start| *start as usize) else { return };
        while self.order.len() > start {
            let Some(lit) = self.order.pop() else { break };
            if self.order.len() < self.head {
                for clause in cnf.long(!lit) {
                    self.falses[*clause as usize] -= 1;
                }
            }
            self.truth[lit.index()] = false;
        }
        self.head = self.head.min(start);
        self.levels.truncate(level);
    }

    /// The positions of the claims and the clauses that a conflict comes from, each ascending.
    pub(super) fn trace(&mut self, cnf: &Cnf, conflict: Conflict) -> (Vec<u32>, Vec<ClauseId>) {
        let (mut claims, mut clauses) = (Vec::new(), Vec::new());
        match conflict {
            Conflict::Clause(clause) => self.note(cnf, clause, &mut clauses),
            Conflict::Literal(lit, reason) => {
                self.seen[lit.unknown()] = true;
                match reason {
                    Reason::Claim(claim) => claims.push(claim),
                    Reason::Clause(clause) => self.note(cnf, clause, &mut clauses),
                    Reason::Tried => {}
                }
            }
        }
        for at in (0..self.order.len()).rev() {
            let unknown = self.order[at].unknown();
            if !std::mem::take(&mut self.seen[unknown]) {
                continue;
            }
            match self.reasons[unknown] {
                Reason::Clause(clause) => self.note(cnf, clause, &mut clauses),
                Reason::Claim(claim) => claims.push(claim),
                Reason::Tried => {}
            }
            self.seen[unknown] = false;
        }
        claims.sort_unstable();
        claims.dedup();
        clauses.sort_unstable();
        clauses.dedup();
        (claims, clauses)
    }

    fn note(&mut self, cnf: &Cnf, clause: ClauseId, clauses: &mut Vec<ClauseId>) {
        clauses.push(clause);
        for lit in cnf.clause(clause) {
            self.seen[lit.unknown()] = true;
        }
    }
}
