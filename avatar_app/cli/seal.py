"""What a person is told about the signing of a file."""

from typing import TYPE_CHECKING

from avatar_app.cli import border

if TYPE_CHECKING:
    from avatar_app.provenance.seal import SealReport


def tell_of_seal(report: "SealReport | None") -> int:
    """Print what became of it on standard error, where there is anything to tell; the exit
    code."""
    from avatar_app.cli.terminal import messages

    if report is None:
        return border.DONE
    for sentence in (report.note, report.sentence):
        if sentence:
            messages().print(sentence, markup=False)
    return border.UNVOUCHED if report.unsigned else border.DONE
