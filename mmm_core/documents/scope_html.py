"""The scope document as one HTML file for paper: nothing is loaded from elsewhere, every name is escaped."""

import re
from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup, escape

from mmm_core.documents.scope_document import ScopeDocument, cell_text

_LONGEST_WORD = 24
"""Letters after which a word may be broken, so that one long name does not push a table off the paper."""


def scope_html(document: ScopeDocument) -> str:
    """Write the document as HTML for A4."""
    return _template().render(document=document, cell_text=cell_text, breakable=_breakable)


def _breakable(text: str) -> Markup:
    """Escape a text and let words break where they are too long for a column."""
    parts = re.sub(rf"(\S{{{_LONGEST_WORD}}})(?=\S)", "\\1\0", text).split("\0")
    return Markup("<wbr>").join(escape(part) for part in parts)


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    source = files("mmm_core.documents").joinpath("scope.html.j2").read_text(encoding="utf-8")
    return environment.from_string(source)
