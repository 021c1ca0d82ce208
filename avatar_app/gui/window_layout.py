"""Where the parts of the window stand, and the order in which Tab goes through them."""

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from avatar_app.gui.panels.column import Column, MainColumn

if TYPE_CHECKING:
    from avatar_app.gui.main_window import MainWindow

_SIDE_WIDTH = 306


def lay_out(window: "MainWindow", body: QWidget) -> Iterator[None]:
    """Put the window's parts into ``body``, in steps."""
    left = QVBoxLayout()
    left.setSpacing(12)
    left.addWidget(window.view, 1)
    left.addWidget(window.messages)
    left.addWidget(window.offer)
    left.addWidget(window.confirm)
    left.addWidget(window.controls)
    left.addWidget(window.avatars)
    yield
    side = QWidget()
    side.setObjectName("side")
    column = QVBoxLayout(side)
    column.setContentsMargins(0, 0, 8, 0)
    column.setSpacing(12)
    column.addWidget(window.camera)
    column.addWidget(window.others)
    column.addWidget(window.record)
    column.addWidget(window.engine)
    column.addWidget(window.motion)
    column.addWidget(window.scene)
    column.addWidget(window.presets)
    column.addWidget(window.check)
    column.addStretch(1)
    yield
    right = QVBoxLayout()
    right.setSpacing(8)
    right.addWidget(Column(side, _SIDE_WIDTH), 1)
    right.addWidget(window.more)
    yield
    whole = QHBoxLayout(body)
    whole.setContentsMargins(16, 14, 8, 14)
    whole.setSpacing(16)
    whole.addWidget(MainColumn(left), 1)
    whole.addLayout(right)


def set_tab_order(window: "MainWindow") -> None:
    """Tab goes from Start through what is needed live to what is set once."""
    stops = (
        window.view.graph_button,
        window.view.graph,
        window.controls.start,
        window.controls.neutral,
        window.controls.calibrate,
        window.controls.cover.placeholder,
        window.controls.cover.freeze,
        window.confirm.no,
        window.confirm.yes,
        window.controls.pass_through,
        window.avatars.strip,
        window.avatars.add,
        window.camera.box,
        window.camera.pictures.show_all,
        window.camera.instead,
        window.camera.mirror,
        window.others.again,
        window.others.copy,
        window.record.record,
        window.record.pause,
        window.record.snapshot,
        window.record.folder,
        window.record.microphone,
        window.engine.box,
        window.engine.runtime,
        window.engine.paste,
        window.engine.import_model,
        window.motion.strength,
        window.motion.smoothing,
        window.motion.mouth,
        window.scene.background,
        window.scene.choose,
        window.scene.mirror_input,
        window.scene.mirror_output,
        window.scene.mirror_avatar,
        window.presets.box,
        window.presets.apply,
        window.presets.save,
        window.presets.rename,
        window.presets.delete,
        window.check,
        window.more.keys,
        window.more.settings,
        window.more.help,
    )
    for before, after in pairwise(stops):
        QWidget.setTabOrder(before, after)
