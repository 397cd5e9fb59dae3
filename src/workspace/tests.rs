//! The workspace at work: what an edit costs, where problems stand, which folders belong to a book.

use std::sync::Arc;

use super::{Fetched, FolderContent, Wanted, Work, Workspace};

const BOOK: &str = "book b \"B\" {\n  currency CNY\n  effective 2026-01-01 to 2026-12-31\n}\n";

const TABLES: &str = "context customer { level: low < high default low }\n\n\
                      table one(customer.level) -> CNY { low: 1, high: 2 }\n\n\
                      table two(customer.level) -> CNY { low: 3, high: 4 }\n";

fn workspace(files: &[(&str, &str)]) -> Workspace {
    let mut workspace = Workspace::new();
    for (path, text) in files {
        workspace.set_file(path, text.as_bytes());
    }
    workspace
}

/// The work that a change costs, up to the problems and the book.
fn cost(workspace: &mut Workspace, change: impl FnOnce(&mut Workspace)) -> Work {
    let settle = |workspace: &Workspace| {
        workspace.problems();
        workspace.book();
        workspace.proofs();
        workspace.work()
    };
    let before = settle(workspace);
    change(workspace);
    let after = settle(workspace);
    Work {
        split: after.split - before.split,
        parsed: after.parsed - before.parsed,
        sheets: after.sheets - before.sheets,
        signatures: after.signatures - before.signatures,
        checked: after.checked - before.checked,
        assembled: after.assembled - before.assembled,
        proved: after.proved - before.proved,
    }
}

fn messages(workspace: &Workspace) -> Vec<String> {
    let places = workspace.places();
    let shown = |problem: crate::diagnostic::Diagnostic| {
        let place = problem.span().map(|span| places.sources().place(span));
        let place = place.map_or(String::new(), |place| format!("{place}: "));
        format!("{place}{} {}", problem.code, problem.message)
    };
    workspace.problems().into_iter().map(shown).collect()
}

#[test]
fn an_edit_of_one_body_parses_and_checks_that_declaration_alone() {
    let mut workspace = workspace(&[("book.tarif", BOOK), ("tables.tarif", TABLES)]);
    let edited = TABLES.replace("low: 3", "low: 30");
    let work = cost(&mut workspace, |it| it.set_file("tables.tarif", edited.as_bytes()));
    // Rows say nothing that other declarations need to know.
    assert_eq!((work.split, work.parsed, work.signatures, work.checked), (1, 1, 0, 1), "{work:?}");
}

#[test]
fn text_that_moves_is_neither_parsed_nor_checked_again() {
    let mut workspace = workspace(&[("book.tarif", BOOK), ("tables.tarif", TABLES)]);
    let moved = TABLES.replace("\n\ntable two", "\n\n\n\n\ntable two");
    let work = cost(&mut workspace, |it| it.set_file("tables.tarif", moved.as_bytes()));
    assert_eq!((work.split, work.parsed, work.signatures, work.checked), (1, 0, 0, 0), "{work:?}");
}

#[test]
fn a_comment_above_moves_nothing_that_others_know() {
    let mut workspace = workspace(&[("book.tarif", BOOK), ("tables.tarif", TABLES)]);
    let remarked = format!("// a remark\n{TABLES}");
    let work = cost(&mut workspace, |it| it.set_file("tables.tarif", remarked.as_bytes()));
    assert_eq!((work.parsed, work.signatures, work.checked), (1, 0, 1), "{work:?}");
}

#[test]
fn bodies_change_without_the_names_and_types_of_the_book() {
    let text = "def twice(x: CNY) -> CNY = x * 2\n\ndef more(x: CNY) -> CNY = twice(x) + 1 CNY\n\n\
                product pen { option size: 1 | 2  let double = size * 2  require few: double < 4 }\n\n\
                price pen { per unit { list = more(3 CNY) * double  round half_up to 0.1 CNY } }\n";
    let edits = [
        ("x * 2", "x * 25"),
        ("+ 1 CNY", "+ twice(1 CNY)"),
        ("size * 2", "size * 3 + 1"),
        ("double < 4", "double < 5 when size = 2"),
        ("more(3 CNY)", "more(30 CNY)"),
        ("to 0.1 CNY", "to 0.01 CNY"),
    ];
    for (from, to) in edits {
        let mut workspace = workspace(&[("book.tarif", BOOK), ("pen.tarif", text)]);
        let edited = text.replace(from, to);
        assert_ne!(edited, text);
        let work = cost(&mut workspace, |it| it.set_file("pen.tarif", edited.as_bytes()));
        assert_eq!((work.parsed, work.signatures, work.checked), (1, 0, 1), "{to}: {work:?}");
    }
    // Thirds have no end, and a circle is none of their business alone.
    for (from, to) in [("x * 2", "x / 3"), ("x * 2", "more(x)"), ("size * 2", "0.5 * size")] {
        let mut workspace = workspace(&[("book.tarif", BOOK), ("pen.tarif", text)]);
        let work = cost(&mut workspace, |it| it.set_file("pen.tarif", text.replace(from, to).as_bytes()));
        assert_eq!((work.parsed, work.signatures), (1, 1), "{to}: {work:?}");
    }
}

#[test]
fn a_declaration_more_checks_only_what_asks_for_its_name() {
    let mut workspace = workspace(&[("book.tarif", BOOK), ("tables.tarif", TABLES)]);
    let more = format!("{TABLES}\ndef twice(x: int) -> int = x * 2\n");
    let work = cost(&mut workspace, |it| it.set_file("tables.tarif", more.as_bytes()));
    assert_eq!((work.parsed, work.signatures, work.checked), (1, 1, 1), "{work:?}");
}

/// A book whose price is looked up in a file, and its product.
fn pens() -> Workspace {
    let mut workspace = workspace(&[
        ("book.tarif", BOOK),
        ("pen.tarif", "product pen { quantity 1 to 9 option ink: blue | red default blue }\n"),
        ("table.tarif", "table ink_price(pen.ink) -> CNY from \"ink.csv\"\n"),
        ("price.tarif", "price pen { per unit { list = ink_price(ink) } }\n"),
    ]);
    workspace.set_table("ink.csv", Fetched::Found(Arc::from(b"ink,value\nblue,1\nred,2\n".as_slice())));
    assert_eq!(messages(&workspace), [""; 0]);
    workspace
}

#[test]
fn a_table_from_a_file_is_not_checked_again_for_what_it_cannot_speak_of() {
    let mut workspace = pens();
    let changed = "price pen { entry discount: 0% to 9% default 0%\n\
                   per unit { list = ink_price(ink) less agreed = discount of running } }\n";
    let work = cost(&mut workspace, |it| it.set_file("price.tarif", changed.as_bytes()));
    assert_eq!((work.signatures, work.sheets), (1, 0), "{work:?}");
    // The price, and neither the book nor the product nor the table, which asked nothing of it.
    assert_eq!(work.checked, 1, "{work:?}");
}

#[test]
fn a_table_from_a_file_is_checked_again_when_its_keys_change() {
    let mut workspace = pens();
    let changed = "product pen { quantity 1 to 9 option ink: blue | red | green default blue }\n";
    workspace.set_file("pen.tarif", changed.as_bytes());
    let found = messages(&workspace);
    assert!(found.iter().any(|text| text.contains("E0401") && text.contains("green")), "{found:?}");
}

#[test]
fn a_book_is_there_when_nothing_is_wrong_and_carries_the_hash_of_its_files() {
    let mut workspace = pens();
    let first = workspace.book().expect("the book is clean");
    assert_eq!(first.hash.len(), 64);
    workspace.set_file("pen.tarif", b"product pen {");
    assert!(workspace.book().is_none());
    let pen = "product pen { quantity 1 to 9 option ink: blue | red default blue }\n";
    workspace.set_file("pen.tarif", pen.as_bytes());
    assert_eq!(workspace.book().map(|book| book.hash.clone()), Some(first.hash.clone()));
    workspace.set_table("ink.csv", Fetched::Found(Arc::from(b"ink,value\nblue,1\nred,3\n".as_slice())));
    assert_ne!(workspace.book().map(|book| book.hash.clone()), Some(first.hash.clone()));
}

#[test]
fn a_declaration_that_does_not_parse_is_not_reported_unknown_where_it_is_used() {
    let mut workspace = pens();
    workspace.set_file("table.tarif", b"table ink_price(pen.ink) -> CNY fron \"ink.csv\"\n");
    let found = messages(&workspace);
    assert!(!found.is_empty() && found.iter().all(|text| text.starts_with("table.tarif:1")), "{found:?}");
}

#[test]
fn the_order_in_which_files_are_given_changes_nothing() {
    let files = [
        ("book.tarif", BOOK),
        ("tables.tarif", TABLES),
        ("more.tarif", "unit box = 3 kg\nunit box = 4 kg\n"),
    ];
    let forward = workspace(&files);
    let backward = workspace(&files.iter().rev().copied().collect::<Vec<_>>());
    assert_eq!(messages(&forward), messages(&backward));
}

#[test]
fn the_same_content_again_costs_nothing() {
    let mut workspace = workspace(&[("book.tarif", BOOK), ("tables.tarif", TABLES)]);
    let work = cost(&mut workspace, |it| it.set_file("tables.tarif", TABLES.as_bytes()));
    assert_eq!(work, Work::default());
}

#[test]
fn a_problem_moves_with_its_text() {
    let broken = "table one(customer.level) -> CNY { low 1 }\n";
    let mut workspace = workspace(&[("book.tarif", BOOK), ("tables.tarif", broken)]);
    let line = |workspace: &Workspace| {
        let shown = messages(workspace);
        let at = shown.iter().find_map(|text| text.strip_prefix("tables.tarif:"));
        at.and_then(|text| text.split(':').next()).map(str::to_owned)
    };
    assert_eq!(line(&workspace).as_deref(), Some("1"));
    workspace.set_file("tables.tarif", format!("// a remark\n\n\nunit box\n\n{broken}").as_bytes());
    assert_eq!(line(&workspace).as_deref(), Some("6"));
}

#[test]
fn a_table_file_that_is_named_is_wanted_until_it_is_given() {
    let table = "table mass(a: text) -> kg from \"steel/mass.csv\"\n";
    let mut workspace = workspace(&[("book.tarif", BOOK), ("sub/tables.tarif", table)]);
    assert_eq!(workspace.wanted(), [Wanted::Table("sub/steel/mass.csv".into())]);
    workspace.set_table("sub/steel/mass.csv", Fetched::Found(Arc::from(b"a,value\nx,1\n".as_slice())));
    assert_eq!(workspace.wanted(), []);
    let other = Fetched::Found(Arc::from(b"a,value\nx,2\n".as_slice()));
    let work = cost(&mut workspace, |it| it.set_table("sub/steel/mass.csv", other));
    assert_eq!((work.parsed, work.sheets, work.signatures, work.checked), (0, 1, 0, 1), "{work:?}");
}

#[test]
fn a_table_outside_the_book_is_refused_where_it_is_named() {
    let table = "table mass(a: text) -> kg\n  from \"../mass.csv\"\n";
    let workspace = workspace(&[("book.tarif", BOOK), ("tables.tarif", table)]);
    assert_eq!(workspace.wanted(), []);
}

#[test]
fn used_folders_are_wanted_one_after_the_other() {
    let mut workspace = workspace(&[("book.tarif", BOOK), ("uses.tarif", "use \"../group\"\n")]);
    assert_eq!(workspace.wanted(), [Wanted::Folder("../group".into())]);
    workspace.set_file("../group/a.tarif", b"use \"../base\"\nunit pallet = 48 kg\n");
    workspace.set_folder("../group", Fetched::Found(FolderContent::Read));
    assert_eq!(workspace.wanted(), [Wanted::Folder("../base".into())]);
    workspace.set_folder("../base", Fetched::Missing);
    assert_eq!(workspace.wanted(), []);
    let files = workspace.files();
    let files: Vec<&str> = files.iter().map(|path| &**path).collect();
    assert_eq!(files, ["../group/a.tarif", "book.tarif", "uses.tarif"]);
    let expected = "../group/a.tarif:1:5: E0207 there is no folder `../base`";
    assert!(messages(&workspace).iter().any(|text| text == expected), "{:?}", messages(&workspace));
}

#[test]
fn a_circle_of_uses_is_shown_whole() {
    let mut workspace = workspace(&[("book.tarif", BOOK), ("uses.tarif", "use \"../a\"\n")]);
    workspace.set_file("../a/a.tarif", b"use \"../b\"\n");
    workspace.set_folder("../a", Fetched::Found(FolderContent::Read));
    workspace.set_file("../b/b.tarif", b"\nuse \"../press\"\n");
    workspace.set_folder("../b", Fetched::Found(FolderContent::Read));
    // The shell finds that `../press`, as `../b` calls it, is the book's own folder.
    workspace.set_folder("../press", Fetched::Found(FolderContent::Same(String::new())));
    let expected =
        "../b/b.tarif:2:5: E0208 folders use each other in a circle: this book → `../a` → `../b` → this book";
    assert!(messages(&workspace).iter().any(|text| text == expected), "{:?}", messages(&workspace));
}

#[test]
fn a_library_is_part_of_the_book_only_when_it_is_used() {
    let without = workspace(&[("book.tarif", BOOK)]);
    assert_eq!(without.files().len(), 1);
    let with = workspace(&[("book.tarif", BOOK), ("uses.tarif", "use std.proration\n")]);
    assert!(with.files().iter().any(|path| &**path == "<std>/proration.tarif"));
    let misspelt = workspace(&[("book.tarif", BOOK), ("uses.tarif", "use std.prorating\n")]);
    let found = misspelt.problems();
    let unknown = found.iter().find(|problem| problem.code.id() == "E0207").expect("an unknown use");
    assert_eq!(unknown.help, ["did you mean `std.proration`?"]);
}

#[test]
fn a_used_folder_may_declare_more_than_the_book_needs() {
    let text = "use std.proration\ngiven since: date\nproduct seat { quantity 1 to 9 }\nprice seat { per unit {\n\
                list = 30 CNY * months_of_30_days(since, as_of) rounded half_up to 0.01 CNY\n} }\n";
    assert_eq!(messages(&workspace(&[("book.tarif", BOOK), ("seat.tarif", text)])), [""; 0]);
    let unused = format!("{text}def own(x: int) -> int = x\n");
    let found = messages(&workspace(&[("book.tarif", BOOK), ("seat.tarif", &unused)]));
    assert!(found.len() == 1 && found[0].starts_with("seat.tarif:7:5: W0201"), "{found:?}");
}

#[test]
fn a_book_declaration_of_a_used_folder_is_left_aside() {
    let mut workspace = workspace(&[("book.tarif", BOOK), ("uses.tarif", "use \"../group\"\n")]);
    workspace.set_file("../group/a.tarif", BOOK.as_bytes());
    workspace.set_folder("../group", Fetched::Found(FolderContent::Read));
    assert!(messages(&workspace).iter().all(|text| !text.contains("E0206")), "{:?}", messages(&workspace));
}

#[test]
fn files_that_are_no_text_are_named() {
    let mut workspace = workspace(&[("book.tarif", BOOK)]);
    workspace.set_file("bad.tarif", b"book\n\xff");
    workspace.set_unreadable("closed.tarif", "permission denied");
    let found = messages(&workspace);
    assert!(
        found.iter().any(|text| text == "E0002 `bad.tarif` is not UTF-8 text: line 2, byte 6 of the file")
    );
    assert!(found.iter().any(|text| text == "E0008 `closed.tarif` cannot be read: permission denied"));
}

#[test]
fn an_empty_workspace_says_that_there_is_no_file() {
    assert_eq!(messages(&Workspace::new()), ["E0001 the folder holds no `.tarif` file"]);
}

/// Two products, each with a table of its own, and a context that one of them reads.
const TWO: &str = "context customer { level: low < high default low }\n\n\
                   product pen { option ink: blue | red  require blue_only: ink = blue when customer.level = low }\n\n\
                   product cup { option size: small | large  require large_only: size = large }\n\n\
                   table ink_price(pen.ink) -> CNY { blue: 1, red: 2 }\n\n\
                   table cup_price(cup.size) -> CNY { small: 3, large: 4 }\n\n\
                   price pen { per unit { list = ink_price(ink) } }\n\n\
                   price cup { per unit { list = cup_price(size) } }\n";

/// How many products are proved again after a change of the text.
fn proved_again(from: &str, to: &str) -> u64 {
    let mut workspace = workspace(&[("book.tarif", BOOK), ("two.tarif", TWO)]);
    let edited = TWO.replace(from, to);
    assert_ne!(edited, TWO);
    cost(&mut workspace, |it| it.set_file("two.tarif", edited.as_bytes())).proved
}

#[test]
fn an_edit_proves_again_what_it_concerns_and_nothing_else() {
    assert_eq!(proved_again("require large_only: size = large", "require large_only: size = small"), 1);
    assert_eq!(proved_again("large: 4", "large: n/a"), 1);
    assert_eq!(proved_again("list = ink_price(ink)", "list = ink_price(ink) * 2"), 1);
    assert_eq!(proved_again("low < high", "low < middle < high"), 1, "only the pen reads the context");
    assert_eq!(proved_again("\n\ntable", "\n\n\n\ntable"), 0, "text that moves");
    assert_eq!(
        proved_again("price cup", "def twice(x: CNY) -> CNY = x * 2\n\nprice cup"),
        0,
        "nobody calls it"
    );
}

#[test]
fn proofs_move_with_their_text_and_are_there_only_without_errors() {
    let mut workspace = workspace(&[("book.tarif", BOOK), ("two.tarif", TWO)]);
    let lines = |workspace: &Workspace| -> Vec<(&str, u32)> {
        let places = workspace.places();
        let proofs = workspace.proofs();
        let line = |span| places.sources().place(span).line;
        proofs.iter().filter_map(|it| Some((it.code.id(), line(it.span()?)))).collect()
    };
    assert_eq!(lines(&workspace), [("W0503", 5)]);
    workspace.set_file("two.tarif", TWO.replace("product pen", "// a remark\nproduct pen").as_bytes());
    assert_eq!(lines(&workspace), [("W0503", 6)]);
    workspace.set_file("broken.tarif", b"product {");
    assert_eq!(lines(&workspace), []);
}
