"""A session's status as one line of a terminal."""

from avatar_app.cli.terminal_line import TerminalLine
from avatar_app.live.status import Problem, SessionStatus

_NO_DIGITS = str.maketrans("", "", "0123456789")
"""A note that only counts on is not said again."""


class StatusLine(TerminalLine):
    """Keeps one line up to date on a terminal. Problems, notes and where the engine's networks run
    are written once each, there and elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self._said: set[str] = set()

    def show(self, status: SessionStatus) -> None:
        """Show the newest figures; what is new is written above them."""
        for words in said_once(status):
            what = words.translate(_NO_DIGITS)
            if what not in self._said:
                self._said.add(what)
                self._console.print(words, markup=False)
        if self._live.is_started:
            self._live.update(status_line(status), refresh=True)


def said_once(status: SessionStatus) -> list[str]:
    """What need not be said again while it stays so."""
    info = status.engine
    runs = [f"{info.title} runs on: {info.runtime}"] if info is not None and info.runtime else []
    return [*map(problem_line, status.problems), *runs, *status.notes]


def status_line(status: SessionStatus) -> str:
    """What runs, how fast, how late."""
    parts = [
        str(status.state),
        f"{status.fps:.1f} fps",
        f"latency {status.latency_p50_ms:.0f} ms (p95 {status.latency_p95_ms:.0f})",
        f"{status.dropped} dropped",
    ]
    if status.outcome and status.outcome != "rendered":
        parts.append(status.outcome.replace("_", " "))
    return "  ".join(parts)


def summary_line(first: SessionStatus, last: SessionStatus) -> str:
    """What a run did between two moments; rate and latency are those of its last seconds."""
    if not last.rendered:
        return f"{last.captured} frames came in, none was rendered"
    came, drawn = last.captured - first.captured, last.rendered - first.rendered
    return (
        f"{came} frames came in, {drawn} rendered, {max(0, came - drawn)} left out; "
        f"at the end {last.fps:.1f} fps, latency {last.latency_p50_ms:.0f} ms "
        f"(p95 {last.latency_p95_ms:.0f})"
    )


def problem_line(problem: Problem) -> str:
    """What is wrong and what to do."""
    return f"{problem.message} {problem.hint}".strip()
