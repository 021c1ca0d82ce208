"""The real window on the real program, with a bundled avatar, a source without a camera, and the
pictures that others get."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from avatar_app import build, paths
from avatar_app.config import AppConfig, OutputConfig, SourceConfig
from avatar_app.gui.core import Program
from avatar_app.gui.main_window import MainWindow
from avatar_app.live.status import SessionState
from avatar_app.types import Outcome, RenderedFrame, RgbImage

SIZE = (320, 180)
"""Width and height of what others get."""


@contextmanager
def live_window(
    qtbot: QtBot, folder: Path, monkeypatch: pytest.MonkeyPatch, source: str = "clip:"
) -> Iterator[MainWindow]:
    """A window whose avatar moves; all that it keeps lies in ``folder``."""
    for name in ("avatars_dir", "calibrations_dir"):
        monkeypatch.setattr(build, name, lambda name=name: folder / name)
    monkeypatch.setattr(paths, "cache_dir", lambda: folder / "cache")
    width, height = SIZE
    config = AppConfig(
        avatar="mira",
        source=SourceConfig(word=source),
        output=OutputConfig(width=width, height=height, badge=False),
    )
    window = MainWindow(Program(), config, folder / "config.toml", outputs=(), source=source)
    try:
        window.show()
        window.begin()
        qtbot.waitUntil(lambda: len(window.body.avatars.words) >= 2, timeout=20_000)
        start(qtbot, window)
        yield window
    finally:
        window.close()
        window.deleteLater()
        qtbot.wait(1)


def start(qtbot: QtBot, window: MainWindow) -> None:
    """Press Start, and wait for the avatar."""
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: outcome(window) is Outcome.RENDERED, timeout=30_000)


def restart(qtbot: QtBot, window: MainWindow) -> None:
    """Stop and start, for what holds from the next start on."""
    window.body.controls.start.click()
    qtbot.waitUntil(lambda: window.bridge.state is SessionState.CLOSED, timeout=10_000)
    start(qtbot, window)


def latest(window: MainWindow) -> RenderedFrame:
    """What others got last."""
    frame = window.bridge.latest_output()
    assert frame is not None
    return frame


def outcome(window: MainWindow) -> Outcome | None:
    """What that shows; None before the first."""
    frame = window.bridge.latest_output()
    return frame.outcome if frame is not None else None


def like(one: RgbImage, other: RgbImage) -> float:
    """Correlation of two pictures."""
    return float(np.corrcoef(one.astype(float).ravel(), other.astype(float).ravel())[0, 1])


def unrest(qtbot: QtBot, window: MainWindow) -> float:
    """How much the pixels change over a dozen pictures."""
    pictures = [latest(window).image]
    while len(pictures) < 12:
        qtbot.waitUntil(lambda: latest(window).image is not pictures[-1])
        pictures.append(latest(window).image)
    return float(np.std(np.stack(pictures).astype(np.float32), axis=0).mean())
