"""Code pages are told by letters and their neighbours; where two are about as likely people are asked."""

import pytest

from mmm_core.ingest.accented_words import WORDS
from mmm_core.ingest.code_pages import CODE_PAGES, guess_code_page
from mmm_core.ingest.encoding import ENCODINGS
from mmm_core.ingest.twice_encoded import once_decoded, words_encoded_twice


def lines(*names: str, encoding: str) -> bytes:
    return "\n".join(["date;name;spend", *(f"2024-01-01;{name};1,50" for name in names)]).encode(encoding)


def test_every_code_page_is_known_by_a_name_and_its_languages_have_words():
    assert set(CODE_PAGES) <= set(ENCODINGS)
    assert {language for _, languages in CODE_PAGES.values() for language in languages.split()} <= set(WORDS)


@pytest.mark.parametrize(
    ("encoding", "name"), [("windows-1252", "Rentrée"), ("windows-1250", "Żółć"), ("windows-1251", "Весна")]
)
def test_a_single_word_that_only_one_code_page_makes_sense_of_is_clear(encoding, name):
    found = guess_code_page(lines(name, encoding=encoding))
    assert (found.encoding, found.is_clear) == (encoding, True)


def test_a_word_that_two_code_pages_make_sense_of_is_asked_with_both():
    found = guess_code_page(lines("Poznań", encoding="windows-1250"))
    assert not found.is_clear
    assert {word.decode(encoding) for encoding in (found.encoding, *found.others) for word in found.words} >= {
        "Poznań",
        "Poznañ",
    }


def test_more_words_settle_what_one_leaves_open():
    found = guess_code_page(lines("Poznań", "Łódź", "Wyprzedaż", encoding="windows-1250"))
    assert (found.encoding, found.is_clear) == ("windows-1250", True)


def test_code_pages_that_read_all_words_alike_are_no_question():
    found = guess_code_page(lines("Zürich", "Größe", encoding="windows-1250"))
    assert found.is_clear
    assert found.encoding == "windows-1252"


@pytest.mark.parametrize("text", ["20 €", "–", "“Summer”", "1\N{NO-BREAK SPACE}234", "20°"])
def test_signs_alone_are_no_names_that_could_be_garbled(text):
    found = guess_code_page(lines(text, encoding="windows-1252"))
    assert (found.encoding, found.is_clear) == ("windows-1252", True)


def test_words_of_no_known_language_are_asked():
    found = guess_code_page(lines("夏季促销", "品牌", encoding="gb18030"))
    assert not found.is_clear
    assert "gb18030" in found.others


def test_bytes_that_no_code_page_has_leave_nothing_to_guess():
    every = bytes(range(0x80, 0x100))
    found = guess_code_page(lines("a", encoding="ascii") + every)
    assert found is None or (lines("a", encoding="ascii") + every).decode(found.encoding)


@pytest.mark.parametrize("text", ["Café", "Żółć – “x”", "Весна", "ÁÍÝ à"])
def test_text_encoded_twice_is_recognised_and_undone(text):
    twice = "".join(
        bytes([byte]).decode("windows-1252") if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte)
        for byte in text.encode()
    )
    assert once_decoded(twice) == text
    assert words_encoded_twice(twice.encode())
    assert words_encoded_twice(text.encode()) == {}


def test_one_sign_that_was_not_encoded_twice_shows_that_the_text_was_not():
    assert words_encoded_twice("SÃO PAULO, CafÃ©, Zürich".encode()) == {}
