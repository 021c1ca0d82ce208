"""Builds the desktop bundle of this system into dist/: ``python packaging/bundle.py``.

It makes a virtual environment of its own in build/, so what else is installed does not matter, and
needs Python 3.11 or 3.12 with its shared library. packaging/README.md tells the rest."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / "build" / "bundle-env"
FOLDER = ROOT / "dist" / "avatar_app"
SPEC = "packaging/pyinstaller/avatar_app.spec"
SMALLER = ("onnxruntime", "opencv-contrib-python-headless")
"""What stands in for the wheels that overrides.txt leaves out."""


def main() -> None:
    """Install, freeze, and on Linux lay the desktop's files beside the program."""
    tools = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
    if not tools.is_dir():
        venv.create(ENVIRONMENT, with_pip=True)
    run(tools / "python", "-m", "pip", "install", "-q", *PINS, "uv")
    run(tools / "uv", "pip", "install", "-q", *PINS, *OVERRIDES, "-e", ".[package]", *SMALLER)
    run(tools / "pyinstaller", "--noconfirm", "--log-level", "WARN", SPEC)
    shutil.copy(ROOT / "LICENSE", FOLDER)
    if sys.platform.startswith("linux"):
        lay_out_for_linux(FOLDER)


PINS = ("-c", "packaging/constraints.txt")
OVERRIDES = ("--overrides", "packaging/pyinstaller/overrides.txt")


def run(*command: str | Path) -> None:
    """Run a command in the repository; its failure ends the build."""
    subprocess.run(
        command, cwd=ROOT, check=True, env={**os.environ, "VIRTUAL_ENV": str(ENVIRONMENT)}
    )


def lay_out_for_linux(folder: Path) -> None:
    """Scripts and desktop files beside the program, as install.sh expects them."""
    share = folder / "share"
    shutil.rmtree(share, ignore_errors=True)
    share.mkdir()
    for name in ("install.sh", "v4l2loopback.sh"):
        shutil.copy(ROOT / "packaging" / "linux" / name, folder)
    for file in (ROOT / "packaging" / "linux").glob("*.Avatar.*"):
        shutil.copy(file, share)
    for name in ("icon.svg", "icon.png"):
        shutil.copy(ROOT / "assets" / name, share)


if __name__ == "__main__":
    main()
