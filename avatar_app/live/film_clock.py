"""Where a moment lies in a film that is paused now and then."""


class FilmClock:
    """All times in seconds on one clock; the film's own begin with 0 at ``start``."""

    def __init__(self) -> None:
        self._start: float | None = None
        self._pauses: list[tuple[float, float]] = []
        self._paused_at: float | None = None

    def start(self, now: float) -> None:
        """The film begins."""
        self._start = now

    def pause(self, now: float) -> None:
        """Nothing is shown from now on. Once more changes nothing."""
        if self._paused_at is None:
            self._paused_at = now

    def resume(self, now: float) -> None:
        """The film goes on where it was paused."""
        if self._paused_at is not None:
            self._pauses.append((self._paused_at, now))
            self._paused_at = None

    def at(self, moment: float) -> float | None:
        """Where ``moment`` lies in the film, below 0 where before it; None in a pause and where
        there is no film yet."""
        if self._start is None or (self._paused_at is not None and moment >= self._paused_at):
            return None
        left_out = 0.0
        for begun, ended in self._pauses:
            if begun <= moment < ended:
                return None
            if ended <= moment:
                left_out += ended - begun
        return moment - self._start - left_out

    def length(self, now: float) -> float:
        """How long the film is by now."""
        here = now if self._paused_at is None else self._paused_at
        left_out = sum(ended - begun for begun, ended in self._pauses)
        return 0.0 if self._start is None else here - self._start - left_out
