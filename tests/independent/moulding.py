"""Works out the figures of the tests of rules/moulding with exact fractions.

Run: python3 tests/independent/moulding.py
The figures that it prints are carried by hand into the book's test file.
"""

import math
from fractions import Fraction as F

PRESSURE = {"ABS": F("0.32"), "PP": F("0.25"), "PA66": F("0.42"), "PC": F("0.48")}
SCRAP = {"ABS": F("0.03"), "PP": F("0.025"), "PA66": F("0.04"), "PC": F("0.045")}
MACHINES = (90, 160, 280, 470, 800, 1600)
HOUR_RATE = dict(zip(MACHINES, (55, 78, 112, 165, 260, 480)))
LABOUR = dict(zip(MACHINES, (F(1, 4), F(1, 4), F(1, 2), F(1, 2), F(1), F(1))))
SETUP = dict(zip(MACHINES, (180, 180, 350, 350, 900, 900)))
BOX = {"华东": F("6.5"), "华南": F(9), "华北": F("10.5"), "西部": F(18)}
MARKUP = {"普通": F("0.35"), "银牌": F("0.30"), "金牌": F("0.25")}


def half_up(x, step):
    step = F(step)
    return math.floor(x / step + F(1, 2)) * step


def up(x, step):
    step = F(step)
    return math.ceil(x / step) * step


def quote(quantity, material, grams, area, cavities, cycle, colour, tool, spread, per_box, price, colour_price,
          level, region, prepaid=False, given=F(0)):
    clamp = area * cavities * PRESSURE[material] * F("1.1")
    machine = next(m for m in MACHINES if clamp <= m)
    gross = F(grams) * (1 + SCRAP[material])
    hours = F(cycle) / cavities / 3600
    kg = gross / 1000
    cost = [half_up(kg * (1 - colour) * price, "0.0001"), half_up(kg * colour * colour_price, "0.0001"),
            half_up(hours * HOUR_RATE[machine], "0.0001"), half_up(hours * LABOUR[machine] * 42, "0.0001")]
    cost.append(half_up(F("0.12") * (cost[2] + cost[3]), "0.0001"))
    cost.append(half_up(F(tool) / quantity, "0.0001") if spread else F(0))
    unit_cost = sum(cost)
    boxes = math.ceil(F(quantity) / per_box)
    line_cost = unit_cost * quantity + BOX[region] * boxes + SETUP[machine] + (0 if spread else tool)
    listed = unit_cost / (1 - F("0.18")) if level == "战略" else unit_cost * (1 + MARKUP[level])
    running = listed = half_up(listed, "0.0001")
    if prepaid:
        running -= half_up(F("0.015") * running, "0.0001")
    running -= half_up(given * running, "0.0001")
    unit = max(running, up(unit_cost * F("1.05"), "0.0001"))
    goods = unit * quantity
    off = F("0.02") * max(0, min(quantity, 100_000) - 10_000) + F("0.04") * max(0, quantity - 100_000)
    net = half_up(goods - goods * off / quantity, "0.01")
    if quantity < 5_000:
        net += SETUP[machine]
    if not spread:
        net += tool
    net += BOX[region] * boxes
    vat = half_up(net * F("0.13"), "0.01")
    figures = {"clamp tf": clamp, "machine": F(machine), "gross g": gross, "unit cost": unit_cost, "list": listed,
               "unit": unit, "goods": goods, "net": net, "vat": vat, "total": net + vat, "line cost": line_cost,
               "margin": (net - line_cost) / net}
    print({name: float(value) for name, value in figures.items()})


if __name__ == "__main__":
    quote(20_000, "ABS", "35.5", 60, 4, 28, F("0.02"), 120_000, True, 200, F("11.20"), F(45), "金牌", "华东")
    quote(3_000, "PA66", "120", 150, 2, 45, F(0), 80_000, False, 50, F("19.8"), F(45), "普通", "西部", prepaid=True)
    quote(150_000, "PP", "12.4", 30, 8, F("18.5"), F("0.015"), 200_000, True, 1_000, F("7.9"), F(38), "战略",
          "华南", given=F("0.05"))
