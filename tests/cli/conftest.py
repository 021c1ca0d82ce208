"""Commands run in this process, in a home of their own; some in a process of their own."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from avatar_app.cli import border
from avatar_app.cli.commands import app
from avatar_app.log import start_logging


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def refusal(self) -> str:
        """The one sentence on standard error of a command that refused with exit code 2."""
        assert self.code == 2, (self.code, self.err)
        lines = self.err.splitlines()
        assert len(lines) == 1, lines
        assert lines[0].startswith("avatar-app: ")
        assert "Traceback" not in lines[0]
        return lines[0]


Cli = Callable[..., Ended]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A user without settings, whose log lies in a folder of the test."""
    folder = tmp_path / "home"
    for name in ("CONFIG", "STATE", "DATA", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(folder / name.lower()))
    monkeypatch.chdir(tmp_path)
    hook = threading.excepthook
    yield folder
    start_logging(None)
    threading.excepthook = hook


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    """Runs a command line here."""

    def run(*arguments: object) -> Ended:
        capsys.readouterr()
        code = border.run(app, [str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Ended(code, said.out, said.err)

    return run


@pytest.fixture
def program() -> Cli:
    """Runs a command line as a shell would, on a machine without a screen."""
    screens = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}

    def run(*arguments: object) -> Ended:
        done = subprocess.run(
            [sys.executable, "-m", "avatar_app.cli.main", *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={key: value for key, value in os.environ.items() if key not in screens},
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    return run
