"""The log never speaks over the program."""

import logging
from pathlib import Path

import pytest

from avatar_app.log import start_logging

FULL = Path("/dev/full")


@pytest.fixture(autouse=True)
def log_to_nowhere_afterwards():
    yield
    start_logging(None)


def test_a_line_reaches_its_file(tmp_path, capfd):
    start_logging(tmp_path / "log" / "a.log")
    logging.getLogger("avatar_app.test").warning("a word")
    assert "a word" in (tmp_path / "log" / "a.log").read_text()
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(not FULL.exists(), reason="needs a device that is always full")
def test_a_full_disk_loses_the_line_and_says_nothing(capfd):
    start_logging(FULL)
    logging.getLogger("avatar_app.test").warning("a word")
    assert capfd.readouterr() == ("", "")
