"""Where the window asks for help: it opens the pages, and knows which messages they explain."""

from collections.abc import Iterator

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QWidget

from avatar_app.gui.help_dialog import HelpDialog
from avatar_app.gui.help_entries import HelpPage, entries_of, entry_for, read_page
from avatar_app.gui.in_steps import InSteps


class HelpDesk(QObject):
    """One dialog, made when it is first needed. ``keys_wanted`` is the dialog's."""

    keys_wanted = pyqtSignal()

    def __init__(self, body: QWidget, steps: InSteps) -> None:
        super().__init__(body)
        self._steps = steps
        self._body = body
        self._dialog: HelpDialog | None = None
        self._entries = entries_of(read_page(HelpPage.TROUBLESHOOTING))

    def explains(self, message: str) -> bool:
        """Whether there is an entry for a message of the program, in English."""
        return entry_for(message, self._entries) is not None

    def show(self) -> None:
        """Open the guide; help that is open already comes to the front as it is."""
        self._steps.run(self, self._open(None))

    def show_entry(self, message: str) -> None:
        """Open the entry that explains the message, the beginning of its page where none does."""
        self._steps.run(self, self._open(entry_for(message, self._entries) or ""))

    def _open(self, entry: str | None) -> Iterator[None]:
        was_open = self._dialog is not None and self._dialog.isVisible()
        if self._dialog is None:
            dialog = HelpDialog(self._body)
            dialog.keys_wanted.connect(self.keys_wanted)
            yield from dialog.fetch_pictures()
            self._dialog = dialog
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()
        if entry is not None:
            self._dialog.show_page(HelpPage.TROUBLESHOOTING, entry)
        elif not was_open:
            self._dialog.show_page(HelpPage.GUIDE)
