//! A set of values of one variable, as bits.

use smallvec::SmallVec;

/// A set of values of a variable.
#[derive(Debug, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct ValueSet {
    /// Bit `n % 64` of word `n / 64` is set when value `n` is in; the last word is not zero.
    words: SmallVec<[u64; 2]>,
}

impl Clone for ValueSet {
    /// The derived one copies word by word, and a click copies a set for each variable several times.
    fn clone(&self) -> ValueSet {
        ValueSet { words: SmallVec::from_slice(&self.words) }
    }
}

impl ValueSet {
    /// No value.
    pub fn none() -> ValueSet {
        ValueSet::default()
    }

    /// The values `0..size`.
    pub fn all(size: u32) -> ValueSet {
        let whole = (size / 64) as usize;
        let mut words = SmallVec::from_elem(u64::MAX, whole);
        if !size.is_multiple_of(64) {
            words.push((1 << (size % 64)) - 1);
        }
        ValueSet { words }
    }

    /// One value.
    pub fn one(value: u32) -> ValueSet {
        let mut set = ValueSet::none();
        set.insert(value);
        set
    }

    /// Puts a value in.
    pub fn insert(&mut self, value: u32) {
        let at = (value / 64) as usize;
        if self.words.len() <= at {
            self.words.resize(at + 1, 0);
        }
        if let Some(word) = self.words.get_mut(at) {
            *word |= 1 << (value % 64);
        }
    }

    /// Takes a value out.
    pub fn remove(&mut self, value: u32) {
        if let Some(word) = self.words.get_mut((value / 64) as usize) {
            *word &= !(1 << (value % 64));
        }
        self.trim();
    }

    /// Whether a value is in.
    pub fn has(&self, value: u32) -> bool {
        self.words.get((value / 64) as usize).is_some_and(|word| word >> (value % 64) & 1 == 1)
    }

    /// How many values are in.
    pub fn len(&self) -> u32 {
        self.words.iter().map(|word| word.count_ones()).sum()
    }

    /// Whether no value is in.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The only value.
    pub fn only(&self) -> Option<u32> {
        if self.len() == 1 { self.first() } else { None }
    }

    /// The lowest value.
    pub fn first(&self) -> Option<u32> {
        self.iter().next()
    }

    /// The values, lowest first.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.words.iter().enumerate().flat_map(|(at, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                if rest == 0 {
                    return None;
                }
                let bit = rest.trailing_zeros();
                rest &= rest - 1;
                Some(at as u32 * 64 + bit)
            })
        })
    }

    /// What is in both.
    pub fn and(&self, other: &ValueSet) -> ValueSet {
        let words = self.words.iter().zip(&other.words).map(|(left, right)| left & right).collect();
        ValueSet { words }.trimmed()
    }

    /// What is in either.
    pub fn or(&self, other: &ValueSet) -> ValueSet {
        let (long, short) = if self.words.len() >= other.words.len() { (self, other) } else { (other, self) };
        let mut words = long.words.clone();
        for (word, more) in words.iter_mut().zip(&short.words) {
            *word |= more;
        }
        ValueSet { words }
    }

    /// What is in this one and not in the other.
    pub fn without(&self, other: &ValueSet) -> ValueSet {
        let mut words = self.words.clone();
        for (word, less) in words.iter_mut().zip(&other.words) {
            *word &= !less;
        }
        ValueSet { words }.trimmed()
    }

    /// Whether a value is in both.
    pub fn meets(&self, other: &ValueSet) -> bool {
        self.words.iter().zip(&other.words).any(|(left, right)| left & right != 0)
    }

    /// Whether each value of the other is in this one.
    pub fn holds(&self, other: &ValueSet) -> bool {
        other.without(self).is_empty()
    }

    /// The bits: value `n` is bit `n % 64` of word `n / 64`.
    pub(super) fn words(&self) -> &[u64] {
        &self.words
    }

    /// The set whose bits these are.
    pub(super) fn from_words(words: &[u64]) -> ValueSet {
        ValueSet { words: SmallVec::from_slice(words) }.trimmed()
    }

    fn trim(&mut self) {
        while self.words.last() == Some(&0) {
            self.words.pop();
        }
    }

    fn trimmed(mut self) -> ValueSet {
        self.trim();
        self
    }
}

impl FromIterator<u32> for ValueSet {
    fn from_iter<I: IntoIterator<Item = u32>>(values: I) -> ValueSet {
        let mut set = ValueSet::none();
        for value in values {
            set.insert(value);
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_values_are_sets() {
        let odd: ValueSet = (0..200).filter(|value| value % 2 == 1).collect();
        let low = ValueSet::all(70);
        assert_eq!(odd.len(), 100);
        assert_eq!(low.len(), 70);
        assert_eq!(odd.and(&low).iter().last(), Some(69));
        assert_eq!(odd.or(&low).len(), 135);
        assert_eq!(low.without(&odd).iter().collect::<Vec<_>>(), (0..70).step_by(2).collect::<Vec<_>>());
        assert!(low.holds(&odd.and(&low)) && !low.holds(&odd) && odd.meets(&low));
        assert_eq!(ValueSet::one(130).only(), Some(130));
        let mut gone = ValueSet::one(130);
        gone.remove(130);
        assert_eq!(gone, ValueSet::none());
    }
}
