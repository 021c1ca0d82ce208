"""A folder of PNG pictures, for other programs to work on."""

import re
import shutil
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from avatar_app.errors import SinkError
from avatar_app.outputs.base import StreamSpec, check_picture
from avatar_app.outputs.part_file import PartFile, Seal
from avatar_app.types import RenderedFrame

_NAME = re.compile(r"frame_\d{6}\.png")
_FAST = [cv2.IMWRITE_PNG_COMPRESSION, 1]


class PngFolderSink:
    """Writes ``path/frame_000000.png`` and so on, lossless, one for each picture sent, transparent
    where that is, each with credentials of its own where there is a ``seal`` (about a hundredth of
    a second).

    The folder appears when it is closed. An older one is replaced only if it is empty or holds
    nothing but such frames; any other is refused. For ``needs_avatar`` see PartFile."""

    def __init__(self, path: Path, *, seal: Seal | None = None, needs_avatar: bool = False) -> None:
        self._file = PartFile(path, needs_avatar=needs_avatar)
        self._seal = seal
        self._spec: StreamSpec | None = None
        self._count = 0

    @property
    def title(self) -> str:
        return f"{self._file.path.name}/"

    def open(self, spec: StreamSpec) -> None:
        self._refuse_what_is_not_ours()
        self._file.begin()
        self._spec, self._count = spec, 0
        with self._file.guard(self.abort):
            self._file.part.mkdir()

    def send(self, rendered: RenderedFrame) -> None:
        if self._spec is None:
            raise SinkError(f"{self.title} is not open.")
        if not self._file.takes(rendered.outcome):
            return
        with self._file.guard(self.abort):
            check_picture(rendered.image, self._spec)
            done, data = cv2.imencode(".png", _for_cv2(rendered), _FAST)
            if not done:
                raise SinkError("A picture could not be encoded as PNG.")
            frame = self._file.part / f"frame_{self._count:06d}.png"
            frame.write_bytes(data.tobytes())
        if self._seal is not None:
            self._seal.sign(frame, frame, {rendered.outcome})
        self._file.note(rendered.outcome)
        self._count += 1

    def close(self) -> None:
        if self._spec is None:
            return
        if not self._count:
            self.abort()
            self._file.require_avatar()
            return
        with self._file.guard(self.abort):
            if self._file.path.is_dir():
                self._refuse_what_is_not_ours()
                shutil.rmtree(self._file.path)
            self._file.commit()
        self._spec = None

    def abort(self) -> None:
        """Throw away what was written."""
        if self._spec is not None:
            self._spec = None
            self._file.discard()

    def _refuse_what_is_not_ours(self) -> None:
        path = self._file.path
        if not path.exists():
            return
        if not path.is_dir():
            raise SinkError(f"{path} is a file, not a folder.", "Choose another name.")
        if any(not _NAME.fullmatch(entry.name) for entry in path.iterdir()):
            raise SinkError(f"The folder {path} holds other things.", "Choose a new folder.")


def _for_cv2(rendered: RenderedFrame) -> NDArray[np.uint8]:
    """BGR, or BGRA that is not premultiplied, as PNG wants it."""
    bgr = np.asarray(cv2.cvtColor(rendered.image, cv2.COLOR_RGB2BGR), np.uint8)
    if rendered.alpha is None:
        return bgr
    alpha = np.maximum(rendered.alpha, 1)[..., None].astype(np.float32)
    colours = (bgr * (255 / alpha) + 0.5).clip(0, 255).astype(np.uint8)
    return np.dstack([colours, rendered.alpha])
