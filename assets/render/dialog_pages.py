"""The dialogs beside those of the library."""

import sys
import time
from pathlib import Path

from album import PATIENCE, Album
from PyQt6.QtWidgets import QInputDialog, QLineEdit

from avatar_app.calibration.progress import Step

_TESTS = Path(__file__).resolve().parent.parent.parent / "tests"


def wizard(album: Album) -> None:
    """Every page of a calibration."""
    album.start()
    album.window.body.controls.calibrate.click()
    dialog = album.dialog("CalibrationDialog")
    album.wait(lambda: dialog.next.isEnabled(), "the camera")
    album.shot(dialog, "wizard-camera", 0.5)
    dialog.next.click()
    taken: set[str] = set()
    end = time.monotonic() + PATIENCE
    while dialog.step is not Step.DONE and time.monotonic() < end:
        step = dialog.step
        if step is Step.CAMERA:
            album.rest(0.05)
            continue
        if step.value not in taken:
            taken.add(step.value)
            album.shot(dialog, f"wizard-{step.value}", 1.5 if step is Step.REVIEW else 0.4)
        if dialog.step is step:
            dialog.next.click()
            album.rest(0.3)
    album.shot(dialog, "wizard-done", 0.5)
    dialog.next.click()
    album.rest(0.5)


def keys(album: Album) -> None:
    """The sheet with keys for every program, a key that is taken, and the way back to all."""
    album.window.body.live.show_keys()
    sheet = album.dialog("HotkeySheet")
    sheet.buttons["freeze"].click()
    album.shot(sheet, "keys-waiting")
    sheet.buttons["freeze"].offer("B")
    album.shot(sheet, "keys-conflict")
    sheet.keep.click()
    sheet.reset.click()
    album.shot(sheet, "keys-default")
    sheet.sure.no.click()
    sheet.suggest.click()
    album.scrolled(sheet, "keys")


def settings(album: Album) -> None:
    """All settings; the reason for the badge; a value that cannot be used; the calibrations."""
    album.window.body.live.show_settings()
    form = album.dialog("SettingsForm")
    form.fields["output", "badge"].click()
    album.shot(form, "settings-badge")
    form.why_badge.no.click()
    colour = form.fields["scene", "colour"]
    assert isinstance(colour, QLineEdit)
    colour.setText("green")
    form.apply.click()
    album.shot(form, "settings-refused")
    form.calibrations.forget.click()
    form.calibrations.show_deleted(2)
    album.shot(form.calibrations, "settings-calibrations")
    album.put_away(form)
    album.window.body.live.show_settings()
    album.scrolled(form, "settings")


def doctor(album: Album) -> None:
    """While it looks, and what it found."""
    album.window.body.check.click()
    dialog = album.dialog("DoctorDialog")
    album.shot(dialog, "doctor-busy")
    album.wait(lambda: dialog.found, "the doctor")
    album.scrolled(dialog, "doctor")


def helping(album: Album) -> None:
    """The guide, and the entry of a message."""
    album.window.body.more.help.click()
    dialog = album.dialog("HelpDialog")
    album.shot(dialog, "help-guide", 2.0)
    album.window.body.help.show_entry("No camera was found.")
    album.shot(dialog, "help-entry", 1.0)
    album.put_away(dialog)


def model(album: Album) -> None:
    """A model that can be imported, a checkpoint that has to be converted, and no model."""
    sys.path.append(str(_TESTS))
    from stored_model import write_model

    write_model(album.home / "sent")
    checkpoint = album.home / "vox-cpk.pth.tar"
    checkpoint.write_bytes(b"torch")
    nothing = album.home / "sent" / "tiny.render.onnx"
    for path, name in (
        (album.home / "sent" / "tiny.toml", "model-good"),
        (checkpoint, "model-checkpoint"),
        (nothing, "model-refused"),
    ):
        album.window.body.engine.model_offered.emit(str(path))
        dialog = album.dialog("ModelImportDialog")
        album.wait(lambda d=dialog: not d.busy.isVisible() or d.trouble.isVisible(), "the model")
        album.shot(dialog, name, 0.5)
        album.put_away(dialog)


def addresses(album: Album) -> None:
    """What is asked for the address of a stream, and of a picture."""
    box = album.window.body.camera.box
    box.setCurrentIndex(box.count() - 2)
    box.activated.emit(box.currentIndex())
    _input(album, "address-camera")
    ways = album.window.body.avatars.ways
    ways.aboutToShow.emit()
    ways.actions()[2].trigger()
    _input(album, "address-picture")


def _input(album: Album, name: str) -> None:
    dialog = album.dialog(QInputDialog.__name__)
    album.shot(dialog, name)
    album.put_away(dialog)
