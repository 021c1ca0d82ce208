"""How the avatar is set into the picture others see: turned round or not, before which ground."""

from dataclasses import dataclass
from pathlib import Path

from avatar_app.config import AppConfig, Background
from avatar_app.imaging import read_image
from avatar_app.types import RgbImage

_MAX_SIDE = 2048


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """``mirror`` turns the finished picture round. ``background`` is what is behind the person
    where the engine can tell; ``colour`` and ``picture`` belong to the backgrounds so named."""

    mirror: bool = False
    background: Background = Background.ORIGINAL
    colour: tuple[int, int, int] = (0, 0, 0)
    picture: RgbImage | None = None


def load_scene(config: AppConfig) -> Scene:
    """The settings' scene. Reads the background's picture: MediaError where that cannot be."""
    asked = config.scene
    picture = None
    if asked.background is Background.PICTURE:
        picture = read_image(Path(asked.picture).expanduser(), max_side=_MAX_SIDE)
    colour = tuple(bytes.fromhex(asked.colour[1:]))
    return Scene(config.output.mirror, asked.background, (colour[0], colour[1], colour[2]), picture)
