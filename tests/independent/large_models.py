"""Writes large configuration models of our own into a folder, to see how work grows with their size.

    python3 large_models.py FOLDER [FEATURES]

`tree.uvl` is a feature model of 18,616 features (or as many as wanted) with some 1,400 formulas, `car.json` a car of
99 variables and 111 tables, some of them long, and `never.json` the same with two tables that contradict each other.
Run `TARIF_MODELS=FOLDER cargo test --test models` on them. The same numbers give the same files.
"""

import json
import pathlib
import random
import sys


def tree(count, seed=1):
    """A tree in which each configuration of a few named ones is valid, so that some always is."""
    rng = random.Random(seed)
    features = [{"name": "Vehicle", "groups": []}]
    open_features = [0]
    while len(features) < count:
        at = rng.randrange(max(0, len(open_features) - 400), len(open_features))
        parent = open_features[at]
        kind = rng.choices(["mandatory", "optional", "or", "alternative"], [2, 5, 1, 3])[0]
        size = 1 if kind == "mandatory" else rng.choice([2, 3, 3, 4, 5, 8])
        if kind == "alternative" and rng.random() < 0.01:
            size = rng.choice([60, 200, 500])
        size = max(min(size, count - len(features)), 1)
        children = []
        for _ in range(size):
            children.append(len(features))
            open_features.append(len(features))
            features.append({"name": f"F_{len(features):05}", "groups": []})
        features[parent]["groups"].append((kind, children))
    worlds = [chosen(features, rng) for _ in range(6)]
    formulas = []
    while len(formulas) < count * 1_400 // 18_616:
        size = rng.choice([2, 2, 2, 3, 4, 8, 20])
        of = [rng.randrange(1, count) for _ in range(size)]
        literals = [(feature, rng.random() < 0.6) for feature in of]
        if all(any((f in world) == sign for f, sign in literals) for world in worlds):
            words = [("" if sign else "!") + features[f]["name"] for f, sign in literals]
            form = rng.choice(["{}", "({})", "!(!({}))"])
            formulas.append(form.format(" | ".join(words)))
    return features, formulas


def chosen(features, rng):
    """One configuration that the tree allows."""
    world, rest = set(), [0]
    while rest:
        feature = rest.pop()
        world.add(feature)
        for kind, children in features[feature]["groups"]:
            if kind == "mandatory":
                rest.extend(children)
            elif kind == "alternative":
                rest.append(rng.choice(children))
            else:
                least = 1 if kind == "or" else 0
                rest.extend(rng.sample(children, rng.randint(least, len(children))))
    return world


def uvl(features, formulas):
    lines = ["namespace Vehicle", "", "features"]
    rest = [(0, 1)]
    while rest:
        at, depth = rest.pop()
        if isinstance(at, str):
            lines.append("\t" * depth + at)
            continue
        lines.append("\t" * depth + features[at]["name"])
        for kind, children in reversed(features[at]["groups"]):
            rest.extend((child, depth + 2) for child in reversed(children))
            rest.append((kind, depth + 1))
    lines += ["", "constraints"] + ["\t" + formula for formula in formulas]
    return "\n".join(lines) + "\n"


def car(seed=1, variables=99, tables=111, longest=48_721):
    """Tables around some valid cars, so that there are many more."""
    rng = random.Random(seed)
    sizes = [rng.choice([2, 2, 3, 4, 5, 8, 12, 42]) for _ in range(variables)]
    worlds = [[rng.randrange(size) for size in sizes] for _ in range(40)]
    constraints = []
    for number in range(tables):
        longer = number % 20 == 0
        arity = rng.randint(6, 10) if longer else rng.randint(2, 5)
        first = rng.randrange(variables)
        near = sorted({(first + rng.randrange(14)) % variables for _ in range(3 * arity)})
        scope = rng.sample(near, min(arity, len(near)))
        rows = {tuple(world[v] for v in scope) for world in worlds}
        space = 1
        for v in scope:
            space *= sizes[v]
        wanted = min(longest if number == 20 else rng.randint(20, 3_000 if longer else 300), space * 2 // 3)
        for _ in range(20 * wanted):
            if len(rows) >= wanted:
                break
            rows.add(tuple(rng.randrange(sizes[v]) for v in scope))
        constraints.append({
            "id": f"c{number + 1}", "kind": "table", "scope": [f"v{v}" for v in scope],
            "rows": [list(row) for row in sorted(rows)],
        })
    return {
        "name": "car", "kind": "enum+integer-csp",
        "variables": [{"name": f"v{v}", "values": list(range(size))} for v, size in enumerate(sizes)],
        "constraints": constraints,
    }


def never(model):
    """The model with two more tables: the first two variables are equal and are not."""
    domain = range(2)
    more = [
        {"id": "same", "kind": "table", "scope": ["v0", "v1"], "rows": [[v, v] for v in domain]},
        {"id": "other", "kind": "table", "scope": ["v0", "v1"], "rows": [[v, 1 - v] for v in domain]},
    ]
    return {**model, "name": "never", "constraints": model["constraints"] + more}


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 18_616
    (folder / "tree.uvl").write_text(uvl(*tree(count)))
    model = car()
    (folder / "car.json").write_text(json.dumps(model))
    (folder / "never.json").write_text(json.dumps(never(model)))


if __name__ == "__main__":
    main()
