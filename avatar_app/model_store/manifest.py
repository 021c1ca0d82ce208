"""The manifest: which published networks are known, how to tell them and where they come from."""

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from avatar_app.errors import ModelError
from avatar_app.model_store.address import refusal
from avatar_app.model_store.card import NAME_PATTERN
from avatar_app.model_store.digest import Digest
from avatar_app.translatable import translatable

MAX_BYTES = 4_000_000_000
"""No file of a network is larger."""

_MAX_MANIFEST_BYTES = 200_000
_ABOUT = 0.1
_FILE = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,126}$"


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class KnownFile(_Table):
    """One file as it was published. ``size`` is exact, ``about`` within a tenth; ``sources`` are
    the addresses of the file itself, tried in order."""

    name: str = Field(pattern=_FILE)
    size: int | None = Field(None, gt=0, le=MAX_BYTES)
    about: int | None = Field(None, gt=0, le=MAX_BYTES)
    sha256: str = Field("", pattern=r"^([0-9a-f]{64})?$")
    md5: str = Field("", pattern=r"^([0-9a-f]{32})?$")
    sources: Annotated[tuple[str, ...], Field(strict=False)] = ()

    @property
    def largest(self) -> int:
        """The most bytes that this file can have."""
        return self.size or (round(self.about * (1 + _ABOUT)) if self.about else MAX_BYTES)

    @property
    def smallest(self) -> int:
        """The fewest bytes that this file can have."""
        return self.size or (round(self.about * (1 - _ABOUT)) if self.about else 1)

    @property
    def has_hash(self) -> bool:
        """Whether a copy of this file can be told from another file."""
        return bool(self.sha256 or self.md5)

    def difference(self, digest: Digest) -> str:
        """How bytes differ from this file's, '' where they do not."""
        if not self.smallest <= digest.size <= self.largest:
            return translatable(f"what it sent has {digest.size} bytes, which is not its size")
        if self.sha256 and digest.sha256 != self.sha256:
            return translatable(
                f"what it sent has the sha256 {digest.sha256} instead of {self.sha256}"
            )
        if self.md5 and digest.md5 != self.md5:
            return translatable(f"what it sent has the md5 {digest.md5} instead of {self.md5}")
        return ""

    @field_validator("sources")
    @classmethod
    def _addresses_may_be_used(cls, sources: tuple[str, ...]) -> tuple[str, ...]:
        if reasons := [reason for source in sources if (reason := refusal(source))]:
            raise ValueError(reasons[0])
        return sources

    @model_validator(mode="after")
    def _a_download_can_be_checked(self) -> "KnownFile":
        if self.sources and not self.has_hash:
            raise ValueError(f"{self.name} has sources and no hash")
        return self


class KnownModel(_Table):
    """A published network. A ``checkpoint`` is one file that is converted with torch; an
    ``exported`` model is a card and its parts, ready to use."""

    name: str = Field(pattern=NAME_PATTERN)
    title: str = Field(max_length=200)
    family: Literal["fomm"]
    kind: Literal["checkpoint", "exported"]
    licence: str = Field(max_length=2000)
    how_to_obtain: str = Field(max_length=2000)
    files: Annotated[tuple[KnownFile, ...], Field(strict=False, min_length=1)]

    @property
    def can_be_fetched(self) -> bool:
        """Whether an address is known for all its files."""
        return all(file.sources for file in self.files)

    @model_validator(mode="after")
    def _files_fit_the_kind(self) -> "KnownModel":
        if self.kind == "checkpoint" and len(self.files) != 1:
            raise ValueError("a checkpoint is one file")
        if self.kind == "exported" and self.files[0].name != f"{self.name}.toml":
            raise ValueError(f"an exported model begins with its card, {self.name}.toml")
        if self.kind == "exported" and not all(file.sha256 for file in self.files):
            raise ValueError("every file of an exported model has a sha256")
        return self


class Manifest(_Table):
    """All known networks."""

    format: Literal[1]
    models: Annotated[tuple[KnownModel, ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _names_differ(self) -> "Manifest":
        names = [model.name for model in self.models]
        if len(set(names)) != len(names):
            raise ValueError("two models have one name")
        return self

    def find(self, name: str) -> KnownModel:
        """The model of this name. Raises ModelError."""
        for model in self.models:
            if model.name == name:
                return model
        names = ", ".join(model.name for model in self.models)
        raise ModelError(
            f"No published model {name!r} is known.",
            f"Known: {names}. For a file of yours: avatar-app models import FILE.",
        )

    def recognise(self, digest: Digest) -> KnownModel | None:
        """The published checkpoint that has these bytes."""
        for model in self.models:
            file = model.files[0]
            if model.kind == "checkpoint" and file.has_hash and not file.difference(digest):
                return model
        return None


def read_manifest(path: Path) -> Manifest:
    """The manifest in this file. Raises ModelError."""
    hint = "Install the program again."
    try:
        if path.stat().st_size > _MAX_MANIFEST_BYTES:
            raise ModelError(f"{path} is too large to be a manifest.", hint)
        return Manifest.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ModelError(f"{path} is wrong at {where!r}: {first['msg']}.", hint) from error
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read: {error}.", hint) from error
