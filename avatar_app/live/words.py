"""What the cards say that stand in the place of a picture, which others read too; and what is
said of an engine or a camera that is slow."""

from avatar_app.engines.base import EngineInfo
from avatar_app.translatable import translatable

Words = tuple[str, str]
"""Title and detail of a card."""

GETTING_READY: Words = (translatable("Getting ready"), translatable("The avatar is on its way."))
NO_CAMERA: Words = (translatable("No camera picture"), translatable("Back in a moment."))
BACK_SOON: Words = (translatable("One moment"), translatable("The avatar will be back."))
ONE_MOMENT: Words = (translatable("One moment"), "")
PAUSED: Words = (translatable("Paused"), translatable("Back in a moment."))
RIGHT_BACK: Words = (translatable("Be right back"), "")

EVERY_CARD = (RIGHT_BACK, GETTING_READY, NO_CAMERA, BACK_SOON, ONE_MOMENT, PAUSED)


def slow_words(info: EngineInfo) -> str:
    """One calm sentence for a slow engine. It has no number: the figures beside it change."""
    if not info.runtime:
        return translatable(
            "Few pictures a second: this machine is busy, or slow for this picture."
        )
    if info.runtime.startswith("CPU"):
        return translatable(
            "Few pictures a second: this engine is slow here; the landmark warp or a GPU is faster."
        )
    return translatable(
        "Few pictures a second: this engine is slow here; the landmark warp is faster."
    )


def low_rate_words(fps: float) -> str:
    """One calm sentence for a camera that gives clearly fewer than the pictures asked of it."""
    count = _count(fps)
    return translatable(
        f"The camera gives {count} pictures a second; more light, another cable or a smaller size "
        "help."
    )


def _count(fps: float) -> str:
    """A decimal only where it tells something."""
    return f"{fps:.0f}" if fps >= 1.5 else f"{fps:.1f}"
