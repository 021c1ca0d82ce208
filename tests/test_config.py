"""Settings: what two who edit them make of each other's changes, and who may read the file."""

import sys
from pathlib import Path

import pytest

from avatar_app.config import AppConfig, load_config, save_config, with_changes


def test_changes_of_a_copy_take_nothing_back_that_was_changed_elsewhere() -> None:
    shown = AppConfig()
    entered = AppConfig.model_validate({"output": {"fps": 25}, "keys": {"freeze": "G"}})
    now = AppConfig.model_validate(
        {"avatar": "mira", "output": {"mirror": True, "fps": 60}, "keys": {"panic": "P"}}
    )
    merged = with_changes(now, shown, entered)
    assert (merged.avatar, merged.output.mirror, merged.output.fps) == ("mira", True, 25)
    assert merged.keys == {"freeze": "G"}
    assert with_changes(now, shown, shown) == now


@pytest.mark.skipif(sys.platform == "win32", reason="files have no mode there")
def test_nobody_else_may_read_the_settings(tmp_path: Path) -> None:
    path = tmp_path / "settings" / "config.toml"
    path.parent.mkdir()
    path.write_text('avatar = "mira"\n')
    path.chmod(0o644)
    save_config(AppConfig(avatar="leo"), path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_config(path).avatar == "leo"
