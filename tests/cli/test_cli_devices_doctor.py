"""devices and doctor: for people and for scripts."""

import io
import json

import pytest
from rich.console import Console

from avatar_app import doctor
from avatar_app.cli import doctor as doctor_command
from avatar_app.doctor import Check, Verdict


def test_devices_lists_words_that_other_commands_take(cli):
    ended = cli("devices")
    assert ended.code == 0
    assert "camera:" in ended.out
    assert "vcam:" in ended.out


def test_devices_as_json(cli):
    lists = json.loads(cli("devices", "--json").out)
    assert set(lists) == {"cameras", "avatars", "sources", "outputs"}
    assert "clip:" in lists["sources"]


def test_every_listed_output_opens():
    from avatar_app.cli.devices import OUTPUT_WORDS
    from avatar_app.outputs import open_sink

    for word in OUTPUT_WORDS:
        open_sink(word.replace("PATH", "a.mp4").replace("FOLDER", "a"))


@pytest.fixture
def found(monkeypatch):
    """What the doctor is made to find."""
    checks: list[Check] = []
    monkeypatch.setattr(doctor, "checks", lambda: checks)
    return checks


def test_doctor_prints_each_check_with_its_hint(cli, found):
    found.append(Check("Screen", Verdict.WARN, "None.", "Plug one in."))
    ended = cli("doctor")
    assert ended.code == 0
    assert all(part in ended.out for part in ("warn", "Screen", "None.", "Plug one in."))


def test_what_is_to_be_typed_is_never_broken_over_lines(cli, found):
    commands = [f"sudo {'modprobe ' * 30}once", "sudo another"]
    found.append(Check("Virtual camera", Verdict.WARN, "word " * 90, "\n".join(commands)))
    printed = [line.strip() for line in cli("doctor").out.splitlines()]
    assert [f"→ {command}" in printed for command in commands] == [True, True]


def test_a_path_is_never_broken_over_lines(cli, found):
    path = f"/home/{'somebody/' * 20}config.toml"
    found.append(Check("Settings", Verdict.OK, f"{'word ' * 40}{path} {'word ' * 40}"))
    first, *others = cli("doctor").out.splitlines()
    assert path in (line.strip() for line in others)
    assert {len(line) - len(line.lstrip()) for line in others} == {first.index("word")}


def test_the_verdict_alone_has_a_colour(found, monkeypatch):
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, color_system="standard", width=80)
    monkeypatch.setattr("avatar_app.cli.terminal.results", lambda: console)
    found.append(Check("Screen", Verdict.WARN, "None."))
    doctor_command._print_table(found)
    line = out.getvalue().splitlines()[0]
    assert line.startswith("\x1b[33mwarn") and line.endswith("\x1b[0mScreen  None.")


def test_doctor_refuses_where_the_program_cannot_work(cli, found):
    found.append(Check("Python", Verdict.FAIL, "3.8", "Use 3.11."))
    assert "Python" in cli("doctor").refusal


def test_doctor_as_json(cli, found):
    found.append(Check("Disk", Verdict.OK, "9 GB"))
    assert json.loads(cli("doctor", "--json").out) == [
        {"name": "Disk", "verdict": "ok", "detail": "9 GB", "hint": ""}
    ]


def test_a_camera_test_is_one_line_and_its_failure_an_exit_code(cli, monkeypatch):
    from avatar_app.doctor import camera_test

    bad = Check("Virtual camera test", Verdict.WARN, "No driver.", "Load it.")
    monkeypatch.setattr(camera_test, "camera_test", lambda: bad)
    refused = cli("doctor", "--camera-test")
    assert "Load it." in refused.refusal
    assert "No driver." in refused.out
    monkeypatch.setattr(
        camera_test, "camera_test", lambda: Check("Virtual camera test", Verdict.OK, "Works.")
    )
    ended = cli("doctor", "--camera-test", "--json")
    assert ended.code == 0
    assert [check["detail"] for check in json.loads(ended.out)] == ["Works."]


def test_a_bundle_says_what_is_in_it(cli, found, tmp_path):
    found.append(Check("Disk", Verdict.OK, "9 GB"))
    ended = cli("doctor", "--bundle", tmp_path / "a.zip")
    assert ended.code == 0
    assert (tmp_path / "a.zip").stat().st_size > 0
    assert all(name in ended.err for name in ("doctor.json", "settings.toml", "log.txt"))
    assert ".zip" in cli("doctor", "--bundle", tmp_path / "a.txt").refusal
