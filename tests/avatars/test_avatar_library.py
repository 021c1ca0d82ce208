"""The list of avatars: what was added stays, in its order, until it is removed; and comes back."""

import os
import time
from pathlib import Path

import numpy as np
import pytest
from drawn_face import DrawnFaceTracker, drawn_portrait
from library_parts import OWN, added, library_in, names

from avatar_app.avatars.consent import stated
from avatar_app.avatars.entry import box_numbers
from avatar_app.avatars.library import AvatarLibrary
from avatar_app.avatars.thumbnails import SIDE
from avatar_app.errors import FaceError, LibraryError
from avatar_app.imaging import read_image
from avatar_app.types import Box, ConsentKind


def test_a_library_that_was_never_used_creates_nothing(tmp_path: Path) -> None:
    library = library_in(tmp_path)
    assert library.list().entries == ()
    assert library.removed() == ()
    library.tidy()
    assert not (tmp_path / "avatars").exists()


def test_what_was_added_is_there_for_the_next_start(tmp_path: Path) -> None:
    entry = added(library_in(tmp_path), "Anna", person="Anna B.", credit="Ben", consent=OWN)
    again = library_in(tmp_path).entry(entry.id)
    assert (again.name, again.person, again.credit) == ("Anna", "Anna B.", "Ben")
    assert again.consent == OWN
    assert again.size == (320, 320)
    assert np.array_equal(read_image(again.picture), drawn_portrait())


def test_the_picture_is_kept_whole_and_the_crop_is_a_part_of_it(tmp_path: Path) -> None:
    library = library_in(tmp_path)
    image = drawn_portrait((700, 500, 100), size=(1600, 1000))
    entry = library.add(library.intake.image(image, "far"))
    assert entry.size == (1600, 1000)
    assert entry.crop.width == entry.crop.height == 320
    assert entry.crop.centre[0] == 700
    recropped = library.recrop(entry.id, Box(500.4, 300, 2000, 900))
    assert box_numbers(recropped.crop) == (500, 300, 1600, 900)
    assert read_image(recropped.picture).shape == (1000, 1600, 3)


@pytest.mark.parametrize(
    "crop", [Box(0, 0, 20, 20), Box(400, 400, 600, 600), Box(9, 9, 5, 5), Box(0, 0, np.nan, 9)]
)
def test_a_crop_that_shows_nothing_is_refused(tmp_path: Path, crop: Box) -> None:
    library = library_in(tmp_path)
    entry = added(library, "Anna")
    with pytest.raises(LibraryError):
        library.recrop(entry.id, crop)
    assert box_numbers(library.entry(entry.id).crop) == box_numbers(entry.crop)


def test_bundled_avatars_stand_in_the_same_list_and_stay_as_they_are(tmp_path: Path) -> None:
    library = library_in(tmp_path, "mira", "two_words")
    added(library, "Anna")
    assert names(library) == ["Mira", "Two words", "Anna"]
    assert [entry.digit for entry in library.list().entries] == [1, 2, 3]
    assert library.entry("mira").consent is not None
    for change in (
        lambda: library.remove("mira"),
        lambda: library.rename("mira", "Other"),
        lambda: library.recrop("mira", Box(0, 0, 100, 100)),
        lambda: library.set_consent("mira", None),
    ):
        with pytest.raises(LibraryError, match="comes with the program"):
            change()
    library.move("mira", 3)
    library.hide("two_words")
    assert names(library) == ["Anna", "Mira"]
    assert (tmp_path / "mira.png").exists()


def test_avatars_are_moved_among_those_that_are_shown(tmp_path: Path) -> None:
    library = library_in(tmp_path, "mira")
    ids = {name: added(library, name, shade).id for shade, name in enumerate("abcd", 110)}
    library.hide(ids["b"])
    library.move(ids["d"], 2)
    assert names(library) == ["Mira", "d", "a", "c"]
    library.move(ids["a"], 99)
    library.move(ids["c"], 1)
    assert names(library) == ["c", "Mira", "d", "a"]
    library.hide(ids["b"], hidden=False)
    assert names(library_in(tmp_path, "mira")).index("b") < 4
    assert sorted(names(library)) == ["Mira", "a", "b", "c", "d"]


def test_a_new_avatar_of_a_person_stands_behind_the_others_of_that_person(tmp_path: Path) -> None:
    library = library_in(tmp_path, "mira")
    for shade, (name, person) in enumerate((("A1", "Anna"), ("B1", ""), ("C1", "Carla"))):
        added(library, name, 150 + shade, person=person)
    added(library, "A2", 160, person=" anna ")
    added(library, "C2", 161, consent=stated(ConsentKind.AGREED, person="Carla"))
    added(library, "B2", 162)
    assert names(library) == ["Mira", "A1", "A2", "B1", "C1", "C2", "B2"]
    library.move(library.list().entries[2].id, 7)
    added(library, "A3", 163, person="Anna")
    assert names(library) == ["Mira", "A1", "B1", "C1", "C2", "B2", "A2", "A3"]


def test_the_first_nine_that_are_shown_have_digits(tmp_path: Path) -> None:
    library = library_in(tmp_path)
    for number in range(11):
        added(library, f"n{number}", shade=100 + number)
    library.hide(library.list().entries[0].id)
    digits = [entry.digit for entry in library.list().entries]
    assert digits == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0]


def test_a_removal_can_be_undone_to_the_old_place(tmp_path: Path) -> None:
    library = library_in(tmp_path)
    ids = [added(library, name, shade).id for shade, name in enumerate("abc", 110)]
    library.move(ids[1], 1)
    library.remove(ids[1])
    library.remove(ids[0])
    assert names(library) == ["c"]
    assert [removed.name for removed in library.removed()] == ["a", "b"]
    assert library.undo().name == "a"
    assert library_in(tmp_path).undo().name == "b"
    assert names(library) == ["b", "a", "c"]
    with pytest.raises(LibraryError, match="no removal"):
        library.undo()


def test_an_avatar_added_again_meanwhile_is_not_overwritten_by_undo(tmp_path: Path) -> None:
    library = library_in(tmp_path)
    library.remove(added(library, "a").id)
    again = added(library, "again")
    with pytest.raises(LibraryError, match="again already"):
        library.undo()
    assert library.entry(again.id).name == "again"


def test_the_trash_keeps_the_newest_for_a_while(tmp_path: Path) -> None:
    library = library_in(tmp_path)
    for shade in range(100, 122):
        library.remove(added(library, "x", shade).id)
    old = library.removed()[0].folder
    old.rename(old.with_name(f"{0:020d}-{old.name.split('-')[1]}"))
    library.tidy()
    assert len(library.removed()) == 20
    assert all(removed.removed_at.year > 2000 for removed in library.removed())
    library.empty_trash()
    assert library.removed() == ()


def test_the_same_picture_is_added_once_and_the_twin_is_named(tmp_path: Path) -> None:
    library = library_in(tmp_path, "mira")
    entry = added(library, "Anna")
    with pytest.raises(LibraryError, match="Anna") as caught:
        added(library, "Other name")
    assert entry.id in caught.value.message
    with pytest.raises(LibraryError, match="Mira"):
        library.add(library.intake.file(tmp_path / "mira.png"))
    assert len(library.list().entries) == 2


def test_each_face_of_a_picture_can_become_an_avatar(tmp_path: Path) -> None:
    library = library_in(tmp_path)
    image = drawn_portrait((150, 200, 120), (450, 200, 160), (300, 350, 30), size=(600, 400))
    inspection = library.intake.image(image, "friends")
    assert [round(c.face.box.height) for c in inspection.candidates] == [160, 120]
    assert [finding.name for finding in inspection.findings] == ["several_faces"]
    first, second = library.add(inspection, 0), library.add(inspection, 1)
    assert first.id != second.id
    assert [first.name, second.name] == ["friends", "friends 2"]
    assert library.twin_of(inspection, 1) is not None
    with pytest.raises(LibraryError, match="friends 2"):
        library.add(inspection, 1)
    with pytest.raises(FaceError, match="no face 3"):
        library.add(inspection, 2)


def test_a_statement_about_one_of_several_faces_is_not_taken_for_another(tmp_path: Path) -> None:
    library = library_in(tmp_path)
    image = drawn_portrait((150, 200, 120), (450, 200, 160), size=(600, 400))
    inspection = library.intake.image(image, "friends")
    library.add(inspection, 0, consent=OWN)
    assert library.add(inspection, 1).consent is None


def test_a_statement_is_kept_for_the_same_picture(tmp_path: Path) -> None:
    library = library_in(tmp_path)
    agreed = stated(ConsentKind.AGREED, person="Ann", statement="Sie ist dafür.", language="de")
    entry = added(library, "a", consent=agreed)
    assert entry.person == "Ann"
    library.remove(entry.id)
    library.empty_trash()
    assert added(library_in(tmp_path), "a").consent == agreed
    assert library.set_consent(entry.id, None).consent is None
    library.remove(entry.id)
    assert added(library, "a").consent is None


@pytest.mark.parametrize(
    "name", ["../../x", "a/b", "C:\\x", ".hidden", "ü 頭像", "a\nb\x07\u202e", "-"]
)
def test_any_name_is_only_a_name(tmp_path: Path, name: str) -> None:
    library = library_in(tmp_path)
    entry = library.rename(added(library, name).id, f"{name}2")
    assert entry.name.isprintable()
    assert entry.picture.parent.parent == tmp_path / "avatars"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["avatars"]


def test_a_name_belongs_to_one_avatar(tmp_path: Path) -> None:
    library = library_in(tmp_path, "mira")
    anna = added(library, "Anna")
    assert added(library, "anna", 120).name == "anna 2"
    for taken in ("MIRA", "Anna 2", "  "):
        with pytest.raises(LibraryError):
            library.rename(anna.id, taken)
    assert library.rename(anna.id, "ANNA").name == "ANNA"


def test_person_and_credit_can_be_changed(tmp_path: Path) -> None:
    library = library_in(tmp_path)
    entry = library.describe(added(library, "a").id, person="  Ann \n B ", credit="by\nC")
    assert (entry.person, entry.credit) == ("Ann B", "by C")
    assert library.describe(entry.id).person == "Ann B"


def test_a_refused_face_is_not_added(tmp_path: Path) -> None:
    library = library_in(tmp_path)
    small = library.intake.image(drawn_portrait((60, 60, 24), size=(120, 120)), "small")
    with pytest.raises(FaceError, match="24 pixels"):
        library.add(small)
    nobody = library.intake.image(np.full((200, 200, 3), 90, np.uint8), "nobody")
    with pytest.raises(FaceError, match="No face"):
        library.add(nobody)
    good = library.intake.image(drawn_portrait((400, 200, 100), size=(600, 400)), "good")
    with pytest.raises(FaceError, match="outside"):
        library.add(good, crop=Box(0, 0, 300, 300))
    assert library.list().entries == ()


def test_thumbnails_are_made_when_missing_and_follow_the_crop(tmp_path: Path) -> None:
    library = library_in(tmp_path, "mira")
    entry = added(library, "a")
    first = library.thumbnail(entry.id)
    assert read_image(first).shape == (SIDE, SIDE, 3)
    before = first.stat().st_mtime_ns
    assert library.thumbnail(entry.id).stat().st_mtime_ns == before
    first.unlink()
    assert library.thumbnail(entry.id) == first
    library.recrop(entry.id, Box(100, 60, 220, 260))
    assert library.thumbnail(entry.id) != first
    assert not first.exists()
    assert read_image(library.thumbnail("mira")).shape == (SIDE, SIDE, 3)
    library.remove(entry.id)
    assert [path.stem[:4] for path in first.parent.iterdir()] == ["mira"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "avatar.toml").write_bytes(b"\xff\xfe nonsense"),
        lambda folder: (folder / "avatar.toml").write_text("name = 'x'", encoding="utf-8"),
        lambda folder: (folder / "avatar.toml").write_bytes(b"a" * 1_000_000),
        lambda folder: (folder / "avatar.toml").unlink(),
        lambda folder: (folder / "picture.png").unlink(),
        lambda folder: ((folder / "picture.png").unlink(), (folder / "picture.png").mkdir()),
    ],
)
def test_a_damaged_avatar_is_reported_and_takes_no_other_along(tmp_path: Path, damage) -> None:
    library = library_in(tmp_path)
    bad, good = added(library, "bad"), added(library, "good", 120)
    damage(bad.picture.parent)
    listing = library.list()
    assert [entry.id for entry in listing.entries] == [good.id]
    (problem,) = listing.damaged
    assert problem.path.name == bad.id
    assert bad.id in problem.message
    assert problem.hint
    with pytest.raises(LibraryError):
        library.thumbnail(bad.id)
    library.rename(good.id, "still good")
    library.move(good.id, 1)
    library.remove(bad.id)
    assert not library.list().damaged


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_in_the_library_is_not_followed(tmp_path: Path) -> None:
    library = library_in(tmp_path)
    entry = added(library, "a")
    secret = tmp_path / "secret.png"
    entry.picture.rename(secret)
    entry.picture.symlink_to(secret)
    assert library.list().entries == ()
    library.remove(entry.id)
    library.empty_trash()
    assert secret.exists()


def test_a_lost_or_damaged_order_loses_nothing_else(tmp_path: Path) -> None:
    library = library_in(tmp_path, "mira")
    ids = [added(library, name, shade).id for shade, name in enumerate("ab", 110)]
    library.move(ids[1], 1)
    (tmp_path / "avatars" / "order.toml").write_text("order = 3", encoding="utf-8")
    listing = library.list()
    assert [entry.name for entry in listing.entries] == ["Mira", "a", "b"]
    assert [problem.path.name for problem in listing.damaged] == ["order.toml"]
    library.move(ids[1], 1)
    assert names(library) == ["b", "Mira", "a"]
    assert not library.list().damaged


def test_strangers_in_the_folder_are_left_alone(tmp_path: Path) -> None:
    library = library_in(tmp_path)
    added(library, "a")
    stranger = tmp_path / "avatars" / "my own notes"
    stranger.mkdir()
    assert names(library) == ["a"]
    with pytest.raises(LibraryError):
        library.remove("my own notes")
    with pytest.raises(LibraryError):
        library.remove("../avatars")
    library.tidy()
    assert stranger.exists()


def test_tidy_clears_away_what_a_killed_program_left(tmp_path: Path) -> None:
    library = library_in(tmp_path)
    folder = added(library, "a").picture.parent
    fresh, stale = folder.parent / ".new-1-1", folder.parent / ".new-1-2"
    part = folder / "avatar.toml.7.part"
    long_ago = time.time() - 7200
    for path in (fresh, stale):
        path.mkdir()
        (path / "picture.png").touch()
    part.touch()
    for path in (stale, part):
        os.utime(path, (long_ago, long_ago))
    library.tidy()
    assert fresh.exists()
    assert not stale.exists()
    assert not part.exists()
    assert names(library) == ["a"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_that_takes_nothing_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "avatars").mkdir(mode=0o500)
    with pytest.raises(LibraryError, match="cannot be changed"):
        added(library_in(tmp_path), "a")


def test_a_file_in_the_place_of_the_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "avatars").touch()
    library = library_in(tmp_path)
    assert library.list().entries == ()
    with pytest.raises(LibraryError, match="cannot be changed"):
        added(library, "a")


def test_two_libraries_see_each_others_changes(tmp_path: Path) -> None:
    window, command = library_in(tmp_path), library_in(tmp_path)
    entry = added(window, "a")
    command.rename(entry.id, "b")
    assert names(window) == ["b"]


def test_the_tracker_is_closed_after_each_look(tmp_path: Path) -> None:
    opened: list[DrawnFaceTracker] = []

    def open_tracker() -> DrawnFaceTracker:
        opened.append(DrawnFaceTracker())
        return opened[-1]

    library = AvatarLibrary(tmp_path, open_tracker, {})
    entry = library.add(library.intake.image(drawn_portrait(), "a"))
    assert library.look_again(entry.id).candidates
    assert [tracker.closed for tracker in opened] == [True, True]
