"""What the analyst writes stays, the computed text moves on, and nobody overwrites anybody."""

import pytest

from mmm_core.errors import BadInput, EditConflict
from mmm_core.storage.opened import Storage
from mmm_core.workflows.mapping import current_mapping, edit_mapping
from mmm_core.workflows.scoping import Ground
from mmm_core.workflows.structure import current_brief, save_brief_text, written_texts


def write(storage: Storage, client: str, ground: Ground, key: str, text: str) -> None:
    base = current_brief(storage, client, ground)
    save_brief_text(storage, client, key, text, base=base, author="Ada")


def test_a_written_text_stays_beside_the_computed_one(storage: Storage, client: str, ground: Ground) -> None:
    write(storage, client, ground, "history", "  Two good years.\n")
    shown = current_brief(storage, client, ground)
    assert shown.number == 1
    assert (shown.texts["history"].text, shown.texts["history"].author) == ("Two good years.", "Ada")
    assert not shown.texts["history"].outdated
    assert "104 complete weeks" in shown.brief.section("history").sentences[0]


def test_a_text_whose_figures_have_moved_says_so_and_only_that_one(
    storage: Storage, client: str, ground: Ground
) -> None:
    write(storage, client, ground, "groups", "Three levers.")
    write(storage, client, ground, "media", "All of it.")
    base = current_mapping(storage, client)
    more = ("Brand", "Audio", "Podcast")
    edit_mapping(storage, client, lambda m: m.with_group(more), base=base, author="Ben", message="Podcast")
    shown = current_brief(storage, client, ground)
    assert {key: text.outdated for key, text in shown.texts.items()} == {"groups": True, "media": False}
    assert "4 groups now" in " ".join(shown.brief.section("groups").sentences)
    write(storage, client, ground, "groups", "Four levers.")
    assert not current_brief(storage, client, ground).texts["groups"].outdated


def test_the_later_of_two_writers_gets_a_conflict(storage: Storage, client: str, ground: Ground) -> None:
    seen = current_brief(storage, client, ground)
    save_brief_text(storage, client, "media", "Ada's", base=seen, author="Ada")
    with pytest.raises(EditConflict, match="Ada saved structure revision 1"):
        save_brief_text(storage, client, "media", "Ben's", base=seen, author="Ben")
    assert written_texts(storage, client) == {"media": "Ada's"}


def test_an_empty_text_brings_the_computed_one_back(storage: Storage, client: str, ground: Ground) -> None:
    write(storage, client, ground, "media", "Mine")
    write(storage, client, ground, "media", " ")
    assert current_brief(storage, client, ground).texts == {}


@pytest.mark.parametrize(
    ("key", "text", "message"),
    [
        ("weather", "x", "The brief has no section 'weather'"),
        ("media", "x" * 10_001, "The text has 10,001 characters"),
        ("media", "a\0b", "characters of text were expected"),
    ],
)
def test_what_cannot_be_kept_is_refused(
    storage: Storage, client: str, ground: Ground, key: str, text: str, message: str
) -> None:
    with pytest.raises(BadInput, match=message):
        write(storage, client, ground, key, text)
    assert written_texts(storage, client) == {}
