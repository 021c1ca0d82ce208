"""What a live session says of itself: one frozen snapshot, made anew at each change."""

from dataclasses import dataclass, field
from enum import StrEnum

from avatar_app.capture.base import SourceInfo
from avatar_app.engines.base import EngineInfo


class SessionState(StrEnum):
    """CLOSED → OPENING → RUNNING ⇄ PAUSED → CLOSING → CLOSED, and FAILED from any."""

    CLOSED = "closed"
    OPENING = "opening"
    RUNNING = "running"
    PAUSED = "paused"
    CLOSING = "closing"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something the user should know: where it arose ('source', 'tracker', 'engine', 'sink',
    'recorder', 'recording', 'avatar', 'calibration', 'background'), what is wrong, what to do
    next.

    ``details`` is for people who look closer: the errors behind it, one a line. Two problems that
    differ in nothing else are the same."""

    where: str
    message: str
    hint: str = ""
    details: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class SessionStatus:
    """``source_fps`` is what the camera gives, ``fps`` what the engine renders, ``sent_fps`` what
    the sinks get; latencies are capture to sink, milliseconds; counts are since the start.
    ``placeholder`` and ``frozen`` are what the user has switched on.
    ``stage_ms`` are medians per stage of the last seconds. ``preparing`` is true while an engine
    is being opened or an avatar loaded or prepared. ``engine`` is the engine at work, None before
    there is one, and ``source`` the open source as it was negotiated; ``notes`` what the user
    should know though nothing is wrong: the engine's own, and that engine or
    camera is slow."""

    state: SessionState
    source_fps: float = 0.0
    fps: float = 0.0
    sent_fps: float = 0.0
    latency_p50_ms: float = 0.0
    latency_p95_ms: float = 0.0
    captured: int = 0
    rendered: int = 0
    sent: int = 0
    dropped: int = 0
    outcome: str = ""
    pass_through: bool = False
    placeholder: bool = False
    frozen: bool = False
    preparing: bool = False
    stage_ms: tuple[tuple[str, float], ...] = ()
    engine: EngineInfo | None = None
    source: SourceInfo | None = None
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
