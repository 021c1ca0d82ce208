"""What every avatar engine promises."""

from dataclasses import dataclass
from typing import Protocol, TypeVar, runtime_checkable

from avatar_app.types import Avatar, Calibration, RgbImage, TrackedFrame


class Prepared(Protocol):
    """What an engine made of an avatar. Immutable; engines define their own."""

    @property
    def rest(self) -> RgbImage:
        """The avatar at rest, (H, W, 3) uint8: what is shown while there is no face."""
        ...


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """``name`` is the word used in commands and settings, ``model`` tells an engine's networks
    from others it could work with: what one prepared serves no other. ``runtime`` says in words
    where its networks really run ("CUDA, 214 of 220 nodes") and ``runtime_word`` in one ("cuda"),
    both empty without networks; ``notes`` what the user should know of that, a fall-back above all.
    These may change while the engine works; ``info`` is asked for between two frames and must be
    quick."""

    name: str
    title: str
    description: str
    runtime: str = ""
    notes: tuple[str, ...] = ()
    model: str = ""
    runtime_word: str = ""


P = TypeVar("P", bound=Prepared)


class AvatarEngine(Protocol[P]):
    """Turns a driver's frames into pictures of an avatar.

    ``prepare`` is slow and may run in any thread while ``render`` serves an older value in
    another; ``calibrate`` is its quick half: the same avatar with another neutral face. What was
    prepared without a calibration also serves another engine of the same name and model (with other
    motion settings), which calibrates it anew, even once the first engine is closed.
    ``render`` is fast, returns (H, W, 3) uint8 of the size of ``prepared.rest`` and changes
    nothing outside what it was given. All raise EngineError."""

    @property
    def info(self) -> EngineInfo: ...

    def prepare(self, avatar: Avatar, calibration: Calibration | None) -> P: ...

    def calibrate(self, prepared: P, calibration: Calibration) -> P: ...

    def render(self, prepared: P, tracked: TrackedFrame) -> RgbImage: ...

    def close(self) -> None: ...


@runtime_checkable
class CuttingEngine(Protocol[P]):
    """An engine that can leave the portrait's background out. Optional; others show it."""

    def cut_out(self, prepared: P) -> P | None:
        """The same avatar with pictures (H, W, 4), premultiplied, its ``rest`` among them; None
        where person and background cannot be told apart. As quick as ``calibrate``, whose result
        it takes."""
        ...
