"""Kill -9 of the window in the middle of a save: what the user had is there for the next one."""

import os
import signal
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from avatar_app.config import load_config
from avatar_app.paths import config_file
from avatar_app.presets import PresetStore

PROGRAM = Path(__file__).with_name("window_that_dies.py")
FEWEST_STEPS = 4
"""Two files, each written beside its place and moved there."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")


def test_settings_and_presets_outlive_a_kill_at_each_step(tmp_path: Path) -> None:
    env = {**os.environ, "HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    for name in ("DATA", "CONFIG", "CACHE", "STATE"):
        env[f"XDG_{name}_HOME"] = str(tmp_path / name.lower())
    settings = tmp_path / "config" / config_file().parent.name / "config.toml"
    kept, strength = set[str](), 1.0
    for step in count(1):
        wanted = 10 + step
        command = [sys.executable, str(PROGRAM), str(step), str(wanted)]
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=90)
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        found = load_config(settings).motion.strength
        assert found in (strength, wanted / 100)
        presets = {preset.name for preset in PresetStore(settings.with_name("presets.toml")).list()}
        assert kept <= presets <= kept | {f"{wanted}"}
        kept, strength = presets, found
        if done.returncode == 0:
            break
    assert done.stdout.splitlines() == ["done"]
    assert step > FEWEST_STEPS
    assert kept - {f"{wanted}"}, "some kills came after a save"
    assert found == wanted / 100
    assert f"{wanted}" in presets
