"""What is folded into a template when it is compiled says the same as what is asked when it is written."""

from functools import lru_cache

import pytest
from flask import Flask
from flask.templating import Environment
from jinja2 import DictLoader, Template, pass_context, pass_eval_context
from jinja2.runtime import Context
from markupsafe import Markup

from app.kernel import i18n
from app.web.folding import Templates

COMPONENTS = """
{% macro button(text, href, kind="", icon_name=None, wide=False) -%}
<a class="button{{ " button-" ~ kind if kind }}{{ " wide" if wide }}" href="{{ href }}" {{- kwargs|xmlattr }}>
  {%- if icon_name %}{{ icon(icon_name) }}{% endif %}<span>{{ text }}</span></a>
{%- endmacro %}
{% macro face(name, small=False) %}{% set words = name.split() %}
<i>{{ words[0][0] }}{{ words[-1][0] if words|length > 1 }}</i>
{%- endmacro %}
{% macro both(text) %}{{ button(text, "/a") }}{{ face(text) }}{% endmacro %}
{% macro box(title=None) %}<div>{{ title }}{% if caller %}{{ caller() }}{% endif %}</div>{% endmacro %}
{% macro asks(text) %}{{ text }}{{ whose() }}{% endmacro %}
{% macro through(text) %}{{ asks(text) }}{% endmacro %}
{% macro _own(text) %}<u>{{ text }}</u>{% endmacro %}
{% macro owns(text) %}{{ _own("fixed") }}{{ _own(text) }}{% endmacro %}
{% macro turns(text, kind) %}{% if kind %}{% set text = text ~ "!" %}{% endif %}{{ text }}{% endmacro %}
{% macro counts(text) %}{% for text in (1, 2) %}{{ text }}{% endfor %}{{ text }}{% endmacro %}
{% macro leans(text, also=text) %}{{ text }}{{ also }}{% endmacro %}
{% macro chooses(kind, text) %}{% if text is none %}0{% elif kind == "a" %}A{{ text }}{% elif kind == "b" %}B
{% else %}C{{ text }}{% endif %}{% endmacro %}
{% macro hides(whose) %}{% set seen = whose %}{{ seen }}{% endmacro %}
{% macro masks(text) %}{% set whose = whose() %}{{ whose }}{{ text }}{% endmacro %}
{% macro all(text) %}{{ text }}{{ varargs|join }}{% endmacro %}
"""
TAKES = '{% from "c.html" import button, face, both, box, asks, through, owns %}'
MORE = '{% from "c.html" import turns, counts, leans, chooses, hides, masks %}'
CASES = {
    "sentence": '{{ _("Yes") }} {{ _("Yes") ~ ": " ~ word }} {{ _("No") ~ icon("x") }} {{ icon("x") ~ word }}',
    "values": '{{ _("Hello %(name)s", name=word) }} {{ _("Hello %(name)s", name="<b>") }}',
    "values in a sentence": '{{ _("%(num)s of %(name)s (100 %%)", num=2, name=word) }}{{ _("%(a)s%(a)s", a=word) }}'
    '{{ _("%(a)s", a=nobody) }}{{ _("%(a)s", a=none) }}{{ _("%(a)05d", a=2) }}{{ _("%(a)s", a=icon("x")) }}',
    "filled by hand": '{{ _("Hello %s") % word }} {{ _("Hello %(name)s") % {"name": word} }}'
    '{{ _("Hello %(name)s") % {key: word, "name": key} }}{{ _("Hello %(name)s") % given }}',
    "percent": '{{ _("100 %") }}',
    "not known": '{{ _(key) }} {{ icon(key) }} {{ static(key) }}',
    "attribute": '<link href="{{ static("a.css") }}">',
    "constant": TAKES + '{{ button(_("Yes"), "/a?b=1&c=2", kind="soft", icon_name="x") }}',
    "values of it": TAKES + '{{ button(word, key, wide=True) }}{{ button(word, "/a", **{"aria-label": word}) }}',
    "more names": TAKES + '{{ button(_("Yes"), key, rel="noopener", title=word, empty=none) }}',
    "same names": TAKES + "{% set text = key %}{{ button(word, text, title=text) }}{{ text }}",
    "in a loop": TAKES + "{% for text in things %}{{ button(text, loop.index) }}{{ face(text) }}{% endfor %}",
    "chosen": TAKES + '{{ button(_("Yes") if word else _("No"), "/a", kind="soft" if none else "") }}',
    "in an expression": TAKES + '{{ button(word, "/a")|length }}{% set kept = face(word) %}{{ kept }}',
    "of components": TAKES + '{{ both("Anne Lee") }}{{ both(word) }}{{ owns(word) }}{{ owns("x") }}',
    "called": TAKES + '{% call box(_("Yes")) %}{{ _("No") }}{{ button(word, "/a") }}{% endcall %}{{ box(word) }}',
    "asks": TAKES + '{{ asks("a") }}{{ through("b") }}',
    "shadowed": TAKES + '{% macro face(name) %}mine{% endmacro %}{{ face("Anne") }}{{ face(word) }}',
    "shadowed function": '{% set icon = word %}{{ icon }}{{ _("Yes") }}',
    "called by name": '{{ word.split(" ")|join }}{{ things.index("a") }}{{ takes_context(1) }}{{ takes_values(2) }}'
    '{{ kept(word) }}{% for one in things %}{{ takes_context(one) }}{{ one.upper() }}{% endfor %}{{ stops() }}|',
    "local": TAKES + '{{ face(word) }}{{ words }}',
    "conditions": '{% if false %}a{% elif word %}b{% else %}c{% endif %}{% if true %}d{% else %}e{% endif %}'
    '{% if false %}f{% elif none %}g{% else %}h{% endif %}{{ "i" if false }}{{ "j" if word }}',
    "branches": '{% if word == "x" %}1{% elif true %}2{% else %}3{% endif %}{% if word %}4{% elif false %}5{% endif %}'
    '{% if none %}6{% elif word %}7 {{ word }}{% elif true %}8{% else %}9{% endif %}',
    "branches of it": MORE
    + '{{ chooses("a", word) }}{{ chooses("b", word) }}{{ chooses("c", word) }}{{ chooses(key, 1) }}',
    "sets": MORE + '{{ turns("a", word) }}{{ turns(word, "x") }}{{ counts("a") }}{{ counts(word) }}{{ leans(word) }}',
    "hides": MORE + "{{ hides(word) }}{{ masks(word) }}{{ masks('b') }}",
    "included": TAKES + '{% include "part.html" %}',
    "renamed": '{% from "c.html" import face as portrait %}{{ portrait("Anne Lee") }}{{ portrait(word) }}',
    "many": '{% from "c.html" import all %}{{ all(word, 1, 2) }}{{ all("a", 1) }}',
    "block": '{% extends "base.html" %}' + TAKES + '{% block title %}{{ face("A B") }}{{ _("Yes") }}{% endblock %}',
    "mail.txt": '{{ _("Hello %(name)s", name=word) }} {{ _("Yes") }}',
}  # fmt: skip
OTHERS = {
    "c.html": COMPONENTS,
    "part.html": '{{ face("Anne Lee") }}{{ both(word) }}',
    "base.html": "<title>{% block title %}{% endblock %}</title>{{ self.title()|upper }}",
}
GIVEN = {"word": "Anne <i>&</i> Lee", "key": "x", "things": ["a", "<b>"], "given": {"name": "<i>"}}


class Plain(Templates):
    """Jinja's own, without folding."""

    spoken = "plain"
    template_class, context_class = Template, Context

    def _parse(self, source, name, filename):
        return Environment._parse(self, source, name, filename)


@pass_context
def takes_context(context, number):
    return f"{context['word']}{number}"


class TakesValues:
    @pass_eval_context
    def __call__(self, values, number):
        return Markup(f"{values.autoescape}{number}")


def stops():
    raise StopIteration


def environment(kind, asked):
    def icon(name):
        asked.append(name)
        return Markup(f"<svg>{name}</svg>")

    def said(sentence, **values):
        asked.append(sentence)
        found = Markup(
            {"Yes": "Oui & <b>non</b>", "Hello %(name)s": "Bonjour %(name)s"}.get(sentence, sentence)
        )
        if i18n.language() == "de":
            found = Markup({"Yes": "Ja"}.get(sentence, str(found)))
        return found % values if values else found

    app = Flask(__name__)
    named = {name if "." in name else f"{name}.html": text for name, text in CASES.items()}
    made = kind(app, loader=DictLoader(OTHERS | named), trim_blocks=True, lstrip_blocks=True)
    made.autoescape = app.select_jinja_autoescape
    made.globals.update(_=said, icon=icon, static=lambda path: f"/static/{path}?v=1&x", whose=lambda: "mine")
    made.globals.update(
        takes_context=takes_context, takes_values=TakesValues(), kept=lru_cache(str.upper), stops=stops
    )
    return made


@pytest.mark.parametrize("name", CASES)
def test_the_answer_is_the_same_letter_by_letter(name):
    name = name if "." in name else f"{name}.html"
    plain, quick = (environment(kind, []).get_template(name).render(**GIVEN) for kind in (Plain, Templates))
    assert quick == plain
    assert len(plain) > 3  # the control: something was said


def test_a_mail_in_plain_text_keeps_the_function_it_brings():
    mail = environment(Templates, []).get_template("mail.txt")
    assert mail.render(word="d'Arc & Co", _=lambda text, **values: text % values) == "Hello d'Arc & Co Yes"


def test_what_is_always_the_same_is_asked_once_and_what_is_not_each_time():
    asked = []
    template = environment(Templates, asked).get_template("constant.html")
    first = template.render(**GIVEN)
    asked.clear()
    assert template.render(**GIVEN) == first and asked == []
    slow = environment(Plain, asked).get_template(
        "constant.html"
    )  # the control: without it, everything is asked
    slow.render(**GIVEN)
    assert asked == ["Yes", "x"]


def test_each_language_has_a_form_of_its_own():
    quick = environment(Templates, [])
    said = {}
    for code in ("fr", "de", "fr"):
        with i18n.speaking(code):
            said.setdefault(code, []).append(quick.get_template("sentence.html").render(**GIVEN))
    assert said["fr"][0] == said["fr"][1] != said["de"][0]
    assert "Oui" in said["fr"][0] and "Ja" in said["de"][0]


def test_a_component_that_asks_who_looks_is_never_folded():
    quick = environment(Templates, [])
    looked = iter(("first", "second"))
    quick.globals["whose"] = lambda: next(looked)
    template = quick.get_template("c.html")
    assert not {"asks", "through", "masks"} & set(quick._in("fr").components(template.name))
    page = quick.from_string(TAKES + '{{ asks("a") }}')
    assert (page.render(), page.render()) == ("afirst", "asecond")
