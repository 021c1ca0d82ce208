"""Options that several commands share, declared once."""

from typing import Annotated, TypeAlias

import typer

Avatar: TypeAlias = Annotated[
    str | None, typer.Option(help="A bundled avatar's name or a picture file.")
]
Engine: TypeAlias = Annotated[str | None, typer.Option(help="What moves the portrait.")]
Size: TypeAlias = Annotated[
    str | None, typer.Option(metavar="WxH", help="Size of the output picture, like 1280x720.")
]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON.")]
