//! The problem of a product has exactly the solutions that a quote accepts as lines.

mod encode {
    pub mod brute;
    pub mod random;
}

use encode::brute::{Case, agree, agree_with, model, model_within};
use tarif::configure::Effort;

/// A book with a product `it` of these members, and other declarations.
fn book(members: &str, others: &str) -> Case {
    Case::new(&format!(
        "book trial {{ currency EUR effective 2026-01-01 to 2026-12-31 }}\nproduct it {{\n{members}\n}}\nprice it {{ per unit {{ list = 1 EUR }} }}\n{others}\n"
    ))
}

/// Configurations that a quote accepts, having held them all against the problem.
fn count(members: &str, others: &str) -> u64 {
    agree(&book(members, others)).unwrap()
}

#[test]
fn constraints_on_enumerations_are_those_of_a_quote() {
    // 3 × 2 × 2 combinations; a with x is excluded (2 of them), b needs y (x with b: 2).
    let members = "option kind: a | b | c
        option way: x | y
        option on: bool
        exclude kind = a with way = x
        require way = y when kind = b";
    assert_eq!(count(members, ""), 12 - 2 - 2);
}

#[test]
fn an_option_exists_exactly_where_its_condition_holds() {
    // on: 3 colours; off: none.
    assert_eq!(count("option on: bool\noption colour: red | blue | grey when on", ""), 4);
    // on: 3 colours or none; off: none.
    assert_eq!(count("option on: bool\noption colour: red | blue | grey optional when on", ""), 5);
    // `=` with what is absent is false, `!=` is true.
    let members = "option on: bool\noption colour: red | blue when on\nrequire colour != red";
    assert_eq!(count(members, ""), 2);
    let members = "option on: bool\noption colour: red | blue when on\nrequire colour = red";
    assert_eq!(count(members, ""), 1);
}

#[test]
fn sets_are_a_choice_for_each_element() {
    assert_eq!(count("option extras: any of a | b | c", ""), 8);
    let members = "option extras: any of a | b | c\noption size: s | m\nrequire size = m when a in extras";
    assert_eq!(count(members, ""), 8 + 4);
    // Where it is absent nothing is in it, and it counts once.
    assert_eq!(count("option on: bool\noption extras: any of a | b | c when on", ""), 9);
    let members =
        "option on: bool\noption extras: any of a | b when on\nrequire given(extras) implies b in extras";
    assert_eq!(count(members, ""), 3);
}

#[test]
fn numbers_are_compared_exactly() {
    let members = "option width: 100 mm to 200 mm step 50 mm
        option height: 10 cm to 20 cm step 5 cm
        require width * 2 <= height + 25 cm";
    // width 100, 150, 200 against (height + 250 mm) / 2 = 175, 200, 225.
    assert_eq!(count(members, ""), 2 + 3 + 3);
    let members = "option n: 1 to 9 step 1\nrequire n / 3 = 1 / 3 * n\nrequire n != 4 and n >= 3";
    assert_eq!(count(members, ""), 6);
}

#[test]
fn sums_of_many_options_stay_small() {
    let options: Vec<String> = (0..12).map(|at| format!("option o{at}: bool")).collect();
    let sum: Vec<String> = (0..12).map(|at| format!("(if o{at} then 1 else 0)")).collect();
    let members = format!("{}\nrequire {} <= 2", options.join("\n"), sum.join(" + "));
    // 1 + 12 + 66.
    assert_eq!(count(&members, ""), 79);
    let sizes = model(&book(&members, "")).solver.problem().sizes.clone();
    assert!(sizes.iter().all(|size| *size <= 4), "{sizes:?}");
}

#[test]
fn a_table_of_what_can_be_built_allows_its_rows() {
    let members = "option frame: c | h | f\noption force: 63 | 100 | 160\nallow (frame, force) in buildable";
    let table = "table buildable(it.frame, force: number) -> bool optional {
        frame | force | value
        c | 63 | true
        c | 100 | true
        h | from 100 | true
        f | 160 | n/a
    }";
    assert_eq!(count(members, table), 4);
}

#[test]
fn a_let_without_a_value_makes_a_line_impossible() {
    let members = "option frame: c | h\noption force: 63 | 100 | 160\nlet price: EUR = list_of(frame, force)";
    let table = "table list_of(it.frame, force: number) -> EUR {
        | from 0 | from 100
      c | 10 | n/a
      h | 20 | 30
    }";
    assert_eq!(count(members, table), 4);
}

#[test]
fn the_pieces_of_a_part_are_configured_one_by_one() {
    let die = "product die { option size: s | m | l  option hard: bool when size = l }";
    // A die has 4 configurations; of none, one or two of them.
    assert_eq!(count("part dies: 0 to 2 of die  parts included", die), 1 + 4 + 16);
    let members = "part dies: 1 to 2 of die  parts included
        require count(dies where dies.size = l) <= 1";
    let named = members.replace("dies where dies.size", "d for d in dies where d.size");
    // One: 4; two: 16 without the 4 in which both are l.
    assert_eq!(count(&named, die), 4 + 16 - 4);
}

#[test]
fn sums_and_extremes_go_over_the_pieces_that_there_are() {
    let die = "product die { option mass: 1 | 2 | 5  let twice = mass * 2 }";
    let members = "part dies: 0 to 3 of die  parts included
        require sum(d.twice for d in dies) <= 8
        require all(d.mass < 5 for d in dies)
        require (max(d.mass for d in dies) otherwise 2) >= 2";
    // None: 1. One: 2. Two of 1, 2 with at least one 2: 3 with sums 3 or 4. Three: 1+1+2 in three orders.
    assert_eq!(count(members, die), 1 + 1 + 3 + 3);
}

#[test]
fn a_part_exists_where_its_condition_holds_and_pieces_have_parts() {
    let others = "product pin { option length: 1 | 2 }
        product die { option kind: a | b  part pins: 1 to 2 of pin when kind = b  parts included }";
    let members = "option big: bool
        part dies: 1 to 2 of die when big
        parts included
        require any(count(d.pins) = 2 for d in dies) implies big";
    // A die: a, or b with 2 + 4 ways of pins: 7. Not big: 1.
    assert_eq!(count(members, others), 1 + 7 + 49);
}

#[test]
fn pieces_without_choices_need_only_their_number() {
    let members = "part screws: 0 to 400 of screw  parts included  option load: 10 | 20
        require sum(s.grams for s in screws) <= load
        require count(screws) >= 2";
    let case = book(members, "product screw { let grams = 3 }");
    assert_eq!(agree(&case).unwrap(), 2 + 5);
    let model = model(&case);
    assert!(model.slots.iter().all(|slot| !slot.path.contains('[')));
}

/// A bundle of stations with heads, as sums that count only where the station is there.
fn stations(rule: &str) -> Case {
    let others = "product head { option load: 1 | 3 }
        product station { part heads: 1 to 2 of head  parts included
          let sum_of = sum(h.load for h in heads) + 2 }";
    book(&format!("part stations: 1 to 2 of station  parts included\n{rule}"), others)
}

#[test]
fn a_sum_of_sums_is_taken_apart_where_it_comes_to_too_much() {
    // A station has 2 + load or 2 + load + load: 3, 5; 4, 6, 6, 8. One station: 6 ways, all within 10.
    // Two: of the 36 pairs those with a sum up to 10: 3 with 3 4 5 6 6 (not 8: 11), 4 with 3 4 5 6 6,
    // 5 with 3 4 5, each 6 with 3 4, 8 with none: 5 + 5 + 3 + 2 + 2.
    let case = stations("require sum(s.sum_of for s in stations) <= 10");
    assert_eq!(agree(&case).unwrap(), 6 + 17);
    for effort in efforts() {
        let model = model_within(&case, effort);
        agree_with(&case, &model, 1_200).unwrap();
    }
    let apart = model_within(&case, Effort { tried: 40, combined: 12, ..Effort::default() });
    assert_eq!(apart.open, []);
}

#[test]
fn a_comparison_with_the_greatest_of_many_is_one_with_each() {
    // One station: 3, 5, 4, 6, 6 of the six are up to 6. Two: 5 × 5.
    let case = stations("require max(s.sum_of for s in stations) <= 6");
    assert_eq!(agree(&case).unwrap(), 5 + 25);
    let apart = model_within(&case, Effort { tried: 40, combined: 12, ..Effort::default() });
    agree_with(&case, &apart, 1_200).unwrap();
}

#[test]
fn sums_of_many_numbers_of_a_table_are_known_to_stay_far_from_the_limit_of_numbers() {
    let head = "product head { option kind: a | b  let rate = rates(kind) }
        table rates(head.kind) -> kg { a: 0.0000000001, b: 123_456.75 }";
    let members = "part heads: 1 to 12 of head  parts included
        let rate = sum(h.rate for h in heads)
        require rate <= 123_457 kg";
    let case = book(members, head);
    let model = model(&case);
    assert_eq!(model.open, []);
    // That the sum has a value needs no rule.
    assert!(model.rules.iter().all(|rule| rule.name.as_deref() != Some("rate")), "{:?}", model.rules);
}

/// Efforts under which the ways for long ranges and many combinations are gone by small products too.
fn efforts() -> [Effort; 5] {
    let all = Effort::default();
    [
        all,
        Effort { listed: 3, ..all },
        Effort { tried: 0, listed: 3, ..all },
        Effort { tried: 0, combined: 6, ..all },
        Effort { tried: 12, combined: 0, listed: 8, ..all },
    ]
}

#[expect(clippy::disallowed_methods, reason = "a longer run is asked for by the environment")]
fn asked(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|it| it.parse().ok()).unwrap_or(usual)
}

#[test]
fn random_products_have_the_solutions_that_a_quote_accepts() {
    let (from, many) = (asked("TARIF_ENCODE_SEED", 1), asked("TARIF_ENCODE_MANY", 80));
    let (mut tried, mut refused, mut open, mut rules) = (0, 0, 0, 0);
    for seed in from..from + many {
        let text = encode::random::book(seed);
        let case = match Case::try_new(&text) {
            Ok(case) => case,
            Err(problem) => {
                if asked("TARIF_ENCODE_SHOW", 0) > 0 {
                    println!("{problem}\n");
                }
                refused += 1;
                continue;
            }
        };
        for (at, effort) in efforts().into_iter().enumerate() {
            let model = model_within(&case, effort);
            open += model.open.len();
            rules += model.rules.len();
            if at == 0
                && let Some(open) = model.open.first()
            {
                panic!("seed {seed}: `{}` is open: {}\n{text}", open.rule.text, open.why);
            }
            if let Err(difference) = agree_with(&case, &model, 1_200) {
                panic!("seed {seed}, effort {at}: {difference}");
            }
            tried += 1;
        }
    }
    println!("{tried} models of {many} books agree, {refused} books refused, {open} rules of {rules} open");
    assert!(refused * 2 < many, "{refused} of {many} books are refused");
}

/// The variables and the rows of the problem of a product without open rules.
fn measure(members: &str, others: &str) -> (Vec<u32>, usize) {
    let model = model(&book(members, others));
    assert_eq!(model.open, []);
    let problem = model.solver.problem();
    let rows = problem.rules.iter().flat_map(|rule| &rule.tables).map(|table| table.rows.len());
    (problem.sizes.clone(), rows.sum())
}

#[test]
fn an_option_of_five_thousand_values_has_a_class_for_each_that_rules_tell_apart() {
    let values: Vec<String> = (0..5_000).map(|at| format!("v{at}")).collect();
    let members = format!(
        "option colour: {}\noption matt: bool
         require not matt when colour in [v3, v77, v4000]\nrequire colour != v12",
        values.join(" | ")
    );
    // The quantity, three values together, one alone and all the others.
    assert_eq!(measure(&members, ""), (vec![1, 3, 2], 0));
}

#[test]
fn a_table_of_ten_thousand_rows_stays_one_table() {
    let rows: Vec<String> =
        (0..10_000).map(|at| format!("  k{} | {} | true", at / 10, at / 10 * 3 + at % 10 * 7)).collect();
    let table = format!(
        "table skus(sku: text) -> int {{ {} }}\n
         table buildable(it.sku, size: int) -> bool optional {{\n  sku | size | value\n{}\n}}",
        (0..1_000).map(|at| format!("k{at}: {at}")).collect::<Vec<_>>().join(", "),
        rows.join("\n")
    );
    let members =
        "option sku: key of skus\noption size: 0 to 1_000_000 step 1\nallow (sku, size) in buildable";
    let (sizes, rows) = measure(members, &table);
    // Rows of one key are one row with a set of sizes. A size that no row names is in none of them.
    assert_eq!(rows, 1_000);
    assert_eq!(sizes[..2], [1, 1_000]);
    assert!(sizes.len() == 3 && sizes[2] <= 3_061, "{sizes:?}");
}

#[test]
fn a_range_of_a_million_steps_is_cut_where_rules_change() {
    let members = "option length: 1 mm to 1_000_000 mm step 1 mm
        option kind: a | b | c
        let mass = length * 3 kg/m + (if kind = a then 5 kg else 0 kg)
        require mass <= 900 kg when kind != c
        require length >= 200 m or rate_of(length) > 2%
        require round(length, up, 1 m) != 7 m";
    let tiers = "tiers rate_of(mm) whole -> rate { from 0 mm: 1%, from 50_000 mm: 3%, from 100_000 mm: 2% }";
    let (sizes, rows) = measure(members, tiers);
    // Changes behind 6 m, 7 m, at 50 m, 100 m, 200 m, behind 298 333 mm and 300 m: eight spans; those up to 6 m and
    // from 7 m to 50 m are alike, and so is what lies between 100 m and 200 m: none of it can be built.
    assert!(sizes[1] <= 8 && sizes.len() <= 4 && rows <= 12, "{sizes:?}, {rows} rows");
}

#[test]
fn two_ranges_of_a_thousand_steps_are_compared_row_by_row() {
    let members =
        "option outer: 1 to 1_500 step 1\noption inner: 1 to 1_000 step 1\nrequire inner + 2 <= outer";
    let (sizes, rows) = measure(members, "");
    assert!(sizes.iter().all(|size| *size <= 1_001) && rows <= 1_001, "{sizes:?}, {rows} rows");
}

#[test]
fn long_ranges_that_are_compared_with_each_other_are_left_open() {
    let members =
        "option outer: 1 to 1_000_000 step 1\noption inner: 1 to 1_000_000 step 1\nrequire inner <= outer";
    let model = model(&book(members, ""));
    let open = &model.open[0];
    assert_eq!((&*open.rule.text, open.slots.len()), ("require inner <= outer", 2));
}

#[test]
fn lets_that_build_on_each_other_a_thousand_times_are_worked_out_from_the_first_on() {
    let mut members = String::from("option f0: bool\nlet l0 = f0\nlet n0 = 1\n");
    for at in 1..1_000 {
        let line = match at % 50 {
            0 => format!("option f{at}: bool\nlet l{at} = (l{} or f{at}) and (not f{at} or f0)\n", at - 1),
            _ => format!("let l{at} = not (not l{})\n", at - 1),
        };
        members.push_str(&line);
        members.push_str(&format!("let n{at} = max(n{}, (if l{at} then {at} else 2))\n", at - 1));
    }
    members.push_str("require l999\nrequire n999 >= 999");
    // Where f0 is false all others are out, and the last is false too.
    let model = model(&book(&members, ""));
    assert_eq!(model.open, []);
    assert!(model.solver.problem().sizes.iter().all(|size| *size <= 1_000));
}
