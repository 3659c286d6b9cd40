"""A workbook as Excel writes it, with shared strings and dates as formatted numbers, made without a writer's help."""

import io
import zipfile

import numpy as np

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_PARTS = {
    "workbook": "sheet.main",
    "worksheets/sheet1": "worksheet",
    "sharedStrings": "sharedStrings",
    "styles": "styles",
}
_COLUMNS = (
    *("date", "platform", "campaign", "ad_set", "device"),
    *("currency", "impressions", "clicks", "conversions", "spend"),
)
_LETTERS = "ABCDEFGHIJ"
_FIRST_DAY = 45_292
"""1 January 2024 as Excel counts."""


def workbook(rows: int) -> bytes:
    """Return a media export of ten columns."""
    rng = np.random.default_rng(2)
    campaign = rng.integers(0, 2_000, rows)
    texts = [*_COLUMNS, "Meta", "Google Ads", "TikTok", "mobile", "desktop", "EUR"]
    texts += [f"campaign {number}" for number in range(2_000)] + [f"set {number}" for number in range(17)]
    place = {text: number for number, text in enumerate(texts)}
    named = (
        place["Meta"] + campaign % 3,
        place["campaign 0"] + campaign,
        place["set 0"] + campaign % 17,
        place["mobile"] + campaign % 2,
        np.full(rows, place["EUR"]),
    )
    days, spend = _FIRST_DAY + rng.integers(0, 900, rows), rng.integers(0, 100_000, rows) / 100
    counted = (rng.integers(0, most, rows) for most in (50_000, 500, 50))
    columns = [column.tolist() for column in (days, *named, *counted, spend)]
    kinds = (' s="1"', *[' t="s"'] * 5, "", "", "", "")
    shape = "".join(
        f'<c r="{letter}{{0}}"{kind}><v>{{{number}}}</v></c>'
        for number, (letter, kind) in enumerate(zip(_LETTERS, kinds, strict=True), start=1)
    )
    header = "".join(
        f'<c r="{letter}1" t="s"><v>{place[name]}</v></c>' for letter, name in zip(_LETTERS, _COLUMNS, strict=True)
    )
    lines = zip(range(2, rows + 2), *columns, strict=True)
    body = "".join(f'<row r="{line[0]}">{shape.format(*line)}</row>' for line in lines)
    return _zipped(f'<row r="1">{header}</row>{body}', "".join(f"<si><t>{text}</t></si>" for text in texts))


def _zipped(rows: str, strings: str) -> bytes:
    kinds = "".join(
        f'<Override PartName="/xl/{part}.xml" ContentType="{_TYPE}.{kind}+xml"/>' for part, kind in _PARTS.items()
    )
    links = "".join(
        f'<Relationship Id="r{number}" Type="{_OFFICE}/{kind}" Target="{part}.xml"/>'
        for number, (part, kind) in enumerate(list(_PARTS.items())[1:])
    )
    style = "<fonts><font/></fonts><fills><fill/></fills><borders><border/></borders><cellStyleXfs><xf/></cellStyleXfs>"
    style += '<cellXfs><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{kinds}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r0" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="Plan" sheetId="1" r:id="r0"/></sheets></workbook>',
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">{style}</styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{strings}</sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, _HEAD + content)
    return out.getvalue()
