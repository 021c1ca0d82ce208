"""What a recording says of itself."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from avatar_app.live.status import Problem


class RecordingState(StrEnum):
    """OPENING → RECORDING ⇄ PAUSED → FINISHING → DONE, and FAILED from any: there is no file."""

    OPENING = "opening"
    RECORDING = "recording"
    PAUSED = "paused"
    FINISHING = "finishing"
    DONE = "done"
    FAILED = "failed"


OVER = (RecordingState.DONE, RecordingState.FAILED)


@dataclass(frozen=True, slots=True)
class RecordingStatus:
    """``path`` exists when the state is DONE and ``frames`` is not 0. ``seconds`` is the film's
    length, ``size`` the file's in bytes; ``dropped`` counts pictures that the encoder had no time
    for. ``level`` is the sound's loudest sample of late in [0, 1], None without sound; ``delay``
    by how many seconds sound is held back. ``problem`` is why it failed, ended by itself or went
    on without sound; ``remark`` what else should be known of the finished file."""

    state: RecordingState
    path: Path
    seconds: float = 0.0
    size: int = 0
    frames: int = 0
    dropped: int = 0
    level: float | None = None
    delay: float = 0.0
    problem: Problem | None = None
    remark: str = ""

    @property
    def is_over(self) -> bool:
        """Whether nothing happens any more."""
        return self.state in OVER
