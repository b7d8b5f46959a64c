"""`make mutants`: bends every condition of the SAML guard, one at a time, and sees a document judged otherwise.

A mutant that no document of tests/saml/cases.py, and no story of tests/saml/stories.py, tells from the guard is a
survivor: a condition nobody would miss.
"""

from __future__ import annotations

import ast
import importlib
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PARTS = {
    "envelope": "app/adapters/saml/guard/envelope.py",
    "shape": "app/adapters/saml/guard/shape.py",
    "claims": "app/adapters/saml/guard/claims.py",
    "python3_saml": "app/adapters/saml/python3_saml.py",
    "journeys": "app/identity/journeys.py",
}
ASIDE = ("purge",)  # sweeping: a condition there saves work and judges nothing
ONLY = {"python3_saml": ("answer", "hear", "_verified")}  # what else is there asks, and judges nothing
OPPOSITE = {
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,), ast.NotIn: (ast.In,), ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
}  # fmt: skip


class Bender(ast.NodeTransformer):
    """Makes the change with this number, and none other; `seen` counts how many there are."""

    def __init__(self, wanted: int = -1, *, only: tuple[str, ...] = ()) -> None:
        self.wanted, self.seen, self.what, self.only, self.inside = wanted, 0, "", only, not only

    def _now(self, node: ast.AST, what: str) -> bool:
        if not self.inside:
            return False
        self.seen += 1
        if self.seen - 1 == self.wanted:
            self.what = f"line {node.lineno}: {what}"  # type: ignore[attr-defined]
            return True
        return False

    def visit_Compare(self, node: ast.Compare) -> Any:
        self.generic_visit(node)
        for at, found in enumerate(node.ops):
            for other in OPPOSITE[type(found)]:
                if self._now(node, f"{type(found).__name__} becomes {other.__name__}"):
                    node.ops[at] = other()
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> Any:
        self.generic_visit(node)
        if self._now(node, "and becomes or, or or and"):
            node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        for at in range(len(node.values)):
            if self._now(node, f"part {at + 1} is left out"):
                kept = node.values[:at] + node.values[at + 1 :]
                return kept[0] if len(kept) == 1 else ast.BoolOp(node.op, kept)
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Any:
        self.generic_visit(node)
        if isinstance(node.op, ast.Not) and self._now(node, "not is left out"):
            return node.operand
        return node

    def visit_BinOp(self, node: ast.BinOp) -> Any:
        self.generic_visit(node)
        swap = {ast.Add: ast.Sub, ast.Sub: ast.Add}.get(type(node.op))
        if swap and self._now(node, f"{type(node.op).__name__} becomes {swap.__name__}"):
            node.op = swap()
        return node

    def visit_If(self, node: ast.If) -> Any:
        self.generic_visit(node)
        for value in (False, True):
            if self._now(node, f"the condition is always {value}"):
                node.test = ast.copy_location(ast.Constant(value), node.test)
        return node

    def visit_IfExp(self, node: ast.IfExp) -> Any:
        self.generic_visit(node)
        for value in (False, True):
            if self._now(node, f"the choice is always {value}"):
                node.test = ast.copy_location(ast.Constant(value), node.test)
        return node

    def visit_Expr(self, node: ast.Expr) -> Any:
        self.generic_visit(node)
        if isinstance(node.value, ast.Call) and self._now(node, "the call is left out"):
            return ast.copy_location(ast.Pass(), node)
        return node

    def visit_Raise(self, node: ast.Raise) -> Any:
        if self._now(node, "nothing is refused"):
            return ast.copy_location(ast.Pass(), node)
        return node

    def visit_Constant(self, node: ast.Constant) -> Any:
        if type(node.value) is int and self._now(node, f"{node.value} becomes {node.value + 1}"):
            return ast.copy_location(ast.Constant(node.value + 1), node)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        if node.name in ASIDE:
            return node
        before, self.inside = self.inside, self.inside or node.name in self.only
        node.body = [self.visit(one) for one in node.body]  # not what it is called with, nor its types
        self.inside = before
        return node


def mutants(name: str) -> Iterator[tuple[str, Any]]:
    """(what was changed, how to make the module) for each change of one part of the guard."""
    path, only = ROOT / PARTS[name], ONLY.get(name, ())
    counter = Bender(only=only)
    counter.visit(ast.parse(path.read_text()))
    for number in range(counter.seen):
        bender = Bender(number, only=only)
        tree = ast.fix_missing_locations(bender.visit(ast.parse(path.read_text())))
        yield f"{name}.py, {bender.what}", compile(tree, str(path), "exec")


def module_of(name: str, code: Any) -> ModuleType:
    made = ModuleType(PARTS[name].removesuffix(".py").replace("/", "."))
    sys.modules[made.__name__], before = made, sys.modules.get(made.__name__)
    try:
        exec(code, made.__dict__)
    finally:
        if before is not None:
            sys.modules[made.__name__] = before
    return made


def is_seen(name: str, code: Any, cases: Any, judge: Any, stories: Any) -> bool:
    """Whether one document is judged otherwise: by a bent part that does not even load, every one is."""
    try:
        parts = {name: module_of(name, code)}
    except Exception:
        return True
    if name == "journeys":
        try:
            return bool(stories.told(parts[name]) != stories.ENDS)
        except Exception:
            return True
    if name == "shape":  # claims ask it for the one element
        parts["claims"] = module_of("claims", _plain("claims"))
        parts["claims"].__dict__["only"] = parts["shape"].__dict__["only"]
    for case in cases:
        try:
            if judge(case, of=parts) != case.verdict:
                return True
        except Exception:
            return True
    return False


def _plain(name: str) -> Any:
    path = ROOT / PARTS[name]
    return compile(path.read_text(), str(path), "exec")


def survivors() -> tuple[list[str], int]:
    """(what nobody noticed, how many changes were made). Each part is asked alone, so that no other covers for it."""
    cases = importlib.import_module("tests.saml.cases")
    stories = importlib.import_module("tests.saml.stories")
    believed, bent = cases.every()
    asks = {
        "envelope": ("envelope", "parts", "inflated"),
        "shape": ("parsed", "shape", "signed", "logout-shape", "claims"),
        "claims": ("claims", "logout-claims"),
        "python3_saml": ("whole", "hear"),
        "journeys": (),
    }
    alone = [*believed, *bent, *cases.parts(bent + believed)]
    left, made = [], 0
    for name in PARTS:
        mine = [case for case in alone if case.at in asks[name]]
        for what, code in mutants(name):
            made += 1
            if not is_seen(name, code, mine, cases.judge, stories):
                left.append(what)
    return left, made


def main() -> int:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        importlib.import_module("tests.saml.stories").open_at(folder)
        left, made = survivors()
    print(f"{made} mutants of the guard, {len(left)} survivors, {time.monotonic() - began:.0f} s")
    print("\n".join(left))
    return 1 if left else 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
