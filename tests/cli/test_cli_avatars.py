"""avatar-app avatars, and the question that run and animate ask once."""

import io
import json
import shutil
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from avatar_app.build import avatar_opener, open_library
from avatar_app.errors import ConsentError
from avatar_app.imaging import read_image, write_png
from avatar_app.paths import bundled_avatars

pytest.importorskip("mediapipe")

SIZE = ("--size", "96x96")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A picture of a person that the program does not know."""
    path = tmp_path / "Anna B.png"
    write_png(path, np.ascontiguousarray(read_image(bundled_avatars()["mira"])[:, ::-1]))
    return path


@pytest.fixture
def clip(tmp_path: Path) -> str:
    """The word for one frame with a face."""
    (tmp_path / "clip").mkdir()
    shutil.copy(bundled_avatars()["mira"], tmp_path / "clip" / "0.png")
    return f"folder:{tmp_path / 'clip'}"


@pytest.fixture
def person_at_the_terminal(monkeypatch: pytest.MonkeyPatch):
    """Somebody who types these lines when asked."""

    def sits(*lines: str) -> None:
        monkeypatch.setattr("avatar_app.cli.avatars_consent.can_ask", lambda: True)
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))

    return sits


def listed(cli) -> dict[str, dict]:
    return {entry["name"]: entry for entry in json.loads(cli("avatars", "list", "--json").out)}


def test_devices_lists_the_avatars_of_the_user_too(cli, photo):
    assert cli("avatars", "add", photo, "--consent", "nobody").code == 0
    assert "Anna B" in json.loads(cli("devices", "--json").out)["avatars"].values()


def test_an_avatar_is_added_changed_removed_and_brought_back(cli, photo):
    ended = cli("avatars", "add", photo, "--consent", "agreed:Anna B", "--credit", "by Ben")
    assert ended.code == 0, ended.err
    entry = listed(cli)["Anna B"]
    assert (entry["digit"], entry["consent"], entry["person"]) == (4, "agreed", "Anna B")
    assert "Anna B" in entry["statement"]
    assert datetime.fromisoformat(entry["stated_at"]).tzinfo is not None
    for arguments, said in (
        (("rename", "anna b", "Ann"), "Ann"),
        (("move", "Ann", "1"), "key 1"),
        (("describe", "Ann", "--person", "Anna"), "Ann"),
        (("hide", "Ann"), "hidden"),
        (("unhide", "Ann"), "key 1"),
        (("recrop", "Ann", "100,100,900,900"), "Ann"),
        (("recrop", "Ann", "suggested"), "Ann"),
        (("remove", "Ann"), "Removed"),
        (("undo",), "Ann"),
        (("consent", "Ann", "none"), "Taken back"),
        (("consent", "Ann", "nobody"), "no real person"),
    ):
        ended = cli("avatars", *arguments)
        assert ended.code == 0, ended.err
        assert said in ended.out
    shown = cli("avatars", "show", "Ann")
    assert "by Ben" in shown.out
    assert next(iter(listed(cli))) == "Ann"
    assert cli("avatars", "remove", entry["id"], "--for-good").code == 0
    assert cli("avatars", "undo").refusal


def test_the_table_names_every_avatar(cli):
    ended = cli("avatars", "list")
    assert ended.code == 0
    assert all(name in ended.out for name in bundled_avatars())


def test_a_picture_is_checked_without_being_kept(cli, photo, home):
    ended = cli("avatars", "check", photo)
    assert ended.code == 0
    assert "Face 1: good" in ended.out
    told = json.loads(cli("avatars", "check", photo, "--json").out)
    assert told["size"] == [1024, 1024]
    assert [face["usable"] for face in told["faces"]] == [True]
    assert not (home / "data").exists()


def test_a_picture_without_a_face_is_refused_with_the_reason(cli, tmp_path):
    write_png(tmp_path / "dark.png", np.full((200, 200, 3), 4, np.uint8))
    for command in ("check", "add"):
        assert "dark" in cli("avatars", command, "dark.png").refusal
    assert len(listed(cli)) == len(bundled_avatars())


def test_a_folder_tells_of_each_picture(cli, tmp_path, photo):
    folder = tmp_path / "photos"
    folder.mkdir()
    shutil.copy(photo, folder / "a.png")
    shutil.copy(photo, folder / "b.png")
    (folder / "c.png").write_text("<html>")
    ended = cli("avatars", "add", folder, "--consent", "nobody")
    assert ended.code == 0, ended.err
    lines = ended.out.splitlines()
    assert lines[0].startswith("a.png: added")
    assert lines[1].startswith("b.png: This picture is in the library already")
    assert lines[2].startswith("c.png: ")
    assert "Nothing" in cli("avatars", "add", folder).refusal


def test_of_several_faces_one_must_be_named(cli, tmp_path):
    mira = read_image(bundled_avatars()["mira"])
    write_png(tmp_path / "two.png", np.concatenate([mira, mira[:, ::-1]], axis=1))
    assert "--face" in cli("avatars", "add", "two.png").refusal
    assert cli("avatars", "add", "two.png", "--face", "3").refusal
    ended = cli("avatars", "add", "two.png", "--face", "all", "--name", "Twin")
    assert ended.code == 0, ended.err
    assert {"Twin 1", "Twin 2"} <= set(listed(cli))


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "missing.png"),
        ("add", "."),
        ("add", "http://example.com/x.png"),
        ("add", "photo.png", "--consent", "perhaps"),
        ("check", "https://"),
        ("show", "nobody"),
        ("rename", "mira", "Other"),
        ("rename", "nobody", "x"),
        ("move", "mira", "0"),
        ("move", "mira", "first"),
        ("recrop", "mira", "0,0,500,500"),
        ("recrop", "mira", "a,b"),
        ("remove", "mira"),
        ("remove", "000000000000"),
        ("remove", "../config"),
        ("undo",),
        ("consent", "mira", "own"),
        ("consent", "nobody.png", "own"),
        ("consent", "mira", "perhaps"),
        ("frobnicate",),
    ],
)
def test_what_cannot_be_done_is_one_sentence(cli, arguments):
    assert cli("avatars", *arguments).refusal


def test_a_wrong_statement_is_told_the_right_words_once(cli):
    refusal = cli("avatars", "add", "photo.png", "--consent", "perhaps").refusal
    assert refusal.count("--consent agreed:NAME") == 1


def test_every_command_of_avatars_explains_itself(cli):
    assert cli("avatars", "--help").code == 0
    for command in ("list", "show", "add", "check", "rename", "move", "remove", "undo", "consent"):
        ended = cli("avatars", command, "--help")
        assert ended.code == 0
        assert f"Usage: avatar-app avatars {command}" in ended.out


def test_a_damaged_avatar_is_told_and_can_be_removed(cli, photo):
    assert cli("avatars", "add", photo, "--consent", "own").code == 0
    entry = listed(cli)["Anna B"]
    Path(entry["picture"]).unlink()
    ended = cli("avatars", "list")
    assert ended.code == 0
    assert entry["id"] in ended.err
    assert cli("avatars", "remove", entry["id"]).code == 0
    assert cli("avatars", "list").err == ""


def test_a_photo_is_not_animated_before_its_face_was_stated(cli, photo, clip):
    refusal = cli("animate", photo, clip, "-o", "out.mp4", *SIZE).refusal
    assert "--consent" in refusal
    assert not Path("out.mp4").exists()
    ended = cli("animate", photo, clip, "-o", "out.mp4", *SIZE, "--consent", "own")
    assert ended.code == 0, ended.err
    moved = photo.rename("elsewhere.png")
    assert cli("animate", moved, clip, "-o", "out.mp4", *SIZE).code == 0


def test_a_statement_about_a_file_can_be_made_beforehand_and_taken_back(cli, photo):
    assert "agreed" in cli("avatars", "consent", photo, "agreed:Anna").out
    assert avatar_opener(str(photo))().consent is not None
    assert cli("avatars", "consent", photo, "none").code == 0
    with pytest.raises(ConsentError):
        avatar_opener(str(photo))()


def test_run_refuses_a_photo_too_and_so_does_whatever_opens_it(cli, photo):
    options = ("--source", "pattern:", "--output", "memory:", "--seconds", "1")
    assert "--consent" in cli("run", "--headless", "--avatar", photo, *options).refusal
    with pytest.raises(ConsentError):
        avatar_opener(str(photo))()
    ended = cli("run", "--headless", "--avatar", photo, *options, "--consent", "nobody")
    assert ended.code == 0, ended.err
    consent = avatar_opener(str(photo))().consent
    assert consent is not None
    assert consent.kind == "nobody"


def test_an_avatar_of_the_library_is_refused_until_it_was_stated(cli, photo, clip):
    assert "stated whose face" in cli("avatars", "add", photo).err
    assert "Anna B" in cli("animate", "Anna B", clip, "-o", "out.mp4", *SIZE).refusal
    ended = cli("animate", "Anna B", clip, "-o", "out.mp4", *SIZE, "--consent", "agreed:Anna")
    assert ended.code == 0, ended.err
    assert listed(cli)["Anna B"]["statement"].startswith("Anna has agreed")
    assert avatar_opener("Anna B")().consent is not None


def test_a_person_at_the_terminal_is_asked_once(cli, photo, clip, person_at_the_terminal):
    person_at_the_terminal("3", "Anna", "y")
    ended = cli("animate", photo, clip, "-o", "out.mp4", *SIZE)
    assert ended.code == 0, ended.err
    assert "Whose face does Anna B show?" in ended.err
    assert "Anna has agreed" in ended.err
    person_at_the_terminal()
    again = cli("animate", photo, clip, "-o", "out.mp4", *SIZE)
    assert again.code == 0
    assert "Whose face" not in again.err
    added = cli("avatars", "add", photo)
    assert added.code == 0
    assert listed(cli)["Anna B"]["person"] == "Anna"


@pytest.mark.parametrize(
    ("lines", "code"), [(("4",), 2), (("",), 2), (("1", "n"), 2), ((), 130), (("3",), 130)]
)
def test_who_states_nothing_gets_nothing(cli, photo, clip, person_at_the_terminal, lines, code):
    person_at_the_terminal(*lines)
    assert cli("animate", photo, clip, "-o", "out.mp4", *SIZE).code == code
    assert not Path("out.mp4").exists()
    with pytest.raises(ConsentError):
        avatar_opener(str(photo))()


def test_the_library_is_the_one_of_the_user(home):
    assert open_library().list().shown
    assert not home.exists()
