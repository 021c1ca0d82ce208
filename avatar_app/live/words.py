"""What the cards say that stand in the place of a picture, which others read too; and what is
said of an engine that is slow."""

from avatar_app.engines.base import EngineInfo

Words = tuple[str, str]
"""Title and detail of a card."""

GETTING_READY: Words = ("Getting ready", "The avatar is on its way.")
NO_CAMERA: Words = ("No camera picture", "Back in a moment.")
BACK_SOON: Words = ("One moment", "The avatar will be back.")
ONE_MOMENT: Words = ("One moment", "")
PAUSED: Words = ("Paused", "Back in a moment.")
RIGHT_BACK: Words = ("Be right back", "")

EVERY_CARD = (RIGHT_BACK, GETTING_READY, NO_CAMERA, BACK_SOON, ONE_MOMENT, PAUSED)


def slow_words(info: EngineInfo, fps: float) -> str:
    """One calm sentence for an engine that makes ``fps`` pictures a second."""
    count = round(fps)
    rate = (
        "Less than one picture" if count < 1 else "1 picture" if count == 1 else f"{count} pictures"
    )
    if not info.runtime:
        return f"{rate} a second: this machine is busy, or slow for this picture."
    faster = (
        "the landmark warp or a GPU is"
        if info.runtime.startswith("CPU")
        else "the landmark warp is"
    )
    return f"{rate} a second: this engine is slow here; {faster} faster."
