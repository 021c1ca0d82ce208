"""A live session on a stream from the network that ends and comes again."""

from collections.abc import Iterator

import pytest
from file_server import FileServer, serving
from live_parts import SPEC, ScriptedTracker, SlideEngine, composer, portrait, until
from mjpeg import jpeg, part, streams

from avatar_app.capture import open_source
from avatar_app.live.session import LiveSession


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serving() as started:
        yield started


def test_a_stream_that_ends_is_opened_again(
    server: FileServer, request: pytest.FixtureRequest
) -> None:
    grey = [part(jpeg(shade)) for shade in range(20, 220, 20)]
    address = server.answers(streams(*grey), streams(*grey, forever=True))
    told: list[str] = []
    session = LiveSession(
        open_source=lambda: open_source(f"url:{address}"),
        open_tracker=ScriptedTracker,
        open_engine=SlideEngine,
        open_avatar=portrait,
        open_composer=composer,
        sinks=[],
        spec=SPEC,
        on_change=lambda status: told.extend(p.message for p in status.problems),
    )
    request.addfinalizer(session.stop)
    session.start()
    until(lambda: any("127.0.0.1" in message for message in told))
    until(lambda: len(server.requests) == 2 and not session.status().problems)
    assert session.latest_input() is not None
