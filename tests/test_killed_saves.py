"""kill -9 in the middle of saves: what the user keeps is whole afterwards, and nothing is lost."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("save_until_killed.py")
KILLS = 20


@pytest.mark.skipif(not hasattr(os, "fork"), reason="each kill is of a fork")
def test_what_the_user_keeps_survives_kills_in_the_middle_of_saves(tmp_path: Path) -> None:
    paths = [str(SCRIPT.parent), str(SCRIPT.parent.parent)]
    done = subprocess.run(
        [sys.executable, SCRIPT, tmp_path, str(KILLS)],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    kinds = [json.loads(line) for line in done.stdout.splitlines()]
    named = {"Settings", "Presets", "Calibrations", "SigningKey", "Models"}
    assert {kind["kind"] for kind in kinds} == named
    assert sum(kind["cut"] for kind in kinds) > 5
    for kind in kinds:
        assert kind["saves"] >= 3 * KILLS, kind
        assert kind["steps"] > 1, kind
