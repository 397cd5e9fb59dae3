//! Variables that say the same: each value of one goes with one value of the other.

use std::collections::HashMap;

use super::super::problem::{Cell, Table};
use super::super::values::ValueSet;
use super::kernel::Part;
use super::lists::Lists;
use super::prepare::Same;

/// Variables that say the same as others, and which. Nothing when that shows that there is no solution. The
/// variables named as staying are not themselves among those that go. Of two variables with weights both stay.
pub(super) fn find(part: &Part, weighted: &mut [bool]) -> Option<Vec<(u32, Same)>> {
    let mut same = by_implication(part, weighted)?;
    let (mut goes, mut stays) = (vec![false; part.domains.len()], vec![false; part.domains.len()]);
    for (var, with) in &same {
        goes[*var as usize] = true;
        stays[with.stays as usize] = true;
    }
    for table in &part.tables {
        if let Some((var, with)) = by_table(table, &part.domains)
            && !goes[var as usize]
            && !stays[var as usize]
            && !goes[with.stays as usize]
            && !(weighted[var as usize] && weighted[with.stays as usize])
        {
            weighted[with.stays as usize] |= weighted[var as usize];
            goes[var as usize] = true;
            stays[with.stays as usize] = true;
            same.push((var, with));
        }
    }
    Some(same)
}

/// A table of two variables that pairs their values.
fn by_table(table: &Table, domains: &[ValueSet]) -> Option<(u32, Same)> {
    let [one, other] = table.vars.as_slice() else { return None };
    let (stays, goes) = (&domains[one.0 as usize], &domains[other.0 as usize]);
    if table.rows.len() != stays.len() as usize || stays.len() != goes.len() {
        return None;
    }
    let mut pairs = HashMap::new();
    let mut taken = ValueSet::none();
    for row in &table.rows {
        let [Cell::One(value), Cell::One(own)] = row.as_slice() else { return None };
        if taken.has(*own) || pairs.insert(*value, *own).is_some() {
            return None;
        }
        taken.insert(*own);
    }
    let own =
        (0..stays.words().len() as u32 * 64).map(|value| pairs.get(&value).copied().unwrap_or(u32::MAX));
    Some((other.0, Same { stays: one.0, own: own.collect() }))
}

/// Variables of two values, each of which implies a value of the other and back: they are in one strongly
/// connected component of the graph of implications (Aspvall, Plass and Tarjan 1979).
fn by_implication(part: &Part, weighted: &mut [bool]) -> Option<Vec<(u32, Same)>> {
    let values: Vec<Option<[u32; 2]>> = part.domains.iter().map(two).collect();
    let node = |var: u32, value: u32| -> Option<u32> {
        let [low, _] = values[var as usize]?;
        Some(2 * var + u32::from(value != low))
    };
    let mut arcs = Vec::new();
    for clause in &part.clauses {
        if let [one, other] = clause.as_slice()
            && let (Some(a), Some(b)) = (one.values.only(), other.values.only())
            && let (Some(a), Some(b)) = (node(one.var.0, a), node(other.var.0, b))
        {
            arcs.extend([(a ^ 1, b), (b ^ 1, a)]);
        }
    }
    let component = components(&Lists::new(2 * values.len(), &arcs), 2 * values.len());
    let mut first: HashMap<u32, u32> = HashMap::new();
    let mut same = Vec::new();
    for (var, pair) in values.iter().enumerate() {
        let Some([low, high]) = pair else { continue };
        let (if_low, if_high) = (component[2 * var], component[2 * var + 1]);
        if if_low == if_high {
            return None;
        }
        if let Some(stays) = first.get(&if_low).or_else(|| first.get(&if_high)).copied()
            && let Some([stays_low, stays_high]) = values[stays as usize]
            && !(weighted[var] && weighted[stays as usize])
        {
            weighted[stays as usize] |= weighted[var];
            let straight = component[2 * stays as usize] == if_low;
            let mut own = vec![u32::MAX; stays_high as usize + 1];
            own[stays_low as usize] = if straight { *low } else { *high };
            own[stays_high as usize] = if straight { *high } else { *low };
            same.push((var as u32, Same { stays, own }));
        } else {
            first.insert(if_low, var as u32);
            first.insert(if_high, var as u32);
        }
    }
    Some(same)
}

/// The values of a variable that has two.
fn two(domain: &ValueSet) -> Option<[u32; 2]> {
    let mut values = domain.iter();
    match (values.next(), values.next(), values.next()) {
        (Some(low), Some(high), None) => Some([low, high]),
        _ => None,
    }
}

/// The strongly connected component of each node (Tarjan 1972, without recursion).
fn components(arcs: &Lists, nodes: usize) -> Vec<u32> {
    const NEW: u32 = u32::MAX;
    let mut index = vec![NEW; nodes];
    let mut low = vec![0; nodes];
    let mut component = vec![NEW; nodes];
    let (mut stack, mut path): (Vec<u32>, Vec<(u32, usize)>) = (Vec::new(), Vec::new());
    let (mut next, mut found) = (0, 0);
    for start in 0..nodes as u32 {
        if index[start as usize] != NEW {
            continue;
        }
        path.push((start, 0));
        while let Some((node, arc)) = path.pop() {
            let at = node as usize;
            if arc == 0 {
                index[at] = next;
                low[at] = next;
                next += 1;
                stack.push(node);
            } else {
                let child = arcs.of(node)[arc - 1] as usize;
                low[at] = low[at].min(low[child]);
            }
            let descend = arcs.of(node).iter().enumerate().skip(arc).find_map(|(arc, child)| {
                if index[*child as usize] == NEW {
                    return Some((arc, *child));
                }
                if component[*child as usize] == NEW {
                    low[at] = low[at].min(index[*child as usize]);
                }
                None
            });
            if let Some((arc, child)) = descend {
                path.push((node, arc + 1));
                path.push((child, 0));
            } else if low[at] == index[at] {
                while let Some(member) = stack.pop() {
                    component[member as usize] = found;
                    if member == node {
                        break;
                    }
                }
                found += 1;
            }
        }
    }
    component
}
