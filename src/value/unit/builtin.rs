//! The usual units, as one table from which the language reference is written too.
//!
//! Sizes of the metric units follow the SI brochure, those of inch, foot, pound and ounce the
//! international yard and pound agreement of 1959, those of KiB and its kin IEC 80000-13.

/// A usual unit, as the language reference lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitRow {
    /// The name that amounts are printed with.
    pub name: &'static str,
    /// The singular, which stands for the same unit and is printed after `/`; empty if there is none.
    pub singular: &'static str,
    /// Another spelling that stands for the same unit; empty if there is none.
    pub also: &'static str,
    /// What it is, in words.
    pub meaning: &'static str,
    /// What one of it is, as a number or fraction.
    pub size: &'static str,
    /// The unit that `size` counts, of a row above this one; the base dimension's name for a base unit.
    pub of: &'static str,
    /// Whether it is the base unit of a dimension.
    pub base: bool,
}

/// The base unit of the dimension `dimension`.
const fn base(name: &'static str, dimension: &'static str, meaning: &'static str) -> UnitRow {
    UnitRow { name, singular: "", also: "", meaning, size: "1", of: dimension, base: true }
}

/// A unit of `size` times `of`.
const fn unit(name: &'static str, size: &'static str, of: &'static str, meaning: &'static str) -> UnitRow {
    UnitRow { name, singular: "", also: "", meaning, size, of, base: false }
}

impl UnitRow {
    const fn singular(mut self, singular: &'static str) -> UnitRow {
        self.singular = singular;
        self
    }

    const fn also(mut self, also: &'static str) -> UnitRow {
        self.also = also;
        self
    }
}

/// Every usual unit; each is made from rows above it.
pub(super) const ROWS: &[UnitRow] = &[
    base("pc", "count", "piece"),
    base("kg", "mass", "kilogram"),
    unit("mg", "0.000001", "kg", "milligram"),
    unit("g", "0.001", "kg", "gram"),
    unit("t", "1000", "kg", "tonne"),
    unit("lb", "0.45359237", "kg", "pound"),
    unit("oz", "0.028349523125", "kg", "ounce"),
    base("m", "length", "metre"),
    unit("mm", "0.001", "m", "millimetre"),
    unit("cm", "0.01", "m", "centimetre"),
    unit("dm", "0.1", "m", "decimetre"),
    unit("km", "1000", "m", "kilometre"),
    unit("inch", "0.0254", "m", "inch"),
    unit("ft", "0.3048", "m", "foot"),
    unit("m2", "1", "m*m", "square metre"),
    unit("mm2", "0.000001", "m2", "square millimetre"),
    unit("cm2", "0.0001", "m2", "square centimetre"),
    unit("dm2", "0.01", "m2", "square decimetre"),
    unit("ha", "10000", "m2", "hectare"),
    unit("m3", "1", "m*m*m", "cubic metre"),
    unit("mm3", "0.000000001", "m3", "cubic millimetre"),
    unit("cm3", "0.000001", "m3", "cubic centimetre"),
    unit("dm3", "0.001", "m3", "cubic decimetre"),
    unit("l", "0.001", "m3", "litre").also("L"),
    unit("ml", "0.000001", "m3", "millilitre"),
    unit("hl", "0.1", "m3", "hectolitre"),
    base("s", "time", "second"),
    unit("min", "60", "s", "minute"),
    unit("h", "3600", "s", "hour"),
    unit("days", "24", "h", "day of 24 hours").singular("day"),
    unit("weeks", "7", "days", "week").singular("week"),
    base("months", "month", "calendar month, which is no fixed number of days").singular("month"),
    unit("years", "12", "months", "year of 12 calendar months").singular("year"),
    base("N", "force", "newton"),
    unit("kN", "1000", "N", "kilonewton"),
    unit("tf", "9806.65", "N", "tonne-force"),
    base("J", "energy", "joule"),
    unit("kJ", "1000", "J", "kilojoule"),
    unit("MJ", "1000000", "J", "megajoule"),
    unit("Wh", "3600", "J", "watt-hour"),
    unit("kWh", "1000", "Wh", "kilowatt-hour"),
    unit("MWh", "1000000", "Wh", "megawatt-hour"),
    unit("W", "1", "J/s", "watt"),
    unit("kW", "1000", "W", "kilowatt"),
    unit("MW", "1000000", "W", "megawatt"),
    base("A", "current", "ampere"),
    base("V", "voltage", "volt"),
    base("Pa", "pressure", "pascal"),
    unit("kPa", "1000", "Pa", "kilopascal"),
    unit("MPa", "1000000", "Pa", "megapascal"),
    unit("bar", "100000", "Pa", "bar"),
    base("degC", "temperature", "degree Celsius"),
    base("B", "data", "byte"),
    unit("KB", "1000", "B", "kilobyte").also("kB"),
    unit("MB", "1000000", "B", "megabyte"),
    unit("GB", "1000000000", "B", "gigabyte"),
    unit("TB", "1000000000000", "B", "terabyte"),
    unit("KiB", "1024", "B", "kibibyte"),
    unit("MiB", "1048576", "B", "mebibyte"),
    unit("GiB", "1073741824", "B", "gibibyte"),
    unit("TiB", "1099511627776", "B", "tebibyte"),
];
