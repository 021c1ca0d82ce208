"""devices and doctor: for people and for scripts."""

import json

import pytest

from avatar_app import doctor
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


def test_doctor_refuses_where_the_program_cannot_work(cli, found):
    found.append(Check("Python", Verdict.FAIL, "3.8", "Use 3.11."))
    assert "Python" in cli("doctor").refusal


def test_doctor_as_json(cli, found):
    found.append(Check("Disk", Verdict.OK, "9 GB"))
    assert json.loads(cli("doctor", "--json").out) == [
        {"name": "Disk", "verdict": "ok", "detail": "9 GB", "hint": ""}
    ]
