"""A file appears whole or not at all, and an older one survives a failure."""

from pathlib import Path

import pytest

from avatar_app.whole_file import written_whole


def test_the_file_takes_its_name_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("old")
    with written_whole(path) as part:
        part.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [OSError("the disk is full"), KeyboardInterrupt()])
def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, error: BaseException
) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("old")
    with pytest.raises(type(error)), written_whole(path) as part:
        part.write_text("half of the n")
        raise error
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_in_the_way_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError), written_whole(tmp_path / "taken") as part:
        part.write_text("new")
    assert [entry.name for entry in tmp_path.iterdir()] == ["taken"]
