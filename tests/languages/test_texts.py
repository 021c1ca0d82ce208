"""No text is missing in any language, and each keeps its values."""

import re
from string import Formatter

import polib
import pytest
from collect_texts import CATALOGS, LANGUAGES, texts, texts_in

from avatar_app.config import Language
from avatar_app.gui.panels.form import apart
from avatar_app.languages.catalog import load_catalog
from avatar_app.lettering import words_file
from avatar_app.live.words import EVERY_CARD
from avatar_app.paths import assets_dir

CODE = """
_A = translatable("A constant.")
_B = "A constant too."
raise MediaError(what, _B)
label(tr("Start {number:.1f}", number=3))
raise SinkError(f"No room for {file.name} on {disk}: {disk}.", "Go on." if on else "Stop.")
Problem("where", "What.", hint=f"Take {a.b} or {b}.")
ConfigError(*both)
Check("name", Verdict.OK, "detail", f"{a} ({b})")
Field(3, title="Title", description="")
other("nothing")
"""


def test_texts_are_collected_from_code() -> None:
    assert list(texts_in(CODE)) == [
        "A constant.",
        "A constant too.",
        "Start {number:.1f}",
        "No room for {name} on {disk}: {disk}.",
        "Go on.",
        "Stop.",
        "What.",
        "Take {b} or {b_2}.",
        "name",
        "detail",
        "Title",
    ]


@pytest.fixture(scope="module")
def wanted() -> set[str]:
    return set(texts())


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_missing_and_none_is_left_over(language: Language, wanted: set[str]) -> None:
    catalog = polib.pofile(str(CATALOGS / f"{language.value}.po"))
    said = {entry.msgid for entry in catalog if entry.msgstr.strip()}
    assert wanted - said == set(), "run tests/collect_texts.py, then translate what it names"
    assert {entry.msgid for entry in catalog} - wanted == set(), "run tests/collect_texts.py"
    assert not catalog.fuzzy_entries()
    assert not catalog.obsolete_entries()


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_values_and_the_form(language: Language) -> None:
    wrong = []
    for entry in polib.pofile(str(CATALOGS / f"{language.value}.po")):
        english, said = entry.msgid, entry.msgstr
        ends = [text.endswith("\n") for text in (english, said)]
        lines = [text.count("\n") for text in (english, said)]
        if _values(english) != _values(said) or len(set(ends)) > 1 or len(set(lines)) > 1:
            wrong.append((english, said))
    assert wrong == []


def _values(text: str) -> set[tuple[str, str | None]]:
    return {(name, spec) for _, name, spec, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_line_for_a_terminal_is_one_in_every_language(language: Language) -> None:
    """A sentence that begins with a command would be shown and copied as one."""
    for entry in polib.pofile(str(CATALOGS / f"{language.value}.po")):
        lines = [len(apart(text)[1].splitlines()) for text in (entry.msgid, entry.msgstr)]
        assert lines[0] == lines[1], entry.msgid


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "english",
    [
        "Instead of the one made for the CPU, the plain network is used: "
        "its result is flat in 'y'.",
        "Instead of the NVIDIA GPU, the CPU is used: libcublasLt.so.13 of CUDA 13 and cuDNN 9 is "
        "missing. The check of this machine names the command that mends it.",
        "TensorRT is not used, CUDA goes on: It was built with FP16, but "
        "its result is flat in 'y'.",
        "The model vox is damaged: render.onnx has 3 bytes instead of 4.",
        "The output did not stop in time.",
        "CUDA with FP16",
        "CUDA, 10 of 12 nodes",
    ],
)
def test_reasons_within_sentences_are_translated_too(language: Language, english: str) -> None:
    said = load_catalog(language).say(english)
    assert not re.search(r"\b(is|has|the|used|with|nodes|did|but)\b", said), said


@pytest.mark.parametrize("language", [Language.ENGLISH, *LANGUAGES])
def test_the_cards_have_their_words_as_pictures(language: Language) -> None:
    from PIL import Image

    catalog = load_catalog(language)
    for english in {sentence for words in EVERY_CARD for sentence in words if sentence}:
        with Image.open(assets_dir() / words_file(language, english)) as picture:
            assert picture.info["Title"] == catalog.say(english), "run assets/render/words.py"


def test_what_the_window_shows_speaks_of_commands_only_where_there_is_no_other_way(
    wanted: set[str],
) -> None:
    """Models are imported by a command; a machine without a screen has no window."""
    speaking = {text for text in wanted if re.search(r"avatar-app \w|(?<![\w-])--[a-z]", text)}
    assert speaking == {
        "Commands work without one: avatar-app run --headless, demo, animate.",
        "Import a checkpoint: avatar-app models import FILE.",
        "avatar-app models import FILE",
        "Run avatar-app models list to see how to get one.",
        "Choose another --name, or add --replace.",
        "To replace it: {import_command} --replace",
        "Known: {names}. For a file of yours: avatar-app models import FILE.",
        "Free some room; avatar-app models list shows what models take.",
        "sudo mokutil --import {KEY}  # restart, choose Enroll MOK, then:\n{then}",
    }
