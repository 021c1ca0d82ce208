"""The mailbox keeps the newest and never grows."""

import numpy as np
import pytest
from sink_stream import SPEC, frame

from avatar_app.errors import SinkError
from avatar_app.outputs.memory import MemorySink
from avatar_app.types import Outcome, RenderedFrame


def test_a_mailbox_holds_the_newest_frame_only() -> None:
    sink = MemorySink()
    assert sink.latest is None
    sink.open(SPEC)
    sent = [frame(n) for n in range(5)]
    for each in sent:
        sink.send(each)
    assert sink.latest is sent[-1]
    assert sink.frames == (sent[-1],)
    assert sink.sent == 5


def test_all_frames_are_kept_when_asked_for_and_outlive_the_stream() -> None:
    sink = MemorySink(keep=None)
    sink.open(SPEC)
    sent = tuple(frame(n) for n in range(5))
    for each in sent:
        sink.send(each)
    sink.close()
    assert sink.frames == sent
    assert sink.spec == SPEC


def test_opening_again_begins_anew() -> None:
    sink = MemorySink(keep=None)
    sink.open(SPEC)
    sink.send(frame(0))
    sink.close()
    sink.open(SPEC)
    assert (sink.frames, sink.sent) == ((), 0)


def test_a_picture_of_another_size_or_type_is_refused() -> None:
    sink = MemorySink()
    sink.open(SPEC)
    for image in (np.zeros((10, 10, 3), np.uint8), np.zeros((48, 64, 3), np.float32)):
        with pytest.raises(SinkError, match=r"expected uint8 \(48, 64, 3\)"):
            sink.send(RenderedFrame(image, 0, 0.0, Outcome.RENDERED))  # type: ignore[arg-type]
    assert sink.sent == 0
