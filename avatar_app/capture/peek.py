"""One small picture of a source, to tell it from others."""

from contextlib import closing

from avatar_app.capture.base import FrameSource
from avatar_app.errors import SourceError
from avatar_app.imaging import resize
from avatar_app.types import RgbImage

WIDTH = 160
_SETTLED_AFTER = 8
"""A camera's first pictures are dark while it finds its exposure."""


def peek(source: FrameSource) -> RgbImage:
    """A picture ``WIDTH`` wide, read after a moment for the light to settle; closes the source.
    Blocks as long as the source does. Raises SourceError where it gives none."""
    with closing(source):
        frame = None
        for _ in range(_SETTLED_AFTER):
            newer = source.read()
            if newer is None:
                break
            frame = newer
        if frame is None:
            raise SourceError(f"{source.info.title} gives no pictures.", "Choose another camera.")
    height, width = frame.image.shape[:2]
    return resize(frame.image, (WIDTH, max(1, round(height * WIDTH / width))))
