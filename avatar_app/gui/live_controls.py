"""What keys, buttons and cards do to the session while it runs, and to the settings."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, pyqtSignal, pyqtSlot

from avatar_app.config import AppConfig, Background, MotionConfig, with_changes
from avatar_app.gui.actions import PANIC, KeyMap
from avatar_app.gui.all_keys import AllKeys
from avatar_app.gui.hotkey_sheet import HotkeySheet
from avatar_app.gui.hotkeys import Hotkeys, shown
from avatar_app.gui.language import tr
from avatar_app.gui.panels.camera_panel import shows_the_user
from avatar_app.gui.session_bridge import BACKGROUND
from avatar_app.gui.settings_form import SettingsForm
from avatar_app.live.status import Problem, SessionState, SessionStatus
from avatar_app.presets import Preset, PresetStore
from avatar_app.translatable import translatable

if TYPE_CHECKING:
    from avatar_app.gui.body import Body
    from avatar_app.gui.main_window import MainWindow

_FACE = translatable("Others will see your real face, in a red frame.")
_FACE_UNSEEN = translatable(
    "No program takes the picture now. One that does will show others your real face, in a red "
    "frame."
)
_FILM = translatable("Others will see the pictures that move the avatar, in a red frame.")
_FILM_UNSEEN = translatable(
    "No program takes the picture now. One that does will show others the pictures that move the "
    "avatar, in a red frame."
)
_OPEN = (SessionState.OPENING, SessionState.RUNNING, SessionState.PAUSED, SessionState.FAILED)


class LiveControls(QObject):
    """Joins keys, cover bar, scene card, presets and settings form with session and settings.

    ``adopted`` tells that the settings came from a preset or the form, so that every card has to
    be put where they say."""

    adopted = pyqtSignal(object)

    def __init__(
        self,
        window: "MainWindow",
        body: "Body",
        presets: Path,
    ) -> None:
        super().__init__(body)
        self._body = body
        self._cover = body.controls.cover
        self._window = window
        self._bridge = window.bridge
        self._store = window.store
        self._presets = PresetStore(presets)
        self._status = SessionStatus(SessionState.CLOSED)
        self._form: SettingsForm | None = None
        self._sheet: HotkeySheet | None = None
        self.hotkeys = Hotkeys(body.view, KeyMap(self._store.config.keys))
        self._everywhere = window.global_keys
        self._bridge.mirror_avatar = self._store.config.scene.mirror_avatar
        self._doing: dict[str, Callable[[], object]] = {
            PANIC: self.panic,
            "placeholder": self._cover.placeholder.click,
            "freeze": self._cover.freeze.click,
            "pass_through": body.controls.pass_through.click,
            "start": body.controls.start.click,
            "neutral": body.controls.neutral.click,
            "record": body.record.record.click,
            "pause_recording": body.record.pause.click,
            "snapshot": body.record.snapshot.click,
            "next": body.library.next,
            "previous": body.library.previous,
            "mirror_preview": body.camera.mirror.toggle,
            "mirror_input": body.scene.mirror_input.toggle,
            "mirror_output": body.scene.mirror_output.toggle,
            "mirror_avatar": body.scene.mirror_avatar.toggle,
            "graph": body.view.graph_button.click,
            "keys": self.show_keys,
            "settings": self.show_settings,
            "help": body.help.show,
            "quit": window.close,
        }
        self._connect()
        self._name_keys()
        self._name_pass_through()

    def load_presets(self) -> None:
        """Show what is kept; read aside."""
        self._presets_job(self._presets.list)

    def panic(self) -> None:
        """The placeholder at once; nothing while no session is open."""
        self._body.confirm.hide()
        self._bridge.panic()
        self.show_pass_through(False)

    @property
    def shows_settings(self) -> bool:
        """Whether the form of all settings is open."""
        return self._form is not None and self._form.isVisible()

    def show_keys(self) -> None:
        """Open the sheet of keys."""
        self._window.steps.run(self, self._open_keys())

    def show_settings(self) -> None:
        """Open the form of all settings."""
        self._window.steps.run(self, self._open_settings())

    def adopt(self, config: AppConfig) -> None:
        """Take settings over as a whole: save them, and let the running session have what it can
        have at once. Avatar, source and the output's size are not among that."""
        before = self._store.config
        parts = {name: getattr(config, name) for name in type(config).model_fields}
        self._store.change(**parts)
        self.adopted.emit(config)
        self._show_scene(before, config)
        self._bridge_motion(before, config)
        if _badge_and_words(config) != _badge_and_words(before):
            self._bridge.set_composer(config)

    def _open_keys(self) -> Iterator[None]:
        if self._sheet is None:
            keys = AllKeys(self.hotkeys.keys, self._everywhere.keys)
            sheet = HotkeySheet(keys, self._everywhere, self._body)
            yield from sheet.fill()
            sheet.changed.connect(self._on_keys_changed)
            self._sheet = sheet
            yield
        self._everywhere.look()
        self._sheet.show()
        self._sheet.raise_()
        self._sheet.activateWindow()

    def _open_settings(self) -> Iterator[None]:
        if self._form is None:
            form = SettingsForm(
                self._store.config,
                self._body,
                keeps_transparency=self._body.scene.keeps_transparency,
            )
            yield from form.fill()
            form.changed.connect(self._on_entered)
            card = form.calibrations
            form.forget_wanted.connect(
                lambda: self._bridge.forget_calibrations(card.show_deleted, card.show_problem)
            )
            self._form = form
            yield
        if not self._form.isVisible():
            self._form.show_config(self._store.config)
        self._form.show()
        self._form.raise_()
        self._form.activateWindow()

    def _connect(self) -> None:
        body = self._body
        self.hotkeys.pressed.connect(self._on_key)
        self._everywhere.pressed.connect(self._on_key_of_every_program)
        self._cover.placeholder_wanted.connect(self._bridge.set_placeholder)
        self._cover.freeze_wanted.connect(self._bridge.set_frozen)
        body.controls.pass_through_wanted.connect(self._on_pass_through_wanted)
        body.confirm.confirmed.connect(self._on_confirmed)
        body.cameras.changed.connect(self._on_source_changed)
        body.scene.changed.connect(self._on_scene_changed)
        body.presets.apply_wanted.connect(self._on_preset_wanted)
        body.presets.save_wanted.connect(self._on_preset_save)
        body.presets.rename_wanted.connect(self._on_preset_rename)
        body.presets.delete_wanted.connect(self._on_preset_delete)
        self._bridge.changed.connect(self._on_session_changed)

    def _on_key(self, name: str) -> None:
        if name.startswith("avatar_"):
            self._body.library.choose_place(int(name.removeprefix("avatar_")))
        else:
            self._doing[name]()

    @pyqtSlot(str)
    def _on_key_of_every_program(self, name: str) -> None:
        if self._sheet is None or not self._sheet.takes(name):
            self._on_key(name)

    def _on_pass_through_wanted(self, on: bool) -> None:
        """Off at once; on only after the question, each time."""
        if on:
            self._body.controls.show_pass_through(False)
            self._body.confirm.word(*self._pass_through_question())
            self._body.confirm.ask()
            return
        self._body.confirm.hide()
        self._bridge.set_pass_through(False)
        self.show_pass_through(False)

    def _on_source_changed(self) -> None:
        """What was agreed to of one source does not hold for another."""
        if self._body.controls.pass_through.isChecked():
            self._on_pass_through_wanted(False)
        self._body.confirm.hide()
        self._name_pass_through()

    @property
    def _shows_the_user(self) -> bool:
        return shows_the_user(self._body.cameras.word)

    def _name_pass_through(self) -> None:
        self._body.controls.name_pass_through(is_face=self._shows_the_user)
        self._body.others.name_original(is_face=self._shows_the_user)

    def _pass_through_question(self) -> tuple[str, str]:
        """What would be seen, and by whom, with the answer."""
        seen = _is_taken(self._bridge.status() or self._status)
        if self._shows_the_user:
            question = _FACE if seen else _FACE_UNSEEN
            return tr(question), tr("Show my fac&e")
        return tr(_FILM if seen else _FILM_UNSEEN), tr("Show th&e original")

    def _on_confirmed(self) -> None:
        if self._status.state not in _OPEN:
            return
        self._bridge.set_pass_through(True)
        self.show_pass_through(True)

    def show_pass_through(self, on: bool) -> None:
        """Put the switch and the red frame where the session is."""
        self._body.controls.show_pass_through(on)
        self._body.view.show_pass_through(on)

    def _on_session_changed(self, status: SessionStatus) -> None:
        self._status = status
        self._cover.show_status(status)
        if status.state not in _OPEN:
            self._body.confirm.hide()

    def _on_entered(self, shown: AppConfig, entered: AppConfig) -> None:
        """What was not touched in the form may have been changed beside it."""
        self.adopt(with_changes(self._store.config, shown, entered))

    def _on_scene_changed(self, config: AppConfig) -> None:
        before = self._store.config
        source = before.source.model_copy(update={"mirror": config.source.mirror})
        output = before.output.model_copy(update={"mirror": config.output.mirror})
        after = self._store.change(scene=config.scene, source=source, output=output)
        self._show_scene(before, after)

    def _show_scene(self, before: AppConfig, after: AppConfig) -> None:
        run = self._body.run_config()
        if after.source.mirror != before.source.mirror:
            self._bridge.set_mirror_input(run)
        if after.scene.mirror_avatar != before.scene.mirror_avatar:
            self._bridge.mirror_avatar = after.scene.mirror_avatar
            self._bridge.set_avatar(run.avatar)
        same = after.scene.model_copy(update={"mirror_avatar": before.scene.mirror_avatar})
        if same != before.scene or after.output.mirror != before.output.mirror:
            self._bridge.set_scene(
                run,
                lambda _: self._body.messages.clear_of(BACKGROUND),
                lambda problem: self._on_scene_refused(before, after, problem),
            )

    def _on_scene_refused(self, before: AppConfig, after: AppConfig, problem: Problem) -> None:
        """The session has kept the background it had; so do the settings, unless it was changed
        again. What else came with it is given to the session once more."""
        self._body.messages.clear_of(BACKGROUND)
        self._window.show_problem(problem)
        now = self._store.config
        if _background(now) != _background(after):
            return
        kept = _background(before)
        if kept == _background(after):  # It was there once, and has gone.
            kept = {**kept, "background": Background.ORIGINAL}
        self._store.change(scene=now.scene.model_copy(update=kept))
        self._body.scene.show_config(self._store.config)
        self._bridge.set_scene(self._body.run_config(), lambda _: None, self._window.show_problem)

    def _bridge_motion(self, before: AppConfig, after: AppConfig) -> None:
        run = self._body.run_config()
        if after.motion.smoothing != before.motion.smoothing:
            self._bridge.set_tracker(run)
        if _engine_parts(after) != _engine_parts(before):
            self._bridge.set_engine(run)

    def _on_keys_changed(self, keys: AllKeys) -> None:
        self.hotkeys.use(keys.window)
        if keys.everywhere.keys != self._everywhere.keys.keys:
            self._body.messages.clear_of("keys")
            self._everywhere.use(keys.everywhere)
        self._store.change(keys=keys.window.changed, global_keys=keys.everywhere.keys)
        self._name_keys()

    def _name_keys(self) -> None:
        """Buttons say their keys."""
        body, keys = self._body, self.hotkeys.keys
        for name, button, words in (
            ("placeholder", self._cover.placeholder, tr("Be right back")),
            ("freeze", self._cover.freeze, tr("Freeze")),
            ("neutral", body.controls.neutral, tr("Set neutral pose")),
        ):
            key = keys.key(name)
            button.setText(f"{words} ({shown(key)})" if key else words)
        graph = shown(keys.key("graph"))
        body.view.graph_button.setToolTip(tr("Where the delay comes from ({key})", key=graph))
        body.record.show_keys(keys.key("record"), keys.key("pause_recording"), keys.key("snapshot"))
        body.controls.start.setToolTip(
            tr("Start or stop the avatar ({key})", key=shown(keys.key("start")))
        )

    def _on_preset_wanted(self, preset: Preset) -> None:
        self.adopt(preset.applied(self._store.config))

    def _on_preset_save(self, name: str) -> None:
        config = self._body.run_config()
        self._presets_job(lambda: self._presets.save(name, config), name)

    def _on_preset_rename(self, name: str, new: str) -> None:
        self._presets_job(lambda: self._presets.rename(name, new), new)

    def _on_preset_delete(self, name: str) -> None:
        self._presets_job(lambda: self._presets.delete(name))

    def _presets_job(self, job: Callable[[], tuple[Preset, ...]], chosen: str = "") -> None:
        panel = self._body.presets
        self._bridge.look.submit(
            job,
            lambda presets: panel.show_presets(presets, " ".join(chosen.split())),
            self._bridge.failed.emit,
            where="presets",
        )


def _is_taken(status: SessionStatus) -> bool:
    """Whether an output takes the pictures now; the rate of the first moments is not known yet."""
    in_trouble = any(problem.where == "sink" for problem in status.problems)
    return status.sent_fps > 0 or (status.sent > 0 and not in_trouble)


def _engine_parts(config: AppConfig) -> tuple[object, ...]:
    motion: MotionConfig = config.motion.model_copy(update={"smoothing": 0.0})
    return config.engine, motion, config.fomm, config.runtime


def _background(config: AppConfig) -> dict[str, object]:
    scene = config.scene
    return {"background": scene.background, "colour": scene.colour, "picture": scene.picture}


def _badge_and_words(config: AppConfig) -> tuple[object, ...]:
    return config.output.badge, config.language
