//! Quotes of one line, in columns and by the evaluator, field by field.

use std::collections::{BTreeMap, HashMap};

use tarif::columns::{Block, Program, Scratch};
use tarif::eval::{Day, Field, FieldOf};
use tarif::quote::{Quote, Raw, Request};
use tarif::value::Date;
use tarif::{Book, Pricer, ir};

use crate::{fill, shown, steps};

/// What was compared.
#[derive(Default)]
pub struct Tally {
    /// Requests of one line that the evaluator gives a quote for.
    pub lines: usize,
    /// Those that columns did.
    pub done: usize,
    /// Those that were deferred row by row.
    pub deferred: usize,
    pub fields: usize,
    /// Those that were recorded step by step.
    pub recorded: usize,
    pub steps: usize,
    /// Why products were not supported, with the number of lines.
    pub reasons: BTreeMap<String, usize>,
    pub differences: Vec<String>,
}

/// A product on a day in a currency.
type Which = (u32, Date, u16);

/// A book whose lines are compared.
pub struct Cross<'b> {
    book: &'b Book,
    fields: Vec<Field>,
    programs: HashMap<Which, Result<(Program, Vec<Field>), String>>,
    pricers: HashMap<Which, Option<Pricer<'b>>>,
    scratch: Scratch,
}

impl<'b> Cross<'b> {
    pub fn new(book: &'b Book) -> Cross<'b> {
        let mut fields = Field::all(book.ir());
        // What a product shows of its values is left to the evaluator.
        let is_let =
            |name: &ir::Name| book.ir().products.iter().any(|it| it.lets.iter().any(|it| it.name == *name));
        fields.retain(|field| match &field.of {
            FieldOf::Id => false,
            FieldOf::Input(ir::Place::Member(name)) => !is_let(name),
            _ => true,
        });
        Cross { book, fields, programs: HashMap::new(), pricers: HashMap::new(), scratch: Scratch::default() }
    }

    /// Compares each line of a request, as a request of its own.
    pub fn compare(&mut self, request: &Request, tally: &mut Tally) {
        for line in &request.lines {
            let one = Request { lines: vec![line.clone()], approved: Vec::new(), ..request.clone() };
            self.compare_one(&one, tally);
        }
    }

    fn compare_one(&mut self, request: &Request, tally: &mut Tally) {
        let Ok(quote) = self.book.quote(request) else { return };
        let plan = self.book.plan();
        let product = match &request.lines[0].product {
            Some(Raw::Text(name)) => plan.find_product(name),
            Some(Raw::Typed(ir::Value::Text(name))) => plan.find_product(name),
            _ => None,
        };
        let (Some(product), as_of) = (product, quote.as_of) else { return };
        let currency = self.book.ir().currencies.iter().position(|it| *it == quote.currency);
        let currency = u16::try_from(currency.expect("a currency of the book")).expect("few currencies");
        tally.lines += 1;
        self.record((product, as_of, currency), request, &quote, tally);
        let fields = &self.fields;
        let program = self.programs.entry((product, as_of, currency)).or_insert_with(|| {
            let new = |fields: &[Field]| Program::new(plan, product, as_of, currency, fields);
            if let Ok(program) = new(fields) {
                return Ok((program, fields.clone()));
            }
            new(&[]).map_err(|error| error.to_string())?;
            let each = fields.iter().filter(|field| new(std::slice::from_ref(field)).is_ok());
            let each: Vec<Field> = each.cloned().collect();
            new(&each).map(|program| (program, each)).map_err(|error| error.to_string())
        });
        let (program, fields) = match program {
            Ok(program) => program,
            Err(reason) => return *tally.reasons.entry(reason.clone()).or_default() += 1,
        };
        let rates = vec![None; self.book.ir().exchanges.len()];
        let day = Day { as_of, currency, rates };
        // The same row alone, and among others.
        for rows in [1, 9] {
            let mut block = Block::new(program, rows);
            block.reset(rows);
            for row in 0..rows {
                let of = &self.book.ir().products[product as usize];
                fill::fill(plan, program.inputs(), of, &day, request, &mut block, row);
            }
            let answer = program.run(&block, &mut self.scratch);
            let row = rows - 1;
            if answer.deferred()[row] {
                tally.deferred += usize::from(rows == 1);
                continue;
            }
            tally.done += usize::from(rows == 1);
            for (at, field) in fields.iter().enumerate() {
                let Some(expected) = shown::of_quote(field, &quote) else { continue };
                let found = shown::of_column(&answer.column(at).expect("a column"), row);
                tally.fields += 1;
                if found != expected {
                    tally.differences.push(format!(
                        "`{}`: columns {found:?}, evaluator {expected:?}\n  {request:?}",
                        field.name
                    ));
                }
            }
        }
    }
}

impl<'b> Cross<'b> {
    /// Compares the quote step by step with the record of it.
    fn record(&mut self, which: Which, request: &Request, quote: &Quote, tally: &mut Tally) {
        let book = self.book;
        let pricer = self.pricers.entry(which).or_insert_with(|| {
            let product = &book.ir().products[which.0 as usize].name;
            book.pricer(product, &which.1.to_string(), Some(&quote.currency)).ok()
        });
        let Some(pricer) = pricer else { return };
        let asked = pricer.read(request).expect("the evaluator takes the request");
        let Some(record) = asked.price(&mut self.scratch) else { return };
        let (differences, steps) = steps::differences(record, quote);
        tally.recorded += 1;
        tally.steps += steps;
        tally.differences.extend(differences.into_iter().map(|it| format!("{it}\n  {request:?}")));
        if book.to_json(&record.quote()) != book.to_json(quote) {
            tally.differences.push(format!("the quote of the record is another one\n  {request:?}"));
        }
    }
}

impl Tally {
    /// Puts what was compared elsewhere to this.
    pub fn add(&mut self, other: Tally) {
        self.lines += other.lines;
        self.done += other.done;
        self.deferred += other.deferred;
        self.fields += other.fields;
        self.recorded += other.recorded;
        self.steps += other.steps;
        for (reason, count) in other.reasons {
            *self.reasons.entry(reason).or_default() += count;
        }
        self.differences.extend(other.differences);
    }

    /// Says how much was done, and fails where anything differs.
    pub fn tell(&self, what: &str) {
        let Tally { lines, done, deferred, fields, recorded, steps, reasons, differences } = self;
        println!("{what}: {done} of {lines} lines in columns, {deferred} deferred, {fields} fields compared");
        println!("{what}: {recorded} of {lines} lines recorded, {steps} steps compared");
        let mut reasons: Vec<(&String, &usize)> = reasons.iter().collect();
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        for (reason, count) in reasons {
            println!("{count:>8} {reason}");
        }
        for difference in differences.iter().take(10) {
            println!("{difference}");
        }
    }
}
