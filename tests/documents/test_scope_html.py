"""The page for paper: every name is text, nothing is loaded from elsewhere, a draft says so on every sheet."""

from dataclasses import replace
from html.parser import HTMLParser

from mmm_core.documents.scope_document import Column, Section, Table
from mmm_core.documents.scope_html import scope_html

VOID = {"meta", "br", "wbr"}


class Page(HTMLParser):
    """The tags and texts of a page; fails on tags that do not close."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.cells: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        assert self._open == [], "every tag is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)
        if tag == "td":
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "td" in self._open:
            self.cells[-1] += data


def test_hostile_names_are_text_in_every_place(document, hostile) -> None:
    page = Page(scope_html(document))
    assert {tag for tag, _ in page.tags} & {"script", "img", "a", "iframe", "link", "form"} == set()
    assert [name for _, attributes in page.tags for name in attributes if name.startswith("on")] == []
    names = page.cells[: 3 * len(hostile) : 3]
    assert names == list(hostile)
    assert "{{ 7*7 }}" in names, "what looks like a template is text"


def test_a_name_without_a_space_can_be_broken_and_stays_whole_as_text(document) -> None:
    name = "a&b_" * 40
    long = Table(name="Long", columns=(Column(title="Name"),), rows=((name,), ("a short name",)))
    page = Page(scope_html(replace(document, sections=(Section(title="x", sentence="y", tables=(long,)),))))
    assert page.cells == [name, "a short name"]
    assert sum(tag == "wbr" for tag, _ in page.tags) == len(name) // 24


def test_nothing_is_loaded_from_elsewhere(document) -> None:
    html = scope_html(document)
    page = Page(html)
    assert [tag for tag, attributes in page.tags if {"src", "href", "srcset"} & set(attributes)] == []
    assert "url(" not in html
    assert "@import" not in html
    policy = next(a["content"] for tag, a in page.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_money_stands_with_two_decimals_and_sums_apart(document) -> None:
    html = scope_html(document)
    cells = Page(html).cells
    assert cells[1] == "0.01"
    assert "0.78" in cells
    assert "12.5 %" in cells
    assert html.count('<tr class="total">') == 1


def test_paper_says_what_only_the_workbook_holds_and_what_is_not_there(document) -> None:
    html = scope_html(document)
    assert "Its rows are in the workbook." in html
    assert "No row was corrected." in html


def test_a_draft_says_so_at_the_top_and_on_every_printed_sheet(document) -> None:
    html = scope_html(document)
    assert '<span class="standing draft">Draft, not signed</span>' in html
    assert '@top-right { content: "Draft, not signed"' in html
    assert "@page { size: A4;" in html
    signed = scope_html(replace(document, standing="signed"))
    assert "Draft" not in signed
    assert '<span class="standing signed">Signed by marketing, finance and analytics</span>' in signed
