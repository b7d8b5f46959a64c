"""The practice's texts, from the Markdown they are written in to HTML that cannot carry a script."""

from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markupsafe import Markup

# No raw HTML, no pictures; the parser itself refuses javascript:, vbscript:, file: and data: addresses.
PARSER = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


@dataclass(frozen=True)
class Rendered:
    """A text with its first heading apart: the page that shows it has a place of its own for a title."""

    title: str
    body: Markup


@lru_cache(maxsize=256)
def rendered(source: str) -> Rendered:
    tokens = PARSER.parse(source)
    title = ""
    if len(tokens) > 2 and tokens[0].type == "heading_open":
        title, tokens = "".join(word.content for word in tokens[1].children or ()), tokens[3:]
    for token in tokens:
        if token.type in ("heading_open", "heading_close") and token.tag == "h1":
            token.tag = "h2"  # the title is the only first heading of a page
    return Rendered(title, Markup(PARSER.renderer.render(tokens, PARSER.options, {})))
