//! Products of our own that grow in one direction each: options, values, rows, steps.

/// A name, and the files of a book.
pub type Named = (String, Vec<(String, String)>);

/// The books, each direction from small to large.
pub fn books() -> Vec<Named> {
    let mut books = Vec::new();
    books.extend([100, 1_000, 10_000].map(|count| (format!("{count} options"), options(count))));
    books.extend([50, 500, 5_000].map(|count| (format!("an option of {count} values"), values(count))));
    books.extend([100, 1_000, 10_000, 50_000].map(|count| (format!("a table of {count} rows"), rows(count))));
    books.extend([1_000, 1_000_000].map(|count| (format!("ranges of {count} steps"), steps(count))));
    books
}

fn book(product: &str, tables: &str, files: Vec<(String, String)>) -> Vec<(String, String)> {
    let text = format!(
        "book growth {{\n  currency EUR\n  effective 2026-01-01 to 2026-12-31\n}}\n\n\
         product grown {{\n  quantity 1 to 1\n{product}}}\n{tables}\n\
         price grown {{\n  per unit {{ list = 1 EUR }}\n}}\n"
    );
    let mut all = vec![("book.tarif".to_owned(), text)];
    all.extend(files);
    all
}

/// Options that are there or not, each with a parent, and some that exclude another.
fn options(count: usize) -> Vec<(String, String)> {
    let mut text = String::new();
    for at in 0..count {
        text.push_str(&format!("  option o{at}: bool  default false\n"));
    }
    for at in 1..count {
        text.push_str(&format!("  require o{}  when o{at}\n", at * 7 / 10));
        if at % 4 == 3 {
            text.push_str(&format!("  exclude o{at} with o{}\n", at - at % 10 / 2 - 1));
        }
    }
    book(&text, "", Vec::new())
}

/// One option of many values, with three properties that rules ask for.
fn values(count: usize) -> Vec<(String, String)> {
    let names: Vec<String> = (0..count).map(|at| format!("m{at}")).collect();
    let mut text = format!("  option motor: {}\n", names.join(" | "));
    text.push_str("  option load: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8\n");
    text.push_str("  option sealed: bool  default false\n  option brake: bool  default false\n");
    text.push_str("  let torque: number = motor_torque(motor)\n  let class: number = motor_class(motor)\n");
    text.push_str("  require torque >= load * 10\n  require class >= 3  when sealed\n");
    text.push_str("  require class != 4  when brake\n  require torque <= 70  when sealed and brake\n");
    let table = |name: &str| format!("table {name}(grown.motor) -> number from \"{name}.csv\"\n");
    let column = |name: &str, value: &dyn Fn(usize) -> usize| {
        let rows = names.iter().enumerate().map(|(at, motor)| format!("{motor},{}\n", value(at)));
        (format!("{name}.csv"), format!("motor,value\n{}", rows.collect::<String>()))
    };
    let tables = table("motor_torque") + &table("motor_class");
    let torque = column("motor_torque", &|at| at * 37 % 97);
    let class = column("motor_class", &|at| at * 11 % 7);
    book(&text, &tables, vec![torque, class])
}

/// Four options whose combinations stand in a table.
fn rows(count: usize) -> Vec<(String, String)> {
    let size = (1..).find(|size: &usize| size.pow(4) >= count * 4).unwrap_or(1);
    let mut text = String::new();
    for option in ["a", "b", "c", "d"] {
        let names: Vec<String> = (0..size).map(|at| format!("{option}{at}")).collect();
        text.push_str(&format!("  option {option}: {}\n", names.join(" | ")));
    }
    text.push_str(
        "  option plain: bool  default false\n  exclude plain with a = a0\n  exclude plain with d = d1\n",
    );
    text.push_str("  allow (a, b, c, d) in buildable\n");
    let mut content = "a,b,c,d,value\n".to_owned();
    for row in 0..count {
        let cell = row * 4 + row % 3;
        let (a, b) = (cell % size, cell / size % size);
        let (c, d) = (cell / size / size % size, cell / size / size / size % size);
        content.push_str(&format!("a{a},b{b},c{c},d{d},true\n"));
    }
    let table =
        "table buildable(grown.a, grown.b, grown.c, grown.d) -> bool optional from \"buildable.csv\"\n";
    book(&text, table, vec![("buildable.csv".to_owned(), content)])
}

/// Three numbers with many steps that are compared with each other and with ends.
fn steps(count: usize) -> Vec<(String, String)> {
    let mut text = String::new();
    for option in ["width", "height", "depth"] {
        text.push_str(&format!("  option {option}: 1 to {count} step 1\n"));
    }
    text.push_str("  option kind: small | medium | large\n");
    let (third, half) = (count / 3, count / 2);
    text.push_str(&format!("  require width <= {third}  when kind = small\n"));
    text.push_str(&format!("  require width > {half} and height > {third}  when kind = large\n"));
    text.push_str(&format!("  require depth <= {half}  when height > {half}\n"));
    book(&text, "", Vec::new())
}
