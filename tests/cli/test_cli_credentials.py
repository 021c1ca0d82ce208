"""avatar-app credentials, and what animate and run say of the files they sign."""

import json
import shutil
from pathlib import Path

import pytest

from avatar_app.paths import bundled_avatars, bundled_clip

pytest.importorskip("mediapipe")  # Loaded here, so that no session stops in the middle of it.

SIZE = ("--size", "96x96")


@pytest.fixture
def face() -> Path:
    """A picture with a face."""
    return next(iter(bundled_avatars().values()))


@pytest.fixture
def clip(tmp_path: Path, face: Path) -> str:
    """The word for two frames with a face."""
    folder = tmp_path / "clip"
    folder.mkdir()
    for number in range(2):
        shutil.copy(face, folder / f"{number}.png")
    return f"folder:{folder}"


@pytest.fixture
def keyless(home: Path) -> None:
    """A user whose key cannot be kept: a file has the folder's name."""
    place = home / "data" / "avatar_app" / "credentials"
    place.parent.mkdir(parents=True)
    place.write_text("in the way")


def test_what_animate_makes_is_signed_and_read_back(cli, clip, face):
    ended = cli("animate", face, clip, "-o", "out.mp4", *SIZE)
    assert ended.code == 0, ended.err
    assert "Signed with Content Credentials." in ended.err
    told = cli("credentials", "out.mp4")
    assert told.code == 0
    assert told.out.startswith("out.mp4: Intact, and signed by this installation.")
    assert "The person shown is an avatar" in told.out
    said = json.loads(cli("credentials", "out.mp4", "--json").out)
    assert said["standing"] == "ours"
    assert said["source_type"] == "compositeWithTrainedAlgorithmicMedia"
    assert said["says_artificial"] is True


def test_a_key_is_made_once(cli, clip, face):
    assert "key was made" in cli("animate", face, clip, "-o", "a.gif", *SIZE).err
    assert "key was made" not in cli("animate", face, clip, "-o", "b.gif", *SIZE).err


def test_a_film_that_cannot_carry_them_says_where_they_are(cli, clip, face):
    ended = cli("animate", face, clip, "-o", "out.mkv", *SIZE)
    assert ended.code == 0
    assert "out.c2pa" in ended.err
    assert cli("credentials", "out.mkv").out.startswith("out.mkv: Intact")


def test_a_changed_file_is_exit_code_3(cli, clip, face):
    cli("animate", face, clip, "-o", "out.mp4", *SIZE)
    content = bytearray(Path("out.mp4").read_bytes())
    content[-50] ^= 1
    Path("out.mp4").write_bytes(content)
    told = cli("credentials", "out.mp4")
    assert (told.code, told.out.startswith("out.mp4: Changed")) == (3, True)
    assert json.loads(cli("credentials", "out.mp4", "--json").out)["standing"] == "changed"


def test_a_file_without_any_is_exit_code_0(cli):
    told = cli("credentials", bundled_clip())
    assert (told.code, told.err) == (0, "")
    assert told.out.strip().endswith("No Content Credentials.")


def test_a_file_that_can_carry_none_says_so(cli):
    Path("text.jpg").write_text("no picture")
    told = cli("credentials", "text.jpg")
    assert (told.code, told.err) == (0, "")
    assert "No Content Credentials. It is no picture or film" in " ".join(told.out.split())


@pytest.mark.parametrize("name", ["missing.mp4", "."])
def test_what_cannot_be_read_is_one_sentence(cli, name):
    assert cli("credentials", name).refusal


def test_reading_makes_no_key(cli, home):
    cli("credentials", bundled_clip())
    assert not (home / "data" / "avatar_app" / "credentials").exists()


@pytest.mark.usefixtures("keyless")
def test_a_file_that_cannot_be_signed_is_kept_and_exit_code_3(cli, clip, face):
    ended = cli("animate", face, clip, "-o", "out.mp4", *SIZE)
    assert ended.code == 3
    assert "2 frames" in ended.out
    assert "carries no Content Credentials" in ended.err
    assert Path("out.mp4").stat().st_size > 0
    assert "No Content Credentials" in cli("credentials", "out.mp4").out


def test_signing_can_be_switched_off(cli, clip, face, home):
    ended = cli("animate", face, clip, "-o", "out.mp4", "--no-credentials", *SIZE)
    assert (ended.code, "Credentials" in ended.err) == (0, False)
    assert "No Content Credentials" in cli("credentials", "out.mp4").out
    assert not (home / "data" / "avatar_app" / "credentials").exists()


def test_a_live_recording_is_signed(cli, clip, face):
    options = ("--source", clip, "--avatar", face, "--output", "file:live.mp4", "--size", "96x64")
    ended = cli("run", "--headless", "--seconds", "1.5", *options)
    assert ended.code == 0, ended.err
    assert "Signed with Content Credentials." in ended.err
    assert cli("credentials", "live.mp4").out.startswith("live.mp4: Intact")
