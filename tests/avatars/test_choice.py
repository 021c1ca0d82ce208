"""Which avatar a word means; where it may mean two, that is said."""

from pathlib import Path

import pytest
from drawn_face import DrawnFaceTracker, drawn_portrait
from library_parts import OWN, added, library_in

from avatar_app.avatars.choice import choose, digest_of, portrait_of
from avatar_app.avatars.entry import LibraryEntry
from avatar_app.avatars.portrait import load_portrait
from avatar_app.errors import LibraryError, MediaError
from avatar_app.imaging import write_png
from avatar_app.types import Avatar, Box, ConsentKind


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


def loaded(word: str, folder: Path, *bundled: str) -> Avatar:
    library = library_in(folder, *bundled)
    return load_portrait(portrait_of(choose(word, library), library), DrawnFaceTracker)


def test_id_and_name_mean_the_same_avatar(tmp_path: Path) -> None:
    entry = added(library_in(tmp_path), "Anna B", credit="by C", consent=OWN)
    for word in (entry.id, "Anna B", "anna b"):
        avatar = loaded(word, tmp_path)
        assert (avatar.name, avatar.credit, avatar.consent) == ("Anna B", "by C", OWN)
        assert avatar.image.shape == (320, 320, 3)


def test_no_word_means_the_first_that_comes_with_the_program(tmp_path: Path) -> None:
    library = library_in(tmp_path, "ann", "mira")
    library.move(added(library, "Own").id, 1)
    library.move("ann", 1)
    assert loaded("", tmp_path, "ann", "mira").name == "mira"
    assert loaded("", tmp_path, "ann").name == "ann"
    with pytest.raises(MediaError):
        loaded("", tmp_path)


def test_a_bundled_avatar_shows_nobody(tmp_path: Path) -> None:
    avatar = loaded("Mira", tmp_path, "mira")
    assert avatar.name == "mira"
    assert avatar.consent is not None
    assert avatar.consent.kind is ConsentKind.NOBODY


def test_a_file_has_the_consent_of_its_pixels_wherever_it_lies(tmp_path: Path) -> None:
    write_png(Path("me.png"), drawn_portrait())
    library = library_in(tmp_path, "mira")
    assert loaded("me.png", tmp_path, "mira").consent is None
    library.consents.remember(digest_of(Path("me.png")), OWN)
    Path("me.png").rename(tmp_path / "elsewhere.png")
    assert loaded(str(tmp_path / "elsewhere.png"), tmp_path, "mira").consent == OWN
    write_png(Path("copy.png"), drawn_portrait(shade=100))
    consent = loaded("copy.png", tmp_path, "mira").consent
    assert consent is not None
    assert consent.kind is ConsentKind.NOBODY


def test_a_word_that_may_mean_two_is_said(tmp_path: Path) -> None:
    library = library_in(tmp_path)
    first, second = added(library, "Anna"), added(library, "Ben", 120)
    record = second.picture.with_name("avatar.toml")
    record.write_text(record.read_text().replace("Ben", "anna"), encoding="utf-8")
    with pytest.raises(LibraryError) as told:
        choose("Anna", library)
    assert first.id in told.value.message
    assert second.id in told.value.message
    write_png(Path("Ben"), drawn_portrait())
    library.rename(second.id, "Ben")
    with pytest.raises(LibraryError, match=r"any of these: .*, Ben\.") as told:
        choose("Ben", library)
    assert "./NAME" in told.value.hint
    assert choose("./Ben", library) == Path("./Ben")
    chosen = choose(second.id, library)
    assert isinstance(chosen, LibraryEntry)
    assert chosen.id == second.id


def test_an_id_is_an_id_even_where_a_file_is_called_so(tmp_path: Path) -> None:
    library = library_in(tmp_path, "mira")
    write_png(Path("mira"), drawn_portrait())
    assert isinstance(choose("mira", library), LibraryEntry)


@pytest.mark.parametrize("word", ["nobody", "nobody.png", "a/b", "~no such user/x", "\x00"])
def test_an_unknown_word_lists_what_there_is(tmp_path: Path, word: str) -> None:
    library = library_in(tmp_path, "mira")
    added(library, "Anna")
    with pytest.raises(MediaError) as told:
        choose(word, library)
    assert "mira, Anna" in told.value.hint


def test_the_avatar_is_the_crop_with_the_face_that_was_meant(tmp_path: Path) -> None:
    library = library_in(tmp_path)
    image = drawn_portrait((250, 300, 220), (520, 300, 190), size=(800, 600))
    entry = library.add(library.intake.image(image, "two"), 1, name="right")
    avatar = loaded("right", tmp_path)
    assert avatar.image.shape[:2] == (round(entry.crop.height), round(entry.crop.width))
    assert avatar.face.box.centre[0] == pytest.approx(520 - entry.crop.x0, abs=2)
    library.recrop(entry.id, Box(380, 100, 700, 500))
    avatar = loaded("right", tmp_path)
    assert avatar.image.shape == (400, 320, 3)
    assert avatar.face.box.height == pytest.approx(190, abs=3)
