//! Bodies stay out of the signatures.

use std::sync::Arc;

use super::{in_yuan, items};
use crate::check::Signatures;
use crate::resolve::ItemRef;

fn signatures(text: &str) -> Signatures {
    let items = items(text);
    let numbered: Vec<_> = (0..).map(ItemRef).zip(items.iter().map(Arc::clone)).collect();
    let (signatures, problems) = Signatures::build(&numbered);
    assert_eq!(problems, []);
    signatures
}

const BOOK: &str = "def twice(x: CNY) -> CNY = x * 2
table rate_of(press.force) -> rate { 63 tf: 0%, 100 tf: 4% }
tiers volume(int) whole -> rate { from 1: 0%, from 10: 4% }
product press {
  quantity 1 to 50
  option force: 63 tf | 100 tf
  let mass = 40 kg
  require light: mass < 50 kg
  cost { steel = mass * 6 CNY/kg }
}
price press { per unit { list = twice(450 CNY)  less volume_off = volume(quantity) of list } }
";

#[test]
fn editing_a_body_leaves_the_signatures_equal() {
    let before = signatures(&in_yuan(BOOK));
    for (from, to) in [
        ("x * 2", "x * 3"),
        ("100 tf: 4%", "100 tf: 5%"),
        ("from 10: 4%", "from 20: 8%"),
        ("mass < 50 kg", "mass <= 50 kg"),
        ("mass * 6 CNY/kg", "mass * 7 CNY/kg"),
        ("let mass = 40 kg", "let mass = 41 kg"),
        ("twice(450 CNY)", "twice(460 CNY)"),
    ] {
        assert!(BOOK.contains(from));
        assert_eq!(signatures(&in_yuan(&BOOK.replace(from, to))), before, "{to}");
    }
}

#[test]
fn editing_a_type_or_a_name_changes_them() {
    let before = signatures(&in_yuan(BOOK));
    for (from, to) in [
        ("let mass = 40 kg", "let mass = 40_000 g"),
        ("63 tf | 100 tf", "63 tf | 100 tf | 160 tf"),
        ("less volume_off", "less volume_rebate"),
        ("quantity 1 to 50", "quantity 1 to 60"),
    ] {
        assert!(BOOK.contains(from));
        assert_ne!(signatures(&in_yuan(&BOOK.replace(from, to))), before, "{to}");
    }
}
