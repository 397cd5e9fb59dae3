//! The checked form of presets and guides.

use super::{check, in_yuan, sound};
use crate::ir::{self, EffectKind, ExprKind, Place, Ty, Value};

const PRESS: &str = "
family machines { option frame: c_frame | h_frame  default c_frame }
product press in machines {
  option force: 63 tf | 100 tf | 160 tf  default 63 tf
  option extras: any of curtain | pump
  option hood: bool default false
  option tint: red | blue  default red  when hood
  let strong = force >= 100 tf
}
product saw in machines { quantity 1 to 5 }
price machines { per unit { list = 900 CNY  add more = 5 CNY when frame = h_frame } }
price press { per unit { list = 900 CNY  add more = 5 CNY when strong } }
";

fn guide(questions: &str) -> ir::Book {
    sound(&in_yuan(&format!("{PRESS} guide press \"Find one\" {{ {questions} }}")))
}

fn only_guide(book: &ir::Book) -> &ir::Guide {
    let [guide] = book.guides.as_slice() else { panic!("one guide") };
    guide
}

/// The guide as `tarif ir` shows it, without the line of its target.
fn shown(questions: &str) -> Vec<String> {
    let text = ir::print(&guide(questions));
    let lines = text.lines().skip_while(|line| !line.starts_with("guide")).skip(1);
    lines.take_while(|line| !line.is_empty()).map(|line| line.trim().to_owned()).collect()
}

#[test]
fn each_case_is_a_condition_on_the_answer_and_each_setting_an_effect() {
    assert_eq!(
        shown(
            "question material: steel | wood | plastic {
               steel or wood: set force = 160 tf, extras with pump  because \"so\"
               else: recommend frame = c_frame  when force = 63 tf
             }"
        ),
        [
            "question material: press.material optional {steel | wood | plastic}",
            "bears on [frame, force, extras]",
            "require (option:force = 160 tf) if (answer:material in [steel, wood])",
            "require (pump in option:extras) if (answer:material in [steel, wood])",
            "wish (option:frame = c_frame) if ((given(answer:material) and not (answer:material in [steel, wood])) \
             and (option:force = 63 tf))",
        ]
    );
}

#[test]
fn effects_before_the_cases_count_for_every_answer_and_read_it_as_given() {
    assert_eq!(
        shown(
            "question needed: 0 tf to 160 tf step 1 tf { require force >= needed  160 tf: set hood = true }"
        ),
        [
            "question needed: tf optional from 0 tf to 160 tf step 1 tf",
            "bears on [force, hood]",
            "require (option:force >= answer:needed) if given(answer:needed)",
            "require (option:hood = true) if (answer:needed in [160 tf])",
        ]
    );
    let book = guide("question needed: 0 t to 160 t { require force >= needed * 1 tf / 1 t }");
    let effect = &only_guide(&book).questions[0].effects[0];
    let mut own = Vec::new();
    crate::check::reads::for_each(&effect.asks.expr, &mut |part| {
        if part.kind == ExprKind::Read(Place::Answer("needed".into())) {
            own.push(part.ty.clone());
        }
    });
    assert!(matches!(own.as_slice(), [Ty::Number(_)]), "{own:?}");
}

#[test]
fn an_answer_that_is_a_set_falls_into_the_cases_of_its_values() {
    assert_eq!(
        shown(
            "question needs: any of silence | speed | safety {
               silence: set extras with pump
               speed or safety: set extras with curtain
               else: recommend hood = false
             }"
        )[2..],
        [
            "require (pump in option:extras) if (silence in answer:needs)",
            "require (curtain in option:extras) if ((speed in answer:needs) or (safety in answer:needs))",
            "wish (option:hood = false) if (given(answer:needs) and not (((silence in answer:needs) or \
             (speed in answer:needs)) or (safety in answer:needs)))",
        ]
    );
}

#[test]
fn a_question_bears_on_what_lets_and_later_questions_read() {
    let book = guide(
        "question heavy: bool { true: require strong }
         question safe: bool
         question safest: bool when safe otherwise false { true: set extras with curtain }
         question red: bool { true: set tint = red }",
    );
    let touched: Vec<Vec<&str>> = only_guide(&book)
        .questions
        .iter()
        .map(|question| question.touches.iter().map(AsRef::as_ref).collect())
        .collect();
    assert_eq!(touched, [vec!["force"], vec!["extras"], vec!["extras"], vec!["tint"]]);
}

#[test]
fn a_question_bears_on_the_parts_over_whose_pieces_it_counts() {
    let book = sound(&in_yuan(
        "product leg { option length: 1 m | 2 m default 1 m }
         product table { part legs: 3 to 6 of leg  parts included  let long = sum(l.length for l in legs) }
         price leg { per unit { list = 9 CNY } }
         price table { per unit { list = 90 CNY } }
         guide table {
           question heavy: bool { true: require count(legs) >= 4 }
           question tall: bool { true: require long >= 6 m }
         }",
    ));
    let guide = only_guide(&book);
    let touched: Vec<&str> = guide.questions.iter().flat_map(|it| &it.touches).map(AsRef::as_ref).collect();
    assert_eq!(touched, ["legs", "legs"]);
}

#[test]
fn questions_have_words_help_and_no_default() {
    let book = guide(
        "
         /// Off the drawing.
         ///
         /// Or guessed.
         question needed \"Which force?\": force { require force >= needed }"
            .replace(": force", ": press.force")
            .as_str(),
    );
    let question = &only_guide(&book).questions[0];
    assert_eq!(question.input.label.as_deref(), Some("Which force?"));
    assert_eq!(question.help.as_deref(), Some("Off the drawing.\n\nOr guessed."));
    assert!(question.input.optional && question.input.default.is_none());
    assert!(matches!(&question.input.domain, ir::Domain::Numbers(numbers) if numbers.len() == 3));
}

#[test]
fn the_kinds_of_effects_say_which_option_gets_which_value() {
    let book =
        guide("question a: bool { true: set hood = true, extras with pump  recommend frame = h_frame }");
    let kinds: Vec<&EffectKind> = only_guide(&book).questions[0].effects.iter().map(|it| &it.kind).collect();
    assert_eq!(
        kinds,
        [
            &EffectKind::Set { option: "hood".into(), value: Value::Bool(true) },
            &EffectKind::SetWith { option: "extras".into(), element: 1 },
            &EffectKind::Recommend { option: "frame".into(), value: Value::Choice(1) },
        ]
    );
}

#[test]
fn a_product_has_its_own_guide_or_that_of_its_family() {
    let book = sound(&in_yuan(&format!(
        "{PRESS}
         guide machines \"All\" {{ question stiff: bool {{ true: set frame = h_frame }} }}
         guide press \"Press\" {{ question strongest: bool {{ true: set force = 160 tf }} }}
         preset plain of machines {{ frame = c_frame }}
         preset strongest_press of press {{ force = 160 tf, extras = [pump, curtain] }}"
    )));
    let product = |name: &str| book.products.iter().find(|it| &*it.name == name).expect("the product");
    let label = |name: &str| book.guide_of(product(name)).and_then(|guide| guide.label.clone());
    assert_eq!(label("press").as_deref(), Some("Press"));
    assert_eq!(label("saw").as_deref(), Some("All"));
    let presets = |name: &str| -> Vec<String> {
        book.presets_of(product(name)).map(|preset| preset.name.to_string()).collect()
    };
    assert_eq!(presets("press"), ["plain", "strongest_press"]);
    assert_eq!(presets("saw"), ["plain"]);
    assert_eq!(book.presets[1].values[1], ("extras".into(), Value::Set(3)));
}

#[test]
fn a_guide_of_a_family_reads_what_all_its_products_have() {
    let (book, problems) = check(&in_yuan(&format!(
        "{PRESS} guide machines {{ question strongest: bool {{ true: set force = 160 tf }} }}"
    )));
    assert!(book.is_none());
    let codes: Vec<&str> = problems.iter().map(|problem| problem.code.id()).collect();
    assert!(codes.contains(&"E0213"), "{problems:#?}");
}
