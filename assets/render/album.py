"""Brings the window to a state, waits until it is there, and takes its picture."""

import time
from collections.abc import Callable
from pathlib import Path

from PyQt6.QtWidgets import QApplication, QDialog, QLayout, QScrollArea, QWidget

from avatar_app.gui.main_window import MainWindow
from avatar_app.live.status import SessionState

PATIENCE = 60.0


class Album:
    """``home`` is a folder for what a page needs; it is gone afterwards."""

    def __init__(self, app: QApplication, window: MainWindow, out: Path, home: Path) -> None:
        self.app, self.window, self.out, self.home = app, window, out, home
        out.mkdir(parents=True, exist_ok=True)

    def shot(self, widget: QWidget, name: str, rest: float = 0.2) -> None:
        """Let the widget come to rest and keep its picture."""
        self.rest(rest)
        for _ in range(8):  # What has changed last is laid out, one layer of layouts after another.
            self.app.sendPostedEvents()
        path = self.out / f"{name}.png"
        if not widget.grab().save(str(path)):
            raise SystemExit(f"{path} could not be written")
        print(path)

    def scrolled(self, dialog: QDialog, name: str) -> None:
        """A picture for each part of what scrolls in a dialog; then it is closed."""
        bar = dialog.findChildren(QScrollArea)[0].verticalScrollBar()
        self.rest(0.3)
        step = max(1, bar.pageStep() - 40)
        for number, place in enumerate(range(0, bar.maximum() + step, step)):
            bar.setValue(place)
            self.shot(dialog, f"{name}-{number + 1}")
        self.put_away(dialog)

    def cards(self, name: str, *cards: QWidget) -> None:
        """Cards that are not in the window, below each other, as wide as there."""
        board = QWidget()
        board.setObjectName("side")
        board.setStyleSheet(
            f"#side {{ background: {self.window.palette().window().color().name()} }}"
        )
        rows = _rows(board)
        for card in cards:
            rows.addWidget(card)
        width = self.window.body.others.width() + 24
        board.show()
        self.rest(0.2)
        board.setFixedSize(width, rows.heightForWidth(width))
        self.shot(board, name)
        board.close()
        board.deleteLater()

    def put_away(self, dialog: QDialog) -> None:
        """Close a dialog and let it go."""
        dialog.reject()
        self.rest(0.2)

    def rest(self, seconds: float) -> None:
        """Let the window live."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.app.processEvents()
            time.sleep(0.005)

    def wait(self, condition: Callable[[], object], what: str) -> None:
        """Until the window is so far."""
        end = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > end:
                raise SystemExit(f"Waited in vain: {what}")
            self.rest(0.02)

    def dialog(self, name: str) -> QDialog:
        """The newest open dialog of that class."""

        def there() -> list[QDialog]:
            found = self.window.findChildren(QDialog)
            return [d for d in found if type(d).__name__ == name and d.isVisible()]

        self.window.steps.finish()
        self.wait(there, name)
        return there()[-1]

    def start(self) -> None:
        """A session that shows the avatar, and no offer to calibrate."""
        if self.window.bridge.state is SessionState.RUNNING:
            self.window.body.offer.hide()
            return
        self.wait(lambda: self.window.body.avatars.words, "the avatars")
        self.window.start()
        self.wait(lambda: self.window.bridge.state is SessionState.RUNNING, "a session")
        self.rest(1.0)

    def stop(self) -> None:
        """The session is over."""
        self.window.bridge.stop()
        self.wait(lambda: self.window.bridge.state is SessionState.CLOSED, "the end")


def _rows(board: QWidget) -> QLayout:
    from PyQt6.QtWidgets import QVBoxLayout

    rows = QVBoxLayout(board)
    rows.setContentsMargins(12, 12, 12, 12)
    rows.setSpacing(12)
    return rows


def is_alive(widget: QWidget) -> bool:
    """Whether a dialog is still open; one that Qt has deleted is not."""
    try:
        return widget.isVisible()
    except RuntimeError:
        return False
