//! Numbers that wait, taken lowest or highest first.

/// A set of numbers below some limit.
#[derive(Clone, Debug, Default)]
pub(super) struct Queue {
    words: Vec<u64>,
    /// All words with numbers are in here.
    from: usize,
    to: usize,
}

impl Queue {
    /// Room for numbers below a limit; none waits.
    pub(super) fn new(limit: usize) -> Queue {
        let words = vec![0; limit.div_ceil(64)];
        Queue { from: words.len(), to: 0, words }
    }

    /// Lets a number wait.
    pub(super) fn put(&mut self, number: usize) {
        let at = number / 64;
        self.words[at] |= 1 << (number % 64);
        self.from = self.from.min(at);
        self.to = self.to.max(at + 1);
    }

    /// Takes the lowest number.
    pub(super) fn lowest(&mut self) -> Option<usize> {
        while self.from < self.to {
            let word = &mut self.words[self.from];
            if *word != 0 {
                let bit = word.trailing_zeros() as usize;
                *word &= *word - 1;
                return Some(self.from * 64 + bit);
            }
            self.from += 1;
        }
        self.is_empty_now()
    }

    /// Takes the highest number.
    pub(super) fn highest(&mut self) -> Option<usize> {
        while self.from < self.to {
            let word = &mut self.words[self.to - 1];
            if *word != 0 {
                let bit = 63 - word.leading_zeros() as usize;
                *word &= !(1 << bit);
                return Some((self.to - 1) * 64 + bit);
            }
            self.to -= 1;
        }
        self.is_empty_now()
    }

    fn is_empty_now(&mut self) -> Option<usize> {
        self.from = self.words.len();
        self.to = 0;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_taken_from_either_end_once_each() {
        let mut queue = Queue::new(300);
        [5, 299, 64, 5, 130].iter().for_each(|number| queue.put(*number));
        assert_eq!((queue.lowest(), queue.highest()), (Some(5), Some(299)));
        queue.put(200);
        assert_eq!((queue.highest(), queue.lowest(), queue.lowest()), (Some(200), Some(64), Some(130)));
        assert_eq!((queue.lowest(), queue.highest()), (None, None));
        queue.put(0);
        assert_eq!((queue.highest(), queue.highest()), (Some(0), None));
    }
}
