"""Where the window asks for help: it opens the pages, and knows which messages they explain."""

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QWidget

from avatar_app.gui.help_dialog import HelpDialog
from avatar_app.gui.help_entries import HelpPage, entries_of, entry_for, read_page


class HelpDesk(QObject):
    """One dialog, made when it is first needed. ``keys_wanted`` is the dialog's."""

    keys_wanted = pyqtSignal()

    def __init__(self, body: QWidget) -> None:
        super().__init__(body)
        self._body = body
        self._dialog: HelpDialog | None = None
        self._entries = entries_of(read_page(HelpPage.TROUBLESHOOTING))

    def explains(self, message: str) -> bool:
        """Whether there is an entry for a message of the program, in English."""
        return entry_for(message, self._entries) is not None

    def show(self) -> None:
        """Open the help where it was left."""
        if self._dialog is None:
            self._open().show_page(HelpPage.GUIDE)
        self._open()

    def show_entry(self, message: str) -> None:
        """Open the entry that explains the message, the beginning of its page where none does."""
        entry = entry_for(message, self._entries) or ""
        self._open().show_page(HelpPage.TROUBLESHOOTING, entry)

    def _open(self) -> HelpDialog:
        if self._dialog is None:
            self._dialog = HelpDialog(self._body)
            self._dialog.keys_wanted.connect(self.keys_wanted)
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()
        return self._dialog
