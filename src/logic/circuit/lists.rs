//! Lists of numbers, one per owner, in one piece of memory.

use std::ops::Range;

/// One list of numbers for each owner.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    first: Vec<u32>,
    all: Vec<u32>,
}

impl Lists {
    /// Lists for so many owners from pairs of owner and number; the numbers of an owner keep their order.
    pub(super) fn new(owners: usize, pairs: &[(u32, u32)]) -> Lists {
        let mut first = vec![0; owners + 1];
        for (owner, _) in pairs {
            first[*owner as usize + 1] += 1;
        }
        for owner in 0..owners {
            first[owner + 1] += first[owner];
        }
        let mut next = first.clone();
        let mut all = vec![0; pairs.len()];
        for (owner, number) in pairs {
            let at = &mut next[*owner as usize];
            all[*at as usize] = *number;
            *at += 1;
        }
        Lists { first, all }
    }

    /// The list of an owner.
    pub(super) fn of(&self, owner: u32) -> &[u32] {
        &self.all[self.range(owner)]
    }

    /// Where the list of an owner stands.
    pub(super) fn range(&self, owner: u32) -> Range<usize> {
        match self.first.get(owner as usize..owner as usize + 2) {
            Some([from, to]) => *from as usize..*to as usize,
            _ => 0..0,
        }
    }

    /// The number at a place.
    pub(super) fn at(&self, place: usize) -> u32 {
        self.all[place]
    }
}
