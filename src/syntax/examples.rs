//! What pieces of the language look like, and where they stand, for messages.

/// Where a word belongs that begins something, but no declaration.
pub(super) fn home(word: &str) -> &'static str {
    match word {
        "require" | "exclude" => "`product`, `family` or `quote`",
        "quantity" | "option" | "allow" | "alert" | "let" | "cost" | "suggest" | "part" | "parts" => {
            "`product` or `family`"
        }
        "question" | "recommend" => "`guide`",
        "currency" | "currencies" | "effective" => "`book`",
        "per" | "entry" => "`price`",
        "list" | "add" | "less" | "round" | "floor" | "cap" | "subtotal" => "`per unit` or `per line`",
        "tax" | "taxes" | "charge" | "gift" | "claims" | "payable" | "valid" | "follow" | "hide" => "`quote`",
        "level" | "reviewer" | "ladder" | "skip" | "ask" | "reject" | "route" => "`approvals`",
        "as_of" | "market" | "line" | "expect" => "`test`",
        _ => "",
    }
}

/// What a declaration, member or step looks like.
pub(super) fn example(word: &str) -> Option<&'static str> {
    Some(match word {
        "component" => "steel \"Steel\" = plate * q235 when frame = h_frame",
        "field" => "level \"Level\": standard | gold  default standard",
        "row" => "c_frame, 63 tf: 118_000",
        "tier" => "from 100 GB: 10 CNY flat + 0.2 CNY each",
        "book" => "book press \"Hydraulic presses\" { currency CNY  effective 2026-01-01 to 2026-12-31 }",
        "use" => "use \"../group-policy\"",
        "unit" => "unit pallet \"Pallet\" = 48 pc",
        "enum" => "enum colour \"Colour\": red | blue",
        "context" => "context customer { level \"Level\": standard | gold  default standard }",
        "given" => "given prior: kWh default 0 kWh",
        "index" => "index q235 \"Steel\": 1 CNY/kg to 20 CNY/kg max_age 7 days",
        "exchange" => "exchange USD to CNY max_age 2 days",
        "family" => "family machines \"Machines\"",
        "product" => "product press \"Hydraulic press\" in machines { … }",
        "preset" => "preset workshop \"Workshop press\" of press { force = 100 tf, frame = c_frame }",
        "guide" => "guide press \"Find the right press\" { question material: steel | aluminium { … } }",
        "question" => "question loud \"Is noise a problem?\": bool { true: set extras with quiet_pump }",
        "case" => "steel or aluminium: require force >= 160 tf",
        "set" => "set force = 63 tf, extras with quiet_pump because \"…\"",
        "recommend" => "recommend frame = c_frame because \"…\"",
        "table" => "table level_rate(customer.level) -> rate { silver: 2%, gold: 4% }",
        "tiers" => "tiers quantity_break(int) whole -> rate { from 1: 0%, from 10: 7% }",
        "def" => "def half(x: CNY) -> CNY = x / 2",
        "price" => "price machines { per unit { list = 5 CNY } }",
        "quote" => "quote { tax vat \"VAT\" = 13% of running  valid 30 days }",
        "approvals" => "approvals { level boss  ask boss when line.margin < 15% }",
        "test" => "test \"one press\" { as_of 2026-02-10  line press { quantity = 3 } }",
        "always" => "always \"nothing is sold below cost\": line.net >= line.cost",
        "quantity" => "quantity 1 to 50",
        "option" => "option frame \"Frame\": c_frame | h_frame default c_frame",
        "require" => "require force <= 160 tf when frame = c_frame because \"…\"",
        "exclude" => "exclude cooling = none with force >= 160 tf because \"…\"",
        "allow" => "allow (frame, force) in buildable",
        "alert" => "alert heavy: when weight > 30 kg because \"two people needed\"",
        "let" => "let plate \"Plate mass\": kg = plate_mass(frame, force)",
        "cost" => "cost { steel \"Steel\" = plate * q235 }",
        "suggest" => "suggest extras with light_curtain when customer.region = overseas",
        "part" => "part dies \"Dies\": 1 to 4 of die_set",
        "parts" => "parts priced",
        "entry" => "entry discount \"Discount\": 0% to 15% default 0% reason required",
        "per" => "per unit { list = 5 CNY }",
        "list" => "list \"List price\" = list_price(frame, force)",
        "add" => "add freight \"Freight\" = 20 CNY when customer.region = overseas",
        "less" => "less loyalty \"Customer level\" = 5% of running when customer.level = gold",
        "best" | "worst" | "first" | "all" => "best of programme { less a = 5% of running  less b = 10 CNY }",
        "round" => "round half_even to 1 CNY",
        "floor" => "floor minimum = cost / (1 - 8%) rounded up to 1 CNY",
        "cap" => "cap ceiling = 500 CNY",
        "subtotal" => "subtotal price \"Net unit price\"",
        "tax" => "tax vat \"VAT\" = 13% of net rounded half_even to 0.01 CNY",
        "taxes" => "taxes on running { tax state = 5% rounded half_up to 0.01 CNY }",
        "each" => "each line { tax vat = 13% of running }",
        "charge" => "charge wrap \"Gift wrap\" = 5 CNY when wrapped",
        "gift" => "gift mug \"A mug\": 1 of mug { colour = red } when running >= 100 CNY",
        "claims" => {
            "claims { less third = 100% of running  needs 2 of units  on cheapest 1 of units  repeat }"
        }
        "claim" => "less third = 100% of running  needs 2 of units  on cheapest 1 of units  repeat",
        "payable" => "payable { less gift_card \"Gift card\" = min(card, running) }",
        "valid" => "valid 30 days",
        "follow" => "follow up 14 days",
        "hide" => "hide lines when line.net = 0 CNY",
        "level" => "level director \"Sales director\"",
        "reviewer" => "reviewer finance \"Finance\" with director",
        "ladder" => "ladder services \"Services\" { level head  level board needs 2  route jump }",
        "skip" => "skip manager when actor.role = manager",
        "ask" => "ask director for machines when line.margin < 15% because \"…\"",
        "reject" => "reject when line.margin < 6% because \"below the company's floor\"",
        "route" => "route climb",
        "as_of" => "as_of 2026-02-10",
        "market" => "market q235 = 4.10 CNY/kg",
        "line" => "line press { quantity = 3, force = 160 tf }",
        "expect" => "expect unit.list = 224_000 CNY",
        _ => return None,
    })
}
