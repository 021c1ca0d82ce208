"""One picture in a file: a snapshot."""

from pathlib import Path

import cv2

from avatar_app.errors import SinkError
from avatar_app.outputs.part_file import PartFile, Seal
from avatar_app.types import RenderedFrame


def save_picture(path: Path, rendered: RenderedFrame, *, seal: Seal | None = None) -> None:
    """Write what the sinks were sent as a PNG picture, signed by ``seal``, in the thread of the
    caller (some hundredths of a second). An older file of that name is replaced at the end or not
    at all. Raises SinkError."""
    if path.suffix.lower() != ".png":
        raise SinkError(f"No picture is written as {path.name!r}.", "Use a name with .png.")
    file = PartFile(path, seal)
    file.begin()
    with file.guard(file.discard):
        done, data = cv2.imencode(".png", cv2.cvtColor(rendered.image, cv2.COLOR_RGB2BGR))
        if not done:
            raise SinkError("The picture could not be encoded as PNG.")
        file.part.write_bytes(data.tobytes())
        file.note(rendered.outcome)
        file.commit()
