"""Which engine, model and runtime are chosen, and who is told."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from avatar_app.config import AppConfig, Paste, Runtime
from avatar_app.gui.choices import LANDMARK_WARP, EngineChoice, RuntimeChoice
from avatar_app.gui.panels.engine_panel import EnginePanel
from avatar_app.gui.session_bridge import SessionBridge
from avatar_app.gui.settings_store import SettingsStore


class EngineChooser(QObject):
    """Joins the engine panel with the session and the settings.

    An engine named on the command line holds until another is chosen, and is not remembered.
    Runtimes are looked for only when networks are to run; ``chosen`` tells of a change."""

    chosen = pyqtSignal()

    def __init__(
        self,
        panel: EnginePanel,
        bridge: SessionBridge,
        store: SettingsStore,
        named: str | None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._panel = panel
        self._bridge = bridge
        self._store = store
        self._named = named
        self._probed = False
        config = store.config
        panel.choose(_configured(config, named), config.runtime.word.value, config.fomm.paste.value)
        panel.engine_chosen.connect(self._on_engine_chosen)
        panel.runtime_chosen.connect(self._on_runtime_chosen)
        panel.paste_chosen.connect(self._on_paste_chosen)
        panel.model_offered.connect(self._on_model_offered)
        panel.refresh_wanted.connect(bridge.list_engines)
        bridge.engines_listed.connect(self._on_engines_listed)
        bridge.runtimes_listed.connect(self._on_runtimes_listed)

    @property
    def named(self) -> str | None:
        """The engine named for this run."""
        return self._named

    def look(self) -> None:
        """Ask what there is, aside; after the first paint."""
        self._bridge.list_engines()
        self._look_for_runtimes()

    def show_config(self, config: AppConfig) -> None:
        """Put the panel where the settings say; an engine named for this run is forgotten."""
        self._named = None
        word, paste = config.runtime.word.value, config.fomm.paste.value
        self._panel.choose(_configured(config, None), word, paste)
        self._look_for_runtimes()

    def applied(self, config: AppConfig) -> AppConfig:
        """The settings with the engine named for this run."""
        return config if self._named is None else config.model_copy(update={"engine": self._named})

    def _look_for_runtimes(self) -> None:
        if self._panel.engine.networks and not self._probed:
            self._probed = True
            self._bridge.list_runtimes()

    def _on_engines_listed(self, engines: Sequence[EngineChoice]) -> None:
        self._panel.set_engines(engines)

    @pyqtSlot(object)
    def _on_runtimes_listed(self, runtimes: Sequence[RuntimeChoice]) -> None:
        self._panel.set_runtimes(runtimes)

    def _on_engine_chosen(self, engine: EngineChoice) -> None:
        self._named = None
        parts: dict[str, Any] = {"engine": engine.word}
        if engine.model:
            parts["fomm"] = self._store.config.fomm.model_copy(update={"model": engine.model})
        self._look_for_runtimes()
        self._change(**parts)

    def _on_model_offered(self, path: str) -> None:
        from avatar_app.gui.model_import import ModelImportDialog
        from avatar_app.paths import models_dir

        dialog = ModelImportDialog(Path(path), models_dir(), self._panel)
        dialog.imported.connect(lambda _name: self._bridge.list_engines())
        dialog.show()

    def _on_runtime_chosen(self, word: str) -> None:
        runtime = self._store.config.runtime.model_copy(update={"word": Runtime(word)})
        self._change(runtime=runtime)

    def _on_paste_chosen(self, word: str) -> None:
        self._change(fomm=self._store.config.fomm.model_copy(update={"paste": Paste(word)}))

    def _change(self, **parts: Any) -> None:
        before = self._store.config
        if self._store.change(**parts) != before:
            self.chosen.emit()


def _configured(config: AppConfig, named: str | None) -> EngineChoice:
    """The engine of the settings, before it is known what is installed."""
    word = named or config.engine
    if word == LANDMARK_WARP.word:
        return LANDMARK_WARP
    model = config.fomm.model if word == "fomm" else ""
    title = f"FOMM: {model}".strip(": ") if word == "fomm" else word
    return EngineChoice(word, title, model, networks=word == "fomm")
