//! An order in which everything stands behind what it needs, and the circles where there is none.

/// Nodes in an order of need, and the circles among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ordered {
    /// Every node once, behind those it needs (as far as there is no circle).
    pub order: Vec<usize>,
    /// Circles: each node needs the next, the last needs the first.
    pub circles: Vec<Vec<usize>>,
}

/// Orders nodes by what each needs: `needs[n]` are the nodes that node `n` needs.
///
/// The order follows that of the nodes wherever it can. Deep chains need no deep stack.
pub(crate) fn order(needs: &[Vec<usize>]) -> Ordered {
    let mut ordered = Ordered::default();
    // For each node: not seen, or how many of its needs have been followed, or done.
    let mut state = vec![State::New; needs.len()];
    for start in 0..needs.len() {
        let mut path = vec![start];
        while let Some(node) = path.last().copied() {
            let followed = match state.get(node) {
                Some(State::New) => 0,
                Some(State::Open(followed)) => *followed,
                Some(State::Done) | None => {
                    path.pop();
                    continue;
                }
            };
            let Some(next) = needs.get(node).and_then(|all| all.get(followed)).copied() else {
                set(&mut state, node, State::Done);
                ordered.order.push(node);
                path.pop();
                continue;
            };
            set(&mut state, node, State::Open(followed + 1));
            match state.get(next) {
                Some(State::New) => path.push(next),
                Some(State::Open(_)) => {
                    let start = path.iter().position(|waiting| *waiting == next).unwrap_or(0);
                    ordered.circles.push(path.iter().skip(start).copied().collect());
                }
                Some(State::Done) | None => {}
            }
        }
    }
    ordered
}

#[derive(Clone, Copy)]
enum State {
    New,
    Open(usize),
    Done,
}

fn set(state: &mut [State], node: usize, to: State) {
    if let Some(slot) = state.get_mut(node) {
        *slot = to;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stands_behind_what_it_needs_and_else_where_it_was_written() {
        let ordered = order(&[vec![2], vec![], vec![3], vec![]]);
        assert_eq!(ordered.order, [3, 2, 0, 1]);
        assert!(ordered.circles.is_empty());
    }

    #[test]
    fn a_circle_is_told_as_a_path_and_nothing_is_lost() {
        let ordered = order(&[vec![1], vec![2], vec![1], vec![3]]);
        assert_eq!(ordered.circles, [vec![1, 2], vec![3]]);
        assert_eq!(ordered.order.len(), 4);
    }

    #[test]
    fn a_long_chain_is_no_danger() {
        let needs: Vec<Vec<usize>> =
            (0..100_000).map(|at| if at == 0 { vec![] } else { vec![at - 1] }).collect();
        assert_eq!(order(&needs).order.len(), 100_000);
    }
}
