"""What draws the avatar and where it runs: the choices, and in words what really happens."""

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QSize, QStandardPaths, Qt, pyqtSignal
from PyQt6.QtGui import QStandardItemModel
from PyQt6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QLabel,
    QPushButton,
    QStyleOptionComboBox,
    QWidget,
)

from avatar_app.config import FommConfig, Paste, Runtime, RuntimeConfig
from avatar_app.gui.choices import EngineChoice, RuntimeChoice
from avatar_app.gui.language import decimal, tr
from avatar_app.gui.panels.folder_memory import FolderMemory
from avatar_app.gui.panels.form import Card, ChoiceBox, label
from avatar_app.gui.value_words import value_words
from avatar_app.live.status import SessionState, SessionStatus
from avatar_app.translatable import translatable

_AUTO = RuntimeChoice(Runtime.AUTO.value, translatable("Automatic"))
_SHUT = (SessionState.CLOSED, SessionState.CLOSING, SessionState.FAILED)
_WIDEST_LIST = 680
_CPU_ALONE = translatable("CPU; it needs no neural network")
_TITLE = Qt.ItemDataRole.UserRole + 1


class EnginePanel(Card):
    """What cannot be used is shown and cannot be chosen; a choice of the settings that cannot be
    used stays chosen, and the reason stands below. Rows that only networks need are hidden while
    none is chosen."""

    engine_chosen = pyqtSignal(object)
    runtime_chosen = pyqtSignal(str)
    paste_chosen = pyqtSignal(str)
    refresh_wanted = pyqtSignal()
    model_offered = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Engine"), parent)
        self._folders = FolderMemory(QStandardPaths.StandardLocation.DownloadLocation)
        self._engines: tuple[EngineChoice, ...] = ()
        self._runtimes: tuple[RuntimeChoice, ...] = (_AUTO,)
        self._status = SessionStatus(SessionState.CLOSED)
        self.box = _ListBox(tr("What draws the avatar"))
        self.runtime = _ListBox(_title(RuntimeConfig, "word"))
        self.paste = _ListBox(_title(FommConfig, "paste"))
        for paste in Paste:
            self.paste.addItem(tr(value_words(paste)), paste.value)
        self.import_model = QPushButton(tr("Import a model…"))
        self.import_model.setProperty("role", "quiet")
        self.import_model.setToolTip(tr("Networks that draw the avatar, from a file or a folder"))
        self._runtime_name = _name(tr("R&untime"), self.runtime)
        self._paste_name = _name(tr("Sho&w"), self.paste)
        self.cost = label("", "muted", wrap=True, selectable=True)
        self.runs = label("", "muted", wrap=True, selectable=True)
        self.notes = label("", "muted", wrap=True, selectable=True)
        self.reason = label("", "muted", wrap=True, selectable=True)

        self.rows.addWidget(self.box)
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._runtime_name, 0, 0)
        grid.addWidget(self.runtime, 0, 1)
        grid.addWidget(self._paste_name, 1, 0)
        grid.addWidget(self.paste, 1, 1)
        self.rows.addLayout(grid)
        for words in (self.cost, self.runs, self.notes, self.reason):
            self.rows.addWidget(words)
        self.rows.addWidget(self.import_model, 0, Qt.AlignmentFlag.AlignLeft)

        self.box.activated.connect(self._on_engine_activated)
        self.runtime.activated.connect(self._on_runtime_activated)
        self.paste.activated.connect(self._on_paste_activated)
        self.box.opened.connect(self.refresh_wanted)
        self.import_model.clicked.connect(self._on_import)

    @property
    def engine(self) -> EngineChoice:
        """The chosen engine."""
        key = self.box.currentData()
        return next(choice for choice in self._engines if choice.key == key)

    def choose(self, engine: EngineChoice, runtime: str, paste: str) -> None:
        """Select without announcing it; an engine that is not listed yet is added."""
        if all(choice.key != engine.key for choice in self._engines):
            self._engines = (*self._engines, engine)
        self._fill(engine.key, runtime)
        self.paste.setCurrentIndex(self.paste.findData(paste))
        self._show()

    def set_engines(self, engines: Sequence[EngineChoice]) -> None:
        """Show these engines; the choice stays, also when it has gone."""
        chosen = self.engine
        listed = any(choice.key == chosen.key for choice in engines)
        found = tuple(engines) if listed else (*engines, chosen)
        if found != self._engines:
            self._engines = found
            self._fill(chosen.key, self._runtime_word)
            self._show()

    def set_runtimes(self, runtimes: Sequence[RuntimeChoice]) -> None:
        """Show these runtimes below the automatic choice."""
        self._runtimes = (_AUTO, *runtimes)
        self._fill(self.engine.key, self._runtime_word)
        self._show()

    def show_status(self, status: SessionStatus) -> None:
        """Put into words what draws the avatar now."""
        self._status = status
        self._show()

    @property
    def _runtime_word(self) -> str:
        return str(self.runtime.currentData())

    def _fill(self, engine: str, runtime: str) -> None:
        """What an engine costs depends on the runtime, and the other way round."""
        rows = [
            _Row(c.key, tr(c.title), tr(c.why_not), tr(c.mend), c.cost(runtime))
            for c in self._engines
        ]
        self.box.fill(rows, engine)
        self._fill_runtimes(runtime)

    def _fill_runtimes(self, chosen: str) -> None:
        costs = dict(self.engine.costs)
        rows = [
            _Row(c.word, tr(c.title), tr(c.why_not), tr(c.mend), costs.get(c.word))
            for c in self._runtimes
        ]
        if chosen not in [row.data for row in rows]:
            rows.append(_Row(chosen, chosen.capitalize()))
        self.runtime.fill(rows, chosen)

    def _show(self) -> None:
        engine = self.engine
        for row in (self.runtime, self._runtime_name, self.paste, self._paste_name):
            row.setVisible(engine.networks)
        _tell(self.cost, self._cost_words(engine))
        _tell(self.runs, self._running_words(engine))
        _tell(self.notes, "\n".join(map(tr, self._status.notes)))
        _tell(self.reason, "\n".join(self._reasons(engine)))
        self.box.setToolTip(tr(engine.description))

    def _cost_words(self, engine: EngineChoice) -> str:
        ms = engine.cost(self._runtime_word)
        return "" if ms is None else tr("About {ms} ms a picture here.", ms=_rounded(ms))

    def _running_words(self, engine: EngineChoice) -> str:
        status, info = self._status, self._status.engine
        if status.state in _SHUT:
            return ""
        if status.preparing or info is None:
            return tr("Getting {engine} ready…", engine=tr(engine.title)) if engine.networks else ""
        if info.name != engine.word:
            return tr("Still working: {engine}.", engine=tr(info.title))
        return tr("Runs on: {runtime}", runtime=tr(info.runtime or _CPU_ALONE))

    def _reasons(self, engine: EngineChoice) -> list[str]:
        """Why the choice cannot be used, or why another engine cannot be chosen."""
        unusable = [c for c in self._engines if c.why_not]
        told = [engine] if engine.why_not else unusable
        runtime = [c for c in self._runtimes if c.word == self.runtime.currentData() and c.why_not]
        sentences = [(c.why_not, c.mend) for c in told]
        sentences += [(c.why_not, c.mend) for c in runtime if engine.networks]
        return [part for sentence in sentences for part in map(tr, sentence) if part]

    def _on_engine_activated(self, _index: int) -> None:
        self._fill(self.engine.key, self._runtime_word)
        self._show()
        self.engine_chosen.emit(self.engine)

    def _on_runtime_activated(self, _index: int) -> None:
        self._fill(self.engine.key, self._runtime_word)
        self._show()
        self.runtime_chosen.emit(self.runtime.currentData())

    def _on_import(self) -> None:
        kinds = "*.toml *.pth *.pt *.ckpt *.tar"
        choice = f"{tr('Models')} ({kinds});;{tr('All files')} (*)"
        title = tr("Choose a model’s card (.toml) or a checkpoint")
        dialog = QFileDialog(self.window(), title, "", choice)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._folders.serve(dialog)
        dialog.fileSelected.connect(self.model_offered)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def _on_paste_activated(self, _index: int) -> None:
        self.paste_chosen.emit(self.paste.currentData())


@dataclass(frozen=True, slots=True)
class _Row:
    """An entry: its data and title, why it cannot be chosen, what mends that, what it costs."""

    data: str
    title: str
    why_not: str = ""
    mend: str = ""
    ms: float | None = None

    @property
    def words(self) -> str:
        """The entry in the open list."""
        if self.why_not:
            named = self.why_not.startswith(self.title)
            return self.why_not if named else f"{self.title} – {self.why_not}"
        if self.ms is None:
            return self.title
        return tr("{title} – about {ms} ms a picture here", title=self.title, ms=_rounded(self.ms))

    @property
    def tip(self) -> str:
        """What is said of it when the pointer rests on it."""
        if self.why_not:
            return f"{self.why_not} {self.mend}".strip()
        if self.ms is not None or self.data == _AUTO.word:
            return ""
        return tr("Not measured here yet: it is when it runs.")


class _ListBox(ChoiceBox):
    """A list whose unusable entries are shown with the reason and cannot be chosen. Closed it
    shows the title alone."""

    opened = pyqtSignal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)

    def showPopup(self) -> None:  # noqa: N802 - Qt's name
        self.opened.emit()
        super().showPopup()

    def fill(self, rows: Sequence[_Row], chosen: str) -> None:
        """Show these entries; the one with this data is the chosen one."""
        view = self.view()
        was_open = bool(view and view.isVisible())
        self.blockSignals(True)
        self.clear()
        for place, row in enumerate(rows):
            lost = bool(row.why_not)
            self.addItem(row.title if lost and row.data == chosen else row.words, row.data)
            self.setItemData(place, row.title, _TITLE)
            self.setItemData(place, row.tip, Qt.ItemDataRole.ToolTipRole)
            self._set_usable(place, not lost)
        self.setCurrentIndex(self.findData(chosen))
        self.blockSignals(False)
        if view is not None:
            view.setTextElideMode(Qt.TextElideMode.ElideRight)
            view.setMinimumWidth(min(view.sizeHintForColumn(0) + 24, _WIDEST_LIST))
        if was_open:
            super().showPopup()

    def initStyleOption(self, option: QStyleOptionComboBox | None) -> None:  # noqa: N802 - Qt's name
        super().initStyleOption(option)
        if option is not None:
            option.currentText = self.currentData(_TITLE) or self.currentText()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return self.minimumSizeHint()

    def _set_usable(self, row: int, usable: bool) -> None:
        model = self.model()
        if isinstance(model, QStandardItemModel) and (item := model.item(row)) is not None:
            item.setEnabled(usable)


def _name(text: str, widget: QWidget) -> QLabel:
    words = QLabel(text)
    words.setBuddy(widget)
    return words


def _rounded(ms: float) -> str:
    return decimal(ms, 0 if ms >= 10 else 1)


def _tell(words: QLabel, text: str) -> None:
    words.setText(text)
    words.setVisible(bool(text))


def _title(section: type[RuntimeConfig] | type[FommConfig], name: str) -> str:
    return tr(section.model_fields[name].title or name)
