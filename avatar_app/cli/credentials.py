"""avatar-app credentials: what a file says of itself, and whether that holds."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from avatar_app.cli import border
from avatar_app.cli.options import AsJson

if TYPE_CHECKING:
    from avatar_app.provenance.credentials import Credentials


def credentials(
    file: Annotated[Path, typer.Argument(help="A picture or film, of this program or any other.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Read and verify the Content Credentials of FILE.

    C2PA, without a network: intact and signed by this installation, intact and signed by an unknown
    key, changed since it was signed, or no credentials. An unknown key is no reason for alarm or
    trust. A .mkv has them beside it in a .c2pa file.

    Exit code: 0 for intact and for none, 3 for changed, 2 for what cannot be read."""
    from avatar_app.cli.terminal import print_json, results
    from avatar_app.paths import credentials_dir
    from avatar_app.provenance.credentials import Standing, read_credentials

    found = read_credentials(file, credentials_dir())
    if as_json:
        print_json(_as_json(file, found))
    else:
        for line in _lines(file, found):
            results().print(line, markup=False)
    raise typer.Exit(border.UNVOUCHED if found.standing is Standing.CHANGED else border.DONE)


def _as_json(file: Path, found: "Credentials") -> dict[str, object]:
    said = {"sentence": found.sentence, "says_artificial": found.says_artificial}
    return {"file": str(file), **asdict(found), **said}


def _lines(file: Path, found: "Credentials") -> list[str]:
    """The standing, then what the file claims, each with the word for it."""
    claims = {
        "made with": found.generator,
        "made at": found.when,
        "source type": found.source_type,
        "says": found.description,
        "key name": found.signer,
        "problems": ", ".join(found.problems),
    }
    head = " ".join(part for part in (f"{file}: {found.sentence}", found.detail) if part)
    return [head, *(f"  {word:<11} {claim}" for word, claim in claims.items() if claim)]
