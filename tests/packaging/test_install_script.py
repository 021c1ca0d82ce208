"""packaging/linux/install.sh, with a bundle whose program is only a script."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGING = Path(__file__).parents[2] / "packaging"
NAME = "io.github.avatar_app.Avatar"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a script for Linux")


@pytest.fixture
def unpacked(tmp_path) -> Path:
    """A bundle laid out as the build does it."""
    spec = importlib.util.spec_from_file_location("bundle", PACKAGING / "bundle.py")
    assert spec is not None and spec.loader is not None
    bundle = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bundle)
    folder = tmp_path / "a folder" / "avatar_app"
    folder.mkdir(parents=True)
    program = folder / "avatar-app"
    program.write_text("#!/bin/sh\necho started\n")
    program.chmod(0o755)
    bundle.lay_out_for_linux(folder)
    return folder


def _install(folder: Path, prefix: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(folder / "install.sh"), *words],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": str(prefix / "home"), "PREFIX": str(prefix)},
    )


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() or path.is_symlink()]


def test_it_is_found_by_shell_and_menu(unpacked, tmp_path):
    prefix = tmp_path / "usr"
    done = _install(unpacked, prefix)
    assert done.returncode == 0, done.stderr
    started = subprocess.run([prefix / "bin/avatar-app"], capture_output=True, check=True)
    assert started.stdout == b"started\n"
    entry = (prefix / "share/applications" / f"{NAME}.desktop").read_text(encoding="utf-8")
    assert f'Exec="{prefix}/lib/avatar_app/avatar-app"' in entry
    for place in ("256x256/apps", "scalable/apps"):
        assert list((prefix / "share/icons/hicolor" / place).glob(f"{NAME}.*"))
    assert (prefix / "lib/avatar_app/v4l2loopback.sh").is_file()


def test_again_replaces_what_was_there(unpacked, tmp_path):
    prefix = tmp_path / "usr"
    _install(unpacked, prefix)
    (prefix / "lib/avatar_app/left-over").touch()
    assert _install(unpacked, prefix).returncode == 0
    assert not (prefix / "lib/avatar_app/left-over").exists()


def test_the_installed_copy_does_not_install_itself_but_removes_everything(unpacked, tmp_path):
    prefix = tmp_path / "usr"
    _install(unpacked, prefix)
    copy = prefix / "lib" / "avatar_app"
    assert _install(copy, prefix).returncode == 1
    assert (copy / "avatar-app").is_file()
    assert _install(copy, prefix, "remove").returncode == 0
    assert _files(prefix) == []
