"""What the driver should do next, as short sentences that do not flicker.

Each hint watches one figure between two bounds: it appears when the figure has been beyond the
outer one for a quarter of a second and goes when it has been within the inner one as long. The
bounds come from figures of real clips, printed by ``avatar-app calibrate --figures --clip FILE``
for each: 27 clips of talking people and 15 portraits, untouched, darkened and blurred.

    share     0.27 to 0.68 in usable clips; the tracker loses faces below 0.1
    offset    to 0.20 in usable clips; outside to 0.04, where one is cut off
    turn      talking people stay within 24 degrees; tilt within 12
    face      0.37 to 0.76 in all clips and 0.47 to 0.87 in all portraits, of dark and light skin;
              0.04 in a very dark picture
    face/scene above 0.54 in all clips with a bright ground (0.70 for dark skin before a white sky)
    burnt     below 0.004 everywhere
    sharpness 0.05 to 0.6 in all clips; 0.004 to 0.04 once blurred by 2 % of the face's height
    speed     held still: 0.02 to 0.17; talking: about 0.25; nodding and turning: 0.5 to 2
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from avatar_app.calibration.measure import Light, Measures
from avatar_app.translatable import translatable

_STEADY_SECONDS = 0.25
_LONGEST_GAP = 1.0


class Hint(StrEnum):
    """The most important first. The words after the position's own ask for the avatar's pose."""

    NO_PICTURE = "no_picture"
    NO_FACE = "no_face"
    TWO_FACES = "two_faces"
    TOO_FAR = "too_far"
    TOO_NEAR = "too_near"
    OFF_CENTRE = "off_centre"
    DARK = "dark"
    BACK_LIT = "back_lit"
    OVEREXPOSED = "overexposed"
    TURNED = "turned"
    TILTED = "tilted"
    MOVING = "moving"
    BLURRED = "blurred"
    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    CHIN_UP = "chin_up"
    CHIN_DOWN = "chin_down"
    LEAN_LEFT = "lean_left"
    LEAN_RIGHT = "lean_right"
    OPEN_MOUTH = "open_mouth"
    CLOSE_MOUTH = "close_mouth"
    OPEN_EYES = "open_eyes"

    @property
    def sentence(self) -> str:
        """What to do, in words."""
        return _SENTENCES[self]


_SENTENCES = {
    Hint.NO_PICTURE: translatable("The camera gives no picture yet."),
    Hint.NO_FACE: translatable("No face is seen: sit in front of the camera."),
    Hint.TWO_FACES: translatable("More than one face is seen: stay alone in the picture."),
    Hint.TOO_FAR: translatable("Come a little nearer."),
    Hint.TOO_NEAR: translatable("Move back a little."),
    Hint.OFF_CENTRE: translatable("Move to the middle of the picture."),
    Hint.DARK: translatable("It is too dark: put a light in front of you."),
    Hint.BACK_LIT: translatable(
        "The light is behind you: turn away from the window, or light your face."
    ),
    Hint.OVEREXPOSED: translatable("Your face is too bright: soften the light."),
    Hint.TURNED: translatable("Look straight at the camera."),
    Hint.TILTED: translatable("Hold your head upright."),
    Hint.MOVING: translatable("Hold still for a moment."),
    Hint.BLURRED: translatable(
        "The picture is blurred: wipe the lens, or give the camera more light."
    ),
    Hint.TURN_LEFT: translatable("Turn your head a little to your left."),
    Hint.TURN_RIGHT: translatable("Turn your head a little to your right."),
    Hint.CHIN_UP: translatable("Raise your chin a little."),
    Hint.CHIN_DOWN: translatable("Lower your chin a little."),
    Hint.LEAN_LEFT: translatable("Lean your head a little to your left."),
    Hint.LEAN_RIGHT: translatable("Lean your head a little to your right."),
    Hint.OPEN_MOUTH: translatable("Open your mouth a little."),
    Hint.CLOSE_MOUTH: translatable("Close your mouth."),
    Hint.OPEN_EYES: translatable("Keep your eyes open."),
}


@dataclass(frozen=True, slots=True)
class _Watch:
    """A figure and its bounds; the larger, the worse. None is nothing to complain of."""

    hint: Hint
    figure: Callable[[Measures], float | None]
    appears: float
    goes: float


def _lit(figure: Callable[[Light], float]) -> Callable[[Measures], float | None]:
    return lambda m: None if m.light is None else figure(m.light)


def _shade(light: Light) -> float:
    """How much darker the face is than a bright ground; 0 before a dark one."""
    return 0.0 if light.scene < _BRIGHT_SCENE else 1 - light.face / light.scene


_BRIGHT_SCENE = 0.45
_WATCHES = (
    _Watch(Hint.TWO_FACES, lambda m: m.others, 0.5, 0.5),
    _Watch(Hint.TOO_FAR, lambda m: -m.share, -0.22, -0.25),
    _Watch(Hint.TOO_NEAR, lambda m: m.share, 0.80, 0.76),
    _Watch(Hint.OFF_CENTRE, lambda m: max(m.offset, 5 * m.outside), 0.23, 0.20),
    _Watch(Hint.DARK, _lit(lambda light: -light.face), -0.22, -0.26),
    _Watch(Hint.BACK_LIT, _lit(_shade), 0.58, 0.52),
    _Watch(Hint.OVEREXPOSED, _lit(lambda light: light.burnt), 0.08, 0.04),
    _Watch(Hint.TURNED, lambda m: m.turn, 25.0, 20.0),
    _Watch(Hint.TILTED, lambda m: m.tilt, 15.0, 12.0),
    _Watch(Hint.MOVING, lambda m: m.speed, 0.35, 0.22),
    _Watch(Hint.BLURRED, _lit(lambda light: -light.sharpness), -0.030, -0.038),
)


class HintJudge:
    """Turns figures into hints, frame by frame; it remembers which are shown and since when."""

    def __init__(self) -> None:
        self._shown: set[Hint] = set()
        self._changing: dict[Hint, float] = {}
        self._time: float | None = None

    def judge(
        self,
        measures: Measures | None,
        now: float,
        *,
        picture: bool = True,
        advice: Hint | None = None,
    ) -> list[Hint]:
        """The hints for a frame at ``now`` seconds, the most important first; ``measures`` are
        None without a face, ``picture`` is False while the camera gives none. ``advice`` is one
        more hint that somebody else gives for this frame."""
        if self._time is not None and not 0 <= now - self._time < _LONGEST_GAP:
            self._changing.clear()
        self._time = now
        wanted = {Hint.NO_PICTURE: not picture, Hint.NO_FACE: picture and measures is None}
        for watch in _WATCHES:
            wanted[watch.hint] = measures is not None and self._complains(watch, measures)
        for hint in Hint:
            self._settle(hint, wanted.get(hint, False) or hint is advice, now)
        return [hint for hint in Hint if hint in self._shown]

    def _complains(self, watch: _Watch, measures: Measures) -> bool:
        figure = watch.figure(measures)
        bound = watch.goes if watch.hint in self._shown else watch.appears
        return figure is not None and figure > bound

    def _settle(self, hint: Hint, wish: bool, now: float) -> None:
        """Follow a wish that has lasted; a change back in between starts anew."""
        if wish is (hint in self._shown):
            self._changing.pop(hint, None)
            return
        since = self._changing.setdefault(hint, now)
        if now - since >= _STEADY_SECONDS:
            del self._changing[hint]
            if wish:
                self._shown.add(hint)
            else:
                self._shown.discard(hint)
