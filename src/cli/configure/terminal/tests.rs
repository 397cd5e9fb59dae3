//! The picture, drawn and pressed without a terminal.

use std::sync::Arc;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use unicode_width::UnicodeWidthStr;

use super::app::{App, Flow, Focus, Key};
use super::draw::draw;
use crate::cli::configure::talk::Talk;
use crate::configure::{Model, Session};
use crate::eval::Plan;
use crate::logic::Budget;
use crate::value::Date;
use crate::workspace::Workspace;

const LAMP: &str = r#"product lamp "Lamp" {
  quantity 1 to 30
  option shade  "Shade":  glass "Glass" | paper "Paper" | steel "Steel"
  option power  "Power":  20 W | 40 W | 60 W
  option height "Height": 10 cm to 400 cm step 1 cm  default 20 cm
  option extras "Extras": any of cable "Cable" | clamp "Clamp"
  require cool: power <= 40 W  when shade = paper  because "paper burns above 40 W"
  exclude clamp in extras with height < 30 cm  because "a clamp needs a long pole"
}
price lamp { per unit { list = 10 EUR } }"#;

/// A conversation about the only product of a book of one currency.
fn app(product: &str, text: &str) -> App {
    let mut workspace = Workspace::new();
    workspace.set_file("book.tarif", b"book shop { currency EUR  effective 2026-01-01 to 2026-12-31 }");
    workspace.set_file("product.tarif", text.as_bytes());
    let book = workspace.book().unwrap_or_else(|| panic!("{:?}", workspace.problems()));
    let plan = Arc::new(Plan::new(book));
    let day = Date::parse("2026-02-10").expect("a day");
    let model = Model::new(&plan, product, day, Budget::default()).expect("a model");
    App::new(Talk::new(Session::new(Arc::new(model)), plan, workspace.places(), None, None))
}

fn lamp() -> App {
    app("lamp", LAMP)
}

/// The picture without looks, lines without blanks at their ends.
fn picture(app: &App, width: u16, height: u16) -> String {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a picture");
    terminal.draw(|frame| draw(app, frame, false)).expect("it is drawn");
    let buffer = terminal.backend().buffer();
    // The cell after a wide character belongs to it.
    let line = |y: u16| {
        let mut line = String::new();
        let mut x = 0;
        while x < width {
            let symbol = buffer[(x, y)].symbol();
            line.push_str(symbol);
            x += u16::try_from(symbol.width()).unwrap_or(1).max(1);
        }
        line
    };
    let lines: Vec<String> = (0..height).map(|y| line(y).trim_end().to_owned()).collect();
    lines.join("\n") + "\n"
}

/// Presses keys: words for those that are no letters.
fn press(app: &mut App, keys: &str) -> Flow {
    let mut flow = Flow::On;
    for key in keys.split(' ') {
        let key = match key {
            "up" => Key::Up,
            "down" => Key::Down,
            "left" => Key::Left,
            "right" => Key::Right,
            "enter" => Key::Enter,
            "esc" => Key::Escape,
            "back" => Key::Backspace,
            "end" => Key::End,
            "home" => Key::Home,
            "page" => Key::PageDown,
            "space" => Key::Char(' '),
            letters => {
                for letter in letters.chars() {
                    flow = app.press(Key::Char(letter));
                }
                continue;
            }
        };
        flow = app.press(key);
    }
    flow
}

#[test]
fn the_picture_fits_a_plain_terminal() {
    let mut app = lamp();
    // Shade: paper.
    press(&mut app, "down right down enter left down right");
    insta::assert_snapshot!(picture(&app, 80, 24));
}

#[test]
fn an_impossible_value_says_why_on_demand_and_what_would_make_it_possible() {
    let mut app = lamp();
    press(&mut app, "down right down enter left down right end ?");
    let drawn = picture(&app, 80, 24);
    assert!(drawn.contains(" ×  60 W"), "{drawn}");
    assert!(drawn.contains("Power = 60 W cannot be had: paper burns above 40 W · Shade = Paper"), "{drawn}");
    assert!(drawn.contains("possible with Shade = Glass"), "{drawn}");
}

#[test]
fn an_impossible_value_that_is_taken_all_the_same_asks_for_a_repair() {
    let mut app = lamp();
    press(&mut app, "down right down enter left down right end enter");
    assert_eq!(app.focus, Focus::Conflict);
    insta::assert_snapshot!(picture(&app, 80, 24));
    press(&mut app, "2");
    assert_eq!(app.state.fits, Ok(true));
    let drawn = picture(&app, 80, 24);
    assert!(drawn.contains("mended: "), "{drawn}");
}

#[test]
fn undoing_goes_back_step_by_step() {
    let mut app = lamp();
    let begin = picture(&app, 80, 24);
    press(&mut app, "down right down enter left down right end enter u u left up up");
    assert_eq!(picture(&app, 80, 24), begin);
    press(&mut app, "u");
    assert!(picture(&app, 80, 24).contains("there is nothing to take back"));
}

#[test]
fn a_number_of_a_range_is_typed_and_a_choice_is_taken_back() {
    let mut app = lamp();
    press(&mut app, "down down down right 35 space cm enter");
    let drawn = picture(&app, 80, 24);
    assert!(drawn.contains("35 cm"), "{drawn}");
    press(&mut app, "5 enter");
    assert!(picture(&app, 80, 24).contains("not allowed"), "5 cm is no height");
    press(&mut app, "esc x");
    let drawn = picture(&app, 80, 24);
    assert!(!drawn.contains("35 cm"), "{drawn}");
    assert!(drawn.contains("20 cm"), "{drawn}");
}

#[test]
fn elements_of_a_set_go_in_and_out() {
    let mut app = lamp();
    press(&mut app, "end right");
    assert!(picture(&app, 80, 24).contains("[ ] Cable"), "{}", picture(&app, 80, 24));
    press(&mut app, "space");
    assert!(picture(&app, 80, 24).contains("[x] Cable"), "{}", picture(&app, 80, 24));
    press(&mut app, "space");
    assert!(picture(&app, 80, 24).contains("[ ] Cable"), "{}", picture(&app, 80, 24));
}

#[test]
fn the_finished_line_is_a_request() {
    let mut app = lamp();
    press(&mut app, "down right down enter left w");
    insta::assert_snapshot!(picture(&app, 80, 24));
    let Flow::Finished(request) = press(&mut app, "enter") else { panic!("it is finished") };
    let request = crate::wire::read_request(&request).expect("it is a request");
    let options: Vec<&str> = request.lines[0].options.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(options, ["shade", "power", "height", "extras"]);
    assert_eq!(press(&mut lamp(), "q"), Flow::Quit);
}

#[test]
fn a_long_list_is_searched_by_typing() {
    let articles: Vec<String> = (0..5_000).map(|at| format!("  a{at:04}: {at}")).collect();
    let book = format!(
        "product pen \"Pen\" {{ quantity 1 to 9  option article \"Article\": key of articles }}\n\
         table articles(code: text) -> EUR {{\n{}\n}}\nprice pen {{ per unit {{ list = articles(article) }} }}",
        articles.join("\n")
    );
    let mut app = app("pen", &book);
    press(&mut app, "down right /4321 enter");
    assert_eq!(app.rows.len(), 1, "{}", picture(&app, 80, 24));
    press(&mut app, "enter");
    let drawn = picture(&app, 80, 24);
    assert!(drawn.contains("a4321"), "{drawn}");
    assert!(drawn.contains("4 321.00 EUR"), "{drawn}");
}

#[test]
fn chinese_names_stand_in_their_columns() {
    let app = app(
        "灯",
        "product 灯 \"台灯\" { quantity 1 to 3  option 罩 \"灯罩\": 玻璃 | 纸 \"纸罩\"  option 功率 \"额定功率\": 20 W | 40 W \
         default 40 W }\nprice 灯 { per unit { list = 10 EUR } }",
    );
    insta::assert_snapshot!(picture(&app, 80, 12));
}

#[test]
fn small_and_odd_terminals_are_drawn_without_a_fault() {
    let mut app = lamp();
    for keys in ["down", "right", "/", "esc", "end enter", "w", "esc"] {
        press(&mut app, keys);
        for (width, height) in [(1, 1), (5, 3), (20, 8), (40, 10), (200, 60)] {
            picture(&app, width, height);
        }
    }
}
