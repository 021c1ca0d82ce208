"""What a picture costs on this machine, by engine, model and runtime, as it was measured last."""

import tomllib
from collections.abc import Iterable
from pathlib import Path

import tomli_w
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from avatar_app.whole_file import written_whole

MOST_COSTS = 64
LEAST_MS = 0.5
"""A picture that took less was not drawn."""

_MOST_MS = 600_000.0
_MOST_BYTES = 100_000
_NEWS = 0.1
_Word = Field(max_length=100)


class Cost(BaseModel):
    """Milliseconds for a picture of ``engine`` with ``model`` where ``runtime`` ran its networks;
    both are "" for an engine without."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    engine: str = _Word
    model: str = _Word
    runtime: str = _Word
    ms: float = Field(ge=LEAST_MS, le=_MOST_MS, allow_inf_nan=False)

    @property
    def key(self) -> tuple[str, str, str]:
        """What was measured."""
        return self.engine, self.model, self.runtime


class _File(BaseModel):
    cost: tuple[Cost, ...] = Field((), max_length=MOST_COSTS)


class CostBook:
    """Costs in one small file that may be lost: what cannot be read was never measured."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> tuple[Cost, ...]:
        """All that were kept, the newest last."""
        try:
            if self._path.stat().st_size > _MOST_BYTES:
                return ()
            text = self._path.read_text(encoding="utf-8")
            return _File.model_validate(tomllib.loads(text)).cost
        except (OSError, ValueError, ValidationError):
            return ()

    def keep(self, cost: Cost) -> bool:
        """Keep a cost in place of the older one; whether it was: one that is within a tenth of the
        older one is no news, and one that cannot be written is lost."""
        kept = self.read()
        if not _is_news(cost, kept):
            return False
        others = [old for old in kept if old.key != cost.key][1 - MOST_COSTS :]
        book = _File(cost=(*others, cost))
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with written_whole(self._path) as part:
                part.write_text(tomli_w.dumps(book.model_dump()), encoding="utf-8")
        except OSError:
            return False
        return True


def _is_news(cost: Cost, kept: Iterable[Cost]) -> bool:
    return not any(old.key == cost.key and abs(old.ms - cost.ms) <= _NEWS * old.ms for old in kept)
