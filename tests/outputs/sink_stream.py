"""A small stream for the sinks' tests."""

from fractions import Fraction

import numpy as np

from avatar_app.outputs.base import StreamSpec
from avatar_app.types import Outcome, RenderedFrame

SPEC = StreamSpec(64, 48, Fraction(30))


def frame(index: int, spec: StreamSpec = SPEC, *, at: float | None = None) -> RenderedFrame:
    """Picture ``index``: a grey ground and a bright bar that wanders."""
    image = np.full((spec.height, spec.width, 3), 60 + index % 100, np.uint8)
    bar = index * 4 % (spec.width - 8)
    image[:, bar : bar + 8] = (230, 190, 40)
    captured_at = index / float(spec.fps) if at is None else at
    return RenderedFrame(image, index, captured_at, Outcome.RENDERED)
