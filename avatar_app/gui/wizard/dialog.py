"""The calibration's window: the picture on the left, the present step on the right."""

import time
from collections.abc import Callable, Sequence

from PyQt6.QtCore import QEvent, QObject, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from avatar_app.calibration.hints import Hint
from avatar_app.calibration.progress import Step
from avatar_app.gui.actions import KeyMap
from avatar_app.gui.choices import CameraChoice
from avatar_app.gui.hotkeys import shown
from avatar_app.gui.language import decimal, told, tr
from avatar_app.gui.panels.form import label, restyle
from avatar_app.gui.wizard.gauge import StepRow
from avatar_app.gui.wizard.guide import Guide, View
from avatar_app.gui.wizard.pages import (
    CameraPage,
    DonePage,
    NeutralPage,
    Page,
    PositionPage,
    RangePage,
    ReviewPage,
)
from avatar_app.gui.wizard.parts import CalibrationParts
from avatar_app.gui.wizard.stage import Stage
from avatar_app.translatable import translatable
from avatar_app.types import Frame

_LOOK_MS = 16
_SIDE = 268
_MARGIN = 40
_DEAF_S = 0.6
"""So long after a change a key does not press the button: it may have been meant for the one that
was there before."""

_PRESSING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
_GUIDED = (Step.POSITION, Step.NEUTRAL, Step.RANGE)
"""Steps that go on by themselves; their button only gives up waiting."""

_STEPS = (
    translatable("Camera"),
    translatable("Position"),
    translatable("Neutral"),
    translatable("Range"),
    translatable("Review"),
    translatable("Done"),
)
_NUMBERS = {step: number for number, step in enumerate(tuple(Step)[: len(_STEPS)])}
_NEXT = {
    Step.CAMERA: translatable("&Begin"),
    Step.POSITION: translatable("Go on as it is"),
    Step.NEUTRAL: translatable("Take it now"),
    Step.RANGE: translatable("Skip this one"),
    Step.REVIEW: translatable("&Use it"),
    Step.DONE: translatable("&Close"),
}
_READY = translatable("Press Begin when you sit comfortably.")
_MOMENT = translatable("One moment…")
_PREPARING = translatable("One moment: the avatar is being prepared.")


class CalibrationDialog(QDialog):
    """One calibration over the main window; shows the guide's newest view sixty times a second.

    ``calibrated`` brings the new calibration once it was accepted; a cancel brings nothing, and
    nothing has changed. ``others`` are cameras that could be calibrated instead, ``camera_wanted``
    brings the word of the one that is wanted. ``keys`` are those of the main window, told of at the
    end. ``guide`` may be joined once the window is closed."""

    calibrated = pyqtSignal(object)
    camera_wanted = pyqtSignal(str)

    def __init__(
        self,
        parts: CalibrationParts,
        camera: str,
        others: Sequence[CameraChoice] = (),
        *,
        tap: Callable[[], Frame | None] | None = None,
        keys: KeyMap,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Sheet)
        self._shown: View | None = None
        self._announced = False
        self._changed_at = time.monotonic()
        self._mirrored = not parts.mirrored
        self.guide = Guide(parts, tap)
        self.stage = Stage()
        self.steps = StepRow([tr(name) for name in _STEPS])
        self.pages = QStackedWidget()
        self._pages: dict[Step, Page] = {
            Step.CAMERA: CameraPage(camera, others),
            Step.POSITION: PositionPage(),
            Step.NEUTRAL: NeutralPage(),
            Step.RANGE: RangePage(),
            Step.REVIEW: ReviewPage(),
            Step.DONE: DonePage(shown(keys.key("neutral")) if keys.key("neutral") else ""),
        }
        self.trouble = label("", "muted", wrap=True)
        self.cancel = QPushButton(tr("Cancel"))
        self.back = QPushButton(tr("Bac&k"))
        self.next = QPushButton()
        self._timer = QTimer(self)

        self.setWindowTitle(tr("Calibrate"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._lay_out()

        self._connect()
        self._on_look()
        self.guide.start()
        self._timer.start(_LOOK_MS)

    @property
    def step(self) -> Step:
        """The step that is shown."""
        return self._shown.progress.step if self._shown is not None else Step.CAMERA

    def page(self, step: Step) -> Page:
        """The page of a step."""
        return self._pages[step]

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        parent = self.parentWidget()
        wanted = QSize(900, 600)
        if parent is None:
            return wanted
        return wanted.boundedTo(parent.size() - QSize(_MARGIN, _MARGIN))

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """Enter presses the button from anywhere, but takes nothing as it is unless the button
        has the focus."""
        is_press = event is not None and event.key() in _PRESSING
        if event is None or not is_press or not self._is_refused(event):
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802 - Qt's name
        """One press is one step: a second one that comes at once is not for the next."""
        if watched is self.next and event is not None:
            if event.type() is QEvent.Type.MouseButtonDblClick:
                return True
            if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
                return event.key() in _PRESSING and self._is_too_soon(event)
        return super().eventFilter(watched, event)

    def done(self, result: int) -> None:
        """Close; the thread ends by itself, as soon as the camera and the engine let it."""
        self._timer.stop()
        self.guide.stop()
        super().done(result)

    def _lay_out(self) -> None:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        for page in self._pages.values():
            self.pages.addWidget(page)
        column.addWidget(self.pages, 1)
        column.addWidget(self.trouble)
        side.setFixedWidth(max(_SIDE, column.minimumSize().width()))
        body = QHBoxLayout()
        body.setSpacing(18)
        body.addWidget(self.stage, 1)
        body.addWidget(side)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addWidget(self.cancel)
        buttons.addStretch(1)
        buttons.addWidget(self.back)
        buttons.addWidget(self.next)
        self.next.setDefault(True)
        self.next.setProperty("role", "accent")
        for button in (self.cancel, self.back):
            button.setAutoDefault(False)
        self.next.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(18, 16, 18, 16)
        rows.setSpacing(14)
        rows.addWidget(self.steps)
        rows.addLayout(body, 1)
        rows.addLayout(buttons)

    def _connect(self) -> None:
        self._timer.timeout.connect(self._on_look)
        self.next.installEventFilter(self)
        self.cancel.clicked.connect(self.reject)
        self.back.clicked.connect(self.guide.back)
        self.next.clicked.connect(self._on_next)
        for page in self._pages.values():
            if isinstance(page, CameraPage):
                page.forget_wanted.connect(self.guide.forget)
                page.camera_wanted.connect(self.camera_wanted)
            elif isinstance(page, RangePage):
                page.retake_wanted.connect(self.guide.retake)
            elif isinstance(page, ReviewPage):
                page.retake_wanted.connect(self.guide.retake)
                page.before_wanted.connect(self.guide.compare)

    def _is_refused(self, event: QKeyEvent) -> bool:
        return self.step in _GUIDED or self._is_too_soon(event)

    def _is_too_soon(self, event: QKeyEvent) -> bool:
        return event.isAutoRepeat() or time.monotonic() - self._changed_at < _DEAF_S

    def _on_next(self) -> None:
        orders = {Step.CAMERA: self.guide.begin, Step.REVIEW: self.guide.finish}
        if self.step is Step.DONE:
            self.accept()
        else:
            orders.get(self.step, self.guide.skip)()

    def _on_look(self) -> None:
        view = self.guide.latest
        if view is self._shown:
            return
        before, self._shown = self._shown, view
        step = view.progress.step
        if before is None or before.progress.step is not step:
            self._enter(step)
        if before is None or _place(before) != _place(view):
            self._changed_at = time.monotonic()
        if before is None or (before.avatar is None and view.avatar is not None):
            self._meet(view)
        self._pages[step].show_view(view)
        self._show_picture(view, step)
        self._show_trouble(view)
        self._offer(view, step)
        if step is Step.DONE and not self._announced and view.result is not None:
            self._announced = True
            self.calibrated.emit(view.result)

    def _meet(self, view: View) -> None:
        if view.ghost_picture is not None:
            self.stage.set_ghost(view.ghost_picture)

    def _enter(self, step: Step) -> None:
        self.pages.setCurrentWidget(self._pages[step])
        self.steps.show_step(_NUMBERS[step])
        self.next.setText(tr(_NEXT[step]))
        # What goes on by itself is not urged on.
        restyle(self.next, "role", "" if step in _GUIDED else "accent")
        is_avatar = step in (Step.REVIEW, Step.DONE)
        self.stage.setAccessibleName(tr("The avatar") if is_avatar else tr("Camera picture"))
        review = self._pages[Step.REVIEW]
        if step is Step.REVIEW and isinstance(review, ReviewPage):
            review.new.setChecked(True)
        if step in _GUIDED:
            # A space pressed too often must not skip what has just begun; and what the picture
            # says is read aloud while it has the focus.
            self.stage.setFocus()
        else:
            self.next.setFocus()

    def _offer(self, view: View, step: Step) -> None:
        self.back.setVisible(step not in (Step.CAMERA, Step.DONE))
        self.cancel.setVisible(step is not Step.DONE)
        waits = step is Step.CAMERA and (view.frame is None or view.avatar is None or view.begun)
        if self.next.isEnabled() is waits:
            self.next.setEnabled(not waits)
            if step is Step.CAMERA and not waits:
                self.next.setFocus()

    def _show_picture(self, view: View, step: Step) -> None:
        stage, neutral = self.stage, self._pages[Step.NEUTRAL]
        assert isinstance(neutral, NeutralPage)
        stage.show_guide(step is Step.POSITION)
        stage.show_ghost(view.ghost if step is Step.NEUTRAL else None, neutral.opacity)
        if step in (Step.REVIEW, Step.DONE):
            stage.show_outlines(None)
            if step is Step.REVIEW:
                stage.show_image(view.shown, mirrored=False)
                inset = None if view.frame is None else view.frame.image
                stage.show_inset(inset, mirrored=self._mirrored)
        else:
            frame = view.frame
            black = frame is not None and not frame.image[::16, ::16].any()
            stage.show_outlines(view.face.landmarks if black and view.face is not None else None)
            stage.show_image(None if frame is None else frame.image, mirrored=self._mirrored)
            stage.show_inset(None)
        words, hint, count = _caption(view)
        stage.say(tr(words) if words else "", hint, count)

    def _show_trouble(self, view: View) -> None:
        trouble = view.trouble or (view.problem if view.progress.step is Step.CAMERA else None)
        text = "" if trouble is None else told(trouble.message, trouble.hint)
        self.trouble.setText(text)
        self.trouble.setVisible(bool(text))


def _caption(view: View) -> tuple[str, Hint | None, str]:
    """The sentence under the picture, the hint it comes from, and the number beside it."""
    progress = view.progress
    if progress.step is Step.DONE:
        return progress.sentence, None, ""
    if view.avatar is None and view.trouble is None:
        return _MOMENT, None, ""
    if view.frame is None:
        return Hint.NO_PICTURE.sentence, Hint.NO_PICTURE, ""
    if progress.step is Step.REVIEW and view.shown is None:
        return ("" if view.trouble else _PREPARING), None, ""
    if progress.step is Step.CAMERA:
        return (_MOMENT if view.begun else _READY), None, ""
    return progress.sentence, progress.hint, _count(view)


def _place(view: View) -> tuple[object, ...]:
    return view.progress.step, view.progress.task


def _count(view: View) -> str:
    left = view.progress.countdown
    return "" if left is None else decimal(left, 1)
