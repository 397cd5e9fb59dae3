//! What the readers of models do not take, and how they say so; and what they write where the text could go wrong.

use crate::{relations, uvl};

fn refused(text: &str) -> String {
    match uvl::book(text) {
        Ok(_) => panic!("it was taken:\n{text}"),
        Err(why) => why.to_string(),
    }
}

fn text_of(book: &crate::book::Book) -> &str {
    &book.files[0].1
}

#[test]
fn what_a_feature_model_says_beyond_its_tree_is_refused_with_its_line() {
    let tree = "features\n\ta\n\t\toptional\n\t\t\tb";
    for (text, why) in [
        (
            "imports\n\tother as o\nfeatures\n\ta\n".to_owned(),
            "line 1: models that import others are not taken",
        ),
        (
            format!("{tree}\n\t\t\tc cardinality [1..3]\n"),
            "line 5: features that stand several times in a configuration are not taken",
        ),
        (format!("{tree}\n\t\t\tInteger c\n"), "line 5: features with a value of `Integer` are not taken"),
        (format!("{tree}\n\t\t\tb\n"), "line 5: `b` stands in the tree twice"),
        (format!("{tree}\n\t\t\t\tc\n"), "line 5: a feature stands in a group"),
        (
            format!("{tree}\n    \t\t\tc\n"),
            "line 5: tabs and blanks are mixed, so the tree has no certain shape",
        ),
        (format!("{tree}\n\t\t[x]\n"), "line 5: a cardinality is written `[1..3]`, `[2]` or `[1..*]`"),
        (
            format!("{tree}\nconstraints\n\ta.c => b\n"),
            "line 6: `.`: features of imported models are not taken",
        ),
        (format!("{tree}\nconstraints\n\tb => c\n"), "line 6: there is no feature `c`"),
        (
            format!("{tree}\nconstraints\n\tb.x > 5\n"),
            "line 6: `.`: features of imported models are not taken",
        ),
        (
            format!("{tree}\nconstraints\n\tsum(x) > 5\n"),
            "line 6: `(`: functions over attributes are not taken",
        ),
        (
            format!("{tree}\nconstraints\n\tb < a\n"),
            "line 6: `<`: formulas over numbers, texts and attributes are not taken",
        ),
        (format!("{tree}\nconstraints\n\tb => (a\n"), "line 7: a bracket is not closed"),
        ("namespace x\n".to_owned(), "line 1: there is no feature"),
    ] {
        assert_eq!(refused(&text), why);
    }
}

#[test]
fn a_model_of_relations_that_makes_no_sense_is_refused() {
    let model = |constraint: &str| {
        format!(
            r#"{{"name": "m", "variables": [{{"name": "a", "values": [1, 2]}}], "constraints": [{constraint}]}}"#
        )
    };
    for (constraint, why) in [
        (
            r#"{"id": "c", "kind": "forbidden"}"#,
            "constraint `c`: constraints of the kind Some(\"forbidden\") are not taken",
        ),
        (
            r#"{"id": "c", "kind": "expr", "expr": ["=", "a", "b"]}"#,
            "constraint `c`: there is no variable `b`",
        ),
        (
            r#"{"id": "c", "kind": "expr", "expr": ["xor", "a", 1]}"#,
            "constraint `c`: `xor` is not understood",
        ),
        (r#"{"kind": "expr", "expr": ["+", "a", 1]}"#, "constraint `c1`: the expression is no condition"),
        (
            r#"{"kind": "table", "scope": ["a"], "rows": [[1, 2]]}"#,
            "constraint `c1`: a row has 2 values for 1 variables",
        ),
    ] {
        match relations::book(&model(constraint)) {
            Ok(_) => panic!("it was taken: {constraint}"),
            Err(found) => assert_eq!(found, why),
        }
    }
}

#[test]
fn long_and_deep_formulas_stay_within_the_limits_of_the_language() {
    let names: Vec<String> = (0..1_000).map(|at| format!("f{at}")).collect();
    let tree: String = names.iter().map(|name| format!("\t\t\t{name}\n")).collect();
    let deep = (0..150).fold("f0".to_owned(), |inner, at| format!("f{at} & (f1 | !({inner}))"));
    let chain = format!("{} => {}", names.join(" & "), names.join(" | "));
    let text = format!("features\n\troot\n\t\t[3..7]\n{tree}constraints\n\t{chain}\n\t{}\n", deep);
    let book = uvl::book(&text).unwrap_or_else(|why| panic!("{why}"));
    if let Err(problems) = crate::compile(&book) {
        panic!("{problems}");
    }
    assert!(text_of(&book).contains("let part_of_rule_"), "a deep formula is parted");
}

#[test]
fn a_feature_that_excludes_its_neighbors_is_a_value() {
    let text = "features\n\troot\n\t\toptional\n\t\t\tgrip\n\t\t\t\talternative\n\t\t\t\t\tcork\n\t\t\t\t\tgrip_2\n\
                constraints\n\tcork => grip_2\n";
    let book = uvl::book(text).unwrap_or_else(|why| panic!("{why}"));
    let text = text_of(&book);
    assert!(text.contains("option grip_choice \"grip\": cork | grip_2  when grip\n"), "{text}");
    assert!(text.contains("require (grip_choice = cork) implies (grip_choice = grip_2)\n"), "{text}");
}
