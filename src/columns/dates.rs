//! Days over the graph: sums with days and months, parts of dates.

use super::compile::{Compiler, Val, unsupported};
use super::graph::I;
use super::number::Num;
use super::port::day_number;
use super::program::Unsupported;
use crate::ir::{CompareOp, DatePart};
use crate::source::Span;
use crate::value::Date;

/// The most days that are looked up one by one.
const MOST_DAYS: i64 = 150_000;

impl Compiler<'_> {
    pub fn add_time(&mut self, date: I, count: Num, months: bool, span: Span) -> Result<Val, Unsupported> {
        let whole = count.below.is_none() && count.scale == 0;
        if !whole {
            return unsupported("days that may be no whole number", span);
        }
        if months {
            let Some(months) = self.graph.constant(count.above) else {
                return unsupported("a number of months that is not fixed", span);
            };
            let later = |day: i64| {
                let day = Date::MIN.add_days(day).and_then(|day| day.add_months(months));
                day.map(day_number)
            };
            return match self.by_day(date, later, span)? {
                Val::Num(number) => Ok(Val::Date(number.above)),
                value => Ok(value),
            };
        }
        let end = day_number(Date::MAX);
        let sum = self.graph.add(date, count.above);
        let early = self.graph.compare_const(CompareOp::Less, sum, 0);
        let late = self.graph.compare_const(CompareOp::Greater, sum, end);
        let outside = self.graph.or(early, late);
        self.defer(outside);
        let (lowest, highest) = (self.graph.number(0), self.graph.number(end));
        let sum = self.graph.extreme(true, sum, lowest);
        Ok(Val::Date(self.graph.extreme(false, sum, highest)))
    }

    pub fn date_part(&mut self, part: DatePart, date: I, span: Span) -> Result<Val, Unsupported> {
        self.by_day(date, |day| Date::MIN.add_days(day).map(|day| part.of(day)), span)
    }

    /// A number for each day of a range.
    fn by_day(&mut self, date: I, of: impl Fn(i64) -> Option<i64>, span: Span) -> Result<Val, Unsupported> {
        let (least, greatest) = self.graph.range(date);
        if greatest - least > MOST_DAYS {
            return unsupported("a part of a date that may be any", span);
        }
        let values: Option<Vec<i64>> = (least..=greatest).map(of).collect();
        let Some(values) = values else { return unsupported("days at the end of the calendar", span) };
        let array = self.graph.array(values);
        let at = self.graph.add_const(date, -least);
        Ok(Val::Num(Num { above: self.graph.look(at, array), scale: 0, below: None }))
    }
}
