"""One line of a terminal that is kept up to date."""

from types import TracebackType
from typing import Self

from rich.live import Live

from avatar_app.cli.terminal import messages


class TerminalLine:
    """The line is there from entering to leaving, on a terminal; elsewhere there is none."""

    def __init__(self) -> None:
        self._console = messages()
        self._live = Live(console=self._console, auto_refresh=False, transient=True)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._live.stop()
