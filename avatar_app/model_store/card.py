"""A model's card: what a converted network is, in a TOML file beside its parts."""

import tomllib
from pathlib import Path
from typing import Annotated, Literal

import tomli_w
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from avatar_app.errors import ModelError

CARD_FORMAT = 1
MAX_TITLE, MAX_LICENCE = 200, 2000
"""Characters."""

_MAX_CARD_BYTES = 100_000
NAME_PATTERN = r"^[a-z0-9][a-z0-9._-]{0,62}$"
_FILE = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,120}\.onnx$"
_WORD = r"^[a-z][a-z0-9_]{0,30}$"
_SHA256 = r"^[0-9a-f]{64}$"


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ModelPart(_Table):
    """One ONNX file of a model, beside the card."""

    file: str = Field(pattern=_FILE)
    size: int = Field(gt=0, le=4_000_000_000)
    sha256: str = Field(pattern=_SHA256)


class FommConventions(_Table):
    """What an engine has to know of a First Order Motion Model. Pictures are RGB in [0, 1],
    (1, 3, input_size, input_size); keypoints lie in [-1, 1] with the corners of the grid on the
    centres of the corner pixels."""

    input_size: int = Field(ge=16, le=1024)
    num_kp: int = Field(ge=1, le=256)
    jacobians: bool
    align_corners: bool


class ModelCard(_Table):
    """``parts`` by name; for FOMM: ``source`` (encoder of the portrait), ``drive`` (keypoints of
    a picture), ``render`` (the picture), with ``_fp16`` and ``_cpu`` variants of a part."""

    format: Literal[1] = 1
    name: str = Field(pattern=NAME_PATTERN)
    family: Literal["fomm"] = "fomm"
    title: str = Field(max_length=MAX_TITLE)
    licence: str = Field(max_length=MAX_LICENCE)
    origin: str = Field(max_length=300, description="The file it was converted from.")
    origin_sha256: str = Field(pattern=_SHA256)
    fomm: FommConventions
    parts: dict[Annotated[str, Field(pattern=_WORD)], ModelPart]


def read_card(path: Path) -> ModelCard:
    """The card in this file. Raises ModelError."""
    hint = "Import the model again."
    try:
        if path.stat().st_size > _MAX_CARD_BYTES:
            raise ModelError(f"{path} is too large to be a model's card.", hint)
        return ModelCard.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ModelError(f"The card {path} is wrong at {where!r}: {first['msg']}.", hint) from error
    except (OSError, ValueError) as error:
        raise ModelError(f"The card {path} cannot be read: {error}.", hint) from error


def card_text(card: ModelCard) -> str:
    """The card as TOML."""
    return tomli_w.dumps(card.model_dump(mode="json"))
