"""What people say about the form of a file: kept with the reading, refused when it is none."""

import pytest

from mmm_core.errors import BadInput
from mmm_core.ingest.file_form import FileForm
from mmm_core.ingest.readings import KpiReading

ROLES = {"date": "date", "value": "revenue"}


def test_what_was_not_said_is_not_kept():
    assert "encoding" not in KpiReading(**ROLES).as_dict()
    assert KpiReading(**ROLES).form == FileForm()


def test_what_was_said_survives_json_and_goes_with_the_roles():
    form = FileForm(encoding="windows-1250", delimiter="^", header_row=3)
    reading = KpiReading(**ROLES).in_form(form)
    assert KpiReading.from_dict(reading.as_dict()) == reading
    assert FileForm.of(reading.as_dict()) == reading.form == form
    assert reading.in_form(FileForm()) == KpiReading(**ROLES)


@pytest.mark.parametrize(
    ("role", "value"),
    [
        ("encoding", "klingon"),
        ("delimiter", "::"),
        ("delimiter", "a"),
        ("delimiter", "1"),
        ("delimiter", "."),
        ("delimiter", '"'),
        ("header_row", 0),
        ("header_row", "2"),
        ("header_row", True),
    ],
)
def test_what_cannot_be_is_refused_by_name(role, value):
    with pytest.raises(BadInput, match=f"'{role}' is"):
        KpiReading.from_dict({**ROLES, role: value})
