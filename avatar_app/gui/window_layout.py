"""Where the parts of the window stand, and the order in which Tab goes through them."""

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from avatar_app.gui.panels.column import Column, MainColumn
from avatar_app.gui.panels.form import WheelGuard

if TYPE_CHECKING:
    from avatar_app.gui.main_window import MainWindow

_SIDE_WIDTH = 306


def lay_out(window: "MainWindow", body: QWidget) -> Iterator[None]:
    """Put the window's parts into ``body``, in steps. From the outside to the inside: a widget that
    moves to another parent gets its style anew, and all that is in it."""
    left, side = QVBoxLayout(), QWidget()
    left.setSpacing(12)
    side.setObjectName("side")
    column = QVBoxLayout(side)
    column.setContentsMargins(0, 0, 8, 0)
    column.setSpacing(12)
    right = QVBoxLayout()
    right.setSpacing(8)
    right.addWidget(Column(side, _SIDE_WIDTH), 1)
    whole = QHBoxLayout(body)
    whole.setContentsMargins(16, 14, 8, 14)
    whole.setSpacing(16)
    whole.addWidget(MainColumn(left), 1)
    whole.addLayout(right)
    yield
    left.addWidget(window.view, 1)
    for part in (window.messages, window.offer, window.confirm, window.controls, window.avatars):
        left.addWidget(part)
    yield
    for card in (
        window.camera,
        window.others,
        window.record,
        window.engine,
        window.motion,
        window.scene,
        window.presets,
        window.check,
    ):
        column.addWidget(card)
        yield
    column.addStretch(1)
    right.addWidget(window.more)


def guard_wheels(window: "MainWindow", body: QWidget) -> None:
    """The wheel scrolls the column and changes nothing that lies under the pointer by chance."""
    WheelGuard(body).guard(
        window.camera.box,
        window.engine.box,
        window.engine.runtime,
        window.engine.paste,
        window.motion.strength,
        window.motion.smoothing,
        window.motion.mouth,
        window.scene.background,
        window.presets.box,
        window.record.microphone,
    )


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
