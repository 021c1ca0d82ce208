"""The calibration's progress as one line of a terminal."""

from rich.text import Text

from avatar_app.calibration.progress import Progress, Step
from avatar_app.cli.terminal_line import TerminalLine

_GAUGE = 20


class GuideLine(TerminalLine):
    """Keeps one line up to date on a terminal; elsewhere it writes each new sentence, once."""

    def __init__(self) -> None:
        super().__init__()
        self._said = ""

    def show(self, progress: Progress) -> None:
        """Show what to do now."""
        if self._live.is_started:
            self._live.update(Text(guide_line(progress)), refresh=True)
        elif progress.sentence != self._said:
            self._said = progress.sentence
            self._console.print(f"{progress.step}: {progress.sentence}", markup=False)


def guide_line(progress: Progress) -> str:
    """The sentence, with a gauge while the pose is sought."""
    if progress.step is not Step.NEUTRAL:
        return progress.sentence
    full = round(_GAUGE * progress.score)
    gauge = "█" * full + "░" * (_GAUGE - full)
    left = "" if progress.countdown is None else f"  {progress.countdown:.1f} s"
    return f"{gauge} {progress.score:4.0%}{left}  {progress.sentence}"
