"""Options that several commands share, declared once."""

from typing import Annotated, Literal, TypeAlias

import typer

from avatar_app.errors import ConfigError

Avatar: TypeAlias = Annotated[
    str | None, typer.Option(help="An avatar's name or id, or a picture file.")
]
ConsentWord: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--consent",
        metavar="own|nobody|agreed:NAME",
        help="Whose face the picture shows; stated once for each picture.",
    ),
]
Engine: TypeAlias = Annotated[str | None, typer.Option(help="What moves the portrait.")]
Model: TypeAlias = Annotated[
    str | None, typer.Option(metavar="NAME", help="The engine's imported model.")
]
Runtime: TypeAlias = Annotated[
    Literal["auto", "tensorrt", "cuda", "directml", "coreml", "openvino", "cpu"] | None,
    typer.Option(help="What networks run on."),
]
Precision: TypeAlias = Annotated[
    Literal["auto", "fp32", "fp16"] | None,
    typer.Option(help="The numbers networks compute with."),
]
Size: TypeAlias = Annotated[
    str | None, typer.Option(metavar="WxH", help="Size of the output picture, like 1280x720.")
]
Neutral: TypeAlias = Annotated[
    str, typer.Option(metavar="best|first|N", help="The clip's frame with the neutral face.")
]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def parse_neutral(text: str) -> str | int:
    """``best``, ``first`` or a frame's number, counted from 0. Raises ConfigError."""
    if text in ("best", "first"):
        return text
    if text.isascii() and text.isdigit():
        return int(text)
    raise ConfigError(f"{text!r} is no frame of a clip.", "Write best, first or a number.")
