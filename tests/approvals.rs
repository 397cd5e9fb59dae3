//! Approvals through requests: who signs and in which order, whose signature counts, what it still covers, and
//! what must be asked again. All outcomes are worked by hand.

use serde_json::{Value, json};
use tarif::Book;

const SHOP: &str = r#"
book shop { currency EUR  effective 2026-01-01 to 2026-12-31 }
context actor { role: clerk | manager | director  default clerk }
context deal { payment: prepaid | net30 | net60 | net90  default prepaid }
product press "Press" { quantity 1 to 50 }
price press {
  entry discount "Discount": 0% to 50%  default 0%
  per unit { list = 1_000 EUR  less agreed "Agreed" = discount of list }
}
"#;

fn book(approvals: &str) -> Book {
    match Book::from_files([("book.tarif", format!("{SHOP}\napprovals {{\n{approvals}\n}}\n"))]) {
        Ok(book) => book,
        Err(error) => panic!("the book is good: {error}"),
    }
}

/// The quote for a press at each discount; `around` are further fields of the request.
fn quote(book: &Book, around: &Value, discounts: &[&str]) -> Value {
    let line = |discount: &&str| json!({ "product": "press", "quantity": 1, "discount": discount });
    let mut request = json!({ "as_of": "2026-02-10" });
    request["lines"] = discounts.iter().map(line).collect();
    for (name, value) in around.as_object().expect("fields") {
        request[name] = value.clone();
    }
    serde_json::from_str(&book.quote_json(&request.to_string())).expect("JSON")
}

/// A requirement of a quote as somebody signs it.
fn signed(quote: &Value, at: usize, by: &str) -> Value {
    let mut requirement = quote["approvals"]["requirements"][at].clone();
    requirement["by"] = by.into();
    requirement
}

/// The same without a name.
fn signed_by_somebody(quote: &Value, at: usize) -> Value {
    quote["approvals"]["requirements"][at].clone()
}

/// Name, ladder and step of everybody who signs.
fn route(quote: &Value) -> Vec<String> {
    let route = quote["approvals"]["route"].as_array().unwrap_or_else(|| panic!("no route: {quote:#}"));
    let shown = |signer: &Value| {
        let ladder = signer["ladder"].as_str().map_or(String::new(), |ladder| format!("{ladder}."));
        format!("{ladder}{} {}", signer["name"].as_str().expect("a name"), signer["step"])
    };
    route.iter().map(shown).collect()
}

const TWO_DIRECTORS: &str = "level director \"Director\" needs 2\n ask director when line.discount > 10%";

#[test]
fn as_many_different_people_sign_as_a_level_needs() {
    let book = book(TWO_DIRECTORS);
    let first = quote(&book, &json!({}), &["15%"]);
    assert_eq!(first["approvals"]["route"][0]["needs"], 2);
    let after = |approved: Vec<Value>| {
        let quote = quote(&book, &json!({ "approved": approved }), &["15%"]);
        let requirement = &quote["approvals"]["requirements"][0];
        assert_eq!(requirement["signed"], quote["approvals"]["route"][0]["signed"]);
        (quote["status"].clone(), requirement["signed_by"].clone(), requirement["not_counted"].clone())
    };
    let ann = || signed(&first, 0, "ann");
    let once = json!([{ "by": "ann", "reason": "a person signs once" }]);
    assert_eq!(after(vec![ann()]), (json!("needs_approval"), json!(["ann"]), json!(null)));
    assert_eq!(after(vec![ann(), ann()]), (json!("needs_approval"), json!(["ann"]), once));
    let (status, people, _) = after(vec![ann(), signed(&first, 0, " Ann ")]);
    assert_eq!((status, people), (json!("needs_approval"), json!(["ann"])));
    let both = after(vec![ann(), signed(&first, 0, "bob")]);
    assert_eq!(both, (json!("ok"), json!(["ann", "bob"]), json!(null)));
}

#[test]
fn a_signature_without_a_name_counts_once_and_never_beside_another() {
    let two = book(TWO_DIRECTORS);
    let first = quote(&two, &json!({}), &["15%"]);
    let somebody = || signed_by_somebody(&first, 0);
    for approved in [json!([somebody(), somebody()]), json!([somebody(), signed(&first, 0, "ann")])] {
        let again = quote(&two, &json!({ "approved": approved }), &["15%"]);
        assert_eq!(again["status"], "needs_approval");
        let reasons = &again["approvals"]["requirements"][0]["not_counted"];
        let reason = "it does not say who signed, which may be one who has signed already";
        assert_eq!(*reasons, json!([{ "by": null, "reason": reason }]));
    }
    let one = book("level director\n ask director when line.discount > 10%");
    let first = quote(&one, &json!({}), &["15%"]);
    let approved = json!([signed_by_somebody(&first, 0)]);
    assert_eq!(quote(&one, &json!({ "approved": approved }), &["15%"])["status"], "ok");
}

#[test]
fn nobody_signs_a_quote_of_their_own() {
    let book = book("level director\n ask director when line.discount > 10%");
    let first = quote(&book, &json!({ "author": "ann" }), &["15%"]);
    assert_eq!(first["status"], "needs_approval");
    let after = |approved: Value| {
        let quote = quote(&book, &json!({ "author": "ann", "approved": [approved] }), &["15%"]);
        (quote["status"].clone(), quote["approvals"]["requirements"][0]["not_counted"][0].clone())
    };
    let own = json!({ "by": "Ann", "reason": "nobody signs a quote of their own" });
    assert_eq!(after(signed(&first, 0, "Ann")), (json!("needs_approval"), own));
    let reason = "it does not say who signed, which may be the author of the quote";
    let nameless = json!({ "by": null, "reason": reason });
    assert_eq!(after(signed_by_somebody(&first, 0)), (json!("needs_approval"), nameless));
    assert_eq!(after(signed(&first, 0, "bob")), (json!("ok"), json!(null)));
}

#[test]
fn what_must_be_asked_again_is_told_with_what_got_worse() {
    let book = book("level director\n ask director when line.discount > 10%");
    let first = quote(&book, &json!({}), &["15%"]);
    let approved = json!({ "approved": [signed(&first, 0, "ann")] });
    let again = |discounts: &[&str]| {
        let quote = quote(&book, &approved, discounts);
        (quote["status"].clone(), quote["approvals"]["requirements"][0]["again"].clone())
    };
    assert_eq!(again(&["15%"]), (json!("ok"), json!(null)));
    assert_eq!(again(&["12%"]), (json!("ok"), json!(null)));
    // 5 % asks for nothing, and the line beside it neither.
    assert_eq!(again(&["12%", "5%"]), (json!("ok"), json!(null)));
    let worse = json!([{ "by": "ann", "line": "1", "what": "line.discount", "earlier": "15%", "now": "20%",
        "reason": "it rose" }]);
    assert_eq!(again(&["20%"]), (json!("needs_approval"), worse));
    let new = json!([{ "by": "ann", "line": "2", "what": "line.discount", "now": "11%",
        "reason": "the line was not signed for" }]);
    assert_eq!(again(&["15%", "11%"]), (json!("needs_approval"), new));
}

#[test]
fn where_a_rule_has_no_direction_any_change_is_asked_again() {
    let book = book("level director\n ask director when deal.payment != prepaid");
    let terms = |payment: &str| json!({ "deal": { "payment": payment } });
    let first = quote(&book, &terms("net60"), &["0%"]);
    let mut around = terms("net30");
    around["approved"] = json!([signed(&first, 0, "ann")]);
    let again = quote(&book, &around, &["0%"]);
    let changed = json!([{ "by": "ann", "what": "deal.payment", "earlier": "net60", "now": "net30",
        "reason": "it changed" }]);
    assert_eq!(again["approvals"]["requirements"][0]["again"], changed);
    assert_eq!(again["status"], "needs_approval");
}

#[test]
fn of_two_signatures_one_can_stand_while_the_other_must_be_asked_again() {
    let book = book(TWO_DIRECTORS);
    let (low, high) = (quote(&book, &json!({}), &["15%"]), quote(&book, &json!({}), &["20%"]));
    let approved = json!([signed(&low, 0, "ann"), signed(&high, 0, "bob")]);
    let now = quote(&book, &json!({ "approved": approved }), &["18%"]);
    let requirement = &now["approvals"]["requirements"][0];
    assert_eq!((&requirement["signed"], &requirement["signed_by"]), (&json!(false), &json!(["bob"])));
    assert_eq!(requirement["again"][0]["by"], "ann");
    assert_eq!(requirement["again"].as_array().map(Vec::len), Some(1));
}

#[test]
fn who_signs_anew_is_not_asked_once_more() {
    let book = book(TWO_DIRECTORS);
    let (low, high) = (quote(&book, &json!({}), &["15%"]), quote(&book, &json!({}), &["20%"]));
    let approved = json!([signed(&low, 0, "ann"), signed(&high, 0, "Ann")]);
    let now = quote(&book, &json!({ "approved": approved }), &["20%"]);
    let requirement = &now["approvals"]["requirements"][0];
    assert_eq!((&requirement["signed_by"], &requirement["again"]), (&json!(["Ann"]), &json!(null)));
}

#[test]
fn signatures_that_nothing_asks_for_are_told_with_the_reason() {
    let strict = book("level director\n ask director when line.discount > 10%");
    let first = quote(&strict, &json!({}), &["15%"]);
    let approved = json!({ "approved": [signed(&first, 0, "ann")] });
    let reason = |book: &Book, discount: &str| {
        let quote = quote(book, &approved, &[discount]);
        (quote["status"].clone(), quote["approvals"]["unneeded"][0]["reason"].clone())
    };
    assert_eq!(reason(&strict, "5%"), (json!("ok"), json!("the rule asks for nothing any more")));
    let stricter = book("level director\n ask director when line.discount > 8%");
    assert_eq!(reason(&stricter, "15%"), (json!("needs_approval"), json!("the book has no such rule")));
    let promoted = book("level chief\n ask chief when line.discount > 10%");
    assert_eq!(reason(&promoted, "15%"), (json!("needs_approval"), json!("`chief` is asked for it now")));
}

const LADDERS: &str = r#"
  level manager "Manager"
  level director "Director"
  reviewer legal "Legal" with director parallel
  reviewer works "Works council" with board
  reviewer tax "Tax" with director
  ladder services "Services" {
    level head "Head of services"
    level board "Board" needs 3
    route jump
  }
  ask manager when line.discount > 5%
  ask director when line.discount > 10%
  ask legal when deal.payment = net90
  ask tax when deal.payment in [net60, net90]
  ask head when line.discount > 20%
  ask board when line.discount > 30%
  ask works when line.discount > 40%
"#;

#[test]
fn ladders_sign_beside_each_other_and_parallel_reviewers_with_their_level() {
    let book = book(LADDERS);
    let of = |payment: &str, discount: &str| {
        route(&quote(&book, &json!({ "deal": { "payment": payment } }), &[discount]))
    };
    assert_eq!(of("prepaid", "0%"), [""; 0]);
    assert_eq!(of("prepaid", "15%"), ["manager 1", "director 2"]);
    assert_eq!(of("net90", "15%"), ["manager 1", "director 2", "legal 2", "tax 3"]);
    assert_eq!(of("net60", "25%"), ["manager 1", "services.head 1", "director 2", "tax 3"]);
    // `jump`: the board alone, and the council behind it.
    assert_eq!(of("prepaid", "45%"), ["manager 1", "services.board 1", "director 2", "services.works 2"]);
    // No level of theirs signs: the parallel one does not wait, the other does.
    assert_eq!(of("net90", "0%"), ["legal 1", "tax 2"]);
}

#[test]
fn the_ladders_on_which_somebody_signs_are_listed_with_their_routes() {
    let book = book(LADDERS);
    let none = quote(&book, &json!({}), &["15%"]);
    assert_eq!(none["approvals"]["ladders"], json!(null));
    let high = quote(&book, &json!({}), &["35%"]);
    let services = json!([{ "name": "services", "label": "Services", "how": "jump" }]);
    assert_eq!((&high["approvals"]["how"], &high["approvals"]["ladders"]), (&json!("climb"), &services));
    let board = &high["approvals"]["route"][1];
    assert_eq!((&board["name"], &board["needs"]), (&json!("board"), &json!(3)));
}

#[test]
fn parallel_reviewers_of_a_level_that_does_not_sign_share_a_step() {
    let book = book(
        "level boss\n reviewer last with boss\n reviewer a with boss parallel\n reviewer b with boss parallel
         ask a when line.discount > 1%\n ask b when line.discount > 2%\n ask last when line.discount > 3%
         ask boss when line.discount > 30%\n route each",
    );
    assert_eq!(route(&quote(&book, &json!({}), &["10%"])), ["a 1", "b 1", "last 2"]);
    assert_eq!(route(&quote(&book, &json!({}), &["40%"])), ["boss 1", "a 1", "b 1", "last 2"]);
}

const SKIPPING: &str = r#"
  level manager "Manager"
  level director "Director"
  level board "Board"
  skip manager when actor.role in [manager, director] because "asks the next level"
  skip director when actor.role = director
  ask manager when line.discount > 5%
  ask board when line.discount > 30%
"#;

fn role(name: &str) -> Value {
    json!({ "actor": { "role": name } })
}

#[test]
fn what_asks_a_skipped_level_goes_to_the_next_above() {
    let book = book(SKIPPING);
    let of = |name: &str| {
        let quote = quote(&book, &role(name), &["10%"]);
        let requirement = &quote["approvals"]["requirements"][0];
        (route(&quote), requirement["who"].clone(), requirement["instead_of"].clone())
    };
    assert_eq!(of("clerk"), (vec!["manager 1".to_owned()], json!("manager"), json!(null)));
    assert_eq!(of("manager"), (vec!["director 1".to_owned()], json!("director"), json!("manager")));
    assert_eq!(of("director"), (vec!["board 1".to_owned()], json!("board"), json!("manager")));
}

#[test]
fn a_climb_passes_over_skipped_levels_and_says_why() {
    let book = book(SKIPPING);
    let of = |name: &str| {
        let quote = quote(&book, &role(name), &["40%"]);
        (route(&quote), quote["approvals"]["skipped"].clone())
    };
    let (all, skipped) = of("clerk");
    assert_eq!((all.join(", "), skipped), ("manager 1, director 2, board 3".to_owned(), json!(null)));
    let (left, skipped) = of("manager");
    assert_eq!(left.join(", "), "director 1, board 2");
    assert_eq!(skipped.as_array().map(Vec::len), Some(1));
    assert_eq!(
        (&skipped[0]["name"], &skipped[0]["because"]),
        (&json!("manager"), &json!("asks the next level"))
    );
    assert_eq!(of("director").0, ["board 1"]);
}

#[test]
fn the_signature_of_a_level_does_not_cover_what_goes_past_it() {
    let book = book(SKIPPING);
    let of_clerk = quote(&book, &role("clerk"), &["10%"]);
    let mut around = role("manager");
    around["approved"] = json!([signed(&of_clerk, 0, "ann")]);
    let of_manager = quote(&book, &around, &["10%"]);
    assert_eq!(of_manager["status"], "needs_approval");
    assert_eq!(of_manager["approvals"]["unneeded"][0]["reason"], "`director` is asked for it now");
    let hash = |quote: &Value| quote["approvals"]["requirements"][0]["hash"].clone();
    assert_ne!(hash(&of_clerk), hash(&of_manager));
}

#[test]
fn persons_have_names() {
    let book = book(TWO_DIRECTORS);
    let refused = |around: Value| {
        let quote = quote(&book, &around, &["15%"]);
        (quote["errors"][0]["path"].clone(), quote["errors"][0]["message"].clone())
    };
    let empty = "is the name of a person; this is empty";
    assert_eq!(refused(json!({ "author": " " })), (json!("author"), json!(format!("`author` {empty}"))));
    let message = "`author` is the name of a person, a text in quotes";
    assert_eq!(refused(json!({ "author": 7 })), (json!("author"), json!(message)));
    let approved = json!([{ "who": "director", "rule": "x", "hash": "ab", "by": "" }]);
    let expected = (json!("approved[0].by"), json!(format!("`by` {empty}")));
    assert_eq!(refused(json!({ "approved": approved })), expected);
}

#[test]
fn a_book_may_ask_for_the_author_itself() {
    let text = format!("{SHOP}\ngiven author: text\nalways \"ours\": author = \"ann\"\n");
    let book = Book::from_files([("book.tarif", text)]).expect("a good book");
    assert_eq!(quote(&book, &json!({ "author": "ann" }), &["0%"])["status"], "ok");
    assert_eq!(quote(&book, &json!({}), &["0%"])["errors"][0]["path"], "author");
}

#[test]
fn what_a_quote_writes_of_its_requirements_can_be_sent_back_whole() {
    let text = format!(
        "{}\napprovals {{ level boss\n ask boss when line.margin < 50%\n reject when line.discount > 45% }}",
        SHOP.replace(
            "quantity 1 to 50 }",
            "quantity 1 to 50  cost { steel = 600 EUR } visible to director }"
        ),
    );
    let book = Book::from_files([("book.tarif", text)]).expect("a good book");
    let first = quote(&book, &role("clerk"), &["0%"]);
    let requirement = &first["approvals"]["requirements"][0];
    assert_eq!((&requirement["who"], &requirement["tested"][0]["value"]), (&json!("boss"), &json!(null)));
    let mut around = role("clerk");
    around["approved"] = first["approvals"]["requirements"].clone();
    assert_eq!(quote(&book, &around, &["0%"])["status"], "ok");
    // A margin of 40 % was signed without being seen: another one must be asked for again, and stays hidden.
    let again = quote(&book, &around, &["10%"]);
    assert_eq!(again["status"], "needs_approval");
    let told = json!([{ "by": null, "line": "1", "what": "line.margin",
        "reason": "its earlier value is not known" }]);
    assert_eq!(again["approvals"]["requirements"][0]["again"], told);
    around["approved"] = quote(&book, &role("clerk"), &["50%"])["approvals"]["requirements"].clone();
    assert_eq!(quote(&book, &around, &["50%"])["status"], "rejected");
}

/// A limit that hangs on where the customer is: 10 % at home, 20 % abroad.
fn by_region() -> Book {
    let text = format!(
        "{}\ncontext customer {{ region: home | abroad  default abroad }}\n\
         table free(customer.region) -> rate {{ home: 10%, abroad: 20% }}\n\
         approvals {{ level director\n ask director when line.discount > free(customer.region) }}",
        SHOP,
    );
    Book::from_files([("book.tarif", text)]).expect("a good book")
}

/// A request of a customer of a region.
fn from_region(region: &str, approved: Value) -> Value {
    json!({ "customer": { "region": region }, "approved": approved })
}

#[test]
fn a_threshold_that_moves_against_a_signature_is_asked_for_again() {
    let book = by_region();
    let abroad = quote(&book, &from_region("abroad", json!([])), &["22%"]);
    let tested = &abroad["approvals"]["requirements"][0]["tested"][0];
    assert_eq!((&tested["threshold"], &tested["against"]), (&json!("20%"), &json!("0.2")));
    let signed_abroad = json!([signed(&abroad, 0, "ann")]);
    // Less than what was signed for, and twelve points above the limit at home where it was two.
    let at_home = quote(&book, &from_region("home", signed_abroad.clone()), &["21%"]);
    assert_eq!(at_home["status"], "needs_approval");
    let told = json!([{ "by": "ann", "line": "1", "what": "line.discount", "earlier": "22%", "now": "21%",
        "threshold": { "earlier": "20%", "now": "10%" }, "reason": "its threshold fell" }]);
    assert_eq!(at_home["approvals"]["requirements"][0]["again"], told);
    assert_eq!(quote(&book, &from_region("abroad", signed_abroad), &["21%"])["status"], "ok");
    // What was signed under a stricter limit stands under a looser one.
    let at_home = quote(&book, &from_region("home", json!([])), &["22%"]);
    let signed_at_home = json!([signed(&at_home, 0, "ann")]);
    assert_eq!(quote(&book, &from_region("abroad", signed_at_home), &["22%"])["status"], "ok");
}

#[test]
fn a_signature_that_does_not_say_its_threshold_stands_only_where_the_rule_does() {
    let without = |quote: &Value| {
        let mut signed = signed(quote, 0, "ann");
        signed["tested"][0].as_object_mut().expect("fields").remove("against");
        json!([signed])
    };
    let regional = by_region();
    let first = quote(&regional, &from_region("abroad", json!([])), &["22%"]);
    // Unchanged, the hash speaks for it; after a change the limit may have been any.
    assert_eq!(quote(&regional, &from_region("abroad", without(&first)), &["22%"])["status"], "ok");
    let changed = quote(&regional, &from_region("abroad", without(&first)), &["21%"]);
    assert_eq!(changed["status"], "needs_approval");
    let again = &changed["approvals"]["requirements"][0]["again"][0];
    assert_eq!(again["reason"], "its earlier threshold is not known");
    let fixed = book("level director\n ask director when line.discount > 10%");
    let first = quote(&fixed, &json!({}), &["22%"]);
    assert_eq!(quote(&fixed, &json!({ "approved": without(&first) }), &["21%"])["status"], "ok");
}

#[test]
fn a_quote_says_until_when_it_is_valid_and_when_to_follow_it_up() {
    let text = format!("{SHOP}\nquote {{ valid 30 days  follow up 14 days }}\n");
    let book = Book::from_files([("book.tarif", text)]).expect("a good book");
    let quote = quote(&book, &json!({}), &["0%"]);
    // 10 February 2026 and 14, and 30 days.
    assert_eq!((&quote["follow_up"], &quote["valid_until"]), (&json!("2026-02-24"), &json!("2026-03-12")));
}
