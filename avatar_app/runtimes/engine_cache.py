"""Engines that TensorRT built, a folder each, kept as long as nothing they depend on changes."""

import hashlib
import shutil
import tomllib
import uuid
from pathlib import Path

import tomli_w
from pydantic import BaseModel, ConfigDict, ValidationError

_CARD = "key.toml"
_PART = ".part"
_MAX_CARD_BYTES = 100_000


class EngineKey(BaseModel):
    """All that an engine depends on. ``model`` is the network's file, whose content gives the
    shapes too (they are fixed); ``versions`` are those of the libraries."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str
    model_sha256: str
    gpu: str
    versions: tuple[str, ...]
    runtime: str
    precision: str

    @property
    def name(self) -> str:
        """The folder's name: the same for equal keys only."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:24]


class EngineCache:
    """The folder of engines. An entry is there whole or not at all: it is made in a folder beside
    it and renamed at the end."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def entry(self, key: EngineKey) -> Path:
        """Where this engine lies, or would."""
        return self.root / key.name

    def has(self, key: EngineKey) -> bool:
        return read_key(self.entry(key)) == key

    def new_part(self, key: EngineKey) -> Path:
        """An unused name for a folder in which this engine can be made."""
        return self.root / f"{key.name}.{uuid.uuid4().hex[:8]}{_PART}"

    def keep(self, key: EngineKey, part: Path) -> None:
        """What was made in ``part`` becomes the entry."""
        (part / _CARD).write_text(tomli_w.dumps(key.model_dump(mode="json")), encoding="utf-8")
        self.drop(key)
        part.replace(self.entry(key))

    def drop(self, key: EngineKey) -> None:
        """Remove this engine."""
        shutil.rmtree(self.entry(key), ignore_errors=True)

    def drop_stale(self, key: EngineKey) -> None:
        """Remove what will never be used again: half-made entries, those of other versions of the
        libraries, of networks that are gone, and of an older state of this one. Only whoever holds
        the lock may do so."""
        for folder in self.root.iterdir() if self.root.is_dir() else ():
            if folder.is_dir() and _is_stale(folder, key):
                shutil.rmtree(folder, ignore_errors=True)


def read_key(folder: Path) -> EngineKey | None:
    """The key of an entry; None when it is none."""
    card = folder / _CARD
    try:
        if card.stat().st_size > _MAX_CARD_BYTES:
            return None
        return EngineKey.model_validate(tomllib.loads(card.read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError):
        return None


def file_sha256(path: Path) -> str:
    """The hash of a file's content. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_stale(folder: Path, key: EngineKey) -> bool:
    found = None if folder.name.endswith(_PART) else read_key(folder)
    if found is None or found.versions != key.versions:
        return True
    if found.model == key.model:
        return found.model_sha256 != key.model_sha256
    return not Path(found.model).is_file()
