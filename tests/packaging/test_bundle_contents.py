"""What the desktop bundle carries: nothing that is imported is left out, nothing huge comes in."""

import ast
import importlib.util
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from avatar_app.config import Language

ROOT = Path(__file__).parents[2]
PYINSTALLER = ROOT / "packaging" / "pyinstaller"


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, PYINSTALLER / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


contents = _load("bundle_contents")


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add(node.module or "")
    return found


def test_no_module_that_is_left_out_is_imported_outside_training():
    left_out = set(contents.UNUSED_MODULES)
    for path in (ROOT / "avatar_app").rglob("*.py"):
        room = path.relative_to(ROOT / "avatar_app").parts[0]
        if room == "training" or "training" in path.read_text(encoding="utf-8"):
            continue  # What trains asks for its packages in words when they are missing.
        names = {name for full in _imports(path) for name in (full, full.split(".")[0])}
        assert not names & left_out, f"{path} imports what the bundle leaves out"


@pytest.mark.parametrize(
    "name",
    [
        "onnxruntime/capi/libonnxruntime_providers_cuda.so",
        "onnxruntime\\capi\\onnxruntime_providers_cuda.dll",
        "PyQt6/Qt6/lib/libQt6Pdf.so.6",
        "libQt6Pdf.so.6",
        "PyQt6/Qt6/plugins/platformthemes/libqgtk3.so",
        "PyQt6/Qt6/translations/qtbase_pl.qm",
        "PyQt6/Qt6/translations/qtbase_zh_TW.qm",
        "PyQt6/Qt6/translations/qt_help_de.qm",
        "c2pa/libs/libc2pa_c.rlib",
    ],
)
def test_what_nobody_needs_stays_behind(name):
    assert not contents.belongs(name)


@pytest.mark.parametrize(
    "name",
    [
        "onnxruntime/capi/libonnxruntime_providers_shared.so",
        "onnxruntime\\capi\\onnxruntime.dll",
        "PyQt6/Qt6/plugins/platforms/libqxcb.so",
        "PyQt6/Qt6/plugins/platforms/libqoffscreen.so",
        "PyQt6/Qt6/plugins/platforms/libqwayland.so",
        "PyQt6/Qt6/plugins/imageformats/libqsvg.so",
        "c2pa/libs/libc2pa_c.so",
        "avatar_app/_assets/performance.mp4",
    ],
)
def test_what_the_program_needs_stays(name):
    assert contents.belongs(name)


def test_of_qts_own_texts_exactly_those_of_the_programs_languages_stay():
    import PyQt6

    folder = Path(PyQt6.__file__).parent / "Qt6" / "translations"
    kept = {
        file.name
        for file in folder.iterdir()
        if contents.belongs(f"x/Qt6/translations/{file.name}")
    }
    spoken = {"zh_CN" if word == Language.CHINESE else word.value for word in Language}
    assert kept == {f"qtbase_{word}.qm" for word in spoken - {Language.AUTO, Language.ENGLISH}}


def test_the_media_are_those_of_the_wheel_in_the_places_the_program_looks():
    data = dict(contents.own_data(ROOT))
    assert data[str(ROOT / "assets" / "avatars")] == "avatar_app/_assets/avatars"
    assert data[str(ROOT / "models" / "manifest.toml")] == "avatar_app/_models"


def test_the_networks_of_faces_come_without_those_of_hands():
    import mediapipe

    files = contents.face_networks(Path(mediapipe.__file__).parent)
    names = {Path(file).name for file, _ in files}
    assert "face_landmark_with_attention.tflite" in names
    assert "selfie_segmentation.tflite" in names
    assert not any("hand" in name or "pose" in name for name in names)


def test_a_library_is_reached_through_others_and_orphans_are_not():
    needs = {"app.so": ["liba.so"], "/l/liba.so": ["libb.so", "libc.so.6"], "/l/orphan.so": []}
    libraries = {"liba.so": "/l/liba.so", "libb.so": "/l/libb.so", "orphan.so": "/l/orphan.so"}
    found = contents.reachable(libraries, lambda file: needs.get(file, []), ["app.so"])
    assert found == {"liba.so", "libb.so"}


def test_a_library_that_is_opened_by_its_name_stays_and_the_systems_sound_is_the_systems():
    assert contents.opened_by_name("libportaudio.so.2")
    assert not contents.opened_by_name("libjack.so.0")
    assert not contents.belongs("libasound.so.2")
    assert contents.belongs("libasound-c7818c60.so.2.0.0")


def test_licences_are_taken_from_every_package():
    from importlib import metadata

    taken = contents.licences([metadata.distribution("numpy"), metadata.distribution("rich")])
    assert {place for _, place in taken} == {"licences/numpy", "licences/rich"}
    assert all(Path(file).is_file() for file, _ in taken)


def test_the_smaller_wheels_are_pinned_to_the_versions_they_stand_in_for():
    pins = dict(
        line.split("==")
        for line in (ROOT / "packaging/constraints.txt").read_text(encoding="utf-8").split("\n")
        if "==" in line
    )
    assert pins["onnxruntime"] == pins["onnxruntime-gpu"]
    assert pins["opencv-contrib-python-headless"] == pins["opencv-contrib-python"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (line,) = project["optional-dependencies"]["package"]
    assert line.startswith("pyinstaller>=") and "pyinstaller" in pins


def test_the_entry_makes_ready_for_processes_of_its_own():
    """In a bundle a new process starts at the entry as well."""
    entry = (ROOT / "avatar_app" / "cli" / "main.py").read_text(encoding="utf-8")
    if "multiprocessing" in "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "avatar_app").rglob("*.py")
    ):
        assert "freeze_support()" in entry


def test_requirements_are_named_without_their_versions():
    names = contents.required_packages(ROOT)
    assert {"mediapipe", "PyQt6", "onnxruntime", "onnxruntime-gpu"} <= set(names)
    assert not [name for name in names if set(name) & set("<>=;[ ")]


HOOK = """
import os, runpy, subprocess, sys
sys.prefix = sys.argv[2]
os.environ.update(LD_LIBRARY_PATH="/bundle", LD_LIBRARY_PATH_ORIG="/mine")
sys.stderr = None
os.close(2)
runpy.run_path(sys.argv[1])
print("x", file=sys.stderr, flush=True)
os.dup(2)
import ctypes.util
print(ctypes.util.find_library("portaudio") == sys.prefix + "/libportaudio.so.2")
print(os.environ.get("LD_LIBRARY_PATH"), os.environ.get("LD_LIBRARY_PATH_ORIG"))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="library paths of Linux")
def test_the_hook_opens_missing_streams_and_finds_each_its_libraries(tmp_path):
    import subprocess

    (tmp_path / "libportaudio.so.2").touch()
    command = [sys.executable, "-c", HOOK, str(PYINSTALLER / "runtime_hook.py"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "/mine", "None"]
    assert done.stderr == ""
