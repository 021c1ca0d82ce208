"""What was stated about a picture is kept with its sentence; without it nobody's face is used."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from avatar_app.avatars.consent import (
    MAX_NAME,
    ConsentMemory,
    parse_consent,
    plain_name,
    require_consent,
    stated,
)
from avatar_app.errors import ConsentError
from avatar_app.types import ConsentKind

DIGEST = "a" * 64


@pytest.mark.parametrize(
    ("word", "kind", "person"),
    [
        ("own", ConsentKind.OWN, ""),
        ("nobody", ConsentKind.NOBODY, ""),
        ("agreed:Ann B: Smith", ConsentKind.AGREED, "Ann B: Smith"),
    ],
)
def test_a_word_becomes_a_statement_with_time_and_sentence(
    word: str, kind: ConsentKind, person: str
) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    consent = parse_consent(word)
    assert (consent.kind, consent.person, consent.language) == (kind, person, "en")
    assert person in consent.statement
    assert consent.statement.endswith(".")
    assert before <= consent.given_at <= datetime.now(UTC)


@pytest.mark.parametrize("word", ["", "yes", "agreed", "agreed:", "agreed: \n", "own:me", "OWN"])
def test_other_words_are_refused_by_name(word: str) -> None:
    """The commands add the right ones; the window has buttons."""
    with pytest.raises(ConsentError) as told:
        parse_consent(word)
    assert repr(word) in told.value.message


def test_the_sentence_is_kept_as_it_was_shown(tmp_path: Path) -> None:
    shown = "„Ann“ ist einverstanden.\n是"
    consent = stated(ConsentKind.AGREED, person="Ann", statement=shown, language="de")
    ConsentMemory(tmp_path / "new").remember(DIGEST, consent)
    assert ConsentMemory(tmp_path / "new").recall(DIGEST) == consent
    assert consent.statement == shown


def test_only_a_person_who_agreed_is_named() -> None:
    assert stated(ConsentKind.OWN, person="Ann").person == ""


def test_nothing_is_remembered_of_other_pictures(tmp_path: Path) -> None:
    memory = ConsentMemory(tmp_path)
    memory.remember(DIGEST, stated(ConsentKind.OWN))
    assert memory.recall("b" * 64) is None
    memory.forget(DIGEST)
    memory.forget(DIGEST)
    assert memory.recall(DIGEST) is None


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"\xff\xff",
        b"kind = 'own'",
        b"kind = 'mine'\nstatement = 'x'\nlanguage = 'en'\ngiven_at = 2026-01-01T00:00:00Z",
        b"kind = 'agreed'\nstatement = 'x'\nlanguage = 'en'\ngiven_at = 2026-01-01T00:00:00Z",
        b"#" * 1_000_000,
    ],
)
def test_a_damaged_statement_is_no_statement(tmp_path: Path, damage: bytes) -> None:
    memory = ConsentMemory(tmp_path)
    memory.remember("b" * 64, stated(ConsentKind.OWN))
    (tmp_path / f"{DIGEST}.toml").write_bytes(damage)
    assert memory.recall(DIGEST) is None
    assert memory.recall("b" * 64) is not None
    memory.remember(DIGEST, stated(ConsentKind.NOBODY))
    assert memory.recall(DIGEST) is not None


def test_without_a_statement_an_avatar_is_refused() -> None:
    with pytest.raises(ConsentError, match="anna") as told:
        require_consent("anna", None)
    assert "State it once" in told.value.hint
    require_consent("anna", stated(ConsentKind.OWN))


def test_a_name_has_no_control_characters_and_an_end() -> None:
    assert plain_name(" a\tb\r\nc\x00\u202ed ") == "a b c d"
    assert len(plain_name("x" * 500)) == MAX_NAME
