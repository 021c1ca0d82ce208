"""packaging/linux/v4l2loopback.sh, run on a made-up system below a folder of its own."""

import os
import platform
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from avatar_app.outputs import loopback_setup, v4l2_loopback

SCRIPT = Path(__file__).parents[2] / "packaging" / "linux" / "v4l2loopback.sh"
SETTINGS = "etc/modprobe.d/avatar-camera.conf"
AT_START = "etc/modules-load.d/avatar-camera.conf"
EFI = "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a script for Linux")

RELEASES = (
    {"ID": "debian"},
    {"ID": "linuxmint", "ID_LIKE": "ubuntu debian"},
    {"ID": "fedora"},
    {"ID": "rocky", "ID_LIKE": "rhel centos fedora"},
    {"ID": "manjaro", "ID_LIKE": "arch"},
    {"ID": "opensuse-tumbleweed", "ID_LIKE": "opensuse suse"},
)

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path) -> Run:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", str(SCRIPT), *words],
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": os.environ["PATH"], "DESTDIR": str(tmp_path)},
        )

    return run


@pytest.fixture
def system(tmp_path) -> Callable[[str, bytes], Path]:
    """Puts a file into the made-up system."""

    def put(place: str, text: bytes = b"") -> Path:
        file = tmp_path / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text)
        return file

    return put


@pytest.fixture
def with_module(system) -> None:
    system(f"lib/modules/{os.uname().release}/updates/dkms/v4l2loopback.ko.xz")


def _files(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


def test_install_writes_what_the_program_asks_for(run, with_module, tmp_path):
    done = run()
    assert done.returncode == 0, done.stderr
    options = (tmp_path / SETTINGS).read_text().strip()
    wanted = v4l2_loopback.LOAD.removeprefix("sudo modprobe ")
    assert options == f"options {wanted}"
    assert (tmp_path / AT_START).read_text() == "v4l2loopback\n"
    assert "modprobe v4l2loopback" in done.stdout


def test_a_second_install_changes_nothing(run, with_module, tmp_path):
    run("install")
    before = (tmp_path / SETTINGS).stat().st_mtime_ns
    again = run("install")
    assert again.returncode == 0
    assert "already there" in again.stdout
    assert (tmp_path / SETTINGS).stat().st_mtime_ns == before


def test_undo_leaves_nothing_of_ours(run, with_module, tmp_path):
    before = _files(tmp_path)
    run("install")
    assert _files(tmp_path) != before
    assert run("undo").returncode == 0
    assert _files(tmp_path) == before
    assert run("undo").returncode == 0


@pytest.mark.parametrize("action", ["install", "undo"])
def test_a_dry_run_touches_nothing(run, with_module, tmp_path, action):
    if action == "undo":
        run("install")
    before = _files(tmp_path)
    done = run(action, "--dry-run")
    assert done.returncode == 0
    assert "would" in done.stdout
    assert _files(tmp_path) == before


@pytest.mark.parametrize(
    ("release", "said"),
    [
        (b"ID=ubuntu\nID_LIKE=debian\n", "sudo apt install v4l2loopback-dkms"),
        (b"ID=debian\n", "sudo apt install v4l2loopback-dkms"),
        (b"ID=fedora\n", "akmod-v4l2loopback"),
        (b"ID=manjaro\nID_LIKE=arch\n", "pacman -S v4l2loopback-dkms"),
        (b'ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n', "zypper"),
        (b"ID=plan9\n", "of your distribution"),
    ],
)
def test_a_missing_module_names_the_distributions_package(run, system, release, said):
    system("etc/os-release", release)
    done = run("install")
    assert done.returncode == 1
    assert said in done.stderr


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release["ID"])
def test_the_package_is_the_one_the_program_names(run, system, release, monkeypatch):
    words = "".join(f'{key}="{value}"\n' for key, value in release.items())
    system("etc/os-release", words.encode())
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: release)
    assert loopback_setup.install_line() in run("status").stderr


def test_what_install_writes_is_what_makes_the_camera_lasting(run, with_module, tmp_path):
    assert not loopback_setup.is_lasting(tmp_path)
    run("install")
    assert loopback_setup.is_lasting(tmp_path)
    run("undo")
    assert not loopback_setup.is_lasting(tmp_path)


def test_the_program_names_the_script_and_then_the_line_that_does_not_last():
    lasting, once = loopback_setup.set_up(v4l2_loopback.LOAD).splitlines()
    assert shlex.split(lasting, comments=True) == ["sudo", str(SCRIPT), "install"]
    assert once.startswith(v4l2_loopback.LOAD)
    assert "until the next restart" in once


def test_a_bundle_names_the_script_beside_it_even_in_a_folder_with_a_space(monkeypatch, tmp_path):
    folder = tmp_path / "my programs"
    folder.mkdir()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(folder / "avatar-app"))
    assert loopback_setup.set_up("once") == "once"
    script = folder / "v4l2loopback.sh"
    shutil.copy(SCRIPT, script)
    lasting = loopback_setup.set_up("once").splitlines()[0]
    assert shlex.split(lasting, comments=True) == ["sudo", str(script), "install"]


def test_the_settings_of_others_are_left_alone(run, system, with_module, tmp_path):
    obs = system("etc/modprobe.d/obs.conf", b'options v4l2loopback card_label="OBS"\n')
    done = run("install")
    assert done.returncode == 1
    assert str(obs) in done.stderr
    assert "exclusive_caps=1,1" in done.stderr
    assert not (tmp_path / SETTINGS).exists()


def test_status_finds_the_camera_by_its_label(run, system):
    system("sys/module/v4l2loopback/version", b"0.12.7\n")
    assert run("status").returncode == 1
    system("sys/class/video4linux/video10/name", f"{v4l2_loopback.LABEL}\n".encode())
    done = run("status")
    assert done.returncode == 0
    assert f"{v4l2_loopback.LABEL}, /dev/video10" in done.stdout


@pytest.mark.parametrize(("byte", "said"), [(b"\x01", "Secure Boot: on"), (b"\x00", "off")])
def test_status_reads_secure_boot(run, system, byte, said):
    system(EFI, b"\x06\x00\x00\x00" + byte)
    assert said in run("status").stdout


def test_a_refused_module_under_secure_boot_explains_the_key(system, tmp_path, with_module):
    """With a modprobe that refuses, as the kernel does when it does not know the key."""
    system(EFI, b"\x06\x00\x00\x00\x01")
    refusing = SCRIPT.read_text().replace('if [ -n "$root" ]; then', "if false; then")
    script = tmp_path / "script.sh"
    script.write_text(refusing)
    modprobe = tmp_path / "bin" / "modprobe"
    modprobe.parent.mkdir()
    modprobe.write_text("#!/bin/sh\nexit 1\n")
    modprobe.chmod(0o755)
    done = subprocess.run(
        ["sh", str(script), "install"],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": f"{modprobe.parent}:{os.environ['PATH']}", "DESTDIR": str(tmp_path)},
    )
    assert done.returncode == 1
    assert f"mokutil --import {v4l2_loopback.KEY}" in done.stderr
    assert "Enroll MOK" in done.stderr


def test_an_unknown_word_is_refused(run):
    assert run("remove-everything").returncode == 2


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_the_scripts_are_clean():
    packaging = SCRIPT.parents[1]
    scripts = [str(file) for file in packaging.rglob("*.sh") if file.parent != packaging]
    done = subprocess.run(["shellcheck", *scripts], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
