"""Desktop entry, AppStream data, property lists, installer and workflow: read as their tools do."""

import configparser
import plistlib
import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

import avatar_app

ROOT = Path(__file__).parents[2]
LINUX = ROOT / "packaging" / "linux"
NAME = "io.github.avatar_app.Avatar"


def _desktop_entry() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(LINUX / f"{NAME}.desktop", encoding="utf-8")
    return parser["Desktop Entry"]


def test_the_desktop_entry_starts_the_program():
    entry = _desktop_entry()
    assert (entry["Type"], entry["Exec"], entry["Icon"]) == ("Application", "avatar-app", NAME)
    assert all(
        f"Comment[{language}]" in entry for language in ("de", "es", "fr", "ru", "zh_CN", "ja")
    )


@pytest.mark.parametrize(
    "command",
    [
        ["desktop-file-validate", str(LINUX / f"{NAME}.desktop")],
        ["appstreamcli", "validate", "--no-net", str(LINUX / f"{NAME}.metainfo.xml")],
    ],
    ids=lambda command: command[0],
)
def test_the_systems_own_tools_accept_them(command):
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_store_page_names_this_version_and_the_files_that_exist():
    page = ElementTree.parse(LINUX / f"{NAME}.metainfo.xml").getroot()
    assert page.findtext("id") == NAME
    assert page.findtext("launchable") == f"{NAME}.desktop"
    release = page.find("releases/release")
    assert release is not None and release.get("version") == avatar_app.__version__


def test_macos_is_told_why_camera_and_microphone_are_wanted():
    macos = ROOT / "packaging" / "macos"
    information = plistlib.loads((macos / "Info.plist").read_bytes())
    for key in ("NSCameraUsageDescription", "NSMicrophoneUsageDescription"):
        assert len(information[key]) > 40
    assert re.fullmatch(r"[A-Za-z0-9.-]+", information["CFBundleIdentifier"])
    rights = plistlib.loads((macos / "entitlements.plist").read_bytes())
    assert rights["com.apple.security.device.camera"] is True
    assert rights["com.apple.security.device.audio-input"] is True


def test_the_installer_for_windows_names_files_that_exist():
    folder = ROOT / "packaging" / "windows"
    script = (folder / "installer.iss").read_text(encoding="utf-8")
    assert (folder / "virtual-camera.txt").is_file() and '"virtual-camera.txt"' in script
    assert "LicenseFile=..\\..\\LICENSE" in script
    spec = (ROOT / "packaging/pyinstaller/avatar_app.spec").read_text(encoding="utf-8")
    assert 'program("Avatar"' in spec and "{app}\\Avatar.exe" in script


@pytest.fixture
def workflow() -> dict:
    text = (ROOT / ".github" / "workflows" / "build.yml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def test_the_workflow_builds_three_systems_and_tests_two_distributions(workflow):
    systems = [
        entry["system"] for entry in workflow["jobs"]["bundle"]["strategy"]["matrix"]["include"]
    ]
    assert [system.split("-")[0] for system in systems] == ["linux", "windows", "macos"]
    images = workflow["jobs"]["test"]["strategy"]["matrix"]["image"]
    assert {image.split(":")[0] for image in images} == {"debian", "ubuntu"}


def test_the_workflow_pins_its_actions_and_needs_no_secret(workflow):
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    used = [step["uses"] for step in steps if "uses" in step]
    assert used and all(re.fullmatch(r"actions/[a-z-]+@v\d+", name) for name in used)
    assert "secrets." not in repr(workflow)
    assert workflow["permissions"] == {"contents": "read"}


def test_the_workflow_runs_files_that_exist(workflow):
    text = "\n".join(
        step.get("run", "") for job in workflow["jobs"].values() for step in job["steps"]
    )
    named = set(re.findall(r"packaging/[\w./-]+", text))
    assert {"packaging/bundle.py", "packaging/macos/dmg.sh"} <= named
    assert all((ROOT / name).is_file() for name in named)
