"""The native library is the package's own, whatever lies in the current folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

LOADED = """
from avatar_app.provenance.library import c2pa
c2pa()
print([line.split()[-1] for line in open("/proc/self/maps") if "libc2pa_c" in line][0])
"""

MISSING = """
import sys
from avatar_app.errors import MachineError
from avatar_app.provenance.library import c2pa
sys.path[:] = [place for place in sys.path if "site-packages" not in place]
try:
    c2pa()
except MachineError as error:
    print(error.message)
"""


def run(code: str, folder: Path) -> str:
    here = os.pathsep.join(place for place in sys.path if place)
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": here},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_library_in_the_current_folder_is_not_loaded(tmp_path: Path) -> None:
    own = Path(run(LOADED, Path(sys.prefix)))
    for folder in (tmp_path, tmp_path / "libs"):
        folder.mkdir(exist_ok=True)
        (folder / own.name).write_bytes(own.read_bytes())
    assert Path(run(LOADED, tmp_path)) == own


def test_where_the_package_is_missing_a_sentence_says_so(tmp_path: Path) -> None:
    assert "c2pa-python cannot be loaded" in run(MISSING, tmp_path)
