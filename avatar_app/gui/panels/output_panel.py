"""What others see, in words: the virtual camera, or why there is none and what mends it."""

from collections.abc import Mapping, Sequence

from PyQt6.QtCore import pyqtSignal, pyqtSlot
from PyQt6.QtWidgets import QPushButton, QWidget

from avatar_app.config import OutputConfig
from avatar_app.gui.copying import copy_text
from avatar_app.gui.language import tr
from avatar_app.gui.panels.form import Card, apart, fix_in, label
from avatar_app.live.status import Problem, SessionState, SessionStatus
from avatar_app.outputs import is_camera
from avatar_app.outputs.base import StreamSpec
from avatar_app.outputs.standby import StandbyPhase, StandbyState
from avatar_app.translatable import translatable
from avatar_app.types import Outcome

_SHUT = (SessionState.CLOSED, SessionState.CLOSING)
_NO_PICTURE = ("", Outcome.PLACEHOLDER, Outcome.FAILED)
_NOW = {
    SessionState.CLOSED: translatable("Now: the card “Be right back”."),
    SessionState.CLOSING: translatable("Now: the card “Be right back”."),
    SessionState.OPENING: translatable("Now: a card, while the avatar gets ready."),
    SessionState.PAUSED: translatable("Now: the card “Paused”."),
    SessionState.FAILED: translatable("Now: a card, until what is wrong is mended."),
}
_NOBODY = translatable("Nothing. Only you see the avatar, in this window.")
_AVATAR = translatable("Now: your avatar.")
_STILL = translatable("Now: a still picture of your avatar.")
_REAL_FACE = translatable("Now: your real face, in a red frame.")
_ORIGINAL = translatable("Now: the original, in a red frame.")
_SOME_CARD = translatable("Now: a card, until there is a picture again.")


class OutputPanel(Card):
    """Reads the session's status and the state of the cameras that stay open between sessions;
    the reasons can be selected and copied. ``again_wanted`` asks to open those anew."""

    again_wanted = pyqtSignal()

    def __init__(
        self,
        outputs: Sequence[str],
        config: OutputConfig,
        cameras: Mapping[str, StandbyState],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(tr("Others see"), parent)
        self._outputs = tuple(outputs)
        self._spec = StreamSpec.of(config)
        self._status = SessionStatus(SessionState.CLOSED)
        self._is_face = True
        self._fix = ""
        self._cameras = dict(cameras)
        self.state = label("", "figure", wrap=True)
        self.now = label("", "plain", wrap=True)
        self.reason = label("", "muted", wrap=True, selectable=True)
        self.commands = label("", "command", wrap=True, selectable=True)
        self.again = QPushButton(tr("Try again"))
        self.copy = QPushButton(tr("Copy the fix"))

        self.rows.addWidget(self.state)
        self.rows.addWidget(self.now)
        self.rows.addWidget(self.reason)
        self.rows.addWidget(self.commands)
        self.rows.addWidget(self.again)
        self.rows.addWidget(self.copy)

        self.again.clicked.connect(self.again_wanted)
        self.copy.clicked.connect(lambda: copy_text(self._fix, self.copy))
        self._show()

    def show_status(self, status: SessionStatus) -> None:
        """Put the session's state into words."""
        self._status = status
        self._show()

    def name_original(self, *, is_face: bool) -> None:
        """Whether pass-through shows the user's face, or a film that moves the avatar."""
        self._is_face = is_face
        self._show()

    @pyqtSlot(str, object)
    def show_camera(self, word: str, state: StandbyState) -> None:
        """Put the state of the camera of that output into words."""
        self._cameras[word] = state
        self._show()

    def show_config(self, config: OutputConfig) -> None:
        """Size and rate that are asked for from now on."""
        self._spec = StreamSpec.of(config)
        self._show()

    @property
    def _is_live(self) -> bool:
        return self._status.state not in _SHUT

    def _show(self) -> None:
        troubles = self._troubles()
        state, now, reasons = self._words(troubles)
        self.state.setText(state)
        self.now.setText(now)
        self.now.setVisible(bool(now))
        self.reason.setText("\n".join(reasons))
        self.reason.setVisible(bool(reasons))
        hints = [tr(problem.hint) for problem in troubles]
        commands = [apart(hint)[1] for hint in hints]
        self.commands.setText("\n".join(filter(None, commands)))
        fixes = (fix_in(hint) for hint, found in zip(hints, commands, strict=True) if found)
        self._fix = "\n".join(dict.fromkeys(fixes))
        for part in (self.commands, self.copy):
            part.setVisible(any(commands))
        self.again.setVisible(bool(troubles) and not self._is_live)

    def _troubles(self) -> list[Problem]:
        if self._is_live or not self._kept(StandbyPhase.FAILED):
            return [problem for problem in self._status.problems if problem.where == "sink"]
        errors = [state.error for state in self._kept(StandbyPhase.FAILED)]
        return [Problem("sink", error.message, error.hint) for error in errors if error]

    def _words(self, troubles: Sequence[Problem]) -> tuple[str, str, list[str]]:
        """What others see, what that is now, and what else there is to say."""
        if not self._outputs:
            return tr(_NOBODY), "", [tr("No output was asked for.")]
        if troubles:
            if self._is_live:
                return tr(_NOBODY), "", _reasons(troubles)
            return tr("No virtual camera yet."), "", _reasons(troubles)
        cameras = self._kept(StandbyPhase.CARD, StandbyPhase.LENT)
        if cameras:
            return self._camera_words(cameras)
        if self._kept(StandbyPhase.OPENING) and not self._is_live:
            return tr("Opening the virtual camera…"), "", []
        return self._plain_words()

    def _camera_words(self, cameras: Sequence[StandbyState]) -> tuple[str, str, list[str]]:
        camera = ", ".join(state.title for state in cameras)
        spec = cameras[0].spec
        more = [tr("Choose {camera} as the camera in Zoom, Meet, Teams or OBS.", camera=camera)]
        more.append(tr("Is it not listed there? Restart that program, or reload the page."))
        others = ", ".join(_name(word) for word in self._outputs if not is_camera(word))
        if others and self._is_live:
            more.append(tr("Also: {others}", others=others))
        elif others:
            more.append(tr("After Start also: {others}", others=others))
        if spec != self._spec:
            more.append(tr("{mode} from the next start on.", mode=_mode(self._spec)))
        state = tr("Zoom sees: {camera} {mode}", camera=camera, mode=_mode(spec))
        return state, tr(self._now()), more

    def _plain_words(self) -> tuple[str, str, list[str]]:
        names = ", ".join(_name(word) for word in self._outputs)
        what = tr("{outputs} {mode}", outputs=names, mode=_mode(self._spec))
        if not self._is_live:
            return tr("Nothing yet."), "", [tr("After Start: {what}", what=what)]
        how = tr("Choose it as the camera in Zoom, Meet, Teams or OBS.")
        return what, tr(self._now()), [how] if any(map(is_camera, self._outputs)) else []

    def _now(self) -> str:
        status = self._status
        if status.state is not SessionState.RUNNING:
            return _NOW[status.state]
        if status.placeholder:
            return _NOW[SessionState.CLOSED]
        if status.frozen:
            return _STILL
        if status.pass_through:
            return _REAL_FACE if self._is_face else _ORIGINAL
        return _SOME_CARD if status.outcome in _NO_PICTURE else _AVATAR

    def _kept(self, *phases: StandbyPhase) -> list[StandbyState]:
        return [state for state in self._cameras.values() if state.phase in phases]


def _reasons(troubles: Sequence[Problem]) -> list[str]:
    return [f"{tr(p.message)}\n{apart(tr(p.hint))[0]}".strip() for p in troubles]


def _mode(spec: StreamSpec) -> str:
    return f"{spec.width}×{spec.height}@{spec.fps}"


def _name(word: str) -> str:
    kind, _, rest = word.partition(":")
    if kind == "vcam":
        return tr("Avatar Camera ({device})", device=rest) if rest else tr("Avatar Camera")
    return tr("file {path}", path=rest) if rest else word
