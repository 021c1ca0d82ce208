"""The doctor: what it finds, and that nothing brings it down."""

import socket
import sys
from pathlib import Path

import pytest
from collect_texts import texts

from avatar_app import doctor
from avatar_app.config import Runtime
from avatar_app.doctor import Verdict, checks, credentials, devices, networks, packages, screen
from avatar_app.errors import EngineError, MachineError, SourceError
from avatar_app.languages.catalog import Catalog
from avatar_app.outputs import loopback_setup, v4l2_loopback
from avatar_app.runtimes.probe import RuntimeReport

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at Linux")


def test_it_looks_at_everything_and_knows_what_mends_what_is_wrong():
    found = checks()
    names = {check.name for check in found}
    assert {
        "Python",
        "Packages",
        "OpenCV",
        "Qt",
        "Camera",
        "Microphone",
        "Virtual camera",
        "Disk",
    } <= names
    assert all(check.hint for check in found if check.verdict is Verdict.WARN)


def test_a_check_that_crashes_is_a_line_like_the_others(monkeypatch):
    def crash():
        raise ZeroDivisionError("oh")
        yield

    def refuse():
        raise SourceError("No.", "Do it.")
        yield

    monkeypatch.setattr(doctor, "_PROBES", (("A", crash), ("B", refuse)))
    first, second = checks()
    assert (first.name, first.verdict) == ("A", Verdict.FAIL)
    assert "oh" in first.detail
    assert (second.detail, second.hint) == ("No.", "Do it.")


@pytest.fixture
def installed(monkeypatch):
    """Sets which packages are there."""

    def install(**versions: str) -> None:
        names = {name.replace("_", "-"): version for name, version in versions.items()}
        monkeypatch.setattr(packages, "_version", names.get)

    return install


def test_two_wheels_in_one_folder_are_found_and_one_line_mends_them(installed, monkeypatch):
    installed(opencv_contrib_python="4.11", opencv_python="4.10")
    both = ("onnxruntime", "onnxruntime-gpu")
    monkeypatch.setattr(packages.wheels, "onnxruntime_wheels", lambda: both)
    runtime, cv2 = packages.shared_folders()
    assert runtime.verdict is cv2.verdict is Verdict.FAIL
    assert "uninstall -y onnxruntime onnxruntime-gpu && " in runtime.hint
    assert runtime.hint.endswith(packages.wheels.base_wheel())
    assert "uninstall -y opencv-contrib-python opencv-python && " in cv2.hint
    assert cv2.hint.endswith("install opencv-contrib-python==4.11")


def test_one_wheel_of_each_folder_is_well(installed, monkeypatch):
    installed(opencv_contrib_python="4.11", onnxruntime="1.31")
    monkeypatch.setattr(packages.wheels, "onnxruntime_wheels", lambda: ("onnxruntime",))
    assert [check.verdict for check in packages.shared_folders()] == [Verdict.OK] * 2


def test_a_missing_package_is_named(installed):
    installed(mediapipe="0.10.21")
    (check,) = packages.packages()
    assert check.verdict is Verdict.FAIL
    assert "pyvirtualcam" in check.hint


def test_every_runtime_is_told_of_and_the_cpu_is_tried():
    found = {check.name: check for check in networks.runtimes()}
    assert len(found) == len(Runtime) - 1
    assert found["Networks on CPU"].verdict is Verdict.OK
    assert "ms" in found["Networks on CPU"].detail
    assert found["Networks on DirectML"].verdict is Verdict.ABSENT


@pytest.mark.parametrize(
    ("card", "mend", "verdict", "hint"),
    [
        (True, "pip install it", Verdict.WARN, "pip install it"),
        (True, "", Verdict.WARN, "Install or update NVIDIA's driver."),
        (False, "", Verdict.ABSENT, ""),
    ],
)
def test_a_gpu_that_lies_idle_is_a_warning(monkeypatch, card, mend, verdict, hint):
    report = RuntimeReport(Runtime.CUDA, "CUDA", False, "It is missing.", mend)
    monkeypatch.setattr(networks, "probe", lambda: (report,))
    monkeypatch.setattr(networks, "has_card", lambda: card)
    monkeypatch.setattr(networks, "read_driver", lambda: None)
    (check,) = networks.runtimes()
    assert (check.verdict, check.detail, check.hint) == (verdict, "It is missing.", hint)


def test_a_runtime_that_fails_its_trial_is_not_called_usable(monkeypatch):
    def fail(word, seconds):
        raise EngineError("CUDA gave no picture.", "Choose the CPU.")

    report = RuntimeReport(Runtime.CUDA, "CUDA", True)
    monkeypatch.setattr(networks, "probe", lambda: (report,))
    monkeypatch.setattr(networks, "time_runtime", fail)
    (check,) = networks.runtimes()
    assert (check.verdict, check.hint) == (Verdict.WARN, "Choose the CPU.")


def test_models_are_listed_and_a_damaged_one_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(networks, "models_dir", lambda: tmp_path / "none")
    (none,) = networks.models()
    assert (none.verdict, none.hint) == (Verdict.ABSENT, "avatar-app models import FILE")
    (tmp_path / "broken").mkdir()
    monkeypatch.setattr(networks, "models_dir", lambda: tmp_path)
    (broken,) = networks.models()
    assert broken.verdict is Verdict.WARN
    assert broken.name == "Installed model broken"
    assert broken.hint


@pytest.fixture
def display(monkeypatch):
    """Sets the variables that name a screen."""

    def set_to(**values: str) -> None:
        for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
            monkeypatch.delenv(name, raising=False)
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return set_to


def test_a_machine_without_a_screen_is_told(display):
    display()
    assert "no screen" in (screen.screen_problem() or "")


def test_a_screen_that_does_not_answer_is_told(display):
    display(DISPLAY=":4711")
    assert ":4711" in (screen.screen_problem() or "")


def test_a_screen_that_answers_is_one(display, tmp_path):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "wayland-7"))
        server.listen()
        display(WAYLAND_DISPLAY="wayland-7", XDG_RUNTIME_DIR=str(tmp_path))
        assert screen.screen_problem() is None


def test_a_platform_that_was_asked_for_is_trusted(display):
    display(QT_QPA_PLATFORM="offscreen")
    assert screen.screen_problem() is None


def test_no_camera_is_no_failure(monkeypatch):
    monkeypatch.setattr("avatar_app.capture.devices.list_cameras", list)
    (check,) = devices.cameras()
    assert check.verdict is Verdict.WARN
    assert check.hint


@pytest.fixture
def key_folder(monkeypatch, tmp_path):
    """Where the signing key lies."""
    monkeypatch.setattr(credentials.paths, "credentials_dir", lambda: tmp_path / "key")
    return tmp_path / "key"


def test_looking_at_the_signing_key_makes_none(key_folder):
    (check,) = credentials.credentials()
    assert check.verdict is Verdict.OK
    assert "first file" in check.detail
    assert not key_folder.exists()


def test_a_signing_key_is_told_whole_or_damaged(key_folder):
    from avatar_app.provenance.identity import FILE_NAME, open_identity

    open_identity(key_folder)
    (whole,) = credentials.credentials()
    assert whole.verdict is Verdict.OK
    assert str(key_folder) in whole.detail
    (key_folder / FILE_NAME).write_text("rubbish", encoding="utf-8")
    (damaged,) = credentials.credentials()
    assert damaged.verdict is Verdict.WARN
    assert "made anew" in damaged.hint


def test_a_missing_signing_library_is_a_warning_never_a_failure(monkeypatch, key_folder):
    def missing():
        raise MachineError("The package c2pa-python cannot be loaded.", "Install it.")

    monkeypatch.setattr(credentials, "c2pa", missing)
    (check,) = credentials.credentials()
    assert (check.verdict, check.hint) == (Verdict.WARN, "Install it.")


def test_every_sentence_of_the_report_can_be_translated():
    catalog = Catalog({text: f"⟦{text}⟧" for text in texts()})
    found = checks()
    sentences = [text for check in found for text in (check.detail, check.hint) if text[-1:] == "."]
    english = [
        text
        for text in (*sentences, *(check.name for check in found))
        if not catalog.say(text).startswith("⟦")
    ]
    assert len(sentences) > 5
    assert english == []


@pytest.mark.parametrize("lasting", [True, False])
def test_a_virtual_camera_that_a_restart_would_take_away_is_told(monkeypatch, lasting):
    node = v4l2_loopback.LoopbackNode(Path("/dev/video998"), "Avatar Camera")
    monkeypatch.setattr(v4l2_loopback, "loopback_nodes", lambda: [node])
    monkeypatch.setattr(v4l2_loopback, "ailment", lambda path: None)
    monkeypatch.setattr(loopback_setup, "is_lasting", lambda: lasting)
    (check,) = devices.virtual_camera()
    assert check.verdict is Verdict.OK
    assert ("until this computer is restarted" in check.detail) is not lasting
    assert "Restart browsers and meeting programs" in check.detail
    assert check.hint == ("" if lasting else loopback_setup.lasting_line())
