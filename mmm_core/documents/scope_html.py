"""The scope document as one HTML file for paper: nothing is loaded from elsewhere, every name is escaped."""

from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template

from mmm_core.documents.scope_document import ScopeDocument, cell_text


def scope_html(document: ScopeDocument) -> str:
    """Write the document as HTML for A4."""
    return _template().render(document=document, cell_text=cell_text)


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    source = files("mmm_core.documents").joinpath("scope.html.j2").read_text(encoding="utf-8")
    return environment.from_string(source)
