"""Named sets of settings: engine, motion, background and mirrors, to be put on with one click."""

import tomllib
from pathlib import Path

import tomli_w
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from avatar_app.config import (
    AppConfig,
    FommConfig,
    MotionConfig,
    RuntimeConfig,
    SceneConfig,
)
from avatar_app.errors import ConfigError
from avatar_app.whole_file import written_whole

MOST_PRESETS = 64
MOST_LETTERS = 60
_MAX_BYTES = 1_000_000


class Preset(BaseModel):
    """What is kept under a name. Camera, avatar and output size are not part of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=MOST_LETTERS)
    engine: str
    motion: MotionConfig
    fomm: FommConfig
    runtime: RuntimeConfig
    scene: SceneConfig
    mirror_input: bool
    mirror_output: bool

    @classmethod
    def of(cls, name: str, config: AppConfig) -> "Preset":
        """What ``config`` says, under that name. Raises ConfigError for a name that is none."""
        return cls(
            name=_checked_name(name),
            engine=config.engine,
            motion=config.motion,
            fomm=config.fomm,
            runtime=config.runtime,
            scene=config.scene,
            mirror_input=config.source.mirror,
            mirror_output=config.output.mirror,
        )

    def applied(self, config: AppConfig) -> AppConfig:
        """``config`` with this preset put on."""
        parts = {
            "engine": self.engine,
            "motion": self.motion,
            "fomm": self.fomm,
            "runtime": self.runtime,
            "scene": self.scene,
            "source": config.source.model_copy(update={"mirror": self.mirror_input}),
            "output": config.output.model_copy(update={"mirror": self.mirror_output}),
        }
        return config.model_copy(update=parts)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    preset: tuple[Preset, ...] = Field((), max_length=MOST_PRESETS)


class PresetStore:
    """The presets in one TOML file, written whole or not at all. Each call reads it anew; all
    raise ConfigError. Names are told apart whatever their case."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def list(self) -> tuple[Preset, ...]:
        """In the order of their making."""
        if not self._path.exists():
            return ()
        hint = f"Mend or delete {self._path}."
        try:
            if self._path.stat().st_size > _MAX_BYTES:
                raise ConfigError(f"The file {self._path} is too large for presets.", hint)
            text = self._path.read_text(encoding="utf-8")
            return _File.model_validate(tomllib.loads(text)).preset
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise ConfigError(f"Presets, {where!r}: {first['msg']}.", hint) from error
        except (OSError, ValueError) as error:
            raise ConfigError(f"The presets cannot be read: {error}.", hint) from error

    def save(self, name: str, config: AppConfig) -> tuple[Preset, ...]:
        """Keep the settings under that name, in the place of an older preset of that name."""
        made = Preset.of(name, config)
        kept = self.list()
        if any(_same(preset, made.name) for preset in kept):
            return self._write(tuple(made if _same(p, made.name) else p for p in kept))
        if len(kept) >= MOST_PRESETS:
            raise ConfigError(f"There are {MOST_PRESETS} presets already.", "Delete one first.")
        return self._write((*kept, made))

    def rename(self, name: str, new: str) -> tuple[Preset, ...]:
        """Give a preset another name, which no other one has."""
        new, kept = _checked_name(new), self.list()
        old = self._find(name, kept)
        if any(_same(preset, new) and preset is not old for preset in kept):
            raise ConfigError(f"There is a preset {new!r} already.", "Choose another name.")
        renamed = old.model_copy(update={"name": new})
        return self._write(tuple(renamed if preset is old else preset for preset in kept))

    def delete(self, name: str) -> tuple[Preset, ...]:
        """Forget a preset."""
        kept = self.list()
        gone = self._find(name, kept)
        return self._write(tuple(preset for preset in kept if preset is not gone))

    def _find(self, name: str, kept: tuple[Preset, ...]) -> Preset:
        for preset in kept:
            if _same(preset, name):
                return preset
        raise ConfigError(f"There is no preset {name!r}.", "It may have been deleted.")

    def _write(self, presets: tuple[Preset, ...]) -> tuple[Preset, ...]:
        text = tomli_w.dumps(_File(preset=presets).model_dump(mode="json"))
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with written_whole(self._path) as part:
                part.write_text(text, encoding="utf-8")
        except OSError as error:
            raise ConfigError(
                f"The presets cannot be saved to {self._path}: {error.strerror}.",
                "Free some room or choose another place.",
            ) from error
        return presets


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > MOST_LETTERS or not name.isprintable():
        raise ConfigError(
            f"A preset needs a name of 1 to {MOST_LETTERS} letters.", "Choose another name."
        )
    return name


def _same(preset: Preset, name: str) -> bool:
    return preset.name.casefold() == " ".join(name.split()).casefold()
