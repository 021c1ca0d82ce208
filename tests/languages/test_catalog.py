"""Texts out of a catalog: as they are, and as sentences whose values are filled in already."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from avatar_app.config import Language
from avatar_app.languages.catalog import Catalog, load_catalog

CATALOG = Catalog(
    {
        "Start": "Los",
        "the bundled one": "die mitgelieferte",
        "{name} is not there.": "{name} fehlt.",
        "{name} here.": "{name} hier.",
        "Close": "Zu",
        "The camera {name} is not there.": "Kamera {name} fehlt.",
        "{this} and likewise {that}": "{that} und auch {this}",
        "{size} is certainly not {size}.": "{size} bleibt {size}.",
        "100 % of {{it}}": "100 % davon",
    }
)


@pytest.mark.parametrize(
    ("english", "said"),
    [
        ("Start", "Los"),
        ("Begin", "Begin"),
        ("", ""),
        ("Anna is not there.", "Anna fehlt."),
        ("The camera Lid (2) is not there.", "Kamera Lid (2) fehlt."),
        ("The camera the bundled one is not there.", "Kamera die mitgelieferte fehlt."),
        ("one and likewise two", "two und auch one"),
        ("Anna here.", "Anna here."),
        ("Close is not there.", "Close fehlt."),
        ("3 is certainly not 3.", "3 bleibt 3."),
        ("3 is certainly not 4.", "3 is certainly not 4."),
        ("Two\nlines is not there.", "Two\nlines fehlt."),
        ("{name} is not there.", "{name} fehlt."),
        ("100 % of {it}", "100 % of {it}"),
        ("100 % of {{it}}", "100 % davon"),
    ],
)
def test_a_text_is_said(english: str, said: str) -> None:
    assert CATALOG.say(english) == said


@given(st.text(min_size=1))
def test_whatever_fills_a_sentence_comes_through(name: str) -> None:
    said = CATALOG.say(f"The camera {name} is not there.")
    assert said in (f"Kamera {name} fehlt.", f"Kamera {CATALOG.say(name)} fehlt.")


def test_a_number_is_no_name() -> None:
    said = {"Camera {number}": "Kamera {number}", "Avatar {number}": "Avatar {number}"}
    catalog = Catalog({**said, "{title} failed: {error}.": "{title} ging nicht: {error}."})
    assert catalog.say("Camera 2") == "Kamera 2"
    assert catalog.say("Avatar Camera failed: gone.") == "Avatar Camera ging nicht: gone."


def test_english_needs_no_catalog() -> None:
    assert load_catalog(Language.ENGLISH).say("Start") == "Start"
