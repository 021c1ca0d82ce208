"""A clip through the pipeline into a file. (Signatures first; the body follows.)"""

from collections.abc import Callable
from dataclasses import dataclass

Progress = Callable[[str, int, int | None], None]
"""Called with the stage ("neutral" or "animate"), frames done and, where known, their total."""

Cancel = Callable[[], bool]
"""Asked before each frame; True ends the work and leaves no file."""


@dataclass(frozen=True, slots=True)
class AnimateReport:
    """What became of a clip. ``counts`` are frames by outcome; ``neutral`` is the number of the
    clip's frame taken as the neutral face; ``seconds`` is the time it took."""

    frames: int
    counts: dict[str, int]
    neutral: int
    seconds: float
    cancelled: bool = False
