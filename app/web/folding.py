"""What every answer of a template says alike is written into it once, when it is compiled: one form for each language.

Sentences, icons, addresses of files and components cost nothing any more when a page is written. What comes out is the
same text: a test renders every component and many pages both ways (docs/adr/0040).
"""

import re
from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.runtime import markup_join
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from app.kernel.i18n import language
from app.web import macros
from app.web.macros import ALWAYS, Component
from app.web.writing import Form, Writing


class Templates(Environment):
    """Jinja's environment, with a compiled form of each template in each language.

    Jinja copies all globals at every render and import: from a plain dict that takes 1 us, from a ChainMap 20.
    """

    template_class = Form
    context_class = Writing
    spoken: str | None = (
        None  # the language of the forms it holds; None for the one that hands out the others
    )

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}

    def _load_template(self, name: str, globals: MutableMapping[str, Any] | None) -> Template:
        if self.spoken is None:
            return self._in(language())._load_template(name, globals)
        return super()._load_template(name, globals)

    def _in(self, code: str) -> "Templates":
        forms: dict[str, Templates] = self.__dict__.setdefault("forms", {})
        if code not in forms:
            form = self.overlay()
            form.spoken = code
            forms[code] = form
        return forms[code]

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        written = super()._parse(source, name, filename)
        return folded(self, written, name or "") if self.spoken is not None else written

    def components(self, name: str) -> dict[str, Component]:
        """Of a template, by their names in it; read once, in whatever language it is compiled."""
        assert self.loader is not None
        source, filename, _fresh = self.loader.get_source(self, name)
        held = COMPONENTS.get(name)
        if held is None or held[0] != source:
            held = COMPONENTS[name] = (
                source,
                macros.components(name, super()._parse(source, name, filename)),
            )
        return held[1]


PLACES = re.compile(r"(%%|%\(\w+\)s)")  # of values in a sentence
COMPONENTS: dict[str, tuple[str, dict[str, Component]]] = {}


def folded(environment: Templates, written: nodes.Template, name: str) -> nodes.Template:
    """Pages and their parts alone: a mail in plain text brings a `_` of its own, which makes no markup."""
    stored = macros.stored(written)
    if name.endswith(".html") and not stored & ALWAYS:
        known = macros.imported(environment.components, written)
        usable = {here: one for here, one in known.items() if here not in stored}
        Folding(environment, usable).visit(written)
        macros.forget_unused(written)
        macros.join_outputs(written)
    return written


class Folding(NodeTransformer):
    """Puts the answer in the place of each call that always answers the same, and a component's body in that of its
    call. `components`: by the name they have here."""

    def __init__(self, environment: Templates, components: dict[str, Component]) -> None:
        self.environment = environment
        self.components = components

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        if name not in ALWAYS and not self._is_public(name):
            return node
        try:
            given = [one.as_const() for one in node.args]
            named = {one.key: one.value.as_const() for one in node.kwargs}
            named |= node.dyn_kwargs.as_const() if node.dyn_kwargs is not None else {}
        except nodes.Impossible:
            return self._filled(node) if name == "_" else node
        if node.dyn_args is not None:
            return node
        return self._constant(self._function(name)(*given, **named), node)

    def visit_CallBlock(self, node: nodes.CallBlock) -> nodes.Node:
        """Its call takes a caller, which is no constant: what is given to it is folded, and what it holds."""
        self.generic_visit(node.call)
        node.body = self.visit_list(node.body, node.fields)
        return node

    def visit_Output(self, node: nodes.Output) -> list[nodes.Node]:
        """One output, or what stands before, in and after the components it calls."""
        made: list[nodes.Node] = []
        for child in node.nodes:
            folded = self.visit(child)
            body = self._body(folded) if isinstance(folded, nodes.Call) else None
            if body is not None:
                made += body
            elif not _is_nothing(folded):
                made += [
                    nodes.Output([part], lineno=node.lineno).set_environment(self.environment)
                    for part in self._in_turn(folded)
                ]
        return made

    def visit_If(self, node: nodes.If) -> Any:
        """Without the branches that are known never to be taken; the body alone where one is known to be."""
        kept: list[tuple[nodes.Expr, list[nodes.Node]]] = []
        otherwise = node.else_
        for one in (node, *node.elif_):
            test = self.visit(one.test)
            known = _known(test)
            if known is UNKNOWN:
                kept.append((test, self.visit_list(one.body)))
            elif known:
                otherwise = one.body
                break
        otherwise = self.visit_list(otherwise)
        if not kept:
            return otherwise
        (node.test, node.body), *others = kept
        node.elif_ = [nodes.If(test, body, [], [], lineno=node.lineno) for test, body in others]
        node.else_ = otherwise
        return node.set_environment(self.environment)

    def visit_CondExpr(self, node: nodes.CondExpr) -> nodes.Node:
        self.generic_visit(node)
        test = _known(node.test)
        if test is UNKNOWN or (not test and node.expr2 is None):
            return node
        chosen = node.expr1 if test else node.expr2
        assert chosen is not None
        return chosen

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        """Jinja would fold it to plain text, also where a part of it is markup."""
        self.generic_visit(node)
        parts = [_known(one) for one in node.nodes]
        return node if UNKNOWN in parts else self._constant(markup_join(parts), node)

    def visit_list(self, body: list[nodes.Node], _fields: Any = None) -> list[nodes.Node]:
        holder = nodes.Scope(body)
        self.generic_visit(holder)
        return holder.body

    def _body(self, call: nodes.Call) -> list[nodes.Node] | None:
        """What a component writes for this call, or None where it must be called."""
        name = call.node.name if isinstance(call.node, nodes.Name) else ""
        if name not in self.components:
            return None
        component = self.components[name]
        opened = component.opened(call)
        if opened is None:
            return None
        inside = Folding(self.environment, component.beside)
        body = inside.visit_list(opened.body)
        if any(one.node.name in component.beside for one in _calls(body)):
            return None
        opened.body = body
        opened.set_environment(self.environment)
        return [opened] if opened.targets or component.sets else body

    def _filled(self, node: nodes.Call) -> nodes.Node:
        """A sentence with values: found now, filled when it is written."""
        sentence = _known(node.args[0]) if len(node.args) == 1 and node.dyn_kwargs is None else UNKNOWN
        if sentence is UNKNOWN:
            return node
        pairs = [nodes.Pair(nodes.Const(one.key), one.value) for one in node.kwargs]
        found = self._constant(self._function("_")(sentence), node)
        return nodes.Mod(found, nodes.Dict(pairs), lineno=node.lineno).set_environment(self.environment)

    def _in_turn(self, node: nodes.Expr) -> list[nodes.Expr]:
        """A sentence with values that is written at once: its words, and each value in its place."""
        if not (
            isinstance(node, nodes.Mod)
            and isinstance(node.left, nodes.MarkSafe)
            and isinstance(node.right, nodes.Dict)
        ):
            return [node]
        values = {_known(pair.key): pair.value for pair in node.right.items}
        parts: list[nodes.Expr] = []
        for text in PLACES.split(node.left.as_const()):
            if text[:2] == "%(":
                name = text[2:-2]
                if name not in values:  # missing, or said twice
                    return [node]
                parts.append(values.pop(name))
            elif text == "%%" or "%" not in text:
                parts.append(self._constant(Markup(text.replace("%%", "%")), node))
            else:
                return [node]
        return parts

    def _is_public(self, name: str) -> bool:
        """Whether its template gives it to others: what begins with a line is written in place, or called there."""
        return name in self.components and not self.components[name].name.startswith("_")

    def _function(self, name: str) -> Any:
        if name in ALWAYS:
            return self.environment.globals[name]
        component = self.components[name]
        return getattr(self.environment.get_template(component.template).module, component.name)

    def _constant(self, value: Any, node: nodes.Node) -> nodes.Node:
        made: nodes.Node = nodes.Const(str(value), lineno=node.lineno)
        if isinstance(value, Markup):
            made = nodes.MarkSafe(made, lineno=node.lineno)
        return made.set_environment(self.environment)


UNKNOWN = object()


def _is_nothing(node: nodes.Expr) -> bool:
    """`{{ this if that }}`, where that is known not to be: written, it is no letter."""
    return isinstance(node, nodes.CondExpr) and node.expr2 is None and not _known(node.test)


def _known(node: nodes.Expr) -> Any:
    try:
        return node.as_const()
    except nodes.Impossible:
        return UNKNOWN


def _calls(body: list[nodes.Node]) -> list[nodes.Call]:
    found = nodes.Scope(body).find_all(nodes.Call)
    return [one for one in found if isinstance(one.node, nodes.Name)]
