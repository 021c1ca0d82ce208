"""The choice of a transparent background, offered only where an output keeps it."""

from PyQt6.QtGui import QStandardItemModel
from PyQt6.QtWidgets import QComboBox

from avatar_app.config import Background
from avatar_app.gui.language import tr
from avatar_app.translatable import translatable

_WHY_NOT = translatable(
    "Only a folder of PNG pictures as an output keeps it; a camera would show black."
)


def limit_transparent(box: QComboBox, *, kept: bool) -> None:
    """Grey the choice out, with the reason as its tooltip, unless an output keeps transparency.
    What is chosen already stays chosen."""
    model = box.model()
    assert isinstance(model, QStandardItemModel)
    item = model.item(box.findData(Background.TRANSPARENT))
    assert item is not None
    item.setEnabled(kept)
    item.setToolTip("" if kept else tr(_WHY_NOT))
