"""The effect of settings and choices in the pictures others get: the real window on the real
program, driven by pictures that stay as they are, so that whatever changes is the setting's."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import cv2
import numpy as np
import pytest
from live_window import SIZE, latest, like, live_window, outcome, restart, unrest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QCheckBox, QComboBox
from pytestqt.qtbot import QtBot
from tiny_fomm import make_tiny_model

from avatar_app import paths
from avatar_app.capture.video_file import VideoFileSource
from avatar_app.compose import Composer
from avatar_app.config import Fit, Motion, Mouth, Paste
from avatar_app.engines import registry
from avatar_app.gui.main_window import MainWindow
from avatar_app.gui.settings_form import SettingsForm
from avatar_app.imaging import read_image, write_png
from avatar_app.paths import bundled_avatars, bundled_clip
from avatar_app.types import Outcome, RgbImage

CLOSED, OPEN = 0, 162
"""Frames of the bundled clip: a neutral face, and one with a wide open mouth."""

Live = Callable[[str], MainWindow]


@pytest.fixture
def live(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    """Opens windows on a source."""
    with ExitStack() as stack:
        yield lambda source: stack.enter_context(live_window(qtbot, tmp_path, monkeypatch, source))


def clip_frame(number: int) -> RgbImage:
    source = VideoFileSource(bundled_clip(), word="clip:")
    try:
        while (frame := source.read()) is not None:
            if frame.index == number:
                return frame.image
    finally:
        source.close()
    raise AssertionError(f"the clip has no frame {number}")


def still(path: Path, number: int) -> str:
    """A source that shows one frame of the clip for ever."""
    write_png(path, clip_frame(number))
    return f"image:{path}"


def settled(qtbot: QtBot, window: MainWindow) -> RgbImage:
    """The picture, once it stays as it is."""
    qtbot.waitUntil(lambda: outcome(window) is Outcome.RENDERED)
    qtbot.waitUntil(lambda: unrest(qtbot, window) < 0.05, timeout=20_000)
    return latest(window).image


def distance(one: RgbImage, other: RgbImage) -> float:
    """Mean difference of the pixels that differ most, a hundredth of all."""
    apart = np.abs(one.astype(float) - other.astype(float)).max(2).ravel()
    return float(np.sort(apart)[-len(apart) // 100 :].mean())


def form_of(window: MainWindow) -> SettingsForm:
    window.body.live.show_settings()
    window.steps.finish()
    form = window.findChild(SettingsForm)
    assert form is not None
    return form


def choose(box: QComboBox, data: object) -> None:
    """As a click in the list does."""
    box.setCurrentIndex(box.findData(data))
    box.activated.emit(box.currentIndex())


def box_of(form: SettingsForm, *field: str) -> QComboBox:
    box = form.fields[field[0], field[1]]
    assert isinstance(box, QComboBox)
    return box


def test_the_way_of_motion_and_the_mouth_in_the_output(
    qtbot: QtBot, live: Live, tmp_path: Path
) -> None:
    window = live(still(tmp_path / "open.png", OPEN))
    relative = settled(qtbot, window)
    form = form_of(window)
    choose(box_of(form, "motion", "mode"), Motion.ABSOLUTE)
    form.ok.click()
    qtbot.waitUntil(lambda: distance(latest(window).image, relative) > 40, timeout=20_000)
    own = settled(qtbot, window)
    choose(window.body.motion.mouth, Mouth.PAINTED)
    qtbot.waitUntil(lambda: distance(latest(window).image, own) > 8, timeout=20_000)
    painted = settled(qtbot, window)
    where = np.argwhere(np.abs(own.astype(int) - painted).max(2) > 20)
    assert np.ptp(where, axis=0).max() < 40, "nothing but the mouth"
    choose(window.body.motion.mouth, Mouth.DRIVER)
    qtbot.waitUntil(lambda: distance(latest(window).image, own) < 2, timeout=20_000)


def test_smoothing_in_the_output(qtbot: QtBot, live: Live, tmp_path: Path) -> None:
    frame = clip_frame(CLOSED)
    (tmp_path / "shaking").mkdir()
    for number, shift in enumerate((0, 5)):
        write_png(tmp_path / "shaking" / f"{number}.png", np.roll(frame, shift, axis=1))
    window = live(f"folder:{tmp_path / 'shaking'}")
    window.body.motion.smoothing.setValue(0)
    qtbot.waitUntil(lambda: window.store.config.motion.smoothing == 0)
    qtbot.wait(500)
    # The most: a busy machine may show every second picture only, which are all alike.
    shaking = max(unrest(qtbot, window) for _ in range(3))
    window.body.motion.smoothing.setValue(100)
    qtbot.waitUntil(lambda: unrest(qtbot, window) < shaking / 2, timeout=20_000)


def test_fit_and_badge_in_the_output_from_the_next_start(
    qtbot: QtBot, live: Live, tmp_path: Path
) -> None:
    window = live(still(tmp_path / "closed.png", CLOSED))
    bare = settled(qtbot, window)
    form = form_of(window)
    badge = form.fields["output", "badge"]
    assert isinstance(badge, QCheckBox)
    badge.click()
    form.apply.click()
    restart(qtbot, window)
    marked = settled(qtbot, window)
    where = np.argwhere(np.abs(bare.astype(int) - marked).max(2) > 20)
    assert len(where) > 30
    assert where[:, 0].min() > 150 and where[:, 1].max() < 90, "a small mark, bottom left"
    choose(box_of(form, "output", "fit"), Fit.COVER)
    badge.click()
    form.why_badge.yes.click()
    form.ok.click()
    restart(qtbot, window)
    filled = settled(qtbot, window)
    portrait = bare[:, 70:250]
    grown = np.asarray(cv2.resize(portrait, (320, 320)), np.uint8)[70:250]
    assert like(filled, grown) > 0.95
    assert like(bare, grown) < 0.9


def test_another_avatar_in_the_output(qtbot: QtBot, live: Live, tmp_path: Path) -> None:
    def at_rest(name: str) -> RgbImage:
        composer = Composer(*SIZE, fit=Fit.CONTAIN, mirror=False, badge=False)
        portrait = read_image(bundled_avatars()[name])
        return composer.compose(portrait, composer.backdrop(portrait))

    window = live(still(tmp_path / "closed.png", CLOSED))
    mira, ines = at_rest("mira"), at_rest("ines")
    before = settled(qtbot, window)
    assert like(before, mira) > 0.9 > like(before, ines)
    strip = window.body.avatars.strip
    item = strip.item(list(window.body.avatars.words).index("ines"))
    assert item is not None
    viewport = strip.viewport()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=strip.visualItemRect(item).center())
    qtbot.waitUntil(lambda: like(latest(window).image, ines) > 0.9, timeout=20_000)


def test_engine_and_what_it_shows_in_the_output(
    qtbot: QtBot, live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for room in (paths, registry):
        monkeypatch.setattr(room, "models_dir", lambda: tmp_path / "models")
        monkeypatch.setattr(room, "cache_dir", lambda: tmp_path / "cache")
    make_tiny_model(tmp_path / "models", gain=0.5)
    window = live(still(tmp_path / "closed.png", CLOSED))
    warped = settled(qtbot, window)
    qtbot.waitUntil(lambda: window.body.engine.box.findData("fomm:tiny") >= 0)
    choose(window.body.engine.box, "fomm:tiny")
    qtbot.waitUntil(lambda: distance(latest(window).image, warped) > 40, timeout=30_000)
    whole = settled(qtbot, window)
    corner = np.s_[:12, 72:92]
    assert distance(whole[corner], warped[corner]) < 4, "the portrait around the face stays"
    choose(window.body.engine.paste, Paste.SQUARE.value)
    qtbot.waitUntil(lambda: distance(latest(window).image[corner], whole[corner]) > 40)
    choose(window.body.engine.box, "landmark_warp:")
    qtbot.waitUntil(lambda: distance(latest(window).image, warped) < 4, timeout=20_000)
