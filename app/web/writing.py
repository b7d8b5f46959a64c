"""How a compiled template writes: the same letters as Jinja's own, with less asked at each value and at each call."""

from functools import lru_cache
from types import BuiltinMethodType, CodeType, FunctionType, MethodType
from typing import Any

from jinja2 import Template
from jinja2.environment import Environment
from jinja2.runtime import Context, Macro
from markupsafe import Markup, _escape_inner, escape

CALLED_AS_THEY_ARE = (FunctionType, MethodType, BuiltinMethodType, type(lru_cache(len)))


class Writing(Context):
    """Jinja's context. Its `call` looks four times whether what is called wants to be given something."""

    def call(self, obj: Any, *args: Any, **kwargs: Any) -> Any:  # type: ignore[override]
        kind = type(obj)
        if kind is Macro:
            args = (self.eval_ctx, *args)
        elif kind not in CALLED_AS_THEY_ARE or hasattr(obj, "jinja_pass_arg"):
            return super().call(obj, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        try:
            return obj(*args, **kwargs)
        except StopIteration:
            return self.environment.undefined("a function of a template raised StopIteration")


class Form(Template):
    """A compiled template. What it escapes is joined and nothing else, so it need not be marked as escaped first."""

    @classmethod
    def from_code(
        cls, environment: Environment, code: CodeType, globals: Any, uptodate: Any = None
    ) -> "Template":
        made = super().from_code(environment, code, globals, uptodate)
        made.root_render_func.__globals__["escape"] = written
        return made


def written(value: Any) -> str:
    kind = type(value)
    if kind is Markup:
        return value  # type: ignore[no-any-return]
    # what is left of `escape` when the kind of the value is known
    return _escape_inner(value) if kind is str else escape(value)
