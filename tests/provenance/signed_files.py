"""Tiny files of each kind, written by the real sinks and signed with a real key."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import numpy as np

from avatar_app.outputs import open_file
from avatar_app.outputs.base import StreamSpec
from avatar_app.outputs.picture_file import save_picture
from avatar_app.provenance.seal import FileSeal
from avatar_app.provenance.statement import SourceType, Statement
from avatar_app.types import Outcome, RenderedFrame

SPEC = StreamSpec(64, 48, Fraction(30000, 1001))
STATEMENT = Statement("landmark_warp", SourceType.COMPOSITE)
FRAMES = 12


def rendered(index: int, outcome: Outcome = Outcome.RENDERED) -> RenderedFrame:
    """Picture ``index``: a ground that changes and a bar that wanders."""
    image = np.full((SPEC.height, SPEC.width, 3), 60 + 10 * index % 150, np.uint8)
    image[:, 4 * index % 56 :][:, :8] = (230, 190, 40)
    return RenderedFrame(image, index, index / float(SPEC.fps), outcome)


def write(
    path: Path,
    seal: FileSeal | None,
    *,
    outcomes: Iterable[Outcome] = (Outcome.RENDERED,) * FRAMES,
    sound_from: Path | None = None,
) -> Path:
    """A clip, a picture or a folder of pictures, as its name says."""
    if path.suffix == ".png":
        save_picture(path, rendered(0, next(iter(outcomes))), seal=seal)
        return path
    sink = open_file(path, seal=seal, sound_from=sound_from)
    sink.open(SPEC)
    for index, outcome in enumerate(outcomes):
        sink.send(rendered(index, outcome))
    sink.close()
    return path


def seal_in(keys: Path) -> FileSeal:
    """A seal whose key lies in the folder ``keys``."""
    return FileSeal(STATEMENT, keys)
