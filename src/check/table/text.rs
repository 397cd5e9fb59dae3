//! Cells of files: the words of a cell in place of a grammar.

use std::collections::HashMap;

use super::cell::{Said, Slip, unknown_unit, unknown_value, value_of};
use super::inline::{empty_result, lacking, no_price};
use crate::check::describe;
use crate::diagnostic::codes;
use crate::ir::{Name, Ty, Value};
use crate::sheet::CellForm;
use crate::value::{Date, Exact, Unit, UnitTable};

/// One column of a file, ready to read its cells.
pub(super) struct Column<'a> {
    ty: &'a Ty,
    /// A key that may be missing.
    may_be_absent: bool,
    units: &'a UnitTable,
    /// Positions of an enumeration's values.
    choices: HashMap<&'a str, u16>,
    /// The unit of the cell before, which is that of the next one most of the time.
    last_unit: Option<(String, Unit)>,
}

/// What a key's cell asks.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum KeyText {
    Any,
    Values(Vec<Value>),
    Value(Value),
    /// Texts that begin with one of these.
    Starts(Vec<Name>),
    /// Bounds with whether they belong to the band.
    Band {
        lower: Option<(Value, bool)>,
        upper: Option<(Value, bool)>,
    },
}

impl<'a> Column<'a> {
    pub(super) fn new(ty: &'a Ty, units: &'a UnitTable) -> Column<'a> {
        let mut choices = HashMap::new();
        if let Ty::Choice(values) = ty.required() {
            for (position, value) in values.values.iter().enumerate() {
                choices.insert(value.key.as_ref(), u16::try_from(position).unwrap_or(u16::MAX));
            }
        }
        Column { ty, may_be_absent: false, units, choices, last_unit: None }
    }

    /// A key's column; the key may be missing.
    pub(super) fn of_key(ty: &'a Ty, may_be_absent: bool, units: &'a UnitTable) -> Column<'a> {
        Column { may_be_absent, ..Column::new(ty, units) }
    }

    /// A result: a value, or nothing for `n/a`.
    pub(super) fn result(&mut self, text: &str, form: CellForm) -> Result<Option<Value>, Slip> {
        if text.is_empty() {
            return match self.ty {
                Ty::Optional(_) => Ok(Some(Value::Absent)),
                _ => Err(empty_result()),
            };
        }
        if text == "n/a" {
            return Ok(None);
        }
        if text == "absent" && *self.ty != Ty::Text {
            return lacking(self.ty);
        }
        self.value(text, form).map(Some).map_err(|slip| {
            match text.starts_with(|first: char| first.is_ascii_digit()) {
                true => slip,
                false => no_price(slip, self.ty),
            }
        })
    }

    /// A key: a value, some values, a band, or `any`.
    pub(super) fn key(&mut self, text: &str, form: CellForm) -> Result<KeyText, Slip> {
        if text == "any" {
            return Ok(KeyText::Any);
        }
        if text.is_empty() {
            let slip = Slip::new(codes::BAD_CELL, "the cell is empty");
            return Err(slip.help("write a value, or `any` for every value"));
        }
        if self.may_be_absent && text == "absent" {
            return Ok(KeyText::Value(Value::Absent));
        }
        // The words of a text belong to it, `nuts or bolts` is one text, but for a beginning.
        if matches!(self.ty, Ty::Text | Ty::Row(_)) {
            return match text.strip_prefix("starts ") {
                Some(beginning) => Ok(KeyText::Starts(vec![beginning.trim_start().into()])),
                None => self.value(text, form).map(KeyText::Value),
            };
        }
        if !text.contains(' ') {
            return self.value(text, form).map(KeyText::Value);
        }
        if let Some(band) = self.band(text)? {
            return Ok(band);
        }
        if text.contains(" or ") {
            let values: Result<Vec<Value>, Slip> = text
                .split(" or ")
                .map(|part| match part.trim() {
                    "absent" if self.may_be_absent => Ok(Value::Absent),
                    part => self.value(part, form),
                })
                .collect();
            return values.map(KeyText::Values);
        }
        self.value(text, form).map(KeyText::Value)
    }

    /// `from 10`, `above 10 up to 20`, `under 5`; nothing if the text begins with no such word.
    fn band(&mut self, text: &str) -> Result<Option<KeyText>, Slip> {
        if self.choices.contains_key(text) {
            return Ok(None);
        }
        let (lower, rest) = match first_word(text, &[("from ", true), ("above ", false)]) {
            Some((inclusive, rest)) => (Some(inclusive), rest),
            None => (None, text),
        };
        let upper_words = [("up to ", true), ("under ", false)];
        let Some(lower_inclusive) = lower else {
            let Some((inclusive, bound)) = first_word(text, &upper_words) else { return Ok(None) };
            let upper = Some((self.bound(bound)?, inclusive));
            return Ok(Some(KeyText::Band { lower: None, upper }));
        };
        let split = upper_words.iter().find_map(|(word, inclusive)| {
            let at = rest.find(&format!(" {word}"))?;
            Some((rest.get(..at)?, rest.get(at + 1 + word.len()..)?, *inclusive))
        });
        let (lower, upper) = match split {
            Some((low, high, inclusive)) => (self.bound(low)?, Some((self.bound(high)?, inclusive))),
            None => (self.bound(rest)?, None),
        };
        Ok(Some(KeyText::Band { lower: Some((lower, lower_inclusive)), upper }))
    }

    fn bound(&mut self, text: &str) -> Result<Value, Slip> {
        self.value(text.trim(), CellForm::Plain)
    }

    /// A value, by the quickest way first: most cells of a file are a number, a word or a code.
    fn value(&mut self, text: &str, form: CellForm) -> Result<Value, Slip> {
        match self.ty.required() {
            Ty::Text | Ty::Row(_) if form == CellForm::Plain => Ok(Value::Text(text.into())),
            Ty::Text | Ty::Row(_) => {
                let found = if form == CellForm::Date { "date" } else { "truth value" };
                let message = format!("found the {found} `{text}`; expected {}", describe::ty(self.ty));
                Err(Slip::new(codes::TYPE_MISMATCH, message)
                    .help("give the cell the format `Text` and write it again"))
            }
            Ty::Choice(choices) => match self.choices.get(text) {
                Some(position) => Ok(Value::Choice(*position)),
                None => Err(unknown_value(text, choices)),
            },
            ty => {
                let said = self.said(text)?;
                value_of(&said, ty)
            }
        }
    }

    /// What a cell says where a number, a date or a truth value belongs.
    fn said<'t>(&mut self, text: &'t str) -> Result<Said<'t>, Slip> {
        if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-') {
            if let Ok(number) = Exact::parse(text) {
                return Ok(Said::Number(number));
            }
            if let Ok(date) = Date::parse(text) {
                return Ok(Said::Date(date));
            }
        }
        match text {
            "true" | "TRUE" => return Ok(Said::Bool(true)),
            "false" | "FALSE" => return Ok(Said::Bool(false)),
            _ => {}
        }
        if !text.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '-' | '+' | '.' | ',')) {
            return Ok(Said::Text(text));
        }
        if let Some(number) = text.strip_suffix('%') {
            return parse_number(number.trim_end()).map(Said::Percent);
        }
        match text.split_once(' ') {
            Some((number, unit)) if !unit.starts_with(|first: char| first.is_ascii_digit()) => {
                let unit = self.unit(unit.trim())?;
                Ok(Said::Quantity { number: parse_number(number)?, unit, factor: Exact::ONE })
            }
            _ => parse_number(text).map(Said::Number),
        }
    }

    fn unit(&mut self, text: &str) -> Result<Unit, Slip> {
        if let Some((last, unit)) = &self.last_unit
            && last == text
        {
            return Ok(unit.clone());
        }
        let unit = self
            .units
            .parse(text)
            .map_err(|unknown| unknown_unit(&unknown.name, unknown.nearest.as_deref()))?;
        self.last_unit = Some((text.to_owned(), unit.clone()));
        Ok(unit)
    }
}

fn first_word<'t>(text: &'t str, words: &[(&str, bool)]) -> Option<(bool, &'t str)> {
    words.iter().find_map(|(word, inclusive)| Some((*inclusive, text.strip_prefix(word)?.trim_start())))
}

/// A number as a book writes it; what other programs and countries write is refused with what to write.
fn parse_number(text: &str) -> Result<Exact, Slip> {
    let plain = plain_digits(text);
    let slip = |message: String| Slip::new(codes::BAD_CELL, message);
    if text.contains(',') {
        return Err(slip(format!("a comma inside the number `{text}`"))
            .help("write a point before the decimals and nothing between thousands: `1234.56`"));
    }
    if text.contains(['e', 'E']) && text.starts_with(|first: char| first.is_ascii_digit() || first == '-') {
        return Err(slip(format!("`{text}` is written with an exponent, which hides digits"))
            .help("give the cells a number format that shows all digits, and save the file again"));
    }
    if text.contains(' ') {
        return Err(
            slip(format!("a blank inside the number `{text}`")).help("write the digits without blanks")
        );
    }
    Exact::parse(plain.as_deref().unwrap_or(text)).map_err(|error| {
        let slip = slip(format!("`{text}` {error}"));
        if text.starts_with('+') { slip.help("leave out the `+`") } else { slip }
    })
}

/// The number without the `_` that part its digits, if they stand between digits only.
fn plain_digits(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let between = |at: usize| {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
        before && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)
    };
    let marks: Vec<usize> =
        bytes.iter().enumerate().filter(|(_, byte)| **byte == b'_').map(|(at, _)| at).collect();
    (!marks.is_empty() && marks.into_iter().all(between)).then(|| text.replace('_', ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{EnumTy, EnumValue, NumberKind};

    fn number(text: &str) -> Value {
        Value::Number(Exact::parse(text).expect("a number"))
    }

    fn read(ty: &Ty, text: &str) -> Result<Value, String> {
        let units = UnitTable::builtin();
        let result = Column::new(ty, &units).result(text, CellForm::Plain);
        result.map(|value| value.unwrap_or(Value::Absent)).map_err(|slip| slip.message)
    }

    fn key(ty: &Ty, text: &str) -> Result<KeyText, String> {
        let units = UnitTable::builtin();
        Column::new(ty, &units).key(text, CellForm::Plain).map_err(|slip| slip.message)
    }

    fn kilograms() -> Ty {
        Ty::quantity(UnitTable::builtin().parse("kg").expect("a unit"))
    }

    fn regions() -> Ty {
        let value = |key: &str| EnumValue { key: key.into(), label: None };
        let values = ["GB", "IE", "up to date"].map(value).to_vec();
        Ty::Choice(EnumTy { name: "region".into(), ranked: false, values }.into())
    }

    #[test]
    fn numbers_are_read_as_a_book_writes_them() {
        let ty = kilograms();
        for text in ["1250.5", "1_250.50", "1250.50 kg", "1_250_500 g", "1.2505 t"] {
            assert_eq!(read(&ty, text), Ok(number("1250.5")), "{text}");
        }
    }

    #[test]
    fn numbers_of_other_habits_are_refused() {
        let ty = kilograms();
        for text in [
            "1,250.50",
            "1.250,50",
            "1 250",
            "1.2E+05",
            "+5",
            "1.2.3",
            "€ 5",
            "12abc",
            "_5",
            "2026-01-31",
            "8%",
            "5 CNY",
        ] {
            assert!(read(&ty, text).is_err(), "{text}");
        }
        assert_eq!(read(&ty, "1,5"), Err("a comma inside the number `1,5`".to_owned()));
        assert_eq!(
            read(&ty, "2026-01-31"),
            Err("found the date `2026-01-31`; expected a quantity in `kg`".to_owned())
        );
        assert_eq!(read(&ty, "5 kgg"), Err("there is no unit `kgg`".to_owned()));
    }

    #[test]
    fn rates_need_their_sign_and_may_have_a_blank_before_it() {
        let ty = Ty::number(NumberKind::Rate);
        assert_eq!(read(&ty, "7.5%"), Ok(number("0.075")));
        assert_eq!(read(&ty, "7.5 %"), Ok(number("0.075")));
        assert!(read(&ty, "7.5").is_err());
    }

    #[test]
    fn nothing_is_not_zero() {
        assert_eq!(read(&kilograms(), ""), Err("the cell is empty".to_owned()));
        assert_eq!(read(&Ty::Optional(Box::new(kilograms())), ""), Ok(Value::Absent));
    }

    #[test]
    fn keys_can_be_bands_several_values_or_any() {
        let low = |text: &str, inclusive| Some((number(text), inclusive));
        let ty = kilograms();
        assert_eq!(key(&ty, "from 10"), Ok(KeyText::Band { lower: low("10", true), upper: None }));
        assert_eq!(
            key(&ty, "above 10 kg up to 2 t"),
            Ok(KeyText::Band { lower: low("10", false), upper: low("2000", true) })
        );
        assert_eq!(key(&ty, "under 5"), Ok(KeyText::Band { lower: None, upper: low("5", false) }));
        assert_eq!(key(&ty, "any"), Ok(KeyText::Any));
        assert_eq!(
            key(&regions(), "GB or IE"),
            Ok(KeyText::Values(vec![Value::Choice(0), Value::Choice(1)]))
        );
        assert_eq!(key(&regions(), "up to date"), Ok(KeyText::Value(Value::Choice(2))));
        assert_eq!(key(&Ty::Text, "nuts or bolts"), Ok(KeyText::Value(Value::Text("nuts or bolts".into()))));
    }
}
