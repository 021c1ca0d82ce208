"""The doctor's report in the window: what works here, and for the rest what mends it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from avatar_app.doctor.check import Check, Verdict
from avatar_app.gui.background import Background
from avatar_app.gui.copying import copy_text
from avatar_app.gui.in_steps import InSteps
from avatar_app.gui.language import told, tr
from avatar_app.gui.panels.form import apart, fix_in, label
from avatar_app.live.status import Problem
from avatar_app.translatable import translatable

Looks = Callable[[], Sequence[Check]]

_SIGNS = {Verdict.OK: "✓", Verdict.WARN: "!", Verdict.FAIL: "✕", Verdict.ABSENT: "–"}
_LEVELS = {
    Verdict.OK: "good",
    Verdict.WARN: "warn",
    Verdict.FAIL: "refuse",
    Verdict.ABSENT: "absent",
}
_WORDS = {
    Verdict.OK: translatable("Works"),
    Verdict.WARN: translatable("Part of the program will not work"),
    Verdict.FAIL: translatable("The program cannot work"),
    Verdict.ABSENT: translatable("Not here, and nothing is wrong with that"),
}
_ORDER = (Verdict.FAIL, Verdict.WARN, Verdict.OK, Verdict.ABSENT)
"""What is to be mended stands first."""

NAME = "doctor"
"""The dialog's object name."""

_BUSY = translatable("Looking at this machine; each runtime is tried and timed…")
_TESTING = translatable("Sending a moving card to the virtual camera and reading it back…")
_FILE = "avatar-diagnostics.zip"
_ROWS_AT_ONCE = 4


def _look() -> Sequence[Check]:
    from avatar_app.doctor import checks

    return checks()


def _test_camera() -> Sequence[Check]:
    from avatar_app.doctor.camera_test import camera_test

    return [camera_test()]


class DoctorDialog(QDialog):
    """Never modal, and never waits: the report is made in a thread of its own. What is still
    being looked at when it closes ends in its thread and is forgotten. The camera is tested within
    ``set_aside``, where nobody else of this program has it."""

    def __init__(
        self,
        parent: QWidget | None = None,
        look: Looks = _look,
        test: Looks = _test_camera,
        set_aside: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        super().__init__(parent)
        self._look, self._test, self._set_aside = look, test, set_aside
        self._found: list[Check] = []
        self.lane = Background("window-doctor", self)
        self.steps = InSteps(self)
        self.summary = label("", "heading", wrap=True, selectable=True)
        self.busy = QProgressBar()
        self.again = QPushButton(tr("&Run again"))
        self.camera = QPushButton(tr("&Test virtual camera"))
        self.save = QPushButton(tr("&Save bundle…"))
        self.shut = QPushButton(tr("&Close"))
        self.rows = QVBoxLayout()
        self._list = QScrollArea()

        self.setWindowTitle(tr("Check this machine"))
        self.setObjectName(NAME)
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(720, 640)
        self.summary.setAccessibleName(tr("Result"))
        self.busy.setRange(0, 0)
        self.busy.setTextVisible(False)
        self.busy.setAccessibleName(tr("Looking at this machine"))
        self.camera.setToolTip(tr("Stop the session first: the camera takes one sender."))
        self.save.setToolTip(tr("A file to send to whoever helps, without pictures and names."))
        self._lay_out()

        self.again.clicked.connect(self.run)
        self.camera.clicked.connect(self._on_camera)
        self.save.clicked.connect(self._on_save)
        self.shut.clicked.connect(self.reject)
        self.run()

    @property
    def found(self) -> tuple[Check, ...]:
        """The lines that are shown."""
        return tuple(self._found)

    def run(self) -> None:
        """Look at everything anew."""
        self._wait_for(self._look, self._on_found, _BUSY)

    def write_bundle(self, path: Path) -> None:
        """Write what is shown, with settings and log, into a ZIP file."""
        found = tuple(self._found)

        def write() -> Path:
            from avatar_app.doctor.bundle import write_bundle

            write_bundle(path, found)
            return path

        self._set_busy(tr("Writing the bundle…"))
        self.lane.submit(write, self._on_written, self._on_failed)

    def done(self, result: int) -> None:
        """However it closes, its thread ends."""
        self.lane.close()
        super().done(result)

    def _lay_out(self) -> None:
        body = QWidget()
        body.setObjectName("body")
        inner = QVBoxLayout(body)
        inner.setContentsMargins(0, 0, 8, 0)
        self.rows.setSpacing(8)
        inner.addLayout(self.rows)
        inner.addStretch(1)
        scroll = self._list
        scroll.setWidget(body)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Every line has a button to go to.
        scroll.setAccessibleName(tr("What was found"))
        buttons = QHBoxLayout()
        for button in (self.again, self.camera, self.save):
            buttons.addWidget(button)
            button.setAutoDefault(False)
        buttons.addStretch(1)
        buttons.addWidget(self.shut)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 14, 16, 14)
        whole.setSpacing(12)
        whole.addWidget(self.summary)
        whole.addWidget(self.busy)
        whole.addWidget(scroll, 1)
        whole.addLayout(buttons)

    def _wait_for(self, job: Looks, done: Callable[[Sequence[Check]], None], sentence: str) -> None:
        self._set_busy(tr(sentence))
        self.lane.submit(job, done, self._on_failed)

    def _set_busy(self, sentence: str) -> None:
        self.summary.setText(sentence)
        self._enable(False)

    def _enable(self, idle: bool) -> None:
        self.busy.setVisible(not idle)
        for button in (self.again, self.camera, self.save):
            button.setEnabled(idle)

    def _on_found(self, found: Sequence[Check]) -> None:
        self._found = list(found)
        self._show(summary(found))

    def _on_camera(self) -> None:
        def test() -> Sequence[Check]:
            with self._set_aside():
                return self._test()

        self._wait_for(test, self._on_tested, _TESTING)

    def _on_tested(self, found: Sequence[Check]) -> None:
        names = {check.name for check in found}
        others = [check for check in self._found if check.name not in names]
        known = {check.hint for check in others if check.hint}  # One line for one thing to mend.
        self._found = [*(check for check in found if check.hint not in known), *others]
        self._show(tr(found[0].detail))

    def _on_save(self) -> None:
        suggested = str(Path.home() / _FILE)
        title, kinds = tr("Save bundle"), tr("ZIP file (*.zip)")
        chosen, _ = QFileDialog.getSaveFileName(self, title, suggested, kinds)
        if chosen:
            path = Path(chosen)
            named = path if path.suffix else path.with_suffix(".zip")
            self.write_bundle(named)

    def _on_written(self, path: Path) -> None:
        from avatar_app.doctor.bundle import CONTENTS, LEFT_OUT

        self._enable(True)
        names = ", ".join(name for name, _ in CONTENTS)
        saved = tr("Saved to {path}: {names}.", path=path, names=names)
        self.summary.setText(f"{saved} {tr(LEFT_OUT)}")

    def _on_failed(self, problem: Problem) -> None:
        self._enable(True)
        self.summary.setText(told(problem.message, problem.hint))

    def _show(self, sentence: str) -> None:
        self._enable(True)
        self.summary.setText(sentence)
        self.steps.run(self, self._renew_rows(tuple(self._found)))

    def _renew_rows(self, found: Sequence[Check]) -> Iterator[None]:
        """Seen when all are there: half of them would be squeezed."""
        self._list.setUpdatesEnabled(False)
        while (item := self.rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for number, check in enumerate(sorted(found, key=lambda one: _ORDER.index(one.verdict))):
            self.rows.addWidget(Line(check))
            if number % _ROWS_AT_ONCE == _ROWS_AT_ONCE - 1:
                yield
        yield  # The layout has its turn first.
        self._list.setUpdatesEnabled(True)


class Line(QFrame):
    """One line of the report: sign, name, sentence, what mends it, and a button to copy that."""

    def __init__(self, check: Check, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._check = check
        self.copy = QPushButton(tr("Copy"))

        self.setProperty("role", "card")
        name, state = tr(check.name), tr(_WORDS[check.verdict])
        self.setAccessibleName(tr("{name}: {state}", name=name, state=state))
        self.setAccessibleDescription(told(check.detail, check.hint))
        self.copy.setProperty("role", "quiet")
        self.copy.setAutoDefault(False)
        if check.hint:
            self.copy.setToolTip(tr("Copy the fix"))
            self.copy.setAccessibleName(tr("Copy the fix: {name}", name=name))
        else:
            self.copy.setToolTip(tr("Copy this line"))
            self.copy.setAccessibleName(tr("Copy this line: {name}", name=name))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 9, 8, 9)
        row.setSpacing(10)
        row.addWidget(_sign(check.verdict), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(_words(check), 1)
        row.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignTop)

        self.copy.clicked.connect(self._on_copy)

    def _on_copy(self) -> None:
        hint = tr(self._check.hint)
        copy_text(fix_in(hint) if hint else _line(self._check), self.copy)


def summary(found: Sequence[Check]) -> str:
    """The report in one sentence."""
    bad = [tr(check.name) for check in found if check.verdict is Verdict.FAIL]
    part = [tr(check.name) for check in found if check.verdict is Verdict.WARN]
    if bad:
        return tr("The program cannot work here yet: {names}.", names=", ".join(bad))
    if part:
        return tr("The program works here; to be mended: {names}.", names=", ".join(part))
    return tr("Everything the program needs works here.")


def _line(check: Check) -> str:
    return tr("{name}: {detail}", name=tr(check.name), detail=tr(check.detail))


def _words(check: Check) -> QVBoxLayout:
    words = QVBoxLayout()
    words.setSpacing(2)
    words.addWidget(label(tr(check.name), "finding"))
    words.addWidget(label(tr(check.detail), "muted", wrap=True, selectable=True))
    sentences, commands = apart(tr(check.hint))
    if sentences:
        words.addWidget(label(f"→ {sentences}", "", wrap=True, selectable=True))
    if commands:
        words.addWidget(label(commands, "command", wrap=True, selectable=True))
    return words


def _sign(verdict: Verdict) -> QLabel:
    sign = label(_SIGNS[verdict], "sign")
    sign.setProperty("level", _LEVELS[verdict])
    sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
    sign.setFixedSize(20, 20)
    sign.setToolTip(tr(_WORDS[verdict]))
    sign.setAccessibleName(tr(_WORDS[verdict]))
    return sign
