"""Works out by trying every configuration what is true of the small models in tests/models/data.

Run: python3 tests/independent/models.py
It prints what stands in tests/models/data/facts.json.
"""

import itertools
import json
import operator
import pathlib
import re

DATA = pathlib.Path(__file__).parent.parent / "models" / "data"


def without_comments(text):
    def kept(found):
        return found.group() if found.group()[0] in "\"'" else " "

    return re.sub(r"\"[^\"\n]*\"|'[^'\n]*'|//[^\n]*|/\*.*?\*/", kept, text, flags=re.S)


def uvl(text):
    """The features, their groups as (parent, kind, children), and the formulas as text."""
    lines, open_brackets, kept = without_comments(text).split("\n"), 0, ""
    rows = []
    for line in lines:
        kept = kept + " " + line if open_brackets else line
        open_brackets = sum(kept.count(mark) for mark in "([{") - sum(kept.count(mark) for mark in ")]}")
        if not open_brackets and kept.strip():
            rows.append(kept)
    names, groups, formulas, stack, section = [], [], [], [], None
    for row in rows:
        indent, said = len(row) - len(row.lstrip()), row.strip()
        if indent == 0:
            section = said.split()[0]
            continue
        if section == "constraints":
            formulas.append(said)
            continue
        if section != "features":
            continue
        while stack and stack[-1][0] >= indent:
            stack.pop()
        if said in ("mandatory", "optional", "or", "alternative") or said.startswith("["):
            groups.append((stack[-1][1], said, []))
            stack.append((indent, groups[-1]))
            continue
        name = re.match(r"\"[^\"]*\"|[^\s{]+", said).group()
        for inner in re.findall(r"constraint (.*?)(?=, constraints|, [a-z]+ |\}$)", said):
            formulas.append(inner)
        for inner in re.findall(r"constraints \[(.*?)\]", said):
            formulas.extend(inner.split(","))
        name = name.strip('"')
        names.append(name)
        if stack:
            stack[-1][1][2].append(name)
        stack.append((indent, name))
    return names, groups, [python(formula) for formula in formulas]


def python(formula):
    """A formula as Python: the operators `**`, `<<` and `>>` have no meaning of their own here."""
    words = re.findall(r"\"[^\"]*\"|<=>|=>|[!&|()]|[^\s!&|()<=>]+", formula)

    def primary():
        word = words.pop(0)
        if word == "!":
            return f"(not {primary()})"
        if word == "(":
            inside = level(0)
            words.pop(0)
            return inside
        return f"has[{word.strip(chr(34))!r}]"

    def level(at):
        if at == 4:
            return primary()
        mark, form = [("<=>", "({} == {})"), ("=>", "(not {} or {})"), ("|", "({} or {})"), ("&", "({} and {})")][at]
        left = level(at + 1)
        while words and words[0] == mark:
            words.pop(0)
            left = form.format(left, level(at + 1))
        return left

    return level(0)


def bounds(kind, size):
    plain = {"mandatory": (size, size), "optional": (0, size), "or": (1, size), "alternative": (1, 1)}
    if kind in plain:
        return plain[kind]
    inside = kind.strip("[]").split("..")
    return int(inside[0]), size if inside[-1] == "*" else int(inside[-1])


def of_uvl(text):
    names, groups, formulas = uvl(text)
    compiled = [compile(formula, formula, "eval") for formula in formulas]

    def fits(has):
        if not has[names[0]]:
            return False
        for parent, kind, children in groups:
            count = sum(has[child] for child in children)
            low, high = bounds(kind, len(children))
            if not (low <= count <= high if has[parent] else count == 0):
                return False
        return all(eval(formula, {"has": has}) for formula in compiled)

    found = [
        has
        for some in itertools.product((False, True), repeat=len(names) - 1)
        if fits(has := dict(zip(names, (True,) + some)))
    ]
    facts = {"satisfiable": bool(found), "count": str(len(found))}
    if found:
        facts["core"] = sorted(name for name in names if all(has[name] for has in found))
        facts["dead"] = sorted(name for name in names if not any(has[name] for has in found))
    return facts


OPERATORS = {
    "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge, "=": operator.eq, "!=": operator.ne,
    "=>": lambda a, b: not a or b, "<=>": operator.eq, "not": operator.not_,
    "and": lambda *of: all(of), "or": lambda *of: any(of), "+": lambda *of: sum(of),
}


def worth(expr, values):
    if isinstance(expr, list):
        of = [worth(one, values) for one in expr[1:]]
        if expr[0] == "-":
            return -of[0] if len(of) == 1 else of[0] - sum(of[1:])
        if expr[0] == "*":
            product = 1
            for one in of:
                product *= one
            return product
        return OPERATORS[expr[0]](*of)
    return values.get(expr, expr) if isinstance(expr, str) else expr


def of_relations(text):
    model = json.loads(text)
    names = [variable["name"] for variable in model["variables"]]
    domains = [variable["values"] for variable in model["variables"]]

    def fits(values):
        for constraint in model["constraints"]:
            if constraint["kind"] == "table":
                if [values[name] for name in constraint["scope"]] not in constraint["rows"]:
                    return False
            elif not worth(constraint["expr"], values):
                return False
        return True

    found = [values for some in itertools.product(*domains) if fits(values := dict(zip(names, some)))]
    facts = {"satisfiable": bool(found), "count": str(len(found))}
    if found:
        used = {name: {values[name] for values in found} for name in names}
        facts["core"] = {name: min(used[name]) for name in names if len(used[name]) == 1}
        dead = {name: [value for value in domain if value not in used[name]] for name, domain in zip(names, domains)}
        facts["dead"] = {name: values for name, values in dead.items() if values}
    return facts


def main():
    facts = {}
    for path in sorted(DATA.iterdir()):
        if path.suffix == ".uvl":
            facts[path.name] = of_uvl(path.read_text())
        elif path.suffix == ".json" and path.name != "facts.json":
            facts[path.name] = of_relations(path.read_text())
    print(json.dumps(facts, indent=2))


if __name__ == "__main__":
    main()
