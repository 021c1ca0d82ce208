"""Every setting, in one place, with bounds and words a form can show.

The command line and the window read the same model; it is stored as TOML. An unknown key or a
value out of bounds is an error that names the key, never silently dropped.
"""

import tomllib
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import tomli_w
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from avatar_app.errors import ConfigError, plain_words
from avatar_app.whole_file import write_private, written_whole

_MAX_BYTES = 1_000_000


class Motion(StrEnum):
    """How the driver's face moves the portrait."""

    RELATIVE = "relative"
    ABSOLUTE = "absolute"


class Mouth(StrEnum):
    """What is shown inside an open mouth."""

    DRIVER = "driver"
    PAINTED = "painted"


class Fit(StrEnum):
    """How the portrait is placed in a picture of another shape."""

    CONTAIN = "contain"
    COVER = "cover"


class Background(StrEnum):
    """What is behind the person in the picture others see."""

    ORIGINAL = "original"
    BLURRED = "blurred"
    COLOUR = "colour"
    PICTURE = "picture"
    TRANSPARENT = "transparent"


class Runtime(StrEnum):
    """What networks run on."""

    AUTO = "auto"
    TENSORRT = "tensorrt"
    CUDA = "cuda"
    DIRECTML = "directml"
    COREML = "coreml"
    OPENVINO = "openvino"
    CPU = "cpu"


class Precision(StrEnum):
    """The numbers networks compute with."""

    AUTO = "auto"
    FP32 = "fp32"
    FP16 = "fp16"


class Paste(StrEnum):
    """What is shown of a network's square picture."""

    PORTRAIT = "portrait"
    SQUARE = "square"


class Language(StrEnum):
    """The languages of the program, by their ISO 639 codes; AUTO is the system's."""

    AUTO = "auto"
    ENGLISH = "en"
    GERMAN = "de"
    SPANISH = "es"
    FRENCH = "fr"
    RUSSIAN = "ru"
    CHINESE = "zh"
    JAPANESE = "ja"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


_S = TypeVar("_S", bound=_Section)


class SourceConfig(_Section):
    """The input."""

    word: str = Field("camera:0", title="Camera", description="Where pictures come from.")
    width: int = Field(640, ge=160, le=3840, title="Width asked of the camera")
    height: int = Field(480, ge=120, le=2160, title="Height asked of the camera")
    fps: int = Field(30, ge=1, le=120, title="Frame rate asked of the camera")
    mirror: bool = Field(
        False,
        title="Mirror the camera",
        description="The avatar turns to the other side than you; what others see is not mirrored.",
    )


class MotionConfig(_Section):
    """How motion crosses from driver to portrait."""

    mode: Motion = Field(
        Motion.RELATIVE,
        title="Motion",
        description="Relative to your neutral pose, or absolute: the portrait takes your pose.",
    )
    strength: float = Field(
        1.0, ge=0.0, le=2.0, title="Motion strength", description="1 moves the portrait as you do."
    )
    smoothing: float = Field(
        0.2, ge=0.0, le=1.0, title="Smoothing", description="More is steadier and a little later."
    )
    mouth: Mouth = Field(
        Mouth.DRIVER,
        title="Inside of the mouth",
        description="Your own mouth's inside, colour-matched (the only camera pixels that are "
        "ever shown), or a painted one.",
    )


class RuntimeConfig(_Section):
    """What networks run on."""

    word: Runtime = Field(
        Runtime.AUTO,
        title="Runtime",
        description="Auto takes the fastest that works here.",
    )
    precision: Precision = Field(
        Precision.AUTO,
        title="Precision",
        description="Auto is FP16 on a GPU where its picture is right, FP32 elsewhere.",
    )
    threads: int = Field(
        0,
        ge=0,
        le=64,
        title="CPU threads",
        description="Automatic (0) leaves the choice to the program.",
    )


class FommConfig(_Section):
    """The First Order Motion Model."""

    model: str = Field("", title="Model", description="An imported model's name.")
    adapt_scale: bool = Field(
        True,
        title="Adapt the motion's size",
        description="Scale your motion to the size of the portrait's face.",
    )
    paste: Paste = Field(
        Paste.PORTRAIT,
        title="Show",
        description="The whole portrait with the network's face in it, or the network's square.",
    )


class OutputConfig(_Section):
    """The picture others see."""

    width: int = Field(1280, ge=64, le=3840, multiple_of=2, title="Width")
    height: int = Field(720, ge=64, le=2160, multiple_of=2, title="Height")
    fps: int = Field(30, ge=1, le=60, title="Frame rate")
    fit: Fit = Field(Fit.CONTAIN, title="Fit")
    mirror: bool = Field(
        False,
        title="Mirror what others see",
        description="Others see the finished picture turned round, writing in it too.",
    )
    from_launch: bool = Field(
        True,
        title="Virtual camera from launch",
        description="The virtual camera is there as long as the window is, with a card while "
        "nothing runs, so that meeting programs find it and never see it vanish.",
    )
    badge: bool = Field(True, title="Badge", description="A small mark that says AI avatar.")
    credentials: bool = Field(
        True,
        title="Content Credentials",
        description="Sign recordings and snapshots with what made them, for programs to read.",
    )


class SceneConfig(_Section):
    """How the portrait stands in the picture."""

    mirror_avatar: bool = Field(
        False,
        title="Mirror the avatar",
        description="The portrait is turned round; it still moves as you do.",
    )
    background: Background = Field(
        Background.ORIGINAL,
        title="Background",
        description="What is behind the person. Transparent reaches folders of PNG pictures; "
        "a camera shows black there.",
    )
    colour: str = Field("#2b6a4d", pattern="^#[0-9a-fA-F]{6}$", title="Colour of the background")
    picture: str = Field("", max_length=4096, title="Picture of the background")


class RecordingConfig(_Section):
    """Recordings and snapshots."""

    microphone: str = Field(
        "",
        max_length=4096,
        title="Microphone",
        description="Open only while you record. Empty: no sound.",
    )
    folder: str = Field(
        "",
        max_length=4096,
        title="Folder",
        description="For recordings and snapshots. Empty: your folders for videos and pictures.",
    )


class WindowConfig(_Section):
    """What concerns the window alone."""

    mirror_preview: bool = Field(
        False, title="Mirror preview", description="On your own screen only."
    )
    delay_graph: bool = Field(
        False, title="Delay graph", description="Where the delay of the last seconds came from."
    )
    calibration_offered: bool = Field(
        False, title="Calibration offered", description="It is offered once."
    )
    badge_explained: bool = Field(
        False, title="Badge explained", description="Why it is there is said once."
    )
    size: str = Field(
        "",
        pattern=r"^(\d{3,5}x\d{3,5})?$",
        title="Size",
        description="Width and height as the window was left. Empty: as large as suits it.",
    )


class AppConfig(_Section):
    """All settings."""

    avatar: str = Field("", title="Avatar", description="A bundled name or a picture file.")
    engine: str = Field("landmark_warp", title="Engine")
    language: Language = Field(
        Language.AUTO, title="Language", description="Of the window, the cards and the badge."
    )
    source: SourceConfig = SourceConfig()  # type: ignore[call-arg]
    motion: MotionConfig = MotionConfig()  # type: ignore[call-arg]
    fomm: FommConfig = FommConfig()  # type: ignore[call-arg]
    runtime: RuntimeConfig = RuntimeConfig()  # type: ignore[call-arg]
    output: OutputConfig = OutputConfig()  # type: ignore[call-arg]
    scene: SceneConfig = SceneConfig()  # type: ignore[call-arg]
    recording: RecordingConfig = RecordingConfig()  # type: ignore[call-arg]
    window: WindowConfig = WindowConfig()  # type: ignore[call-arg]
    keys: dict[str, str] = Field(
        {}, max_length=200, title="Keys", description="Those that differ from the usual ones."
    )
    global_keys: dict[str, str] = Field(
        {}, max_length=200, title="Keys in every program", description="None unless chosen."
    )


def with_changes(now: _S, before: _S, after: _S) -> _S:
    """``now`` with what differs between ``before`` and ``after``, setting by setting: whoever edits
    a copy takes nothing back that was changed elsewhere meanwhile."""
    parts: dict[str, object] = {}
    for name in type(after).model_fields:
        here, old, new = (getattr(config, name) for config in (now, before, after))
        if new != old:
            parts[name] = with_changes(here, old, new) if isinstance(new, _Section) else new
    return now.model_copy(update=parts)


def load_config(path: Path) -> AppConfig:
    """Read the settings; the defaults where there is no file. Raises ConfigError."""
    if not path.exists():
        return AppConfig()  # type: ignore[call-arg]
    hint = f"Mend or delete {path}."
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise ConfigError(f"The settings file {path} is too large to be one.", hint)
        return AppConfig.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        what = plain_words(first["msg"])
        raise ConfigError(f"Setting {where!r}: {what}.", hint) from error
    except (OSError, ValueError) as error:
        raise ConfigError(f"The settings file {path} cannot be read: {error}.", hint) from error


def save_config(config: AppConfig, path: Path) -> None:
    """Write the settings at once or not at all: the old file survives a failed save. Nobody else
    may read them: the address of a stream may hold a password."""
    text = tomli_w.dumps(config.model_dump(mode="json"))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as part:
            write_private(part, text.encode())
    except OSError as error:
        raise ConfigError(
            f"The settings cannot be saved to {path}: {error.strerror}.",
            "Free some room or choose another place.",
        ) from error
