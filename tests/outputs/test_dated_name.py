"""A new file never takes the place of an older one."""

from datetime import datetime
from pathlib import Path

from avatar_app.outputs.dated_name import dated_name

NOON = datetime(2026, 11, 26, 14, 3, 5)


def test_a_name_says_when_and_is_never_taken(tmp_path: Path) -> None:
    first = dated_name(tmp_path, ".mp4", NOON)
    assert first.name == "Avatar 2026-11-26 14-03-05.mp4"
    first.touch()
    second = dated_name(tmp_path, ".mp4", NOON)
    assert second.name == "Avatar 2026-11-26 14-03-05 (2).mp4"
    second.with_name(second.name + ".part").touch()
    assert dated_name(tmp_path, ".mp4", NOON).name == "Avatar 2026-11-26 14-03-05 (3).mp4"
    assert dated_name(tmp_path, ".png", NOON).name == "Avatar 2026-11-26 14-03-05.png"
