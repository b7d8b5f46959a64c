"""The components of the templates as the compiler sees them: which stand on what they are given alone."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from jinja2 import nodes
from jinja2.defaults import DEFAULT_FILTERS, DEFAULT_TESTS
from jinja2.visitor import NodeTransformer

ALWAYS = {"_", "icon", "static"}  # globals that answer the same in one language, whoever asks
MOST_NODES = 90  # of a component that is written where it is called; longer ones are called


@dataclass
class Component:
    """A macro that stands on what it is given alone, and on others beside it in its template."""

    template: str
    name: str
    macro: nodes.Macro
    beside: dict[str, "Component"] = field(default_factory=dict)

    @cached_property
    def sets(self) -> bool:
        return self.macro.find((nodes.Assign, nodes.AssignBlock)) is not None

    @cached_property
    def asked(self) -> set[str]:
        return {one.name for one in self.macro.find_all(nodes.Name) if one.ctx == "load"}

    @cached_property
    def given_anew(self) -> set[str]:
        """Names it sets itself, so that a constant cannot stand in their place."""
        own = set(map(id, self.macro.args))
        return {
            one.name for one in self.macro.find_all(nodes.Name) if one.ctx != "load" and id(one) not in own
        }

    @cached_property
    def is_long(self) -> bool:
        return sum(1 for _ in self.macro.find_all(nodes.Node)) > MOST_NODES

    def opened(self, call: nodes.Call) -> nodes.With | None:
        """Its body for this call: constants in the places of its parameters, and the others set before it."""
        given = None if self.is_long else self._given(call)
        if given is None:
            return None
        fixed = {name: value for name, value in given.items() if _is_constant(value)}
        others = {name: value for name, value in given.items() if name not in fixed and name in self.asked}
        place = Placing(fixed, call.lineno)
        return nodes.With(
            [nodes.Name(name, "param", lineno=call.lineno) for name in others],
            list(others.values()),
            [place.visit(copied(one, call.lineno)) for one in self.macro.body],
            lineno=call.lineno,
        )

    def _given(self, call: nodes.Call) -> dict[str, nodes.Expr] | None:
        """Parameter -> what it is, as a call binds them; None where only a call can."""
        names = [one.name for one in self.macro.args]
        extra = _written(call.dyn_kwargs)
        if extra is None or call.dyn_args is not None or len(call.args) > len(names):
            return None
        first = len(names) - len(self.macro.defaults)
        given = {  # another default would have to be worked out where the component stands, not where it is called
            name: value
            for name, value in zip(names[first:], self.macro.defaults, strict=True)
            if _is_constant(value)
        }
        given |= dict(zip(names, call.args, strict=False))
        more = {one.key: one.value for one in call.kwargs} | extra
        given |= {name: more.pop(name) for name in list(more) if name in names}
        if set(given) != set(names) or self.given_anew & {*names, "kwargs", "caller"}:
            return None
        kwargs = nodes.Dict([nodes.Pair(nodes.Const(key), value) for key, value in more.items()])
        special = {"kwargs": kwargs, "caller": nodes.Const(None)}
        return given | {name: one.set_environment(call.environment) for name, one in special.items()}


class Placing(NodeTransformer):
    def __init__(self, fixed: dict[str, nodes.Expr], lineno: int) -> None:
        self.fixed = fixed
        self.lineno = lineno

    def visit_Name(self, node: nodes.Name) -> nodes.Node:
        there = self.fixed.get(node.name) if node.ctx == "load" else None
        return node if there is None else copied(there, self.lineno)


def imported(read: Callable[[str], dict[str, Component]], written: nodes.Template) -> dict[str, Component]:
    """The components a template takes from others, by the name they have in it."""
    found: dict[str, Component] = {}
    for one in written.find_all(nodes.FromImport):
        if one.with_context or not isinstance(one.template, nodes.Const):
            continue
        there = read(one.template.value)
        for name in one.names:
            theirs, here = (name, name) if isinstance(name, str) else name
            if theirs in there:
                found[here] = there[theirs]
    return found


def components(template: str, written: nodes.Template) -> dict[str, Component]:
    """The macros of a template that ask nothing of the request, nor of anything that asks it."""
    macros = {one.name: one for one in written.find_all(nodes.Macro)}
    asked = {name: _asks(one) for name, one in macros.items()}
    pure = {name for name, wants in asked.items() if wants is not None}
    while True:
        still = {name for name in pure if (asked[name] or set()) <= ALWAYS | pure}
        if still == pure:
            break
        pure = still
    found = {name: Component(template, name, macros[name]) for name in pure}
    for name, one in found.items():
        one.beside = {other: found[other] for other in (asked[name] or set()) & pure}
    return found


def _asks(macro: nodes.Macro) -> set[str] | None:
    """The names a macro takes from outside; None when it does what cannot be known beforehand."""
    for one in macro.find_all((nodes.Filter, nodes.Test)):
        if one.name not in (DEFAULT_FILTERS if isinstance(one, nodes.Filter) else DEFAULT_TESTS):
            return None
    if macro.find((nodes.Include, nodes.Import, nodes.FromImport, nodes.ContextReference)):
        return None
    own = stored(macro)
    asked = {one.name for one in macro.find_all(nodes.Name) if one.ctx == "load"}
    if (
        own & {*ALWAYS, *macro.environment.globals} or "varargs" in asked
    ):  # which of the two is meant cannot be said
        return None
    return asked - own - {"caller", "kwargs", "loop"}  # not jinja2.meta: that leaves out what is a global


def stored(written: nodes.Node) -> set[str]:
    """Every name a template gives to something itself, but for what it imports."""
    names = {one.name for one in written.find_all(nodes.Name) if one.ctx != "load"}
    return names | {one.name for one in written.find_all(nodes.Macro)}


def copied(node: Any, lineno: int) -> Any:
    """A tree of its own, as written at that line."""
    made = object.__new__(type(node))
    for name in node.fields:
        value = getattr(node, name, None)
        if isinstance(value, list):
            value = [copied(one, lineno) if isinstance(one, nodes.Node) else one for one in value]
        setattr(made, name, copied(value, lineno) if isinstance(value, nodes.Node) else value)
    made.lineno, made.environment = lineno, node.environment
    return made


def _written(more: nodes.Expr | None) -> dict[str, nodes.Expr] | None:
    """What `**{"aria-label": …}` says, where it is written out in the call."""
    if more is None:
        return {}
    if not isinstance(more, nodes.Dict) or not all(isinstance(one.key, nodes.Const) for one in more.items):
        return None
    return {one.key.value: one.value for one in more.items if isinstance(one.key, nodes.Const)}


def join_outputs(written: nodes.Template) -> None:
    """What stands side by side is written at once."""
    for holder in (written, *written.find_all(nodes.Node)):
        for name, body in holder.iter_fields():
            if isinstance(body, list) and any(isinstance(one, nodes.Output) for one in body):
                setattr(holder, name, _joined(body))


def _joined(body: list[nodes.Node]) -> list[nodes.Node]:
    made: list[nodes.Node] = []
    for one in body:
        if made and isinstance(one, nodes.Output) and isinstance(made[-1], nodes.Output):
            made[-1].nodes += one.nodes
        else:
            made.append(one)
    return made


def _is_constant(node: nodes.Expr) -> bool:
    try:
        node.as_const()
    except nodes.Impossible:
        return False
    return True


def forget_unused(written: nodes.Template) -> None:
    """An import whose names were all folded costs a look-up at every render for nothing; what a template includes may
    use them too."""
    if written.find(nodes.Include):
        return
    used = {one.name for one in written.find_all(nodes.Name) if one.ctx == "load"}
    for holder in (written, *written.find_all(nodes.Block)):
        holder.body = [one for one in holder.body if not _is_unused(one, used)]


def _is_unused(node: nodes.Node, used: set[str]) -> bool:
    if not isinstance(node, nodes.FromImport) or node.with_context:
        return False
    return not any((name if isinstance(name, str) else name[1]) in used for name in node.names)
