"""A model takes its place whole or not at all."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from stored_model import write_model

from avatar_app.errors import ModelError
from avatar_app.model_store.installed import find_model, installed_names, verify
from avatar_app.model_store.installing import clean_leftovers, downloads, installing, remove


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "models"


def install(root: Path, name: str = "tiny", *, replace: bool = False, origin: str = "a") -> None:
    with installing(name, root, replace=replace) as folder:
        write_model(folder, name, origin=origin)


def origin_of(root: Path) -> str:
    model = find_model("tiny", root)
    verify(model)
    return model.card.origin


def left_over(root: Path) -> list[str]:
    return sorted(path.name for path in root.glob(".*-*"))


def test_a_model_is_there_when_the_block_ends_and_not_before(root):
    with installing("tiny", root) as folder:
        assert list(folder.iterdir()) == []
        write_model(folder, origin="a")
        assert installed_names(root) == ()
    assert origin_of(root) == "a"
    assert left_over(root) == []


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_failed_block_leaves_nothing(root, error):
    with pytest.raises(error), installing("tiny", root) as folder:
        write_model(folder)
        raise error
    assert installed_names(root) == ()
    assert left_over(root) == []


def test_a_model_that_is_there_is_not_touched_without_being_asked(root):
    install(root)
    with pytest.raises(ModelError, match="a model tiny already"):
        install(root, origin="b")
    assert origin_of(root) == "a"


def test_a_model_is_replaced_on_demand(root):
    install(root)
    install(root, replace=True, origin="b")
    assert origin_of(root) == "b"
    assert left_over(root) == []


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_the_old_model_survives_a_failed_replacement(root, error):
    install(root)
    with pytest.raises(error), installing("tiny", root, replace=True) as folder:
        write_model(folder, origin="b")
        raise error
    assert origin_of(root) == "a"


def test_a_block_that_made_no_whole_model_is_refused(root):
    install(root)
    with pytest.raises(ModelError), installing("tiny", root, replace=True):
        pass
    with pytest.raises(ModelError, match="missing"), installing("other", root) as folder:
        write_model(folder, "other")
        (folder / "other.drive.onnx").unlink()
    with pytest.raises(ModelError, match="another model"), installing("third", root) as folder:
        write_model(folder)
        (folder / "tiny.toml").rename(folder / "third.toml")
    assert installed_names(root) == ("tiny",)
    assert origin_of(root) == "a"


@pytest.mark.parametrize("name", ["", "..", ".new-x", "a/b", "A", "a b", "ä", "a" * 64, "a\n"])
def test_names_that_could_lead_elsewhere_are_refused(root, name):
    with pytest.raises(ModelError, match="cannot be named"), installing(name, root):
        pass
    with pytest.raises(ModelError, match="cannot be named"):
        remove(name, root)
    assert not root.exists()


KILLED = """
import os, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from stored_model import write_model
from avatar_app.model_store.installing import installing

moment, renames, rename = {moment!r}, [], Path.rename
def dying_rename(self, target):
    renames.append(target)
    if moment == f"before rename {{len(renames)}}":
        os._exit(9)
    return rename(self, target)
Path.rename = dying_rename
with installing("tiny", Path({root!r}), replace=True) as folder:
    write_model(folder, origin="b")
    if moment == "at work":
        os._exit(9)
"""


@pytest.mark.parametrize("moment", ["at work", "before rename 1", "before rename 2"])
def test_a_killed_import_leaves_the_old_model(root, moment):
    install(root)
    code = KILLED.format(tests=str(Path(__file__).parent.parent), moment=moment, root=str(root))
    done = subprocess.run([sys.executable, "-c", code], check=False, timeout=60)
    assert done.returncode == 9
    assert left_over(root)
    clean_leftovers(root)
    assert left_over(root) == []
    assert origin_of(root) == "a"


def test_a_replacement_that_arrived_outlives_the_one_it_replaced(root):
    install(root, origin="b")
    write_model(root / ".old-tiny", origin="a")
    clean_leftovers(root)
    assert left_over(root) == []
    assert origin_of(root) == "b"


def test_the_next_import_clears_up_as_well(root):
    (root / ".new-tiny").mkdir(parents=True)
    (root / ".new-tiny" / "half.onnx").write_bytes(b"x")
    (root / ".gone-other").mkdir()
    install(root)
    assert left_over(root) == []


def test_two_imports_at_once_are_one_too_many(root):
    with installing("tiny", root) as folder:
        with pytest.raises(ModelError, match="Another command"), installing("other", root):
            pass
        clean_leftovers(root)
        assert folder.is_dir()
        write_model(folder)
    assert installed_names(root) == ("tiny",)


def test_the_lock_holds_between_threads_too(root):
    refused: list[ModelError] = []

    def second() -> None:
        try:
            install(root, "other")
        except ModelError as error:
            refused.append(error)

    with installing("tiny", root) as folder:
        write_model(folder)
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert len(refused) == 1


def test_removing_takes_the_model_and_its_downloads(root):
    install(root)
    downloads("tiny", root).mkdir(parents=True)
    (downloads("tiny", root) / "x.part").write_bytes(b"x")
    install(root, "other")
    remove("tiny", root)
    assert installed_names(root) == ("other",)
    assert not downloads("tiny", root).exists()
    assert left_over(root) == []
    with pytest.raises(ModelError, match="installed: other"):
        remove("tiny", root)


def test_removing_a_link_leaves_what_it_points_to(root, tmp_path):
    precious = tmp_path / "precious"
    write_model(precious)
    root.mkdir()
    (root / "tiny").symlink_to(precious)
    remove("tiny", root)
    assert not (root / "tiny").is_symlink()
    assert (precious / "tiny.toml").is_file()


def test_clearing_up_follows_no_link(root, tmp_path):
    precious = tmp_path / "precious"
    write_model(precious)
    root.mkdir()
    (root / ".new-tiny").symlink_to(precious)
    clean_leftovers(root)
    assert left_over(root) == []
    assert (precious / "tiny.toml").is_file()


def test_clearing_up_makes_no_store(root):
    clean_leftovers(root)
    assert not root.exists()
