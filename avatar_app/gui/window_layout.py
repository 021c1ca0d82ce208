"""Where the parts of the window stand, and the order in which Tab goes through them."""

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from avatar_app.gui.panels.column import Column, MainColumn
from avatar_app.gui.panels.form import WheelGuard

if TYPE_CHECKING:
    from avatar_app.gui.body import Body

_SIDE_WIDTH = 306


def lay_out(body: "Body") -> Iterator[None]:
    """Put the parts of ``body`` into their places, in steps. From the outside to the inside: a
    widget that moves to another parent gets its style anew, and all that is in it."""
    left, side = QVBoxLayout(), QWidget()
    body.side = Column(side, _SIDE_WIDTH)
    left.setSpacing(12)
    side.setObjectName("side")
    column = QVBoxLayout(side)
    column.setContentsMargins(0, 0, 8, 0)
    column.setSpacing(12)
    right = QVBoxLayout()
    right.setSpacing(8)
    right.addWidget(body.side, 1)
    whole = QHBoxLayout(body)
    whole.setContentsMargins(16, 14, 8, 14)
    whole.setSpacing(16)
    whole.addWidget(MainColumn(left), 1)
    whole.addLayout(right)
    yield
    left.addWidget(body.view, 1)
    for part in (body.messages, body.offer, body.confirm, body.controls, body.avatars):
        left.addWidget(part)
    yield
    for card in (
        body.camera,
        body.others,
        body.record,
        body.engine,
        body.motion,
        body.scene,
        body.presets,
        body.check,
    ):
        column.addWidget(card)
        yield
    column.addStretch(1)
    right.addWidget(body.more)


def guard_wheels(body: "Body") -> None:
    """The wheel scrolls the column and changes nothing that lies under the pointer by chance."""
    WheelGuard(body).guard(
        body.camera.box,
        body.engine.box,
        body.engine.runtime,
        body.engine.paste,
        body.motion.strength,
        body.motion.smoothing,
        body.motion.mouth,
        body.scene.background,
        body.presets.box,
        body.record.microphone,
    )


def set_tab_order(body: "Body") -> None:
    """Tab goes from Start through what is needed live to what is set once."""
    stops = (
        body.view.graph_button,
        body.view.graph,
        body.controls.start,
        body.controls.neutral,
        body.controls.calibrate,
        body.controls.cover.placeholder,
        body.controls.cover.freeze,
        body.confirm.no,
        body.confirm.yes,
        body.controls.pass_through,
        body.avatars.strip,
        body.avatars.add,
        body.camera.box,
        body.camera.pictures.show_all,
        body.camera.instead,
        body.camera.mirror,
        body.others.again,
        body.others.copy,
        body.record.record,
        body.record.pause,
        body.record.snapshot,
        body.record.folder,
        body.record.microphone,
        body.engine.box,
        body.engine.runtime,
        body.engine.paste,
        body.engine.import_model,
        body.motion.strength,
        body.motion.smoothing,
        body.motion.mouth,
        body.scene.background,
        body.scene.choose,
        body.scene.mirror_input,
        body.scene.mirror_output,
        body.scene.mirror_avatar,
        body.presets.box,
        body.presets.apply,
        body.presets.save,
        body.presets.rename,
        body.presets.delete,
        body.check,
        body.more.keys,
        body.more.settings,
        body.more.help,
    )
    for before, after in pairwise(stops):
        QWidget.setTabOrder(before, after)
