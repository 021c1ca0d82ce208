"""The window on a twin of the program, closed at the end of each test."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gui_twin import TwinCore, picture
from PIL import Image
from PyQt6 import sip
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from avatar_app.config import AppConfig
from avatar_app.gui.choices import CameraChoice
from avatar_app.gui.main_window import MainWindow


@pytest.fixture
def core(tmp_path: Path) -> TwinCore:
    """Two cameras, and nothing goes wrong."""
    made = TwinCore(
        [
            CameraChoice("camera:Desk Camera", "Desk Camera", 0),
            CameraChoice("camera:Lid Camera", "Lid Camera", 2),
        ]
    )
    made.library_root = tmp_path / "library"
    return made


@pytest.fixture
def portraits(tmp_path: Path, core: TwinCore) -> dict[str, Path]:
    """Two bundled portraits."""
    made = {}
    for name, value in (("anna", 90), ("bert", 160)):
        made[name] = tmp_path / f"{name}.png"
        Image.fromarray(np.asarray(picture(value, (64, 48)))).save(made[name])
    core.bundled = made
    return made


@pytest.fixture
def open_window(
    qtbot: QtBot, core: TwinCore, portraits: dict[str, Path], tmp_path: Path
) -> Iterator[Callable[..., MainWindow]]:
    """Opens a window that knows its cameras; whatever was opened is closed."""
    opened: list[MainWindow] = []

    def open_one(config: AppConfig | None = None, **options: Any) -> MainWindow:
        window = MainWindow(
            core,
            config or AppConfig(),
            tmp_path / "settings" / "config.toml",
            outputs=options.pop("outputs", ("vcam:",)),
            **options,
        )
        opened.append(window)
        window.show()
        with qtbot.waitSignals([window.bridge.cameras_listed, window.body.library.listed]):
            window.begin()
        return window

    yield open_one
    for window in opened:
        if sip.isdeleted(window):
            continue  # By the test.
        window.close()
        window.deleteLater()
    qtbot.wait(1)


@pytest.fixture
def theme_as_before(qapp: QApplication) -> Iterator[None]:
    """What the application looks like is as it was, when the test has ended."""
    style, palette, font = qapp.styleSheet(), qapp.palette(), qapp.font()
    yield
    qapp.setStyleSheet(style)
    qapp.setPalette(palette)
    qapp.setFont(font)
