"""Writes the article list of rules/fasteners (CSV and XLSX) and works out the figures of its tests.

Needs openpyxl. Run from the project's root: python3 tests/independent/fasteners.py
The figures that it prints are carried by hand into rules/fasteners/fasteners.test.tarif.
"""

import csv
import math
from fractions import Fraction

from openpyxl import Workbook

GROUPS = ["hex_bolt", "socket_screw", "nut", "washer", "threaded_rod", "rivet", "anchor", "wood_screw"]
CODES = ["HB", "SS", "NT", "WA", "TR", "RV", "AN", "WS"]
COUNT = 20_000


def article(n):
    """The n-th article: code, group, price of a piece in EUR, mass of a piece in g."""
    group = n % len(GROUPS)
    size = 3 + (n // len(GROUPS)) % 28
    length = 6 + (n // (len(GROUPS) * 28)) * 2
    price = Fraction(40 + 7 * size + 3 * length + 11 * group + n % 13, 10_000)
    mass = Fraction(size * size * (length + 4 + group), 40)
    return f"{CODES[group]}-{n:05d}", GROUPS[group], price, mass


def decimal(x):
    """A terminating fraction as a decimal text."""
    places = 0
    while (x * 10**places).denominator != 1:
        places += 1
    text = str(int(x * 10**places)).rjust(places + 1, "0")
    return text if places == 0 else f"{text[:-places]}.{text[-places:]}"


ROWS = [article(n) for n in range(COUNT)]


def write():
    header = ["sku", "group", "price", "mass"]
    rows = [[sku, group, decimal(price), decimal(mass)] for sku, group, price, mass in ROWS]
    with open("rules/fasteners/articles.csv", "w", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("articles")
    sheet.append(header)
    for sku, group, price, mass in rows:
        sheet.append([sku, group, float(price), float(mass)])
    book.save("rules/fasteners/articles.xlsx")
    with open("rules/fasteners/contract.csv", "w", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["id", "sku", "contract_price"])
        for customer in range(1, 41):
            for k in range(25):
                sku, _, price, _ = ROWS[(customer * 487 + k * 131) % COUNT]
                special = Fraction(math.floor(price * 88 / 100 * 10_000), 10_000)
                writer.writerow([f"C{customer:03d}", sku, decimal(special)])


BREAKS = {
    "hex_bolt": [(1, 0), (500, 5), (2000, 9), (10000, 14)],
    "socket_screw": [(1, 0), (500, 4), (2000, 8), (10000, 12)],
    "nut": [(1, 0), (1000, 6), (5000, 11)],
    "washer": [(1, 0), (1000, 8), (5000, 15)],
    "threaded_rod": [(1, 0), (50, 5), (200, 10)],
    "rivet": [(1, 0), (2500, 10)],
    "anchor": [(1, 0), (100, 4), (400, 7)],
    "wood_screw": [(1, 0), (1000, 7), (4000, 12), (20000, 18)],
}
FREIGHT = {
    "domestic": [("4.90"), ("9.80"), ("24"), ("68")],
    "eu": [("12.50"), ("21"), ("58"), ("149")],
    "world": [("38"), ("74"), ("210"), ("640")],
}


def half_up(x, step):
    step = Fraction(step)
    return math.floor(x / step + Fraction(1, 2)) * step


def quote(n, quantity, region, contract=None):
    sku, group, price, mass = ROWS[n]
    unit = price if contract is None else contract
    rate = Fraction(max(r for q, r in BREAKS[group] if quantity >= q) if contract is None else 0, 100)
    goods = half_up(unit * quantity * (1 - rate), "0.01")
    kg = mass * quantity / 1000
    band = 3 if kg >= 500 else 2 if kg >= 100 else 1 if kg >= 10 else 0
    freight = Fraction(0) if region == "domestic" and goods >= 500 else Fraction(FREIGHT[region][band])
    print(sku, group, "price", decimal(price), "mass kg", decimal(kg), "rate", rate, "goods", decimal(goods),
          "freight", decimal(freight), "net", decimal(goods + freight))


if __name__ == "__main__":
    write()
    quote(0, 600, "domestic")
    quote(12_345, 4_000, "eu")
    quote(487, 1_000, "domestic", contract=Fraction(math.floor(ROWS[487][2] * 88 / 100 * 10_000), 10_000))
    quote(19_999, 25_000, "world")
