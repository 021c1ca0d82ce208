"""The diagnostics bundle: what is in it, and above all what is not."""

import json
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import tomli_w

from avatar_app import paths
from avatar_app.config import AppConfig, save_config
from avatar_app.doctor import bundle
from avatar_app.doctor.bundle import CONTENTS, LOG_BYTES, log_end, write_bundle
from avatar_app.doctor.check import Check, Verdict
from avatar_app.doctor.scrub import Scrubber, known_names
from avatar_app.errors import MachineError

SECRETS = ("Rosalind", "Quimby", "Zebulon", "margarethe", "Thessaly")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user called margarethe with avatars, a consent, settings and a log."""
    folder = tmp_path / "homes" / "margarethe"
    folder.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setattr(Path, "home", lambda: folder)
    monkeypatch.setattr(bundle, "machine_words", lambda: {"margarethe", "Thessaly"})
    monkeypatch.setattr(paths, "data_dir", lambda: folder / "data")
    monkeypatch.setattr(paths, "config_file", lambda: folder / "config" / "config.toml")
    monkeypatch.setattr(paths, "log_file", lambda: folder / "log" / "avatar_app.log")
    return folder


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def fill(home: Path) -> None:
    """Names everywhere a name can stand."""
    agreed = {"kind": "agreed", "person": "Zebulon Quimby", "statement": "Zebulon agreed"}
    record = tomli_w.dumps({"name": "Rosalind", "person": "R. Quimby", "consent": agreed})
    write(paths.avatars_dir() / "rosalind-1a" / "avatar.toml", record)
    write(paths.avatars_dir() / "consents" / "aa.toml", tomli_w.dumps(agreed))
    config = AppConfig().model_copy(update={"avatar": "rosalind-1a"})
    scene = config.scene.model_copy(update={"picture": str(home / "Quimby at home.jpg")})
    source = config.source.model_copy(update={"word": "camera:Margarethe's Phone"})
    changed = config.model_copy(update={"scene": scene, "source": source})
    save_config(changed, paths.config_file())
    log = [
        f"INFO a: opened {home}/Pictures/Zebulon in the garden.PNG",
        "WARNING b: Rosalind: the photo 'holiday with Quimby.jpeg' has no face",
        "ERROR c: rosalind-1a is damaged on Thessaly",
        f'  File "{home}/avatar_app/live/render.py", line 135, in run',
    ]
    write(paths.log_file(), "\n".join(log) + "\n")


def found(home: Path) -> list[Check]:
    hint = f"Mend or delete {home}/config/config.toml."
    return [Check("Settings", Verdict.WARN, f'read "{home}/x" of Rosalind', hint)]


def unpacked(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name).decode() for name in file.namelist()}


def test_no_name_no_home_and_no_picture_file_is_in_it(home: Path, tmp_path: Path) -> None:
    fill(home)
    write_bundle(tmp_path / "a.zip", found(home))
    texts = unpacked(tmp_path / "a.zip")
    assert list(texts) == [name for name, _ in CONTENTS]
    for name, text in texts.items():
        for secret in (*SECRETS, str(home), "garden", "holiday"):
            assert secret.lower() not in text.lower(), (name, secret)


def test_what_helps_is_still_in_it(home: Path, tmp_path: Path) -> None:
    fill(home)
    write_bundle(tmp_path / "a.zip", found(home))
    texts = unpacked(tmp_path / "a.zip")
    (check,) = json.loads(texts["doctor.json"])
    assert check["verdict"] == "warn"
    assert check["hint"] == "Mend or delete ~/config/config.toml."
    assert '~/avatar_app/live/render.py", line 135' in texts["log.txt"]
    assert "has no face" in texts["log.txt"]
    assert tomllib.loads(texts["settings.toml"])["motion"]["mode"] == "relative"
    assert "Python 3" in texts["versions.txt"]
    assert "numpy" in texts["versions.txt"]
    for name, _ in CONTENTS:
        assert name in texts["about.txt"]


def test_a_bundled_avatars_name_stays(home: Path, tmp_path: Path) -> None:
    save_config(AppConfig().model_copy(update={"avatar": "mira"}), paths.config_file())
    write_bundle(tmp_path / "a.zip", [])
    assert tomllib.loads(unpacked(tmp_path / "a.zip")["settings.toml"])["avatar"] == "mira"


def test_broken_settings_are_told_and_the_rest_is_there(home: Path, tmp_path: Path) -> None:
    write(paths.config_file(), "fish = 1\n")
    write_bundle(tmp_path / "a.zip", [])
    assert "fish" in unpacked(tmp_path / "a.zip")["settings.toml"]


def test_it_is_written_whole_or_not_at_all(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"older")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
    with pytest.raises(MachineError, match="No space left"):
        write_bundle(path, [])
    assert path.read_bytes() == b"older"
    assert [file for file in tmp_path.iterdir() if file.suffix == ".part"] == []


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="ZIP"):
        write_bundle(tmp_path / "photo.png", [])


def test_only_the_end_of_a_long_log_is_taken_and_it_begins_with_a_whole_line(
    tmp_path: Path,
) -> None:
    log = tmp_path / "a.log"
    log.write_text("".join(f"line {n:09d}\n" for n in range(60_000)), encoding="utf-8")
    end = log_end(log)
    assert len(end) <= LOG_BYTES
    assert len(end) > LOG_BYTES - 100
    assert end.startswith("line ")
    assert end.endswith("line 000059999\n")


def test_a_log_that_was_just_begun_anew_is_led_by_the_one_before(tmp_path: Path) -> None:
    write(tmp_path / "a.log.1", "before\n")
    write(tmp_path / "a.log", "after\n")
    assert log_end(tmp_path / "a.log") == "before\nafter\n"


def test_no_log_is_no_failure(tmp_path: Path) -> None:
    assert log_end(tmp_path / "none.log") == ""


@pytest.fixture
def clean() -> Callable[[str], str]:
    return Scrubber({"Ann", "Jo Lee"}, Path("/home/bob"), {"tower"}).clean


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Annotations of Ann", "Annotations of [name]"),
        ("jo lee and JO LEE's", "[name] and [name]'s"),
        ("/home/bob/a.py and /home/bobby/b.py", "~/a.py and /home/bobby/b.py"),
        ("/media/bob/tower/x.txt", "/media/[user]/[user]/x.txt"),
        ("cannot read 'my face.jpg': bad", "cannot read '[file].jpg': bad"),
        ("open /data/my face.jpg: bad", "open [file].jpg: bad"),
        ("C:\\pics\\me.png", "[file].png"),
        ("see face.webp", "see [file].webp"),
        (
            "1.5 ms at 30/1001 and/or v4l2:/dev/video10",
            "1.5 ms at 30/1001 and/or v4l2:/dev/video10",
        ),
    ],
)
def test_names_go_and_everything_else_stays(
    clean: Callable[[str], str], text: str, cleaned: str
) -> None:
    assert clean(text) == cleaned
    assert clean(cleaned) == cleaned


def test_records_that_cannot_be_read_name_nobody(tmp_path: Path) -> None:
    write(tmp_path / "a" / "avatar.toml", "name = [")
    write(tmp_path / "b" / "avatar.toml", 'name = "Zoe"\n' + "#" * 200_000)
    write(tmp_path / "c" / "avatar.toml", "name = 7\nconsent = 3\n")
    write(tmp_path / "d" / "avatar.toml", 'name = "Ida"\n')
    assert known_names(tmp_path) == {"Ida", "c", "d"}


def test_without_names_nothing_is_replaced() -> None:
    assert Scrubber((), Path("/home/bob")).clean("a b c") == "a b c"
